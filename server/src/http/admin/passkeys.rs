//! Passkeys: a user's own, and signing in by one.

mod ceremony;

use std::net::SocketAddr;

use afterword_protocol::admin::{
    Items, NewPasskey, Passkey, PasskeyAnswer, PasskeyOptions, PasskeySignIn, SignedIn,
};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::Moderator;
use super::session::{agent, signed_in};
use crate::domain::{check_name, rfc3339};
use crate::error::{ApiError, Refusal};
use crate::http::request::{Body, Name};
use crate::http::{Context, Shared};
use crate::store::{Means, Opening, User, UserChange, check_most};
pub(super) use ceremony::Ceremonies;
use ceremony::{Answer, Place};

/// List one's passkeys
#[utoipa::path(
    get,
    path = "/me/passkeys",
    operation_id = "listPasskeys",
    tag = "accounts",
    security(("session" = [])),
    responses(
        (status = 200, description = "The first one first", body = Items<Passkey>),
        (status = "default", description = "`login-required`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn list(
    State(context): State<Shared>,
    moderator: Moderator,
) -> Result<Json<Items<Passkey>>, ApiError> {
    let items = context.store.passkeys(moderator.id()).await?;
    Ok(Json(Items::all(items)))
}

/// Begin to register a passkey
#[utoipa::path(
    post,
    path = "/me/passkeys/begin",
    operation_id = "beginPasskey",
    tag = "accounts",
    security(("session" = [])),
    responses(
        (status = 200, description = "What the browser is asked; it is good for five minutes", body = PasskeyOptions),
        (status = "default", description = "`login-required`, `confirmation-needed`, `invalid-request` where the server has no name to be reached by, `origin-not-allowed`, `rate-limited`, `unavailable`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn begin(
    State(context): State<Shared>,
    moderator: Moderator,
    headers: HeaderMap,
) -> Result<Json<PasskeyOptions>, ApiError> {
    moderator.require_confirmed(context.clock.now())?;
    let place = Place::of(&headers, context.config.public_url.as_ref())?;
    let known = context.store.credentials(moderator.id()).await?;
    check_most(known.len())?;
    let handle = context.store.handle(moderator.id()).await?;
    let now = context.clock.now();
    let ceremonies = &context.accounts.ceremonies;
    let options = ceremonies.begin_registration(&place, &moderator.user, handle, known, now)?;
    Ok(Json(PasskeyOptions { options }))
}

/// Register a passkey
#[utoipa::path(
    post,
    path = "/me/passkeys",
    operation_id = "addPasskey",
    tag = "accounts",
    security(("session" = [])),
    request_body = NewPasskey,
    responses(
        (status = 201, description = "The passkey", body = Passkey),
        (status = "default", description = "`login-required`, `taken`, `author-too-long`, `author-invalid`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn add(
    State(context): State<Shared>,
    moderator: Moderator,
    headers: HeaderMap,
    Body(NewPasskey { name, credential }): Body<NewPasskey>,
) -> Result<(StatusCode, Json<Passkey>), ApiError> {
    let now = context.clock.now();
    let name = check_name(name.as_deref(), 100)?;
    let today = rfc3339(now).chars().take(10).collect::<String>();
    let place = Place::of(&headers, context.config.public_url.as_ref())?;
    let ceremonies = &context.accounts.ceremonies;
    let new = ceremonies.finish_registration(&place, &moderator.user, &credential, now)?;
    let (id, name) = (moderator.id(), name.unwrap_or(&today));
    let added = context.store.add_passkey(id, name, &new, now).await?;
    Ok((StatusCode::CREATED, Json(added)))
}

/// Remove one of one's passkeys
#[utoipa::path(
    delete,
    path = "/me/passkeys/{id}",
    operation_id = "removePasskey",
    tag = "accounts",
    security(("session" = [])),
    params(("id" = String, Path, description = "Id of the passkey")),
    responses(
        (status = 204, description = "It lets nobody in any more"),
        (status = "default", description = "`login-required`, `confirmation-needed`, `nothing-there`, `invalid-request` when there would be nothing left to sign in by, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn remove(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(passkey): Name,
) -> Result<StatusCode, ApiError> {
    let passkey = passkey.parse().map_err(|_| ProblemKind::NothingThere)?;
    let (id, now) = (moderator.id(), context.clock.now());
    moderator.require_confirmed(now)?;
    context.store.remove_passkey(id, passkey, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign in by passkeys alone from now on
///
/// Takes one's password away; one needs a passkey.
#[utoipa::path(
    delete,
    path = "/me/password",
    operation_id = "removePassword",
    tag = "accounts",
    security(("session" = [])),
    responses(
        (status = 204, description = "There is none any more"),
        (status = "default", description = "`login-required`, `confirmation-needed`, `invalid-request` of who has no passkey, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn remove_password(
    State(context): State<Shared>,
    moderator: Moderator,
) -> Result<StatusCode, ApiError> {
    moderator.require_confirmed(context.clock.now())?;
    let what = UserChange {
        password: Some(None),
        session: Some(moderator.session),
        ..UserChange::default()
    };
    let (id, now) = (moderator.id(), context.clock.now());
    context.store.change_user(id, &what, Some(id), now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begin to sign in by a passkey
///
/// Nobody need say who they are. Users who have said that their password is not enough send name and
/// password, too.
#[utoipa::path(
    post,
    path = "/session/passkey/begin",
    operation_id = "beginPasskeySignIn",
    tag = "accounts",
    request_body = PasskeySignIn,
    responses(
        (status = 200, description = "What the browser is asked; it is good for five minutes", body = PasskeyOptions),
        (status = "default", description = "`credentials-wrong`, `invalid-request`, also where the server has no name to be reached by, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`, `unavailable`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn begin_sign_in(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Body(PasskeySignIn { user, password }): Body<PasskeySignIn>,
) -> Result<Json<PasskeyOptions>, ApiError> {
    let place = Place::of(&headers, context.config.public_url.as_ref())?;
    context.count_question(peer, &headers)?;
    let known = match (user, password) {
        (Some(user), Some(password)) => {
            let user = context.known(&user, password, peer, &headers).await?;
            Some(user.id)
        }
        _ => None,
    };
    let now = context.clock.now();
    let ceremonies = &context.accounts.ceremonies;
    let options = ceremonies.begin_sign_in(&place, known, now)?;
    Ok(Json(PasskeyOptions { options }))
}

/// Sign in by a passkey
#[utoipa::path(
    post,
    path = "/session/passkey/finish",
    operation_id = "finishPasskeySignIn",
    tag = "accounts",
    request_body = PasskeyAnswer,
    responses(
        (status = 201, description = "A session", body = SignedIn),
        (status = "default", description = "`credentials-wrong`, also when the password is needed, too; `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn finish_sign_in(
    State(context): State<Shared>,
    headers: HeaderMap,
    Body(PasskeyAnswer { credential }): Body<PasskeyAnswer>,
) -> Result<(StatusCode, Json<SignedIn>), ApiError> {
    let user = context.by_passkey(&credential, &headers).await?;
    let now = context.clock.now();
    let agent = agent(&headers);
    let new = Opening {
        means: Means::Passkey,
        agent: &agent,
        origin: None,
    };
    let opened = context.store.sign_in(&user.id, new, now).await?;
    let opened = opened.ok_or_else(|| {
        Refusal::because(ProblemKind::CredentialsWrong, "this passkey is not known")
    })?;
    Ok((StatusCode::CREATED, Json(signed_in(opened))))
}

impl Context {
    /// Whose passkey has answered a question that was asked.
    pub(super) async fn by_passkey(
        &self,
        credential: &Value,
        headers: &HeaderMap,
    ) -> Result<User, ApiError> {
        let wrong = |detail: &str| Refusal::because(ProblemKind::CredentialsWrong, detail);
        let now = self.clock.now();
        let place = Place::of(headers, self.config.public_url.as_ref())?;
        let answer = Answer::to(&self.accounts.ceremonies, credential, now)
            .ok_or_else(|| wrong("this answers no question that is known"))?;
        let unknown = || wrong("this passkey is not known");
        let (id, handle) = answer.whose();
        let stored = self.store.credential(&id, &handle).await?;
        let (stored, user) = stored.ok_or_else(unknown)?;
        let known = answer.known.clone();
        let changing = answer.check(&place, &stored).ok_or_else(unknown)?;
        let user = self.store.user(&user).await?.ok_or_else(unknown)?;
        // A passkey and the password of somebody else are no two factors.
        let is_other = known.as_ref().is_some_and(|known| *known != user.id);
        let is_lacking = user.second_factor && user.has_password && known.is_none();
        if is_other || is_lacking {
            return Err(wrong("the password of this user is needed, too").into());
        }
        self.store.passkey_used(&id, &changing, now).await?;
        Ok(user)
    }
}
