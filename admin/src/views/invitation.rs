//! Accepting an invitation.

use afterword_protocol::admin::{Acceptance, Invitation, PasskeySignIn, SignedIn};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::account::{grant, language_below};
use super::passkeys;
use crate::api::{get, post};
use crate::app::App;
use crate::fetched::fetch;
use crate::parts::{self, labelled};
use crate::route::{Route, encode};
use crate::texts::t;
use crate::view::{El, el, list};

/// The page that the link of an invitation leads to; for who is signed in already as well.
pub(crate) fn view(app: App) -> El {
    let code = app.route.with_untracked(|route| route.id.clone());
    let path = ["invitations/", &encode(&code)].concat();
    let invitation = {
        let path = path.clone();
        fetch::<Invitation>(app, move || get(&path))
    };
    el("main", "sign-in")
        .attr("id", "main")
        .child(parts::heading(&t("invitation-title")))
        .child(invitation.show(move |it| form(app, &path, it)))
        .child(language_below())
}

fn form(app: App, path: &str, invitation: &Invitation) -> El {
    let path = path.to_owned();
    let is_reset = invitation.reset;
    let name = RwSignal::new(invitation.name.clone().unwrap_or_default());
    let email = RwSignal::new(invitation.email.clone().unwrap_or_default());
    let password = RwSignal::new(String::new());
    let problem = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let is_in = app.user.with_untracked(Option::is_some) && !is_reset;
    let send = move || {
        if !is_in && password.with_untracked(|it| it.chars().count() < 10) {
            return problem.set(t("password-short"));
        }
        let text = |value: RwSignal<String>| {
            let value = value.get_untracked().trim().to_owned();
            (!value.is_empty() && !is_reset && !is_in).then_some(value)
        };
        let acceptance = Acceptance {
            name: text(name),
            email: text(email),
            password: (!is_in).then(|| password.get_untracked()),
        };
        is_busy.set(true);
        problem.set(String::new());
        let call = post(&path).json(&acceptance);
        let both = PasskeySignIn {
            user: Some(name.get_untracked()),
            password: acceptance.password.clone(),
        };
        spawn_local(async move {
            match app.ask::<SignedIn>(call).await {
                Ok(session) => {
                    // The link is of no use any more, nor is the way back to it.
                    app.replace(&Route::default());
                    if session.token.is_empty() {
                        app.read_user();
                    } else {
                        app.sign_in(session);
                    }
                }
                // The password is the new one; the passkey is asked for as whenever they sign in.
                Err(failure) if failure.is("passkey-required") => {
                    let signed = passkeys::sign_in(both).await;
                    app.replace(&Route::default());
                    match signed {
                        Ok(session) => app.sign_in(session),
                        Err(sentence) => {
                            app.notice
                                .set([&t("password-changed"), " ", &sentence].concat());
                        }
                    }
                }
                Err(failure) => {
                    is_busy.set(false);
                    problem.set(failure.sentence());
                }
            }
        });
    };
    let mut form = parts::form("form", send)
        .child(list("ul", "tags").children(invitation.grants.iter().map(grant)))
        .child(parts::problem(problem));
    if !is_reset && !is_in {
        form = form
            .child(labelled(
                &t("name"),
                "",
                parts::field("text", name).attr("autocomplete", "username"),
            ))
            .child(labelled(
                &t("email"),
                &t("optional"),
                parts::field("email", email).attr("autocomplete", "email"),
            ));
    }
    if !is_in {
        form = form.child(labelled(
            &t("password-new"),
            &t("password-hint"),
            parts::field("password", password).attr("autocomplete", "new-password"),
        ));
    }
    form.child(el("div", "").child(parts::submit(&t("accept"), is_busy)))
}
