//! Rules by which comments are held, refused or flagged.

use serde::{Deserialize, Serialize};

use super::ModeratedComment;

/// What a rule looks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum RuleTest {
    /// More links than that.
    Links {
        /// So many may be there.
        most: u32,
    },
    /// Any of these words, in text, name or website, in whatever case; `*` at the beginning or the end
    /// of a word stands for more letters.
    Words {
        /// 1 to 2000 words or phrases.
        words: Vec<String>,
    },
    /// A regular expression, in text, name or website. It takes time in proportion to the text alone,
    /// whatever it is: <https://docs.rs/regex/latest/regex/#syntax>.
    Pattern {
        /// At most 1000 characters.
        pattern: String,
    },
    /// The same text as in an earlier comment on the site, whoever wrote it.
    Repeated {
        /// Within so many seconds.
        seconds: u32,
    },
    /// A person of whom nothing is published on the site.
    Newcomer {},
    /// More comments of one person than that.
    Speed {
        /// So many are taken
        most: u32,
        /// in so many seconds.
        seconds: u32,
    },
    /// A comment that stands, and was reported by so many.
    Reports {
        /// So many.
        least: u32,
    },
}

/// What a rule does with what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum RuleAction {
    /// Leave it, and list it for moderators.
    Flag,
    /// Have it wait for a moderator.
    Hold,
    /// Take it for spam.
    Spam,
    /// Refuse it.
    Reject,
}

impl RuleAction {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Hold => "hold",
            Self::Spam => "spam",
            Self::Reject => "reject",
        }
    }

    /// The action of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Flag, Self::Hold, Self::Spam, Self::Reject]
            .into_iter()
            .find(|it| it.as_str() == name)
    }
}

/// A rule to be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRule {
    /// The site; `*` for all of them.
    pub site: String,
    /// What people call it: at most 100 characters.
    pub name: String,
    /// What it looks for.
    pub test: RuleTest,
    /// What it does with that.
    pub action: RuleAction,
    /// Whether it is at work.
    pub enabled: bool,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rule {
    /// Its number.
    pub id: i64,
    /// The site; `*` for all of them.
    pub site: String,
    /// What people call it.
    pub name: String,
    /// What it looks for.
    pub test: RuleTest,
    /// What it does with that.
    pub action: RuleAction,
    /// Whether it is at work.
    pub enabled: bool,
    /// How often it has found something.
    pub hits: u32,
    /// When it did for the last time (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_hit: Option<String>,
    /// When it was made (RFC 3339).
    pub created: String,
    /// The number by which it is undone that the rule was just made or changed (`actions/{id}/undo`);
    /// in lists absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action_id: Option<i64>,
}

/// All rules of the sites asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rules {
    /// In the order in which they were made.
    pub items: Vec<Rule>,
}

/// That a rule was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleRemoved {
    /// The number by which that is undone (`actions/{id}/undo`).
    pub action_id: i64,
}

/// A rule to be tried on past comments, which are left as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleTrial {
    /// The site; `*` for all of them.
    pub site: String,
    /// What to look for.
    pub test: RuleTest,
    /// Among the comments of so many days: 1 to 366.
    pub days: u32,
}

/// What a rule would have found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleFindings {
    /// How many comments were looked at, the latest first: at most 5000.
    pub tried: u32,
    /// How many of them it would have found.
    pub found: u32,
    /// How many of those are published: what it would have held by mistake, perhaps.
    pub published: u32,
    /// The latest of those found: at most 50.
    pub items: Vec<ModeratedComment>,
}
