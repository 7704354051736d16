//! What needs a word more: whom to ban and for how long, an answer, another text, another page.

use afterword_protocol::admin::{Action, BanKind, ModeratedComment, NewBan, Outcome, Verdict};
use afterword_protocol::{Created, NewComment, Status};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Triage, act, card};
use crate::api::{post, public};
use crate::drafts;
use crate::host;
use crate::parts::{self, labelled};
use crate::texts::{count, fill, t};
use crate::view::el;

/// For how long somebody can be banned: seconds, and the key of what that is called.
const SPANS: [(&str, &str); 4] = [
    ("86400", "for-a-day"),     // text
    ("604800", "for-a-week"),   // text
    ("2592000", "for-a-month"), // text
    ("", "for-good"),           // text
];

/// For how long somebody can be banned, for a field.
pub(crate) fn spans() -> [(String, String); 4] {
    SPANS.map(|(seconds, key)| (seconds.to_owned(), t(key)))
}

impl Triage {
    fn comments(self, ids: &[String]) -> Vec<ModeratedComment> {
        let rows = ids.iter().filter_map(|id| self.row(id));
        rows.map(|row| row.get_untracked()).collect()
    }

    /// Asks whom to ban, and for how long.
    pub(super) fn ban(self, ids: Vec<String>) {
        let comments = self.comments(&ids);
        if comments.is_empty() {
            return;
        }
        let title = match &comments[..] {
            [comment] => fill("ban-title", &[("name", &card::name(comment))]),
            all => count("ban-titles", all.len() as u64),
        };
        let has = |what: fn(&ModeratedComment) -> bool| comments.iter().any(what);
        let kinds = [
            (BanKind::Person, "ban-person", has(|it| it.person.is_some())), // text
            (
                BanKind::Network,
                "ban-network",
                has(|it| it.network.is_some()),
            ), // text
            (BanKind::Author, "ban-author", has(|it| it.author.is_some())), // text
        ];
        parts::dialog(&title, move |dialog, close| {
            // What is known of them, and the surest is chosen.
            let mut is_first = true;
            let kinds: Vec<_> = kinds
                .into_iter()
                .filter(|(.., is_known)| *is_known)
                .map(|(kind, key, _)| {
                    let is_chosen = RwSignal::new(is_first);
                    is_first = false;
                    (kind, key, is_chosen)
                })
                .collect();
            let span = RwSignal::new("604800".to_owned());
            let is_hidden = RwSignal::new(false);
            let is_spam = RwSignal::new(true);
            let is_busy = RwSignal::new(false);
            let reason = drafts::text(&banned(&ids), "");
            let problem = RwSignal::new(String::new());
            let boxes = kinds
                .iter()
                .map(|(_, key, is_chosen)| parts::ticked(&t(key), parts::tick(*is_chosen)));
            let by = el("fieldset", "group")
                .child(el("legend", "legend").text(t("ban-by")))
                .children(boxes);
            let spans = spans();
            let send = move || {
                let span = span.get_untracked();
                let until = span.parse().ok().map(host::later);
                let chosen = kinds.iter().filter(|(.., it)| it.get_untracked());
                let bans: Vec<_> = chosen
                    .map(|(kind, ..)| NewBan {
                        kind: *kind,
                        value: None,
                        site: None,
                        until: until.clone(),
                        shadow: is_hidden.get_untracked(),
                    })
                    .collect();
                if bans.is_empty() {
                    return problem.set(t("ban-by-nothing"));
                }
                let mut action = act::plain(Action::Ban, ids.clone());
                action.bans = bans;
                action.reason = Some(reason.get_untracked()).filter(|it| !it.trim().is_empty());
                action.then = is_spam.get_untracked().then_some(Action::Spam);
                self.carry_out_from(close.clone(), action, is_busy, problem);
            };
            dialog.child(
                parts::form("form", send)
                    .child(parts::problem(problem))
                    .child(by)
                    .child(labelled(&t("ban-until"), "", parts::choice(&spans, span)))
                    .child(labelled(
                        &t("reason"),
                        &t("reason-hint"),
                        parts::field("text", reason).attr("maxlength", "500"),
                    ))
                    .child(parts::ticked(&t("ban-shadow"), parts::tick(is_hidden)))
                    .child(parts::ticked(&t("ban-and-spam"), parts::tick(is_spam)))
                    .child(el("div", "row row-end").child(
                        parts::submit(&t("ban"), is_busy).attr("class", "button button-danger"),
                    )),
            )
        });
    }

    /// Asks for an answer.
    pub(super) fn reply(self, id: &str) {
        let Some(comment) = self.row(id).map(|row| row.get_untracked()) else {
            return;
        };
        let title = fill("reply-to", &[("name", &card::name(&comment))]);
        parts::dialog(&title, move |dialog, close| {
            let kept = ["reply:", &comment.id].concat();
            let text = drafts::text(&kept, "");
            let problem = RwSignal::new(String::new());
            let is_busy = RwSignal::new(false);
            let is_held = comment.verdict != Verdict::Published;
            let quoted = el("blockquote", "card-source quoted")
                .attr("dir", "auto")
                .text(&comment.text);
            let send = move || {
                if is_busy.get_untracked() || text.with_untracked(|text| text.trim().is_empty()) {
                    return;
                }
                is_busy.set(true);
                problem.set(String::new());
                let (comment, close, kept) = (comment.clone(), close.clone(), kept.clone());
                let text = text.get_untracked();
                spawn_local(async move {
                    match self.answer(comment, text).await {
                        Ok(()) => {
                            drafts::forget(&kept);
                            close.now();
                        }
                        Err(sentence) => {
                            is_busy.set(false);
                            problem.set(sentence);
                        }
                    }
                });
            };
            dialog.child(quoted).child(
                parts::form("form", send)
                    .child(parts::problem(problem))
                    .child(labelled(
                        &t("your-reply"),
                        &t(if is_held {
                            "reply-approves"
                        } else {
                            "reply-hint"
                        }),
                        parts::area(5, text).attr("autofocus", ""),
                    ))
                    .child(el("div", "row row-end").child(parts::submit(&t("reply"), is_busy))),
            )
        });
    }

    /// Posts an answer under the moderator's name. What it answers is approved before: nobody can see
    /// an answer to what nobody sees.
    async fn answer(self, comment: ModeratedComment, text: String) -> Result<(), String> {
        let app = self.app;
        if comment.verdict != Verdict::Published {
            let approve = act::plain(Action::Approve, vec![comment.id.clone()]);
            if !self.carry_out_now(approve).await {
                return Err(t("reply-not-approved"));
            }
        }
        let author = app
            .user
            .with_untracked(|user| user.as_ref().map(|user| user.name.clone()));
        let reply = NewComment {
            site: Some(comment.site),
            page: comment.page,
            parent: Some(comment.id),
            author,
            text,
            ..NewComment::default()
        };
        let call = public("POST", "comments").json(&reply);
        let created = app.ask::<Created>(call).await;
        let created = created.map_err(|failure| failure.sentence())?;
        if created.comment.status == Status::Pending {
            // It was held like anybody's.
            let approve = act::plain(Action::Approve, vec![created.comment.id]);
            let done = app.ask::<Outcome>(post("actions").json(&approve)).await;
            done.map_err(|failure| failure.sentence())?;
        }
        app.tell(t("replied"), None);
        Ok(())
    }

    /// Asks for another text.
    pub(super) fn edit(self, id: &str) {
        let Some(comment) = self.row(id).map(|row| row.get_untracked()) else {
            return;
        };
        let title = fill("edit-title", &[("name", &card::name(&comment))]);
        parts::dialog(&title, move |dialog, close| {
            let text = drafts::text(&edited(&comment.id), &comment.text);
            let (problem, is_busy) = (RwSignal::new(String::new()), RwSignal::new(false));
            let send = move || {
                let text = text.get_untracked();
                if text.trim().is_empty() {
                    return;
                }
                if text == comment.text {
                    return close.now();
                }
                let mut action = act::plain(Action::Edit, vec![comment.id.clone()]);
                action.text = Some(text);
                self.carry_out_from(close.clone(), action, is_busy, problem);
            };
            dialog.child(
                parts::form("form", send)
                    .child(parts::problem(problem))
                    .child(labelled(
                        &t("text"),
                        &t("edit-hint"),
                        parts::area(8, text)
                            .attr("dir", "auto")
                            .attr("autofocus", ""),
                    ))
                    .child(save_row(is_busy)),
            )
        });
    }

    /// Asks for another page.
    pub(super) fn move_to(self, id: &str) {
        let Some(comment) = self.row(id).map(|row| row.get_untracked()) else {
            return;
        };
        parts::dialog(&t("move-title"), move |dialog, close| {
            let page = RwSignal::new(comment.page.clone());
            let (problem, is_busy) = (RwSignal::new(String::new()), RwSignal::new(false));
            let send = move || {
                let page = page.get_untracked();
                if page.is_empty() || page == comment.page {
                    return close.now();
                }
                let mut action = act::plain(Action::Move, vec![comment.id.clone()]);
                action.page = Some(page);
                self.carry_out_from(close.clone(), action, is_busy, problem);
            };
            dialog.child(
                parts::form("form", send)
                    .child(parts::problem(problem))
                    .child(labelled(
                        &t("page-key"),
                        &t("move-hint"),
                        parts::field("text", page)
                            .attr("dir", "ltr")
                            .attr("autofocus", ""),
                    ))
                    .child(save_row(is_busy)),
            )
        });
    }
}

fn save_row(is_busy: RwSignal<bool>) -> crate::view::El {
    el("div", "row row-end").child(parts::submit(&t("save"), is_busy))
}

/// By what an editor's draft is kept.
fn edited(id: &str) -> String {
    ["edit:", id].concat()
}

/// By what is kept why somebody was to be banned.
fn banned(ids: &[String]) -> String {
    ["ban:", &ids.join(" ")].concat()
}

/// What was typed for such an action is sent.
pub(super) fn forget_draft(action: Action, ids: &[String]) {
    match (action, ids) {
        (Action::Edit, [id]) => drafts::forget(&edited(id)),
        (Action::Ban, ids) => drafts::forget(&banned(ids)),
        _ => {}
    }
}
