//! What brings more comments.

use leptos::prelude::*;

use super::forms::{hidden, opener};
use super::view::{Element, View, alert, el, part, press, whether, wording};
use super::{Command, More, Node, Ui};
use crate::i18n::Msg;
use crate::thread::Progress;

/// The button that brings more roots, or more of what stands below a root, as long as there are
/// more; with why that did not work, when it did not.
pub(super) fn more(ui: Ui, below: Option<Node>) -> View {
    let progress = move || tell(ui, below, |more| more.progress);
    let is_there = whether(move || progress().is_some());
    let failure = wording(move || {
        let failure = progress().and_then(Progress::failure);
        failure.map(|it| ui.failure(it)).unwrap_or_default()
    });
    let label = wording(move || match below {
        _ if progress() == Some(Progress::Waiting) => ui.text(Msg::Waiting),
        _ => {
            let count = tell(ui, below, |more| more.count).unwrap_or_default();
            match below {
                _ if count == 0 => ui.text(Msg::MoreComments),
                Some(_) => ui.count(Msg::MoreReplies, count),
                None => ui.count(Msg::MoreRoots, count),
            }
        }
    });
    part(move || {
        is_there.get().then(|| {
            let click = move || ui.ask(below.map_or(Command::More, Command::MoreReplies));
            let (place, button) = match below {
                None => (rest(ui), press("button", "button", click)),
                Some(root) => (
                    el("div", "more more-replies"),
                    opener(ui, "text-button", "branch", &root.id(), click),
                ),
            };
            place
                .child(alert("more-error", failure))
                .child(button.live_text(move || label.get()))
        })
    })
}

/// Where the button for more roots stands: without a script, they come on a page of the server.
fn rest(ui: Ui) -> Element {
    let form = el("form", "more").leads(ui, "get", "");
    if ui.forms(|forms| forms.is_none()) {
        return form;
    }
    let cursor = untrack(|| tell(ui, None, |more| more.cursor.clone()));
    let sort = ui.state.with_untracked(|state| state.sort);
    form.child(hidden("sort", sort.as_str()))
        .child(hidden("cursor", cursor.unwrap_or_default()))
}

/// What is known of what has not been loaded, if there is such.
fn tell<T>(ui: Ui, below: Option<Node>, tell: impl FnOnce(&More) -> T) -> Option<T> {
    match below {
        None => ui.state.with(|state| state.more.as_ref().map(tell)),
        Some(root) => root.row.with(|row| row.more.as_ref().map(tell)),
    }
}
