//! Who is told of what happens on a site: a form for each, and what tries it.

use afterword_protocol::admin::{HookEvent, HookTry};
use leptos::prelude::*;
use serde_json::{Value, json};

use super::super::unsent;
use crate::api::post;
use crate::app::App;
use crate::host;
use crate::parts::{self, labelled};
use crate::texts::t;
use crate::view::{El, button, el, list};

/// A hook, as it stands in the form.
#[derive(Clone, Copy)]
struct Hook {
    number: usize,
    url: RwSignal<String>,
    secret: RwSignal<String>,
    events: [RwSignal<bool>; HookEvent::ALL.len()],
    /// The address that the server knows it by; none for one that it doesn't know yet.
    known: StoredValue<String>,
}

impl PartialEq for Hook {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

/// The hooks of a site.
#[derive(Clone, Copy)]
pub(super) struct Hooks {
    app: App,
    site: StoredValue<String>,
    all: RwSignal<Vec<Hook>>,
    /// What the next one is numbered.
    next: StoredValue<usize>,
    owner: StoredValue<Owner>,
}

impl Hooks {
    /// Those of the settings: a list of objects.
    pub(super) fn new(app: App, site: &str, settings: &Value) -> Self {
        let hooks = Self {
            app,
            site: StoredValue::new(site.to_owned()),
            all: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        for hook in settings.as_array().into_iter().flatten() {
            let text = |name: &str| hook[name].as_str().unwrap_or_default().to_owned();
            let events = hook["events"].as_array();
            let wants = |event: HookEvent| {
                // None are all of them.
                events.is_none_or(|events| {
                    events.is_empty() || events.iter().any(|it| *it == event.as_str())
                })
            };
            hooks.push(text("url"), text("secret"), wants, text("url"));
        }
        hooks
    }

    fn push(self, url: String, secret: String, wants: impl Fn(HookEvent) -> bool, known: String) {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        let hook = self.owner.get_value().with(|| Hook {
            number,
            url: RwSignal::new(url),
            secret: RwSignal::new(secret),
            events: HookEvent::ALL.map(|event| RwSignal::new(wants(event))),
            known: StoredValue::new(known),
        });
        self.all.update(|all| all.push(hook));
    }

    pub(super) fn view(self) -> El {
        el("div", "form")
            .child(el("p", "hint").text(t("hooks-hint")))
            .child(list("ul", "things").items(move || self.all.get(), move |hook| self.draw(*hook)))
            .child(
                el("div", "row").child(
                    button("button", move || {
                        self.push(String::new(), host::secret(), |_| true, String::new());
                    })
                    .text(t("hook-add")),
                ),
            )
    }

    fn draw(self, hook: Hook) -> El {
        let events = HookEvent::ALL
            .iter()
            .zip(hook.events)
            .map(|(event, is_wanted)| {
                let key = super::super::deliveries::event_key(*event);
                parts::ticked(&t(key), parts::tick(is_wanted))
            });
        let is_new = hook.known.with_value(String::is_empty);
        let secret = parts::field("text", hook.secret)
            .attr("dir", "ltr")
            .attr("autocomplete", "off")
            .attr("spellcheck", "false");
        let hint = if is_new {
            t("hook-secret-new")
        } else {
            t("hook-secret-hint")
        };
        let remove = move || {
            self.all.update(|all| all.retain(|it| *it != hook));
            crate::view::focus_title();
        };
        let mut buttons = el("div", "row");
        if !is_new {
            let send = button("button", move || self.attempt(hook));
            buttons = buttons.child(send.text(t("hook-test")));
        }
        el("li", "thing").child(
            el("div", "form")
                .child(labelled(
                    &t("set-url"),
                    "",
                    parts::field("url", hook.url)
                        .attr("dir", "ltr")
                        .attr("placeholder", "https://")
                        .attr("autocomplete", "off"),
                ))
                .child(labelled(&t("set-secret"), &hint, secret))
                .child(
                    el("fieldset", "ticks")
                        .child(el("legend", "label").text(t("hook-events")))
                        .children(events),
                )
                .child(
                    buttons
                        .child(el("span", "space"))
                        .child(button("text-button", remove).text(t("remove"))),
                ),
        )
    }

    /// Has the server send something to a hook that tells of nothing.
    fn attempt(self, hook: Hook) {
        // What the server doesn't know yet is sent to nobody.
        let known = hook.known.get_value();
        if hook.url.with_untracked(|url| url.trim() != known) {
            return self.app.tell_failure(t("hook-save-first"));
        }
        let call = post("hooks/try").json(&HookTry {
            site: self.site.get_value(),
            url: known,
        });
        unsent::attempt(self.app, call, t("hook-taken"));
    }

    /// The hooks as they are in the form.
    pub(super) fn value(self) -> Value {
        self.all.with_untracked(|all| {
            all.iter()
                .filter(|hook| hook.url.with_untracked(|url| !url.trim().is_empty()))
                .map(|hook| {
                    let events = HookEvent::ALL.iter().zip(hook.events);
                    let wanted = events.filter(|(_, is_wanted)| is_wanted.get_untracked());
                    let wanted: Vec<_> = wanted.map(|(event, _)| event.as_str()).collect();
                    // All of them are written as none, so that the next ones are told as well.
                    let wanted = match wanted.len() == HookEvent::ALL.len() {
                        true => Vec::new(),
                        false => wanted,
                    };
                    json!({
                        "url": hook.url.get_untracked().trim(),
                        "secret": hook.secret.get_untracked().trim(),
                        "events": wanted,
                    })
                })
                .collect()
        })
    }
}
