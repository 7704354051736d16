use afterword_protocol::{Problem, ProblemKind, Replies, limits};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::ApiError;
use crate::http::Shared;
use crate::http::request::{Id, Query, cursor, number};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct RepliesQuery {
    /// Most descendants: 1 to 500, 50 when absent.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// `next` of the branch, or of the portion before.
    #[param(pattern = "^[0-9A-Za-z_-]{1,64}$")]
    cursor: Option<String>,
}

/// List a root's descendants
#[utoipa::path(
    get,
    path = "/comments/{id}/replies",
    operation_id = "listReplies",
    tag = "comments",
    params(("id" = String, Path, description = "Id of the root"), RepliesQuery),
    responses(
        (status = 200, description = "Descendants, oldest first", body = Replies),
        (status = 304, description = "Nothing has changed since the state that `If-None-Match` names"),
        (status = "default", description = "`invalid-request`, `not-found`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn replies(
    State(context): State<Shared>,
    Id(root): Id,
    Query(query): Query<RepliesQuery>,
) -> Result<Json<Replies>, ApiError> {
    cursor(query.cursor.as_deref())?;
    let limit = number("limit", query.limit, limits::REPLIES)?;
    let replies = context
        .store
        .replies(&root, limit, query.cursor.as_deref())
        .await?;
    Ok(Json(replies.ok_or(ProblemKind::NotFound)?))
}
