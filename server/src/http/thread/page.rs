//! A page of the server.

use std::sync::LazyLock;

use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    RETRY_AFTER, VARY,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::visit::Visit;
use crate::domain::digest;
use crate::http::assets;
use crate::http::language::Words;

/// A page of the server.
pub(in crate::http) struct Page<'a> {
    pub(in crate::http) visit: &'a Visit,
    pub(in crate::http) status: StatusCode,
    /// What its tab is called.
    pub(in crate::http) title: String,
    /// What it is about, above it.
    pub(in crate::http) heading: String,
    /// What search engines are told.
    pub(in crate::http) robots: &'a str,
    /// The article's address.
    pub(in crate::http) article: Option<String>,
    /// The address of the thread as a whole, where this is only about a part of it.
    pub(in crate::http) thread: Option<String>,
    /// Whether it stands for the article where search engines look for that.
    pub(in crate::http) is_canonical: bool,
    /// More of what stands in its head.
    pub(in crate::http) head: Markup,
    pub(in crate::http) body: Markup,
    /// Whether the widget takes it over.
    pub(in crate::http) has_widget: bool,
    /// Whether nobody may keep it.
    pub(in crate::http) is_secret: bool,
    /// Whose pages may show it within theirs, as a policy names them.
    pub(in crate::http) ancestors: String,
    /// After how many seconds it may be tried again.
    pub(in crate::http) retry_after: Option<u32>,
}

const CSS: &str = include_str!("page.css");

/// [`CSS`] as a policy names it.
static CSS_HASH: LazyLock<String> =
    LazyLock::new(|| format!("'sha256-{}'", STANDARD.encode(digest(CSS.as_bytes()))));

/// Where the style is, by the hash of this build's files.
static STYLE: LazyLock<String> =
    LazyLock::new(|| assets::find("/afterword.css").unwrap_or_default());

impl Page<'_> {
    /// A page about nothing else, which nobody may keep.
    pub(in crate::http) fn lone(
        visit: &Visit,
        status: StatusCode,
        heading: &str,
        article: Option<String>,
        body: Markup,
    ) -> Response {
        let page = Page {
            visit,
            status,
            title: heading.to_owned(),
            heading: heading.to_owned(),
            robots: "noindex",
            article,
            thread: None,
            is_canonical: false,
            head: html! {},
            body,
            has_widget: false,
            is_secret: true,
            ancestors: String::new(),
            retry_after: None,
        };
        page.into_response()
    }

    /// Its own files, and nobody else's.
    fn policy(&self) -> String {
        // The widget shows an image before it is sent, and works for a proof beside the page.
        let (widget, shown) = match self.has_widget {
            true => (
                "script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'self'; ",
                " blob:",
            ),
            false => ("", ""),
        };
        format!(
            "default-src 'none'; {widget}style-src 'self' {}; img-src 'self' data:{shown}; \
             base-uri 'none'; form-action 'self'; frame-ancestors 'self' {}",
            *CSS_HASH, self.ancestors
        )
    }

    fn html(&self) -> Markup {
        let Visit {
            language,
            is_frame,
            base,
            theme,
            ..
        } = self.visit;
        html! {
            (DOCTYPE)
            html lang=(language.tag()) dir=(language.direction()) data-theme=(theme) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content=(self.robots);
                    title { (self.title) }
                    @if *is_frame { base target="_top"; }
                    @if let (true, Some(article)) = (self.is_canonical, &self.article) {
                        link rel="canonical" href=(article);
                    }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href={ (base) "/" (*STYLE) };
                    style { (PreEscaped(CSS)) }
                    (self.head)
                }
                body class=[is_frame.then_some("is-framed")] {
                    main class="aw page" data-theme=(theme) {
                        p class="ways" {
                            @if let (false, Some(article)) = (*is_frame, &self.article) {
                                a href=(article) { (language.say(Words::Back)) }
                            }
                            @if let Some(thread) = &self.thread {
                                a href=(thread) target="_self" { (language.say(Words::AllComments)) }
                            }
                        }
                        @if !*is_frame { h1 { bdi { (self.heading) } } }
                        (self.body)
                    }
                    @if self.has_widget { script src={ (base) "/embed.js" } defer {} }
                }
            }
        }
    }
}

impl IntoResponse for Page<'_> {
    fn into_response(self) -> Response {
        let cache = if self.is_secret {
            "no-store"
        } else {
            "no-cache"
        };
        let fixed = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            // Within the server a page may know where a form stood; no other site gets to see an
            // address, which may have a token in it. Without any, browsers hide `Origin` as well.
            (REFERRER_POLICY, "same-origin"),
            (CACHE_CONTROL, cache),
            (VARY, "Accept-Language, Sec-Fetch-Dest"),
        ];
        let mut response = (self.status, fixed, self.html().into_string()).into_response();
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(CONTENT_SECURITY_POLICY, &self.policy());
        set(CONTENT_LANGUAGE, self.visit.language.tag());
        if let Some(seconds) = self.retry_after {
            set(RETRY_AFTER, &seconds.to_string());
        }
        response
    }
}
