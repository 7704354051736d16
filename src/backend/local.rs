//! No server: the comments of a page live in this browser, for whoever develops a page, or wants
//! to see the widget before there is a server. Nothing renders Markdown here, so text stays text.

use std::rc::Rc;

use afterword_protocol::{
    Branch, Comment, CommentDetail, CommentList, Created, Deletion, Limits, NewComment,
    ProblemKind, Replies, Sort, Status,
};
use serde::{Deserialize, Serialize};

use super::{Answer, Backend, Capabilities};
use crate::browser::storage;
use crate::config::Config;
use crate::thread::{Failure, Tree, to_html};

/// Comments in the page's own storage.
pub struct Local(Rc<Shelf>);

/// The name that a page's comments are kept under.
struct Shelf(String);

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
};
const NOT_FOUND: Failure = Failure::Problem(ProblemKind::NotFound, None);

impl Local {
    /// The comments of the configuration's page.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self(Rc::new(Shelf([&config.storage_prefix(), "local"].concat())))
    }

    fn answer<T: 'static>(
        &self,
        work: impl FnOnce(&Shelf) -> Result<T, Failure> + 'static,
    ) -> Answer<T> {
        let shelf = Rc::clone(&self.0);
        Box::pin(async move { work(&shelf) })
    }
}

impl Shelf {
    fn read(&self) -> Kept {
        storage::read(&self.0)
            .and_then(|json| storage::from_json(&json))
            .unwrap_or_default()
    }

    fn write(&self, kept: &Kept) -> Result<(), Failure> {
        let json = storage::to_json(kept).ok_or(Failure::StorageFull)?;
        if storage::write(&self.0, &json) {
            Ok(())
        } else {
            Err(Failure::StorageFull)
        }
    }
}

impl Kept {
    fn entry(&mut self, id: &str) -> Result<&mut Entry, Failure> {
        self.comments
            .iter_mut()
            .find(|entry| entry.comment.id == id)
            .ok_or(NOT_FOUND)
    }

    fn branches(self, sort: Sort) -> Vec<Branch> {
        let mut tree = Tree::new(0);
        let comments = self
            .comments
            .into_iter()
            .map(|entry| entry.comment)
            .collect();
        let mut branches: Vec<Branch> = Vec::new();
        let mut branch_of = Vec::new();
        for (comment, place) in tree.insert_all(comments) {
            let above = place
                .answers
                .and_then(|parent| branch_of.get(parent.0).copied());
            let branch = above.unwrap_or(branches.len());
            branch_of.push(branch);
            match branches.get_mut(branch) {
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
        if sort == Sort::Newest {
            branches.reverse();
        }
        branches
    }
}

fn is_blank(text: &str) -> Result<(), Failure> {
    if text.trim().is_empty() {
        return Err(Failure::Problem(ProblemKind::TextEmpty, None));
    }
    Ok(())
}

impl Backend for Local {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            preview: false,
            local: true,
        }
    }

    fn list(&self, sort: Sort, _limit: u32, _cursor: Option<String>) -> Answer<CommentList> {
        self.answer(move |shelf| {
            let kept = shelf.read();
            let standing = |entry: &&Entry| entry.comment.status != Status::Deleted;
            let total = kept.comments.iter().filter(standing).count();
            Ok(CommentList {
                total: u32::try_from(total).unwrap_or(u32::MAX),
                branches: kept.branches(sort),
                next: None,
                limits: LIMITS,
            })
        })
    }

    fn replies(&self, _root: String, _cursor: String) -> Answer<Replies> {
        // A list has them all, so nobody is given a cursor.
        self.answer(|_| Err(NOT_FOUND))
    }

    fn detail(&self, id: String) -> Answer<CommentDetail> {
        self.answer(move |shelf| {
            let mut kept = shelf.read();
            let entry = kept.entry(&id)?;
            Ok(CommentDetail {
                comment: entry.comment.clone(),
                text: entry.text.clone(),
                page: String::new(),
                ancestors: Vec::new(),
            })
        })
    }

    fn create(&self, comment: NewComment, key: String) -> Answer<Created> {
        self.answer(move |shelf| {
            is_blank(&comment.text)?;
            let mut kept = shelf.read();
            // The key is the token: what was posted with it is found again by it.
            let id = ["local-", &key].concat();
            if let Ok(entry) = kept.entry(&id) {
                return Ok(Created {
                    comment: entry.comment.clone(),
                    edit_token: key,
                });
            }
            kept.numbers += 1;
            let comment = Entry {
                comment: Comment {
                    id,
                    number: kept.numbers,
                    parent: comment.parent,
                    author: comment.author.filter(|name| !name.trim().is_empty()),
                    created: js_sys::Date::new_0().to_iso_string().into(),
                    edited: None,
                    html: to_html(&comment.text),
                    status: Status::Published,
                },
                text: comment.text,
            };
            let created = Created {
                comment: comment.comment.clone(),
                edit_token: key,
            };
            kept.comments.push(comment);
            shelf.write(&kept)?;
            Ok(created)
        })
    }

    fn edit(&self, id: String, _token: String, text: String) -> Answer<Comment> {
        self.answer(move |shelf| {
            is_blank(&text)?;
            let mut kept = shelf.read();
            let entry = kept.entry(&id)?;
            entry.comment.html = to_html(&text);
            entry.comment.edited = Some(js_sys::Date::new_0().to_iso_string().into());
            entry.text = text;
            let comment = entry.comment.clone();
            shelf.write(&kept)?;
            Ok(comment)
        })
    }

    fn delete(&self, id: String, _token: String) -> Answer<Deletion> {
        self.answer(move |shelf| {
            let mut kept = shelf.read();
            kept.entry(&id)?;
            let is_answered = kept
                .comments
                .iter()
                .any(|entry| entry.comment.parent.as_deref() == Some(&id));
            let mut tombstone = None;
            if is_answered {
                let entry = kept.entry(&id)?;
                entry.comment.status = Status::Deleted;
                entry.comment.author = None;
                entry.comment.html.clear();
                entry.text.clear();
                tombstone = Some(entry.comment.clone());
            } else {
                let mut tree = Tree::new(0);
                let comments = kept
                    .comments
                    .iter()
                    .map(|entry| entry.comment.clone())
                    .collect();
                let placed = tree.insert_all(comments);
                if let Some(index) = tree.index_of(&id) {
                    let gone: Vec<&str> = tree
                        .remove(index)
                        .into_iter()
                        .filter_map(|index| placed.get(index).map(|(c, _)| c.id.as_str()))
                        .collect();
                    kept.comments
                        .retain(|entry| !gone.contains(&entry.comment.id.as_str()));
                }
            }
            shelf.write(&kept)?;
            Ok(Deletion { tombstone })
        })
    }

    fn preview(&self, text: String) -> Answer<String> {
        self.answer(move |_| Ok(to_html(&text)))
    }
}
