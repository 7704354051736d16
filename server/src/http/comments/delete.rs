use afterword_protocol::{Comment, Deletion, Problem};
use axum::Json;
use axum::extract::State;

use crate::error::ApiError;
use crate::http::login::Author;
use crate::http::request::Id;
use crate::http::{Context, Shared};

/// Delete a comment
///
/// Nobody is shown its text and its author's name any more. For `limits.undo_seconds` it can be
/// restored, then they are erased. Where replies stand, a tombstone holds their place.
#[utoipa::path(
    delete,
    path = "/comments/{id}",
    operation_id = "deleteComment",
    tag = "comments",
    params(("id" = String, Path, description = "Id of the comment"), ("Afterword-Reader" = Option<String>, Header, description = "Token of the reader who wrote it, and has signed in")),
    security(("edit token" = [])),
    responses(
        (status = 200, description = "What is left of it", body = Deletion),
        (status = "default", description = "`not-found`, `token-invalid`, `login-required`, `edit-window-closed`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn delete(
    State(context): State<Shared>,
    Id(id): Id,
    author: Author,
) -> Result<Json<Deletion>, ApiError> {
    let undo = context.config.undo_window;
    let tombstone = context.take_away(&id, author.named()?, undo).await?;
    Ok(Json(Deletion { tombstone }))
}

impl Context {
    /// Deletes a comment; gives the tombstone that is left of it, if any. For `undo` seconds it can
    /// be restored.
    pub(in crate::http) async fn take_away(
        &self,
        id: &str,
        author: impl Into<Author>,
        undo: u32,
    ) -> Result<Option<Comment>, ApiError> {
        let owner = self.ownership(author);
        Ok(self.store.delete(id, &owner, undo).await?)
    }
}
