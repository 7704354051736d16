//! What was typed into a form and is not sent. It outlasts a dialog that was closed, a page that was left,
//! and a session that has ended meanwhile; the browser asks before it is lost with the window.

use std::cell::RefCell;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use crate::view::effect;

/// What a field of a form keeps its value in.
#[derive(Clone, Copy)]
pub(crate) enum Field {
    Text(RwSignal<String>),
    Flag(RwSignal<bool>),
}

impl Field {
    /// What stands in it. Follows it.
    fn get(self) -> String {
        match self {
            Self::Text(text) => text.get(),
            Self::Flag(is_so) => is_so.get().to_string(),
        }
    }

    fn set(self, value: &str) {
        match self {
            Self::Text(text) => text.set(value.to_owned()),
            Self::Flag(is_so) => is_so.set(value == "true"),
        }
    }
}

impl From<RwSignal<String>> for Field {
    fn from(text: RwSignal<String>) -> Self {
        Self::Text(text)
    }
}

impl From<RwSignal<bool>> for Field {
    fn from(is_so: RwSignal<bool>) -> Self {
        Self::Flag(is_so)
    }
}

/// A form by what it is for, and of its fields those that are not as they were: their names, and what
/// stands in them.
type Draft = (String, Vec<(String, String)>);

thread_local! {
    static DRAFTS: RefCell<Vec<Draft>> = const { RefCell::new(Vec::new()) };
    /// Whose they are.
    static OWNER: RefCell<String> = const { RefCell::new(String::new()) };
}

fn put(form: &str, draft: Vec<(String, String)>) {
    DRAFTS.with_borrow_mut(|all| {
        all.retain(|(other, _)| other != form);
        if !draft.is_empty() {
            all.push((form.to_owned(), draft));
        }
    });
}

/// Has a form go on with what was typed into it before, and keep what is typed. Only what somebody has
/// changed: the rest may be another by then. Whether there was anything.
pub(crate) fn keep(form: &str, fields: Vec<(String, Field)>) -> bool {
    let mut first = Vec::new();
    for (_, field) in &fields {
        first.push(untrack(|| field.get()));
    }
    let before = DRAFTS.with_borrow(|all| {
        let found = all.iter().find(|(other, _)| other == form);
        found.map(|(_, draft)| draft.clone()).unwrap_or_default()
    });
    for (name, value) in &before {
        if let Some((_, field)) = fields.iter().find(|(other, _)| other == name) {
            field.set(value);
        }
    }
    let form = form.to_owned();
    effect(move || {
        let mut draft = Vec::new();
        for ((name, field), first) in fields.iter().zip(&first) {
            let now = field.get();
            if now != *first {
                draft.push((name.clone(), now));
            }
        }
        put(&form, draft);
    });
    !before.is_empty()
}

/// The same for one text, which begins as that.
pub(crate) fn text(form: &str, first: &str) -> RwSignal<String> {
    let text = RwSignal::new(first.to_owned());
    keep(form, vec![("text".to_owned(), text.into())]);
    text
}

/// What was typed into that form is sent, or thrown away.
pub(crate) fn forget(form: &str) {
    put(form, Vec::new());
}

/// Somebody has signed in. Whoever comes back goes on where they were; nobody else does.
pub(crate) fn are_of(user: &str) {
    if OWNER.replace(user.to_owned()) != user {
        forget_all();
    }
}

/// Nothing is kept any more.
pub(crate) fn forget_all() {
    DRAFTS.take();
}

/// Has the browser ask before what was typed is lost with the window.
pub(crate) fn watch() {
    let leaves = Closure::<dyn Fn(web_sys::Event)>::new(|event: web_sys::Event| {
        if DRAFTS.with_borrow(|all| !all.is_empty()) {
            event.prevent_default();
            // As older browsers want it.
            let _ = js_sys::Reflect::set(&event, &"returnValue".into(), &true.into());
        }
    });
    let leaves = leaves.into_js_value();
    let _ = window().add_event_listener_with_callback("beforeunload", leaves.unchecked_ref());
}
