//! Comments that somebody has to look at, and who is told of them by mail.

use afterword_protocol::admin::MailMode;

use super::mail::{Letter, enqueue};
use super::{Error, Store};

/// Somebody who may be told of what waits.
#[derive(sqlx::FromRow)]
struct Watching {
    id: String,
    mode: String,
    told: i64,
    sent: Option<i64>,
}

/// What somebody has not been told of.
#[derive(sqlx::FromRow)]
struct Untold {
    id: i64,
    comment_id: String,
    created: i64,
}

/// A comment that waits for somebody.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Concern {
    pub(crate) id: String,
    /// `held` or `reported`.
    pub(crate) kind: String,
    pub(crate) author: Option<String>,
    pub(crate) html: String,
    pub(crate) site: String,
    pub(crate) key: String,
    pub(crate) title: Option<String>,
    pub(crate) url: Option<String>,
}

/// Whom mails are for.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Recipient {
    pub(crate) email: String,
    pub(crate) language: String,
}

/// Most comments in one mail.
pub(crate) const CONCERNS: usize = 20;
/// Most that a moderator is taken to be told of by one mail.
const AT_ONCE: u32 = 2_000;
/// How long a moderator is left in peace after a mail, in milliseconds.
const EACH: i64 = 10 * 60 * 1000;
const DIGEST: i64 = 24 * 60 * 60 * 1000;

/// Whether nobody has seen to it: of tables `concern` and `comment`.
macro_rules! open {
    () => {
        "(kind = 'held' AND verdict = 'pending' \
          OR kind = 'reported' AND verdict = 'published' AND EXISTS (SELECT 1 FROM report \
             WHERE report.comment_id = comment.id AND handled IS NULL))"
    };
}

/// What waits since the concern of that number on sites that a user looks after. It is asked every second:
/// by what has come since, and not by all that waits.
pub(super) const UNTOLD: &str = concat!(
    "SELECT concern.id, comment_id, concern.created FROM concern \
     CROSS JOIN comment ON comment.id = comment_id CROSS JOIN page ON page.id = page_id \
     WHERE concern.id > ?1 AND EXISTS (SELECT 1 FROM \"grant\" \
         WHERE \"grant\".user_id = ?2 AND \"grant\".site IN ('*', page.site)) AND ",
    open!(),
    " ORDER BY concern.id LIMIT ?3"
);

impl Store {
    /// Writes down which mails moderators are to be sent by now.
    pub(crate) async fn write_to_moderators(&self, now: i64, delay: i64) -> Result<(), Error> {
        let watching: Vec<Watching> = sqlx::query_as(
            "SELECT user.id, coalesce(mode, 'digest') AS mode, coalesce(told, 0) AS told, sent \
             FROM user LEFT JOIN moderator_mail ON moderator_mail.user_id = user.id \
             WHERE NOT disabled AND email IS NOT NULL AND coalesce(mode, 'digest') <> 'none'",
        )
        .fetch_all(&self.readers)
        .await?;
        for user in watching {
            let peace = if user.mode == "each" { EACH } else { DIGEST };
            if user.sent.is_some_and(|sent| sent > now - peace) {
                continue;
            }
            let untold = self.untold(&user).await?;
            let (Some(first), Some(last)) = (untold.first(), untold.last()) else {
                continue;
            };
            if first.created > now - delay {
                continue;
            }
            // The latest: what lies below them is in the queue.
            let mut comments: Vec<String> = Vec::new();
            for untold in untold.iter().rev() {
                if comments.len() < CONCERNS && !comments.contains(&untold.comment_id) {
                    comments.push(untold.comment_id.clone());
                }
            }
            let letter = Letter::Concerns {
                user: user.id.clone(),
                comments,
            };
            let key = format!("concerns:{}:{}", user.id, last.id);
            let mut change = self.begin().await?;
            enqueue(&mut change, &key, &letter, now).await?;
            sqlx::query(
                "INSERT INTO moderator_mail (user_id, told, sent) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (user_id) DO UPDATE SET told = ?2, sent = ?3",
            )
            .bind(&user.id)
            .bind(last.id)
            .bind(now)
            .execute(&mut *change)
            .await?;
            change.commit().await?;
        }
        Ok(())
    }

    /// What waits, and a user has not been told of: the first of it. Of each user alone, or those of whom
    /// one is told the next day would keep others from hearing of anything.
    async fn untold(&self, user: &Watching) -> Result<Vec<Untold>, Error> {
        let untold = sqlx::query_as(UNTOLD);
        let untold = untold.bind(user.told).bind(&user.id).bind(AT_ONCE);
        Ok(untold.fetch_all(&self.readers).await?)
    }

    /// Who is told of what waits; none when they want no mails any more, or may not get any.
    pub(crate) async fn recipient(&self, user: &str) -> Result<Option<Recipient>, Error> {
        Ok(sqlx::query_as(
            "SELECT email, coalesce(language, 'en') AS language \
             FROM user LEFT JOIN moderator_mail ON user_id = id \
             WHERE id = ? AND NOT disabled AND email IS NOT NULL \
             AND coalesce(mode, 'digest') <> 'none'",
        )
        .bind(user)
        .fetch_optional(&self.readers)
        .await?)
    }

    /// A comment, if it still waits for somebody.
    pub(crate) async fn concern(&self, comment: &str) -> Result<Option<Concern>, Error> {
        Ok(sqlx::query_as(concat!(
            "SELECT comment.id, kind, author, html, site, key, title, url FROM concern \
             JOIN comment ON comment.id = comment_id JOIN page ON page.id = page_id \
             WHERE comment.id = ? AND ",
            open!(),
            " ORDER BY kind LIMIT 1"
        ))
        .bind(comment)
        .fetch_optional(&self.readers)
        .await?)
    }

    /// What a user gets mails about.
    pub(crate) async fn mail_mode(&self, user: &str) -> Result<MailMode, Error> {
        let mode: Option<String> =
            sqlx::query_scalar("SELECT mode FROM moderator_mail WHERE user_id = ?")
                .bind(user)
                .fetch_optional(&self.readers)
                .await?;
        Ok(mode.map_or(MailMode::Digest, |mode| MailMode::from_name(&mode)))
    }

    /// In which language a user is written to, where that is known.
    pub(crate) async fn language_of(&self, user: &str) -> Result<Option<String>, Error> {
        Ok(
            sqlx::query_scalar("SELECT language FROM moderator_mail WHERE user_id = ?")
                .bind(user)
                .fetch_optional(&self.readers)
                .await?,
        )
    }

    /// Sets what a user gets mails about; `language` stays where it is none.
    pub(crate) async fn set_mail_mode(
        &self,
        user: &str,
        mode: MailMode,
        language: Option<&str>,
    ) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO moderator_mail (user_id, mode, language) \
             SELECT id, ?2, coalesce(?3, 'en') FROM user WHERE id = ?1 \
             ON CONFLICT (user_id) DO UPDATE SET mode = ?2, language = coalesce(?3, language)",
        )
        .bind(user)
        .bind(mode.as_str())
        .bind(language)
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}
