//! How a feed is written.

use std::collections::BTreeMap;

use afterword::i18n::Msg;
use atom_syndication::extension::{Extension, ExtensionMap};
use atom_syndication::{Content, Entry, Feed, FixedDateTime, Link, Person, Text};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;
use url::{Url, form_urlencoded};

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
    /// Whether what it has waits: in its article nobody sees that.
    pub(super) is_queue: bool,
}

/// Comments, and whether there are more.
type Portion = (Vec<Fed>, bool);

/// XML has no way to write these (XML 1.0, 2.2); of control characters a comment has none.
fn writable(text: &str) -> String {
    let is_none = |c: char| matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().filter(|&c| !is_none(c)).collect()
}

fn time(milliseconds: i64) -> FixedDateTime {
    rfc3339(milliseconds).parse().unwrap_or_default()
}

/// What a comment is known by wherever it is read.
fn known_as(id: &str) -> String {
    ["urn:afterword:comment:", id].concat()
}

/// How feeds say what answers what (RFC 4685).
const THREADS: &str = "http://purl.org/syndication/thread/1.0";

fn answering(parent: &str) -> ExtensionMap {
    let mut what = Extension::default();
    what.set_name("thr:in-reply-to");
    what.set_attrs(BTreeMap::from([("ref".to_owned(), known_as(parent))]));
    let told = BTreeMap::from([("in-reply-to".to_owned(), vec![what])]);
    BTreeMap::from([("thr".to_owned(), told)])
}

impl Outline<'_> {
    pub(super) fn write(&self, format: Format, (fed, is_more): &Portion) -> String {
        let last = fed.last().filter(|_| *is_more);
        let next = last.map(|last| self.before(&last.id));
        match format {
            Format::Atom => self.atom(fed, next).to_string(),
            Format::Json => self.json(fed, next).to_string(),
        }
    }

    /// Where the feed goes on: its own address with another `before`.
    fn before(&self, id: &str) -> String {
        let (path, query) = self.own.split_once('?').unwrap_or((&self.own, ""));
        let said = form_urlencoded::parse(query.as_bytes());
        let mut query = Serializer::new(String::new());
        query.extend_pairs(said.filter(|(name, _)| name != "before"));
        query.append_pair("before", id);
        format!("{path}?{}", query.finish())
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

    /// Where it is: in its article, or else on our own page; or where it is decided about.
    fn address_of(&self, comment: &Fed) -> String {
        if self.is_queue {
            return format!("{}/admin#/comments?id={}", self.base, comment.id);
        }
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

    fn atom(&self, fed: &[Fed], next: Option<String>) -> Feed {
        let link = |href: String, rel: &str, kind: Option<&str>| Link {
            href,
            rel: rel.to_owned(),
            mime_type: kind.map(str::to_owned),
            ..Link::default()
        };
        let own = link(self.own.clone(), "self", Some("application/atom+xml"));
        let home = self.home.clone().map(|home| link(home, "alternate", None));
        // RFC 5005, section 3.
        let next = next.map(|next| link(next, "next", Some("application/atom+xml")));
        let changed = fed.iter().map(|it| it.edited.unwrap_or(it.created)).max();
        let entries = fed.iter().map(|comment| Entry {
            title: Text::plain(self.title_of(comment)),
            id: known_as(&comment.id),
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
            extensions: comment
                .parent_id
                .as_deref()
                .map(answering)
                .unwrap_or_default(),
            ..Entry::default()
        });
        Feed {
            title: Text::plain(writable(&self.title)),
            id: self.id.clone(),
            updated: time(changed.unwrap_or(0)),
            lang: Some(self.language.tag().to_owned()),
            links: std::iter::once(own).chain(home).chain(next).collect(),
            namespaces: BTreeMap::from([("thr".to_owned(), THREADS.to_owned())]),
            entries: entries.collect(),
            ..Feed::default()
        }
    }

    fn json(&self, fed: &[Fed], next: Option<String>) -> Value {
        let items = fed.iter().map(|comment| {
            let mut author = json!({ "name": self.name(comment) });
            if let Some(website) = &comment.website {
                author["url"] = website.as_str().into();
            }
            let mut item = json!({
                "id": known_as(&comment.id),
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
        if let Some(next) = next {
            feed["next_url"] = next.into();
        }
        feed
    }
}
