//! What is to be seen of a comment, to look for something in it.

use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use regex::Regex;

use super::plain::unescaped;

/// What a comment's HTML shows, in whatever way it was typed. For checks alone: what is covered is in
/// there, too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Its text, without what nobody sees.
    pub(crate) text: String,
    /// Where its links lead.
    pub(crate) links: Vec<String>,
    /// Titles, and what describes images, and where those are.
    others: Vec<String>,
}

impl Shown {
    /// What that HTML shows, which this server has cleaned: a `<` begins a tag then, a `>` ends one, and
    /// a `"` is around the value of an attribute.
    pub(crate) fn of(html: &str) -> Self {
        let mut shown = Self::default();
        let mut pieces = html.split('<');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (tag, after) = piece.split_once('>').unwrap_or((piece, ""));
            text.push_str(after);
            let mut parts = tag.split('"');
            while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
                let value = unescaped(value);
                match name.trim_end_matches('=').rsplit(' ').next() {
                    Some("href") => shown.links.push(value),
                    Some("title" | "alt" | "src") => shown.others.push(value),
                    _ => {}
                }
            }
        }
        shown.text = bare(unescaped(&text).trim());
        shown
    }

    /// All of it: text, titles, and where links lead, as they are written and as they are read.
    pub(crate) fn all(&self) -> String {
        let mut all = self.text.clone();
        for other in self.links.iter().chain(&self.others) {
            let other = bare(other);
            all.push('\n');
            all.push_str(&other);
            let read = percent_decode_str(&other).decode_utf8_lossy();
            if read != other {
                all.push('\n');
                all.push_str(&bare(&read));
            }
        }
        all
    }
}

/// A text without what nobody sees, which only hides a word from a filter.
pub(crate) fn bare(text: &str) -> String {
    UNSEEN.replace_all(text, "").into_owned()
}

/// What Unicode calls ignorable, and what sets off annotations.
static UNSEEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{Default_Ignorable_Code_Point}\x{fff9}-\x{fffb}]+")
        .unwrap_or_else(|error| unreachable!("the pattern is a constant: {error}"))
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_what_people_read_of_it() {
        let shown = Shown::of(
            "<p>v<em>ia</em>gr\u{34f}a &lt;a href=\"x\"&gt; &amp;amp;\n\
             <a href=\"//evil.example/?a&amp;b=%D0%B6\" title=\"buy &gt; &quot;now&quot;\" \
             rel=\"nofollow\">here</a> <span class=\"spoiler\">covered</span></p>\n\
             <img src=\"/images/a.jpg\" alt=\"a &quot;cat&quot;\" width=\"1\">",
        );
        assert_eq!(shown.text, "viagra <a href=\"x\"> &amp;\nhere covered");
        assert_eq!(shown.links, ["//evil.example/?a&b=%D0%B6"]);
        assert_eq!(
            shown.all().split('\n').skip(2).collect::<Vec<_>>(),
            [
                "//evil.example/?a&b=%D0%B6",
                "//evil.example/?a&b=ж",
                "buy > \"now\"",
                "/images/a.jpg",
                "a \"cat\""
            ]
        );
        // Whatever comes, it ends.
        for html in ["", "<", "<a href=\"", "<a href=\"x", "a<b"] {
            let _ = Shown::of(html).all();
        }
    }

    #[test]
    fn letters_that_nobody_sees_are_none() {
        let hidden = "v\u{ad}i\u{34f}a\u{200b}g\u{fe0f}r\u{2066}a\u{e0101}\u{3164}\u{fffa}";
        assert_eq!(bare(hidden), "viagra");
        assert_eq!(bare("ünï 赌场 ❤\u{fe0f}"), "ünï 赌场 ❤");
    }
}
