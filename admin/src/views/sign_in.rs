//! Signing in: by password, by passkey, or at another server.

use afterword_protocol::admin::{
    OidcOffer, OidcReturn, OidcWay, PasskeySignIn, SignIn, SignedIn, Welcome,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::account::language_below;
use super::{passkeys, window};
use crate::api::{delete, get, post};
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
    // Back from another server; perhaps in a window that a page under an article has opened.
    let (back, opened) = back(app);
    page(app, back, opened)
}

/// The same in a window that a page has opened: who signs in is handed over to it.
pub(crate) fn view_in_window(app: App, opened: String) -> El {
    page(app, Back::No, Some(opened))
}

/// What the other server has sent back.
enum Back {
    No,
    Refused,
    With(OidcReturn),
}

fn back(app: App) -> (Back, Option<String>) {
    let route = app.route.get_untracked();
    if route.view != "oidc" {
        return (Back::No, None);
    }
    app.replace(&Route::default());
    let (code, state) = (route.get("code").to_owned(), route.get("state").to_owned());
    let kept = host::read(STATE).unwrap_or_default();
    host::keep(STATE, None);
    // Neither has a blank.
    let (kept, opened) = kept.split_once(' ').unwrap_or((&kept, ""));
    let opened = (!opened.is_empty()).then(|| opened.to_owned());
    match code.is_empty() || kept != state {
        true => (Back::Refused, opened),
        false => (Back::With(OidcReturn { code, state }), opened),
    }
}

fn page(app: App, back: Back, opened: Option<String>) -> El {
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
    let place = StoredValue::new(opened.clone());
    let fail = move |sentence: String| {
        is_busy.set(false);
        password.set(String::new());
        problem.set(sentence);
    };
    let end = move |answer: Result<SignedIn, String>| match (answer, place.try_get_value()) {
        // Gone to another page meanwhile.
        (_, None) => {}
        (Ok(session), Some(None)) => {
            is_busy.set(false);
            app.sign_in(session);
        }
        // For the page alone: nobody is signed in here afterwards who wasn't before.
        (Ok(session), Some(Some(opened))) => spawn_local(async move {
            let token = Some(session.token);
            let answer = window::ask(&opened).token(token.clone()).answer().await;
            let _ = delete("session").token(token).text().await;
            match window::hand_over(answer) {
                Ok(()) => is_busy.set(false),
                Err(sentence) => fail(sentence),
            }
        }),
        (Err(sentence), _) => fail(sentence),
    };
    let send = move || {
        if is_busy.get_untracked() {
            return;
        }
        let credentials = SignIn {
            user: user.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            in_place: false,
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
                    let opened = place.try_get_value().flatten().unwrap_or_default();
                    host::keep(STATE, Some([&way.state, " ", &opened].concat()));
                    let _ = window().location().set_href(&way.url);
                }
                Err(failure) => problem.set(failure.sentence()),
            }
        });
    };
    match back {
        Back::No => {}
        Back::Refused => problem.set(t("oidc-failed")),
        Back::With(back) => {
            is_busy.set(true);
            spawn_local(async move {
                let back = post("oidc/finish").json(&back);
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
    let whole = el("main", "sign-in")
        .attr("id", "main")
        .child(parts::heading(&t("sign-in-title")))
        .part(move || {
            let notice = app.notice.get();
            (!notice.is_empty()).then(|| el("p", "notice").attr("role", "status").text(notice))
        })
        .part(move || is_new.get().then(welcome))
        .maybe(opened.map(|opened| window::whose(app, &opened)))
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
    whole
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
