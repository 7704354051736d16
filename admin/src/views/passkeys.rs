//! Passkeys: instead of a password, or in addition to it.

use afterword_protocol::admin::{
    ChangeMe, Items, NewPasskey, Passkey, PasskeyAnswer, PasskeyOptions, PasskeySignIn, SignedIn,
    User,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Failure, delete, get, patch, post};
use crate::app::App;
use crate::fetched::fetch;
use crate::host;
use crate::parts;
use crate::route::encode;
use crate::texts::t;
use crate::view::{El, button, el, list};

/// Signs in by a passkey; with a password where both are needed.
pub(crate) async fn sign_in(with: PasskeySignIn) -> Result<SignedIn, String> {
    let answer = PasskeyAnswer {
        credential: answer(with).await?,
    };
    let finish = post("session/passkey/finish").json(&answer);
    let session = finish.answer::<SignedIn>().await;
    session.map_err(|failure| failure.sentence())
}

/// What a passkey says to who signs in.
pub(crate) async fn answer(with: PasskeySignIn) -> Result<serde_json::Value, String> {
    let begin = post("session/passkey/begin").json(&with);
    let asked = begin.answer::<PasskeyOptions>().await;
    credential(&asked.map_err(|failure| failure.sentence())?, false).await
}

/// What the browser says to what the server asks.
async fn credential(asked: &PasskeyOptions, is_new: bool) -> Result<serde_json::Value, String> {
    let answer = host::passkey(&asked.options.to_string(), is_new).await;
    let answer = answer.and_then(|json| serde_json::from_str(&json).ok());
    // Whoever closes the browser's window about it knows that they did.
    answer.ok_or_else(|| t("passkey-failed"))
}

/// The passkeys of who has signed in.
pub(crate) fn view(app: App) -> El {
    let keys = fetch::<Items<Passkey>>(app, move || get("me/passkeys"));
    let problem = RwSignal::new(String::new());
    let again = move || {
        keys.refresh();
        app.read_user();
    };
    let add = move || {
        problem.set(String::new());
        spawn_local(async move {
            match add(app).await {
                Ok(()) => {
                    app.tell(t("passkey-added"), None);
                    again();
                }
                Err(sentence) => problem.set(sentence),
            }
        });
    };
    let user = Memo::new(move |_| app.user.get());
    el("section", "form-wide").part(move || {
        // Where the server has no such calls, there is nothing to show.
        let is_there = keys
            .value
            .with(|keys| !matches!(keys, None | Some(Err(Failure::Problem { .. }))));
        is_there.then(|| {
            el("div", "")
                .child(el("h2", "subtitle").text(t("passkeys")))
                .child(el("p", "muted").text(t("passkeys-hint")))
                .child(parts::problem(problem))
                .child(keys.show(move |all| {
                    let items = all.items.iter().map(|key| line(app, key, again));
                    list("ul", "things").children(items)
                }))
                .part(move || {
                    let user = user.get()?;
                    (user.passkeys > 0 && user.has_password).then(|| second(app, &user))
                })
                .part(move || {
                    host::has_passkeys().then(|| {
                        el("p", "row-below").child(button("button", add).text(t("passkey-add")))
                    })
                })
        })
    })
}

async fn add(app: App) -> Result<(), String> {
    let say = |failure: Failure| failure.sentence();
    let asked = app.ask::<PasskeyOptions>(post("me/passkeys/begin")).await;
    let asked = asked.map_err(say)?;
    let new = NewPasskey {
        name: None,
        credential: credential(&asked, true).await?,
    };
    let added = app.ask::<Passkey>(post("me/passkeys").json(&new)).await;
    added.map(drop).map_err(say)
}

fn line(app: App, key: &Passkey, again: impl Fn() + Copy + 'static) -> El {
    let id = key.id.clone();
    el("li", "thing row")
        .child(parts::words("strong", &key.name))
        .maybe(key.used.as_deref().map(parts::time))
        .child(el("span", "space"))
        .child(
            button("button", move || {
                let call = delete(&["me/passkeys/", &encode(&id)].concat());
                spawn_local(async move {
                    match app.ask::<serde_json::Value>(call).await {
                        Ok(_) => {
                            app.tell(t("removed"), None);
                            again();
                        }
                        Err(failure) => app.fail(&failure),
                    }
                });
            })
            .text(t("remove"))
            .child(el("span", "visually-hidden").text(" ").text(&key.name)),
        )
}

/// Whether both are needed.
fn second(app: App, user: &User) -> El {
    let is_needed = RwSignal::new(user.second_factor);
    let was = user.second_factor;
    crate::view::effect(move || {
        let is_needed = is_needed.get();
        if is_needed == was {
            return;
        }
        let change = ChangeMe {
            second_factor: Some(is_needed),
            ..ChangeMe::default()
        };
        spawn_local(async move {
            match app.ask::<User>(patch("me").json(&change)).await {
                Ok(user) => {
                    app.tell(t("saved"), None);
                    app.user_is(user);
                }
                Err(failure) => {
                    app.fail(&failure);
                    app.read_user();
                }
            }
        });
    });
    el("p", "row-below").child(parts::ticked(&t("second-factor"), parts::tick(is_needed)))
}
