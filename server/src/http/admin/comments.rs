//! Comments as moderators see them.

use afterword_protocol::admin::{ModeratedComments, ModeratedDetail, Person, Right, Verdict};
use afterword_protocol::{Problem, ProblemKind, limits};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::actions::time_of;
use super::{InPlace, Moderator, portion};
use crate::domain::unhex;
use crate::error::{ApiError, Refusal};
use crate::http::Shared;
use crate::http::request::{Id, Name, Query, cursor};
use crate::store::{Wanted, Who};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct CommentsQuery {
    /// The site; absent for all that one looks after.
    site: Option<String>,
    /// That comment alone.
    #[param(pattern = "^[0-9A-Za-z_-]{1,64}$")]
    id: Option<String>,
    /// `published`, `pending`, `spam`, `hidden` or `deleted`; absent for all.
    verdict: Option<Verdict>,
    /// Words that all have to stand in text or name, each a part of a word.
    q: Option<String>,
    /// Name of the author, as it is.
    author: Option<String>,
    /// The address at which the author wishes to hear of answers.
    email: Option<String>,
    /// Hash of a network.
    network: Option<String>,
    /// Hash of a browser or account.
    person: Option<String>,
    /// Key of a page.
    page: Option<String>,
    /// Number of a page.
    page_id: Option<i64>,
    /// `true`: only those with reports that nobody has seen to.
    #[serde(default)]
    reported: bool,
    /// `true`: only those that a check has flagged.
    #[serde(default)]
    flagged: bool,
    /// What found them, as reasons name it: `links`, `rule:12`.
    check: Option<String>,
    /// The first day and the last, as in `2026-11-24`, in UTC.
    since: Option<String>,
    until: Option<String>,
    /// `next` of the portion before.
    #[param(pattern = "^[0-9A-Za-z_-]{1,64}$")]
    before: Option<String>,
    /// Most comments: 1 to 200, 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List comments
///
/// Of all sites that one looks after, whatever was decided about them; the latest first.
#[utoipa::path(
    get,
    path = "/comments",
    operation_id = "listModerated",
    tag = "moderation",
    params(CommentsQuery),
    security(("session" = [])),
    responses(
        (status = 200, description = "A portion of them", body = ModeratedComments),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn comments(
    State(context): State<Shared>,
    InPlace(moderator): InPlace,
    Query(query): Query<CommentsQuery>,
) -> Result<Json<ModeratedComments>, ApiError> {
    let reach = moderator.reach(Right::Moderate, query.site.as_deref())?;
    cursor(query.before.as_deref())?;
    cursor(query.id.as_deref())?;
    let q = query.q.as_deref().unwrap_or_default();
    // What is looked up in the index ends there.
    if q.len() > limits::QUERY_BYTES || q.contains('\0') {
        let limit = limits::QUERY_BYTES;
        let detail = format!("q can have {limit} bytes, and no U+0000");
        return Err(Refusal::because(ProblemKind::InvalidRequest, detail).into());
    }
    let hash = |text: &str| {
        unhex(text).ok_or_else(|| {
            let detail = "a person or network is 32 hexadecimal digits";
            Refusal::because(ProblemKind::InvalidRequest, detail)
        })
    };
    let who = match (&query.person, &query.network, query.author) {
        (Some(person), ..) => Some(Who::Person(hash(person)?)),
        (None, Some(network), _) => Some(Who::Network(hash(network)?)),
        (None, None, author) => query.email.map(Who::Email).or(author.map(Who::Author)),
    };
    let sites = reach.json();
    let since = query.since.as_deref().map(midnight).transpose()?;
    let until = query.until.as_deref().map(midnight).transpose()?;
    let wanted = Wanted {
        sites: sites.as_deref(),
        id: query.id.as_deref(),
        verdict: query.verdict,
        words: q.split_whitespace().map(str::to_owned).collect(),
        who,
        page: query.page.as_deref(),
        page_id: query.page_id,
        is_reported: query.reported,
        is_flagged: query.flagged,
        check: query.check.as_deref(),
        since,
        // That day as well.
        until: until.map(|day| day + 24 * 60 * 60 * 1000),
        before: query.before.as_deref(),
        limit: portion(query.limit)?,
    };
    Ok(Json(context.store.moderated(&wanted).await?))
}

/// When a day begins.
fn midnight(day: &str) -> Result<i64, Refusal> {
    time_of(&[day, "T00:00:00Z"].concat())
        .map_err(|_| Refusal::because(ProblemKind::InvalidRequest, "a day is like 2026-11-24"))
}

/// Show a comment with all that is known about it
#[utoipa::path(
    get,
    path = "/comments/{id}",
    operation_id = "showModerated",
    tag = "moderation",
    params(("id" = String, Path, description = "Id of the comment")),
    security(("session" = [])),
    responses(
        (status = 200, description = "Reasons, reports, earlier texts, what its author wrote else, and what was done", body = ModeratedDetail),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn comment(
    State(context): State<Shared>,
    InPlace(moderator): InPlace,
    Id(id): Id,
) -> Result<Json<ModeratedDetail>, ApiError> {
    let detail = context.store.moderated_detail(&id).await?;
    let detail = detail.ok_or(ProblemKind::NotFound)?;
    moderator.require(Right::Moderate, &detail.comment.site)?;
    Ok(Json(detail))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct PersonQuery {
    /// The site; absent for all that one looks after.
    site: Option<String>,
}

/// Tell what is known of a person
#[utoipa::path(
    get,
    path = "/people/{key}",
    operation_id = "showPerson",
    tag = "moderation",
    params(("key" = String, Path, description = "`person:HASH`, `network:HASH`, `author:NAME` or `email:ADDRESS`"), PersonQuery),
    security(("session" = [])),
    responses(
        (status = 200, description = "Their comments by what was decided, their names and networks, their bans", body = Person),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn person(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(key): Name,
    Query(query): Query<PersonQuery>,
) -> Result<Json<Person>, ApiError> {
    let reach = moderator.reach(Right::Moderate, query.site.as_deref())?;
    let who = Who::from_key(&key).ok_or(ProblemKind::NotFound)?;
    let sites = reach.json();
    let person = context.store.person_known(&who, sites.as_deref()).await?;
    Ok(Json(person))
}
