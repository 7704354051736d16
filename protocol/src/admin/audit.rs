//! What was done by whom.

use serde::{Deserialize, Serialize};

/// Something that a user has done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Done {
    /// Its id.
    pub id: String,
    /// When.
    pub time: String,
    /// Who: their id; absent for the command line and for whoever failed to sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What they were called then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What: a word or a few, with hyphens between them.
    pub action: String,
    /// On which site; absent for what concerns none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// To what: an id.
    pub subject: String,
    /// More about it; what there is depends on the action.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub detail: serde_json::Value,
}
