//! A comment without its markup.

/// What can be read of a comment's HTML. What is covered there is left out.
pub(crate) fn plain(html: &str) -> String {
    let html = covered(html);
    let text = ammonia::Builder::empty().clean(&html).to_string();
    // What it escapes (HTML, 13.3), the ampersand last.
    let text = text.replace("&nbsp;", "\u{a0}").replace("&lt;", "<");
    let text = text.replace("&gt;", ">").replace("&amp;", "&");
    text.trim().to_owned()
}

/// How a spoiler begins in a comment's HTML.
const SPOILER: &str = "<span class=\"spoiler\">";

/// The HTML with an ellipsis in the place of each spoiler.
fn covered(html: &str) -> String {
    let mut covered = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(SPOILER) {
        covered.push_str(before);
        covered.push('…');
        rest = after_span(after);
    }
    covered.push_str(rest);
    covered
}

/// What follows the end of a span that is open at the beginning.
fn after_span(html: &str) -> &str {
    let mut open = 1;
    for (at, _) in html.match_indices('<') {
        let tag = &html[at..];
        if tag.starts_with("<span") {
            open += 1;
        } else if let Some(after) = tag.strip_prefix("</span>") {
            open -= 1;
            if open == 0 {
                return after;
            }
        }
    }
    ""
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
