//! Taking back what moderators have done, as far as nobody has done something else since.

use afterword_protocol::admin::WrongCode;
use std::collections::{HashMap, HashSet};

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::{Action, DoneCode, ModeratedComment};
use serde_json::json;
use sqlx::SqliteConnection;

use super::{Acted, Actor, Before, CommentBefore, actor_of_ban, done, is_spam, log, set, times};
use crate::error::Refusal;
use crate::store::ban::{lift_laid, put_back};
use crate::store::moderated::{action_named, by_ids};
use crate::store::page::take_page_back;
use crate::store::relocate::move_back;
use crate::store::verdict::set_verdict;
use crate::store::word::{Lesson, learn};
use crate::store::{Error, Store};

/// An action that is taken back.
struct Undone {
    id: i64,
    action: Action,
    /// When it was done.
    created: i64,
}

fn duplicate(detail: &'static str, code: WrongCode) -> Error {
    let refusal = Refusal::because(ProblemKind::Duplicate, detail);
    refusal.coded(code).into()
}

impl Store {
    /// Takes back what a moderator has done. What is another since stays; where all of it is, that is
    /// refused, and can be taken back once what came later was.
    pub(crate) async fn undo(&self, id: i64, actor: &Actor<'_>) -> Result<Acted, Error> {
        let mut change = self.begin().await?;
        let found: Option<(String, i64, Option<i64>, String)> =
            sqlx::query_as("SELECT name, created, undone, before FROM action WHERE id = ?")
                .bind(id)
                .fetch_optional(&mut *change)
                .await?;
        let not_found = || Refusal::new(ProblemKind::NotFound);
        let (name, created, undone, before) = found.ok_or_else(not_found)?;
        let action = action_named(&name).ok_or_else(not_found)?;
        let mut before: Before = serde_json::from_str(&before).unwrap_or_default();
        for site in &before.sites {
            actor_of_ban(actor, site)?;
        }
        if undone.is_some() {
            return Err(duplicate("it was undone before", WrongCode::DoneBefore));
        }
        let undone = Undone {
            id,
            action,
            created,
        };
        let is_banned = take_bans_back(&mut change, &undone, &mut before).await?;
        let (ids, changed) =
            take_comments_back(&mut change, &undone, &before, is_banned, actor).await?;
        let mut kept = Vec::new();
        for (index, was) in before.pages.iter().enumerate() {
            // What it became stands there since that is kept.
            let became = before.pages_after.get(index);
            if take_page_back(&mut change, was, became).await? {
                kept.push(was.clone());
            }
        }
        before.pages = kept;
        let is_barred = take_bars_back(&mut change, &mut before).await?;
        match &before.rule {
            Some(rule) if !rule.take_back(&mut change).await? => {
                return Err(duplicate("the rule is another since", WrongCode::DoneSince));
            }
            Some(_) => {}
            None if changed.is_empty()
                && !is_barred
                && before.pages.is_empty()
                && before.laid.is_empty()
                && before.bans.is_empty() =>
            {
                return Err(duplicate(
                    "somebody has done something else since",
                    WrongCode::DoneSince,
                ));
            }
            None => {}
        }
        sqlx::query("UPDATE action SET undone = ? WHERE id = ?")
            .bind(actor.now)
            .bind(id)
            .execute(&mut *change)
            .await?;
        log(&mut change, DoneCode::Undo, id, &before, Some(&name), actor).await?;
        let done = done(&mut change, id, &ids, &changed, &before).await?;
        change.commit().await?;
        let decided = before.comments.iter();
        let decided = decided.filter(|it| it.verdict != it.after && changed.contains(&it.id));
        let found = decided.filter_map(|it| Some((it.id.clone(), is_spam(it.verdict)?)));
        Ok(Acted {
            found: found.collect(),
            ..done
        })
    }
}

/// Has what authors have deleted come back as it was, where it can still be restored; gives whether any of
/// it can.
async fn take_bars_back(change: &mut SqliteConnection, before: &mut Before) -> Result<bool, Error> {
    let mut back = Vec::new();
    for barred in before.barred.drain(..) {
        let done = sqlx::query("UPDATE trash SET verdict = ? WHERE comment_id = ? AND verdict = ?")
            .bind(&barred.was)
            .bind(&barred.id)
            .bind(&barred.became)
            .execute(&mut *change)
            .await?;
        if done.rows_affected() > 0 {
            back.push(barred);
        }
    }
    before.barred = back;
    Ok(!before.barred.is_empty())
}

/// Lifts the bans that were laid, and puts back those that were there: leaves those in `before` that
/// this was done to. Gives whether it was done to all of them.
async fn take_bans_back(
    change: &mut SqliteConnection,
    undone: &Undone,
    before: &mut Before,
) -> Result<bool, Error> {
    let all = before.laid.len();
    // Another ban of the same person has taken its place, under the same number.
    let lifted = lift_laid(change, &before.laid, undone.created).await?;
    let mut back = Vec::new();
    for row in before.bans.drain(..) {
        let is_free = undone.action == Action::Unban || lifted.contains(&row.id);
        if is_free && put_back(change, &row).await? {
            back.push(row);
        }
    }
    before.laid = lifted;
    before.bans = back;
    Ok(before.laid.len() == all)
}

/// The ids of the comments, and of those that are as they were.
async fn take_comments_back(
    change: &mut SqliteConnection,
    undone: &Undone,
    before: &Before,
    is_banned: bool,
    actor: &Actor<'_>,
) -> Result<(Vec<String>, Vec<String>), Error> {
    let ids: Vec<String> = before.comments.iter().map(|it| it.id.clone()).collect();
    let now: HashMap<String, ModeratedComment> = by_ids(change, &ids)
        .await?
        .into_iter()
        .map(|it| (it.id.clone(), it))
        .collect();
    let others = done_since(change, undone).await?;
    let mut changed = Vec::new();
    // What was done last is taken back first.
    for was in before.comments.iter().rev() {
        let Some(now) = now.get(&was.id).filter(|now| !now.erased) else {
            continue;
        };
        // It may have been moved to a site that others look after.
        actor.check(&now.site)?;
        let is_back = if was.is_named {
            is_banned
        } else {
            !others.contains(&was.id) && take_back(change, undone, was, now).await?
        };
        if is_back {
            changed.push(was.id.clone());
        }
    }
    Ok((ids, changed))
}

/// The comments to which the same, or its opposite, was done since. Decisions and edits leave a time
/// by which that is seen.
async fn done_since(
    change: &mut SqliteConnection,
    undone: &Undone,
) -> Result<HashSet<String>, Error> {
    let alike = match undone.action {
        Action::Pin | Action::Unpin => [Action::Pin, Action::Unpin],
        Action::Feature | Action::Unfeature => [Action::Feature, Action::Unfeature],
        Action::Lock | Action::Unlock => [Action::Lock, Action::Unlock],
        Action::Move => [Action::Move, Action::Move],
        _ => return Ok(HashSet::new()),
    };
    let others: Vec<String> = sqlx::query_scalar(
        "SELECT other.comment_id FROM action_comment AS own \
         JOIN action_comment AS other ON other.comment_id = own.comment_id \
             AND other.action_id > own.action_id \
         JOIN action ON action.id = other.action_id \
         WHERE own.action_id = ? AND action.undone IS NULL \
         AND action.name IN (SELECT value FROM json_each(?))",
    )
    .bind(undone.id)
    .bind(json!(alike.map(Action::as_str)).to_string())
    .fetch_all(change)
    .await?;
    Ok(others.into_iter().collect())
}

/// Takes back what was done to one comment; gives whether that could be.
async fn take_back(
    change: &mut SqliteConnection,
    undone: &Undone,
    was: &CommentBefore,
    now: &ModeratedComment,
) -> Result<bool, Error> {
    let id = &was.id;
    let done = undone.created;
    match undone.action {
        Action::Approve | Action::Spam | Action::Hide | Action::Delete | Action::Ban => {
            if now.verdict != was.after || times(change, id).await?.decided != Some(done) {
                return Ok(false);
            }
            if was.verdict != was.after {
                set_verdict(change, id, was.verdict.as_str(), done).await?;
            }
            let had = was.had.map(|is_spam| match is_spam {
                true => Lesson::Spam,
                false => Lesson::Good,
            });
            learn(change, id, had).await?;
            sqlx::query(
                "UPDATE comment SET flagged = ?, held = ?, decided = ?, shadowed = ? WHERE id = ?",
            )
            .bind(was.flagged)
            .bind(was.held)
            .bind(was.decided)
            .bind(was.shadowed)
            .bind(id)
            .execute(&mut *change)
            .await?;
            sqlx::query("UPDATE report SET handled = NULL WHERE comment_id = ? AND handled = ?")
                .bind(id)
                .bind(done)
                .execute(change)
                .await?;
        }
        Action::Pin | Action::Unpin => {
            // A place below another comment is none to be pinned at.
            if was.pinned.is_some() && now.parent.is_some() {
                return Ok(false);
            }
            set(change, "pinned", was.pinned, id).await?;
        }
        Action::Feature | Action::Unfeature => {
            set(change, "featured", Some(i64::from(was.featured)), id).await?;
        }
        Action::Lock | Action::Unlock => {
            set(change, "locked", Some(i64::from(was.locked)), id).await?;
        }
        Action::Edit => return edit_back(change, was, done).await,
        Action::Move => {
            return match &was.place {
                Some(place) => move_back(change, id, place).await,
                None => Ok(false),
            };
        }
        Action::Unban | Action::Page | Action::Rule => return Ok(false),
    }
    Ok(true)
}

async fn edit_back(
    change: &mut SqliteConnection,
    was: &CommentBefore,
    done: i64,
) -> Result<bool, Error> {
    // The text that it had is among the earlier ones; it goes from there.
    let restored: Option<i64> = sqlx::query_scalar(
        "UPDATE comment SET text = version.text, html = version.html, edited = ?1, \
         moderated = ?2 FROM version WHERE comment.id = ?3 AND version.comment_id = ?3 \
         AND comment.edited = ?4 AND version.number = \
             (SELECT max(number) FROM version WHERE comment_id = ?3) \
         RETURNING 1",
    )
    .bind(was.edited)
    .bind(was.moderated)
    .bind(&was.id)
    .bind(done)
    .fetch_optional(&mut *change)
    .await?;
    if restored.is_none() {
        return Ok(false);
    }
    sqlx::query(
        "DELETE FROM version WHERE comment_id = ?1 AND number = \
             (SELECT max(number) FROM version WHERE comment_id = ?1)",
    )
    .bind(&was.id)
    .execute(change)
    .await?;
    Ok(true)
}
