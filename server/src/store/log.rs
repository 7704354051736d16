//! The log of the database, in which stands what was changed until it is written through.

use std::time::Duration;

use super::{Error, Store};

/// How long nobody can write while it is waited for those who read what was before: a moment, since
/// whoever writes waits for that.
pub(super) const HOLD: Duration = Duration::from_millis(50);
/// How often it is tried, and how long others have their turn between.
const TRIES: u32 = 10;
const TURN: Duration = Duration::from_millis(200);

impl Store {
    /// Writes the log through: what was overwritten stands there until then. By a connection of its
    /// own, and not while somebody goes on reading what was before: then it is done the next time.
    pub(crate) async fn write_through(&self) -> Result<(), Error> {
        for _ in 0..TRIES {
            let (is_busy, ..): (bool, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
                .fetch_one(&self.log)
                .await?;
            if !is_busy {
                break;
            }
            tokio::time::sleep(TURN).await;
        }
        Ok(())
    }
}
