//! Who may not comment.

use afterword_protocol::admin::{Action, Ban, BanKind, NewAction, NewBan, Outcome, Right};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::person::ban_line;
use super::triage::{plain, spans};
use crate::api::{get, post};
use crate::app::App;
use crate::drafts;
use crate::host;
use crate::parts::{self, labelled};
use crate::portion::Portions;
use crate::texts::t;
use crate::view::{El, button, el, list};

/// The page of bans.
pub(crate) fn view(app: App) -> El {
    let bans = Portions::<Ban>::new(app, move |before| {
        app.undone.track();
        let mut query = Vec::new();
        let site = app.site();
        if !site.is_empty() {
            query.push(("site".to_owned(), site));
        }
        query.extend(before.map(|before| ("before".to_owned(), before)));
        get("bans").query(&query)
    });
    let items = list("ul", "things").items(
        move || bans.rows(),
        move |row| {
            let line = row.with_untracked(|ban| ban_line(app, ban, move || bans.refresh()));
            line.attr("class", "thing row ban")
        },
    );
    el("section", "")
        .child(
            el("div", "page-head")
                .child(parts::heading(&t("bans")))
                .child(button("button button-primary", move || add(app, bans)).text(t("new-ban"))),
        )
        .child(bans.around(|| t("bans-empty"), items))
}

/// Asks for a name or an address that may not comment: other bans are of whoever wrote a comment.
fn add(app: App, bans: Portions<Ban>) {
    parts::dialog(&t("new-ban"), move |dialog, close| {
        let kind = RwSignal::new("author".to_owned());
        let value = drafts::text("ban-value", "");
        let span = RwSignal::new(String::new());
        let reason = drafts::text("ban-reason", "");
        let is_hidden = RwSignal::new(false);
        let problem = RwSignal::new(String::new());
        let is_busy = RwSignal::new(false);
        let mut sites: Vec<_> = app
            .sites
            .get_untracked()
            .into_iter()
            .map(|site| (site.clone(), site))
            .collect();
        if app.may_everywhere(Right::Moderate) {
            sites.insert(0, ("*".to_owned(), t("all-sites")));
        }
        let first = sites.first().map(|(site, _)| site.clone());
        let site = RwSignal::new(match app.site() {
            site if site.is_empty() => first.unwrap_or_default(),
            site => site,
        });
        let send = move || {
            let value = value.get_untracked().trim().to_owned();
            if value.is_empty() {
                return problem.set(t("name-needed"));
            }
            let ban = NewBan {
                kind: match kind.get_untracked().as_str() {
                    "email" => BanKind::Email,
                    _ => BanKind::Author,
                },
                value: Some(value),
                site: Some(site.get_untracked()),
                until: span.get_untracked().parse().ok().map(host::later),
                shadow: is_hidden.get_untracked(),
            };
            let action = NewAction {
                bans: vec![ban],
                reason: Some(reason.get_untracked()).filter(|it| !it.trim().is_empty()),
                ..plain(Action::Ban, Vec::new())
            };
            is_busy.set(true);
            problem.set(String::new());
            let close = close.clone();
            spawn_local(async move {
                match app.ask::<Outcome>(post("actions").json(&action)).await {
                    Ok(done) => {
                        drafts::forget("ban-value");
                        drafts::forget("ban-reason");
                        close.now();
                        let sentence = t("banned");
                        app.say(sentence.clone());
                        app.done_action(sentence, done.action_id.to_string(), Vec::new());
                        bans.refresh();
                    }
                    Err(failure) => {
                        let _ = is_busy.try_set(false);
                        let _ = problem.try_set(failure.sentence());
                    }
                }
            });
        };
        let kinds = [("author", "by-author"), ("email", "by-email")] // text
            .map(|(kind, key)| (kind.to_owned(), t(key)));
        dialog.child(
            parts::form("form", send)
                .child(parts::problem(problem))
                .child(labelled(&t("ban-by"), "", parts::choice(&kinds, kind)))
                .child(labelled(
                    &t("ban-value"),
                    "",
                    parts::field("text", value)
                        .attr("autocomplete", "off")
                        .attr("autofocus", ""),
                ))
                .maybe(
                    (sites.len() > 1)
                        .then(|| labelled(&t("site"), "", parts::choice(&sites, site))),
                )
                .child(labelled(&t("ban-until"), "", parts::choice(&spans(), span)))
                .child(labelled(
                    &t("reason"),
                    &t("reason-hint"),
                    parts::field("text", reason).attr("maxlength", "500"),
                ))
                .child(parts::ticked(&t("ban-shadow"), parts::tick(is_hidden)))
                .child(el("div", "row row-end").child(
                    parts::submit(&t("ban"), is_busy).attr("class", "button button-danger"),
                )),
        )
    });
}
