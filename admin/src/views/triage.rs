//! Comments to decide about: the queue, what was searched for, what one person has written.
//!
//! All of it can be done by keyboard, by touch and with a screen reader: a key, a button on each
//! comment, a button for all that are selected. Whatever is decided leaves the list at once, and the
//! focus goes to the next comment; if the server refuses, it comes back.

mod act;
mod card;
mod dialogs;
mod keys;

use std::collections::BTreeSet;

use afterword_protocol::admin::{ModeratedComment, ModeratedComments, ModeratedDetail, Verdict};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Failure, get};
use crate::app::App;
use crate::parts;
use crate::route::encode;
use crate::texts::{count, fill, t};
use crate::view::{El, button, document, effect, el, focus, keep_focus, list};

use act::undo_of;
pub(crate) use act::{plain, undo};
pub(crate) use card::{check, numbers, place_of_comment, verdict_key};
pub(crate) use dialogs::spans;
pub(crate) use keys::{SEARCH, keys_off};

/// A comment of the list.
type Row = RwSignal<ModeratedComment>;

/// How many are asked for at a time.
const PORTION: usize = 50;

/// How many are asked for at a time where all are wanted.
const LARGE: usize = 200;

/// How many something can be done to at once: the server takes no more.
const MOST: usize = 500;

/// How many are left when more are fetched.
const FEW: usize = 8;

/// What became of the list's request.
#[derive(Clone, PartialEq)]
enum State {
    Loading,
    Ready,
    Failed(Failure),
}

/// A list of comments.
#[derive(Clone, Copy)]
pub(crate) struct Triage {
    app: App,
    /// The filters, as the server has them.
    query: Memo<Vec<(String, String)>>,
    rows: RwSignal<Vec<Row>>,
    next: RwSignal<Option<String>>,
    state: RwSignal<State>,
    selected: RwSignal<BTreeSet<String>>,
    /// How many have come that are not shown.
    fresh: RwSignal<usize>,
    /// Counts requests: an answer to an older one is none.
    turn: StoredValue<u32>,
    is_fetching: StoredValue<bool>,
    /// Whether what is still to come is to be selected as well.
    wants_all: StoredValue<bool>,
    /// Comments that are being decided about: the server may list them still.
    in_flight: StoredValue<Vec<String>>,
    /// What the signals of rows live in.
    owner: StoredValue<Owner>,
}

impl Triage {
    /// A list of what the filters let through.
    pub(crate) fn new(app: App, query: Memo<Vec<(String, String)>>) -> Self {
        let triage = Self {
            app,
            query,
            rows: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            state: RwSignal::new(State::Loading),
            selected: RwSignal::new(BTreeSet::new()),
            fresh: RwSignal::new(0),
            turn: StoredValue::new(0),
            is_fetching: StoredValue::new(false),
            wants_all: StoredValue::new(false),
            in_flight: StoredValue::new(Vec::new()),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        effect(move || {
            // A memo that is only tracked tells that it has changed when it is read for the first time.
            query.with(|_| ());
            untrack(|| {
                triage.state.set(State::Loading);
                triage.selected.set(BTreeSet::new());
                triage.load(Vec::new(), true);
            });
        });
        // What was undone comes back, and the focus with it.
        let mut undone = app.undone.get_untracked();
        effect(move || {
            let now = app.undone.with(|undone| undone.0);
            if now != undone.0 {
                undone.0 = now;
                let ids = app.undone.with_untracked(|undone| undone.1.clone());
                untrack(|| triage.load(ids, false));
            }
        });
        let mut news = app.news.get_untracked();
        effect(move || {
            let now = app.news.get();
            if now != news {
                news = now;
                untrack(|| triage.look());
            }
        });
        keys::listen(triage);
        triage
    }

    fn first_portion(self) -> crate::api::Call {
        self.portion(PORTION)
    }

    fn portion(self, limit: usize) -> crate::api::Call {
        let limit = ("limit".to_owned(), limit.to_string());
        get("comments")
            .query(&self.query.get_untracked())
            .query(&[limit])
    }

    fn next_turn(self) -> u32 {
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        self.is_fetching.set_value(false);
        self.wants_all.set_value(false);
        turn
    }

    /// Loads the list anew; then the focus goes to the first of these ids that is there.
    fn load(self, ids: Vec<String>, is_other: bool) {
        let turn = self.next_turn();
        let call = self.first_portion();
        let leaving = self.in_flight.get_value();
        spawn_local(async move {
            let answer = self.app.ask::<ModeratedComments>(call).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match answer {
                Ok(mut items) => {
                    self.leave_out(&mut items, &leaving);
                    keep_focus();
                    self.show(items, true);
                    self.fresh.set(0);
                    self.state.set(State::Ready);
                    if is_other {
                        self.app.say(self.summary());
                    }
                    let is_there = |id: &&String| self.row(id).is_some();
                    if let Some(id) = ids.iter().find(is_there).cloned() {
                        request_animation_frame(move || focus_on(&id));
                    }
                }
                Err(failure) => self.state.set(State::Failed(failure)),
            }
        });
    }

    /// Shows a portion, behind the others or instead of them. What is there already stays as it is.
    fn show(self, items: ModeratedComments, is_all: bool) {
        let known = self.rows.get_untracked();
        let mut rows = if is_all { Vec::new() } else { known.clone() };
        let owner = self.owner.get_value();
        for comment in items.items {
            let same = |row: &&Row| row.with_untracked(|it| it.id == comment.id);
            if rows.iter().any(|row| same(&row)) {
                continue;
            }
            match known.iter().find(same) {
                Some(row) => {
                    row.set(comment);
                    rows.push(*row);
                }
                None => rows.push(owner.with(|| RwSignal::new(comment))),
            }
        }
        self.rows.set(rows);
        self.next.set(items.next);
    }

    /// Fetches the next portion.
    fn more(self) {
        let Some(before) = self.next.get_untracked() else {
            return;
        };
        if self.is_fetching.get_value() {
            return;
        }
        let turn = self.turn.get_value();
        self.is_fetching.set_value(true);
        let limit = if self.wants_all.get_value() {
            LARGE
        } else {
            PORTION
        };
        let call = self.portion(limit).query(&[("before".to_owned(), before)]);
        spawn_local(async move {
            let answer = self.app.ask::<ModeratedComments>(call).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.is_fetching.set_value(false);
            match answer {
                Ok(mut items) => {
                    self.leave_out(&mut items, &[]);
                    keep_focus();
                    self.show(items, false);
                    if self.wants_all.get_value() {
                        self.select_all();
                    }
                }
                Err(failure) => self.app.fail(&failure),
            }
        });
    }

    /// Something has happened elsewhere: counts what is new, and takes away what others have decided.
    fn look(self) {
        if self.state.get_untracked() == State::Loading {
            // The answer that is on its way may lack it, and could come after this one.
            return self.load(Vec::new(), true);
        }
        let turn = self.turn.get_value();
        let call = self.first_portion();
        let leaving = self.in_flight.get_value();
        spawn_local(async move {
            let answer = self.app.ask::<ModeratedComments>(call).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            let Ok(mut items) = answer else { return };
            self.leave_out(&mut items, &leaving);
            if self.rows.with_untracked(Vec::is_empty) {
                let is_some = !items.items.is_empty();
                self.show(items, true);
                self.state.set(State::Ready);
                if is_some {
                    self.app.say(self.summary());
                }
                return;
            }
            let fresh = items
                .items
                .iter()
                .filter(|it| self.row(&it.id).is_none())
                .count();
            for comment in &items.items {
                if let Some(row) = self.row(&comment.id)
                    && row.with_untracked(|row| row != comment)
                {
                    row.set(comment.clone());
                }
            }
            // Whatever is newer than the portion's last one would be in it. Ids sort by time.
            let is_all = items.next.is_none();
            let last = items
                .items
                .last()
                .map(|it| it.id.clone())
                .unwrap_or_default();
            let gone =
                |id: &String| (is_all || *id > last) && !items.items.iter().any(|it| it.id == *id);
            let focused = keys::focused();
            let mut rows = self.rows.get_untracked();
            let before = rows.len();
            rows.retain(|row| {
                row.with_untracked(|it| {
                    let is_gone = gone(&it.id);
                    // What somebody looks at just now stays, and says what has become of it.
                    if is_gone && focused.as_ref() == Some(&it.id) {
                        self.look_again(*row);
                    }
                    !is_gone || focused.as_ref() == Some(&it.id)
                })
            });
            if rows.len() != before {
                self.selected.update(|selected| {
                    let is_there =
                        |id: &String| rows.iter().any(|row| row.with_untracked(|it| it.id == *id));
                    selected.retain(is_there);
                });
                self.rows.set(rows);
            }
            if fresh > self.fresh.get_untracked() {
                self.app.say(count("new-comments", fresh as u64));
            }
            self.fresh.set(fresh);
        });
    }

    /// Others have decided about a comment: shows what, and tells who has.
    fn look_again(self, row: Row) {
        let (id, before) = row.with_untracked(|it| (it.id.clone(), it.verdict));
        let call = get(&["comments/", &encode(&id)].concat());
        spawn_local(async move {
            let Ok(detail) = self.app.ask::<ModeratedDetail>(call).await else {
                return;
            };
            let verdict = detail.comment.verdict;
            let who = detail.actions.first().and_then(|it| it.user.clone());
            if row.try_set(detail.comment).is_some() || verdict == before {
                return;
            }
            let who = who.unwrap_or_else(|| t("somebody"));
            let state = t(verdict_key(verdict));
            let sentence = fill("decided-elsewhere", &[("name", &who), ("state", &state)]);
            self.app.tell(sentence, None);
        });
    }

    /// The verdict that all of the list have.
    fn one_verdict(self) -> Option<Verdict> {
        self.query.with_untracked(|query| {
            let found = query.iter().find(|(name, _)| name == "verdict");
            found.and_then(|(_, value)| Verdict::from_name(value))
        })
    }

    /// Leaves out what is being decided about, and what was when they were asked for.
    fn leave_out(self, items: &mut ModeratedComments, leaving: &[String]) {
        let now = self.in_flight.get_value();
        let is_leaving = |id: &String| now.contains(id) || leaving.contains(id);
        items.items.retain(|it| !is_leaving(&it.id));
    }

    fn row(self, id: &str) -> Option<Row> {
        self.rows.with_untracked(|rows| {
            let mut rows = rows.iter();
            rows.find(|row| row.with_untracked(|it| it.id == id))
                .copied()
        })
    }

    fn ids(self) -> Vec<String> {
        self.rows.with_untracked(|rows| {
            let ids = rows
                .iter()
                .map(|row| row.with_untracked(|it| it.id.clone()));
            ids.collect()
        })
    }

    /// How many there are.
    fn summary(self) -> String {
        let shown = self.rows.with(Vec::len) as u64;
        match self.next.with(Option::is_some) {
            true => count("comment-count-more", shown),
            false => count("comment-count", shown),
        }
    }

    /// Whether a comment with that verdict is in the list.
    fn is_wanted(self, verdict: Verdict) -> bool {
        self.query.with_untracked(|query| {
            let value = |name: &str| {
                let found = query.iter().find(|(other, _)| other == name);
                found.map(|(_, value)| value.as_str())
            };
            let is_cleared = value("flagged").is_some() || value("reported").is_some();
            !is_cleared && value("verdict").is_none_or(|it| it == verdict.as_str())
        })
    }

    /// The list with what belongs to it. `empty` is said where there is nothing.
    pub(crate) fn view(self, empty: String) -> El {
        let rows = self.rows;
        el("section", "triage")
            .attr("aria-label", t("comments"))
            .live_attr("aria-busy", move || {
                Some((self.state.get() == State::Loading).to_string())
            })
            .child(self.bar())
            .part(move || {
                let fresh = self.fresh.get();
                (fresh > 0).then(|| {
                    button("button fresh", move || {
                        self.load(Vec::new(), false);
                        if let Ok(Some(first)) = document().query_selector(".triage-list") {
                            first.scroll_into_view();
                        }
                    })
                    .text(count("show-new", fresh as u64))
                })
            })
            .part(move || match self.state.get() {
                State::Loading if rows.with(Vec::is_empty) => Some(parts::skeleton()),
                State::Failed(failure) => Some(parts::failed(&failure, move || {
                    self.load(Vec::new(), false);
                })),
                State::Ready if rows.with(Vec::is_empty) => Some(parts::nothing(&empty)),
                _ => None,
            })
            .child(
                list("ol", "triage-list")
                    .items(move || rows.get(), move |row| card::draw(self, *row)),
            )
            .part(move || {
                self.next
                    .with(Option::is_some)
                    .then(|| button("button more", move || self.more()).text(t("show-more")))
            })
    }

    /// How many there are, and what can be done to those that are selected.
    fn bar(self) -> El {
        let has_selected = Memo::new(move |_| !self.selected.with(BTreeSet::is_empty));
        let is_choice =
            Memo::new(move |_| has_selected.get() || self.rows.with(|rows| rows.len() > 1));
        el("div", "triage-bar")
            .child(
                el("p", "muted triage-count").live_text(move || match self.state.get() {
                    State::Ready => match self.selected.with(BTreeSet::len) {
                        0 => self.summary(),
                        n => count("selected", n as u64),
                    },
                    _ => String::new(),
                }),
            )
            .child(el("span", "space"))
            .part(move || {
                has_selected.get().then(|| {
                    el("div", "row")
                        .attr("role", "group")
                        .attr("aria-label", t("with-selected"))
                        .children(act::MAIN.iter().map(|action| {
                            let action_of = action.action;
                            button("button", move || {
                                self.act(action_of, self.chosen(None));
                            })
                            .text(t(action.label))
                        }))
                        .child(button("button", move || self.ban(self.chosen(None))).text(t("ban")))
                })
            })
            // One button, so that who has pressed it keeps the focus.
            .part(move || {
                is_choice.get().then(|| {
                    let press = move || match has_selected.get_untracked() {
                        true => self.select_none(),
                        false => self.select_all(),
                    };
                    button("text-button", press).live_text(move || {
                        t(match has_selected.get() {
                            true => "select-none", // text
                            false => "select-all", // text
                        })
                    })
                })
            })
            .child(button("text-button keys-button", keys::help).text(t("keys")))
    }

    /// The comments that something is done to: those that are selected, or that one.
    fn chosen(self, id: Option<String>) -> Vec<String> {
        let selected = self.selected.get_untracked();
        if !selected.is_empty() {
            return self
                .ids()
                .into_iter()
                .filter(|id| selected.contains(id))
                .collect();
        }
        id.into_iter().collect()
    }

    /// Selects all that there are, also what has not come yet; as many as something can be done to.
    fn select_all(self) {
        let ids: BTreeSet<_> = self.ids().into_iter().take(MOST).collect();
        let is_all = self.next.with_untracked(Option::is_none) || ids.len() == MOST;
        self.app.say(count("selected", ids.len() as u64));
        self.selected.set(ids);
        self.wants_all.set_value(!is_all);
        if !is_all {
            self.more();
        }
    }

    fn select_none(self) {
        self.wants_all.set_value(false);
        self.selected.set(BTreeSet::new());
        self.app.say(t("selected-none"));
    }

    fn select(self, id: &str) {
        self.wants_all.set_value(false);
        self.selected.update(|selected| {
            if !selected.remove(id) {
                selected.insert(id.to_owned());
            }
        });
        self.app.say(count(
            "selected",
            self.selected.with_untracked(BTreeSet::len) as u64,
        ));
    }
}

/// The element of a comment.
fn element(id: &str) -> Option<web_sys::Element> {
    document().get_element_by_id(&["c-", id].concat())
}

fn focus_on(id: &str) {
    if let Some(element) = element(id) {
        focus(&element);
        bring_into_view(id);
    }
}

/// Scrolls as far as it must until a comment is in view; of one that is as high as the window, its beginning.
fn bring_into_view(id: &str) {
    if let Some(element) = element(id) {
        let room = document().document_element().map(|it| it.client_height());
        let is_high = room.is_some_and(|room| element.client_height() * 4 > room * 3);
        let nearest = web_sys::ScrollIntoViewOptions::new();
        nearest.set_block(match is_high {
            true => web_sys::ScrollLogicalPosition::Start,
            false => web_sys::ScrollLogicalPosition::Nearest,
        });
        element.scroll_into_view_with_scroll_into_view_options(&nearest);
    }
}
