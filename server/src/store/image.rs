//! Images that readers have sent.

use std::collections::HashSet;

use super::read::json_array;
use super::{Error, Store};

impl Store {
    /// Keeps an image.
    pub(crate) async fn keep_image(&self, hash: &str, bytes: &[u8], now: i64) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO image (hash, bytes, created) VALUES (?, ?, ?) \
             ON CONFLICT (hash) DO UPDATE SET created = excluded.created",
        )
        .bind(hash)
        .bind(bytes)
        .bind(now)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Which of those images there are.
    pub(crate) async fn known_images(&self, hashes: &[&str]) -> Result<HashSet<String>, Error> {
        // Mostly there are none, and nobody need be asked.
        if hashes.is_empty() {
            return Ok(HashSet::new());
        }
        let known: Vec<String> = sqlx::query_scalar(
            "SELECT hash FROM image WHERE hash IN (SELECT value FROM json_each(?))",
        )
        .bind(json_array(hashes))
        .fetch_all(&self.readers)
        .await?;
        Ok(known.into_iter().collect())
    }

    /// The bytes of an image.
    pub(crate) async fn image(&self, hash: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(sqlx::query_scalar("SELECT bytes FROM image WHERE hash = ?")
            .bind(hash)
            .fetch_optional(&self.readers)
            .await?)
    }

    /// Forgets the images that were sent before `then` and that no comment shows, has shown, or
    /// could show again; gives their number.
    pub(crate) async fn forget_images(&self, then: i64) -> Result<u64, Error> {
        let gone = sqlx::query(
            "DELETE FROM image WHERE created < ? \
             AND NOT EXISTS (SELECT 1 FROM image_use WHERE image_use.hash = image.hash)",
        )
        .bind(then)
        .execute(&self.writer)
        .await?;
        Ok(gone.rows_affected())
    }
}
