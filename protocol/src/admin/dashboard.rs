//! How it goes.

use serde::{Deserialize, Serialize};

use super::Waiting;

/// A day (UTC).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Day {
    /// `2026-11-24`.
    pub date: String,
    /// Comments of the day, whatever was decided about them.
    pub comments: u32,
    /// Of those, the ones that were held for a moderator, spam not among them.
    pub held: u32,
    /// Of those, the ones that are taken for spam.
    pub spam: u32,
    /// What was refused.
    pub rejected: u32,
    /// What readers have reported.
    pub reports: u32,
    /// How many of the day's held comments were decided about.
    pub decided: u32,
    /// After how many seconds, of half of those at most (the median); absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_seconds: Option<u64>,
}

/// What was found how often.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckCount {
    /// The check, as in a comment's reasons.
    pub check: String,
    /// How often.
    pub count: u32,
}

/// How it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dashboard {
    /// What waits now.
    pub waiting: Waiting,
    /// The days asked for, the oldest first; today is the last one.
    pub days: Vec<Day>,
    /// Which checks have found how much in that time, the most first: at most 20.
    pub checks: Vec<CheckCount>,
}

/// That something has happened in the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Queue {
    /// What waits now.
    pub waiting: Waiting,
    /// The latest comment that is held, or taken for spam.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<String>,
}
