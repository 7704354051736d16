//! Somebody who comments: what they have written, and by what they are known.

use afterword_protocol::admin::{Ban, Person};
use leptos::prelude::*;

use super::their_data;
use super::triage::{Triage, numbers};
use crate::api::{get, post};
use crate::app::App;
use crate::fetched::fetch;
use crate::parts;
use crate::route::{Route, encode};
use crate::texts::{count, fill, t};
use crate::view::{El, button, el, link, list};

/// The page of a person, by `person:HASH`, `network:HASH` or `author:NAME`.
pub(crate) fn view(app: App) -> El {
    let key = app.route.with_untracked(|route| route.id.clone());
    let (kind, value) = key.split_once(':').unwrap_or(("author", &key));
    let filter = (kind.to_owned(), value.to_owned());
    let query = Memo::new(move |_| {
        let mut query = vec![filter.clone()];
        let site = app.site();
        if !site.is_empty() {
            query.push(("site".to_owned(), site));
        }
        query
    });
    let path = ["people/", &encode(&key)].concat();
    let person = fetch::<Person>(app, move || {
        app.news.track();
        app.undone.track();
        let site = app.site();
        let site = (!site.is_empty()).then(|| ("site".to_owned(), site));
        get(&path).query(&site.into_iter().collect::<Vec<_>>())
    });
    let triage = Triage::new(app, query);
    let title = match kind {
        "author" => value.to_owned(),
        "network" => t("a-network"),
        _ => t("a-person"),
    };
    let name = title.clone();
    el("section", "")
        .child(el("div", "page-head").child(parts::heading(&title)))
        .child(
            person.show(move |it| known(app, it, person).maybe(their_data::view(app, it, &name))),
        )
        .child(el("h2", "subtitle").text(t("comments")))
        .child(triage.view(t("comments-empty")))
}

fn known(app: App, person: &Person, fetched: crate::fetched::Fetched<Person>) -> El {
    let mut all = el("div", "known").child(numbers(person));
    if let (Some(first), Some(last)) = (&person.first, &person.last) {
        all = all.child(
            el("p", "muted row")
                .text(t("first-and-last"))
                .child(parts::time(first))
                .text("–")
                .child(parts::time(last)),
        );
    }
    let others = |kind: &str, values: &[String]| {
        let links = values.iter().map(|value| {
            let key = [kind, ":", value].concat();
            let short = match kind {
                "author" => value.clone(),
                // A hash says nothing; some of it tells two apart.
                _ => value.chars().take(8).collect(),
            };
            let to = Route::of("person", &key).with("site", &app.site());
            el("li", "").child(link("tag", to.address()).child(el("bdi", "").text(short)))
        });
        list("ul", "tags").children(links)
    };
    let groups = [
        ("names", "author", &person.authors),      // text
        ("networks", "network", &person.networks), // text
        ("browsers", "person", &person.persons),   // text
    ];
    for (title, kind, values) in groups {
        if !values.is_empty() {
            all = all.child(
                el("div", "labelled-list")
                    .child(el("h2", "detail-title").text(t(title)))
                    .child(others(kind, values)),
            );
        }
    }
    if !person.bans.is_empty() {
        let bans = person
            .bans
            .iter()
            .map(|ban| ban_line(app, ban, move || fetched.refresh()));
        all = all.child(
            el("div", "labelled-list")
                .child(el("h2", "detail-title").text(t("bans")))
                .child(list("ul", "lines").children(bans)),
        );
    }
    all
}

/// A ban, with what lifts it.
pub(crate) fn ban_line(app: App, ban: &Ban, lifted: impl Fn() + Copy + Send + 'static) -> El {
    let until = match &ban.until {
        Some(until) => fill("banned-until", &[("time", &crate::host::exact(until))]),
        None => t("banned-for-good"),
    };
    // Of an address there is a hash alone, whose end tells two apart.
    let who = match ban.label.as_str() {
        "" => ["…", ban.value.get(26..).unwrap_or_default()].concat(),
        label => label.to_owned(),
    };
    let mut head = el("div", "thing-head")
        .child(parts::words("strong", &who))
        .child(parts::tag("tag", &t(kind(ban))));
    if ban.shadow {
        head = head.child(parts::tag("tag", &t("shadowed")));
    }
    if app.sites.with_untracked(Vec::len) > 1 && app.site().is_empty() {
        let site = match ban.site.as_str() {
            "*" => t("all-sites"),
            site => site.to_owned(),
        };
        head = head.child(parts::tag("tag", &site));
    }
    let mut more = el("p", "muted dotted").child(el("span", "").text(until));
    if let Some(user) = &ban.user {
        more = more.child(el("span", "").child(parts::words("", user)));
    }
    more = more.child(parts::time(&ban.created));
    if ban.hits > 0 {
        let hits = count("ban-hits", u64::from(ban.hits));
        more = more.child(el("span", "").text(hits));
    }
    if let Some(reason) = &ban.reason {
        more = more.child(el("span", "").child(parts::words("", reason)));
    }
    let line = el("li", "row ban").child(el("div", "ban-what").child(head).child(more));
    let id = ban.id;
    line.child(el("span", "space")).child(
        button("button", move || {
            let action = afterword_protocol::admin::NewAction {
                ban_ids: vec![id],
                ..super::triage::plain(afterword_protocol::admin::Action::Unban, Vec::new())
            };
            leptos::task::spawn_local(async move {
                let call = post("actions").json(&action);
                match app.ask::<afterword_protocol::admin::Outcome>(call).await {
                    Ok(done) => {
                        let sentence = t("unbanned");
                        app.say(sentence.clone());
                        app.done_action(sentence, done.action_id.to_string(), Vec::new());
                        lifted();
                    }
                    Err(failure) => app.fail(&failure),
                }
            });
        })
        .text(t("unban")),
    )
}

fn kind(ban: &Ban) -> &'static str {
    use afterword_protocol::admin::BanKind;
    match ban.kind {
        BanKind::Person => "by-person",   // text
        BanKind::Network => "by-network", // text
        BanKind::Author => "by-author",   // text
        BanKind::Email => "by-email",     // text
    }
}
