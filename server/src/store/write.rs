//! What changes the store. Each is one transaction: it happens as a whole, or not at all.

use afterword_protocol::{Comment, ProblemKind};
use sqlx::SqliteConnection;

use super::history::{By, keep_version};
use super::page::last_of;
use super::row::{Row, columns, theirs};
use super::subscription::Left;
use super::verdict::{give_reasons, worsen};
use super::{Error, ReaderRow, Store, Subscriber};
use crate::domain::{Page, Token, digest};
use crate::error::Refusal;
use crate::screening::{Decision, Sender, Verdict, too_soon};

/// For how long a create can be repeated, in milliseconds.
pub(super) const IDEMPOTENCY_WINDOW: i64 = 24 * 60 * 60 * 1000;

/// What makes a create safe to repeat.
pub(crate) struct Key<'a> {
    pub(crate) key: &'a str,
    /// SHA-256 of the request.
    pub(crate) body: [u8; 32],
}

/// A comment to be stored.
pub(crate) struct NewRow<'a> {
    pub(crate) page: &'a Page,
    pub(crate) parent: Option<&'a str>,
    /// Whether it may answer what is shown to its author alone.
    pub(crate) answers_hidden: bool,
    pub(crate) author: Option<&'a str>,
    pub(crate) website: Option<&'a str>,
    /// As it was typed.
    pub(crate) text: &'a str,
    /// As it is shown.
    pub(crate) html: &'a str,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
    pub(crate) key: Option<Key<'a>>,
    /// Greatest depth that it may have.
    pub(crate) max_depth: u32,
    /// What was decided about it.
    pub(crate) verdict: &'a Verdict,
    /// Who sends it; nobody who is known, where it is a sample.
    pub(crate) sender: Option<&'a Sender>,
    /// Whether its author wishes to hear of answers.
    pub(crate) subscriber: Option<Subscriber<'a>>,
    /// Who has signed in to write it.
    pub(crate) reader: Option<&'a ReaderRow>,
}

impl NewRow<'_> {
    /// What shows that several comments are theirs.
    fn person(&self) -> Option<&[u8]> {
        let person = self.sender?.person.as_ref()?;
        Some(person.as_slice())
    }
}

/// A stored comment, and the token that makes it its author's.
pub(crate) struct Posted {
    pub(crate) comment: Comment,
    pub(crate) token: Token,
}

/// Who wants to change a comment, and when.
pub(crate) struct Ownership {
    /// SHA-256 of the edit token that was sent.
    pub(crate) token: Option<[u8; 32]>,
    /// The reader who has signed in: theirs is what they wrote, on whatever device.
    pub(crate) reader: Option<i64>,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
    /// For how many seconds a comment may be changed; 0 means always.
    pub(crate) window: u32,
}

impl Ownership {
    /// Whether a comment is theirs that has that token's hash, and that reader for an author.
    pub(super) fn is_of(&self, hash: &[u8], reader: Option<i64>) -> bool {
        self.token.is_some_and(|token| token == hash) || reader.is_some() && self.reader == reader
    }
}

impl Store {
    /// Stores a comment; the same key gives the same comment.
    pub(crate) async fn create(&self, new: NewRow<'_>) -> Result<Posted, Error> {
        let mut change = self.begin().await?;
        if let Some(key) = &new.key
            && let Some(posted) = self.repeated(&mut change, key, new.now).await?
        {
            return Ok(posted);
        }
        let verdict = new.verdict.as_stored();
        let is_published = verdict == "published";
        let (page, number, slow_seconds) =
            enter_page(&mut change, new.page, new.verdict, new.now).await?;
        if let Some(sender) = new.sender.filter(|it| slow_seconds > 0 && !it.is_moderator) {
            // Another of theirs may have come in while this one was looked at.
            let last = last_of(&mut change, page, sender).await?;
            too_soon(last, slow_seconds, new.now).map_or(Ok(()), Err)?;
        }
        let (id, created) = self.ids.next(new.now);
        let (root, depth) = match new.parent {
            None => (id.clone(), 0),
            Some(parent) => {
                let bounds = (new.max_depth, new.answers_hidden);
                place_of_reply(&mut change, page, parent, bounds).await?
            }
        };
        let token = Token::of(&self.secret, new.key.as_ref().map(|key| key.key), &id);
        let row: Row = sqlx::query_as(concat!(
            "INSERT INTO comment (id, page_id, root_id, parent_id, depth, number, author, website, \
             text, html, created, state, token_hash, verdict, client, person, shadowed, flagged, \
             held, reader_id, badge, unproven) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING ",
            columns!()
        ))
        .bind(&id)
        .bind(page)
        .bind(root)
        .bind(new.parent)
        .bind(depth)
        .bind(number)
        .bind(new.author)
        .bind(new.website)
        .bind(new.text)
        .bind(new.html)
        .bind(created)
        .bind(if is_published { "published" } else { "gone" })
        .bind(token.hash().as_slice())
        .bind(verdict)
        .bind(new.sender.map(|sender| sender.network.hash.as_slice()))
        .bind(new.person())
        .bind(new.verdict.is_shadowed)
        .bind(new.verdict.decision == Decision::Flag)
        .bind((!is_published).then_some(created))
        .bind(new.reader.map(|reader| reader.id))
        .bind(new.reader.and_then(|reader| reader.badge.as_deref()))
        .bind(new.verdict.is_unproven)
        .fetch_one(&mut *change)
        .await?;
        give_reasons(&mut change, &id, new.verdict, new.now).await?;
        if let Some(subscriber) = new.subscriber {
            let left = Left {
                comment: &id,
                site: &new.page.site,
                person: new.person(),
            };
            self.subscribe(&mut change, left, subscriber, new.now)
                .await?;
        }
        if let Some(key) = &new.key {
            sqlx::query(
                "INSERT INTO idempotency (key_hash, body_hash, comment_id, created) \
                 VALUES (?, ?, ?, ?)",
            )
            .bind(digest(key.key.as_bytes()).as_slice())
            .bind(key.body.as_slice())
            .bind(&id)
            .bind(new.now)
            .execute(&mut *change)
            .await?;
        }
        change.commit().await?;
        Ok(Posted {
            comment: row.for_author(),
            token,
        })
    }

    /// What the same request was answered before, as it stands now, if it came before.
    pub(crate) async fn posted_before(
        &self,
        key: &Key<'_>,
        now: i64,
    ) -> Result<Option<Posted>, Error> {
        let mut reader = self.readers.acquire().await?;
        self.found_by(&mut reader, key, now).await
    }

    /// Forgets requests that nobody repeats any more.
    pub(crate) async fn forget_requests(&self, now: i64) -> Result<(), Error> {
        sqlx::query("DELETE FROM idempotency WHERE created <= ?")
            .bind(now - IDEMPOTENCY_WINDOW)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// What the same request was answered before, as it stands now.
    async fn repeated(
        &self,
        change: &mut SqliteConnection,
        key: &Key<'_>,
        now: i64,
    ) -> Result<Option<Posted>, Error> {
        sqlx::query("DELETE FROM idempotency WHERE created <= ?")
            .bind(now - IDEMPOTENCY_WINDOW)
            .execute(&mut *change)
            .await?;
        self.found_by(change, key, now).await
    }

    async fn found_by(
        &self,
        connection: &mut SqliteConnection,
        key: &Key<'_>,
        now: i64,
    ) -> Result<Option<Posted>, Error> {
        let found: Option<(Vec<u8>, String)> = sqlx::query_as(
            "SELECT body_hash, comment_id FROM idempotency WHERE key_hash = ? AND created > ?",
        )
        .bind(digest(key.key.as_bytes()).as_slice())
        .bind(now - IDEMPOTENCY_WINDOW)
        .fetch_optional(&mut *connection)
        .await?;
        let Some((body, id)) = found else {
            return Ok(None);
        };
        // What was deleted for good has none (`trash.rs`), and isn't found below.
        if !body.is_empty() && body != key.body {
            return Err(Refusal::new(ProblemKind::IdempotencyKeyReused).into());
        }
        let row: Option<Row> = sqlx::query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM comment WHERE id = ? AND ",
            theirs!()
        ))
        .bind(&id)
        .fetch_optional(connection)
        .await?;
        // Its author has deleted it since: it is not to be posted anew.
        let row = row.ok_or_else(|| Refusal::new(ProblemKind::NotFound))?;
        let token = Token::of(&self.secret, Some(key.key), &id);
        Ok(Some(Posted {
            comment: row.for_author(),
            token,
        }))
    }

    /// Refuses whoever may not change a comment, as an edit would.
    pub(crate) async fn check_owner(&self, id: &str, owner: &Ownership) -> Result<(), Error> {
        let mut reader = self.readers.acquire().await?;
        owned(&mut reader, id, owner).await?;
        Ok(())
    }

    /// Gives a comment a new text, and keeps the one that it had.
    pub(crate) async fn edit(
        &self,
        id: &str,
        owner: &Ownership,
        text: &str,
        html: &str,
        verdict: &Verdict,
    ) -> Result<Comment, Error> {
        let mut change = self.begin().await?;
        let Owned {
            verdict: before, ..
        } = owned(&mut change, id, owner).await?;
        keep_version(&mut change, id, text, By::Author).await?;
        // The same text again is no edit.
        let mut row: Row = sqlx::query_as(concat!(
            "UPDATE comment SET edited = CASE WHEN text = ?1 THEN edited ELSE ?2 END, \
             text = ?1, html = ?3 WHERE id = ?4 RETURNING ",
            columns!()
        ))
        .bind(text)
        .bind(owner.now)
        .bind(html)
        .bind(id)
        .fetch_one(&mut *change)
        .await?;
        if let Some(worse) = worsen(&mut change, id, &before, verdict, owner.now).await? {
            row = worse;
        }
        if verdict.decision == Decision::Flag {
            sqlx::query("UPDATE comment SET flagged = 1 WHERE id = ?")
                .bind(id)
                .execute(&mut *change)
                .await?;
        }
        change.commit().await?;
        Ok(row.for_author())
    }
}

/// The page's id, the number of its next comment, and how many seconds have to lie between two of one
/// person. The number is one in the thread, or one below zero for what nobody sees. Who is to believe that
/// theirs is seen gets one in the thread.
async fn enter_page(
    change: &mut SqliteConnection,
    page: &Page,
    verdict: &Verdict,
    now: i64,
) -> Result<(i64, i64, u32), Error> {
    if verdict.as_stored() != "published" {
        let sql = match verdict.is_shadowed {
            true => {
                "INSERT INTO page (site, key, title, url, last_number, opened) \
                 VALUES (?, ?, ?, ?, 1, ?) \
                 ON CONFLICT (site, key) DO UPDATE SET last_number = last_number + 1, \
                     opened = coalesce(opened, excluded.opened) \
                 RETURNING id, last_number, slow_seconds"
            }
            false => {
                "INSERT INTO page (site, key, title, url, last_held, opened) \
                 VALUES (?, ?, ?, ?, 1, ?) \
                 ON CONFLICT (site, key) DO UPDATE SET last_held = last_held + 1, \
                     opened = coalesce(opened, excluded.opened) \
                 RETURNING id, -last_held, slow_seconds"
            }
        };
        return Ok(sqlx::query_as(sql)
            .bind(&page.site)
            .bind(&page.key)
            .bind(&page.title)
            .bind(&page.url)
            .bind(now)
            .fetch_one(change)
            .await?);
    }
    // What was held first doesn't say what the page is called: it may have been spam.
    Ok(sqlx::query_as(
        "INSERT INTO page (site, key, title, url, comment_count, last_number, opened) \
         VALUES (?, ?, ?, ?, 1, 1, ?) \
         ON CONFLICT (site, key) DO UPDATE SET \
             title = iif(comment_count = 0, coalesce(excluded.title, title), \
                 coalesce(title, excluded.title)), \
             url = iif(comment_count = 0, coalesce(excluded.url, url), \
                 coalesce(url, excluded.url)), \
             comment_count = comment_count + 1, last_number = last_number + 1, \
             opened = coalesce(opened, excluded.opened) \
         RETURNING id, last_number, slow_seconds",
    )
    .bind(&page.site)
    .bind(&page.key)
    .bind(&page.title)
    .bind(&page.url)
    .bind(now)
    .fetch_one(change)
    .await?)
}

/// Root and depth of what answers `parent`.
async fn place_of_reply(
    change: &mut SqliteConnection,
    page: i64,
    parent: &str,
    (max_depth, answers_hidden): (u32, bool),
) -> Result<(String, u32), Error> {
    let found: Option<(String, u32)> = sqlx::query_as(concat!(
        "SELECT root_id, depth + 1 FROM comment \
         WHERE id = ? AND page_id = ? AND (state = 'published' OR (? AND shadowed = 1 AND ",
        theirs!(),
        "))"
    ))
    .bind(parent)
    .bind(page)
    .bind(answers_hidden)
    .fetch_optional(&mut *change)
    .await?;
    let (root, depth) = found.ok_or_else(|| Refusal::new(ProblemKind::ParentNotFound))?;
    if depth > max_depth {
        return Err(Refusal::over(ProblemKind::TooDeep, max_depth).into());
    }
    let is_locked: bool = sqlx::query_scalar(
        "WITH RECURSIVE above (id, parent_id, locked) AS ( \
             SELECT id, parent_id, locked FROM comment WHERE id = ? \
             UNION ALL \
             SELECT comment.id, comment.parent_id, comment.locked \
             FROM comment JOIN above ON comment.id = above.parent_id \
         ) SELECT EXISTS (SELECT 1 FROM above WHERE locked = 1)",
    )
    .bind(parent)
    .fetch_one(change)
    .await?;
    if is_locked {
        let detail = "this conversation takes no more replies";
        return Err(Refusal::because(ProblemKind::Closed, detail).into());
    }
    Ok((root, depth))
}

pub(super) struct Owned {
    pub(super) page_id: i64,
    pub(super) parent_id: Option<String>,
    pub(super) verdict: String,
}

/// What decides who may change a comment.
#[derive(sqlx::FromRow)]
struct Written {
    page_id: i64,
    parent_id: Option<String>,
    verdict: String,
    token_hash: Vec<u8>,
    reader_id: Option<i64>,
    created: i64,
}

/// The comment, when it is there and this is its author in good time.
pub(super) async fn owned(
    change: &mut SqliteConnection,
    id: &str,
    owner: &Ownership,
) -> Result<Owned, Error> {
    let found: Option<Written> = sqlx::query_as(concat!(
        "SELECT page_id, parent_id, verdict, token_hash, reader_id, created FROM comment \
         WHERE id = ? AND ",
        theirs!()
    ))
    .bind(id)
    .fetch_optional(change)
    .await?;
    let Written {
        page_id,
        parent_id,
        verdict,
        token_hash,
        reader_id,
        created,
    } = found.ok_or_else(|| Refusal::new(ProblemKind::NotFound))?;
    if !owner.is_of(&token_hash, reader_id) {
        return Err(Refusal::new(ProblemKind::TokenInvalid).into());
    }
    let window = i64::from(owner.window) * 1000;
    if window > 0 && owner.now - created >= window {
        return Err(Refusal::over(ProblemKind::EditWindowClosed, owner.window).into());
    }
    Ok(Owned {
        page_id,
        parent_id,
        verdict,
    })
}
