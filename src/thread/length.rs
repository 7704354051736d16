//! How long a comment is in view.

/// Length from which on a comment is cut short: about 40 lines in a column of usual width.
const LONG: usize = 2_800;

/// What a line break is worth: most lines of a list, of code or of verse are short.
const LINE: usize = 60;

/// What of HTML is text: the characters outside of its tags. References (`&amp;`) stay as they are.
pub(super) fn in_view(html: &str) -> impl Iterator<Item = char> {
    let mut is_tag = false;
    html.chars().filter(move |c| {
        let was_tag = is_tag;
        is_tag = *c == '<' || is_tag && *c != '>';
        !was_tag && !is_tag
    })
}

/// Whether so much HTML is to be cut short until somebody wants to read on. Told by the text and not
/// by its height, so that a server knows it too, and nothing moves.
#[must_use]
pub fn is_long(html: &str) -> bool {
    let width = |c| match c {
        '\n' => LINE,
        // From there on most are ideographs, which are as wide as two letters.
        '\u{2e80}'.. => 2,
        _ => 1,
    };
    in_view(html).map(width).sum::<usize>() > LONG
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_and_a_long_list_are_long() {
        assert!(!is_long("<p>Short.</p>"));
        assert!(!is_long(&"x".repeat(2_000)));
        assert!(is_long(&"x".repeat(4_000)));
        assert!(is_long(&"<li>x</li>\n".repeat(50)));
        assert!(!is_long(&"<li>x</li>\n".repeat(10)));
    }

    #[test]
    fn what_counts_is_what_is_seen() {
        // Two bytes each.
        assert!(!is_long(&"ж".repeat(2_000)));
        // Twice as wide as Latin ones.
        assert!(is_long(&"字".repeat(1_500)));
        assert!(!is_long(&"<span class=\"keyword\">let</span> ".repeat(100)));
    }
}
