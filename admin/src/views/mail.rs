//! Mails that wait, and those that could not be sent.

use afterword_protocol::admin::QueuedMail;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Call, delete, get, post};
use crate::app::App;
use crate::parts;
use crate::portion::Portions;
use crate::texts::t;
use crate::view::{El, button, el};

/// The page of the mail queue.
pub(crate) fn view(app: App) -> El {
    let mails = Portions::<QueuedMail>::new(app, move |before| {
        let before = before.map(|before| ("before".to_owned(), before));
        get("mail").query(&before.into_iter().collect::<Vec<_>>())
    });
    el("section", "")
        .child(el("div", "page-head").child(parts::heading(&t("mail"))))
        .child(mails.table(
            &["when", "what", "verdict", "why", ""],
            || t("mail-empty"),
            move |row| row.with_untracked(|mail| line(app, mails, mail)),
        ))
}

fn line(app: App, mails: Portions<QueuedMail>, mail: &QueuedMail) -> El {
    let cell =
        |label: &'static str, content: El| el("td", "").attr("data-label", t(label)).child(content);
    let is_dead = mail.state == "dead";
    let state = match mail.state.as_str() {
        "waiting" => t("waiting"),
        "sent" => t("mail-sent"),
        "dead" => t("mail-dead"),
        other => other.to_owned(),
    };
    let class = if is_dead { "tag tag-bad" } else { "tag" };
    let path = ["mail/", &mail.id.to_string()].concat();
    let retry = [path.as_str(), "/retry"].concat();
    let mut buttons = el("td", "");
    if is_dead {
        buttons = buttons.child(
            el("div", "row")
                .child(button("button", move || run(app, mails, post(&retry))).text(t("try-again")))
                .child(button("button", move || run(app, mails, delete(&path))).text(t("remove"))),
        );
    }
    el("tr", "")
        .child(cell("when", parts::time(&mail.at)))
        .child(cell("what", el("span", "").text(&mail.kind)))
        .child(cell("verdict", parts::tag(class, &state)))
        .child(cell(
            "why",
            parts::words("muted", mail.error.as_deref().unwrap_or("–")),
        ))
        .child(buttons)
}

fn run(app: App, mails: Portions<QueuedMail>, call: Call) {
    spawn_local(async move {
        match app.ask::<serde_json::Value>(call).await {
            Ok(_) => {
                app.tell(t("saved"), None);
                mails.refresh();
            }
            Err(failure) => app.fail(&failure),
        }
    });
}
