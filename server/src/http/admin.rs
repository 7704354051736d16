//! What owners, admins and moderators do: `/api/v1/admin`.
//!
//! Each call takes a [`Moderator`] and asks it for a right before it does anything; the test
//! `tests/api/rights.rs` walks all of them with every role, and has a line for each. What can be done
//! under an article as well takes [`InPlace`].

mod accounts;
mod actions;
mod audit;
mod bans;
mod classifier;
mod comments;
mod dashboard;
mod hooks;
mod invitations;
mod mail;
mod me;
mod moderator;
mod oidc;
mod pages;
mod passkeys;
mod privacy;
mod rules;
mod session;
mod sites;
mod tries;
mod users;
mod window;

pub(crate) use accounts::Accounts;
pub(super) use actions::tell;
pub(crate) use invitations::link as invitation_link;
pub(in crate::http) use moderator::{InPlace, Moderator, Reach};
pub(super) use oidc::back as oidc_back;

use afterword_protocol::ProblemKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::request::number;
use crate::error::Refusal;

/// How many are told at once.
fn portion(limit: Option<u32>) -> Result<u32, Refusal> {
    number("limit", limit, (200, 50))
}

/// A cursor that is a number.
fn number_before(cursor: Option<&str>) -> Result<Option<i64>, Refusal> {
    let number = cursor.map(str::parse).transpose();
    number.map_err(|_| {
        let detail = "before is not one that was given out";
        Refusal::because(ProblemKind::InvalidRequest, detail)
    })
}

/// The routes below `/admin`.
pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .merge(accounts())
        .merge(moderation())
        .routes(routes!(privacy::export))
        .routes(routes!(privacy::erase))
        .merge(mails())
        .merge(of_sites())
        .routes(routes!(hooks::list))
        .routes(routes!(hooks::remove))
        .routes(routes!(hooks::retry))
        .routes(routes!(hooks::retry_all))
        .routes(routes!(hooks::attempt))
}

/// Looking after comments.
fn moderation() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(comments::comments))
        .routes(routes!(comments::comment))
        .routes(routes!(comments::person))
        .routes(routes!(actions::act))
        .routes(routes!(actions::undo))
        .routes(routes!(pages::pages, pages::enter_page))
        .routes(routes!(pages::page, pages::change_page))
        .routes(routes!(bans::bans))
        .routes(routes!(bans::lift_ban))
        .routes(routes!(classifier::classifier))
        .routes(routes!(classifier::classify))
        .routes(routes!(dashboard::dashboard))
        .routes(routes!(dashboard::events))
        .routes(routes!(rules::rules, rules::add_rule))
        .routes(routes!(rules::try_rule))
        .routes(routes!(rules::change_rule, rules::remove_rule))
}

/// What is set for sites.
fn of_sites() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(sites::list, sites::add))
        .routes(routes!(sites::show, sites::change, sites::remove))
}

/// Who looks after comments.
fn accounts() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(session::welcome))
        .routes(routes!(session::sign_in, session::who, session::sign_out))
        .routes(routes!(window::begin))
        .routes(routes!(window::claim))
        .routes(routes!(window::show, window::hand_over))
        .routes(routes!(session::confirm))
        .routes(routes!(me::change))
        .routes(routes!(passkeys::begin_sign_in))
        .routes(routes!(passkeys::finish_sign_in))
        .routes(routes!(passkeys::list, passkeys::add))
        .routes(routes!(passkeys::begin))
        .routes(routes!(passkeys::remove))
        .routes(routes!(me::set_password, passkeys::remove_password))
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
        .routes(routes!(oidc::offer))
        .routes(routes!(oidc::begin))
        .routes(routes!(oidc::finish))
}

/// Mails: what one gets, and the queue.
fn mails() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(mail::preference, mail::set_preference))
        .routes(routes!(mail::feed, mail::renew_feed))
        .routes(routes!(mail::queue))
        .routes(routes!(mail::attempt))
        .routes(routes!(mail::retry_all))
        .routes(routes!(mail::throw_away))
        .routes(routes!(mail::retry))
}
