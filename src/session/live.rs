//! What others do meanwhile.

use std::rc::Rc;

use afterword_protocol::{Comment, CommentList, Sort, Status, Thoughts, limits};
use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Session;
use super::change::entombed;
use crate::browser::{storage, wire::from_value};
use crate::i18n::Msg;
use crate::thread::Progress;
use crate::ui::{HEADING, Node, OUTDATED, Panel};

/// Whether the reader is to be told of a comment that waits: it still stands, and nobody has muted its
/// author.
fn is_wanted(comment: &Comment, muted: &[String]) -> bool {
    let is_by = |name: &String| comment.author.as_ref() == Some(name);
    comment.status != Status::Deleted && !muted.iter().any(is_by)
}

impl Session {
    /// Follows what changes from now on, where the backend tells that and the owner wants it.
    pub(super) fn follow(self: &Rc<Self>) {
        let cursor = self.cursor.take().filter(|_| self.config.live);
        if let Some(cursor) = cursor {
            self.tool("live", &cursor.into());
        }
    }

    /// Takes in what has changed: comments that were posted, comments that are others now, ids of
    /// those that are gone, how many there are in all, whether that is not all of it, what readers
    /// think of the article, and what the page takes, if that is something else.
    pub(super) fn take_changes(&self, arguments: Array) {
        if self.is_loading() || !self.sending.borrow().is_empty() {
            // The list that is on its way may lack it; and one of them may be what is being sent.
            self.late.borrow_mut().push(arguments);
            return;
        }
        let comments = |index| {
            let mut comments: Vec<Comment> = from_value(arguments.get(index)).unwrap_or_default();
            comments.truncate(limits::CHANGES as usize);
            comments
        };
        if let Some(list) = from_value(arguments.get(6)) {
            self.take_settings(list);
        }
        // How many more there were before what the reader waits for the answer of: that counts it.
        let mut awaited = 0;
        for comment in comments(0) {
            awaited += self.awaited(&comment.id, comment.status);
            self.hear(comment);
        }
        for comment in comments(1) {
            awaited += self.awaited(&comment.id, comment.status);
            match self.node(&comment.id) {
                Some(node) => self.change(node, comment),
                None => {
                    let mut news = self.news.borrow_mut();
                    if let Some(known) = news.iter_mut().find(|known| known.id == comment.id) {
                        *known = comment;
                    }
                }
            }
        }
        let gone: Array = arguments.get(2).dyn_into().unwrap_or_default();
        for id in gone.iter() {
            let id = id.as_string().unwrap_or_default();
            self.news.borrow_mut().retain(|comment| comment.id != id);
            awaited += self.awaited(&id, Status::Deleted);
            if let Some(node) = self.node(&id) {
                // It keeps its place, and with it everything else.
                self.change(node, entombed(node));
            }
        }
        self.ui.state.update(|state| {
            if let Some(total) = from_value::<u32>(arguments.get(3)) {
                let total = total.saturating_add(self.guest_count());
                state.total = total.saturating_add_signed(awaited);
            }
            if arguments.get(4).is_truthy() {
                state.news = OUTDATED;
            }
        });
        // The answer that the reader waits for tells it.
        let is_thinking = self.thinking.borrow().iter().any(String::is_empty);
        match from_value(arguments.get(5)) {
            Some(reactions) if !is_thinking => self.tell(
                None,
                Thoughts {
                    up: 0,
                    down: 0,
                    reactions,
                },
            ),
            _ => {}
        }
        self.tell_news();
    }

    /// The page takes other things than before: what a list without comments says.
    fn take_settings(&self, mut list: CommentList) {
        self.count_guests(&mut list);
        list.total = self.ui.state.with_untracked(|state| state.total);
        self.learn(&mut list);
        // What is offered at comments doesn't follow that by itself: there are thousands.
        for node in self.nodes.borrow().iter() {
            node.row.notify();
        }
    }

    /// What the answer that the reader waits for takes from the count when it has come, if a comment
    /// has that status then.
    fn awaited(&self, id: &str, status: Status) -> i32 {
        let Some(node) = self.node(id) else { return 0 };
        node.row.with_untracked(|row| {
            let was_deleted = row.comment.status == Status::Deleted;
            match row.changing {
                Progress::Waiting => i32::from(status == Status::Deleted) - i32::from(was_deleted),
                _ => 0,
            }
        })
    }

    /// Takes in what came while a list, or an answer, was on its way.
    pub(super) fn catch_up(&self) {
        for arguments in self.late.take() {
            self.take_changes(arguments);
        }
    }

    /// Somebody has posted a comment. It is not shown yet, or everything would move. What comes with
    /// a portion that is still to be loaded is not waited for here.
    fn hear(&self, comment: Comment) {
        if let Some(node) = self.node(&comment.id) {
            return self.change(node, comment);
        }
        let is_news = match &comment.parent {
            None => {
                let has_more = self.ui.state.with_untracked(|state| state.more.is_some());
                !(has_more && self.sort() == Sort::Oldest)
            }
            Some(parent) => match self.node(parent) {
                Some(above) => !self.is_one_more_below(above),
                None => self.news.borrow().iter().any(|it| it.id == *parent),
            },
        };
        let mut news = self.news.borrow_mut();
        if is_news && !news.iter().any(|known| known.id == comment.id) {
            news.push(comment);
        }
    }

    /// Whether a new reply to a comment comes with those that have not been loaded: then there is one
    /// more of them.
    fn is_one_more_below(&self, node: Node) -> bool {
        let root = self.tree.borrow().root_of(node.index);
        let Some(root) = self.nodes.borrow().get(root).copied() else {
            return false;
        };
        let has_more = root.row.with_untracked(|row| row.more.is_some());
        if has_more {
            root.row.update(|row| {
                if let Some(more) = row.more.as_mut().filter(|more| more.count > 0) {
                    more.count = more.count.saturating_add(1);
                }
            });
        }
        has_more
    }

    /// A comment is another one now.
    pub(super) fn change(&self, node: Node, mut comment: Comment) {
        let is_deleted = comment.status == Status::Deleted;
        let (is_waiting, is_editing) = node.row.with_untracked(|row| {
            let is_editing = matches!(row.panel, Panel::Edit(_));
            (row.changing == Progress::Waiting, is_editing)
        });
        // The answer that the reader waits for tells it.
        if is_waiting {
            return;
        }
        if is_editing {
            node.row.update(|row| row.later = Some(comment));
            return;
        }
        self.tree.borrow_mut().entomb(node.index, is_deleted);
        node.row.update(|row| {
            let known = &mut row.comment;
            // Where a server has drawn it, it stands there and not here; and what is the same is not
            // drawn anew.
            if known.edited == comment.edited && known.status == comment.status {
                comment.html = std::mem::take(&mut known.html);
            }
            *known = comment;
            if is_deleted {
                row.own = false;
                // An answer that was begun stays, and the way back from one's own deletion.
                if !matches!(row.panel, Panel::Reply | Panel::Undo(_)) {
                    row.panel = Panel::Closed;
                }
            }
        });
    }

    /// The editor of a comment is closed: what came meanwhile can be shown.
    pub(super) fn change_later(&self, node: Node) {
        let later = node.row.with_untracked(|row| row.later.clone());
        if let Some(comment) = later {
            node.row.update(|row| row.later = None);
            self.change(node, comment);
        }
    }

    /// Tells how many comments wait to be shown.
    pub(super) fn tell_news(&self) {
        if self.is_over.get() {
            return;
        }
        let before = self.ui.state.with_untracked(|state| state.news);
        if before == OUTDATED {
            return;
        }
        let mut news = self.news.borrow_mut();
        news.retain(|comment| self.node(&comment.id).is_none());
        let muted = storage::muted();
        let standing = news.iter().filter(|it| is_wanted(it, &muted));
        let count = u32::try_from(standing.count()).unwrap_or_default();
        if count != before {
            self.ui.state.update(|state| state.news = count);
        }
        if before == 0 && count > 0 {
            self.say(self.ui.count(Msg::News, count));
        }
    }

    /// Shows the comments that wait, and goes to the first of them.
    pub(super) fn show_news(self: &Rc<Self>) {
        let is_outdated = self.ui.state.with_untracked(|state| state.news) == OUTDATED;
        if is_outdated {
            self.focus(HEADING.to_owned());
            return self.spawn(Rc::clone(self).load());
        }
        let news = self.news.take();
        let muted = storage::muted();
        let is_upwards = self.sort() != Sort::Oldest;
        let mut first = None;
        for it in news.iter().filter(|it| is_wanted(it, &muted)) {
            if first.is_none() || (is_upwards && it.parent.is_none()) {
                first = Some(it.id.clone());
            }
        }
        let from = self.nodes.borrow().len();
        for comment in news {
            self.show_new(comment);
        }
        // For the next visit they are not.
        self.mark_new(from);
        for node in self.nodes.borrow().iter().skip(from) {
            node.row.update(|row| row.is_new = !row.muted);
        }
        self.ui.state.update(|state| state.news = 0);
        if let Some(node) = first.and_then(|id| self.node(&id)) {
            self.focus_on(node);
        }
    }
}
