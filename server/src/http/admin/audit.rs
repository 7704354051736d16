//! The log.

use afterword_protocol::admin::{Done, Items, Right};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use super::Moderator;
use crate::error::{ApiError, Refusal};
use crate::http::Shared;
use crate::http::request::{Query, number};
use crate::store::Asked;

/// Most and usual entries of a portion.
const PORTION: (u32, u32) = (200, 50);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Parameters {
    site: Option<String>,
    user: Option<String>,
    action: Option<String>,
    subject: Option<String>,
    before: Option<String>,
    limit: Option<u32>,
}

/// Read what was done by whom
///
/// The latest first. What concerns no site (signing in, users, mail) is for who may read the log of all
/// of them.
#[utoipa::path(
    get,
    path = "/audit",
    operation_id = "audit",
    tag = "accounts",
    security(("session" = [])),
    params(
        ("site" = Option<String>, Query, description = "On that site alone"),
        ("user" = Option<String>, Query, description = "By the user of that id alone"),
        ("action" = Option<String>, Query, description = "That action alone"),
        ("subject" = Option<String>, Query, description = "To what has that id alone"),
        ("before" = Option<String>, Query, description = "`next` of the portion before"),
        ("limit" = Option<u32>, Query, description = "At most so many: 1 to 200, or 50"),
    ),
    responses(
        (status = 200, description = "A portion of the log", body = Items<Done>),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn log(
    State(context): State<Shared>,
    moderator: Moderator,
    Query(asked): Query<Parameters>,
) -> Result<Json<Items<Done>>, ApiError> {
    let reach = moderator.reach(Right::Audit, asked.site.as_deref())?;
    let limit = number("limit", asked.limit, PORTION)?;
    let wrong = || Refusal::because(ProblemKind::InvalidRequest, "before was not given out");
    let before = asked.before.as_deref().map(str::parse::<i64>).transpose();
    let mut items = context
        .store
        .log(&Asked {
            sites: reach.json().as_deref(),
            user: asked.user.as_deref(),
            action: asked.action.as_deref(),
            subject: asked.subject.as_deref(),
            before: before.map_err(|_| wrong())?,
            limit,
        })
        .await?;
    let is_more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| is_more).map(|last| last.id.clone());
    Ok(Json(Items {
        items,
        next,
        total: None,
    }))
}
