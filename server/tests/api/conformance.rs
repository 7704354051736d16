//! The conformance suite: our own server passes it, and servers that fall short don't.

use std::collections::HashMap;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use afterword_conformance::{Options, Outcome, Report, Told, Trouble, run};
use afterword_protocol::API_PREFIX;
use afterword_server::config::Switch;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{Html, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::app::TestApp;

/// What the suite finds; `only` is empty for all of it.
async fn checked(url: &str, only: &[&str]) -> Result<Report, Trouble> {
    let options = Options {
        only: only.iter().map(|&name| name.to_owned()).collect(),
        ..Options::new(url)?
    };
    tokio::task::spawn_blocking(move || run(&options, &|_| {}))
        .await
        .unwrap()
}

/// What did not hold.
fn not_held(report: &Report) -> Vec<(&str, &Outcome)> {
    let checks = report.checks.iter();
    let checks = checks.filter(|it| it.outcome != Outcome::Holds);
    checks.map(|it| (it.name, &it.outcome)).collect()
}

#[tokio::test]
async fn our_own_server_keeps_the_protocol() {
    let app = TestApp::with()
        .set(|settings| settings.image_bytes = Some(1_000_000))
        .start()
        .await;
    let report = checked(&app.url(""), &[]).await.unwrap();
    // With proofs they are checked in the next scene.
    let off = Outcome::NotOffered("comments are taken without".to_owned());
    assert_eq!(not_held(&report), [("proof", &off)]);
    assert_eq!((report.exit_code(), report.left.len()), (0, 0));
    // Nothing of it is left.
    let page = &report.page;
    assert_eq!(app.list(&format!("page={page}")).await.total, 0);
}

#[tokio::test]
async fn with_proofs_of_work_it_keeps_the_protocol_too() {
    let freely = ["seconds", "duplicates", "burst", "person", "page", "site"];
    let freely = freely.map(|name| format!("{name} = 0\n")).concat();
    let site = format!("[sites.news.spam]\n{freely}");
    let app = TestApp::with()
        .file(&site)
        .set(|settings| settings.spam = Some(Switch::On))
        .start()
        .await;
    let report = checked(&app.url(""), &[]).await.unwrap();
    let images = Outcome::NotOffered("limits.image_bytes is absent".to_owned());
    assert_eq!(not_held(&report), [("images", &images)]);
}

#[tokio::test]
async fn what_an_owner_has_turned_off_is_not_offered() {
    let app = TestApp::with()
        .set(|settings| {
            settings.votes = Some("none".to_owned());
            settings.reactions = Some(Vec::new());
            settings.undo_window = Some(0);
            settings.max_streams = Some(0);
        })
        .start()
        .await;
    let report = checked(&app.url(""), &[]).await.unwrap();
    let off = [
        "proof",
        "votes",
        "votes-shown",
        "votes-sorted",
        "reactions",
        "reactions-unknown",
        "own-comment",
        "voice",
        "thoughts-unknown",
        "article",
        "images",
        "events",
        "restore",
        "restore-token",
        "restore-standing",
    ];
    for (name, outcome) in not_held(&report) {
        assert!(
            matches!(outcome, Outcome::NotOffered(_)),
            "{name}: {outcome:?}"
        );
    }
    let names: Vec<&str> = not_held(&report).iter().map(|(name, _)| *name).collect();
    assert_eq!(names, off);
    assert_eq!(report.exit_code(), 0);
}

#[tokio::test]
async fn one_of_several_sites_is_named() {
    let sites = "[sites.news]\norigins = [\"https://news.example\"]\n[sites.blog]\n";
    let app = TestApp::with().file(sites).start().await;
    let Err(Trouble::Site { detail }) = checked(&app.url(""), &[]).await else {
        panic!("no site was asked for");
    };
    assert!(detail.contains("several sites"), "{detail}");
    let options = Options {
        site: Some("news".to_owned()),
        origin: Some("https://news.example".to_owned()),
        ..Options::new(&app.url("")).unwrap()
    };
    let report = tokio::task::spawn_blocking(move || run(&options, &|_| {}));
    let report = report.await.unwrap().unwrap();
    let images = Outcome::NotOffered("limits.image_bytes is absent".to_owned());
    let proof = Outcome::NotOffered("comments are taken without".to_owned());
    assert_eq!(not_held(&report), [("proof", &proof), ("images", &images)]);
}

/// A request on its way to the server.
struct Asked {
    method: Method,
    /// Path and query, below the API's.
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Asked {
    fn is(&self, method: &Method, path: &str) -> bool {
        self.method == method && self.path.split('?').next() == Some(path)
    }

    fn replace(&mut self, from: &str, to: &str) {
        self.path = self.path.replace(from, to);
    }

    fn authorize(&mut self, token: &str) {
        let value = format!("Bearer {token}").parse().unwrap();
        self.headers.insert("authorization", value);
    }
}

/// Its answer on the way back.
struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answered {
    /// Changes its JSON, if it is any.
    fn json(&mut self, change: impl FnOnce(&mut Value)) {
        if let Ok(mut value) = serde_json::from_slice(&self.body) {
            change(&mut value);
            self.body = value.to_string().into_bytes();
        }
    }

    fn replace(&mut self, from: &str, to: &str) {
        let text = String::from_utf8_lossy(&self.body);
        self.body = text.replace(from, to).into_bytes();
    }

    fn set(&mut self, name: &'static str, value: &'static str) {
        self.headers.insert(name, value.parse().unwrap());
    }
}

/// What a faulty server remembers.
#[derive(Default)]
struct Memory {
    tokens: HashMap<String, String>,
    counter: AtomicU32,
}

/// A way to fall short: what is done to requests and to answers, and the check that notices.
#[derive(Clone, Copy)]
struct Fault {
    check: &'static str,
    ask: fn(&Memory, &mut Asked),
    answer: fn(&Asked, &mut Answered),
}

const fn asking(check: &'static str, ask: fn(&Memory, &mut Asked)) -> Fault {
    Fault {
        check,
        ask,
        answer: |_, _| {},
    }
}

const fn answering(check: &'static str, answer: fn(&Asked, &mut Answered)) -> Fault {
    Fault {
        check,
        ask: |_, _| {},
        answer,
    }
}

/// Gives a request the token of the comment that it is about, whatever was sent.
fn authorize_all(memory: &Memory, asked: &mut Asked) {
    let id = asked.path.split('/').nth(2).unwrap_or_default();
    if let Some(token) = memory.tokens.get(id) {
        asked.authorize(&token.clone());
    }
}

const FAULTS: &[Fault] = &[
    answering("create", |asked, answered| {
        if asked.is(&Method::POST, "/comments") && answered.status == StatusCode::CREATED {
            answered.status = StatusCode::OK;
        }
    }),
    answering("author", |_, answered| {
        answered.replace("Ada <b>", "Ada &lt;b&gt;");
    }),
    answering("website", |_, answered| {
        answered.replace("\"website\"", "\"url\"");
    }),
    answering("numbers", |asked, answered| {
        if asked.is(&Method::POST, "/comments") {
            answered.json(|it| it["comment"]["number"] = json!(1));
        }
    }),
    answering("times", |_, answered| {
        answered.replace("000Z\"", "000+00:00\"");
    }),
    answering("show", |_, answered| {
        answered.json(|it| it["ancestors"] = json!([]));
    }),
    asking("idempotency-same", |_, asked| {
        asked.headers.remove("idempotency-key");
    }),
    asking("idempotency-reused", |_, asked| {
        if asked.path == "/comments" {
            asked.headers.remove("idempotency-key");
        }
    }),
    asking("idempotency-parallel", |memory, asked| {
        let number = memory.counter.fetch_add(1, Ordering::Relaxed);
        if let Some(key) = asked.headers.remove("idempotency-key") {
            let key = format!("{}{number}", key.to_str().unwrap());
            asked
                .headers
                .insert("idempotency-key", key.parse().unwrap());
        }
    }),
    answering("branches", |_, answered| {
        answered.replace("\"parent\"", "\"parent_id\"");
    }),
    answering("total", |_, answered| {
        answered.json(|it| it["total"] = json!(it["branches"].as_array().map_or(0, Vec::len)));
    }),
    asking("sort-oldest", |_, asked| {
        asked.replace("sort=oldest", "sort=newest");
    }),
    asking("sort-discussed", |_, asked| {
        asked.replace("discussed", "newest");
    }),
    asking("cursor", |_, asked| {
        asked.replace("&cursor=", "&limit=1&limit=");
    }),
    answering("cursor", |_, answered| {
        answered.replace("\"next\"", "\"more\"");
    }),
    asking("replies-cursor", |_, asked| {
        asked.replace("replies=1", "replies=500");
    }),
    asking("limit-bounds", |_, asked| {
        asked.replace("limit=201", "limit=200");
    }),
    asking("bad-cursor", |_, asked| {
        asked.path = asked.path.split("&cursor=no").next().unwrap().to_owned();
    }),
    answering("html-hostile", |asked, answered| {
        if asked.is(&Method::POST, "/preview") && answered.status == StatusCode::OK {
            let sent: Value = serde_json::from_slice(&asked.body).unwrap();
            answered.json(|it| it["html"] = sent["text"].clone());
        }
    }),
    answering("html-posted", |_, answered| {
        answered.replace("&lt;script", "<script");
    }),
    answering("html-plain", |_, answered| answered.replace(" ugc", "")),
    answering("preview", |asked, answered| {
        if asked.is(&Method::POST, "/preview") {
            answered.json(|it| it["html"] = json!("<p>A text.</p>"));
        }
    }),
    answering("text-empty", |_, answered| {
        answered.replace("text-empty", "blank");
    }),
    answering("text-too-long", |_, answered| {
        if answered.status == StatusCode::UNPROCESSABLE_ENTITY {
            answered.json(|it| it["limit"] = json!(1));
        }
    }),
    answering("parent-not-found", |_, answered| {
        if answered.status == StatusCode::UNPROCESSABLE_ENTITY {
            answered.status = StatusCode::BAD_REQUEST;
        }
    }),
    answering("unknown-comment", |_, answered| {
        if answered.status == StatusCode::NOT_FOUND {
            answered.set("content-type", "text/html");
            answered.body = b"<h1>Not found</h1>".to_vec();
        }
    }),
    asking("unknown-field", |_, asked| asked.replace("&sorted=top", "")),
    asking("content-type", |_, asked| {
        let json = "application/json".parse().unwrap();
        asked.headers.insert("content-type", json);
    }),
    answering("method", |_, answered| {
        answered.headers.remove("allow");
    }),
    answering("problem-documents", |_, answered| {
        if answered.status == StatusCode::NOT_FOUND {
            answered.set("content-type", "application/json");
        }
    }),
    answering("cors-read", |_, answered| {
        answered.set("access-control-allow-credentials", "true");
    }),
    answering("cors-problem", |_, answered| {
        if !answered.status.is_success() {
            answered.headers.remove("access-control-allow-origin");
        }
    }),
    answering("cors-preflight", |_, answered| {
        answered.set("access-control-allow-methods", "GET, POST, PUT, DELETE");
    }),
    answering("cors-preflight", |_, answered| {
        answered.set("access-control-allow-headers", "*");
    }),
    answering("cors-expose", |_, answered| {
        answered.headers.remove("access-control-expose-headers");
    }),
    answering("no-cookies", |_, answered| {
        answered.set("set-cookie", "who=you");
    }),
    answering("cache-control", |_, answered| {
        answered.headers.remove("cache-control");
    }),
    asking("etag", |_, asked| {
        asked.headers.remove("if-none-match");
    }),
    asking("votes", |memory, asked| {
        if asked.path.ends_with("/thoughts") {
            let number = memory.counter.fetch_add(1, Ordering::Relaxed);
            asked.authorize(&format!("somebody-else-{number:08}"));
        }
    }),
    asking("own-comment", |memory, asked| {
        if asked.path.ends_with("/thoughts") {
            let number = memory.counter.fetch_add(1, Ordering::Relaxed);
            asked.authorize(&format!("somebody-else-{number:08}"));
        }
    }),
    answering("counts", |asked, answered| {
        if asked.is(&Method::GET, "/counts") {
            answered.json(|it| it["counts"].as_array_mut().unwrap().reverse());
        }
    }),
    asking("search", |_, asked| asked.replace("q=salty", "q=dill")),
    answering("changes", |_, answered| {
        answered.replace("\"gone\":[", "\"gone\":[],\"was\":[");
    }),
    answering("edit", |asked, answered| {
        if asked.method == Method::PATCH {
            answered.json(|it| it["edited"] = Value::Null);
        }
    }),
    asking("edit-token", |memory, asked| {
        if asked.method == Method::PATCH {
            authorize_all(memory, asked);
        }
    }),
    asking("delete-token", |memory, asked| {
        if asked.method == Method::DELETE {
            authorize_all(memory, asked);
        }
    }),
    answering("tombstone", |asked, answered| {
        if asked.is(&Method::GET, "/comments") {
            // The replies go with the root.
            answered.json(|it| {
                it["branches"]
                    .as_array_mut()
                    .unwrap()
                    .retain(|it| it["root"]["status"] != "deleted");
            });
        }
    }),
    answering("tombstone", |_, answered| {
        answered.json(|it| {
            if let Some(tombstone) = it.get_mut("tombstone") {
                tombstone["html"] = json!("<p>A secret root.</p>");
            }
        });
    }),
    answering("number-not-reused", |asked, answered| {
        if String::from_utf8_lossy(&asked.body).contains("Three.") {
            answered.json(|it| it["comment"]["number"] = json!(2));
        }
    }),
    asking("restore", |_, asked| asked.replace("/restore", "/undo")),
];

/// A backend that does little, and says so.
const MODEST: Fault = answering("create", |asked, answered| {
    if asked.is(&Method::GET, "/comments") && answered.status == StatusCode::OK {
        answered.json(|it| {
            it["offers"] = json!(["post", "reply", "newest", "oldest", "delete"]);
            it.as_object_mut().unwrap().remove("reactions");
        });
    }
    let has_not = [
        "search",
        "history",
        "reports",
        "transfers",
        "preview",
        "thoughts",
    ];
    let is_there = !has_not
        .iter()
        .any(|call| asked.path.contains(&format!("/{call}")));
    if !is_there || asked.method == Method::PATCH && !asked.path.ends_with("/nobody") {
        answered.status = StatusCode::NOT_FOUND;
        answered.set("content-type", "application/problem+json");
        answered.body = json!({
            "type": "urn:afterword:problem:no-such-call", "title": "There is nothing at this address",
            "status": 404,
        })
        .to_string()
        .into_bytes();
    }
});

#[tokio::test]
async fn what_a_backend_says_that_it_lacks_is_no_fault() {
    let app = TestApp::with()
        .set(|settings| settings.votes = Some("none".to_owned()))
        .start()
        .await;
    let only: Vec<&str> = afterword_conformance::all()
        .map(|check| check.name)
        // The front waits for the end of an answer.
        .filter(|name| *name != "events")
        .collect();
    let report = checked(&faulty(&app, MODEST).await, &only).await.unwrap();
    for (name, outcome) in not_held(&report) {
        assert!(
            matches!(outcome, Outcome::NotOffered(_)),
            "{name}: {outcome:?}"
        );
    }
    for name in [
        "search",
        "edit",
        "preview",
        "sort-top",
        "reactions",
        "website",
    ] {
        assert_ne!(
            report.named(name).unwrap().outcome,
            Outcome::Holds,
            "{name}"
        );
    }
    for name in ["create", "delete", "sort-oldest", "cursor", "all-deleted"] {
        assert_eq!(
            report.named(name).unwrap().outcome,
            Outcome::Holds,
            "{name}"
        );
    }
}

/// A server in front of the real one.
struct Front {
    url: String,
    fault: Fault,
    client: reqwest::Client,
    memory: Mutex<Memory>,
}

/// Starts one; its address.
async fn faulty(app: &TestApp, fault: Fault) -> String {
    let front = Arc::new(Front {
        url: app.url(""),
        fault,
        client: reqwest::Client::new(),
        memory: Mutex::default(),
    });
    let router = Router::new().fallback(pass_on).with_state(front);
    serve(router).await
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, router).await });
    url
}

async fn pass_on(
    State(front): State<Arc<Front>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path_and_query().unwrap().as_str();
    let mut asked = Asked {
        method,
        path: path.replacen(API_PREFIX, "", 1),
        headers,
        body: body.to_vec(),
    };
    (front.fault.ask)(&front.memory.lock().unwrap(), &mut asked);
    let url = format!("{}{API_PREFIX}{}", front.url, asked.path);
    let mut headers = asked.headers.clone();
    for name in ["host", "content-length", "accept-encoding"] {
        headers.remove(name);
    }
    let request = front.client.request(asked.method.clone(), url);
    let response = request.headers(headers).body(asked.body.clone()).send();
    let response = response.await.unwrap();
    let mut answered = Answered {
        status: response.status(),
        headers: response.headers().clone(),
        body: response.bytes().await.unwrap().to_vec(),
    };
    let created: Value = serde_json::from_slice(&answered.body).unwrap_or_default();
    if let (Some(id), Some(token)) = (
        created["comment"]["id"].as_str(),
        created["edit_token"].as_str(),
    ) {
        let mut memory = front.memory.lock().unwrap();
        memory.tokens.insert(id.to_owned(), token.to_owned());
    }
    (front.fault.answer)(&asked, &mut answered);
    for name in ["content-length", "transfer-encoding"] {
        answered.headers.remove(name);
    }
    let mut response = Response::new(Body::from(answered.body));
    *response.status_mut() = answered.status;
    *response.headers_mut() = answered.headers;
    response
}

#[tokio::test]
async fn every_fault_is_noticed_by_the_check_for_it() {
    let app = TestApp::start().await;
    let mut missed = Vec::new();
    for (number, fault) in FAULTS.iter().enumerate() {
        // Nothing but the fault makes the check fail.
        let sound = Fault {
            answer: |_, _| {},
            ask: |_, _| {},
            ..*fault
        };
        let url = faulty(&app, sound).await;
        let report = checked(&url, &[fault.check]).await.unwrap();
        assert_eq!(not_held(&report), [], "{number}");
        let url = faulty(&app, *fault).await;
        let report = checked(&url, &[fault.check]).await.unwrap();
        let outcome = &report.named(fault.check).unwrap().outcome;
        let is_noticed = matches!(outcome, Outcome::Fault(detail) if !detail.is_empty());
        if !is_noticed || report.exit_code() != 1 {
            missed.push((number, fault.check, outcome.clone()));
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[tokio::test]
async fn who_asks_to_wait_is_waited_for() {
    let app = TestApp::start().await;
    let busy = answering("create", |asked, answered| {
        static TIMES: AtomicU32 = AtomicU32::new(0);
        if asked.method == Method::DELETE && TIMES.fetch_add(1, Ordering::Relaxed) == 0 {
            answered.status = StatusCode::TOO_MANY_REQUESTS;
            answered.set("retry-after", "1");
        }
    });
    let options = Options {
        only: vec!["all-deleted".to_owned()],
        ..Options::new(&faulty(&app, busy).await).unwrap()
    };
    let waited = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&waited);
    let report = tokio::task::spawn_blocking(move || {
        run(&options, &|told| {
            if let Told::Waits(pause) = told {
                seen.lock().unwrap().push(pause);
            }
        })
    });
    let report = report.await.unwrap().unwrap();
    assert_eq!(not_held(&report), []);
    assert_eq!(*waited.lock().unwrap(), [Duration::from_secs(1)]);
}

#[tokio::test]
async fn who_asks_to_wait_too_long_is_not_waited_for() {
    let app = TestApp::start().await;
    let busy = answering("create", |asked, answered| {
        if asked.method == Method::POST {
            answered.status = StatusCode::TOO_MANY_REQUESTS;
            answered.set("retry-after", "3600");
        }
    });
    let report = checked(&faulty(&app, busy).await, &["create", "ids"]).await;
    let report = report.unwrap();
    for name in ["create", "ids"] {
        let outcome = &report.named(name).unwrap().outcome;
        assert!(
            matches!(outcome, Outcome::NotChecked(_)),
            "{name}: {outcome:?}"
        );
    }
    assert_eq!(report.exit_code(), 2);
}

#[tokio::test]
async fn what_could_not_be_deleted_is_named() {
    let app = TestApp::start().await;
    let stubborn = answering("create", |asked, answered| {
        if asked.method == Method::DELETE {
            answered.status = StatusCode::INTERNAL_SERVER_ERROR;
        }
    });
    let report = checked(&faulty(&app, stubborn).await, &["create"]).await;
    let report = report.unwrap();
    assert_eq!(report.left.len(), 6);
    let named = |id| report.summary().contains(id);
    assert!(report.left.iter().all(|id| named(id.as_str())));
}

#[tokio::test]
async fn a_server_that_holds_comments_back_is_not_judged() {
    let app = TestApp::start().await;
    let moderated = answering("create", |_, answered| {
        answered.replace("\"published\"", "\"pending\"");
    });
    let only = ["create", "branches", "empty-list"];
    let report = checked(&faulty(&app, moderated).await, &only).await;
    let report = report.unwrap();
    let Outcome::NotChecked(why) = &report.named("create").unwrap().outcome else {
        panic!("{:?}", report.checks);
    };
    assert!(why.contains("moderator"), "{why}");
    assert_eq!(not_held(&report).len(), 2);
    assert_eq!((report.exit_code(), report.left.len()), (2, 0));
}

/// The program, with these arguments; its status, standard output and standard error.
async fn program(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_afterword-server"));
    command.arg("conformance").args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[tokio::test]
async fn the_program_tells_people_and_programs() {
    let app = TestApp::start().await;
    let (status, out, error) = program(&[&app.url(""), "--page", "/trial"]).await;
    assert_eq!((status, error.as_str()), (0, ""), "{out}");
    assert!(out.contains("whose keys begin with /trial/"), "{out}");
    assert!(out.contains("\n  ✓ create "), "{out}");
    assert!(out.contains("\n  – images "), "{out}");
    assert!(
        out.ends_with(", 0 fall short, 2 are not offered\n"),
        "{out}"
    );

    let faulty = faulty(&app, FAULTS[1]).await;
    let (status, out, _) = program(&[&faulty, "--only", "author,ids", "--json"]).await;
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(status, 1, "{out}");
    let counts = json!({ "holds": 1, "faults": 1, "not-offered": 0, "not-checked": 0 });
    assert_eq!(report["counts"], counts);
    let first = &report["checks"][0];
    assert_eq!(
        (&first["name"], &first["outcome"]),
        (&json!("author"), &json!("fault"))
    );
    let paragraph = "docs/protocol.md#post-a-comment-post-comments";
    assert_eq!(first["paragraph"], paragraph);
    let (_, out, _) = program(&[&faulty, "--only", "author"]).await;
    assert!(out.contains(&format!("\n      {paragraph}\n")), "{out}");
}

#[tokio::test]
async fn where_nothing_can_be_checked_the_program_says_why() {
    let html = serve(Router::new().fallback(|| async { Html("<h1>Hello</h1>") })).await;
    let json = serve(Router::new().fallback(|| async { axum::Json(json!({ "ok": true })) })).await;
    let away = |uri: Uri| async move {
        axum::response::Redirect::permanent(&format!("https://comments.example{uri}"))
    };
    let moved = serve(Router::new().fallback(away)).await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let cases: [(&[&str], &str); 7] = [
        (&["comments.example"], "is no address of a server"),
        (&["https://comments.example"], "Say --yes"),
        (&[&silent], "nothing answers at"),
        (&[&html], "with HTML, not with a list of comments"),
        (&[&json], "missing field"),
        (&[&moved], "leads on to https://comments.example"),
        (&[&html, "--only", "no-such-check"], "there is no check"),
    ];
    for (arguments, words) in cases {
        let (status, out, error) = program(arguments).await;
        assert_eq!((status, out.as_str()), (2, ""), "{arguments:?}");
        assert!(
            error.starts_with("error: ") && error.contains(words),
            "{arguments:?}: {error}"
        );
    }
}
