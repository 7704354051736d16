//! A comment without its markup.

/// What can be read of a comment's HTML. What is covered there is left out.
pub(crate) fn plain(html: &str) -> String {
    let html = covered(html);
    let text = ammonia::Builder::empty().clean(&html).to_string();
    unescaped(&text).trim().to_owned()
}

/// Without what is escaped (HTML, 13.3): the ampersand last.
pub(super) fn unescaped(text: &str) -> String {
    let text = text.replace("&nbsp;", "\u{a0}").replace("&lt;", "<");
    let text = text.replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&amp;", "&")
}

/// How the tag of a spoiler goes on in a comment's HTML.
const SPOILER: &str = "span class=\"spoiler\">";

/// The HTML with an ellipsis in the place of each spoiler.
pub(crate) fn covered(html: &str) -> String {
    let mut pieces = html.split('<');
    let mut covered = pieces.next().unwrap_or_default().to_owned();
    // Spans that are open in a spoiler, itself among them.
    let mut open = 0;
    for piece in pieces {
        match (open, piece.strip_prefix("/span>")) {
            (0, _) if piece.starts_with(SPOILER) => {
                covered.push('…');
                open = 1;
            }
            (0, _) => {
                covered.push('<');
                covered.push_str(piece);
            }
            (1, Some(after)) => {
                covered.push_str(after);
                open = 0;
            }
            (_, Some(_)) => open -= 1,
            (_, None) => open += i32::from(piece.starts_with("span")),
        }
    }
    covered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_what_can_be_read() {
        assert_eq!(
            plain(
                "<p>1 &lt; 2 &amp;amp; <em>so</em>\u{a0}on</p>\n<blockquote>\n<p>\"x\"</p>\n</blockquote>\n"
            ),
            "1 < 2 &amp; so\u{a0}on\n\n\"x\""
        );
    }

    #[test]
    fn what_is_covered_stays_so() {
        let spoiler = "<span class=\"spoiler\">";
        assert_eq!(
            plain(&format!(
                "<p>He is {spoiler}her <em>fa</em><span class=\"x\">th</span>er</span>, and {spoiler}{spoiler}so</span> on</span>.</p>"
            )),
            "He is …, and …."
        );
        assert_eq!(plain(&format!("<p>a {spoiler}b")), "a …");
    }
}
