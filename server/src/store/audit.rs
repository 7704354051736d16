//! What was done by whom.

use afterword_protocol::admin::{Done, DoneCode};
use serde_json::Value;
use sqlx::SqliteConnection;

use super::{Error, Store};
use crate::domain::rfc3339;

/// Notes that a user has done something, in the transaction that does it. `subject` is the id of what it was done to;
/// `detail` has what somebody would want to know of it later, and no secret.
pub(crate) async fn audit(
    change: &mut SqliteConnection,
    user: impl Into<Option<&str>>,
    deed: DoneCode,
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
    .bind(deed.as_str())
    .bind(site)
    .bind(subject)
    .bind(detail.to_string())
    .execute(change)
    .await?;
    Ok(())
}

/// Which part of the log is read.
pub(crate) struct Asked<'a> {
    /// A JSON array of sites; none for all, and for what concerns none.
    pub(crate) sites: Option<&'a str>,
    pub(crate) user: Option<&'a str>,
    pub(crate) action: Option<&'a str>,
    pub(crate) subject: Option<&'a str>,
    pub(crate) before: Option<i64>,
    pub(crate) limit: u32,
}

#[derive(sqlx::FromRow)]
struct DoneRow {
    id: i64,
    created: i64,
    user_id: Option<String>,
    user_name: Option<String>,
    action: String,
    site: Option<String>,
    subject: String,
    detail: String,
}

impl From<DoneRow> for Done {
    fn from(row: DoneRow) -> Self {
        Self {
            id: row.id.to_string(),
            time: rfc3339(row.created),
            user: row.user_id,
            name: row.user_name,
            action: row.action,
            site: row.site,
            subject: row.subject,
            detail: serde_json::from_str(&row.detail).unwrap_or_default(),
        }
    }
}

impl Store {
    /// A portion of the log, the latest first; one more than asked for where there are more.
    pub(crate) async fn log(&self, asked: &Asked<'_>) -> Result<Vec<Done>, Error> {
        let rows: Vec<DoneRow> = sqlx::query_as(
            "SELECT id, created, user_id, user_name, action, site, subject, detail FROM audit \
             WHERE (?1 IS NULL OR site IN (SELECT value FROM json_each(?1))) \
             AND (?2 IS NULL OR user_id = ?2) AND (?3 IS NULL OR action = ?3) \
             AND (?4 IS NULL OR subject = ?4) AND (?5 IS NULL OR id < ?5) \
             ORDER BY id DESC LIMIT ?6",
        )
        .bind(asked.sites)
        .bind(asked.user)
        .bind(asked.action)
        .bind(asked.subject)
        .bind(asked.before)
        .bind(asked.limit + 1)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(Done::from).collect())
    }

    /// Notes something that changes nothing else.
    pub(crate) async fn note(
        &self,
        user: Option<&str>,
        deed: DoneCode,
        (site, subject): (Option<&str>, &str),
        detail: &Value,
        now: i64,
    ) -> Result<(), Error> {
        let mut change = self.begin().await?;
        audit(&mut change, user, deed, site, subject, detail, now).await?;
        Ok(change.commit().await?)
    }
}
