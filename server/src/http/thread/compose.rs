//! From what is on a page to the page.

use afterword::i18n::Msg;
use afterword::ui::Forms;
use afterword_protocol::API_PREFIX;
use axum::response::{IntoResponse, Response};
use maud::{PreEscaped, html};

use super::linked_data::LinkedData;
use super::page::Page;
use super::place::Place;
use super::scene::Scene;
use super::visit::Visit;
use super::{MAX_DEPTH, Picture};
use crate::config::Site;
use crate::error::ApiError;
use crate::http::Context;

impl Context {
    /// The page of a scene.
    pub(super) async fn page(
        &self,
        visit: &Visit,
        place: &Place,
        site: &Site,
        scene: Scene,
    ) -> Result<Response, ApiError> {
        // What is known of the page counts for more than what the link says of it.
        let known = self.store.page(&site.name, &place.page).await?;
        let (title, url) = known.unwrap_or_default();
        let title = title.or_else(|| place.article_title());
        let article = url.or_else(|| place.article(site));
        let heading = title.unwrap_or_else(|| visit.language.message(Msg::Comments).to_owned());
        let is_whole = scene.subject.is_none();
        let deed = scene.deed.map(|msg| visit.language.message(msg));
        let anonymous = visit.language.message(Msg::Anonymous).to_owned();
        let data = (is_whole && scene.opening.is_none()).then(|| LinkedData {
            headline: heading.clone(),
            url: article.clone(),
            anonymous,
            list: scene.list.clone(),
        });
        let data = match data {
            Some(data) => Some(PreEscaped(data.write(&self.drawing).await?)),
            None => None,
        };
        let since = scene.since.unwrap_or_else(|| self.clock.now());
        let key = self.store.form_key(&site.name, since);
        let picture = Picture {
            language: visit.language,
            is_page: true,
            list: scene.list,
            sort: scene.sort,
            max_depth: MAX_DEPTH,
            forms: Forms {
                base: visit.base.clone(),
                fields: place.fields(),
                key: Some(key),
                token: scene.token,
                has_program: scene.has_widget,
            },
            subject: scene.subject,
            opening: scene.opening,
            thought: scene.thought,
            has_data: scene.has_widget,
        };
        let section = PreEscaped(picture.draw(&self.drawing).await?);
        let body = html! {
            @if let Some(notice) = scene.notice { (notice) }
            @if scene.has_widget {
                afterword-comments data-loading="eager" data-refresh="no" data-site=(site.name)
                    data-page-id=(place.page) data-page-title=(heading) data-sort=(scene.sort.as_str())
                    data-max-depth=(MAX_DEPTH) data-theme=(visit.theme) {
                    div class="aw" data-theme=(visit.theme) { (section) }
                }
            } @else {
                (section)
            }
        };
        let is_listed = is_whole && !scene.is_secret;
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs([("site", site.name.as_str()), ("page", place.page.as_str())]);
        let query = query.finish();
        let feed = |kind: &str| format!("{}{API_PREFIX}/feeds/comments.{kind}?{query}", visit.base);
        let page = Page {
            visit,
            status: scene.status,
            title: match deed {
                Some(deed) => format!("{deed} – {heading}"),
                None => heading.clone(),
            },
            heading,
            robots: if is_listed {
                &self.config.robots
            } else {
                "noindex"
            },
            article,
            thread: (!is_whole).then(|| place.address(&visit.base, &[])),
            is_canonical: is_whole,
            head: html! {
                @if is_whole {
                    link rel="alternate" type="application/atom+xml" href=(feed("atom"));
                    link rel="alternate" type="application/feed+json" href=(feed("json"));
                }
                @if let Some(data) = data {
                    script type="application/ld+json" { (data) }
                }
            },
            body,
            has_widget: scene.has_widget,
            is_secret: scene.is_secret,
            ancestors: site.origins.sources(),
            retry_after: scene.retry_after,
        };
        Ok(page.into_response())
    }
}
