//! Looking for something in a thread.

use afterword_protocol::{Problem, SearchResults, limits};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Shared;
use super::request::{Query, cursor};
use crate::domain::{self, check_page_key};
use crate::error::ApiError;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// The site; absent where the server has only one.
    site: Option<String>,
    /// Key of the page.
    #[param(min_length = 1, max_length = 1024)]
    page: String,
    /// What is looked for: words, all of which are in the text or in the name, as they are or as
    /// parts of others, in whatever case; or `#17` for the comment of that number.
    #[param(min_length = 1, max_length = 600)]
    q: String,
    /// `next` of the portion before.
    #[param(pattern = "^[0-9A-Za-z_-]{1,64}$")]
    cursor: Option<String>,
}

/// Search a page's comments
///
/// Newest first, up to 20 at a time. What was deleted is not found, except by its number where it is
/// a tombstone.
#[utoipa::path(
    get,
    path = "/search",
    operation_id = "searchComments",
    tag = "comments",
    params(SearchQuery),
    responses(
        (status = 200, description = "A portion of what is found", body = SearchResults),
        (status = 304, description = "Nothing has changed since the state that `If-None-Match` names"),
        (status = "default", description = "`invalid-request`, `page-invalid`, `site-unknown`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn search(
    State(context): State<Shared>,
    Query(query): Query<SearchQuery>,
) -> Result<Json<SearchResults>, ApiError> {
    let site = &*context.named_site(query.site.as_deref())?;
    check_page_key(&query.page)?;
    cursor(query.cursor.as_deref())?;
    let words = domain::Query::parse(&query.q)?;
    let found = context
        .store
        .search(
            &site.name,
            &query.page,
            &words,
            limits::FOUND,
            query.cursor.as_deref(),
        )
        .await?;
    Ok(Json(found))
}
