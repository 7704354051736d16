use afterword_protocol::{CommentDetail, Problem, ProblemKind};
use axum::Json;
use axum::extract::State;

use crate::error::ApiError;
use crate::http::Shared;
use crate::http::login::Author;
use crate::http::request::Id;

/// Show a comment, with what it answers
///
/// Its author, who sends its edit token, is also shown it while it waits for a moderator.
#[utoipa::path(
    get,
    path = "/comments/{id}",
    operation_id = "showComment",
    tag = "comments",
    params(("id" = String, Path, description = "Id of the comment"), ("Afterword-Reader" = Option<String>, Header, description = "Token of the reader who wrote it, and has signed in")),
    security((), ("edit token" = [])),
    responses(
        (status = 200, description = "The comment, its source and its ancestors", body = CommentDetail),
        (status = 304, description = "Nothing has changed since the state that `If-None-Match` names"),
        (status = "default", description = "`not-found`, `login-required`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn show(
    State(context): State<Shared>,
    Id(id): Id,
    author: Author,
) -> Result<Json<CommentDetail>, ApiError> {
    let detail = context
        .store
        .detail(&id, author.token.as_ref(), author.reader)
        .await?;
    Ok(Json(detail.ok_or(ProblemKind::NotFound)?))
}
