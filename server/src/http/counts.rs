//! Counts of comments, for lists of articles.

use afterword_protocol::{PageCounts, Problem, ProblemKind, limits};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Shared;
use super::request::Query;
use crate::domain::check_page_key;
use crate::error::{ApiError, Refusal};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CountsQuery {
    /// The site; absent where the server has only one.
    site: Option<String>,
    /// Keys of the pages: the parameter is repeated for each, up to 100 times.
    #[serde(default)]
    #[param(min_items = 1, max_items = 100)]
    page: Vec<String>,
}

/// Count the comments of many pages
#[utoipa::path(
    get,
    path = "/counts",
    operation_id = "countComments",
    tag = "pages",
    params(CountsQuery),
    responses(
        (status = 200, description = "A count for each page, in the order asked for", body = PageCounts),
        (status = 304, description = "Nothing has changed since the state that `If-None-Match` names"),
        (status = "default", description = "`invalid-request`, `page-invalid`, `site-unknown`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn counts(
    State(context): State<Shared>,
    Query(query): Query<CountsQuery>,
) -> Result<Json<PageCounts>, ApiError> {
    let site = &*context.named_site(query.site.as_deref())?;
    if !(1..=limits::COUNTED_PAGES).contains(&query.page.len()) {
        let detail = format!("page can be there 1 to {} times", limits::COUNTED_PAGES);
        return Err(Refusal::because(ProblemKind::InvalidRequest, detail).into());
    }
    for page in &query.page {
        check_page_key(page)?;
    }
    let counts = context.store.counts(&site.name, query.page).await?;
    Ok(Json(PageCounts { counts }))
}
