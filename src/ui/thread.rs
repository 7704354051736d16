//! The widget as a whole.

use afterword_protocol::Sort;
use leptos::prelude::*;

use super::composer::composer;
use super::lean::{button, part, text};
use super::list::list;
use super::notice::notice;
use super::{Command, Load, Ui};
use crate::i18n::Msg;
use crate::thread::Slot;

/// Id of the heading, for the focus.
pub(crate) const HEADING: &str = "thread-title";

/// A page's comments, with the composer for a new one.
#[component]
pub fn Thread(
    /// The signals.
    ui: Ui,
) -> impl IntoView {
    let title = text(move || {
        ui.state.with(|state| match state.load {
            Load::Ready => ui.count(Msg::CommentCount, state.total),
            Load::Loading | Load::Failed(_) => ui.text(Msg::Comments),
        })
    });
    let is_busy = text(move || {
        let is_busy = ui.state.with(|state| state.load == Load::Loading);
        if is_busy { "true" } else { "false" }.to_owned()
    });
    let sort_by = move |name: String| {
        if let Some(sort) = Sort::from_name(&name) {
            ui.state.update_untracked(|state| state.sort = sort);
            ui.ask(Command::Load);
        }
    };
    let sort = ui.state.with_untracked(|state| state.sort);
    let version = Memo::new(move |_| ui.state.with(|state| state.composer.to_string()));
    let has_more = Memo::new(move |_| ui.state.with(|state| state.has_more));
    view! {
        <section class="thread" aria-label=ui.text(Msg::Comments) aria-busy=is_busy>
            <header class="thread-head">
                <h2 class="thread-title" id=HEADING tabindex="-1">
                    {title}
                </h2>
                <label class="sort">
                    <span>{ui.text(Msg::SortBy)}</span>
                    " "
                    <select class="field" on:change=move |event| sort_by(event_target_value(&event))>
                        <option value="newest" selected=sort == Sort::Newest>
                            {ui.text(Msg::SortNewest)}
                        </option>
                        <option value="oldest" selected=sort == Sort::Oldest>
                            {ui.text(Msg::SortOldest)}
                        </option>
                    </select>
                </label>
            </header>
            {ui.can.local.then(|| {
                view! { <p class="notice notice-local">{ui.text(Msg::Local)}</p> }.into_any()
            })}
            {part(move || {
                version.track();
                Some(composer(ui, Slot::New, String::new(), String::new(), None))
            })}
            {notice(ui)}
            {list(ui, ui.roots, "comments")}
            {part(move || {
                let more = move || ui.ask(Command::More);
                has_more.get().then(|| button("button more", ui.text(Msg::MoreComments), None, more))
            })}
            <p class="visually-hidden" role="status" aria-live="polite">
                {text(move || ui.said.get())}
            </p>
        </section>
    }
}
