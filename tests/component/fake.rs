//! A backend that does what a test tells it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use afterword::backend::{Answer, Backend};
use afterword::thread::{Failure, to_html};
use afterword_protocol::{
    Comment, CommentDetail, CommentList, Created, Deletion, NewComment, Replies, Sort, Status,
    Thoughts,
};

use crate::answers::comment;

/// What a test sees of the backend, and tells it.
#[derive(Default)]
pub(crate) struct Script {
    /// What the first portion is, oldest root first.
    pub(crate) list: RefCell<Option<CommentList>>,
    /// What the further portions are.
    pub(crate) more: RefCell<VecDeque<CommentList>>,
    /// What portions of replies are.
    pub(crate) replies: RefCell<VecDeque<Replies>>,
    /// What is known of comments that no portion has.
    pub(crate) details: RefCell<Vec<CommentDetail>>,
    /// What the next calls of that name fail with; `lost` is done all the same.
    failures: RefCell<Vec<(&'static str, Failure)>>,
    /// The next calls of that name whose answer gets lost after all was done.
    lost: RefCell<Vec<&'static str>>,
    /// The calls so far.
    pub(crate) calls: RefCell<Vec<String>>,
    /// What all readers think, call by call.
    pub(crate) thoughts: RefCell<VecDeque<Thoughts>>,
    /// What stands, by the key that it was posted with.
    pub(crate) posted: RefCell<Vec<(String, Comment, NewComment)>>,
    /// What comments come back as.
    pub(crate) status: Cell<Status>,
    /// What the calls that are not answered begin with.
    held: Cell<Option<&'static str>>,
    waiting: RefCell<Vec<Waker>>,
}

impl Script {
    /// Has the next call of that name fail.
    pub(crate) fn fail(&self, call: &'static str, failure: Failure) {
        self.failures.borrow_mut().push((call, failure));
    }

    /// Has the answer to the next call of that name get lost.
    pub(crate) fn lose(&self, call: &'static str) {
        self.lost.borrow_mut().push(call);
    }

    /// Lets nobody be answered until `release`.
    pub(crate) fn hold(&self) {
        self.hold_calls("");
    }

    /// Lets no call of that name be answered until `release`.
    pub(crate) fn hold_calls(&self, name: &'static str) {
        self.held.set(Some(name));
    }

    /// Answers all that wait.
    pub(crate) fn release(&self) {
        self.held.set(None);
        for waker in self.waiting.take() {
            waker.wake();
        }
    }

    /// How often that was called.
    pub(crate) fn count(&self, call: &str) -> usize {
        let calls = self.calls.borrow();
        calls.iter().filter(|made| made.starts_with(call)).count()
    }

    fn failure(&self, call: &'static str) -> Option<Failure> {
        let mut failures = self.failures.borrow_mut();
        let index = failures.iter().position(|(name, _)| *name == call)?;
        Some(failures.remove(index).1)
    }

    fn is_lost(&self, call: &'static str) -> bool {
        let mut lost = self.lost.borrow_mut();
        let index = lost.iter().position(|name| *name == call);
        index.map(|index| lost.remove(index)).is_some()
    }
}

/// The backend.
pub(crate) struct Fake(pub(crate) Rc<Script>);

impl Fake {
    fn answer<T: 'static>(
        &self,
        call: &'static str,
        what: &str,
        answer: impl FnOnce(&Script) -> T + 'static,
    ) -> Answer<T> {
        let script = Rc::clone(&self.0);
        script.calls.borrow_mut().push(format!("{call} {what}"));
        let failure = script.failure(call);
        Box::pin(async move {
            poll_fn(|context| {
                if script.held.get().is_some_and(|it| call.starts_with(it)) {
                    script.waiting.borrow_mut().push(context.waker().clone());
                    return Poll::Pending;
                }
                Poll::Ready(())
            })
            .await;
            if let Some(failure) = failure {
                return Err(failure);
            }
            let answer = answer(&script);
            if script.is_lost(call) {
                return Err(Failure::Network);
            }
            Ok(answer)
        })
    }
}

impl Backend for Fake {
    fn offers(&self) -> String {
        String::new()
    }

    fn list(&self, sort: Sort, _limit: u32, cursor: Option<String>) -> Answer<CommentList> {
        let what = cursor.clone().unwrap_or_default();
        self.answer("list", &what, move |script| {
            if cursor.is_some() {
                let more = script.more.borrow_mut().pop_front();
                return more.expect("another portion");
            }
            let list = script.list.borrow().clone();
            let mut list = list.unwrap_or_else(|| crate::answers::list([]));
            if sort == Sort::Newest {
                list.branches.reverse();
            }
            list
        })
    }

    fn replies(&self, root: String, cursor: String) -> Answer<Replies> {
        self.answer("replies", &format!("{root} {cursor}"), |script| {
            let replies = script.replies.borrow_mut().pop_front();
            replies.expect("another portion of replies")
        })
    }

    fn detail(&self, id: String, _: &str) -> Answer<CommentDetail> {
        self.answer("detail", &id.clone(), move |script| {
            let details = script.details.borrow();
            let known = details.iter().find(|detail| detail.comment.id == id);
            known.cloned().unwrap_or_else(|| CommentDetail {
                comment: comment(&id).alone(),
                text: format!("source of {id}"),
                page: "/elsewhere/".to_owned(),
                ancestors: Vec::new(),
            })
        })
    }

    fn create(&self, new: NewComment, key: String) -> Answer<Created> {
        self.answer("create", &key.clone(), move |script| {
            let mut posted = script.posted.borrow_mut();
            let token = format!("token-{key}");
            if let Some((_, comment, earlier)) = posted.iter().find(|(other, ..)| *other == key) {
                assert_eq!(*earlier, new, "the same key with another body");
                return Created {
                    comment: comment.clone(),
                    edit_token: token,
                };
            }
            let number = u32::try_from(posted.len()).unwrap() + 100;
            let comment = Comment {
                id: format!("posted-{number}"),
                number,
                parent: new.parent.clone(),
                author: new.author.clone(),
                website: new.website.clone(),
                created: "2026-11-23T21:00:00.000Z".to_owned(),
                html: to_html(&new.text),
                status: script.status.get(),
                ..Comment::default()
            };
            posted.push((key, comment.clone(), new));
            Created {
                comment,
                edit_token: token,
            }
        })
    }

    fn edit(&self, id: String, token: String, text: String) -> Answer<Comment> {
        self.answer("edit", &format!("{id} {token}"), move |_| {
            let made = comment(&id).html(&to_html(&text)).edited();
            made.alone()
        })
    }

    fn delete(&self, id: String, token: String) -> Answer<Deletion> {
        self.answer("delete", &format!("{id} {token}"), move |script| {
            let list = script.list.borrow();
            let is_answered = list.iter().flat_map(|list| &list.branches).any(|branch| {
                let mut replies = branch.replies.iter();
                replies.any(|reply| reply.parent.as_ref() == Some(&id))
            });
            let tombstone = comment(&id).html("").status(Status::Deleted).alone();
            Deletion {
                tombstone: is_answered.then_some(tombstone),
            }
        })
    }

    fn think(&self, id: Option<String>, voice: String, thought: &str) -> Answer<Thoughts> {
        assert_eq!(voice.len(), 32);
        let what = format!("{} {thought}", id.unwrap_or_default());
        self.answer("think", &what, |script| {
            let thoughts = script.thoughts.borrow_mut().pop_front();
            thoughts.unwrap_or_default()
        })
    }

    fn restore(&self, id: String, token: String) -> Answer<Comment> {
        self.answer("restore", &format!("{id} {token}"), move |_| {
            comment(&id).alone()
        })
    }

    fn preview(&self, text: String) -> Answer<String> {
        self.answer("preview", "", move |_| {
            format!("<p><strong>{text}</strong></p>")
        })
    }
}
