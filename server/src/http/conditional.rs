//! Reads that tell whether anything has changed (RFC 9110, section 13).

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt;

use crate::domain::digest;
use crate::error::ApiError;

/// Names the state of what is read by a hash of it, and spares a client what it has already.
pub(super) async fn conditional(request: Request, next: Next) -> Result<Response, ApiError> {
    let wanted = (request.method() == Method::GET).then(|| request.headers().clone());
    let response = next.run(request).await;
    let Some(wanted) = wanted.filter(|_| response.status() == StatusCode::OK) else {
        return Ok(response);
    };
    let (mut parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else {
        unreachable!("our own JSON is in memory");
    };
    let body = body.to_bytes();
    let etag = etag(&body);
    parts.headers.insert(ETAG, etag.clone());
    // It may be kept, and is asked about each time.
    parts
        .headers
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if matches(&wanted, &etag) {
        let headers = [ETAG, CACHE_CONTROL].map(|name| (name.clone(), parts.headers[name].clone()));
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// A weak tag: the same state may be sent compressed in one way or another.
pub(super) fn etag(body: &[u8]) -> HeaderValue {
    let hash = URL_SAFE_NO_PAD.encode(&digest(body)[..16]);
    match HeaderValue::from_str(&format!("W/\"{hash}\"")) {
        Ok(etag) => etag,
        Err(_) => unreachable!("Base64 is ASCII"),
    }
}

/// Whether the client has that state already.
pub(super) fn matches(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let etag = etag.to_str().map(opaque).unwrap_or_default();
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim() == "*" || opaque(tag) == etag)
}
