use std::net::SocketAddr;

use afterword_protocol::{Problem, ProblemKind, Reason, Report, limits};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};

use crate::domain::{Bounds, check_text};
use crate::error::ApiError;
use crate::http::Shared;
use crate::http::request::{Body, Id};

/// Report a comment
///
/// The first report of a client about a comment counts; more of them are answered the same. So are
/// those of its /48, where it has IPv6.
#[utoipa::path(
    post,
    path = "/comments/{id}/reports",
    operation_id = "reportComment",
    tag = "comments",
    params(("id" = String, Path, description = "Id of the comment")),
    request_body = Report,
    responses(
        (status = 204, description = "The site's owner will see it"),
        (status = "default", description = "`not-found`, `invalid-request`, `text-empty` with the reason `other`, `text-too-long`, `text-invalid`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn report(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Id(id): Id,
    headers: HeaderMap,
    Body(report): Body<Report>,
) -> Result<StatusCode, ApiError> {
    let bounds = Bounds {
        text_bytes: limits::REPORT_BYTES,
        ..context.config.bounds
    };
    match check_text(&report.text, &bounds) {
        Err(refusal)
            if refusal.kind == ProblemKind::TextEmpty && report.reason != Reason::Other => {}
        checked => checked?,
    }
    let now = context.clock.now();
    let client = context.clients.voice(peer, &headers, now);
    let (site, _) = context
        .store
        .page_of(&id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    // Nobody needs to see to what nobody sees.
    let whose = context.whose_network(peer, &headers).await?;
    if context.store.is_hidden_one_of(&id, &whose).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    let thresholds = context.thresholds(&site);
    context
        .store
        .report(&id, client.as_bytes(), &report, now, &thresholds)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
