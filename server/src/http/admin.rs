//! What owners, admins and moderators do: `/api/v1/admin`.
//!
//! Each call takes a [`Moderator`] and asks it for a right before it does anything; the test
//! `tests/api/rights.rs` walks all of them with every role, and has a line for each.

mod accounts;
#[allow(
    dead_code,
    reason = "the calls that ask for rights come with the next parts"
)]
mod moderator;
mod session;

pub(crate) use accounts::Accounts;
#[allow(unused_imports, reason = "as above")]
pub(in crate::http) use moderator::{Moderator, Reach};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;

/// The routes below `/admin`.
pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(session::sign_in, session::who, session::sign_out))
}
