//! A comment without its markup.

/// What can be read of a comment's HTML.
pub(crate) fn plain(html: &str) -> String {
    let text = ammonia::Builder::empty().clean(html).to_string();
    // What it escapes (HTML, 13.3), the ampersand last.
    let text = text.replace("&nbsp;", "\u{a0}").replace("&lt;", "<");
    let text = text.replace("&gt;", ">").replace("&amp;", "&");
    text.trim().to_owned()
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
}
