//! How one is told of what waits: by mail, and by a feed.

use afterword_protocol::admin::{MailChoice, MailMode, MailPreference, Right, SecretFeed};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::api::{Call, get, post, put};
use crate::app::App;
use crate::fetched::fetch;
use crate::host;
use crate::parts::{self, labelled};
use crate::texts::t;
use crate::view::{El, button, el};

/// When one can be told, and the key of what that is called.
const MODES: [(MailMode, &str); 3] = [
    (MailMode::Each, "mail-each"),     // text
    (MailMode::Digest, "mail-digest"), // text
    (MailMode::None, "mail-none"),     // text
];

/// Both, for who looks after comments anywhere.
pub(super) fn view(app: App) -> Option<El> {
    app.may(Right::Moderate).then(|| {
        el("section", "form-wide")
            .child(el("h2", "subtitle").text(t("told")))
            .child(mail(app))
            .child(feed(app))
    })
}

fn mail(app: App) -> El {
    let choice = fetch::<MailChoice>(app, || get("me/mail"));
    choice.show(move |choice| {
        let value = RwSignal::new(choice.mode.as_str().to_owned());
        let problem = RwSignal::new(String::new());
        let is_busy = RwSignal::new(false);
        let send = move || {
            let mode = MailMode::from_name(&value.get_untracked());
            is_busy.set(true);
            problem.set(String::new());
            spawn_local(async move {
                let call = put("me/mail").json(&MailPreference { mode });
                match app.ask::<MailChoice>(call).await {
                    Ok(_) => app.tell(t("saved"), None),
                    Err(failure) => problem.set(failure.sentence()),
                }
                is_busy.set(false);
            });
        };
        let modes = MODES.map(|(mode, key)| (mode.as_str().to_owned(), t(key)));
        let sends = choice.sends;
        parts::form("form", send)
            .child(parts::problem(problem))
            .child(labelled(
                &t("mail-mode"),
                &t("mail-mode-hint"),
                parts::choice(&modes, value),
            ))
            .part(move || {
                let has_address = app
                    .user
                    .with(|user| user.as_ref().is_some_and(|user| user.email.is_some()));
                let key = match (sends, has_address) {
                    (false, _) => "mail-off",        // text
                    (_, false) => "mail-no-address", // text
                    _ => return None,
                };
                Some(el("p", "notice").text(t(key)))
            })
            .child(el("div", "row").child(parts::submit(&t("save"), is_busy)))
    })
}

/// The secret address; not asked for before somebody wants it, as it is made then.
fn feed(app: App) -> El {
    let addresses: RwSignal<Option<SecretFeed>> = RwSignal::new(None);
    let ask = move |call: Call, done: &'static str| {
        spawn_local(async move {
            match app.ask::<SecretFeed>(call).await {
                Ok(told) => {
                    addresses.set(Some(told));
                    app.say(t(done));
                }
                Err(failure) => app.fail(&failure),
            }
        });
    };
    el("div", "labelled-list row-below")
        .child(el("h3", "label").text(t("feed")))
        .child(el("p", "hint").text(t("feed-hint")))
        .part(move || {
            let Some(told) = addresses.get() else {
                return Some(
                    el("p", "row row-below").child(
                        button("button", move || ask(get("me/feed"), "feed-shown")) // text
                            .text(t("feed-show")),
                    ),
                );
            };
            let renew = move || {
                let title = t("feed-renew");
                parts::confirm(&title, &t("feed-renew-why"), &title, move || {
                    ask(post("me/feed"), "feed-renewed"); // text
                });
            };
            Some(
                el("div", "form row-below")
                    .child(address(app, "Atom", &told.atom))
                    .child(address(app, "JSON", &told.json))
                    .child(el("p", "row").child(button("button", renew).text(t("feed-renew")))),
            )
        })
}

fn address(app: App, kind: &'static str, path: &str) -> El {
    let url = host::address(path);
    let field = parts::field("text", RwSignal::new(url.clone()))
        .attr("readonly", "")
        .attr("dir", "ltr")
        .attr("class", "field code");
    let input = field.node().clone();
    let copy = button("button", move || {
        if host::copy(&url) {
            app.tell(t("copied"), None);
        } else if let Some(input) = input.dyn_ref::<HtmlInputElement>() {
            // Without a clipboard of ours, by the reader's own keys.
            let _ = input.focus();
            input.select();
        }
    });
    el("div", "copied-field")
        .child(labelled(kind, "", field))
        .child(
            copy.text(t("copy"))
                .child(el("span", "visually-hidden").text([" ", kind].concat())),
        )
}
