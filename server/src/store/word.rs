//! What the classifier has learned.

use sqlx::SqliteConnection;

use super::rule::id_at;
use super::{Error, Store};
use crate::domain::Shown;
use crate::spam::bayes::{Learned, Opinion, Seen, Weight, words_of};

/// What stands for all sites together.
const ALL: &str = "";
/// What counts the comments that were learned from.
const COMMENTS: &str = "";
/// How many of either kind have to have been learned from before anything is made of it.
pub(crate) const ENOUGH: u32 = 10;
/// The same where other sites' moderators have taught it.
pub(crate) const ENOUGH_OF_ALL: u32 = 30;
/// Most words that a moderator is shown.
const TELLING: u32 = 200;
/// Texts that are looked at for repetitions when a site's first comment comes.
const RECENT: u32 = 500;

/// What is to be learned from a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lesson {
    Spam,
    Good,
}

/// What is to be learned of a moderator's decision: a comment that had one verdict has another now.
/// Whether what was deleted is spam, nobody says but where it waited for that question.
pub(crate) fn lesson(before: &str, after: &str) -> Option<Lesson> {
    match (before, after) {
        (_, "published") => Some(Lesson::Good),
        (_, "spam") | ("pending" | "spam", "deleted") => Some(Lesson::Spam),
        _ => None,
    }
}

/// Learns that from a comment, and unlearns what was learned from it before; none to unlearn alone.
/// Gives what had been learned from it, which teaches it that again when a decision is undone.
pub(super) async fn learn(
    change: &mut SqliteConnection,
    comment: &str,
    lesson: Option<Lesson>,
) -> Result<Option<Lesson>, Error> {
    let before: Option<(String, bool, String)> =
        sqlx::query_as("DELETE FROM lesson WHERE comment_id = ? RETURNING site, is_spam, words")
            .bind(comment)
            .fetch_optional(&mut *change)
            .await?;
    let had = before.as_ref().map(|(_, is_spam, _)| match is_spam {
        true => Lesson::Spam,
        false => Lesson::Good,
    });
    if let Some((site, is_spam, words)) = before {
        count(change, &site, &words, is_spam, -1).await?;
    }
    let Some(lesson) = lesson else {
        return Ok(had);
    };
    let found: Option<(String, String, Option<String>, Option<String>)> = sqlx::query_as(
        "SELECT page.site, comment.html, comment.author, comment.website FROM comment \
         JOIN page ON page.id = comment.page_id WHERE comment.id = ?",
    )
    .bind(comment)
    .fetch_optional(&mut *change)
    .await?;
    let Some((site, html, author, website)) = found else {
        return Ok(had);
    };
    let words = words_of(&html, author.as_deref(), website.as_deref());
    let words = json(words.iter().map(String::as_str).chain([COMMENTS]));
    let is_spam = lesson == Lesson::Spam;
    sqlx::query("INSERT INTO lesson (comment_id, site, is_spam, words) VALUES (?, ?, ?, ?)")
        .bind(comment)
        .bind(&site)
        .bind(is_spam)
        .bind(&words)
        .execute(&mut *change)
        .await?;
    count(change, &site, &words, is_spam, 1).await?;
    Ok(had)
}

/// Learns from a comment what it says now, where something was learned from it: of its author's name and
/// website nothing stays when they go.
pub(super) async fn learn_anew(change: &mut SqliteConnection, comment: &str) -> Result<(), Error> {
    let had = learn(change, comment, None).await?;
    if had.is_some() {
        learn(change, comment, had).await?;
    }
    Ok(())
}

/// Forgets what was learned from a comment that is erased. What it has taught of good ones goes with it.
/// Of spam that stays, or its author could have it forgotten; but for words that nobody else has used:
/// they are hardly of use, and may say who it was.
pub(super) async fn forget_lesson(
    change: &mut SqliteConnection,
    comment: &str,
) -> Result<(), Error> {
    let found: Option<(String, bool, String)> =
        sqlx::query_as("SELECT site, is_spam, words FROM lesson WHERE comment_id = ?")
            .bind(comment)
            .fetch_optional(&mut *change)
            .await?;
    match found {
        None => {}
        Some((_, false, _)) => {
            learn(change, comment, None).await?;
        }
        Some((site, true, words)) => {
            for site in [&site, ALL] {
                sqlx::query(
                    "DELETE FROM word WHERE site = ?1 AND spam + good <= 1 AND word <> ?2 \
                     AND word IN (SELECT value FROM json_each(?3))",
                )
                .bind(site)
                .bind(COMMENTS)
                .bind(&words)
                .execute(&mut *change)
                .await?;
            }
            sqlx::query("DELETE FROM lesson WHERE comment_id = ?")
                .bind(comment)
                .execute(change)
                .await?;
        }
    }
    Ok(())
}

fn json<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    serde_json::Value::from(words).to_string()
}

/// Counts words once more, or once less, for a site and for all.
async fn count(
    change: &mut SqliteConnection,
    site: &str,
    words: &str,
    is_spam: bool,
    by: i64,
) -> Result<(), Error> {
    let (spam, good) = if is_spam { (by, 0) } else { (0, by) };
    for site in [site, ALL] {
        sqlx::query(
            "INSERT INTO word (site, word, spam, good) \
             SELECT ?1, value, max(?2, 0), max(?3, 0) FROM json_each(?4) WHERE true \
             ON CONFLICT DO UPDATE SET spam = max(spam + ?2, 0), good = max(good + ?3, 0)",
        )
        .bind(site)
        .bind(spam)
        .bind(good)
        .bind(words)
        .execute(&mut *change)
        .await?;
        if by < 0 {
            sqlx::query(
                "DELETE FROM word WHERE site = ? AND spam = 0 AND good = 0 \
                 AND word IN (SELECT value FROM json_each(?))",
            )
            .bind(site)
            .bind(words)
            .execute(&mut *change)
            .await?;
        }
    }
    Ok(())
}

/// By the ids of that time, and not by all of the site.
pub(super) const RECENTLY_SAID: &str = "SELECT comment.id, comment.html, comment.created FROM comment \
     CROSS JOIN page ON page.id = comment.page_id \
     WHERE page.site = ? AND comment.id > ? ORDER BY comment.id DESC LIMIT ?";

impl Store {
    /// What the classifier makes of a comment by what a site's moderators have taught it, or those of
    /// all sites; none where they have not taught it enough.
    pub(crate) async fn opinion(
        &self,
        site: &str,
        shares: bool,
        (html, author, website): (&str, Option<&str>, Option<&str>),
    ) -> Result<Option<Opinion>, Error> {
        let mut of = site;
        let mut learned = self.learned(site).await?;
        if learned.spam.min(learned.good) < ENOUGH {
            if !shares {
                return Ok(None);
            }
            of = ALL;
            learned = self.learned(ALL).await?;
            if learned.spam.min(learned.good) < ENOUGH_OF_ALL {
                return Ok(None);
            }
        }
        let words = words_of(html, author, website);
        let seen: Vec<(String, u32, u32)> = sqlx::query_as(
            "SELECT word, spam, good FROM word WHERE site = ? \
             AND word IN (SELECT value FROM json_each(?))",
        )
        .bind(of)
        .bind(json(words.iter().map(String::as_str)))
        .fetch_all(&self.readers)
        .await?;
        let seen = seen.into_iter();
        let seen = seen.map(|(word, spam, good)| Seen { word, spam, good });
        Ok(Some(Opinion::of(learned, seen.collect())))
    }

    /// From how many comments of a site it has learned.
    pub(crate) async fn learned(&self, site: &str) -> Result<Learned, Error> {
        let found: Option<(u32, u32)> =
            sqlx::query_as("SELECT spam, good FROM word WHERE site = ? AND word = ?")
                .bind(site)
                .bind(COMMENTS)
                .fetch_optional(&self.readers)
                .await?;
        let (spam, good) = found.unwrap_or_default();
        Ok(Learned { spam, good })
    }

    /// The words that tell most of what a site's moderators have taught, those of spam first.
    pub(crate) async fn telling_words(&self, site: &str) -> Result<Vec<Weight>, Error> {
        let learned = self.learned(site).await?;
        let seen: Vec<(String, u32, u32)> = sqlx::query_as(
            "SELECT word, spam, good FROM word WHERE site = ? AND word <> ? \
             ORDER BY abs(spam - good) DESC, word LIMIT ?",
        )
        .bind(site)
        .bind(COMMENTS)
        .bind(TELLING)
        .fetch_all(&self.readers)
        .await?;
        let seen = seen.into_iter();
        let seen = seen.map(|(word, spam, good)| Seen { word, spam, good });
        let mut words: Vec<Weight> = seen.filter_map(|it| Weight::of(learned, it)).collect();
        words.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        Ok(words)
    }

    /// The latest comments of a site since a time, the oldest first: ids, what is shown of them, and times.
    pub(crate) async fn recent_texts(
        &self,
        site: &str,
        since: i64,
    ) -> Result<Vec<(String, String, i64)>, Error> {
        let mut recent: Vec<(String, String, i64)> = sqlx::query_as(RECENTLY_SAID)
            .bind(site)
            // Ids sort by time.
            .bind(id_at(since))
            .bind(RECENT)
            .fetch_all(&self.readers)
            .await?;
        recent.reverse();
        for (_, html, _) in &mut recent {
            *html = Shown::of(html).all();
        }
        Ok(recent)
    }
}
