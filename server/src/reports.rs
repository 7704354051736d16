//! What readers have reported, for the owner's eyes.

use std::fmt::Write;

use sqlx::sqlite::SqliteConnectOptions;

use crate::domain::rfc3339;
use crate::store::{self, Reported};

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ReportsError {
    /// The database failed.
    #[error("cannot read the database {}: {}", file.display(), crate::app::chain(source.as_ref()))]
    Database {
        /// Its file.
        file: std::path::PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// There is none.
    #[error("there is no database {}: --database names the server's", .0.display())]
    NoDatabase(std::path::PathBuf),
}

/// How much of a comment is shown.
const EXCERPT: usize = 200;

/// The reports about comments that stand, the latest first, as lines for people.
///
/// # Errors
/// When the database can't be read.
pub async fn reports(database: &SqliteConnectOptions) -> Result<String, ReportsError> {
    let file = database.get_filename();
    if !file.exists() {
        return Err(ReportsError::NoDatabase(file.to_owned()));
    }
    let reports = store::reports(database)
        .await
        .map_err(|source| ReportsError::Database {
            file: file.to_owned(),
            source: source.into(),
        })?;
    let mut text = String::new();
    for report in &reports {
        // Writing to a String can't fail.
        let _ = write(&mut text, report);
    }
    if text.is_empty() {
        "No comment that stands has been reported.\n".clone_into(&mut text);
    }
    Ok(text)
}

fn write(text: &mut String, report: &Reported) -> std::fmt::Result {
    let page = report.url.as_deref().unwrap_or(&report.key);
    let author = report.author.as_deref().unwrap_or("nobody");
    let time = rfc3339(report.created);
    writeln!(
        text,
        "{time}  {}  site {}  {}#comment-{}",
        report.reason,
        plain(&report.site),
        plain(page),
        report.comment_id
    )?;
    if !report.text.is_empty() {
        writeln!(text, "  says: {}", plain(&report.text))?;
    }
    let mut excerpt = plain(&report.comment_text);
    if excerpt.chars().count() > EXCERPT {
        excerpt = excerpt.chars().take(EXCERPT).collect::<String>() + "…";
    }
    writeln!(
        text,
        "  about #{} by {}: {excerpt}\n",
        report.number,
        plain(author)
    )
}

/// On one line, and without what a terminal would obey.
fn plain(text: &str) -> String {
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_terminal_is_told_nothing() {
        assert_eq!(plain("a\u{1b}[2Jb\n\nc\u{9b}d"), "a [2Jb c d");
    }
}
