//! Pictures of readers. Whoever vouches for one may name a picture: this server fetches it, makes it anew
//! and shows it, so that who reads is told to nobody else.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use afterword_protocol::{Faces, Problem, ProblemKind};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::response::Response;
use url::Url;

use super::OwnQuery;
use crate::domain::{ImageName, check_page_key, digest, remade_face};
use crate::error::ApiError;
use crate::http::client::Act;
use crate::http::images::as_image;
use crate::http::request::{Name, Query};
use crate::http::{Context, Shared};
use crate::store;

/// How long a picture may take to come, and how many bytes it may have.
const PATIENCE: Duration = Duration::from_secs(10);
const LONGEST: usize = 4_000_000;
/// Longest address, in bytes.
const ADDRESS: usize = 2_000;
/// How long what was fetched is good, in milliseconds: a picture may change at its address.
const FRESH: i64 = 24 * 60 * 60 * 1000;
/// After how long it is tried again where no answer came, in milliseconds.
const AGAIN: i64 = 5 * 60 * 1000;

/// Tell what the authors of a page look like
///
/// Pictures of readers who have signed in, where the site shows them (`sso.pictures`): of each published
/// comment whose author has one, where it is on this server.
#[utoipa::path(
    get,
    path = "/faces",
    operation_id = "listFaces",
    tag = "readers",
    params(OwnQuery),
    responses(
        (status = 200, description = "Addresses by the comments' ids", body = Faces),
        (status = "default", description = "`page-invalid`, `site-unknown`, `invalid-request`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn faces(
    State(context): State<Shared>,
    Query(query): Query<OwnQuery>,
) -> Result<Json<Faces>, ApiError> {
    let site = &*context.named_site(query.site.as_deref())?;
    check_page_key(&query.page)?;
    let mut faces = Faces::default();
    if site.settings.sso.pictures {
        let names = context.store.faces(&site.name, &query.page).await?;
        let named = names.into_iter();
        let named = named.map(|(id, name)| (id, ["/faces/", &name].concat()));
        faces.faces = named.collect();
    }
    Ok(Json(faces))
}

/// A reader's picture. Its name tells its contents, which never change.
pub(in crate::http) async fn face(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Name(name): Name,
) -> Result<Response, ApiError> {
    context.admit(peer, &headers, Act::Read)?;
    let told = ImageName::of(&name).ok_or(ProblemKind::NoSuchCall)?;
    let bytes = context.store.face(told.whole).await?;
    Ok(as_image(told, bytes.ok_or(ProblemKind::NoSuchCall)?))
}

impl Context {
    /// Fetches what a reader looks like, if that is to be known and has not been fetched of late.
    pub(super) async fn see(self: Arc<Self>, reader: i64, picture: Option<String>) {
        if let Err(error) = self.look_at(reader, picture.as_deref()).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a reader's picture could not be kept"
            );
        }
    }

    async fn look_at(&self, reader: i64, picture: Option<&str>) -> Result<(), store::Error> {
        let url = picture.filter(|picture| picture.len() <= ADDRESS);
        let Some(url) = url.and_then(|picture| Url::parse(picture).ok()) else {
            return self.store.forget_face(reader).await;
        };
        let source = digest(url.as_str().as_bytes());
        let now = self.clock.now();
        // Until there is an answer: what is cut off meanwhile is tried again soon.
        let then = now - FRESH;
        let times = (then, then + AGAIN);
        if !self.store.claim_face(reader, source, times).await? {
            return Ok(());
        }
        let Ok(request) = self.outbound.client().get(url).build() else {
            return self.store.keep_face(reader, source, None, now).await;
        };
        let answer = match self.outbound.send(request, PATIENCE, LONGEST).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::info!(
                    error = &error as &dyn std::error::Error,
                    "a reader's picture does not come"
                );
                return Ok(());
            }
        };
        if !answer.status.is_success() {
            tracing::info!(status = answer.status.as_u16(), "there is no such picture");
            return self.store.keep_face(reader, source, None, now).await;
        }
        let image = self.reading.take(move || remade_face(&answer.body)).await;
        // Without a turn nobody has looked at it.
        let Ok(image) = image else { return Ok(()) };
        let image = image.as_ref();
        self.store.keep_face(reader, source, image, now).await
    }
}
