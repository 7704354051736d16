//! Signing in.

use afterword_protocol::admin::{SignIn, SignedIn};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::post;
use crate::app::App;
use crate::parts::{self, labelled};
use crate::texts::t;
use crate::view::{El, button, el};

/// The page of who hasn't signed in.
pub(crate) fn view(app: App) -> El {
    let user = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let problem = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let name = parts::field("text", user)
        .attr("name", "username")
        .attr("autocomplete", "username webauthn")
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
        .attr("required", "");
    let secret = parts::field("password", password)
        .attr("name", "password")
        .attr("autocomplete", "current-password")
        .attr("required", "");
    let first = name.html();
    let send = move || {
        if is_busy.get_untracked() {
            return;
        }
        let credentials = SignIn {
            user: user.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
        };
        if credentials.user.is_empty() || credentials.password.is_empty() {
            return problem.set(t("sign-in-incomplete"));
        }
        is_busy.set(true);
        problem.set(String::new());
        spawn_local(async move {
            let answer = post("session")
                .json(&credentials)
                .answer::<SignedIn>()
                .await;
            is_busy.set(false);
            match answer {
                Ok(session) => app.sign_in(session),
                Err(failure) => {
                    password.set(String::new());
                    problem.set(failure.sentence());
                }
            }
        });
    };
    let form = parts::form("form", send)
        .child(parts::problem(problem))
        .child(labelled(&t("name-or-email"), "", name))
        .child(labelled(&t("password"), "", secret))
        .child(parts::submit(&t("sign-in"), is_busy));
    let page = el("main", "sign-in")
        .attr("id", "main")
        .child(parts::heading(&t("sign-in-title")))
        .part(move || {
            let notice = app.notice.get();
            (!notice.is_empty()).then(|| el("p", "notice").attr("role", "status").text(notice))
        })
        .child(form);
    // Where a page has one field to begin with, that is where one begins.
    request_animation_frame(move || {
        let _ = first.focus();
    });
    page
}

/// While it is asked whether a kept session is still good.
pub(crate) fn asking(app: App) -> El {
    el("main", "sign-in").attr("id", "main").part(move || {
        let notice = app.notice.get();
        Some(if notice.is_empty() {
            parts::skeleton()
        } else {
            el("div", "notice notice-bad")
                .attr("role", "alert")
                .child(el("p", "").text(notice))
                .child(button("button", move || app.begin()).text(t("try-again")))
        })
    })
}
