//! What was done by whom.

use serde_json::Value;
use sqlx::SqliteConnection;

use super::Error;

/// Notes that a user has done something, in the transaction that does it. `action` is a word or a few
/// with hyphens between them (`ban`, `user-disable`); `subject` is the id of what it was done to;
/// `detail` has what somebody would want to know of it later, and no secret.
pub(crate) async fn audit(
    change: &mut SqliteConnection,
    user: impl Into<Option<&str>>,
    action: &str,
    site: Option<&str>,
    subject: &str,
    detail: &Value,
    now: i64,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO audit (created, user_id, user_name, action, site, subject, detail) \
         VALUES (?1, ?2, (SELECT name FROM user WHERE id = ?2), ?3, ?4, ?5, ?6)",
    )
    .bind(now)
    .bind(user.into())
    .bind(action)
    .bind(site)
    .bind(subject)
    .bind(detail.to_string())
    .execute(change)
    .await?;
    Ok(())
}
