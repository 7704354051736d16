//! Who may come in: pages of the sites' origins, and nobody too often.

use std::net::SocketAddr;
use std::time::Duration;

use afterword_protocol::{API_PREFIX, ProblemKind};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::Semaphore;

use super::client::Act;
use super::{ADMIN, Context, Shared, origin, request};
use crate::error::{ApiError, Refusal};

pub(super) async fn guard(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path();
    let call = path.strip_prefix(API_PREFIX).unwrap_or(path);
    // Who looks after comments sends more than who writes them; whoever isn't signed in gets no further.
    let is_admin = call
        .strip_prefix(ADMIN)
        .is_some_and(|rest| rest.starts_with('/'));
    let act = if is_safe
        || is_admin
        || path.ends_with("/preview")
        // A page asks every few seconds, for what nobody can guess.
        || path.ends_with("/login/claim")
    {
        Act::Read
    } else if path.ends_with("/thoughts") || path.ends_with("/login/sso") {
        // Every page of a site where the reader has signed in can send one.
        Act::Think
    } else {
        Act::Write
    };
    let is_image = is_image(&context, &request);
    let (parts, body) = request.into_parts();
    // Which site it is for is in the body; whoever reads that asks for that site's own.
    let from = match is_safe {
        true => Ok(()),
        false if origin::is_public(&parts.headers, context.config.public_url.as_ref()) => Ok(()),
        false => origin::check(
            &parts.headers,
            context.sites.all().iter().map(|site| &**site),
        ),
    };
    // Before it is read: what is kept of it takes memory.
    if let Err(refusal) = from.and_then(|()| context.admit(peer, &parts.headers, act)) {
        request::pass_over(body).await;
        return Err(refusal.into());
    }
    // An image has its room until it is answered for.
    let (body, _room) = if is_image {
        let room = context.room.acquire().await;
        let room = room.map_err(|_| Refusal::new(ProblemKind::Unavailable))?;
        let bytes = request::whole_of(body, context.config.image_bytes);
        let bytes = tokio::time::timeout(way(&context), bytes).await;
        let seconds = context.config.image_seconds;
        let bytes = bytes.map_err(|_| Refusal::over(ProblemKind::TooSlow, seconds))?;
        (bytes?, Some(room))
    } else {
        (request::whole(body, &context).await?, None)
    };
    let request = Request::from_parts(parts, body.into());
    Ok(next.run(request).await)
}

/// Whether an image is sent that is taken.
pub(super) fn is_image(context: &Context, request: &Request) -> bool {
    context.config.image_bytes > 0
        && request.method() == Method::POST
        && request.uri().path().ends_with("/images")
}

/// How long an image may be on its way.
pub(super) fn way(context: &Context) -> Duration {
    Duration::from_secs(context.config.image_seconds.into())
}

/// How many bytes of images are taken in at a time.
const ROOM: u32 = 64_000_000;

/// How many images that are, where none is larger than so many bytes.
pub(crate) fn room(image_bytes: u32) -> Semaphore {
    Semaphore::new((ROOM / image_bytes.max(1)).max(1) as usize)
}

impl Context {
    /// Counts what a client does, and refuses it where that is too much.
    pub(super) fn admit(
        &self,
        peer: SocketAddr,
        headers: &HeaderMap,
        act: Act,
    ) -> Result<(), Refusal> {
        let client = self.clients.client(peer, headers, self.clock.now());
        self.clients
            .count(&client, act)
            .map_err(|seconds| Refusal::over(ProblemKind::RateLimited, seconds))
    }
}
