//! Who may not comment.

use std::ops::Not;

use serde::{Deserialize, Serialize};

/// What somebody is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum BanKind {
    /// A browser, or an account.
    Person,
    /// A network.
    Network,
    /// A name, in whatever case.
    Author,
    /// An e-mail address.
    Email,
}

impl BanKind {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Network => "network",
            Self::Author => "author",
            Self::Email => "email",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Person, Self::Network, Self::Author, Self::Email]
            .into_iter()
            .find(|it| it.as_str() == name)
    }
}

/// A ban to be laid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewBan {
    /// By what they are known.
    pub kind: BanKind,
    /// Hash, name or e-mail address; of a network also an address in it, or what all of its addresses
    /// begin with (`203.0.113.0/24`, at least /8; `2001:db8::/32`, at least /16). Absent: that of the
    /// authors of the action's comments, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The site; `*` for all of them. Absent: the comments' own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Until when (RFC 3339); absent for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Whether they are not told: what they write stands for them, and nobody else sees it.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub shadow: bool,
}

/// A ban.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ban {
    /// Its number.
    pub id: i64,
    /// The site; `*` for all of them.
    pub site: String,
    /// By what they are known.
    pub kind: BanKind,
    /// Hash or name; of an e-mail address a hash as well. Of a wider network what was named.
    pub value: String,
    /// What they were called, for people.
    pub label: String,
    /// Until when (RFC 3339); absent for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Whether they are not told.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub shadow: bool,
    /// Why, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who banned them; absent when they are no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// When (RFC 3339).
    pub created: String,
    /// How often it has kept somebody out.
    pub hits: u32,
}

/// A portion of bans.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bans {
    /// The latest first.
    pub items: Vec<Ban>,
    /// Where to go on (`before`); absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
