//! What comments said before they were edited.

use afterword_protocol::{History, Version};
use sqlx::SqliteConnection;

use super::{Error, Store};
use crate::domain::rfc3339;

/// Most earlier texts of a comment. The first one stays, whatever its author does to be rid of it;
/// of the others the latest.
const MOST: i64 = 50;

impl Store {
    /// The texts of a comment, from the first to the present one; none when there is no such comment.
    pub(crate) async fn history(&self, id: &str) -> Result<Option<History>, Error> {
        let mut snapshot = self.readers.begin().await?;
        let present: Option<(i64, String, String)> = sqlx::query_as(
            "SELECT coalesce(edited, created), text, html FROM comment \
             WHERE id = ? AND state = 'published'",
        )
        .bind(id)
        .fetch_optional(&mut *snapshot)
        .await?;
        let Some(present) = present else {
            return Ok(None);
        };
        let earlier: Vec<(i64, String, String)> = sqlx::query_as(
            "SELECT created, text, html FROM version WHERE comment_id = ? ORDER BY number",
        )
        .bind(id)
        .fetch_all(&mut *snapshot)
        .await?;
        let versions = earlier.into_iter().chain([present]);
        let versions = versions.map(|(created, text, html)| Version {
            created: rfc3339(created),
            text,
            html,
        });
        Ok(Some(History {
            versions: versions.collect(),
        }))
    }
}

/// Keeps what a comment says, when it is about to say something else.
pub(super) async fn keep_version(
    change: &mut SqliteConnection,
    id: &str,
    new_text: &str,
) -> Result<(), Error> {
    let kept: Option<i64> = sqlx::query_scalar(
        "INSERT INTO version (comment_id, number, created, text, html) \
         SELECT id, 1 + coalesce((SELECT max(number) FROM version WHERE comment_id = id), 0), \
             coalesce(edited, created), text, html \
         FROM comment WHERE id = ? AND text <> ? RETURNING number",
    )
    .bind(id)
    .bind(new_text)
    .fetch_optional(&mut *change)
    .await?;
    if let Some(number) = kept.filter(|number| *number > MOST) {
        sqlx::query("DELETE FROM version WHERE comment_id = ? AND number > 1 AND number <= ?")
            .bind(id)
            .bind(number - MOST + 1)
            .execute(change)
            .await?;
    }
    Ok(())
}
