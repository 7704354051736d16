//! Signing in and out.

use afterword_protocol::admin::{CurrentSession, SignIn, SignedIn};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::State;
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, StatusCode};

use super::Moderator;
use crate::domain::rfc3339;
use crate::error::ApiError;
use crate::http::Shared;
use crate::http::request::Body;
use crate::store::{Means, Opened};

/// Sign in
///
/// By name or e-mail address, and password. Whatever of it is wrong, the answer is the same, and takes
/// as long.
#[utoipa::path(
    post,
    path = "/session",
    operation_id = "signIn",
    tag = "accounts",
    request_body = SignIn,
    responses(
        (status = 201, description = "A session", body = SignedIn),
        (status = "default", description = "`credentials-wrong`, `passkey-required`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn sign_in(
    State(context): State<Shared>,
    headers: HeaderMap,
    Body(SignIn { user, password }): Body<SignIn>,
) -> Result<(StatusCode, Json<SignedIn>), ApiError> {
    let (user, hash) = context.store.user_named(user.trim()).await?.unzip();
    let is_right = context.accounts.is_password(password, hash.flatten());
    let user = match (is_right.await?, user) {
        (true, Some(user)) if !user.disabled => user,
        _ => return Err(ProblemKind::CredentialsWrong.into()),
    };
    let (now, agent) = (context.clock.now(), agent(&headers));
    let opened = context
        .store
        .sign_in(&user.id, Means::Password, &agent, now);
    let opened = opened.await?.ok_or(ProblemKind::CredentialsWrong)?;
    Ok((StatusCode::CREATED, Json(signed_in(opened))))
}

/// Tell who is signed in
#[utoipa::path(
    get,
    path = "/session",
    operation_id = "currentSession",
    tag = "accounts",
    security(("session" = [])),
    responses(
        (status = 200, description = "The session", body = CurrentSession),
        (status = "default", description = "`login-required`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn who(moderator: Moderator) -> Json<CurrentSession> {
    Json(CurrentSession {
        expires: rfc3339(moderator.expires),
        user: moderator.user.into(),
    })
}

/// Sign out
#[utoipa::path(
    delete,
    path = "/session",
    operation_id = "signOut",
    tag = "accounts",
    security(("session" = [])),
    responses(
        (status = 204, description = "The session has ended"),
        (status = "default", description = "`login-required`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn sign_out(
    State(context): State<Shared>,
    moderator: Moderator,
) -> Result<StatusCode, ApiError> {
    context.store.sign_out(moderator.session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Most characters of what a browser says that it is.
const AGENT: usize = 200;

/// What a browser says that it is, for its user's list of sessions.
pub(super) fn agent(headers: &HeaderMap) -> String {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    agent.unwrap_or_default().chars().take(AGENT).collect()
}

pub(super) fn signed_in(opened: Opened) -> SignedIn {
    SignedIn {
        token: opened.token,
        expires: rfc3339(opened.expires),
        user: opened.user.into(),
    }
}
