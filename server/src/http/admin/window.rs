//! Signing in for a page under an article, in a window of the server's own: by a passkey, which is bound
//! to this server's name, or at another server, which sends its visitors back here.
//!
//! It is as with readers who sign in at another server. The page says where the window leads, and holds a
//! secret. In the window somebody signs in, is told for which pages, and the window hands a code to the
//! page that has opened it, if that is of the origin that asked. Code and secret together, from that
//! origin, are good for one session, in place. Whoever else leads somebody into a window gets nothing.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use afterword_protocol::admin::{SignedIn, WindowAsks, WindowBegun, WindowClaim, WindowHands};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

use super::Moderator;
use super::moderator::named_origin;
use super::session::{agent, signed_in};
use crate::domain::{digest, make_room, random};
use crate::error::{ApiError, Refusal};
use crate::http::request::{Body, Name};
use crate::http::{Context, Shared};
use crate::store::{Means, Opening};

/// For how many seconds a window is good.
const SECONDS: u32 = 10 * 60;
/// For how long the page may take, in milliseconds.
const HANDED: i64 = 60_000;
/// Most windows at a time, and most who are handed over.
const MOST: usize = 10_000;

type Hash = [u8; 32];

/// A page that has opened a window.
#[derive(Clone)]
struct Page {
    origin: String,
    /// SHA-256 of what it holds.
    secret: Hash,
    end: i64,
}

#[derive(Default)]
struct Open {
    /// By SHA-256 of what the window knows of them.
    pages: HashMap<Hash, Page>,
    /// By SHA-256 of the code, with the user's id.
    handed: HashMap<Hash, (Page, String)>,
}

/// The windows that are open.
#[derive(Default)]
pub(super) struct Windows(Mutex<Open>);

impl Windows {
    fn with<T>(&self, work: impl FnOnce(&mut Open) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn open(&self, id: &str, page: Page) {
        self.with(|open| {
            make_room(&mut open.pages, MOST, |page| page.end);
            open.pages.insert(digest(id.as_bytes()), page);
        });
    }

    fn page(&self, id: &str, now: i64) -> Option<Page> {
        let page = self.with(|open| open.pages.get(&digest(id.as_bytes())).cloned());
        page.filter(|page| page.end > now)
    }

    /// Takes the window away, and keeps for its page who has signed in there.
    fn hand_over(&self, id: &str, code: &str, user: &str, now: i64) -> Result<String, Refusal> {
        self.with(|open| {
            let page = open.pages.remove(&digest(id.as_bytes()));
            let page = page.filter(|page| page.end > now).ok_or_else(unknown)?;
            make_room(&mut open.handed, MOST, |(page, _)| page.end);
            let origin = page.origin.clone();
            let end = now + HANDED;
            let page = Page { end, ..page };
            let one = (page, user.to_owned());
            open.handed.insert(digest(code.as_bytes()), one);
            Ok(origin)
        })
    }

    /// Who was handed over by that code; once, whoever asks.
    fn fetch(&self, code: &str, now: i64) -> Option<(Page, String)> {
        let one = self.with(|open| open.handed.remove(&digest(code.as_bytes())));
        one.filter(|(page, _)| page.end > now)
    }

    /// Forgets what is too old.
    pub(super) fn forget_the_old(&self, now: i64) {
        self.with(|open| {
            open.pages.retain(|_, page| page.end > now);
            open.handed.retain(|_, (page, _)| page.end > now);
        });
    }
}

fn unknown() -> Refusal {
    let detail = "this window is not known, or not any more: begin again on the page";
    Refusal::because(ProblemKind::NothingThere, detail)
}

fn secret() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// Sign in under an article, in a window
///
/// A page of a site opens a window with the answer's `url`. When somebody has signed in there, it says
/// `{"type": "afterword:moderator", "code"}` to the page that has opened it, if that is of the origin that
/// has asked. With code and secret, `POST /admin/session/claim` has the session.
#[utoipa::path(
    post,
    path = "/session/window",
    operation_id = "beginWindow",
    tag = "accounts",
    responses(
        (status = 200, description = "Where the window leads", body = WindowBegun),
        (status = "default", description = "`no-such-call` where every page there is may send comments, or the page is of no site; `invalid-request` without an `Origin`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn begin(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Json<WindowBegun>, ApiError> {
    let origin = named_origin(&headers)?;
    context.check_place(origin)?;
    context.count_window(peer, &headers)?;
    let (id, secret) = (secret(), secret());
    let now = context.clock.now();
    let page = Page {
        origin: origin.to_owned(),
        secret: digest(secret.as_bytes()),
        end: now + i64::from(SECONDS) * 1000,
    };
    context.accounts.windows.open(&id, page);
    let own = context.config.public_url.as_ref().map_or("", Url::as_str);
    let url = [own.trim_end_matches('/'), "/admin#/window/", &id].concat();
    Ok(Json(WindowBegun {
        secret,
        url,
        seconds: SECONDS,
    }))
}

/// Tell which page has opened a window
#[utoipa::path(
    get,
    path = "/session/window/{id}",
    operation_id = "showWindow",
    tag = "accounts",
    params(("id" = String, Path, description = "What the window's address ends with")),
    responses(
        (status = 200, description = "The page", body = WindowAsks),
        (status = "default", description = "`nothing-there` when it was used, or is too old; `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn show(
    State(context): State<Shared>,
    Name(id): Name,
) -> Result<Json<WindowAsks>, ApiError> {
    let page = context.accounts.windows.page(&id, context.clock.now());
    let origin = page.ok_or_else(unknown)?.origin;
    Ok(Json(WindowAsks { origin }))
}

/// Hand oneself over to the page that has opened a window
///
/// Once. What the page gets for the code is good for its own origin, to decide about comments there.
#[utoipa::path(
    post,
    path = "/session/window/{id}",
    operation_id = "handOver",
    tag = "accounts",
    security(("session" = [])),
    params(("id" = String, Path, description = "What the window's address ends with")),
    responses(
        (status = 200, description = "What the page is to be told, and no other", body = WindowHands),
        (status = "default", description = "`login-required`, `forbidden` of who looks after no comments on pages of the origin, `nothing-there` when it was used, or is too old; `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn hand_over(
    State(context): State<Shared>,
    moderator: Moderator,
    headers: HeaderMap,
    Name(id): Name,
) -> Result<Json<WindowHands>, ApiError> {
    let now = context.clock.now();
    let windows = &context.accounts.windows;
    let page = windows.page(&id, now).ok_or_else(unknown)?;
    context.check_place(&page.origin)?;
    let user = context.in_place(moderator.user.clone(), &page.origin, &headers);
    if user.grants.is_empty() {
        let detail = format!(
            "{} looks after no comments on pages of {}",
            user.name, page.origin
        );
        return Err(Refusal::because(ProblemKind::Forbidden, detail).into());
    }
    let code = secret();
    let origin = windows.hand_over(&id, &code, &user.id, now)?;
    Ok(Json(WindowHands { origin, code }))
}

/// Get the session of who has signed in in a window
///
/// Once, and for the page that has opened the window alone.
#[utoipa::path(
    post,
    path = "/session/claim",
    operation_id = "claimWindow",
    tag = "accounts",
    request_body = WindowClaim,
    responses(
        (status = 201, description = "A session for pages of this origin", body = SignedIn),
        (status = "default", description = "`credentials-wrong` where nobody has signed in with that, or not from that origin, or too long ago; `forbidden`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn claim(
    State(context): State<Shared>,
    headers: HeaderMap,
    Body(WindowClaim { secret, code }): Body<WindowClaim>,
) -> Result<(StatusCode, Json<SignedIn>), ApiError> {
    let now = context.clock.now();
    let wrong = || {
        let detail = "nobody has signed in with that for this page, or too long ago";
        Refusal::because(ProblemKind::CredentialsWrong, detail)
    };
    let origin = named_origin(&headers)?;
    let secret = digest(secret.as_bytes());
    let handed = context.accounts.windows.fetch(&code, now);
    let handed = handed.filter(|(page, _)| page.origin == origin && page.secret == secret);
    let (page, user) = handed.ok_or_else(wrong)?;
    let user = context.store.user(&user).await?.ok_or_else(wrong)?;
    let (user, _) = context.place_of(user, &headers)?;
    let agent = agent(&headers);
    let new = Opening {
        means: Means::Window,
        agent: &agent,
        origin: Some(&page.origin),
    };
    let opened = context.store.sign_in(&user.id, new, now).await?;
    let mut opened = opened.ok_or_else(wrong)?;
    opened.user = user;
    Ok((StatusCode::CREATED, Json(signed_in(opened))))
}

impl Context {
    /// Refuses pages that no site has named: while every page there is may send comments, any of them would
    /// be handed a session.
    fn check_place(&self, origin: &str) -> Result<(), Refusal> {
        let sites = self.sites.all();
        let mut sites = sites.iter().filter(|site| !site.origins.are_open());
        if sites.any(|site| site.origins.allow(origin)) {
            return Ok(());
        }
        let detail = format!("{origin} is none of the origins that a site has named");
        Err(Refusal::because(ProblemKind::NoSuchCall, detail))
    }
}
