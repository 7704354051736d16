//! What users do about themselves.

use std::net::SocketAddr;

use afterword_protocol::admin::{ChangeMe, Ended, Items, NewPassword, SessionSeen, User};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};

use super::Moderator;
use crate::domain::{check_email, check_user_name};
use crate::error::ApiError;
use crate::http::Shared;
use crate::http::request::{Body, Name};
use crate::store::{UserChange, Which};

/// Change oneself
///
/// Another address, and no second factor any more, take who has shown of late that it is they.
#[utoipa::path(
    patch,
    path = "/me",
    operation_id = "changeMe",
    tag = "accounts",
    security(("session" = [])),
    request_body = ChangeMe,
    responses(
        (status = 200, description = "The user", body = User),
        (status = "default", description = "`login-required`, `confirmation-needed`, `taken`, `author-too-long`, `author-invalid`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn change(
    State(context): State<Shared>,
    moderator: Moderator,
    Body(change): Body<ChangeMe>,
) -> Result<Json<User>, ApiError> {
    let what = UserChange {
        name: change.name.as_deref().map(check_user_name).transpose()?,
        email: change.email.as_deref().map(check_email).transpose()?,
        second_factor: change.second_factor,
        ..UserChange::default()
    };
    let (id, now) = (moderator.id(), context.clock.now());
    let user = &moderator.user;
    let is_other = what
        .email
        .is_some_and(|email| email != user.email.as_deref());
    if is_other || user.second_factor && what.second_factor == Some(false) {
        moderator.require_confirmed(now)?;
    }
    let changed = context.store.change_user(id, &what, Some(id), now).await?;
    Ok(Json(changed.ok_or(ProblemKind::NothingThere)?.into()))
}

/// Choose another password
///
/// Takes the present one, of who has one; else who has shown of late that it is they. All other
/// sessions end.
#[utoipa::path(
    put,
    path = "/me/password",
    operation_id = "setPassword",
    tag = "accounts",
    security(("session" = [])),
    request_body = NewPassword,
    responses(
        (status = 204, description = "It is the new one from now on"),
        (status = "default", description = "`login-required`, `credentials-wrong`, `confirmation-needed`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn set_password(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    moderator: Moderator,
    headers: HeaderMap,
    Body(NewPassword { current, password }): Body<NewPassword>,
) -> Result<StatusCode, ApiError> {
    let user = &moderator.user;
    if user.has_password {
        let current = current.unwrap_or_default();
        context
            .check_password(user, current, peer, &headers)
            .await?;
    } else {
        moderator.require_confirmed(context.clock.now())?;
    }
    let known = [Some(user.name.as_str()), user.email.as_deref()];
    let hash = context.accounts.hash(password, &known).await?;
    let what = UserChange {
        password: Some(Some(&hash)),
        session: Some(moderator.session),
        ..UserChange::default()
    };
    let (id, now) = (moderator.id(), context.clock.now());
    context.store.change_user(id, &what, Some(id), now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List one's sessions
#[utoipa::path(
    get,
    path = "/me/sessions",
    operation_id = "listSessions",
    tag = "accounts",
    security(("session" = [])),
    responses(
        (status = 200, description = "Those that last, the latest used first", body = Items<SessionSeen>),
        (status = "default", description = "`login-required`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn sessions(
    State(context): State<Shared>,
    moderator: Moderator,
) -> Result<Json<Items<SessionSeen>>, ApiError> {
    let (session, now) = (moderator.session, context.clock.now());
    let items = context.store.sessions(moderator.id(), session, now).await?;
    Ok(Json(Items::all(items)))
}

/// End one's other sessions
#[utoipa::path(
    delete,
    path = "/me/sessions",
    operation_id = "endSessions",
    tag = "accounts",
    security(("session" = [])),
    responses(
        (status = 200, description = "How many there were", body = Ended),
        (status = "default", description = "`login-required`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn end_sessions(
    State(context): State<Shared>,
    moderator: Moderator,
) -> Result<Json<Ended>, ApiError> {
    let (id, which) = (moderator.id(), Which::But(moderator.session));
    let now = context.clock.now();
    let sessions = context.store.end_sessions(id, which, Some(id), now).await?;
    Ok(Json(Ended { sessions }))
}

/// End one of one's sessions
#[utoipa::path(
    delete,
    path = "/me/sessions/{id}",
    operation_id = "endSession",
    tag = "accounts",
    security(("session" = [])),
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 204, description = "It has ended"),
        (status = "default", description = "`login-required`, `nothing-there`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn end_session(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(session): Name,
) -> Result<StatusCode, ApiError> {
    let session = session.parse().map_err(|_| ProblemKind::NothingThere)?;
    let (id, now) = (moderator.id(), context.clock.now());
    let ended = context
        .store
        .end_sessions(id, Which::One(session), Some(id), now);
    match ended.await? {
        0 => Err(ProblemKind::NothingThere.into()),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}
