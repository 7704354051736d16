//! Views of one type.
//!
//! `view!` gives every element a type of its own, with its tag, attributes, handlers and children
//! in it, and the compiler makes code for each: 2 to 7 kB of Wasm before compression. Here an
//! element is put together at run time, all of them are of one type, and the widget is less than
//! half as large (`docs/decisions/0001-lean-views.md`). For Leptos an [`Element`] is a view like any
//! other: its signals and effects keep it up to date, `mount_to` mounts it, `to_html` renders it.

mod dom;
mod found;
mod markup;

pub(crate) use found::{offer, take_over, take_over_slowly};

use leptos::prelude::*;
use web_sys::Event;

use super::{Node, Ui};
use crate::i18n::Msg;
use crate::thread::language;

/// A text that follows signals.
type Text = Box<dyn Fn() -> String + Send>;

/// A part of a view that follows signals.
type Part = Box<dyn Fn() -> Option<Element> + Send>;

/// What happens at an event.
type Handler = Box<dyn FnMut(Event) + Send>;

/// What is drawn for a comment.
type Draw = fn(Ui, Node) -> Element;

/// What stands in an element.
pub(super) enum View {
    /// A text, never taken for HTML.
    Text(String),
    /// A text that follows signals.
    LiveText(Text),
    /// A part that follows signals, and may not be there at all.
    Part(Part),
    /// An element.
    Element(Element),
}

/// An element, as it is being put together.
pub struct Element(Box<Parts>);

/// What an element is made of.
struct Parts {
    tag: &'static str,
    class: &'static str,
    attributes: Vec<(&'static str, String)>,
    live_attributes: Vec<(&'static str, Text)>,
    handlers: Vec<(&'static str, Handler)>,
    content: Content,
}

/// All that stands in an element.
enum Content {
    Children(Vec<View>),
    /// A backend's HTML that follows signals.
    Html(Ui, Text),
    /// A comment for each node, in order; those that stay are not drawn anew.
    Comments(Ui, RwSignal<Vec<Node>>, Draw),
}

/// What owners may style by `::part()`, by the class that such elements have: docs/theming.md
/// promises the names. Only what stands in a promise is here, because a thread has hundreds of some.
const PARTS: [(&str, &str); 8] = [
    ("thread", "thread"),
    ("thread-title", "title"),
    ("comment-author", "author"),
    ("comment-body", "body"),
    ("field", "field"),
    ("button", "button"),
    ("button-primary", "primary"),
    ("notice", "notice"),
];

/// An element with that class.
pub(super) fn el(tag: &'static str, class: &'static str) -> Element {
    let mut attributes = Vec::new();
    if !class.is_empty() {
        attributes.push(("class", class.to_owned()));
    }
    let mut parts = String::new();
    for word in class.split(' ') {
        for (of_class, part) in PARTS {
            if of_class == word {
                if !parts.is_empty() {
                    parts.push(' ');
                }
                parts.push_str(part);
            }
        }
    }
    if !parts.is_empty() {
        attributes.push(("part", parts));
    }
    Element(Box::new(Parts {
        tag,
        class,
        attributes,
        live_attributes: Vec::new(),
        handlers: Vec::new(),
        content: Content::Children(Vec::new()),
    }))
}

impl Element {
    /// Sets an attribute.
    pub(super) fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.attributes.push((name, value.into()));
        self
    }

    /// Sets an attribute that follows signals.
    pub(super) fn live_attr(
        mut self,
        name: &'static str,
        value: impl Fn() -> String + Send + 'static,
    ) -> Self {
        self.0.live_attributes.push((name, Box::new(value)));
        self
    }

    /// Does something at an event.
    pub(super) fn on(
        mut self,
        event: &'static str,
        handler: impl FnMut(Event) + Send + 'static,
    ) -> Self {
        self.0.handlers.push((event, Box::new(handler)));
        self
    }

    /// Appends a child.
    pub(super) fn child(mut self, child: impl Into<View>) -> Self {
        self.push(child.into());
        self
    }

    /// Appends children.
    pub(super) fn children(mut self, children: impl IntoIterator<Item = impl Into<View>>) -> Self {
        for child in children {
            self.push(child.into());
        }
        self
    }

    fn push(&mut self, child: View) {
        if let Content::Children(children) = &mut self.0.content {
            children.push(child);
        }
    }

    /// Appends a text.
    pub(super) fn text(self, text: impl Into<String>) -> Self {
        self.child(View::Text(text.into()))
    }

    /// Appends a text that follows signals.
    pub(super) fn live_text(self, text: impl Fn() -> String + Send + 'static) -> Self {
        self.child(View::LiveText(Box::new(text)))
    }

    /// Appends a message about somebody. The name is kept apart from the sentence's direction.
    pub(super) fn named(self, ui: Ui, msg: Msg, name: &str) -> Self {
        let (before, after) = ui.i18n(|i18n| i18n.around_name(msg));
        self.text(before)
            .child(el("bdi", "").text(name))
            .text(after)
    }

    /// Has a backend's HTML in it and nothing else. In a browser it goes through
    /// [`crate::browser::clean::show`]; a server that renders the thread writes the HTML that it
    /// cleaned itself. There is no other way for HTML into a view.
    pub(super) fn html(mut self, ui: Ui, html: impl Fn() -> String + Send + 'static) -> Self {
        self.0.content = Content::Html(ui, Box::new(html));
        self
    }

    /// Has comments in it and nothing else.
    pub(super) fn comments(mut self, ui: Ui, nodes: RwSignal<Vec<Node>>, draw: Draw) -> Self {
        self.0.content = Content::Comments(ui, nodes, draw);
        self
    }
}

impl From<Element> for View {
    fn from(element: Element) -> Self {
        Self::Element(element)
    }
}

/// An ordered list. Without its numbers it would be none to some screen readers, unless it says so.
pub(super) fn list(class: &'static str) -> Element {
    el("ol", class).attr("role", "list")
}

/// A part of a view that follows signals, and may not be there at all. It is drawn anew whenever
/// what it reads changes, and with it the focus, a selection and what is open in it are gone: so it
/// reads memos of just what it shows.
pub(super) fn part(make: impl Fn() -> Option<Element> + Send + 'static) -> View {
    View::Part(Box::new(make))
}

/// What a `part` reads: remembered, so that it is drawn anew only when that has changed.
#[cfg(not(feature = "ssr"))]
pub(super) type Known<T> = Memo<T>;

/// The same on a server, which draws a part once. A dozen memos for each comment took as
/// much time as all the rest of drawing it.
#[cfg(feature = "ssr")]
pub(super) type Known<T> = Signal<T>;

fn known<T: PartialEq + Send + Sync + 'static>(make: Box<dyn Fn() -> T + Send + Sync>) -> Known<T> {
    #[cfg(not(feature = "ssr"))]
    return Memo::new(move |_| make());
    #[cfg(feature = "ssr")]
    return Signal::derive(make);
}

/// Whether something is so; for a `part`.
pub(super) fn whether(is_so: impl Fn() -> bool + Send + Sync + 'static) -> Known<bool> {
    known(Box::new(is_so))
}

/// A text for a `part`; empty where there is none.
pub(super) fn wording(make: impl Fn() -> String + Send + Sync + 'static) -> Known<String> {
    known(Box::new(make))
}

/// What somebody wrote, as a backend's HTML. It goes in the direction of its own first letter, and has
/// the language that its letters tell.
pub(super) fn words(ui: Ui, class: &'static str, html: Known<String>) -> Element {
    let words = el("div", class).attr("dir", "auto");
    let words = match language(&html.get_untracked()) {
        Some(language) => words.attr("lang", language),
        None => words,
    };
    words.html(ui, move || html.get())
}

/// A button for what a script alone can do, still without what is to be read on it.
pub(super) fn button(class: &'static str, click: impl Fn() + Send + 'static) -> Element {
    press("button", class, click).attr("type", "button")
}

/// A button or a link that does something, and not what it would do without a script.
pub(super) fn press(
    tag: &'static str,
    class: &'static str,
    click: impl Fn() + Send + 'static,
) -> Element {
    el(tag, class).on("click", move |event| {
        event.prevent_default();
        click();
    })
}

/// A sentence about what did not work, as long as there is one. Assistive technology is told at
/// once.
pub(super) fn alert(class: &'static str, sentence: Known<String>) -> View {
    part(move || {
        let sentence = sentence.get();
        (!sentence.is_empty()).then(|| el("p", class).attr("role", "alert").text(sentence))
    })
}
