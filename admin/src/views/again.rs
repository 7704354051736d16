//! Asks who has signed in a while ago whether it is still they, before something is done that would let
//! whoever has come by their session stay.

use std::cell::Cell;
use std::rc::Rc;

use afterword_protocol::admin::{Confirmation, PasskeySignIn, User};
use js_sys::{Function, Promise};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::passkeys;
use crate::api::post;
use crate::app::App;
use crate::host;
use crate::parts::{self, labelled};
use crate::texts::t;
use crate::view::{button, el};

/// Opens a dialog about it; true when they have shown that it is they.
pub(crate) async fn asks(app: App) -> bool {
    let Some(user) = app.user.get_untracked() else {
        return false;
    };
    let answered = Promise::new(&mut |answer: Function, _| open(app, &user, answer));
    let answer = JsFuture::from(answered).await;
    answer.is_ok_and(|answer| answer.is_truthy())
}

fn open(app: App, user: &User, answer: Function) {
    let has_shown = Rc::new(Cell::new(false));
    let (has_password, name) = (user.has_password, user.name.clone());
    let has_passkey = user.passkeys > 0 && host::has_passkeys();
    // Who needs both begins with the password.
    let is_passkey_enough = has_passkey && !(user.second_factor && has_password);
    parts::dialog(&t("again-title"), move |dialog, close| {
        let leave = {
            let close = close.clone();
            move || {
                close.now();
                app.sign_out();
            }
        };
        let password = RwSignal::new(String::new());
        let problem = RwSignal::new(String::new());
        let is_busy = RwSignal::new(false);
        let is_shown = Rc::clone(&has_shown);
        let end = move |shown: Result<(), String>| {
            // It may have been closed meanwhile.
            let _ = is_busy.try_set(false);
            match shown {
                Ok(()) => {
                    is_shown.set(true);
                    close.now();
                }
                Err(sentence) => {
                    let _ = problem.try_set(sentence);
                }
            }
        };
        let begin = move || {
            if is_busy.get_untracked() {
                return false;
            }
            is_busy.set(true);
            problem.set(String::new());
            true
        };
        let by_passkey = {
            let end = end.clone();
            move || {
                let end = end.clone();
                if begin() {
                    spawn_local(async move { end(passkey(app, PasskeySignIn::default()).await) });
                }
            }
        };
        let send = move || {
            let (end, name) = (end.clone(), name.clone());
            let password = password.get_untracked();
            if password.is_empty() {
                return problem.set(t("sign-in-incomplete"));
            }
            if begin() {
                spawn_local(async move { end(by_password(app, name, password).await) });
            }
        };
        let dialog = dialog.on("close", move |_| {
            let _ = answer.call1(&JsValue::NULL, &has_shown.get().into());
        });
        let words = match has_password || has_passkey {
            true => t("again-text"),
            false => t("again-elsewhere"),
        };
        dialog
            .child(el("p", "").text(words))
            .maybe((!has_password).then(|| parts::problem(problem)))
            .maybe(has_password.then(|| {
                parts::form("form", send)
                    .child(parts::problem(problem))
                    .child(labelled(
                        &t("password-current"),
                        "",
                        parts::field("password", password).attr("autocomplete", "current-password"),
                    ))
                    .child(
                        el("div", "row row-end")
                            .maybe(is_passkey_enough.then(|| {
                                let use_it = button("button", by_passkey.clone());
                                use_it.text(t("again-passkey"))
                            }))
                            .child(parts::submit(&t("again-go-on"), is_busy)),
                    )
            }))
            .maybe((is_passkey_enough && !has_password).then(|| {
                let use_it = button("button button-primary", by_passkey.clone());
                el("p", "row row-end row-below").child(use_it.text(t("again-passkey")))
            }))
            .maybe((!has_password && !has_passkey).then(|| {
                el("p", "row row-end row-below").child(button("button", leave).text(t("sign-out")))
            }))
    });
}

/// Shows it by password; with a passkey, too, where both are needed.
async fn by_password(app: App, name: String, password: String) -> Result<(), String> {
    let by = Confirmation {
        password: Some(password.clone()),
        credential: None,
    };
    match shows(app, &by).await {
        Err(failure) if failure.is("passkey-required") => {
            let both = PasskeySignIn {
                user: Some(name),
                password: Some(password),
            };
            passkey(app, both).await
        }
        // No name was asked for.
        Err(failure) if failure.is("credentials-wrong") => Err(t("again-wrong")),
        shown => shown.map_err(|failure| failure.sentence()),
    }
}

async fn passkey(app: App, with: PasskeySignIn) -> Result<(), String> {
    let by = Confirmation {
        password: None,
        credential: Some(passkeys::answer(with).await?),
    };
    shows(app, &by).await.map_err(|failure| failure.sentence())
}

async fn shows(app: App, by: &Confirmation) -> Result<(), crate::api::Failure> {
    let call = post("session/confirm").json(by);
    app.once::<Value>(call).await.map(drop)
}
