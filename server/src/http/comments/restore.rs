use afterword_protocol::{Comment, Problem};
use axum::Json;
use axum::extract::State;

use crate::error::ApiError;
use crate::http::Shared;
use crate::http::login::Author;
use crate::http::request::Id;

/// Restore a deleted comment
///
/// For `limits.undo_seconds` after its deletion; then nothing is left of it.
#[utoipa::path(
    post,
    path = "/comments/{id}/restore",
    operation_id = "restoreComment",
    tag = "comments",
    params(("id" = String, Path, description = "Id of the comment"), ("Afterword-Reader" = Option<String>, Header, description = "Token of the reader who wrote it, and has signed in")),
    security(("edit token" = [])),
    responses(
        (status = 200, description = "The comment as it was", body = Comment),
        (status = "default", description = "`not-found` when it was not deleted, or too long ago; `token-invalid`, `login-required`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn restore(
    State(context): State<Shared>,
    Id(id): Id,
    author: Author,
) -> Result<Json<Comment>, ApiError> {
    let owner = context.ownership(author.named()?);
    let undo = context.config.undo_window;
    Ok(Json(context.store.restore(&id, &owner, undo).await?))
}
