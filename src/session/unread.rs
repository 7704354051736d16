//! What came after this browser's last visit.

use leptos::prelude::*;

use super::Session;
use crate::browser::{self, storage};

impl Session {
    /// Marks the comments from that index on that came after the last visit, and keeps how new the
    /// newest of them is for the next one. Whoever comes for the first time has nothing to catch up
    /// with.
    pub(super) fn mark_new(&self, from: usize) {
        let prefix = self.config.storage_prefix();
        let mut newest = storage::seen(&prefix).unwrap_or_default();
        let (mut unread, mut is_newer) = (0, false);
        for node in self.nodes.borrow().iter().skip(from) {
            let (created, id, is_known) = node.row.with_untracked(|row| {
                let comment = &row.comment;
                let is_known = row.own || row.muted;
                (comment.created.clone(), comment.id.clone(), is_known)
            });
            // Times are of one form, and sort as text.
            let is_after = |last: &String| created > *last;
            if !is_known
                && self.last_visit.as_ref().is_some_and(is_after)
                && !self.read.borrow().contains(&id)
            {
                node.row.update(|row| row.is_new = true);
                unread += 1;
            }
            if created > newest {
                newest = created;
                is_newer = true;
            }
        }
        if unread > 0 {
            self.ui.state.update(|state| state.unread += unread);
        }
        if is_newer {
            storage::keep_seen(&prefix, &newest);
        }
    }

    /// One comment fewer is new.
    pub(super) fn one_fewer(&self) {
        let fewer = |unread: u32| unread.saturating_sub(1);
        self.ui
            .state
            .update(|state| state.unread = fewer(state.unread));
    }

    /// Goes to the first comment that is marked as new: then it no longer is.
    pub(super) fn next_new(&self) {
        let Some(id) = browser::first_new(&self.root) else {
            // What was new has been deleted meanwhile.
            self.ui.state.update(|state| state.unread = 0);
            return;
        };
        if let Some(node) = self.node(&id) {
            node.row.update(|row| row.is_new = false);
            self.one_fewer();
            self.reveal(node);
        }
        self.read.borrow_mut().push(id.clone());
        let root = self.root.clone();
        browser::later(move || browser::focus(&root, &["comment-", &id].concat(), true));
    }
}
