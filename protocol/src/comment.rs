//! A comment as readers see it.

use serde::{Deserialize, Serialize};

use crate::Reaction;
use crate::thought::is_none;

/// Where a comment stands between being sent and being seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Everybody sees it.
    #[default]
    Published,
    /// It waits for a moderator; only its author is shown it.
    Pending,
    /// It was deleted, and is a tombstone that holds the place of its replies: `author` and
    /// `html` are empty.
    Deleted,
}

/// Where a conversation takes place that a backend only shows, and where it goes on: a comment that
/// has one is answered there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Origin {
    /// What people call it. Plain text, never HTML.
    pub name: String,
    /// Its address, `http` or `https`. A client checks it again.
    pub url: String,
}

/// A comment as readers see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comment {
    /// Opaque, unique on the server, sorts by time.
    pub id: String,
    /// Number in the thread: 1, 2, 3, ... in the order of publishing, never reused; 0 for one that
    /// was never published.
    pub number: u32,
    /// Id of the comment that this one answers, as its author chose it; absent for a root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Name as typed; absent when the author gave none. Plain text, never HTML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The author's own page, `http` or `https`; only where there is a name. A client checks it
    /// again, and makes no more of it than a link (`rel="nofollow ugc"`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// What the site says of its author beside the name, who had signed in: `verified`, `staff` or
    /// whatever it calls them. Plain text, never HTML; absent where it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<String>,
    /// When it was posted (RFC 3339).
    pub created: String,
    /// When it was last edited (RFC 3339); absent when it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<String>,
    /// The text as HTML with no more than [`crate::html`] allows. A client cleans it again.
    pub html: String,
    /// Where it stands.
    #[serde(default)]
    pub status: Status,
    /// How many readers have voted it up; absent for none.
    #[serde(default, skip_serializing_if = "is_none")]
    pub up: u32,
    /// How many readers have voted it down; absent for none.
    #[serde(default, skip_serializing_if = "is_none")]
    pub down: u32,
    /// The reactions that it was given, each with how many readers gave it; absent for none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// Whether a moderator has pinned it: it stands above the other roots, whatever their order.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// Whether it is the owner's choice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub featured: bool,
    /// Whether neither it nor what stands below it takes replies any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// Whether a moderator has changed its text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub moderated: bool,
    /// Where it was written, if not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// One comment with what leads to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommentDetail {
    /// The comment.
    pub comment: Comment,
    /// Its text as it was typed (Markdown), for an editor; empty for a tombstone.
    pub text: String,
    /// Key of the page that it stands on.
    pub page: String,
    /// The comments it answers, its root first and its parent last.
    pub ancestors: Vec<Comment>,
}

/// A text that a comment has, or had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Version {
    /// From when on it stood (RFC 3339).
    pub created: String,
    /// The text as it was typed (Markdown).
    pub text: String,
    /// The text as HTML with no more than [`crate::html`] allows. A client cleans it again.
    pub html: String,
}

/// The texts of a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct History {
    /// From the first to the present one. Of a comment that was edited very often, the first and
    /// the latest. Without those that readers could not read, or that a moderator has replaced.
    pub versions: Vec<Version>,
    /// Whether there are such.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
}
