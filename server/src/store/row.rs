//! A comment as it is stored.

use afterword_protocol::{Comment, Reaction, Status, Thoughts};

use crate::domain::rfc3339;

/// Reactions as a column has them.
pub(super) fn reactions(column: &str) -> Vec<Reaction> {
    serde_json::from_str(column).unwrap_or_default()
}

/// A comment's number in the thread; 0 for one that waits and was never published.
pub(super) fn number(column: i64) -> u32 {
    u32::try_from(column).unwrap_or_default()
}

/// The columns of a [`Row`].
macro_rules! columns {
    () => {
        "comment.id, comment.number, comment.parent_id, comment.author, comment.website, \
         comment.created, comment.edited, comment.html, comment.state, comment.up, comment.down, \
         comment.reactions, comment.verdict, comment.shadowed, comment.pinned, comment.featured, \
         comment.locked, comment.moderated, comment.badge"
    };
}
pub(super) use columns;

/// What a comment's author may still see and change: also what waits for a moderator, and what is taken
/// for spam, of which they are told the same.
macro_rules! theirs {
    () => {
        "comment.verdict IN ('published', 'pending', 'spam')"
    };
}
pub(super) use theirs;

/// What readers are shown of a comment.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: String,
    number: i64,
    parent_id: Option<String>,
    author: Option<String>,
    website: Option<String>,
    created: i64,
    edited: Option<i64>,
    html: String,
    state: String,
    up: u32,
    down: u32,
    reactions: String,
    pub(super) verdict: String,
    shadowed: bool,
    pinned: Option<i64>,
    featured: bool,
    locked: bool,
    moderated: bool,
    badge: Option<String>,
}

impl Row {
    /// Whether nobody sees it any more.
    pub(super) fn is_gone(&self) -> bool {
        self.state == "gone"
    }

    /// The comment as its author is shown it: whole, also where others don't see it.
    pub(super) fn for_author(mut self) -> Comment {
        let status = match self.verdict.as_str() {
            "pending" | "spam" if !self.shadowed => Status::Pending,
            "deleted" => Status::Deleted,
            _ => Status::Published,
        };
        if status != Status::Deleted {
            "published".clone_into(&mut self.state);
        }
        Comment {
            status,
            ..self.into()
        }
    }
}

impl From<Row> for Comment {
    fn from(row: Row) -> Self {
        // Of what is gone, nothing is shown either, if it should ever come here.
        let is_deleted = row.state != "published";
        let Thoughts {
            up,
            down,
            reactions,
        } = match is_deleted {
            // Nothing is left to think about.
            true => Thoughts::default(),
            false => Thoughts {
                up: row.up,
                down: row.down,
                reactions: reactions(&row.reactions),
            },
        };
        Self {
            id: row.id,
            number: number(row.number),
            parent: row.parent_id,
            author: row.author.filter(|_| !is_deleted),
            website: row.website.filter(|_| !is_deleted),
            badge: row.badge.filter(|_| !is_deleted),
            created: rfc3339(row.created),
            edited: row.edited.filter(|_| !is_deleted).map(rfc3339),
            html: if is_deleted { String::new() } else { row.html },
            status: if is_deleted {
                Status::Deleted
            } else {
                Status::Published
            },
            up,
            down,
            reactions,
            pinned: row.pinned.is_some() && !is_deleted,
            featured: row.featured && !is_deleted,
            locked: row.locked,
            moderated: row.moderated && !is_deleted,
            origin: None,
        }
    }
}
