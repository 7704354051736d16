//! Texts.

use afterword_protocol::ProblemKind;

use super::name::is_seen;
use crate::error::Refusal;

/// What an owner lets a comment hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Longest text, in bytes of UTF-8.
    pub text_bytes: u32,
    /// Longest name, in bytes of UTF-8.
    pub author_bytes: u32,
    /// Deepest nesting of quotations, lists and emphasis.
    pub nesting: u32,
    /// Most links.
    pub links: u32,
}

/// Refuses a text that is too long, that shows nothing, or that holds control characters.
pub(crate) fn check_text(text: &str, bounds: &Bounds) -> Result<(), Refusal> {
    if text.len() > bounds.text_bytes as usize {
        return Err(Refusal::over(ProblemKind::TextTooLong, bounds.text_bytes));
    }
    if let Some(wrong) = text.chars().find(|&character| is_refused(character)) {
        let detail = format!("the text holds U+{:04X}", u32::from(wrong));
        return Err(Refusal::because(ProblemKind::TextInvalid, detail));
    }
    if !text.chars().any(is_seen) {
        return Err(ProblemKind::TextEmpty.into());
    }
    Ok(())
}

/// Control characters have no meaning in a text but for these three.
fn is_refused(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\r' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds {
        text_bytes: 10,
        author_bytes: 10,
        nesting: 3,
        links: 3,
    };

    fn check(text: &str) -> Result<(), ProblemKind> {
        check_text(text, &BOUNDS).map_err(|refusal| refusal.kind)
    }

    #[test]
    fn length_counts_in_bytes() {
        assert_eq!(check("0123456789"), Ok(()));
        assert_eq!(check("01234567890"), Err(ProblemKind::TextTooLong));
        assert_eq!(check("äääää"), Ok(()));
        assert_eq!(check("äääääx"), Err(ProblemKind::TextTooLong));
    }

    #[test]
    fn what_shows_nothing_is_empty() {
        for blank in ["", " \n\t", "\u{200B}", "\u{3164}", "\u{FEFF}\u{200D}"] {
            assert_eq!(check(blank), Err(ProblemKind::TextEmpty), "{blank:?}");
        }
        assert_eq!(check("👍"), Ok(()));
    }

    #[test]
    fn control_characters_are_refused() {
        assert_eq!(check("a\r\n\tb"), Ok(()));
        for control in ["a\0", "\u{1b}[1m", "a\u{7f}", "\u{85}b"] {
            assert_eq!(check(control), Err(ProblemKind::TextInvalid), "{control:?}");
        }
    }
}
