//! Answers of a backend, put together in the order in which one would tell of them.
#![allow(dead_code, reason = "each test program uses some of it")]
#![allow(clippy::unwrap_used, reason = "tests panic")]

use afterword_protocol::{Branch, Comment, CommentList, Limits, Reaction, Status, Votes};

/// A branch that a test makes up.
#[derive(Clone, Debug)]
pub(crate) struct Made(Branch);

/// A published comment with that id, by nobody, without replies.
pub(crate) fn comment(id: &str) -> Made {
    Made(Branch {
        root: Comment {
            id: id.to_owned(),
            number: 1,
            created: "2026-11-23T19:14:36.626Z".to_owned(),
            html: format!("<p>{id}</p>"),
            ..Comment::default()
        },
        replies: Vec::new(),
        reply_count: 0,
        next: None,
    })
}

/// A page's thread, all of it.
pub(crate) fn list(branches: impl IntoIterator<Item = Made>) -> CommentList {
    let branches: Vec<_> = branches.into_iter().map(|made| made.0).collect();
    let comments: usize = branches.iter().map(|branch| 1 + branch.replies.len()).sum();
    CommentList {
        branches,
        total: u32::try_from(comments).unwrap(),
        limits: Limits {
            text_bytes: 10_000,
            author_bytes: 100,
            ..Limits::default()
        },
        ..CommentList::default()
    }
}

/// The same by a backend that takes votes and two reactions, of which one was given to the article.
pub(crate) fn thoughtful(list: CommentList) -> CommentList {
    CommentList {
        votes: Votes::Both,
        reactions: vec![reaction("😂", 3), reaction("😮", 0)],
        ..list
    }
}

/// A reaction, and how many gave it.
pub(crate) fn reaction(name: &str, count: u32) -> Reaction {
    Reaction {
        name: name.to_owned(),
        count,
    }
}

impl Made {
    pub(crate) fn number(mut self, number: u32) -> Self {
        self.0.root.number = number;
        self
    }

    pub(crate) fn by(mut self, author: &str) -> Self {
        self.0.root.author = Some(author.to_owned());
        self
    }

    pub(crate) fn parent(mut self, id: &str) -> Self {
        self.0.root.parent = Some(id.to_owned());
        self
    }

    pub(crate) fn html(mut self, html: &str) -> Self {
        self.0.root.html = html.to_owned();
        self
    }

    pub(crate) fn status(mut self, status: Status) -> Self {
        self.0.root.status = status;
        self
    }

    pub(crate) fn created(mut self, created: &str) -> Self {
        self.0.root.created = created.to_owned();
        self
    }

    pub(crate) fn edited(mut self) -> Self {
        self.0.root.edited = Some("2026-11-23T20:00:00.000Z".to_owned());
        self
    }

    /// So many votes.
    pub(crate) fn votes(mut self, up: u32, down: u32) -> Self {
        (self.0.root.up, self.0.root.down) = (up, down);
        self
    }

    /// A reaction that so many gave.
    pub(crate) fn given(mut self, name: &str, count: u32) -> Self {
        self.0.root.reactions.push(reaction(name, count));
        self
    }

    /// A descendant of whatever depth; its parent is its own affair.
    pub(crate) fn reply(mut self, reply: Made) -> Self {
        self.0.replies.push(reply.0.root);
        self.0.reply_count += 1;
        self
    }

    /// So many more descendants, from that cursor on.
    pub(crate) fn more(mut self, count: u32, cursor: &str) -> Self {
        self.0.reply_count += count;
        self.0.next = Some(cursor.to_owned());
        self
    }

    /// The comment alone.
    pub(crate) fn alone(self) -> Comment {
        self.0.root
    }
}
