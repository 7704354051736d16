//! Where a comment is written.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element as DomElement, Event, HtmlInputElement, HtmlTextAreaElement};

use super::forms::opener;
use super::view::{Element, alert, el, part, whether, wording, words};
use super::{Command, Form, Node, Preview, Ui};
use crate::browser::storage;
use crate::i18n::Msg;
use crate::thread::{Draft, Progress, Slot};

/// Id of a composer's text field, for its label and for the focus.
pub(crate) fn field_id(slot: &Slot) -> String {
    ["text-", &slot.key()].concat()
}

/// The fields of the composer that an element stands in, or is.
fn fields(within: &DomElement) -> Option<(HtmlTextAreaElement, Option<HtmlInputElement>)> {
    let form = within.closest("form").ok()??;
    let text = form.query_selector("textarea").ok()??;
    let author = form.query_selector("[name=author]").ok()?;
    Some((text.unchecked_into(), author.map(JsCast::unchecked_into)))
}

/// What stands in the composer that an element stands in, or is.
pub(crate) fn typed_in(within: &DomElement) -> Draft {
    let Some((text, author)) = fields(within) else {
        return Draft::default();
    };
    Draft {
        text: text.value(),
        author: author.map(|author| author.value()).unwrap_or_default(),
    }
}

/// What stands in the composer that an event comes from.
fn typed(event: &Event) -> Draft {
    let within = event.target().map(JsCast::unchecked_into);
    within.as_ref().map(typed_in).unwrap_or_default()
}

/// Puts a draft into a composer.
pub(crate) fn fill(within: &DomElement, draft: &Draft) {
    if let Some((text, author)) = fields(within) {
        text.set_value(&draft.text);
        if let Some(author) = author {
            author.set_value(&draft.author);
        }
    }
}

/// For how many milliseconds after posting an empty composer is a double click's.
const DOUBLE_CLICK: f64 = 1000.0;

/// Whether there is something to be sent. If not, the composer says why.
fn accept(ui: Ui, form: Form, draft: &Draft, at: f64) -> bool {
    let (posted, is_busy) = form.with_untracked(|form| (form.posted, form.progress));
    if is_busy == Progress::Waiting || (draft.is_blank() && at - posted < DOUBLE_CLICK) {
        return false;
    }
    let limits = ui.state.with_untracked(|state| state.limits);
    let refusal = draft.refusal(limits);
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
    // A draft wins over the text that the composer would begin with: it is newer.
    let draft = kept.unwrap_or_else(|| Draft {
        text: source,
        ..Draft::default()
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
            if !accept(ui, form, &draft, event.time_stamp()) {
                if form.with_untracked(|form| form.progress.failure().is_some()) {
                    ui.focus(&field);
                }
                return;
            }
            match node {
                Some(node) if is_edit => ui.ask(Command::Save(node, draft.text, form)),
                _ => {
                    form.update(|form| form.posted = event.time_stamp());
                    let rest = Draft {
                        text: String::new(),
                        author: draft.author.clone(),
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
                    .child(words("body", content))
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
        .attr("rows", "4")
        .attr("aria-describedby", [&hint_id, " ", &error_id].concat())
        .live_attr("aria-invalid", move || is_invalid().to_owned())
        .first_of(ui, slot)
        .text(draft.text);
    let author = el("label", "composer-name")
        .child(el("span", "field-label").text(ui.text(Msg::Name)))
        .child(
            el("input", "field")
                .attr("name", "author")
                .attr("autocomplete", "nickname")
                .attr("dir", "auto")
                .attr("value", draft.author),
        );
    let post = move || match form.with(|form| form.progress) {
        Progress::Waiting => ui.text(Msg::Waiting),
        Progress::Idle | Progress::Failed(_) => ui.text(post),
    };
    // The first one is what the Enter key presses.
    let mut buttons = vec![el("button", "button button-primary").live_text(post)];
    if ui.can.preview {
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
    let hint = ui.can.preview.then(|| {
        el("p", "composer-hint")
            .attr("id", hint_id)
            .text(ui.text(Msg::Hint))
    });
    let row = el("div", "composer-row")
        .children((!is_edit).then_some(author))
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
        .on("input", move |event| keep(&typed(&event)))
        .child(label)
        .child(text)
        .child(preview)
        .child(row)
        .children(hint)
        .child(
            el("div", "")
                .attr("id", error_id)
                .child(alert("composer-error", failure)),
        )
}
