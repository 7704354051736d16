//! Deleting, and taking that back.

use afterword_protocol::{Comment, ProblemKind};
use sqlx::SqliteConnection;

use super::image::{forget_unshown, shown_by};
use super::read::json_array;
use super::row::{Row, columns};
use super::verdict::{count, worsen};
use super::word::forget_lesson;
use super::write::{Owned, owned};
use super::{Error, Ownership, Store};
use crate::error::Refusal;
use crate::screening::Verdict;

/// What is left of what can no longer be restored: everything that knows a comment by its id and
/// nobody is shown without it.
const REMAINS: [&str; 11] = [
    "UPDATE comment SET client = NULL, person = NULL, reader_id = NULL, badge = NULL \
     WHERE id IN (SELECT value FROM json_each(?)) \
     AND coalesce(client, person, reader_id, badge) NOTNULL",
    // Who was told of it is to hear that it is gone.
    "DELETE FROM delivery WHERE event <> 'deleted' \
     AND comment_id IN (SELECT value FROM json_each(?))",
    // A key that comes once more posts nothing anew.
    "UPDATE idempotency SET body_hash = x'' WHERE comment_id IN (SELECT value FROM json_each(?))",
    "DELETE FROM concern WHERE comment_id IN (SELECT value FROM json_each(?))",
    "DELETE FROM reason WHERE comment_id IN (SELECT value FROM json_each(?))",
    "DELETE FROM version WHERE comment_id IN (SELECT value FROM json_each(?))",
    "DELETE FROM report WHERE comment_id IN (SELECT value FROM json_each(?))",
    "DELETE FROM thought WHERE comment_id IN (SELECT value FROM json_each(?))",
    "DELETE FROM subscription WHERE comment_id IN (SELECT value FROM json_each(?))",
    "DELETE FROM answer WHERE comment_id IN (SELECT value FROM json_each(?))",
    "UPDATE comment SET up = 0, down = 0, reactions = '' \
     WHERE id IN (SELECT value FROM json_each(?)) AND (up > 0 OR down > 0 OR reactions <> '')",
];

impl Store {
    /// Deletes a comment; gives the tombstone that holds the place of its replies, if it has any.
    /// For `undo` seconds it can be restored; with 0, never.
    pub(crate) async fn delete(
        &self,
        id: &str,
        owner: &Ownership,
        undo: u32,
    ) -> Result<Option<Comment>, Error> {
        let mut change = self.begin().await?;
        let Owned {
            page_id,
            parent_id,
            verdict,
        } = owned(&mut change, id, owner).await?;
        if undo > 0 {
            sqlx::query(
                "INSERT INTO trash (comment_id, deleted, author, website, text, html, edited, \
                 token_hash, verdict) \
                 SELECT id, ?, author, website, text, html, edited, token_hash, verdict \
                 FROM comment WHERE id = ?",
            )
            .bind(owner.now)
            .bind(id)
            .execute(&mut *change)
            .await?;
        } else {
            clear(&mut change, &[id.to_owned()]).await?;
        }
        let is_answered = has_replies(&mut change, id).await?;
        // Nothing of what was written stays there, also where its place does.
        let row: Row = sqlx::query_as(concat!(
            "UPDATE comment SET state = ?, verdict = 'deleted', author = NULL, website = NULL, text = '', html = '', \
             edited = NULL, token_hash = x'' WHERE id = ? RETURNING ",
            columns!()
        ))
        .bind(if is_answered { "deleted" } else { "gone" })
        .bind(id)
        .fetch_one(&mut *change)
        .await?;
        if !is_answered {
            bury(&mut change, parent_id).await?;
        }
        if verdict == "published" {
            count(&mut change, page_id, -1).await?;
        }
        // Its author may have answered what nobody else is shown.
        let is_answered = is_answered
            || sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM comment AS own JOIN comment AS below \
                     ON below.parent_id = own.id AND below.shadowed = 1 AND below.verdict = 'spam' \
                 WHERE own.id = ? AND own.shadowed = 1)",
            )
            .bind(id)
            .fetch_one(&mut *change)
            .await?;
        change.commit().await?;
        Ok(is_answered.then(|| row.into()))
    }

    /// Refuses whoever may not restore a comment that was deleted.
    pub(crate) async fn check_restorable(
        &self,
        id: &str,
        owner: &Ownership,
        undo: u32,
    ) -> Result<(), Error> {
        let mut reader = self.readers.acquire().await?;
        restorable(&mut reader, id, owner, undo).await?;
        Ok(())
    }

    /// Restores a comment that was deleted less than `undo` seconds ago, as what checks say of it now,
    /// where that is worse than what it was.
    pub(crate) async fn restore(
        &self,
        id: &str,
        owner: &Ownership,
        undo: u32,
        verdict: &Verdict,
    ) -> Result<Comment, Error> {
        let mut change = self.begin().await?;
        restorable(&mut change, id, owner, undo).await?;
        let mut row: Row = sqlx::query_as(concat!(
            "UPDATE comment SET \
             state = CASE trash.verdict WHEN 'published' THEN 'published' ELSE state END, \
             verdict = trash.verdict, author = trash.author, \
             website = trash.website, text = trash.text, html = trash.html, \
             edited = trash.edited, token_hash = trash.token_hash \
             FROM trash WHERE comment.id = ? AND trash.comment_id = comment.id RETURNING ",
            columns!()
        ))
        .bind(id)
        .fetch_one(&mut *change)
        .await?;
        sqlx::query("DELETE FROM trash WHERE comment_id = ?")
            .bind(id)
            .execute(&mut *change)
            .await?;
        if row.verdict == "published" {
            let page: i64 = sqlx::query_scalar("SELECT page_id FROM comment WHERE id = ?")
                .bind(id)
                .fetch_one(&mut *change)
                .await?;
            count(&mut change, page, 1).await?;
            raise(&mut change, id).await?;
        }
        if let Some(worse) = worsen(&mut change, id, &row.verdict, verdict, owner.now).await? {
            row = worse;
        }
        change.commit().await?;
        Ok(row.for_author())
    }

    /// Erases for good what can no longer be restored; gives how many comments that were.
    pub(crate) async fn erase(&self, now: i64, undo: u32) -> Result<usize, Error> {
        let outdated = "SELECT comment_id FROM trash WHERE deleted <= ?";
        let ids: Vec<String> = sqlx::query_scalar(outdated)
            .bind(oldest(now, undo))
            .fetch_all(&self.readers)
            .await?;
        // The writer is not disturbed for nothing.
        if ids.is_empty() {
            return Ok(0);
        }
        let mut change = self.begin().await?;
        let images = shown_by(&mut change, &json_array(&ids)).await?;
        let erased: Vec<String> =
            sqlx::query_scalar("DELETE FROM trash WHERE deleted <= ? RETURNING comment_id")
                .bind(oldest(now, undo))
                .fetch_all(&mut *change)
                .await?;
        clear(&mut change, &erased).await?;
        forget_unshown(&mut change, &images).await?;
        change.commit().await?;
        self.write_through().await?;
        Ok(erased.len())
    }
}

/// Refuses whoever may not restore a comment, and what a moderator has taken away meanwhile.
async fn restorable(
    connection: &mut SqliteConnection,
    id: &str,
    owner: &Ownership,
    undo: u32,
) -> Result<(), Error> {
    let found: Option<(Vec<u8>, Option<i64>, i64)> = sqlx::query_as(
        "SELECT trash.token_hash, reader_id, trash.deleted \
         FROM trash JOIN comment ON comment.id = comment_id \
         WHERE comment_id = ? AND trash.verdict IN ('published', 'pending', 'spam')",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?;
    let (hash, reader, deleted) = found.ok_or_else(|| Refusal::new(ProblemKind::NotFound))?;
    if !owner.is_of(&hash, reader) {
        return Err(Refusal::new(ProblemKind::TokenInvalid).into());
    }
    if deleted <= oldest(owner.now, undo) {
        return Err(Refusal::new(ProblemKind::NotFound).into());
    }
    Ok(())
}

/// The time at which what was deleted can just no longer be restored.
fn oldest(now: i64, undo: u32) -> i64 {
    now - i64::from(undo) * 1000
}

pub(super) async fn clear(change: &mut SqliteConnection, ids: &[String]) -> Result<(), Error> {
    for id in ids {
        forget_lesson(change, id).await?;
    }
    let ids = serde_json::to_string(ids).unwrap_or_default();
    for sql in REMAINS {
        sqlx::query(sql).bind(&ids).execute(&mut *change).await?;
    }
    Ok(())
}

/// Has what a comment answers hold its place again, where that has gone.
pub(super) async fn raise(change: &mut SqliteConnection, id: &str) -> Result<(), Error> {
    sqlx::query(
        "WITH RECURSIVE above (id) AS ( \
             SELECT parent_id FROM comment WHERE id = ? \
             UNION ALL \
             SELECT comment.parent_id FROM comment JOIN above ON comment.id = above.id \
         ) \
         UPDATE comment SET state = 'deleted' \
         WHERE state = 'gone' AND id IN (SELECT id FROM above)",
    )
    .bind(id)
    .execute(change)
    .await?;
    Ok(())
}

pub(super) async fn has_replies(change: &mut SqliteConnection, id: &str) -> Result<bool, Error> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM comment WHERE parent_id = ? AND state <> 'gone')",
    )
    .bind(id)
    .fetch_one(change)
    .await?)
}

/// Takes away the tombstones that hold no reply's place any more.
pub(super) async fn bury(
    change: &mut SqliteConnection,
    parent: Option<String>,
) -> Result<(), Error> {
    let mut next = parent;
    while let Some(id) = next {
        if has_replies(change, &id).await? {
            break;
        }
        let buried: Option<Option<String>> = sqlx::query_scalar(
            "UPDATE comment SET state = 'gone' WHERE id = ? AND state = 'deleted' \
             RETURNING parent_id",
        )
        .bind(&id)
        .fetch_optional(&mut *change)
        .await?;
        next = buried.flatten();
    }
    Ok(())
}
