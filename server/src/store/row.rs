//! A comment as it is stored.

use afterword_protocol::{Comment, Status};

use crate::domain::rfc3339;

/// The columns of a [`Row`].
macro_rules! columns {
    () => {
        "comment.id, comment.number, comment.parent_id, comment.author, comment.created, \
         comment.edited, comment.html, comment.state"
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
    created: i64,
    edited: Option<i64>,
    html: String,
    state: String,
}

impl From<Row> for Comment {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            number: row.number,
            parent: row.parent_id,
            author: row.author,
            created: rfc3339(row.created),
            edited: row.edited.map(rfc3339),
            html: row.html,
            status: if row.state == "deleted" {
                Status::Deleted
            } else {
                Status::Published
            },
        }
    }
}
