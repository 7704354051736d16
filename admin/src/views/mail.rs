//! Mails that wait, and those that could not be sent.

use afterword_protocol::admin::QueuedMail;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::unsent;
use crate::api::{Call, delete, get, post};
use crate::app::App;
use crate::host;
use crate::parts;
use crate::portion::Portions;
use crate::texts::t;
use crate::view::{El, button, el, focus_title, link};

/// The parts of the list, in the address and by the key of the title.
const PARTS: [(&str, &str); 4] = [
    ("", "all"),            // text
    ("dead", "mail-dead"),  // text
    ("waiting", "waiting"), // text
    ("sent", "mail-sent"),  // text
];

/// The page of the mail queue.
pub(crate) fn view(app: App) -> El {
    let state = Memo::new(move |_| app.route.with(|route| route.get("state").to_owned()));
    let mails = Portions::<QueuedMail>::new(app, move |before| {
        let mut query = vec![("state".to_owned(), state.get())];
        query.retain(|(_, value)| !value.is_empty());
        query.extend(before.map(|before| ("before".to_owned(), before)));
        get("mail").query(&query)
    });
    let tabs = PARTS.iter().map(|(part, title)| {
        link("tab", "")
            .live_attr("href", move || {
                Some(app.place("mail").with("state", part).address())
            })
            .live_attr("aria-current", move || {
                (state.get() == *part).then(|| "true".to_owned())
            })
            .text(t(title))
    });
    el("section", "")
        .child(
            el("div", "page-head")
                .child(parts::heading(&t("mail")))
                .child(button("button", move || mails.refresh()).text(t("load-again"))),
        )
        .child(
            el("nav", "tabs")
                .attr("aria-label", t("mail"))
                .children(tabs),
        )
        .child(mails.table(
            &["when", "what", "verdict", "tries", ""],
            || t("mail-empty"),
            move |row| row.with_untracked(|mail| line(app, mails, mail)),
        ))
}

/// What a mail of that kind is called.
pub(super) fn kind(name: &str) -> String {
    match name {
        "confirm" => t("mail-confirm"),
        "answers" => t("mail-answers"),
        "sign-in" => t("mail-sign-in"),
        "concerns" => t("mail-concerns"),
        other => other.to_owned(),
    }
}

fn line(app: App, mails: Portions<QueuedMail>, mail: &QueuedMail) -> El {
    let cell =
        |label: &'static str, content: El| el("td", "").attr("data-label", t(label)).child(content);
    let what = kind(&mail.kind);
    let is_dead = mail.state == "dead";
    let is_waiting = mail.state == "waiting";
    let state = match mail.state.as_str() {
        "waiting" => t("waiting"),
        "sent" => t("mail-sent"),
        "dead" => t("mail-dead"),
        "needless" => t("mail-needless"),
        other => other.to_owned(),
    };
    let class = if is_dead { "tag tag-bad" } else { "tag" };
    let path = ["mail/", &mail.id.to_string()].concat();
    let retry = [path.as_str(), "/retry"].concat();
    let mut buttons = el("div", "row row-actions");
    if is_dead || (is_waiting && mail.error.is_some()) {
        let again = button("button", move || {
            run(app, mails, post(&retry), "sent-again");
        }); // text
        buttons = buttons.child(again.text(t("try-again")));
    }
    if is_dead || is_waiting {
        let drop = button("button", move || {
            let path = path.clone();
            let title = t("throw-away");
            parts::confirm(&title, &t("throw-away-why"), &title, move || {
                run(app, mails, delete(&path), "thrown-away"); // text
            });
        });
        buttons = buttons.child(drop.text(t("throw-away")));
    }
    let mut became = el("div", "became").child(parts::tag(class, &state));
    if mail.error.is_some() {
        became = became.child(unsent::view(mail.obstacle, mail.error.as_deref()));
    }
    if is_waiting {
        let next = el("p", "muted").text(t("next-try")).text(" ");
        became = became.child(next.child(parts::time(&mail.at)));
    }
    el("tr", "")
        .child(cell("when", parts::time(&mail.created)))
        .child(cell("what", el("span", "").text(what)))
        .child(cell("verdict", became))
        .child(cell(
            "tries",
            el("span", "").text(host::number(f64::from(mail.tries))),
        ))
        .child(el("td", "actions-cell").child(buttons))
}

fn run(app: App, mails: Portions<QueuedMail>, call: Call, done: &'static str) {
    spawn_local(async move {
        match app.ask::<serde_json::Value>(call).await {
            Ok(_) => {
                app.tell(t(done), None);
                mails.refresh();
                // The row is another one, or gone, and its button with it.
                focus_title();
            }
            Err(failure) => app.fail(&failure),
        }
    });
}
