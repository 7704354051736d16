//! The latest comments, for feeds.

use afterword_protocol::admin::DoneCode;
use serde_json::json;
use sqlx::{QueryBuilder, Sqlite};

use super::audit::audit;
use super::{Error, Store};

/// What a feed is of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Feeding<'a> {
    /// Site and key of a page.
    Page(&'a str, &'a str),
    /// A site's name.
    Site(&'a str),
    /// Answers to whoever wrote the comment of that id.
    To(&'a str),
    /// What waits for a moderator, by their id.
    Queue(&'a str),
}

/// A comment of a feed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Fed {
    pub(crate) id: String,
    pub(crate) parent_id: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) website: Option<String>,
    pub(crate) html: String,
    pub(crate) created: i64,
    pub(crate) edited: Option<i64>,
    pub(crate) key: String,
    pub(crate) title: Option<String>,
    pub(crate) url: Option<String>,
}

/// How many comments a feed has.
const LATEST: usize = 50;
/// A site with fewer published comments is looked through; of others, the latest of all sites are.
const FEW: f64 = 5_000.0;

/// What is asked for a feed, each in the order in which the least is looked at.
pub(super) fn asked(
    feeding: Feeding<'_>,
    is_small: bool,
    before: Option<&str>,
) -> QueryBuilder<Sqlite> {
    let begin = match feeding {
        Feeding::To(id) => return ended(asked_to(id), before),
        Feeding::Site(_) if is_small => {
            "FROM page CROSS JOIN comment ON comment.page_id = page.id "
        }
        Feeding::Site(_) => "FROM comment CROSS JOIN page ON page.id = comment.page_id ",
        _ => "FROM comment JOIN page ON page.id = comment.page_id ",
    };
    let mut sql = QueryBuilder::new(FED);
    sql.push(begin);
    match feeding {
        Feeding::Page(site, key) => {
            sql.push("WHERE comment.state = 'published' AND site = ")
                .push_bind(site)
                .push(" AND key = ")
                .push_bind(key);
        }
        Feeding::Site(site) => {
            sql.push("WHERE comment.state = 'published' AND site = ")
                .push_bind(site);
        }
        Feeding::To(_) => {}
        Feeding::Queue(user) => {
            sql.push(
                "WHERE comment.verdict = 'pending' AND EXISTS (SELECT 1 FROM user \
                 JOIN \"grant\" ON \"grant\".user_id = user.id \
                 WHERE NOT disabled AND \"grant\".site IN ('*', page.site) AND user.id = ",
            )
            .push_bind(user)
            .push(")");
        }
    }
    ended(sql, before)
}

/// Answers to whoever wrote a comment. Of who has no name, only what answers this comment: that others are
/// theirs, too, is nobody's business.
fn asked_to(id: &str) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new(
        "WITH whose AS (SELECT comment.id, author, person, site FROM comment \
             JOIN page ON page.id = page_id WHERE state = 'published' AND comment.id = ",
    );
    sql.push_bind(id);
    sql.push(
        "), theirs (id) AS (SELECT id FROM whose UNION SELECT comment.id FROM whose \
             CROSS JOIN comment ON comment.person = whose.person AND +comment.author = whose.author \
             WHERE +comment.state = 'published') ",
    );
    sql.push(FED);
    sql.push(
        "FROM theirs CROSS JOIN comment ON comment.parent_id = theirs.id AND comment.state <> 'gone' \
         CROSS JOIN whose CROSS JOIN page ON page.id = comment.page_id \
         WHERE comment.state = 'published' AND page.site = whose.site \
         AND (comment.person IS NULL OR comment.person IS NOT whose.person)",
    );
    sql
}

/// One more than a feed has tells whether there are more.
fn ended(mut sql: QueryBuilder<Sqlite>, before: Option<&str>) -> QueryBuilder<Sqlite> {
    if let Some(before) = before {
        sql.push(" AND comment.id < ").push_bind(before.to_owned());
    }
    sql.push(" ORDER BY comment.id DESC LIMIT ")
        .push_bind(LATEST as i64 + 1);
    sql
}

/// The columns of a [`Fed`].
const FED: &str = "SELECT comment.id, comment.parent_id, comment.author, comment.website, comment.html, comment.created, \
     comment.edited, page.key, page.title, page.url ";

impl Store {
    /// The latest comments of a feed, or those before one, the latest first; and whether there are more.
    pub(crate) async fn feed(
        &self,
        feeding: Feeding<'_>,
        before: Option<&str>,
    ) -> Result<(Vec<Fed>, bool), Error> {
        let is_small = match feeding {
            Feeding::Site(site) => {
                let count: f64 =
                    sqlx::query_scalar("SELECT total(comment_count) FROM page WHERE site = ?")
                        .bind(site)
                        .fetch_one(&self.readers)
                        .await?;
                count < FEW
            }
            _ => false,
        };
        let mut sql = asked(feeding, is_small, before);
        let mut fed: Vec<Fed> = sql.build_query_as().fetch_all(&self.readers).await?;
        let is_more = fed.len() > LATEST;
        fed.truncate(LATEST);
        Ok((fed, is_more))
    }

    /// Whether a user looks after any site's comments.
    pub(crate) async fn has_queue(&self, user: &str) -> Result<bool, Error> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM user JOIN \"grant\" ON \"grant\".user_id = user.id \
             WHERE NOT disabled AND user.id = ?)",
        )
        .bind(user)
        .fetch_one(&self.readers)
        .await?)
    }

    /// The number of a moderator's secret address: another one makes the one before worthless.
    pub(crate) async fn feed_number(&self, user: &str) -> Result<i64, Error> {
        let number: Option<i64> =
            sqlx::query_scalar("SELECT feed FROM moderator_mail WHERE user_id = ?")
                .bind(user)
                .fetch_optional(&self.readers)
                .await?;
        Ok(number.unwrap_or(0))
    }

    /// Gives a moderator another secret address.
    pub(crate) async fn renew_feed(&self, user: &str, now: i64) -> Result<(), Error> {
        let mut change = self.begin().await?;
        sqlx::query(
            "INSERT INTO moderator_mail (user_id, feed) SELECT id, 1 FROM user WHERE id = ? \
             ON CONFLICT (user_id) DO UPDATE SET feed = feed + 1",
        )
        .bind(user)
        .execute(&mut *change)
        .await?;
        let deed = DoneCode::FeedRenew;
        audit(&mut change, user, deed, None, user, &json!({}), now).await?;
        Ok(change.commit().await?)
    }
}
