//! Images in comments: taken from readers, and shown to them.

use std::net::SocketAddr;

use afterword_protocol::{Problem, ProblemKind, Uploaded};
use axum::Json;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};

use super::client::Act;
use super::request::Name;
use super::{Context, Shared, origin, request};
use crate::domain::{ImageName, remade};
use crate::error::{ApiError, Refusal};

/// How long an image that no comment shows is kept, in milliseconds: somebody may be writing still.
const UNUSED: i64 = 24 * 60 * 60 * 1000;

/// Send an image, to be shown in a comment
///
/// A PNG, JPEG, WebP or GIF; of one that moves the first picture is kept. It is made anew, without
/// what a camera wrote into it, and no larger than a comment shows it. A comment shows it by
/// `![DESCRIPTION](SRC)`. One that no comment shows within a day is forgotten.
#[utoipa::path(
    post,
    path = "/images",
    operation_id = "sendImage",
    tag = "comments",
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The image itself"),
    responses(
        (status = 201, description = "How a comment shows it", body = Uploaded, headers(("location" = String, description = "Where it is"))),
        (status = "default", description = "`no-such-call` where the owner takes no images, `image-invalid`, `body-too-large`, `too-slow`, `invalid-request`, `origin-not-allowed`, `rate-limited`, `unavailable`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn upload(
    State(context): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, ApiError> {
    if context.config.image_bytes == 0 {
        return Err(ProblemKind::NoSuchCall.into());
    }
    origin::check(&headers, context.sites.all().iter().map(|site| &**site))?;
    let bytes = request::whole_of(body, context.config.image_bytes).await?;
    let image = context.reading.take(move || remade(&bytes)).await?;
    let image = image.ok_or(Refusal::new(ProblemKind::ImageInvalid))?;
    let now = context.clock.now();
    let room = (context.config.unused_image_bytes, now - UNUSED);
    if !context.store.keep_image(&image, now, room).await? {
        tracing::warn!("images that no comment shows take all the room that they may");
        let detail = "no more images are taken until some of them are in comments, or forgotten";
        return Err(Refusal::because(ProblemKind::Unavailable, detail).into());
    }
    let src = format!("/images/{}", image.name());
    let uploaded = Uploaded {
        src: src.clone(),
        width: image.width,
        height: image.height,
    };
    Ok((StatusCode::CREATED, [(LOCATION, src)], Json(uploaded)))
}

/// An image. Its name tells its contents, which never change.
pub(super) async fn show(
    State(context): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Name(name): Name,
) -> Result<Response, ApiError> {
    context.admit(peer, &headers, Act::Read)?;
    let told = ImageName::of(&name).ok_or(ProblemKind::NoSuchCall)?;
    let bytes = context.store.image(told).await?;
    let bytes = bytes.ok_or(ProblemKind::NoSuchCall)?;
    Ok(as_image(told, bytes))
}

/// An image as it is answered with, which is called so.
pub(super) fn as_image(told: ImageName<'_>, bytes: Vec<u8>) -> Response {
    let headers: [(HeaderName, &str); 4] = [
        (CONTENT_TYPE, told.media_type),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        // Opened by itself it is an image, and can be nothing else.
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (CONTENT_DISPOSITION, "inline"),
    ];
    (headers, bytes).into_response()
}

impl Context {
    /// Forgets the images that no comment shows.
    pub(crate) async fn forget_images(&self) {
        match self.store.forget_images(self.clock.now() - UNUSED).await {
            Ok(0) => {}
            Ok(number) => tracing::info!(number, "forgot images that no comment shows"),
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "images that no comment shows could not be forgotten"
            ),
        }
    }
}
