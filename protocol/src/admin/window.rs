//! Signing in under an article, in a window of the server's own.

use serde::{Deserialize, Serialize};

/// Where the window leads that a page opens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WindowBegun {
    /// Kept by the page.
    pub secret: String,
    /// The window's address. Without a `public-url` it is relative to the server.
    pub url: String,
    /// For how many seconds the window is good.
    pub seconds: u32,
}

impl std::fmt::Debug for WindowBegun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WindowBegun").finish_non_exhaustive()
    }
}

/// What the window is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WindowAsks {
    /// The origin of the page that has opened it.
    pub origin: String,
}

/// What the window hands to that page.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WindowHands {
    /// The page's origin: no other page may be told the code.
    pub origin: String,
    /// With the page's secret it is good for one session, for a minute.
    pub code: String,
}

impl std::fmt::Debug for WindowHands {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WindowHands")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// What the page asks for its session with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WindowClaim {
    /// What it has kept.
    pub secret: String,
    /// What the window has handed over.
    pub code: String,
}

impl std::fmt::Debug for WindowClaim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WindowClaim").finish_non_exhaustive()
    }
}
