use afterword_protocol::{History, Problem, ProblemKind};
use axum::Json;
use axum::extract::State;

use crate::error::ApiError;
use crate::http::Shared;
use crate::http::request::Id;

/// Show what a comment said before
#[utoipa::path(
    get,
    path = "/comments/{id}/history",
    operation_id = "showHistory",
    tag = "comments",
    params(("id" = String, Path, description = "Id of the comment")),
    responses(
        (status = 200, description = "Its texts, from the first to the present one", body = History),
        (status = 304, description = "Nothing has changed since the state that `If-None-Match` names"),
        (status = "default", description = "`not-found`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn history(
    State(context): State<Shared>,
    Id(id): Id,
) -> Result<Json<History>, ApiError> {
    let history = context.store.history(&id).await?;
    Ok(Json(history.ok_or(ProblemKind::NotFound)?))
}
