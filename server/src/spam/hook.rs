//! A program of the owner's that is asked about every comment, and may decide anything.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Subject;
use crate::config::ScreenSettings;
use crate::domain::{random, rfc3339};
use crate::outbound::{Outbound, OutboundError, secret_bytes, signature};
use crate::screening::{Decision, Reason};

/// Longest answer, in bytes.
const LONGEST: usize = 64_000;
/// Longest reason that is kept, in characters.
const REASON: usize = 500;

#[derive(Serialize)]
struct Question<'a> {
    event: &'static str,
    at: String,
    site: &'a str,
    page: Page<'a>,
    comment: Comment<'a>,
    /// What the server's own checks have found.
    decision: &'static str,
    reasons: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Page<'a> {
    key: &'a str,
    title: Option<&'a str>,
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct Comment<'a> {
    /// Of the comment that is edited; a new one has none yet.
    id: Option<&'a str>,
    parent: Option<&'a str>,
    author: Option<&'a str>,
    website: Option<&'a str>,
    email: Option<&'a str>,
    text: &'a str,
    html: &'a str,
    /// The same for the same network, for some weeks.
    network: Option<&'a str>,
    user_agent: Option<&'a str>,
    referrer: Option<&'a str>,
}

#[derive(Serialize)]
struct Found<'a> {
    check: &'a str,
    action: &'static str,
    detail: &'a str,
}

/// What it answers.
#[derive(Debug, Deserialize)]
struct Answer {
    action: Action,
    #[serde(default)]
    reason: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Publish,
    Flag,
    Hold,
    Spam,
    Reject,
}

impl From<Action> for Decision {
    fn from(action: Action) -> Self {
        match action {
            Action::Publish => Self::Publish,
            Action::Flag => Self::Flag,
            Action::Hold => Self::Hold,
            Action::Spam => Self::Spam,
            Action::Reject => Self::Reject,
        }
    }
}

/// Why it decides nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Silence {
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    #[error("it answered {0}")]
    Status(u16),
    #[error("its answer can't be read: {0}")]
    Malformed(#[from] serde_json::Error),
}

/// Asks it. It has nothing to say where it answers 204.
pub(crate) async fn ask(
    outbound: &Outbound,
    settings: &ScreenSettings,
    subject: &Subject<'_>,
    decision: Decision,
    reasons: &[Reason],
    now: i64,
) -> Result<Option<(Decision, String)>, Silence> {
    let found = reasons.iter().map(|reason| Found {
        check: &reason.check,
        action: reason.decision.as_str(),
        detail: &reason.found.detail,
    });
    let question = Question {
        event: "comment.screen",
        at: rfc3339(now),
        site: subject.site,
        page: Page {
            key: subject.page,
            title: subject.title,
            url: subject.url,
        },
        comment: Comment {
            id: subject.id,
            parent: subject.parent,
            author: subject.author,
            website: subject.website,
            email: subject.email,
            text: subject.text,
            html: subject.html,
            network: subject.network,
            user_agent: subject.user_agent,
            referrer: subject.referrer,
        },
        decision: decision.as_str(),
        reasons: found.collect(),
    };
    let body = serde_json::to_vec(&question)?;
    let id = format!("screen_{:032x}", u128::from_le_bytes(random()));
    let timestamp = now.div_euclid(1000);
    let signature = signature(&secret_bytes(&settings.secret), &id, timestamp, &body);
    let request = outbound
        .client()
        .post(&settings.url)
        .header("content-type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", timestamp.to_string())
        .header("webhook-signature", signature)
        .body(body)
        .build()
        .map_err(OutboundError::from)?;
    let patience = Duration::from_millis(settings.milliseconds.into());
    let answer = outbound.send(request, patience, LONGEST).await?;
    match answer.status.as_u16() {
        204 => Ok(None),
        200 => {
            let answer: Answer = serde_json::from_slice(&answer.body)?;
            let reason = answer.reason.chars().take(REASON).collect();
            Ok(Some((answer.action.into(), reason)))
        }
        other => Err(Silence::Status(other)),
    }
}
