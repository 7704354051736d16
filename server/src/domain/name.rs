//! Names.

use afterword_protocol::ProblemKind;
use unicode_general_category::{GeneralCategory, get_general_category};

use crate::error::Refusal;

/// The name without blanks around it; none when nothing is left.
///
/// Refused are characters that hide or turn what stands around them: controls, format characters
/// (Unicode's `Cf`: direction overrides and isolates, zero-width space, soft hyphen, ...) and
/// those that look like nothing. The joiners stay, where there is something to join: names in
/// Persian and Hindi, and emoji, are spelt with them.
pub(crate) fn check_name(name: Option<&str>, limit: u32) -> Result<Option<&str>, Refusal> {
    let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    if name.len() > limit as usize {
        return Err(Refusal::over(ProblemKind::AuthorTooLong, limit));
    }
    if let Some(wrong) = name.chars().find(|&character| is_refused(character)) {
        let detail = format!("the name holds U+{:04X}", u32::from(wrong));
        return Err(Refusal::because(ProblemKind::AuthorInvalid, detail));
    }
    if !name.chars().any(is_seen) {
        return Err(Refusal::because(
            ProblemKind::AuthorInvalid,
            "nothing of the name can be seen",
        ));
    }
    Ok(Some(name))
}

fn is_refused(character: char) -> bool {
    use GeneralCategory::{
        Control, Format, LineSeparator, ParagraphSeparator, Surrogate, Unassigned,
    };
    if matches!(character, JOINERS!()) {
        return false;
    }
    // Letters that are blank: Hangul fillers and the empty Braille pattern.
    matches!(
        character,
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{2800}'
    ) || matches!(
        get_general_category(character),
        Control | Format | LineSeparator | ParagraphSeparator | Surrogate | Unassigned
    )
}

/// Whether it leaves a mark by itself.
pub(crate) fn is_seen(character: char) -> bool {
    use GeneralCategory::{EnclosingMark, NonspacingMark};
    !character.is_whitespace()
        && !matches!(character, JOINERS!())
        && !is_refused(character)
        && !matches!(
            get_general_category(character),
            NonspacingMark | EnclosingMark
        )
}

/// Whether it is a part of a word: scripts of India write most vowels as marks.
pub(crate) fn is_of_word(character: char) -> bool {
    use GeneralCategory::{NonspacingMark, SpacingMark};
    character.is_alphanumeric()
        || matches!(
            get_general_category(character),
            NonspacingMark | SpacingMark
        )
}

/// Zero-width non-joiner and joiner; the tag characters that spell the flags of England, Scotland
/// and Wales.
macro_rules! joiners {
    () => {
        '\u{200C}' | '\u{200D}' | '\u{E0020}'..='\u{E007F}'
    };
}
use joiners as JOINERS;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str) -> Result<Option<&str>, ProblemKind> {
        check_name(Some(name), 40).map_err(|refusal| refusal.kind)
    }

    #[test]
    fn a_blank_name_is_none() {
        assert_eq!(check_name(None, 40), Ok(None));
        assert_eq!(check(""), Ok(None));
        assert_eq!(check(" \t\n"), Ok(None));
    }

    #[test]
    fn names_of_all_the_world_pass() {
        for name in [
            "Ada",
            "Žofie O’Neill-Müller",
            "محمد",
            "می\u{200C}خواهم",
            "राम",
            "김",
            "👩‍👩‍👧 Kim",
            "🏴\u{E0067}\u{E0062}\u{E007F}",
        ] {
            assert_eq!(check(name), Ok(Some(name)));
        }
        assert_eq!(check("  Ada "), Ok(Some("Ada")));
    }

    #[test]
    fn what_hides_or_turns_is_refused() {
        for name in [
            "a\u{202E}b",
            "a\u{200B}b",
            "a\u{0007}b",
            "a\nb",
            "\u{2066}x",
            "\u{200D}",
            "\u{3164}",
            "a\u{00AD}b",
            "\u{FEFF}a",
            "\u{FE0F}",
        ] {
            assert_eq!(check(name), Err(ProblemKind::AuthorInvalid), "{name:?}");
        }
    }

    #[test]
    fn length_counts_in_bytes() {
        assert_eq!(check(&"ä".repeat(20)), Ok(Some("ä".repeat(20).as_str())));
        assert_eq!(
            check(&format!("{}x", "ä".repeat(20))),
            Err(ProblemKind::AuthorTooLong)
        );
    }
}
