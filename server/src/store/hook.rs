//! What is sent to those who wish to be told of what happens.

use afterword_protocol::admin::{DeliveryState, DoneCode, HookEvent, Obstacle};
use sqlx::SqliteConnection;

use super::{Error, Store};

/// How many happenings are told at a time.
const PORTION: i64 = 100;
/// Most requests to one receiver in a row.
const ROW: i64 = 20;
/// For how long it is known what was sent, and what could not be, in milliseconds.
const SENT_KEPT: i64 = 3 * 24 * 3_600_000;
const DEAD_KEPT: i64 = 30 * 24 * 3_600_000;

/// Something that has happened, with what is told of it.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Happening {
    pub(crate) number: i64,
    pub(crate) event: String,
    pub(crate) site: String,
    pub(crate) key: String,
    pub(crate) url: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) comment_id: String,
    pub(crate) parent_id: Option<String>,
    pub(crate) comment_number: i64,
    pub(crate) author: Option<String>,
    pub(crate) website: Option<String>,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) created: i64,
    pub(crate) edited: Option<i64>,
    pub(crate) verdict: String,
    pub(crate) shadowed: bool,
    /// Reasons, a JSON list of their names.
    pub(crate) reasons: String,
    pub(crate) report_reason: Option<String>,
    pub(crate) report_text: Option<String>,
}

/// A request to be sent.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct DeliveryRow {
    pub(crate) id: String,
    pub(crate) site: String,
    pub(crate) url: String,
    pub(crate) event: String,
    pub(crate) comment_id: String,
    pub(crate) body: String,
    pub(crate) state: String,
    pub(crate) due: i64,
    pub(crate) tries: u32,
    pub(crate) error: Option<String>,
    pub(crate) obstacle: Option<String>,
    pub(crate) code: Option<u16>,
    pub(crate) created: i64,
    pub(crate) ended: Option<i64>,
}

/// What came of a try.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome<'a> {
    Taken,
    /// To be tried again at that time; at none, it is given up.
    Failed(&'a str, Obstacle, Option<i64>),
}

/// Which deliveries are asked for.
pub(crate) struct WantedDeliveries<'a> {
    /// JSON list of sites; none for all.
    pub(crate) sites: Option<&'a str>,
    pub(crate) state: Option<DeliveryState>,
    pub(crate) event: Option<HookEvent>,
    pub(crate) before: Option<&'a str>,
    pub(crate) limit: u32,
}

macro_rules! columns {
    () => {
        "id, site, url, event, comment_id, body, state, due, tries, error, \
         obstacle, code, created, ended"
    };
}

impl Store {
    /// Whether something has happened that nobody has been told of.
    pub(crate) async fn has_happened(&self) -> Result<bool, Error> {
        let some = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM happening)");
        Ok(some.fetch_one(&self.readers).await?)
    }

    /// What has happened, the first of it first. A comment that is gone tells nothing any more.
    pub(crate) async fn happenings(&self) -> Result<Vec<Happening>, Error> {
        let rows = sqlx::query_as(
            "SELECT happening.id AS number, event, site, key, url, title, \
             comment.id AS comment_id, parent_id, comment.number AS comment_number, author, website, \
             comment.text AS text, html, comment.created AS created, edited, verdict, shadowed, \
             (SELECT json_group_array(check_name) FROM reason \
                 WHERE reason.comment_id = comment.id) AS reasons, \
             report.reason AS report_reason, report.text AS report_text \
             FROM happening JOIN comment ON comment.id = happening.comment_id \
             JOIN page ON page.id = comment.page_id \
             LEFT JOIN report ON report.comment_id = happening.comment_id \
                 AND report.client = happening.client \
             ORDER BY happening.id LIMIT ?",
        )
        .bind(PORTION)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows)
    }

    /// Keeps the requests that tell of what has happened up to that number, and forgets that it has.
    pub(crate) async fn tell(
        &self,
        until: Option<i64>,
        requests: &[DeliveryRow],
    ) -> Result<(), Error> {
        let mut change = self.begin().await?;
        for it in requests {
            sqlx::query(
                "INSERT INTO delivery (id, site, url, event, comment_id, body, due, created) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            )
            .bind(&it.id)
            .bind(&it.site)
            .bind(&it.url)
            .bind(&it.event)
            .bind(&it.comment_id)
            .bind(&it.body)
            .bind(it.due)
            .bind(it.created)
            .execute(&mut *change)
            .await?;
        }
        match until {
            Some(until) => {
                let told = sqlx::query("DELETE FROM happening WHERE id <= ?").bind(until);
                told.execute(&mut *change).await?;
            }
            // What is left is of comments that are gone.
            None => {
                let left = "DELETE FROM happening \
                    WHERE comment_id NOT IN (SELECT id FROM comment)";
                sqlx::query(left).execute(&mut *change).await?;
            }
        }
        change.commit().await?;
        Ok(())
    }

    /// The requests that are due, of each receiver the first: however many wait for one who is away,
    /// the others have theirs.
    pub(crate) async fn due(&self, now: i64) -> Result<Vec<DeliveryRow>, Error> {
        let due = sqlx::query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM (SELECT *, row_number() OVER (PARTITION BY site, url ORDER BY due, id) AS place \
             FROM delivery WHERE state = 'waiting' AND due <= ?) WHERE place <= ? ORDER BY due, id"
        ));
        let due = due.bind(now).bind(ROW);
        Ok(due.fetch_all(&self.readers).await?)
    }

    /// Has all that is for the same receiver wait until then.
    pub(crate) async fn put_off(&self, like: &DeliveryRow, due: i64) -> Result<(), Error> {
        sqlx::query(
            "UPDATE delivery SET due = ?1 \
             WHERE state = 'waiting' AND due < ?1 AND site = ?2 AND url = ?3",
        )
        .bind(due)
        .bind(&like.site)
        .bind(&like.url)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Notes what came of a try.
    pub(crate) async fn tried(
        &self,
        id: &str,
        outcome: Outcome<'_>,
        now: i64,
    ) -> Result<(), Error> {
        let (state, failure, due) = match outcome {
            Outcome::Taken => ("sent", None, None),
            Outcome::Failed(error, obstacle, due) => {
                let state = due.map_or("dead", |_| "waiting");
                (state, Some((error, obstacle)), due)
            }
        };
        sqlx::query(
            "UPDATE delivery SET state = ?1, error = ?2, due = coalesce(?3, due), tries = tries + 1, \
             body = CASE ?1 WHEN 'sent' THEN '' ELSE body END, \
             ended = CASE ?1 WHEN 'waiting' THEN NULL ELSE ?4 END, \
             obstacle = ?6, code = ?7 WHERE id = ?5",
        )
        .bind(state)
        .bind(failure.map(|(error, _)| error))
        .bind(due)
        .bind(now)
        .bind(id)
        .bind(failure.map(|(_, obstacle)| obstacle.kind.as_str()))
        .bind(failure.and_then(|(_, obstacle)| obstacle.code))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Forgets what was sent, and what could not be, after a while.
    pub(crate) async fn forget_deliveries(&self, now: i64) -> Result<(), Error> {
        sqlx::query(
            "DELETE FROM delivery WHERE (state = 'sent' AND ended <= ?) \
             OR (state = 'dead' AND ended <= ?)",
        )
        .bind(now - SENT_KEPT)
        .bind(now - DEAD_KEPT)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The latest deliveries.
    pub(crate) async fn deliveries(
        &self,
        wanted: &WantedDeliveries<'_>,
    ) -> Result<Vec<DeliveryRow>, Error> {
        let rows = sqlx::query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM delivery WHERE (?1 IS NULL OR site IN (SELECT value FROM json_each(?1))) \
             AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR event = ?3) \
             AND (?4 IS NULL OR id < ?4) ORDER BY id DESC LIMIT ?5"
        ))
        .bind(wanted.sites)
        .bind(wanted.state.map(DeliveryState::as_str))
        .bind(wanted.event.map(HookEvent::as_str))
        .bind(wanted.before)
        .bind(wanted.limit);
        Ok(rows.fetch_all(&self.readers).await?)
    }

    /// A delivery.
    pub(crate) async fn delivery(&self, id: &str) -> Result<Option<DeliveryRow>, Error> {
        let row = sqlx::query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM delivery WHERE id = ?"
        ));
        Ok(row.bind(id).fetch_optional(&self.readers).await?)
    }

    /// Has what was not taken so far sent again, from the beginning; none where it was taken.
    pub(crate) async fn retry_delivery(
        &self,
        id: &str,
        user: &str,
        now: i64,
    ) -> Result<Option<DeliveryRow>, Error> {
        let mut change = self.begin().await?;
        let row: Option<DeliveryRow> = sqlx::query_as(concat!(
            "UPDATE delivery SET state = 'waiting', due = ?1, tries = 0, ended = NULL \
             WHERE id = ?2 AND state IN ('waiting', 'dead') RETURNING ",
            columns!()
        ))
        .bind(now)
        .bind(id)
        .fetch_optional(&mut *change)
        .await?;
        if let Some(row) = &row {
            note(&mut change, user, DoneCode::HookRetry, row, now).await?;
        }
        change.commit().await?;
        Ok(row)
    }

    /// Has all that was not taken so far sent again, from the beginning: on some sites (a JSON array; none for all).
    pub(crate) async fn retry_deliveries(
        &self,
        sites: Option<&str>,
        user: &str,
        now: i64,
    ) -> Result<(), Error> {
        let mut change = self.begin().await?;
        let mut again: Vec<String> = sqlx::query_scalar(
            "UPDATE delivery SET state = 'waiting', due = ?1, tries = 0, ended = NULL \
             WHERE (state = 'dead' OR state = 'waiting' AND tries > 0) \
             AND (?2 IS NULL OR site IN (SELECT value FROM json_each(?2))) \
             RETURNING site",
        )
        .bind(now)
        .bind(sites)
        .fetch_all(&mut *change)
        .await?;
        again.sort_unstable();
        for of_site in again.chunk_by(|a, b| a == b) {
            // How many, and not each.
            let (site, count) = (Some(of_site[0].as_str()), of_site.len().to_string());
            let detail = serde_json::json!({});
            super::audit(
                &mut change,
                user,
                DoneCode::HookRetry,
                site,
                &count,
                &detail,
                now,
            )
            .await?;
        }
        change.commit().await?;
        Ok(())
    }

    /// Gives a delivery up that waits, or takes one that was given up off the list.
    pub(crate) async fn drop_delivery(
        &self,
        id: &str,
        user: &str,
        now: i64,
    ) -> Result<bool, Error> {
        let mut change = self.begin().await?;
        let row: Option<DeliveryRow> = sqlx::query_as(concat!(
            "DELETE FROM delivery WHERE id = ? RETURNING ",
            columns!()
        ))
        .bind(id)
        .fetch_optional(&mut *change)
        .await?;
        if let Some(row) = &row {
            note(&mut change, user, DoneCode::HookDrop, row, now).await?;
        }
        change.commit().await?;
        Ok(row.is_some())
    }
}

async fn note(
    change: &mut SqliteConnection,
    user: &str,
    deed: DoneCode,
    row: &DeliveryRow,
    now: i64,
) -> Result<(), Error> {
    let detail = serde_json::json!({ "event": row.event, "comment": row.comment_id });
    let site = Some(row.site.as_str());
    super::audit(change, user, deed, site, &row.id, &detail, now).await
}
