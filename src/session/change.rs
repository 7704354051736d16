//! Changing one's own comments.

use std::rc::Rc;

use afterword_protocol::{Comment, Status};
use leptos::prelude::*;

use super::{Session, set_panel};
use crate::browser::{self, storage};
use crate::i18n::Msg;
use crate::thread::{Draft, Progress, Slot};
use crate::ui::{Form, FormState, HEADING, Node, Panel, Preview, Row, field_id, question_id};

/// How many milliseconds lie between two previews of what is being written.
const PAUSE: i32 = 400;

fn set_changing(node: Node, progress: Progress) {
    node.row.update(|row| row.changing = progress);
}

/// Whether nothing is asked of a comment yet; from now on something is.
fn begin(node: Node) -> bool {
    let is_idle = node
        .row
        .with_untracked(|row| row.changing != Progress::Waiting);
    if is_idle {
        set_changing(node, Progress::Waiting);
    }
    is_idle
}

impl Session {
    /// Opens the editor of a comment, with its source.
    pub(super) async fn edit(self: Rc<Self>, node: Node) {
        if !begin(node) {
            return;
        }
        let detail = self.backend.detail(node.id(), &self.token(node));
        let Some(detail) = self.wait(detail).await else {
            return;
        };
        match detail {
            Ok(detail) => {
                // A comment that a server has drawn stands without its HTML here.
                node.row
                    .update(|row| row.comment.html = detail.comment.html);
                set_changing(node, Progress::Idle);
                set_panel(node, Panel::Edit(detail.text));
                self.focus(field_id(&Slot::Edit(node.id())));
            }
            Err(failure) => set_changing(node, Progress::Failed(failure)),
        }
    }

    /// Gives a comment a new text.
    pub(super) async fn save(self: Rc<Self>, node: Node, text: String, form: Form) {
        form.update(|form| form.progress = Progress::Waiting);
        let id = node.id();
        let answer = self.backend.edit(id.clone(), self.token(node), text);
        let Some(answer) = self.wait(answer).await else {
            return;
        };
        // The composer may be closed by now.
        let progress = answer
            .as_ref()
            .map_or_else(|failure| Progress::Failed(*failure), |_| Progress::Idle);
        form.try_update(|form| form.progress = progress);
        let Ok(comment) = answer else { return };
        let slot = Slot::Edit(id.clone());
        storage::keep_draft(&self.config.storage_prefix(), &slot, &Draft::default());
        // The list may have been loaded anew meanwhile.
        if let Some(node) = self.node(&id) {
            node.row.update(|row| {
                row.comment = comment;
                row.later = None;
            });
            set_panel(node, Panel::Closed);
            self.focus_on(node);
        }
        self.say(self.ui.text(Msg::SaidSaved));
        browser::notify(&self.host, "edited", Some(&id));
    }

    /// Whether the backend restores what was deleted.
    pub(super) fn may_undo(&self) -> bool {
        let seconds = self
            .ui
            .state
            .with_untracked(|state| state.limits.undo_seconds);
        seconds > 0
    }

    /// Deletes a comment.
    pub(super) async fn delete(self: Rc<Self>, node: Node) {
        if !begin(node) {
            return;
        }
        let id = node.id();
        let token = self.token(node);
        let answer = self.backend.delete(id.clone(), token.clone());
        let Some(answer) = self.wait(answer).await else {
            return;
        };
        let deletion = match answer {
            Ok(deletion) => deletion,
            Err(failure) => return set_changing(node, Progress::Failed(failure)),
        };
        storage::forget_token(&self.config.api, &id);
        if self.is_loading() {
            self.deleted.borrow_mut().push(id.clone());
        }
        let may_undo = self.may_undo();
        // It holds its place for as long as that can be taken back.
        let tombstone = deletion
            .tombstone
            .or_else(|| may_undo.then(|| entombed(node)));
        self.remove(&id, tombstone);
        match self.node(&id) {
            Some(tombstone) if may_undo => {
                self.keep_undo(&id, &token);
                set_panel(tombstone, Panel::Undo(token));
                self.focus(question_id(tombstone));
            }
            Some(tombstone) => self.focus_on(tombstone),
            None => self.focus(HEADING.to_owned()),
        }
        self.say(self.ui.text(Msg::SaidDeleted));
        browser::notify(&self.host, "deleted", Some(&id));
    }

    /// Restores a comment that has just been deleted.
    pub(super) async fn undo(self: Rc<Self>, node: Node) {
        let Panel::Undo(token) = node.row.with_untracked(|row| row.panel.clone()) else {
            return;
        };
        if !begin(node) {
            return;
        }
        let id = node.id();
        let answer = self.backend.restore(id.clone(), token.clone());
        let Some(answer) = self.wait(answer).await else {
            return;
        };
        let comment = match answer {
            Ok(comment) => comment,
            Err(failure) => return set_changing(node, Progress::Failed(failure)),
        };
        storage::keep_token(&self.config.api, &id, &token);
        // The list may have been loaded anew meanwhile, with it or without.
        if let Some(node) = self.node(&id) {
            if untrack(|| node.is_deleted()) {
                self.count_one_more();
            }
            self.tree.borrow_mut().revive(node.index);
            node.row.update(|row| {
                row.comment = comment;
                row.changing = Progress::Idle;
                row.panel = Panel::Closed;
            });
        } else {
            self.add(comment);
        }
        if let Some(node) = self.node(&id) {
            node.row.update(|row| row.own = true);
            self.focus_on(node);
        }
        self.say(self.ui.text(Msg::SaidRestored));
        browser::notify(&self.host, "restored", Some(&id));
    }

    /// Has a tool keep what restores a comment that was just deleted, for when the page is loaded again.
    fn keep_undo(self: &Rc<Self>, id: &str, token: &str) {
        let seconds = self
            .ui
            .state
            .with_untracked(|state| state.limits.undo_seconds);
        let undo = [id, token, &seconds.to_string()].join("\n");
        self.tool("undo", &undo.into());
    }

    /// Offers to restore a comment with that token. If it is not there, its tombstone is shown, at that
    /// place among those that answer the same.
    pub(super) fn offer_undo(&self, tombstone: Comment, token: String, place: u32) {
        let id = tombstone.id.clone();
        if self.node(&id).is_none() {
            let above = tombstone.parent.as_ref().and_then(|id| self.node(id));
            self.show(vec![tombstone]);
            let level = above.map_or(self.ui.roots, |above| above.replies);
            level.update(|level| {
                // The greatest depth may have it stand elsewhere.
                if level.last().is_some_and(|last| last.id() == id)
                    && let Ok(place) = usize::try_from(place)
                    && let Some(later) = level.get_mut(place..)
                {
                    later.rotate_right(1);
                }
            });
        }
        let is_idle =
            |row: &Row| row.comment.status == Status::Deleted && matches!(row.panel, Panel::Closed);
        let node = self.node(&id);
        if let Some(node) = node.filter(|node| node.row.with_untracked(is_idle)) {
            set_panel(node, Panel::Undo(token));
        }
    }

    /// Takes a comment that was deleted off the page, or puts a tombstone in its place. The list
    /// may have been loaded anew meanwhile: it is looked up by its id.
    pub(super) fn remove(&self, id: &str, given: Option<Comment>) {
        let Some(node) = self.node(id).filter(|node| !untrack(|| node.is_deleted())) else {
            return;
        };
        // What waits for a moderator was never counted.
        let counted = |row: &Row| u32::from(row.comment.status != Status::Pending);
        let counted = node.row.with_untracked(counted);
        self.ui
            .state
            .update(|state| state.total = state.total.saturating_sub(counted));
        let Some(tombstone) = given.or_else(|| tombstone(node)) else {
            return self.take_away(node);
        };
        self.tree.borrow_mut().entomb(node.index, true);
        node.row.update(|row| {
            row.comment = tombstone;
            row.own = false;
            row.changing = Progress::Idle;
            row.panel = Panel::Closed;
        });
    }

    /// Shows a text as it will look: one after the other, and of those that come meanwhile the
    /// last.
    pub(super) fn preview(self: &Rc<Self>, text: String, form: Form) {
        self.awaited.replace(Some((text, form)));
        if !self.is_previewing.replace(true) {
            self.spawn(Rc::clone(self).next_preview());
        }
    }

    async fn next_preview(self: Rc<Self>) {
        let Some((text, form)) = self.awaited.take() else {
            self.is_previewing.set(false);
            return;
        };
        let is_blank = text.trim().is_empty();
        let is_shown = |form: &FormState| matches!(form.preview, Preview::Ready(_));
        if is_blank && form.try_with_untracked(is_shown) == Some(true) {
            form.update(|form| form.preview = Preview::Ready(String::new()));
        } else {
            let Some(answer) = self.wait(self.backend.preview(text)).await else {
                return;
            };
            // The composer may be closed, or show no preview any more.
            form.try_update(|form| match answer {
                _ if form.preview == Preview::Off => {}
                Ok(html) => form.preview = Preview::Ready(html),
                Err(failure) if form.preview == Preview::Loading => {
                    form.preview = Preview::Off;
                    form.progress = Progress::Failed(failure);
                }
                // What is shown is the text of a moment ago; posting will tell what is wrong.
                Err(_) => {}
            });
        }
        browser::after(PAUSE, move || {
            let next = Rc::clone(&self).next_preview();
            self.spawn(next);
        });
    }
}

/// A tombstone for what stands under a comment that the backend has none for: replies that were
/// never sent.
fn tombstone(node: Node) -> Option<Comment> {
    (!node.replies.with_untracked(Vec::is_empty)).then(|| entombed(node))
}

/// What a comment is when it was deleted.
pub(super) fn entombed(node: Node) -> Comment {
    let mut comment = node.row.with_untracked(|row| row.comment.clone());
    comment.status = Status::Deleted;
    comment.author = None;
    comment.website = None;
    comment.edited = None;
    comment.html.clear();
    comment
}
