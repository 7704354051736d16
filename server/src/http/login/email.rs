//! Signing in by a link that comes by e-mail. Whoever reads that address gets to say yes, on whatever
//! device; the page that asked is signed in then, and nobody else is.

use std::net::SocketAddr;

use afterword_protocol::{EmailLogin, LoginBegun, Problem, ProblemKind};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::{check_address, check_name, digest, random};
use crate::error::{ApiError, Refusal};
use crate::http::language::Language;
use crate::http::request::Body;
use crate::http::{Shared, origin};
use crate::store::NewLogin;

/// For how many seconds a link is good.
const SECONDS: u32 = 15 * 60;

/// Sign in by a link in a mail
///
/// The answer is the same whether or not anything is known of the address. The mail's link opens a page
/// that asks for the answer's `number`; when it was chosen there, `POST /login/claim` has the session.
#[utoipa::path(
    post,
    path = "/login/email",
    operation_id = "signInByEmail",
    tag = "readers",
    request_body = EmailLogin,
    responses(
        (status = 200, description = "A link is on its way", body = LoginBegun),
        (status = "default", description = "`no-such-call` where the site sends none; `name-required`, `author-too-long`, `author-invalid`, `email-required`, `site-unknown`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn email(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Body(login): Body<EmailLogin>,
) -> Result<Json<LoginBegun>, ApiError> {
    let site = &*context.named_site(login.site.as_deref())?;
    origin::check(&headers, [site])?;
    if !site.settings.sso.email || context.mailer.is_none() {
        let detail = "this site signs nobody in by e-mail";
        return Err(Refusal::because(ProblemKind::NoSuchCall, detail).into());
    }
    let name = check_name(Some(&login.name), context.config.bounds.author_bytes)?;
    let name = name.ok_or(ProblemKind::NameRequired)?;
    let email = check_address(Some(&login.email))?.ok_or(ProblemKind::EmailRequired)?;
    context.count_link(&email, peer, &headers)?;
    let language = match login.lang.as_deref() {
        Some(lang) => Language::of(Some(lang)),
        None => Language::preferred_among(&headers, &site.settings.languages),
    };
    let secret = URL_SAFE_NO_PAD.encode(random::<32>());
    let number = format!("{:04}", u32::from_le_bytes(random()) % 10_000);
    let now = context.clock.now();
    context
        .store
        .begin_login(&NewLogin {
            site: &site.name,
            hash: digest(secret.as_bytes()),
            origin: super::origin(&headers),
            name,
            email: &email,
            language: language.tag(),
            number: &number,
            now,
            expires: now + i64::from(SECONDS) * 1000,
        })
        .await?;
    Ok(Json(LoginBegun {
        secret,
        seconds: SECONDS,
        number: Some(number),
        url: None,
    }))
}
