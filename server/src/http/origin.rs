//! Which pages may send comments.

use afterword_protocol::ProblemKind;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName};

use url::Url;

use crate::config::Site;
use crate::error::Refusal;

/// Refuses what a page sends that is neither on an origin of one of the sites nor our own.
///
/// Programs that are no browsers send no `Origin`, and could send any: it protects a reader's
/// browser from being used, not the server from programs.
pub(super) fn check<'a>(
    headers: &HeaderMap,
    sites: impl IntoIterator<Item = &'a Site>,
) -> Result<(), Refusal> {
    let Some(origin) = headers.get(ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    let is_allowed =
        is_own(origin, headers) || sites.into_iter().any(|site| site.origins.allow(origin));
    if is_allowed {
        return Ok(());
    }
    let detail = format!("{origin} is none of the site's origins");
    Err(Refusal::because(ProblemKind::OriginNotAllowed, detail))
}

/// Refuses what is meant for a page that is neither on an origin of the site nor at the address that the
/// owner has named. [`check`] takes a page for our own when its host is the request's, which a page that
/// leads here by a name of its own can have: enough to post, not to be handed somebody's session.
pub(super) fn check_named(
    headers: &HeaderMap,
    site: &Site,
    public_url: Option<&Url>,
) -> Result<(), Refusal> {
    let Some(origin) = headers.get(ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    if site.origins.allow(origin) || is_public(headers, public_url) {
        return Ok(());
    }
    let detail = format!("{origin} is none of the site's origins");
    Err(Refusal::because(ProblemKind::OriginNotAllowed, detail))
}

/// Refuses a form that neither a page of the site nor one of our own has sent.
///
/// That is all there is to keep other sites from posting in a reader's name, and enough: no cookie
/// and no password is sent along, so that a foreign page could do nothing but have a reader's
/// browser, from its address, say what the reader never wrote. Browsers tell by `Origin` where a form
/// stood. Where they don't (old ones; programs), `Sec-Fetch-Site` must not say that it was elsewhere;
/// `null` is what a page has that hides its origin, as any page can.
pub(super) fn check_form(
    headers: &HeaderMap,
    site: &Site,
    public_url: Option<&Url>,
) -> Result<(), Refusal> {
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let origin = text(&ORIGIN);
    let is_allowed = match (origin, text(&SEC_FETCH_SITE)) {
        (None, None | Some("same-origin" | "none")) | (Some("null"), Some("same-origin")) => true,
        (None | Some("null"), _) => false,
        (Some(origin), _) => {
            is_public(headers, public_url) || is_own(origin, headers) || site.origins.allow(origin)
        }
    };
    if is_allowed {
        return Ok(());
    }
    let detail = format!("{} is none of the site's origins", origin.unwrap_or("it"));
    Err(Refusal::because(ProblemKind::OriginNotAllowed, detail))
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether the page came from the address that browsers reach this server at, as the owner has said.
pub(super) fn is_public(headers: &HeaderMap, public_url: Option<&Url>) -> bool {
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let public = public_url.map(|url| url.origin().ascii_serialization());
    origin.is_some() && origin == public.as_deref()
}

/// Whether the page came from this very server.
pub(super) fn is_own(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    host.is_some() && host == authority
}
