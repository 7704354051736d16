//! A form for a site's settings, made from the settings themselves: whatever the server knows has a
//! field, also what these pages have never heard of.

use leptos::prelude::*;
use serde_json::{Map, Value};
use wasm_bindgen::JsCast;

use super::hooks::Hooks;
use crate::app::App;
use crate::drafts;
use crate::host;
use crate::parts::{self, labelled};
use crate::texts::t;
use crate::view::{El, el};

/// What can be chosen where a text is one of a few.
const CHOICES: [(&str, &[&str]); 5] = [
    ("policy", &["all", "first", "held"]),
    ("theme", &["auto", "light", "dark"]),
    ("votes", &["", "none", "up", "both"]),
    ("spam.proof", &["off", "scripts", "always"]),
    ("sso.algorithm", &["", "HS256", "EdDSA"]),
];

/// What stands first, in this order; the rest follows as the server has it.
const FIRST: [&str; 20] = [
    "policy",
    "closed",
    "read_only",
    "close_after_days",
    "links_held",
    "reports_hidden",
    "languages",
    "theme",
    "votes",
    "reactions",
    "spam.on",
    "spam.classifier",
    "spam.shared",
    "spam.proof",
    "spam.seconds",
    "spam.duplicates",
    "spam.burst",
    "spam.person",
    "spam.page",
    "spam.site",
];

/// Lists of texts and numbers that may be absent: nothing tells what they would be.
const LISTS: [&str; 1] = ["reactions"];
const NUMBERS: [&str; 1] = ["links_held"];

/// A field, with what stands in it.
enum Field {
    Group(String, String, Vec<Field>),
    Flag(String, String, RwSignal<bool>),
    /// Who is told: `hooks.to`.
    Hooks(String, Box<Hooks>),
    Text {
        name: String,
        path: String,
        kind: Kind,
        text: RwSignal<String>,
    },
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    Text,
    Choice(&'static [&'static str]),
    /// One a line.
    List,
    /// Whatever else there may be.
    Json,
}

/// A form for settings.
pub(super) struct Settings(Vec<Field>);

impl Settings {
    pub(super) fn new(app: App, site: &str, settings: &Value) -> Self {
        Self(fields(&Of { app, site }, "", settings))
    }

    pub(super) fn view(&self) -> El {
        el("div", "form").children(self.0.iter().map(draw))
    }

    /// Its fields by their paths. Hooks are beside them.
    pub(super) fn fields(&self) -> Vec<(String, drafts::Field)> {
        let mut all = Vec::new();
        collect(&self.0, &mut all);
        all
    }

    /// The settings as they are in the form, or what is wrong with one.
    pub(super) fn value(&self) -> Result<Value, String> {
        read(&self.0)
    }
}

fn collect(fields: &[Field], all: &mut Vec<(String, drafts::Field)>) {
    for field in fields {
        match field {
            Field::Group(_, _, fields) => collect(fields, all),
            Field::Flag(_, path, is_so) => all.push((path.clone(), (*is_so).into())),
            Field::Text { path, text, .. } => all.push((path.clone(), (*text).into())),
            Field::Hooks(..) => {}
        }
    }
}

/// Whose settings they are.
struct Of<'a> {
    app: App,
    site: &'a str,
}

fn fields(of: &Of<'_>, prefix: &str, settings: &Value) -> Vec<Field> {
    let Value::Object(all) = settings else {
        return Vec::new();
    };
    let fields = all.iter().map(|(name, value)| {
        let path = match prefix {
            "" => name.clone(),
            prefix => [prefix, ".", name].concat(),
        };
        field(of, name.clone(), path, value)
    });
    // Fields first, groups of them after.
    let mut fields: Vec<_> = fields.collect();
    fields.sort_by_key(|field| match field {
        Field::Group(..) | Field::Hooks(..) => usize::MAX,
        Field::Flag(_, path, _) | Field::Text { path, .. } => {
            let place = FIRST.iter().position(|first| first == path);
            place.unwrap_or(FIRST.len())
        }
    });
    fields
}

fn field(of: &Of<'_>, name: String, path: String, value: &Value) -> Field {
    if path == "hooks.to" {
        return Field::Hooks(name, Box::new(Hooks::new(of.app, of.site, value)));
    }
    let choices = CHOICES.iter().find(|(known, _)| *known == path);
    let is_text = |value: &Value| matches!(value, Value::String(_));
    let (kind, text) = match value {
        Value::Object(_) => {
            let inner = fields(of, &path, value);
            return Field::Group(name, path, inner);
        }
        Value::Bool(is_so) => return Field::Flag(name, path, RwSignal::new(*is_so)),
        Value::Number(number) => (Kind::Number, number.to_string()),
        Value::String(text) => (Kind::Text, text.clone()),
        Value::Array(items) if items.iter().all(is_text) => {
            let lines: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            (Kind::List, lines.join("\n"))
        }
        Value::Array(_) => {
            let json = serde_json::to_string_pretty(value).unwrap_or_default();
            (Kind::Json, json)
        }
        Value::Null if LISTS.contains(&path.as_str()) => (Kind::List, String::new()),
        Value::Null if NUMBERS.contains(&path.as_str()) => (Kind::Number, String::new()),
        Value::Null => (Kind::Text, String::new()),
    };
    let kind = choices.map_or(kind, |(_, choices)| Kind::Choice(choices));
    Field::Text {
        name,
        path,
        kind,
        text: RwSignal::new(text),
    }
}

/// What a field is called: `set-` with its path, or with its name alone. What these pages have never
/// heard of goes by its own name.
pub(crate) fn label(path: &str) -> String {
    let name = path.rsplit('.').next().unwrap_or(path);
    let said = |path: &str| host::said("set-", &path.replace(['.', '_'], "-"), &Value::Null);
    if let Some(said) = said(path).or_else(|| said(name)) {
        return said;
    }
    let mut words = name.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// What a choice is called.
fn choice(path: &str, value: &str) -> String {
    match (path, value) {
        (_, "") => t("by-default"),
        ("policy", "all") => t("policy-all"),
        ("policy", "first") => t("policy-first"),
        ("policy", "held") => t("policy-held"),
        ("theme", "auto") => t("theme-auto"),
        ("theme", "light") => t("theme-light"),
        ("theme", "dark") => t("theme-dark"),
        ("votes", "none") => t("votes-none"),
        ("votes", "up") => t("votes-up"),
        ("votes", "both") => t("votes-both"),
        ("spam.proof", "off") => t("proof-off"),
        ("spam.proof", "scripts") => t("proof-scripts"),
        ("spam.proof", "always") => t("proof-always"),
        _ => value.to_owned(),
    }
}

thread_local! {
    /// Groups that were opened: they are still, once the form is drawn anew.
    static OPEN: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
}

fn draw(field: &Field) -> El {
    match field {
        // What the server may know one day: there is nothing to set.
        Field::Group(_, _, fields) if fields.is_empty() => el("div", "").attr("hidden", ""),
        Field::Group(_, path, fields) => {
            let title = label(path);
            let is_open = OPEN.with_borrow(|open| open.contains(path));
            let path = path.clone();
            el("details", "group")
                .flag("open", is_open)
                .on("toggle", move |event| {
                    let details = event.current_target();
                    let details = details.map(JsCast::unchecked_into::<web_sys::Element>);
                    OPEN.with_borrow_mut(|open| {
                        open.retain(|it| *it != path);
                        if details.is_some_and(|it| it.has_attribute("open")) {
                            open.push(path.clone());
                        }
                    });
                })
                .attr("aria-label", &title)
                .child(el("summary", "legend").text(title))
                .child(el("div", "form").children(fields.iter().map(draw)))
        }
        Field::Hooks(_, hooks) => hooks.view(),
        Field::Flag(_, path, is_so) => parts::ticked(&label(path), parts::tick(*is_so)),
        Field::Text {
            path, kind, text, ..
        } => {
            let input = match kind {
                Kind::Number => parts::field("number", *text).attr("min", "0"),
                Kind::Text => parts::field("text", *text)
                    .attr("autocomplete", "off")
                    .attr("spellcheck", "false"),
                Kind::Choice(choices) => {
                    let choices: Vec<_> = choices
                        .iter()
                        .map(|value| ((*value).to_owned(), choice(path, value)))
                        .collect();
                    parts::choice(&choices, *text)
                }
                Kind::List => parts::area(3, *text).attr("spellcheck", "false"),
                Kind::Json => parts::area(4, *text)
                    .attr("class", "field area code")
                    .attr("dir", "ltr")
                    .attr("spellcheck", "false"),
            };
            let hint = match kind {
                Kind::List => t("one-a-line"),
                Kind::Json => t("as-json"),
                _ => String::new(),
            };
            labelled(&label(path), &hint, input)
        }
    }
}

fn read(fields: &[Field]) -> Result<Value, String> {
    let mut all = Map::new();
    for field in fields {
        match field {
            Field::Group(name, path, fields) => {
                let within = |what: String| [label(path).as_str(), ": ", &what].concat();
                all.insert(name.clone(), read(fields).map_err(within)?);
            }
            Field::Hooks(name, hooks) => {
                all.insert(name.clone(), hooks.value());
            }
            Field::Flag(name, _, is_so) => {
                all.insert(name.clone(), Value::Bool(is_so.get_untracked()));
            }
            Field::Text {
                name,
                path,
                kind,
                text,
            } => {
                if let Some(value) = read_text(path, *kind, &text.get_untracked())? {
                    all.insert(name.clone(), value);
                }
            }
        }
    }
    Ok(Value::Object(all))
}

/// The value of a field; none where it is empty, and the server has a default.
fn read_text(path: &str, kind: Kind, text: &str) -> Result<Option<Value>, String> {
    let text = text.trim();
    let wrong = |what: &str| [label(path).as_str(), ": ", what].concat();
    Ok(match kind {
        Kind::Number if text.is_empty() => Some(Value::Null),
        Kind::Number => {
            let number = text.parse::<u64>();
            Some(Value::from(number.map_err(|_| wrong(&t("not-a-number")))?))
        }
        Kind::Text | Kind::Choice(_) => (!text.is_empty()).then(|| Value::from(text)),
        Kind::List => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let lines: Vec<_> = lines.map(Value::from).collect();
            (!lines.is_empty()).then(|| Value::from(lines))
        }
        Kind::Json => {
            let value = serde_json::from_str(text);
            Some(value.map_err(|_| wrong(&t("as-json")))?)
        }
    })
}
