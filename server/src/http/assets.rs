//! The files of the widget and of the pages of `/admin`, which are inside this program, compressed when it was built.

use axum::body::{Body, Bytes};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, REFERRER_POLICY,
    VARY, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::request::Name;
use super::{coding, conditional};
use crate::error::ApiError;
use afterword_protocol::ProblemKind;

#[derive(RustEmbed)]
#[folder = "../dist"]
struct Dist;

/// Named by their contents: they never change.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A new version is there for every reader within the hour.
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");

/// The path of the file that ends so.
pub(super) fn find(end: &str) -> Option<String> {
    Dist::iter()
        .find(|path| path.ends_with(end))
        .map(std::borrow::Cow::into_owned)
}

/// Whether the widget was built before this program was.
pub(crate) fn are_there() -> bool {
    Dist::get("embed.js").is_some()
}

pub(super) async fn loader(headers: HeaderMap) -> Result<Response, ApiError> {
    serve("embed.js", FOR_AN_HOUR, &headers)
}

/// The counts for lists of articles.
pub(super) async fn counter(headers: HeaderMap) -> Result<Response, ApiError> {
    serve("count.js", FOR_AN_HOUR, &headers)
}

/// The style at an address that stays, for pages that have the thread's HTML in them.
pub(super) async fn style(headers: HeaderMap) -> Result<Response, ApiError> {
    let path = find("/afterword.css").ok_or(ProblemKind::NoSuchCall)?;
    serve(&path, FOR_AN_HOUR, &headers)
}

pub(super) async fn asset(Name(path): Name, headers: HeaderMap) -> Result<Response, ApiError> {
    below("assets", &path, &headers)
}

/// A file of a folder in which everything is named by its contents.
fn below(folder: &str, path: &str, headers: &HeaderMap) -> Result<Response, ApiError> {
    // The compressed ones go by the name of the file that they stand for; and nothing is above.
    if path.ends_with(".br") || path.ends_with(".gz") || path.contains("..") {
        return Err(ProblemKind::NoSuchCall.into());
    }
    if path == "index.html" {
        return Err(ProblemKind::NoSuchCall.into());
    }
    serve(&format!("{folder}/{path}"), FOR_GOOD, headers)
}

/// What the page of `/admin` may do: nothing but with this server. So whatever a comment holds, no
/// script but ours runs, and no other page has it in a frame.
const ADMIN_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);

/// The page where comments are moderated.
pub(super) async fn admin(headers: HeaderMap) -> Result<Response, ApiError> {
    let no_store = HeaderValue::from_static("no-store");
    let mut response = serve("admin/index.html", no_store, &headers)?;
    let all = response.headers_mut();
    all.insert(CONTENT_SECURITY_POLICY, ADMIN_POLICY);
    all.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    all.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

/// What that page loads.
pub(super) async fn admin_asset(
    Name(path): Name,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    below("admin", &path, &headers)
}

/// The demo article.
pub(super) async fn article(headers: HeaderMap) -> Result<Response, ApiError> {
    serve("index.html", ASK_EACH_TIME, &headers)
}

/// The demo's page where themes are made.
pub(super) async fn playground(headers: HeaderMap) -> Result<Response, ApiError> {
    serve("playground.html", ASK_EACH_TIME, &headers)
}

/// A theme, for that page.
pub(super) async fn theme(Name(name): Name, headers: HeaderMap) -> Result<Response, ApiError> {
    if !name.ends_with(".css") || name.contains("..") {
        return Err(ProblemKind::NoSuchCall.into());
    }
    serve(&format!("themes/{name}"), ASK_EACH_TIME, &headers)
}

fn serve(name: &str, cache: HeaderValue, headers: &HeaderMap) -> Result<Response, ApiError> {
    let file = Dist::get(name).ok_or(ProblemKind::NoSuchCall)?;
    let etag = conditional::etag(&file.metadata.sha256_hash());
    let media_type = HeaderValue::from_static(media_type(name));
    let common = [
        (CONTENT_TYPE, media_type),
        (CACHE_CONTROL, cache),
        (ETAG, etag.clone()),
        (VARY, HeaderValue::from_static("accept-encoding")),
    ];
    if conditional::matches(headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    let compressed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .find_map(|(coding, suffix)| {
            let is_taken = coding::accepts(headers, coding);
            let file = is_taken.then(|| Dist::get(&format!("{name}{suffix}")))??;
            Some((coding, file))
        });
    Ok(match compressed {
        Some((coding, file)) => {
            let coding = [(CONTENT_ENCODING, HeaderValue::from_static(coding))];
            (common, coding, body(file)).into_response()
        }
        None => (common, body(file)).into_response(),
    })
}

fn body(file: EmbeddedFile) -> Body {
    Body::from(match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        // Browsers compile while it arrives under this type alone.
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("html") => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    }
}
