//! Who may come in: pages of the sites' origins, and nobody too often.

use std::net::SocketAddr;

use afterword_protocol::ProblemKind;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;

use super::client::Act;
use super::{Context, Shared, origin, request};
use crate::error::{ApiError, Refusal};

pub(super) async fn guard(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path();
    let act = if is_safe || path.ends_with("/preview") {
        Act::Read
    } else if path.ends_with("/thoughts") {
        Act::Think
    } else {
        Act::Write
    };
    let (parts, body) = request.into_parts();
    // Before anything is refused: a connection that is closed while its client still sends tells
    // some clients nothing (WebKit's "Load failed").
    let image_bytes = context.config.image_bytes;
    let body = if image_bytes > 0 && parts.uri.path().ends_with("/images") {
        request::whole_of(body, image_bytes).await?
    } else {
        request::whole(body, &context).await?
    };
    let request = Request::from_parts(parts, body.into());
    if !is_safe {
        // Which site it is for is in the body; whoever reads that asks for that site's own.
        origin::check(request.headers(), &context.config.sites)?;
    }
    context.admit(peer, request.headers(), act)?;
    Ok(next.run(request).await)
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
