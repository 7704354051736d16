//! Feeds of comments, as Atom (RFC 4287) and as JSON Feed 1.1.

mod write;

use afterword_protocol::{API_PREFIX, Problem, ProblemKind};
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use url::form_urlencoded::Serializer;
use utoipa::IntoParams;

use super::request::{Name, Query, cursor};
use super::thread::own_address;
use super::{Context, Shared};
use crate::config::{DEFAULT, Site};
use crate::domain::{Purpose, check_page_key, is_id};
use crate::error::{ApiError, Refusal};
use crate::http::language::{Language, Words};
use crate::mail::host_of;
use crate::store::Feeding;
use write::Outline;

/// What a feed is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Atom,
    Json,
}

impl Format {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Json => "application/feed+json",
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FeedQuery {
    /// The site; absent where the server has only one.
    site: Option<String>,
    /// Key of the page; absent for all pages of the site.
    page: Option<String>,
    /// Id of a comment: answers to whoever wrote it, and nothing else.
    to: Option<String>,
    /// What makes the address of the queue's feed secret.
    key: Option<String>,
    /// Id of a comment: what is older than that.
    #[param(pattern = "^[0-9A-Za-z_-]{1,64}$")]
    before: Option<String>,
    /// Language of what the feed itself says; when absent the site's, or the moderator's.
    lang: Option<String>,
}

/// Read the latest comments as a feed
///
/// `comments.atom` and `comments.json` have the latest 50 of a page, of a site, or of the answers to a
/// person; `queue.atom` and `queue.json` those that wait for a moderator, by the secret address that
/// `/admin/me/feed` tells. Where there are more, the feed names the address of the next 50.
#[utoipa::path(
    get,
    path = "/feeds/{feed}",
    operation_id = "readFeed",
    tag = "comments",
    params(("feed" = String, Path, pattern = "^(comments|queue)[.](atom|json)$", description = "Which one"), FeedQuery),
    responses(
        (status = 200, description = "The feed", headers(("etag" = String, description = "Names this state, for `If-None-Match`"))),
        (status = 304, description = "Nothing has changed since the state that `If-None-Match` names"),
        (status = "default", description = "`invalid-request`, `page-invalid`, `site-unknown`, `not-found`, `gone` for a secret address that was renewed, or whose owner looks after no comments any more, `no-such-call`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn feed(
    State(context): State<Shared>,
    Name(name): Name,
    Query(query): Query<FeedQuery>,
    request: Parts,
) -> Result<Response, ApiError> {
    let (what, format) = name.split_once('.').unwrap_or_default();
    let format = match format {
        "atom" => Format::Atom,
        "json" => Format::Json,
        _ => return Err(ProblemKind::NoSuchCall.into()),
    };
    cursor(query.before.as_deref())?;
    let before = query.before.as_deref();
    // Path and query, as they were asked for.
    let target = request.uri.to_string();
    let target = target.strip_prefix(API_PREFIX).unwrap_or(&target);
    let base = whole(own_address(&context.config, &request.headers));
    let language = |usual: Option<&str>| Language::of(query.lang.as_deref().or(usual));
    let outline = |id: &[(&str, &str)], language, title: String, home: Option<String>| Outline {
        id: name_of(id),
        base: &base,
        own: format!("{base}{API_PREFIX}{target}"),
        language,
        title,
        home,
        is_queue: what == "queue",
    };
    if what == "queue" {
        let key = query.key.as_deref().unwrap_or_default();
        let user = context.owner_of_feed(key).await?;
        let fed = context.store.feed(Feeding::Queue(&user), before).await?;
        let home = format!("{base}/admin");
        let language = language(context.store.language_of(&user).await?.as_deref());
        let host = host_of(None, &base);
        let title = language.say_with(Words::MailWaits, &[("host", &host)]);
        let outline = outline(&[("queue", user.as_str())], language, title, Some(home));
        let mut response = written(format, &outline.write(format, &fed));
        // Whoever has the address may keep it, and nobody between.
        let private = HeaderValue::from_static("private, no-cache");
        response.headers_mut().insert(CACHE_CONTROL, private);
        return Ok(response);
    }
    if what != "comments" {
        return Err(ProblemKind::NoSuchCall.into());
    }
    let site = &*context.named_site(query.site.as_deref())?;
    let language = language(site.settings.languages.first().map(String::as_str));
    if let Some(id) = query.to.as_deref() {
        let place = match is_id(id) {
            true => context.store.page_of(id).await?,
            false => None,
        };
        place
            .filter(|(of, _)| *of == site.name)
            .ok_or(ProblemKind::NotFound)?;
        let fed = context.store.feed(Feeding::To(id), before).await?;
        let title = language.say_with(Words::MailAnswers, &[("title", &title_of(site, &base))]);
        let of = [("site", site.name.as_str()), ("to", id)];
        let outline = outline(&of, language, title, None);
        return Ok(written(format, &outline.write(format, &fed)));
    }
    let Some(page) = query.page.as_deref() else {
        let fed = context
            .store
            .feed(Feeding::Site(&site.name), before)
            .await?;
        let outline = outline(
            &[("site", site.name.as_str())],
            language,
            title_of(site, &base),
            None,
        );
        return Ok(written(format, &outline.write(format, &fed)));
    };
    check_page_key(page)?;
    let make = async {
        let known = context.store.page(&site.name, page).await?;
        let (title, home) = known.unwrap_or_default();
        let fed = context
            .store
            .feed(Feeding::Page(&site.name, page), before)
            .await?;
        let title = title.unwrap_or_else(|| page.to_owned());
        let of = [("site", site.name.as_str()), ("page", page)];
        let outline = outline(&of, language, title, home);
        Ok(outline.write(format, &fed))
    };
    context
        .cached(&request, (site, page), format.media_type(), make)
        .await
}

/// What readers call a site: its name, or for one that has none of its own where its pages are.
fn title_of(site: &Site, base: &str) -> String {
    match site.name.as_str() {
        DEFAULT => site.origins.host().unwrap_or_else(|| host_of(None, base)),
        name => name.to_owned(),
    }
}

/// The address with a protocol, also where nobody has said by which the server is reached (`public-url`):
/// a feed is read far from the page that named it. By the host alone, as feeds are kept by it.
fn whole(base: String) -> String {
    match base.strip_prefix("//") {
        None => base,
        Some(host) => {
            let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
            let is_here = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
            let scheme = if is_here { "http:" } else { "https:" };
            [scheme, &base].concat()
        }
    }
}

/// What a feed is known by for good, wherever it is read (RFC 4287, 4.2.6).
fn name_of(parts: &[(&str, &str)]) -> String {
    const BEGINNING: &str = "urn:afterword:feed:";
    let mut query = Serializer::for_suffix(BEGINNING.to_owned(), BEGINNING.len());
    query.extend_pairs(parts);
    query.finish()
}

fn written(format: Format, text: &str) -> Response {
    let mut response = text.to_owned().into_response();
    let media_type = HeaderValue::from_static(format.media_type());
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}

impl Context {
    /// Whose queue a secret address shows.
    async fn owner_of_feed(&self, key: &str) -> Result<String, ApiError> {
        let refused = || Refusal::because(ProblemKind::NotFound, "this address shows nothing");
        // Whoever reads feeds goes on to ask where there is nothing, and stops where it is said to be over.
        let over = || Refusal::because(ProblemKind::Gone, "this address shows nothing any more");
        let now = self.clock.now();
        let subject = self.store.read_link(Purpose::Feed, key, now);
        let (user, number) = subject
            .and_then(|subject| subject.split_once('-'))
            .ok_or_else(refused)?;
        let is_present = number.parse() == Ok(self.store.feed_number(user).await?);
        if !is_present || !self.store.has_queue(user).await? {
            return Err(over().into());
        }
        Ok(user.to_owned())
    }

    /// The secret address of a moderator's feed, below the server's own, in that format.
    pub(super) async fn feed_key(&self, user: &str) -> Result<String, ApiError> {
        let number = self.store.feed_number(user).await?;
        let subject = format!("{user}-{number}");
        Ok(self.store.sign_link(Purpose::Feed, &subject, 0))
    }
}
