//! Deletion, tombstones, and the way back.

use afterword_protocol::{Comment, Created, ProblemKind, Status};

use super::part;
use crate::client::{Stop, Verdict, ensure, expect};
use crate::suite::{Suite, expect_ids, ids, roots, unguessable};

part! { "Deleting":
    "delete-token", DELETE, "delete", "without the right token nothing is deleted", token;
    "delete", DELETE, "delete", "of a comment without replies nothing is left", leaf;
    "tombstone", DELETE, "delete", "where replies stand, a tombstone holds their place", tombstone;
    "tombstone-shown", DELETE, "delete", "text, name and votes of a deleted comment are nobody's to read", nothing_shown;
    "tombstone-closed", DELETE, "delete", "what is deleted is not answered and not edited", closed;
    "tombstone-gone", DELETE, "delete", "a tombstone goes with the last reply that needed it", gone;
    "restore", RESTORE, "delete", "who has the token restores a deleted comment as it was", restore;
    "restore-token", RESTORE, "delete", "without the right token nothing is restored", restore_token;
    "restore-standing", RESTORE, "delete", "what was not deleted can't be restored", restore_standing;
    "number-not-reused", RULES, "delete", "the number of a deleted comment is not given again", number;
    "all-deleted", DELETE, "delete", "a page of which all was deleted is as empty as before", all;
}

fn token(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    // It was not edited: where edits are held back, it still stands.
    let id = &scene.d.comment.id;
    let wrong = unguessable()?;
    for token in [None, Some(&wrong), Some(&scene.a.edit_token)] {
        let answer = suite.delete(id, token.map(String::as_str))?;
        answer.problem(ProblemKind::TokenInvalid)?;
    }
    expect(
        "the comment's status afterwards",
        suite.show(id)?.comment.status,
        Status::Published,
    )
}

fn leaf(suite: &Suite<'_>) -> Verdict {
    let page = suite.other("leaf");
    let created = suite.post(&page, None, "A leaf.")?;
    let left = suite.deleted(&created)?.tombstone;
    ensure(left.is_none(), || format!("{left:?} is left"))?;
    let answer = suite.get(format!("/comments/{}", created.comment.id))?;
    answer.problem(ProblemKind::NotFound)?;
    let list = suite.list_of(&page, "")?;
    expect(
        "what is listed then",
        (list.total, list.branches.len()),
        (0, 0),
    )?;
    let answer = suite.delete(&created.comment.id, Some(&created.edit_token))?;
    answer.problem(ProblemKind::NotFound).map(drop)
}

/// A root, its answer, and that one's, on a page of their own.
fn chain(suite: &Suite<'_>, page: &str) -> Verdict<[Created; 3]> {
    let body = serde_json::json!({ "page": page, "author": "Tycho", "text": "A secret root." });
    let root = suite.taken(&suite.create(body, None)?)?;
    let middle = suite.post(page, Some(&root), "Its answer.")?;
    let last = suite.post(page, Some(&middle), "The last word.")?;
    Ok([root, middle, last])
}

fn away(suite: &Suite<'_>, chain: &[Created]) -> Verdict {
    for created in chain.iter().rev() {
        suite.deleted(created)?;
    }
    Ok(())
}

fn is_tombstone(comment: &Comment, of: &Created) -> Verdict {
    expect("the id of the tombstone", &comment.id, &of.comment.id)?;
    expect("its status", comment.status, Status::Deleted)?;
    expect("its number", comment.number, of.comment.number)?;
    expect("its HTML", comment.html.as_str(), "")?;
    expect("its author", comment.author.as_deref(), None)?;
    expect("its website", comment.website.as_deref(), None)
}

fn tombstone(suite: &Suite<'_>) -> Verdict {
    let page = suite.other("tombstone");
    let chain = chain(suite, &page)?;
    let left = suite.deleted(&chain[0])?.tombstone;
    let none = || Stop::Fault("the answer has no tombstone".to_owned());
    is_tombstone(&left.ok_or_else(none)?, &chain[0])?;
    let list = suite.list_of(&page, "")?;
    expect_ids("the roots", &roots(&list), &[&chain[0]])?;
    is_tombstone(&list.branches[0].root, &chain[0])?;
    let replies = ids(&list.branches[0].replies);
    expect_ids("the replies that stay", &replies, &[&chain[1], &chain[2]])?;
    expect("`total` without the tombstone", list.total, 2)?;
    let ancestors = suite.show(&chain[2].comment.id)?.ancestors;
    expect_ids("the ancestors", &ids(&ancestors), &[&chain[0], &chain[1]])?;
    away(suite, &chain[1..])
}

fn nothing_shown(suite: &Suite<'_>) -> Verdict {
    let page = suite.other("shown");
    let chain = chain(suite, &page)?;
    suite.deleted(&chain[0])?;
    let id = &chain[0].comment.id;
    let query = suite.query(&page);
    let last = &chain[2].comment.id;
    let paths = [
        format!("/comments?{query}"),
        format!("/comments/{id}"),
        format!("/comments/{id}/history"),
        format!("/comments/{last}"),
        format!("/search?{query}&q=secret"),
        format!("/changes?{query}&since=0"),
        format!("/thread.html?{query}"),
    ];
    for path in paths {
        let answer = suite.get(path)?;
        let tells = answer.is_ok()
            && ["secret root", "Tycho"]
                .iter()
                .any(|words| answer.body.contains(words));
        ensure(!tells, || format!("{} still has it", answer.name))?;
    }
    away(suite, &chain[1..])
}

fn closed(suite: &Suite<'_>) -> Verdict {
    let page = suite.other("closed");
    let chain = chain(suite, &page)?;
    suite.deleted(&chain[0])?;
    let id = &chain[0].comment.id;
    let body = serde_json::json!({ "page": page, "parent": id, "text": "Too late." });
    let answer = suite.create(body, None)?;
    answer.problem(ProblemKind::ParentNotFound)?;
    if suite.does("edit") {
        let answer = suite.edit(id, Some(&chain[0].edit_token), "Too late.")?;
        answer.problem(ProblemKind::NotFound)?;
    }
    away(suite, &chain[1..])
}

fn gone(suite: &Suite<'_>) -> Verdict {
    let page = suite.other("gone");
    let chain = chain(suite, &page)?;
    suite.deleted(&chain[0])?;
    suite.deleted(&chain[1])?;
    let left = suite.deleted(&chain[2])?.tombstone;
    ensure(left.is_none(), || format!("{left:?} is left"))?;
    let list = suite.list_of(&page, "")?;
    expect("the number of roots then", list.branches.len(), 0)?;
    let answer = suite.get(format!("/comments/{}", chain[0].comment.id))?;
    answer.problem(ProblemKind::NotFound).map(drop)
}

/// Ends a check where nothing can be restored.
fn restores(suite: &Suite<'_>) -> Verdict {
    match suite.empty.limits.undo_seconds {
        0 => Err(Stop::NotOffered("limits.undo_seconds is 0".to_owned())),
        _ => Ok(()),
    }
}

fn restore(suite: &Suite<'_>) -> Verdict {
    restores(suite)?;
    let page = suite.other("restore");
    let chain = chain(suite, &page)?;
    // With nothing left of it but what is needed to bring it back, and the tombstones above.
    for created in &chain {
        suite.deleted(created)?;
    }
    let last = &chain[2];
    let answer = suite.restore(&last.comment.id, Some(&last.edit_token))?;
    expect(
        "the restored comment",
        answer.json::<Comment>(200)?,
        last.comment.clone(),
    )?;
    let list = suite.list_of(&page, "")?;
    expect("`total` then", list.total, 1)?;
    expect_ids("the roots then", &roots(&list), &[&chain[0]])?;
    is_tombstone(&list.branches[0].root, &chain[0])?;
    let root = suite.restore(&chain[0].comment.id, Some(&chain[0].edit_token))?;
    expect(
        "the restored root",
        root.json::<Comment>(200)?,
        chain[0].comment.clone(),
    )?;
    suite.deleted(&chain[0])?;
    suite.deleted(last).map(drop)
}

fn restore_token(suite: &Suite<'_>) -> Verdict {
    restores(suite)?;
    let scene = suite.scene()?;
    let created = suite.post(&suite.other("restore-token"), None, "Away.")?;
    suite.deleted(&created)?;
    let wrong = unguessable()?;
    for token in [None, Some(&wrong), Some(&scene.a.edit_token)] {
        let answer = suite.restore(&created.comment.id, token.map(String::as_str))?;
        answer.problem(ProblemKind::TokenInvalid)?;
    }
    Ok(())
}

fn restore_standing(suite: &Suite<'_>) -> Verdict {
    restores(suite)?;
    let a = &suite.scene()?.a;
    let answer = suite.restore(&a.comment.id, Some(&a.edit_token))?;
    answer.problem(ProblemKind::NotFound).map(drop)
}

fn number(suite: &Suite<'_>) -> Verdict {
    let page = suite.other("number");
    let one = suite.post(&page, None, "One.")?;
    let two = suite.post(&page, None, "Two.")?;
    suite.deleted(&two)?;
    let three = suite.post(&page, None, "Three.")?;
    ensure(three.comment.number > two.comment.number, || {
        format!(
            "{} follows {}, which was deleted",
            three.comment.number, two.comment.number
        )
    })?;
    suite.deleted(&three)?;
    suite.deleted(&one).map(drop)
}

fn all(suite: &Suite<'_>) -> Verdict {
    suite.scene()?;
    let left = suite.clean();
    ensure(left.is_empty(), || format!("{left:?} could not be deleted"))?;
    for page in [suite.page.clone(), suite.other("tombstone")] {
        let list = suite.list_of(&page, "")?;
        expect("what is left", (list.total, list.branches.len()), (0, 0))?;
    }
    Ok(())
}
