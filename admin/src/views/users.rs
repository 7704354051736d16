//! Who looks after comments, and who is invited to.

use afterword_protocol::admin::{
    ChangeUser, Ended, Grant, Invitation, Invited, Items, NewInvitation, Right, Role, SetGrants,
    User,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;

use super::account::grant;
use crate::api::{Call, delete, get, patch, post, put};
use crate::app::App;
use crate::drafts;
use crate::fetched::{Fetched, fetch};
use crate::host;
use crate::parts::{self, labelled};
use crate::route::encode;
use crate::texts::{count, fill, t};
use crate::view::{El, button, el, list};

/// The page of users.
pub(crate) fn view(app: App) -> El {
    let users = fetch::<Items<User>>(app, move || {
        let site = app.site();
        let site = (!site.is_empty()).then(|| ("site".to_owned(), site));
        get("users").query(&site.into_iter().collect::<Vec<_>>())
    });
    let invitations = fetch::<Items<Invitation>>(app, move || get("invitations"));
    el("section", "")
        .child(
            el("div", "page-head")
                .child(parts::heading(&t("users")))
                .child(
                    button("button button-primary", move || invite(app, invitations))
                        .text(t("invite")),
                ),
        )
        .child(users.show(move |all| {
            let items = all.items.iter().map(|user| line(app, users, user));
            list("ul", "things").children(items)
        }))
        .child(el("h2", "subtitle").text(t("invitations")))
        .child(invitations.show(move |all| {
            if all.items.is_empty() {
                return parts::nothing(&t("invitations-empty"));
            }
            let items = all.items.iter().map(|it| invitation(app, invitations, it));
            list("ul", "things").children(items)
        }))
}

fn line(app: App, users: Fetched<Items<User>>, user: &User) -> El {
    let is_me = app
        .user
        .with_untracked(|me| me.as_ref().is_some_and(|me| me.id == user.id));
    let (whole, id) = (user.clone(), user.id.clone());
    let signed_in = match &user.signed_in {
        Some(time) => el("p", "muted row")
            .text(t("last-here"))
            .child(parts::time(time)),
        None => el("p", "muted").text(t("never-here")),
    };
    let hidden = |name: &str| el("span", "visually-hidden").text(" ").text(name);
    let mut buttons = el("div", "row").child({
        let whole = whole.clone();
        button("button", move || grants(app, users, &whole))
            .text(t("roles"))
            .child(hidden(&user.name))
    });
    if !is_me {
        let (reset, disabled) = (id.clone(), !user.disabled);
        let (gone, out) = (whole.clone(), whole);
        buttons = buttons
            .child(
                button("button", move || {
                    let call = post(&["users/", &encode(&reset), "/reset"].concat());
                    run::<Invited>(app, call, |invited| show_link(&invited.url));
                })
                .text(t("reset-password"))
                .child(hidden(&user.name)),
            )
            .child(
                button("button", move || {
                    let title = fill("end-sessions-title", &[("name", &out.name)]);
                    let call = delete(&["users/", &encode(&out.id), "/sessions"].concat());
                    let (text, end) = (t("end-sessions-text"), t("end-sessions"));
                    parts::confirm(&title, &text, &end, move || {
                        run::<Ended>(app, call.clone(), move |ended| {
                            app.tell(count("sessions-ended", ended.sessions), None);
                        });
                    });
                })
                .text(t("end-sessions"))
                .child(hidden(&user.name)),
            )
            .child(
                button("button", move || {
                    let change = ChangeUser {
                        disabled: Some(disabled),
                        ..ChangeUser::default()
                    };
                    let call = patch(&["users/", &encode(&id)].concat()).json(&change);
                    run::<User>(app, call, move |_| {
                        app.tell(t("saved"), None);
                        users.refresh();
                    });
                })
                .text(t(if disabled { "keep-out" } else { "let-in" }))
                .child(hidden(&user.name)),
            )
            .child(
                button("button", move || {
                    let title = fill("remove-title", &[("name", &gone.name)]);
                    let id = gone.id.clone();
                    parts::confirm(&title, &t("remove-user"), &t("remove"), move || {
                        let call = delete(&["users/", &encode(&id)].concat());
                        run::<serde_json::Value>(app, call, move |_| {
                            app.tell(t("removed"), None);
                            users.refresh();
                        });
                    });
                })
                .text(t("remove"))
                .child(hidden(&user.name)),
            );
    }
    el("li", "thing")
        .flag("data-off", user.disabled)
        .child(
            el("div", "thing-head")
                .child(el("h2", "thing-title").child(el("bdi", "").text(&user.name)))
                .maybe(user.email.as_deref().map(|it| parts::words("muted", it)))
                .maybe(is_me.then(|| parts::tag("tag", &t("you"))))
                .maybe(
                    user.disabled
                        .then(|| parts::tag("tag tag-bad", &t("kept-out"))),
                ),
        )
        .child(list("ul", "tags").children(user.grants.iter().map(grant)))
        .child(signed_in)
        .child(buttons)
}

/// Makes a call, and does something with what it brings.
fn run<T: DeserializeOwned + 'static>(app: App, call: Call, done: impl FnOnce(T) + 'static) {
    spawn_local(async move {
        match app.ask::<T>(call).await {
            Ok(answer) => done(answer),
            Err(failure) => app.fail(&failure),
        }
    });
}

fn invitation(app: App, invitations: Fetched<Items<Invitation>>, it: &Invitation) -> El {
    let id = it.id.clone();
    let who = it.name.as_deref().or(it.email.as_deref());
    let who = who.map_or_else(|| t("somebody"), str::to_owned);
    el("li", "thing")
        .child(
            el("div", "thing-head")
                .child(parts::words("strong", &who))
                .child(
                    el("span", "muted")
                        .text(fill("good-until", &[("time", &host::exact(&it.expires))])),
                )
                .maybe(it.reset.then(|| parts::tag("tag", &t("new-password")))),
        )
        .child(list("ul", "tags").children(it.grants.iter().map(grant)))
        .child(
            el("div", "row").child(
                button("button", move || {
                    let call = delete(&["invitations/", &encode(&id)].concat());
                    run::<serde_json::Value>(app, call, move |_| {
                        app.tell(t("withdrawn"), None);
                        invitations.refresh();
                    });
                })
                .text(t("withdraw"))
                .child(el("span", "visually-hidden").text(" ").text(&who)),
            ),
        )
}

/// The roles that somebody can be given, as a form: one choice for all sites, and one for each.
#[derive(Clone)]
struct Roles(Vec<(Option<String>, RwSignal<String>)>);

impl Roles {
    fn new(app: App, grants: &[Grant]) -> Self {
        let mut places: Vec<Option<String>> = Vec::new();
        if app.may_everywhere(Right::Users) {
            places.push(None);
        }
        let may = |site: &String| {
            app.user.with_untracked(|user| {
                let grants = user.iter().flat_map(|user| &user.grants);
                let mut grants = grants.into_iter();
                grants.any(|grant| grant.allows(Right::Users, Some(site)))
            })
        };
        let sites = app.sites.get_untracked();
        places.extend(sites.into_iter().filter(may).map(Some));
        let role_of = |place: &Option<String>| {
            let found = grants.iter().find(|grant| grant.site == *place);
            found.map_or("", |grant| grant.role.as_str()).to_owned()
        };
        Self(
            places
                .into_iter()
                .map(|place| {
                    let role = RwSignal::new(role_of(&place));
                    (place, role)
                })
                .collect(),
        )
    }

    fn fields(&self, app: App) -> El {
        let is_owner = app.user.with_untracked(|user| {
            let grants = user.iter().flat_map(|user| &user.grants);
            let mut grants = grants.into_iter();
            grants.any(|grant| grant.role == Role::Owner)
        });
        let fields = self.0.iter().map(|(place, role)| {
            let mut roles = vec![
                (String::new(), t("no-role")),
                ("moderator".to_owned(), t("role-moderator")),
                ("admin".to_owned(), t("role-admin")),
            ];
            if place.is_none() && is_owner {
                roles.push(("owner".to_owned(), t("role-owner")));
            }
            let label = place.clone().unwrap_or_else(|| t("all-sites"));
            labelled(&label, "", parts::choice(&roles, *role))
        });
        el("fieldset", "group")
            .child(el("legend", "legend").text(t("roles")))
            .children(fields)
    }

    fn grants(&self) -> Vec<Grant> {
        let given = self.0.iter().filter_map(|(site, role)| {
            let role = Role::from_name(&role.get_untracked())?;
            let site = site.clone();
            Some(Grant { site, role })
        });
        given.collect()
    }
}

fn grants(app: App, users: Fetched<Items<User>>, user: &User) {
    let user = user.clone();
    let title = fill("roles-of", &[("name", &user.name)]);
    parts::dialog(&title, move |dialog, close| {
        let roles = Roles::new(app, &user.grants);
        let problem = RwSignal::new(String::new());
        let is_busy = RwSignal::new(false);
        let fields = roles.fields(app);
        let send = move || {
            let set = SetGrants {
                grants: roles.grants(),
            };
            let call = put(&["users/", &encode(&user.id), "/grants"].concat()).json(&set);
            is_busy.set(true);
            let close = close.clone();
            spawn_local(async move {
                match app.ask::<User>(call).await {
                    Ok(_) => {
                        close.now();
                        app.tell(t("saved"), None);
                        users.refresh();
                    }
                    Err(failure) => {
                        is_busy.set(false);
                        problem.set(failure.sentence());
                    }
                }
            });
        };
        dialog.child(
            parts::form("form", send)
                .child(parts::problem(problem))
                .child(fields)
                .child(el("div", "row row-end").child(parts::submit(&t("save"), is_busy))),
        )
    });
}

fn invite(app: App, invitations: Fetched<Items<Invitation>>) {
    parts::dialog(&t("invite"), move |dialog, close| {
        let roles = Roles::new(app, &[]);
        let name = drafts::text("invite-name", "");
        let email = drafts::text("invite-email", "");
        let problem = RwSignal::new(String::new());
        let is_busy = RwSignal::new(false);
        let fields = roles.fields(app);
        let send = move || {
            let text = |value: RwSignal<String>| {
                let value = value.get_untracked().trim().to_owned();
                (!value.is_empty()).then_some(value)
            };
            let new = NewInvitation {
                grants: roles.grants(),
                name: text(name),
                email: text(email),
                days: None,
            };
            if new.grants.is_empty() {
                return problem.set(t("role-needed"));
            }
            is_busy.set(true);
            let close = close.clone();
            let call = post("invitations").json(&new);
            spawn_local(async move {
                match app.ask::<Invited>(call).await {
                    Ok(invited) => {
                        drafts::forget("invite-name");
                        drafts::forget("invite-email");
                        close.now();
                        invitations.refresh();
                        show_link(&invited.url);
                    }
                    Err(failure) => {
                        is_busy.set(false);
                        problem.set(failure.sentence());
                    }
                }
            });
        };
        dialog.child(
            parts::form("form", send)
                .child(parts::problem(problem))
                .child(labelled(
                    &t("name"),
                    &t("optional"),
                    parts::field("text", name).attr("autocomplete", "off"),
                ))
                .child(labelled(
                    &t("email"),
                    &t("optional"),
                    parts::field("email", email).attr("autocomplete", "off"),
                ))
                .child(fields)
                .child(el("div", "row row-end").child(parts::submit(&t("invite"), is_busy))),
        )
    });
}

/// Shows a link that is shown once.
fn show_link(url: &str) {
    // Without a public address the server knows only what comes after it.
    let url = match url.strip_prefix('/') {
        Some(_) => [
            window().location().origin().unwrap_or_default().as_str(),
            url,
        ]
        .concat(),
        None => url.to_owned(),
    };
    parts::dialog(&t("link-title"), move |dialog, _| {
        let value = RwSignal::new(url.clone());
        let is_copied = RwSignal::new(false);
        let copied = move || match is_copied.get() {
            true => t("copied"),
            false => String::new(),
        };
        dialog
            .child(labelled(
                &t("link"),
                &t("link-hint"),
                parts::field("text", value)
                    .attr("readonly", "")
                    .attr("dir", "ltr")
                    .attr("class", "field code"),
            ))
            .child(
                el("div", "row row-end")
                    .child(el("span", "muted").attr("role", "status").live_text(copied))
                    .child(
                        button("button button-primary", move || {
                            is_copied.set(host::copy(&url));
                        })
                        .text(t("copy")),
                    ),
            )
    });
}
