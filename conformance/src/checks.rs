//! The promises, in the order in which they are checked.

mod caching;
mod changing;
mod deleting;
mod extras;
mod html;
mod listing;
mod live;
mod origins;
mod posting;
mod refusing;
mod thinking;

use crate::client::{Trouble, Verdict};
use crate::suite::Suite;

/// A promise that a client can rely on.
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// The part of the suite that it stands in.
    pub part: &'static str,
    /// The heading in `docs/protocol.md` below which it is made.
    pub section: &'static str,
    /// Words of `offers` without which a server does not make it.
    pub needs: &'static str,
    /// The promise.
    pub says: &'static str,
    pub(crate) run: fn(&Suite<'_>) -> Verdict,
}

/// Headings of `docs/protocol.md`.
mod section {
    pub(super) const RULES: &str = "Rules for every call";
    pub(super) const LIST: &str = "List a page's comments: `GET /comments`";
    pub(super) const REPLIES: &str = "List a root's descendants: `GET /comments/{id}/replies`";
    pub(super) const THINK: &str =
        "Say what one thinks of a comment: `PUT /comments/{id}/thoughts`";
    pub(super) const SHOW: &str = "Show a comment: `GET /comments/{id}`";
    pub(super) const SEARCH: &str = "Search a page's comments: `GET /search`";
    pub(super) const POST: &str = "Post a comment: `POST /comments`";
    pub(super) const EDIT: &str = "Edit a comment: `PATCH /comments/{id}`";
    pub(super) const DELETE: &str = "Delete a comment: `DELETE /comments/{id}`";
    pub(super) const RESTORE: &str = "Restore a comment: `POST /comments/{id}/restore`";
    pub(super) const HISTORY: &str =
        "Show what a comment said before: `GET /comments/{id}/history`";
    pub(super) const REPORT: &str = "Report a comment: `POST /comments/{id}/reports`";
    pub(super) const TRANSFER: &str =
        "Take edit tokens to another device: `POST /transfers`, `POST /transfers/fetch`";
    pub(super) const CHANGES: &str = "Tell what has changed: `GET /changes`";
    pub(super) const EVENTS: &str = "Tell what changes, as it happens: `GET /events`";
    pub(super) const PREVIEW: &str = "Preview a text: `POST /preview`";
    pub(super) const IMAGES: &str = "Send an image: `POST /images`";
    pub(super) const COUNTS: &str = "Count comments: `GET /counts`";
    pub(super) const THREAD: &str = "Render the comments as HTML: `GET /thread.html`";
    pub(super) const ARTICLE: &str = "Say what one thinks of the article: `PUT /thoughts`";
    pub(super) const PROBLEMS: &str = "Problems";
    pub(super) const HTML: &str = "HTML";
}

/// A part of the suite: checks as `name, section, words of offers, promise, function`.
macro_rules! part {
    ($part:literal: $($name:literal, $section:ident, $needs:literal, $says:literal, $run:ident;)+) => {
        pub(super) const CHECKS: &[crate::checks::Check] = &[$(crate::checks::Check {
            name: $name,
            part: $part,
            section: crate::checks::section::$section,
            needs: $needs,
            says: $says,
            run: $run,
        }),+];
    };
}
pub(crate) use part;

impl Check {
    /// Makes it, if the server offers what it is about.
    pub(crate) fn make(&self, suite: &Suite<'_>) -> Verdict {
        self.needs
            .split_whitespace()
            .try_for_each(|word| suite.offers(word))?;
        (self.run)(suite)
    }
}

/// Every check.
pub fn all() -> impl Iterator<Item = &'static Check> {
    [
        posting::CHECKS,
        listing::CHECKS,
        html::CHECKS,
        refusing::CHECKS,
        origins::CHECKS,
        caching::CHECKS,
        thinking::CHECKS,
        extras::CHECKS,
        live::CHECKS,
        changing::CHECKS,
        deleting::CHECKS,
    ]
    .into_iter()
    .flatten()
}

/// The checks of those names; without any name, all of them.
pub(crate) fn chosen(names: &[String]) -> Result<Vec<&'static Check>, Trouble> {
    let is_known = |name: &&String| all().any(|check| check.name == **name);
    if let Some(name) = names.iter().find(|name| !is_known(name)) {
        let known: Vec<&str> = all().map(|check| check.name).collect();
        return Err(Trouble::Check {
            name: name.clone(),
            known: known.join(", "),
        });
    }
    let is_chosen = |check: &&Check| names.is_empty() || names.iter().any(|it| it == check.name);
    Ok(all().filter(is_chosen).collect())
}
