//! Elements as HTML, for a server.

use leptos::prelude::*;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Position, PositionState, Render, RenderHtml};

use super::{Content, Element, View};

/// Elements that have no end tag.
const VOID: [&str; 1] = ["input"];

/// A spoiler as it stands in a comment's HTML, and how it begins where it is shown.
const SPOILER: &str = "<span class=\"spoiler\">";
const COVERED: &str = "<span class=\"spoiler\" tabindex=\"0\" role=\"group\" aria-label=\"";

/// How an image of the server begins in a comment's HTML, and what its address begins with there.
const IMAGE: &str = "<img src=\"/images/";
const ROOT: &str = "/images/";

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
}

impl Element {
    fn write(self, html: &mut String) {
        let parts = *self.0;
        html.push('<');
        html.push_str(parts.tag);
        let live = parts.live_attributes.into_iter();
        let live = live.map(|(name, value)| (name, value()));
        for (name, value) in parts.attributes.into_iter().chain(live) {
            html.push(' ');
            html.push_str(name);
            html.push_str("=\"");
            escape(&value, html);
            html.push('"');
        }
        html.push('>');
        match parts.content {
            Content::Children(children) => {
                for child in children {
                    match child {
                        View::Text(text) => {
                            // A parser drops the first line break there.
                            if parts.tag == "textarea" && text.starts_with('\n') {
                                html.push('\n');
                            }
                            escape(&text, html);
                        }
                        View::LiveText(text) => escape(&text(), html),
                        View::Element(element) => element.write(html),
                        View::Part(part) => {
                            if let Some(element) = part() {
                                element.write(html);
                            }
                        }
                    }
                }
            }
            // As `browser::clean` has it: what scrolls can be reached by keyboard, a spoiler says
            // what it is, and an image has its whole address. A text can't hold the tags: they
            // would be escaped.
            Content::Html(ui, clean) => {
                let mut clean = clean().replace("<pre>", "<pre tabindex=\"0\">");
                if clean.contains(SPOILER) || clean.contains(IMAGE) {
                    let around = ui.around();
                    let mut spoiler = String::from(COVERED);
                    escape(&around.spoiler, &mut spoiler);
                    spoiler.push_str("\">");
                    let mut image = String::from(IMAGE);
                    image.truncate(IMAGE.len() - ROOT.len());
                    escape(&around.images, &mut image);
                    image.push_str(ROOT);
                    clean = clean.replace(SPOILER, &spoiler).replace(IMAGE, &image);
                }
                html.push_str(&clean);
            }
            Content::Comments(ui, nodes, draw) => {
                for node in nodes.get_untracked() {
                    draw(ui, node).write(html);
                }
            }
        }
        if !VOID.contains(&parts.tag) {
            html.push_str("</");
            html.push_str(parts.tag);
            html.push('>');
        }
    }
}

impl RenderHtml for Element {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        html: &mut String,
        position: &mut Position,
        _escape: bool,
        _mark_branches: bool,
        _attributes: Vec<AnyAttribute>,
    ) {
        self.write(html);
        *position = Position::NextChild;
    }

    /// A thread that a server has rendered is replaced, not taken over.
    fn hydrate<const FROM_SERVER: bool>(
        self,
        _cursor: &Cursor,
        _position: &PositionState,
    ) -> Self::State {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}

impl AddAnyAttr for Element {
    type Output<NewAttribute: Attribute> = Self;

    fn add_any_attr<NewAttribute: Attribute>(self, _attribute: NewAttribute) -> Self {
        self
    }
}
