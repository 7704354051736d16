//! What a site and a page take at all, and whose comments are shown before a moderator has seen them.

use afterword_protocol::admin::FoundCode;
use afterword_protocol::{ProblemKind, offers};

use super::{Decision, Found, Submission, Verdict};
use crate::config::{Policy as Shown, Site};
use crate::error::{ApiError, Refusal};
use crate::http::Context;
use crate::store::PageSettings;

/// Which comments a page's own policy of that name shows at once.
fn shown_of(name: &str) -> Option<Shown> {
    match name {
        "all" => Some(Shown::All),
        "first" => Some(Shown::First),
        "held" => Some(Shown::Held),
        _ => None,
    }
}

/// What holds on a page: its own settings where it has them, else those of its site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) shown: Shown,
    /// No comments are taken.
    pub(crate) is_closed: bool,
    /// Nothing is taken, no edits and no votes either.
    pub(crate) is_read_only: bool,
    /// Seconds between two comments of one person; 0 for none.
    pub(crate) slow_seconds: u32,
}

/// What somebody is told whose last comment on a page is of that time, where so many seconds have to lie
/// between two; none when they do.
pub(crate) fn too_soon(last: Option<i64>, seconds: u32, now: i64) -> Option<Refusal> {
    let until = last?.saturating_add(i64::from(seconds) * 1000);
    let wait = until.saturating_sub(now).saturating_add(999) / 1000;
    (until > now).then(|| {
        Refusal::over(
            ProblemKind::SlowMode,
            u32::try_from(wait).unwrap_or(u32::MAX),
        )
    })
}

/// What its reasons are under.
const CHECK: &str = "policy";
/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

impl Policy {
    pub(crate) fn of(site: &Site, page: &PageSettings, now: i64) -> Self {
        let settings = &site.settings;
        let is_old = Self::is_old(site, page.close_after_days, page.opened, now);
        let shown = page.policy.as_deref().and_then(shown_of);
        let is_read_only = page.read_only || settings.read_only;
        Self {
            shown: shown.unwrap_or(settings.policy),
            is_closed: is_read_only || page.closed.unwrap_or(settings.closed || is_old),
            is_read_only,
            slow_seconds: page.slow_seconds,
        }
    }
}

impl Policy {
    /// Whether a page has been there for so long that it takes no more comments by itself: so many days
    /// of its own, or else of its site.
    pub(crate) fn is_old(site: &Site, own: Option<u32>, opened: Option<i64>, now: i64) -> bool {
        let days = own.unwrap_or(site.settings.close_after_days);
        let age = now - opened.unwrap_or(now);
        days > 0 && age >= i64::from(days).saturating_mul(DAY)
    }

    /// What a client may offer, where that is not what is usual.
    pub(crate) fn offers(&self, has_mail: bool) -> Option<Vec<String>> {
        const CLOSED: [&str; 2] = ["post", "reply"];
        const READ_ONLY: [&str; 5] = ["post", "reply", "edit", "unvote", "reactions"];
        let less: &[&str] = if self.is_read_only {
            &READ_ONLY
        } else if self.is_closed {
            &CLOSED
        } else if has_mail {
            &[]
        } else {
            return None;
        };
        let words = offers::USUAL.split_whitespace();
        let words = words.filter(|word| !less.contains(word));
        let words = words.chain(offers::MAIL.split_whitespace().filter(|_| has_mail));
        Some(words.map(str::to_owned).collect())
    }
}

impl Context {
    /// What holds on a page.
    pub(crate) async fn policy(
        &self,
        site: &Site,
        page: &str,
        now: i64,
    ) -> Result<Policy, ApiError> {
        let settings = self.store.page_settings(&site.name, page).await?;
        Ok(Policy::of(site, &settings, now))
    }

    /// Refuses what goes on a page that takes no comments.
    pub(super) async fn check_closed(
        &self,
        submission: &Submission<'_>,
        verdict: &mut Verdict,
    ) -> Result<(), ApiError> {
        let policy = self.policy(submission.site, &submission.page.key, submission.now);
        if policy.await?.is_closed {
            let closed = Refusal::new(ProblemKind::Closed);
            verdict.reject(CHECK, closed, "the page takes no comments");
        }
        Ok(())
    }

    pub(super) async fn check_policy(
        &self,
        submission: &Submission<'_>,
        verdict: &mut Verdict,
    ) -> Result<(), ApiError> {
        let policy = self.policy(submission.site, &submission.page.key, submission.now);
        let policy = policy.await?;
        if policy.is_read_only || policy.is_closed && !submission.is_edit() {
            let closed = Refusal::new(ProblemKind::Closed);
            verdict.reject(CHECK, closed, "the page takes no comments");
            return Ok(());
        }
        if policy.slow_seconds > 0 && !submission.is_edit() {
            let last = self.store.last_of(submission).await?;
            if let Some(slow) = too_soon(last, policy.slow_seconds, submission.now) {
                verdict.reject(CHECK, slow, "the page is in slow mode");
                return Ok(());
            }
        }
        match policy.shown {
            Shown::All => {}
            Shown::Held => {
                let found = Found::new(FoundCode::AllHeld, "all comments are held");
                verdict.add(CHECK, Decision::Hold, found);
            }
            Shown::First if submission.sender.is_known => {}
            Shown::First if self.store.is_known(submission).await? => {}
            Shown::First => {
                let detail = "nothing of this person was published before";
                verdict.add(
                    CHECK,
                    Decision::Hold,
                    Found::new(FoundCode::Newcomer, detail),
                );
            }
        }
        Ok(())
    }
}
