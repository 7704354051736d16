//! Signing in and out.

use std::net::SocketAddr;

use afterword_protocol::admin::{CurrentSession, SignIn, SignedIn, Welcome};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, StatusCode};
use serde_json::json;

use super::Moderator;
use crate::domain::rfc3339;
use crate::error::ApiError;
use crate::http::request::Body;
use crate::http::{Context, Shared};
use crate::store::{Means, Opened, User};

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
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Body(SignIn { user, password }): Body<SignIn>,
) -> Result<(StatusCode, Json<SignedIn>), ApiError> {
    let user = context.known(&user, password, peer, &headers).await?;
    if user.needs_passkey() {
        return Err(ProblemKind::PasskeyRequired.into());
    }
    let (now, agent) = (context.clock.now(), agent(&headers));
    let opened = context
        .store
        .sign_in(&user.id, Means::Password, &agent, now);
    let opened = opened.await?.ok_or(ProblemKind::CredentialsWrong)?;
    Ok((StatusCode::CREATED, Json(signed_in(opened))))
}

impl Context {
    /// The user of that name or address and that password.
    pub(super) async fn known(
        &self,
        name: &str,
        password: String,
        peer: SocketAddr,
        headers: &HeaderMap,
    ) -> Result<User, ApiError> {
        let (user, hash) = self.store.user_named(name.trim()).await?.unzip();
        // By name and by address it is the same one, who need not be tried twice as often.
        let tried = user.as_ref().map_or(name, |user| &user.id);
        let attempt = self.try_to_sign_in(tried, peer, headers)?;
        let is_right = self.accounts.is_password(password, hash.flatten()).await?;
        match user {
            Some(user) if is_right && !user.disabled => {
                self.accounts.tries.succeeded(&attempt);
                Ok(user)
            }
            user => {
                if let Some(user) = user {
                    let (detail, now) = (json!({ "name": user.name }), self.clock.now());
                    let noted = self.store.note("sign-in-failed", &user.id, &detail, now);
                    noted.await?;
                }
                Err(ProblemKind::CredentialsWrong.into())
            }
        }
    }
}

/// Tell whether there is anybody who could sign in
///
/// Where there is nobody, the pages say by which command the first one comes.
#[utoipa::path(
    get,
    path = "/welcome",
    operation_id = "welcome",
    tag = "accounts",
    responses(
        (status = 200, description = "Whether there is", body = Welcome),
        (status = "default", description = "`rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn welcome(
    State(context): State<Shared>,
) -> Result<Json<Welcome>, ApiError> {
    let has_users = !context.store.users().await?.is_empty();
    Ok(Json(Welcome { has_users }))
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
