//! HTTP: the routes, and what happens around every one of them.

mod admin;
mod assets;
mod cache;
mod challenge;
mod changes;
mod client;
mod coding;
mod comments;
mod conditional;
mod counts;
mod events;
mod feeds;
mod guard;
mod health;
mod images;
mod language;
mod login;
mod mail;
mod openapi;
mod origin;
mod preview;
mod request;
mod search;
mod streams;
mod thoughts;
mod thread;
mod transfers;
mod turns;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use afterword_protocol::{API_PREFIX, ProblemKind};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use tokio::sync::Semaphore;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::trace::{DefaultOnFailure, DefaultOnResponse, TraceLayer};
use tracing::Level;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::config::Config;
use crate::domain::Clock;
use crate::errands::Errands;
use crate::error::ApiError;
use crate::mail::Mailer;
use crate::outbound::Outbound;
use crate::rules::Rules;
use crate::screening::Rejections;
use crate::sites::Sites;
use crate::spam::Defence;
use crate::store::Store;

pub(crate) use admin::{Accounts, invitation_link};
pub(crate) use assets::are_there as has_widget;
pub(crate) use cache::Cache;
pub(crate) use client::{Client, Clients};
pub(crate) use guard::room;
pub(crate) use language::{Language, Words};
pub(crate) use login::Logins;
pub use openapi::openapi;
pub(crate) use streams::Streams;
pub(crate) use transfers::Transfers;
pub(crate) use turns::Turns;

/// What every request can reach.
pub(crate) struct Context {
    pub(crate) config: Config,
    pub(crate) sites: Sites,
    pub(crate) store: Store,
    /// What owners have comments held by.
    pub(crate) rules: Rules,
    /// How much was refused.
    pub(crate) rejections: Rejections,
    pub(crate) clock: Clock,
    pub(crate) clients: Clients,
    pub(crate) accounts: Accounts,
    /// Which readers sign in elsewhere.
    pub(crate) logins: Logins,
    pub(crate) defence: Defence,
    pub(crate) outbound: Outbound,
    /// What goes on when nobody waits for it.
    pub(crate) errands: Errands,
    pub(crate) cache: Cache,
    pub(crate) transfers: Transfers,
    pub(crate) streams: Streams,
    /// Of who looks after comments: readers don't take their places.
    pub(crate) queue_streams: Streams,
    /// Whose turn it is to have an image read.
    pub(crate) reading: Turns,
    /// Whose turn it is to have a thread drawn.
    pub(crate) drawing: Turns,
    /// How many images may come in at a time.
    pub(crate) room: Semaphore,
    /// What sends mails, where that is set up.
    pub(crate) mailer: Option<Mailer>,
    /// Set when the server has been asked to end.
    pub(crate) is_stopping: AtomicBool,
}

/// What handlers are given.
pub(crate) type Shared = Arc<Context>;

/// How long a request may take, its body included; an image has the time that it may be on its way as
/// well.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a browser may remember what it may send, in seconds.
const PREFLIGHT: Duration = Duration::from_secs(24 * 60 * 60);

/// What the calls of owners and moderators begin with, below the API's prefix.
const ADMIN: &str = "/admin";

/// Every route of the API, by its description.
fn api() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(comments::list, comments::create))
        .routes(routes!(challenge::challenge))
        .routes(routes!(comments::show, comments::edit, comments::delete))
        .routes(routes!(comments::replies))
        .routes(routes!(thoughts::of_comment))
        .routes(routes!(thoughts::of_page))
        .routes(routes!(comments::history))
        .routes(routes!(comments::restore))
        .routes(routes!(comments::report))
        .routes(routes!(transfers::leave))
        .routes(routes!(transfers::fetch))
        .routes(routes!(preview::preview))
        .routes(routes!(images::upload))
        .routes(routes!(counts::counts))
        .routes(routes!(search::search))
        .routes(routes!(changes::changes))
        .routes(routes!(feeds::feed))
        .routes(routes!(events::events))
        .routes(routes!(thread::fragment))
        .routes(routes!(login::login, login::sign_out))
        .routes(routes!(login::own_comments))
        .routes(routes!(login::faces))
        .routes(routes!(login::sso))
        .routes(routes!(login::email))
        .routes(routes!(login::oidc))
        .routes(routes!(login::claim))
        .routes(routes!(openapi::serve))
        .nest(ADMIN, admin::routes())
}

/// A line of log for each request: what was asked for, how it ended and how long it took. Neither
/// who asked nor for which page.
macro_rules! trace_layer {
    () => {
        TraceLayer::new_for_http()
            .make_span_with(|request: &Request| {
                let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
                tracing::info_span!("request", method = %request.method(), route)
            })
            .on_response(DefaultOnResponse::new().level(Level::INFO))
            .on_failure(DefaultOnFailure::new().level(Level::WARN))
    };
}

/// Every route there is.
pub(crate) fn router(context: &Shared, is_demo: bool) -> Router {
    let (api, _) = OpenApiRouter::new()
        .nest(API_PREFIX, api())
        .split_for_parts();
    let api = api
        .route_layer(from_fn(conditional::conditional))
        .route_layer(from_fn_with_state(Arc::clone(context), guard::guard));
    let mut router = Router::new()
        .merge(api)
        .route("/thread", get(thread::show))
        .route("/thread/comments", post(thread::create))
        .route("/thread/comments/{id}", post(thread::edit))
        .route("/thread/comments/{id}/delete", post(thread::delete))
        .route("/thread/comments/{id}/thoughts", post(thread::think))
        .route("/thread/thoughts", post(thread::think_of_page))
        .route("/mail/confirm", get(mail::confirm).post(mail::confirm))
        .route("/mail/leave", get(mail::leave).post(mail::leave))
        .route("/mail/manage", get(mail::manage).post(mail::manage))
        .route("/mail/sign-in", get(mail::sign_in).post(mail::sign_in))
        .route("/login/oidc", get(login::oidc_back))
        .route("/mail/mute", get(mail::mute).post(mail::mute))
        .route("/mail/decide/{deed}", get(mail::decide).post(mail::decide))
        .route("/afterword.css", get(assets::style))
        .route("/embed.js", get(assets::loader))
        .route("/count.js", get(assets::counter))
        .route("/assets/{*path}", get(assets::asset))
        .route("/admin", get(assets::admin))
        // What the page loads is named relative to its own address.
        .route("/admin/", get(|| async { Redirect::permanent("../admin") }))
        .route("/admin/oidc", get(admin::oidc_back))
        .route("/admin/{*path}", get(assets::admin_asset))
        .route("/images/{name}", get(images::show))
        .route("/faces/{name}", get(login::face))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz));
    if is_demo {
        router = router
            .route("/", get(assets::article))
            .route("/playground", get(assets::playground))
            .route("/playground.html", get(assets::playground))
            .route("/themes/{name}", get(assets::theme));
    }
    if !is_demo {
        // Whoever opens the address that the server says it listens on.
        router = router.route("/", get(|| async { Redirect::temporary("admin") }));
    }
    router
        .fallback(|| async { ApiError::from(ProblemKind::NoSuchCall) })
        .method_not_allowed_fallback(|| async { ApiError::from(ProblemKind::MethodNotAllowed) })
        .layer(
            ServiceBuilder::new()
                .layer(trace_layer!())
                .layer(cors())
                .layer(CompressionLayer::new())
                .layer(from_fn(safe_headers))
                .layer(from_fn_with_state(Arc::clone(context), thread::in_html))
                .layer(CatchPanicLayer::custom(panicked))
                .layer(from_fn_with_state(Arc::clone(context), in_time)),
        )
        .with_state(Arc::clone(context))
}

/// Any page may ask; which pages may send is for `guard` to say, in an answer that the page may
/// read. Nothing here depends on cookies, so that a foreign page gains nothing by its reader.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([
            CONTENT_TYPE,
            AUTHORIZATION,
            IF_NONE_MATCH,
            IDEMPOTENCY_HEADER,
            login::READER_HEADER,
        ])
        .expose_headers([ETAG, LOCATION, RETRY_AFTER])
        .max_age(PREFLIGHT)
}

/// [`afterword_protocol::IDEMPOTENCY_KEY`], as HTTP/2 writes it.
const IDEMPOTENCY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// What every answer has: a browser takes it for nothing but what it says it is, and lets pages
/// that are isolated from other origins (COEP) have it.
async fn safe_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn in_time(State(context): State<Shared>, request: Request, next: Next) -> Response {
    let patience = match guard::is_image(&context, &request) {
        true => PATIENCE + guard::way(&context),
        false => PATIENCE,
    };
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::from(ProblemKind::Unavailable).into_response(),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(message, "a request ended by a panic");
    ApiError::from(ProblemKind::Internal).into_response()
}

/// The status of a problem.
pub(crate) fn status(kind: ProblemKind) -> StatusCode {
    StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    #[test]
    fn pages_may_send_the_key_under_its_own_name() {
        let name = afterword_protocol::IDEMPOTENCY_KEY;
        assert!(name.eq_ignore_ascii_case(super::IDEMPOTENCY_HEADER.as_str()));
    }
}
