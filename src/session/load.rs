//! Reading the thread.

use std::pin::Pin;
use std::rc::Rc;

use afterword_protocol::{Branch, Comment, CommentList, limits};
use leptos::prelude::*;

use super::Session;
use crate::browser::{self, clean, storage};
use crate::i18n::Msg;
use crate::thread::{Failure, Progress, Tree};
use crate::ui::{Node, Ui};

/// The most comments in one answer that are shown: those of the largest portion that can be asked
/// for. A page can't draw without end.
const MOST: usize = limits::PORTION.0 as usize * limits::REPLIES.1 as usize;

/// The most portions of a branch that are loaded for a link into it.
const FAR: usize = 40;

/// About how many comments are drawn in one task.
const SLICE: usize = 50;

/// The list, if it is of a size that a page can show.
fn bounded(list: CommentList) -> Result<CommentList, Failure> {
    let comments = list.branches.iter().map(|branch| 1 + branch.replies.len());
    if comments.sum::<usize>() > MOST {
        return Err(Failure::BadAnswer);
    }
    Ok(list)
}

impl Session {
    /// Loads the thread from its beginning.
    pub(super) async fn load(self: Rc<Self>) {
        let load = self.loads.get() + 1;
        self.loads.set(load);
        self.ui.state.update(|state| state.load = Progress::Waiting);
        self.posted.take();
        self.deleted.take();
        // Side by side: each may take its time.
        drop(clean::prepare(&self.files));
        let list = self.backend.list(self.sort(), self.config.page_size, None);
        let list = self.wait(list).await;
        let Some(list) = list.filter(|_| load == self.loads.get()) else {
            return;
        };
        match list.and_then(bounded) {
            Ok(mut list) => {
                self.tree.replace(Tree::new(self.config.max_depth));
                self.nodes.take();
                self.ui.roots.set(Vec::new());
                self.ui.apart.set(Vec::new());
                self.news.take();
                self.ui.state.update(|state| {
                    state.unread = 0;
                    state.news = 0;
                });
                self.learn(&mut list);
                let session = Rc::clone(&self);
                let done = Box::new(move || session.loaded());
                let portion = list.branches.len();
                return self.show_slowly(list, portion, load, done);
            }
            Err(failure) => {
                let failed = Progress::Failed(failure);
                self.ui.state.update(|state| state.load = failed);
                self.resend();
            }
        }
        self.catch_up();
    }

    /// All that was asked for at first is shown.
    fn loaded(self: Rc<Self>) {
        let is_first = !self.is_ready.replace(true);
        for comment in self.posted.take() {
            self.add(comment);
        }
        for id in self.deleted.take() {
            self.remove(&id, None);
        }
        self.resend();
        self.await_approval();
        if is_first {
            browser::notify(&self.host, "ready", None);
            self.go_to_target();
            self.follow();
        } else {
            self.say(self.ui.text(Msg::SaidSorted));
        }
        self.catch_up();
    }

    /// Knows what a list says of the thread, whatever was said before.
    pub(super) fn learn(&self, list: &mut CommentList) {
        if list.offers.is_none() {
            let offers = self.backend.offers();
            self.ui.state.update(|state| state.offers = offers);
        }
        self.admit(list);
        self.ui.learn(list);
    }

    /// Where one has to sign in, whoever has done so may post.
    fn admit(&self, list: &mut CommentList) {
        let Some(offers) = &mut list.offers else {
            return;
        };
        let has = |offers: &[String], word: &str| offers.iter().any(|it| it == word);
        let site = self.config.site.as_deref().unwrap_or_default();
        if has(offers, "login") && storage::reader(&self.config.api, site).is_some() {
            for word in ["post", "reply"] {
                if !has(offers, word) {
                    offers.push(word.to_owned());
                }
            }
        }
    }

    pub(super) fn show_list(&self, mut list: CommentList, portion: usize) {
        self.admit(&mut list);
        let changes = list.changes.take();
        let mut cursor = self.cursor.borrow_mut();
        *cursor = cursor.take().or(changes);
        drop(cursor);
        self.count_guests(&mut list);
        self.show_by(|ui, tree, nodes| ui.show_list(tree, nodes, list, portion));
        self.seat();
    }

    /// Shows comments, with what this browser knows of them.
    fn show_by(&self, show: impl FnOnce(Ui, &mut Tree, &mut Vec<Node>)) {
        self.owner.with(|| {
            let from = self.nodes.borrow().len();
            show(
                self.ui,
                &mut self.tree.borrow_mut(),
                &mut self.nodes.borrow_mut(),
            );
            self.mark_own(from);
            self.mark_new(from);
        });
    }

    /// Shows comments that were loaded, each at the end of where it belongs.
    pub(super) fn show_loaded(&self, comments: Vec<Comment>) {
        let from = self.nodes.borrow().len();
        self.show(comments);
        self.mark_new(from);
    }

    /// Loads the next portion of roots.
    pub(super) async fn more(self: Rc<Self>) {
        let set = |progress| {
            self.ui.state.update(|state| {
                if let Some(more) = &mut state.more {
                    more.progress = progress;
                }
            });
        };
        let more = self.ui.state.with_untracked(|state| state.more.clone());
        let Some(more) = more.filter(|more| more.progress != Progress::Waiting) else {
            return;
        };
        set(Progress::Waiting);
        let load = self.loads.get();
        let list = self
            .backend
            .list(self.sort(), self.config.page_size, Some(more.cursor));
        let Some(list) = self.wait(list).await else {
            return;
        };
        if load != self.loads.get() {
            return;
        }
        match list.and_then(bounded) {
            Ok(list) => {
                let before = self.nodes.borrow().len();
                let portion = list.branches.len();
                let session = Rc::clone(&self);
                let done = Box::new(move || session.say_more(before));
                self.show_slowly(list, portion, load, done);
                self.go_to_first(before);
            }
            Err(failure) => set(Progress::Failed(failure)),
        }
    }

    /// Shows a portion in several tasks: many comments take a while, and the page is to show the first
    /// of them, and to answer, meanwhile.
    fn show_slowly(
        self: &Rc<Self>,
        mut list: CommentList,
        portion: usize,
        load: u32,
        done: Box<dyn FnOnce()>,
    ) {
        let mut comments = 0;
        let is_enough = |branch: &Branch| {
            comments += 1 + branch.replies.len();
            comments >= SLICE
        };
        let end = list.branches.iter().position(is_enough);
        let end = end.map_or(list.branches.len(), |last| last + 1);
        let rest = list.branches.split_off(end);
        if rest.is_empty() {
            self.show_list(list, portion);
            return done();
        }
        let branches = std::mem::replace(&mut list.branches, rest);
        self.show_by(|ui, tree, nodes| ui.show_branches(tree, nodes, branches));
        let session = Rc::clone(self);
        browser::later(move || {
            if !session.is_over.get() && load == session.loads.get() {
                session.show_slowly(list, portion, load, done);
            }
        });
    }

    /// Loads the next portion of a root's descendants.
    pub(super) async fn more_replies(self: Rc<Self>, node: Node) {
        let before = self.nodes.borrow().len();
        if self.load_replies(node).await {
            self.say_more(before);
            self.go_to_first(before);
        }
    }

    /// Loads them; false where none came.
    fn load_replies(self: &Rc<Self>, node: Node) -> Pin<Box<dyn Future<Output = bool>>> {
        let session = Rc::clone(self);
        Box::pin(async move {
            let set = |progress| {
                node.row.update(|row| {
                    if let Some(more) = &mut row.more {
                        more.progress = progress;
                    }
                });
            };
            let more = node.row.with_untracked(|row| row.more.clone());
            let Some(mut more) = more.filter(|more| more.progress != Progress::Waiting) else {
                return false;
            };
            set(Progress::Waiting);
            let load = session.loads.get();
            let replies = session.backend.replies(node.id(), more.cursor.clone());
            let Some(replies) = session.wait(replies).await else {
                return false;
            };
            if load != session.loads.get() {
                return false;
            }
            let failure = match replies {
                Ok(replies) if replies.replies.len() <= MOST => {
                    let came = u32::try_from(replies.replies.len()).unwrap_or(u32::MAX);
                    session.show_loaded(replies.replies);
                    if replies.incomplete {
                        session.ui.state.update(|state| state.is_incomplete = true);
                    }
                    let rest = replies.next.map(|cursor| {
                        // Where there is a next one, there is one at least; unless nobody has counted.
                        let least = more.count.min(1);
                        more.count = more.count.saturating_sub(came).max(least);
                        more.cursor = cursor;
                        more.progress = Progress::Idle;
                        more
                    });
                    node.row.update(|row| row.more = rest);
                    return true;
                }
                Ok(_) => Failure::BadAnswer,
                Err(failure) => failure,
            };
            set(Progress::Failed(failure));
            false
        })
    }

    /// Loads the comment with that id, if it is one of this page's: with what stands before it in its
    /// branch, so that nothing seems to be unanswered that isn't.
    async fn bring(self: &Rc<Self>, id: &str) {
        let load = self.loads.get();
        let detail = self.wait(self.backend.detail(id.to_owned(), "")).await;
        let Some(Ok(detail)) = detail else { return };
        if detail.page != self.config.page || load != self.loads.get() {
            return;
        }
        let mut path = detail.ancestors;
        path.push(detail.comment);
        let Some(root) = path.first().cloned() else {
            return;
        };
        let root_id = root.id.clone();
        if self.node(&root_id).is_none() {
            self.show_loaded(vec![root]);
            if let Some(root) = self.node(&root_id) {
                self.ui.set_apart(root);
            }
        }
        if let Some(root) = self.node(&root_id) {
            for _ in 0..FAR {
                if !self.load_replies(root).await || self.node(id).is_some() {
                    break;
                }
            }
        }
        if load == self.loads.get() {
            // What is further away, or didn't come, is shown with what it answers.
            self.show_loaded(path);
        }
    }

    /// Tells how many comments came.
    fn say_more(&self, before: usize) {
        let came = u32::try_from(self.nodes.borrow().len() - before).unwrap_or(u32::MAX);
        self.say(self.ui.count(Msg::SaidMore, came));
    }

    /// Goes to the first of the comments that came.
    fn go_to_first(&self, before: usize) {
        if let Some(first) = self.nodes.borrow().get(before) {
            self.focus_on(*first);
        }
    }

    /// Shows the comment that the page's address points at.
    pub(crate) fn go_to_target(self: &Rc<Self>) {
        let Some(id) = browser::target() else { return };
        let session = Rc::clone(self);
        self.spawn(async move {
            if session.node(&id).is_none() {
                session.bring(&id).await;
            }
            let Some(node) = session.node(&id) else {
                return;
            };
            session.reveal(node);
            for node in session.nodes.borrow().iter() {
                let was_target = node.row.with_untracked(|row| row.is_target);
                let is_target = node.id() == id;
                if is_target != was_target {
                    node.row.update(|row| row.is_target = is_target);
                }
            }
            let root = session.root.clone();
            browser::later(move || browser::focus(&root, &["comment-", &id].concat(), true));
        });
    }
}
