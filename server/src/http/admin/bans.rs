//! Who may not comment. Bans are laid and lifted by `actions`.

use afterword_protocol::Problem;
use afterword_protocol::admin::{Action, Bans, Outcome, Right};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::actions::{actor, sites_of};
use super::{Moderator, number_before, portion};
use crate::error::ApiError;
use crate::http::Shared;
use crate::http::request::{Number, Query};
use crate::store::Deed;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct BansQuery {
    /// The site, with those for all sites; absent for all that one looks after.
    site: Option<String>,
    /// What has to stand in name or hash.
    q: Option<String>,
    /// `next` of the portion before.
    before: Option<String>,
    /// Most bans: 1 to 200, 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List bans
#[utoipa::path(
    get,
    path = "/bans",
    operation_id = "listBans",
    tag = "moderation",
    params(BansQuery),
    security(("session" = [])),
    responses(
        (status = 200, description = "A portion of them, the latest first, also of those that are over", body = Bans),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn bans(
    State(context): State<Shared>,
    moderator: Moderator,
    Query(query): Query<BansQuery>,
) -> Result<Json<Bans>, ApiError> {
    let reach = moderator.reach(Right::Moderate, query.site.as_deref())?;
    let before = number_before(query.before.as_deref())?;
    let q = query.q.as_deref().filter(|q| !q.is_empty());
    let sites = reach.json();
    let bans = context
        .store
        .bans(sites.as_deref(), q, before, portion(query.limit)?);
    Ok(Json(bans.await?))
}

/// Lift a ban
#[utoipa::path(
    delete,
    path = "/bans/{id}",
    operation_id = "liftBan",
    tag = "moderation",
    params(("id" = i64, Path, description = "Number of the ban")),
    security(("session" = [])),
    responses(
        (status = 200, description = "The number by which that is undone", body = Outcome),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn lift_ban(
    State(context): State<Shared>,
    moderator: Moderator,
    Number(id): Number,
) -> Result<Json<Outcome>, ApiError> {
    let sites = sites_of(&moderator)?;
    let deed = Deed {
        ban_ids: &[id],
        ..Deed::of(Action::Unban)
    };
    let actor = actor(&context, &moderator, sites.as_deref());
    let acted = context.store.act(&deed, &actor).await?;
    Ok(Json(context.whole(acted)?))
}
