//! The widget as a whole.

use afterword_protocol::Sort;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::Event;

use super::comment::{answer_on, root};
use super::composer::composer;
use super::more::more;
use super::news::news;
use super::notice::notice;
use super::thoughts::{article, has_votes};
use super::view::{Element, View, alert, button, el, list, part, press, whether, wording};
use super::{Command, State, Ui};
use crate::browser;
use crate::i18n::{I18n, Msg};
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
    let has_search = whether(move || ui.offers("search"));
    let search = part(move || {
        has_search.get().then(|| {
            let open = move || ui.ask(Command::Tool("search", JsValue::UNDEFINED));
            button("text-button search-open", open)
                .attr("aria-expanded", "false")
                .text(ui.text(Msg::Search))
        })
    });
    let head = el("header", "thread-head")
        .child(heading)
        .child(search)
        .child(sort(ui));
    let local = untrack(|| ui.offers("local"));
    let local = local.then(|| el("p", "notice notice-local").text(ui.text(Msg::Local)));
    let said = el("p", "visually-hidden")
        .attr("role", "status")
        .live_text(move || ui.said.get());
    let peek = move |event: Event| {
        if let Some(link) = browser::peeked(&event) {
            ui.ask(Command::Tool("peek", link.into()));
        }
    };
    section(ui)
        .live_attr("aria-busy", is_busy)
        .on("keydown", move |event| {
            if let Some(key) = browser::shortcut(&event) {
                event.prevent_default();
                ui.ask(Command::Tool("keys", key.into()));
            }
        })
        .on("pointerover", peek)
        .on("focusin", peek)
        .child(head)
        .children(local)
        .child(article(ui))
        .child(writing(ui))
        .child(notice(ui))
        .child(news(ui))
        .child(list("comments").comments(ui, ui.roots, root))
        .child(more(ui, None))
        .child(apart(ui))
        .child(incomplete(ui))
        .child(next_new(ui))
        .child(foot(ui))
        .child(alert("trouble", wording(move || ui.trouble.get())))
        .child(said)
}

/// Where a comment is written; or, where the backend takes none, what leads to where it does.
fn writing(ui: Ui) -> View {
    // What is to be filled in may be known with the first comments alone.
    let offers = wording(move || {
        ui.state.with(|state| {
            let origin = state.origin.as_ref();
            let origin = origin.map(|origin| origin.url.as_str());
            let closed = if state.closed { "closed" } else { "" };
            [&state.offers, "\n", origin.unwrap_or_default(), closed].concat()
        })
    });
    part(move || {
        offers.with(|_| ());
        untrack(|| {
            if ui.state.with(|state| state.closed) {
                return closed(ui, &Slot::New);
            }
            if ui.offers("post") {
                return Some(composer(ui, &Slot::New, String::new(), None));
            }
            if ui.offers("login") {
                let sign_in = open(ui, "button button-primary", "login").text(ui.text(Msg::SignIn));
                return Some(el("p", "notice").child(sign_in));
            }
            let notice = el("p", "notice");
            let origin = ui.state.with(|state| state.origin.clone());
            let link = origin.and_then(|origin| answer_on(ui, "button", origin));
            Some(match link {
                Some(link) => notice.child(link),
                None if ui.offers("setup") => notice.text(ui.text(Msg::FailSetup)),
                None => notice.text(ui.text(Msg::FailClosed)),
            })
        })
    })
}

/// Says that no comments are taken; with what was begun before that, so that it is not lost. Where no reply
/// was begun, nothing need be said.
pub(super) fn closed(ui: Ui, slot: &Slot) -> Option<Element> {
    let notice = el("div", "notice").child(el("p", "").text(ui.text(Msg::FailClosed)));
    let (draft, _) = ui.draft(slot);
    let text = draft.map(|draft| draft.text).unwrap_or_default();
    if text.is_empty() && *slot != Slot::New {
        return None;
    }
    let begun = (!text.is_empty()).then(|| {
        let field = el("textarea", "field composer-text")
            .attr("dir", "auto")
            .attr("readonly", "")
            .text(text);
        el("label", "")
            .child(el("span", "field-label").text(ui.text(Msg::YourDraft)))
            .child(field)
    });
    Some(notice.children(begun))
}

/// What a link has led to further down: the button above it brings what stands between.
fn apart(ui: Ui) -> View {
    let is_there = whether(move || !ui.apart.with(Vec::is_empty));
    part(move || {
        is_there
            .get()
            .then(|| list("comments").comments(ui, ui.apart, root))
    })
}

/// The button that leads through what came after this browser's last visit, wherever the reader is.
fn next_new(ui: Ui) -> View {
    let label = wording(move || {
        let count = ui.state.with(|state| state.unread);
        if count > 0 {
            ui.count(Msg::NextNew, count)
        } else {
            String::new()
        }
    });
    let is_there = whether(move || label.with(|label| !label.is_empty()));
    part(move || {
        is_there.get().then(|| {
            button("button next-new", move || ui.ask(Command::NextNew))
                .live_text(move || label.get())
        })
    })
}

/// Says that this is not all.
fn incomplete(ui: Ui) -> View {
    let is_incomplete = whether(move || ui.state.with(|state| state.is_incomplete));
    part(move || {
        let note = || el("p", "notice notice-incomplete").text(ui.text(Msg::Incomplete));
        is_incomplete.get().then(note)
    })
}

/// What a reader has in this browser, below the thread. No server draws it: it knows nothing of that.
fn foot(ui: Ui) -> View {
    let is_there = whether(move || ui.now.get() != 0.0);
    let list = move |tool, count: fn(&State) -> u32, least, msg| {
        let text = wording(move || {
            let count = ui.state.with(count);
            if count < least {
                return String::new();
            }
            ui.count(msg, count)
        });
        part(move || {
            let text = text.get();
            (!text.is_empty()).then(|| open(ui, "text-button", tool).text(text))
        })
    };
    let has_transfer = whether(move || ui.offers("transfer"));
    part(move || {
        is_there.get().then(|| {
            let other = || open(ui, "text-button", "transfer").text(ui.text(Msg::OtherDevice));
            el("p", "thread-foot")
                .child(list("drafts", |state| state.drafts, 2, Msg::DraftCount))
                .child(list("muted", |state| state.muted, 1, Msg::MutedCount))
                .children(has_transfer.get().then(other))
        })
    })
}

/// A button that opens a tool.
fn open(ui: Ui, class: &'static str, tool: &'static str) -> Element {
    let open = move || ui.ask(Command::Tool(tool, JsValue::UNDEFINED));
    button(class, open).attr("aria-haspopup", "dialog")
}

/// A comment by itself, for a page of the server that is about it.
#[cfg(feature = "ssr")]
#[must_use]
pub fn lone(ui: Ui) -> Element {
    section(ui).child(list("comments").comments(ui, ui.roots, root))
}

/// It has the direction of the widget's own language, which need not be the page's.
fn section(ui: Ui) -> Element {
    el("section", "thread")
        .attr("aria-label", ui.text(Msg::Comments))
        .attr("dir", ui.i18n(I18n::direction))
}

/// The choice of an order.
fn sort(ui: Ui) -> Element {
    let has_votes = has_votes(ui);
    let choice = move |sort: Sort, msg| {
        let is_offered =
            whether(move || ui.offers(sort.as_str()) && (sort != Sort::Top || has_votes.get()));
        let is_chosen = move || {
            let is_chosen = ui.state.with(|state| state.sort == sort);
            if is_chosen { "true" } else { "false" }.to_owned()
        };
        let choose = move || ui.ask(Command::Sort(sort));
        part(move || {
            is_offered.get().then(|| {
                press("button", "text-button", choose)
                    .attr("name", "sort")
                    .attr("value", sort.as_str())
                    .live_attr("aria-pressed", is_chosen)
                    .text(ui.text(msg))
            })
        })
    };
    el("form", "sort")
        .attr("aria-label", ui.text(Msg::SortBy))
        .leads(ui, "get", "")
        .child(choice(Sort::Newest, Msg::SortNewest))
        .child(choice(Sort::Oldest, Msg::SortOldest))
        .child(choice(Sort::Top, Msg::SortTop))
        .child(choice(Sort::Discussed, Msg::SortDiscussed))
}
