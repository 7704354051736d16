//! How the server is, for whoever watches over it.

use std::sync::atomic::Ordering;

use afterword_protocol::ProblemKind;
use axum::extract::State;

use super::Shared;
use crate::error::ApiError;

/// It runs.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// It can answer: the database does, and it is not about to end.
pub(super) async fn readyz(State(context): State<Shared>) -> Result<&'static str, ApiError> {
    if context.is_stopping.load(Ordering::Relaxed) {
        return Err(ProblemKind::Unavailable.into());
    }
    context.store.check().await?;
    Ok("ok\n")
}
