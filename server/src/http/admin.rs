//! What owners, admins and moderators do: `/api/v1/admin`.
//!
//! Each call takes a [`Moderator`] and asks it for a right before it does anything; the test
//! `tests/api/rights.rs` walks all of them with every role, and has a line for each.

mod accounts;
mod audit;
mod invitations;
mod me;
mod moderator;
mod session;
mod tries;
mod users;

pub(crate) use accounts::Accounts;
pub(crate) use invitations::link as invitation_link;
#[allow(unused_imports, reason = "for lists that may be narrowed to sites")]
pub(in crate::http) use moderator::{Moderator, Reach};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;

/// The routes below `/admin`.
pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().merge(accounts())
}

/// Who looks after comments.
fn accounts() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(session::sign_in, session::who, session::sign_out))
        .routes(routes!(me::change))
        .routes(routes!(me::set_password))
        .routes(routes!(me::sessions, me::end_sessions))
        .routes(routes!(me::end_session))
        .routes(routes!(users::list))
        .routes(routes!(users::show, users::change, users::remove))
        .routes(routes!(users::set_grants))
        .routes(routes!(users::end_sessions))
        .routes(routes!(users::reset))
        .routes(routes!(invitations::list, invitations::invite))
        .routes(routes!(
            invitations::show,
            invitations::accept,
            invitations::withdraw
        ))
        .routes(routes!(audit::log))
}
