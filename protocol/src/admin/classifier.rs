//! What the classifier of spam has learned, and what it makes of a comment.

use serde::{Deserialize, Serialize};

/// What moderators have taught the classifier of a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Classifier {
    /// From how many comments it has learned what spam is.
    pub spam: u32,
    /// And from how many, what is good.
    pub good: u32,
    /// How many of either kind it needs before it says anything.
    pub enough: u32,
    /// The words that tell most, those of spam first.
    pub words: Vec<ClassifierWord>,
}

/// A word that the classifier knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassifierWord {
    /// The word; `name:`, `link:`, `links:` and `website:` stand before what is not of the text.
    pub word: String,
    /// What it says: 0 of what is good, 100 of spam.
    pub percent: u32,
    /// In how many comments that were spam it was.
    pub spam: u32,
    /// And in how many that were good.
    pub good: u32,
}

/// What the classifier makes of a comment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Classified {
    /// 0 for what is surely good, 100 for what is surely spam; absent where it has not learned enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u32>,
    /// The words that decided, the strongest first.
    pub words: Vec<ClassifierWord>,
}
