//! Who asks for a page, and how.

use std::net::SocketAddr;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method};

use super::fields::Fields;
use super::place::way_up;
use crate::config::{Site, Theme};
use crate::http::language::Language;

/// Who asks for a page, and how.
pub(in crate::http) struct Visit {
    pub(in crate::http) peer: SocketAddr,
    pub(in crate::http) headers: HeaderMap,
    /// The language of the page.
    pub(in crate::http) language: &'static Language,
    /// Whether it is shown within another page.
    pub(in crate::http) is_frame: bool,
    /// The way from here to what is above all addresses of the server.
    pub(in crate::http) base: String,
    /// Whether the page that led here has said which language that is.
    has_language: bool,
    /// `light`, `dark`, or `auto` for what the reader's device has.
    pub(super) theme: &'static str,
    /// Whether somebody gets to see what is answered.
    pub(in crate::http) is_seen: bool,
}

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

impl Visit {
    /// What is known of it before anything is read but, at most, its fields.
    pub(in crate::http) fn of(parts: &Parts, peer: SocketAddr, fields: Option<&Fields>) -> Self {
        let headers = parts.headers.clone();
        let lang = fields.and_then(|fields| fields.given("lang"));
        let language = match lang {
            Some(lang) => Language::of(Some(lang)),
            None => Language::preferred(&headers),
        };
        let destination = headers.get(SEC_FETCH_DEST);
        Self {
            peer,
            language,
            has_language: lang.is_some(),
            theme: Theme::Auto.as_str(),
            is_frame: destination.is_some_and(|it| it == "iframe" || it == "frame"),
            base: way_up(parts.uri.path()),
            is_seen: parts.method != Method::HEAD,
            headers,
        }
    }

    /// Has the page be as its site is, in what whoever asks has not said.
    pub(super) fn at(&mut self, site: &Site) {
        self.theme = site.settings.theme.as_str();
        if !self.has_language {
            self.language = Language::preferred_among(&self.headers, &site.settings.languages);
        }
    }
}
