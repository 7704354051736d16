//! The thread's signals: what components read, and what is asked of the session.

use afterword_protocol::{
    Branch, Comment, CommentList, Limits, Origin, Reaction, Sort, Status, Votes, offers,
};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::Forms;
use crate::browser::{clean::Around, storage};
use crate::i18n::{I18n, Msg};
use crate::thread::thought::thinks;
use crate::thread::{Draft, Failure, Progress, Slot, Tree, is_long};

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
    /// It was deleted, and can be restored with that token.
    Undo(String),
}

/// Roots, or descendants of a root, that have not been loaded.
#[derive(Clone, Debug)]
pub struct More {
    /// How many there are; 0 where nobody has counted them.
    pub count: u32,
    /// Where they go on.
    pub cursor: String,
    /// How far loading them has come.
    pub progress: Progress,
}

/// What is known of a comment, beside its replies.
#[derive(Clone, Debug)]
pub struct Row {
    /// The comment.
    pub comment: Comment,
    /// How far it has come on its way to the backend.
    pub sending: Progress,
    /// How far it has come to be edited or deleted, whichever was asked for last.
    pub changing: Progress,
    /// Whether this browser may change it.
    pub own: bool,
    /// What is open below it.
    pub panel: Panel,
    /// Whether the page's address points at it.
    pub is_target: bool,
    /// Whether the reader doesn't want to read its author.
    pub muted: bool,
    /// What it has become while its editor was open.
    pub later: Option<Comment>,
    /// More of its descendants; roots only.
    pub more: Option<More>,
    /// What this browser thinks of it; see [`crate::thread::thought`].
    pub thought: String,
    /// Whether all reactions are offered, and not only those that were given.
    pub is_choosing: bool,
    /// What it answers.
    pub answers: Option<Answered>,
    /// Whether it and all that stands below it are one line.
    pub is_folded: bool,
    /// Whether it is so long that it is cut short.
    pub is_long: bool,
    /// Whether it is shown in full all the same.
    pub is_open: bool,
    /// Whether it came after this browser's last visit, and nobody has gone to it yet.
    pub is_new: bool,
    /// Whether something above it takes no replies any more.
    pub is_shut: bool,
}

/// The comment that another one answers.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Its author and number.
    pub name: String,
    /// Its id.
    pub id: String,
    /// Whether the view alone doesn't show it, for want of depth.
    pub is_beside: bool,
}

/// A comment on the screen. It is copied freely: its signals live in the widget's owner.
#[derive(Clone, Copy)]
pub struct Node {
    /// Its index in the tree. It stays the same when the comment gets an id of the backend's.
    pub index: usize,
    /// What is known of it. The signal itself tells the node from all others, of this tree and of
    /// those before it.
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
    /// How far the last thing asked of it has come.
    pub progress: Progress,
    /// The preview.
    pub preview: Preview,
    /// When a comment was posted from it, by the clock of the page's events.
    pub posted: f64,
}

/// A composer's state as a signal.
pub type Form = RwSignal<FormState>;

impl Default for FormState {
    fn default() -> Self {
        Self {
            progress: Progress::Idle,
            preview: Preview::Off,
            posted: f64::NEG_INFINITY,
        }
    }
}

/// What a reader without a script has come to, on a page of the server.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug)]
pub struct Opening {
    /// The composer that was sent, or is asked for.
    pub slot: Slot,
    /// What stands in it; none for what it would begin with.
    pub draft: Option<Draft>,
    /// Its state.
    pub form: FormState,
}

/// What a component asks for.
pub enum Command {
    /// Give the element with that id the focus, as soon as it is there.
    Focus(String),
    /// Load the thread, from its beginning.
    Load,
    /// Load the thread after that did not work.
    Reload,
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
    /// Open the tool of that name for something: `src/tools/`.
    Tool(&'static str, JsValue),
    /// Go to the next comment that came after this browser's last visit.
    NextNew,
    /// Go to the comment that the page's address points at, though it did so before.
    Follow,
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
    /// Think something of a comment, or of the article, or no longer.
    Think(Option<Node>, String),
    /// Show the comments in that order, and remember it.
    Sort(Sort),
    /// Restore it.
    Undo(Node),
    /// Open or close the menu of what else can be done with a comment.
    Menu(Node),
    /// Show a comment whose author is muted.
    Unveil(Node),
    /// Show a text as it will look.
    Preview(String, Form),
    /// Show what others have posted meanwhile.
    ShowNews,
}

/// The thread's state, beside its comments.
#[derive(Clone, Debug)]
pub struct State {
    /// How far loading has come.
    pub load: Progress,
    /// More roots; none when there are no more.
    pub more: Option<More>,
    /// Order of the roots.
    pub sort: Sort,
    /// How many comments there are in all.
    pub total: u32,
    /// How many roots there are in all; 0 where nobody has counted them.
    pub root_count: u32,
    /// How many of them came after this browser's last visit, and wait to be gone to.
    pub unread: u32,
    /// How many of them were posted meanwhile, and are not shown yet; or [`OUTDATED`].
    pub news: u32,
    /// What the backend does: words of [`offers`]; empty for all that is usual.
    pub offers: String,
    /// Where the conversation takes place, if nobody posts here.
    pub origin: Option<Origin>,
    /// Whether there are comments that the backend could not tell.
    pub is_incomplete: bool,
    /// Whether the page takes no comments, or none any more.
    pub closed: bool,
    /// How many seconds have to pass between two comments of the reader.
    pub slow_seconds: u32,
    /// What the backend accepts.
    pub limits: Limits,
    /// Which votes it takes.
    pub votes: Votes,
    /// The reactions that it takes, with how many gave them to the article.
    pub reactions: Vec<Reaction>,
    /// What this browser thinks of the article.
    pub thought: String,
    /// How far that has come.
    pub thinking: Progress,
    /// How many drafts of the thread this browser keeps.
    pub drafts: u32,
    /// How many names the reader has muted.
    pub muted: u32,
}

/// So much has changed that the thread is to be loaded anew.
pub const OUTDATED: u32 = u32::MAX;

/// What components use, and never changes.
struct Tools {
    i18n: I18n,
    storage_prefix: String,
    forms: Option<Forms>,
    #[cfg(feature = "ssr")]
    opening: Option<Opening>,
    /// Who carries out commands; nobody on a server.
    session: Option<Box<dyn Fn(Command)>>,
}

/// The widget's signals, and the way to its session. It is copied freely.
#[derive(Clone, Copy)]
pub struct Ui {
    tools: StoredValue<Tools, LocalStorage>,
    /// The thread's state.
    pub state: RwSignal<State>,
    /// The roots.
    pub roots: RwSignal<Vec<Node>>,
    /// Roots that a link has led to, and that belong to a portion which is still to come.
    pub apart: RwSignal<Vec<Node>>,
    /// What the live region says.
    pub said: RwSignal<String>,
    /// What did not work, where no comment and no composer is concerned; empty when all is well.
    pub trouble: RwSignal<String>,
    /// Milliseconds since 1970, to the minute; 0 as long as nobody has asked a clock.
    pub now: RwSignal<f64>,
}

/// What a client goes by until the backend has told its own.
const LIMITS: Limits = Limits {
    text_bytes: 10_000,
    author_bytes: 100,
    edit_seconds: 0,
    undo_seconds: 0,
    image_bytes: None,
};

impl Ui {
    /// Signals of an empty thread that is being loaded, in the current owner. `storage_prefix` is
    /// what the names of its drafts begin with; `forms` where they lead without a script.
    #[must_use]
    pub fn new(
        i18n: I18n,
        offers: String,
        sort: Sort,
        storage_prefix: String,
        forms: Option<Forms>,
    ) -> Self {
        Self {
            tools: StoredValue::new_local(Tools {
                i18n,
                storage_prefix,
                forms,
                #[cfg(feature = "ssr")]
                opening: None,
                session: None,
            }),
            state: RwSignal::new(State {
                load: Progress::Waiting,
                more: None,
                sort,
                total: 0,
                root_count: 0,
                unread: 0,
                news: 0,
                // Most take them: what is drawn before the first answer then stays where it is.
                votes: if offers.is_empty() {
                    Votes::Both
                } else {
                    Votes::None
                },
                offers,
                origin: None,
                is_incomplete: false,
                closed: false,
                slow_seconds: 0,
                limits: LIMITS,
                reactions: Vec::new(),
                thought: String::new(),
                thinking: Progress::Idle,
                drafts: 0,
                muted: 0,
            }),
            roots: RwSignal::new(Vec::new()),
            apart: RwSignal::new(Vec::new()),
            said: RwSignal::new(String::new()),
            trouble: RwSignal::new(String::new()),
            now: RwSignal::new(0.0),
        }
    }

    /// Lets that carry out commands from now on, or nobody.
    pub fn serve(self, session: Option<Box<dyn Fn(Command)>>) {
        self.tools.try_update_value(|tools| tools.session = session);
    }

    /// Asks the session for something. Nobody answers when the widget is gone.
    pub fn ask(self, command: Command) {
        self.tools.try_with_value(|tools| {
            if let Some(session) = &tools.session {
                session(command);
            }
        });
    }

    /// Whether the backend does what the word says. Follows what it tells.
    #[must_use]
    pub fn offers(self, word: &str) -> bool {
        self.state.with(|state| match state.offers.as_str() {
            "" => thinks(offers::USUAL, word),
            offers => thinks(offers, word),
        })
    }

    /// Gives the element with that id the focus, as soon as it is there.
    pub fn focus(self, id: &str) {
        self.ask(Command::Focus(id.to_owned()));
    }

    /// What the texts make of something.
    pub fn i18n<T>(self, tell: impl FnOnce(&I18n) -> T) -> T {
        self.tools.with_value(|tools| tell(&tools.i18n))
    }

    /// What the HTML of comments refers to.
    #[must_use]
    pub fn around(self) -> Around {
        Around {
            spoiler: self.text(Msg::Spoiler),
            images: self.forms(|forms| forms.map(|forms| forms.base.clone()).unwrap_or_default()),
        }
    }

    /// What the names of this thread's drafts begin with.
    #[must_use]
    pub fn storage_prefix(self) -> String {
        self.tools.with_value(|tools| tools.storage_prefix.clone())
    }

    /// What can be told of where the forms lead.
    pub fn forms<T>(self, tell: impl FnOnce(Option<&Forms>) -> T) -> T {
        self.tools.with_value(|tools| tell(tools.forms.as_ref()))
    }

    /// What a composer begins with: what was kept of it, and its state.
    pub(super) fn draft(self, slot: &Slot) -> (Option<Draft>, Form) {
        #[cfg(feature = "ssr")]
        if let Some(opening) = self.tools.with_value(|tools| tools.opening.clone())
            && opening.slot == *slot
        {
            return (opening.draft, RwSignal::new(opening.form));
        }
        let draft = storage::draft(&self.storage_prefix(), slot);
        (draft, RwSignal::new(FormState::default()))
    }

    /// Whether a page of the server is about that composer.
    #[cfg(feature = "ssr")]
    pub(super) fn is_called_for(self, slot: &Slot) -> bool {
        *slot != Slot::New || self.tools.with_value(|tools| tools.opening.is_some())
    }

    /// Has a composer begin with what a page of the server is about.
    #[cfg(feature = "ssr")]
    pub fn open(self, opening: Opening) {
        self.tools
            .update_value(|tools| tools.opening = Some(opening));
    }

    /// The text of a message.
    #[must_use]
    pub fn text(self, msg: Msg) -> String {
        self.i18n(|i18n| i18n.text(msg))
    }

    /// The text of a message about somebody.
    #[must_use]
    pub fn named(self, msg: Msg, name: &str) -> String {
        self.i18n(|i18n| i18n.with(msg, "name", name))
    }

    /// The text of a message about a number.
    #[must_use]
    pub fn count(self, msg: Msg, n: u32) -> String {
        self.i18n(|i18n| i18n.count(msg, n))
    }

    /// The text of a message about somebody and a number.
    #[must_use]
    pub fn count_with(self, msg: Msg, n: u32, name: &str) -> String {
        self.i18n(|i18n| i18n.count_with(msg, n, name))
    }

    /// The sentence about a failure.
    #[must_use]
    pub fn failure(self, failure: Failure) -> String {
        self.i18n(|i18n| i18n.failure(failure))
    }

    /// Knows what a list says of the thread: its comments are drawn by that.
    pub fn learn(self, list: &CommentList) {
        self.state.update(|state| {
            state.total = list.total;
            if let Some(count) = list.root_count {
                state.root_count = count;
            }
            state.limits = list.limits;
            state.votes = list.votes;
            state.reactions.clone_from(&list.reactions);
            state.origin.clone_from(&list.origin);
            state.is_incomplete = list.incomplete;
            state.closed = list.closed;
            state.slow_seconds = list.slow_seconds;
            if let Some(offers) = &list.offers {
                // A blank, because an empty text stands for what is usual.
                state.offers = [" ", &offers.join(" ")].concat();
            }
        });
    }

    /// Shows a portion of the thread, or the rest of one: its comments go into the tree, and those that are
    /// new to it at the end of where they belong. `portion` is how many roots all of it has.
    pub fn show_list(
        self,
        tree: &mut Tree,
        nodes: &mut Vec<Node>,
        list: CommentList,
        portion: usize,
    ) {
        self.learn(&list);
        self.state.update(|state| {
            state.load = Progress::Idle;
            state.more = list.next.map(|cursor| More {
                count: 0,
                cursor,
                progress: Progress::Idle,
            });
        });
        self.show_branches(tree, nodes, list.branches);
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        let shown = number(self.roots.with_untracked(Vec::len));
        self.state.update(|state| {
            // The next portion will be as large, or what is left.
            let rest = state.root_count.saturating_sub(shown).min(number(portion));
            if let Some(more) = &mut state.more {
                more.count = rest;
            }
        });
    }

    /// Shows branches: at the end of the thread those that are new to it.
    pub fn show_branches(self, tree: &mut Tree, nodes: &mut Vec<Node>, branches: Vec<Branch>) {
        if branches.len() > 1 && !self.apart.with_untracked(Vec::is_empty) {
            for branch in branches {
                self.show_branches(tree, nodes, vec![branch]);
            }
            return;
        }
        if let [branch] = branches.as_slice() {
            self.put_in_line(&branch.root.id);
        }
        let before = nodes.len();
        let mut comments = Vec::new();
        let mut unfinished = Vec::new();
        for mut branch in branches {
            if let Some(cursor) = branch.next {
                let shown = u32::try_from(branch.replies.len()).unwrap_or(u32::MAX);
                let more = More {
                    count: branch.reply_count.saturating_sub(shown).max(1),
                    cursor,
                    progress: Progress::Idle,
                };
                unfinished.push((branch.root.id.clone(), more));
            }
            comments.push(branch.root);
            comments.append(&mut branch.replies);
        }
        self.show(tree, nodes, comments);
        let node = |id: &String| nodes.get(tree.index_of(id)?).copied();
        for (root, more) in unfinished {
            // Of one that was there more may have been loaded.
            if let Some(node) = node(&root).filter(|node| node.index >= before) {
                node.row.update(|row| row.more = Some(more));
            }
        }
    }

    /// Puts a root that stood apart at the end of the others, where it belongs by now.
    fn put_in_line(self, id: &str) {
        let is_it = |node: &Node| node.id() == id;
        let place = self
            .apart
            .with_untracked(|apart| apart.iter().position(is_it));
        if let Some(place) = place {
            let mut found = None;
            self.apart.update(|apart| found = Some(apart.remove(place)));
            self.roots.update(|roots| roots.extend(found));
        }
    }

    /// Has a root that was shown at last stand behind all others, as long as there are more of these. What
    /// stands below it is still to be loaded.
    pub fn set_apart(self, node: Node) {
        node.row.update(|row| {
            row.more = Some(More {
                count: 0,
                cursor: String::new(),
                progress: Progress::Idle,
            });
        });
        if self.state.with_untracked(|state| state.more.is_some()) {
            self.roots.update(|roots| {
                roots.pop();
            });
            self.apart.update(|apart| apart.push(node));
        }
    }

    /// Shows comments, each new one at the end of where it belongs.
    pub fn show(self, tree: &mut Tree, nodes: &mut Vec<Node>, comments: Vec<Comment>) {
        let mut roots = Vec::new();
        for (comment, place) in tree.insert_all(comments) {
            let parent = place.parent.and_then(|parent| nodes.get(parent));
            let answers = parent.map(|node| {
                node.row.with_untracked(|row| {
                    let author = row.comment.author.clone();
                    let author = author.unwrap_or_else(|| self.text(Msg::Anonymous));
                    Answered {
                        name: match row.comment.number {
                            // It has none.
                            0 => author,
                            number => [&author, ", #", &number.to_string()].concat(),
                        },
                        id: row.comment.id.clone(),
                        is_beside: place.is_beside,
                    }
                })
            });
            let is_shut = |row: &Row| row.is_shut || row.comment.locked;
            let is_shut = parent.is_some_and(|node| node.row.with_untracked(is_shut));
            let is_long = is_long(&comment.html);
            let node = Node {
                index: nodes.len(),
                row: RwSignal::new(Row {
                    comment,
                    sending: Progress::Idle,
                    changing: Progress::Idle,
                    own: false,
                    panel: Panel::Closed,
                    is_target: false,
                    muted: false,
                    later: None,
                    more: None,
                    answers,
                    thought: String::new(),
                    is_choosing: false,
                    is_folded: false,
                    is_long,
                    is_open: false,
                    is_new: false,
                    is_shut,
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

    /// How many comments stand below it, with those that have not been loaded. Follows them.
    #[must_use]
    pub fn count_below(self) -> u32 {
        let more = self
            .row
            .with(|row| row.more.as_ref().map(|more| more.count));
        self.replies.with(|replies| {
            let counts = replies.iter().map(|reply| 1 + reply.count_below());
            more.into_iter().chain(counts).sum()
        })
    }

    /// Whether it is a tombstone. Follows the comment.
    #[must_use]
    pub fn is_deleted(self) -> bool {
        self.row.with(|row| row.comment.status == Status::Deleted)
    }
}
