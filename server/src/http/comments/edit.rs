use std::net::SocketAddr;

use afterword_protocol::{Comment, EditComment, Problem};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;

use crate::error::ApiError;
use crate::http::login::Author;
use crate::http::request::{Body, Id};
use crate::http::{Context, Shared};
use crate::screening::{Before, Signals, Submission};
use crate::spam::likeness::is_correction;

/// Give a comment a new text
#[utoipa::path(
    patch,
    path = "/comments/{id}",
    operation_id = "editComment",
    tag = "comments",
    params(("id" = String, Path, description = "Id of the comment"), ("Afterword-Reader" = Option<String>, Header, description = "Token of the reader who wrote it, and has signed in")),
    request_body = EditComment,
    security(("edit token" = [])),
    responses(
        (status = 200, description = "The comment with its new text", body = Comment),
        (status = "default", description = "`not-found`, `token-invalid`, `login-required`, `edit-window-closed`, `text-refused`, `banned`, `invalid-request`, `text-empty`, `text-too-long`, `text-invalid`, `text-too-nested`, `too-many-links`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn edit(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Id(id): Id,
    author: Author,
    Body(EditComment { text }): Body<EditComment>,
) -> Result<Json<Comment>, ApiError> {
    Ok(Json(
        context
            .change(&id, author.named()?, &text, (peer, &headers))
            .await?,
    ))
}

impl Context {
    /// Gives a comment a new text.
    pub(in crate::http) async fn change(
        &self,
        id: &str,
        author: impl Into<Author>,
        text: &str,
        (peer, headers): (SocketAddr, &HeaderMap),
    ) -> Result<Comment, ApiError> {
        let html = self.rendered(text).await?;
        let owner = self.ownership(author);
        // Nobody else learns what becomes of a text.
        self.store.check_owner(id, &owner).await?;
        let (standing, site, sender) = self.standing(id, peer, headers, owner.now).await?;
        let said = self.store.said(id).await?;
        let verdict = self
            .screen(&Submission {
                site: &site,
                page: &standing.page,
                page_id: Some(standing.page_id),
                id: Some(id),
                author: standing.author.as_deref(),
                website: standing.website.as_deref(),
                email: None,
                text,
                html: &html,
                parent: standing.parent.as_deref(),
                before: Before {
                    is_corrected: is_correction(&said.texts, text),
                    unproven: said.is_unproven.then_some(said.html.as_str()),
                },
                sender: &sender,
                signals: &Signals {
                    address: Some(self.clients.address(peer, headers)),
                    ..Signals::of(headers)
                },
                now: owner.now,
            })
            .await?;
        let edited = self.store.edit(id, &owner, text, &html, &verdict);
        let edited = edited.await;
        if edited.is_err() {
            self.defence.is_not_said(&site, &verdict);
        }
        Ok(edited?)
    }
}
