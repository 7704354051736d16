//! What readers have against comments.

use afterword_protocol::ProblemKind;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::{Error, Store};
use crate::error::Refusal;

/// A report, with what it is about.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Reported {
    /// When it was sent, in milliseconds since 1970.
    pub(crate) created: i64,
    pub(crate) reason: String,
    pub(crate) text: String,
    pub(crate) comment_id: String,
    pub(crate) number: u32,
    pub(crate) author: Option<String>,
    /// What the comment says.
    pub(crate) comment_text: String,
    pub(crate) site: String,
    pub(crate) key: String,
    pub(crate) url: Option<String>,
}

impl Store {
    /// Stores what a client has against a comment, the first thing that it says.
    pub(crate) async fn report(
        &self,
        id: &str,
        client: &[u8],
        report: &afterword_protocol::Report,
        now: i64,
    ) -> Result<(), Error> {
        let stored = sqlx::query(
            "INSERT INTO report (comment_id, client, reason, text, created) \
             SELECT id, ?, ?, ?, ? FROM comment WHERE id = ? AND state = 'published' \
             ON CONFLICT DO UPDATE SET created = report.created",
        )
        .bind(client)
        .bind(report.reason.as_str())
        .bind(&report.text)
        .bind(now)
        .bind(id)
        .execute(&self.writer)
        .await?;
        if stored.rows_affected() == 0 {
            return Err(Refusal::new(ProblemKind::NotFound).into());
        }
        Ok(())
    }
}

/// The reports that a database has, the latest first. The file is only read: a server may be at
/// work with it.
pub(crate) async fn reports(options: &SqliteConnectOptions) -> Result<Vec<Reported>, Error> {
    let mut database = options.clone().read_only(true).connect().await?;
    let reports = sqlx::query_as(
        "SELECT report.created, report.reason, report.text, comment_id, number, author, \
         comment.text AS comment_text, site, key, url \
         FROM report JOIN comment ON comment.id = comment_id \
         JOIN page ON page.id = comment.page_id \
         WHERE state = 'published' ORDER BY report.created DESC, comment_id",
    )
    .fetch_all(&mut database)
    .await?;
    database.close().await?;
    Ok(reports)
}
