//! The widget as a whole.

use afterword_protocol::Sort;
use leptos::prelude::*;

use super::comment::root;
use super::composer::composer;
use super::more::more;
use super::notice::notice;
use super::view::{Element, el, list};
use super::{Command, Ui};
use crate::i18n::Msg;
use crate::thread::{Progress, Slot};

/// Id of the heading, for the focus.
pub(crate) const HEADING: &str = "thread-title";

/// A page's comments, with the composer for a new one.
#[must_use]
pub fn thread(ui: Ui) -> Element {
    let title = move || {
        ui.state.with(|state| match state.load {
            Progress::Idle => ui.count(Msg::CommentCount, state.total),
            Progress::Waiting | Progress::Failed(_) => ui.text(Msg::Comments),
        })
    };
    let is_busy = move || {
        let is_busy = ui.state.with(|state| state.load == Progress::Waiting);
        if is_busy { "true" } else { "false" }.to_owned()
    };
    let heading = el("h2", "thread-title")
        .attr("id", HEADING)
        .attr("tabindex", "-1")
        .live_text(title);
    let head = el("header", "thread-head").child(heading).child(sort(ui));
    let local = ui
        .can
        .local
        .then(|| el("p", "notice notice-local").text(ui.text(Msg::Local)));
    let said = el("p", "visually-hidden")
        .attr("role", "status")
        .live_text(move || ui.said.get());
    el("section", "thread")
        .attr("aria-label", ui.text(Msg::Comments))
        .live_attr("aria-busy", is_busy)
        .child(head)
        .children(local)
        .child(composer(ui, &Slot::New, String::new(), None))
        .child(notice(ui))
        .child(list("comments").comments(ui, ui.roots, root))
        .child(more(ui, None))
        .child(said)
}

/// The choice of an order.
fn sort(ui: Ui) -> Element {
    let chosen = ui.state.with_untracked(|state| state.sort);
    let option = |sort: Sort, msg| {
        let option = el("option", "")
            .attr("value", sort.as_str())
            .text(ui.text(msg));
        if sort == chosen {
            option.attr("selected", "")
        } else {
            option
        }
    };
    let change = move |event| {
        if let Some(sort) = Sort::from_name(&event_target_value(&event)) {
            ui.state.update_untracked(|state| state.sort = sort);
            ui.ask(Command::Load);
        }
    };
    let select = el("select", "field")
        .on("change", change)
        .child(option(Sort::Newest, Msg::SortNewest))
        .child(option(Sort::Oldest, Msg::SortOldest));
    el("label", "sort")
        .child(el("span", "").text(ui.text(Msg::SortBy)))
        .text(" ")
        .child(select)
}
