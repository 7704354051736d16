//! Looking for something in a thread.

use afterword_protocol::{Found, SearchResults};
use sqlx::{QueryBuilder, Sqlite};

use super::read::next_cursor;
use super::{Error, Store};
use crate::domain::{Query, rfc3339};

/// Letters that a word has at least to be in the index.
pub(super) const INDEXED: usize = 3;

/// How many places each page has in the index, one for each number.
const ENTRIES: i64 = 1 << 32;

#[derive(sqlx::FromRow)]
struct FoundRow {
    id: String,
    number: u32,
    author: Option<String>,
    created: i64,
    html: String,
}

impl Store {
    /// The comments of a page that have what is looked for, newest first.
    pub(crate) async fn search(
        &self,
        site: &str,
        page: &str,
        query: &Query,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<SearchResults, Error> {
        let mut snapshot = self.readers.begin().await?;
        let page: Option<i64> =
            sqlx::query_scalar("SELECT id FROM page WHERE site = ? AND key = ?")
                .bind(site)
                .bind(page)
                .fetch_optional(&mut *snapshot)
                .await?;
        let Some(page) = page else {
            return Ok(SearchResults {
                results: Vec::new(),
                next: None,
            });
        };
        let mut sql = QueryBuilder::<Sqlite>::new(
            // A tombstone says nothing, whatever its row still has.
            "SELECT id, number, created, iif(state = 'published', author, NULL) AS author, \
             iif(state = 'published', html, '') AS html FROM comment WHERE page_id = ",
        );
        sql.push_bind(page);
        match query {
            Query::Number(number) => {
                sql.push(" AND state IN ('published', 'deleted') AND number = ");
                sql.push_bind(number);
            }
            Query::Words(words) => {
                sql.push(" AND state = 'published'");
                let is_indexed = |word: &&String| word.chars().count() >= INDEXED;
                let (indexed, short): (Vec<_>, Vec<_>) = words.iter().partition(is_indexed);
                if !indexed.is_empty() {
                    let first = page * ENTRIES;
                    sql.push(" AND number IN (SELECT rowid - ").push_bind(first);
                    sql.push(" FROM search WHERE search MATCH ");
                    sql.push_bind(phrases(&indexed));
                    sql.push(" AND rowid BETWEEN ").push_bind(first);
                    sql.push(" AND ").push_bind(first + (ENTRIES - 1)).push(")");
                }
                for word in short {
                    // Without an index, nobody folds the case of letters beyond ASCII.
                    sql.push(" AND (");
                    for (index, form) in [word.clone(), word.to_lowercase(), word.to_uppercase()]
                        .into_iter()
                        .enumerate()
                    {
                        sql.push(if index == 0 { "" } else { " OR " });
                        sql.push("instr(text || char(10) || coalesce(author, ''), ");
                        sql.push_bind(form).push(")");
                    }
                    sql.push(")");
                }
            }
        }
        if let Some(cursor) = cursor {
            sql.push(" AND id < ").push_bind(cursor);
        }
        sql.push(" ORDER BY id DESC LIMIT ");
        sql.push_bind(limit + 1);
        let mut rows: Vec<FoundRow> = sql.build_query_as().fetch_all(&mut *snapshot).await?;
        let next = next_cursor(&mut rows, limit, |row| &row.id);
        let results = rows.into_iter().map(|row| Found {
            snippet: query.snippet(&row.html),
            id: row.id,
            number: row.number,
            author: row.author,
            created: rfc3339(row.created),
        });
        Ok(SearchResults {
            results: results.collect(),
            next,
        })
    }
}

/// Words as a full-text query for all of them, each as it is.
pub(super) fn phrases(words: &[&String]) -> String {
    let phrases = words.iter();
    let phrases = phrases.map(|word| format!("\"{}\"", word.replace('"', "\"\"")));
    phrases.collect::<Vec<_>>().join(" ")
}
