//! docs/protocol.md has its examples from a real run: this one. What differs from run to run (ids,
//! tokens, tags) is replaced by samples. `AFTERWORD_BLESS=1 cargo test -p afterword-server` writes
//! them into the document.

use std::fmt::Write;

use afterword_protocol::{CommentList, Created, ProblemKind, TransferCode, offers};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

/// A sample.
const CODE: &str = "7KQ2M9XA";

const PAGE: &str = "/2026/slow-news/";

#[tokio::test]
async fn its_examples_are_those_of_a_real_run() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/protocol.md");
    let committed = std::fs::read_to_string(path).unwrap();
    let mut current = committed.clone();
    for (name, text) in examples().await {
        current = with_block(&current, name, &text);
    }
    if std::env::var_os("AFTERWORD_BLESS").is_some() {
        std::fs::write(path, current).unwrap();
        return;
    }
    assert!(
        current == committed,
        "docs/protocol.md is out of date: AFTERWORD_BLESS=1 cargo test -p afterword-server"
    );
}

/// The document with that text between the marks of that name.
fn with_block(document: &str, name: &str, text: &str) -> String {
    let begin = format!("<!-- from a run: {name} -->\n");
    let end = "<!-- end -->";
    let (before, rest) = document
        .split_once(&begin)
        .unwrap_or_else(|| panic!("no {begin}"));
    let (_, after) = rest
        .split_once(end)
        .unwrap_or_else(|| panic!("no end of {name}"));
    format!("{before}{begin}{text}{end}{after}")
}

async fn examples() -> Vec<(&'static str, String)> {
    let app = TestApp::start().await;
    let mut run = Run {
        app: &app,
        ids: Vec::new(),
    };
    let mut examples = vec![("problems", problems()), ("offers", words())];

    let new = json!({
        "page": PAGE,
        "title": "On slow news",
        "url": "http://localhost/2026/slow-news/",
        "author": "Ada",
        "text": "> it is calm\n\nAnd *late*. 👩‍👩‍👧",
    });
    let key = "3f0d6b0e2c5a4b0f9d5a7c1e8b2f4a60";
    let (text, answer) = run.exchange(run.create(&new, Some(key))).await;
    examples.push(("create", text));
    let root: Created = answer.created();

    app.passes(90);
    let reply = json!({ "page": PAGE, "parent": root.comment.id, "text": "Which is the point." });
    let reply = Answer::to(run.create(&reply, None)).await.created();
    run.know(&reply.comment.id);

    let list = format!(
        "/comments?page={}&sort=oldest&limit=20",
        PAGE.replace('/', "%2F")
    );
    let (text, answer) = run.exchange(app.call(Method::GET, &list, None)).await;
    examples.push(("list", text));
    let etag = answer.header("etag").to_owned();
    let listed: CommentList = answer.json(StatusCode::OK);
    let again = app
        .call(Method::GET, &list, None)
        .header("if-none-match", etag);
    examples.push(("not modified", run.exchange(again).await.0));

    let show = format!("/comments/{}", reply.comment.id);
    examples.push((
        "show",
        run.exchange(app.call(Method::GET, &show, None)).await.0,
    ));
    let replies = format!("/comments/{}/replies?limit=50", root.comment.id);
    examples.push((
        "replies",
        run.exchange(app.call(Method::GET, &replies, None)).await.0,
    ));

    let voice = "Bearer 5d1f0e7c-93b4-4a0b-8f55-1c2d3e4f5a6b";
    let thought = json!({ "vote": "up", "reactions": ["😂"] });
    let path = format!("/comments/{}/thoughts", root.comment.id);
    let think = |path: &str, thought| {
        let call = app.call(Method::PUT, path, Some(thought));
        call.header("authorization", voice)
    };
    let (text, _) = run.exchange(think(&path, thought)).await;
    examples.push(("think", text));
    let path = format!("/thoughts?page={}", PAGE.replace('/', "%2F"));
    let (text, _) = run
        .exchange(think(&path, json!({ "reactions": ["❤️"] })))
        .await;
    examples.push(("think of the article", text));
    let search = "/search?page=%2F2026%2Fslow-news%2F&q=calm";
    examples.push((
        "search",
        run.exchange(app.call(Method::GET, search, None)).await.0,
    ));

    app.passes(30);
    let at_root = format!("/comments/{}", root.comment.id);
    let bearer = |created: &Created| format!("Bearer {}", created.edit_token);
    let edit = app
        .call(
            Method::PATCH,
            &at_root,
            Some(json!({ "text": "And *late*." })),
        )
        .header("authorization", bearer(&root));
    examples.push(("edit", run.exchange(edit).await.0));
    let delete = app
        .call(Method::DELETE, &at_root, None)
        .header("authorization", bearer(&root));
    examples.push(("delete", run.exchange(delete).await.0));
    let changes = format!(
        "/changes?page={}&since={}",
        PAGE.replace('/', "%2F"),
        listed.changes.unwrap()
    );
    examples.push((
        "changes",
        run.exchange(app.call(Method::GET, &changes, None)).await.0,
    ));

    let path = format!("{at_root}/restore");
    let restore = app
        .call(Method::POST, &path, None)
        .header("authorization", bearer(&root));
    examples.push(("restore", run.exchange(restore).await.0));
    let path = format!("{at_root}/history");
    let history = app.call(Method::GET, &path, None);
    examples.push(("history", run.exchange(history).await.0));
    let path = format!("{at_root}/reports");
    let report = json!({ "reason": "other", "text": "This is my text." });
    let report = app.call(Method::POST, &path, Some(report));
    examples.push(("report", run.exchange(report).await.0));
    let token = json!({ "id": root.comment.id, "edit_token": root.edit_token });
    let tokens = json!({ "tokens": [token] });
    let leave = app.call(Method::POST, "/transfers", Some(tokens));
    let (text, answer) = run.exchange(leave).await;
    let code = answer
        .json::<TransferCode>(reqwest::StatusCode::CREATED)
        .code;
    examples.push(("leave tokens", text.replace(&code, CODE)));
    let code = json!({ "code": code });
    let fetch = app.call(Method::POST, "/transfers/fetch", Some(code.clone()));
    let (text, _) = run.exchange(fetch).await;
    let code = code["code"].as_str().unwrap();
    examples.push(("fetch tokens", text.replace(code, CODE)));

    let preview = app.call(Method::POST, "/preview", Some(json!({ "text": "**so**" })));
    examples.push(("preview", run.exchange(preview).await.0));
    let counts = "/counts?page=%2F2026%2Fslow-news%2F&page=%2F2026%2Fother%2F";
    examples.push((
        "counts",
        run.exchange(app.call(Method::GET, counts, None)).await.0,
    ));

    let long = json!({ "page": PAGE, "text": "http://a.example ".repeat(11) });
    examples.push(("problem", run.exchange(run.create(&long, None)).await.0));
    examples
}

fn words() -> String {
    let mut table = String::from("| word | usual | meaning |\n| --- | --- | --- |\n");
    for (word, meaning) in offers::MEANINGS {
        let is_usual = offers::USUAL.split_whitespace().any(|usual| usual == *word);
        let usual = if is_usual { "yes" } else { "" };
        writeln!(table, "| `{word}` | {usual} | {meaning} |").unwrap();
    }
    table
}

fn problems() -> String {
    let mut table = String::from(
        "| `type` ends in | status | `limit` | meaning |\n| --- | --- | --- | --- |\n",
    );
    for kind in ProblemKind::ALL {
        let meaning = kind.meaning().trim().replace("  ", " ");
        let limit = if meaning.contains("`limit`") {
            "yes"
        } else {
            ""
        };
        writeln!(
            table,
            "| `{}` | {} | {limit} | {meaning} |",
            kind.slug(),
            kind.status()
        )
        .unwrap();
    }
    table
}

/// A run, and the ids that it has seen.
struct Run<'a> {
    app: &'a TestApp,
    ids: Vec<String>,
}

impl Run<'_> {
    fn create(&self, body: &Value, key: Option<&str>) -> RequestBuilder {
        let call = self.app.call(Method::POST, "/comments", Some(body.clone()));
        match key {
            Some(key) => call.header("idempotency-key", key),
            None => call,
        }
    }

    fn know(&mut self, id: &str) {
        if !self.ids.iter().any(|known| known == id) {
            self.ids.push(id.to_owned());
        }
    }

    /// A request and its answer, as they stand on the wire.
    async fn exchange(&mut self, call: RequestBuilder) -> (String, Answer) {
        let request = call.try_clone().unwrap().build().unwrap();
        let answer = Answer::to(call).await;
        if let Some(id) = answer.header("location").strip_prefix("/api/v1/comments/") {
            self.know(id);
        }
        let mut text = String::from("```http\n");
        let path = &request.url()[url::Position::BeforePath..];
        writeln!(text, "{} {path} HTTP/1.1", request.method()).unwrap();
        for name in [
            "content-type",
            "idempotency-key",
            "authorization",
            "if-none-match",
        ] {
            if let Some(value) = request.headers().get(name) {
                writeln!(text, "{name}: {}", value.to_str().unwrap()).unwrap();
            }
        }
        if let Some(body) = request.body().and_then(reqwest::Body::as_bytes) {
            let body: Value = serde_json::from_slice(body).unwrap();
            writeln!(text, "\n{}", serde_json::to_string_pretty(&body).unwrap()).unwrap();
        }
        writeln!(text, "```\n\n```http\nHTTP/1.1 {}", answer.status).unwrap();
        for name in [
            "content-type",
            "location",
            "etag",
            "cache-control",
            "retry-after",
        ] {
            if answer.headers.contains_key(name) {
                writeln!(text, "{name}: {}", answer.header(name)).unwrap();
            }
        }
        if !answer.body.is_empty() {
            let body: Value = serde_json::from_str(&answer.body).unwrap();
            writeln!(text, "\n{}", serde_json::to_string_pretty(&body).unwrap()).unwrap();
        }
        text.push_str("```\n");
        (self.sampled(&text), answer)
    }

    /// The text with samples in place of what differs from run to run.
    fn sampled(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (index, id) in self.ids.iter().enumerate() {
            // The first half of an id is its time, which the test sets.
            let sample = format!("{}5Y0QF8ZJ3TKR4E{:02}", &id[..10], index + 1);
            text = text.replace(id.as_str(), &sample);
        }
        let words = text.split_inclusive(['"', ' ', '\n']).map(|word| {
            let bare = word.trim_end_matches(['"', ' ', '\n']);
            let is_base64 = bare
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
            let sample = match bare.len() {
                43 if is_base64 => "Vt7mB0d3xq1hR5yK9uZcE2wLsN8fPjG4oTaIiQvX6kM",
                22 if is_base64 => "Jx2m1h0qB7c9Tn4sYw3ZpA",
                _ => bare,
            };
            format!("{sample}{}", &word[bare.len()..])
        });
        words.collect()
    }
}
