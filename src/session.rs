//! Lets backend, model and interface work together: it carries out what components ask for.

mod change;
mod found;
mod guests;
mod live;
mod load;
mod menu;
mod mute;
mod outbox;
mod think;
mod tool;
mod unread;
mod watch;

pub(crate) use watch::Watch;

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;

use afterword_protocol::{Comment, Sort};
use js_sys::Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{AbortController, HtmlElement};

use crate::backend::{Answer, Backend};
use crate::browser::files::Files;
use crate::browser::{self, clean, storage};
use crate::config::Config;
use crate::thread::{Failure, Progress, Slot, Tree};
use crate::ui::{Command, Form, HEADING, Node, Panel, Ui, field_id, question_id};

/// One widget's session.
pub(crate) struct Session {
    ui: Ui,
    backend: Rc<dyn Backend>,
    config: Config,
    host: HtmlElement,
    root: HtmlElement,
    files: Files,
    /// Signals are made in it wherever they are made, so that they go with the widget.
    owner: Owner,
    tree: RefCell<Tree>,
    nodes: RefCell<Vec<Node>>,
    /// Keys of the comments whose answer is awaited: none is sent twice at a time.
    sending: RefCell<Vec<String>>,
    /// Ids of the comments of which the answer to what one thinks is awaited; an empty one for the
    /// article.
    thinking: RefCell<Vec<String>>,
    /// Comments that were posted while a list was on its way, which may lack them.
    posted: RefCell<Vec<Comment>>,
    /// Ids of comments that were deleted while a list was on its way, which may have them.
    deleted: RefCell<Vec<String>>,
    /// When the newest comment was posted that this browser was shown on its last visit.
    last_visit: Option<String>,
    /// Ids of the comments that came after it, and the reader has gone to by now.
    read: RefCell<Vec<String>>,
    /// Comments that others have posted, and that are not shown yet.
    news: RefCell<Vec<Comment>>,
    /// Comments from elsewhere, behind each root what stands below it; and whether there are more.
    guests: RefCell<Vec<Comment>>,
    is_short: Cell<bool>,
    /// What has changed while a list was on its way, as a tool tells it.
    late: RefCell<Vec<Array>>,
    /// Where changes begin.
    cursor: RefCell<Option<String>>,
    /// Tells the tools that the widget is gone.
    leaving: Option<AbortController>,
    /// What is to be previewed next, and whether one is on its way already.
    awaited: RefCell<Option<(String, Form)>>,
    is_previewing: Cell<bool>,
    /// Which load is the latest: the answer to an earlier one comes too late.
    loads: Cell<u32>,
    /// Whether the thread has been shown.
    is_ready: Cell<bool>,
    is_over: Cell<bool>,
}

impl Session {
    /// A session in the current owner.
    pub(crate) fn new(
        ui: Ui,
        backend: Rc<dyn Backend>,
        config: Config,
        host: HtmlElement,
        root: HtmlElement,
        files: Files,
    ) -> Rc<Self> {
        let session = Rc::new(Self {
            tree: RefCell::new(Tree::new(config.max_depth)),
            last_visit: storage::seen(&config.storage_prefix()),
            read: RefCell::default(),
            ui,
            backend,
            config,
            host,
            root,
            files,
            owner: Owner::current().unwrap_or_default(),
            nodes: RefCell::default(),
            sending: RefCell::default(),
            thinking: RefCell::default(),
            posted: RefCell::default(),
            deleted: RefCell::default(),
            news: RefCell::default(),
            guests: RefCell::default(),
            is_short: Cell::new(false),
            late: RefCell::default(),
            cursor: RefCell::default(),
            leaving: AbortController::new().ok(),
            awaited: RefCell::default(),
            is_previewing: Cell::new(false),
            loads: Cell::new(0),
            is_ready: Cell::new(false),
            is_over: Cell::new(false),
        });
        let carrier = Rc::clone(&session);
        ui.serve(Some(Box::new(move |command| carrier.carry_out(command))));
        session
    }

    /// The widget is gone: answers that still come find nobody.
    pub(crate) fn end(&self) {
        self.is_over.set(true);
        if let Some(leaving) = &self.leaving {
            leaving.abort();
        }
        self.ui.serve(None);
    }

    /// Tells the page what has happened to the widget, as long as there is one.
    pub(crate) fn notify(&self, name: &str) {
        if !self.is_over.get() {
            browser::notify(&self.host, name, None);
        }
    }

    /// Tells the widget what time it is.
    pub(crate) fn tick(&self) {
        self.ui.now.set(browser::now());
    }

    /// Does something that takes time, unless the widget is gone before it begins. Behind a
    /// pointer, because each type of task would bring a copy of what runs it.
    fn spawn(self: &Rc<Self>, task: impl Future<Output = ()> + 'static) {
        let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
        let session = Rc::clone(self);
        spawn_local(async move {
            if !session.is_over.get() {
                task.await;
            }
        });
    }

    /// The answer; none when the widget is gone before it comes.
    async fn wait<T>(&self, answer: Answer<T>) -> Option<Result<T, Failure>> {
        let answer = answer.await;
        // What comes may be HTML, and the cleaner has been on its way for longer.
        clean::prepare(&self.files).await;
        if self.is_over.get() {
            return None;
        }
        if answer.is_err() {
            browser::notify(&self.host, "error", None);
        }
        Some(answer)
    }

    fn carry_out(self: &Rc<Self>, command: Command) {
        let session = Rc::clone(self);
        self.count_drafts();
        match command {
            Command::Focus(id) => self.focus(id),
            Command::Load => self.spawn(session.load()),
            Command::Reload => {
                self.focus(HEADING.to_owned());
                self.spawn(session.load());
            }
            Command::More => self.spawn(session.more()),
            Command::MoreReplies(node) => self.spawn(session.more_replies(node)),
            Command::Reply(node) => {
                if node.row.with_untracked(|row| row.panel == Panel::Reply) {
                    set_panel(node, Panel::Closed);
                } else {
                    set_panel(node, Panel::Reply);
                    self.focus(field_id(&Slot::Reply(node.id())));
                }
            }
            // What can be undone need not be asked about.
            Command::Confirm(node) if self.may_undo() => self.spawn(session.delete(node)),
            Command::Confirm(node) => {
                set_panel(node, Panel::Delete);
                self.focus(question_id(node));
            }
            Command::Close(node) => {
                set_panel(node, Panel::Closed);
                self.change_later(node);
                self.focus_on(node);
            }
            Command::Tool(name, detail) => self.tool(name, &detail),
            Command::NextNew => self.next_new(),
            // A link that leads elsewhere tells so itself, as a change of the page's address.
            Command::Follow => {
                let before = browser::target();
                browser::later(move || {
                    if browser::target() == before {
                        session.go_to_target();
                    }
                });
            }
            Command::ShowNews => self.show_news(),
            Command::Post(above, draft) => session.post(above, draft),
            Command::Retry(node) => session.retry(node),
            Command::Discard(node) => session.discard(node),
            Command::Rewrite(node) => session.rewrite(node),
            Command::Edit(node) => self.spawn(session.edit(node)),
            Command::Save(node, text, form) => self.spawn(session.save(node, text, form)),
            Command::Delete(node) => self.spawn(session.delete(node)),
            Command::Think(of, word) => session.think(of, &word),
            Command::Sort(sort) => self.sort_by(sort),
            Command::Undo(node) => self.spawn(session.undo(node)),
            Command::Menu(node) => self.open_menu(node),
            Command::Unveil(node) => self.unveil(node),
            Command::Preview(text, form) => session.preview(text, form),
        }
    }

    /// Gives the element with that id the focus, as soon as what is due has been drawn.
    fn focus(&self, id: String) {
        let root = self.root.clone();
        browser::later(move || browser::focus(&root, &id, false));
    }

    /// Gives a comment the focus, as soon as what is due has been drawn. Its id may be another one
    /// by then.
    fn focus_on(&self, node: Node) {
        self.reveal(node);
        let root = self.root.clone();
        browser::later(move || {
            let id = node.row.try_with_untracked(|row| row.comment.id.clone());
            if let Some(id) = id {
                browser::focus(&root, &["comment-", &id].concat(), false);
            }
        });
    }

    /// Unfolds what a comment stands in.
    fn reveal(&self, node: Node) {
        let tree = self.tree.borrow();
        let mut next = Some(node.index);
        while let Some(index) = next {
            if let Some(node) = self.nodes.borrow().get(index)
                && node.row.try_with_untracked(|row| row.is_folded) == Some(true)
            {
                node.row.update(|row| row.is_folded = false);
            }
            next = tree.above(index);
        }
    }

    /// Has the live region say something. A text that stands there already would not be read out
    /// again: hence the space, which is not read out.
    fn say(&self, mut text: String) {
        if self.ui.said.with_untracked(|said| *said == text) {
            text.push('\u{a0}');
        }
        self.ui.said.set(text);
    }

    fn sort(&self) -> Sort {
        self.ui.state.with_untracked(|state| state.sort)
    }

    fn is_loading(&self) -> bool {
        self.ui.state.with_untracked(|state| state.load) == Progress::Waiting
    }

    fn node(&self, id: &str) -> Option<Node> {
        let index = self.tree.borrow().index_of(id)?;
        self.nodes.borrow().get(index).copied()
    }

    fn token(&self, node: Node) -> String {
        storage::token(&self.config.api, &node.id()).unwrap_or_default()
    }

    /// Shows comments at the end of where they belong, each marked when it is one's own.
    fn show(&self, comments: Vec<Comment>) {
        self.owner.with(|| {
            let from = self.nodes.borrow().len();
            self.ui.show(
                &mut self.tree.borrow_mut(),
                &mut self.nodes.borrow_mut(),
                comments,
            );
            self.mark_own(from);
        });
    }

    /// Marks what is the reader's own, and what they don't want to read.
    fn mark_own(&self, from: usize) {
        for node in self.nodes.borrow().iter().skip(from) {
            if storage::token(&self.config.api, &node.id()).is_some() {
                node.row.update(|row| row.own = true);
            }
        }
        self.recall(from);
        self.mark_muted(from);
        self.count_drafts();
    }

    /// Tells how many drafts there are, where that has changed.
    fn count_drafts(&self) {
        let drafts = storage::count_drafts(&self.config.storage_prefix());
        if self.ui.state.with_untracked(|state| state.drafts) != drafts {
            self.ui.state.update(|state| state.drafts = drafts);
        }
    }

    /// Takes a comment off the screen, with the tombstones that it leaves without any reply.
    fn take_away(&self, node: Node) {
        let gone = self.tree.borrow_mut().remove(node.index);
        let is_there = |other: &Node| !gone.contains(&other.index);
        let nodes = self.nodes.borrow();
        let levels = nodes.iter().map(|other| other.replies);
        for level in levels.chain([self.ui.roots, self.ui.apart]) {
            if !level.with_untracked(|level| level.iter().all(is_there)) {
                level.update(|level| level.retain(is_there));
            }
        }
    }
}

fn set_panel(node: Node, panel: Panel) {
    node.row.update(|row| row.panel = panel);
}
