//! All that is kept of the people of a site that there is no more.

use afterword_protocol::admin::DoneCode;
use serde_json::json;

use super::{PORTION, erase_comments};
use crate::store::audit::audit;
use crate::store::{Error, Store};

/// Of whom something is left, a portion of them.
const LEFT: &str = "SELECT comment.id FROM comment CROSS JOIN page ON page.id = page_id \
     WHERE site = ?1 AND (text <> '' OR html <> '' OR author IS NOT NULL \
         OR coalesce(client, person, reader_id, badge) NOTNULL \
         OR comment.id IN (SELECT comment_id FROM trash)) LIMIT ?2";

impl Store {
    /// Erases what was written on a site, and all that is kept of its people; gives how many comments that
    /// were. What was cut off goes on when it is begun again.
    pub(crate) async fn erase_site(&self, site: &str, now: i64) -> Result<u32, Error> {
        let mut comments = 0_u32;
        loop {
            let mut change = self.begin().await?;
            let ids: Vec<String> = sqlx::query_scalar(LEFT)
                .bind(site)
                .bind(PORTION)
                .fetch_all(&mut *change)
                .await?;
            if ids.is_empty() {
                break;
            }
            erase_comments(&mut change, &ids, now).await?;
            change.commit().await?;
            comments = comments.saturating_add(u32::try_from(ids.len()).unwrap_or(u32::MAX));
        }
        let mut change = self.begin().await?;
        for sql in [
            "DELETE FROM reader_login WHERE site = ?",
            // Their sessions and pictures go with them.
            "DELETE FROM reader WHERE site = ?",
            "DELETE FROM thought WHERE page_id IN (SELECT id FROM page WHERE site = ?)",
            "UPDATE page SET title = NULL, url = NULL, reactions = '' WHERE site = ?",
            "DELETE FROM ban WHERE site = ?",
            "DELETE FROM rule WHERE site = ?",
            "DELETE FROM word WHERE site = ?",
            // Its hooks are known no more.
            "DELETE FROM delivery WHERE site = ?",
        ] {
            sqlx::query(sql).bind(site).execute(&mut *change).await?;
        }
        let detail = json!({ "comments": comments });
        let deed = DoneCode::PersonErase;
        audit(&mut change, None, deed, Some(site), "", &detail, now).await?;
        change.commit().await?;
        self.write_through().await?;
        Ok(comments)
    }
}
