use afterword_protocol::{CommentDetail, Problem, ProblemKind};
use axum::Json;
use axum::extract::State;

use crate::error::ApiError;
use crate::http::Shared;
use crate::http::request::Id;

/// Show a comment, with what it answers
#[utoipa::path(
    get,
    path = "/comments/{id}",
    operation_id = "showComment",
    tag = "comments",
    params(("id" = String, Path, description = "Id of the comment")),
    responses(
        (status = 200, description = "The comment, its source and its ancestors", body = CommentDetail),
        (status = 304, description = "Nothing has changed since the state that `If-None-Match` names"),
        (status = "default", description = "`not-found`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn show(
    State(context): State<Shared>,
    Id(id): Id,
) -> Result<Json<CommentDetail>, ApiError> {
    let detail = context.store.detail(&id).await?;
    Ok(Json(detail.ok_or(ProblemKind::NotFound)?))
}
