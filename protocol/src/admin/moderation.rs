//! Comments as moderators see them, and what is done with them.

use std::ops::Not;

use serde::{Deserialize, Serialize};

use super::Ban;
use crate::{Reason as ReportReason, Version};

/// What was decided about a comment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everybody sees it.
    #[default]
    Published,
    /// It waits for a moderator.
    Pending,
    /// It is taken for spam. Its author is told that it waits.
    Spam,
    /// A moderator has hidden it.
    Hidden,
    /// Its author or a moderator has deleted it.
    Deleted,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 5] = [
        Self::Published,
        Self::Pending,
        Self::Spam,
        Self::Hidden,
        Self::Deleted,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Pending => "pending",
            Self::Spam => "spam",
            Self::Hidden => "hidden",
            Self::Deleted => "deleted",
        }
    }

    /// The verdict of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

/// Why a comment is not simply published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// What found it: `policy`, `links`, `rule:12`, `ban:3`, `reports` and so on.
    pub check: String,
    /// What that wanted: `flag`, `hold`, `spam` or `reject`.
    pub action: String,
    /// What was found, or counted. Plain text: English, or in the words of an owner's own program.
    pub detail: String,
    /// The same as a code, for clients that say it in another language. Absent where there is nothing
    /// to translate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What belongs to the code: numbers and texts by their names. `time` is in seconds, and `rule` is
    /// what a rule is called.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub values: serde_json::Value,
    /// When (RFC 3339).
    pub created: String,
}

/// A comment as moderators see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModeratedComment {
    /// Its id.
    pub id: String,
    /// Its number in the thread; 0 if it was never published.
    pub number: u32,
    /// The site.
    pub site: String,
    /// Key of its page.
    pub page: String,
    /// Number of its page, for `pages/{id}`.
    pub page_id: i64,
    /// The page's title, where one was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_title: Option<String>,
    /// The page's address, where one was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_url: Option<String>,
    /// The comment that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Name as typed. Plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The author's own page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// The network that it came from, as a hash: the same for some weeks. Absent once it is forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Whose browser it came from, or who had signed in, as a hash. Absent where nobody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// When it was posted (RFC 3339).
    pub created: String,
    /// When it was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<String>,
    /// When it was held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    /// When a moderator decided about it the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<String>,
    /// As it was typed (Markdown); empty once its author has deleted it.
    pub text: String,
    /// As HTML. A client cleans it again.
    pub html: String,
    /// What was decided.
    pub verdict: Verdict,
    /// Whether its author is told that it stands, though nobody else sees it.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub shadowed: bool,
    /// Whether it is pinned to the top.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub pinned: bool,
    /// Whether it is the owner's choice.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub featured: bool,
    /// Whether its branch takes no replies.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub locked: bool,
    /// Whether a moderator has changed its text.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub moderated: bool,
    /// Whether a check wants a moderator to look at it, though it stands.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub flagged: bool,
    /// Whether its author has deleted it: nothing can be done with it any more.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub erased: bool,
    /// Votes up.
    #[serde(default)]
    pub up: u32,
    /// Votes down.
    #[serde(default)]
    pub down: u32,
    /// Reports that nobody has seen to yet.
    #[serde(default)]
    pub reports: u32,
    /// How many comments answer it, whatever was decided about them.
    #[serde(default)]
    pub replies: u32,
    /// Why it is not simply published, the oldest reason first.
    #[serde(default)]
    pub reasons: Vec<Finding>,
}

/// A portion of comments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModeratedComments {
    /// The latest first.
    pub items: Vec<ModeratedComment>,
    /// Where to go on (`before`); absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What a reader has against a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SentReport {
    /// The reason.
    pub reason: ReportReason,
    /// What was said about it. Plain text.
    pub text: String,
    /// When (RFC 3339).
    pub created: String,
    /// When a moderator saw to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handled: Option<String>,
}

/// How many comments of a person there are, by what was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Numbers {
    /// Everybody sees them.
    pub published: u32,
    /// They wait.
    pub pending: u32,
    /// Taken for spam.
    pub spam: u32,
    /// Hidden by a moderator.
    pub hidden: u32,
    /// Deleted.
    pub deleted: u32,
}

/// A person, as far as anything shows that comments are of one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// `person:HASH`, `network:HASH`, `author:NAME` or `email:ADDRESS`.
    pub key: String,
    /// Their comments.
    pub numbers: Numbers,
    /// The names that they used, the latest first: at most 20.
    pub authors: Vec<String>,
    /// The websites.
    pub websites: Vec<String>,
    /// The networks that they came from.
    pub networks: Vec<String>,
    /// Browsers and accounts.
    pub persons: Vec<String>,
    /// When they commented for the first time (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// When for the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// The bans that they are under.
    pub bans: Vec<Ban>,
}

/// A comment with all that is known about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModeratedDetail {
    /// The comment.
    pub comment: ModeratedComment,
    /// What it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ModeratedComment>,
    /// What readers have against it, the latest first.
    pub reports: Vec<SentReport>,
    /// What it said before, the first text first.
    pub versions: Vec<Version>,
    /// Who wrote it: by browser or account, else by network, else by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// What was done with it, the latest first.
    pub actions: Vec<DoneAction>,
}

/// What a moderator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Have everybody see comments; or leave them, and be done with flags and reports.
    Approve,
    /// Take comments for spam.
    Spam,
    /// Take comments away, for now.
    Hide,
    /// Take comments away for good: what they say is erased after 30 days.
    Delete,
    /// Have roots stand above the others.
    Pin,
    /// No more.
    Unpin,
    /// Make comments the owner's choice.
    Feature,
    /// No more.
    Unfeature,
    /// Let branches take no more replies; or pages no more comments (`pages`).
    Lock,
    /// Let them again.
    Unlock,
    /// Move comments with all that stands below them to another page (`page`, and `site` if it is
    /// another).
    Move,
    /// Give a comment another text (`text`). Readers are told that a moderator did.
    Edit,
    /// Ban people (`bans`).
    Ban,
    /// Lift bans (`ban_ids`).
    Unban,
    /// Change what a page takes. Only by `pages/{id}`.
    Page,
    /// Make, change or remove a rule. Only by `rules` and `rules/{id}`.
    Rule,
}

impl Action {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Spam => "spam",
            Self::Hide => "hide",
            Self::Delete => "delete",
            Self::Pin => "pin",
            Self::Unpin => "unpin",
            Self::Feature => "feature",
            Self::Unfeature => "unfeature",
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::Move => "move",
            Self::Edit => "edit",
            Self::Ban => "ban",
            Self::Unban => "unban",
            Self::Page => "page",
            Self::Rule => "rule",
        }
    }
}

/// Something to be done: all of it, or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAction {
    /// What.
    pub action: Action,
    /// Ids of the comments: at most 500.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub ids: Vec<String>,
    /// Numbers of the pages, for `lock` and `unlock`: at most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub pages: Vec<i64>,
    /// Key of the page to move to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Site of the page to move to; absent for the comment's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The new text, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Bans; those that name nobody are of the authors of `ids`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bans: Vec<super::NewBan>,
    /// What becomes of the comments (`ids`) of who is banned: `spam`, `hide` or `delete`; absent for
    /// nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<Action>,
    /// Numbers of bans, for `unban`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ban_ids: Vec<i64>,
    /// Why, for the audit log: at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outcome {
    /// Its number, for `actions/{id}/undo`.
    pub action_id: i64,
    /// The comments as they are now that were changed.
    pub changed: Vec<ModeratedComment>,
    /// Ids of those that could not be: there are no such comments, or their authors have deleted them.
    pub skipped: Vec<String>,
    /// The bans that were laid, or lifted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bans: Vec<Ban>,
    /// The pages as they are now that were changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<super::Page>,
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DoneAction {
    /// Its number, for `actions/{id}/undo`.
    pub id: i64,
    /// What.
    pub action: Action,
    /// Who did it; absent when they are no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// When (RFC 3339).
    pub created: String,
    /// Why, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<String>,
}

/// How much waits for moderators.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Waiting {
    /// Held comments.
    pub pending: u32,
    /// Those taken for spam.
    pub spam: u32,
    /// Those that stand, though a check wants somebody to look at them.
    pub flagged: u32,
    /// Those that stand, and were reported.
    pub reported: u32,
}
