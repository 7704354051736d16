//! What a client sends, and what it is answered.

use serde::{Deserialize, Serialize};

use crate::Comment;

/// A comment to be posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The author's own page, `http` or `https`; a host alone is taken for `https`. Absent or blank
    /// for none; not kept without a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// The author's e-mail address, which no reader is shown; for a backend that offers `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A secret of the author's browser, by which several comments are known to be one person's: 16 to
    /// 128 visible ASCII characters that nobody can guess. Absent for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The text, in Markdown.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub text: String,
    /// A solved [`crate::Challenge`], in the form that it describes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    /// What stands in a field that people don't see: programs fill in whatever there is. Absent for
    /// nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trap: Option<String>,
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

/// An image that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Uploaded {
    /// What stands in a comment's text and HTML for it: `/images/NAME`, below the server's address.
    pub src: String,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

/// A text as it would be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preview {
    /// HTML with no more than [`crate::html`] allows.
    pub html: String,
}

/// Why a reader thinks that a comment should not stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It advertises.
    Spam,
    /// It insults, threatens or incites.
    Abuse,
    /// It has nothing to do with the page.
    OffTopic,
    /// What `text` says.
    Other,
}

impl Reason {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Spam => "spam",
            Self::Abuse => "abuse",
            Self::OffTopic => "off-topic",
            Self::Other => "other",
        }
    }
}

/// What a reader has against a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The reason.
    pub reason: Reason,
    /// What is to be said about it, plain text; needed with the reason `other`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// A comment's edit token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnedComment {
    /// Id of the comment.
    pub id: String,
    /// Its edit token.
    pub edit_token: String,
}

/// Edit tokens on their way from one device to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// The tokens.
    pub tokens: Vec<OwnedComment>,
}

/// What the other device gives for the tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TransferCode {
    /// Eight letters and digits. Case, blanks and hyphens are of no account when it is given back.
    pub code: String,
}
