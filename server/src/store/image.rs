//! Images that readers have sent.

use std::collections::HashSet;

use sqlx::{SqliteConnection, SqlitePool};

use super::read::json_array;
use super::{Error, Store};
use crate::domain::{Image, ImageName, name_of};

impl Store {
    /// Keeps an image, unless it would make those that no comment shows take more than so many bytes;
    /// gives whether it does. Those that were sent before `then` are as good as forgotten.
    pub(crate) async fn keep_image(
        &self,
        image: &Image,
        now: i64,
        (most, then): (u32, i64),
    ) -> Result<bool, Error> {
        let kept = sqlx::query(
            "INSERT INTO image (hash, name, bytes, created) \
             SELECT ?1, ?2, ?3, ?4 WHERE ?5 = 0 OR length(?3) + ( \
                 SELECT coalesce(sum(length(bytes)), 0) FROM image \
                 WHERE created >= ?6 AND hash <> ?1 \
                 AND NOT EXISTS (SELECT 1 FROM image_use WHERE image_use.hash = image.hash) \
             ) <= ?5 \
             ON CONFLICT (hash) DO UPDATE SET created = excluded.created",
        )
        .bind(&image.hash)
        .bind(image.name())
        .bind(&image.bytes)
        .bind(now)
        .bind(most)
        .bind(then)
        .execute(&self.writer)
        .await?;
        Ok(kept.rows_affected() > 0)
    }

    /// Names the images that were kept before their names were.
    pub(super) async fn name_images(writer: &SqlitePool) -> Result<(), Error> {
        while let Some((hash, bytes)) = sqlx::query_as::<_, (String, Vec<u8>)>(
            "SELECT hash, bytes FROM image WHERE name = '' LIMIT 1",
        )
        .fetch_optional(writer)
        .await?
        {
            // What can't be read any more has a name that nobody asks for.
            let name = name_of(&hash, &bytes).unwrap_or_else(|| "-".to_owned());
            sqlx::query("UPDATE image SET name = ? WHERE hash = ?")
                .bind(name)
                .bind(hash)
                .execute(writer)
                .await?;
        }
        Ok(())
    }

    /// Which images of those names there are.
    pub(crate) async fn known_images(&self, names: &[&str]) -> Result<HashSet<String>, Error> {
        // Mostly there are none, and nobody need be asked.
        if names.is_empty() {
            return Ok(HashSet::new());
        }
        let hashes: Vec<&str> = names
            .iter()
            .filter_map(|name| Some(ImageName::of(name)?.hash))
            .collect();
        let known: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM image WHERE hash IN (SELECT value FROM json_each(?))",
        )
        .bind(json_array(&hashes))
        .fetch_all(&self.readers)
        .await?;
        Ok(known.into_iter().collect())
    }

    /// The bytes of the image of that name.
    pub(crate) async fn image(&self, name: ImageName<'_>) -> Result<Option<Vec<u8>>, Error> {
        let ImageName { hash, whole, .. } = name;
        Ok(
            sqlx::query_scalar("SELECT bytes FROM image WHERE hash = ? AND name = ?")
                .bind(hash)
                .bind(whole)
                .fetch_optional(&self.readers)
                .await?,
        )
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

/// The images that some comments show or have shown: a JSON list of ids.
pub(super) async fn shown_by(
    change: &mut SqliteConnection,
    comments: &str,
) -> Result<Vec<String>, Error> {
    let shown = sqlx::query_scalar(
        "SELECT DISTINCT hash FROM image_use \
         WHERE comment_id IN (SELECT value FROM json_each(?))",
    );
    Ok(shown.bind(comments).fetch_all(change).await?)
}

/// Forgets those of the images that nothing shows any more: who has their address finds nothing there.
pub(super) async fn forget_unshown(
    change: &mut SqliteConnection,
    images: &[String],
) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM image WHERE hash IN (SELECT value FROM json_each(?)) \
         AND NOT EXISTS (SELECT 1 FROM image_use WHERE image_use.hash = image.hash)",
    )
    .bind(json_array(images))
    .execute(change)
    .await?;
    Ok(())
}
