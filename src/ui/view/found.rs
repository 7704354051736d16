//! What a server has drawn already, and the widget takes over.
//!
//! The elements stay: with them the focus, a selection, what has been typed and what is open. Where
//! they are not as they should be, because the server is of another version, they are made so. That
//! takes a while for a long thread: what stands around the comments is taken over at once, each
//! comment when its time comes, or when somebody reaches for it.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{Element as DomElement, Node as DomNode};

use super::Element;
use super::dom::text_node;
use crate::browser;
use crate::ui::{Command, Node, Ui};

/// For how many milliseconds the page may be kept from everything else.
const SLICE: f64 = 8.0;

/// A comment that stands, and is still to be taken over.
struct Waiting {
    element: DomElement,
    take_over: Box<dyn FnOnce()>,
}

thread_local! {
    static OFFERED: RefCell<Option<DomElement>> = const { RefCell::new(None) };
    /// The comments of all the page's threads, the last of them first.
    static WAITING: RefCell<Vec<Waiting>> = const { RefCell::new(Vec::new()) };
}

/// Has the next view that is mounted take over an element.
pub(crate) fn offer(element: DomElement) {
    OFFERED.set(Some(element));
}

pub(super) fn offered() -> Option<DomElement> {
    OFFERED.take()
}

/// Puts off taking over a comment.
pub(super) fn wait(element: DomElement, take_over: impl FnOnce() + 'static) {
    let take_over = Box::new(take_over);
    WAITING.with_borrow_mut(|waiting| waiting.insert(0, Waiting { element, take_over }));
}

/// Takes over one comment, the first that is as wanted.
fn take_over_one(is_wanted: impl Fn(&Waiting) -> bool) -> bool {
    let next = WAITING.with_borrow_mut(|waiting| {
        let place = waiting.iter().rposition(is_wanted)?;
        Some(waiting.remove(place))
    });
    next.map(|next| (next.take_over)()).is_some()
}

/// Takes over the comments around an element, because somebody reaches for it.
pub(crate) fn take_over(target: &DomNode) {
    while take_over_one(|waiting| waiting.element.contains(Some(target))) {}
}

/// Takes over one comment after the other, and leaves the page its time in between.
pub(crate) fn take_over_slowly(done: Box<dyn FnOnce()>) {
    let began = browser::now();
    while take_over_one(|_| true) {
        if browser::now() - began > SLICE {
            return browser::later(move || take_over_slowly(done));
        }
    }
    done();
}

/// A place among the children of an element.
pub(super) struct Place {
    parent: DomElement,
    /// What stands behind it; on the way through what a server has drawn, the next of that.
    pub(super) next: Option<DomNode>,
}

impl Place {
    /// Before the first child.
    pub(super) fn at(parent: &DomElement) -> Self {
        Self::before(parent.clone(), parent.first_child())
    }

    /// Before that child.
    pub(super) fn before(parent: DomElement, next: Option<DomNode>) -> Self {
        Self { parent, next }
    }

    /// Puts a node there.
    pub(super) fn put(&self, node: &DomNode) {
        let _ = self.parent.insert_before(node, self.next.as_ref());
    }

    fn pass(&mut self, is_it: impl Fn(&DomNode) -> bool) -> Option<DomNode> {
        let node = self.next.take_if(|node| is_it(node))?;
        self.next = node.next_sibling();
        Some(node)
    }

    /// The next node, if it is an element like that.
    pub(super) fn element(&mut self, like: &Element) -> Option<DomElement> {
        let parts = &like.0;
        let node = self.pass(|node| {
            let element: &DomElement = node.unchecked_ref();
            node.node_type() == DomNode::ELEMENT_NODE
                && element.local_name() == parts.tag
                && (parts.class.is_empty() || element.class_name() == parts.class)
        });
        node.map(JsCast::unchecked_into)
    }

    /// The next node, if it is a text; or a new text there.
    pub(super) fn text(&mut self, text: &str) -> DomNode {
        let found = self.pass(|node| node.node_type() == DomNode::TEXT_NODE);
        found.unwrap_or_else(|| {
            let node = text_node(text);
            self.put(&node);
            node
        })
    }

    /// The next node, if it is that comment. If not, what stands here is another thread: only the
    /// backend knows this one.
    pub(super) fn comment(&mut self, ui: Ui, node: Node) -> Option<DomElement> {
        let anchor = ["comment-", &node.id()].concat();
        let found = self.pass(|found| {
            let article = found.first_child().and_then(|child| child.dyn_into().ok());
            article.is_some_and(|article: DomElement| article.id() == anchor)
        });
        if found.is_none() {
            ui.ask(Command::Load);
        }
        found.map(JsCast::unchecked_into)
    }

    /// Removes the rest.
    pub(super) fn clear(&mut self) {
        while let Some(node) = self.pass(|_| true) {
            let _ = self.parent.remove_child(&node);
        }
    }
}
