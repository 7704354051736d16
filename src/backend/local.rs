//! No server: the comments of a page live in this browser, for whoever develops a page, or wants
//! to see the widget before there is a server. Nothing renders Markdown here, so text stays text.

use afterword_protocol::{
    Branch, Comment, CommentDetail, CommentList, Created, Deletion, Limits, NewComment,
    ProblemKind, Replies, Sort, Status, Thoughts, Votes,
};

use serde::{Deserialize, Serialize};

use super::{Answer, Backend, Capabilities};
use crate::browser::wire::{from_json, to_json};
use crate::browser::{storage, timestamp};
use crate::config::Config;
use crate::thread::{Failure, to_html};

/// Comments in the page's own storage.
pub struct Local {
    /// The name that the page's comments are kept under.
    name: String,
    page: String,
}

#[derive(Default, Serialize, Deserialize)]
struct Kept {
    /// Number of the latest comment; it stays when that comment is deleted.
    numbers: u32,
    comments: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    comment: Comment,
    text: String,
}

const LIMITS: Limits = Limits {
    text_bytes: 10_000,
    author_bytes: 100,
    edit_seconds: 0,
    undo_seconds: 0,
    image_bytes: None,
};

impl Local {
    /// The comments of the configuration's page.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            name: [&config.storage_prefix(), "local"].concat(),
            page: config.page.clone(),
        }
    }

    /// What is kept. What can't be read is an error, not nothing: the next comment would replace it.
    fn read(&self) -> Result<Kept, Failure> {
        match storage::read(&self.name) {
            Some(json) => from_json(&json).ok_or(Failure::BadAnswer),
            None => Ok(Kept::default()),
        }
    }

    fn write(&self, kept: &Kept) -> Result<(), Failure> {
        let json = to_json(kept).ok_or(Failure::StorageFull)?;
        if storage::write(&self.name, &json) {
            Ok(())
        } else {
            Err(Failure::StorageFull)
        }
    }

    fn list_now(&self, sort: Sort) -> Result<CommentList, Failure> {
        let kept = self.read()?;
        let standing = |entry: &&Entry| entry.comment.status != Status::Deleted;
        let total = kept.comments.iter().filter(standing).count();
        Ok(CommentList {
            total: u32::try_from(total).unwrap_or(u32::MAX),
            branches: kept.branches(sort),
            next: None,
            root_count: None,
            limits: LIMITS,
            votes: Votes::None,
            reactions: Vec::new(),
            changes: None,
        })
    }

    fn detail_now(&self, id: &str) -> Result<CommentDetail, Failure> {
        let mut kept = self.read()?;
        let entry = kept.entry(id)?;
        Ok(CommentDetail {
            comment: entry.comment.clone(),
            text: entry.text.clone(),
            page: self.page.clone(),
            ancestors: Vec::new(),
        })
    }

    fn create_now(&self, comment: NewComment, key: String) -> Result<Created, Failure> {
        refuse_blank(&comment.text)?;
        let mut kept = self.read()?;
        // What was posted with the key is found again by it.
        let id = ["local-", &key].concat();
        if let Ok(entry) = kept.entry(&id) {
            return Ok(Created {
                comment: entry.comment.clone(),
                edit_token: key,
            });
        }
        if let Some(parent) = &comment.parent
            && !kept
                .entry(parent)
                .is_ok_and(|entry| entry.comment.status != Status::Deleted)
        {
            return Err(Failure::Problem(ProblemKind::ParentNotFound, None));
        }
        kept.numbers += 1;
        let created = Comment {
            id,
            number: kept.numbers,
            parent: comment.parent,
            author: comment.author,
            website: comment.website,
            created: timestamp(),
            edited: None,
            html: to_html(&comment.text),
            status: Status::Published,
            ..Comment::default()
        };
        kept.comments.push(Entry {
            comment: created.clone(),
            text: comment.text,
        });
        self.write(&kept)?;
        Ok(Created {
            comment: created,
            edit_token: key,
        })
    }

    fn edit_now(&self, id: &str, text: String) -> Result<Comment, Failure> {
        refuse_blank(&text)?;
        let mut kept = self.read()?;
        let entry = kept.entry(id)?;
        entry.comment.html = to_html(&text);
        entry.comment.edited = Some(timestamp());
        entry.text = text;
        let comment = entry.comment.clone();
        self.write(&kept)?;
        Ok(comment)
    }

    fn delete_now(&self, id: &str) -> Result<Deletion, Failure> {
        let mut kept = self.read()?;
        let entry = kept.entry(id)?;
        entry.comment.status = Status::Deleted;
        entry.comment.author = None;
        entry.comment.website = None;
        entry.comment.html.clear();
        entry.text.clear();
        kept.sweep();
        self.write(&kept)?;
        Ok(Deletion {
            tombstone: kept.entry(id).ok().map(|entry| entry.comment.clone()),
        })
    }
}

impl Kept {
    fn entry(&mut self, id: &str) -> Result<&mut Entry, Failure> {
        self.comments
            .iter_mut()
            .find(|entry| entry.comment.id == id)
            .ok_or(Failure::Problem(ProblemKind::NotFound, None))
    }

    /// Takes out the tombstones that nothing stands under.
    fn sweep(&mut self) {
        loop {
            let before = self.comments.len();
            let parents: Vec<_> = self
                .comments
                .iter()
                .filter_map(|entry| entry.comment.parent.clone())
                .collect();
            self.comments.retain(|Entry { comment, .. }| {
                comment.status != Status::Deleted || parents.contains(&comment.id)
            });
            if self.comments.len() == before {
                return;
            }
        }
    }

    /// The comments below their roots. They are kept in the order of posting, so that a parent
    /// always comes before its children.
    fn branches(self, sort: Sort) -> Vec<Branch> {
        let mut branches: Vec<Branch> = Vec::new();
        for Entry { comment, .. } in self.comments {
            let above = branches.iter_mut().find(|branch| {
                comment.parent.as_ref().is_some_and(|parent| {
                    branch.root.id == *parent || branch.replies.iter().any(|it| it.id == *parent)
                })
            });
            match above {
                Some(branch) => {
                    branch.reply_count += 1;
                    branch.replies.push(comment);
                }
                None => branches.push(Branch {
                    root: comment,
                    replies: Vec::new(),
                    reply_count: 0,
                    next: None,
                }),
            }
        }
        if sort != Sort::Oldest {
            branches.reverse();
        }
        if sort != Sort::Discussed {
            return branches;
        }
        let mut ranked: Vec<Branch> = Vec::new();
        for branch in branches {
            let rank = ranked.partition_point(|other| other.reply_count >= branch.reply_count);
            ranked.insert(rank, branch);
        }
        ranked
    }
}

fn refuse_blank(text: &str) -> Result<(), Failure> {
    if text.trim().is_empty() {
        return Err(Failure::Problem(ProblemKind::TextEmpty, None));
    }
    Ok(())
}

/// An answer that is there at once.
fn answer<T: 'static>(result: Result<T, Failure>) -> Answer<T> {
    Box::pin(std::future::ready(result))
}

impl Backend for Local {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            preview: false,
            local: true,
        }
    }

    fn list(&self, sort: Sort, _limit: u32, _cursor: Option<String>) -> Answer<CommentList> {
        answer(self.list_now(sort))
    }

    fn replies(&self, _root: String, _cursor: String) -> Answer<Replies> {
        // A list has them all, so nobody is given a cursor.
        answer(Err(Failure::Problem(ProblemKind::NotFound, None)))
    }

    fn detail(&self, id: String) -> Answer<CommentDetail> {
        answer(self.detail_now(&id))
    }

    fn create(&self, comment: NewComment, key: String) -> Answer<Created> {
        answer(self.create_now(comment, key))
    }

    fn edit(&self, id: String, _token: String, text: String) -> Answer<Comment> {
        answer(self.edit_now(&id, text))
    }

    fn delete(&self, id: String, _token: String) -> Answer<Deletion> {
        answer(self.delete_now(&id))
    }

    fn think(&self, _id: Option<String>, _voice: String, _thought: &str) -> Answer<Thoughts> {
        // A list offers none, so nobody is asked.
        answer(Err(Failure::Problem(ProblemKind::NotFound, None)))
    }

    fn restore(&self, _id: String, _token: String) -> Answer<Comment> {
        // It deletes for good, and offers nothing else.
        answer(Err(Failure::Problem(ProblemKind::NotFound, None)))
    }

    fn preview(&self, text: String) -> Answer<String> {
        answer(Ok(to_html(&text)))
    }
}
