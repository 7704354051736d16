//! How a feed is written.

use afterword::i18n::Msg;
use atom_syndication::{Content, Entry, Feed, FixedDateTime, Link, Person, Text};
use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded::Serializer;

use super::Format;
use crate::domain::{covered, rfc3339};
use crate::http::language::Language;
use crate::store::Fed;

/// A feed, but for its comments.
pub(super) struct Outline<'a> {
    /// What it is known by.
    pub(super) id: String,
    /// The server's own address.
    pub(super) base: &'a str,
    /// The feed's address.
    pub(super) own: String,
    pub(super) language: &'static Language,
    pub(super) title: String,
    /// What it is about.
    pub(super) home: Option<String>,
}

/// XML has no way to write these (XML 1.0, 2.2); of control characters a comment has none.
fn writable(text: &str) -> String {
    let is_none = |c: char| matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().filter(|&c| !is_none(c)).collect()
}

fn time(milliseconds: i64) -> FixedDateTime {
    rfc3339(milliseconds).parse().unwrap_or_default()
}

impl Outline<'_> {
    pub(super) fn write(&self, format: Format, fed: &[Fed]) -> String {
        match format {
            Format::Atom => self.atom(fed).to_string(),
            Format::Json => self.json(fed).to_string(),
        }
    }

    fn name<'a>(&'a self, comment: &'a Fed) -> &'a str {
        let name = comment.author.as_deref();
        name.unwrap_or(self.language.message(Msg::Anonymous))
    }

    /// What a comment is called: nobody gives it a title.
    fn title_of(&self, comment: &Fed) -> String {
        let title = comment.title.as_deref().unwrap_or(&comment.key);
        writable(&format!("{}: {title}", self.name(comment)))
    }

    /// Where it is: in its article, or else on our own page.
    fn address_of(&self, comment: &Fed) -> String {
        let anchor = ["comment-", &comment.id].concat();
        match comment.url.as_deref().and_then(|url| Url::parse(url).ok()) {
            Some(mut url) => {
                url.set_fragment(Some(&anchor));
                url.into()
            }
            None => {
                let mut query = Serializer::new(String::new());
                query.append_pair("comment", &comment.id);
                format!("{}/thread?{}#{anchor}", self.base, query.finish())
            }
        }
    }

    /// What it says. What is covered stays so: programs that read feeds know nothing of that.
    fn html_of(&self, comment: &Fed) -> String {
        let images = format!("src=\"{}/images/", self.base);
        writable(&covered(&comment.html).replace("src=\"/images/", &images))
    }

    fn atom(&self, fed: &[Fed]) -> Feed {
        let link = |href: String, rel: &str, kind: Option<&str>| Link {
            href,
            rel: rel.to_owned(),
            mime_type: kind.map(str::to_owned),
            ..Link::default()
        };
        let own = link(self.own.clone(), "self", Some("application/atom+xml"));
        let home = self.home.clone().map(|home| link(home, "alternate", None));
        let changed = fed.iter().map(|it| it.edited.unwrap_or(it.created)).max();
        let entries = fed.iter().map(|comment| Entry {
            title: Text::plain(self.title_of(comment)),
            id: ["urn:afterword:comment:", &comment.id].concat(),
            updated: time(comment.edited.unwrap_or(comment.created)),
            published: Some(time(comment.created)),
            authors: vec![Person {
                name: writable(self.name(comment)),
                uri: comment.website.clone(),
                ..Person::default()
            }],
            links: vec![link(self.address_of(comment), "alternate", None)],
            content: Some(Content {
                value: Some(self.html_of(comment)),
                content_type: Some("html".to_owned()),
                ..Content::default()
            }),
            ..Entry::default()
        });
        Feed {
            title: Text::plain(writable(&self.title)),
            id: self.id.clone(),
            updated: time(changed.unwrap_or(0)),
            lang: Some(self.language.tag().to_owned()),
            links: std::iter::once(own).chain(home).collect(),
            entries: entries.collect(),
            ..Feed::default()
        }
    }

    fn json(&self, fed: &[Fed]) -> Value {
        let items = fed.iter().map(|comment| {
            let mut author = json!({ "name": self.name(comment) });
            if let Some(website) = &comment.website {
                author["url"] = website.as_str().into();
            }
            let mut item = json!({
                "id": format!("urn:afterword:comment:{}", comment.id),
                "url": self.address_of(comment),
                "title": self.title_of(comment),
                "content_html": self.html_of(comment),
                "date_published": rfc3339(comment.created),
                "authors": [author],
            });
            if let Some(edited) = comment.edited {
                item["date_modified"] = rfc3339(edited).into();
            }
            item
        });
        let mut feed = json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title,
            "feed_url": self.own,
            "language": self.language.tag(),
            "items": items.collect::<Vec<_>>(),
        });
        if let Some(home) = &self.home {
            feed["home_page_url"] = home.as_str().into();
        }
        feed
    }
}
