//! What was done by whom.

use afterword_protocol::admin::{Action, Done};
use leptos::prelude::*;
use serde_json::Value;

use super::triage::action_name;
use crate::api::get;
use crate::app::App;
use crate::parts;
use crate::portion::Portions;
use crate::texts::t;
use crate::view::{El, el, link};

/// The page of the log.
pub(crate) fn view(app: App) -> El {
    let user = Memo::new(move |_| app.route.with(|route| route.get("user").to_owned()));
    let log = Portions::<Done>::new(app, move |before| {
        let mut query = Vec::new();
        let site = app.site();
        if !site.is_empty() {
            query.push(("site".to_owned(), site));
        }
        let user = user.get();
        if !user.is_empty() {
            query.push(("user".to_owned(), user));
        }
        query.extend(before.map(|before| ("before".to_owned(), before)));
        get("audit").query(&query)
    });
    el("section", "")
        .child(
            el("div", "page-head")
                .child(parts::heading(&t("audit")))
                .part(move || {
                    let is_all = user.with(String::is_empty);
                    (!is_all)
                        .then(|| link("button", app.place("audit").address()).text(t("no-filters")))
                }),
        )
        .child(log.table(
            &["when", "who", "what", "site", "subject", "more"],
            || t("audit-empty"),
            move |row| row.with_untracked(|entry| line(app, entry)),
        ))
}

fn line(app: App, entry: &Done) -> El {
    let cell =
        |label: &'static str, content: El| el("td", "").attr("data-label", t(label)).child(content);
    let name = entry.name.as_deref().unwrap_or("–");
    // All that they have done is a link away.
    let who = match &entry.user {
        Some(user) => {
            let to = app.place("audit").with("user", user).address();
            link("quiet-link", to).child(parts::words("", name))
        }
        None => parts::words("", name),
    };
    el("tr", "")
        .child(cell("when", parts::time(&entry.time)))
        .child(cell("who", who))
        .child(cell("what", el("span", "").text(called(&entry.action))))
        .child(cell(
            "site",
            parts::words("", entry.site.as_deref().unwrap_or("–")),
        ))
        .child(cell("subject", subject(&entry.subject)))
        .child(cell("more", parts::words("muted", &detail(&entry.detail))))
}

/// What was done. Actions on comments are called as their buttons are; the rest by their own names.
fn called(action: &str) -> String {
    match serde_json::from_value::<Action>(Value::from(action)).ok() {
        Some(action) => action_name(action),
        None if action == "undo" => t("undo"),
        None => {
            let mut words = action.replace('-', " ");
            if let Some(first) = words.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            words
        }
    }
}

/// To what. Of an id the end is enough to tell two apart; who points at it sees all of it.
fn subject(subject: &str) -> El {
    const ID: usize = 26;
    let is_id = subject.len() == ID && subject.bytes().all(|it| it.is_ascii_alphanumeric());
    let shown = match subject.get(ID - 6..) {
        Some(end) if is_id => ["…", end].concat(),
        _ => subject.to_owned(),
    };
    parts::words("code", &shown).attr("title", subject)
}

/// What there is more, in one line: `name: value, ...`. What is empty says nothing.
fn detail(value: &Value) -> String {
    let mut parts = Vec::new();
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, value) in fields {
                // Numbers that say nothing to people.
                if matches!(name.as_str(), "action_id" | "comments") {
                    continue;
                }
                let value = detail(value);
                if !value.is_empty() {
                    parts.push([&name.replace('_', " "), ": ", &value].concat());
                }
            }
        }
        Value::Array(items) => {
            let items = items.iter().map(detail);
            parts.extend(items.filter(|item| !item.is_empty()));
        }
        // A long one is one of a comment, which has a page of its own.
        Value::String(value) => parts.push(value.chars().take(120).collect()),
        value => parts.push(value.to_string()),
    }
    parts.join(", ")
}
