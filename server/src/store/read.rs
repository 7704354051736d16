//! What is asked of the store.

use std::collections::HashMap;

use afterword_protocol::{
    Branch, Comment, CommentDetail, PageCount, ProblemKind, Reaction, Replies, Sort, Status,
};
use sqlx::SqliteConnection;

use super::reader::BY_SITE;
use super::row::{Row, columns, reactions, theirs};
use super::{Error, Store};
use crate::domain::Page;
use crate::error::Refusal;

/// Which part of a thread is asked for.
pub(crate) struct Portion<'a> {
    pub(crate) sort: Sort,
    /// Most roots.
    pub(crate) roots: u32,
    /// Most descendants of each.
    pub(crate) replies: u32,
    /// Where the part before ended, as it was told then.
    pub(crate) cursor: Option<&'a str>,
}

/// A part of a page's thread.
#[derive(Default)]
pub(crate) struct Part {
    pub(crate) branches: Vec<Branch>,
    /// Where to go on.
    pub(crate) next: Option<String>,
    /// How many comments the page has.
    pub(crate) total: u32,
    /// How many roots, in the first of several parts.
    pub(crate) root_count: Option<u32>,
    /// The page's version.
    pub(crate) version: i64,
    /// What was thought of the article.
    pub(crate) reactions: Vec<Reaction>,
}

/// Sorts after every id.
const AFTER_ALL: &str = "~";

/// What stands between rank and id in a cursor; no id has it.
const RANK_END: char = '_';

/// Roots in the order of a rank, the highest first; among equals the latest first, so that the order
/// is total. What comes is chosen by rank and id alone, and only that is read whole.
macro_rules! ranked {
    ($rank:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", rank FROM ( \
                 SELECT id, rank FROM ( \
                     SELECT id, ",
            $rank,
            " AS rank FROM comment INDEXED BY comment_top \
                     WHERE page_id = ?1 AND parent_id IS NULL AND state <> 'gone' \
                     AND (pinned IS NULL OR state <> 'published') \
                 ) WHERE (rank, id) < (?2, ?3) ORDER BY rank DESC, id DESC LIMIT ?4 \
             ) AS place JOIN comment ON comment.id = place.id \
             ORDER BY rank DESC, comment.id DESC"
        )
    };
}

/// How many roots a page has: by the index of roots, and not by all of its comments.
pub(super) const ROOTS: &str = "SELECT count(*) FROM comment INDEXED BY comment_root \
     WHERE page_id = ? AND parent_id IS NULL AND state <> 'gone'";

#[derive(sqlx::FromRow)]
struct RankedRow {
    #[sqlx(flatten)]
    row: Row,
    rank: i64,
}

#[derive(sqlx::FromRow)]
struct ReplyRow {
    #[sqlx(flatten)]
    row: Row,
    root_id: String,
    reply_count: u32,
}

#[derive(sqlx::FromRow)]
struct DetailRow {
    #[sqlx(flatten)]
    row: Row,
    text: String,
    key: String,
    is_own: bool,
}

#[derive(sqlx::FromRow)]
struct AboveRow {
    #[sqlx(flatten)]
    row: Row,
    /// Whether whoever asks is the only one who is shown it.
    is_own: bool,
}

impl AboveRow {
    fn shown(self) -> Comment {
        match self.is_own {
            true => self.row.for_author(),
            false => self.row.into(),
        }
    }
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    page_id: i64,
    site: String,
    key: String,
    title: Option<String>,
    url: Option<String>,
    author: Option<String>,
    website: Option<String>,
    parent_id: Option<String>,
    person: Option<Vec<u8>>,
    email: Option<String>,
    is_known: bool,
}

/// What a comment is besides its text.
pub(crate) struct Standing {
    pub(crate) page_id: i64,
    pub(crate) page: Page,
    pub(crate) author: Option<String>,
    pub(crate) website: Option<String>,
    pub(crate) parent: Option<String>,
    /// Who wrote it.
    pub(crate) person: Option<[u8; 16]>,
    /// The address that they have signed in by, or wish to hear of answers at.
    pub(crate) email: Option<String>,
    /// Whether that is somebody whom the site knows.
    pub(crate) is_known: bool,
}

/// What a comment says and has said.
pub(crate) struct Said {
    /// All its texts, the first one first.
    pub(crate) texts: Vec<String>,
    /// What is shown of the last one.
    pub(crate) html: String,
    /// Whether it came without a proof of work.
    pub(crate) is_unproven: bool,
}

impl Store {
    /// A part of a page's thread.
    pub(crate) async fn list(
        &self,
        site: &str,
        page: &str,
        portion: Portion<'_>,
    ) -> Result<Part, Error> {
        // One snapshot for all of it.
        let mut snapshot = self.readers.begin().await?;
        let found: Option<(i64, u32, i64, String)> = sqlx::query_as(
            "SELECT id, comment_count, version, reactions FROM page WHERE site = ? AND key = ?",
        )
        .bind(site)
        .bind(page)
        .fetch_optional(&mut *snapshot)
        .await?;
        let Some((page, total, version, given)) = found else {
            return Ok(Part::default());
        };
        let (roots, next) = match portion.sort {
            Sort::Newest => {
                let sql = concat!(
                    "SELECT ",
                    columns!(),
                    " FROM comment WHERE page_id = ? AND parent_id IS NULL AND state <> 'gone' \
                     AND (pinned IS NULL OR state <> 'published') \
                     AND id < ? ORDER BY id DESC LIMIT ?"
                );
                by_id(&mut snapshot, page, &portion, sql, AFTER_ALL).await?
            }
            Sort::Oldest => {
                let sql = concat!(
                    "SELECT ",
                    columns!(),
                    " FROM comment WHERE page_id = ? AND parent_id IS NULL AND state <> 'gone' \
                     AND (pinned IS NULL OR state <> 'published') \
                     AND id > ? ORDER BY id LIMIT ?"
                );
                by_id(&mut snapshot, page, &portion, sql, "").await?
            }
            Sort::Top => by_rank(&mut snapshot, page, &portion, ranked!("up - down")).await?,
            Sort::Discussed => {
                let sql = ranked!(
                    "(SELECT count(*) FROM comment AS reply WHERE reply.root_id = comment.id \
                     AND reply.parent_id IS NOT NULL AND reply.state <> 'gone')"
                );
                by_rank(&mut snapshot, page, &portion, sql).await?
            }
        };
        // What is pinned stands above all others, once.
        let roots = match portion.cursor {
            None => pinned(&mut snapshot, page)
                .await?
                .into_iter()
                .chain(roots)
                .collect(),
            Some(_) => roots,
        };
        let root_count = if next.is_some() && portion.cursor.is_none() {
            let count = sqlx::query_scalar(ROOTS).bind(page);
            Some(count.fetch_one(&mut *snapshot).await?)
        } else {
            None
        };
        Ok(Part {
            root_count,
            branches: branches(&mut snapshot, roots, portion.replies).await?,
            next,
            total,
            version,
            reactions: reactions(&given),
        })
    }

    /// More of a root's descendants; none when there is no such root.
    pub(crate) async fn replies(
        &self,
        root: &str,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Option<Replies>, Error> {
        let mut snapshot = self.readers.begin().await?;
        let is_there: bool = sqlx::query_scalar(concat!(
            "SELECT EXISTS (SELECT 1 FROM comment WHERE id = ? AND parent_id IS NULL \
             AND (state <> 'gone' OR (shadowed = 1 AND ",
            theirs!(),
            ")))"
        ))
        .bind(root)
        .fetch_one(&mut *snapshot)
        .await?;
        if !is_there {
            return Ok(None);
        }
        let mut rows: Vec<Row> = sqlx::query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM comment WHERE root_id = ? AND parent_id IS NOT NULL AND state <> 'gone' \
             AND id > ? ORDER BY id LIMIT ?"
        ))
        .bind(root)
        .bind(cursor.unwrap_or_default())
        .bind(limit + 1)
        .fetch_all(&mut *snapshot)
        .await?;
        let next = next_cursor(&mut rows, limit, |row| &row.id);
        let replies = rows.into_iter().map(Comment::from).collect();
        Ok(Some(Replies {
            replies,
            next,
            incomplete: false,
        }))
    }

    /// A comment, with what it answers.
    /// Its author, who has its token, is also shown what waits for a moderator.
    pub(crate) async fn detail(
        &self,
        id: &str,
        token: Option<&[u8; 32]>,
        reader: Option<i64>,
    ) -> Result<Option<CommentDetail>, Error> {
        let mut snapshot = self.readers.begin().await?;
        let found: Option<DetailRow> = sqlx::query_as(concat!(
            "SELECT ",
            columns!(),
            ", comment.text, page.key, coalesce((comment.token_hash = ?2 OR comment.reader_id = ?3) AND ",
            theirs!(),
            ", 0) AS is_own FROM comment JOIN page ON page.id = comment.page_id \
             WHERE comment.id = ?1 AND (comment.state <> 'gone' OR ((comment.token_hash = ?2 OR comment.reader_id = ?3) AND ",
            theirs!(),
            "))"
        ))
        .bind(id)
        .bind(token.map(<[u8; 32]>::as_slice))
        .bind(reader)
        .fetch_optional(&mut *snapshot)
        .await?;
        let Some(detail) = found else { return Ok(None) };
        // What they alone are shown stands for them above it, too.
        let ancestors: Vec<AboveRow> = sqlx::query_as(concat!(
            "WITH RECURSIVE above (id) AS ( \
                 SELECT parent_id FROM comment WHERE id = ?1 \
                 UNION ALL \
                 SELECT comment.parent_id FROM comment JOIN above ON comment.id = above.id \
             ) \
             SELECT ",
            columns!(),
            ", ?2 AND comment.shadowed AND coalesce(comment.person = own.person \
                 OR comment.reader_id = own.reader_id OR comment.client = own.client, 0) AS is_own \
             FROM comment JOIN above ON comment.id = above.id JOIN comment AS own ON own.id = ?1 \
             ORDER BY comment.depth"
        ))
        .bind(id)
        .bind(detail.is_own)
        .fetch_all(&mut *snapshot)
        .await?;
        let comment: Comment = match detail.is_own {
            true => detail.row.for_author(),
            false => detail.row.into(),
        };
        let is_there = comment.status != Status::Deleted;
        Ok(Some(CommentDetail {
            comment,
            text: if is_there { detail.text } else { String::new() },
            page: detail.key,
            ancestors: ancestors.into_iter().map(AboveRow::shown).collect(),
        }))
    }

    /// A comment that its author alone is shown, as they are.
    pub(crate) async fn hidden_detail(&self, id: &str) -> Result<Option<CommentDetail>, Error> {
        let token: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT token_hash FROM comment WHERE id = ? AND shadowed = 1")
                .bind(id)
                .fetch_optional(&self.readers)
                .await?;
        match token.and_then(|token| token.try_into().ok()) {
            Some(token) => self.detail(id, Some(&token), None).await,
            None => Ok(None),
        }
    }

    /// Site and key of the page that a comment stands on, for its author alone perhaps; none when there is
    /// no such comment.
    pub(crate) async fn page_of(&self, id: &str) -> Result<Option<(String, String)>, Error> {
        Ok(sqlx::query_as(concat!(
            "SELECT page.site, page.key FROM comment JOIN page ON page.id = comment.page_id \
             WHERE comment.id = ? AND (state <> 'gone' OR (shadowed = 1 AND ",
            theirs!(),
            "))"
        ))
        .bind(id)
        .fetch_optional(&self.readers)
        .await?)
    }

    /// The id of a page, if anybody has commented on it.
    pub(crate) async fn page_id(&self, site: &str, key: &str) -> Result<Option<i64>, Error> {
        Ok(
            sqlx::query_scalar("SELECT id FROM page WHERE site = ? AND key = ?")
                .bind(site)
                .bind(key)
                .fetch_optional(&self.readers)
                .await?,
        )
    }

    /// What a comment is that its author may still change, or restore.
    pub(crate) async fn standing(&self, id: &str) -> Result<Option<Standing>, Error> {
        let found: Option<StandingRow> = sqlx::query_as(concat!(
            "SELECT page.id AS page_id, page.site, page.key, page.title, page.url, \
             coalesce(comment.author, trash.author) AS author, \
             coalesce(comment.website, trash.website) AS website, \
             comment.parent_id, comment.person, \
             coalesce(reader.email, (SELECT email FROM subscription \
                 JOIN address ON address.id = address_id \
                 WHERE subscription.comment_id = comment.id)) AS email, \
             coalesce(reader.verified OR reader.issuer = ?2, 0) AS is_known \
             FROM comment JOIN page ON page.id = comment.page_id \
             LEFT JOIN reader ON reader.id = comment.reader_id \
             LEFT JOIN trash ON trash.comment_id = comment.id \
             WHERE comment.id = ?1 AND (trash.comment_id NOTNULL OR ",
            theirs!(),
            ")"
        ))
        .bind(id)
        .bind(BY_SITE)
        .fetch_optional(&self.readers)
        .await?;
        Ok(found.map(|row| Standing {
            page_id: row.page_id,
            page: Page {
                site: row.site,
                key: row.key,
                title: row.title,
                url: row.url,
            },
            author: row.author,
            website: row.website,
            parent: row.parent_id,
            person: row.person.and_then(|it| it.try_into().ok()),
            email: row.email,
            is_known: row.is_known,
        }))
    }

    /// What a comment says and has said.
    pub(crate) async fn said(&self, id: &str) -> Result<Said, Error> {
        let mut snapshot = self.readers.begin().await?;
        let present: Option<(String, String, bool)> =
            sqlx::query_as("SELECT text, html, unproven FROM comment WHERE id = ?")
                .bind(id)
                .fetch_optional(&mut *snapshot)
                .await?;
        let (text, html, is_unproven) = present.unwrap_or_default();
        let mut texts: Vec<String> =
            sqlx::query_scalar("SELECT text FROM version WHERE comment_id = ? ORDER BY number")
                .bind(id)
                .fetch_all(&mut *snapshot)
                .await?;
        texts.push(text);
        Ok(Said {
            texts,
            html,
            is_unproven,
        })
    }

    /// Whether a comment stands on that page; for its author, who has its token, also while it waits for
    /// a moderator.
    pub(crate) async fn is_on(
        &self,
        id: &str,
        site: &str,
        page: &str,
        token: Option<&[u8; 32]>,
    ) -> Result<bool, Error> {
        Ok(sqlx::query_scalar(concat!(
            "SELECT EXISTS (SELECT 1 FROM comment JOIN page ON page.id = comment.page_id \
             WHERE comment.id = ? AND page.site = ? AND page.key = ? \
             AND (state <> 'gone' OR (token_hash = ? AND ",
            theirs!(),
            ")))"
        ))
        .bind(id)
        .bind(site)
        .bind(page)
        .bind(token.map(<[u8; 32]>::as_slice))
        .fetch_one(&self.readers)
        .await?)
    }

    /// How many comments pages have, in the order asked for.
    pub(crate) async fn counts(
        &self,
        site: &str,
        pages: Vec<String>,
    ) -> Result<Vec<PageCount>, Error> {
        let found: Vec<(String, u32)> = sqlx::query_as(
            "SELECT key, comment_count FROM page \
             WHERE site = ? AND key IN (SELECT value FROM json_each(?))",
        )
        .bind(site)
        .bind(json_array(&pages))
        .fetch_all(&self.readers)
        .await?;
        let count_of = |page: &str| {
            found
                .iter()
                .find(|(key, _)| key == page)
                .map_or(0, |(_, count)| *count)
        };
        Ok(pages
            .into_iter()
            .map(|page| PageCount {
                count: count_of(&page),
                page,
            })
            .collect())
    }

    /// The version of what readers see of a page; 0 when nobody has commented on it.
    /// And when it was opened, and after how many days it closes, if it has a number of its own.
    pub(crate) async fn version(
        &self,
        site: &str,
        page: &str,
    ) -> Result<(i64, Option<i64>, Option<u32>), Error> {
        let found: Option<(i64, Option<i64>, Option<u32>)> = sqlx::query_as(
            "SELECT version, opened, close_after_days FROM page WHERE site = ? AND key = ?",
        )
        .bind(site)
        .bind(page)
        .fetch_optional(&self.readers)
        .await?;
        Ok(found.unwrap_or_default())
    }

    /// What is known of a page: title and address.
    pub(crate) async fn page(
        &self,
        site: &str,
        key: &str,
    ) -> Result<Option<(Option<String>, Option<String>)>, Error> {
        Ok(
            sqlx::query_as("SELECT title, url FROM page WHERE site = ? AND key = ?")
                .bind(site)
                .bind(key)
                .fetch_optional(&self.readers)
                .await?,
        )
    }
}

/// Roots that a moderator has pinned, the latest first.
async fn pinned(snapshot: &mut SqliteConnection, page: i64) -> Result<Vec<Row>, Error> {
    Ok(sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM comment WHERE page_id = ? AND pinned IS NOT NULL AND parent_id IS NULL \
         AND state = 'published' ORDER BY pinned DESC, id DESC"
    ))
    .bind(page)
    .fetch_all(snapshot)
    .await?)
}

/// Roots in the order of their ids, and where to go on.
async fn by_id(
    snapshot: &mut SqliteConnection,
    page: i64,
    portion: &Portion<'_>,
    sql: &'static str,
    start: &str,
) -> Result<(Vec<Row>, Option<String>), Error> {
    let mut roots: Vec<Row> = sqlx::query_as(sql)
        .bind(page)
        .bind(portion.cursor.unwrap_or(start))
        .bind(portion.roots + 1)
        .fetch_all(snapshot)
        .await?;
    let next = next_cursor(&mut roots, portion.roots, |row| &row.id);
    Ok((roots, next))
}

/// Roots in the order of a rank, and where to go on. That is told by rank and id, so that it is a
/// place in the order whatever becomes of the root that stood there.
async fn by_rank(
    snapshot: &mut SqliteConnection,
    page: i64,
    portion: &Portion<'_>,
    sql: &'static str,
) -> Result<(Vec<Row>, Option<String>), Error> {
    let (rank, id) = match portion.cursor {
        None => (i64::MAX, AFTER_ALL),
        Some(cursor) => cursor
            .split_once(RANK_END)
            .and_then(|(rank, id)| Some((rank.parse().ok()?, id)))
            .ok_or_else(|| {
                let detail = "cursor is not one that was given out for this order";
                Refusal::because(ProblemKind::InvalidRequest, detail)
            })?,
    };
    let mut roots: Vec<RankedRow> = sqlx::query_as(sql)
        .bind(page)
        .bind(rank)
        .bind(id)
        .bind(portion.roots + 1)
        .fetch_all(snapshot)
        .await?;
    let limit = portion.roots as usize;
    let is_all = roots.len() <= limit;
    roots.truncate(limit);
    let last = roots.last().filter(|_| !is_all);
    let next = last.map(|last| format!("{}{RANK_END}{}", last.rank, last.row.id));
    Ok((roots.into_iter().map(|root| root.row).collect(), next))
}

/// The roots with the first of their descendants each.
async fn branches(
    snapshot: &mut SqliteConnection,
    roots: Vec<Row>,
    limit: u32,
) -> Result<Vec<Branch>, Error> {
    let ids: Vec<&str> = roots.iter().map(|root| root.id.as_str()).collect();
    // Counted by the index alone; what is written in them is read of the chosen ones.
    let replies: Vec<ReplyRow> = sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        ", comment.root_id, reply_count FROM ( \
             SELECT id, \
                 row_number() OVER (PARTITION BY root_id ORDER BY id) AS place, \
                 count(*) OVER (PARTITION BY root_id) AS reply_count \
             FROM comment \
             WHERE root_id IN (SELECT value FROM json_each(?)) \
             AND parent_id IS NOT NULL AND state <> 'gone' \
         ) AS reply JOIN comment ON comment.id = reply.id \
         WHERE place <= ? ORDER BY comment.id"
    ))
    .bind(json_array(&ids))
    .bind(limit)
    .fetch_all(snapshot)
    .await?;
    let mut branches: Vec<Branch> = roots
        .into_iter()
        .map(|root| Branch {
            root: root.into(),
            replies: Vec::new(),
            reply_count: 0,
            next: None,
        })
        .collect();
    let places: HashMap<String, usize> = branches
        .iter()
        .enumerate()
        .map(|(place, branch)| (branch.root.id.clone(), place))
        .collect();
    for reply in replies {
        if let Some(&place) = places.get(&reply.root_id) {
            branches[place].reply_count = reply.reply_count;
            branches[place].replies.push(reply.row.into());
        }
    }
    for branch in &mut branches {
        if (branch.replies.len() as u64) < u64::from(branch.reply_count) {
            branch.next = branch.replies.last().map(|reply| reply.id.clone());
        }
    }
    Ok(branches)
}

/// One row more than `limit` was asked for: where it came, there is more.
pub(super) fn next_cursor<T>(
    rows: &mut Vec<T>,
    limit: u32,
    id: impl Fn(&T) -> &String,
) -> Option<String> {
    let limit = limit as usize;
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    rows.last().map(|row| id(row).clone())
}

pub(super) fn json_array<T: serde::Serialize>(values: &[T]) -> String {
    serde_json::to_string(values).unwrap_or_default()
}
