//! Views by pointer.
//!
//! Leptos compiles every closure in a view into code of its own: 1 to 7 kB of Wasm each before
//! compression. Closures behind a pointer share one copy. The widget's first version had a type for
//! each closure, an effect for each element to be focused and a signal for each value, and was
//! twice as large (`docs/decisions/0001-lean-views.md`).

use leptos::prelude::*;

/// A text that follows signals.
pub(super) type Text = Box<dyn Fn() -> String + Send>;

/// A text, or the value of an attribute, that follows signals.
pub(super) fn text(make: impl Fn() -> String + Send + 'static) -> Text {
    Box::new(make)
}

/// A part of a view that follows signals.
pub(super) type Part = Box<dyn Fn() -> AnyView + Send>;

/// A part of a view that follows signals, and may not be there at all.
pub(super) fn part(make: impl Fn() -> Option<AnyView> + Send + 'static) -> Part {
    Box::new(move || make().unwrap_or_else(|| ().into_any()))
}

/// What a click does.
pub(super) type Click = Box<dyn Fn()>;

/// A button. `label` is what assistive technology is told instead of the text; it holds the text.
pub(super) fn button(
    class: &'static str,
    text: String,
    label: Option<String>,
    click: impl Fn() + 'static,
) -> AnyView {
    let click: Click = Box::new(click);
    view! {
        <button class=class type="button" aria-label=label on:click=move |_| click()>
            {text}
        </button>
    }
    .into_any()
}
