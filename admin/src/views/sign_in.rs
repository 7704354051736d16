//! Signing in: by password, by passkey, or at another server.

use afterword_protocol::admin::{
    OidcOffer, OidcReturn, OidcWay, PasskeySignIn, SignIn, SignedIn, Welcome,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::account::language_below;
use super::passkeys;
use crate::api::{get, post};
use crate::app::App;
use crate::host;
use crate::parts::{self, labelled};
use crate::route::Route;
use crate::texts::{fill, t};
use crate::view::{El, button, el};

/// Under which name it is kept what the other server has to send back.
const STATE: &str = "afterword:admin:oidc";

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
    let end = move |answer: Result<SignedIn, String>| {
        is_busy.set(false);
        match answer {
            Ok(session) => app.sign_in(session),
            Err(sentence) => {
                password.set(String::new());
                problem.set(sentence);
            }
        }
    };
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
            end(match answer {
                Err(failure) if failure.is("passkey-required") => {
                    let both = PasskeySignIn {
                        user: Some(credentials.user),
                        password: Some(credentials.password),
                    };
                    passkeys::sign_in(both).await
                }
                answer => answer.map_err(|failure| failure.sentence()),
            });
        });
    };
    let by_passkey = move || {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        problem.set(String::new());
        spawn_local(async move {
            end(passkeys::sign_in(PasskeySignIn::default()).await);
        });
    };
    let offer = RwSignal::new(None::<String>);
    let is_new = RwSignal::new(false);
    // A server that knows nothing of other ways in has none.
    let has_passkeys = RwSignal::new(false);
    spawn_local(async move {
        if let Ok(welcome) = get("welcome").answer::<Welcome>().await {
            is_new.set(!welcome.has_users);
        }
    });
    spawn_local(async move {
        if let Ok(there) = get("oidc").answer::<OidcOffer>().await {
            offer.set(there.name);
            has_passkeys.set(host::has_passkeys());
        }
    });
    let elsewhere = move || {
        problem.set(String::new());
        spawn_local(async move {
            match post("oidc/begin").answer::<OidcWay>().await {
                Ok(way) => {
                    host::keep(STATE, Some(way.state));
                    let _ = window().location().set_href(&way.url);
                }
                Err(failure) => problem.set(failure.sentence()),
            }
        });
    };
    // Back from there.
    let route = app.route.get_untracked();
    if route.view == "oidc" {
        app.replace(&Route::default());
        let (code, state) = (route.get("code").to_owned(), route.get("state").to_owned());
        let kept = host::read(STATE);
        host::keep(STATE, None);
        if code.is_empty() || kept.as_ref() != Some(&state) {
            problem.set(t("oidc-failed"));
        } else {
            is_busy.set(true);
            spawn_local(async move {
                let back = post("oidc/finish").json(&OidcReturn { code, state });
                let answer = back.answer::<SignedIn>().await;
                end(answer.map_err(|failure| failure.sentence()));
            });
        }
    }
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
        .part(move || is_new.get().then(welcome))
        .child(form)
        .child(
            el("div", "other-ways")
                .maybe(
                    host::has_passkeys()
                        .then(|| button("button", by_passkey).text(t("sign-in-passkey"))),
                )
                .part(move || {
                    let name = offer.get()?;
                    let label = fill("sign-in-with", &[("name", &name)]);
                    Some(button("button", elsewhere).text(label))
                }),
        )
        .child(language_below());
    // Where a page has one field to begin with, that is where one begins.
    request_animation_frame(move || {
        let _ = first.focus();
    });
    page
}

/// What to do first, where there is nobody yet who could sign in.
fn welcome() -> El {
    el("div", "notice welcome")
        .attr("role", "status")
        .child(el("p", "").text(t("welcome")))
        .child(
            el("code", "code")
                .attr("dir", "ltr")
                .text("afterword-server user add NAME"),
        )
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
