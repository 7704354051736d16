//! What waits for a moderator.

use afterword_protocol::admin::Waiting;
use leptos::prelude::*;

use super::triage::Triage;
use crate::app::App;
use crate::parts;
use crate::texts::t;
use crate::view::{El, el, link};

/// The parts of the queue: in the address, the key of the title, the filter of the list.
const PARTS: [(&str, &str, &str, &str); 4] = [
    ("", "waiting", "verdict", "pending"),        // text
    ("reported", "reported", "reported", "true"), // text
    ("flagged", "flagged", "flagged", "true"),    // text
    ("spam", "spam", "verdict", "spam"),          // text
];

/// The page of the queue.
pub(crate) fn view(app: App) -> El {
    let query = Memo::new(move |_| {
        let part = app.route.with(|route| route.get("part").to_owned());
        let (_, _, name, value) = PARTS.iter().find(|it| it.0 == part).unwrap_or(&PARTS[0]);
        let mut query = vec![((*name).to_owned(), (*value).to_owned())];
        let site = app.site();
        if !site.is_empty() {
            query.push(("site".to_owned(), site));
        }
        query
    });
    let triage = Triage::new(app, query);
    let tabs = PARTS.iter().map(|(part, title, ..)| {
        link("tab", "")
            .live_attr("href", move || {
                Some(app.place("queue").with("part", part).address())
            })
            .live_attr("aria-current", move || {
                let is_here = app.route.with(|route| route.get("part") == *part);
                is_here.then(|| "true".to_owned())
            })
            .text(t(title))
            .part(move || {
                let n = app.waiting.with(|waiting| number(waiting, part));
                (n > 0).then(|| el("span", "badge").text(crate::host::number(f64::from(n))))
            })
    });
    el("section", "")
        .child(el("div", "page-head").child(parts::heading(&t("queue"))))
        .child(
            el("nav", "tabs")
                .attr("aria-label", t("queue"))
                .children(tabs),
        )
        .child(triage.view(t("queue-empty")))
}

fn number(waiting: &Waiting, part: &str) -> u32 {
    match part {
        "" => waiting.pending,
        "reported" => waiting.reported,
        "flagged" => waiting.flagged,
        _ => waiting.spam,
    }
}
