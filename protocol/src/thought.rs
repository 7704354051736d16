//! What readers think of a comment, or of the article: votes and reactions.

use serde::{Deserialize, Serialize};

/// Which votes a backend takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Votes {
    /// None.
    #[default]
    None,
    /// Up alone.
    Up,
    /// Up and down.
    Both,
}

/// A vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Vote {
    /// For it.
    Up,
    /// Against it.
    Down,
}

/// A reaction, and how many readers gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reaction {
    /// What it is called, as it is shown: an emoji.
    pub name: String,
    /// How many readers gave it.
    pub count: u32,
}

/// All that one reader thinks of a comment, or of the article. An empty one takes back what was
/// thought before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Thought {
    /// The reader's vote; absent for none. An article takes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vote: Option<Vote>,
    /// The reader's reactions, of those that the backend takes.
    #[serde(default)]
    pub reactions: Vec<String>,
}

/// What all readers together think of a comment, or of the article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Thoughts {
    /// How many have voted it up; absent for none.
    #[serde(default, skip_serializing_if = "is_none")]
    pub up: u32,
    /// How many have voted it down; absent for none.
    #[serde(default, skip_serializing_if = "is_none")]
    pub down: u32,
    /// The reactions, each with how many gave it; absent for none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
pub(crate) const fn is_none(count: &u32) -> bool {
    *count == 0
}
