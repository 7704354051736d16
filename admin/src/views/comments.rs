//! All comments, by filters that stand in the address.

use afterword_protocol::admin::Verdict;
use leptos::prelude::*;

use super::triage::{Triage, verdict_key};
use crate::app::App;
use crate::parts::{self, labelled};
use crate::texts::t;
use crate::view::{El, button, el};

/// The filters that the address may have, as the server calls them.
const FILTERS: [&str; 9] = [
    "site", "q", "verdict", "author", "page", "reported", "flagged", "network", "person",
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
            .with("q", words.get_untracked().trim())
            .with("verdict", &verdict.get_untracked())
            .with("author", author.get_untracked().trim())
            .with("page", page.get_untracked().trim())
            .with("reported", so(reported.get_untracked()))
            .with("flagged", so(flagged.get_untracked()));
        app.go(&route);
    };
    let mut verdicts = vec![(String::new(), t("any"))];
    verdicts.extend(Verdict::ALL.map(|it| (it.as_str().to_owned(), t(verdict_key(it)))));
    let has_filters = Memo::new(move |_| {
        app.route
            .with(|route| route.query.iter().any(|(name, _)| name != "site"))
    });
    parts::form("filters", search)
        .attr("role", "search")
        .child(
            el("div", "filters-words")
                .child(labelled(&t("words"), "", parts::field("search", words)))
                .child(
                    el("button", "button button-primary")
                        .attr("type", "submit")
                        .text(t("search")),
                ),
        )
        .child(
            el("div", "filters-more")
                .child(labelled(
                    &t("verdict"),
                    "",
                    parts::choice(&verdicts, verdict),
                ))
                .child(labelled(&t("author"), "", parts::field("text", author)))
                .child(labelled(&t("page"), "", parts::field("text", page)))
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
