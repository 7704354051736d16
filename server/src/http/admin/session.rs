//! Signing in and out.

use std::net::SocketAddr;

use afterword_protocol::admin::{
    Confirmation, CurrentSession, DoneCode, SignIn, SignedIn, Welcome,
};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::header::{ORIGIN, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use serde_json::json;

use super::moderator::named_origin;
use super::tries::Trier;
use super::{InPlace, Moderator};
use crate::domain::rfc3339;
use crate::error::{ApiError, Refusal};
use crate::http::request::Body;
use crate::http::{Context, Shared};
use crate::store::{Means, Opened, Opening, User};

/// Sign in
///
/// By name or e-mail address, and password. Whatever of it is wrong, the answer is the same, and takes
/// as long. Pages of sites say `in_place`: what they get is good for their origin alone, to decide about
/// comments there, and ends after a day without use, or after seven.
#[utoipa::path(
    post,
    path = "/session",
    operation_id = "signIn",
    tag = "accounts",
    request_body = SignIn,
    responses(
        (status = 201, description = "A session", body = SignedIn),
        (status = "default", description = "`credentials-wrong`, `passkey-required`, `forbidden` of who looks after no comments on pages of the origin, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed` also where a page of a site doesn't say `in_place`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn sign_in(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Body(SignIn {
        user,
        password,
        in_place,
    }): Body<SignIn>,
) -> Result<(StatusCode, Json<SignedIn>), ApiError> {
    if in_place {
        named_origin(&headers)?;
    } else {
        context.check_ours(&headers)?;
    }
    let user = context.known(&user, password, peer, &headers).await?;
    if user.needs_passkey() {
        return Err(ProblemKind::PasskeyRequired.into());
    }
    let (now, agent) = (context.clock.now(), agent(&headers));
    let place = match in_place {
        true => Some(context.place_of(user.clone(), &headers)?),
        false => None,
    };
    let new = Opening {
        means: Means::Password,
        agent: &agent,
        origin: place.as_ref().map(|(_, origin)| origin.as_str()),
    };
    let opened = context.store.sign_in(&user.id, new, now).await?;
    let mut opened = opened.ok_or(ProblemKind::CredentialsWrong)?;
    if let Some((user, _)) = place {
        opened.user = user;
    }
    Ok((StatusCode::CREATED, Json(signed_in(opened))))
}

impl Context {
    /// Refuses a page of another origin than this server's own.
    fn check_ours(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let from = headers
            .get(ORIGIN)
            .map(|from| from.to_str().unwrap_or_default());
        let Some(from) = from.filter(|from| !self.is_ours(from, headers)) else {
            return Ok(());
        };
        let detail = format!(
            "{from} is not this server's own origin, as Host or public-url has it; pages of a site say in_place"
        );
        Err(Refusal::because(ProblemKind::OriginNotAllowed, detail))
    }

    /// Refuses another password than that of a user who is signed in.
    pub(super) async fn check_password(
        &self,
        user: &User,
        password: String,
        peer: SocketAddr,
        headers: &HeaderMap,
    ) -> Result<(), ApiError> {
        let attempt = self.try_to_sign_in(Trier::SignedIn, &user.id, peer, headers)?;
        let hash = self.store.password(&user.id).await?;
        if !self.accounts.is_password(password, hash).await? {
            return Err(ProblemKind::CredentialsWrong.into());
        }
        self.accounts.tries.succeeded(&attempt);
        Ok(())
    }

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
        let network = self.clients.network(peer, headers);
        let now = self.clock.now();
        let trier = match self.store.knows_network(tried, network, now).await? {
            true => Trier::Known,
            false => Trier::Stranger,
        };
        let attempt = self.try_to_sign_in(trier, tried, peer, headers)?;
        let is_right = self.accounts.is_password(password, hash.flatten()).await?;
        match user {
            Some(user) if is_right && !user.disabled => {
                self.accounts.tries.succeeded(&attempt);
                self.store.remember_network(&user.id, network, now).await?;
                Ok(user)
            }
            user => {
                if let Some(user) = user {
                    let detail = json!({ "name": user.name });
                    let (deed, whom) = (DoneCode::SignInFailed, (None, user.id.as_str()));
                    self.store.note(None, deed, whom, &detail, now).await?;
                }
                Err(ProblemKind::CredentialsWrong.into())
            }
        }
    }
}

/// Show that it is still oneself
///
/// By password, or by passkey: what would let whoever has come by a session stay for good takes that,
/// more than ten minutes after signing in (`confirmation-needed`). Who needs both answers a question
/// that was asked with name and password.
#[utoipa::path(
    post,
    path = "/session/confirm",
    operation_id = "confirmSession",
    tag = "accounts",
    security(("session" = [])),
    request_body = Confirmation,
    responses(
        (status = 204, description = "It is believed for ten minutes"),
        (status = "default", description = "`login-required`, `credentials-wrong`, `passkey-required`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn confirm(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    moderator: Moderator,
    headers: HeaderMap,
    Body(by): Body<Confirmation>,
) -> Result<StatusCode, ApiError> {
    let user = &moderator.user;
    match by {
        Confirmation {
            password: Some(password),
            credential: None,
        } => {
            context
                .check_password(user, password, peer, &headers)
                .await?;
            if user.needs_passkey() {
                return Err(ProblemKind::PasskeyRequired.into());
            }
        }
        Confirmation {
            password: None,
            credential: Some(credential),
        } => {
            let found = context.by_passkey(&credential, &headers).await?;
            if found.id != user.id {
                let detail = "this passkey is somebody else's";
                return Err(Refusal::because(ProblemKind::CredentialsWrong, detail).into());
            }
        }
        _ => {
            let detail = "it takes password or credential";
            return Err(Refusal::because(ProblemKind::InvalidRequest, detail).into());
        }
    }
    let now = context.clock.now();
    context
        .store
        .confirm_session(moderator.session, now)
        .await?;
    Ok(StatusCode::NO_CONTENT)
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
pub(in crate::http) async fn who(InPlace(moderator): InPlace) -> Json<CurrentSession> {
    Json(CurrentSession {
        expires: rfc3339(moderator.expires),
        origin: moderator.origin,
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
    InPlace(moderator): InPlace,
) -> Result<StatusCode, ApiError> {
    let (session, now) = (moderator.session, context.clock.now());
    context.store.sign_out(session, moderator.id(), now).await?;
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
