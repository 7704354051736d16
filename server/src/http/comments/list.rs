use afterword_protocol::{CommentList, Limits, LoginWay, Problem, Sort, Votes, limits, offers};
use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::config::Site;
use crate::domain::check_page_key;
use crate::error::ApiError;
use crate::http::request::{Query, cursor, number};
use crate::http::{Context, Shared};
use crate::screening::Policy;
use crate::store::Portion;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ListQuery {
    /// The site; absent where the server has only one.
    site: Option<String>,
    /// Key of the page.
    #[param(min_length = 1, max_length = 1024)]
    page: String,
    /// Order of the roots: `newest` (the default), `oldest`, `top` or `discussed`.
    #[serde(default)]
    sort: Sort,
    /// Most roots: 1 to 200, 20 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// Most descendants of each root: 1 to 500, 50 when absent.
    #[param(minimum = 1, maximum = 500)]
    replies: Option<u32>,
    /// `next` of the portion before.
    #[param(pattern = "^[0-9A-Za-z_-]{1,64}$")]
    cursor: Option<String>,
}

/// List a page's comments
///
/// Roots in the order asked for, each with its first descendants. A page that nobody has commented
/// on has an empty list.
#[utoipa::path(
    get,
    path = "/comments",
    operation_id = "listComments",
    tag = "comments",
    params(ListQuery),
    responses(
        (status = 200, description = "A portion of the thread", body = CommentList, headers(("etag" = String, description = "Names this state, for `If-None-Match`"))),
        (status = 304, description = "Nothing has changed since the state that `If-None-Match` names"),
        (status = "default", description = "`invalid-request`, `page-invalid`, `site-unknown`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn list(
    State(context): State<Shared>,
    Query(query): Query<ListQuery>,
    request: Parts,
) -> Result<Response, ApiError> {
    let site = &*context.named_site(query.site.as_deref())?;
    check_page_key(&query.page)?;
    cursor(query.cursor.as_deref())?;
    let portion = Portion {
        sort: query.sort,
        roots: number("limit", query.limit, limits::PORTION)?,
        replies: number("replies", query.replies, limits::REPLIES)?,
        cursor: query.cursor.as_deref(),
    };
    let make = async {
        let list = context.list(site, &query.page, portion).await?;
        Ok(serde_json::to_string(&list).unwrap_or_default())
    };
    context
        .cached(&request, (site, &query.page), "application/json", make)
        .await
}

/// The words of what is offered, where readers can sign in. Where they have to, whoever has not may
/// neither post nor answer.
fn with_login(
    offered: Option<Vec<String>>,
    ways: &[LoginWay],
    is_required: bool,
) -> Option<Vec<String>> {
    if ways.is_empty() && !is_required {
        return offered;
    }
    let usual = || {
        offers::USUAL
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    };
    let mut words: Vec<String> = offered.unwrap_or_else(usual);
    // Where nothing is taken, nobody signs in for it.
    if !ways.is_empty() && words.iter().any(|word| word == "post") {
        words.push("login".to_owned());
    }
    if is_required {
        words.retain(|word| word != "post" && word != "reply");
    }
    Some(words)
}

impl Context {
    /// A portion of a page's thread, with what is accepted there.
    pub(in crate::http) async fn list(
        &self,
        site: &Site,
        page: &str,
        portion: Portion<'_>,
    ) -> Result<CommentList, ApiError> {
        let policy = self.policy(site, page, self.clock.now()).await?;
        let part = self.store.list(&site.name, page, portion).await?;
        Ok(CommentList {
            branches: part.branches,
            next: part.next,
            total: part.total,
            root_count: part.root_count,
            reactions: site.of_the_set(&part.reactions),
            changes: Some(part.version.to_string()),
            ..self.taken(site, &policy)
        })
    }

    /// What a page takes: a list without its comments.
    pub(in crate::http) fn taken(&self, site: &Site, policy: &Policy) -> CommentList {
        CommentList {
            offers: with_login(
                policy.offers(self.mailer.is_some()),
                &self.ways(site),
                site.settings.sso.required,
            ),
            closed: policy.is_closed,
            slow_seconds: policy.slow_seconds,
            limits: Limits {
                // What is deleted there can't be restored: that is to be asked about before.
                undo_seconds: match policy.is_closed {
                    true => 0,
                    false => self.config.undo_window,
                },
                ..self.limits()
            },
            votes: if policy.is_read_only {
                Votes::None
            } else {
                site.votes
            },
            ..CommentList::default()
        }
    }

    /// What is accepted.
    pub(in crate::http) fn limits(&self) -> Limits {
        Limits {
            text_bytes: self.config.bounds.text_bytes,
            author_bytes: self.config.bounds.author_bytes,
            edit_seconds: self.config.edit_window,
            undo_seconds: self.config.undo_window,
            image_bytes: (self.config.image_bytes > 0).then_some(self.config.image_bytes),
        }
    }
}
