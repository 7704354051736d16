//! Where a comment is written.

use afterword_protocol::ProblemKind;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, HtmlTextAreaElement};

use super::html::html;
use super::lean::{button, part, text};
use super::{Command, Node, Preview, Ui, idle_form};
use crate::browser::storage;
use crate::i18n::Msg;
use crate::thread::{Draft, Failure, Slot};

/// Id of a composer's text field, for its label and for the focus.
pub(crate) fn field_id(which: &Slot) -> String {
    ["text-", &which.key()].concat()
}

/// What stands in the composer that an event comes from.
fn typed(event: &Event, which: &Slot) -> Draft {
    let form = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok()?.closest("form").ok()?);
    let find = |selector| {
        form.as_ref()
            .and_then(|form| form.query_selector(selector).ok()?)
    };
    let text = find("textarea").and_then(|text| text.dyn_into::<HtmlTextAreaElement>().ok());
    let author = find("input").and_then(|author| author.dyn_into::<HtmlInputElement>().ok());
    Draft {
        text: text.map(|text| text.value()).unwrap_or_default(),
        author: author.map(|author| author.value()).unwrap_or_default(),
        parent: which.parent(),
        key: None,
    }
}

/// Empties the text field of the composer that an event comes from; the name stays.
fn clear(event: &Event) {
    let text = event.target().and_then(|target| {
        target
            .dyn_into::<Element>()
            .ok()?
            .query_selector("textarea")
            .ok()?
    });
    if let Some(text) = text.and_then(|text| text.dyn_into::<HtmlTextAreaElement>().ok()) {
        text.set_value("");
        let _ = text.unchecked_ref::<HtmlElement>().focus();
    }
}

/// Where a comment is written: a new one, an answer to `name`, or the new text of one's own, which
/// was `source`; these two below or in place of `node`.
///
/// What is typed lives in the elements themselves and, at every keystroke, in the browser's
/// storage; nothing else holds it, so that nothing else can lose it.
pub(super) fn composer(
    ui: Ui,
    which: Slot,
    name: String,
    source: String,
    node: Option<Node>,
) -> AnyView {
    let form = idle_form();
    let is_edit = matches!(which, Slot::Edit(_));
    let (label, post) = match which {
        Slot::New => (ui.text(Msg::EnterComment), Msg::Post),
        Slot::Reply(_) => (ui.named(Msg::EnterReply, &name), Msg::PostReply),
        Slot::Edit(_) => (ui.text(Msg::EditComment), Msg::Save),
    };
    let field_id = field_id(&which);
    // A draft wins over the text that the composer would begin with: it is newer.
    let draft = ui
        .storage_prefix
        .with_value(|prefix| storage::draft(prefix, &which))
        .unwrap_or_else(|| Draft {
            text: source,
            ..Draft::default()
        });
    let which = StoredValue::new_local(which);

    let keep = move |draft: &Draft| {
        ui.storage_prefix.with_value(|prefix| {
            which.with_value(|which| storage::keep_draft(prefix, which, draft));
        });
    };
    let submit = move |event: Event| {
        event.prevent_default();
        if form.with_untracked(|form| form.is_busy) {
            return;
        }
        let draft = which.with_value(|which| typed(&event, which));
        let longest = ui.state.with_untracked(|state| state.limits.text_bytes);
        let failure = if draft.is_blank() {
            Some(Failure::Problem(ProblemKind::TextEmpty, None))
        } else if draft.text.len() > longest as usize {
            Some(Failure::Problem(ProblemKind::TextTooLong, Some(longest)))
        } else {
            None
        };
        form.update(|form| {
            form.failure = failure;
            form.preview = Preview::Off;
        });
        match node {
            _ if failure.is_some() => ui.focus(&which.with_value(self::field_id)),
            Some(node) if is_edit => ui.ask(Command::Save(node, draft.text, form)),
            _ => {
                clear(&event);
                keep(&Draft::default());
                ui.ask(Command::Post(node, draft));
            }
        }
    };
    let is_previewing = Memo::new(move |_| form.with(|form| form.preview != Preview::Off));
    let toggle = move |event: Event| {
        if is_previewing.get_untracked() {
            form.update(|form| form.preview = Preview::Off);
        } else {
            form.update(|form| form.preview = Preview::Loading);
            let draft = which.with_value(|which| typed(&event, which));
            ui.ask(Command::Preview(draft.text, form));
        }
    };
    let content = Memo::new(move |_| {
        form.with(|form| match &form.preview {
            Preview::Off => String::new(),
            Preview::Loading => ui.text(Msg::PreviewLoading),
            Preview::Ready(html) => html.clone(),
        })
    });
    let preview = part(move || {
        is_previewing.get().then(|| {
            let label = ui.text(Msg::PreviewLabel);
            view! {
                <div class="composer-preview" role="region" aria-label=label tabindex="0">
                    {html("body", content)}
                </div>
            }
            .into_any()
        })
    });
    let failure = part(move || {
        let failure = form.with(|form| form.failure)?;
        let text = ui.failure(failure);
        Some(view! { <p class="composer-error" role="alert">{text}</p> }.into_any())
    });
    let author = (!is_edit).then(|| {
        view! {
            <label class="composer-name">
                <span class="field-label">{ui.text(Msg::Name)}</span>
                <input
                    class="field"
                    name="author"
                    autocomplete="nickname"
                    dir="auto"
                    maxlength="100"
                    value=draft.author
                />
            </label>
        }
        .into_any()
    });
    let pressed = text(move || if is_previewing.get() { "true" } else { "false" }.to_owned());
    let toggle = ui.can.preview.then(|| {
        view! {
            <button
                class="button composer-toggle"
                type="button"
                aria-pressed=pressed
                on:click=move |event| toggle(event.into())
            >
                {ui.text(Msg::ShowPreview)}
            </button>
        }
        .into_any()
    });
    let cancel = node.map(|node| {
        let cancel = move || {
            if is_edit {
                keep(&Draft::default());
            }
            ui.ask(Command::Close(node));
        };
        button("button composer-cancel", ui.text(Msg::Cancel), None, cancel)
    });
    let hint = ui
        .can
        .preview
        .then(|| view! { <p class="composer-hint">{ui.text(Msg::Hint)}</p> }.into_any());
    let typing = move |event: Event| {
        which.with_value(|which| keep(&typed(&event, which)));
    };

    view! {
        <form class="composer" novalidate on:submit=move |event| submit(event.into()) on:input=typing>
            <label class="field-label" for=field_id.clone()>
                {label}
            </label>
            <textarea
                class="field composer-text"
                id=field_id
                name="text"
                dir="auto"
                rows="4"
                prop:hidden=move || is_previewing.get()
                prop:value=draft.text
            ></textarea>
            {preview}
            <div class="composer-row">
                {author}
                <span class="composer-buttons">
                    {toggle}
                    {cancel}
                    <button class="button button-primary" type="submit">
                        {ui.text(post)}
                    </button>
                </span>
            </div>
            {hint}
            {failure}
        </form>
    }
    .into_any()
}
