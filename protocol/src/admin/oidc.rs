//! Signing in at another server (OpenID Connect).

use serde::{Deserialize, Serialize};

/// Whether one can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OidcOffer {
    /// What the other server is called; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Where to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OidcWay {
    /// The address at the other server.
    pub url: String,
    /// Kept by the page, which sends it back, and goes on only if it comes back from there the same.
    pub state: String,
}

/// What comes back from there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OidcReturn {
    /// The code of the other server.
    pub code: String,
    /// The state.
    pub state: String,
}
