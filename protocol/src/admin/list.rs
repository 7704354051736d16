//! Lists that come in portions.

use serde::{Deserialize, Serialize};

/// A portion of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Items<T> {
    /// What is in it.
    pub items: Vec<T>,
    /// Sent as `before`, it brings the next portion; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many there are in all, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

impl<T> Items<T> {
    /// A list that comes whole.
    #[must_use]
    pub fn all(items: Vec<T>) -> Self {
        Self {
            total: Some(items.len() as u64),
            items,
            next: None,
        }
    }
}
