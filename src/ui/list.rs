//! A level of the thread.

use leptos::prelude::*;

use super::comment::comment;
use super::{Node, Ui};

/// The comments of one level, in order. `class` is `comments` for the top level and `replies`
/// below.
pub(super) fn list(ui: Ui, nodes: RwSignal<Vec<Node>>, class: &'static str) -> AnyView {
    view! {
        <ol class=class>
            <For each=move || nodes.get() key=|node| node.key children=move |node| comment(ui, node) />
        </ol>
    }
    .into_any()
}
