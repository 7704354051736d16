//! Akismet, for owners who want it: a service of Automattic's that is told of every comment, and says
//! whether it takes it for spam. <https://akismet.com/developers/detailed-docs/comment-check/>

use std::time::Duration;

use super::Subject;
use crate::config::AkismetSettings;
use crate::outbound::{Outbound, OutboundError};

/// Where it is asked, unless the settings say otherwise.
const SERVICE: &str = "https://rest.akismet.com/1.1";
/// How long it may take, while somebody waits.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long it may take to be told something.
const LONG: Duration = Duration::from_secs(20);
/// Longest answer: it is a word.
const LONGEST: usize = 10_000;

/// What it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Good,
    Spam,
    /// So sure that it would not even keep it.
    Surely,
}

/// Why it says nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Silence {
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    #[error("it answered {0:?}")]
    Other(String),
}

fn form<'a>(
    settings: &'a AkismetSettings,
    subject: &'a Subject<'_>,
) -> Vec<(&'static str, String)> {
    let mut form = vec![
        ("api_key", settings.api_key.clone()),
        ("blog", settings.blog.clone()),
        // It insists on one.
        (
            "user_ip",
            subject
                .address
                .map_or_else(|| "0.0.0.0".to_owned(), |address| address.to_string()),
        ),
        (
            "comment_type",
            if subject.is_reply { "reply" } else { "comment" }.to_owned(),
        ),
        ("comment_content", subject.text.to_owned()),
        ("blog_charset", "UTF-8".to_owned()),
    ];
    let given = [
        ("user_agent", subject.user_agent),
        ("referrer", subject.referrer),
        ("permalink", subject.url),
        ("comment_author", subject.author),
        ("comment_author_email", subject.email),
        ("comment_author_url", subject.website),
    ];
    for (name, value) in given {
        if let Some(value) = value {
            form.push((name, value.to_owned()));
        }
    }
    if subject.is_edit {
        form.push(("recheck_reason", "edit".to_owned()));
    }
    form
}

fn address(settings: &AkismetSettings, call: &str) -> String {
    let service = if settings.url.is_empty() {
        SERVICE
    } else {
        settings.url.trim_end_matches('/')
    };
    format!("{service}/{call}")
}

/// Whether it takes a comment for spam.
pub(crate) async fn check(
    outbound: &Outbound,
    settings: &AkismetSettings,
    subject: &Subject<'_>,
) -> Result<Answer, Silence> {
    let client = outbound.client();
    let request = client
        .post(address(settings, "comment-check"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded(&form(settings, subject)))
        .build()
        .map_err(OutboundError::from)?;
    let answer = outbound.send(request, PATIENCE, LONGEST).await?;
    match answer.body.trim_ascii() {
        b"true"
            if answer
                .headers
                .get("x-akismet-pro-tip")
                .is_some_and(|tip| tip == "discard") =>
        {
            Ok(Answer::Surely)
        }
        b"true" => Ok(Answer::Spam),
        b"false" => Ok(Answer::Good),
        other => {
            let other = String::from_utf8_lossy(other);
            Err(Silence::Other(other.chars().take(100).collect()))
        }
    }
}

/// Tells it what a moderator has found.
pub(crate) async fn tell(
    outbound: &Outbound,
    settings: &AkismetSettings,
    subject: &Subject<'_>,
    is_spam: bool,
) -> Result<(), Silence> {
    let call = if is_spam { "submit-spam" } else { "submit-ham" };
    let client = outbound.client();
    let request = client
        .post(address(settings, call))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded(&form(settings, subject)))
        .build()
        .map_err(OutboundError::from)?;
    let answer = outbound.send(request, LONG, LONGEST).await?;
    if answer.status.is_success() {
        return Ok(());
    }
    Err(Silence::Other(answer.status.to_string()))
}

fn encoded(form: &[(&'static str, String)]) -> String {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(form).finish()
}
