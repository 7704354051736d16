//! What brings more comments.

use leptos::prelude::*;

use super::view::{View, alert, button, el, part, whether, wording};
use super::{Command, Node, Ui};
use crate::i18n::Msg;
use crate::thread::Progress;

/// The button that brings more roots, or more of what stands below a root, as long as there are
/// more; with why that did not work, when it did not.
pub(super) fn more(ui: Ui, below: Option<Node>) -> View {
    let progress = move || match below {
        None => ui.state.with(|state| state.more),
        Some(root) => root
            .row
            .with(|row| row.more.as_ref().map(|more| more.progress)),
    };
    let is_there = whether(move || progress().is_some());
    let failure = wording(move || {
        let failure = progress().and_then(Progress::failure);
        failure.map(|it| ui.failure(it)).unwrap_or_default()
    });
    let label = wording(move || match below {
        _ if progress() == Some(Progress::Waiting) => ui.text(Msg::Waiting),
        None => ui.text(Msg::MoreComments),
        Some(root) => {
            let count = root
                .row
                .with(|row| row.more.as_ref().map(|more| more.count));
            ui.count(Msg::MoreReplies, count.unwrap_or_default())
        }
    });
    part(move || {
        let (class, button_class) = match below {
            None => ("more", "button"),
            Some(_) => ("more more-replies", "text-button"),
        };
        is_there.get().then(|| {
            let click = move || ui.ask(below.map_or(Command::More, Command::MoreReplies));
            el("div", class)
                .child(alert("more-error", failure))
                .child(button(button_class, click).live_text(move || label.get()))
        })
    })
}
