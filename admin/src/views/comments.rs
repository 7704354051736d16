//! All comments, by filters that stand in the address.

use afterword_protocol::admin::{Right, Rules, Verdict};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::triage::{Triage, verdict_key};
use crate::api::get;
use crate::app::App;
use crate::parts::{self, labelled};
use crate::texts::t;
use crate::view::{El, button, el};

/// The filters that the address may have, as the server calls them.
const FILTERS: [&str; 14] = [
    "id", "site", "q", "verdict", "author", "page", "reported", "flagged", "check", "since",
    "until", "email", "network", "person",
];

/// Checks that may be asked for, as the server calls them; rules come after.
const CHECKS: [&str; 12] = [
    "policy",
    "links",
    "classifier",
    "duplicate",
    "burst",
    "too-fast",
    "honeypot",
    "no-proof",
    "distrust",
    "reports",
    "akismet",
    "hook",
];

/// The page of all comments.
pub(crate) fn view(app: App) -> El {
    let query = Memo::new(move |_| {
        app.route.with(|route| {
            let known = route.query.iter();
            let known = known.filter(|(name, _)| FILTERS.contains(&name.as_str()));
            known.cloned().collect::<Vec<_>>()
        })
    });
    let triage = Triage::new(app, query);
    el("section", "")
        .child(el("div", "page-head").child(parts::heading(&t("comments"))))
        .child(filters(app))
        .child(triage.view(t("comments-empty")))
}

fn filters(app: App) -> El {
    let value = |name: &str| app.route.with_untracked(|route| route.get(name).to_owned());
    let words = RwSignal::new(value("q"));
    let verdict = RwSignal::new(value("verdict"));
    let author = RwSignal::new(value("author"));
    let page = RwSignal::new(value("page"));
    let check = RwSignal::new(value("check"));
    let since = RwSignal::new(value("since"));
    let until = RwSignal::new(value("until"));
    let reported = RwSignal::new(value("reported") == "true");
    let flagged = RwSignal::new(value("flagged") == "true");
    // The back button brings other filters.
    crate::view::effect(move || {
        app.route.with(|route| {
            let fields = [
                ("q", words),
                ("verdict", verdict),
                ("author", author),
                ("page", page),
                ("check", check),
                ("since", since),
                ("until", until),
            ];
            for (name, field) in fields {
                field.set(route.get(name).to_owned());
            }
            reported.set(route.get("reported") == "true");
            flagged.set(route.get("flagged") == "true");
        });
    });
    let search = move || {
        let so = |is_so: bool| if is_so { "true" } else { "" };
        let route = app.route.get_untracked();
        let route = route
            .with("id", "")
            .with("q", words.get_untracked().trim())
            .with("verdict", &verdict.get_untracked())
            .with("author", author.get_untracked().trim())
            .with("page", page.get_untracked().trim())
            .with("check", &check.get_untracked())
            .with("since", &since.get_untracked())
            .with("until", &until.get_untracked())
            .with("reported", so(reported.get_untracked()))
            .with("flagged", so(flagged.get_untracked()));
        app.go(&route);
    };
    let mut verdicts = vec![(String::new(), t("any"))];
    verdicts.extend(Verdict::ALL.map(|it| (it.as_str().to_owned(), t(verdict_key(it)))));
    let checks = checks(app, check);
    let day = |value: RwSignal<String>| parts::field("date", value);
    let has_filters = Memo::new(move |_| {
        app.route
            .with(|route| route.query.iter().any(|(name, _)| name != "site"))
    });
    // On a phone they are folded, unless one of them is set.
    let is_open = RwSignal::new(app.route.with_untracked(|route| {
        let mut query = route.query.iter();
        query.any(|(name, _)| !matches!(name.as_str(), "id" | "site" | "q"))
    }));
    parts::form("filters", search)
        .attr("role", "search")
        .child(
            el("div", "filters-words")
                .child(labelled(&t("words"), "", parts::field("search", words)))
                .child(
                    el("button", "button button-primary")
                        .attr("type", "submit")
                        .text(t("search")),
                )
                .child(
                    button("button filters-fold", move || {
                        is_open.update(|is_open| *is_open = !*is_open);
                    })
                    .attr("aria-controls", "filters-more")
                    .live_attr("aria-expanded", move || Some(is_open.get().to_string()))
                    .text(t("more")),
                ),
        )
        .child(
            el("div", "filters-more")
                .attr("id", "filters-more")
                .live_attr("data-open", move || is_open.get().then(String::new))
                .child(labelled(
                    &t("verdict"),
                    "",
                    parts::choice(&verdicts, verdict),
                ))
                .child(labelled(&t("author"), "", parts::field("text", author)))
                .child(labelled(&t("page"), "", parts::field("text", page)))
                .child(labelled(&t("found-by"), "", checks))
                .child(labelled(&t("since"), "", day(since)))
                .child(labelled(&t("until"), "", day(until)))
                .child(parts::ticked(&t("reported"), parts::tick(reported)))
                .child(parts::ticked(&t("flagged"), parts::tick(flagged)))
                .part(move || {
                    has_filters.get().then(|| {
                        button("text-button", move || app.go(&app.place("comments")))
                            .text(t("no-filters"))
                    })
                }),
        )
}

/// A choice of what has found comments: checks, and the rules that one may see.
fn checks(app: App, value: RwSignal<String>) -> El {
    let mut choices = vec![(String::new(), t("any"))];
    choices.extend(CHECKS.map(|name| (name.to_owned(), super::triage::check(name))));
    let (kind, number) = value.with_untracked(|value| {
        let (kind, number) = value.split_once(':').unwrap_or((value, ""));
        (kind.to_owned(), number.to_owned())
    });
    // One that nobody offers is shown all the same: it stands in the address.
    let is_offered = kind == "rule" && app.may(Right::Rules);
    if !number.is_empty() && !is_offered {
        let name = value.get_untracked();
        choices.push((name.clone(), super::triage::check(&name)));
    }
    let field = parts::choice(&choices, value);
    if app.may(Right::Rules) {
        let node = field.node().clone();
        spawn_local(async move {
            let Ok(rules) = app.ask::<Rules>(get("rules")).await else {
                return;
            };
            for rule in rules.items {
                let name = ["rule:", &rule.id.to_string()].concat();
                let option = el("option", "").attr("value", name).text(&rule.name);
                let _ = node.append_child(option.node());
            }
            // What it had before there was such a choice.
            value.try_update(|_| {});
        });
    }
    field
}
