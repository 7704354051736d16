//! Whoever was banned.

use afterword_protocol::ProblemKind;

use super::{Decision, Submission, Verdict};
use crate::error::{ApiError, Refusal};
use crate::http::Context;

impl Context {
    /// Refuses who is banned; takes what comes from whom that is not told for spam.
    pub(super) async fn check_bans(
        &self,
        submission: &Submission<'_>,
        verdict: &mut Verdict,
    ) -> Result<(), ApiError> {
        for hit in self.store.banned(submission).await? {
            let (check, detail) = (format!("ban:{}", hit.id), format!("banned by {}", hit.kind));
            if hit.shadow {
                verdict.add(check, Decision::Spam, detail);
                verdict.is_shadowed = true;
            } else {
                verdict.reject(check, Refusal::new(ProblemKind::Banned), detail);
            }
        }
        Ok(())
    }
}
