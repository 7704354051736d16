//! Lists that come in portions.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::api::{Call, Failure};
use crate::app::App;
use crate::parts;
use crate::texts::t;
use crate::view::{El, button, effect, el, keep_focus};

/// A portion, as every list has it.
#[derive(Deserialize)]
struct Portion<T> {
    items: Vec<T>,
    #[serde(default)]
    next: Option<String>,
}

/// A list, as far as it has come.
pub(crate) struct Portions<T: Send + Sync + 'static> {
    rows: RwSignal<Vec<RwSignal<T>>>,
    next: RwSignal<Option<String>>,
    failure: RwSignal<Option<Failure>>,
    is_busy: RwSignal<bool>,
    again: RwSignal<u32>,
    more: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Portions<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Portions<T> {}

impl<T: DeserializeOwned + Send + Sync + 'static> Portions<T> {
    /// The list that a call brings, which is given where to go on; anew whenever a signal that it reads
    /// has changed.
    pub(crate) fn new(app: App, call: impl Fn(Option<String>) -> Call + 'static) -> Self {
        let portions = Self {
            rows: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            failure: RwSignal::new(None),
            is_busy: RwSignal::new(true),
            again: RwSignal::new(0),
            more: RwSignal::new(0),
        };
        let owner = Owner::current().unwrap_or_default();
        let turn = StoredValue::new(0_u32);
        let mut mores = 0;
        effect(move || {
            portions.again.track();
            let more = portions.more.get();
            let before = match more == mores {
                true => None,
                false => portions.next.get_untracked(),
            };
            mores = more;
            let is_first = before.is_none();
            let call = call(before);
            let mine = turn.get_value() + 1;
            turn.set_value(mine);
            portions.is_busy.set(true);
            let owner = owner.clone();
            spawn_local(async move {
                let answer = app.ask::<Portion<T>>(call).await;
                if turn.try_get_value() != Some(mine) {
                    return;
                }
                portions.is_busy.set(false);
                match answer {
                    Ok(portion) => {
                        let new = portion.items.into_iter();
                        let new = new.map(|item| owner.with(|| RwSignal::new(item)));
                        keep_focus();
                        portions.rows.update(|rows| {
                            if is_first {
                                rows.clear();
                            }
                            rows.extend(new);
                        });
                        portions.next.set(portion.next);
                        portions.failure.set(None);
                    }
                    Err(failure) => portions.failure.set(Some(failure)),
                }
            });
        });
        portions
    }

    /// What has come so far.
    pub(crate) fn rows(self) -> Vec<RwSignal<T>> {
        self.rows.get()
    }

    /// Reads it anew.
    pub(crate) fn refresh(self) {
        self.again.update(|again| *again += 1);
    }

    /// A table of it. Each head is the key of a text; `empty` is said where there is nothing.
    pub(crate) fn table(
        self,
        heads: &[&'static str],
        empty: impl Fn() -> String + 'static,
        line: impl Fn(RwSignal<T>) -> El + 'static,
    ) -> El {
        let heads = heads.iter().map(|key| {
            let head = el("th", "").attr("scope", "col");
            match *key {
                "" => head.child(el("span", "visually-hidden").text(t("actions"))),
                key => head.text(t(key)),
            }
        });
        let table = el("table", "table cards")
            .live_attr("hidden", move || {
                self.rows.with(Vec::is_empty).then(String::new)
            })
            .child(el("thead", "").child(el("tr", "").children(heads)))
            .child(el("tbody", "").items(move || self.rows.get(), move |row| line(*row)));
        self.around(empty, el("div", "table-wrap").child(table))
    }

    /// The list with what is said around it.
    pub(crate) fn around(self, empty: impl Fn() -> String + 'static, list: El) -> El {
        el("div", "fetched")
            .live_attr("aria-busy", move || Some(self.is_busy.get().to_string()))
            .part(move || {
                let is_empty = self.rows.with(Vec::is_empty);
                if let Some(failure) = self.failure.get() {
                    return Some(parts::failed(&failure, move || self.refresh()));
                }
                match (self.is_busy.get(), is_empty) {
                    (true, true) => Some(parts::skeleton()),
                    (false, true) => Some(parts::nothing(&empty())),
                    _ => None,
                }
            })
            .child(list)
            .part(move || {
                self.next.with(Option::is_some).then(|| {
                    button("button more", move || self.more.update(|more| *more += 1))
                        .text(t("show-more"))
                })
            })
    }
}
