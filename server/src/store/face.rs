//! Pictures of readers who have signed in.

use std::collections::BTreeMap;

use super::{Error, Store};
use crate::domain::Image;

impl Store {
    /// Forgets what a reader looks like.
    pub(crate) async fn forget_face(&self, reader: i64) -> Result<(), Error> {
        // The writer is not disturbed for nothing.
        let is_any: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM reader_face WHERE reader_id = ?)")
                .bind(reader)
                .fetch_one(&self.readers)
                .await?;
        if is_any {
            sqlx::query("DELETE FROM reader_face WHERE reader_id = ?")
                .bind(reader)
                .execute(&self.writer)
                .await?;
        }
        Ok(())
    }

    /// Whether a reader's picture is to be fetched from the address with that hash: whether it has not been
    /// since `then`. It is taken for fetched at `at` from now on.
    pub(crate) async fn claim_face(
        &self,
        reader: i64,
        source: [u8; 32],
        (then, at): (i64, i64),
    ) -> Result<bool, Error> {
        let claimed = sqlx::query(
            "INSERT INTO reader_face (reader_id, source, asked) \
             SELECT id, ?2, ?4 FROM reader WHERE id = ?1 \
             ON CONFLICT (reader_id) DO UPDATE SET asked = excluded.asked, \
             name = CASE WHEN source = excluded.source THEN name END, \
             bytes = CASE WHEN source = excluded.source THEN bytes END, \
             source = excluded.source \
             WHERE source <> excluded.source OR asked <= ?3",
        )
        .bind(reader)
        .bind(source.as_slice())
        .bind(then)
        .bind(at)
        .execute(&self.writer)
        .await?;
        Ok(claimed.rows_affected() > 0)
    }

    /// Keeps what a reader looks like, by what is at that address now; with none, what is known stays.
    pub(crate) async fn keep_face(
        &self,
        reader: i64,
        source: [u8; 32],
        image: Option<&Image>,
        now: i64,
    ) -> Result<(), Error> {
        let keep = "UPDATE reader_face SET name = coalesce(?, name), bytes = coalesce(?, bytes), \
                    asked = ? WHERE reader_id = ? AND source = ?";
        sqlx::query(keep)
            .bind(image.map(Image::name))
            .bind(image.map(|image| &image.bytes))
            .bind(now)
            .bind(reader)
            .bind(source.as_slice())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// The picture of that name.
    pub(crate) async fn face(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let bytes = sqlx::query_scalar("SELECT bytes FROM reader_face WHERE name = ?");
        Ok(bytes.bind(name).fetch_optional(&self.readers).await?)
    }

    /// Names of the pictures of who has written the published comments of a page, by the comments' ids.
    pub(crate) async fn faces(
        &self,
        site: &str,
        page: &str,
    ) -> Result<BTreeMap<String, String>, Error> {
        let faces: Vec<(String, String)> = sqlx::query_as(
            "SELECT comment.id, reader_face.name FROM page \
             JOIN comment ON comment.page_id = page.id AND comment.state = 'published' \
             JOIN reader_face ON reader_face.reader_id = comment.reader_id \
             WHERE page.site = ? AND page.key = ? AND reader_face.name IS NOT NULL",
        )
        .bind(site)
        .bind(page)
        .fetch_all(&self.readers)
        .await?;
        Ok(faces.into_iter().collect())
    }
}
