//! Mails to be sent: a queue that outlives the program.

use afterword_protocol::admin::{DoneCode, MailQueue, Obstacle, ObstacleKind, QueuedMail};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::audit::audit;
use super::subscription::CONFIRM_WITHIN;
use super::{Error, Store};
use crate::domain::rfc3339;
use crate::mail::NOBODY;

/// What a mail says. Only ids: the rest is read when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Letter {
    /// Asks whether an address is that of who claims it.
    Confirm { claim: i64 },
    /// Tells of answers on one page.
    Answers { address: i64, answers: Vec<String> },
    /// Has a link by which somebody signs in to comment.
    SignIn { login: i64 },
    /// Tells a moderator of comments that wait for them.
    Concerns { user: String, comments: Vec<String> },
}

#[derive(sqlx::FromRow)]
struct QueueRow {
    id: i64,
    kind: String,
    state: String,
    tries: u32,
    error: Option<String>,
    obstacle: Option<String>,
    code: Option<u16>,
    created: i64,
    at: i64,
}

impl From<QueueRow> for QueuedMail {
    fn from(row: QueueRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            state: row.state,
            tries: row.tries,
            error: row.error,
            obstacle: obstacle(row.obstacle.as_deref(), row.code),
            created: rfc3339(row.created),
            at: rfc3339(row.at),
        }
    }
}

/// What stood in the way, as it is kept.
pub(crate) fn obstacle(name: Option<&str>, code: Option<u16>) -> Option<Obstacle> {
    let kind = ObstacleKind::from_name(name?)?;
    Some(Obstacle { kind, code })
}

/// A mail whose time has come.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) id: i64,
    pub(crate) key: String,
    pub(crate) letter: Letter,
    /// How often it was tried.
    pub(crate) tries: u32,
}

/// How a try to send a mail has ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Sent,
    /// There was nothing left to tell, or nobody to tell it to.
    Needless,
    /// It is to be tried again.
    Later {
        due: i64,
        error: String,
        obstacle: Obstacle,
    },
    /// It can't be sent.
    Dead {
        error: String,
        obstacle: Obstacle,
    },
}

/// An address, and how to write to it.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Reader {
    pub(crate) email: String,
    pub(crate) language: String,
    pub(crate) is_confirmed: bool,
}

/// A comment, as it is quoted in a mail, on its page.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Quoted {
    pub(crate) id: String,
    pub(crate) parent_id: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) html: String,
    pub(crate) page_id: i64,
    pub(crate) site: String,
    pub(crate) key: String,
    pub(crate) title: Option<String>,
    pub(crate) url: Option<String>,
}

/// How long its owner is left in peace who was asked about an address, in milliseconds.
const ASK_AGAIN: i64 = 24 * 60 * 60 * 1000;
/// About how many who claim it they are asked in that time: so many browsers may be theirs.
const ASK_AT_MOST: u32 = 3;
/// For how long it is known what was sent, in milliseconds.
const REMEMBERED: i64 = 30 * 24 * 60 * 60 * 1000;
/// Most answers in one mail.
const ANSWERS: usize = 50;

/// Claims whose address is to be asked about, and about how many it was asked lately. Not before a
/// comment is published, as far as its author knows: else a robot could have us write to anybody. It is
/// asked every second: by the few that wait, and not by all comments.
pub(super) const TO_ASK: &str = "SELECT claim.id, claim.address_id, (SELECT count(*) FROM claim AS other \
         WHERE other.address_id = claim.address_id AND other.asked > ?2) AS lately \
     FROM claim INDEXED BY claim_unconfirmed CROSS JOIN subscription ON claim_id = claim.id \
     CROSS JOIN comment ON comment.id = comment_id \
     WHERE confirmed IS NULL AND claim.created > ?1 \
     AND (state = 'published' OR (shadowed = 1 AND verdict = 'spam')) \
     AND (asked IS NULL OR (asked <= ?2 AND comment.created > asked)) \
     GROUP BY claim.id ORDER BY claim.address_id, claim.id";

/// Answers that are to be told, with the addresses that wait for them. As often.
pub(super) const TO_TELL: &str = "SELECT address.id AS address, reply.page_id, answer.comment_id, \
         answer.created, coalesce(own.address_id = address.id, FALSE) AS is_own \
     FROM answer CROSS JOIN comment AS reply ON reply.id = answer.comment_id \
     CROSS JOIN comment AS parent ON parent.id = reply.parent_id \
     CROSS JOIN subscription ON subscription.comment_id = parent.id \
     JOIN address ON address.id = subscription.address_id \
     JOIN claim ON claim.id = subscription.claim_id \
     LEFT JOIN subscription AS own ON own.comment_id = reply.id \
     WHERE told IS NULL AND claim.confirmed IS NOT NULL \
     AND reply.state = 'published' AND parent.state = 'published' \
     ORDER BY address.id, reply.page_id, answer.comment_id";

#[derive(sqlx::FromRow)]
struct Untold {
    address: i64,
    page_id: i64,
    comment_id: String,
    created: i64,
    is_own: bool,
}

impl Store {
    /// Writes down which mails are to be sent by now. An answer waits for others on its page for
    /// `delay` milliseconds.
    pub(crate) async fn write_letters(&self, now: i64, delay: i64) -> Result<(), Error> {
        let mut snapshot = self.readers.begin().await?;
        let mut to_ask: Vec<(i64, i64, u32)> = sqlx::query_as(TO_ASK)
            .bind(now - CONFIRM_WITHIN)
            .bind(now - ASK_AGAIN)
            .fetch_all(&mut *snapshot)
            .await?;
        let untold: Vec<Untold> = sqlx::query_as(TO_TELL).fetch_all(&mut *snapshot).await?;
        drop(snapshot);
        let (mut of_whom, mut asked) = (None, 0);
        to_ask.retain(|(_, address, lately)| {
            if of_whom != Some(*address) {
                (of_whom, asked) = (Some(*address), *lately);
            }
            asked += 1;
            asked <= ASK_AT_MOST
        });
        let mut to_tell: Vec<(i64, Vec<String>)> = Vec::new();
        let mut own = Vec::new();
        for of_page in untold.chunk_by(|a, b| (a.address, a.page_id) == (b.address, b.page_id)) {
            let (of_author, of_others): (Vec<&Untold>, Vec<&Untold>) =
                of_page.iter().partition(|answer| answer.is_own);
            // Nobody is told what they said themselves.
            own.extend(of_author.iter().map(|answer| answer.comment_id.clone()));
            if of_others.iter().any(|it| it.created <= now - delay) {
                let of_others = of_others.iter().take(ANSWERS);
                let ids = of_others.map(|answer| answer.comment_id.clone()).collect();
                to_tell.push((of_page[0].address, ids));
            }
        }
        // The writer is not disturbed for nothing.
        if to_ask.is_empty() && to_tell.is_empty() && own.is_empty() {
            return Ok(());
        }
        let mut change = self.begin().await?;
        for (claim, ..) in to_ask {
            let letter = Letter::Confirm { claim };
            let key = format!("confirm:{claim}:{now}");
            enqueue(&mut change, &key, &letter, now).await?;
            sqlx::query("UPDATE claim SET asked = ? WHERE id = ?")
                .bind(now)
                .bind(claim)
                .execute(&mut *change)
                .await?;
        }
        for (address, answers) in to_tell {
            told(&mut change, &answers, now).await?;
            let key = format!("answer:{}", answers.first().map_or("", String::as_str));
            enqueue(
                &mut change,
                &key,
                &Letter::Answers { address, answers },
                now,
            )
            .await?;
        }
        told(&mut change, &own, now).await?;
        change.commit().await?;
        Ok(())
    }

    /// The mail whose time came first, if that of any has come. What can't be read is dead.
    pub(crate) async fn due_mail(&self, now: i64) -> Result<Option<Mail>, Error> {
        loop {
            let found: Option<(i64, String, String, u32)> = sqlx::query_as(
                "SELECT id, key, letter, tries FROM mail \
                 WHERE state = 'waiting' AND due <= ? ORDER BY due, id LIMIT 1",
            )
            .bind(now)
            .fetch_optional(&self.readers)
            .await?;
            let Some((id, key, letter, tries)) = found else {
                return Ok(None);
            };
            match serde_json::from_str(&letter) {
                Ok(letter) => {
                    return Ok(Some(Mail {
                        id,
                        key,
                        letter,
                        tries,
                    }));
                }
                Err(error) => {
                    let error = format!("this version knows no such letter: {error}");
                    let obstacle = ObstacleKind::Other.into();
                    let dead = Ending::Dead { error, obstacle };
                    self.settle_mail(id, dead, now).await?;
                }
            }
        }
    }

    /// What a mail is known by to those who get it, whatever its number.
    pub(crate) fn mail_id(&self, key: &str) -> String {
        let signed = self.secret.sign(&[b"mail", key.as_bytes()]);
        URL_SAFE_NO_PAD.encode(&signed[..16])
    }

    /// Writes down how a try has ended. What somebody has thrown away meanwhile stays so, unless it was sent.
    pub(crate) async fn settle_mail(&self, id: i64, ending: Ending, now: i64) -> Result<(), Error> {
        let (state, due, failure) = match ending {
            Ending::Sent => ("sent", None, None),
            Ending::Needless => ("needless", None, None),
            Ending::Later {
                due,
                error,
                obstacle,
            } => ("waiting", Some(due), Some((error, obstacle))),
            Ending::Dead { error, obstacle } => ("dead", None, Some((error, obstacle))),
        };
        let obstacle = failure.as_ref().map(|(_, obstacle)| *obstacle);
        sqlx::query(
            "UPDATE mail SET state = ?1, due = coalesce(?2, due), error = ?3, tries = tries + 1, \
             ended = CASE WHEN ?1 = 'waiting' THEN NULL ELSE ?4 END, \
             obstacle = ?6, code = ?7 WHERE id = ?5 AND (state = 'waiting' OR ?1 = 'sent')",
        )
        .bind(state)
        .bind(due)
        .bind(failure.map(|(error, _)| error))
        .bind(now)
        .bind(id)
        .bind(obstacle.map(|it| it.kind.as_str()))
        .bind(obstacle.and_then(|it| it.code))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// An address, and how to write to it.
    pub(crate) async fn reader(&self, address: i64) -> Result<Option<Reader>, Error> {
        Ok(sqlx::query_as(
            "SELECT email, language, confirmed IS NOT NULL AS is_confirmed \
             FROM address WHERE id = ?",
        )
        .bind(address)
        .fetch_optional(&self.readers)
        .await?)
    }

    /// A comment of who claims an address that is published, the latest: its page is what the owner
    /// knows of.
    pub(crate) async fn latest_of(&self, claim: i64) -> Result<Option<Quoted>, Error> {
        Ok(sqlx::query_as(
            "SELECT comment.id, parent_id, author, html, page_id, site, key, title, url \
             FROM subscription JOIN comment ON comment.id = comment_id \
             JOIN page ON page.id = page_id \
             WHERE claim_id = ? AND state = 'published' ORDER BY comment.id DESC LIMIT 1",
        )
        .bind(claim)
        .fetch_optional(&self.readers)
        .await?)
    }

    /// Those of the answers that are still published, each with what it answers, which is still
    /// followed by that address.
    pub(crate) async fn answers(
        &self,
        address: i64,
        ids: &[String],
    ) -> Result<Vec<(Quoted, Quoted)>, Error> {
        let mut snapshot = self.readers.begin().await?;
        let mut answers = Vec::new();
        for id in ids {
            let Some(answer) = quoted(&mut snapshot, id).await? else {
                continue;
            };
            let parent = match &answer.parent_id {
                Some(parent) => quoted(&mut snapshot, parent).await?,
                None => None,
            };
            let Some(parent) = parent else { continue };
            let is_followed: bool = sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM subscription JOIN claim ON claim.id = claim_id \
                 WHERE comment_id = ? AND subscription.address_id = ? AND confirmed IS NOT NULL)",
            )
            .bind(&parent.id)
            .bind(address)
            .fetch_one(&mut *snapshot)
            .await?;
            if is_followed {
                answers.push((parent, answer));
            }
        }
        Ok(answers)
    }

    /// Mails of the queue, the latest first.
    pub(crate) async fn mail_queue(
        &self,
        state: Option<&str>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<MailQueue, Error> {
        let mut snapshot = self.readers.begin().await?;
        let mut rows: Vec<QueueRow> = sqlx::query_as(
            "SELECT id, coalesce(letter ->> 'kind', '') AS kind, state, tries, error, \
             obstacle, code, created, \
             coalesce(ended, due) AS at FROM mail \
             WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR id < ?2) \
             ORDER BY id DESC LIMIT ?3",
        )
        .bind(state)
        .bind(before)
        .bind(limit + 1)
        .fetch_all(&mut *snapshot)
        .await?;
        let (waiting, dead): (u32, u32) = sqlx::query_as(
            "SELECT count(*) FILTER (WHERE state = 'waiting'), \
             count(*) FILTER (WHERE state = 'dead') FROM mail",
        )
        .fetch_one(&mut *snapshot)
        .await?;
        let is_all = rows.len() <= limit as usize;
        rows.truncate(limit as usize);
        let last = rows.last().filter(|_| !is_all);
        Ok(MailQueue {
            next: last.map(|row| row.id.to_string()),
            items: rows.into_iter().map(QueuedMail::from).collect(),
            waiting,
            dead,
        })
    }

    /// Has a mail that could not be sent, or that waits, tried at once; false when there is none.
    pub(crate) async fn retry_mail(&self, id: i64, user: &str, now: i64) -> Result<bool, Error> {
        let change = "UPDATE mail SET state = 'waiting', due = ?, tries = 0, ended = NULL \
             WHERE id = ? AND state IN ('waiting', 'dead') \
             RETURNING coalesce(letter ->> 'kind', '')";
        self.change_mail(change, DoneCode::MailRetry, id, user, now)
            .await
    }

    /// Has all mails tried at once that could not be sent so far.
    pub(crate) async fn retry_mails(&self, user: &str, now: i64) -> Result<(), Error> {
        let mut change = self.begin().await?;
        let again = sqlx::query(
            "UPDATE mail SET state = 'waiting', due = ?, tries = 0, ended = NULL \
             WHERE state = 'dead' OR state = 'waiting' AND tries > 0",
        )
        .bind(now)
        .execute(&mut *change)
        .await?;
        if again.rows_affected() > 0 {
            // How many, and not each.
            let (count, detail) = (again.rows_affected().to_string(), serde_json::json!({}));
            audit(
                &mut change,
                user,
                DoneCode::MailRetry,
                None,
                &count,
                &detail,
                now,
            )
            .await?;
        }
        change.commit().await?;
        Ok(())
    }

    /// Sends a mail no more; false when there is none that would be.
    pub(crate) async fn drop_mail(&self, id: i64, user: &str, now: i64) -> Result<bool, Error> {
        let change = "UPDATE mail SET state = 'needless', ended = ? \
             WHERE id = ? AND state IN ('waiting', 'dead') \
             RETURNING coalesce(letter ->> 'kind', '')";
        self.change_mail(change, DoneCode::MailDrop, id, user, now)
            .await
    }

    /// Changes a mail by a statement that gives its kind, and notes who has done so; false when there is none
    /// to change.
    async fn change_mail(
        &self,
        statement: &'static str,
        deed: DoneCode,
        id: i64,
        user: &str,
        now: i64,
    ) -> Result<bool, Error> {
        let mut change = self.begin().await?;
        let kind: Option<String> = sqlx::query_scalar(statement)
            .bind(now)
            .bind(id)
            .fetch_optional(&mut *change)
            .await?;
        if let Some(kind) = &kind {
            let detail = serde_json::json!({ "mail": kind });
            audit(&mut change, user, deed, None, &id.to_string(), &detail, now).await?;
        }
        change.commit().await?;
        Ok(kind.is_some())
    }

    /// An SMTP server says that nobody is at an address. If it has said so a day before, no answers are sent
    /// there any more: whoever goes on writing to nobody is taken for somebody who sends spam. Not at the
    /// first time, because servers that are set up wrong say so, too.
    pub(crate) async fn nobody_is_at(&self, address: i64, now: i64) -> Result<(), Error> {
        const A_DAY: i64 = 24 * 60 * 60 * 1000;
        let was_so: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM mail WHERE state = 'dead' AND ended <= ?1 \
             AND letter ->> 'kind' = 'answers' AND letter ->> 'address' = ?2 \
             AND instr(error, ?3))",
        )
        .bind(now - A_DAY)
        .bind(address)
        .bind(NOBODY)
        .fetch_one(&self.readers)
        .await?;
        match was_so {
            true => self.unsubscribe(address, None).await,
            false => Ok(()),
        }
    }

    /// Forgets what was sent long ago, addresses of who has not confirmed them, and answers that nobody waits
    /// for.
    pub(crate) async fn forget_mail(&self, now: i64) -> Result<(), Error> {
        const OUTDATED: [&str; 4] = [
            "concern WHERE created <= ?1",
            "mail WHERE state <> 'waiting' AND ended <= ?1",
            "subscription WHERE claim_id IN \
             (SELECT id FROM claim WHERE confirmed IS NULL AND created <= ?2)",
            "answer WHERE NOT EXISTS (SELECT 1 FROM comment \
             JOIN subscription ON subscription.comment_id = comment.parent_id \
             WHERE comment.id = answer.comment_id)",
        ];
        for outdated in OUTDATED {
            // The writer is not disturbed for nothing.
            let is_any = format!("SELECT EXISTS (SELECT 1 FROM {outdated})");
            let is_any: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(is_any))
                .bind(now - REMEMBERED)
                .bind(now - CONFIRM_WITHIN)
                .fetch_one(&self.readers)
                .await?;
            if is_any {
                let delete = format!("DELETE FROM {outdated}");
                sqlx::query(sqlx::AssertSqlSafe(delete))
                    .bind(now - REMEMBERED)
                    .bind(now - CONFIRM_WITHIN)
                    .execute(&self.writer)
                    .await?;
                self.write_through().await?;
            }
        }
        Ok(())
    }
}

async fn quoted(snapshot: &mut SqliteConnection, id: &str) -> Result<Option<Quoted>, Error> {
    Ok(sqlx::query_as(
        "SELECT comment.id, parent_id, author, html, page_id, site, key, title, url \
         FROM comment JOIN page ON page.id = page_id \
         WHERE comment.id = ? AND state = 'published'",
    )
    .bind(id)
    .fetch_optional(snapshot)
    .await?)
}

/// Puts a mail into the queue, unless there is one about the same already.
pub(super) async fn enqueue(
    change: &mut SqliteConnection,
    key: &str,
    letter: &Letter,
    now: i64,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO mail (key, letter, due, created) VALUES (?1, ?2, ?3, ?3) \
         ON CONFLICT (key) DO NOTHING",
    )
    .bind(key)
    .bind(serde_json::to_string(letter).unwrap_or_default())
    .bind(now)
    .execute(change)
    .await?;
    Ok(())
}

/// Notes that answers are told of.
async fn told(change: &mut SqliteConnection, answers: &[String], now: i64) -> Result<(), Error> {
    sqlx::query("UPDATE answer SET told = ? WHERE comment_id IN (SELECT value FROM json_each(?))")
        .bind(now)
        .bind(super::read::json_array(answers))
        .execute(change)
        .await?;
    Ok(())
}
