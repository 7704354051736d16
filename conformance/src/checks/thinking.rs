//! Votes and reactions.

use afterword_protocol::{ProblemKind, Reaction, Thoughts, Votes};
use serde_json::{Value, json};

use super::part;
use crate::client::{Stop, Verdict, ensure, expect};
use crate::suite::{Suite, roots, unguessable};

part! { "Votes and reactions":
    "votes", THINK, "", "a reader's vote counts once, however often it is sent, and can be changed and taken back", votes;
    "votes-shown", THINK, "unvote", "votes stand at the comment wherever it is shown", shown;
    "votes-sorted", LIST, "top unvote", "top: the root with most votes first", sorted;
    "reactions", THINK, "reactions", "a reader's reactions count once, and can be changed and taken back", reactions;
    "reactions-unknown", THINK, "", "a reaction that is not in the set, and a vote that is not taken, are refused", unknown;
    "own-comment", THINK, "", "an author has no say about the own comment", own;
    "voice", THINK, "", "without a reader's secret, or with a short one, it is invalid-request", voice;
    "thoughts-unknown", THINK, "", "of a comment that is not there it is not-found", nobody;
    "article", ARTICLE, "reactions", "readers react to the article, and don't vote on it", article;
}

/// Which votes are taken, if any.
fn taken(suite: &Suite<'_>) -> Verdict<Votes> {
    match suite.empty.votes {
        Votes::None => Err(Stop::NotOffered("votes are none".to_owned())),
        votes => Ok(votes),
    }
}

/// The first reaction that is taken, if any.
fn reaction<'a>(suite: &'a Suite<'_>) -> Verdict<&'a str> {
    let first = suite.empty.reactions.first();
    let none = || Stop::NotOffered("reactions are absent".to_owned());
    Ok(first.ok_or_else(none)?.name.as_str())
}

/// Whether there is anything to think.
fn something(suite: &Suite<'_>) -> Verdict<Value> {
    match (taken(suite), reaction(suite)) {
        (Ok(_), _) => Ok(json!({ "vote": "up" })),
        (_, Ok(name)) => Ok(json!({ "reactions": [name] })),
        (Err(stop), _) => Err(stop),
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it reads better where it is called"
)]
fn thinks(suite: &Suite<'_>, path: &str, voice: &str, thought: Value) -> Verdict<Thoughts> {
    suite.think(path, Some(voice), &thought)?.json(200)
}

fn path(id: &str) -> String {
    format!("/comments/{id}/thoughts")
}

fn votes(suite: &Suite<'_>) -> Verdict {
    let taken = taken(suite)?;
    let id = &suite.scene()?.b.comment.id;
    let (one, other) = (unguessable()?, unguessable()?);
    let counts = |what, thoughts: Thoughts, up, down| {
        expect(
            &format!("(up, down) {what}"),
            (thoughts.up, thoughts.down),
            (up, down),
        )
    };
    let votes = |voice: &str, vote: &str| thinks(suite, &path(id), voice, json!({ "vote": vote }));
    counts("after one vote", votes(&one, "up")?, 1, 0)?;
    counts("after the same vote again", votes(&one, "up")?, 1, 0)?;
    counts("after another reader's", votes(&other, "up")?, 2, 0)?;
    if !suite.does("unvote") {
        return Ok(());
    }
    if taken == Votes::Both {
        counts("after a change of mind", votes(&one, "down")?, 1, 1)?;
    }
    let none = thinks(suite, &path(id), &one, json!({}))?;
    counts("after that one was taken back", none, 1, 0)?;
    let none = thinks(suite, &path(id), &other, json!({}))?;
    counts("after all were taken back", none, 0, 0)
}

fn shown(suite: &Suite<'_>) -> Verdict {
    taken(suite)?;
    let scene = suite.scene()?;
    let id = &scene.d.comment.id;
    let voice = unguessable()?;
    thinks(suite, &path(id), &voice, json!({ "vote": "up" }))?;
    let detail = suite.show(id)?.comment;
    let list = suite.list("")?;
    let mut replies = list.branches.iter().flat_map(|branch| &branch.replies);
    let listed = replies.find(|it| it.id == *id);
    expect("`up` of the comment", detail.up, 1)?;
    expect("`up` in the list", listed.map(|it| it.up), Some(1))?;
    thinks(suite, &path(id), &voice, json!({})).map(drop)
}

fn sorted(suite: &Suite<'_>) -> Verdict {
    let taken = taken(suite)?;
    let scene = suite.scene()?;
    let (a, e, f) = (
        &scene.a.comment.id,
        &scene.e.comment.id,
        &scene.f.comment.id,
    );
    let (one, other) = (unguessable()?, unguessable()?);
    thinks(suite, &path(a), &one, json!({ "vote": "up" }))?;
    let mut should = vec![a.as_str(), f, e];
    if taken == Votes::Both {
        thinks(suite, &path(f), &other, json!({ "vote": "down" }))?;
        should = vec![a, e, f];
    }
    let list = suite.list("&sort=top")?;
    expect("the roots by top", roots(&list), should)?;
    thinks(suite, &path(a), &one, json!({}))?;
    thinks(suite, &path(f), &other, json!({})).map(drop)
}

fn counts(of: &[Reaction]) -> Vec<(&str, u32)> {
    let given = of.iter().filter(|it| it.count > 0);
    given.map(|it| (it.name.as_str(), it.count)).collect()
}

fn reactions(suite: &Suite<'_>) -> Verdict {
    let first = reaction(suite)?;
    let last = suite.empty.reactions.last().map_or(first, |it| &it.name);
    let id = &suite.scene()?.c.comment.id;
    let voice = unguessable()?;
    let reacts = |names: Value| thinks(suite, &path(id), &voice, json!({ "reactions": names }));
    for _ in 0..2 {
        let given = reacts(json!([first]))?.reactions;
        expect("the reactions", counts(&given), vec![(first, 1)])?;
    }
    let given = reacts(json!([last]))?.reactions;
    expect(
        "the reactions after a change of mind",
        counts(&given),
        vec![(last, 1)],
    )?;
    let shown = suite.show(id)?.comment.reactions;
    expect(
        "the reactions of the comment",
        counts(&shown),
        vec![(last, 1)],
    )?;
    let given = thinks(suite, &path(id), &voice, json!({}))?.reactions;
    expect(
        "the reactions after all were taken back",
        counts(&given),
        Vec::new(),
    )
}

fn unknown(suite: &Suite<'_>) -> Verdict {
    something(suite)?;
    let path = path(&suite.scene()?.c.comment.id);
    let voice = unguessable()?;
    let mut wrong = vec![
        json!({ "reactions": ["no reaction"] }),
        json!({ "vote": "sideways" }),
    ];
    match suite.empty.votes {
        Votes::Both => {}
        Votes::Up => wrong.push(json!({ "vote": "down" })),
        Votes::None => wrong.push(json!({ "vote": "up" })),
    }
    for thought in wrong {
        let answer = suite.think(&path, Some(&voice), &thought)?;
        answer.problem(ProblemKind::InvalidRequest)?;
    }
    Ok(())
}

fn own(suite: &Suite<'_>) -> Verdict {
    let thought = something(suite)?;
    let e = &suite.scene()?.e;
    let answer = suite.think(&path(&e.comment.id), Some(&e.edit_token), &thought)?;
    answer.problem(ProblemKind::OwnComment).map(drop)
}

fn voice(suite: &Suite<'_>) -> Verdict {
    let thought = something(suite)?;
    let path = path(&suite.scene()?.e.comment.id);
    for voice in [None, Some("short")] {
        let answer = suite.think(&path, voice, &thought)?;
        answer.problem(ProblemKind::InvalidRequest)?;
    }
    Ok(())
}

fn nobody(suite: &Suite<'_>) -> Verdict {
    let thought = something(suite)?;
    let answer = suite.think(&path("nobody"), Some(&unguessable()?), &thought)?;
    answer.problem(ProblemKind::NotFound).map(drop)
}

fn article(suite: &Suite<'_>) -> Verdict {
    let name = reaction(suite)?;
    suite.scene()?;
    let path = format!("/thoughts?{}", suite.query(&suite.page));
    let voice = unguessable()?;
    for _ in 0..2 {
        let given = thinks(suite, &path, &voice, json!({ "reactions": [name] }))?;
        expect(
            "the article's reactions",
            counts(&given.reactions),
            vec![(name, 1)],
        )?;
    }
    let list = suite.list("")?;
    expect(
        "those in the list",
        counts(&list.reactions),
        vec![(name, 1)],
    )?;
    let answer = suite.think(&path, Some(&voice), &json!({ "vote": "up" }))?;
    answer.problem(ProblemKind::InvalidRequest)?;
    let given = thinks(suite, &path, &voice, json!({}))?;
    ensure(counts(&given.reactions).is_empty(), || {
        "they stay when they are taken back".to_owned()
    })
}
