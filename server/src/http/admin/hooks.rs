//! What was sent to hooks, and what could not be.

use afterword_protocol::admin::{
    Deliveries, Delivery, DeliveryState, DoneCode, HookEvent, HookTry, Right, Tried,
};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::{Moderator, portion};
use crate::domain::rfc3339;
use crate::error::ApiError;
use crate::hooks;
use crate::http::Shared;
use crate::http::request::{Body, Id, Query, cursor};
use crate::store::{DeliveryRow, WantedDeliveries, obstacle};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct DeliveriesQuery {
    /// The site; absent for all whose settings one may change.
    site: Option<String>,
    /// `waiting`, `sent` or `dead`; absent for all.
    state: Option<DeliveryState>,
    /// Of what they tell; absent for all.
    event: Option<HookEvent>,
    /// `next` of the portion before.
    #[param(pattern = "^[0-9A-Za-z_-]{1,64}$")]
    before: Option<String>,
    /// Most of them: 1 to 200, 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List what was sent to hooks
///
/// The latest first. What could not be sent (`dead`) is kept for 30 days, what was for 3.
#[utoipa::path(
    get,
    path = "/hooks/deliveries",
    operation_id = "listDeliveries",
    tag = "hooks",
    params(DeliveriesQuery),
    security(("session" = [])),
    responses(
        (status = 200, description = "A portion of them", body = Deliveries),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn list(
    State(context): State<Shared>,
    moderator: Moderator,
    Query(query): Query<DeliveriesQuery>,
) -> Result<Json<Deliveries>, ApiError> {
    let reach = moderator.reach(Right::Settings, query.site.as_deref())?;
    cursor(query.before.as_deref())?;
    let limit = portion(query.limit)?;
    let sites = reach.json();
    let wanted = WantedDeliveries {
        sites: sites.as_deref(),
        state: query.state,
        event: query.event,
        before: query.before.as_deref(),
        limit: limit + 1,
    };
    let mut rows = context.store.deliveries(&wanted).await?;
    let is_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| is_more).map(|row| row.id.clone());
    Ok(Json(Deliveries {
        items: rows.into_iter().map(delivery).collect(),
        next,
    }))
}

fn delivery(row: DeliveryRow) -> Delivery {
    let state = DeliveryState::from_name(&row.state).unwrap_or(DeliveryState::Dead);
    Delivery {
        id: row.id,
        site: row.site,
        url: row.url,
        event: HookEvent::from_name(&row.event).unwrap_or(HookEvent::New),
        comment: row.comment_id,
        state,
        tries: row.tries,
        error: row.error,
        obstacle: obstacle(row.obstacle.as_deref(), row.code),
        created: rfc3339(row.created),
        due: (state == DeliveryState::Waiting).then(|| rfc3339(row.due)),
        ended: row.ended.map(rfc3339),
    }
}

/// Whether they may see to a delivery; who may not learns no more than who asks for none.
async fn found(context: &Shared, moderator: &Moderator, id: &str) -> Result<DeliveryRow, ApiError> {
    let row = context.store.delivery(id).await?;
    match row {
        Some(row) => {
            moderator.require(Right::Settings, &row.site)?;
            Ok(row)
        }
        None => {
            moderator.reach(Right::Settings, None)?;
            Err(ProblemKind::NotFound.into())
        }
    }
}

/// Send again what was not taken
#[utoipa::path(
    post,
    path = "/hooks/deliveries/{id}/retry",
    operation_id = "retryDelivery",
    tag = "hooks",
    params(("id" = String, Path, description = "Its id")),
    security(("session" = [])),
    responses(
        (status = 200, description = "It is sent at once, and as often as if it had just happened", body = Delivery),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn retry(
    State(context): State<Shared>,
    moderator: Moderator,
    Id(id): Id,
) -> Result<Json<Delivery>, ApiError> {
    let known = found(&context, &moderator, &id).await?;
    let now = context.clock.now();
    let row = context.store.retry_delivery(&id, moderator.id(), now);
    // What was taken stays as it is.
    Ok(Json(delivery(row.await?.unwrap_or(known))))
}

/// Send again all that was not taken
///
/// Of a site, or of all whose settings one may change: its receiver is there again, say.
#[utoipa::path(
    post,
    path = "/hooks/deliveries/retry",
    operation_id = "retryDeliveries",
    tag = "hooks",
    params(RetryQuery),
    security(("session" = [])),
    responses(
        (status = 204, description = "They are sent at once, and as often as if they had just happened"),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn retry_all(
    State(context): State<Shared>,
    moderator: Moderator,
    Query(query): Query<RetryQuery>,
) -> Result<StatusCode, ApiError> {
    let reach = moderator.reach(Right::Settings, query.site.as_deref())?;
    let (sites, now) = (reach.json(), context.clock.now());
    let store = &context.store;
    store
        .retry_deliveries(sites.as_deref(), moderator.id(), now)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct RetryQuery {
    /// The site; absent for all whose settings one may change.
    site: Option<String>,
}

/// Drop what was to be sent
#[utoipa::path(
    delete,
    path = "/hooks/deliveries/{id}",
    operation_id = "dropDelivery",
    tag = "hooks",
    params(("id" = String, Path, description = "Its id")),
    security(("session" = [])),
    responses(
        (status = 204, description = "It is gone"),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn remove(
    State(context): State<Shared>,
    moderator: Moderator,
    Id(id): Id,
) -> Result<StatusCode, ApiError> {
    found(&context, &moderator, &id).await?;
    let now = context.clock.now();
    let is_gone = context.store.drop_delivery(&id, moderator.id(), now);
    match is_gone.await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ProblemKind::NotFound.into()),
    }
}

/// Try a hook
///
/// Sends it `{ "type": "test", ... }`, signed as everything else, and tells what came of it.
#[utoipa::path(
    post,
    path = "/hooks/try",
    operation_id = "tryHook",
    tag = "hooks",
    security(("session" = [])),
    request_body = HookTry,
    responses(
        (status = 200, description = "Whether it was taken", body = Tried),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn attempt(
    State(context): State<Shared>,
    moderator: Moderator,
    Body(HookTry { site, url }): Body<HookTry>,
) -> Result<Json<Tried>, ApiError> {
    moderator.require(Right::Settings, &site)?;
    let known = context.sites.named(Some(&site));
    let hooks = known.map(|site| site.settings.hooks.to.clone());
    let mut hooks = hooks.unwrap_or_default().into_iter();
    let hook = hooks.find(|hook| hook.url == url);
    let hook = hook.ok_or(ProblemKind::NotFound)?;
    let tried = hooks::try_hook(&context, &site, &hook).await;
    // Not the address, which may be a secret.
    let (detail, now) = (json!({ "taken": tried.taken }), context.clock.now());
    let whom = (Some(site.as_str()), site.as_str());
    let (user, deed) = (Some(moderator.id()), DoneCode::HookTest);
    context.store.note(user, deed, whom, &detail, now).await?;
    Ok(Json(tried))
}
