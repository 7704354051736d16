//! What has changed on a page, for who asks every now and then.

use afterword_protocol::{Changes, CommentList, Problem, ProblemKind};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::request::Query;
use super::{Context, Shared};
use crate::config::Site;
use crate::domain::check_page_key;
use crate::error::{ApiError, Refusal};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ChangesQuery {
    /// The site; absent where the server has only one.
    pub(super) site: Option<String>,
    /// Key of the page.
    #[param(min_length = 1, max_length = 1024)]
    pub(super) page: String,
    /// `changes` of the list, or `cursor` of what was told before. When absent, nothing is told but
    /// the present cursor.
    #[param(pattern = "^[0-9]{1,18}$")]
    pub(super) since: Option<String>,
}

/// Tell what has changed on a page
///
/// Comments that are new, were edited or deleted since a cursor, as they are now: at most 200. If more
/// have changed, or a cursor is none that this server has given out, `reload` is set. `list` is there when
/// the page takes other things than before.
#[utoipa::path(
    get,
    path = "/changes",
    operation_id = "listChanges",
    tag = "comments",
    params(ChangesQuery),
    responses(
        (status = 200, description = "What has changed, and where to go on", body = Changes),
        (status = 304, description = "Nothing has changed since the state that `If-None-Match` names"),
        (status = "default", description = "`invalid-request`, `page-invalid`, `site-unknown`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn changes(
    State(context): State<Shared>,
    Query(query): Query<ChangesQuery>,
) -> Result<Json<Changes>, ApiError> {
    let site = &*context.named_site(query.site.as_deref())?;
    check_page_key(&query.page)?;
    let since = version(query.since.as_deref())?;
    let (_, changes) = context.changes(site, &query.page, since).await?;
    Ok(Json(changes))
}

impl Context {
    /// What has changed on a page since a version of it, with what the site's readers may think of it
    /// now; and the page's id, if it has one.
    pub(super) async fn changes(
        &self,
        site: &Site,
        page: &str,
        since: Option<i64>,
    ) -> Result<(Option<i64>, Changes), ApiError> {
        let found = self.store.changes(&site.name, page, since).await?;
        let (id, mut changes, takes_others) = found;
        changes.reactions = site.of_the_set(&changes.reactions);
        if takes_others {
            let policy = self.policy(site, page, self.clock.now()).await?;
            changes.list = Some(CommentList {
                total: changes.total,
                reactions: changes.reactions.clone(),
                ..self.taken(site, &policy)
            });
        }
        Ok((id, changes))
    }
}

/// The version that a cursor stands for.
pub(super) fn version(cursor: Option<&str>) -> Result<Option<i64>, Refusal> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let is_number =
        (1..=18).contains(&cursor.len()) && cursor.bytes().all(|it| it.is_ascii_digit());
    let version = cursor.parse().ok().filter(|_| is_number);
    version.map(Some).ok_or_else(|| {
        let detail = "since is not a cursor that was given out";
        Refusal::because(ProblemKind::InvalidRequest, detail)
    })
}
