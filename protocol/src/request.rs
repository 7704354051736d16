//! What a client sends, and what it is answered.

use serde::{Deserialize, Serialize};

use crate::Comment;

/// A comment to be posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// The site; absent where the server has only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Key of the page.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 1024))]
    pub page: String,
    /// The page's title, for moderators and feeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The page's address, `http` or `https`, for links back to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Id of the comment that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Name; absent or blank for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The text, in Markdown.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub text: String,
}

/// A posted comment, with the token that makes it its author's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Created {
    /// The comment as readers see it.
    pub comment: Comment,
    /// Given this once (and again when the same request is repeated with its
    /// [`crate::IDEMPOTENCY_KEY`]). Sent as `Authorization: Bearer TOKEN` (RFC 6750, section
    /// 2.1) it edits and deletes this comment and no other.
    pub edit_token: String,
}

/// A new text for a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditComment {
    /// The whole new text, in Markdown.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub text: String,
}

/// What is left of a deleted comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deletion {
    /// The tombstone, when the comment has replies; absent when nothing is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tombstone: Option<Comment>,
}

/// A text to be shown as it would be when posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    /// The text, in Markdown.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub text: String,
}

/// A text as it would be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preview {
    /// HTML with no more than [`crate::html`] allows.
    pub html: String,
}
