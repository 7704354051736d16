//! Who one is here: name, password, passkeys, sessions.

use afterword_protocol::admin::{
    ChangeMe, Ended, Grant, Items, NewPassword, Role, SessionSeen, User,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::triage::keys_off;
use crate::api::{delete, get, patch, put};
use crate::app::App;
use crate::fetched::fetch;
use crate::host;
use crate::parts::{self, labelled};
use crate::route::encode;
use crate::texts::{count, fill, t};
use crate::view::{El, button, el, list};

/// The page of who has signed in.
pub(crate) fn view(app: App) -> El {
    // Each form by what it shows: what is drawn anew loses what was typed into it.
    let known = Memo::new(move |_| {
        let known = |user: &User| (user.name.clone(), user.email.clone().unwrap_or_default());
        app.user
            .with(|user| user.iter().map(known).collect::<Vec<_>>())
    });
    let has_password = Memo::new(move |_| {
        app.user
            .with(|user| user.as_ref().is_some_and(|user| user.has_password))
    });
    el("section", "")
        .child(el("div", "page-head").child(parts::heading(&t("account"))))
        .child(
            el("div", "form-wide")
                .part(move || {
                    app.user.with(|user| {
                        let grants = user.as_ref()?.grants.iter().map(grant);
                        Some(list("ul", "tags").children(grants))
                    })
                })
                .part(move || {
                    let (name, email) = known.get().pop()?;
                    Some(who(app, name, email))
                })
                .part(move || Some(password(app, has_password.get()))),
        )
        .maybe(super::told::view(app))
        .child(super::passkeys::view(app))
        .child(sessions(app))
        .child(el("h2", "subtitle").text(t("these-pages")))
        .child(parts::ticked(&t("keys-off"), parts::tick(keys_off())))
        .child(language())
        .child(
            el("p", "row row-below")
                .child(button("button", move || app.sign_out()).text(t("sign-out"))),
        )
}

/// In which language these pages are.
fn language() -> El {
    let (field, value) = languages();
    // Not at once: who goes through the list by keys would be led through all of them.
    parts::form("form form-wide row-below", move || speak(value))
        .child(labelled(&t("language"), &t("language-hint"), field))
        .child(el("div", "row").child(parts::submit(&t("save"), RwSignal::new(false))))
}

/// The same for who hasn't signed in, below what they came for.
pub(crate) fn language_below() -> El {
    let (field, value) = languages();
    parts::form("language", move || speak(value))
        .child(labelled(&t("language"), "", field))
        .child(el("button", "button").text(t("save")))
}

/// A choice of a language, and what is chosen.
fn languages() -> (El, RwSignal<String>) {
    let value = RwSignal::new(host::chosen());
    let mut choices = vec![(String::new(), t("language-browser"))];
    choices.extend(host::languages());
    let field = parts::choice(&choices, value);
    // Each is read out as it is spoken.
    let options = field.node().child_nodes();
    for (index, (tag, _)) in (0..).zip(&choices).skip(1) {
        if let Some(option) = options
            .item(index)
            .and_then(|it| it.dyn_into::<Element>().ok())
        {
            let _ = option.set_attribute("lang", tag);
        }
    }
    (field, value)
}

fn speak(value: RwSignal<String>) {
    host::speak(&value.get_untracked());
}

/// A role on a site.
pub(crate) fn grant(grant: &Grant) -> El {
    el("li", "tag").text(grant_text(grant))
}

pub(super) fn grant_text(grant: &Grant) -> String {
    let role = match grant.role {
        Role::Owner => t("role-owner"),
        Role::Admin => t("role-admin"),
        Role::Moderator => t("role-moderator"),
    };
    let site = match &grant.site {
        Some(site) => site.clone(),
        None => t("all-sites"),
    };
    [&role, " · ", &site].concat()
}

fn who(app: App, name: String, email: String) -> El {
    let name = RwSignal::new(name);
    let email = RwSignal::new(email);
    let problem = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let send = move || {
        let change = ChangeMe {
            name: Some(name.get_untracked().trim().to_owned()),
            email: Some(email.get_untracked().trim().to_owned()),
            second_factor: None,
        };
        is_busy.set(true);
        problem.set(String::new());
        spawn_local(async move {
            match app.ask::<User>(patch("me").json(&change)).await {
                Ok(user) => {
                    app.tell(t("saved"), None);
                    app.user_is(user);
                }
                Err(failure) => problem.set(failure.sentence()),
            }
            is_busy.set(false);
        });
    };
    parts::form("form row-below", send)
        .child(parts::problem(problem))
        .child(labelled(
            &t("name"),
            "",
            parts::field("text", name).attr("autocomplete", "username"),
        ))
        .child(labelled(
            &t("email"),
            &t("email-hint"),
            parts::field("email", email).attr("autocomplete", "email"),
        ))
        .child(el("div", "row").child(parts::submit(&t("save"), is_busy)))
}

fn password(app: App, has_one: bool) -> El {
    let current = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    let problem = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let send = move || {
        if new.with_untracked(|new| new.chars().count() < 10) {
            return problem.set(t("password-short"));
        }
        let change = NewPassword {
            current: has_one.then(|| current.get_untracked()),
            password: new.get_untracked(),
        };
        is_busy.set(true);
        problem.set(String::new());
        spawn_local(async move {
            match app
                .ask::<serde_json::Value>(put("me/password").json(&change))
                .await
            {
                Ok(_) => {
                    current.set(String::new());
                    new.set(String::new());
                    app.tell(t("password-changed"), None);
                }
                Err(failure) => problem.set(failure.sentence()),
            }
            is_busy.set(false);
        });
    };
    let mut form = parts::form("form", send).child(parts::problem(problem));
    if has_one {
        form = form.child(labelled(
            &t("password-current"),
            "",
            parts::field("password", current).attr("autocomplete", "current-password"),
        ));
    }
    form = form
        .child(labelled(
            &t("password-new"),
            &t("password-hint"),
            parts::field("password", new).attr("autocomplete", "new-password"),
        ))
        .child(el("div", "row").child(parts::submit(&t("password-change"), is_busy)));
    el("section", "")
        .child(el("h2", "subtitle").text(t("password")))
        .child(form)
}

fn sessions(app: App) -> El {
    let sessions = fetch::<Items<SessionSeen>>(app, move || get("me/sessions"));
    let end_others = move || {
        spawn_local(async move {
            match app.ask::<Ended>(delete("me/sessions")).await {
                Ok(ended) => {
                    app.tell(count("sessions-ended", ended.sessions), None);
                    sessions.refresh();
                }
                Err(failure) => app.fail(&failure),
            }
        });
    };
    el("section", "form-wide")
        .child(el("h2", "subtitle").text(t("sessions")))
        .child(sessions.show(move |all| {
            let is_alone = all.items.len() < 2;
            let items = all.items.iter().map(|session| {
                let id = session.id.clone();
                let line = el("li", "thing row")
                    .child(
                        parts::words("", &host::device(&session.agent))
                            .attr("title", &session.agent),
                    )
                    .maybe(session.origin.as_deref().map(|origin| {
                        parts::tag("tag", &fill("session-in-place", &[("origin", origin)]))
                    }))
                    .child(parts::time(&session.used))
                    .child(el("span", "space"));
                if session.current {
                    return line.child(parts::tag("tag", &t("this-one")));
                }
                line.child(
                    button("button", move || {
                        let call = delete(&["me/sessions/", &encode(&id)].concat());
                        spawn_local(async move {
                            match app.ask::<serde_json::Value>(call).await {
                                Ok(_) => {
                                    app.tell(count("sessions-ended", 1), None);
                                    sessions.refresh();
                                }
                                Err(failure) => app.fail(&failure),
                            }
                        });
                    })
                    .text(t("end")),
                )
            });
            el("div", "")
                .child(list("ul", "things").children(items))
                .maybe((!is_alone).then(|| {
                    el("p", "row-below").child(button("button", end_others).text(t("end-others")))
                }))
        }))
}
