//! Whether HTML holds no more than a comment may.

use std::cell::RefCell;

use afterword_protocol::html::{
    ATTRIBUTES, ELEMENTS, LINK_REL, LINK_SCHEMES, SPAN_CLASSES, is_image,
};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use url::Url;

/// What HTML says, and what is wrong about it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) text: String,
    pub(crate) faults: Vec<String>,
}

/// Reads HTML as a browser does.
pub(crate) fn read(html: &str) -> Read {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let reader = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let _ = reader.feed(&input);
    reader.end();
    reader.sink.0.into_inner()
}

/// What is wrong about HTML, if anything.
pub(crate) fn fault(html: &str) -> Option<String> {
    read(html).faults.into_iter().next()
}

#[derive(Default)]
struct Sink(RefCell<Read>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut read = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => read.text.push_str(&text),
            Token::TagToken(tag) => {
                if let Some(fault) = tag_fault(&tag) {
                    read.faults.push(fault);
                }
            }
            Token::CommentToken(_) => read.faults.push("there is a comment".to_owned()),
            Token::DoctypeToken(_) => read.faults.push("there is a doctype".to_owned()),
            Token::NullCharacterToken => read.faults.push("there is a NUL".to_owned()),
            // How it is written is the server's affair.
            Token::ParseError(_) | Token::EOFToken => {}
        }
        TokenSinkResult::Continue
    }
}

fn tag_fault(tag: &Tag) -> Option<String> {
    let element = &*tag.name;
    if !ELEMENTS.contains(&element) {
        return Some(format!("<{element}> is none of the elements"));
    }
    if tag.kind == TagKind::EndTag {
        return None;
    }
    let mut is_link = false;
    let mut rel = "";
    for attribute in &tag.attrs {
        let (name, value) = (&*attribute.name.local, &*attribute.value);
        if !ATTRIBUTES.contains(&(element, name)) {
            return Some(format!("<{element}> has the attribute {name}"));
        }
        if !is_value(element, name, value) {
            return Some(format!("<{element}> has {name}={value:?}"));
        }
        match (element, name) {
            ("a", "href") => is_link = true,
            ("a", "rel") => rel = value,
            _ => {}
        }
    }
    let has = |part: &str| rel.split_ascii_whitespace().any(|it| it == part);
    if is_link && !LINK_REL.split(' ').all(has) {
        return Some(format!("a link has rel={rel:?}, not {LINK_REL:?}"));
    }
    None
}

/// Whether an attribute may have that value.
fn is_value(element: &str, name: &str, value: &str) -> bool {
    match (element, name) {
        ("a", "href") => is_link_target(value),
        ("code", "class") => {
            let language = value.strip_prefix("language-").unwrap_or_default();
            !language.is_empty() && !language.contains(char::is_whitespace)
        }
        ("span", "class") => SPAN_CLASSES.contains(&value),
        ("img", "src") => is_image(value),
        ("ol", "start") => value.parse::<i64>().is_ok(),
        ("td" | "th", "align") => matches!(value, "left" | "center" | "right"),
        _ => true,
    }
}

/// Whether a link leads where links may: as a browser takes it, with blanks and line breaks left
/// out. What is no address at all leads nowhere.
fn is_link_target(href: &str) -> bool {
    let page = Url::parse("https://page.invalid/a/b");
    page.and_then(|page| page.join(href))
        .map_or(true, |url| LINK_SCHEMES.contains(&url.scheme()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_comment_may_hold_is_read() {
        let html = "<p>a <em>b</em> &amp; <a href=\"/x?y=1\" rel=\"nofollow ugc noopener noreferrer\">c</a><br/></p>\n\
            <ol start=3><li>d</li></ol><pre><code class=language-rust><span class=\"hl-keyword\">fn</span></code></pre>\
            <table><tr><td align=\"center\">e</td></tr></table><img src=\"/images/a-1.png\" alt=\"f\">";
        let read = read(html);
        assert_eq!(read.faults, Vec::<String>::new());
        assert_eq!(read.text, "a b & c\ndfne");
    }

    #[test]
    fn what_it_may_not_is_named() {
        let rel = "rel=\"nofollow ugc noopener noreferrer\"";
        let cases = [
            ("<script>alert(1)</script>".to_owned(), "<script>"),
            ("<SVG/onload=alert(1)>".to_owned(), "<svg>"),
            ("<p onclick=x>".to_owned(), "onclick"),
            ("<p style=x>".to_owned(), "style"),
            (format!("<a href=\"javascript:x\" {rel}>"), "javascript:x"),
            (format!("<a href=\" java\nscript:x\" {rel}>"), "script:x"),
            (
                format!("<a href=\"&#106;avascript:x\" {rel}>"),
                "javascript:x",
            ),
            (format!("<a href=\"data:text/html,x\" {rel}>"), "data:"),
            ("<a href=\"https://a.example\">".to_owned(), "rel=\"\""),
            (
                "<img src=\"https://a.example/x.png\">".to_owned(),
                "https://a.example/x.png",
            ),
            ("<span class=\"header\">".to_owned(), "header"),
            ("<code class=\"language-a b\">".to_owned(), "language-a b"),
            ("<!-- x -->".to_owned(), "comment"),
            ("<form>".to_owned(), "<form>"),
        ];
        for (html, words) in cases {
            let fault = fault(&html).unwrap_or_default();
            assert!(fault.contains(words), "{html}: {fault:?}");
        }
    }
}
