//! Who looks after comments, as owners and admins have them.

use afterword_protocol::admin::{
    ChangeUser, Ended, Grant, Invited, Items, Right, Role, SetGrants, User,
};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::Moderator;
use super::invitations::invited;
use super::moderator::Reach;
use crate::domain::{check_email, check_user_name};
use crate::error::{ApiError, Refusal};
use crate::http::request::{Body, Name, Query};
use crate::http::{Context, Shared};
use crate::store::{self, NewInvitation, UserChange, Which};

impl Moderator {
    /// Refuses who may not make somebody that.
    pub(super) fn may_give(&self, grants: &[Grant]) -> Result<(), Refusal> {
        let is_owner = self.user.is_owner();
        let may = |grant: &Grant| match (grant.role, &grant.site) {
            (Role::Owner, None) => is_owner,
            (Role::Owner, Some(_)) => false,
            (_, None) => self.require_everywhere(Right::Users).is_ok(),
            (_, Some(site)) => self.may(Right::Users, site),
        };
        if grants.iter().all(may) {
            return Ok(());
        }
        let detail = format!("{} may not make anybody that", self.user.name);
        Err(Refusal::because(ProblemKind::Forbidden, detail))
    }

    /// Refuses who may not change somebody: who is something where these have no say.
    fn may_change(&self, other: &store::User) -> Result<(), Refusal> {
        let everywhere = self.require_everywhere(Right::Users);
        match other.grants.is_empty() {
            true => everywhere,
            false => self.may_give(&other.grants),
        }
    }
}

impl Context {
    /// The user of that id, for somebody who may change some at all.
    async fn somebody(&self, moderator: &Moderator, id: &str) -> Result<store::User, ApiError> {
        moderator.reach(Right::Users, None)?;
        let user = self.store.user(id).await?;
        Ok(user.ok_or(ProblemKind::NothingThere)?)
    }
}

/// A user as those see it who have a say on these sites.
fn seen(mut user: store::User, reach: &Reach) -> User {
    let is_seen = |grant: &Grant| grant.site.as_deref().is_none_or(|site| reach.has(site));
    user.grants.retain(is_seen);
    user.into()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Parameters {
    site: Option<String>,
}

/// List who looks after comments
///
/// Admins see those who are something on their sites, and what they are there.
#[utoipa::path(
    get,
    path = "/users",
    operation_id = "listUsers",
    tag = "accounts",
    security(("session" = [])),
    params(("site" = Option<String>, Query, description = "Those of that site alone")),
    responses(
        (status = 200, description = "All of them, by name", body = Items<User>),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn list(
    State(context): State<Shared>,
    moderator: Moderator,
    Query(Parameters { site }): Query<Parameters>,
) -> Result<Json<Items<User>>, ApiError> {
    let reach = moderator.reach(Right::Users, site.as_deref())?;
    let users = context.store.users().await?;
    let users = users.into_iter().map(|user| seen(user, &reach));
    // Whoever is nothing anywhere is for those to see who may make them something everywhere.
    let is_there = |user: &User| reach == Reach::All || !user.grants.is_empty();
    let items: Vec<User> = users.filter(is_there).collect();
    Ok(Json(Items::all(items)))
}

/// Show a user
#[utoipa::path(
    get,
    path = "/users/{id}",
    operation_id = "showUser",
    tag = "accounts",
    security(("session" = [])),
    params(("id" = String, Path, description = "Id of the user")),
    responses(
        (status = 200, description = "The user", body = User),
        (status = "default", description = "`login-required`, `forbidden`, `nothing-there`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn show(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(id): Name,
) -> Result<Json<User>, ApiError> {
    let reach = moderator.reach(Right::Users, None)?;
    let user = seen(context.somebody(&moderator, &id).await?, &reach);
    if reach != Reach::All && user.grants.is_empty() {
        return Err(ProblemKind::Forbidden.into());
    }
    Ok(Json(user))
}

/// Change a user, or keep them out
///
/// Takes the right on all sites where they are something; an owner is changed by owners alone.
#[utoipa::path(
    patch,
    path = "/users/{id}",
    operation_id = "changeUser",
    tag = "accounts",
    security(("session" = [])),
    params(("id" = String, Path, description = "Id of the user")),
    request_body = ChangeUser,
    responses(
        (status = 200, description = "The user", body = User),
        (status = "default", description = "`login-required`, `forbidden`, `nothing-there`, `taken`, `last-owner`, `author-too-long`, `author-invalid`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn change(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(id): Name,
    Body(change): Body<ChangeUser>,
) -> Result<Json<User>, ApiError> {
    moderator.may_change(&context.somebody(&moderator, &id).await?)?;
    let what = UserChange {
        name: change.name.as_deref().map(check_user_name).transpose()?,
        email: change.email.as_deref().map(check_email).transpose()?,
        disabled: change.disabled,
        ..UserChange::default()
    };
    let now = context.clock.now();
    let changed = context
        .store
        .change_user(&id, &what, Some(moderator.id()), now);
    let user = changed.await?.ok_or(ProblemKind::NothingThere)?;
    Ok(Json(user.into()))
}

/// Remove a user
///
/// With all their sessions, passkeys and invitations. What they have done stands in the log, by their
/// name. Takes what changing them takes.
#[utoipa::path(
    delete,
    path = "/users/{id}",
    operation_id = "removeUser",
    tag = "accounts",
    security(("session" = [])),
    params(("id" = String, Path, description = "Id of the user")),
    responses(
        (status = 204, description = "They are gone"),
        (status = "default", description = "`login-required`, `forbidden`, `nothing-there`, `last-owner`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn remove(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(id): Name,
) -> Result<StatusCode, ApiError> {
    moderator.may_change(&context.somebody(&moderator, &id).await?)?;
    let now = context.clock.now();
    let removed = context.store.remove_user(&id, Some(moderator.id()), now);
    match removed.await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ProblemKind::NothingThere.into()),
    }
}

/// Say what a user is
///
/// Takes the right on the sites that it is about. What they are on others stays.
#[utoipa::path(
    put,
    path = "/users/{id}/grants",
    operation_id = "setGrants",
    tag = "accounts",
    security(("session" = [])),
    params(("id" = String, Path, description = "Id of the user")),
    request_body = SetGrants,
    responses(
        (status = 200, description = "The user", body = User),
        (status = "default", description = "`login-required`, `forbidden`, `nothing-there`, `last-owner`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn set_grants(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(id): Name,
    Body(SetGrants { mut grants }): Body<SetGrants>,
) -> Result<Json<User>, ApiError> {
    context.somebody(&moderator, &id).await?;
    moderator.may_give(&grants)?;
    context.check_sites(&grants)?;
    let reach = moderator.sites_to(Right::Users);
    let is_own = |grant: &Grant| {
        reach == Reach::All || grant.site.as_deref().is_some_and(|site| reach.has(site))
    };
    let change = |before: &[Grant]| {
        let (own, others): (Vec<Grant>, Vec<Grant>) = before.iter().cloned().partition(is_own);
        // Nobody takes from an owner what only owners give.
        moderator.may_give(&own)?;
        // Whoever is something on all sites is that here, too: no site's admin makes them less.
        grants.extend(others);
        Ok(grants)
    };
    let now = context.clock.now();
    let changed = context
        .store
        .set_grants(&id, change, Some(moderator.id()), now);
    let user = changed.await?.ok_or(ProblemKind::NothingThere)?;
    Ok(Json(seen(user, &reach)))
}

/// End all sessions of a user
#[utoipa::path(
    delete,
    path = "/users/{id}/sessions",
    operation_id = "endSessionsOfUser",
    tag = "accounts",
    security(("session" = [])),
    params(("id" = String, Path, description = "Id of the user")),
    responses(
        (status = 200, description = "How many there were", body = Ended),
        (status = "default", description = "`login-required`, `forbidden`, `nothing-there`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn end_sessions(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(id): Name,
) -> Result<Json<Ended>, ApiError> {
    moderator.may_change(&context.somebody(&moderator, &id).await?)?;
    let now = context.clock.now();
    let ended = context
        .store
        .end_sessions(&id, Which::All, Some(moderator.id()), now);
    let sessions = ended.await?;
    Ok(Json(Ended { sessions }))
}

/// Make a link by which a user chooses a new password
///
/// It is good for a day, and once. An earlier one is good for nothing any more.
#[utoipa::path(
    post,
    path = "/users/{id}/reset",
    operation_id = "resetUser",
    tag = "accounts",
    security(("session" = [])),
    params(("id" = String, Path, description = "Id of the user")),
    responses(
        (status = 201, description = "The link, shown once", body = Invited),
        (status = "default", description = "`login-required`, `forbidden`, `nothing-there`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn reset(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(id): Name,
) -> Result<(StatusCode, Json<Invited>), ApiError> {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let user = context.somebody(&moderator, &id).await?;
    moderator.may_change(&user)?;
    let now = context.clock.now();
    let new = NewInvitation {
        user: Some(&user.id),
        name: Some(&user.name),
        email: None,
        grants: &[],
        by: Some(moderator.id()),
        expires: now + DAY,
    };
    let made = context.store.invite(&new, now).await?;
    Ok((StatusCode::CREATED, Json(invited(&context, made))))
}

impl Context {
    /// Refuses what names a site that there isn't.
    pub(super) fn check_sites(&self, grants: &[Grant]) -> Result<(), Refusal> {
        for site in grants.iter().filter_map(|grant| grant.site.as_deref()) {
            self.named_site(Some(site))?;
        }
        Ok(())
    }
}
