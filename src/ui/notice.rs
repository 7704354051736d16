//! What stands where comments would.

use leptos::prelude::*;

use super::view::{Element, View, button, el, part, whether, wording};
use super::{Command, Ui};
use crate::i18n::Msg;
use crate::thread::Progress;

/// The state of the thread as a whole, where it is not simply there: loading, failed or empty.
pub(super) fn notice(ui: Ui) -> View {
    let load = move || ui.state.with(|state| state.load);
    let is_loading = whether(move || load() == Progress::Waiting);
    let is_empty = whether(move || ui.roots.with(Vec::is_empty));
    let failure = wording(move || {
        let failure = load().failure();
        failure.map(|it| ui.failure(it)).unwrap_or_default()
    });
    part(move || {
        let failure = failure.get();
        if is_loading.get() {
            // What stands there already shows where more comes.
            return is_empty.get().then(skeleton);
        }
        if !failure.is_empty() {
            let sentence = [&ui.text(Msg::FailLoad), " ", &failure].concat();
            let retry = button("button", move || ui.ask(Command::Reload)).text(ui.text(Msg::Retry));
            let notice = el("div", "notice notice-error")
                .attr("role", "alert")
                .child(el("p", "").text(sentence))
                .child(retry);
            return Some(notice);
        }
        let notice = || el("p", "notice notice-empty").text(ui.text(Msg::Empty));
        is_empty.get().then(notice)
    })
}

/// Bars where three comments will stand.
fn skeleton() -> Element {
    el("div", "skeleton")
        .attr("aria-hidden", "true")
        .children((0..3).map(|_| el("p", "")))
}
