//! A page's thread on a page of its own: where a site's policy refuses the widget, its readers are
//! led here.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::response::IntoResponse;
use serde::Deserialize;

use super::Shared;
use super::request::Query;
use crate::domain::{check_page_key, page_title, page_url};
use crate::error::ApiError;

#[derive(Deserialize)]
pub(super) struct ThreadQuery {
    site: Option<String>,
    page: String,
    title: Option<String>,
    url: Option<String>,
}

/// Its own files, and nobody else's.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

pub(super) async fn thread_page(
    State(context): State<Shared>,
    Query(query): Query<ThreadQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let site = context.named_site(query.site.as_deref())?;
    check_page_key(&query.page)?;
    // What is known of the page counts for more than what the link says of it.
    let known = context.store.page(&site.name, &query.page).await?;
    let (known_title, known_url) = known.unwrap_or_default();
    let title = known_title.or_else(|| page_title(query.title.as_deref()?));
    let url = known_url.or_else(|| {
        let url = page_url(query.url.as_deref()?)?;
        let is_own = site.origins.allow(&url.origin().ascii_serialization());
        is_own.then(|| url.into())
    });
    let heading = title.as_deref().unwrap_or("Comments");
    let back = url.map(|url| {
        format!(
            "<p><a href=\"{}\">Back to the article</a></p>",
            escape(&url)
        )
    });
    let html = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{heading}</title>
<link rel="icon" href="data:,">
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; font: 1.0625rem/1.55 system-ui, sans-serif; }}
h1 {{ font-size: 1.5rem; line-height: 1.25; text-wrap: balance; }}
a {{ color: light-dark(#0f5c70, #86c8da); }}
</style>
</head>
<body>
{back}
<h1>{heading}</h1>
<noscript><p>Reading and writing comments here needs JavaScript.</p></noscript>
<script src="embed.js" defer data-loading="eager" data-site="{site}" data-page-id="{page}" data-page-title="{heading}"></script>
</body>
</html>
"#,
        heading = escape(heading),
        back = back.unwrap_or_default(),
        site = escape(&site.name),
        page = escape(&query.page),
    );
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, html))
}

/// A text for an element or for an attribute in double quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    if comrak::html::escape(&mut escaped, text).is_err() {
        unreachable!("writing to a string does not fail");
    }
    escaped
}
