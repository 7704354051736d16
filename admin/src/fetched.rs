//! What a page has from the server.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;

use crate::api::{Answer, Call};
use crate::app::App;
use crate::parts;
use crate::view::{El, effect, el, keep_focus};

/// What was asked for, or why it isn't there; nothing yet while it is on its way.
pub(crate) struct Fetched<T: Send + Sync + 'static> {
    pub(crate) value: RwSignal<Option<Answer<T>>>,
    /// Whether an answer is on its way.
    pub(crate) is_busy: RwSignal<bool>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Fetched<T> {}

/// Asks at once, and again whenever a signal that the call is made from has changed. What stands there
/// stays until the new answer is here.
pub(crate) fn fetch<T>(app: App, call: impl Fn() -> Call + 'static) -> Fetched<T>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    let fetched = Fetched {
        value: RwSignal::new(None),
        is_busy: RwSignal::new(true),
        again: RwSignal::new(0),
    };
    let turn = StoredValue::new(0_u32);
    effect(move || {
        fetched.again.track();
        let call = call();
        let mine = turn.get_value() + 1;
        turn.set_value(mine);
        fetched.is_busy.set(true);
        spawn_local(async move {
            let answer = app.ask(call).await;
            // Gone with its page, or overtaken.
            if turn.try_get_value() == Some(mine) {
                keep_focus();
                fetched.value.set(Some(answer));
                fetched.is_busy.set(false);
            }
        });
    });
    fetched
}

impl<T: Send + Sync + 'static> Fetched<T> {
    /// Asks again.
    pub(crate) fn refresh(self) {
        self.again.update(|again| *again += 1);
    }

    /// A part of the page with what was fetched; until then a skeleton, or why there is nothing.
    pub(crate) fn show(self, draw: impl Fn(&T) -> El + 'static) -> El {
        el("div", "fetched")
            .live_attr("aria-busy", move || Some(self.is_busy.get().to_string()))
            .part(move || {
                self.value.with(|value| {
                    Some(match value {
                        None => parts::skeleton(),
                        Some(Err(failure)) => parts::failed(failure, move || self.refresh()),
                        Some(Ok(value)) => draw(value),
                    })
                })
            })
    }
}
