//! How a mail looks: as text, and as HTML that is as plain.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::http::Language;

/// A mail but for its address.
pub(crate) struct Written {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    /// Where one click ends such mails (RFC 8058).
    pub(crate) leave: Option<String>,
    /// What mails about the same matter have in common: mail programs put them together (RFC 5322,
    /// 3.6.4).
    pub(crate) about: Option<String>,
}

/// What a mail is made of.
pub(super) enum Block {
    Line(String),
    /// What somebody said, without its markup.
    Quote(String),
    /// The one thing to do.
    Way {
        label: String,
        address: String,
    },
    /// What can be done, side by side.
    Ways(Vec<(String, String)>),
    /// Ways below everything else.
    Foot {
        why: Option<String>,
        ways: Vec<(String, String)>,
    },
}

/// Longest quotation, in characters.
const LONGEST: usize = 1_000;

/// As much of a text as a mail quotes.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => [text[..end].trim_end(), " …"].concat(),
    }
}

/// What stands in a header is on one line, whatever was typed.
pub(super) fn one_line(text: &str) -> String {
    const LONGEST: usize = 150;
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let line = words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    match line.char_indices().nth(LONGEST) {
        None => line,
        Some((end, _)) => [&line[..end], "…"].concat(),
    }
}

pub(super) fn text(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        let piece = match block {
            Block::Line(line) => line.clone(),
            Block::Quote(said) => {
                let lines: Vec<_> = cut(said).lines().map(|line| format!("> {line}")).collect();
                lines.join("\n")
            }
            Block::Way { label, address } => format!("{label}:\n{address}"),
            Block::Ways(ways) => {
                let lines = ways.iter().map(|(label, way)| format!("{label}: {way}"));
                lines.collect::<Vec<_>>().join("\n")
            }
            Block::Foot { why, ways } => {
                // What mail programs know as a signature, and leave out of answers.
                let mut lines = vec!["-- ".to_owned()];
                lines.extend(why.clone());
                lines.extend(ways.iter().map(|(label, way)| format!("{label}: {way}")));
                lines.join("\n")
            }
        };
        text.push_str(&piece);
        text.push_str("\n\n");
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

// Colours are the mail program's, by day and by night: nothing has one of its own but the grey of a
// line, which is seen on both.
const STYLE: &str = ":root{color-scheme:light dark}\
    body{margin:0 auto;padding:1rem;max-width:36rem;font:1rem/1.5 system-ui,sans-serif}\
    blockquote{margin:.5rem 0 1.25rem;padding-inline-start:.875rem;\
    border-inline-start:3px solid #888;white-space:pre-line;overflow-wrap:anywhere}\
    .way{margin:1.5rem 0}\
    .way a{display:inline-block;margin-bottom:.5rem;padding:.5rem 1rem;border:1px solid #888;border-radius:.375rem;\
    text-decoration:none;font-weight:600}\
    .foot{margin-top:2rem;padding-top:.75rem;border-top:1px solid #888;font-size:.875rem}\
    .foot p{margin:.25rem 0}";

fn block(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Line(line) => p dir="auto" { (line) },
            Block::Quote(said) => blockquote dir="auto" { (cut(said)) },
            Block::Way { label, address } => p class="way" { a href=(address) { (label) } },
            Block::Ways(ways) => p class="way" {
                @for (label, address) in ways { a href=(address) { (label) } " " }
            },
            Block::Foot { why, ways } => div class="foot" {
                @if let Some(why) = why { p { (why) } }
                @for (label, way) in ways { p { a href=(way) { (label) } } }
            },
        }
    }
}

pub(super) fn html(language: &Language, subject: &str, blocks: &[Block]) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(language.tag()) dir=(language.direction()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (subject) }
                style { (PreEscaped(STYLE)) }
            }
            body { @for piece in blocks { (block(piece)) } }
        }
    };
    page.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_one_short_line() {
        assert_eq!(one_line(" a\r\nBcc: b\u{0}\tc "), "a Bcc: b c");
        assert_eq!(one_line(&"ä".repeat(200)).chars().count(), 151);
    }

    #[test]
    fn what_was_said_is_text_in_both() {
        let blocks = [
            Block::Line("<b>Ada</b> answered:".to_owned()),
            Block::Quote("1 < 2\n<img src=x>".to_owned()),
        ];
        assert_eq!(
            text(&blocks),
            "<b>Ada</b> answered:\n\n> 1 < 2\n> <img src=x>\n"
        );
        let html = html(Language::of(Some("ar")), "x", &blocks);
        assert!(html.contains("1 &lt; 2\n&lt;img src=x&gt;"), "{html}");
        assert!(!html.contains("<img") && !html.contains("<b>"), "{html}");
        assert!(html.contains("dir=\"rtl\""), "{html}");
    }

    #[test]
    fn a_long_quotation_is_cut() {
        assert_eq!(cut(&"ä ".repeat(2_000)).chars().count(), 1_001);
        assert_eq!(cut("short"), "short");
    }
}
