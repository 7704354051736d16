//! What has changed on a page, and who is told of it.

use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;

use afterword_protocol::{Changes, limits};
use sqlx::{Sqlite, SqliteConnection, Transaction};
use tokio::sync::broadcast;

use super::row::{Row, columns, reactions};
use super::{Error, Store, Touched};

/// Stands among the pages for what moderators look after.
const QUEUE: i64 = i64::MIN;

/// A transaction that changes something. When it is committed, whoever watches the pages that it has
/// changed is woken.
pub(super) struct Change<'a> {
    store: &'a Store,
    transaction: Transaction<'a, Sqlite>,
}

impl<'a> Change<'a> {
    pub(super) fn new(store: &'a Store, transaction: Transaction<'a, Sqlite>) -> Self {
        Self { store, transaction }
    }

    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        // While this is the only connection that writes, they are its own.
        let touched = &self.store.touched;
        let mut touched = mem::take(&mut *touched.lock().unwrap_or_else(PoisonError::into_inner));
        self.transaction.commit().await?;
        touched.sort_unstable();
        touched.dedup();
        if touched.first() == Some(&QUEUE) {
            touched.remove(0);
            let _ = self.store.queue.send(());
        }
        for page in touched {
            // Nobody may be watching.
            let _ = self.store.changed.send(page);
        }
        Ok(())
    }
}

impl Deref for Change<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.transaction
    }
}

impl DerefMut for Change<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}

/// Notes which pages that connection changes. A trigger counts up a page's version at whatever readers
/// see of it.
pub(super) async fn watch(
    connection: &mut SqliteConnection,
    touched: Touched,
) -> Result<(), sqlx::Error> {
    connection
        .lock_handle()
        .await?
        .set_update_hook(move |update| {
            if matches!(update.table, "comment" | "report") {
                touched
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(QUEUE);
            }
            if update.table == "page" {
                touched
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(update.rowid);
            }
        });
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ChangedRow {
    #[sqlx(flatten)]
    row: Row,
    /// Whether it was posted since.
    is_new: bool,
}

impl Store {
    /// The ids of pages that change from now on.
    pub(crate) fn watch(&self) -> broadcast::Receiver<i64> {
        self.changed.subscribe()
    }

    /// Tells from now on when comments or reports have changed.
    pub(crate) fn watch_queue(&self) -> broadcast::Receiver<()> {
        self.queue.subscribe()
    }

    /// What has changed on a page since a version of it; without one, nothing but its present version.
    /// And the page's id, if anybody has commented on it, and whether it takes other things than then.
    pub(crate) async fn changes(
        &self,
        site: &str,
        page: &str,
        since: Option<i64>,
    ) -> Result<(Option<i64>, Changes, bool), Error> {
        let mut snapshot = self.readers.begin().await?;
        let found: Option<(i64, i64, u32, i64, i64, String)> = sqlx::query_as(
            "SELECT id, version, comment_count, changes_from, takes_from, reactions FROM page \
             WHERE site = ? AND key = ?",
        )
        .bind(site)
        .bind(page)
        .fetch_optional(&mut *snapshot)
        .await?;
        let id = found.as_ref().map(|(id, ..)| *id);
        let (_, version, total, from, takes_from, given) = found.unwrap_or_default();
        let mut changes = Changes {
            posted: Vec::new(),
            changed: Vec::new(),
            gone: Vec::new(),
            total,
            reactions: reactions(&given),
            list: None,
            cursor: version.to_string(),
            reload: false,
        };
        let (Some(id), Some(since)) = (id, since) else {
            changes.reload = since.is_some_and(|since| since > 0);
            return Ok((id, changes, false));
        };
        let takes_others = since < takes_from;
        if since < from || since > version {
            changes.reload = true;
            return Ok((Some(id), changes, takes_others));
        }
        // Of more than can be told, no more is read than shows that.
        let rows: Vec<ChangedRow> = sqlx::query_as(concat!(
            "SELECT * FROM (SELECT ",
            columns!(),
            ", came > ?1 AS is_new FROM comment WHERE page_id = ?2 AND changed > ?1 \
             AND came <> -1 ORDER BY changed LIMIT ?3) ORDER BY id"
        ))
        .bind(since)
        .bind(id)
        .bind(limits::CHANGES + 1)
        .fetch_all(&mut *snapshot)
        .await?;
        if rows.len() > limits::CHANGES as usize {
            changes.reload = true;
            return Ok((Some(id), changes, takes_others));
        }
        for ChangedRow { row, is_new } in rows {
            if row.is_gone() {
                changes.gone.push(row.id);
            } else if is_new {
                changes.posted.push(row.into());
            } else {
                changes.changed.push(row.into());
            }
        }
        Ok((Some(id), changes, takes_others))
    }
}
