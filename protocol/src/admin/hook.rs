//! What the server sends to others.

use serde::{Deserialize, Serialize};

/// What others can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum HookEvent {
    /// Readers see a comment, for the first time or again.
    New,
    /// A comment that readers see says something else now.
    Edited,
    /// A comment waits for a moderator, or is taken for spam.
    Held,
    /// A reader has reported a comment.
    Reported,
    /// Readers no longer see a comment: its author has deleted it, or a moderator has deleted or hidden
    /// it.
    Deleted,
}

impl HookEvent {
    /// Every event.
    pub const ALL: [Self; 5] = [
        Self::New,
        Self::Edited,
        Self::Held,
        Self::Reported,
        Self::Deleted,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Edited => "edited",
            Self::Held => "held",
            Self::Reported => "reported",
            Self::Deleted => "deleted",
        }
    }

    /// The event of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

/// What becomes of what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// It is sent when it is due.
    Waiting,
    /// Its receiver has taken it.
    Sent,
    /// Its receiver has not taken it, however often it was sent.
    Dead,
}

impl DeliveryState {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dead => "dead",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Waiting, Self::Sent, Self::Dead]
            .into_iter()
            .find(|it| it.as_str() == name)
    }
}

/// Something that was sent, or will be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Delivery {
    /// Its id: the header `webhook-id`.
    pub id: String,
    /// The site.
    pub site: String,
    /// Where it goes.
    pub url: String,
    /// Of what it tells.
    pub event: HookEvent,
    /// Id of the comment.
    pub comment: String,
    /// What has become of it.
    pub state: DeliveryState,
    /// How often it was sent.
    pub tries: u32,
    /// Why the last try failed. English, plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What stood in the way of the last try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<super::Obstacle>,
    /// When it happened (RFC 3339).
    pub created: String,
    /// When it is sent the next time (RFC 3339); absent when it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// When it was taken, or given up (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
}

/// A portion of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deliveries {
    /// The latest first.
    pub items: Vec<Delivery>,
    /// Where to go on (`before`); absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Where something is to be sent to see whether it arrives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HookTry {
    /// The site.
    pub site: String,
    /// The address of one of its hooks.
    pub url: String,
}

/// What has come of something that was sent to see whether it arrives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tried {
    /// Whether it was taken.
    pub taken: bool,
    /// Why not. English, plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What stood in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<super::Obstacle>,
}
