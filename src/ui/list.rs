//! A level of the thread.

use leptos::prelude::*;

use super::comment::comment;
use super::view::{Element, el};
use super::{Node, Ui};

/// The comments of one level, in order. `class` is `comments` for the top level and `replies`
/// below.
pub(super) fn list(ui: Ui, nodes: RwSignal<Vec<Node>>, class: &'static str) -> Element {
    // Without its bullets a list is none to some screen readers, unless it says so.
    el("ol", class)
        .attr("role", "list")
        .comments(ui, nodes, comment)
}
