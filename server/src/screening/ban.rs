//! Whoever was banned.

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::FoundCode;

use super::{Decision, Found, Submission, Verdict};
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
                let found = match code_of(&hit.kind) {
                    Some(code) => Found::new(code, detail),
                    None => Found::quoted(detail),
                };
                verdict.add(check, Decision::Spam, found);
                verdict.is_shadowed = true;
            } else {
                verdict.reject(check, Refusal::new(ProblemKind::Banned), detail);
            }
        }
        Ok(())
    }
}

fn code_of(kind: &str) -> Option<FoundCode> {
    match kind {
        "person" => Some(FoundCode::BannedPerson),
        "network" => Some(FoundCode::BannedNetwork),
        "author" => Some(FoundCode::BannedAuthor),
        "email" => Some(FoundCode::BannedEmail),
        _ => None,
    }
}
