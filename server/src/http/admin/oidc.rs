//! Signing in at another server (OpenID Connect).

use std::net::SocketAddr;

use afterword_protocol::admin::{OidcOffer, OidcReturn, OidcWay, SignedIn};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::{ConnectInfo, RawQuery, State};
use axum::http::header::{LOCATION, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use futures_util::future::BoxFuture;

use super::session::{agent, signed_in};
use crate::config::Oidc;
use crate::domain::{check_email, check_user_name};
use crate::error::{ApiError, Refusal};
use crate::http::request::Body;
use crate::http::{Context, Shared, origin};
use crate::oidc::{Needed, Person};
use crate::store::{Accepted, Invitation, Means, Opened, Opening};

/// Tell whether one can sign in at another server
#[utoipa::path(
    get,
    path = "/oidc",
    operation_id = "oidc",
    tag = "accounts",
    responses(
        (status = 200, description = "What it is called, if there is one", body = OidcOffer),
        (status = "default", description = "`rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn offer(State(context): State<Shared>) -> Json<OidcOffer> {
    let name = context.config.oidc.as_ref().map(|oidc| oidc.name.clone());
    Json(OidcOffer { name })
}

/// Begin to sign in at another server
///
/// It sends its visitor back to `/admin/oidc` of this server, and so to the pages there.
#[utoipa::path(
    post,
    path = "/oidc/begin",
    operation_id = "beginOidc",
    tag = "accounts",
    responses(
        (status = 200, description = "Where to go; one may be away for ten minutes", body = OidcWay),
        (status = "default", description = "`nothing-there` where there is none, `invalid-request` where this server's address is not known, `origin-not-allowed`, `rate-limited`, `unavailable`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn begin(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Json<OidcWay>, ApiError> {
    let settings = context.oidc()?;
    context.count_window(peer, &headers)?;
    let redirect = [own(&context, &headers)?.as_str(), "/admin/oidc"].concat();
    let now = context.clock.now();
    let away = &context.accounts.travellers;
    let way = away
        .send(settings, redirect, (), &context.accounts.outbound, now)
        .await?;
    Ok(Json(OidcWay {
        url: way.url,
        state: way.state,
    }))
}

/// Sign in with what the other server has said
///
/// Whoever has the e-mail address of a user, or of somebody who is invited, as that server has seen.
#[utoipa::path(
    post,
    path = "/oidc/finish",
    operation_id = "finishOidc",
    tag = "accounts",
    request_body = OidcReturn,
    responses(
        (status = 201, description = "A session", body = SignedIn),
        (status = "default", description = "`credentials-wrong`, `nothing-there` where there is no such server, `taken`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`, `unavailable`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn finish(
    State(context): State<Shared>,
    headers: HeaderMap,
    Body(OidcReturn { code, state }): Body<OidcReturn>,
) -> Result<(StatusCode, Json<SignedIn>), ApiError> {
    let settings = context.oidc()?;
    let now = context.clock.now();
    let away = &context.accounts.travellers;
    let ((), person) = away
        .back(&state, now)?
        .person(settings, code, Needed::Address, &context.accounts.outbound)
        .await;
    let person = person?;
    let agent = agent(&headers);
    // The compiler can't tell of the whole that it may move between threads; of this part it can.
    let signed: BoxFuture<'_, _> = Box::pin(context.sign_in_as(person, &agent, now));
    let opened = signed.await?;
    Ok((StatusCode::CREATED, Json(signed_in(opened))))
}

/// Where the other server sends its visitors back to: on to the pages, which know the rest. What
/// follows `#` is sent to nobody.
pub(in crate::http) async fn back(RawQuery(query): RawQuery) -> impl IntoResponse {
    let is_of_query = |byte: u8| byte.is_ascii_graphic() && !b"#\"<>\\".contains(&byte);
    let query = query.filter(|query| query.bytes().all(is_of_query));
    let to = ["../admin#/oidc?", &query.unwrap_or_default()].concat();
    (StatusCode::SEE_OTHER, [(LOCATION, to)])
}

impl Context {
    fn oidc(&self) -> Result<&Oidc, Refusal> {
        let oidc = self.config.oidc.as_ref();
        oidc.ok_or(Refusal::new(ProblemKind::NothingThere))
    }

    /// Signs in whoever has that address.
    async fn sign_in_as(&self, person: Person, agent: &str, now: i64) -> Result<Opened, ApiError> {
        let wrong = |detail: &str| Refusal::because(ProblemKind::CredentialsWrong, detail);
        // Or somebody who is called there as a user is here would be taken for them.
        let email = person.email.as_deref().map(check_email);
        let email = email
            .and_then(|email| email.ok().flatten())
            .ok_or_else(|| wrong("the other server has seen no e-mail address to be theirs"))?;
        if let Some((user, _)) = self.store.user_named(email).await? {
            let new = Opening {
                means: Means::Oidc,
                agent,
                origin: None,
            };
            let opened = self.store.sign_in(&user.id, new, now).await?;
            return Ok(opened.ok_or_else(|| wrong("this user is kept out"))?);
        }
        let invitation = self.store.invitation_of(email, now).await?;
        let invitation =
            invitation.ok_or_else(|| wrong("nobody here has, or is invited by, this address"))?;
        let name = name_of(&invitation, person.name.as_deref(), email);
        let with = Accepted {
            name: name.as_deref(),
            email: Some(email),
            password: None,
            means: Means::Oidc,
            agent,
        };
        let opened = self.store.accept(&invitation, &with, now).await?;
        Ok(opened.ok_or_else(|| wrong("this user is kept out"))?)
    }
}

/// What somebody is called who is invited: as the invitation says (none then), or the other server, or
/// by what stands before the @.
fn name_of(invitation: &Invitation, told: Option<&str>, email: &str) -> Option<String> {
    let local = email.split('@').next();
    let mut names = [told, local].into_iter().flatten();
    let name = names.find_map(|name| check_user_name(name).ok());
    name.filter(|_| invitation.name.is_none())
        .map(str::to_owned)
}

/// The address of this server, as the browser has it.
fn own(context: &Context, headers: &HeaderMap) -> Result<String, Refusal> {
    if let Some(url) = &context.config.public_url {
        return Ok(url.as_str().trim_end_matches('/').to_owned());
    }
    let from = headers.get(ORIGIN).and_then(|from| from.to_str().ok());
    let from = from.filter(|from| origin::is_own(from, headers));
    from.map(str::to_owned).ok_or_else(|| {
        let detail = "public-url says where this server is; it is not set";
        Refusal::because(ProblemKind::InvalidRequest, detail)
    })
}
