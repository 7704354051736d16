//! Sites, as those see them who look after them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where a site was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SiteSource {
    /// In the configuration file, which alone can change it.
    File,
    /// Nowhere: the server has it because no other was named.
    Usual,
    /// On these pages, or by the command.
    Database,
}

/// A site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Site {
    /// Its name, as `data-site` has it.
    pub name: String,
    /// Where it was named.
    pub source: SiteSource,
    /// Whether it can be changed here by whoever asks.
    pub changeable: bool,
    /// Whose pages may send comments; empty for pages of the reader's own machine.
    pub origins: Vec<String>,
    /// Whether the origins are set by an option, and stay as they are here.
    pub origins_fixed: bool,
    /// All its settings, those it doesn't set by their defaults, secrets covered (`********`); absent
    /// for whoever may not change them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub settings: Option<Value>,
    /// How many comments it has, be they held or not.
    pub comments: u32,
    /// When it was added (RFC 3339); absent for one of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
}

/// A site to be added.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSite {
    /// Its name: 1 to 64 letters, digits, dots, hyphens and underscores.
    pub name: String,
    /// Whose pages may send comments.
    #[serde(default)]
    pub origins: Vec<String>,
    /// What is to be other than by default: an object.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub settings: Option<Value>,
}

/// What a site is to be from now on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SiteChange {
    /// Its origins; absent: as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origins: Option<Vec<String>>,
    /// All its settings: what is absent in them is by default, and a secret that comes back covered
    /// stays. Absent: as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub settings: Option<Value>,
}
