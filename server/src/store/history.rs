//! What comments said before they were edited.

use afterword_protocol::{History, Version};
use sqlx::SqliteConnection;

use super::hidden::is_hidden_one_of;
use super::{Asker, Error, Store};
use crate::domain::rfc3339;

/// Most earlier texts of a comment. The first one stays, whatever its author does to be rid of it;
/// of the others the latest.
const MOST: i64 = 50;

/// Who gives a comment another text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Author,
    Moderator,
}

impl Store {
    /// The texts of a comment that readers could read, from the first to the present one; none when there
    /// is no such comment. Of what its author alone is shown, those that they have seen.
    pub(crate) async fn history(&self, id: &str, whose: &Asker) -> Result<Option<History>, Error> {
        let mut snapshot = self.readers.begin().await?;
        let is_hidden = is_hidden_one_of(&mut snapshot, id, whose).await?;
        let present: Option<(i64, String, String)> = sqlx::query_as(
            "SELECT coalesce(edited, created), text, html FROM comment \
             WHERE id = ? AND (state = 'published' OR ?)",
        )
        .bind(id)
        .bind(is_hidden)
        .fetch_optional(&mut *snapshot)
        .await?;
        let Some(present) = present else {
            return Ok(None);
        };
        // What a moderator has taken out may stand in the texts before as well.
        let earlier: Vec<(i64, String, String, bool)> = sqlx::query_as(
            "SELECT created, text, html, (seen OR ?2) AND number > coalesce( \
                 (SELECT max(number) FROM version WHERE comment_id = ?1 AND replaced), 0) \
             FROM version WHERE comment_id = ?1 ORDER BY number",
        )
        .bind(id)
        .bind(is_hidden)
        .fetch_all(&mut *snapshot)
        .await?;
        let withheld = earlier.iter().any(|(.., is_shown)| !is_shown);
        let earlier = earlier.into_iter().filter(|(.., is_shown)| *is_shown);
        let earlier = earlier.map(|(created, text, html, _)| (created, text, html));
        let versions = earlier.chain([present]);
        let versions = versions.map(|(created, text, html)| Version {
            created: rfc3339(created),
            text,
            html,
        });
        Ok(Some(History {
            versions: versions.collect(),
            withheld,
        }))
    }
}

/// Keeps what a comment says, when it is about to say something else.
pub(super) async fn keep_version(
    change: &mut SqliteConnection,
    id: &str,
    new_text: &str,
    by: By,
) -> Result<(), Error> {
    let kept: Option<i64> = sqlx::query_scalar(
        "INSERT INTO version (comment_id, number, created, text, html, seen, replaced) \
         SELECT id, 1 + coalesce((SELECT max(number) FROM version WHERE comment_id = id), 0), \
             coalesce(edited, created), text, html, state = 'published', ? \
         FROM comment WHERE id = ? AND text <> ? RETURNING number",
    )
    .bind(by == By::Moderator)
    .bind(id)
    .bind(new_text)
    .fetch_optional(&mut *change)
    .await?;
    if let Some(number) = kept.filter(|number| *number > MOST) {
        // What a moderator has replaced stays: by it is known what else is not shown.
        sqlx::query(
            "DELETE FROM version WHERE comment_id = ? AND number > 1 AND number <= ? \
             AND NOT replaced",
        )
        .bind(id)
        .bind(number - MOST + 1)
        .execute(change)
        .await?;
    }
    Ok(())
}
