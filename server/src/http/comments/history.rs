use afterword_protocol::{History, Problem, ProblemKind};
use axum::Json;
use axum::extract::State;

use crate::error::ApiError;
use crate::http::Shared;
use crate::http::login::Author;
use crate::http::request::Id;
use crate::store::Asker;

/// Show what a comment said before
#[utoipa::path(
    get,
    path = "/comments/{id}/history",
    operation_id = "showHistory",
    tag = "comments",
    params(("id" = String, Path, description = "Id of the comment"), ("Afterword-Reader" = Option<String>, Header, description = "Token of the reader who wrote it, and has signed in")),
    security((), ("edit token" = [])),
    responses(
        (status = 200, description = "Its texts, from the first to the present one", body = History),
        (status = 304, description = "Nothing has changed since the state that `If-None-Match` names"),
        (status = "default", description = "`not-found`, `login-required`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn history(
    State(context): State<Shared>,
    Id(id): Id,
    Author { token, reader }: Author,
) -> Result<Json<History>, ApiError> {
    let whose = Asker {
        token,
        reader,
        ..Asker::default()
    };
    let history = context.store.history(&id, &whose).await?;
    Ok(Json(history.ok_or(ProblemKind::NotFound)?))
}
