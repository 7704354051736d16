//! Mails: what somebody gets, and what waits to be sent.

use serde::{Deserialize, Serialize};

/// When somebody is told by mail of comments that wait for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum MailMode {
    /// Within minutes.
    Each,
    /// Once a day at most.
    #[default]
    Digest,
    /// Never.
    None,
}

impl MailMode {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Each => "each",
            Self::Digest => "digest",
            Self::None => "none",
        }
    }

    /// The one of that name; the usual one where there is none.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "each" => Self::Each,
            "none" => Self::None,
            _ => Self::Digest,
        }
    }
}

/// What somebody gets by mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MailPreference {
    /// When they are told.
    pub mode: MailMode,
}

/// What somebody gets by mail, and whether any comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailChoice {
    /// When they are told.
    pub mode: MailMode,
    /// Whether this server sends mails.
    pub sends: bool,
}

/// A mail of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueuedMail {
    /// Its number.
    pub id: i64,
    /// What it is: `confirm`, `answers`, `concerns`.
    pub kind: String,
    /// `waiting`, `sent`, `needless` or `dead`.
    pub state: String,
    /// How often it was tried.
    pub tries: u32,
    /// Why the last try failed. The address is not told. English, plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What stood in the way of the last try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<super::Obstacle>,
    /// When it was written down.
    pub created: String,
    /// When it is tried next, or when it was for the last time.
    pub at: String,
}

/// Mails of the queue, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailQueue {
    /// The mails.
    pub items: Vec<QueuedMail>,
    /// Where to go on; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many wait.
    pub waiting: u32,
    /// How many could not be sent.
    pub dead: u32,
}

/// Secret addresses: whoever has one reads the queue of the moderator that it was given to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecretFeed {
    /// Path and query of the Atom feed, below the server's address.
    pub atom: String,
    /// Of the JSON feed.
    pub json: String,
}
