//! What a page has of its own, and who has written on it.

use afterword_protocol::admin::{PageChange, PagePolicy, PageState};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::read::json_array;
use super::{Error, Store};
use crate::screening::{Sender, Submission};

/// What a page has of its own, where its site's settings are not to hold.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub(crate) struct PageSettings {
    pub(crate) policy: Option<String>,
    pub(crate) closed: Option<bool>,
    pub(crate) read_only: bool,
    pub(crate) slow_seconds: u32,
    pub(crate) close_after_days: Option<u32>,
    /// When somebody commented for the first time, in milliseconds since 1970.
    pub(crate) opened: Option<i64>,
}

/// A page as moderators see it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow, serde::Serialize, serde::Deserialize)]
pub(crate) struct PageRow {
    pub(crate) id: i64,
    pub(crate) site: String,
    pub(crate) key: String,
    pub(crate) title: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) comment_count: u32,
    pub(crate) pending: u32,
    pub(crate) policy: Option<String>,
    pub(crate) closed: Option<bool>,
    pub(crate) read_only: bool,
    pub(crate) slow_seconds: u32,
    #[serde(default)]
    pub(crate) close_after_days: Option<u32>,
    pub(crate) opened: Option<i64>,
}

impl PageRow {
    /// What it has of its own.
    pub(crate) fn settings(&self) -> PageSettings {
        PageSettings {
            policy: self.policy.clone(),
            closed: self.closed,
            read_only: self.read_only,
            slow_seconds: self.slow_seconds,
            close_after_days: self.close_after_days,
            opened: self.opened,
        }
    }
}

const ROW: &str = "SELECT id, site, key, title, url, comment_count, policy, closed, read_only, \
     slow_seconds, close_after_days, opened, \
     (SELECT count(*) FROM comment WHERE page_id = page.id AND verdict = 'pending') AS pending \
     FROM page WHERE ";

/// The pages of those numbers.
pub(super) async fn page_rows(
    connection: &mut SqliteConnection,
    ids: &[i64],
) -> Result<Vec<PageRow>, Error> {
    let mut sql = QueryBuilder::<Sqlite>::new(ROW);
    sql.push("id IN (SELECT value FROM json_each(");
    sql.push_bind(json_array(ids)).push("))");
    Ok(sql.build_query_as().fetch_all(connection).await?)
}

/// Gives a page the settings of that row.
pub(super) async fn change_page(change: &mut SqliteConnection, row: &PageRow) -> Result<(), Error> {
    sqlx::query(
        "UPDATE page SET policy = ?, closed = ?, read_only = ?, slow_seconds = ?, \
         close_after_days = ? WHERE id = ?",
    )
    .bind(&row.policy)
    .bind(row.closed)
    .bind(row.read_only)
    .bind(row.slow_seconds)
    .bind(row.close_after_days)
    .bind(row.id)
    .execute(change)
    .await?;
    Ok(())
}

/// A page as a change makes it.
pub(super) fn page_with(page: &PageRow, change: &PageChange) -> PageRow {
    let mut row = page.clone();
    if let Some(policy) = change.policy {
        row.policy = (policy != PagePolicy::Site).then(|| policy.as_str().to_owned());
    }
    if let Some(state) = change.state {
        row.closed = match state {
            PageState::Site => None,
            PageState::Open => Some(false),
            PageState::Closed => Some(true),
        };
    }
    row.read_only = change.read_only.unwrap_or(row.read_only);
    row.slow_seconds = change.slow_seconds.unwrap_or(row.slow_seconds);
    row.close_after_days = change.close_after_days.unwrap_or(row.close_after_days);
    row
}

/// Gives a page the settings back that it had, where it still has what they became; gives whether any
/// of them is another by that.
pub(super) async fn take_page_back(
    change: &mut SqliteConnection,
    was: &PageRow,
    became: Option<&PageRow>,
) -> Result<bool, Error> {
    let Some(now) = page_rows(change, &[was.id]).await?.into_iter().next() else {
        return Ok(false);
    };
    let became = became.unwrap_or(&now);
    let mut wanted = now.clone();
    if now.policy == became.policy {
        wanted.policy.clone_from(&was.policy);
    }
    if now.closed == became.closed {
        wanted.closed = was.closed;
    }
    if now.read_only == became.read_only {
        wanted.read_only = was.read_only;
    }
    if now.slow_seconds == became.slow_seconds {
        wanted.slow_seconds = was.slow_seconds;
    }
    if now.close_after_days == became.close_after_days {
        wanted.close_after_days = was.close_after_days;
    }
    let is_another = wanted != now;
    if is_another {
        change_page(change, &wanted).await?;
    }
    Ok(is_another)
}

impl Store {
    /// The number of the page of that key, made if there is none yet.
    pub(crate) async fn enter_page(&self, site: &str, key: &str) -> Result<i64, Error> {
        let mut change = self.begin().await?;
        sqlx::query("INSERT INTO page (site, key) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(site)
            .bind(key)
            .execute(&mut *change)
            .await?;
        let number = sqlx::query_scalar("SELECT id FROM page WHERE site = ? AND key = ?")
            .bind(site)
            .bind(key)
            .fetch_one(&mut *change)
            .await?;
        change.commit().await?;
        Ok(number)
    }

    /// Pages on some sites (a JSON array; none for all), the latest first; the one of that key alone, where
    /// one is given.
    pub(crate) async fn pages(
        &self,
        sites: Option<&str>,
        key: Option<&str>,
        words: Option<&str>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<PageRow>, Error> {
        let mut sql = QueryBuilder::<Sqlite>::new(ROW);
        sql.push("id < ").push_bind(before.unwrap_or(i64::MAX));
        if let Some(sites) = sites {
            sql.push(" AND site IN (SELECT value FROM json_each(");
            sql.push_bind(sites.to_owned()).push("))");
        }
        if let Some(key) = key {
            sql.push(" AND key = ").push_bind(key.to_owned());
        }
        if let Some(words) = words {
            sql.push(" AND instr(lower(key || char(10) || coalesce(title, '')), lower(");
            sql.push_bind(words.to_owned()).push("))");
        }
        sql.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
        Ok(sql.build_query_as().fetch_all(&self.readers).await?)
    }

    /// The page of that number.
    pub(crate) async fn page_row(&self, id: i64) -> Result<Option<PageRow>, Error> {
        let mut reader = self.readers.acquire().await?;
        Ok(page_rows(&mut reader, &[id]).await?.into_iter().next())
    }

    /// What a page has of its own.
    pub(crate) async fn page_settings(&self, site: &str, key: &str) -> Result<PageSettings, Error> {
        let found = sqlx::query_as(
            "SELECT policy, closed, read_only, slow_seconds, close_after_days, opened FROM page \
             WHERE site = ? AND key = ?",
        )
        .bind(site)
        .bind(key)
        .fetch_optional(&self.readers)
        .await?;
        Ok(found.unwrap_or_default())
    }

    /// When the same person has last commented on the page, published or not.
    pub(crate) async fn last_of(&self, submission: &Submission<'_>) -> Result<Option<i64>, Error> {
        match submission.page_id {
            Some(page) => {
                let mut reader = self.readers.acquire().await?;
                last_of(&mut reader, page, submission.sender).await
            }
            None => Ok(None),
        }
    }

    /// Whether something of the same person is published on the site: of the same browser, or under the
    /// same name from the same network.
    pub(crate) async fn is_known(&self, submission: &Submission<'_>) -> Result<bool, Error> {
        let (hash, earlier, person) = known_by(submission.sender);
        Ok(sqlx::query_scalar(KNOWN)
            .bind(&submission.site.name)
            .bind("~")
            .bind(submission.id)
            .bind(person)
            .bind(hash)
            .bind(earlier)
            .bind(submission.author)
            .fetch_one(&self.readers)
            .await?)
    }
}

/// Whether something of a person is published on a site that came before the comment ?2 and is not ?3: by
/// browser, or by the same name from the same network. By what is theirs, and not by all that is published
/// (the plus signs keep those indexes out).
pub(super) const KNOWN: &str = "SELECT EXISTS (SELECT 1 FROM comment \
     JOIN page ON page.id = comment.page_id \
     WHERE (person = ?4 OR (client IN (?5, ?6) AND +author = ?7)) AND +page.site = ?1 \
     AND +comment.verdict = 'published' AND +comment.id < ?2 AND comment.id IS NOT ?3)";

/// When the same person has last commented on a page, published or not.
pub(super) async fn last_of(
    connection: &mut SqliteConnection,
    page: i64,
    sender: &Sender,
) -> Result<Option<i64>, Error> {
    let (hash, earlier, person) = known_by(sender);
    Ok(sqlx::query_scalar(
        // By what is theirs, and not by all of the page.
        "SELECT max(created) FROM comment \
         WHERE +page_id = ?1 AND (client IN (?2, ?3) OR person = ?4)",
    )
    .bind(page)
    .bind(hash)
    .bind(earlier)
    .bind(person)
    .fetch_one(connection)
    .await?)
}

fn known_by(sender: &Sender) -> (&[u8], Option<&[u8]>, Option<&[u8]>) {
    (
        &sender.network.hash,
        sender.network.earlier.as_ref().map(<[u8; 16]>::as_slice),
        sender.person.as_ref().map(<[u8; 16]>::as_slice),
    )
}
