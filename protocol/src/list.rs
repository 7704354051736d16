//! A page's thread, in portions.

use serde::{Deserialize, Serialize};

use crate::{Comment, Origin, Reaction, Votes};

/// Order of the roots of a thread. Replies are always oldest first: they are a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Latest root first.
    #[default]
    Newest,
    /// First root first.
    Oldest,
    /// The root first whose votes up exceed those down by most; among equals the latest.
    Top,
    /// The root with the most descendants first; among equals the latest.
    Discussed,
}

impl Sort {
    /// The name on the wire and in `data-sort`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Top => "top",
            Self::Discussed => "discussed",
        }
    }

    /// The order of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Newest, Self::Oldest, Self::Top, Self::Discussed]
            .into_iter()
            .find(|sort| sort.as_str() == name)
    }
}

/// A root with the first of its descendants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Branch {
    /// The comment that answers none.
    pub root: Comment,
    /// Its descendants of every depth, oldest first, so that a parent always precedes its
    /// children; the first of them, when there are more than were asked for.
    pub replies: Vec<Comment>,
    /// How many descendants there are in all.
    pub reply_count: u32,
    /// Where to go on reading descendants; absent when these are all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// More of a branch's descendants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Replies {
    /// Descendants, oldest first.
    pub replies: Vec<Comment>,
    /// Where to go on; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Whether there are some that the backend could not tell.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
}

/// What a backend accepts, so that a client can say so before it sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limits {
    /// Longest text, in bytes of UTF-8.
    pub text_bytes: u32,
    /// Longest name, in bytes of UTF-8.
    pub author_bytes: u32,
    /// For how many seconds after posting an author may edit or delete; 0 means always.
    pub edit_seconds: u32,
    /// For how many seconds after its deletion an author may restore a comment; 0 means never.
    #[serde(default)]
    pub undo_seconds: u32,
    /// Largest image that may be sent, in bytes; absent where none are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_bytes: Option<u32>,
}

/// A portion of a page's thread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommentList {
    /// Roots in the order asked for, each with the first of its descendants.
    pub branches: Vec<Branch>,
    /// Where to go on reading roots; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many comments the page has in all, replies included, tombstones not.
    pub total: u32,
    /// How many roots it has, tombstones included: in a first portion that is not all of them, where
    /// the backend has counted them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_count: Option<u32>,
    /// What the backend accepts on this page.
    pub limits: Limits,
    /// Which votes it takes on comments; absent for none.
    #[serde(default)]
    pub votes: Votes,
    /// The reactions that it takes, in the order to show them in, each with how many readers gave
    /// it to the article; absent where it takes none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// Where its changes begin; absent where a backend doesn't tell any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<String>,
    /// What it does, in the words of [`crate::offers`]; absent for all that [`crate::offers::USUAL`]
    /// has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offers: Option<Vec<String>>,
    /// Whether there are comments that the backend could not tell.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
    /// Whether the page takes no comments, or none any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
    /// How many seconds have to pass between two comments of one person; absent for none.
    #[serde(default, skip_serializing_if = "crate::thought::is_none")]
    pub slow_seconds: u32,
    /// Where the conversation takes place, if nobody posts here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// How many comments one page has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageCount {
    /// The page's key.
    pub page: String,
    /// Comments in all, replies included, tombstones not; 0 for a page never seen.
    pub count: u32,
}

/// Counts of many pages, in the order asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageCounts {
    /// One entry for each page asked for.
    pub counts: Vec<PageCount>,
}
