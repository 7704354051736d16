//! Mails: what somebody gets, and what waits to be sent.

use afterword_protocol::admin::{MailChoice, MailPreference, MailQueue, Right, SecretFeed, Tried};
use afterword_protocol::{API_PREFIX, Problem, ProblemKind};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Moderator;
use crate::error::ApiError;
use crate::http::Shared;
use crate::http::language::Language;
use crate::http::request::{Body, Number, Query, within};
use crate::mail::try_mail;

/// Tell what one gets by mail
#[utoipa::path(
    get,
    path = "/me/mail",
    operation_id = "mailPreference",
    tag = "mail",
    security(("session" = [])),
    responses(
        (status = 200, description = "What one gets", body = MailChoice),
        (status = "default", description = "`login-required`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn preference(
    State(context): State<Shared>,
    moderator: Moderator,
) -> Result<Json<MailChoice>, ApiError> {
    let mode = context.store.mail_mode(moderator.id()).await?;
    let sends = context.mailer.is_some();
    Ok(Json(MailChoice { mode, sends }))
}

/// Set what one gets by mail
///
/// Mails are in the language of the browser that sets it.
#[utoipa::path(
    put,
    path = "/me/mail",
    operation_id = "setMailPreference",
    tag = "mail",
    request_body = MailPreference,
    security(("session" = [])),
    responses(
        (status = 200, description = "What one gets now", body = MailChoice),
        (status = "default", description = "`login-required`, `invalid-request`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn set_preference(
    State(context): State<Shared>,
    moderator: Moderator,
    headers: HeaderMap,
    Body(preference): Body<MailPreference>,
) -> Result<Json<MailChoice>, ApiError> {
    let language = Language::preferred(&headers).tag();
    context
        .store
        .set_mail_mode(moderator.id(), preference.mode, Some(language))
        .await?;
    let sends = context.mailer.is_some();
    let mode = preference.mode;
    Ok(Json(MailChoice { mode, sends }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct QueueQuery {
    /// `waiting`, `sent`, `needless` or `dead`; all of them when absent.
    state: Option<String>,
    /// `next` of the portion before.
    before: Option<i64>,
    /// Most mails: 1 to 200, 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List the mails of the queue
#[utoipa::path(
    get,
    path = "/mail",
    operation_id = "mailQueue",
    tag = "mail",
    params(QueueQuery),
    security(("session" = [])),
    responses(
        (status = 200, description = "The latest of them", body = MailQueue),
        (status = "default", description = "`login-required`, `forbidden`, `invalid-request`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn queue(
    State(context): State<Shared>,
    moderator: Moderator,
    Query(query): Query<QueueQuery>,
) -> Result<Json<MailQueue>, ApiError> {
    moderator.require_everywhere(Right::Server)?;
    let limit = within("limit", query.limit, 1..=200, 50)?;
    let queue = context
        .store
        .mail_queue(query.state.as_deref(), query.before, limit)
        .await?;
    Ok(Json(queue))
}

/// Try a mail again
///
/// At once, and as often as a new one: for what could not be sent.
#[utoipa::path(
    post,
    path = "/mail/{id}/retry",
    operation_id = "retryMail",
    tag = "mail",
    params(("id" = i64, Path, description = "Number of the mail")),
    security(("session" = [])),
    responses(
        (status = 204, description = "It waits again"),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn retry(
    State(context): State<Shared>,
    moderator: Moderator,
    Number(id): Number,
) -> Result<StatusCode, ApiError> {
    moderator.require_everywhere(Right::Server)?;
    let now = context.clock.now();
    found(context.store.retry_mail(id, moderator.id(), now).await?)
}

/// Try again all mails that could not be sent so far
///
/// At once, and as often as new ones: the SMTP server can be had again, say.
#[utoipa::path(
    post,
    path = "/mail/retry",
    operation_id = "retryMails",
    tag = "mail",
    security(("session" = [])),
    responses(
        (status = 204, description = "They wait again"),
        (status = "default", description = "`login-required`, `forbidden`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn retry_all(
    State(context): State<Shared>,
    moderator: Moderator,
) -> Result<StatusCode, ApiError> {
    moderator.require_everywhere(Right::Server)?;
    let now = context.clock.now();
    context.store.retry_mails(moderator.id(), now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send oneself a mail
///
/// To see whether that works. It goes past the queue, to one's own address.
#[utoipa::path(
    post,
    path = "/mail/try",
    operation_id = "tryMail",
    tag = "mail",
    security(("session" = [])),
    responses(
        (status = 200, description = "Whether the SMTP server has taken it", body = Tried),
        (status = "default", description = "`login-required`, `forbidden`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn attempt(
    State(context): State<Shared>,
    moderator: Moderator,
) -> Result<Json<Tried>, ApiError> {
    moderator.require_everywhere(Right::Server)?;
    Ok(Json(try_mail(&context, moderator.email()).await))
}

/// Throw a mail away
#[utoipa::path(
    delete,
    path = "/mail/{id}",
    operation_id = "dropMail",
    tag = "mail",
    params(("id" = i64, Path, description = "Number of the mail")),
    security(("session" = [])),
    responses(
        (status = 204, description = "It is gone, and is not sent any more"),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn throw_away(
    State(context): State<Shared>,
    moderator: Moderator,
    Number(id): Number,
) -> Result<StatusCode, ApiError> {
    moderator.require_everywhere(Right::Server)?;
    let now = context.clock.now();
    found(context.store.drop_mail(id, moderator.id(), now).await?)
}

fn found(is_there: bool) -> Result<StatusCode, ApiError> {
    match is_there {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ProblemKind::NotFound.into()),
    }
}

/// Tell the secret address of one's queue
#[utoipa::path(
    get,
    path = "/me/feed",
    operation_id = "secretFeed",
    tag = "mail",
    security(("session" = [])),
    responses(
        (status = 200, description = "Its addresses, as feeds", body = SecretFeed),
        (status = "default", description = "`login-required`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn feed(
    State(context): State<Shared>,
    moderator: Moderator,
) -> Result<Json<SecretFeed>, ApiError> {
    let key = context.feed_key(moderator.id()).await?;
    let address = |format| format!("{API_PREFIX}/feeds/queue.{format}?key={key}");
    Ok(Json(SecretFeed {
        atom: address("atom"),
        json: address("json"),
    }))
}

/// Give one's queue another secret address
///
/// The one before shows nothing any more.
#[utoipa::path(
    post,
    path = "/me/feed",
    operation_id = "renewSecretFeed",
    tag = "mail",
    security(("session" = [])),
    responses(
        (status = 200, description = "Its new addresses", body = SecretFeed),
        (status = "default", description = "`login-required`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn renew_feed(
    State(context): State<Shared>,
    moderator: Moderator,
) -> Result<Json<SecretFeed>, ApiError> {
    let now = context.clock.now();
    context.store.renew_feed(moderator.id(), now).await?;
    feed(State(context), moderator).await
}
