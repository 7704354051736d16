//! Pages, and what each of them takes.

use afterword_protocol::admin::{Page, PageChange, PagePolicy, PageState};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{get, patch};
use crate::app::App;
use crate::host;
use crate::parts::{self, labelled};
use crate::portion::Portions;
use crate::texts::{count, t};
use crate::view::{El, button, el, link};

/// The page of pages.
pub(crate) fn view(app: App) -> El {
    let words = RwSignal::new(app.route.with_untracked(|route| route.get("q").to_owned()));
    let query = Memo::new(move |_| {
        app.route.with(|route| {
            let known = route.query.iter();
            let known = known.filter(|(name, _)| name == "q" || name == "site");
            known.cloned().collect::<Vec<_>>()
        })
    });
    crate::view::effect(move || words.set(app.route.with(|route| route.get("q").to_owned())));
    let list = Portions::<Page>::new(app, move |before| {
        let more = before.map(|before| ("before".to_owned(), before));
        get("pages")
            .query(&query.get())
            .query(&more.into_iter().collect::<Vec<_>>())
    });
    let search = move || {
        let words = words.get_untracked();
        app.go(&app.route.get_untracked().with("q", words.trim()));
    };
    let form = parts::form("filters", search).attr("role", "search").child(
        el("div", "filters-words")
            .child(labelled(
                &t("title-or-key"),
                "",
                parts::field("search", words),
            ))
            .child(
                el("button", "button button-primary")
                    .attr("type", "submit")
                    .text(t("search")),
            ),
    );
    el("section", "")
        .child(el("div", "page-head").child(parts::heading(&t("pages"))))
        .child(form)
        .child(list.table(
            &["page", "comments", "waiting", "takes", ""],
            || t("pages-empty"),
            move |row| line(app, row),
        ))
}

fn line(app: App, row: RwSignal<Page>) -> El {
    let page = row.get_untracked();
    let name = page.title.clone().unwrap_or_else(|| page.key.clone());
    let mut place = el("th", "").attr("scope", "row");
    place = match &page.url {
        Some(url) if url.starts_with("https://") || url.starts_with("http://") => place.child(
            link("", url)
                .attr("target", "_blank")
                .attr("rel", "noopener noreferrer")
                .child(el("bdi", "").text(&name)),
        ),
        _ => place.child(el("bdi", "").text(&name)),
    };
    let mut below = el("p", "muted");
    if name != page.key {
        below = below.child(el("bdi", "").text(&page.key)).text(" · ");
    }
    place = place.child(below.text(&page.site));
    let comments = app.place("comments").with("page", &page.key);
    let comments = match app.site().is_empty() {
        true => comments.with("site", &page.site),
        false => comments,
    };
    let held = comments.clone().with("verdict", "pending");
    el("tr", "")
        .child(place)
        .child(
            el("td", "number-cell")
                .attr("data-label", t("comments"))
                .child(
                    link("", comments.address())
                        .live_text(move || host::number(f64::from(row.with(|it| it.comments)))),
                ),
        )
        .child(
            el("td", "number-cell")
                .attr("data-label", t("waiting"))
                .child(
                    link("", held.address())
                        .live_text(move || host::number(f64::from(row.with(|it| it.pending)))),
                ),
        )
        .child(
            el("td", "")
                .attr("data-label", t("takes"))
                .part(move || Some(row.with(takes))),
        )
        .child(
            el("td", "number-cell").child(
                button("button", move || change(app, row))
                    .text(t("change"))
                    .child(el("span", "visually-hidden").text(" ").text(&name)),
            ),
        )
}

/// What a page takes just now.
fn takes(page: &Page) -> El {
    let mut tags = el("span", "tags").child(if page.read_only {
        parts::tag("tag tag-bad", &t("read-only"))
    } else if page.closed {
        parts::tag("tag tag-bad", &t("closed"))
    } else {
        parts::tag("tag", &t("open"))
    });
    if page.policy != PagePolicy::Site {
        tags = tags.child(parts::tag("tag", &t(policy_key(page.policy))));
    }
    if page.slow_seconds > 0 {
        let slow = count("slow", u64::from(page.slow_seconds));
        tags = tags.child(parts::tag("tag", &slow));
    }
    tags
}

fn policy_key(policy: PagePolicy) -> &'static str {
    match policy {
        PagePolicy::Site => "as-site",       // text
        PagePolicy::All => "policy-all",     // text
        PagePolicy::First => "policy-first", // text
        PagePolicy::Held => "policy-held",   // text
    }
}

fn change(app: App, row: RwSignal<Page>) {
    let page = row.get_untracked();
    let name = page.title.clone().unwrap_or_else(|| page.key.clone());
    parts::dialog(&name, move |dialog, close| {
        let policy = RwSignal::new(page.policy.as_str().to_owned());
        let states = [
            (PageState::Site, "site", "as-site"),    // text
            (PageState::Open, "open", "open"),       // text
            (PageState::Closed, "closed", "closed"), // text
        ];
        let state = states.iter().find(|it| it.0 == page.state);
        let state = RwSignal::new(state.map_or("site", |it| it.1).to_owned());
        let read_only = RwSignal::new(page.read_only);
        let slow = RwSignal::new(page.slow_seconds.to_string());
        let days = page.close_after_days.map(|days| days.to_string());
        let days = RwSignal::new(days.unwrap_or_default());
        let problem = RwSignal::new(String::new());
        let is_busy = RwSignal::new(false);
        let send = move || {
            let Ok(slow_seconds) = slow.get_untracked().trim().parse::<u32>() else {
                return problem.set(t("not-a-number"));
            };
            // Nothing is what the site says.
            let days = days.get_untracked();
            let close_after_days = match days.trim() {
                "" => None,
                days => match days.parse::<u32>() {
                    Ok(days) => Some(days),
                    Err(_) => return problem.set(t("not-a-number")),
                },
            };
            let state = state.get_untracked();
            let change = PageChange {
                policy: PagePolicy::from_name(&policy.get_untracked()),
                state: states.iter().find(|it| it.1 == state).map(|it| it.0),
                read_only: Some(read_only.get_untracked()),
                slow_seconds: Some(slow_seconds),
                close_after_days: Some(close_after_days),
            };
            is_busy.set(true);
            problem.set(String::new());
            let close = close.clone();
            let call = patch(&["pages/", &page.id.to_string()].concat()).json(&change);
            spawn_local(async move {
                match app.ask::<afterword_protocol::admin::Outcome>(call).await {
                    Ok(done) => {
                        if let Some(page) = done.pages.into_iter().next() {
                            row.set(page);
                        }
                        let sentence = t("page-changed");
                        app.say(sentence.clone());
                        app.done_action(sentence, done.action_id.to_string(), Vec::new());
                        close.now();
                    }
                    Err(failure) => {
                        is_busy.set(false);
                        problem.set(failure.sentence());
                    }
                }
            });
        };
        let policies = [
            PagePolicy::Site,
            PagePolicy::All,
            PagePolicy::First,
            PagePolicy::Held,
        ]
        .map(|it| (it.as_str().to_owned(), t(policy_key(it))));
        let states = states.map(|(_, value, key)| (value.to_owned(), t(key)));
        dialog.child(
            parts::form("form", send)
                .child(parts::problem(problem))
                .child(labelled(&t("takes"), "", parts::choice(&states, state)))
                .child(labelled(&t("policy"), "", parts::choice(&policies, policy)))
                .child(labelled(
                    &t("slow-mode"),
                    &t("slow-hint"),
                    parts::field("number", slow)
                        .attr("min", "0")
                        .attr("max", "86400"),
                ))
                .child(labelled(
                    &t("set-close-after-days"),
                    "",
                    parts::field("number", days)
                        .attr("min", "0")
                        .attr("max", "36500")
                        // What an empty field means.
                        .attr("placeholder", t("as-site")),
                ))
                .child(parts::ticked(&t("set-read-only"), parts::tick(read_only)))
                .child(el("div", "row row-end").child(parts::submit(&t("save"), is_busy))),
        )
    });
}
