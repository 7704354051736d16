//! Where a thread is: on a page of a site, and at an address of this server.

use afterword::ui::Forms;
use afterword_protocol::ProblemKind;
use axum::http::HeaderMap;
use axum::http::header::HOST;
use url::form_urlencoded::Serializer;

use super::fields::Fields;
use crate::config::{Config, Site};
use crate::domain::{page_title, page_url};
use crate::error::Refusal;

/// Which thread a page of ours shows, as its address and the hidden fields of its forms tell it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) site: Option<String>,
    pub(super) page: String,
    pub(super) title: Option<String>,
    pub(super) url: Option<String>,
    pub(super) lang: Option<String>,
}

impl Place {
    pub(super) fn of(fields: &Fields) -> Result<Self, Refusal> {
        let page = fields
            .get("page")
            .ok_or_else(|| Refusal::because(ProblemKind::InvalidRequest, "page is missing"))?;
        let site = fields.given("site").map(str::to_owned);
        Ok(Self::with(fields, site, page.to_owned()))
    }

    /// That page, with what the fields say beside.
    pub(super) fn with(fields: &Fields, site: Option<String>, page: String) -> Self {
        let given = |name| fields.given(name).map(str::to_owned);
        Self {
            site,
            page,
            title: given("title"),
            url: given("url"),
            lang: language_tag(given("lang")),
        }
    }

    /// As fields, those that were given.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        Forms::fields(
            self.site.as_ref(),
            &self.page,
            self.title.as_ref(),
            self.url.as_ref(),
            self.lang.as_ref(),
        )
    }

    /// The address of its page below the server's own `base`, with more to say.
    pub(super) fn address(&self, base: &str, more: &[(&str, &str)]) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(self.fields());
        query.extend_pairs(more);
        let query = query.finish();
        [base, "/thread?", &query].concat()
    }

    /// Where the article is, when the link names an address of the site's own.
    pub(super) fn article(&self, site: &Site) -> Option<String> {
        let url = page_url(self.url.as_deref()?)?;
        let is_own = site.origins.allow(&url.origin().ascii_serialization());
        is_own.then(|| url.into())
    }

    /// What the link calls the article.
    pub(super) fn article_title(&self) -> Option<String> {
        page_title(self.title.as_deref()?)
    }
}

/// A language's tag, if it has the form of one: it stands in every link of a thread.
pub(super) fn language_tag(lang: Option<String>) -> Option<String> {
    const LONGEST: usize = 64;
    let is_of_a_tag = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    lang.filter(|lang| (1..=LONGEST).contains(&lang.len()) && lang.bytes().all(is_of_a_tag))
}

/// The way from an address of this server to what is above all of its addresses. It may stand below
/// a path of another server, which it knows nothing of.
pub(super) fn way_up(path: &str) -> String {
    match path.matches('/').count() {
        0 | 1 => ".".to_owned(),
        depth => vec![".."; depth - 1].join("/"),
    }
}

/// The server's own address for pages that stand elsewhere, without a slash at its end: as
/// configured, or by the name that it was asked by; empty where nobody knows.
pub(in crate::http) fn own_address(config: &Config, headers: &HeaderMap) -> String {
    if let Some(url) = &config.public_url {
        return url.as_str().trim_end_matches('/').to_owned();
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let is_of_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    // A name with its port: it stands in every link of a thread.
    match host {
        Some(host) if (1..=260).contains(&host.len()) && host.bytes().all(is_of_host) => {
            ["//", host].concat()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_up_is_as_long_as_the_way_down() {
        assert_eq!(way_up("/thread"), ".");
        assert_eq!(way_up("/thread/comments"), "..");
        assert_eq!(way_up("/thread/comments/a/delete"), "../../..");
    }

    #[test]
    fn an_address_says_what_was_given() {
        let fields = Fields::parse(b"site=&page=%2Fa%3Fb%26c&title=T+%26+U&lang=de&x=y").unwrap();
        let place = Place::of(&fields).unwrap();
        assert_eq!(
            place.address("..", &[("reply", "A")]),
            "../thread?page=%2Fa%3Fb%26c&title=T+%26+U&lang=de&reply=A"
        );
    }

    #[test]
    fn only_a_host_is_taken_for_one() {
        let own = |host: &str| {
            let config = Config::load(crate::config::Settings::default(), None).unwrap();
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            own_address(&config, &headers)
        };
        assert_eq!(own("comments.example:8080"), "//comments.example:8080");
        assert_eq!(own("[::1]:80"), "//[::1]:80");
        assert_eq!(own("evil.example/?x"), "");
        assert_eq!(own("a b"), "");
        assert_eq!(own(""), "");
        assert_eq!(own(&"a".repeat(261)), "");
    }
}
