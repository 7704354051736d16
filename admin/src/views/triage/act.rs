//! Deciding, and taking that back.

use afterword_protocol::admin::{Action, NewAction, Outcome, Verdict};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{FEW, Row, State, Triage, bring_into_view, dialogs, focus_on};
use crate::api::{Failure, post};
use crate::app::App;
use crate::parts::Close;
use crate::route::encode;
use crate::texts::{count, t};
use crate::view::{focus_title, has_focus};

/// Something that a moderator decides.
pub(super) struct Decision {
    /// What.
    pub(super) action: Action,
    /// The key of what stands on its button.
    pub(super) label: &'static str,
    /// The key of what is said when it is done.
    done: &'static str,
    /// The key that does it.
    pub(super) key: &'static str,
    /// What becomes of the comment.
    pub(super) verdict: Option<Verdict>,
}

const fn decision(
    action: Action,
    label: &'static str,
    done: &'static str,
    key: &'static str,
    verdict: Option<Verdict>,
) -> Decision {
    Decision {
        action,
        label,
        done,
        key,
        verdict,
    }
}

/// What every comment has a button for.
pub(super) const MAIN: [Decision; 3] = [
    decision(
        Action::Approve,
        "approve",
        "done-approve",
        "a",
        Some(Verdict::Published),
    ),
    decision(Action::Spam, "spam", "done-spam", "s", Some(Verdict::Spam)),
    decision(
        Action::Delete,
        "delete",
        "done-delete",
        "d",
        Some(Verdict::Deleted),
    ),
];

/// What is found behind a further button.
pub(super) const MORE: [Decision; 7] = [
    decision(
        Action::Hide,
        "hide",
        "done-hide",
        "h",
        Some(Verdict::Hidden),
    ),
    decision(Action::Pin, "pin", "done-change", "", None),
    decision(Action::Unpin, "unpin", "done-change", "", None),
    decision(Action::Feature, "feature", "done-change", "", None),
    decision(Action::Unfeature, "unfeature", "done-change", "", None),
    decision(Action::Lock, "lock", "done-change", "", None),
    decision(Action::Unlock, "unlock", "done-change", "", None),
];

fn find(action: Action) -> Option<&'static Decision> {
    MAIN.iter().chain(&MORE).find(|it| it.action == action)
}

/// An action whose answer is still to come.
struct Begun {
    /// What is said about it.
    done: String,
    /// What it has taken out of the list, and from where.
    removed: Vec<(usize, Row)>,
}

/// What is sent for an action without anything more to say.
pub(crate) fn plain(action: Action, ids: Vec<String>) -> NewAction {
    NewAction {
        action,
        ids,
        pages: Vec::new(),
        page: None,
        site: None,
        text: None,
        bans: Vec::new(),
        then: None,
        ban_ids: Vec::new(),
        reason: None,
    }
}

impl Triage {
    /// Does something to comments.
    pub(super) fn act(self, action: Action, ids: Vec<String>) {
        if !ids.is_empty() {
            self.carry_out(plain(action, ids));
        }
    }

    /// Does something, and tells what was done.
    pub(super) fn carry_out(self, action: NewAction) {
        let begun = self.begin(&action);
        spawn_local(async move {
            self.finish(action, begun).await;
        });
    }

    /// The same, for who waits until it is done: whether it was.
    pub(super) async fn carry_out_now(self, action: NewAction) -> bool {
        let begun = self.begin(&action);
        self.finish(action, begun).await
    }

    /// What is seen of an action at once.
    fn begin(self, action: &NewAction) -> Begun {
        self.wants_all.set_value(false);
        let known = find(action.action);
        let n = action.ids.len() as u64;
        // A ban may say what becomes of the comments.
        let decided = action.then.or(Some(action.action)).and_then(find);
        let removed = match decided.and_then(|it| it.verdict) {
            Some(verdict) if !self.is_wanted(verdict) => self.take(&action.ids),
            _ => Vec::new(),
        };
        self.selected.update(|selected| {
            selected.retain(|id| !action.ids.contains(id));
        });
        let mut done = match (known, action.action) {
            (Some(known), _) => count(known.done, n),
            (None, Action::Ban) => count("done-ban", n),
            (None, _) => count("done-change", n),
        };
        if !removed.is_empty() {
            let left = self.rows.with_untracked(Vec::len) as u64;
            done.push(' ');
            done.push_str(&count("left", left));
        }
        // It is said at once: who decides quickly waits for no server.
        self.app.say(done.clone());
        if self.rows.with_untracked(Vec::len) < FEW {
            self.more();
        }
        Begun { done, removed }
    }

    /// Does what a dialog has asked for. It closes when that is done; if it isn't, it says why, and
    /// keeps what was typed.
    pub(super) fn carry_out_from(
        self,
        close: Close,
        action: NewAction,
        is_busy: RwSignal<bool>,
        problem: RwSignal<String>,
    ) {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        problem.set(String::new());
        spawn_local(async move {
            let call = post("actions").json(&action);
            match self.app.ask::<Outcome>(call).await {
                Ok(answer) => {
                    dialogs::forget_draft(action.action, &action.ids);
                    close.now();
                    if self.rows.try_with_untracked(|_| ()).is_none() {
                        return;
                    }
                    let begun = self.begin(&action);
                    self.settle(action, begun, answer);
                }
                Err(failure) => {
                    let _ = is_busy.try_set(false);
                    let _ = problem.try_set(failure.sentence());
                }
            }
        });
    }

    async fn finish(self, action: NewAction, begun: Begun) -> bool {
        let call = post("actions").json(&action);
        match self.app.ask::<Outcome>(call).await {
            Ok(answer) => {
                self.settle(action, begun, answer);
                true
            }
            // Another moderator was quicker: what was taken out of the list waits no longer.
            Err(failure) if failure.is("not-found") && !begun.removed.is_empty() => {
                self.has_landed(&action.ids);
                self.app.tell(t("done-before"), None);
                false
            }
            Err(failure) => {
                self.has_landed(&action.ids);
                self.put_back(begun.removed);
                self.app.fail(&failure);
                false
            }
        }
    }

    /// It is known now what has become of them.
    fn has_landed(self, ids: &[String]) {
        self.in_flight.try_update_value(|all| {
            all.retain(|id| !ids.contains(id));
        });
    }

    /// What is seen of an action once it is done.
    fn settle(self, action: NewAction, begun: Begun, answer: Outcome) {
        self.has_landed(&action.ids);
        let mut done = begun.done;
        let skipped = answer.skipped.len();
        if skipped > 0 {
            // Their authors were quicker.
            let sentence = count("skipped", skipped as u64);
            done = match skipped == action.ids.len() {
                true => sentence,
                false => [done.as_str(), " ", &sentence].concat(),
            };
            self.app.say(done.clone());
        }
        let id = answer.action_id.to_string();
        self.app.done_action(done, id, action.ids);
        // Nothing of the list is there any more where somebody has gone to another page.
        if self.rows.try_with_untracked(|_| ()).is_none() {
            return;
        }
        for comment in answer.changed {
            if let Some(row) = self.row(&comment.id) {
                row.set(comment);
            }
        }
        if skipped > 0 {
            self.look();
        }
    }

    /// Takes comments out of the list, after the focus has gone to the next.
    fn take(self, ids: &[String]) -> Vec<(usize, Row)> {
        let rows = self.rows.get_untracked();
        let is_taken = |row: &Row| row.with_untracked(|it| ids.contains(&it.id));
        let last = rows.iter().rposition(is_taken);
        let next = last.and_then(|last| {
            let after = rows.iter().skip(last).find(|row| !is_taken(row));
            after.or_else(|| rows.iter().take(last).rev().find(|row| !is_taken(row)))
        });
        let next = next.map(|row| row.with_untracked(|it| it.id.clone()));
        match &next {
            Some(id) => focus_on(id),
            None => focus_title(),
        }
        self.in_flight
            .update_value(|all| all.extend(ids.iter().cloned()));
        let (taken, kept): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .enumerate()
            .partition(|(_, row)| is_taken(row));
        self.rows
            .set(kept.into_iter().map(|(_, row)| row).collect());
        // Not every browser holds what is in view where it is when something above it goes.
        if let Some(id) = next {
            request_animation_frame(move || bring_into_view(&id));
        }
        taken
    }

    fn put_back(self, taken: Vec<(usize, Row)>) {
        if taken.is_empty() {
            return;
        }
        let first = taken.first().map(|(_, row)| *row);
        let is_back = self.rows.try_update(|rows| {
            for (index, row) in taken {
                rows.insert(index.min(rows.len()), row);
            }
        });
        if is_back.is_none() {
            return;
        }
        self.state.set(State::Ready);
        if let Some(id) = first.map(|row| row.with_untracked(|it| it.id.clone())) {
            request_animation_frame(move || focus_on(&id));
        }
    }
}

/// Takes an action back that was done to a comment, whenever and by whomever that was.
pub(super) fn undo_of(app: App, id: &str, comment: &str) {
    app.actions.update(|all| {
        if !all.iter().any(|(known, _)| known == id) {
            all.push((id.to_owned(), vec![comment.to_owned()]));
        }
    });
    undo(app, id);
}

/// Takes an action back.
pub(crate) fn undo(app: App, id: &str) {
    let Some(ids) = app.take_action(id) else {
        return;
    };
    if has_focus(".bottom") {
        focus_title();
    }
    app.done.set(None);
    let call = post(&["actions/", &encode(id), "/undo"].concat());
    let id = id.to_owned();
    spawn_local(async move {
        match app.ask::<serde_json::Value>(call).await {
            Ok(_) => {
                app.tell(t("undone"), None);
                app.undone.update(|undone| {
                    undone.0 += 1;
                    undone.1 = ids;
                });
            }
            Err(failure) => {
                // It is there still, to be tried again.
                if matches!(failure, Failure::Offline | Failure::BadAnswer(_)) {
                    app.not_undone(&failure, id, ids);
                } else {
                    app.fail(&failure);
                }
            }
        }
    });
}
