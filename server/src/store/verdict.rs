//! What was decided about comments, and what readers see of them then.

use afterword_protocol::admin::FoundCode;
use sqlx::SqliteConnection;

use super::Error;
use super::row::{Row, columns};
use super::trash::{bury, has_replies, raise};
use crate::screening::{Decision, Found, Verdict};

/// Keeps why a comment is not simply published.
pub(super) async fn give_reasons(
    change: &mut SqliteConnection,
    id: &str,
    verdict: &Verdict,
    now: i64,
) -> Result<(), Error> {
    let reasons = verdict.reasons.iter();
    for reason in reasons.filter(|it| it.decision > Decision::Publish) {
        sqlx::query(
            "INSERT INTO reason (comment_id, check_name, action, detail, code, code_values, created) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id)
        .bind(reason.check.as_ref())
        .bind(reason.decision.as_str())
        .bind(&reason.found.detail)
        .bind(reason.found.code.map(FoundCode::as_str))
        .bind(values_of(&reason.found))
        .bind(now)
        .execute(&mut *change)
        .await?;
    }
    Ok(())
}

/// What belongs to the code, as JSON; nothing where there is nothing.
fn values_of(found: &Found) -> Option<String> {
    let values = &found.values;
    (!values.is_empty()).then(|| serde_json::json!(values).to_string())
}

/// Does what checks have said of a comment that is there already: gives it, where it is worse now than it
/// was. What waits goes on waiting, whatever it says now; and nothing makes spam less of it.
pub(super) async fn worsen(
    change: &mut SqliteConnection,
    id: &str,
    before: &str,
    verdict: &Verdict,
    now: i64,
) -> Result<Option<Row>, Error> {
    give_reasons(change, id, verdict, now).await?;
    let after = verdict.as_stored();
    let waits = verdict.decision >= Decision::Hold && !verdict.is_shadowed;
    if before == "spam" && waits {
        // Whose comment it is is told that it waits, as anybody would be.
        let row = sqlx::query_as(concat!(
            "UPDATE comment SET shadowed = 0 WHERE id = ? AND shadowed = 1 RETURNING ",
            columns!()
        ));
        return Ok(row.bind(id).fetch_optional(change).await?);
    }
    if rank(after) <= rank(before) {
        return Ok(None);
    }
    // Its author has seen it stand, and is not told otherwise.
    if verdict.is_shadowed && before == "published" {
        sqlx::query("UPDATE comment SET shadowed = 1 WHERE id = ?")
            .bind(id)
            .execute(&mut *change)
            .await?;
    }
    set_verdict(change, id, after, now).await.map(Some)
}

/// How bad a verdict is.
fn rank(verdict: &str) -> u8 {
    match verdict {
        "published" => 0,
        "pending" => 1,
        _ => 2,
    }
}

/// Decides about a comment: what readers see of it, of what it answers and of the page's count follows
/// from that. The only place where a verdict changes but a deletion by its author, and its undoing.
pub(super) async fn set_verdict(
    change: &mut SqliteConnection,
    id: &str,
    verdict: &str,
    now: i64,
) -> Result<Row, Error> {
    let (page, parent, before): (i64, Option<String>, String) =
        sqlx::query_as("SELECT page_id, parent_id, verdict FROM comment WHERE id = ?")
            .bind(id)
            .fetch_one(&mut *change)
            .await?;
    let (was_seen, is_seen) = (before == "published", verdict == "published");
    let state = if is_seen {
        "published"
    } else if has_replies(change, id).await? {
        "deleted"
    } else {
        "gone"
    };
    if is_seen {
        number(change, id, page).await?;
    }
    let row: Row = sqlx::query_as(concat!(
        "UPDATE comment SET verdict = ?1, state = ?2, \
         held = CASE WHEN ?1 IN ('pending', 'spam') THEN coalesce(held, ?3) ELSE held END \
         WHERE id = ?4 RETURNING ",
        columns!()
    ))
    .bind(verdict)
    .bind(state)
    .bind(now)
    .bind(id)
    .fetch_one(&mut *change)
    .await?;
    match state {
        "published" => raise(change, id).await?,
        "gone" => bury(change, parent).await?,
        _ => {}
    }
    let more = i64::from(is_seen) - i64::from(was_seen);
    if more != 0 {
        count(change, page, more).await?;
    }
    Ok(row)
}

/// Gives a comment that is published for the first time its number in the thread.
async fn number(change: &mut SqliteConnection, id: &str, page: i64) -> Result<(), Error> {
    let is_numbered: bool = sqlx::query_scalar("SELECT number > 0 FROM comment WHERE id = ?")
        .bind(id)
        .fetch_one(&mut *change)
        .await?;
    if is_numbered {
        return Ok(());
    }
    let number: i64 = sqlx::query_scalar(
        "UPDATE page SET last_number = last_number + 1 WHERE id = ? RETURNING last_number",
    )
    .bind(page)
    .fetch_one(&mut *change)
    .await?;
    sqlx::query("UPDATE comment SET number = ? WHERE id = ?")
        .bind(number)
        .bind(id)
        .execute(change)
        .await?;
    Ok(())
}

/// Counts so many comments more on a page.
pub(super) async fn count(
    change: &mut SqliteConnection,
    page: i64,
    more: i64,
) -> Result<(), Error> {
    sqlx::query("UPDATE page SET comment_count = comment_count + ? WHERE id = ?")
        .bind(more)
        .bind(page)
        .execute(change)
        .await?;
    Ok(())
}
