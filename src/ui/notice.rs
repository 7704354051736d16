//! What stands where comments would.

use leptos::prelude::*;

use super::lean::{Part, button, part};
use super::{Command, Load, Ui};
use crate::i18n::Msg;

/// The state of the thread as a whole, where it is not simply there: loading, failed or empty.
pub(super) fn notice(ui: Ui) -> Part {
    let is_empty = Memo::new(move |_| ui.roots.with(Vec::is_empty));
    part(move || match ui.state.with(|state| state.load) {
        Load::Loading => Some(skeleton()),
        Load::Failed(failure) => Some(
            view! {
                <div class="notice notice-error" role="alert">
                    <p>{[&ui.text(Msg::FailLoad), " ", &ui.failure(failure)].concat()}</p>
                    {button("button", ui.text(Msg::Retry), None, move || ui.ask(Command::Load))}
                </div>
            }
            .into_any(),
        ),
        Load::Ready if is_empty.get() => {
            Some(view! { <p class="notice notice-empty">{ui.text(Msg::Empty)}</p> }.into_any())
        }
        Load::Ready => None,
    })
}

fn skeleton() -> AnyView {
    view! {
        <div class="skeleton" aria-hidden="true">
            <div class="skeleton-comment"><span></span><span></span><span></span></div>
            <div class="skeleton-comment"><span></span><span></span><span></span></div>
            <div class="skeleton-comment"><span></span><span></span><span></span></div>
        </div>
    }
    .into_any()
}
