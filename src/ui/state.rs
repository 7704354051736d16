//! The thread's signals: what components read, and what is asked of the session.

use afterword_protocol::{Comment, CommentList, Limits, Sort};
use leptos::prelude::*;

use crate::backend::Capabilities;
use crate::i18n::{I18n, Msg};
use crate::thread::{Draft, Failure, Tree, to_html};

/// How far loading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// The first answer is awaited.
    Loading,
    /// The thread is there.
    Ready,
    /// It could not be had.
    Failed(Failure),
}

/// How far a comment has come on its way to the backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The backend has it.
    Standing,
    /// The answer is awaited.
    Sending,
    /// It was not taken.
    Failed(Failure),
}

/// What is open below a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Panel {
    /// Nothing.
    Closed,
    /// A composer that answers it.
    Reply,
    /// A composer in its place, with its source.
    Edit(String),
    /// The question whether it is to be deleted.
    Delete,
}

/// What is known of a comment, beside its replies.
#[derive(Clone, Debug)]
pub struct Row {
    /// The comment.
    pub comment: Comment,
    /// How far it has come.
    pub phase: Phase,
    /// Whether this browser may change it.
    pub own: bool,
    /// What is open below it.
    pub panel: Panel,
    /// Whether the page's address points at it.
    pub is_target: bool,
    /// How many more descendants there are, and where they go on; roots only.
    pub more: Option<(u32, String)>,
    /// Name and number of what it answers, where the view doesn't show it, and its id.
    pub answers: Option<(String, String)>,
}

/// A comment on the screen. It is copied freely: its signals live in the widget's owner.
#[derive(Clone, Copy)]
pub struct Node {
    /// What tells it from all others, also before it has an id and after it got another: its index
    /// in the tree.
    pub key: usize,
    /// What is known of it.
    pub row: RwSignal<Row>,
    /// What stands under it.
    pub replies: RwSignal<Vec<Node>>,
}

/// A preview, while a composer shows one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preview {
    /// The text is shown as it is written.
    Off,
    /// The answer is awaited.
    Loading,
    /// The text as it will look.
    Ready(String),
}

/// A composer's state, beside what is typed.
#[derive(Clone, Debug)]
pub struct FormState {
    /// Whether it waits for an answer.
    pub is_busy: bool,
    /// Why its text was not taken.
    pub failure: Option<Failure>,
    /// The preview.
    pub preview: Preview,
}

/// A composer's state as a signal.
pub type Form = RwSignal<FormState>;

/// An idle composer's state.
#[must_use]
pub fn idle_form() -> Form {
    RwSignal::new(FormState {
        is_busy: false,
        failure: None,
        preview: Preview::Off,
    })
}

/// What a component asks for.
pub enum Command {
    /// Give the element with that id the focus, as soon as it is there.
    Focus(String),
    /// Load the thread, from its beginning.
    Load,
    /// Load the next portion of roots.
    More,
    /// Load the next portion of a root's descendants.
    MoreReplies(Node),
    /// Open or close the composer that answers a comment.
    Reply(Node),
    /// Ask whether a comment is to be deleted.
    Confirm(Node),
    /// Close what is open below a comment.
    Close(Node),
    /// Post this draft, as an answer to that comment.
    Post(Option<Node>, Draft),
    /// Send a comment again.
    Retry(Node),
    /// Give up sending a comment, and forget its text.
    Discard(Node),
    /// Give up sending a comment, and put its text back into the composer.
    Rewrite(Node),
    /// Open the editor of one's own comment.
    Edit(Node),
    /// Give it that text.
    Save(Node, String, Form),
    /// Delete it.
    Delete(Node),
    /// Show a text as it will look.
    Preview(String, Form),
}

/// The thread's state, beside its comments.
#[derive(Clone, Debug)]
pub struct State {
    /// How far loading has come.
    pub load: Load,
    /// Order of the roots.
    pub sort: Sort,
    /// Whether there are more roots.
    pub has_more: bool,
    /// How many comments there are in all.
    pub total: u32,
    /// What the backend accepts.
    pub limits: Limits,
    /// Counts up when the composer at the head shall read its draft again.
    pub composer: u32,
}

/// The widget's signals, and the way to its session. It is copied freely.
#[derive(Clone, Copy)]
pub struct Ui {
    /// The texts.
    pub i18n: StoredValue<I18n, LocalStorage>,
    /// Who carries out commands; nobody on a server.
    pub session: StoredValue<Option<Box<dyn Fn(Command)>>, LocalStorage>,
    /// What the backend can do.
    pub can: Capabilities,
    /// What the names of this thread's drafts begin with.
    pub storage_prefix: StoredValue<String>,
    /// The thread's state.
    pub state: RwSignal<State>,
    /// The roots.
    pub roots: RwSignal<Vec<Node>>,
    /// What the live region says.
    pub said: RwSignal<String>,
    /// Milliseconds since 1970, to the minute; 0 as long as nobody has asked a clock.
    pub now: RwSignal<f64>,
}

/// What a client goes by until the backend has told its own.
const LIMITS: Limits = Limits {
    text_bytes: 10_000,
    author_bytes: 100,
    edit_seconds: 0,
};

impl Ui {
    /// Signals of an empty thread that is being loaded, in the current owner.
    #[must_use]
    pub fn new(i18n: I18n, can: Capabilities, sort: Sort, storage_prefix: String) -> Self {
        Self {
            i18n: StoredValue::new_local(i18n),
            session: StoredValue::new_local(None),
            can,
            storage_prefix: StoredValue::new(storage_prefix),
            state: RwSignal::new(State {
                load: Load::Loading,
                sort,
                has_more: false,
                total: 0,
                limits: LIMITS,
                composer: 0,
            }),
            roots: RwSignal::new(Vec::new()),
            said: RwSignal::new(String::new()),
            now: RwSignal::new(0.0),
        }
    }

    /// Asks the session for something.
    pub fn ask(self, command: Command) {
        self.session.with_value(|session| {
            if let Some(session) = session {
                session(command);
            }
        });
    }

    /// Gives the element with that id the focus, as soon as it is there.
    pub fn focus(self, id: &str) {
        self.ask(Command::Focus(id.to_owned()));
    }

    /// The text of a message.
    #[must_use]
    pub fn text(self, msg: Msg) -> String {
        self.i18n.with_value(|i18n| i18n.text(msg))
    }

    /// The text of a message about somebody.
    #[must_use]
    pub fn named(self, msg: Msg, name: &str) -> String {
        self.i18n.with_value(|i18n| i18n.with(msg, "name", name))
    }

    /// The text of a message about a number.
    #[must_use]
    pub fn count(self, msg: Msg, n: u32) -> String {
        self.i18n.with_value(|i18n| i18n.count(msg, n))
    }

    /// The sentence about a failure.
    #[must_use]
    pub fn failure(self, failure: Failure) -> String {
        self.i18n.with_value(|i18n| i18n.failure(failure))
    }

    /// Shows a portion of the thread: its comments go into the tree, and those that are new to it
    /// at the end of where they belong.
    pub fn show_list(self, tree: &mut Tree, nodes: &mut Vec<Node>, list: CommentList) {
        self.state.update(|state| {
            state.load = Load::Ready;
            state.has_more = list.next.is_some();
            state.total = list.total;
            state.limits = list.limits;
        });
        let mut comments = Vec::new();
        let mut unfinished = Vec::new();
        for mut branch in list.branches {
            let shown = u32::try_from(branch.replies.len()).unwrap_or(u32::MAX);
            if let Some(next) = branch.next {
                let rest = branch.reply_count.saturating_sub(shown);
                unfinished.push((branch.root.id.clone(), (rest, next)));
            }
            comments.push(branch.root);
            comments.append(&mut branch.replies);
        }
        self.show(tree, nodes, comments);
        for (root, more) in unfinished {
            if let Some(node) = tree.index_of(&root).and_then(|index| nodes.get(index)) {
                node.row.update(|row| row.more = Some(more));
            }
        }
    }

    /// Shows comments, each new one at the end of where it belongs.
    pub fn show(self, tree: &mut Tree, nodes: &mut Vec<Node>, comments: Vec<Comment>) {
        let mut roots = Vec::new();
        for (comment, place) in tree.insert_all(comments) {
            let answers = place
                .answers
                .and_then(|answered| nodes.get(answered.0))
                .map(|node| {
                    node.row.with_untracked(|row| {
                        let number = row.comment.number.to_string();
                        let name = [&node.author(self), ", #", &number].concat();
                        (name, row.comment.id.clone())
                    })
                });
            let node = Node {
                key: nodes.len(),
                row: RwSignal::new(Row {
                    comment,
                    phase: Phase::Standing,
                    own: false,
                    panel: Panel::Closed,
                    is_target: false,
                    more: None,
                    answers,
                }),
                replies: RwSignal::new(Vec::new()),
            };
            nodes.push(node);
            match place.under.and_then(|under| nodes.get(under)) {
                Some(above) => above.replies.update(|replies| replies.push(node)),
                None => roots.push(node),
            }
        }
        if !roots.is_empty() {
            self.roots.update(|shown| shown.append(&mut roots));
        }
    }
}

impl Node {
    /// The comment's id.
    #[must_use]
    pub fn id(self) -> String {
        self.row.with_untracked(|row| row.comment.id.clone())
    }

    /// Id of its element, by which the page's address points at it. Follows the comment.
    #[must_use]
    pub fn anchor(self) -> String {
        self.row.with(|row| ["comment-", &row.comment.id].concat())
    }

    /// Whom it is by. Follows the comment.
    #[must_use]
    pub fn author(self, ui: Ui) -> String {
        let author = self.row.with(|row| row.comment.author.clone());
        author.unwrap_or_else(|| ui.text(Msg::Anonymous))
    }
}

/// A draft as the comment it is about to be. Its id is the idempotency key: no backend's ids look
/// like it, and it goes when the comment has one of its own.
#[must_use]
pub fn as_comment(draft: &Draft, key: &str, created: String) -> Comment {
    Comment {
        id: key.to_owned(),
        number: 0,
        parent: draft.parent.clone(),
        author: Some(draft.author.trim().to_owned()).filter(|name| !name.is_empty()),
        created,
        edited: None,
        html: to_html(&draft.text),
        status: afterword_protocol::Status::Published,
    }
}
