use std::net::SocketAddr;

use afterword_protocol::{Comment, Problem};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;

use crate::error::ApiError;
use crate::http::login::Author;
use crate::http::request::Id;
use crate::http::{Context, Shared};
use crate::screening::{Before, Signals, Submission};

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
        (status = "default", description = "`not-found` when it was not deleted, or too long ago, or a moderator has taken it away since; `closed` when the page takes no comments; `banned`, `token-invalid`, `login-required`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn restore(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Id(id): Id,
    author: Author,
) -> Result<Json<Comment>, ApiError> {
    let restored = context.bring_back(&id, author.named()?, (peer, &headers));
    Ok(Json(restored.await?))
}

impl Context {
    /// Restores a comment.
    async fn bring_back(
        &self,
        id: &str,
        author: Author,
        (peer, headers): (SocketAddr, &HeaderMap),
    ) -> Result<Comment, ApiError> {
        let undo = self.config.undo_window;
        let owner = self.ownership(author);
        // Nobody else learns whether its author is banned.
        self.store.check_restorable(id, &owner, undo).await?;
        let (standing, site, sender) = self.standing(id, peer, headers, owner.now).await?;
        let verdict = self
            .screen_again(&Submission {
                site: &site,
                page: &standing.page,
                page_id: Some(standing.page_id),
                id: Some(id),
                author: standing.author.as_deref(),
                website: standing.website.as_deref(),
                email: None,
                text: "",
                html: "",
                parent: standing.parent.as_deref(),
                before: Before::default(),
                sender: &sender,
                signals: &Signals::of(headers),
                now: owner.now,
            })
            .await?;
        Ok(self.store.restore(id, &owner, undo, &verdict).await?)
    }
}
