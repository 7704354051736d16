//! Plain text as HTML, for what no server has rendered.

/// Typed text as HTML: paragraphs at blank lines, `<br>` at line breaks, everything else escaped.
///
/// It stands in for the server's rendering while a comment is being sent, and is all the
/// rendering that the backend `local` has.
#[must_use]
pub fn to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    let mut open = false;
    for line in text.lines() {
        if line.trim().is_empty() {
            if open {
                html.push_str("</p>");
            }
            open = false;
            continue;
        }
        html.push_str(if open { "<br>" } else { "<p>" });
        open = true;
        for c in line.chars() {
            match c {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                c => html.push(c),
            }
        }
    }
    if open {
        html.push_str("</p>");
    }
    html
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn paragraphs_and_lines_stay() {
        assert_eq!(to_html("a\nb\n\n\nc\r\nd\n"), "<p>a<br>b</p><p>c<br>d</p>");
    }

    #[test]
    fn nothing_is_markup() {
        assert_eq!(
            to_html("<img src=x> & 1 > 0"),
            "<p>&lt;img src=x&gt; &amp; 1 &gt; 0</p>"
        );
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(to_html(" \n\t\n"), "");
    }

    #[test]
    fn emoji_stay_as_typed() {
        let emoji = "💪🇺🇦👊🏽👩‍👩‍👧";
        assert_eq!(to_html(emoji), ["<p>", emoji, "</p>"].concat());
    }
}
