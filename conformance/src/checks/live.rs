//! What changes while somebody looks.

use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use afterword_protocol::{Changes, ProblemKind, Status};
use serde_json::Value;

use super::part;
use crate::client::{Call, Stop, Verdict, encode, ensure, expect};
use crate::suite::{Suite, expect_ids, ids};

part! { "Changes":
    "changes", CHANGES, "edit delete", "what is posted, edited and deleted since a cursor is told", changes;
    "changes-reload", CHANGES, "", "a cursor that was never given is refused, or answered with reload", reload;
    "events", EVENTS, "", "what changes is told as it happens", events;
}

/// Where the changes of a page begin, if they are told at all.
fn begin(suite: &Suite<'_>, page: &str) -> Verdict<String> {
    let since = suite.list_of(page, "")?.changes;
    since.ok_or_else(|| Stop::NotOffered("the list leaves changes out".to_owned()))
}

fn since(suite: &Suite<'_>, page: &str, cursor: &str) -> Verdict<Changes> {
    let path = format!("/changes?{}&since={}", suite.query(page), encode(cursor));
    suite.get(path)?.json(200)
}

fn changes(suite: &Suite<'_>) -> Verdict {
    let page = suite.other("changes");
    let start = begin(suite, &page)?;
    let one = suite.post(&page, None, "One.")?;
    let two = suite.post(&page, Some(&one), "Two.")?;
    let posted = since(suite, &page, &start)?;
    expect_ids("what was posted", &ids(&posted.posted), &[&one, &two])?;
    expect("`total`", posted.total, 2)?;
    let now: Changes = suite
        .get(format!("/changes?{}", suite.query(&page)))?
        .json(200)?;
    expect(
        "what is told without since",
        (now.posted.len(), now.changed.len()),
        (0, 0),
    )?;
    let edit = suite.edit(&one.comment.id, Some(&one.edit_token), "One, again.")?;
    ensure(edit.is_ok(), || edit.told())?;
    let edited = since(suite, &page, &now.cursor)?;
    expect_ids(
        "what has changed by an edit",
        &ids(&edited.changed),
        &[&one],
    )?;
    suite.deleted(&one)?;
    let deleted = since(suite, &page, &edited.cursor)?;
    expect_ids(
        "what has changed by a deletion",
        &ids(&deleted.changed),
        &[&one],
    )?;
    expect("its status", deleted.changed[0].status, Status::Deleted)?;
    suite.deleted(&two)?;
    let gone = since(suite, &page, &deleted.cursor)?;
    ensure(gone.gone.contains(&two.comment.id), || {
        format!("{:?} are gone, not {}", gone.gone, two.comment.id)
    })?;
    expect("`total` then", gone.total, 0)
}

fn reload(suite: &Suite<'_>) -> Verdict {
    let page = suite.other("changes");
    begin(suite, &page)?;
    for cursor in ["99999999999", "no cursor"] {
        let path = format!("/changes?{}&since={}", suite.query(&page), encode(cursor));
        let answer = suite.get(path)?;
        if !answer.is(ProblemKind::InvalidRequest) {
            expect("`reload`", answer.json::<Changes>(200)?.reload, true)?;
        }
    }
    Ok(())
}

/// How long an event may take.
const SOON: Duration = Duration::from_secs(10);

/// The next event, by its name, id and data.
fn event(lines: &Receiver<String>) -> Verdict<(String, String, Changes)> {
    let until = Instant::now() + SOON;
    let (mut name, mut id, mut data) = (String::new(), String::new(), String::new());
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let line = lines
            .recv_timeout(left)
            .map_err(|_| Stop::Fault(format!("no event came within {} seconds", SOON.as_secs())))?;
        if line.is_empty() && !data.is_empty() {
            break;
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => name = value.to_owned(),
            "id" => id = value.to_owned(),
            "data" => data.push_str(value),
            _ => {}
        }
    }
    let changes = serde_json::from_str::<Value>(&data)
        .and_then(serde_json::from_value)
        .map_err(|error| Stop::Fault(format!("the data of an event are {data:?}: {error}")))?;
    Ok((name, id, changes))
}

fn events(suite: &Suite<'_>) -> Verdict {
    let page = suite.other("events");
    begin(suite, &page)?;
    let call = Call::get(format!("/events?{}", suite.query(&page)));
    let (answer, lines) = suite
        .client
        .listen(&call.header("accept", "text/event-stream"))?;
    for kind in [
        ProblemKind::NoSuchCall,
        ProblemKind::Unavailable,
        ProblemKind::RateLimited,
    ] {
        if answer.is(kind) {
            return Err(Stop::NotOffered(kind.slug().to_owned()));
        }
    }
    ensure(
        answer.status == 200 && answer.media_type() == "text/event-stream",
        || format!("{} as {:?}", answer.told(), answer.media_type()),
    )?;
    let (name, id, first) = event(&lines)?;
    expect("the name of the event", name.as_str(), "changes")?;
    expect("its id", &id, &first.cursor)?;
    let created = suite.post(&page, None, "Live.")?;
    let (_, _, second) = event(&lines)?;
    expect_ids("what was posted", &ids(&second.posted), &[&created])?;
    Ok(())
}
