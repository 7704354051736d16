//! What an author is told who has posted without a script.

use super::write::IDEMPOTENCY_WINDOW;
use super::{Error, Store};
use crate::domain::{Token, digest};

/// For how long after its first showing an edit token is shown again, in milliseconds: a connection
/// that breaks must not take it away.
const SHOWN_AGAIN: i64 = 60 * 1000;

/// What an author is told who has posted without a script.
pub(crate) struct Receipt {
    /// The comment's id.
    pub(crate) id: String,
    /// Its edit token; none when that has been shown already.
    pub(crate) token: Option<Token>,
    /// Whether it waits for a moderator, as far as its author is told.
    pub(crate) is_pending: bool,
    /// Whether its author alone is shown it.
    pub(crate) is_hidden: bool,
}

impl Store {
    /// The receipt for the comment that was posted to that page with that key; none when there is no
    /// such comment any more, or the key is outdated. `now` in milliseconds since 1970;
    /// `is_shown` tells whether somebody gets to see it.
    pub(crate) async fn receipt(
        &self,
        key: &str,
        site: &str,
        page: &str,
        now: i64,
        is_shown: bool,
    ) -> Result<Option<Receipt>, Error> {
        let hash = digest(key.as_bytes());
        let found: Option<(String, Option<i64>, bool, bool)> = sqlx::query_as(
            "SELECT comment_id, shown, verdict <> 'published' AND shadowed = 0, \
             verdict <> 'published' AND shadowed = 1 FROM idempotency \
             JOIN comment ON comment.id = comment_id JOIN page ON page.id = page_id \
             WHERE key_hash = ? AND idempotency.created > ? \
             AND verdict IN ('published', 'pending', 'spam') AND site = ? AND key = ?",
        )
        .bind(hash.as_slice())
        .bind(now - IDEMPOTENCY_WINDOW)
        .bind(site)
        .bind(page)
        .fetch_optional(&self.readers)
        .await?;
        let Some((id, shown, is_pending, is_hidden)) = found else {
            return Ok(None);
        };
        if shown.is_none() && is_shown {
            sqlx::query("UPDATE idempotency SET shown = ? WHERE key_hash = ? AND shown IS NULL")
                .bind(now)
                .bind(hash.as_slice())
                .execute(&self.writer)
                .await?;
        }
        let is_fresh = shown.is_none_or(|shown| now - shown < SHOWN_AGAIN);
        let token = is_fresh.then(|| Token::of(&self.secret, Some(key), &id));
        Ok(Some(Receipt {
            id,
            token,
            is_pending,
            is_hidden,
        }))
    }
}
