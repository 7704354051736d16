//! How it goes: numbers by day.

use std::collections::{BTreeMap, HashMap};

use afterword_protocol::admin::{CheckCount, Day};

use super::rule::id_at;
use super::{Error, Store};
use crate::domain::rfc3339;

/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

impl Store {
    /// Counts what was refused: by day, site and check.
    pub(crate) async fn keep_rejected(
        &self,
        counts: &HashMap<(i64, String, String), u32>,
    ) -> Result<(), Error> {
        let mut change = self.begin().await?;
        for ((day, site, check), count) in counts {
            sqlx::query(
                "INSERT INTO rejected (day, site, check_name, count) VALUES (?, ?, ?, ?) \
                 ON CONFLICT DO UPDATE SET count = count + excluded.count",
            )
            .bind(day)
            .bind(site)
            .bind(check)
            .bind(count)
            .execute(&mut *change)
            .await?;
        }
        change.commit().await?;
        Ok(())
    }

    /// The last days of some sites (a JSON array; none for all), until that of `now`, and which checks
    /// have found how much.
    pub(crate) async fn days(
        &self,
        sites: Option<&str>,
        days: u32,
        now: i64,
    ) -> Result<(Vec<Day>, Vec<CheckCount>), Error> {
        const OF: &str = "(?1 IS NULL OR page.site IN (SELECT value FROM json_each(?1)))";
        let last = now.div_euclid(DAY);
        let first = last - i64::from(days) + 1;
        let from = id_at(first * DAY);
        let mut all: BTreeMap<i64, (Day, Vec<i64>)> = (first..=last)
            .map(|day| {
                let date = rfc3339(day * DAY);
                let date = date.get(..10).unwrap_or_default().to_owned();
                let day_of = Day {
                    date,
                    ..Day::default()
                };
                (day, (day_of, Vec::new()))
            })
            .collect();
        let mut snapshot = self.readers.begin().await?;
        let counted: Vec<(i64, u32, u32, u32)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT created / {DAY} AS day, count(*), \
             sum(held IS NOT NULL AND verdict <> 'spam'), sum(verdict = 'spam') \
             FROM comment JOIN page ON page.id = comment.page_id \
             WHERE comment.id >= ?2 AND {OF} GROUP BY day"
        )))
        .bind(sites)
        .bind(&from)
        .fetch_all(&mut *snapshot)
        .await?;
        for (day, comments, held, spam) in counted {
            if let Some((of_day, _)) = all.get_mut(&day) {
                (of_day.comments, of_day.held, of_day.spam) = (comments, held, spam);
            }
        }
        let decided: Vec<(i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT held / {DAY}, decided - held FROM comment \
             JOIN page ON page.id = comment.page_id \
             WHERE comment.id >= ?2 AND held IS NOT NULL AND decided >= held AND {OF}"
        )))
        .bind(sites)
        .bind(&from)
        .fetch_all(&mut *snapshot)
        .await?;
        for (day, waited) in decided {
            if let Some((_, waits)) = all.get_mut(&day) {
                waits.push(waited);
            }
        }
        let reported: Vec<(i64, u32)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT report.created / {DAY} AS day, count(*) FROM report \
             JOIN comment ON comment.id = report.comment_id \
             JOIN page ON page.id = comment.page_id \
             WHERE report.created >= ?2 AND {OF} GROUP BY day"
        )))
        .bind(sites)
        .bind(first * DAY)
        .fetch_all(&mut *snapshot)
        .await?;
        for (day, reports) in reported {
            if let Some((of_day, _)) = all.get_mut(&day) {
                of_day.reports = reports;
            }
        }
        let rejected: Vec<(i64, String, u32)> = sqlx::query_as(
            "SELECT day, check_name, sum(count) FROM rejected WHERE day >= ?2 \
             AND (?1 IS NULL OR site IN (SELECT value FROM json_each(?1))) \
             GROUP BY day, check_name",
        )
        .bind(sites)
        .bind(first)
        .fetch_all(&mut *snapshot)
        .await?;
        let found: Vec<(String, u32)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT check_name, count(*) FROM reason JOIN comment ON comment.id = reason.comment_id \
             JOIN page ON page.id = comment.page_id \
             WHERE comment.id >= ?2 AND {OF} GROUP BY check_name"
        )))
        .bind(sites)
        .bind(&from)
        .fetch_all(&mut *snapshot)
        .await?;
        let mut checks: HashMap<String, u32> = found.into_iter().collect();
        for (day, check, count) in rejected {
            if let Some((of_day, _)) = all.get_mut(&day) {
                of_day.rejected += count;
            }
            *checks.entry(check).or_default() += count;
        }
        let mut checks: Vec<CheckCount> = checks
            .into_iter()
            .map(|(check, count)| CheckCount { check, count })
            .collect();
        checks.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.check.cmp(&b.check)));
        checks.truncate(20);
        let days = all.into_values().map(|(mut day, mut waits)| {
            waits.sort_unstable();
            day.decided = u32::try_from(waits.len()).unwrap_or(u32::MAX);
            let median = waits.get(waits.len() / 2);
            day.response_seconds = median.and_then(|it| u64::try_from(it / 1000).ok());
            day
        });
        Ok((days.collect(), checks))
    }

    /// The latest comment that waits for a moderator on some sites (a JSON array; none for all).
    pub(crate) async fn newest_waiting(
        &self,
        sites: Option<&str>,
    ) -> Result<Option<String>, Error> {
        Ok(sqlx::query_scalar(
            "SELECT max(comment.id) FROM comment JOIN page ON page.id = comment.page_id \
             WHERE comment.verdict IN ('pending', 'spam') \
             AND (?1 IS NULL OR page.site IN (SELECT value FROM json_each(?1)))",
        )
        .bind(sites)
        .fetch_one(&self.readers)
        .await?)
    }
}
