//! The language of a text, where its letters tell it: a screen reader then takes the right voice
//! (WCAG 2.2, 3.1.2), and a browser the right letters.

use super::length::in_view;

/// Letters that one language alone is written with, or almost: from, to, and its tag (BCP 47). What is
/// shared by many (Latin, Cyrillic, Arabic, Devanagari, ...) says nothing.
const SCRIPTS: [(char, char, &str); 16] = [
    ('\u{370}', '\u{3ff}', "el"),
    ('\u{530}', '\u{58f}', "hy"),
    ('\u{590}', '\u{5ff}', "he"),
    ('\u{a80}', '\u{aff}', "gu"),
    ('\u{b80}', '\u{bff}', "ta"),
    ('\u{c00}', '\u{c7f}', "te"),
    ('\u{c80}', '\u{cff}', "kn"),
    ('\u{d00}', '\u{d7f}', "ml"),
    ('\u{d80}', '\u{dff}', "si"),
    ('\u{e00}', '\u{e7f}', "th"),
    ('\u{e80}', '\u{eff}', "lo"),
    ('\u{10a0}', '\u{10ff}', "ka"),
    ('\u{1780}', '\u{17ff}', "km"),
    ('\u{1f00}', '\u{1fff}', "el"),
    ('\u{3040}', '\u{30ff}', "ja"),
    ('\u{ac00}', '\u{d7a3}', "ko"),
];

/// Whether a character may be a letter: none of the signs, punctuation and emoji that all languages have.
fn is_letter(c: char) -> bool {
    let is_sign = matches!(c, '\u{2000}'..'\u{2c00}' | '\u{3000}'..'\u{3040}' | '\u{fe00}'..);
    c.is_ascii_alphabetic() || c >= '\u{c0}' && !is_sign
}

/// The language of a comment's HTML, if nine in ten of its letters say so.
#[must_use]
pub fn language(html: &str) -> Option<&'static str> {
    let (mut all, mut of_it, mut ideographs) = (0_usize, 0_usize, 0_usize);
    let mut found = None;
    for c in in_view(html) {
        all += usize::from(is_letter(c));
        if ('\u{4e00}'..='\u{9fff}').contains(&c) {
            ideographs += 1;
        }
        let script = SCRIPTS
            .iter()
            .find(|(from, to, _)| (*from..=*to).contains(&c));
        if let Some((_, _, tag)) = script {
            // A quotation in another one: who knows.
            if *found.get_or_insert(*tag) != *tag {
                return None;
            }
            of_it += 1;
        }
    }
    // Japanese has Chinese characters between its own, Chinese has none of those.
    if found == Some("ja") && of_it * 6 > ideographs {
        of_it += ideographs;
    }
    found.filter(|_| of_it >= 4 && of_it * 10 >= all * 9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_one_language_tell_it() {
        assert_eq!(language("<p>Καλημέρα, κόσμε!</p>"), Some("el"));
        assert_eq!(language("<p>とても静かな夜ですね。</p>"), Some("ja"));
        assert_eq!(language("<p>안녕하세요 🎉</p>"), Some("ko"));
        assert_eq!(language("<p>שלום לכולם</p>"), Some("he"));
    }

    #[test]
    fn what_is_not_clear_is_not_guessed() {
        for text in [
            "<p>Good evening.</p>",
            "<p>Добрий вечір.</p>",
            "<p>مساء الخير</p>",
            "<p>今天很安静</p>",
            "<p>The word λόγος has many meanings.</p>",
            "<p>ΩΩ</p>",
            "<p>Καλημέρα שלום</p>",
            "<p class=\"καλημέρα\">1 + 1</p>",
            "",
        ] {
            assert_eq!(language(text), None, "{text}");
        }
    }
}
