//! Elements in a browser.

use leptos::prelude::*;
use leptos::tachys::view::{Mountable, Render};
use wasm_bindgen::prelude::*;
use web_sys::{Event, Node as DomNode};

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
    comments: Vec<Option<Comment>>,
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
    drawn: Mounted,
    /// What its own signals live in.
    owner: Owner,
}

impl Drop for Comment {
    fn drop(&mut self) {
        self.drawn.element.remove();
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

/// Shows texts at once, and each again whenever it is another one.
fn follow(texts: Vec<Text>, show: impl Fn(usize, &str) + 'static) -> Effect {
    effect(move |mut drawn| {
        drawn.texts.resize(texts.len(), String::new());
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

fn text_node(text: &str) -> DomNode {
    document().create_text_node(text).into()
}

// A node that was just made can be put anywhere, and an attribute that the components name can be
// set: what the functions below don't look at can't fail.

impl Element {
    fn draw(self) -> Mounted {
        let parts = *self.0;
        let element = create(parts.tag);
        let mut effects = Vec::new();
        for (name, value) in parts.attributes {
            let _ = element.set_attribute(name, &value);
        }
        if !parts.live_attributes.is_empty() {
            let element = element.clone();
            let (names, values): (Vec<_>, _) = parts.live_attributes.into_iter().unzip();
            effects.push(follow(values, move |index, value| {
                let _ = element.set_attribute(names[index], value);
            }));
        }
        for (name, handler) in parts.handlers {
            let mut handler: Box<dyn FnMut(Event)> = handler;
            let target = element.clone();
            // A script may hold an element whose signals are gone.
            let handler: Box<dyn FnMut(Event)> = Box::new(move |event| {
                if target.is_connected() {
                    handler(event);
                }
            });
            // It goes when the browser has forgotten the element.
            let handler = Closure::wrap(handler).into_js_value();
            let _ = element.add_event_listener_with_callback(name, handler.unchecked_ref());
        }
        match parts.content {
            Content::Children(children) => {
                for child in children {
                    append(&element, child, &mut effects);
                }
            }
            Content::Html(html) => {
                let element = element.clone();
                effects.push(follow(vec![html], move |_, html| {
                    clean::show(&element, html);
                }));
            }
            Content::Comments(ui, nodes, draw) => {
                effects.push(follow_comments(element.clone(), ui, nodes, draw));
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

fn append(parent: &web_sys::Element, child: View, effects: &mut Vec<Effect>) {
    let node = match child {
        View::Text(text) => text_node(&text),
        View::LiveText(text) => {
            let node = text_node("");
            let shown = node.clone();
            effects.push(follow(vec![text], move |_, text| {
                shown.set_text_content(Some(text));
            }));
            node
        }
        View::Element(element) => {
            let Mounted { element, _effects } = element.draw();
            effects.extend(_effects);
            element.into()
        }
        View::Part(part) => {
            // It marks the place: what stands in a part stands before it.
            let mark = text_node("");
            let _ = parent.append_child(&mark);
            effects.push(follow_part(part, mark));
            return;
        }
    };
    let _ = parent.append_child(&node);
}

fn follow_part(part: Part, mark: DomNode) -> Effect {
    effect(move |drawn| {
        // Its effects go before their signals are missed.
        if let Some(old) = drawn.element {
            old.element.remove();
        }
        let element = part().map(|element| {
            let drawn = element.draw();
            if let Some(parent) = mark.parent_node() {
                let _ = parent.insert_before(&drawn.element, Some(&mark));
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
    ui: Ui,
    nodes: RwSignal<Vec<Node>>,
    draw: Draw,
) -> Effect {
    // Comments outlive a run of the effect, and so do their signals.
    let parent = Owner::current().unwrap_or_default();
    effect(move |drawn| {
        let mut old = drawn.comments;
        let comments = nodes.with(|nodes| {
            let known_or_new = nodes.iter().map(|node| {
                let is_it = |slot: &&mut Option<Comment>| {
                    slot.as_ref().is_some_and(|old| old.key == node.row)
                };
                let known = old.iter_mut().find(is_it).and_then(Option::take);
                known.or_else(|| {
                    let owner = parent.with(Owner::new);
                    Some(Comment {
                        key: node.row,
                        drawn: owner.with(|| draw(ui, *node).draw()),
                        owner,
                    })
                })
            });
            known_or_new.collect::<Vec<_>>()
        });
        drop(old);
        let mut next = list.first_child();
        for comment in comments.iter().flatten() {
            let element: &DomNode = &comment.drawn.element;
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
        self.draw()
    }

    fn rebuild(self, state: &mut Mounted) {
        let mut new = self.draw();
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
