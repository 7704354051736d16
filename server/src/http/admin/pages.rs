//! Pages, and what they take.

use crate::error::Wrong;
use afterword_protocol::admin::WrongCode;
use afterword_protocol::admin::{
    Action, NewPage, Outcome, Page, PageChange, PagePolicy, PageState, Pages, Right,
};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::actions::{actor, sites_of};
use super::{InPlace, Moderator, number_before, portion};
use crate::domain::{check_page_key, rfc3339};
use crate::error::{ApiError, Refusal};
use crate::http::request::{Body, Number, Query};
use crate::http::{Context, Shared};
use crate::screening::Policy;
use crate::store::{Deed, PageRow};

/// Slowest slow mode, in seconds.
const SLOWEST: u32 = 86_400;
/// Most days until a page closes.
const OLDEST: u32 = 36_500;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct PagesQuery {
    /// The site; absent for all that one looks after.
    site: Option<String>,
    /// What has to stand in key or title.
    q: Option<String>,
    /// The key of the only page to be listed.
    key: Option<String>,
    /// `next` of the portion before.
    before: Option<String>,
    /// Most pages: 1 to 200, 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List pages
#[utoipa::path(
    get,
    path = "/pages",
    operation_id = "listPages",
    tag = "moderation",
    params(PagesQuery),
    security(("session" = [])),
    responses(
        (status = 200, description = "A portion of them, the latest first", body = Pages),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn pages(
    State(context): State<Shared>,
    InPlace(moderator): InPlace,
    Query(query): Query<PagesQuery>,
) -> Result<Json<Pages>, ApiError> {
    if query.key.is_none() {
        moderator.require_home()?;
    }
    let reach = moderator.reach(Right::Moderate, query.site.as_deref())?;
    let before = number_before(query.before.as_deref())?;
    let limit = portion(query.limit)?;
    let q = query.q.as_deref().filter(|q| !q.is_empty());
    let sites = reach.json();
    let key = query.key.as_deref();
    let rows = context
        .store
        .pages(sites.as_deref(), key, q, before, limit + 1);
    let rows = rows.await?;
    let is_all = rows.len() <= limit as usize;
    let rows = rows.into_iter().take(limit as usize);
    let items: Vec<Page> = rows.map(|row| told(&context, row)).collect();
    let last = items.last().filter(|_| !is_all);
    Ok(Json(Pages {
        next: last.map(|last| last.id.to_string()),
        items,
    }))
}

/// Enter a page
///
/// So that something can be set for it before anybody has commented there. A page that is there already
/// stays as it is.
#[utoipa::path(
    post,
    path = "/pages",
    operation_id = "enterPage",
    tag = "moderation",
    request_body = NewPage,
    security(("session" = [])),
    responses(
        (status = 200, description = "The page", body = Page),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `page-invalid`, `site-unknown`, `body-too-large`, `unsupported-media-type`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn enter_page(
    State(context): State<Shared>,
    InPlace(moderator): InPlace,
    Body(NewPage { site, key }): Body<NewPage>,
) -> Result<Json<Page>, ApiError> {
    let site = context.named_site(site.as_deref())?;
    moderator.require(Right::Moderate, &site.name)?;
    check_page_key(&key)?;
    let number = context.store.enter_page(&site.name, &key).await?;
    let row = context.page_of_number(&moderator, number).await?;
    Ok(Json(told(&context, row)))
}

/// Show a page
#[utoipa::path(
    get,
    path = "/pages/{id}",
    operation_id = "showPage",
    tag = "moderation",
    params(("id" = i64, Path, description = "Number of the page")),
    security(("session" = [])),
    responses(
        (status = 200, description = "The page", body = Page),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn page(
    State(context): State<Shared>,
    InPlace(moderator): InPlace,
    Number(id): Number,
) -> Result<Json<Page>, ApiError> {
    let row = context.page_of_number(&moderator, id).await?;
    Ok(Json(told(&context, row)))
}

/// Change what a page takes
#[utoipa::path(
    patch,
    path = "/pages/{id}",
    operation_id = "changePage",
    tag = "moderation",
    params(("id" = i64, Path, description = "Number of the page")),
    request_body = PageChange,
    security(("session" = [])),
    responses(
        (status = 200, description = "The page as it is now, among `pages`, and the number by which that is undone", body = Outcome),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `not-found` also when nothing is another by that, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn change_page(
    State(context): State<Shared>,
    InPlace(moderator): InPlace,
    Number(id): Number,
    Body(change): Body<PageChange>,
) -> Result<Json<Outcome>, ApiError> {
    let page = context.page_of_number(&moderator, id).await?;
    let is_within = |given: Option<u32>, most| given.is_none_or(|given| given <= most);
    if !is_within(change.slow_seconds, SLOWEST) {
        let detail = format!("slow_seconds can be 0 to {SLOWEST}");
        let refusal = Refusal::because(ProblemKind::InvalidRequest, detail);
        let range = Wrong::bounds(WrongCode::Range, 0, SLOWEST);
        return Err(refusal.coded(range).into());
    }
    if !is_within(change.close_after_days.flatten(), OLDEST) {
        let detail = format!("close_after_days can be 0 (never) to {OLDEST}");
        let refusal = Refusal::because(ProblemKind::InvalidRequest, detail);
        let range = Wrong::bounds(WrongCode::Range, 0, OLDEST);
        return Err(refusal.coded(range).into());
    }
    let sites = sites_of(&moderator)?;
    let deed = Deed {
        pages: &[page.id],
        page: Some(&change),
        ..Deed::of(Action::Page)
    };
    let actor = actor(&context, &moderator, sites.as_deref());
    let acted = context.store.act(&deed, &actor).await?;
    Ok(Json(context.whole(acted)?))
}

impl Context {
    async fn page_of_number(
        &self,
        moderator: &Moderator,
        number: i64,
    ) -> Result<PageRow, ApiError> {
        let row = self.store.page_row(number).await?;
        let row = row.ok_or(ProblemKind::NotFound)?;
        moderator.require(Right::Moderate, &row.site)?;
        Ok(row)
    }
}

/// A page as moderators see it.
pub(super) fn told(context: &Context, row: PageRow) -> Page {
    let site = context.sites.named(Some(&row.site));
    let now = context.clock.now();
    // A site that is no more takes nothing.
    let is_closed = site.is_none_or(|site| Policy::of(&site, &row.settings(), now).is_closed);
    let policy = row.policy.as_deref().and_then(PagePolicy::from_name);
    Page {
        id: row.id,
        site: row.site,
        key: row.key,
        title: row.title,
        url: row.url,
        comments: row.comment_count,
        pending: row.pending,
        policy: policy.unwrap_or_default(),
        state: match row.closed {
            None => PageState::Site,
            Some(false) => PageState::Open,
            Some(true) => PageState::Closed,
        },
        read_only: row.read_only,
        slow_seconds: row.slow_seconds,
        close_after_days: row.close_after_days,
        closed: is_closed,
        opened: row.opened.map(rfc3339),
    }
}
