//! Comments from elsewhere that stand between those of the thread: answers to a post about the article
//! (`data-replies`).

use std::rc::Rc;

use afterword_protocol::{Comment, CommentList, Sort};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::Session;
use crate::browser;
use crate::browser::wire::from_value;

impl Session {
    /// Takes in comments from elsewhere, behind each root what stands below it. `is_short` says that
    /// there are more.
    pub(super) fn welcome(self: &Rc<Self>, comments: JsValue, is_short: bool) {
        let comments: Vec<Comment> = from_value(comments).unwrap_or_default();
        let is_target = |id: String| comments.iter().any(|comment| comment.id == id);
        let has_target = browser::target().is_some_and(is_target);
        let came = u32::try_from(comments.len()).unwrap_or_default();
        self.guests.borrow_mut().extend(comments);
        if is_short {
            self.is_short.set(true);
        }
        // The list that is on its way brings them along.
        if self.is_loading() {
            return;
        }
        self.ui.state.update(|state| {
            state.total = state.total.saturating_add(came);
            state.is_incomplete |= is_short;
        });
        self.seat();
        if has_target {
            self.go_to_target();
        }
    }

    /// Counts them in a list that doesn't know of them.
    pub(super) fn count_guests(&self, list: &mut CommentList) {
        list.total = list.total.saturating_add(self.guest_count());
        list.incomplete |= self.is_short.get();
        let guests = self.guests.borrow();
        let is_seated = |guest: &&Comment| guest.parent.is_none() && self.node(&guest.id).is_some();
        let seated = guests.iter().filter(is_seated).count();
        if let Some(count) = &mut list.root_count {
            *count = count.saturating_add(u32::try_from(seated).unwrap_or_default());
        }
    }

    /// How many they are.
    pub(super) fn guest_count(&self) -> u32 {
        u32::try_from(self.guests.borrow().len()).unwrap_or_default()
    }

    /// Shows those that have their place among what is shown by now. Where the order is none of time,
    /// they come last.
    pub(super) fn seat(&self) {
        let sort = self.sort();
        let is_before = |one: &str, other: &str| match sort {
            Sort::Newest => one > other,
            Sort::Oldest => one < other,
            _ => false,
        };
        let has_more = self.ui.state.with_untracked(|state| state.more.is_some());
        let created =
            |node: &crate::ui::Node| node.row.with_untracked(|row| row.comment.created.clone());
        for branch in self
            .guests
            .borrow()
            .chunk_by(|_, next| next.parent.is_some())
        {
            let Some(root) = branch.first() else { continue };
            let last = self
                .ui
                .roots
                .with_untracked(|roots| roots.last().map(created));
            // What is still to come may belong before it.
            let waits = has_more && last.is_none_or(|last| !is_before(&root.created, &last));
            if waits || self.node(&root.id).is_some() {
                continue;
            }
            self.show_loaded(branch.to_vec());
            self.ui.roots.update(|roots| {
                let Some(node) = roots.pop() else { return };
                let mut shown = roots.iter();
                let place = shown.position(|other| is_before(&root.created, &created(other)));
                roots.insert(place.unwrap_or(roots.len()), node);
            });
            let more = |count: u32| count.saturating_add(1);
            self.ui
                .state
                .update(|state| state.root_count = more(state.root_count));
        }
    }
}
