//! Elements in a browser.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::tachys::view::{Mountable, Render};
use wasm_bindgen::prelude::*;
use web_sys::{Event, Node as DomNode};

use super::found::{self, Place};
use super::{Content, Draw, Element, Part, Text, View};
use crate::browser::clean;
use crate::ui::{Node, Row, Ui};

/// Keeps something up to date, for as long as it is not dropped.
type Effect = RenderEffect<Drawn>;

/// What an effect has drawn.
#[derive(Default)]
struct Drawn {
    /// What stands in attributes or in a text.
    texts: Vec<String>,
    /// What stands in a part.
    element: Option<Mounted>,
    /// What stands in a list.
    comments: Vec<Comment>,
}

/// An element, and what keeps it up to date.
pub struct Mounted {
    element: web_sys::Element,
    _effects: Vec<Effect>,
}

/// A comment in a list.
struct Comment {
    /// The signal that tells it from the others.
    key: RwSignal<Row>,
    element: web_sys::Element,
    /// What keeps it up to date; nothing yet where a server has drawn it.
    _drawn: Rc<Cell<Option<Mounted>>>,
    /// What its own signals live in.
    owner: Owner,
}

impl Comment {
    fn new(node: Node, draw: impl Fn() -> Element, parent: &Owner) -> Self {
        let owner = parent.with(Owner::new);
        let drawn = owner.with(|| draw().draw(None));
        Self {
            key: node.row,
            element: drawn.element.clone(),
            _drawn: Rc::new(Cell::new(Some(drawn))),
            owner,
        }
    }

    /// One that stands already. It is taken over when its time comes.
    fn found(
        element: web_sys::Element,
        node: Node,
        draw: impl Fn() -> Element + 'static,
        parent: &Owner,
    ) -> Self {
        let owner = parent.with(Owner::new);
        let drawn = Rc::new(Cell::new(None));
        let is_there = owner.with(|| StoredValue::new(()));
        let (own, kept, place) = (owner.clone(), Rc::clone(&drawn), element.clone());
        found::wait(element.clone(), move || {
            if !is_there.is_disposed() {
                kept.set(Some(own.with(|| draw().draw(Some(place)))));
            }
        });
        Self {
            key: node.row,
            element,
            _drawn: drawn,
            owner,
        }
    }
}

impl Drop for Comment {
    fn drop(&mut self) {
        self.element.remove();
        self.owner.cleanup();
    }
}

/// Runs at once, and again whenever a signal that it reads has changed. Behind a pointer, because
/// the compiler would make all that an effect is for each type of closure.
fn effect(run: impl FnMut(Drawn) -> Drawn + 'static) -> Effect {
    let mut run: Box<dyn FnMut(Drawn) -> Drawn> = Box::new(run);
    // What was about to run when its owner went is dropped a little later, and would read signals
    // that are gone.
    let owned = StoredValue::new(());
    let run: Box<dyn FnMut(Option<Drawn>) -> Drawn> = Box::new(move |drawn| {
        let drawn = drawn.unwrap_or_default();
        if owned.is_disposed() {
            return drawn;
        }
        run(drawn)
    });
    Effect::new(run)
}

/// Shows texts at once where they are not `shown` already, and each again whenever it is another
/// one.
fn follow(texts: Vec<Text>, shown: Vec<String>, show: impl Fn(usize, &str) + 'static) -> Effect {
    let mut shown = Some(shown);
    effect(move |mut drawn| {
        if let Some(shown) = shown.take() {
            drawn.texts = shown;
        }
        for (index, (text, shown)) in texts.iter().zip(&mut drawn.texts).enumerate() {
            let text = text();
            if text != *shown {
                show(index, &text);
                *shown = text;
            }
        }
        drawn
    })
}

pub(super) fn text_node(text: &str) -> DomNode {
    document().create_text_node(text).into()
}

// A node that was just made can be put anywhere, and an attribute that the components name can be
// set: what the functions below don't look at can't fail.

impl Element {
    /// Draws it, or takes over what a server has drawn of it: that stays the same element, with
    /// the focus, a selection and what has been typed, and only what is not as it should be is
    /// touched.
    fn draw(self, found: Option<web_sys::Element>) -> Mounted {
        let parts = *self.0;
        let is_found = found.is_some();
        let element = found.unwrap_or_else(|| create(parts.tag));
        let given = |name| element.get_attribute(name).unwrap_or_default();
        let mut effects = Vec::new();
        for (name, value) in parts.attributes {
            if !is_found || given(name) != value || value.is_empty() {
                let _ = element.set_attribute(name, &value);
            }
        }
        if !parts.live_attributes.is_empty() {
            let (names, values): (Vec<_>, _) = parts.live_attributes.into_iter().unzip();
            let shown = names.iter().map(|name| given(name)).collect();
            let element = element.clone();
            effects.push(follow(values, shown, move |index, value| {
                let _ = element.set_attribute(names[index], value);
            }));
        }
        for (name, handler) in parts.handlers {
            let mut handler: Box<dyn FnMut(Event)> = handler;
            // A script may hold an element whose signals are gone. The event has the element: what
            // the handler itself held would hold the handler, and neither would ever go.
            let handler: Box<dyn FnMut(Event)> = Box::new(move |event| {
                let target = event.current_target();
                let target = target.map(JsCast::unchecked_into::<DomNode>);
                if target.is_some_and(|target| target.is_connected()) {
                    handler(event);
                }
            });
            // It goes when the browser has forgotten the element.
            let handler = Closure::wrap(handler).into_js_value();
            let _ = element.add_event_listener_with_callback(name, handler.unchecked_ref());
        }
        match parts.content {
            Content::Children(children) => {
                let mut place = Place::at(&element);
                for child in children {
                    append(&mut place, child, &mut effects);
                }
                place.clear();
            }
            // Where a server has drawn it, it is empty here until it is another one.
            Content::Html(ui, html) => {
                let element = element.clone();
                effects.push(follow(vec![html], vec![String::new()], move |_, html| {
                    clean::show(&element, html, &ui.around());
                }));
            }
            Content::Comments(ui, nodes, draw) => {
                effects.push(follow_comments(element.clone(), is_found, ui, nodes, draw));
            }
        }
        Mounted {
            element,
            _effects: effects,
        }
    }
}

fn create(tag: &str) -> web_sys::Element {
    document()
        .create_element(tag)
        .unwrap_or_else(JsCast::unchecked_into)
}

fn append(place: &mut Place, child: View, effects: &mut Vec<Effect>) {
    match child {
        View::Text(text) => {
            let node = place.text(&text);
            if node.text_content().as_deref() != Some(text.as_str()) {
                node.set_text_content(Some(&text));
            }
        }
        View::LiveText(text) => {
            let node = place.text("");
            let shown = node.text_content().unwrap_or_default();
            effects.push(follow(vec![text], vec![shown], move |_, text| {
                node.set_text_content(Some(text));
            }));
        }
        View::Element(element) => {
            let found = place.element(&element);
            let is_found = found.is_some();
            let Mounted { element, _effects } = element.draw(found);
            effects.extend(_effects);
            if !is_found {
                place.put(&element);
            }
        }
        View::Part(part) => {
            // It marks the place: what stands in a part stands before it.
            let mark = text_node("");
            let found = place.next.clone();
            place.put(&mark);
            effects.push(follow_part(part, found, mark.clone()));
            place.next = mark.next_sibling();
        }
    }
}

fn follow_part(part: Part, mut found: Option<DomNode>, mark: DomNode) -> Effect {
    effect(move |drawn| {
        // Its effects go before their signals are missed.
        if let Some(old) = drawn.element {
            old.element.remove();
        }
        let found = found.take();
        let element = part().map(|element| {
            let Some(parent) = mark.parent_element() else {
                return element.draw(None);
            };
            let mut place = Place::before(parent, found);
            let found = place.element(&element);
            let is_found = found.is_some();
            let drawn = element.draw(found);
            if is_found {
                place.put(&mark);
            } else {
                place.next = Some(mark.clone());
                place.put(&drawn.element);
            }
            drawn
        });
        Drawn {
            element,
            ..Drawn::default()
        }
    })
}

fn follow_comments(
    list: web_sys::Element,
    mut is_found: bool,
    ui: Ui,
    nodes: RwSignal<Vec<Node>>,
    draw: Draw,
) -> Effect {
    // Comments outlive a run of the effect, and so do their signals.
    let parent = Owner::current().unwrap_or_default();
    effect(move |drawn| {
        let mut old = drawn.comments;
        // Most stand in the order that they had: the next one is the last of these.
        old.reverse();
        let mut place = Place::at(&list);
        let is_found = std::mem::take(&mut is_found);
        let comments = nodes.with(|nodes| {
            let known_or_new = nodes.iter().map(|node| {
                let known = old.iter().rposition(|old| old.key == node.row);
                if let Some(known) = known {
                    return old.remove(known);
                }
                let node = *node;
                let draw = move || draw(ui, node);
                match is_found.then(|| place.comment(ui, node)).flatten() {
                    Some(element) => Comment::found(element, node, draw, &parent),
                    None => Comment::new(node, draw, &parent),
                }
            });
            known_or_new.collect::<Vec<_>>()
        });
        drop(old);
        if is_found {
            place.clear();
        }
        let mut next = list.first_child();
        for comment in &comments {
            let element: &DomNode = &comment.element;
            // What stands where it belongs is not touched, so that it keeps the focus.
            if next.as_ref() == Some(element) {
                next = element.next_sibling();
            } else {
                let _ = list.insert_before(element, next.as_ref());
            }
        }
        Drawn {
            comments,
            ..Drawn::default()
        }
    })
}

impl Render for Element {
    type State = Mounted;

    fn build(self) -> Mounted {
        self.draw(found::offered())
    }

    fn rebuild(self, state: &mut Mounted) {
        let mut new = self.draw(None);
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

impl Mountable for Mounted {
    fn unmount(&mut self) {
        self.element.remove();
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&DomNode>) {
        // To move what stands there already would take the focus from it.
        if self.element.parent_element().as_ref() == Some(parent) {
            return;
        }
        let _ = parent.insert_before(&self.element, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let parent = self.element.parent_element();
        parent.is_some_and(|parent| child.try_mount(&parent, Some(&self.element)))
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        vec![self.element.clone()]
    }
}
