//! What is read of a request, and refused where it is not what the call takes.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::ops::RangeInclusive;

use afterword_protocol::{IDEMPOTENCY_KEY, ProblemKind};
use axum::Json;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;

use super::{Context, Shared};
use crate::domain::{digest, is_id};
use crate::error::{ApiError, Refusal};

/// Who has opened the connection; behind a proxy that is the proxy.
pub(super) fn peer_of(parts: &Parts) -> Result<SocketAddr, ApiError> {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let ConnectInfo(peer) = info.ok_or(ProblemKind::Internal)?;
    Ok(*peer)
}

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

/// How much of a body that is too large is still taken, so that its sender gets to hear so: a
/// connection that is cut while it sends tells it nothing.
const DRAINED: usize = 16 * 1024 * 1024;

impl<T: DeserializeOwned> FromRequest<Shared> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, context: &Shared) -> Result<Self, ApiError> {
        let content_type = request.headers().get(CONTENT_TYPE);
        if !content_type
            .and_then(|value| value.to_str().ok())
            .is_some_and(is_json)
        {
            return Err(ProblemKind::UnsupportedMediaType.into());
        }
        let bytes = whole(request.into_body(), context).await?;
        match Json::from_bytes(&bytes) {
            Ok(Json(value)) => Ok(Self(value)),
            Err(rejection) => {
                Err(Refusal::because(ProblemKind::InvalidRequest, rejection.body_text()).into())
            }
        }
    }
}

fn is_json(content_type: &str) -> bool {
    content_type.parse::<mime::Mime>().is_ok_and(|mime| {
        mime.type_() == mime::APPLICATION
            && (mime.subtype() == mime::JSON || mime.suffix() == Some(mime::JSON))
    })
}

/// All of a body that is not too large.
pub(super) async fn whole(body: axum::body::Body, context: &Context) -> Result<Vec<u8>, Refusal> {
    // JSON can take six bytes for one of the text, and there is more in it than the text.
    let limit = context
        .config
        .bounds
        .text_bytes
        .saturating_mul(6)
        .saturating_add(16 * 1024);
    whole_of(body, limit).await
}

/// All of a body that is not larger than that.
pub(super) async fn whole_of(mut body: axum::body::Body, limit: u32) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| {
            Refusal::because(ProblemKind::InvalidRequest, "the body did not arrive whole")
        })?;
        let Some(data) = frame.data_ref() else {
            continue;
        };
        length += data.len();
        if length > DRAINED.max(limit as usize) {
            break;
        }
        if length <= limit as usize {
            bytes.extend_from_slice(data);
        }
    }
    if length > limit as usize {
        return Err(Refusal::over(ProblemKind::BodyTooLarge, limit));
    }
    Ok(bytes)
}

/// Takes a body that nobody reads, up to a bound, before its sender is refused: a connection that is
/// closed while its client still sends tells some clients nothing (WebKit's "Load failed").
pub(super) async fn pass_over(body: axum::body::Body) {
    let _ = whole_of(body, 0).await;
}

/// A query string.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, ApiError> {
        // Whoever decodes it below would put a substitute in the place of what is not UTF-8.
        let query = parts.uri.query().unwrap_or_default();
        if percent_encoding::percent_decode_str(query)
            .decode_utf8()
            .is_err()
        {
            let detail = "the query is not UTF-8";
            return Err(Refusal::because(ProblemKind::InvalidRequest, detail).into());
        }
        match axum_extra::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum_extra::extract::Query(query)) => Ok(Self(query)),
            Err(rejection) => {
                Err(Refusal::because(ProblemKind::InvalidRequest, rejection.body_text()).into())
            }
        }
    }
}

/// The last part of a path, as it was sent; empty where it is not UTF-8, which is nothing's name.
pub(super) struct Name(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let path = axum::extract::Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(
            path.map(|axum::extract::Path(name)| name)
                .unwrap_or_default(),
        ))
    }
}

/// The id in a path. What has not the form of one is no comment's.
pub(super) struct Id(pub(super) String);

impl FromRequestParts<Shared> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, context: &Shared) -> Result<Self, ApiError> {
        match Name::from_request_parts(parts, context).await {
            Ok(Name(id)) if is_id(&id) => Ok(Self(id)),
            _ => Err(ProblemKind::NotFound.into()),
        }
    }
}

/// The number in a path. What is none is nothing's.
pub(super) struct Number(pub(super) i64);

impl FromRequestParts<Shared> for Number {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, context: &Shared) -> Result<Self, ApiError> {
        let Ok(Name(number)) = Name::from_request_parts(parts, context).await;
        let number = number.parse().map_err(|_| ProblemKind::NotFound)?;
        Ok(Self(number))
    }
}

/// SHA-256 of the edit token (RFC 6750, section 2.1).
pub(super) struct BearerHash(pub(super) [u8; 32]);

impl FromRequestParts<Shared> for BearerHash {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, ApiError> {
        let token = bearer(parts).ok_or(ProblemKind::TokenInvalid)?;
        Ok(Self(digest(token.as_bytes())))
    }
}

/// The same where it need not be sent.
pub(super) struct MaybeBearerHash(pub(super) Option<[u8; 32]>);

impl FromRequestParts<Shared> for MaybeBearerHash {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Infallible> {
        let token = bearer(parts).filter(|token| !token.is_empty());
        Ok(Self(token.map(|token| digest(token.as_bytes()))))
    }
}

/// The secret by which a reader who votes is one reader.
pub(super) struct Voice(pub(super) String);

impl FromRequestParts<Shared> for Voice {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, ApiError> {
        let voice = bearer(parts).filter(|voice| is_key(voice)).ok_or_else(|| {
            let detail = "Authorization is not Bearer with 16 to 128 visible ASCII characters";
            Refusal::because(ProblemKind::InvalidRequest, detail)
        })?;
        Ok(Self(voice.to_owned()))
    }
}

/// What is authorized by (RFC 6750, section 2.1).
pub(super) fn bearer(parts: &Parts) -> Option<&str> {
    let header = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// What makes a create safe to repeat, if it was sent.
pub(super) struct IdempotencyKey(pub(super) Option<String>);

impl FromRequestParts<Shared> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(IDEMPOTENCY_KEY) else {
            return Ok(Self(None));
        };
        let key = value.to_str().ok().filter(|key| is_key(key));
        let key = key.ok_or(ProblemKind::IdempotencyKeyInvalid)?;
        Ok(Self(Some(key.to_owned())))
    }
}

/// Whether it has the form that an idempotency key has.
pub(super) fn is_key(key: &str) -> bool {
    (16..=128).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A number of a query: 1 to `most`, or the default.
pub(super) fn number(
    name: &str,
    value: Option<u32>,
    (most, default): (u32, u32),
) -> Result<u32, Refusal> {
    within(name, value, 1..=most, default)
}

/// A number of a query: within bounds, or the default.
pub(super) fn within(
    name: &str,
    value: Option<u32>,
    bounds: RangeInclusive<u32>,
    default: u32,
) -> Result<u32, Refusal> {
    match value {
        None => Ok(default),
        Some(value) if bounds.contains(&value) => Ok(value),
        Some(_) => {
            let detail = format!("{name} can be {} to {}", bounds.start(), bounds.end());
            Err(Refusal::because(ProblemKind::InvalidRequest, detail))
        }
    }
}

/// A cursor, which has the form of an id.
pub(super) fn cursor(cursor: Option<&str>) -> Result<(), Refusal> {
    if cursor.is_none_or(is_id) {
        return Ok(());
    }
    Err(Refusal::because(
        ProblemKind::InvalidRequest,
        "cursor is not one that was given out",
    ))
}
