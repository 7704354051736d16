use afterword::ui::Forms;
use afterword_protocol::{Problem, Sort, limits};
use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::place::{Place, language_tag, own_address};
use super::{MAX_DEPTH, Picture};
use crate::domain::check_page_key;
use crate::error::ApiError;
use crate::http::Shared;
use crate::http::language::Language;
use crate::http::request::{Query, cursor, number, within};
use crate::store::Portion;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct FragmentQuery {
    /// The site; absent where the server has only one.
    site: Option<String>,
    /// Key of the page.
    #[param(min_length = 1, max_length = 1024)]
    page: String,
    /// The page's title, for what is posted from the forms in the HTML.
    title: Option<String>,
    /// The page's address, likewise.
    url: Option<String>,
    /// Language of the texts and of what follows from the forms (BCP 47); English when absent, or
    /// when the server has no texts in it.
    lang: Option<String>,
    /// Order of the roots: `newest` (the default), `oldest`, `top` or `discussed`.
    #[serde(default)]
    sort: Sort,
    /// Most roots: 1 to 200, 20 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the portion before.
    #[param(pattern = "^[0-9A-Za-z_-]{1,64}$")]
    cursor: Option<String>,
    /// Deepest indentation: 0 to 100, 6 when absent. Deeper replies say whom they answer.
    #[param(minimum = 0, maximum = 100)]
    max_depth: Option<u32>,
}

/// Render a page's comments as HTML
///
/// What the widget would draw, for pages that are put together by a server or a generator, and for
/// the widget itself. The style is `/afterword.css`, the element around it has the class `aw`. Its
/// forms lead to pages of the server.
#[utoipa::path(
    get,
    path = "/thread.html",
    operation_id = "renderThread",
    tag = "pages",
    params(FragmentQuery),
    responses(
        (status = 200, description = "A `<section class=\"thread\">`, and a `<template class=\"thread-data\">` with the list as JSON, its `html` left empty", body = String, content_type = "text/html"),
        (status = 304, description = "Nothing has changed since the state that `If-None-Match` names"),
        (status = "default", description = "`invalid-request`, `page-invalid`, `site-unknown`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn fragment(
    State(context): State<Shared>,
    Query(query): Query<FragmentQuery>,
    request: Parts,
) -> Result<Response, ApiError> {
    let given = |value: Option<String>| value.filter(|value| !value.is_empty());
    let place = Place {
        site: given(query.site),
        page: query.page,
        title: given(query.title),
        url: given(query.url),
        lang: language_tag(query.lang),
    };
    let site = &*context.named_site(place.site.as_deref())?;
    check_page_key(&place.page)?;
    cursor(query.cursor.as_deref())?;
    let max_depth = within("max_depth", query.max_depth, 0..=limits::DEPTH, MAX_DEPTH)?;
    let portion = Portion {
        sort: query.sort,
        roots: number("limit", query.limit, limits::PORTION)?,
        replies: limits::REPLIES.1,
        cursor: query.cursor.as_deref(),
    };
    let usual = site.settings.languages.first().map(String::as_str);
    let draw = async {
        let picture = Picture {
            // Whoever keeps it shows it to many: it is in no reader's own language.
            language: Language::of(place.lang.as_deref().or(usual)),
            is_page: false,
            list: context.list(site, &place.page, portion).await?,
            sort: query.sort,
            max_depth,
            forms: Forms {
                base: own_address(&context.config, &request.headers),
                fields: place.fields(),
                key: None,
                token: None,
                has_program: true,
            },
            subject: None,
            opening: None,
            thought: String::new(),
            has_data: true,
        };
        picture.draw(&context.drawing).await
    };
    let media_type = "text/html; charset=utf-8";
    context
        .cached(&request, (site, &place.page), media_type, draw)
        .await
}
