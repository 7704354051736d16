//! Lets backend, model and interface work together: it carries out what components ask for.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;

use afterword_protocol::{Comment, CommentList, Created, NewComment, Sort, Status, limits};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::backend::{Answer, Backend};
use crate::browser::{self, clean, storage};
use crate::config::Config;
use crate::i18n::Msg;
use crate::thread::{Draft, Failure, Slot, Tree};
use crate::ui::{
    Command, Form, HEADING, Load, Node, Panel, Phase, Preview, Ui, as_comment, field_id,
};

/// One widget's session.
pub struct Session {
    ui: Ui,
    backend: Rc<dyn Backend>,
    config: Config,
    host: HtmlElement,
    root: HtmlElement,
    purify: Option<js_sys::Function>,
    /// Signals are made in it wherever they are made, so that they go with the widget.
    owner: Owner,
    tree: RefCell<Tree>,
    nodes: RefCell<Vec<Node>>,
    cursor: RefCell<Option<String>>,
    /// Which load is the latest: the answer to an earlier one comes too late.
    loads: Cell<u32>,
    is_over: Cell<bool>,
}

impl Session {
    /// A session in the current owner.
    #[must_use]
    pub fn new(
        ui: Ui,
        backend: Rc<dyn Backend>,
        config: Config,
        host: HtmlElement,
        root: HtmlElement,
        purify: Option<js_sys::Function>,
    ) -> Rc<Self> {
        let session = Rc::new(Self {
            tree: RefCell::new(Tree::new(config.max_depth)),
            ui,
            backend,
            config,
            host,
            root,
            purify,
            owner: Owner::current().unwrap_or_default(),
            nodes: RefCell::default(),
            cursor: RefCell::default(),
            loads: Cell::new(0),
            is_over: Cell::new(false),
        });
        let carrier = Rc::clone(&session);
        ui.session
            .set_value(Some(Box::new(move |command| carrier.carry_out(command))));
        session
    }

    /// The widget is gone: answers that still come find nobody.
    pub fn end(&self) {
        self.is_over.set(true);
        self.ui.session.try_update_value(|session| *session = None);
    }

    /// Tells the widget what time it is.
    pub fn tick(&self) {
        if !self.is_over.get() {
            self.ui.now.set(browser::now());
        }
    }

    /// Shows the comment that the page's address points at.
    pub fn go_to_target(self: &Rc<Self>) {
        let Some(id) = browser::target() else { return };
        let session = Rc::clone(self);
        self.spawn(async move {
            if session.node(&id).is_none() {
                let Some(Ok(detail)) = session.wait(session.backend.detail(id.clone())).await
                else {
                    return;
                };
                if detail.page != session.config.page {
                    return;
                }
                let mut comments = detail.ancestors;
                comments.push(detail.comment);
                session.show(comments);
            }
            for node in session.nodes.borrow().iter() {
                let was_target = node.row.with_untracked(|row| row.is_target);
                let is_target = node.id() == id;
                if is_target != was_target {
                    node.row.update(|row| row.is_target = is_target);
                }
            }
            session.focus(&["comment-", &id].concat(), true);
        });
    }

    /// Does something that takes time. Behind a pointer, because each type of task would bring a
    /// copy of what runs it.
    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        if !self.is_over.get() {
            let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
            spawn_local(task);
        }
    }

    /// The answer; none when the widget is gone before it comes.
    async fn wait<T>(&self, answer: Answer<T>) -> Option<Result<T, Failure>> {
        let answer = answer.await;
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
        match command {
            Command::Focus(id) => self.focus(&id, false),
            Command::Load => self.spawn(async move { session.load().await }),
            Command::More => self.spawn(async move { session.more().await }),
            Command::MoreReplies(node) => {
                self.spawn(async move { session.more_replies(node).await });
            }
            Command::Reply(node) => {
                let is_open = node.row.with_untracked(|row| row.panel == Panel::Reply);
                if is_open {
                    set_panel(node, Panel::Closed);
                } else {
                    set_panel(node, Panel::Reply);
                    self.focus(&field_id(&Slot::Reply(node.id())), false);
                }
            }
            Command::Confirm(node) => {
                set_panel(node, Panel::Delete);
                self.focus_on(node);
            }
            Command::Close(node) => {
                set_panel(node, Panel::Closed);
                self.focus_on(node);
            }
            Command::Post(above, draft) => {
                if let Some(above) = above {
                    set_panel(above, Panel::Closed);
                }
                session.post(draft);
            }
            Command::Retry(node) => {
                let draft = session.sent(node);
                self.spawn(async move { session.send(draft).await });
            }
            Command::Discard(node) => {
                session.give_up(node);
                session.focus(HEADING, false);
            }
            Command::Rewrite(node) => session.rewrite(node),
            Command::Edit(node) => self.spawn(async move { session.edit(node).await }),
            Command::Save(node, text, form) => {
                self.spawn(async move { session.save(node, text, form).await });
            }
            Command::Delete(node) => self.spawn(async move { session.delete(node).await }),
            Command::Preview(text, form) => {
                self.spawn(async move { session.preview(text, form).await });
            }
        }
    }

    /// Gives the element with that id the focus, as soon as what is due has been drawn.
    fn focus(&self, id: &str, to_middle: bool) {
        let root = self.root.clone();
        let id = id.to_owned();
        browser::later(move || browser::focus(&root, &id, to_middle));
    }

    fn focus_on(&self, node: Node) {
        self.focus(&["comment-", &node.id()].concat(), false);
    }

    fn node(&self, id: &str) -> Option<Node> {
        let index = self.tree.borrow().index_of(id)?;
        self.nodes.borrow().get(index).copied()
    }

    fn token(&self, node: Node) -> String {
        storage::token(&self.config.api, &node.id()).unwrap_or_default()
    }

    fn say(&self, text: String) {
        self.ui.said.set(text);
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

    fn mark_own(&self, from: usize) {
        for node in self.nodes.borrow().iter().skip(from) {
            if storage::token(&self.config.api, &node.id()).is_some() {
                node.row.update(|row| row.own = true);
            }
        }
    }

    async fn load(self: Rc<Self>) {
        let load = self.loads.get() + 1;
        self.loads.set(load);
        self.ui.state.update(|state| state.load = Load::Loading);
        let sort = self.sort();
        let list = self.backend.list(sort, self.config.page_size, None);
        clean::prepare(self.purify.clone()).await;
        let Some(list) = self.wait(list).await else {
            return;
        };
        if load != self.loads.get() {
            return;
        }
        let is_first = self.nodes.borrow().is_empty();
        match list {
            Ok(list) => {
                self.tree.replace(Tree::new(self.config.max_depth));
                self.nodes.borrow_mut().clear();
                self.ui.roots.set(Vec::new());
                self.show_list(list);
            }
            Err(failure) => self
                .ui
                .state
                .update(|state| state.load = Load::Failed(failure)),
        }
        // What was sent and never answered is sent again: its key keeps it from being posted twice.
        for draft in storage::sent(&self.config.storage_prefix()) {
            self.place(&draft);
            let session = Rc::clone(&self);
            self.spawn(async move { session.send(Some(draft)).await });
        }
        if is_first {
            browser::notify(&self.host, "ready", None);
            self.go_to_target();
        } else {
            self.say(self.ui.text(Msg::SaidSorted));
        }
    }

    fn show_list(&self, mut list: CommentList) {
        // A backend may answer more than was asked for; a page can't draw without end.
        list.branches.truncate(limits::PORTION.0 as usize);
        for branch in &mut list.branches {
            branch.replies.truncate(limits::REPLIES.0 as usize);
        }
        self.cursor.replace(list.next.clone());
        self.owner.with(|| {
            let from = self.nodes.borrow().len();
            self.ui.show_list(
                &mut self.tree.borrow_mut(),
                &mut self.nodes.borrow_mut(),
                list,
            );
            self.mark_own(from);
        });
    }

    async fn more(self: Rc<Self>) {
        let cursor = self.cursor.borrow().clone();
        let load = self.loads.get();
        let sort = self.sort();
        let list = self.backend.list(sort, self.config.page_size, cursor);
        let Some(list) = self.wait(list).await else {
            return;
        };
        if load != self.loads.get() {
            return;
        }
        match list {
            Ok(list) => {
                let before = self.nodes.borrow().len();
                self.show_list(list);
                self.say_more(before);
            }
            Err(failure) => self.say(self.ui.failure(failure)),
        }
    }

    async fn more_replies(self: Rc<Self>, node: Node) {
        let Some((count, cursor)) = node.row.with_untracked(|row| row.more.clone()) else {
            return;
        };
        let Some(replies) = self.wait(self.backend.replies(node.id(), cursor)).await else {
            return;
        };
        match replies {
            Ok(mut replies) => {
                replies.replies.truncate(limits::REPLIES.0 as usize);
                let shown = u32::try_from(replies.replies.len()).unwrap_or(u32::MAX);
                let before = self.nodes.borrow().len();
                self.show(replies.replies);
                let more = replies.next.map(|next| (count.saturating_sub(shown), next));
                node.row.update(|row| row.more = more);
                self.say_more(before);
            }
            Err(failure) => self.say(self.ui.failure(failure)),
        }
    }

    /// Tells how many comments came, and goes to the first of them.
    fn say_more(&self, before: usize) {
        let nodes = self.nodes.borrow();
        let came = u32::try_from(nodes.len() - before).unwrap_or(u32::MAX);
        self.say(self.ui.count(Msg::SaidMore, came));
        if let Some(first) = nodes.get(before) {
            self.focus_on(*first);
        }
    }

    fn post(self: Rc<Self>, mut draft: Draft) {
        let key = browser::random_key();
        draft.key = Some(key.clone());
        storage::keep_sent(&self.config.storage_prefix(), &key, &draft);
        self.place(&draft);
        if let Some(node) = self.node(&key) {
            self.focus_on(node);
        }
        let session = Rc::clone(&self);
        self.spawn(async move { session.send(Some(draft)).await });
    }

    /// Shows a draft that is being sent at the place that it will have.
    fn place(&self, draft: &Draft) {
        let Some(key) = &draft.key else { return };
        let now = js_sys::Date::new_0().to_iso_string().into();
        let before = self.ui.roots.with_untracked(Vec::len);
        self.show(vec![as_comment(draft, key, now)]);
        if let Some(node) = self.node(key) {
            node.row.update(|row| row.phase = Phase::Sending);
        }
        let is_newest_first = self.sort() == Sort::Newest;
        if is_newest_first && self.ui.roots.with_untracked(Vec::len) > before {
            self.ui.roots.update(|roots| roots.rotate_right(1));
        }
    }

    /// The draft that a comment was made of.
    fn sent(&self, node: Node) -> Option<Draft> {
        let key = node.id();
        let prefix = self.config.storage_prefix();
        storage::sent(&prefix)
            .into_iter()
            .find(|draft| draft.key.as_deref() == Some(&key))
    }

    async fn send(self: Rc<Self>, draft: Option<Draft>) {
        let Some(Draft {
            text,
            author,
            parent,
            key: Some(key),
        }) = draft
        else {
            return;
        };
        if let Some(node) = self.node(&key) {
            node.row.update(|row| row.phase = Phase::Sending);
        }
        self.say(self.ui.text(Msg::Sending));
        let author = Some(author).filter(|author| !author.trim().is_empty());
        let comment = NewComment {
            site: self.config.site.clone(),
            page: self.config.page.clone(),
            title: self.config.title.clone(),
            url: self.config.url.clone(),
            parent,
            author,
            text,
        };
        let answer = self.backend.create(comment, key.clone()).await;
        if let Ok(created) = &answer {
            // Also when the widget is gone meanwhile: the comment stands, and it is the reader's.
            storage::keep_token(&self.config.api, &created.comment.id, &created.edit_token);
            storage::forget_sent(&self.config.storage_prefix(), &key);
        }
        if self.is_over.get() {
            return;
        }
        match answer {
            Ok(created) => self.settle(&key, created),
            Err(failure) => {
                browser::notify(&self.host, "error", None);
                self.say(String::new());
                if let Some(node) = self.node(&key) {
                    node.row.update(|row| row.phase = Phase::Failed(failure));
                }
            }
        }
    }

    /// A comment that was sent is there now.
    fn settle(&self, key: &str, Created { comment, .. }: Created) {
        let id = comment.id.clone();
        let sent = self.node(key);
        let is_known = self.node(&id).is_some();
        if let Some(sent) = sent {
            if is_known {
                // An earlier try had reached the backend, and came with the list.
                self.take_away(sent);
            } else if self.tree.borrow_mut().rename(sent.key, &id) {
                sent.row.update(|row| {
                    row.comment = comment.clone();
                    row.phase = Phase::Standing;
                    row.own = true;
                });
                // Its element has another id now; the focus stays where it is.
            }
        }
        if !is_known {
            self.ui.state.update(|state| state.total += 1);
        }
        let msg = if comment.status == Status::Pending {
            Msg::SaidPending
        } else {
            Msg::SaidPosted
        };
        // Either it is known by now, or the list was loaded anew meanwhile and lacks it.
        self.show(vec![comment]);
        if let Some(node) = self.node(&id) {
            node.row.update(|row| row.own = true);
            if is_known {
                self.focus_on(node);
            }
        }
        self.say(self.ui.text(msg));
        browser::notify(&self.host, "posted", Some(&id));
    }

    /// Takes a comment off the screen, with the tombstones that it leaves without any reply.
    fn take_away(&self, node: Node) {
        let gone = self.tree.borrow_mut().remove(node.key);
        let is_there = |other: &Node| !gone.contains(&other.key);
        self.ui.roots.update(|roots| roots.retain(is_there));
        for other in self.nodes.borrow().iter() {
            let has_gone = other
                .replies
                .with_untracked(|replies| !replies.iter().all(is_there));
            if has_gone {
                other.replies.update(|replies| replies.retain(is_there));
            }
        }
    }

    fn give_up(&self, node: Node) {
        storage::forget_sent(&self.config.storage_prefix(), &node.id());
        self.take_away(node);
    }

    fn rewrite(&self, node: Node) {
        let Some(mut draft) = self.sent(node) else {
            return;
        };
        let prefix = self.config.storage_prefix();
        let above = draft.parent.as_ref().and_then(|id| self.node(id));
        let slot = match (&draft.parent, above) {
            (Some(id), Some(_)) => Slot::Reply(id.clone()),
            _ => Slot::New,
        };
        draft.key = None;
        if let Some(typed) = storage::draft(&prefix, &slot) {
            // Something else has been begun there: both are kept.
            draft.text = [&draft.text, "\n\n", &typed.text].concat();
        }
        storage::keep_draft(&prefix, &slot, &draft);
        self.give_up(node);
        if let Some(above) = above {
            set_panel(above, Panel::Reply);
        }
        self.ui.state.update(|state| state.composer += 1);
        self.focus(&field_id(&slot), false);
    }

    async fn edit(self: Rc<Self>, node: Node) {
        let Some(detail) = self.wait(self.backend.detail(node.id())).await else {
            return;
        };
        match detail {
            Ok(detail) => {
                set_panel(node, Panel::Edit(detail.text));
                self.focus(&field_id(&Slot::Edit(node.id())), false);
            }
            Err(failure) => self.say(self.ui.failure(failure)),
        }
    }

    async fn save(self: Rc<Self>, node: Node, text: String, form: Form) {
        form.update(|form| form.is_busy = true);
        let id = node.id();
        let answer = self.backend.edit(id.clone(), self.token(node), text);
        let Some(answer) = self.wait(answer).await else {
            return;
        };
        // The composer may be closed by now.
        form.try_update(|form| form.is_busy = false);
        match answer {
            Ok(comment) => {
                let slot = Slot::Edit(id.clone());
                storage::keep_draft(&self.config.storage_prefix(), &slot, &Draft::default());
                node.row.update(|row| row.comment = comment);
                set_panel(node, Panel::Closed);
                self.focus_on(node);
                self.say(self.ui.text(Msg::SaidSaved));
                browser::notify(&self.host, "edited", Some(&id));
            }
            Err(failure) => {
                form.try_update(|form| form.failure = Some(failure));
            }
        }
    }

    async fn delete(self: Rc<Self>, node: Node) {
        let id = node.id();
        let Some(answer) = self
            .wait(self.backend.delete(id.clone(), self.token(node)))
            .await
        else {
            return;
        };
        set_panel(node, Panel::Closed);
        match answer {
            Ok(deletion) => {
                storage::forget_token(&self.config.api, &id);
                node.row.update(|row| row.own = false);
                self.ui
                    .state
                    .update(|state| state.total = state.total.saturating_sub(1));
                if let Some(tombstone) = deletion.tombstone {
                    self.tree.borrow_mut().entomb(node.key);
                    node.row.update(|row| row.comment = tombstone);
                    self.focus_on(node);
                } else {
                    self.take_away(node);
                    self.focus(HEADING, false);
                }
                self.say(self.ui.text(Msg::SaidDeleted));
                browser::notify(&self.host, "deleted", Some(&id));
            }
            Err(failure) => {
                self.focus_on(node);
                self.say(self.ui.failure(failure));
            }
        }
    }

    async fn preview(self: Rc<Self>, text: String, form: Form) {
        let Some(answer) = self.wait(self.backend.preview(text)).await else {
            return;
        };
        // The composer may be closed, or show the text again.
        form.try_update(|form| match answer {
            _ if form.preview != Preview::Loading => {}
            Ok(html) => form.preview = Preview::Ready(html),
            Err(failure) => {
                form.preview = Preview::Off;
                form.failure = Some(failure);
            }
        });
    }

    fn sort(&self) -> Sort {
        self.ui.state.with_untracked(|state| state.sort)
    }
}

fn set_panel(node: Node, panel: Panel) {
    node.row.update(|row| row.panel = panel);
}

/// Milliseconds between two looks at the clock: times are told to the minute.
const TICK: i32 = 60_000;

/// Something that goes on until the widget is gone: the clock, and the page's address.
pub struct Watch {
    timer: Option<i32>,
    on_tick: Closure<dyn FnMut()>,
    on_hash: Closure<dyn FnMut()>,
}

impl Watch {
    /// Watches for a session.
    #[must_use]
    pub fn new(session: &Rc<Session>) -> Self {
        let (ticking, going) = (Rc::clone(session), Rc::clone(session));
        let on_tick = Closure::new(move || ticking.tick());
        let on_hash = Closure::new(move || going.go_to_target());
        let window = web_sys::window();
        let timer = window.as_ref().and_then(|window| {
            let _ = window
                .add_event_listener_with_callback("hashchange", on_hash.as_ref().unchecked_ref());
            window
                .set_interval_with_callback_and_timeout_and_arguments_0(
                    on_tick.as_ref().unchecked_ref(),
                    TICK,
                )
                .ok()
        });
        Self {
            timer,
            on_tick,
            on_hash,
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let Some(window) = web_sys::window() else {
            return;
        };
        if let Some(timer) = self.timer {
            window.clear_interval_with_handle(timer);
        }
        let _ = window.remove_event_listener_with_callback(
            "hashchange",
            self.on_hash.as_ref().unchecked_ref(),
        );
        let _ = &self.on_tick;
    }
}
