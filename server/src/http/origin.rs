//! Which pages may send comments.

use afterword_protocol::ProblemKind;
use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

use crate::config::Site;
use crate::error::Refusal;

/// Refuses what a page sends that is neither on an origin of one of the sites nor our own.
///
/// Programs that are no browsers send no `Origin`, and could send any: it protects a reader's
/// browser from being used, not the server from programs.
pub(super) fn check(headers: &HeaderMap, sites: &[Site]) -> Result<(), Refusal> {
    let Some(origin) = headers.get(ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    let is_allowed = is_own(origin, headers) || sites.iter().any(|site| site.origins.allow(origin));
    if is_allowed {
        return Ok(());
    }
    let detail = format!("{origin} is none of the site's origins");
    Err(Refusal::because(ProblemKind::OriginNotAllowed, detail))
}

/// Whether the page came from this very server.
fn is_own(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    host.is_some() && host == authority
}
