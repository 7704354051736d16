//! What was done by whom.

use afterword_protocol::admin::{Done, Grant, HookEvent, RuleAction, RuleTest};
use leptos::prelude::*;
use serde_json::Value;

use super::sites::setting_label;
use super::triage::place_of_comment;
use super::{account, deliveries, mail, rules};
use crate::api::get;
use crate::app::App;
use crate::host;
use crate::parts;
use crate::portion::Portions;
use crate::texts::{count, fill, t};
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
        .child(cell("subject", subject(app, entry)))
        .child(cell(
            "more",
            parts::words("muted", &detail(&entry.action, &entry.detail)),
        ))
}

/// What was done; what these pages have never heard of by its own name.
fn called(action: &str) -> String {
    host::said("did-", action, &Value::Null).unwrap_or_else(|| {
        let mut words = action.replace('-', " ");
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        words
    })
}

/// To what. Of an id the end is enough to tell two apart; who points at it sees all of it.
fn subject(app: App, entry: &Done) -> El {
    const ID: usize = 26;
    let subject = entry.subject.as_str();
    // Of what concerns several, or none, the server says so in English.
    let number = subject.strip_suffix(" comments").map(str::parse);
    if let Some(Ok(n)) = number {
        return el("span", "").text(count("comment-count", n));
    }
    if subject.starts_with("action ") {
        return el("span", "").text("–");
    }
    let is_id = subject.len() == ID && subject.bytes().all(|it| it.is_ascii_alphanumeric());
    let shown = match subject.get(ID - 6..) {
        Some(end) if is_id => ["…", end].concat(),
        _ => subject.to_owned(),
    };
    let words = parts::words("code", &shown).attr("title", subject);
    match entry.detail["comments"][0] == *subject {
        true => link("quiet-link", place_of_comment(app, subject).address()).child(words),
        false => words,
    }
}

/// What there is more, in one line.
fn detail(action: &str, value: &Value) -> String {
    let fields = value.as_object().into_iter().flatten();
    let mut fields: Vec<_> = fields.collect();
    // Of whom, then what was before what is now.
    fields.sort_by_key(|(name, _)| match name.as_str() {
        "name" => 0,
        "before" => 1,
        _ => 2,
    });
    let parts = fields.into_iter();
    let parts: Vec<_> = parts
        .filter_map(|(name, value)| part(action, name, value))
        .collect();
    parts.join(", ")
}

/// One of them; nothing of what says nothing to people.
fn part(action: &str, name: &str, value: &Value) -> Option<String> {
    let said = |label: &str, value: &str| Some([&t(label), ": ", value].concat());
    let text = value.as_str().unwrap_or_default();
    Some(match (name, value) {
        (_, Value::Null) | ("action_id" | "rule" | "comment", _) => return None,
        (_, Value::Array(items)) if items.is_empty() => return None,
        ("comments", Value::Number(_)) => count("comment-count", value.as_u64()?),
        ("comments", _) => return None,
        ("name", Value::String(name)) => name.clone(),
        ("name", Value::Array(names)) => match names.as_slice() {
            [before, after] if before == after => return None,
            _ => listed(value),
        },
        // Of an undone action it is what that was.
        ("reason", _) if action == "undo" => called(text),
        ("reason", _) => return said("reason", text), // text
        ("pages", _) => return said("pages", &listed(value)), // text
        ("bans", _) => return said("bans", &listed(value)), // text
        ("mail", _) => mail::kind(text),
        ("event", _) => t(deliveries::event_key(read::<HookEvent>(value)?)),
        ("grants", _) => roles(value)?,
        ("before", _) => return said("before", &roles(value)?), // text
        ("after" | "more", _) => return said("after", &roles(value)?), // text
        ("email", Value::Bool(true)) => t("email"),
        ("set", Value::Bool(false)) => t("removed"),
        ("link", Value::Bool(true)) => t("link"),
        ("keep_texts", Value::Bool(true)) => t("erase-keep"),
        ("needed", Value::Bool(is_so)) => t(if *is_so { "at-work" } else { "off" }), // text
        ("enabled", Value::Bool(false)) => t("off"),
        ("all", _) => return said("passkeys", &number(value)), // text
        ("addresses", _) => return said("by-email", &number(value)), // text
        ("sessions", _) => return said("sessions", &number(value)), // text
        ("test", _) => rules::says(&read::<RuleTest>(value)?),
        ("action", _) => t(rules::action_key(read::<RuleAction>(value)?)),
        ("means", _) => host::said("means-", text, &Value::Null)?,
        ("under_articles_of", _) => fill("session-in-place", &[("origin", text)]),
        ("changed", Value::Array(names)) => {
            let names = names.iter().filter_map(Value::as_str);
            listed(&names.map(setting_label).collect())
        }
        (_, Value::Bool(_)) => return None,
        (name, value) => [&name.replace('_', " "), ": ", &listed(value)].concat(),
    })
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
    // As answers are read: another way would be compiled for each type anew.
    serde_json::from_str(&value.to_string()).ok()
}

fn number(value: &Value) -> String {
    host::number(value.as_f64().unwrap_or_default())
}

/// What somebody is, and where.
fn roles(value: &Value) -> Option<String> {
    let grants = read::<Vec<Grant>>(value)?;
    if grants.is_empty() {
        return Some(t("no-role"));
    }
    let grants = grants.iter().map(account::grant_text);
    Some(grants.collect::<Vec<_>>().join(", "))
}

/// Texts and numbers, with commas between them.
fn listed(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(listed).collect::<Vec<_>>().join(", "),
        // A long one is one of a comment, which has a page of its own.
        Value::String(value) => value.chars().take(120).collect(),
        value => value.to_string(),
    }
}
