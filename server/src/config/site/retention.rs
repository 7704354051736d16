//! How long something of people is kept.

use crate::error::Wrong;
use afterword_protocol::admin::WrongCode;
use serde::{Deserialize, Serialize};

use super::SettingError;

/// A hundred years.
const MOST: u32 = 36_500;

/// After how many days something of people is forgotten; 0 means never.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionSettings {
    /// From which network a comment came, which is kept as a keyed hash.
    pub network_days: u32,
    /// Which comments are one browser's or one account's, which is kept as a keyed hash.
    pub person_days: u32,
    /// What was taken for spam: all of it.
    pub spam_days: u32,
    /// What a moderator has deleted or hidden: its text, name and website.
    pub removed_days: u32,
    /// What readers have reported, once a moderator has seen to it.
    pub reports_days: u32,
    /// What readers have reported, and no moderator has seen to.
    pub open_reports_days: u32,
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self {
            network_days: 30,
            person_days: 365,
            spam_days: 30,
            removed_days: 90,
            reports_days: 90,
            open_reports_days: 365,
        }
    }
}

impl RetentionSettings {
    pub(super) fn check(&self) -> Result<(), SettingError> {
        for (name, days) in [
            ("network_days", self.network_days),
            ("person_days", self.person_days),
            ("spam_days", self.spam_days),
            ("removed_days", self.removed_days),
            ("reports_days", self.reports_days),
            ("open_reports_days", self.open_reports_days),
        ] {
            if days > MOST {
                let field = format!("retention.{name}");
                let range = Wrong::bounds(WrongCode::Range, 0, 36_500);
                let right = "it can be 0 (for ever) to 36500";
                return Err(SettingError::new(field, right).coded(range));
            }
        }
        Ok(())
    }
}
