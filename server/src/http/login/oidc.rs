//! Signing in in the window of another server (OpenID Connect).
//!
//! The page asks for the way there, and holds a secret. The window comes back here, and its last page
//! hands a code to the page that has opened it, if that is of the origin that asked: whoever else leads
//! somebody there gets nothing. Code and secret together are the session's.

use std::net::SocketAddr;
use std::sync::LazyLock;

use afterword::i18n::Msg;
use afterword_protocol::{LoginBegun, OidcLogin, Problem, ProblemKind};
use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use futures_util::future::BoxFuture;
use maud::{PreEscaped, html};

use super::pending::Traveller;
use crate::config::{Oidc, Site};
use crate::domain::{check_name, digest, random};
use crate::error::{ApiError, Refusal};
use crate::http::client::Act;
use crate::http::language::{Language, Words};
use crate::http::request::Body;
use crate::http::thread::{Fields, Page, Visit};
use crate::http::{Context, Shared, origin};
use crate::oidc::{Needed, OidcError, Person};

/// For how many seconds somebody may be there; `Travellers` has the same.
const SECONDS: u32 = 10 * 60;

/// Sign in in another server's window
///
/// A page opens a window with the answer's `url`. The window says `{"type": "afterword:login", "code"}` to
/// the page, if it is of the origin that has asked; or `error`, which is `refused` or `failed`. With code
/// and secret, `POST /login/claim` has the session.
#[utoipa::path(
    post,
    path = "/login/oidc",
    operation_id = "signInByOidc",
    tag = "readers",
    request_body = OidcLogin,
    responses(
        (status = 200, description = "Where the window leads", body = LoginBegun),
        (status = "default", description = "`no-such-call` where the site has no such server; `site-unknown`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`, `unavailable`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn oidc(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Body(login): Body<OidcLogin>,
) -> Result<Json<LoginBegun>, ApiError> {
    let site = &*context.named_site(login.site.as_deref())?;
    origin::check_named(&headers, site, context.config.public_url.as_ref())?;
    let (provider, redirect) = context.provider(site).ok_or_else(|| {
        let detail = match site.origins.are_open() && site.settings.sso.oidc.issuer.is_some() {
            true => "nobody signs in at another server while every page may send comments (origins are *)",
            false => "this site has no server to sign in at",
        };
        Refusal::because(ProblemKind::NoSuchCall, detail)
    })?;
    // Without one there is no page that the window could tell.
    let origin = Some(super::origin(&headers)).filter(|origin| !matches!(*origin, "" | "null"));
    let origin = origin.ok_or_else(|| {
        let detail = "Origin has to be that of the page that opens the window";
        Refusal::because(ProblemKind::InvalidRequest, detail)
    })?;
    context.count_window(peer, &headers)?;
    let secret = URL_SAFE_NO_PAD.encode(random::<32>());
    let about = Traveller {
        site: site.name.clone(),
        origin: origin.to_owned(),
        secret: digest(secret.as_bytes()),
        language: login.lang.map(|lang| Language::of(Some(&lang))),
    };
    let now = context.clock.now();
    let away = &context.logins.travellers;
    let way = away.send(&provider, redirect, about, &context.outbound, now);
    Ok(Json(LoginBegun {
        secret,
        seconds: SECONDS,
        number: None,
        url: Some(way.await?.url),
    }))
}

impl Context {
    /// The server where a site's readers sign in, and where it sends them back to: this one's own
    /// address. None while every page there is may send comments: any of them would be handed a session.
    pub(super) fn provider(&self, site: &Site) -> Option<(Oidc, String)> {
        let provider = site.settings.sso.oidc.provider();
        let provider = provider.filter(|_| !site.origins.are_open())?;
        let url = self.config.public_url.as_ref()?.as_str();
        Some((
            provider,
            [url.trim_end_matches('/'), "/login/oidc"].concat(),
        ))
    }

    /// Who has come back with that code, if their site still has such a server.
    async fn come_back(
        &self,
        gone: crate::oidc::Gone<Traveller>,
        code: String,
    ) -> Result<(Traveller, String, Person), (Traveller, Option<OidcError>)> {
        let about = &gone.about;
        let site = self.sites.named(Some(&about.site));
        let provider = site.and_then(|site| self.provider(&site));
        let Some((provider, _)) = provider else {
            return Err((gone.into_about(), None));
        };
        let (about, person) = gone
            .person(&provider, code, Needed::Name, &self.outbound)
            .await;
        match person {
            Ok(person) => Ok((about, provider.issuer, person)),
            Err(error) => Err((about, Some(error))),
        }
    }
}

/// Tells the page that has opened the window, if it is the one that asked. Where there is none any more,
/// nobody is signed in.
const SCRIPT: &str = "const{origin,alone,...said}=document.currentScript.dataset;\
     if(opener)opener.postMessage({type:'afterword:login',...said},origin);\
     else document.querySelector('.notice').textContent=alone";

/// [`SCRIPT`] as a policy names it.
static SCRIPT_HASH: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(digest(SCRIPT.as_bytes()));
    format!("; script-src 'sha256-{hash}'")
});

/// The window's last page. `told`: the page's origin, what it is told, and the value of that.
fn page(
    visit: &Visit,
    status: StatusCode,
    words: Words,
    told: Option<(&str, &str, &str)>,
) -> Response {
    let language = visit.language;
    let body = html! {
        p class="notice" role="status" { (language.say(words)) }
        @if let Some((origin, name, value)) = told {
            script
                data-origin=(origin)
                data-alone=(language.say(Words::LoginAlone))
                data-code=[(name == "code").then_some(value)]
                data-error=[(name == "error").then_some(value)] { (PreEscaped(SCRIPT)) }
        }
    };
    let mut response = Page::lone(visit, status, language.message(Msg::SignIn), None, body);
    let headers = response.headers_mut();
    if let Some(policy) = headers.get(CONTENT_SECURITY_POLICY)
        && let Ok(policy) = policy.to_str()
        && let Ok(policy) = HeaderValue::from_str(&[policy, &SCRIPT_HASH].concat())
    {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// `/login/oidc`: where the other server sends its visitors back to.
pub(in crate::http) async fn oidc_back(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<Response, ApiError> {
    let (parts, _) = request.into_parts();
    let fields = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())?;
    let mut visit = Visit::of(&parts, peer, None);
    context.admit(peer, &visit.headers, Act::Read)?;
    let now = context.clock.now();
    let state = fields.get("state").unwrap_or_default();
    let Ok(gone) = context.logins.travellers.back(state, now) else {
        return Ok(page(&visit, StatusCode::NOT_FOUND, Words::LoginLate, None));
    };
    if let Some(language) = gone.about.language {
        visit.language = language;
    }
    let refused = |visit: &Visit, about: &Traveller, why: &str| {
        let told = Some((&*about.origin, "error", why));
        Ok(page(
            visit,
            StatusCode::FORBIDDEN,
            Words::LoginRefused,
            told,
        ))
    };
    let Some(code) = fields.given("code") else {
        let is_denied = fields.get("error") == Some("access_denied");
        let why = if is_denied { "refused" } else { "failed" };
        return refused(&visit, &gone.about, why);
    };
    // The compiler can't tell of the whole that it may move between threads; of this part it can.
    let back: BoxFuture<'_, _> = Box::pin(context.come_back(gone, code.to_owned()));
    let (about, issuer, person) = match back.await {
        Ok(arrived) => arrived,
        Err((about, error)) => {
            if let Some(error) = error {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "no reader is signed in"
                );
            }
            return refused(&visit, &about, "failed");
        }
    };
    let name = check_name(person.name.as_deref(), context.config.bounds.author_bytes);
    if !matches!(name, Ok(Some(_))) || person.subject.len() > 255 {
        return refused(&visit, &about, "failed");
    }
    let code = URL_SAFE_NO_PAD.encode(random::<32>());
    let told = Some((&*about.origin, "code", &*code));
    let response = page(&visit, StatusCode::OK, Words::LoginWindow, told);
    match context.logins.arrive(&code, about, (issuer, person), now) {
        Ok(()) => Ok(response),
        // Nobody could fetch them.
        Err(about) => refused(&visit, &about, "failed"),
    }
}
