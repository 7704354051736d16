//! Elements that are put together at run time.
//!
//! As in the widget (`docs/decisions/0001-lean-views.md`) there is one type of element, not one for
//! each place that has some: that keeps the program small, and quick to compile. Leptos has the
//! signals; what is called `live` here follows them for as long as its owner is there.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement, Node};

/// An element of the page.
#[derive(Clone, Debug)]
pub(crate) struct El(Element);

pub(crate) fn document() -> web_sys::Document {
    leptos::prelude::document()
}

/// An element with that class.
pub(crate) fn el(tag: &'static str, class: &'static str) -> El {
    // The names that stand in this program are names of elements.
    let element = document().create_element(tag).unwrap_throw();
    let el = El(element);
    if class.is_empty() {
        el
    } else {
        el.attr("class", class)
    }
}

/// An element of a drawing.
pub(crate) fn svg(tag: &'static str, class: &'static str) -> El {
    let namespace = Some("http://www.w3.org/2000/svg");
    let element = document().create_element_ns(namespace, tag).unwrap_throw();
    El(element).attr("class", class)
}

/// Does something now, and again whenever a signal that it reads has changed.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    let mut run: Box<dyn FnMut()> = Box::new(run);
    // What was about to run when its owner went would read signals that are gone.
    let owned = StoredValue::new(());
    let run: Box<dyn FnMut(Option<()>)> = Box::new(move |_| {
        if !owned.is_disposed() {
            run();
        }
    });
    StoredValue::new_local(RenderEffect::new(run));
}

/// An item of a list, with what its signals live in.
struct Item<T> {
    key: T,
    element: Element,
    owner: Owner,
}

impl<T> Drop for Item<T> {
    fn drop(&mut self) {
        self.element.remove();
        self.owner.cleanup();
    }
}

impl El {
    pub(crate) fn node(&self) -> &Element {
        &self.0
    }

    pub(crate) fn html(&self) -> HtmlElement {
        self.0.clone().unchecked_into()
    }

    pub(crate) fn attr(self, name: &str, value: impl AsRef<str>) -> Self {
        let _ = self.0.set_attribute(name, value.as_ref());
        self
    }

    /// Sets an attribute without a value, or not.
    pub(crate) fn flag(self, name: &str, is_set: bool) -> Self {
        if is_set { self.attr(name, "") } else { self }
    }

    /// An attribute that follows signals; none where there is no value.
    pub(crate) fn live_attr(
        self,
        name: &'static str,
        value: impl Fn() -> Option<String> + 'static,
    ) -> Self {
        let element = self.0.clone();
        effect(move || {
            let _ = match value() {
                Some(value) => element.set_attribute(name, &value),
                None => element.remove_attribute(name),
            };
        });
        self
    }

    pub(crate) fn on(self, event: &str, handler: impl FnMut(Event) + 'static) -> Self {
        let mut handler: Box<dyn FnMut(Event)> = Box::new(handler);
        let handler: Box<dyn FnMut(Event)> = Box::new(move |event| {
            // Signals of an element that is gone are gone, too.
            let target = event.current_target();
            let target = target.map(JsCast::unchecked_into::<Node>);
            if target.is_some_and(|target| target.is_connected()) {
                handler(event);
            }
        });
        // It goes when the browser has forgotten the element.
        let handler = Closure::wrap(handler).into_js_value();
        let _ = self
            .0
            .add_event_listener_with_callback(event, handler.unchecked_ref());
        self
    }

    /// Does something at a click, and not what the element would do by itself.
    pub(crate) fn click(self, action: impl Fn() + 'static) -> Self {
        self.on("click", move |event| {
            event.prevent_default();
            action();
        })
    }

    #[allow(clippy::needless_pass_by_value, reason = "it goes where it is put")]
    pub(crate) fn child(self, child: El) -> Self {
        let _ = self.0.append_child(&child.0);
        self
    }

    pub(crate) fn maybe(self, child: Option<El>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }

    pub(crate) fn children(self, children: impl IntoIterator<Item = El>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    pub(crate) fn text(self, text: impl AsRef<str>) -> Self {
        let text = document().create_text_node(text.as_ref());
        let _ = self.0.append_child(&text);
        self
    }

    pub(crate) fn live_text(self, text: impl Fn() -> String + 'static) -> Self {
        let node = document().create_text_node("");
        let _ = self.0.append_child(&node);
        effect(move || {
            let text = text();
            if node.text_content().as_deref() != Some(&text) {
                node.set_text_content(Some(&text));
            }
        });
        self
    }

    /// A part that follows signals, and may not be there at all. It is made anew whenever one of them
    /// changes: so it reads just what it shows.
    pub(crate) fn part(self, make: impl Fn() -> Option<El> + 'static) -> Self {
        let place = document().create_comment("");
        let _ = self.0.append_child(&place);
        let shown: RefCell<Option<Element>> = RefCell::new(None);
        effect(move || {
            let made = make();
            if let Some(old) = shown.take() {
                let active = document().active_element();
                if active.is_some_and(|it| old.contains(Some(&it))) {
                    keep_focus();
                }
                old.remove();
            }
            if let (Some(made), Some(parent)) = (made, place.parent_node()) {
                let _ = parent.insert_before(&made.0, Some(&place));
                shown.replace(Some(made.0));
            }
        });
        self
    }

    /// An item for each value, in order; those that stay are not made anew.
    pub(crate) fn items<T: PartialEq + 'static>(
        self,
        values: impl Fn() -> Vec<T> + 'static,
        draw: impl Fn(&T) -> El + 'static,
    ) -> Self {
        let list = self.0.clone();
        let parent = Owner::current().unwrap_or_default();
        let shown: Rc<RefCell<Vec<Item<T>>>> = Rc::default();
        let kept = Rc::clone(&shown);
        let owned = StoredValue::new_local(kept);
        effect(move || {
            let values = values();
            let mut before = shown.take();
            let mut now: Vec<Item<T>> = Vec::with_capacity(values.len());
            for key in values {
                if let Some(at) = before.iter().position(|item| item.key == key) {
                    now.push(before.remove(at));
                } else {
                    let owner = parent.with(Owner::new);
                    let made = owner.with(|| untrack(|| draw(&key)));
                    now.push(Item {
                        key,
                        element: made.0,
                        owner,
                    });
                }
            }
            drop(before);
            let mut next = list.first_element_child();
            for item in &now {
                if next.as_ref() == Some(&item.element) {
                    next = item.element.next_element_sibling();
                } else {
                    let before: Option<&Node> = next.as_deref();
                    let _ = list.insert_before(&item.element, before);
                }
            }
            shown.replace(now);
        });
        let _ = owned;
        self
    }
}

/// An ordered list of what needs no numbers.
pub(crate) fn list(tag: &'static str, class: &'static str) -> El {
    el(tag, class).attr("role", "list")
}

/// A button, still without what is to be read on it.
pub(crate) fn button(class: &'static str, action: impl Fn() + 'static) -> El {
    el("button", class).attr("type", "button").click(action)
}

/// A link within these pages, or to elsewhere.
pub(crate) fn link(class: &'static str, address: impl AsRef<str>) -> El {
    el("a", class).attr("href", address)
}

/// Moves the focus to an element, wherever that takes none by itself.
pub(crate) fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        if !element.has_attribute("tabindex") && element.tab_index() < 0 {
            let _ = element.set_attribute("tabindex", "-1");
        }
        let _ = element.focus();
    }
}

/// What takes the focus.
const STOPS: &str = "a[href], button, input, select, textarea, summary";

/// To be called before something is drawn anew, as a `part` does by itself: if the focus is in it, it goes
/// to what stands in the same place then, or to the page's title. The browser would leave it nowhere.
pub(crate) fn keep_focus() {
    let Some(active) = document().active_element() else {
        return;
    };
    let Ok(Some(around)) = active.closest(".card, .fetched, .main, .frame") else {
        return;
    };
    // Of a comment all of it: what stands there now would do something else.
    if around.matches(".card") == Ok(true) {
        return request_animation_frame(move || {
            if is_focus_lost() && around.is_connected() {
                focus(&around);
            }
        });
    }
    let stops = |around: &Element| around.query_selector_all(STOPS).ok();
    let at = stops(&around).and_then(|all| {
        let is_active = |index: &u32| all.item(*index).as_ref() == Some(active.as_ref());
        (0..all.length()).find(is_active)
    });
    request_animation_frame(move || {
        // Another page has a title that has got the focus.
        if !is_focus_lost() || !around.is_connected() {
            return;
        }
        let stop = at.zip(stops(&around)).and_then(|(at, all)| {
            let last = all.length().checked_sub(1)?;
            all.item(at.min(last))?.dyn_into::<Element>().ok()
        });
        match stop {
            Some(stop) => focus(&stop),
            None => focus_title(),
        }
    });
}

/// The focus returns to where it was, unless something else has taken it since. If that is gone, it goes to
/// what has been drawn anew in its place, or else to the page's title.
pub(crate) fn focus_again(before: &Element) {
    if !is_focus_lost() {
        return;
    }
    if before.is_connected() {
        return focus(before);
    }
    // A comment, say. The page itself is no place to return to.
    let around = before.closest("[id]:not(.main)").ok().flatten();
    let id = around.map(|it| it.id());
    // What has drawn it anew may be about to move the focus itself.
    request_animation_frame(move || {
        if is_focus_lost() {
            match id.and_then(|id| document().get_element_by_id(&id)) {
                Some(same) => focus(&same),
                None => focus_title(),
            }
        }
    });
}

/// Whether the focus is on nothing in particular: what had it is gone.
fn is_focus_lost() -> bool {
    let active = document().active_element();
    active.is_none_or(|it| it.local_name() == "body")
}

/// The focus goes to the page's title: what had it is gone. What is in view stays there.
pub(crate) fn focus_title() {
    let Ok(Some(title)) = document().query_selector("#main h1") else {
        return;
    };
    if let Some(title) = title.dyn_ref::<HtmlElement>() {
        let still = web_sys::FocusOptions::new();
        still.set_prevent_scroll(true);
        let _ = title.focus_with_options(&still);
    }
}

/// Whether the focus is in what a selector finds.
pub(crate) fn has_focus(selector: &str) -> bool {
    let active = document().active_element();
    active.is_some_and(|it| matches!(it.closest(selector), Ok(Some(_))))
}

/// What listens on the document until it is dropped.
struct Listener {
    event: &'static str,
    handler: js_sys::Function,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = document().remove_event_listener_with_callback(self.event, &self.handler);
    }
}

/// Listens for an event anywhere, as long as the owner is there.
pub(crate) fn on_document(event: &'static str, handler: impl FnMut(Event) + 'static) {
    let handler: Box<dyn FnMut(Event)> = Box::new(handler);
    let handler: js_sys::Function = Closure::wrap(handler).into_js_value().unchecked_into();
    let _ = document().add_event_listener_with_callback(event, &handler);
    StoredValue::new_local(Listener { event, handler });
}
