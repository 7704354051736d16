//! A comment as it is stored.

use afterword_protocol::{Comment, Reaction, Status, Thoughts};

use crate::domain::rfc3339;

/// Reactions as a column has them.
pub(super) fn reactions(column: &str) -> Vec<Reaction> {
    serde_json::from_str(column).unwrap_or_default()
}

/// The columns of a [`Row`].
macro_rules! columns {
    () => {
        "comment.id, comment.number, comment.parent_id, comment.author, comment.website, \
         comment.created, comment.edited, comment.html, comment.state, comment.up, comment.down, \
         comment.reactions"
    };
}
pub(super) use columns;

/// What readers are shown of a comment.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: String,
    number: u32,
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
}

impl Row {
    /// Whether nobody sees it any more.
    pub(super) fn is_gone(&self) -> bool {
        self.state == "gone"
    }
}

impl From<Row> for Comment {
    fn from(row: Row) -> Self {
        let is_deleted = row.state == "deleted";
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
            number: row.number,
            parent: row.parent_id,
            author: row.author,
            website: row.website,
            created: rfc3339(row.created),
            edited: row.edited.map(rfc3339),
            html: row.html,
            status: if is_deleted {
                Status::Deleted
            } else {
                Status::Published
            },
            up,
            down,
            reactions,
            origin: None,
        }
    }
}
