//! Votes and reactions: what all readers think, and what this one does.
//!
//! What is to be seen on a button comes from its attributes, by the style: so the same count is read
//! out. An attribute each that follows signals is all that a comment pays for them. Without a script
//! a button has the server add its word to what the reader thinks, or take it away.

use afterword_protocol::Votes;
use leptos::prelude::*;

use super::forms::{has_program, opener};
use super::view::{Element, View, alert, el, part, press, whether, wording};
use super::{Command, Node, Ui};
use crate::i18n::Msg;
use crate::thread::Progress;
use crate::thread::thought::{DOWN, UP, given, thinks};

/// The class of a reaction.
const REACTION: &str = "text-button reaction";

/// The buttons that vote on a comment, where the backend takes votes.
pub(super) fn votes(ui: Ui, node: Node) -> Vec<Element> {
    let vote = |class, word: &'static str, msg| {
        toggle(ui, Some(node), class, word.to_owned())
            .live_attr("aria-label", move || {
                ui.count(msg, count(ui, Some(node), word))
            })
            .live_attr("data-n", move || count(ui, Some(node), word).to_string())
    };
    let taken = ui.state.with_untracked(|state| state.votes);
    let mut votes = Vec::new();
    // What can't be given here is only told.
    let is_ours = !is_elsewhere(node);
    if taken != Votes::None && (is_ours || untrack(|| count(ui, Some(node), UP)) > 0) {
        votes.push(vote("text-button vote", UP, Msg::VoteUp));
    }
    if taken == Votes::Both && is_ours {
        votes.push(vote("text-button vote is-down", DOWN, Msg::VoteDown));
    }
    votes
}

/// Adds the reactions to a comment, and what offers more of them, where the backend takes any.
pub(super) fn react(ui: Ui, node: Node, actions: Element) -> Element {
    let has_none = ui.state.with_untracked(|state| state.reactions.is_empty());
    if has_none {
        return actions;
    }
    let shown = wording(move || {
        node.row.with(|row| {
            names(ui, |name| {
                row.is_choosing
                    || given(&row.comment.reactions, name) > 0
                    || thinks(&row.thought, name)
            })
        })
    });
    // Where no program opens them, they are open on the comment's page.
    let is_closed = node
        .row
        .with_untracked(|row| !row.own && (!row.is_choosing || has_program(ui)));
    let is_closed = is_closed && !is_elsewhere(node) && untrack(|| ui.offers("reactions"));
    let open = is_closed.then(|| {
        let choose = move || node.row.update(|row| row.is_choosing = !row.is_choosing);
        opener(ui, "text-button react", "comment", &node.id(), choose)
            .attr("id", button_id(node))
            .attr("aria-label", ui.text(Msg::React))
            .live_attr("aria-expanded", move || {
                let is_open = node.row.with(|row| row.is_choosing);
                if is_open { "true" } else { "false" }.to_owned()
            })
    });
    let given = part(move || {
        let shown = shown.get();
        (!shown.is_empty()).then(|| bar(ui, Some(node), &shown))
    });
    actions.children(open).child(given)
}

/// The reactions to the article, where the backend takes any.
pub(super) fn article(ui: Ui) -> View {
    let set = wording(move || {
        // The set, and not how often each of it was given.
        ui.state.with(|_| ());
        names(ui, |_| true)
    });
    let failure = wording(move || {
        let failure = ui.state.with(|state| state.thinking.failure());
        failure.map(|it| ui.failure(it)).unwrap_or_default()
    });
    // What was given elsewhere is shown at comments, and not taken.
    let is_taken = whether(move || ui.offers("reactions"));
    // Until the set is known, the room that it will take.
    let is_awaited = whether(move || {
        let is_loading = ui.state.with(|state| state.load == Progress::Waiting);
        is_loading && ui.offers("reactions")
    });
    part(move || {
        if !is_taken.get() {
            return None;
        }
        let set = set.get();
        if set.is_empty() && is_awaited.get() {
            return Some(el("div", "reactions is-awaited").attr("aria-hidden", "true"));
        }
        (!set.is_empty()).then(|| bar(ui, None, &set).child(alert("more-error", failure)))
    })
}

/// Whether the backend takes votes, for the order by them.
pub(super) fn has_votes(ui: Ui) -> super::view::Known<bool> {
    whether(move || ui.state.with(|state| state.votes != Votes::None))
}

/// A button for each of these reactions.
fn bar(ui: Ui, of: Option<Node>, names: &str) -> Element {
    let chips = names.split(' ').map(|name| {
        let name = name.to_owned();
        let label = {
            let name = name.clone();
            move || match count(ui, of, &name) {
                0 => name.clone(),
                count => [&name, " ", &count.to_string()].concat(),
            }
        };
        toggle(ui, of, REACTION, name).live_attr("aria-label", label)
    });
    let (bar, label) = match of {
        Some(_) => (el("div", "reactions").attr("role", "group"), Msg::Reactions),
        None => (
            el("form", "reactions").leads(ui, "post", "/thoughts"),
            Msg::ArticleReactions,
        ),
    };
    bar.attr("aria-label", ui.text(label)).children(chips)
}

/// A button by which a reader thinks something, or no longer.
fn toggle(ui: Ui, of: Option<Node>, class: &'static str, word: String) -> Element {
    let is_fixed =
        of.is_some_and(|node| node.row.with_untracked(|row| row.own) || is_elsewhere(node));
    let is_pressed = {
        let word = word.clone();
        move || {
            let is_pressed = is_thought(ui, of, &word);
            if is_pressed { "true" } else { "false" }.to_owned()
        }
    };
    let is_taken_back = cfg!(feature = "ssr") && untrack(|| is_thought(ui, of, &word));
    let value = word.clone();
    let press = press("button", class, move || {
        if untrack(|| is_final(ui, of)) {
            return;
        }
        let is_going = untrack(|| is_thought(ui, of, &word) && count(ui, of, &word) <= 1);
        ui.ask(Command::Think(of, word.clone()));
        let Some(node) = of else { return };
        let was_choosing = node.row.with_untracked(|row| row.is_choosing);
        if was_choosing {
            node.row.update(|row| row.is_choosing = false);
        }
        // The button itself may be gone by now.
        if (was_choosing || is_going) && class == REACTION {
            ui.focus(&button_id(node));
        }
    })
    .attr("name", if is_taken_back { "remove" } else { "add" })
    .attr("value", value)
    .live_attr("aria-pressed", is_pressed);
    // Nobody votes on what they wrote, nor here on what was written elsewhere.
    if is_fixed {
        press.attr("disabled", "")
    } else {
        press
    }
}

/// Whether it is another server's, which alone takes what one thinks of it.
fn is_elsewhere(node: Node) -> bool {
    node.row.with_untracked(|row| row.comment.origin.is_some())
}

/// Whether what this reader thinks of it can't be taken back.
fn is_final(ui: Ui, of: Option<Node>) -> bool {
    let has_voted = |node: Node| node.row.with(|row| !row.thought.is_empty());
    of.is_some_and(has_voted) && !ui.offers("unvote")
}

/// Id of the button that offers reactions, for the focus.
fn button_id(node: Node) -> String {
    ["react-", &node.id()].concat()
}

/// The names of the set that are wanted, with blanks between them.
fn names(ui: Ui, is_wanted: impl Fn(&str) -> bool) -> String {
    let mut names = String::new();
    ui.state.with_untracked(|state| {
        for reaction in &state.reactions {
            if is_wanted(&reaction.name) {
                if !names.is_empty() {
                    names.push(' ');
                }
                names.push_str(&reaction.name);
            }
        }
    });
    names
}

/// How many think that. Follows it.
fn count(ui: Ui, of: Option<Node>, word: &str) -> u32 {
    match of {
        Some(node) => node.row.with(|row| match word {
            UP => row.comment.up,
            DOWN => row.comment.down,
            name => given(&row.comment.reactions, name),
        }),
        None => ui.state.with(|state| given(&state.reactions, word)),
    }
}

/// Whether this reader thinks that. Follows it.
fn is_thought(ui: Ui, of: Option<Node>, word: &str) -> bool {
    match of {
        Some(node) => node.row.with(|row| thinks(&row.thought, word)),
        None => ui.state.with(|state| thinks(&state.thought, word)),
    }
}
