//! Mails that wait, and those that could not be sent.

use afterword_protocol::admin::QueuedMail;
use leptos::prelude::*;

use super::sendings::{self, Sending};
use super::unsent;
use crate::api::post;
use crate::app::App;
use crate::texts::t;
use crate::view::{El, button, el};

/// The page of the mail queue.
pub(crate) fn view(app: App) -> El {
    let heads = &["when", "what", "verdict", "tries", ""];
    sendings::view(app, "mail", "mail", heads, "mail-empty", sending).child(attempt(app))
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

fn sending(mail: &QueuedMail) -> Sending {
    Sending {
        id: mail.id.to_string(),
        created: mail.created.clone(),
        what: vec![("what", el("span", "").text(kind(&mail.kind)))], // text
        state: mail.state.clone(),
        tries: mail.tries,
        error: mail.error.clone(),
        obstacle: mail.obstacle,
        due: (mail.state == "waiting").then(|| mail.at.clone()),
    }
}

/// Has the server send a mail to whoever looks at it.
fn attempt(app: App) -> El {
    let send = move || {
        let email = app.user.with_untracked(|user| user.as_ref()?.email.clone());
        match email {
            Some(email) => {
                let taken = [&t("mail-sent"), ": ", &email].concat();
                unsent::attempt(app, post("mail/try"), taken);
            }
            None => app.tell(t("mail-no-address"), None),
        }
    };
    el("p", "row row-below").child(button("button", send).text(t("hook-test")))
}
