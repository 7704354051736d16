//! What is kept of a person.

use std::sync::Arc;

use afterword_protocol::admin::{Erased, Erasure, PersonExport, Right};
use afterword_protocol::{Problem, ProblemKind};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Moderator;
use super::actions::REASON;
use crate::error::{ApiError, Refusal};
use crate::http::Shared;
use crate::http::request::{Body, Name, Query};
use crate::store::{ErasedBy, Whose};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ExportQuery {
    /// The site; absent for all on which one may do so.
    site: Option<String>,
}

/// Export what is kept of a person
///
/// The audit log has that it was done, and not of whom.
#[utoipa::path(
    get,
    path = "/people/{key}/export",
    operation_id = "exportPerson",
    tag = "privacy",
    params(("key" = String, Path, description = "`person:HASH`, `network:HASH`, `author:NAME`, `email:ADDRESS`, `account:SUB` or `comment:ID`"), ExportQuery),
    security(("session" = [])),
    responses(
        (status = 200, description = "All of it, to be saved as a file", body = PersonExport),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn export(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(key): Name,
    Query(query): Query<ExportQuery>,
) -> Result<Response, ApiError> {
    let reach = moderator.reach(Right::Privacy, query.site.as_deref())?;
    let whose = Whose::from_key(&key).ok_or(ProblemKind::NotFound)?;
    let (sites, now) = (reach.json(), context.clock.now());
    let export = context
        .store
        .export_person(&key, &whose, sites.as_deref(), now);
    let export = export.await?;
    let noted = context
        .store
        .note_export(&export, sites.as_deref(), Some(moderator.id()), now);
    noted.await?;
    let mut response = Json(export).into_response();
    response.headers_mut().insert(
        CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"person.json\""),
    );
    Ok(response)
}

/// Erase what is kept of a person
///
/// What they wrote leaves nothing but its place where it was answered; with `keep_texts` it stays, and
/// who wrote it is forgotten. It can't be undone.
#[utoipa::path(
    post,
    path = "/people/{key}/erase",
    operation_id = "erasePerson",
    tag = "privacy",
    params(("key" = String, Path, description = "As for the export")),
    security(("session" = [])),
    request_body = Erasure,
    responses(
        (status = 200, description = "What was erased", body = Erased),
        (status = "default", description = "`login-required`, `forbidden`, `not-found`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn erase(
    State(context): State<Shared>,
    moderator: Moderator,
    Name(key): Name,
    Body(erasure): Body<Erasure>,
) -> Result<Json<Erased>, ApiError> {
    let reach = moderator.reach(Right::Privacy, erasure.site.as_deref())?;
    let whose = Whose::from_key(&key).ok_or(ProblemKind::NotFound)?;
    let reason = erasure.reason.as_deref().map(str::trim);
    let reason = reason.filter(|reason| !reason.is_empty());
    if reason.is_some_and(|reason| reason.chars().count() > REASON) {
        let detail = format!("reason can have {REASON} characters");
        return Err(Refusal::because(ProblemKind::InvalidRequest, detail).into());
    }
    let (sites, now) = (reach.json(), context.clock.now());
    let (user, reason) = (moderator.id().to_owned(), reason.map(str::to_owned));
    let erasing = {
        let context = Arc::clone(&context);
        async move {
            let by = ErasedBy {
                user: Some(&user),
                reason: reason.as_deref(),
            };
            let keep_texts = erasure.keep_texts;
            let erased = context
                .store
                .erase_person(&whose, sites.as_deref(), keep_texts, &by, now);
            erased.await
        }
    };
    // It goes on when whoever has asked is gone, or was told to come back: there may be much of it.
    let erased = context.errands.begin(erasing).await;
    Ok(Json(erased.ok_or(ProblemKind::Internal)??))
}
