//! What becomes of a comment before it is stored, and why: checks look at it, each by itself, and the
//! strongest of their decisions counts. All that they say is kept, for moderators to read.

mod ban;
mod found;
mod policy;
mod rejections;
mod rules;

use std::borrow::Cow;
use std::net::IpAddr;

use afterword_protocol::ProblemKind;
use axum::http::HeaderMap;
use axum::http::header::{REFERER, USER_AGENT};

pub(crate) use found::Found;
pub(crate) use policy::{Policy, too_soon};
pub(crate) use rejections::Rejections;

use crate::config::Site;
use crate::domain::Page;
use crate::error::{ApiError, Refusal};
use crate::http::{Client, Context};
use crate::spam::Whence;
use crate::store::Network;

/// A comment that somebody wants to post, or a new text for one.
pub(crate) struct Submission<'a> {
    pub(crate) site: &'a Site,
    /// Where it is to stand.
    pub(crate) page: &'a Page,
    /// The page's id; none where nobody has commented yet.
    pub(crate) page_id: Option<i64>,
    /// The comment that is edited; none for a new one.
    pub(crate) id: Option<&'a str>,
    pub(crate) author: Option<&'a str>,
    pub(crate) website: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    /// As it was typed.
    pub(crate) text: &'a str,
    /// As it would be shown.
    pub(crate) html: &'a str,
    /// The comment that it answers.
    pub(crate) parent: Option<&'a str>,
    /// What is edited.
    pub(crate) before: Before<'a>,
    pub(crate) sender: &'a Sender,
    pub(crate) signals: &'a Signals,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

impl Submission<'_> {
    /// Whether it is a new text for a comment that is there.
    pub(crate) fn is_edit(&self) -> bool {
        self.id.is_some()
    }
}

/// What an edit finds. Nothing of it is so for a new comment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Before<'a> {
    /// Whether the comment has said so before, but for a word or a sign: whoever corrects what they have
    /// written says nothing again.
    pub(crate) is_corrected: bool,
    /// What is shown of it, where no proof of work came with it.
    pub(crate) unproven: Option<&'a str>,
}

/// Who sends it.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    /// For what is counted in memory: another every day, and when the server begins anew.
    pub(crate) client: Client,
    /// The same for all networks of its line.
    pub(crate) line: Client,
    /// Where they are: to look for bans of wider networks, and kept nowhere.
    pub(crate) address: IpAddr,
    /// For what is looked up in the database (`comment.client`): the same for the same network for some
    /// weeks.
    pub(crate) network: Network,
    /// Whose browser it is, or who has signed in (`comment.person`); none when it doesn't say.
    pub(crate) person: Option<[u8; 16]>,
    /// The address that is known of them: of who has signed in, or of the comment that they change. For
    /// bans alone.
    pub(crate) email: Option<String>,
    /// Whether they have signed in as somebody whom the site knows.
    pub(crate) is_known: bool,
    /// Whether they look after the site's comments: nobody has to look at what they say.
    pub(crate) is_moderator: bool,
}

impl Sender {
    pub(crate) fn whence(&self) -> Whence<'_> {
        Whence {
            network: self.client.as_bytes(),
            line: self.line.as_bytes(),
        }
    }
}

/// What came along with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signals {
    /// The solution of a challenge.
    pub(crate) proof: Option<String>,
    /// The idempotency key that it came with.
    pub(crate) key: Option<String>,
    /// Where it came from: for Akismet alone, and kept nowhere.
    pub(crate) address: Option<IpAddr>,
    /// Whether a field was filled in that people don't see.
    pub(crate) honeypot: bool,
    /// How long somebody wrote, in milliseconds, where that is known.
    pub(crate) elapsed_ms: Option<i64>,
    /// Whether a script sent it; a form does where none runs.
    pub(crate) has_script: bool,
    pub(crate) user_agent: Option<String>,
    pub(crate) referrer: Option<String>,
}

impl Signals {
    /// What a request's headers tell.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let text = |name| {
            let value = headers.get(name)?.to_str().ok()?;
            Some(value.chars().take(HEADER).collect())
        };
        Self {
            user_agent: text(USER_AGENT),
            referrer: text(REFERER),
            ..Self::default()
        }
    }
}

/// Most characters of a header that are looked at.
const HEADER: usize = 512;

/// What is to become of it, from the mildest to the strongest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Decision {
    /// Everybody sees it.
    #[default]
    Publish,
    /// Everybody sees it, and a moderator is to have a look.
    Flag,
    /// It waits for a moderator.
    Hold,
    /// It is spam, until a moderator says otherwise. Its author is told that it waits.
    Spam,
    /// It is refused, and not stored.
    Reject,
}

impl Decision {
    /// Its name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Flag => "flag",
            Self::Hold => "hold",
            Self::Spam => "spam",
            Self::Reject => "reject",
        }
    }
}

/// Why a check decided so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    /// `policy`, `rule:12`, `links` and so on.
    pub(crate) check: Cow<'static, str>,
    pub(crate) decision: Decision,
    pub(crate) found: Found,
}

/// What all checks say together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) decision: Decision,
    pub(crate) reasons: Vec<Reason>,
    /// What its sender is told when it is rejected.
    pub(crate) refusal: Option<Refusal>,
    /// Whether its author is to be told that it stands, though nobody else sees it.
    pub(crate) is_shadowed: bool,
    /// Whether a proof of work was wanted of whoever has a script, and none came.
    pub(crate) is_unproven: bool,
    /// What the text is remembered by, to know it when it is said again.
    pub(crate) echo: Option<u64>,
}

impl Verdict {
    /// Adds what a check says.
    pub(crate) fn add(
        &mut self,
        check: impl Into<Cow<'static, str>>,
        decision: Decision,
        found: Found,
    ) {
        self.decision = self.decision.max(decision);
        self.reasons.push(Reason {
            check: check.into(),
            decision,
            found,
        });
    }

    /// Adds that it is refused, and what its sender is told. Nothing of it is stored, so that the detail
    /// is for hooks alone.
    pub(crate) fn reject(
        &mut self,
        check: impl Into<Cow<'static, str>>,
        refusal: Refusal,
        detail: impl Into<String>,
    ) {
        self.add(check, Decision::Reject, Found::quoted(detail));
        self.refusal.get_or_insert(refusal);
    }

    /// Adds all that other checks say.
    pub(crate) fn take(&mut self, other: Self) {
        self.decision = self.decision.max(other.decision);
        self.reasons.extend(other.reasons);
        if let Some(refusal) = other.refusal {
            self.refusal.get_or_insert(refusal);
        }
    }

    /// What the comment's `verdict` is then.
    pub(crate) const fn as_stored(&self) -> &'static str {
        match self.decision {
            Decision::Publish | Decision::Flag => "published",
            Decision::Hold => "pending",
            Decision::Spam | Decision::Reject => "spam",
        }
    }

    /// What its sender is told, if it is refused.
    fn refused(&self) -> Option<Refusal> {
        (self.decision == Decision::Reject).then(|| {
            let refusal = self.refusal.clone();
            refusal.unwrap_or_else(|| Refusal::new(ProblemKind::TextRefused))
        })
    }
}

impl Context {
    /// What is to become of a comment, or of a new text for one; an error when it is refused.
    pub(crate) async fn screen(&self, submission: &Submission<'_>) -> Result<Verdict, ApiError> {
        let verdict = self.checked(submission).await?;
        self.settled(submission, verdict)
    }

    /// What is to become of a comment that its author has deleted, and wants back. What it says was looked
    /// at before it was deleted; where it stands and who wrote it is looked at again.
    pub(crate) async fn screen_again(
        &self,
        submission: &Submission<'_>,
    ) -> Result<Verdict, ApiError> {
        let mut verdict = Verdict::default();
        self.check_closed(submission, &mut verdict).await?;
        if verdict.decision < Decision::Reject {
            self.check_bans(submission, &mut verdict).await?;
        }
        self.settled(submission, verdict)
    }

    /// That verdict, or the error that its sender is told; which is counted.
    fn settled(&self, submission: &Submission<'_>, verdict: Verdict) -> Result<Verdict, ApiError> {
        match verdict.refused() {
            None => Ok(verdict),
            Some(refusal) => {
                self.defence.is_not_said(submission.site, &verdict);
                self.rejections
                    .count(&submission.site.name, &verdict, submission.now);
                let checks = verdict.reasons.iter().map(|it| it.check.as_ref());
                let checks: Vec<&str> = checks.collect();
                tracing::info!(
                    site = submission.site.name,
                    checks = checks.join(" "),
                    "a comment was rejected"
                );
                Err(refusal.into())
            }
        }
    }

    /// What all checks say. Those that cost least come first; what is rejected needs no others.
    async fn checked(&self, submission: &Submission<'_>) -> Result<Verdict, ApiError> {
        let mut verdict = Verdict::default();
        if submission.sender.is_moderator {
            self.check_closed(submission, &mut verdict).await?;
            return Ok(verdict);
        }
        self.check_policy(submission, &mut verdict).await?;
        if verdict.decision < Decision::Reject {
            self.check_bans(submission, &mut verdict).await?;
        }
        if verdict.decision < Decision::Reject {
            self.check_rules(submission, &mut verdict).await?;
        }
        if verdict.decision < Decision::Reject {
            self.defend(submission, &mut verdict).await?;
        }
        // What would wait of anybody else waits of them, too.
        let holds = |it: &Reason| it.decision >= Decision::Hold && !it.check.starts_with("ban:");
        verdict.is_shadowed &= !verdict.reasons.iter().any(holds);
        Ok(verdict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_decision_counts_whatever_comes_first() {
        let mut verdict = Verdict::default();
        verdict.add("links", Decision::Hold, Found::quoted("5 links"));
        verdict.add("classifier", Decision::Spam, Found::quoted("0.99"));
        verdict.add("rule:1", Decision::Flag, Found::quoted("a word"));
        assert_eq!(verdict.decision, Decision::Spam);
        assert_eq!(verdict.as_stored(), "spam");
        assert_eq!(verdict.reasons.len(), 3);
        assert_eq!(verdict.refused(), None);
    }

    #[test]
    fn who_is_refused_is_told_the_first_reason() {
        let mut verdict = Verdict::default();
        verdict.reject("ban", Refusal::new(ProblemKind::Closed), "");
        verdict.reject("rule:1", Refusal::new(ProblemKind::TextRefused), "");
        assert_eq!(verdict.refused().unwrap().kind, ProblemKind::Closed);
    }
}
