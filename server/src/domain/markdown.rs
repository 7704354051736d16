//! Markdown, and the HTML that is made of it.

mod highlight;

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::sync::LazyLock;

use afterword_protocol::{ProblemKind, html};
use ammonia::{Builder, UrlRelative};
use comrak::arena_tree::NodeEdge;
use comrak::html::escape;
use comrak::nodes::NodeValue;
use comrak::options::Plugins;
use comrak::{Arena, Node, Options, format_html_with_plugins, parse_document};

use self::highlight::Highlighter;
use super::{Bounds, ImageName};
use crate::error::Refusal;

/// The HTML of a text, with no more than [`html`] allows.
///
/// GitHub's Markdown: tables, strikethrough, bare links, emoji by their names, code in colours, and a
/// line break where one was typed; and `||spoilers||`. Raw HTML is shown as it was typed. An image that
/// is none of `images`, the names of this server's own, becomes a link to it: whoever reads a comment
/// must not thereby call a server that its author chose.
pub(crate) fn render(
    text: &str,
    bounds: &Bounds,
    images: &HashSet<String>,
) -> Result<String, Refusal> {
    let options = options();
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options);
    measure(root, bounds)?;
    transform(&arena, root, images);
    let mut html = String::with_capacity(text.len() * 2);
    let mut plugins = Plugins::default();
    plugins.render.codefence_syntax_highlighter = Some(&Highlighter);
    if format_html_with_plugins(root, &options, &mut html, &plugins).is_err() {
        unreachable!("writing to a string does not fail");
    }
    Ok(clean(&html))
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.shortcodes = true;
    options.extension.spoiler = true;
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
            | NodeValue::Strikethrough
            | NodeValue::SpoileredText => {
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
fn transform<'a>(arena: &'a Arena<'a>, root: Node<'a>, images: &HashSet<String>) {
    let is_kept = |url: &str| own_image(url).is_some_and(|image| images.contains(image.whole));
    let mut open_links = 0_u32;
    let (mut unwrapped, mut raw, mut shown) = (Vec::new(), Vec::new(), Vec::new());
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
                    NodeValue::Image(image) if is_kept(&image.url) => shown.push(node),
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
    for image in shown {
        shown_as_image(image);
    }
    for image in unwrapped {
        while let Some(child) = image.first_child() {
            image.insert_before(child);
        }
        image.detach();
    }
}

/// The names of images that a text may show: those that it shows are among them.
pub(crate) fn named_images(text: &str) -> Vec<&str> {
    let named = text.split(IMAGES).skip(1);
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let names = named.filter_map(|rest| rest.split(|c| !is_of_a_name(c)).next());
    names.filter(|name| ImageName::of(name).is_some()).collect()
}

/// Where images are.
const IMAGES: &str = "/images/";

/// What the name of one of this server's own images tells, if that is the address of one.
fn own_image(url: &str) -> Option<ImageName<'_>> {
    ImageName::of(url.strip_prefix(IMAGES)?)
}

/// Makes an image of an own one, with the room that it takes, so that nothing moves when it comes.
fn shown_as_image(image: Node<'_>) {
    let mut alt = String::new();
    while let Some(child) = image.first_child() {
        for node in child.descendants() {
            match &node.data().value {
                NodeValue::Text(text) => alt.push_str(text),
                NodeValue::Code(code) => alt.push_str(&code.literal),
                NodeValue::ShortCode(code) => alt.push_str(&code.emoji),
                NodeValue::SoftBreak | NodeValue::LineBreak => alt.push(' '),
                _ => {}
            }
        }
        child.detach();
    }
    let mut data = image.data_mut();
    let NodeValue::Image(link) = &data.value else {
        return;
    };
    let Some(ImageName { width, height, .. }) = own_image(&link.url) else {
        return;
    };
    let mut html = String::new();
    let written = write!(html, "<img src=\"{}\" alt=\"", link.url)
        .and_then(|()| escape(&mut html, &alt))
        .and_then(|()| {
            write!(
                html,
                "\" width=\"{width}\" height=\"{height}\" loading=\"lazy\" decoding=\"async\">"
            )
        });
    if written.is_err() {
        unreachable!("writing to a string does not fail");
    }
    data.value = NodeValue::Raw(html);
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
        // ammonia lets every element have a `title` and a `lang`; the protocol doesn't.
        .generic_attributes(HashSet::new())
        .url_schemes(html::LINK_SCHEMES.iter().copied().collect())
        // `#chapter-2` leads to a place in the article.
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some(html::LINK_REL))
        .attribute_filter(|element, attribute, value| {
            let is_allowed = match (element, attribute) {
                ("code", "class") => is_language(value),
                ("span", "class") => html::SPAN_CLASSES.contains(&value),
                (_, "align") => matches!(value, "left" | "center" | "right"),
                ("img", "src") => own_image(value).is_some(),
                ("img", "width" | "height") => value.parse::<u32>().is_ok(),
                ("img", "loading") => value == "lazy",
                ("img", "decoding") => value == "async",
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

    /// The images that there are.
    fn kept() -> HashSet<String> {
        let names = ["800x600", "8x6"];
        let names = names.map(|size| format!("0123456789abcdef0123456789abcdef-{size}.jpg"));
        HashSet::from(names)
    }

    fn html(text: &str) -> String {
        render(text, &BOUNDS, &kept()).unwrap()
    }

    fn refused(text: &str) -> ProblemKind {
        render(text, &BOUNDS, &kept()).unwrap_err().kind
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
            html("> said\n\n3. c\n\n```nonsense\nlet a = 1 < 2;\n```\n\n~~no~~ **yes** _so_ `x`"),
            "<blockquote>\n<p>said</p>\n</blockquote>\n<ol start=\"3\">\n<li>c</li>\n</ol>\n\
             <pre><code class=\"language-nonsense\">let a = 1 &lt; 2;\n</code></pre>\n\
             <p><del>no</del> <strong>yes</strong> <em>so</em> <code>x</code></p>\n"
        );
        assert!(html("|a|b|\n|-|:-:|\n|1|2|").contains("<td align=\"center\">2</td>"));
    }

    #[test]
    fn a_spoiler_is_covered() {
        assert_eq!(
            html("He is ||her *father*||. a || b"),
            "<p>He is <span class=\"spoiler\">her <em>father</em></span>. a || b</p>\n"
        );
    }

    #[test]
    fn an_emoji_has_a_name() {
        assert_eq!(
            html(":tada: 10:30:15 `:tada:` :no-such:"),
            "<p>🎉 10:30:15 <code>:tada:</code> :no-such:</p>\n"
        );
    }

    #[test]
    fn code_has_colours_in_a_language_that_is_known() {
        assert_eq!(
            html("```rust\nfn a() { \"<b>\" } // c\n```"),
            "<pre><code class=\"language-rust\"><span class=\"hl-keyword\">fn</span> \
             <span class=\"hl-function\">a</span>() { <span class=\"hl-string\">\"&lt;b&gt;\"</span> } \
             <span class=\"hl-comment\">// c\n</span></code></pre>\n"
        );
        assert!(
            html("```ts\nlet a: number = 1;\n```").contains("<span class=\"hl-number\">1</span>")
        );
        assert_eq!(
            html("```nonsense\nlet a;\n```"),
            "<pre><code class=\"language-nonsense\">let a;\n</code></pre>\n"
        );
        assert_eq!(html("    fn a()"), "<pre><code>fn a()\n</code></pre>\n");
    }

    #[test]
    fn a_link_has_no_title() {
        assert_eq!(
            html("[x](#a \"title\")"),
            "<p><a href=\"#a\" rel=\"nofollow ugc noopener noreferrer\">x</a></p>\n"
        );
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
    fn bare_addresses_are_links() {
        let rel = "rel=\"nofollow ugc noopener noreferrer\"";
        let link = |href: &str, text: &str| format!("<a href=\"{href}\" {rel}>{text}</a>");
        assert_eq!(
            html("(www.example.org/a_b_c), ada@example.org."),
            format!(
                "<p>({}), {}.</p>\n",
                link("http://www.example.org/a_b_c", "www.example.org/a_b_c"),
                link("mailto:ada@example.org", "ada@example.org")
            )
        );
        for text in ["`https://example.org`", "ftp//x", "javascript:alert(1)"] {
            assert!(!html(text).contains("<a "), "{text}");
        }
    }

    #[test]
    fn a_table_has_heads_and_sides() {
        assert_eq!(
            html("|a|b|c|\n|:-|:-:|-:|\n|1|*2*| |\n\n|no|\ntable"),
            "<table>\n<thead>\n<tr>\n<th align=\"left\">a</th>\n<th align=\"center\">b</th>\n\
             <th align=\"right\">c</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align=\"left\">1</td>\n\
             <td align=\"center\"><em>2</em></td>\n<td align=\"right\"></td>\n</tr>\n</tbody>\n</table>\n\
             <p>|no|<br>\ntable</p>\n"
        );
    }

    #[test]
    fn there_are_no_footnotes() {
        assert_eq!(
            html("So[^1] it is.[^b]\n\n[^1]: Says who?"),
            "<p>So[^1] it is.[^b]</p>\n<p>[^1]: Says who?</p>\n"
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
    fn an_image_of_our_own_is_shown_with_its_size() {
        let src = "/images/0123456789abcdef0123456789abcdef-800x600.jpg";
        let shown = |alt: &str| {
            format!(
                "<img src=\"{src}\" alt=\"{alt}\" width=\"800\" height=\"600\" loading=\"lazy\" decoding=\"async\">"
            )
        };
        assert_eq!(
            html(&format!("![a *\"cat\"* `<b>`]({src} \"title\")")),
            format!("<p>{}</p>\n", shown("a &quot;cat&quot; &lt;b&gt;"))
        );
        let in_a_link = html(&format!("[![]({src})](https://x.test/)"));
        assert!(in_a_link.contains(&shown("")), "{in_a_link}");
        for other in [
            format!("https://x.test{src}"),
            format!("//x.test{src}"),
            format!("/images/..{src}"),
            "/images/a.jpg".to_owned(),
            // There is none of that name, or of that size and kind.
            src.replace("0123", "3210"),
            src.replace("800", "801"),
            src.replace("jpg", "png"),
        ] {
            let html = html(&format!("![a]({other})"));
            assert!(!html.contains("<img"), "{html}");
        }
    }

    #[test]
    fn images_have_names() {
        let hash = "0123456789abcdef0123456789abcdef";
        let text = format!(
            "![a](/images/{hash}-1x1.png) /images/ /images/x-1 /images/{hash}-1x1.pngé /images/é-{hash}-"
        );
        let name = format!("{hash}-1x1.png");
        assert_eq!(named_images(&text), [&name, &name]);
    }

    #[test]
    fn headings_stand_below_the_page_s() {
        assert_eq!(html("# a\n\n###### b"), "<h3>a</h3>\n<h6>b</h6>\n");
    }

    #[test]
    fn nesting_and_links_are_bounded() {
        assert!(render("> > > > > deep", &BOUNDS, &kept()).is_ok());
        assert_eq!(refused("> > > > > > deep"), ProblemKind::TextTooNested);
        assert_eq!(refused("- - - - - - deep"), ProblemKind::TextTooNested);
        assert_eq!(refused(&">".repeat(9_999)), ProblemKind::TextTooNested);
        assert_eq!(
            refused(&format!("{}a{}", "*a **b ".repeat(9), " b** a*".repeat(9))),
            ProblemKind::TextTooNested
        );
        let links = |n| "https://example.org ".repeat(n);
        assert!(render(&links(3), &BOUNDS, &kept()).is_ok());
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
        "||",
        ":tada:",
        "```rs\n",
        "```html\n",
        "\"",
        "[",
        "](",
        ")",
        "![",
        "![a](/images/0123456789abcdef0123456789abcdef-8x6.jpg)",
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
            let html = render(&text, &bounds, &kept()).unwrap();
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
