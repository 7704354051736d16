//! Reads that tell whether anything has changed (RFC 9110, section 13).

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt;

use super::events;
use super::login::READER_HEADER;
use crate::domain::digest;
use crate::error::ApiError;

/// Names the state of what is read by a hash of it, unless that was done already, and spares a client
/// what it has.
pub(super) async fn conditional(request: Request, next: Next) -> Result<Response, ApiError> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let wanted = is_read.then(|| request.headers().clone());
    let response = next.run(request).await;
    // A stream is no state of anything.
    let is_whole = response.status() == StatusCode::OK && !events::is_stream(&response);
    let Some(wanted) = wanted.filter(|_| is_whole) else {
        return Ok(response);
    };
    let (mut parts, mut body) = response.into_parts();
    let etag = match parts.headers.get(ETAG) {
        Some(etag) => etag.clone(),
        None => {
            let Ok(whole) = body.collect().await else {
                unreachable!("our own JSON is in memory");
            };
            let whole = whole.to_bytes();
            let etag = etag(&whole);
            body = Body::from(whole);
            etag
        }
    };
    parts.headers.insert(ETAG, etag.clone());
    // It may be kept, and is asked about each time; by nobody but its reader what isn't everybody's.
    let is_private = wanted.contains_key(AUTHORIZATION) || wanted.contains_key(READER_HEADER);
    let kept = parts.headers.entry(CACHE_CONTROL);
    kept.or_insert(HeaderValue::from_static(match is_private {
        true => "private, no-cache",
        false => "no-cache",
    }));
    if matches(&wanted, &etag) {
        let told = [ETAG, CACHE_CONTROL, VARY].into_iter();
        let told = told.filter_map(|name| Some((name.clone(), parts.headers.get(&name)?.clone())));
        let told: HeaderMap = told.collect();
        return Ok((StatusCode::NOT_MODIFIED, told).into_response());
    }
    Ok(Response::from_parts(parts, body))
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
