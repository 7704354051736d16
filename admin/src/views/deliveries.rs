//! What was sent to hooks, and what could not be.

use afterword_protocol::admin::{Delivery, DeliveryState, HookEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::unsent;
use crate::api::{Call, delete, get, post};
use crate::app::App;
use crate::host;
use crate::parts;
use crate::portion::Portions;
use crate::route::encode;
use crate::texts::t;
use crate::view::{El, button, document, el, focus, link};

/// The parts of the list, in the address and by the key of the title: those that were given up have
/// one of their own.
const PARTS: [(&str, &str); 4] = [
    ("", "all"),            // text
    ("dead", "mail-dead"),  // text
    ("waiting", "waiting"), // text
    ("sent", "mail-sent"),  // text
];

/// The page of deliveries.
pub(crate) fn view(app: App) -> El {
    let state = Memo::new(move |_| app.route.with(|route| route.get("state").to_owned()));
    let all = Portions::<Delivery>::new(app, move |before| {
        let mut query = vec![
            ("site".to_owned(), app.site()),
            ("state".to_owned(), state.get()),
        ];
        query.retain(|(_, value)| !value.is_empty());
        query.extend(before.map(|before| ("before".to_owned(), before)));
        get("hooks/deliveries").query(&query)
    });
    let tabs = PARTS.iter().map(|(part, title)| {
        link("tab", "")
            .live_attr("href", move || {
                Some(app.place("deliveries").with("state", part).address())
            })
            .live_attr("aria-current", move || {
                (state.get() == *part).then(|| "true".to_owned())
            })
            .text(t(title))
    });
    el("section", "")
        .child(
            el("div", "page-head")
                .child(parts::heading(&t("deliveries")))
                .child(button("button", move || all.refresh()).text(t("load-again"))),
        )
        .child(
            el("nav", "tabs")
                .attr("aria-label", t("deliveries"))
                .children(tabs),
        )
        .child(all.table(
            &["when", "what", "receiver", "verdict", "tries", ""],
            move || match state.with(String::is_empty) {
                true => t("deliveries-empty"),
                false => t("not-found"),
            },
            move |row| row.with_untracked(|delivery| line(app, all, delivery)),
        ))
}

pub(super) const fn event_key(event: HookEvent) -> &'static str {
    match event {
        HookEvent::New => "event-new",       // text
        HookEvent::Edited => "event-edited", // text
        HookEvent::Held => "event-held",     // text
        HookEvent::Reported => "reported",   // text
        HookEvent::Deleted => "deleted",     // text
    }
}

fn line(app: App, all: Portions<Delivery>, delivery: &Delivery) -> El {
    let cell =
        |label: &'static str, content: El| el("td", "").attr("data-label", t(label)).child(content);
    let (class, state) = match delivery.state {
        DeliveryState::Waiting => ("tag", "waiting"), // text
        DeliveryState::Sent => ("tag", "mail-sent"),  // text
        DeliveryState::Dead => ("tag tag-bad", "mail-dead"), // text
    };
    let path = ["hooks/deliveries/", &encode(&delivery.id)].concat();
    let again = [path.as_str(), "/retry"].concat();
    let mut buttons = el("div", "row row-actions");
    if delivery.state == DeliveryState::Dead {
        let again = button("button", move || run(app, all, post(&again), "sent-again")); // text
        buttons = buttons.child(again.text(t("try-again")));
    }
    if delivery.state != DeliveryState::Sent {
        let drop = button("button", move || {
            let path = path.clone();
            let title = t("throw-away");
            parts::confirm(&title, &t("throw-away-why"), &title, move || {
                run(app, all, delete(&path), "thrown-away"); // text
            });
        });
        buttons = buttons.child(drop.text(t("throw-away")));
    }
    let what = el("div", "")
        .child(el("p", "").text(t(event_key(delivery.event))))
        .child(parts::words("muted", &delivery.site));
    let mut became = el("div", "became").child(parts::tag(class, &t(state)));
    if delivery.error.is_some() {
        became = became.child(unsent::view(delivery.obstacle, delivery.error.as_deref()));
    }
    if let Some(due) = &delivery.due {
        let next = el("p", "muted").text(t("next-try")).text(" ");
        became = became.child(next.child(parts::time(due)));
    }
    el("tr", "")
        .child(cell("when", parts::time(&delivery.created)))
        .child(cell("what", what))
        .child(cell("receiver", parts::words("code", &delivery.url)))
        .child(cell("verdict", became))
        .child(cell(
            "tries",
            el("span", "").text(host::number(f64::from(delivery.tries))),
        ))
        .child(el("td", "actions-cell").child(buttons))
}

fn run(app: App, all: Portions<Delivery>, call: Call, done: &'static str) {
    spawn_local(async move {
        match app.ask::<serde_json::Value>(call).await {
            Ok(_) => {
                app.tell(t(done), None);
                all.refresh();
                // The row is another one, or gone, and its button with it.
                if let Ok(Some(title)) = document().query_selector("#main h1") {
                    focus(&title);
                }
            }
            Err(failure) => app.fail(&failure),
        }
    });
}
