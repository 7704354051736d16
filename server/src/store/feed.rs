//! The latest comments, for feeds.

use sqlx::{QueryBuilder, Sqlite};

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
const LATEST: i64 = 50;

impl Store {
    /// The latest comments of a feed, the latest first.
    pub(crate) async fn feed(&self, feeding: Feeding<'_>) -> Result<Vec<Fed>, Error> {
        let mut sql = QueryBuilder::<Sqlite>::new(
            "SELECT comment.id, comment.author, comment.website, comment.html, comment.created, \
             comment.edited, page.key, page.title, page.url \
             FROM comment JOIN page ON page.id = comment.page_id ",
        );
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
            // Of who has no name, only what answers this comment: that others are theirs, too, is
            // nobody's business.
            Feeding::To(id) => {
                sql.push(
                    "JOIN comment AS parent ON parent.id = comment.parent_id \
                     JOIN comment AS whose ON parent.id = whose.id OR (parent.author = whose.author \
                         AND parent.person = whose.person) \
                     JOIN page AS their ON their.id = whose.page_id AND their.site = page.site \
                     WHERE comment.state = 'published' AND parent.state = 'published' \
                     AND whose.state = 'published' \
                     AND (comment.person IS NULL OR comment.person IS NOT whose.person) \
                     AND whose.id = ",
                )
                .push_bind(id);
            }
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
        sql.push(" ORDER BY comment.id DESC LIMIT ")
            .push_bind(LATEST);
        Ok(sql.build_query_as().fetch_all(&self.readers).await?)
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
    pub(crate) async fn renew_feed(&self, user: &str) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO moderator_mail (user_id, feed) SELECT id, 1 FROM user WHERE id = ? \
             ON CONFLICT (user_id) DO UPDATE SET feed = feed + 1",
        )
        .bind(user)
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}
