//! What has happened on a page since somebody looked.

use serde::{Deserialize, Serialize};

use crate::{Comment, CommentList, Reaction};

/// What has changed on a page since a cursor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Changes {
    /// Comments that were posted since, in the order of posting.
    pub posted: Vec<Comment>,
    /// Comments that are older and have changed since, as they are now, tombstones too.
    pub changed: Vec<Comment>,
    /// Ids of comments of which nothing is left.
    pub gone: Vec<String>,
    /// How many comments the page has in all, replies included, tombstones not.
    pub total: u32,
    /// The reactions that the site takes, each with how many readers gave it to the article, as it is
    /// now; absent where it takes none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// The list as it is now, without its comments, when the page takes other things than before: it was
    /// closed or opened, say, or is slow now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<CommentList>,
    /// Where to go on.
    pub cursor: String,
    /// Set when more has changed than is told, or nobody knows what: the list is to be loaded anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reload: bool,
}
