//! People whom the reader doesn't want to read, in this browser.

use leptos::prelude::*;

use super::Session;
use crate::browser::storage;
use crate::ui::{Node, Row, veil_id};

/// Whether that name is a comment's author, and not the reader.
fn is_by(row: &Row, name: &str) -> bool {
    !row.own && row.comment.author.as_deref() == Some(name)
}

fn set_muted(node: Node, is_muted: bool) {
    node.row.update(|row| row.muted = is_muted);
}

impl Session {
    /// Marks the comments that muted people have written.
    pub(super) fn mark_muted(&self, from: usize) {
        let names = storage::muted();
        self.count_muted(u32::try_from(names.len()).unwrap_or(u32::MAX));
        if names.is_empty() {
            return;
        }
        for node in self.nodes.borrow().iter().skip(from) {
            let is_muted = |row: &Row| names.iter().any(|name| is_by(row, name));
            if node.row.with_untracked(is_muted) {
                set_muted(*node, true);
            }
        }
    }

    /// Mutes somebody, or doesn't any more. The focus goes to what stands for the comment with that
    /// id.
    pub(super) fn mute(&self, name: &str, is_muted: bool, id: &str) {
        self.count_muted(storage::mute(name, is_muted));
        for node in self.nodes.borrow().iter() {
            if !node.row.with_untracked(|row| is_by(row, name)) {
                continue;
            }
            set_muted(*node, is_muted);
            // Nobody is led to it.
            if is_muted && node.row.with_untracked(|row| row.is_new) {
                node.row.update(|row| row.is_new = false);
                self.one_fewer();
            }
        }
        self.tell_news();
        if is_muted {
            self.focus(veil_id(id));
        }
    }

    fn count_muted(&self, count: u32) {
        if self.ui.state.with_untracked(|state| state.muted) != count {
            self.ui.state.update(|state| state.muted = count);
        }
    }

    /// Shows a comment whose author is muted.
    pub(super) fn unveil(&self, node: Node) {
        set_muted(node, false);
        self.focus_on(node);
    }
}
