//! Where a comment is written.

use afterword_protocol::ProblemKind;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element as DomElement, Event, HtmlInputElement};

use super::forms::opener;
use super::view::{Element, alert, el, part, whether, wording, words};
use super::{Command, Form, Node, Preview, Ui};
use crate::browser::storage;
use crate::i18n::Msg;
use crate::thread::{Draft, Failure, Progress, Slot};

/// Id of a composer's text field, for its label and for the focus.
pub(crate) fn field_id(slot: &Slot) -> String {
    ["text-", &slot.key()].concat()
}

/// A field of the composer that an element stands in, or is. What is asked of it, text areas have,
/// too.
fn field(within: &DomElement, name: &str) -> Option<HtmlInputElement> {
    let form = within.closest("form").ok()??;
    let field = form.query_selector(&["[name=", name, "]"].concat());
    field.ok()?.map(JsCast::unchecked_into)
}

/// What stands in the composer that an element stands in, or is.
pub(crate) fn typed_in(within: &DomElement) -> Draft {
    let value = |name| field(within, name).map(|field| field.value());
    Draft {
        text: value("text").unwrap_or_default(),
        author: value("author").unwrap_or_default(),
        website: value("website").unwrap_or_default(),
        email: value("email").unwrap_or_default(),
    }
}

/// What stands in the composer that an event comes from.
fn typed(event: &Event) -> Draft {
    let within = event.target().map(JsCast::unchecked_into);
    within.as_ref().map(typed_in).unwrap_or_default()
}

/// Puts a draft into a composer.
pub(crate) fn fill(within: &DomElement, draft: &Draft) {
    let values = [
        ("text", &draft.text),
        ("author", &draft.author),
        ("website", &draft.website),
        ("email", &draft.email),
    ];
    for (name, value) in values {
        if let Some(field) = field(within, name) {
            field.set_value(value);
        }
    }
}

/// Remembers who writes, or forgets them, as the composer that an event comes from says.
fn remember(event: &Event) {
    let within = event.target().map(JsCast::unchecked_into);
    let Some(choice) = within.and_then(|within| field(&within, "remember")) else {
        return;
    };
    storage::keep_me(choice.checked().then(|| typed(event)));
}

/// What a composer keeps for its tools: empty until it has had the focus.
pub(crate) const TOOLS: &str = "composer-tools";

/// Gives the composer that an event comes from its tools, if it has none yet.
fn equip_at(ui: Ui, event: &Event) {
    let within = event.target().map(JsCast::unchecked_into);
    let within = within.and_then(|within: DomElement| within.closest("form").ok()?);
    let place = within.and_then(|form| form.query_selector(":empty.composer-tools").ok()?);
    if let Some(place) = place {
        equip(ui, place);
    }
}

/// Has the tools come to where a composer keeps them.
pub(crate) fn equip(ui: Ui, place: DomElement) {
    if let Some(bytes) = ui.state.with_untracked(|state| state.limits.image_bytes) {
        let _ = place.set_attribute("data-images", &bytes.to_string());
    }
    if untrack(|| ui.offers("login")) {
        let _ = place.set_attribute("data-login", "");
    }
    ui.ask(Command::Tool("composer", place.into()));
}

/// For how many milliseconds after posting an empty composer is a double click's.
const DOUBLE_CLICK: f64 = 1000.0;

/// Whether there is something to be sent. If not, the composer says why.
fn accept(ui: Ui, form: Form, draft: &Draft, is_edit: bool, at: f64) -> bool {
    let (posted, is_busy) = form.with_untracked(|form| (form.posted, form.progress));
    if is_busy == Progress::Waiting || (draft.is_blank() && at - posted < DOUBLE_CLICK) {
        return false;
    }
    let limits = ui.state.with_untracked(|state| state.limits);
    let lacks = |word, field: &str| field.trim().is_empty() && untrack(|| ui.offers(word));
    let refusal = draft.refusal(limits).or_else(|| {
        let kind = match draft {
            _ if is_edit => return None,
            _ if lacks("name-required", &draft.author) => ProblemKind::NameRequired,
            _ if lacks("email-required", &draft.email) => ProblemKind::EmailRequired,
            _ => return None,
        };
        Some(Failure::Problem(kind, None))
    });
    form.update(|form| {
        form.progress = refusal.map_or(Progress::Idle, Progress::Failed);
        form.preview = Preview::Off;
    });
    refusal.is_none()
}

/// Where a comment is written: a new one, an answer to `node`, or the new text of `node`, which was
/// `source`.
///
/// What is typed lives in the elements themselves and, at every keystroke, in the browser's
/// storage; nothing else holds it, so that nothing else can lose it.
pub(super) fn composer(ui: Ui, slot: &Slot, source: String, node: Option<Node>) -> Element {
    let is_edit = matches!(slot, Slot::Edit(_));
    let field = field_id(slot);
    let note = |kind: &str| [kind, &slot.key()].concat();
    let (hint_id, error_id) = (note("hint-"), note("error-"));
    let (kept, form) = ui.draft(slot);
    let me = storage::me();
    let is_remembered = me.is_some();
    // A draft wins over the text that the composer would begin with: it is newer.
    let draft = kept.unwrap_or_else(|| Draft {
        text: source,
        ..me.unwrap_or_default()
    });
    let keep = {
        let slot = slot.clone();
        move |draft: &Draft| storage::keep_draft(&ui.storage_prefix(), &slot, draft)
    };

    let submit = {
        let (keep, field) = (keep.clone(), field.clone());
        move |event: Event| {
            event.prevent_default();
            let draft = typed(&event);
            if !accept(ui, form, &draft, is_edit, event.time_stamp()) {
                if form.with_untracked(|form| form.progress.failure().is_some()) {
                    ui.focus(&field);
                }
                return;
            }
            match node {
                Some(node) if is_edit => ui.ask(Command::Save(node, draft.text, form)),
                _ => {
                    form.update(|form| form.posted = event.time_stamp());
                    remember(&event);
                    let rest = Draft {
                        text: String::new(),
                        ..draft.clone()
                    };
                    if let Some(target) = event.target() {
                        fill(target.unchecked_ref(), &rest);
                    }
                    keep(&rest);
                    ui.ask(Command::Post(node, draft));
                }
            }
        }
    };
    let is_previewing = whether(move || form.with(|form| form.preview != Preview::Off));
    let toggle = move |event: Event| {
        event.prevent_default();
        if is_previewing.get_untracked() {
            form.update(|form| form.preview = Preview::Off);
        } else {
            form.update(|form| form.preview = Preview::Loading);
            ui.ask(Command::Preview(typed(&event).text, form));
        }
    };
    let content = wording(move || {
        form.with(|form| match &form.preview {
            Preview::Off => String::new(),
            Preview::Loading => ui.text(Msg::Waiting),
            Preview::Ready(html) => html.clone(),
        })
    });
    let preview = {
        let slot = slot.clone();
        part(move || {
            is_previewing.get().then(|| {
                el("div", "composer-preview")
                    .attr("role", "region")
                    .attr("aria-label", ui.text(Msg::PreviewLabel))
                    .attr("tabindex", "0")
                    .first_of(ui, &slot)
                    .child(words(ui, "body", content))
            })
        })
    };
    let failure = wording(move || {
        let failure = form.with(|form| form.progress.failure());
        failure
            .map(|it| ui.i18n(|i18n| i18n.refusal(it)))
            .unwrap_or_default()
    });
    let is_invalid = move || {
        if failure.with(String::is_empty) {
            "false"
        } else {
            "true"
        }
    };

    let label = el("label", "field-label").attr("for", field.clone());
    let (label, post) = match (slot, node) {
        (Slot::Reply(_), Some(node)) => {
            let name = untrack(|| node.author(ui));
            (label.named(ui, Msg::EnterReply, &name), Msg::PostReply)
        }
        (Slot::Edit(_), _) => (label.text(ui.text(Msg::EditComment)), Msg::Save),
        _ => (label.text(ui.text(Msg::EnterComment)), Msg::Post),
    };
    let text = el("textarea", "field composer-text")
        .attr("id", field)
        .attr("name", "text")
        .attr("dir", "auto")
        .attr("rows", "3")
        .attr("aria-describedby", [&hint_id, " ", &error_id].concat())
        .live_attr("aria-invalid", move || is_invalid().to_owned())
        .text(draft.text);
    // A page that shows a preview is about that.
    let text = if is_previewing.get_untracked() {
        text
    } else {
        text.first_of(ui, slot)
    };
    let line = |class, msg, field: Element| {
        let label = el("span", "field-label").text(ui.text(msg));
        el("label", class)
            .child(label)
            .child(field.attr("dir", "auto"))
    };
    let author = el("input", "field")
        .attr("name", "author")
        .attr("autocomplete", "nickname")
        // With nothing in it, there is nobody whose website that could be (composer.css).
        .attr("placeholder", " ")
        .attr("value", draft.author);
    let website = el("input", "field")
        .attr("name", "website")
        .attr("type", "url")
        .attr("autocomplete", "url")
        .attr("value", draft.website);
    let choice = el("input", "")
        .attr("name", "remember")
        .attr("type", "checkbox")
        .on("change", |event| remember(&event));
    let choice = if is_remembered {
        choice.attr("checked", "")
    } else {
        choice
    };
    let remember = el("label", "composer-remember")
        .child(choice)
        .text(ui.text(Msg::RememberMe));
    let offers = |word| untrack(|| ui.offers(word));
    let mut who = Vec::new();
    if !is_edit && offers("name") {
        let name = if offers("name-required") {
            Msg::NameNeeded
        } else {
            Msg::Name
        };
        who.push(line("composer-name", name, author));
        if offers("email") {
            let email = el("input", "field")
                .attr("name", "email")
                .attr("type", "email")
                .attr("autocomplete", "email")
                .attr("value", draft.email);
            let (label, class) = if offers("email-required") {
                (Msg::EmailNeeded, "composer-name")
            } else if offers("answers") {
                (Msg::EmailAnswers, "composer-name composer-mail")
            } else {
                (Msg::Email, "composer-name")
            };
            who.push(line(class, label, email));
        }
        if offers("website") {
            who.push(line("composer-name composer-site", Msg::Website, website));
        }
        who.push(remember);
    }
    let post = move || match form.with(|form| form.progress) {
        Progress::Waiting => ui.text(Msg::Waiting),
        Progress::Idle | Progress::Failed(_) => ui.text(post),
    };
    // The first one is what the Enter key presses.
    let mut buttons = vec![el("button", "button button-primary").live_text(post)];
    if offers("preview") {
        let pressed = move || if is_previewing.get() { "true" } else { "false" };
        let next = move || if is_previewing.get() { "off" } else { "on" };
        let preview = el("button", "button composer-toggle")
            .attr("name", "preview")
            .live_attr("value", move || next().to_owned())
            .live_attr("aria-pressed", move || pressed().to_owned())
            .text(ui.text(Msg::ShowPreview))
            .on("click", toggle);
        buttons.push(preview);
    }
    if let Some(node) = node {
        let keep = keep.clone();
        let close = move || {
            if is_edit {
                keep(&Draft::default());
            }
            ui.ask(Command::Close(node));
        };
        let cancel = opener(ui, "button composer-cancel", "comment", &node.id(), close);
        buttons.push(cancel.text(ui.text(Msg::Cancel)));
    }
    let hint = offers("preview").then(|| {
        el("p", "composer-hint")
            .attr("id", hint_id)
            .text(ui.text(Msg::Hint))
    });
    let seconds = wording(move || {
        let seconds = ui.state.with(|state| state.slow_seconds);
        seconds.to_string()
    });
    let slow = part(move || {
        let attribute = seconds.get();
        let seconds = ui.state.with_untracked(|state| state.slow_seconds);
        (seconds > 0 && !is_edit).then(|| {
            el("p", "composer-hint composer-slow")
                .attr("data-seconds", attribute)
                .text(ui.count(Msg::SlowMode, seconds))
        })
    });
    let row = el("div", "composer-row")
        .children(who)
        .child(el("span", "composer-buttons").children(buttons));
    let composer = match slot {
        Slot::Edit(id) => el("form", "").leads(ui, "post", &["/comments/", id].concat()),
        Slot::New | Slot::Reply(_) => el("form", "")
            .leads(ui, "post", "/comments")
            .new_comment(ui, node.map(Node::id)),
    };
    composer
        .live_attr("class", move || {
            if is_previewing.get() {
                "composer is-previewing"
            } else {
                "composer"
            }
            .to_owned()
        })
        .attr("novalidate", "")
        .attr("part", "composer")
        .on("submit", submit)
        .on("focusin", move |event| equip_at(ui, &event))
        .on("input", move |event| {
            let draft = typed(&event);
            keep(&draft);
            equip_at(ui, &event);
            if is_previewing.get_untracked() {
                ui.ask(Command::Preview(draft.text, form));
            }
        })
        .child(label)
        .child(text)
        .child(el("div", TOOLS))
        .child(preview)
        .child(row)
        .children(hint)
        .child(slow)
        .child(
            el("div", "")
                .attr("id", error_id)
                .child(alert("composer-error", failure)),
        )
}
