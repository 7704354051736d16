//! A page asks for the session of its reader, who has signed in elsewhere.

use std::sync::Arc;

use afterword_protocol::{LoginClaim, Problem, ProblemKind, ReaderSession};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::config::Site;
use crate::domain::{check_name, digest};
use crate::error::{ApiError, Refusal};
use crate::http::request::Body;
use crate::http::{Context, Shared, origin};
use crate::store::{BY_EMAIL, NewReader};

/// The badge of who is known to be who they say.
const VERIFIED: &str = "verified";

/// Get the session of a reader who has signed in elsewhere
///
/// By e-mail: 204 until the number was chosen behind the link. By an OpenID provider: with the code
/// that its window has handed back. Once, and for the page that began alone.
#[utoipa::path(
    post,
    path = "/login/claim",
    operation_id = "claimLogin",
    tag = "readers",
    request_body = LoginClaim,
    responses(
        (status = 200, description = "What the reader holds from now on", body = ReaderSession),
        (status = 204, description = "Not yet"),
        (status = "default", description = "`login-required` where nobody has begun with that, or not from that origin, or too long ago; `site-unknown`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn claim(
    State(context): State<Shared>,
    headers: HeaderMap,
    Body(claim): Body<LoginClaim>,
) -> Result<Response, ApiError> {
    let site = &*context.named_site(claim.site.as_deref())?;
    match claim.code {
        Some(_) => origin::check_named(&headers, site, context.config.public_url.as_ref())?,
        None => origin::check(&headers, [site])?,
    }
    let secret = digest(claim.secret.as_bytes());
    let origin = super::origin(&headers);
    let session = match claim.code.as_deref() {
        Some(code) => Some(context.arrived(site, origin, secret, code).await?),
        None => context.confirmed(site, origin, secret).await?,
    };
    Ok(match session {
        Some(session) => Json(session).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

fn unknown() -> Refusal {
    let detail = "nobody has begun to sign in with that on this page, or too long ago";
    Refusal::because(ProblemKind::LoginRequired, detail)
}

impl Context {
    /// Who has chosen the right number behind the link.
    async fn confirmed(
        self: &Arc<Self>,
        site: &Site,
        origin: &str,
        secret: [u8; 32],
    ) -> Result<Option<ReaderSession>, ApiError> {
        let login = self.store.login_of(&site.name, secret, self.clock.now());
        let login = login.await?.filter(|login| login.origin == origin);
        let login = login.ok_or_else(unknown)?;
        if !login.is_confirmed {
            return Ok(None);
        }
        if !self.store.end_login(login.id).await? {
            return Err(unknown().into());
        }
        let new = NewReader {
            site: &site.name,
            issuer: BY_EMAIL,
            subject: &login.email.to_lowercase(),
            name: &login.name,
            email: Some(&login.email),
            // Anybody has an address, and chooses what they are called.
            badge: None,
            verified: false,
        };
        Ok(Some(self.let_in(site, origin, new, None).await?))
    }

    /// Who has come back from another server.
    async fn arrived(
        self: &Arc<Self>,
        site: &Site,
        origin: &str,
        secret: [u8; 32],
        code: &str,
    ) -> Result<ReaderSession, ApiError> {
        let arrived = self.logins.fetch(code, self.clock.now());
        let arrived = arrived.filter(|it| {
            let page = &it.traveller;
            page.site == site.name && page.origin == origin && page.secret == secret
        });
        let arrived = arrived.ok_or_else(unknown)?;
        let person = &arrived.person;
        let name = check_name(person.name.as_deref(), self.config.bounds.author_bytes)?;
        let verified = site.settings.sso.oidc.verified;
        let new = NewReader {
            site: &site.name,
            issuer: &arrived.issuer,
            subject: &person.subject,
            name: name.ok_or_else(unknown)?,
            email: person.email.as_deref(),
            badge: verified.then_some(VERIFIED),
            verified,
        };
        let picture = person.picture.as_deref();
        self.let_in(site, origin, new, picture).await
    }
}
