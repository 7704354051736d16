//! What a client solves before it posts.

use std::net::SocketAddr;

use afterword_protocol::{Challenge, Problem};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Shared;
use super::request::Query;
use crate::config::ProofPolicy;
use crate::error::ApiError;
use crate::spam::Whence;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameters {
    site: Option<String>,
}

/// Get a proof of work to do
///
/// Its solution is the `proof` of one comment on that site.
#[utoipa::path(
    get,
    path = "/challenge",
    operation_id = "getChallenge",
    tag = "comments",
    params(("site" = Option<String>, Query, description = "The site; absent where the server has only one")),
    responses(
        (status = 200, description = "A challenge, good for half an hour", body = Challenge),
        (status = 204, description = "The site wants no proof"),
        (status = "default", description = "`invalid-request`, `site-unknown`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn challenge(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Query(Parameters { site }): Query<Parameters>,
) -> Result<Response, ApiError> {
    let site = &*context.named_site(site.as_deref())?;
    let settings = &site.settings.spam;
    if !context.config.spam || !settings.on || settings.proof == ProofPolicy::Off {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let now = context.clock.now();
    let client = context.clients.client(peer, &headers, now);
    let line = context.clients.voice(peer, &headers, now);
    let whence = Whence {
        network: client.as_bytes(),
        line: line.as_bytes(),
    };
    let defence = &context.defence;
    let effort = defence.is_asked(&site.name, whence, now);
    let challenge = defence
        .proofs
        .challenge(&site.name, (effort, settings.seconds), now)?;
    Ok(Json(challenge).into_response())
}
