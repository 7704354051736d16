//! Edit tokens on their way from one device of an author to another. They wait in memory: nothing
//! of it is written to disk.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use afterword_protocol::{Problem, ProblemKind, Transfer, TransferCode, limits};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::Shared;
use super::request::Body;
use crate::domain::{is_id, random};
use crate::error::{ApiError, Refusal};

/// Most transfers that wait at a time.
const MOST: usize = 1000;

/// Letters and digits that nobody takes for others (Crockford's base 32).
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters of a code: 40 bits, of which nobody finds one of a thousand in ten minutes by the
/// twenty tries that a client has in each.
const LENGTH: usize = 8;

/// What waits, by its code, with the time from which it is too old.
#[derive(Default)]
pub(crate) struct Transfers(Mutex<HashMap<String, (i64, Transfer)>>);

impl Transfers {
    fn put(&self, transfer: Transfer, now: i64) -> Result<String, Refusal> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (end, _)| *end > now);
        if waiting.len() >= MOST {
            return Err(ProblemKind::Unavailable.into());
        }
        let code = random::<LENGTH>().map(|byte| char::from(DIGITS[usize::from(byte % 32)]));
        let code: String = code.into_iter().collect();
        let end = now + i64::from(limits::TRANSFER_SECONDS) * 1000;
        waiting.insert(code.clone(), (end, transfer));
        Ok(code)
    }

    fn take(&self, code: &str, now: i64) -> Option<Transfer> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (end, transfer) = waiting.remove(&code_of(code))?;
        (end > now).then_some(transfer)
    }

    /// Forgets what nobody has fetched in time.
    pub(crate) fn forget_the_old(&self, now: i64) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (end, _)| *end > now);
    }
}

/// A code as it was given out, from what somebody has typed.
fn code_of(typed: &str) -> String {
    let typed = typed.chars().filter(char::is_ascii_alphanumeric);
    let typed = typed.map(|character| match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        character => character,
    });
    typed.take(LENGTH + 1).collect()
}

/// Whether it has the form of an edit token. Whose it is, its comment will know.
fn is_token(token: &str) -> bool {
    (1..=128).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Leave edit tokens for another device
///
/// They wait under a code for ten minutes, in the server's memory, and can be fetched once.
#[utoipa::path(
    post,
    path = "/transfers",
    operation_id = "leaveTokens",
    tag = "comments",
    request_body = Transfer,
    responses(
        (status = 201, description = "The code", body = TransferCode),
        (status = "default", description = "`invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`, `unavailable`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn leave(
    State(context): State<Shared>,
    Body(transfer): Body<Transfer>,
) -> Result<(StatusCode, Json<TransferCode>), ApiError> {
    let wrong = |detail: String| Refusal::because(ProblemKind::InvalidRequest, detail);
    if !(1..=limits::TRANSFERRED_TOKENS).contains(&transfer.tokens.len()) {
        let most = limits::TRANSFERRED_TOKENS;
        return Err(wrong(format!("tokens can be 1 to {most}")).into());
    }
    let is_right = transfer
        .tokens
        .iter()
        .all(|token| is_id(&token.id) && is_token(&token.edit_token));
    if !is_right {
        return Err(wrong("an id or a token has not the form of one".to_owned()).into());
    }
    let code = context.transfers.put(transfer, context.clock.now())?;
    Ok((StatusCode::CREATED, Json(TransferCode { code })))
}

/// Fetch edit tokens from another device
#[utoipa::path(
    post,
    path = "/transfers/fetch",
    operation_id = "fetchTokens",
    tag = "comments",
    request_body = TransferCode,
    responses(
        (status = 200, description = "The tokens. The code is good for nothing any more", body = Transfer),
        (status = "default", description = "`code-unknown`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn fetch(
    State(context): State<Shared>,
    Body(TransferCode { code }): Body<TransferCode>,
) -> Result<Json<Transfer>, ApiError> {
    let transfer = context.transfers.take(&code, context.clock.now());
    Ok(Json(transfer.ok_or(ProblemKind::CodeUnknown)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        assert_eq!(code_of(" abcd-ol1i "), "ABCD0111");
        assert_eq!(code_of("ABCD 1234 5678"), "ABCD12345", "too long is wrong");
    }

    #[test]
    fn no_more_wait_than_there_is_room_for() {
        let transfers = Transfers::default();
        let put = |now| transfers.put(Transfer { tokens: Vec::new() }, now);
        for _ in 0..MOST {
            assert!(put(0).is_ok());
        }
        assert_eq!(put(1).unwrap_err().kind, ProblemKind::Unavailable);
        assert!(put(i64::from(limits::TRANSFER_SECONDS) * 1000).is_ok());
    }
}
