//! What a page has of its own, and who has written on it.

use super::{Error, Store};
use crate::screening::Submission;

/// What a page has of its own, where its site's settings are not to hold.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub(crate) struct PageSettings {
    pub(crate) policy: Option<String>,
    pub(crate) closed: Option<bool>,
    pub(crate) read_only: bool,
    pub(crate) slow_seconds: u32,
    /// When somebody commented for the first time, in milliseconds since 1970.
    pub(crate) opened: Option<i64>,
}

impl Store {
    /// What a page has of its own.
    pub(crate) async fn page_settings(&self, site: &str, key: &str) -> Result<PageSettings, Error> {
        let found = sqlx::query_as(
            "SELECT policy, closed, read_only, slow_seconds, opened FROM page \
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
        let (hash, earlier, person) = sender(submission);
        Ok(sqlx::query_scalar(
            "SELECT max(created) FROM comment \
             WHERE page_id = ?1 AND (client IN (?2, ?3) OR person = ?4)",
        )
        .bind(submission.page_id)
        .bind(hash)
        .bind(earlier)
        .bind(person)
        .fetch_one(&self.readers)
        .await?)
    }

    /// Whether something of the same person is published on the site: of the same browser, or under the
    /// same name from the same network.
    pub(crate) async fn is_known(&self, submission: &Submission<'_>) -> Result<bool, Error> {
        let (hash, earlier, person) = sender(submission);
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM comment JOIN page ON page.id = comment.page_id \
             WHERE page.site = ?1 AND comment.verdict = 'published' AND comment.id IS NOT ?6 \
             AND (person = ?4 OR (client IN (?2, ?3) AND author = ?5)))",
        )
        .bind(&submission.site.name)
        .bind(hash)
        .bind(earlier)
        .bind(person)
        .bind(submission.author)
        .bind(submission.id)
        .fetch_one(&self.readers)
        .await?)
    }
}

fn sender<'a>(submission: &'a Submission<'_>) -> (&'a [u8], Option<&'a [u8]>, Option<&'a [u8]>) {
    let sender = submission.sender;
    (
        &sender.network.hash,
        sender.network.earlier.as_ref().map(<[u8; 16]>::as_slice),
        sender.person.as_ref().map(<[u8; 16]>::as_slice),
    )
}
