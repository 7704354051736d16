//! What others have posted while the reader was here.

use leptos::prelude::*;

use super::view::{View, button, el, part, whether, wording};
use super::{Command, OUTDATED, Ui};
use crate::i18n::Msg;

/// The button that shows what came meanwhile. It takes no room: nothing moves when it comes.
pub(super) fn news(ui: Ui) -> View {
    let label = wording(move || match ui.state.with(|state| state.news) {
        0 => String::new(),
        OUTDATED => ui.text(Msg::Outdated),
        count => ui.count(Msg::News, count),
    });
    let is_there = whether(move || label.with(|label| !label.is_empty()));
    part(move || {
        is_there.get().then(|| {
            let show = button("button button-primary", move || ui.ask(Command::ShowNews));
            el("div", "news").child(show.live_text(move || label.get()))
        })
    })
}
