//! Posting, so that nothing is lost and nothing is posted twice.

use std::rc::Rc;

use afterword_protocol::{Comment, Created, NewComment, ProblemKind, Sort, Status};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{Session, set_panel};
use crate::browser::{self, clean, storage};
use crate::i18n::Msg;
use crate::thread::{Draft, Failure, Progress, Sent, Slot};
use crate::ui::{HEADING, Node, Panel, Row, field_id, fill, typed_in};

impl Session {
    /// Posts a draft, as an answer to `above`. It is shown at once.
    pub(super) fn post(self: Rc<Self>, above: Option<Node>, draft: Draft) {
        let config = &self.config;
        let sent = Sent {
            key: browser::random_key(),
            at: browser::timestamp(),
            comment: NewComment {
                site: config.site.clone(),
                page: config.page.clone(),
                title: config.title.clone(),
                url: config.url.clone(),
                parent: above.map(Node::id),
                author: given(&draft.author),
                website: given(&draft.website),
                email: given(&draft.email),
                person: None,
                text: draft.text,
                proof: None,
                trap: None,
            },
        };
        storage::keep_sent(&config.storage_prefix(), &sent);
        if let Some(above) = above {
            set_panel(above, Panel::Closed);
        }
        self.show_new(sent.as_comment());
        if let Some(node) = self.node(&sent.key) {
            self.focus_on(node);
        }
        self.send(sent);
    }

    /// Sends what was sent and never answered again: its key keeps it from being posted twice.
    pub(super) fn resend(self: &Rc<Self>) {
        let now = browser::now();
        for sent in storage::outbox(&self.config.storage_prefix()) {
            self.show_new(sent.as_comment());
            if Sent::is_stale(browser::parse_time(&sent.at), now) {
                self.set_sending(&sent.key, Progress::Failed(Failure::Stale));
            } else {
                Rc::clone(self).send(sent);
            }
        }
    }

    /// Sends once more what could not be sent, because it may work by now. Not from a page that nobody
    /// looks at: another one may have the same to send.
    pub(super) fn resend_unsent(self: &Rc<Self>) {
        let is_hidden = web_sys::window()
            .and_then(|window| window.document())
            .is_none_or(|document| document.hidden());
        if is_hidden || browser::is_offline() {
            return;
        }
        for sent in storage::outbox(&self.config.storage_prefix()) {
            let failure = self
                .node(&sent.key)
                .and_then(|node| node.row.with_untracked(|row| row.sending.failure()));
            if failure.is_some_and(|it| it.is_passing() && it != Failure::Stale) {
                Rc::clone(self).send(sent);
            }
        }
    }

    /// Shows a comment that has just been written, at the place that it will have.
    pub(super) fn show_new(&self, comment: Comment) {
        let roots = self.ui.roots;
        let before = roots.with_untracked(Vec::len);
        let from = self.nodes.borrow().len();
        self.show(vec![comment]);
        if let Some(node) = self.nodes.borrow().get(from) {
            // Nobody has to be shown one's own words in part.
            node.row.update(|row| row.is_long = false);
        }
        if self.sort() != Sort::Oldest && roots.with_untracked(Vec::len) > before {
            roots.update(|roots| roots.rotate_right(1));
        }
    }

    fn set_sending(&self, key: &str, progress: Progress) {
        if let Some(node) = self.node(key) {
            node.row.update(|row| row.sending = progress);
        }
    }

    fn send(self: Rc<Self>, sent: Sent) {
        self.set_sending(&sent.key, Progress::Waiting);
        if self.sending.borrow().contains(&sent.key) {
            return;
        }
        self.sending.borrow_mut().push(sent.key.clone());
        self.say(self.ui.text(Msg::Sending));
        let session = Rc::clone(&self);
        self.spawn(async move {
            let Sent { key, comment, .. } = sent;
            let answer = session.backend.create(comment, key.clone()).await;
            clean::prepare(&session.files).await;
            session.sending.borrow_mut().retain(|other| *other != key);
            session.settle(&key, answer);
            session.catch_up();
            session.tell_news();
        });
    }

    fn settle(self: &Rc<Self>, key: &str, answer: Result<Created, Failure>) {
        if let Ok(created) = &answer {
            // Also when the widget is gone meanwhile: the comment stands, and it is the reader's.
            // A backend that lets nobody change anything gives none.
            if !created.edit_token.is_empty() {
                storage::keep_token(&self.config.api, &created.comment.id, &created.edit_token);
            }
            storage::forget_sent(&self.config.storage_prefix(), key);
        }
        if self.is_over.get() {
            return;
        }
        match answer {
            Ok(created) => {
                let is_own = !created.edit_token.is_empty();
                self.stand(key, created.comment, is_own);
            }
            Err(failure) => {
                browser::notify(&self.host, "error", None);
                self.say(String::new());
                self.set_sending(key, Progress::Failed(failure));
            }
        }
    }

    /// A comment that was sent is there now.
    fn stand(self: &Rc<Self>, key: &str, comment: Comment, is_own: bool) {
        let id = comment.id.clone();
        let is_pending = comment.status == Status::Pending;
        let is_known = self.node(&id).is_some();
        if let Some(sent) = self.node(key) {
            if is_known {
                // An earlier try had reached the backend, and came with the list.
                self.take_away(sent);
            } else if self.tree.borrow_mut().rename(sent.index, &id) {
                // Its element has another id now; the focus stays where it is.
                sent.row.update(|row| {
                    row.comment = comment.clone();
                    row.sending = Progress::Idle;
                });
                // Where an earlier answer was lost, the changes may have told of it, and counted it.
                if !is_pending && !self.news.borrow().iter().any(|known| known.id == id) {
                    self.count_one_more();
                }
            }
        }
        if self.is_loading() {
            self.posted.borrow_mut().push(comment.clone());
        }
        let msg = if is_pending {
            Msg::SaidPending
        } else {
            Msg::SaidPosted
        };
        self.add(comment);
        if let Some(node) = self.node(&id) {
            node.row.update(|row| row.own = is_own);
            if is_known {
                self.focus_on(node);
            }
        }
        self.say(self.ui.text(msg));
        browser::notify(&self.host, "posted", Some(&id));
        if is_pending {
            self.await_approval();
        }
    }

    /// Has a tool show what the reader has posted and no list has. Where nobody else is shown it, its author
    /// included, nothing of that is kept.
    pub(super) fn await_approval(self: &Rc<Self>) {
        if storage::is_waiting(&self.config.storage_prefix()) {
            self.tool("waiting", &JsValue::UNDEFINED);
        }
    }

    /// Shows one's own comment as it is by now, where it is not shown yet.
    pub(super) fn show_own(&self, comment: Comment) {
        match self.node(&comment.id) {
            Some(node) => {
                let is_out = |row: &Row| {
                    row.comment.status == Status::Pending && comment.status == Status::Published
                };
                if node.row.with_untracked(is_out) {
                    self.count_one_more();
                }
                self.change(node, comment);
            }
            None => {
                self.tree.borrow_mut().forget(&comment.id);
                self.add(comment);
            }
        }
    }

    /// Shows a comment that was posted, unless it is known: the list may have been loaded anew
    /// meanwhile, and lack it.
    pub(super) fn add(&self, comment: Comment) {
        if self.node(&comment.id).is_none() {
            if comment.status != Status::Pending {
                self.count_one_more();
            }
            self.show_new(comment);
        }
    }

    pub(super) fn count_one_more(&self) {
        let total = |total: u32| total.saturating_add(1);
        self.ui
            .state
            .update(|state| state.total = total(state.total));
    }

    /// Sends a comment again.
    pub(super) fn retry(self: Rc<Self>, node: Node) {
        self.focus_on(node);
        match storage::sent(&self.config.storage_prefix(), &node.id()) {
            Some(sent) => self.send(sent),
            // Another tab has sent it, or has given it up: the list knows.
            None => {
                let session = Rc::clone(&self);
                self.spawn(session.load());
            }
        }
    }

    /// Gives up sending a comment, and forgets its text.
    pub(super) fn discard(&self, node: Node) {
        storage::forget_sent(&self.config.storage_prefix(), &node.id());
        self.take_away(node);
        self.focus(HEADING.to_owned());
    }

    /// Gives up sending a comment, and puts its text back into the composer.
    pub(super) fn rewrite(&self, node: Node) {
        let prefix = self.config.storage_prefix();
        let Some(sent) = storage::sent(&prefix, &node.id()) else {
            return;
        };
        // What can't be answered is written as a comment of its own.
        let has_no_place = node.row.with_untracked(|row| {
            matches!(
                row.sending.failure(),
                Some(Failure::Problem(
                    ProblemKind::ParentNotFound | ProblemKind::TooDeep,
                    _
                ))
            )
        });
        let above = sent.comment.parent.as_ref().and_then(|id| self.node(id));
        let above = above.filter(|above| !has_no_place && !untrack(|| above.is_deleted()));
        let slot = above.map_or(Slot::New, |above| Slot::Reply(above.id()));
        // If something else has been begun there, both are kept. What stands there counts: a name or a
        // website that was put right is no draft yet.
        let begun = browser::find(&self.root, &field_id(&slot));
        let begun = begun.map(|field| typed_in(&field));
        let begun = begun.or_else(|| storage::draft(&prefix, &slot));
        let mut draft = begun.unwrap_or_default();
        draft.prepend(Draft {
            text: sent.comment.text,
            author: sent.comment.author.unwrap_or_default(),
            website: sent.comment.website.unwrap_or_default(),
            email: sent.comment.email.unwrap_or_default(),
        });
        storage::keep_draft(&prefix, &slot, &draft);
        storage::forget_sent(&prefix, &sent.key);
        self.take_away(node);
        if let Some(above) = above {
            set_panel(above, Panel::Reply);
        }
        let root = self.root.clone();
        browser::later(move || {
            let id = field_id(&slot);
            if let Some(field) = browser::find(&root, &id) {
                fill(&field, &draft);
            }
            browser::focus(&root, &id, false);
        });
    }
}

/// What was typed into a field, if anything.
fn given(typed: &str) -> Option<String> {
    let typed = typed.trim();
    (!typed.is_empty()).then(|| typed.to_owned())
}
