//! What is posted stands as it was sent, and once.

use afterword_protocol::{Created, ProblemKind, Status};
use http::Method;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::part;
use crate::client::{Call, Stop, Verdict, ensure, expect};
use crate::suite::{AUTHOR, Suite, roots, unguessable};

part! { "Posting":
    "create", POST, "", "a comment is taken, and answered 201 with its edit token", create;
    "author", POST, "name", "a name is kept as it was typed; none is left out", author;
    "website", POST, "website name", "the author's website is kept", website;
    "null-is-absent", RULES, "", "null is taken for absent", null;
    "ids", RULES, "", "ids are of the promised form and sort by time", ids;
    "numbers", RULES, "", "numbers count from 1 in the order of posting", numbers;
    "times", RULES, "", "times are RFC 3339 in UTC with milliseconds and Z", times;
    "show", SHOW, "", "a comment is shown with its source, its page and what it answers", show;
    "show-root", SHOW, "", "what answers nothing has no ancestors", show_root;
    "idempotency-same", POST, "", "the same request with the same key posts one comment, with one token", same;
    "idempotency-fields", POST, "", "two bodies are the same when their fields are", fields;
    "idempotency-reused", POST, "", "the same key with another body is refused", reused;
    "idempotency-freed", POST, "", "a request that was refused leaves its key free", freed;
    "idempotency-parallel", POST, "", "requests that come at the same time post one comment", parallel;
    "idempotency-deleted", POST, "delete", "a key whose comment was deleted is answered not-found", deleted;
    "idempotency-invalid", POST, "", "what is no key is refused", invalid;
    "proof", POST, "", "a proof of work is for one comment, and what is no proof is refused", proof;
}

fn create(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    for created in scene.all() {
        let comment = &created.comment;
        expect("the status of a comment", comment.status, Status::Published)?;
        ensure(comment.edited.is_none(), || {
            "a new comment has `edited`".to_owned()
        })?;
        ensure(!created.edit_token.is_empty(), || {
            "the edit token is empty".to_owned()
        })?;
    }
    expect(
        "`parent` of a root",
        scene.a.comment.parent.as_deref(),
        None,
    )?;
    let parent = scene.c.comment.parent.as_deref();
    expect("`parent` of an answer", parent, Some(&scene.b.comment.id))?;
    let tokens: std::collections::BTreeSet<_> =
        scene.all().map(|it| &it.edit_token).into_iter().collect();
    expect("the number of different tokens", tokens.len(), 6)
}

fn author(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let author = scene.a.comment.author.as_deref();
    expect("the name", author, Some(AUTHOR))?;
    if !suite.does("name-required") {
        expect("no name", scene.b.comment.author.as_deref(), None)?;
    }
    let shown = suite.show(&scene.a.comment.id)?.comment.author;
    expect("the name that is shown", shown.as_deref(), Some(AUTHOR))
}

fn website(suite: &Suite<'_>) -> Verdict {
    let website = suite.scene()?.a.comment.website.as_deref();
    expect("the website", website, Some("https://ada.example/about"))
}

fn null(suite: &Suite<'_>) -> Verdict {
    let body = json!({
        "page": suite.other("null"), "title": null, "url": null, "parent": null, "author": null,
        "website": null, "text": "Nothing else.",
    });
    suite.taken(&suite.create(body, None)?).map(drop)
}

fn ids(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let all = scene.all().map(|it| &it.comment);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    for comment in all {
        let id = &comment.id;
        ensure(
            (1..=64).contains(&id.len()) && id.bytes().all(is_plain),
            || format!("the id {id:?} is not 1 to 64 of [0-9A-Za-z_-]"),
        )?;
    }
    for pair in all.windows(2) {
        ensure(
            pair[0].id < pair[1].id || pair[0].created == pair[1].created,
            || {
                format!(
                    "{:?} was posted before {:?}, and sorts behind it",
                    pair[0].id, pair[1].id
                )
            },
        )?;
    }
    Ok(())
}

fn numbers(suite: &Suite<'_>) -> Verdict {
    let numbers = suite.scene()?.all().map(|it| it.comment.number);
    expect("the numbers of six comments", numbers, [1, 2, 3, 4, 5, 6])
}

/// Whether a time has the form that sorts as text.
pub(super) fn is_time(text: &str) -> bool {
    let form = b"0000-00-00T00:00:00.000Z";
    let fits = |(byte, form): (u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == *form,
    };
    text.len() == form.len()
        && text.bytes().zip(form).all(fits)
        && OffsetDateTime::parse(text, &Rfc3339).is_ok()
}

fn times(suite: &Suite<'_>) -> Verdict {
    let mut before = "";
    for created in suite.scene()?.all() {
        let time = &created.comment.created;
        ensure(is_time(time), || {
            format!("{time:?} is not of the form 2026-11-23T19:14:36.626Z")
        })?;
        ensure(before <= time.as_str(), || {
            format!("{time:?} was posted after {before:?}")
        })?;
        before = time;
    }
    Ok(())
}

fn show(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let detail = suite.show(&scene.c.comment.id)?;
    expect(
        "the comment",
        detail.comment.id.as_str(),
        &scene.c.comment.id,
    )?;
    expect("its text", detail.text.as_str(), "Cinnamon.")?;
    expect("its page", detail.page.as_str(), &suite.page)?;
    let ancestors = crate::suite::ids(&detail.ancestors);
    crate::suite::expect_ids("the ancestors", &ancestors, &[&scene.a, &scene.b])?;
    let source = suite.show(&scene.a.comment.id)?.text;
    let typed = suite.first.0["text"].as_str().unwrap_or_default();
    expect("the source", source.as_str(), typed)
}

fn show_root(suite: &Suite<'_>) -> Verdict {
    let detail = suite.show(&suite.scene()?.e.comment.id)?;
    expect(
        "the number of ancestors of a root",
        detail.ancestors.len(),
        0,
    )
}

fn is_once(suite: &Suite<'_>, again: &Created, first: &Created) -> Verdict {
    expect(
        "the id of the second answer",
        &again.comment.id,
        &first.comment.id,
    )?;
    expect("its edit token", &again.edit_token, &first.edit_token)?;
    let list = suite.list("")?;
    expect("the number of comments then", list.total, 6)
}

fn same(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let (body, key) = &suite.first;
    let answer = suite.create(body.clone(), Some(key))?;
    is_once(suite, &answer.json(201)?, &scene.a)
}

fn fields(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let (body, key) = &suite.first;
    let body = suite.body(body.clone());
    let fields = body.as_object().into_iter().flatten().rev();
    let fields: Vec<String> = fields
        .map(|(name, value)| format!("{} :\n  {value}", Value::from(name.as_str())))
        .collect();
    let body = format!("{{ {} , \"parent\": null }}", fields.join(" ,\n"));
    let call = Call::new(Method::POST, "/comments").key(key).bytes(body);
    let call = call.header("content-type", "application/json; charset=utf-8");
    is_once(suite, &suite.create_by(&call)?.json(201)?, &scene.a)
}

fn reused(suite: &Suite<'_>) -> Verdict {
    suite.scene()?;
    let (body, key) = &suite.first;
    let mut body = body.clone();
    body["text"] = json!("Something else.");
    let answer = suite.create(body, Some(key))?;
    answer.problem(ProblemKind::IdempotencyKeyReused).map(drop)
}

fn freed(suite: &Suite<'_>) -> Verdict {
    let key = unguessable()?;
    let page = suite.other("freed");
    let answer = suite.create(json!({ "page": page, "text": "" }), Some(&key))?;
    ensure(!answer.is_ok(), || answer.told())?;
    let answer = suite.create(json!({ "page": page, "text": "Better." }), Some(&key))?;
    suite.taken(&answer).map(drop)
}

/// How many requests come at the same time.
const AT_ONCE: usize = 4;

fn parallel(suite: &Suite<'_>) -> Verdict {
    let key = unguessable()?;
    let page = suite.other("parallel");
    let body = json!({ "page": page, "text": "Once." });
    let answers: Vec<Verdict<Created>> = std::thread::scope(|scope| {
        let send = || scope.spawn(|| suite.taken(&suite.create(body.clone(), Some(&key))?));
        let threads: Vec<_> = (0..AT_ONCE).map(|_| send()).collect();
        let lost = |_| {
            Err(Stop::NotChecked(
                "a thread of the suite ended early".to_owned(),
            ))
        };
        let ends = threads.into_iter().map(|it| it.join().unwrap_or_else(lost));
        ends.collect()
    });
    let answers = answers.into_iter().collect::<Verdict<Vec<_>>>()?;
    let list = suite.list_of(&page, "")?;
    expect(
        "the number of comments of four requests",
        roots(&list).len(),
        1,
    )?;
    for answer in &answers {
        expect(
            "the id of one of the answers",
            &answer.comment.id,
            &answers[0].comment.id,
        )?;
        expect("its edit token", &answer.edit_token, &answers[0].edit_token)?;
    }
    Ok(())
}

fn deleted(suite: &Suite<'_>) -> Verdict {
    let key = unguessable()?;
    let body = json!({ "page": suite.other("deleted"), "text": "Soon gone." });
    let created = suite.taken(&suite.create(body.clone(), Some(&key))?)?;
    suite.deleted(&created)?;
    let answer = suite.create(body, Some(&key))?;
    answer.problem(ProblemKind::NotFound).map(drop)
}

fn invalid(suite: &Suite<'_>) -> Verdict {
    let body = json!({ "page": suite.other("invalid"), "text": "Not taken." });
    for key in [
        "short".to_owned(),
        "x".repeat(129),
        "with a blank in its middle".to_owned(),
    ] {
        let answer = suite.create(body.clone(), Some(&key))?;
        answer.problem(ProblemKind::IdempotencyKeyInvalid)?;
    }
    Ok(())
}

fn proof(suite: &Suite<'_>) -> Verdict {
    let body = suite.body(json!({ "page": suite.other("proof"), "text": "Parsley." }));
    let send = |body: &Value, key: &str| {
        let call = Call::new(Method::POST, "/comments").json(body).key(key);
        suite.client.send_once(&call)
    };
    let key = unguessable()?;
    let answer = send(&body, &key)?;
    if !answer.is(ProblemKind::ProofRequired) {
        suite.remember(&answer);
        let why = "comments are taken without";
        return Err(Stop::NotOffered(why.to_owned()));
    }
    let with = |proof: &str| {
        let mut body = body.clone();
        body["proof"] = proof.into();
        body
    };
    send(&with("none"), &key)?.problem(ProblemKind::ProofRequired)?;
    let proof = suite.client.proof(suite.site.as_deref())?;
    // The refusal leaves the key free.
    let answer = send(&with(&proof), &key)?;
    suite.remember(&answer);
    let created: Created = answer.json(201)?;
    // The same request, with the same proof or a new one.
    let newer = suite.client.proof(suite.site.as_deref())?;
    for proof in [&proof, &newer] {
        let again: Created = send(&with(proof), &key)?.json(201)?;
        expect("the comment", again.comment.id, created.comment.id.clone())?;
    }
    let other = unguessable()?;
    send(&with(&proof), &other)?.problem(ProblemKind::ProofRequired)?;
    Ok(())
}
