//! A page's thread as HTML, drawn by the widget's own components: as a fragment for whoever builds
//! pages, and on a page of its own, which can be read without JavaScript.

use std::sync::LazyLock;

use afterword::Drawing;
use afterword::i18n::I18n;
use afterword::ui::Forms;
use afterword_protocol::{CommentList, Problem, Sort, limits};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::response::IntoResponse;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::StaticFormatDescription;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use utoipa::IntoParams;

use super::request::{Query, cursor, number};
use super::{Context, Shared, assets};
use crate::config::Site;
use crate::domain::{check_page_key, page_title, page_url};
use crate::error::ApiError;
use crate::store::Portion;

/// Deepest reply in view; those below stand beside what they answer, and say so.
const MAX_DEPTH: u32 = 6;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FragmentQuery {
    /// The site; absent where the server has only one.
    site: Option<String>,
    /// Key of the page.
    #[param(min_length = 1, max_length = 1024)]
    page: String,
    /// Order of the roots: `newest` (the default) or `oldest`.
    #[serde(default)]
    sort: Sort,
    /// Most roots: 1 to 200, 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the portion before.
    #[param(pattern = "^[0-9A-Za-z_-]{1,64}$")]
    cursor: Option<String>,
}

/// Render a page's comments as HTML
///
/// What the widget would draw, for pages that are put together by a server or a generator. The
/// style is `/assets/HASH/afterword.css`, the element around it has the class `aw`.
#[utoipa::path(
    get,
    path = "/thread.html",
    operation_id = "renderThread",
    tag = "pages",
    params(FragmentQuery),
    responses(
        (status = 200, description = "A `<section class=\"thread\">`", body = String, content_type = "text/html"),
        (status = 304, description = "Nothing has changed since the state that `If-None-Match` names"),
        (status = "default", description = "`invalid-request`, `page-invalid`, `site-unknown`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn fragment(
    State(context): State<Shared>,
    Query(query): Query<FragmentQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let site = context.named_site(query.site.as_deref())?;
    let list = context.portion(site, &query).await?;
    Ok((HTML, rendered(list, query.sort).await?))
}

const HTML: [(axum::http::HeaderName, &str); 1] = [(CONTENT_TYPE, "text/html; charset=utf-8")];

impl Context {
    async fn portion(&self, site: &Site, query: &FragmentQuery) -> Result<CommentList, ApiError> {
        check_page_key(&query.page)?;
        cursor(query.cursor.as_deref())?;
        let portion = Portion {
            sort: query.sort,
            roots: number("limit", query.limit, limits::PORTION)?,
            replies: limits::REPLIES.0,
            cursor: query.cursor.as_deref(),
        };
        self.list(site, &query.page, portion).await
    }
}

/// Drawn where others need not wait for it.
async fn rendered(list: CommentList, sort: Sort) -> Result<String, ApiError> {
    let draw = move || {
        afterword::render(Drawing {
            i18n: english(),
            list,
            sort,
            max_depth: MAX_DEPTH,
            forms: Forms {
                base: String::new(),
                fields: Vec::new(),
                key: None,
                token: None,
            },
            subject: None,
            opening: None,
        })
    };
    Ok(tokio::task::spawn_blocking(draw).await?)
}

const DAY: StaticFormatDescription =
    format_description!("[day padding:none] [month repr:long] [year]");
const MINUTE: StaticFormatDescription =
    format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");

/// The widget's texts, with times that stay true however long the HTML is kept.
fn english() -> I18n {
    let told = |time: &str, how| OffsetDateTime::parse(time, &Rfc3339).ok()?.format(how).ok();
    I18n::new(
        |_| None,
        |n| if n == 1 { "one" } else { "other" }.to_owned(),
        move |time, _| told(time, &DAY),
        move |time| told(time, &MINUTE),
    )
}

#[derive(Deserialize)]
pub(super) struct PageQuery {
    site: Option<String>,
    page: String,
    title: Option<String>,
    url: Option<String>,
    #[serde(default)]
    sort: Sort,
    cursor: Option<String>,
}

/// Its own files, and nobody else's.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// Where the style is, by the hash of this build's files.
static STYLE: LazyLock<String> =
    LazyLock::new(|| assets::find("/afterword.css").unwrap_or_default());

/// The page of a thread: where a site's policy refuses the widget, its readers are led here.
pub(super) async fn page(
    State(context): State<Shared>,
    Query(query): Query<PageQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let site = context.named_site(query.site.as_deref())?;
    let portion = FragmentQuery {
        site: None,
        page: query.page.clone(),
        sort: query.sort,
        limit: None,
        cursor: query.cursor.clone(),
    };
    let list = context.portion(site, &portion).await?;
    // What is known of the page counts for more than what the link says of it.
    let known = context.store.page(&site.name, &query.page).await?;
    let (known_title, known_url) = known.unwrap_or_default();
    let title = known_title.or_else(|| page_title(query.title.as_deref()?));
    let url = known_url.or_else(|| {
        let url = page_url(query.url.as_deref()?)?;
        let is_own = site.origins.allow(&url.origin().ascii_serialization());
        is_own.then(|| url.into())
    });
    let links = links(&query, list.next.as_deref());
    let thread = rendered(list, query.sort).await?;
    let heading = escape(title.as_deref().unwrap_or("Comments"));
    let canonical = url.as_deref().map(|url| {
        let url = escape(url);
        (
            format!("<link rel=\"canonical\" href=\"{url}\">"),
            format!("<p><a href=\"{url}\">Back to the article</a></p>"),
        )
    });
    let (canonical, back) = canonical.unwrap_or_default();
    let html = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{heading}</title>
{canonical}
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{style}">
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; font: 1.0625rem/1.55 system-ui, sans-serif; }}
h1 {{ font-size: 1.5rem; line-height: 1.25; text-wrap: balance; }}
body > p > a, nav a {{ color: light-dark(#0f5c70, #86c8da); }}
nav {{ display: flex; flex-wrap: wrap; gap: 0 1.5em; margin-block: 1.5em; }}
afterword-comments {{ display: block; }}
/* Without the widget they would do nothing. */
.aw :is(.composer, .sort, .comment-actions, .more) {{ display: none; }}
</style>
</head>
<body>
{back}
<h1>{heading}</h1>
<noscript><p>You can read the comments without JavaScript. Writing one needs it.</p></noscript>
<afterword-comments data-loading="eager" data-site="{site}" data-page-id="{page}" data-page-title="{heading}" data-sort="{sort}">
<div class="aw" data-theme="auto">{thread}</div>
{links}
</afterword-comments>
<script src="embed.js" defer></script>
</body>
</html>
"#,
        style = escape(&STYLE),
        site = escape(&site.name),
        page = escape(&query.page),
        sort = query.sort.as_str(),
    );
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, html))
}

/// Ways on through the thread, for whoever has only links.
fn links(query: &PageQuery, next: Option<&str>) -> String {
    let link = |text: &str, sort: Sort, cursor: Option<&str>| {
        let mut address = url::form_urlencoded::Serializer::new(String::from("thread?"));
        for (name, value) in [
            ("site", query.site.as_deref()),
            ("page", Some(query.page.as_str())),
            ("title", query.title.as_deref()),
            ("url", query.url.as_deref()),
            ("sort", Some(sort.as_str())),
            ("cursor", cursor),
        ] {
            if let Some(value) = value {
                address.append_pair(name, value);
            }
        }
        format!("<a href=\"{}\">{text}</a>", escape(&address.finish()))
    };
    let (other, text) = match query.sort {
        Sort::Newest => (Sort::Oldest, "Oldest first"),
        Sort::Oldest => (Sort::Newest, "Newest first"),
    };
    let more = next.map(|next| link("Show more comments", query.sort, Some(next)));
    format!(
        "<nav>{}{}</nav>",
        more.unwrap_or_default(),
        link(text, other, None)
    )
}

/// A text for an element or for an attribute in double quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    if comrak::html::escape(&mut escaped, text).is_err() {
        unreachable!("writing to a string does not fail");
    }
    escaped
}
