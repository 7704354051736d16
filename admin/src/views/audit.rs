//! What was done by whom.

use afterword_protocol::admin::Done;
use leptos::prelude::*;
use serde_json::Value;

use crate::api::get;
use crate::app::App;
use crate::parts;
use crate::portion::Portions;
use crate::texts::t;
use crate::view::{El, el};

/// The page of the log.
pub(crate) fn view(app: App) -> El {
    let log = Portions::<Done>::new(app, move |before| {
        let mut query = Vec::new();
        let site = app.site();
        if !site.is_empty() {
            query.push(("site".to_owned(), site));
        }
        query.extend(before.map(|before| ("before".to_owned(), before)));
        get("audit").query(&query)
    });
    el("section", "")
        .child(el("div", "page-head").child(parts::heading(&t("audit"))))
        .child(log.table(
            &["when", "who", "what", "site", "subject", "more"],
            || t("audit-empty"),
            |row| row.with_untracked(line),
        ))
}

fn line(entry: &Done) -> El {
    let cell =
        |label: &'static str, content: El| el("td", "").attr("data-label", t(label)).child(content);
    let who = entry.name.as_deref().unwrap_or("–");
    el("tr", "")
        .child(cell("when", parts::time(&entry.time)))
        .child(cell("who", parts::words("", who)))
        .child(cell(
            "what",
            el("span", "").text(entry.action.replace('-', " ")),
        ))
        .child(cell(
            "site",
            parts::words("", entry.site.as_deref().unwrap_or("–")),
        ))
        .child(cell("subject", parts::words("code", &entry.subject)))
        .child(cell("more", parts::words("muted", &detail(&entry.detail))))
}

/// What there is more, in one line: `name: value, ...`. What is empty says nothing.
fn detail(value: &Value) -> String {
    let mut parts = Vec::new();
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, value) in fields {
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
