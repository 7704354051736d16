//! Deciding by keyboard.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::{Triage, act, element, focus_on};
use crate::host;
use crate::parts;
use crate::texts::t;
use crate::view::{document, el, on_document};

/// Under which name it is kept that single keys do nothing.
const OFF: &str = "afterword:admin:keys-off";

/// Where words are searched for.
pub(crate) const SEARCH: &str = "#main [type=search]";

/// The id of the comment that has the focus.
pub(super) fn focused() -> Option<String> {
    let element = document().active_element()?.closest(".card").ok()??;
    let id = element.id();
    id.strip_prefix("c-").map(str::to_owned)
}

/// Listens for keys as long as the list is there.
pub(super) fn listen(triage: Triage) {
    on_document("keydown", move |event| {
        if host::read(OFF).is_some() {
            return;
        }
        let Some(key) = parts::plain_key(&event) else {
            return;
        };
        if press(triage, &key) {
            event.prevent_default();
        }
    });
}

fn press(triage: Triage, key: &str) -> bool {
    let id = focused();
    match key {
        "j" | "ArrowDown" => return step(triage, id.as_deref(), true, key),
        "k" | "ArrowUp" => return step(triage, id.as_deref(), false, key),
        "?" => help(),
        "u" | "z" => {
            let last = triage.app.actions.with_untracked(|all| all.last().cloned());
            match last {
                Some((last, _)) => super::undo(triage.app, &last),
                None => triage.app.say(t("nothing-to-undo")),
            }
        }
        "*" => triage.select_all(),
        "Escape"
            if !triage
                .selected
                .with_untracked(std::collections::BTreeSet::is_empty) =>
        {
            triage.select_none();
        }
        "/" => {
            let Ok(Some(field)) = document().query_selector(SEARCH) else {
                triage.app.seeks.set(true);
                triage.app.go(&triage.app.place("comments"));
                return true;
            };
            crate::view::focus(&field);
        }
        _ => return decide(triage, key, id),
    }
    true
}

fn decide(triage: Triage, key: &str, id: Option<String>) -> bool {
    let all = act::MAIN.iter().chain(&act::MORE);
    if let Some(action) = all.into_iter().find(|action| action.key == key) {
        let ids = triage.chosen(id);
        let is_any = !ids.is_empty();
        triage.act(action.action, ids);
        return is_any;
    }
    if key == "b" {
        let ids = triage.chosen(id);
        let is_any = !ids.is_empty();
        if is_any {
            triage.ban(ids);
        }
        return is_any;
    }
    let Some(id) = id else { return false };
    match key {
        "x" => triage.select(&id),
        "r" => triage.reply(&id),
        "e" => triage.edit(&id),
        "o" => {
            // As its button does.
            let more = element(&id).and_then(|card| card.query_selector(".card-details").ok()?);
            match more.and_then(|more| more.dyn_into::<web_sys::HtmlElement>().ok()) {
                Some(more) => more.click(),
                None => return false,
            }
        }
        _ => return false,
    }
    true
}

/// To the next comment, or to the one before. Arrows scroll where no comment has the focus.
fn step(triage: Triage, id: Option<&str>, is_forward: bool, key: &str) -> bool {
    let ids = triage.ids();
    if id.is_none() && key.starts_with("Arrow") {
        return false;
    }
    let at = id.and_then(|id| ids.iter().position(|other| other == id));
    let to = match (at, is_forward) {
        (None, _) => ids.first(),
        (Some(at), true) => ids.get(at + 1),
        (Some(at), false) => at.checked_sub(1).and_then(|at| ids.get(at)),
    };
    if let Some(id) = to {
        focus_on(id);
    } else if is_forward {
        triage.more();
    }
    true
}

/// Whether single keys do nothing in this browser; kept when it is set.
pub(crate) fn keys_off() -> RwSignal<bool> {
    let off = RwSignal::new(host::read(OFF).is_some());
    crate::view::effect(move || {
        let is_off = off.get();
        host::keep(OFF, is_off.then(|| "1".to_owned()));
    });
    off
}

/// What each key does.
pub(super) fn help() {
    let lines = [
        (&["j", "↓"][..], "key-next"), // text
        (&["k", "↑"], "key-previous"), // text
        (&["a"], "approve"),           // text
        (&["s"], "spam"),              // text
        (&["d"], "delete"),            // text
        (&["h"], "hide"),              // text
        (&["b"], "ban"),               // text
        (&["r"], "reply"),             // text
        (&["e"], "edit"),              // text
        (&["u"], "undo"),              // text
        (&["x"], "key-select"),        // text
        (&["*"], "select-all"),        // text
        (&["o"], "details"),           // text
        (&["/"], "search"),            // text
        (&["Esc"], "select-none"),     // text
        (&["?"], "key-help"),          // text
    ];
    parts::dialog(&t("keys"), move |dialog, _| {
        let rows = lines.into_iter().map(|(keys, key)| {
            let keys = keys.iter().map(|key| el("kbd", "").text(key));
            el("div", "key-line")
                .child(el("dt", "").children(keys))
                .child(el("dd", "").text(t(key)))
        });
        let off = keys_off();
        dialog
            .child(el("dl", "key-list").children(rows))
            .child(el("p", "hint").text(t("keys-hint")))
            .child(parts::ticked(&t("keys-off"), parts::tick(off)))
    });
}
