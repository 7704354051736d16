//! What readers have against comments.

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::FoundCode;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::verdict::{give_reasons, set_verdict};
use super::{Error, Store};
use crate::error::Refusal;
use crate::screening::{Decision, Found, Verdict};

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

/// From how many reports on what becomes of a comment.
pub(crate) struct Threshold {
    pub(crate) check: String,
    /// The rule's number, if it is one's.
    pub(crate) rule: Option<i64>,
    pub(crate) least: u32,
    pub(crate) decision: Decision,
}

impl Store {
    /// Stores what a client has against a comment, the first thing that it says; and does with the
    /// comment what is to be done with one that has so many reports which nobody has seen to. What a
    /// moderator has let stand, as it says now, stays where it is: else a few addresses would take it
    /// away again and again.
    pub(crate) async fn report(
        &self,
        id: &str,
        client: &[u8],
        report: &afterword_protocol::Report,
        now: i64,
        thresholds: &[Threshold],
    ) -> Result<(), Error> {
        let mut change = self.begin().await?;
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
        .execute(&mut *change)
        .await?;
        if stored.rows_affected() == 0 {
            return Err(Refusal::new(ProblemKind::NotFound).into());
        }
        let (open, is_flagged, is_approved): (u32, bool, bool) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM report WHERE comment_id = id AND handled IS NULL), flagged, \
             decided IS NOT NULL AND coalesce(edited, 0) <= decided FROM comment WHERE id = ?",
        )
        .bind(id)
        .fetch_one(&mut *change)
        .await?;
        let mut verdict = Verdict::default();
        let mut rules = Vec::new();
        let reached = |it: &&Threshold| open >= it.least && !is_approved;
        for threshold in thresholds.iter().filter(reached) {
            let found = Found::new(FoundCode::Reports, format!("{open} reports")).with("n", open);
            verdict.add(threshold.check.clone(), threshold.decision, found);
            rules.extend(threshold.rule);
        }
        let becomes = verdict.as_stored();
        if becomes != "published" {
            give_reasons(&mut change, id, &verdict, now).await?;
            set_verdict(&mut change, id, becomes, now).await?;
        } else if verdict.decision == Decision::Flag && !is_flagged {
            give_reasons(&mut change, id, &verdict, now).await?;
            sqlx::query("UPDATE comment SET flagged = 1 WHERE id = ?")
                .bind(id)
                .execute(&mut *change)
                .await?;
        } else {
            rules.clear();
        }
        change.commit().await?;
        if !rules.is_empty() {
            self.rules_hit(&rules, now).await?;
        }
        Ok(())
    }

    /// How many reports a comment has, seen to or not.
    pub(crate) async fn reports_on(&self, id: &str) -> Result<u32, Error> {
        Ok(
            sqlx::query_scalar("SELECT count(*) FROM report WHERE comment_id = ?")
                .bind(id)
                .fetch_one(&self.readers)
                .await?,
        )
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
