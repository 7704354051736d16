//! What happens elsewhere: the server tells when the queue has changed.

use afterword_protocol::admin::{Right, Waiting};
use leptos::prelude::*;
use serde::Deserialize;

use crate::app::{App, Line};
use crate::host;
use crate::route::push_query;
use crate::view::effect;

/// Listens as long as the owner is there: as long as somebody is signed in.
pub(crate) fn follow(app: App) {
    let site = Memo::new(move |_| app.site());
    let may = Memo::new(move |_| app.may(Right::Moderate));
    let stop = StoredValue::new_local(Stop(None));
    let last = StoredValue::new(None::<Told>);
    effect(move || {
        last.set_value(None);
        stop.update_value(Stop::end);
        if !may.get() {
            return;
        }
        let mut path = "admin/events".to_owned();
        let site = site.get();
        if !site.is_empty() {
            push_query(&mut path, &[("site".to_owned(), site)]);
        }
        let Some(token) = app.token.get_untracked() else {
            return;
        };
        let end = host::listen(&path, &token, move |told| match told.as_str() {
            "open" => {
                // What was missed meanwhile is looked for.
                if app.line.get_untracked() == Line::Lost {
                    app.line.set(Line::Open);
                    app.news.update(|news| *news += 1);
                }
            }
            "lost" => app.line.set(Line::Lost),
            // Data: how much waits, and which comment came last.
            told => match serde_json::from_str::<Told>(told) {
                Ok(now) => {
                    app.waiting.set(now.waiting.clone());
                    let before = last.try_update_value(|last| last.replace(now.clone()));
                    // The first one, too: what is shown may have been asked for before something came
                    // that this one tells already.
                    if before.flatten().as_ref() != Some(&now) {
                        app.news.update(|news| *news += 1);
                    }
                }
                Err(_) => app.news.update(|news| *news += 1),
            },
        });
        stop.set_value(Stop(Some(end)));
    });
}

/// What an event says.
#[derive(Clone, PartialEq, Deserialize)]
struct Told {
    waiting: Waiting,
    #[serde(default)]
    newest: Option<String>,
}

/// Ends a stream when it is dropped.
struct Stop(Option<js_sys::Function>);

impl Stop {
    fn end(&mut self) {
        if let Some(end) = self.0.take() {
            let _ = end.call0(&wasm_bindgen::JsValue::NULL);
        }
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.end();
    }
}
