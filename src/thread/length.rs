//! How long a comment is in view.

/// Length from which on a comment is cut short: about 40 lines in a column of usual width.
const LONG: usize = 3_000;

/// What a line break is worth: most lines of a list, of code or of verse are short.
const LINE: usize = 60;

/// Whether so much HTML is to be cut short until somebody wants to read on. Told by the text and not
/// by its height, so that a server knows it too, and nothing moves.
#[must_use]
pub fn is_long(html: &str) -> bool {
    let lines = html.bytes().filter(|byte| *byte == b'\n').count();
    html.len() + lines * LINE > LONG
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
}
