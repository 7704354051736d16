//! Parts of many pages.

use std::cell::RefCell;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{
    HtmlDialogElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, KeyboardEvent,
};

use crate::api::Failure;
use crate::host;
use crate::texts::t;
use crate::view::{El, button, el, svg};

/// The heading of a page. The focus goes there when one comes to the page.
pub(crate) fn heading(text: &str) -> El {
    el("h1", "title").attr("tabindex", "-1").text(text)
}

/// Stands where something will be.
pub(crate) fn skeleton() -> El {
    el("div", "skeleton")
        .attr("role", "status")
        .attr("aria-label", t("loading"))
        .children((0..4).map(|_| el("div", "skeleton-row")))
}

/// Says why something isn't there, with another try.
pub(crate) fn failed(failure: &Failure, again: impl Fn() + 'static) -> El {
    el("div", "notice notice-bad")
        .attr("role", "alert")
        .child(el("p", "").text(failure.sentence()))
        .child(button("button", again).text(t("try-again")))
}

/// Says that there is nothing.
pub(crate) fn nothing(text: &str) -> El {
    el("p", "nothing").text(text)
}

/// A time: how long ago, and exactly for who points at it.
pub(crate) fn time(time: &str) -> El {
    el("time", "time")
        .attr("datetime", time)
        .attr("title", host::exact(time))
        .text(host::ago(time))
}

/// Text that somebody wrote, in its own direction.
pub(crate) fn words(class: &'static str, text: &str) -> El {
    el("bdi", class).text(text)
}

/// A picture: a path in a square of 16.
pub(crate) fn icon(path: &str) -> El {
    svg("svg", "icon")
        .attr("viewBox", "0 0 16 16")
        .attr("aria-hidden", "true")
        .child(svg("path", "").attr("d", path))
}

/// A small word about a thing.
pub(crate) fn tag(class: &'static str, text: &str) -> El {
    el("span", class).text(text)
}

thread_local! {
    static IDS: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// An id that nothing else on the page has.
pub(crate) fn new_id() -> String {
    let id = IDS.get() + 1;
    IDS.set(id);
    ["i", &id.to_string()].concat()
}

/// A field with its label, and a hint if it has words.
pub(crate) fn labelled(label: &str, hint: &str, field: El) -> El {
    let id = new_id();
    let mut field = field.attr("id", &id);
    let mut whole = el("div", "labelled").child(el("label", "label").attr("for", &id).text(label));
    let hint_id = [id.as_str(), "h"].concat();
    if !hint.is_empty() {
        field = field.attr("aria-describedby", &hint_id);
    }
    whole = whole.child(field);
    if !hint.is_empty() {
        whole = whole.child(el("p", "hint").attr("id", &hint_id).text(hint));
    }
    whole
}

/// A box to tick, with its label behind it.
pub(crate) fn ticked(label: &str, field: El) -> El {
    el("label", "ticked")
        .child(field)
        .child(el("span", "").text(label))
}

/// A field of one line that keeps a signal.
pub(crate) fn field(kind: &'static str, value: RwSignal<String>) -> El {
    let field = el("input", "field").attr("type", kind);
    follow(field, value)
}

/// A field of many lines that keeps a signal.
pub(crate) fn area(rows: u32, value: RwSignal<String>) -> El {
    let field = el("textarea", "field area").attr("rows", rows.to_string());
    follow(field, value)
}

/// A choice that keeps a signal. Each is its value and what is to be read.
pub(crate) fn choice(choices: &[(String, String)], value: RwSignal<String>) -> El {
    let options = choices
        .iter()
        .map(|(value, text)| el("option", "").attr("value", value).text(text));
    follow(el("select", "field").children(options), value)
}

fn follow(field: El, value: RwSignal<String>) -> El {
    let node = field.node().clone();
    crate::view::effect(move || {
        let value = value.get();
        // What is typed just now is not moved under the cursor.
        if value_of(&node) != value {
            set_value(&node, &value);
        }
    });
    field.on("input", move |event| {
        if let Some(target) = event.target() {
            value.set(value_of(target.unchecked_ref()));
        }
    })
}

fn value_of(node: &web_sys::Element) -> String {
    if let Some(node) = node.dyn_ref::<HtmlInputElement>() {
        return node.value();
    }
    if let Some(node) = node.dyn_ref::<HtmlTextAreaElement>() {
        return node.value();
    }
    let select = node.dyn_ref::<HtmlSelectElement>();
    select.map(HtmlSelectElement::value).unwrap_or_default()
}

fn set_value(node: &web_sys::Element, value: &str) {
    if let Some(node) = node.dyn_ref::<HtmlInputElement>() {
        node.set_value(value);
    } else if let Some(node) = node.dyn_ref::<HtmlTextAreaElement>() {
        node.set_value(value);
    } else if let Some(node) = node.dyn_ref::<HtmlSelectElement>() {
        node.set_value(value);
    }
}

/// A box to tick that keeps a signal.
pub(crate) fn tick(value: RwSignal<bool>) -> El {
    let field = el("input", "tick").attr("type", "checkbox");
    let node = field.node().clone();
    crate::view::effect(move || {
        let value = value.get();
        if let Some(node) = node.dyn_ref::<HtmlInputElement>() {
            node.set_checked(value);
        }
    });
    field.on("change", move |event| {
        let target = event.target();
        if let Some(target) = target.and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) {
            value.set(target.checked());
        }
    })
}

/// A form that does something when it is sent. What is on its way is not sent a second time.
pub(crate) fn form(class: &'static str, send: impl Fn() + 'static) -> El {
    el("form", class)
        .attr("novalidate", "")
        .on("submit", move |event| {
            event.prevent_default();
            let form = event.current_target();
            let form = form.map(JsCast::unchecked_into::<web_sys::Element>);
            let busy = form.and_then(|form| form.query_selector(BUSY).ok().flatten());
            if busy.is_none() {
                send();
            }
        })
}

/// A button of a form that has been sent, and waits for its answer.
const BUSY: &str = "[type=submit][aria-disabled=true]";

/// A button that sends the form around it.
pub(crate) fn submit(text: &str, is_busy: RwSignal<bool>) -> El {
    // It stays where it is and keeps the focus: what is disabled loses it.
    el("button", "button button-primary")
        .attr("type", "submit")
        .live_attr("aria-disabled", move || {
            is_busy.get().then(|| "true".to_owned())
        })
        .text(text)
}

/// What went wrong in a form; read out at once.
pub(crate) fn problem(text: RwSignal<String>) -> El {
    el("div", "problem").attr("role", "alert").part(move || {
        let text = text.get();
        (!text.is_empty()).then(|| el("p", "").text(text))
    })
}

thread_local! {
    /// The dialogs that are open, the one before the others last.
    static DIALOGS: RefCell<Vec<Close>> = const { RefCell::new(Vec::new()) };
}

/// Closes all dialogs: what they are about is gone, and with it the signals that they would read.
pub(crate) fn close_dialogs() {
    let open = DIALOGS.take();
    for dialog in open.iter().rev() {
        dialog.now();
    }
}

/// Opens a dialog with a heading, and with what `fill` puts into it; it is handed what closes it.
/// Escape closes it, too, and the focus returns to where it was.
pub(crate) fn dialog(title: &str, fill: impl FnOnce(El, Close) -> El) {
    let id = new_id();
    // Signals of its own go with it.
    let owner = Owner::new();
    let dialog = owner.with(|| {
        let dialog = el("dialog", "dialog").attr("aria-labelledby", &id);
        let close = Close(dialog.clone());
        let head = el("div", "dialog-head")
            .child(el("h2", "dialog-title").attr("id", &id).text(title))
            .child({
                let close = close.clone();
                button("icon-button", move || close.now())
                    .attr("aria-label", t("close"))
                    .text("✕")
            });
        fill(dialog.child(head), close)
    });
    let before = crate::view::document().active_element();
    let node = dialog.node().clone();
    DIALOGS.with_borrow_mut(|open| open.push(Close(dialog.clone())));
    let dialog = dialog.on("close", move |_| {
        node.remove();
        owner.cleanup();
        DIALOGS.with_borrow_mut(|open| open.retain(|it| *it.0.node() != node));
        if let Some(before) = &before {
            crate::view::focus_again(before);
        }
    });
    if let Some(body) = crate::view::document().body() {
        let _ = body.append_child(dialog.node());
    }
    if let Some(dialog) = dialog.node().dyn_ref::<HtmlDialogElement>() {
        let _ = dialog.show_modal();
        // What one came for, not the button that closes it.
        let first = "[autofocus], form input, form select, form textarea, form button";
        if let Ok(Some(first)) = dialog.query_selector(first) {
            crate::view::focus(&first);
        }
    }
}

/// Closes a dialog.
#[derive(Clone)]
pub(crate) struct Close(El);

impl Close {
    pub(crate) fn now(&self) {
        if let Some(dialog) = self.0.node().dyn_ref::<HtmlDialogElement>() {
            dialog.close();
        }
    }
}

/// Asks before something is done that can't be undone.
pub(crate) fn confirm(title: &str, text: &str, label: &str, action: impl Fn() + 'static) {
    let label = label.to_owned();
    let text = text.to_owned();
    dialog(title, move |dialog, close| {
        let cancel = close.clone();
        dialog.child(el("p", "").text(text)).child(
            el("div", "row row-end")
                .child(button("button", move || cancel.now()).text(t("cancel")))
                .child(
                    button("button button-danger", move || {
                        close.now();
                        action();
                    })
                    .text(label),
                ),
        )
    });
}

/// The key of an event that is none of a field, of a button's own, or of the browser's.
pub(crate) fn plain_key(event: &web_sys::Event) -> Option<String> {
    let event = event.dyn_ref::<KeyboardEvent>()?;
    if event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || event.is_composing()
        || event.default_prevented()
    {
        return None;
    }
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let is_field = matches!(target.local_name().as_str(), "textarea" | "select")
        || (target.local_name() == "input"
            && target.get_attribute("type").as_deref() != Some("checkbox"));
    (!is_field && target.closest("dialog").ok()?.is_none()).then(|| event.key())
}
