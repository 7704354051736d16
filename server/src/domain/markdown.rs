//! Markdown, and the HTML that is made of it.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use afterword_protocol::{ProblemKind, html};
use ammonia::{Builder, UrlRelative};
use comrak::arena_tree::NodeEdge;
use comrak::nodes::NodeValue;
use comrak::{Arena, Node, Options, format_html, parse_document};

use super::Bounds;
use crate::error::Refusal;

/// The HTML of a text, with no more than [`html`] allows.
///
/// GitHub's Markdown: tables, strikethrough, bare links, and a line break where one was typed. Raw
/// HTML is shown as it was typed. An image becomes a link to it: whoever reads a comment must not
/// thereby call a server that its author chose.
pub(crate) fn render(text: &str, bounds: &Bounds) -> Result<String, Refusal> {
    let options = options();
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options);
    measure(root, bounds)?;
    transform(&arena, root);
    let mut html = String::with_capacity(text.len() * 2);
    if format_html(root, &options, &mut html).is_err() {
        unreachable!("writing to a string does not fail");
    }
    Ok(clean(&html))
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.render.hardbreaks = true;
    options.render.escape = true;
    options
}

/// Refuses what is nested too deeply, and what has too many links.
fn measure(root: Node<'_>, bounds: &Bounds) -> Result<(), Refusal> {
    let (mut depth, mut links) = (0, 0);
    for edge in root.traverse() {
        let (node, step) = match edge {
            NodeEdge::Start(node) => (node, 1),
            NodeEdge::End(node) => (node, -1),
        };
        match node.data().value {
            NodeValue::BlockQuote
            | NodeValue::List(_)
            | NodeValue::Emph
            | NodeValue::Strong
            | NodeValue::Strikethrough => {
                depth += step;
                if depth > i64::from(bounds.nesting) {
                    return Err(Refusal::over(ProblemKind::TextTooNested, bounds.nesting));
                }
            }
            NodeValue::Link(_) | NodeValue::Image(_) if step > 0 => {
                links += 1;
                if links > bounds.links {
                    return Err(Refusal::over(ProblemKind::TooManyLinks, bounds.links));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The level of a comment's highest heading: the widget's own heading is above it.
const TOP_HEADING: u8 = 3;

/// Makes links of images, and sorts headings in below those of the page.
fn transform<'a>(arena: &'a Arena<'a>, root: Node<'a>) {
    let mut open_links = 0_u32;
    let (mut unwrapped, mut raw) = (Vec::new(), Vec::new());
    for edge in root.traverse() {
        match edge {
            NodeEdge::Start(node) => {
                let mut data = node.data_mut();
                match &mut data.value {
                    NodeValue::Heading(heading) => {
                        heading.level = (heading.level + TOP_HEADING - 1).min(6);
                    }
                    NodeValue::HtmlBlock(_) => raw.push(node),
                    NodeValue::Link(_) => open_links += 1,
                    // A link can't stand in a link.
                    NodeValue::Image(_) if open_links > 0 => unwrapped.push(node),
                    NodeValue::Image(image) => {
                        let image = std::mem::take(image);
                        let is_nameless = node.first_child().is_none();
                        let url = image.url.clone();
                        data.value = NodeValue::Link(image);
                        drop(data);
                        if is_nameless {
                            node.append(arena.alloc(NodeValue::Text(url.into()).into()));
                        }
                        open_links += 1;
                    }
                    _ => {}
                }
            }
            NodeEdge::End(node) => {
                if matches!(node.data().value, NodeValue::Link(_)) {
                    open_links -= 1;
                }
            }
        }
    }
    for block in raw {
        shown_as_typed(arena, block);
    }
    for image in unwrapped {
        while let Some(child) = image.first_child() {
            image.insert_before(child);
        }
        image.detach();
    }
}

/// Makes a paragraph of a block of raw HTML, line by line.
fn shown_as_typed<'a>(arena: &'a Arena<'a>, block: Node<'a>) {
    let html = match &mut block.data_mut().value {
        NodeValue::HtmlBlock(html) => std::mem::take(&mut html.literal),
        _ => return,
    };
    block.data_mut().value = NodeValue::Paragraph;
    for (index, line) in html.lines().enumerate() {
        if index > 0 {
            block.append(arena.alloc(NodeValue::LineBreak.into()));
        }
        block.append(arena.alloc(NodeValue::Text(line.to_owned().into()).into()));
    }
}

/// Cleaned by the protocol's own list.
pub(crate) fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut attributes: HashMap<&str, HashSet<&str>> = HashMap::new();
    for (element, attribute) in html::ATTRIBUTES {
        // ammonia sets every link's `rel` by itself, and insists on nobody else doing so.
        if *attribute != "rel" {
            attributes.entry(element).or_default().insert(attribute);
        }
    }
    let mut cleaner = Builder::empty();
    cleaner
        .tags(html::ELEMENTS.iter().copied().collect())
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(attributes)
        .url_schemes(html::LINK_SCHEMES.iter().copied().collect())
        // `#chapter-2` leads to a place in the article.
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some(html::LINK_REL))
        .attribute_filter(|element, attribute, value| {
            let is_allowed = match (element, attribute) {
                ("code", "class") => is_language(value),
                (_, "align") => matches!(value, "left" | "center" | "right"),
                ("ol", "start") => value.parse::<i32>().is_ok(),
                _ => true,
            };
            is_allowed.then(|| value.into())
        });
    cleaner
});

fn is_language(class: &str) -> bool {
    class
        .strip_prefix("language-")
        .is_some_and(|name| !name.is_empty() && !name.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOUNDS: Bounds = Bounds {
        text_bytes: 10_000,
        author_bytes: 100,
        nesting: 5,
        links: 3,
    };

    fn html(text: &str) -> String {
        render(text, &BOUNDS).unwrap()
    }

    fn refused(text: &str) -> ProblemKind {
        render(text, &BOUNDS).unwrap_err().kind
    }

    #[test]
    fn paragraphs_lines_and_emoji_stay_as_typed() {
        assert_eq!(
            html("one\ntwo\n\n💪🇺🇦👊🏽👩‍👩‍👧 ok"),
            "<p>one<br>\ntwo</p>\n<p>💪🇺🇦👊🏽👩‍👩‍👧 ok</p>\n"
        );
    }

    #[test]
    fn quotations_lists_code_and_tables_are_shown() {
        assert_eq!(
            html("> said\n\n3. c\n\n```rust\nlet a = 1 < 2;\n```\n\n~~no~~ **yes** _so_ `x`"),
            "<blockquote>\n<p>said</p>\n</blockquote>\n<ol start=\"3\">\n<li>c</li>\n</ol>\n\
             <pre><code class=\"language-rust\">let a = 1 &lt; 2;\n</code></pre>\n\
             <p><del>no</del> <strong>yes</strong> <em>so</em> <code>x</code></p>\n"
        );
        assert!(html("|a|b|\n|-|:-:|\n|1|2|").contains("<td align=\"center\">2</td>"));
    }

    #[test]
    fn links_pass_nothing_on() {
        let rel = "rel=\"nofollow ugc noopener noreferrer\"";
        assert_eq!(
            html("https://example.org/a?b=c&d"),
            format!(
                "<p><a href=\"https://example.org/a?b=c&amp;d\" {rel}>https://example.org/a?b=c&amp;d</a></p>\n"
            )
        );
        assert_eq!(
            html("[x](javascript:alert(1)) [y](#chapter)"),
            format!("<p><a href=\"\" {rel}>x</a> <a href=\"#chapter\" {rel}>y</a></p>\n")
        );
    }

    #[test]
    fn raw_html_is_text() {
        assert_eq!(
            html("<div>\n<i>x\n\n<b onclick=x>hi</b>"),
            "<p>&lt;div&gt;<br>\n&lt;i&gt;x</p>\n<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>\n"
        );
        assert_eq!(
            html("<script>alert(1)</script>"),
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
        );
    }

    #[test]
    fn an_image_is_a_link_to_it() {
        let rel = "rel=\"nofollow ugc noopener noreferrer\"";
        assert_eq!(
            html("![a *cat*](https://x.test/c.png)"),
            format!("<p><a href=\"https://x.test/c.png\" {rel}>a <em>cat</em></a></p>\n")
        );
        assert_eq!(
            html("![](https://x.test/c.png)"),
            format!("<p><a href=\"https://x.test/c.png\" {rel}>https://x.test/c.png</a></p>\n")
        );
        assert_eq!(
            html("[![alt](https://x.test/c.png)](https://x.test/)"),
            format!("<p><a href=\"https://x.test/\" {rel}>alt</a></p>\n")
        );
    }

    #[test]
    fn headings_stand_below_the_page_s() {
        assert_eq!(html("# a\n\n###### b"), "<h3>a</h3>\n<h6>b</h6>\n");
    }

    #[test]
    fn nesting_and_links_are_bounded() {
        assert!(render("> > > > > deep", &BOUNDS).is_ok());
        assert_eq!(refused("> > > > > > deep"), ProblemKind::TextTooNested);
        assert_eq!(refused("- - - - - - deep"), ProblemKind::TextTooNested);
        assert_eq!(refused(&">".repeat(9_999)), ProblemKind::TextTooNested);
        assert_eq!(
            refused(&format!("{}a{}", "*a **b ".repeat(9), " b** a*".repeat(9))),
            ProblemKind::TextTooNested
        );
        let links = |n| "https://example.org ".repeat(n);
        assert!(render(&links(3), &BOUNDS).is_ok());
        assert_eq!(refused(&links(4)), ProblemKind::TooManyLinks);
        assert_eq!(refused(&"![a](b) ".repeat(4)), ProblemKind::TooManyLinks);
    }

    /// Pieces from which hostile and merely odd texts are put together.
    const PIECES: &[&str] = &[
        "a",
        " ",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "1. ",
        "*",
        "**",
        "_",
        "`",
        "```",
        "~~",
        "[",
        "](",
        ")",
        "![",
        "<",
        ">",
        "</",
        "<b>",
        "<script>",
        "<svg onload=x>",
        "&lt;",
        "&#x3c;",
        "\"",
        "'",
        "javascript:",
        "https://x.y",
        "|",
        "|-|\n",
        "#",
        "\\",
        "\t",
        "é",
        "👩‍👩‍👧",
        "\u{202E}",
        "<!--",
        "-->",
        "<![CDATA[",
        "<style>",
        "<a href='",
        "data:text/html,",
    ];

    proptest! {
        /// Whatever is typed: only what the protocol allows comes out, and cleaning it again
        /// changes nothing.
        #[test]
        fn nothing_else_comes_out(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
            let text = pieces.concat();
            let bounds = Bounds { nesting: 1_000, links: 1_000, ..BOUNDS };
            let html = render(&text, &bounds).unwrap();
            prop_assert_eq!(&clean(&html), &html);
            for tag in html.split('<').skip(1) {
                let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                prop_assert!(afterword_protocol::html::ELEMENTS.contains(&name.as_str()), "{html}");
            }
            prop_assert!(!html.contains("href=\"javascript:"), "{html}");
            prop_assert!(!html.contains("href=\"data:"), "{html}");
        }

        /// Cleaning is for the HTML of others, too.
        #[test]
        fn cleaning_twice_is_cleaning_once(html in "[a-z<>/\"'=& ]{0,60}") {
            let once = clean(&html);
            prop_assert_eq!(clean(&once), once);
        }
    }
}
