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
    "li",
    "ol",
    "p",
    "pre",
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
/// `language-NAME` and nothing else; an `align` is `left`, `center` or `right`.
pub const ATTRIBUTES: &[(&str, &str)] = &[
    ("a", "href"),
    ("a", "rel"),
    ("code", "class"),
    ("ol", "start"),
    ("td", "align"),
    ("th", "align"),
];

/// Schemes that a link may have.
pub const LINK_SCHEMES: &[&str] = &["http", "https", "mailto"];

/// The `rel` of every link: it passes on neither rank nor the referring page.
pub const LINK_REL: &str = "nofollow ugc noopener noreferrer";
