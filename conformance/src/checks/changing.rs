//! Edits, and who may make them.

use afterword_protocol::{History, ProblemKind};

use super::part;
use super::posting::is_time;
use crate::client::{Verdict, ensure, expect};
use crate::html::read;
use crate::suite::Suite;

part! { "Editing":
    "edit", EDIT, "edit", "who has the token gives the comment a new text; all else stays", edit;
    "edit-same", EDIT, "edit", "the same text again is no edit", same;
    "edit-token", EDIT, "edit", "without the right token nothing is changed", token;
    "edit-refuses", EDIT, "edit", "a text that could not be posted is refused", refuses;
    "history", HISTORY, "history edit", "what a comment said before is shown, from the first text to the present one", history;
}

fn edit(suite: &Suite<'_>) -> Verdict {
    let e = &suite.scene()?.e;
    let answer = suite.edit(&e.comment.id, Some(&e.edit_token), "Escarole.")?;
    let comment = suite.edited(&answer)?;
    let text = read(&comment.html).text;
    expect("the text", text.trim(), "Escarole.")?;
    expect("the id", &comment.id, &e.comment.id)?;
    expect("the number", comment.number, e.comment.number)?;
    expect("`created`", &comment.created, &e.comment.created)?;
    let edited = comment.edited.as_deref().unwrap_or_default();
    ensure(
        is_time(edited) && edited >= comment.created.as_str(),
        || format!("`edited` is {:?}", comment.edited),
    )?;
    let detail = suite.show(&e.comment.id)?;
    expect("the source", detail.text.as_str(), "Escarole.")?;
    expect("the comment that is shown", detail.comment, comment)
}

fn same(suite: &Suite<'_>) -> Verdict {
    let f = &suite.scene()?.f;
    let token = Some(f.edit_token.as_str());
    let once = suite.edited(&suite.edit(&f.comment.id, token, "Fenugreek.")?)?;
    // Long enough for another millisecond to come.
    std::thread::sleep(std::time::Duration::from_millis(5));
    let again = suite.edited(&suite.edit(&f.comment.id, token, "Fenugreek.")?)?;
    expect("`edited`", again.edited, once.edited)
}

fn token(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let id = &scene.d.comment.id;
    let wrong = crate::suite::unguessable()?;
    for token in [None, Some(&wrong), Some(&scene.a.edit_token)] {
        let answer = suite.edit(id, token.map(String::as_str), "Nothing of it.")?;
        answer.problem(ProblemKind::TokenInvalid)?;
    }
    expect(
        "the text afterwards",
        suite.show(id)?.text.as_str(),
        "Dill.",
    )
}

fn refuses(suite: &Suite<'_>) -> Verdict {
    let d = &suite.scene()?.d;
    let answer = suite.edit(&d.comment.id, Some(&d.edit_token), " ")?;
    answer.problem(ProblemKind::TextEmpty)?;
    let long = "x".repeat(suite.empty.limits.text_bytes as usize + 1);
    let answer = suite.edit(&d.comment.id, Some(&d.edit_token), &long)?;
    answer.problem(ProblemKind::TextTooLong)?;
    expect(
        "the text afterwards",
        suite.show(&d.comment.id)?.text.as_str(),
        "Dill.",
    )
}

fn history(suite: &Suite<'_>) -> Verdict {
    let created = suite.post(&suite.other("history"), None, "First.")?;
    let path = format!("/comments/{}/history", created.comment.id);
    let edited = suite.edit(&created.comment.id, Some(&created.edit_token), "Second.")?;
    let edited = suite.edited(&edited)?;
    let history: History = suite.get(&path)?.json(200)?;
    let texts: Vec<_> = history.versions.iter().map(|it| it.text.as_str()).collect();
    expect("the texts", texts, vec!["First.", "Second."])?;
    let times: Vec<_> = history
        .versions
        .iter()
        .map(|it| Some(&it.created))
        .collect();
    expect(
        "the times",
        times,
        vec![Some(&created.comment.created), edited.edited.as_ref()],
    )?;
    if !suite.does("delete") {
        return Ok(());
    }
    suite.deleted(&created)?;
    let answer = suite.get(&path)?;
    answer.problem(ProblemKind::NotFound).map(drop)
}
