//! What is found in a page's thread.

use serde::{Deserialize, Serialize};

/// A comment that has what was looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Found {
    /// The comment's id.
    pub id: String,
    /// Its number in the thread.
    pub number: u32,
    /// Name as typed; absent when the author gave none. Plain text, never HTML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// When it was posted (RFC 3339).
    pub created: String,
    /// What it says around there, as plain text in pieces: the second, fourth, ... are what was
    /// looked for.
    pub snippet: Vec<String>,
}

/// A portion of what is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchResults {
    /// The comments, newest first.
    pub results: Vec<Found>,
    /// Where to go on; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
