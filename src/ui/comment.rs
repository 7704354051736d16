//! One comment.

use afterword_protocol::Status;
use leptos::prelude::*;

use super::composer::composer;
use super::html::html;
use super::lean::{Part, button, part, text};
use super::list::list;
use super::{Command, Node, Panel, Phase, Ui};
use crate::browser;
use crate::i18n::Msg;
use crate::thread::{Slot, may_change};

/// Whether something about a comment is so. Whatever a part of a view reads makes it draw anew, and
/// a composer that is drawn anew loses what its reader had open: hence memos.
fn whether(is_so: impl Fn() -> bool + Send + Sync + 'static) -> Memo<bool> {
    Memo::new(move |_| is_so())
}

/// A comment, what can be done with it, and its replies.
pub(super) fn comment(ui: Ui, node: Node) -> AnyView {
    let is_answered = whether(move || !node.replies.with(Vec::is_empty));
    let is_replying = whether(move || node.row.with(|row| row.panel == Panel::Reply));
    let class = text(move || {
        let mut class = String::from("comment");
        node.row.with(|row| {
            let states = [
                (row.own, " is-own"),
                (row.phase == Phase::Sending, " is-sending"),
                (matches!(row.phase, Phase::Failed(_)), " is-failed"),
                (row.comment.status == Status::Pending, " is-pending"),
                (row.comment.status == Status::Deleted, " is-deleted"),
                (row.is_target, " is-target"),
            ];
            for (applies, name) in states {
                if applies {
                    class.push_str(name);
                }
            }
        });
        class
    });
    let label = text(move || ui.named(Msg::CommentBy, &node.author(ui)));
    let reply = part(move || {
        is_replying.get().then(|| {
            let name = untrack(|| node.author(ui));
            composer(ui, Slot::Reply(node.id()), name, String::new(), Some(node))
        })
    });
    let replies = part(move || is_answered.get().then(|| list(ui, node.replies, "replies")));
    let more = part(move || {
        let count = node
            .row
            .with(|row| row.more.as_ref().map(|(count, _)| *count))?;
        let class = "text-button more-replies";
        let more = move || ui.ask(Command::MoreReplies(node));
        Some(button(class, ui.count(Msg::MoreReplies, count), None, more))
    });
    view! {
        <li class="branch">
            <article class=class id=text(move || node.anchor()) aria-label=label tabindex="-1">
                {head(ui, node)}
                {context(ui, node)}
                {body(ui, node)}
            </article>
            {reply}
            {replies}
            {more}
        </li>
    }
    .into_any()
}

/// Who, when, and which.
fn head(ui: Ui, node: Node) -> AnyView {
    let author = part(move || {
        node.row.with(|row| match &row.comment.author {
            _ if row.comment.status == Status::Deleted => None,
            Some(name) => {
                Some(view! { <bdi class="comment-author">{name.clone()}</bdi> }.into_any())
            }
            None => Some(
                view! {
                    <span class="comment-author is-anonymous">{ui.text(Msg::Anonymous)}</span>
                }
                .into_any(),
            ),
        })
    });
    let created = Memo::new(move |_| node.row.with(|row| row.comment.created.clone()));
    let time =
        move || created.with(|time| ui.i18n.with_value(|i18n| i18n.time(time, ui.now.get())));
    let marks = text(move || {
        node.row.with(|row| {
            let mark = match row.phase {
                Phase::Sending => Some(Msg::Sending),
                Phase::Failed(_) => Some(Msg::NotSent),
                Phase::Standing => match row.comment.status {
                    Status::Pending => Some(Msg::Pending),
                    Status::Published if row.comment.edited.is_some() => Some(Msg::Edited),
                    Status::Published | Status::Deleted => None,
                },
            };
            let own = (row.own && row.phase == Phase::Standing).then_some(Msg::You);
            let marks: Vec<_> = [own, mark]
                .into_iter()
                .flatten()
                .map(|msg| ui.text(msg))
                .collect();
            marks.join(" · ")
        })
    });
    let number = text(move || match node.row.with(|row| row.comment.number) {
        0 => String::new(),
        number => ["#", &number.to_string()].concat(),
    });
    view! {
        <header class="comment-head">
            {author}
            <a class="comment-time" href=text(move || ["#", &node.anchor()].concat())>
                <time
                    datetime=text(move || created.get())
                    title=text(move || time().exact)
                >
                    {text(move || time().relative)}
                </time>
            </a>
            <span class="comment-mark">{marks}</span>
            <span class="comment-number">{number}</span>
        </header>
    }
    .into_any()
}

/// Whom it answers, where the view doesn't show that.
fn context(ui: Ui, node: Node) -> Option<AnyView> {
    let (name, id) = node.row.with_untracked(|row| row.answers.clone())?;
    let view = view! {
        <p class="comment-context">
            <a href=["#comment-", &id].concat()>{ui.named(Msg::InReplyTo, &name)}</a>
        </p>
    };
    Some(view.into_any())
}

/// What it says, or the editor in its place; and what can be done with it.
fn body(ui: Ui, node: Node) -> Part {
    let is_editing = whether(move || node.row.with(|row| matches!(row.panel, Panel::Edit(_))));
    let is_deleted = whether(move || node.row.with(|row| row.comment.status == Status::Deleted));
    let content = Memo::new(move |_| node.row.with(|row| row.comment.html.clone()));
    part(move || {
        if is_editing.get() {
            let source = node.row.with_untracked(|row| match &row.panel {
                Panel::Edit(source) => source.clone(),
                _ => String::new(),
            });
            return Some(composer(
                ui,
                Slot::Edit(node.id()),
                String::new(),
                source,
                Some(node),
            ));
        }
        if is_deleted.get() {
            let text = ui.text(Msg::Deleted);
            return Some(view! { <p class="comment-body">{text}</p> }.into_any());
        }
        let view = view! {
            {html("comment-body body", content)}
            {failure(ui, node)}
            {actions(ui, node)}
            {confirm(ui, node)}
        };
        Some(view.into_any())
    })
}

/// Why it was not taken.
fn failure(ui: Ui, node: Node) -> Part {
    part(move || match node.row.with(|row| row.phase) {
        Phase::Failed(failure) => Some(
            view! { <p class="comment-error" role="alert">{ui.failure(failure)}</p> }.into_any(),
        ),
        Phase::Sending | Phase::Standing => None,
    })
}

/// The buttons below a comment.
fn actions(ui: Ui, node: Node) -> Part {
    let may_change = whether(move || {
        let Some(created) = node
            .row
            .with(|row| row.own.then(|| row.comment.created.clone()))
        else {
            return false;
        };
        let window = ui.state.with(|state| state.limits.edit_seconds);
        may_change(browser::parse_time(&created), ui.now.get(), window)
    });
    part(move || {
        let button = |msg, click: Box<dyn Fn()>| button("text-button", ui.text(msg), None, click);
        let mut buttons = Vec::new();
        match node.row.with(|row| row.phase) {
            Phase::Sending => {}
            Phase::Failed(_) => {
                buttons.push(button(
                    Msg::Retry,
                    Box::new(move || ui.ask(Command::Retry(node))),
                ));
                let rewrite = Box::new(move || ui.ask(Command::Rewrite(node)));
                buttons.push(button(Msg::EditAgain, rewrite));
                buttons.push(button(
                    Msg::Discard,
                    Box::new(move || ui.ask(Command::Discard(node))),
                ));
            }
            Phase::Standing => {
                buttons.push(super::lean::button(
                    "text-button",
                    ui.text(Msg::Reply),
                    Some(ui.named(Msg::ReplyTo, &node.author(ui))),
                    move || ui.ask(Command::Reply(node)),
                ));
                if may_change.get() {
                    buttons.push(button(
                        Msg::Edit,
                        Box::new(move || ui.ask(Command::Edit(node))),
                    ));
                    let delete = Box::new(move || ui.ask(Command::Confirm(node)));
                    buttons.push(button(Msg::Delete, delete));
                }
            }
        }
        Some(view! { <div class="comment-actions">{buttons}</div> }.into_any())
    })
}

/// The question before a deletion, which can't be undone.
fn confirm(ui: Ui, node: Node) -> Part {
    let is_asked = whether(move || node.row.with(|row| row.panel == Panel::Delete));
    part(move || {
        is_asked.get().then(|| {
            let question = ui.text(Msg::DeleteQuestion);
            let delete = move || ui.ask(Command::Delete(node));
            let keep = move || ui.ask(Command::Close(node));
            view! {
                <div class="confirm" role="group" aria-label=question.clone()>
                    <span>{question.clone()}</span>
                    {button("button button-danger", ui.text(Msg::Delete), None, delete)}
                    {button("button confirm-keep", ui.text(Msg::Keep), None, keep)}
                </div>
            }
            .into_any()
        })
    })
}
