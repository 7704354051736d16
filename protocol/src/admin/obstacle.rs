//! What stands in the way of what is sent to others.

use serde::{Deserialize, Serialize};

/// What kind of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ObstacleKind {
    /// Nobody could be reached there.
    Unreachable,
    /// No answer came in time.
    Late,
    /// It leads into a private network, and the server may send nothing there.
    Private,
    /// Somebody answered that they don't take it: `code` is the status of HTTP, or SMTP's reply code.
    Answered,
    /// The mail server doesn't take the server's own name and password.
    Credentials,
    /// The address is none.
    Address,
    /// The site has no such hook any more.
    Unset,
    /// Something else, which `error` tells in English.
    Other,
}

impl ObstacleKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Unreachable,
        Self::Late,
        Self::Private,
        Self::Answered,
        Self::Credentials,
        Self::Address,
        Self::Unset,
        Self::Other,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Late => "late",
            Self::Private => "private",
            Self::Answered => "answered",
            Self::Credentials => "credentials",
            Self::Address => "address",
            Self::Unset => "unset",
            Self::Other => "other",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Obstacle {
    /// What kind of thing.
    pub kind: ObstacleKind,
    /// The number that was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
}

impl Obstacle {
    /// What was answered.
    #[must_use]
    pub const fn answered(code: u16) -> Self {
        Self {
            kind: ObstacleKind::Answered,
            code: Some(code),
        }
    }
}

impl From<ObstacleKind> for Obstacle {
    fn from(kind: ObstacleKind) -> Self {
        Self { kind, code: None }
    }
}
