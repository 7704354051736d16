//! Whether a server keeps the Afterword protocol, version 1 (`docs/protocol.md`).
//!
//! [`run`] speaks to a server as a client would and checks one promise after the other, each with the
//! paragraph of the document that makes it. What a server may leave out, and says that it does, is
//! reported as not offered. It writes to pages of its own making and deletes what it posted.
//!
//! - `client`: one request, one answer; waits where it is told to.
//! - `suite`: what checks share: the comments that they look at, and what is to be deleted.
//! - `checks/`: the promises, one file a part of the document.
//! - `html`: whether HTML holds no more than a comment may.
//! - [`Report`]: what was found, for people and for programs.

mod checks;
mod client;
mod html;
mod report;
mod suite;

use std::time::Duration;

use url::Url;

pub use checks::{Check, all};
pub use client::Trouble;
pub use report::{Checked, Outcome, Report, paragraph};

/// What is to be checked, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Address of the server, without `/api/v1`.
    pub url: Url,
    /// The site; none where the server has only one.
    pub site: Option<String>,
    /// What the keys of the pages begin with that are written to.
    pub page: String,
    /// What is sent as `Origin`, as a page of the site does; none to send none, as programs do.
    pub origin: Option<String>,
    /// Names of checks; empty for all.
    pub only: Vec<String>,
    /// For how long, all in all, it waits where the server says that it was asked too often.
    pub patience: Duration,
}

impl Options {
    /// All checks of the server at that address.
    ///
    /// # Errors
    /// When it is no address of the web.
    pub fn new(address: &str) -> Result<Self, Trouble> {
        let wrong = |why: String| Trouble::Address {
            given: address.to_owned(),
            why,
        };
        let mut url = Url::parse(address).map_err(|error| wrong(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(wrong("it does not begin with http:// or https://".into()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("it has a name or a password in it".into()));
        }
        url.set_query(None);
        url.set_fragment(None);
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix(afterword_protocol::API_PREFIX);
        if let Some(path) = path.map(str::to_owned) {
            url.set_path(&path);
        }
        Ok(Self {
            url,
            site: None,
            page: "/afterword-conformance".to_owned(),
            origin: None,
            only: Vec::new(),
            patience: Duration::from_secs(600),
        })
    }

    /// Whether the server is on this very machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self.url.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }
}

/// What is told while it goes on.
#[derive(Debug)]
pub enum Told<'a> {
    /// It has begun, and writes to pages whose keys begin so.
    Begun(&'a str),
    /// The server wants to be left alone for so long.
    Waits(Duration),
    /// A check has ended.
    Checked(&'a Checked),
}

/// Checks a server, and deletes what was posted to do so.
///
/// # Errors
/// When nothing could be checked at all: there is no such server, or it is another.
pub fn run(options: &Options, tell: &(dyn Fn(Told<'_>) + Sync)) -> Result<Report, Trouble> {
    let chosen = checks::chosen(&options.only)?;
    let suite = suite::Suite::begin(options, tell)?;
    tell(Told::Begun(&suite.page));
    let mut checks = Vec::with_capacity(chosen.len());
    for check in chosen {
        let checked = Checked::new(check, check.make(&suite));
        tell(Told::Checked(&checked));
        checks.push(checked);
    }
    let left = suite.clean();
    Ok(Report {
        url: options.url.to_string(),
        page: suite.page.clone(),
        checks,
        left,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

    use super::*;

    #[test]
    fn an_address_is_one_of_the_web() {
        for address in [
            "",
            "comments",
            "comments.example.org",
            "ftp://a.example",
            "file:///x",
        ] {
            assert!(Options::new(address).is_err(), "{address}");
        }
        for address in [
            "http://a.example",
            "http://a.example/",
            "http://a.example/api/v1/",
        ] {
            let options = Options::new(address).unwrap();
            assert_eq!(options.url.as_str(), "http://a.example/");
        }
        let below = Options::new("https://a.example/comments/").unwrap();
        assert_eq!(below.url.path(), "/comments/");
    }

    #[test]
    fn every_check_has_a_name_of_its_own_and_a_paragraph() {
        let document = include_str!("../../docs/protocol.md");
        let mut names = std::collections::BTreeSet::new();
        for check in all() {
            assert!(
                names.insert(check.name),
                "two checks are called {}",
                check.name
            );
            for word in check.needs.split_whitespace() {
                let mut known = afterword_protocol::offers::MEANINGS.iter();
                assert!(known.any(|(it, _)| *it == word), "{word}");
            }
            let heading = format!("# {}", check.section);
            let is_there = document
                .lines()
                .any(|line| line.trim_start_matches('#') == &heading[1..]);
            assert!(is_there, "docs/protocol.md has no {heading:?}");
        }
    }

    #[test]
    fn a_paragraph_is_found_by_its_anchor() {
        let anchor = paragraph("Show a comment: `GET /comments/{id}`");
        assert_eq!(anchor, "show-a-comment-get-commentsid");
    }

    #[test]
    fn this_machine_is_known() {
        let is_local = |address| Options::new(address).unwrap().is_local();
        for address in [
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://[::1]:1",
            "http://a.localhost",
        ] {
            assert!(is_local(address), "{address}");
        }
        for address in [
            "http://a.example",
            "http://10.0.0.1",
            "http://localhost.example",
        ] {
            assert!(!is_local(address), "{address}");
        }
    }
}
