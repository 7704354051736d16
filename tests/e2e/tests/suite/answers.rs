//! Backends that answer as no good one would: each ends in a sentence and another try.

use std::iter::repeat_n;

use afterword_e2e::backend::{self, COMMENTS};
use afterword_e2e::{Backend, Engine, Page, Reader, Reply, Server, Story};
use afterword_protocol::{Created, Problem, ProblemKind};
use anyhow::{Result, ensure};
use axum::http::{Method, StatusCode};
use serde_json::json;

const NETWORK: &str = "The comment server can't be reached. Check your connection, then try again.";
const TIMEOUT: &str = "The comment server takes too long to answer. Try again in a moment.";
const BAD_ANSWER: &str = "The comment server gave an answer that makes no sense. Try again later.";
const TROUBLE: &str = "The comment server is in trouble. Try again in a moment.";

fn refused_with(status: u16) -> String {
    format!("The comment server refused with the code {status}. Try again later.")
}

/// Answers that no call can make anything of, with what a reader is told.
fn bad_answers(engine: Engine) -> Result<Vec<(&'static str, Reply, String)>> {
    let html = "<!doctype html><title>Welcome to our hotel's network</title>";
    let problem = |kind| backend::reply(&Problem::new(kind));
    let told = |sentence: &str| sentence.to_owned();
    // WebKit hands on what has come as if it were all.
    let cut = match engine {
        Engine::WebKit => BAD_ANSWER,
        Engine::Chromium | Engine::Firefox => NETWORK,
    };
    Ok(vec![
        ("cut", Reply::cut("{\"branches\": [{\"root\":"), told(cut)),
        ("empty", Reply::json(""), told(BAD_ANSWER)),
        (
            "not JSON",
            Reply::json("{'branches': []}"),
            told(BAD_ANSWER),
        ),
        ("a portal's page", Reply::html(html), told(BAD_ANSWER)),
        ("null", Reply::json("null"), told(BAD_ANSWER)),
        ("a list", Reply::json("[]"), told(BAD_ANSWER)),
        ("a number", Reply::json("1e999"), told(BAD_ANSWER)),
        ("nothing in it", Reply::json("{}"), told(BAD_ANSWER)),
        (
            "another shape",
            Reply::json(
                r#"{"branches": {"length": 1}, "total": -1, "limits": null, "comment": 7,
                    "edit_token": [], "html": {}}"#,
            ),
            told(BAD_ANSWER),
        ),
        (
            "deep",
            Reply::json(["[", "]"].map(|sign| sign.repeat(100_000)).concat()),
            told(BAD_ANSWER),
        ),
        (
            "an error without a body",
            Reply::json("").status(StatusCode::INTERNAL_SERVER_ERROR),
            refused_with(500),
        ),
        (
            "a gateway's error",
            Reply::html(html).status(StatusCode::BAD_GATEWAY),
            refused_with(502),
        ),
        (
            "an error of another API",
            Reply::json(r#"{"error": "no", "code": 17}"#).status(StatusCode::IM_A_TEAPOT),
            refused_with(418),
        ),
        (
            "a problem",
            problem(ProblemKind::Internal)?.status(StatusCode::INTERNAL_SERVER_ERROR),
            told(TROUBLE),
        ),
        (
            "a problem of a later version",
            Reply::json(
                r#"{"type": "urn:afterword:problem:quantum", "title": "?", "status": 409}"#,
            )
            .status(StatusCode::CONFLICT),
            refused_with(409),
        ),
        (
            "too busy",
            problem(ProblemKind::Unavailable)?.status(StatusCode::SERVICE_UNAVAILABLE),
            told(TROUBLE),
        ),
    ])
}

/// An article whose comments are at that backend, and what else is in its head.
fn article(story: &Story, files: &Server, backend: &Backend, head: &str) -> String {
    let api = format!("data-api={}", backend.url());
    let page = Page::new().head(head).script(&files.url(), &api);
    story.page("/article", &page)
}

/// Time passes when a test says so: what would time out waits for `timeOut()`.
const CLOCK: &str = "<script>
    const waiting = [];
    AbortSignal.timeout = () => {
        const controller = new AbortController();
        waiting.push(controller);
        return controller.signal;
    };
    window.timeOut = () => {
        for (const controller of waiting.splice(0))
            controller.abort(new DOMException('too late', 'TimeoutError'));
    };
</script>";

async fn time_passes(reader: &Reader) -> Result<()> {
    reader.run("timeOut();", json!(null)).await
}

/// Waits for the sentence in place of the comments.
async fn sees_that_loading_failed(reader: &Reader, what: &str, sentence: &str) -> Result<()> {
    let expected = format!("The comments could not be loaded. {sentence}");
    let is_told = |it: &String| it.starts_with(&expected) && it.ends_with("Try again");
    let shown = reader
        .waits(&format!("the sentence after \"{what}\""), |shown| {
            !shown.busy && shown.errors.iter().any(is_told)
        })
        .await?;
    ensure!(
        shown.draft.is_some(),
        "one can write all the same: {shown:#?}"
    );
    Ok(())
}

pub(crate) async fn while_loading(story: &Story) -> Result<()> {
    let files = story.server()?;
    let backend = Backend::start().await?;
    let reader = story.reader().await?;
    for (tries, (what, reply, sentence)) in (0..).zip(bad_answers(story.engine)?) {
        backend.answers(Method::GET, COMMENTS, reply);
        if tries == 0 {
            reader
                .goes_to(&article(story, &files, &backend, ""))
                .await?;
        } else {
            reader.clicks_in_notice("Try again").await?;
        }
        // The sentence of the try before may still stand there.
        reader
            .waits("another try", |_| backend.calls("GET", COMMENTS) > tries)
            .await?;
        sees_that_loading_failed(&reader, what, &sentence).await?;
    }
    backend.lists(vec![backend::comment(1, "<p>At last.</p>")])?;
    reader.clicks_in_notice("Try again").await?;
    reader.sees_comment("At last.").await?;
    let shown = reader.shown().await?;
    ensure!(shown.errors.is_empty(), "{shown:#?}");
    Ok(())
}

pub(crate) async fn an_answer_without_an_end(story: &Story) -> Result<()> {
    let files = story.server()?;
    let backend = Backend::start().await?;
    let whitespace = Reply::repeated(vec![b' '; 1 << 20], 100_000);
    backend.answers(Method::GET, COMMENTS, whitespace);
    let reader = story.reader().await?;
    reader
        .goes_to(&article(story, &files, &backend, ""))
        .await?;
    sees_that_loading_failed(&reader, "100 GB", BAD_ANSWER).await?;
    backend.lists(vec![backend::comment(1, "<p>At last.</p>")])?;
    reader.clicks_in_notice("Try again").await?;
    reader.sees_comment("At last.").await?;
    Ok(())
}

pub(crate) async fn no_answer_while_loading(story: &Story) -> Result<()> {
    let files = story.server()?;
    let backend = Backend::start().await?;
    backend.answers(Method::GET, COMMENTS, Reply::never());
    let reader = story.reader().await?;
    reader
        .goes_to(&article(story, &files, &backend, CLOCK))
        .await?;
    reader
        .waits("a thread that is being loaded", |shown| {
            shown.busy && backend.calls("GET", COMMENTS) == 1
        })
        .await?;
    time_passes(&reader).await?;
    sees_that_loading_failed(&reader, "no answer", TIMEOUT).await?;
    backend.lists(vec![backend::comment(1, "<p>At last.</p>")])?;
    reader.clicks_in_notice("Try again").await?;
    reader.sees_comment("At last.").await?;
    Ok(())
}

fn created(html: &str) -> Result<Reply> {
    let created = Created {
        comment: backend::comment(1, html),
        edit_token: "token".to_owned(),
    };
    Ok(backend::reply(&created)?.status(StatusCode::CREATED))
}

/// The sentence where a reader has written something, and may send it again as it is.
fn kept(sentence: &str) -> String {
    if sentence.contains("the code 4") {
        return sentence.to_owned();
    }
    format!("{sentence} Your text is kept.")
}

/// Waits until the comment has not been taken, for that reason.
async fn sees_it_fail(reader: &Reader, what: &str, words: &str, sentence: &str) -> Result<()> {
    let sentence = kept(sentence);
    reader
        .waits(&format!("the comment as not sent after \"{what}\""), |it| {
            it.comment(words).is_some_and(|it| it.is("failed")) && it.errors == [sentence.as_str()]
        })
        .await
        .map(drop)
}

pub(crate) async fn while_posting(story: &Story) -> Result<()> {
    let files = story.server()?;
    let backend = Backend::start().await?;
    let reader = story.reader().await?;
    reader.opens(&article(story, &files, &backend, "")).await?;
    reader.writes("Say it once.").await?;
    for (what, reply, sentence) in bad_answers(story.engine)? {
        let calls = backend.calls("POST", COMMENTS);
        backend.answers(Method::POST, COMMENTS, reply);
        if calls == 0 {
            reader.posts().await?;
        } else {
            reader.clicks_at("Say it once.", "Try again").await?;
        }
        reader
            .waits("another try", |_| backend.calls("POST", COMMENTS) > calls)
            .await?;
        sees_it_fail(&reader, what, "Say it once.", &sentence).await?;
    }
    backend.answers(Method::POST, COMMENTS, created("<p>Say it once.</p>")?);
    reader.clicks_at("Say it once.", "Try again").await?;
    let comment = reader.sees_comment("Say it once.").await?;
    ensure!(comment.is("own"), "{comment:#?}");
    let shown = reader.shown().await?;
    ensure!(
        shown.comments.len() == 1 && shown.errors.is_empty(),
        "{shown:#?}"
    );
    Ok(())
}

pub(crate) async fn no_answer_while_posting(story: &Story) -> Result<()> {
    let files = story.server()?;
    let backend = Backend::start().await?;
    let reader = story.reader().await?;
    reader
        .opens(&article(story, &files, &backend, CLOCK))
        .await?;
    backend.answers(Method::POST, COMMENTS, Reply::never());
    reader.writes("Say it once.").await?;
    reader.posts().await?;
    reader
        .waits("the comment as being sent", |shown| {
            shown
                .comment("Say it once.")
                .is_some_and(|it| it.is("sending"))
                && backend.calls("POST", COMMENTS) == 1
        })
        .await?;
    time_passes(&reader).await?;
    sees_it_fail(&reader, "no answer", "Say it once.", TIMEOUT).await?;
    backend.answers(Method::POST, COMMENTS, created("<p>Say it once.</p>")?);
    reader.clicks_at("Say it once.", "Try again").await?;
    reader.sees_comment("Say it once.").await?;
    Ok(())
}

pub(crate) async fn while_changing_and_deleting(story: &Story) -> Result<()> {
    let files = story.server()?;
    let backend = Backend::start().await?;
    let reader = story.reader().await?;
    reader.opens(&article(story, &files, &backend, "")).await?;
    backend.answers(Method::POST, COMMENTS, created("<p>The first words.</p>")?);
    let comment = reader.comments("The first words.").await?;
    let one = format!("{COMMENTS}/{}", comment.id);
    let by_id = format!("#{}", comment.id);

    backend.answers(Method::GET, &one, Reply::json("{}"));
    reader.clicks_at(&by_id, "Edit").await?;
    reader.sees(BAD_ANSWER).await?;
    let detail = json!({
        "comment": backend::comment(1, "<p>The first words.</p>"),
        "text": "The first words.",
        "page": "/article",
        "ancestors": [],
    });
    backend.answers(Method::GET, &one, backend::reply(&detail)?);
    reader.clicks_at(&by_id, "Edit").await?;
    reader.writes_into(Some(&by_id), "Better words.").await?;

    for (what, reply, sentence) in bad_answers(story.engine)? {
        let calls = backend.calls("PATCH", &one);
        backend.answers(Method::PATCH, &one, reply);
        reader.clicks_at(&by_id, "Save changes").await?;
        reader
            .waits(&format!("the sentence after \"{what}\""), |shown| {
                backend.calls("PATCH", &one) > calls && shown.errors == [kept(&sentence)]
            })
            .await?;
        reader
            .finds(
                "the better words where they were",
                &format!(
                    "return composer('{by_id}')?.querySelector('textarea').value
                         === 'Better words.';"
                ),
            )
            .await?;
    }
    let better = backend::comment(1, "<p>Better words.</p>");
    backend.answers(Method::PATCH, &one, backend::reply(&better)?);
    reader.clicks_at(&by_id, "Save changes").await?;
    reader.sees_comment("Better words.").await?;

    for (what, reply, sentence) in bad_answers(story.engine)? {
        // Whatever else it is, it says that no tombstone is left.
        let json = [
            "null",
            "a list",
            "a number",
            "nothing in it",
            "another shape",
            "deep",
        ];
        if json.contains(&what) {
            continue;
        }
        backend.answers(Method::DELETE, &one, reply);
        let calls = backend.calls("DELETE", &one);
        if calls == 0 {
            reader.deletes(&by_id).await?;
        } else {
            // The question is still open.
            reader.clicks_at(&by_id, "Delete").await?;
        }
        reader
            .waits(&format!("the sentence after \"{what}\""), |_| {
                backend.calls("DELETE", &one) > calls
            })
            .await?;
        reader.sees(&sentence).await?;
        let comment = reader.sees_comment("Better words.").await?;
        ensure!(!comment.is("deleted"), "{what}: {comment:#?}");
    }
    backend.answers(Method::DELETE, &one, Reply::json("{}"));
    reader.clicks_at(&by_id, "Delete").await?;
    reader
        .waits("an empty thread", |shown| shown.comments.is_empty())
        .await?;
    Ok(())
}

pub(crate) async fn while_previewing(story: &Story) -> Result<()> {
    let files = story.server()?;
    let backend = Backend::start().await?;
    let reader = story.reader().await?;
    reader.opens(&article(story, &files, &backend, "")).await?;
    reader.writes("Half a sentence").await?;
    for (what, reply, sentence) in bad_answers(story.engine)? {
        let calls = backend.calls("POST", "/preview");
        backend.answers(Method::POST, "/preview", reply);
        reader.clicks("Preview").await?;
        let shown = reader
            .waits(&format!("the sentence after \"{what}\""), |shown| {
                backend.calls("POST", "/preview") > calls && shown.errors == [kept(&sentence)]
            })
            .await?;
        ensure!(
            shown.draft.as_deref() == Some("Half a sentence"),
            "{what}: {shown:#?}"
        );
        // The sentence of the try before may still stand there: without a preview, this one has ended.
        reader
            .finds(
                "the text as it was written",
                "return root.querySelector('.composer textarea').checkVisibility()
                     && !root.querySelector('.composer-preview');",
            )
            .await?;
    }
    Ok(())
}

pub(crate) async fn a_backend_that_has_gone(story: &Story) -> Result<()> {
    let files = story.server()?;
    let backend = Backend::start().await?;
    let url = article(story, &files, &backend, "");
    drop(backend);
    let reader = story.reader().await?;
    reader.goes_to(&url).await?;
    sees_that_loading_failed(&reader, "nobody at this address", NETWORK).await
}

pub(crate) async fn comments_that_cannot_be(story: &Story) -> Result<()> {
    let files = story.server()?;
    let backend = Backend::start().await?;
    let mut list = backend::list(Vec::new());
    let comment = |id: &str, parent: Option<&str>, text: &str| {
        let mut comment = backend::comment(1, &format!("<p>{text}</p>"));
        id.clone_into(&mut comment.id);
        comment.parent = parent.map(str::to_owned);
        comment
    };
    let mut branch = |root, replies| {
        let mut whole = backend::list(vec![root]);
        whole.branches[0].replies = replies;
        list.branches.append(&mut whole.branches);
    };
    branch(
        comment("a", Some("b"), "One of a circle"),
        vec![comment("b", Some("a"), "The other one")],
    );
    branch(comment("a", None, "The same id again"), Vec::new());
    branch(comment("own", Some("own"), "Its own parent"), Vec::new());
    branch(comment("orphan", Some("nobody"), "An orphan"), Vec::new());
    branch(
        comment("\"]<b>'\\", None, "An id of signs"),
        vec![comment("", Some("\"]<b>'\\"), "No id at all")],
    );
    let mut strange = comment("strange", None, "A strange time");
    "the day before yesterday".clone_into(&mut strange.created);
    strange.edited = Some(String::new());
    strange.number = u32::MAX;
    strange.author = Some("\u{202e}\u{0}".repeat(200));
    branch(strange, Vec::new());
    list.total = u32::MAX;
    list.limits.edit_seconds = u32::MAX;
    backend.answers(Method::GET, COMMENTS, backend::reply(&list)?);
    let reader = story.reader().await?;
    let shown = reader.opens(&article(story, &files, &backend, "")).await?;
    for text in [
        "The other one",
        "Its own parent",
        "An orphan",
        "An id of signs",
        "No id at all",
        "A strange time",
    ] {
        ensure!(shown.comment(text).is_some(), "{text}: {shown:#?}");
    }
    let same_id = shown.comments.iter().filter(|it| it.id == "a").count();
    ensure!(same_id == 1, "one id is one comment: {shown:#?}");
    // What can be done with any comment can be done with these.
    reader.clicks_at("An id of signs", "Reply").await?;
    reader
        .finds("its composer", "return !!composer('An id of signs');")
        .await?;
    Ok(())
}

pub(crate) async fn as_many_comments_as_a_page_can_draw(story: &Story) -> Result<()> {
    let files = story.server()?;
    let backend = Backend::start().await?;
    let long = repeat_n("A very long comment. ", 5_000).collect::<String>();
    let comments = |count| {
        let comment = |number| {
            let text = if number == 1 { long.as_str() } else { "Short." };
            backend::comment(number, &format!("<p>{text}</p>"))
        };
        (1..=count).map(comment).collect()
    };
    backend.lists(comments(1_000))?;
    let reader = story.reader().await?;
    let shown = reader.opens(&article(story, &files, &backend, "")).await?;
    ensure!(
        shown.comments.len() == 1_000 && shown.title == "1000 comments",
        "{}, of {} comments",
        shown.title,
        shown.comments.len()
    );
    ensure!(shown.comments[0].text == long.trim_end());
    // No portion that can be asked for has as many.
    backend.lists(comments(10_001))?;
    reader.sorts_by("oldest").await?;
    sees_that_loading_failed(&reader, "far too many", BAD_ANSWER).await
}
