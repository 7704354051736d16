//! What is sent to others, by mail or to hooks: what waits, and what could not be sent.

use afterword_protocol::admin::Obstacle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;

use super::unsent;
use crate::api::{Call, delete, get, post};
use crate::app::App;
use crate::host;
use crate::parts;
use crate::portion::Portions;
use crate::texts::t;
use crate::view::{El, button, el, focus_title, link};

/// The parts of such a list, in the address and by the key of the title: what was given up has one of
/// its own.
const PARTS: [(&str, &str); 4] = [
    ("", "all"),            // text
    ("dead", "mail-dead"),  // text
    ("waiting", "waiting"), // text
    ("sent", "mail-sent"),  // text
];

/// One of them.
pub(super) struct Sending {
    /// Its name in a path.
    pub(super) id: String,
    pub(super) created: String,
    /// What it is and for whom, each with the key of its label.
    pub(super) what: Vec<(&'static str, El)>,
    pub(super) state: String,
    pub(super) tries: u32,
    pub(super) error: Option<String>,
    pub(super) obstacle: Option<Obstacle>,
    /// When it is tried next.
    pub(super) due: Option<String>,
}

/// What is done with them.
#[derive(Clone, Copy)]
struct List {
    app: App,
    /// Where they are in the API.
    path: &'static str,
    /// Counts what was done, so that they are read again.
    again: RwSignal<u32>,
}

/// A page of them. `view` is its name in the address and the key of its title, `empty` that of what is
/// said where there are none.
pub(super) fn view<T: DeserializeOwned + Send + Sync + 'static>(
    app: App,
    view: &'static str,
    path: &'static str,
    heads: &[&'static str],
    empty: &'static str,
    sending: fn(&T) -> Sending,
) -> El {
    let list = List {
        app,
        path,
        again: RwSignal::new(0),
    };
    let state = Memo::new(move |_| app.route.with(|route| route.get("state").to_owned()));
    let site = move || match path {
        // Mails are the server's.
        "mail" => String::new(),
        _ => app.site(),
    };
    let all = Portions::<T>::new(app, move |before| {
        list.again.track();
        let mut query = vec![
            ("site".to_owned(), site()),
            ("state".to_owned(), state.get()),
        ];
        query.retain(|(_, value)| !value.is_empty());
        query.extend(before.map(|before| ("before".to_owned(), before)));
        get(path).query(&query)
    });
    let tabs = PARTS.iter().map(|(part, title)| {
        link("tab", "")
            .live_attr("href", move || {
                Some(app.place(view).with("state", part).address())
            })
            .live_attr("aria-current", move || {
                (state.get() == *part).then(|| "true".to_owned())
            })
            .text(t(title))
    });
    let retry_all = move || {
        let mut query = vec![("site".to_owned(), site())];
        query.retain(|(_, value)| !value.is_empty());
        let call = post(&[path, "/retry"].concat()).query(&query);
        list.run(call, "sent-again"); // text
    };
    let is_stuck = Memo::new(move |_| state.with(|it| it == "dead") && !all.rows().is_empty());
    let buttons = el("div", "row")
        .part(move || {
            let label = || [&t("try-again"), " · ", &t("all")].concat();
            is_stuck
                .get()
                .then(|| button("button", retry_all).text(label()))
        })
        .child(button("button", move || all.refresh()).text(t("load-again")));
    el("section", "")
        .child(
            el("div", "page-head")
                .child(parts::heading(&t(view)))
                .child(buttons),
        )
        .child(el("nav", "tabs").attr("aria-label", t(view)).children(tabs))
        .child(all.table(
            heads,
            move || match state.with(String::is_empty) {
                true => t(empty),
                false => t("not-found"),
            },
            move |row| list.line(row.with_untracked(sending)),
        ))
}

impl List {
    fn line(self, it: Sending) -> El {
        let cell = |label: &'static str, content: El| {
            el("td", "").attr("data-label", t(label)).child(content)
        };
        let is_waiting = it.state == "waiting";
        let is_dead = it.state == "dead";
        let state = match it.state.as_str() {
            "waiting" => t("waiting"),
            "sent" => t("mail-sent"),
            "dead" => t("mail-dead"),
            "needless" => t("mail-needless"),
            other => other.to_owned(),
        };
        let class = if is_dead { "tag tag-bad" } else { "tag" };
        let path = [self.path, "/", &it.id].concat();
        let again = [path.as_str(), "/retry"].concat();
        let mut buttons = el("div", "row row-actions");
        if is_dead || (is_waiting && it.error.is_some()) {
            let again = button("button", move || self.run(post(&again), "sent-again")); // text
            buttons = buttons.child(again.text(t("try-again")));
        }
        if is_dead || is_waiting {
            let drop = button("button", move || {
                let path = path.clone();
                let title = t("throw-away");
                parts::confirm(&title, &t("throw-away-why"), &title, move || {
                    self.run(delete(&path), "thrown-away"); // text
                });
            });
            buttons = buttons.child(drop.text(t("throw-away")));
        }
        let mut became = el("div", "became").child(parts::tag(class, &state));
        if it.error.is_some() {
            became = became.child(unsent::view(it.obstacle, it.error.as_deref()));
        }
        if let Some(due) = &it.due {
            let next = el("p", "muted").text(t("next-try")).text(" ");
            became = became.child(next.child(parts::time(due)));
        }
        let what = it.what.into_iter().map(|(label, what)| cell(label, what));
        el("tr", "")
            .child(cell("when", parts::time(&it.created)))
            .children(what)
            .child(cell("verdict", became))
            .child(cell(
                "tries",
                el("span", "").text(host::number(f64::from(it.tries))),
            ))
            .child(el("td", "actions-cell").child(buttons))
    }

    fn run(self, call: Call, done: &'static str) {
        spawn_local(async move {
            match self.app.ask::<serde_json::Value>(call).await {
                Ok(_) => {
                    self.app.tell(t(done), None);
                    let _ = self.again.try_update(|again| *again += 1);
                    // The row is another one, or gone, and its button with it.
                    focus_title();
                }
                Err(failure) => self.app.fail(&failure),
            }
        });
    }
}
