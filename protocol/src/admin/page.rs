//! Pages, and what they take.

use std::ops::Not;

use serde::{Deserialize, Serialize};

/// Which comments are shown at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum PagePolicy {
    /// The page has none of its own: what the site says.
    #[default]
    Site,
    /// All that nothing else holds.
    All,
    /// Those of people of whom one is shown already.
    First,
    /// None: a moderator sees each of them first.
    Held,
}

impl PagePolicy {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::All => "all",
            Self::First => "first",
            Self::Held => "held",
        }
    }

    /// The policy of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Site, Self::All, Self::First, Self::Held]
            .into_iter()
            .find(|it| it.as_str() == name)
    }
}

/// Whether a page takes comments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum PageState {
    /// As the site says, and as long as it is young enough.
    #[default]
    Site,
    /// It does, whatever the site says and however old it is.
    Open,
    /// It does not.
    Closed,
}

/// A page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page {
    /// Its number.
    pub id: i64,
    /// The site.
    pub site: String,
    /// Its key.
    pub key: String,
    /// Its title, where one was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its address, where one was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Published comments.
    pub comments: u32,
    /// Held ones.
    pub pending: u32,
    /// Which comments are shown at once.
    pub policy: PagePolicy,
    /// Whether it takes comments.
    pub state: PageState,
    /// Whether it takes nothing at all, no edits and no votes either.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub read_only: bool,
    /// Seconds between two comments of one person; 0 for none.
    pub slow_seconds: u32,
    /// After how many days it closes, 0 for never; absent where the site says that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_after_days: Option<u32>,
    /// Whether it is closed just now, by whatever of all that.
    pub closed: bool,
    /// When somebody commented for the first time (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<String>,
}

/// A portion of pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pages {
    /// The latest first.
    pub items: Vec<Page>,
    /// Where to go on (`before`); absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A page that something is to be set for before anybody has commented there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPage {
    /// The site; absent where the server has only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Its key.
    pub key: String,
}

/// What is to be another about a page; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PageChange {
    /// Which comments are shown at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PagePolicy>,
    /// Whether it takes comments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<PageState>,
    /// Whether it takes nothing at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Seconds between two comments of one person: 0 to 86400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slow_seconds: Option<u32>,
    /// After how many days it closes: 0 (never) to 36500; `null` for what the site says.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>))]
    #[allow(clippy::option_option, reason = "absent is something else than null")]
    pub close_after_days: Option<Option<u32>>,
}

/// Tells `null` from what is absent.
#[allow(clippy::option_option, reason = "absent is something else than null")]
fn given<'de, D>(value: D) -> Result<Option<Option<u32>>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    Option::deserialize(value).map(Some)
}
