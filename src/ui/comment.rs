//! One comment.

use afterword_protocol::{Comment, Origin, Status};
use leptos::prelude::*;

use super::composer::composer;
use super::forms::{has_program, opener};
use super::more::more;
use super::thoughts::{react, votes};
use super::thread::closed;
use super::view::{Element, View, alert, button, el, list, part, whether, wording, words};
use super::{Command, Node, Panel, Ui};
use crate::browser;
use crate::i18n::Msg;
use crate::thread::{Failure, Progress, Slot, hue, initials, may_change};

/// A comment of the top level: below it are its descendants, and what brings more of them.
pub(super) fn root(ui: Ui, node: Node) -> Element {
    reply(ui, node).child(more(ui, Some(node)))
}

/// A comment, what can be done with it, and its replies.
fn reply(ui: Ui, node: Node) -> Element {
    let is_answered = whether(move || !node.replies.with(Vec::is_empty));
    let replying = wording(move || {
        let is_replying = node.row.with(|row| row.panel == Panel::Reply);
        let replying = match is_replying {
            true if is_closed(ui) => "closed",
            true => "open",
            false => "",
        };
        replying.to_owned()
    });
    let class = move || {
        let mut class = String::from("comment");
        node.row.with(|row| {
            let states = [
                (row.own, " is-own"),
                (row.sending == Progress::Waiting, " is-sending"),
                (row.sending.failure().is_some(), " is-failed"),
                (row.changing == Progress::Waiting, " is-changing"),
                (row.comment.status == Status::Pending, " is-pending"),
                (row.comment.status == Status::Deleted, " is-deleted"),
                (row.is_target, " is-target"),
                (row.is_long && !row.is_open, " is-cut"),
                (row.is_new, " is-new"),
                (row.comment.pinned, " is-pinned"),
                (row.comment.featured, " is-featured"),
                (row.comment.locked, " is-locked"),
                (row.muted, " is-muted"),
                (row.is_folded, " is-folded"),
            ];
            for (applies, name) in states {
                if applies {
                    class.push_str(name);
                }
            }
        });
        class
    };
    let label = move || {
        if node.is_deleted() {
            ui.text(Msg::Deleted)
        } else {
            ui.named(Msg::CommentBy, &node.author(ui))
        }
    };
    let article = el("article", "")
        .attr("part", "comment")
        .live_attr("class", class)
        .live_attr("id", move || node.anchor())
        .live_attr("aria-label", label)
        .attr("tabindex", "-1")
        .child(head(ui, node))
        .children(context(ui, node))
        .child(body(ui, node))
        .child(veil(ui, node));
    el("li", "branch")
        .child(article)
        .child(part(move || {
            let slot = || Slot::Reply(node.id());
            match replying.get().as_str() {
                "" => None,
                "open" => Some(composer(ui, &slot(), String::new(), Some(node))),
                _ => closed(ui, &slot()),
            }
        }))
        .child(part(move || {
            is_answered.get().then(|| {
                el("div", "answers")
                    .child(fold(ui, node))
                    .child(list("replies").comments(ui, node.replies, reply))
            })
        }))
}

/// The line beside the replies: it folds them, with what they answer, into one line, which says what
/// is hidden. It has these words all the time; the style shows them when they are needed.
fn fold(ui: Ui, node: Node) -> Element {
    let is_folded = move || node.row.with(|row| row.is_folded);
    el("button", "fold text-button")
        .attr("type", "button")
        .live_attr("aria-expanded", move || {
            if is_folded() { "false" } else { "true" }.to_owned()
        })
        .live_text(move || ui.count_with(Msg::Branch, node.count_below(), &node.author(ui)))
        .on("click", move |event| {
            node.row.update(|row| row.is_folded = !row.is_folded);
            // Its line may be far above.
            browser::keep_in_view(event);
        })
}

/// The line that stands for a comment whose author is muted: the style hides all the rest.
fn veil(ui: Ui, node: Node) -> View {
    let is_muted = whether(move || node.row.with(|row| row.muted));
    part(move || {
        is_muted.get().then(|| {
            let name = untrack(|| node.author(ui));
            let show = button("text-button", move || ui.ask(Command::Unveil(node)));
            let show = show.attr("id", veil_id(&node.id()));
            let veil = el("p", "comment-veil").named(ui, Msg::Muted, &name);
            veil.child(show.text(ui.text(Msg::Show)))
        })
    })
}

/// Id of the button that shows a comment whose author is muted, for the focus.
pub(crate) fn veil_id(id: &str) -> String {
    ["show-", id].concat()
}

/// Who, when, and which. That changes when the backend has answered, and then no more: it is drawn as
/// a whole. Only how long ago goes on.
fn head(ui: Ui, node: Node) -> View {
    let identity = wording(move || {
        node.row.with(|row| {
            let Comment {
                id,
                number,
                author,
                website,
                badge,
                created,
                status,
                ..
            } = &row.comment;
            let author = author.as_deref().unwrap_or_default();
            let website = website.as_deref().unwrap_or_default();
            let badge = badge.as_deref().unwrap_or_default();
            let is_deleted = if *status == Status::Deleted { "1" } else { "0" };
            [
                id,
                &number.to_string(),
                created,
                is_deleted,
                website,
                badge,
                author,
            ]
            .join("\n")
        })
    });
    part(move || {
        // A memo that nobody has read has read nothing, and would not change.
        identity.with(|_| ());
        let comment = node.row.with_untracked(|row| row.comment.clone());
        let created = comment.created;
        let exact = ui.i18n(|i18n| i18n.exact(&created));
        let is_there = comment.status != Status::Deleted;
        let avatar = is_there.then(|| avatar(ui, comment.author.as_deref()));
        let author = match comment.author {
            _ if comment.status == Status::Deleted => None,
            Some(name) => Some(signature(name, comment.website)),
            None => {
                let anonymous = el("span", "comment-author is-anonymous");
                Some(anonymous.text(ui.text(Msg::Anonymous)))
            }
        };
        let badge = comment.badge.filter(|_| is_there);
        let badge = badge.map(|badge| match badge.as_str() {
            "verified" => ui.text(Msg::Verified),
            "staff" => ui.text(Msg::Staff),
            _ => badge,
        });
        let badge = badge.map(|badge| el("bdi", "comment-badge").text(badge));
        let time = el("time", "")
            .attr("datetime", created.clone())
            .attr("title", exact.clone())
            .live_text(move || ui.i18n(|i18n| i18n.ago(&created, ui.now.get())));
        // A title is for who has a pointer; the words are for who has not.
        let exact = el("span", "visually-hidden").text([", ", &exact].concat());
        let link = el("a", "comment-time")
            .attr("href", ["#comment-", &comment.id].concat())
            .child(time)
            .child(exact);
        // Where the whole thread is from there, it needn't be said of each.
        let home = ui.state.with_untracked(|state| state.origin.clone());
        let is_abroad = |origin: &Origin| home.is_none_or(|home| home.name != origin.name);
        let origin = comment
            .origin
            .filter(|origin| is_web(&origin.url) && is_abroad(origin));
        let origin = origin.map(|origin| {
            let link = elsewhere("comment-origin", origin.url);
            link.text(origin.name)
        });
        let number = match comment.number {
            0 => String::new(),
            number => ["#", &number.to_string()].concat(),
        };
        let head = el("header", "comment-head")
            .children(avatar)
            .children(author)
            .children(badge)
            .children(origin)
            .child(link)
            .child(el("span", "comment-mark").live_text(move || marks(ui, node)))
            .children(answered(ui, node, false))
            .child(edited(ui, node))
            .child(el("span", "comment-number").text(number));
        Some(head)
    })
}

/// The author's name, which leads to their own page if they have named one.
fn signature(name: String, website: Option<String>) -> Element {
    match website.filter(|address| is_web(address)) {
        None => el("bdi", "comment-author").text(name),
        Some(address) => elsewhere("comment-author", address).child(el("bdi", "").text(name)),
    }
}

/// Whether it is an address that may be linked.
fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// A link to what is not the site's own.
fn elsewhere(class: &'static str, address: String) -> Element {
    el("a", class)
        .attr("href", address)
        .attr("rel", "nofollow ugc noopener")
        .attr("target", "_blank")
}

/// What leads to where a conversation takes place.
pub(super) fn answer_on(ui: Ui, class: &'static str, origin: Origin) -> Option<Element> {
    let link = is_web(&origin.url).then(|| elsewhere(class, origin.url))?;
    Some(link.text(ui.named(Msg::AnswerOn, &origin.name)))
}

/// What is said about it beside its time.
fn marks(ui: Ui, node: Node) -> String {
    node.row.with(|row| {
        let mark = match row.sending {
            _ if row.changing == Progress::Waiting => Some(Msg::Waiting),
            Progress::Waiting => Some(Msg::Sending),
            Progress::Failed(_) if browser::is_offline() => Some(Msg::Offline),
            Progress::Failed(_) => Some(Msg::NotSent),
            Progress::Idle => (row.comment.status == Status::Pending).then_some(Msg::Pending),
        };
        let of = [
            (row.is_new, Msg::New),
            (row.comment.pinned, Msg::Pinned),
            (row.comment.featured, Msg::Featured),
            (row.own && row.sending == Progress::Idle, Msg::You),
            (row.comment.locked, Msg::Locked),
        ];
        let of = of
            .into_iter()
            .filter_map(|(is_so, msg)| is_so.then_some(msg));
        of.chain(mark)
            .map(|msg| ui.text(msg))
            .collect::<Vec<_>>()
            .join(" · ")
    })
}

/// What stands for a face: the initials, which are the style's to show, so that they are neither
/// read out nor found nor copied; and which of its colours it has.
fn avatar(ui: Ui, name: Option<&str>) -> Element {
    let avatar = el("span", "avatar").attr("aria-hidden", "true");
    match name {
        Some(name) => avatar
            .attr("data-letters", initials(name))
            .attr("data-hue", hue(name).to_string()),
        None => avatar.attr("data-letters", initials(&ui.text(Msg::Anonymous))),
    }
}

/// Says that it was edited, and leads to what it said before where a server knows that.
fn edited(ui: Ui, node: Node) -> View {
    let words = wording(move || {
        let msg = node.row.with(|row| match &row.comment {
            _ if row.changing == Progress::Waiting => None,
            comment if comment.moderated => Some(Msg::EditedByModerator),
            comment => comment.edited.as_ref().map(|_| Msg::Edited),
        });
        msg.map(|msg| ui.text(msg)).unwrap_or_default()
    });
    part(move || {
        let words = words.get();
        (!words.is_empty()).then(|| {
            let mark = if !untrack(|| ui.offers("history")) || !has_program(ui) {
                el("span", "comment-mark")
            } else {
                let open = move || ui.ask(Command::Tool("history", node.id().into()));
                let class = "comment-mark text-button";
                opener(ui, class, "comment", &node.id(), open).attr("aria-haspopup", "dialog")
            };
            mark.text(words)
        })
    })
}

/// Whom it answers, where the view doesn't show that.
fn context(ui: Ui, node: Node) -> Option<Element> {
    let link = answered(ui, node, true)?;
    Some(el("p", "comment-context").child(link))
}

/// The link to what it answers: in words where the view doesn't show that, else an arrow.
fn answered(ui: Ui, node: Node, is_beside: bool) -> Option<Element> {
    let answers = node.row.with_untracked(|row| row.answers.clone());
    let answers = answers.filter(|answers| answers.is_beside == is_beside)?;
    let link = el("a", if is_beside { "" } else { "comment-up" })
        .attr("href", ["#comment-", &answers.id].concat())
        // The address may be that one already, and then nothing else happens.
        .on("click", move |_| ui.ask(Command::Follow));
    Some(if is_beside {
        link.named(ui, Msg::InReplyTo, &answers.name)
    } else {
        link.attr("aria-label", ui.named(Msg::InReplyTo, &answers.name))
            .text("↑")
    })
}

/// What it says, or the editor in its place; and what can be done with it.
fn body(ui: Ui, node: Node) -> View {
    let is_editing = whether(move || node.row.with(|row| matches!(row.panel, Panel::Edit(_))));
    let is_deleted = whether(move || node.is_deleted());
    let content = wording(move || node.row.with(|row| row.comment.html.clone()));
    let failure = wording(move || {
        let (sending, changing) = node.row.with(|row| (row.sending, row.changing));
        let unsent = sending.failure().map(|it| match it {
            Failure::Network if browser::is_offline() => ui.text(Msg::WillBeSent),
            it => ui.i18n(|i18n| i18n.refusal(it)),
        });
        let unchanged = || changing.failure().map(|it| ui.failure(it));
        unsent.or_else(unchanged).unwrap_or_default()
    });
    part(move || {
        if is_editing.get() {
            let source = node.row.with_untracked(|row| match &row.panel {
                Panel::Edit(source) => source.clone(),
                _ => String::new(),
            });
            let later = wording(move || {
                let is_other = node.row.with(|row| row.later.is_some());
                let text = is_other.then(|| ui.text(Msg::Meanwhile));
                text.unwrap_or_default()
            });
            let composer = composer(ui, &Slot::Edit(node.id()), source, Some(node));
            return Some(composer.child(alert("composer-error", later)));
        }
        let view = el("div", "comment-main");
        let view = if is_deleted.get() {
            view.child(el("p", "comment-body").text(ui.text(Msg::Deleted)))
                .child(alert("comment-error", failure))
                .child(undo(ui, node))
        } else {
            view.child(words(ui, "comment-body body", content))
                .children(read_more(ui, node))
                .child(alert("comment-error", failure))
                .child(actions(ui, node))
        };
        Some(view)
    })
}

/// The button that shows the whole of a long comment, and hides it again. All of it is there for who
/// searches, prints or listens.
fn read_more(ui: Ui, node: Node) -> Option<Element> {
    let is_long = node.row.with_untracked(|row| row.is_long);
    is_long.then(|| {
        let click = move || node.row.update(|row| row.is_open = !row.is_open);
        opener(ui, "text-button read-more", "comment", &node.id(), click).live_text(move || {
            let is_open = node.row.with(|row| row.is_open);
            ui.text(if is_open {
                Msg::ReadLess
            } else {
                Msg::ReadMore
            })
        })
    })
}

/// What restores a comment that has just been deleted.
fn undo(ui: Ui, node: Node) -> View {
    let is_offered = whether(move || node.row.with(|row| matches!(row.panel, Panel::Undo(_))));
    part(move || {
        is_offered.get().then(|| {
            let undo = button("button", move || ui.ask(Command::Undo(node)));
            undo.attr("id", question_id(node)).text(ui.text(Msg::Undo))
        })
    })
}

/// The buttons below a comment, or the question that one of them leads to.
fn actions(ui: Ui, node: Node) -> View {
    let is_sending = whether(move || node.row.with(|row| row.sending == Progress::Waiting));
    let is_unsent = whether(move || node.row.with(|row| row.sending != Progress::Idle));
    // Which buttons there are is one memo: there are thousands of these.
    let state = wording(move || {
        let state = node.row.with(|row| match row.panel {
            Panel::Delete => "asked",
            _ if row.is_shut || row.comment.locked || row.comment.status == Status::Pending => {
                "shut"
            }
            _ if is_closed(ui) && untrack(|| ui.offers("edit")) => "closed",
            _ if is_closed(ui) => "fixed",
            _ => "",
        });
        state.to_owned()
    });
    let may_change = whether(move || {
        // Comments of others follow neither the clock nor the state here: there are thousands.
        if !node.row.with(|row| row.own) {
            return false;
        }
        let is_answered = || node.replies.with(|replies| !replies.is_empty());
        if ui.offers("unanswered") && is_answered() {
            return false;
        }
        let created = node.row.with(|row| row.comment.created.clone());
        let window = ui.state.with(|state| state.limits.edit_seconds);
        let now = ui.now.get();
        // A server has asked its own clock before.
        now == 0.0 || may_change(browser::parse_time(&created), now, window)
    });
    part(move || {
        let ask = move |msg, command: fn(Node) -> Command| {
            button("text-button", move || ui.ask(command(node))).text(ui.text(msg))
        };
        let state = state.get();
        if state == "asked" {
            return Some(confirm(ui, node));
        }
        let buttons = if is_sending.get() {
            Vec::new()
        } else if is_unsent.get() {
            vec![
                ask(Msg::Retry, Command::Retry),
                ask(Msg::EditAgain, Command::Rewrite),
                ask(Msg::Discard, Command::Discard),
            ]
        } else {
            let open = move |msg, name, command: fn(Node) -> Command| {
                let click = move || ui.ask(command(node));
                opener(ui, "text-button", name, &node.id(), click).text(ui.text(msg))
            };
            let whom = untrack(|| ui.named(Msg::ReplyTo, &node.author(ui)));
            let mut buttons = votes(ui, node);
            let offers = |word| untrack(|| ui.offers(word));
            let origin = node.row.with_untracked(|row| row.comment.origin.clone());
            if let Some(origin) = origin {
                buttons.extend(answer_on(ui, "text-button", origin));
            } else if offers("reply") && state.is_empty() {
                buttons.push(open(Msg::Reply, "reply", Command::Reply).attr("aria-label", whom));
            }
            if may_change.get() {
                if offers("edit") {
                    buttons.push(open(Msg::Edit, "edit", Command::Edit));
                }
                if offers("delete") {
                    buttons.push(open(Msg::Delete, "delete", Command::Confirm));
                }
            }
            if has_program(ui) {
                let open = move || ui.ask(Command::Menu(node));
                let class = "text-button comment-more";
                let menu = opener(ui, class, "comment", &node.id(), open)
                    .attr("aria-label", ui.text(Msg::MoreActions))
                    .attr("aria-haspopup", "menu")
                    .attr("aria-expanded", "false");
                buttons.push(menu.text("\u{22ef}"));
            }
            buttons
        };
        let actions = el("form", "comment-actions");
        Some(if is_unsent.get() {
            actions.children(buttons)
        } else {
            let actions = actions.thinks_of(ui, &node.id()).children(buttons);
            react(ui, node, actions)
        })
    })
}

/// Whether the page takes no comments.
fn is_closed(ui: Ui) -> bool {
    ui.state.with_untracked(|state| state.closed)
}

/// Id of the question whether a comment is to be deleted, or of what takes that back, for the focus.
pub(crate) fn question_id(node: Node) -> String {
    ["delete-", &node.id()].concat()
}

/// The question before a deletion that can't be undone.
fn confirm(ui: Ui, node: Node) -> Element {
    let question = ui.text(Msg::DeleteQuestion);
    let delete = el("button", "button button-danger");
    let close = move || ui.ask(Command::Close(node));
    let keep = opener(ui, "button confirm-keep", "comment", &node.id(), close);
    el("form", "confirm")
        .attr("id", question_id(node))
        .attr("tabindex", "-1")
        .first()
        .attr("aria-label", question.clone())
        .on("submit", move |event| {
            event.prevent_default();
            ui.ask(Command::Delete(node));
        })
        .leads(ui, "post", &["/comments/", &node.id(), "/delete"].concat())
        .child(el("span", "").text(question))
        .child(delete.text(ui.text(Msg::Delete)))
        .child(keep.text(ui.text(Msg::Keep)))
}
