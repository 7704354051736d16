use afterword_protocol::{Comment, EditComment, Problem};
use axum::Json;
use axum::extract::State;

use crate::error::ApiError;
use crate::http::request::{BearerHash, Body, Id};
use crate::http::{Context, Shared};

/// Give a comment a new text
#[utoipa::path(
    patch,
    path = "/comments/{id}",
    operation_id = "editComment",
    tag = "comments",
    params(("id" = String, Path, description = "Id of the comment")),
    request_body = EditComment,
    security(("edit token" = [])),
    responses(
        (status = 200, description = "The comment with its new text", body = Comment),
        (status = "default", description = "`not-found`, `token-invalid`, `edit-window-closed`, `invalid-request`, `text-empty`, `text-too-long`, `text-invalid`, `text-too-nested`, `too-many-links`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn edit(
    State(context): State<Shared>,
    Id(id): Id,
    token: BearerHash,
    Body(EditComment { text }): Body<EditComment>,
) -> Result<Json<Comment>, ApiError> {
    Ok(Json(context.change(&id, token, &text).await?))
}

impl Context {
    /// Gives a comment a new text.
    pub(in crate::http) async fn change(
        &self,
        id: &str,
        token: BearerHash,
        text: &str,
    ) -> Result<Comment, ApiError> {
        let html = self.rendered(text).await?;
        let owner = self.ownership(token);
        Ok(self.store.edit(id, &owner, text, &html).await?)
    }
}
