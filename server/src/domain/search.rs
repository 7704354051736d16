//! What somebody looks for in a thread.

use std::ops::Range;

use afterword_protocol::{ProblemKind, limits};

use super::plain;
use crate::error::Refusal;

/// Most words of a query; what else is in it is left out.
const WORDS: usize = 8;

/// How much is shown before what was looked for, and in all, in characters.
const LEAD: usize = 40;
const LENGTH: usize = 200;

/// What somebody looks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Query {
    /// The comment with that number: `#17`.
    Number(u32),
    /// Comments with all of these in them, as they are or as parts of words.
    Words(Vec<String>),
}

impl Query {
    /// Reads what was typed.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.is_empty() || text.len() > limits::QUERY_BYTES || text.contains('\0') {
            let detail = format!("q has 1 to {} bytes", limits::QUERY_BYTES);
            return Err(Refusal::because(ProblemKind::InvalidRequest, detail));
        }
        let number = text
            .strip_prefix('#')
            .and_then(|number| number.parse().ok());
        Ok(match number {
            Some(number) => Self::Number(number),
            None => {
                let words = text.split_whitespace().take(WORDS);
                Self::Words(words.map(str::to_owned).collect())
            }
        })
    }

    /// What a comment says around what was looked for, in pieces: the second, fourth, ... are that.
    pub(crate) fn snippet(&self, html: &str) -> Vec<String> {
        let text: Vec<char> = plain(html)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .collect();
        let folded: Vec<char> = text.iter().copied().map(fold).collect();
        let words = self.words();
        let first = first(&folded, &words).unwrap_or(0);
        let mut start = first.saturating_sub(LEAD);
        // At the beginning of a word, where one begins.
        if start > 0 {
            let space = text[start..first].iter().position(|c| *c == ' ');
            start += space.map_or(0, |space| space + 1);
        }
        let end = text.len().min(start + LENGTH);
        let marks = marks(&folded, &words, start..end);
        let mut pieces = vec![String::new()];
        if start > 0 {
            pieces[0].push('…');
        }
        for index in start..end {
            // Pieces that were looked for have odd places.
            if marks[index - start] == (pieces.len() % 2 == 1) {
                pieces.push(String::new());
            }
            if let Some(piece) = pieces.last_mut() {
                piece.push(text[index]);
            }
        }
        if end < text.len() {
            if pieces.len().is_multiple_of(2) {
                pieces.push(String::new());
            }
            if let Some(piece) = pieces.last_mut() {
                piece.push('…');
            }
        }
        pieces
    }

    /// The words, as they are compared.
    fn words(&self) -> Vec<Vec<char>> {
        match self {
            Self::Number(_) => Vec::new(),
            Self::Words(words) => {
                let words = words.iter();
                words.map(|word| word.chars().map(fold).collect()).collect()
            }
        }
    }
}

/// Where the first of the words stands. By a search that takes no longer for words and texts that are
/// alike: whoever looks for them may have written them.
fn first(text: &[char], words: &[Vec<char>]) -> Option<usize> {
    let text: String = text.iter().collect();
    let places = words.iter().filter_map(|word| {
        let word: String = word.iter().collect();
        text.find(&word)
    });
    let place = places.min()?;
    Some(text[..place].chars().count())
}

/// Which characters of a part of a text are of what was looked for.
fn marks(text: &[char], words: &[Vec<char>], part: Range<usize>) -> Vec<bool> {
    let mut marks = vec![false; part.len()];
    for word in words {
        // Also of one that begins before it, or ends behind it.
        let from = part.start.saturating_sub(word.len());
        let to = text.len().min(part.end + word.len());
        let within = text.get(from..to).unwrap_or_default();
        for (place, candidate) in within.windows(word.len()).enumerate() {
            if candidate == word {
                let start = (from + place).max(part.start);
                let end = (from + place + word.len()).min(part.end);
                if start < end {
                    marks[start - part.start..end - part.start].fill(true);
                }
            }
        }
    }
    marks
}

/// A letter as it is compared: without its case. Of the few that become several ones, the first.
fn fold(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Query {
        Query::parse(text).unwrap()
    }

    #[test]
    fn a_number_is_a_comments() {
        assert_eq!(Query::parse(" #17 ").unwrap(), Query::Number(17));
        assert_eq!(words("#17a"), Query::Words(vec!["#17a".to_owned()]));
        assert_eq!(words("17"), Query::Words(vec!["17".to_owned()]));
    }

    #[test]
    fn something_and_not_too_much_is_looked_for() {
        for text in ["", "  ", "a\0b", &"x".repeat(601)] {
            let refusal = Query::parse(text).unwrap_err();
            assert_eq!(refusal.kind, ProblemKind::InvalidRequest);
        }
    }

    #[test]
    fn what_was_looked_for_stands_between_what_was_not() {
        let html = "<p>It is <em>calm</em>,</p>\n<p>calmer &amp; СПОКІЙНО.</p>";
        assert_eq!(
            words("CALM").snippet(html),
            ["It is ", "calm", ", ", "calm", "er & СПОКІЙНО."]
        );
        assert_eq!(
            words("спокій it").snippet(html),
            ["", "It", " is calm, calmer & ", "СПОКІЙ", "НО."]
        );
        // What is in its source alone, or in the name.
        assert_eq!(words("<em>").snippet("<p>so</p>"), ["so"]);
        assert_eq!(words("x").snippet(""), [""]);
    }

    #[test]
    fn of_a_long_text_there_is_a_part() {
        let html = format!("<p>{}needle {}</p>", "hay ".repeat(100), "hay ".repeat(100));
        let pieces = words("needle").snippet(&html);
        assert_eq!(pieces.len(), 3);
        assert!(pieces[0].starts_with("…hay "), "{pieces:?}");
        assert_eq!(pieces[1], "needle");
        assert!(pieces[2].ends_with('…'), "{pieces:?}");
        let long = words("y").snippet(&format!("<p>{}</p>", "y".repeat(500)));
        assert_eq!(long.len(), 3);
        assert_eq!((long[0].as_str(), long[2].as_str()), ("", "…"));
    }
}
