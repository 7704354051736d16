//! The HTML that a comment may hold: one list for the server that makes it, for the browser that
//! cleans it again, and for the author of another backend.

/// Elements that a comment may hold. All others are removed, their text stays (but not that of
/// `script`, `style` and their like).
pub const ELEMENTS: &[&str] = &[
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Attributes that an element may have: `(element, attribute)`. A `class` on `code` is
/// `language-NAME` and nothing else, one on `span` is one of [`SPAN_CLASSES`]; an `align` is `left`,
/// `center` or `right`.
pub const ATTRIBUTES: &[(&str, &str)] = &[
    ("a", "href"),
    ("a", "rel"),
    ("code", "class"),
    ("img", "alt"),
    ("img", "decoding"),
    ("img", "height"),
    ("img", "loading"),
    ("img", "src"),
    ("img", "width"),
    ("ol", "start"),
    ("span", "class"),
    ("td", "align"),
    ("th", "align"),
];

/// Whether an image may have that `src`: a name of the server's own `/images/`, below its address.
/// So a comment calls no other server, and its HTML is the same under every address of this one.
#[must_use]
pub fn is_image(src: &str) -> bool {
    let name = src.strip_prefix("/images/").unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    !name.is_empty() && name.bytes().all(is_plain)
}

/// What a `span` may be: a part of a text that is covered until somebody wants to read it, or of
/// what kind a piece of code is.
pub const SPAN_CLASSES: &[&str] = &[
    "spoiler",
    "hl-attribute",
    "hl-comment",
    "hl-constant",
    "hl-deleted",
    "hl-function",
    "hl-inserted",
    "hl-keyword",
    "hl-number",
    "hl-string",
    "hl-tag",
    "hl-type",
];

/// Schemes that a link may have.
pub const LINK_SCHEMES: &[&str] = &["http", "https", "mailto"];

/// The `rel` of every link: it passes on neither rank nor the referring page.
pub const LINK_REL: &str = "nofollow ugc noopener noreferrer";
