use afterword_protocol::{Comment, Deletion, Problem};
use axum::Json;
use axum::extract::State;

use crate::error::ApiError;
use crate::http::request::{BearerHash, Id};
use crate::http::{Context, Shared};

/// Delete a comment
///
/// Its text and its author's name are gone at once. Where replies stand, a tombstone holds their
/// place.
#[utoipa::path(
    delete,
    path = "/comments/{id}",
    operation_id = "deleteComment",
    tag = "comments",
    params(("id" = String, Path, description = "Id of the comment")),
    security(("edit token" = [])),
    responses(
        (status = 200, description = "What is left of it", body = Deletion),
        (status = "default", description = "`not-found`, `token-invalid`, `edit-window-closed`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn delete(
    State(context): State<Shared>,
    Id(id): Id,
    token: BearerHash,
) -> Result<Json<Deletion>, ApiError> {
    let tombstone = context.take_away(&id, token).await?;
    Ok(Json(Deletion { tombstone }))
}

impl Context {
    /// Deletes a comment; gives the tombstone that is left of it, if any.
    pub(in crate::http) async fn take_away(
        &self,
        id: &str,
        token: BearerHash,
    ) -> Result<Option<Comment>, ApiError> {
        let owner = self.ownership(token);
        Ok(self.store.delete(id, &owner).await?)
    }
}
