//! Votes and reactions. What a reader thinks is on screen at once, kept in this browser, and put back
//! when the backend doesn't take it.

use std::rc::Rc;

use afterword_protocol::{Sort, Thoughts};
use leptos::prelude::*;

use super::Session;
use crate::browser::{self, storage, text_property};
use crate::thread::Progress;
use crate::thread::thought::{Tally, toggled};
use crate::ui::Node;

impl Session {
    /// Thinks something of a comment, or of the article, or no longer. While an answer is awaited
    /// nothing more is sent: then what is thought by that time is, if it is something else.
    pub(super) fn think(self: Rc<Self>, of: Option<Node>, word: &str) {
        let id = of.map(Node::id).unwrap_or_default();
        let before = self.thought(of);
        self.change_mind(&id, of, &toggled(&before, word));
        self.set_thinking(of, Progress::Idle);
        if self.thinking.borrow().contains(&id) {
            return;
        }
        self.thinking.borrow_mut().push(id.clone());
        let session = Rc::clone(&self);
        self.spawn(async move {
            session.send_thought(&id, before).await;
            session.thinking.borrow_mut().retain(|other| *other != id);
        });
    }

    async fn send_thought(&self, id: &str, mut taken: String) {
        loop {
            let Some(of) = self.of(id) else { return };
            let sent = self.thought(of);
            let voice = storage::voice(&self.config.api);
            let about = of.map(Node::id);
            let answer = self.wait(self.backend.think(about, voice, &sent)).await;
            // The list may have been loaded anew meanwhile.
            let (Some(answer), Some(of)) = (answer, self.of(id)) else {
                return;
            };
            match answer {
                Ok(_) if self.thought(of) != sent => taken = sent,
                Ok(thoughts) => {
                    let about = (!id.is_empty()).then_some(id);
                    browser::notify(&self.host, "voted", about);
                    return self.tell(of, thoughts);
                }
                Err(failure) => {
                    self.change_mind(id, of, &taken);
                    return self.set_thinking(of, Progress::Failed(failure));
                }
            }
        }
    }

    /// The comment of that id, or the article where it is empty; none when it is there no more.
    fn of(&self, id: &str) -> Option<Option<Node>> {
        match id {
            "" => Some(None),
            id => self.node(id).map(Some),
        }
    }

    fn thought(&self, of: Option<Node>) -> String {
        match of {
            Some(node) => node.row.with_untracked(|row| row.thought.clone()),
            None => self.ui.state.with_untracked(|state| state.thought.clone()),
        }
    }

    fn change_mind(&self, id: &str, of: Option<Node>, thought: &str) {
        storage::keep_thought(&self.config.storage_prefix(), id, thought);
        let change = |tally: &mut Tally<'_>, known: &mut String| {
            tally.change(known, thought);
            thought.clone_into(known);
        };
        match of {
            Some(node) => node.row.update(|row| {
                let comment = &mut row.comment;
                let mut tally = Tally {
                    up: &mut comment.up,
                    down: &mut comment.down,
                    reactions: &mut comment.reactions,
                };
                change(&mut tally, &mut row.thought);
            }),
            None => self.ui.state.update(|state| {
                let mut tally = Tally {
                    up: &mut 0,
                    down: &mut 0,
                    reactions: &mut state.reactions,
                };
                change(&mut tally, &mut state.thought);
            }),
        }
    }

    /// Shows what all readers think.
    pub(super) fn tell(&self, of: Option<Node>, thoughts: Thoughts) {
        match of {
            Some(node) => node.row.update(|row| {
                row.comment.up = thoughts.up;
                row.comment.down = thoughts.down;
                row.comment.reactions = thoughts.reactions;
            }),
            // Of the set each stays, given or not.
            None => self.ui.state.update(|state| {
                for known in &mut state.reactions {
                    let mut told = thoughts.reactions.iter();
                    let told = told.find(|reaction| reaction.name == known.name);
                    known.count = told.map_or(0, |reaction| reaction.count);
                }
            }),
        }
    }

    fn set_thinking(&self, of: Option<Node>, progress: Progress) {
        match of {
            Some(node) => node.row.update(|row| {
                if row.changing != Progress::Waiting {
                    row.changing = progress;
                }
            }),
            None => self.ui.state.update(|state| state.thinking = progress),
        }
    }

    /// What this browser thinks of comments that are shown from now on, those after `from`, and of the
    /// article.
    pub(super) fn recall(&self, from: usize) {
        let thoughts = storage::thoughts(&self.config.storage_prefix()).into();
        for node in self.nodes.borrow().iter().skip(from) {
            if let Some(thought) = text_property(&thoughts, &node.id()) {
                node.row.update(|row| row.thought = thought);
            }
        }
        if let Some(thought) = text_property(&thoughts, "") {
            self.ui.state.update(|state| state.thought = thought);
        }
    }

    /// Shows the comments in that order, and remembers it.
    pub(super) fn sort_by(self: &Rc<Self>, sort: Sort) {
        storage::keep_sort(sort);
        self.ui.state.update(|state| state.sort = sort);
        let session = Rc::clone(self);
        self.spawn(session.load());
    }
}
