//! Texts as they would be shown.

use afterword_protocol::{Preview, PreviewRequest, Problem};
use axum::Json;
use axum::extract::State;

use super::Shared;
use super::request::Body;
use crate::error::ApiError;

/// Show a text as it would look
#[utoipa::path(
    post,
    path = "/preview",
    operation_id = "previewText",
    tag = "comments",
    request_body = PreviewRequest,
    responses(
        (status = 200, description = "The text as HTML", body = Preview),
        (status = "default", description = "`invalid-request`, `text-empty`, `text-too-long`, `text-invalid`, `text-too-nested`, `too-many-links`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn preview(
    State(context): State<Shared>,
    Body(PreviewRequest { text }): Body<PreviewRequest>,
) -> Result<Json<Preview>, ApiError> {
    let html = context.rendered(&text).await?;
    Ok(Json(Preview { html }))
}
