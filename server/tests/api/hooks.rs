//! What others are told of what happens.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::{
    Deliveries, Delivery, DeliveryState, Obstacle, ObstacleKind, Tried,
};
use afterword_server::config::Switch;
use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::app::{START, TestApp};

const SECRET: &str = "a secret of the tests";

/// Somebody who is told.
struct Receiver {
    url: String,
    told: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    /// What they answer.
    status: Arc<AtomicU16>,
    /// How long they have others wait then, in seconds.
    pause: Arc<AtomicU16>,
}

/// Longer than any answer that is read.
const LONG: usize = 200_000;

impl Receiver {
    async fn start() -> Self {
        let told: Arc<Mutex<Vec<_>>> = Arc::default();
        let status = Arc::new(AtomicU16::new(204));
        let pause = Arc::new(AtomicU16::new(0));
        let (heard, answer, wait) = (Arc::clone(&told), Arc::clone(&status), Arc::clone(&pause));
        let hear = move |headers: HeaderMap, body: Bytes| async move {
            heard.lock().unwrap().push((headers, body));
            let status = StatusCode::from_u16(answer.load(Ordering::SeqCst)).unwrap();
            let mut told = HeaderMap::new();
            let wait = wait.load(Ordering::SeqCst);
            if wait > 0 {
                told.insert("retry-after", wait.into());
            }
            // Who fails tells at length why, as programs do that are being made.
            let text = if status.is_success() { 0 } else { LONG };
            (status, told, "x".repeat(text))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let app = Router::new().route("/hook", post(hear));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            url,
            told,
            status,
            pause,
        }
    }

    fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// The requests, once there are so many: their ids and bodies. Each has to be signed.
    async fn hears(&self, count: usize) -> Vec<(String, Value)> {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.told.lock().unwrap().len() < count {
            assert!(Instant::now() < deadline, "{:?}", self.told.lock().unwrap());
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let told = self.told.lock().unwrap();
        assert_eq!(told.len(), count, "{told:?}");
        told.iter().map(read).collect()
    }
}

fn read((headers, body): &(HeaderMap, Bytes)) -> (String, Value) {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(header("webhook-signature"), signature);
    assert_eq!(header("content-type"), "application/json");
    assert!(timestamp.parse::<i64>().unwrap() >= START / 1000);
    (id, serde_json::from_slice(body).unwrap())
}

/// A server whose site tells that receiver.
async fn telling(receiver: &Receiver, events: &str, private: Switch) -> TestApp {
    let file = format!(
        "[sites.one]\norigins = [\"*\"]\n[[sites.one.hooks.to]]\nurl = \"{}\"\nsecret = \"{SECRET}\"\n\
         events = [{events}]\n",
        receiver.url
    );
    TestApp::with()
        .file(&file)
        .set(|settings| settings.outbound_private = Some(private))
        .start()
        .await
}

async fn deliveries(app: &TestApp, token: &str, query: &str) -> Vec<Delivery> {
    let path = format!("/hooks/deliveries?{query}");
    let answer = app.admin(Method::GET, &path, token, None).await;
    let list: Deliveries = answer.json(StatusCode::OK);
    list.items
}

/// Waits until the one delivery is known to have been sent so often.
async fn is_tried(app: &TestApp, token: &str, tries: usize) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let found = deliveries(app, token, "site=one").await;
        if found[0].tries as usize == tries {
            break;
        }
        assert!(Instant::now() < deadline, "{found:?}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

#[tokio::test]
async fn all_that_happens_is_told_signed() {
    let receiver = Receiver::start().await;
    let app = telling(&receiver, "", Switch::On).await;
    let comment = json!({
        "page": "/a", "author": "Ada", "text": "It is *calm*.", "url": "https://blog.example/a",
    });
    let posted = app.post("/comments", comment).await.created();
    let id = &posted.comment.id;
    let told = receiver.hears(1).await;
    let new = &told[0].1;
    assert_eq!(new["type"], "comment.new");
    assert_eq!(new["data"]["site"], "one");
    assert_eq!(new["data"]["page"]["key"], "/a");
    assert_eq!(new["data"]["comment"]["id"], *id);
    assert_eq!(new["data"]["comment"]["text"], "It is *calm*.");
    assert_eq!(new["data"]["comment"]["verdict"], "published");
    assert_eq!(new["data"]["report"], Value::Null);

    let report = json!({ "reason": "abuse", "text": "It is not." });
    let path = format!("/comments/{id}/reports");
    let reported = app.post(&path, report).await;
    assert!(reported.status.is_success(), "{}", reported.body);
    let told = receiver.hears(2).await;
    assert_eq!(told[1].1["type"], "comment.reported");
    assert_eq!(
        told[1].1["data"]["report"],
        json!({ "reason": "abuse", "text": "It is not." })
    );

    app.sql("UPDATE page SET policy = 'held'").await;
    app.comments("/a", "Of somebody new.").await;
    let told = receiver.hears(3).await;
    assert_eq!(told[2].1["type"], "comment.held");
    assert_eq!(told[2].1["data"]["comment"]["reasons"], json!(["policy"]));

    app.deletes(&posted).await;
    let told = receiver.hears(4).await;
    let deleted = &told[3].1;
    assert_eq!(deleted["type"], "comment.deleted");
    assert_eq!(deleted["data"]["comment"]["id"], *id);
    // What nobody sees any more is not told again.
    assert!(deleted["data"]["comment"].get("text").is_none());
    // Who has the text of what was held is told when nobody is to have it any more.
    let held = app.comments("/a", "Of somebody else.").await;
    receiver.hears(5).await;
    app.deletes(&held).await;
    let told = receiver.hears(6).await;
    assert_eq!(told[5].1["type"], "comment.deleted");
    assert_eq!(told[5].1["data"]["comment"]["id"], held.comment.id);
    // Every request is another one.
    let mut ids: Vec<_> = told.iter().map(|(id, _)| id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 6);
}

#[tokio::test]
async fn what_readers_see_otherwise_is_told() {
    let receiver = Receiver::start().await;
    let app = telling(&receiver, "", Switch::On).await;
    let posted = app.comments("/a", "It is calm.").await;
    receiver.hears(1).await;
    app.edit(&posted.comment.id, &posted.edit_token, "It is *not*.")
        .await
        .comment();
    let told = receiver.hears(2).await;
    let (edited, comment) = (&told[1].1, &told[1].1["data"]["comment"]);
    assert_eq!(edited["type"], "comment.edited");
    assert_eq!(comment["html"], "<p>It is <em>not</em>.</p>\n");
    assert_eq!(comment["edited"], "2026-11-24T08:00:00.000Z");
    // The same again is no news; what a moderator makes of it is.
    app.edit(&posted.comment.id, &posted.edit_token, "It is *not*.")
        .await
        .comment();
    let owner = app.moderator("owner").await;
    let edit = json!({ "action": "edit", "ids": [posted.comment.id], "text": "It is." });
    let done = app
        .admin(Method::POST, "/actions", &owner, Some(edit))
        .await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let told = receiver.hears(3).await;
    assert_eq!(told[2].1["type"], "comment.edited");
    assert_eq!(told[2].1["data"]["comment"]["text"], "It is.");
    // What is held for what it says now is told as that alone; and while it waits nobody sees what it says.
    app.sql("UPDATE page SET policy = 'held'").await;
    for text in ["Is it?", "It may be."] {
        app.edit(&posted.comment.id, &posted.edit_token, text)
            .await
            .comment();
    }
    app.deletes(&posted).await;
    let told = receiver.hears(5).await;
    let kinds: Vec<_> = told[3..].iter().map(|(_, told)| &told["type"]).collect();
    assert_eq!(kinds, ["comment.held", "comment.deleted"]);
    let listed = deliveries(&app, &owner, "event=edited").await;
    assert_eq!(listed.len(), 2);
}

/// A server with two sites, the first of which has its hook there.
async fn telling_both(elsewhere: &str, receiver: &Receiver) -> TestApp {
    let site = |name: &str, url: &str| {
        format!(
            "[sites.{name}]\norigins = [\"*\"]\n[[sites.{name}.hooks.to]]\nurl = \"{url}\"\n\
             secret = \"{SECRET}\"\n"
        )
    };
    let file = site("one", elsewhere) + &site("two", &receiver.url);
    TestApp::with()
        .file(&file)
        .set(|settings| settings.outbound_private = Some(Switch::On))
        .start()
        .await
}

async fn says(app: &TestApp, site: &str, text: &str) {
    let comment = json!({ "site": site, "page": "/a", "text": text });
    app.post("/comments", comment).await.created();
}

#[tokio::test]
async fn who_never_answers_keeps_nobody_waiting() {
    let receiver = Receiver::start().await;
    // It takes connections, and that is all.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let app = telling_both(&url, &receiver).await;
    says(&app, "one", "One.").await;
    let (_connection, _) = silent.accept().await.unwrap();
    says(&app, "two", "Two.").await;
    receiver.hears(1).await;
    app.comes_true("SELECT tries = 0 FROM delivery WHERE site = 'one'")
        .await;
}

#[tokio::test]
async fn much_that_waits_for_one_holds_up_no_other() {
    let receiver = Receiver::start().await;
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", nobody.local_addr().unwrap());
    drop(nobody);
    let app = telling_both(&url, &receiver).await;
    says(&app, "one", "One.").await;
    app.comes_true("SELECT count(*) FROM delivery WHERE site = 'one' AND tries = 1")
        .await;
    app.sql(
        "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 300) \
         INSERT INTO delivery (id, site, url, event, comment_id, body, due, created) \
         SELECT printf('%026d', n), site, url, event, comment_id, body, created + 30000, created \
         FROM delivery, number",
    )
    .await;
    app.passes(30);
    says(&app, "two", "Two.").await;
    receiver.hears(1).await;
    // Who is away was asked once more, and all that is for them waits.
    app.comes_true("SELECT sum(tries) = 2 AND count(*) = 301 FROM delivery WHERE site = 'one'")
        .await;
    app.comes_true(
        "SELECT min(due) = 1795507260000 FROM delivery WHERE site = 'one' AND state = 'waiting'",
    )
    .await;
}

#[tokio::test]
async fn only_what_is_wished_for_is_told() {
    let receiver = Receiver::start().await;
    let app = telling(&receiver, "\"deleted\"", Switch::On).await;
    let posted = app.comments("/a", "One.").await;
    app.comments("/a", "Two.").await;
    app.deletes(&posted).await;
    let told = receiver.hears(1).await;
    assert_eq!(told[0].1["type"], "comment.deleted");
    app.comes_true("SELECT count(*) = 0 FROM happening").await;
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_and_then_given_up() {
    let receiver = Receiver::start().await;
    receiver.answers(503);
    let app = telling(&receiver, "\"new\"", Switch::On).await;
    app.comments("/a", "One.").await;
    receiver.hears(1).await;
    let owner = app.moderator("owner").await;
    app.comes_true("SELECT count(*) FROM delivery WHERE tries = 1 AND state = 'waiting'")
        .await;
    let waiting = deliveries(&app, &owner, "state=waiting").await;
    assert_eq!(
        waiting[0].error.as_deref(),
        Some("it answered 503 Service Unavailable")
    );
    assert_eq!(waiting[0].obstacle, Some(Obstacle::answered(503)));
    assert_eq!(waiting[0].due.as_deref(), Some("2026-11-24T08:00:30.000Z"));
    // It outlives the server.
    let mut app = app.restarted().await;
    let pauses = [30, 120, 600, 1800, 7200, 21_600, 43_200, 86_400];
    for (tries, seconds) in (2..).zip(pauses) {
        app.passes(seconds);
        receiver.hears(tries).await;
        is_tried(&app, &owner, tries).await;
    }
    let told = receiver.hears(9).await;
    assert!(told.iter().all(|(id, _)| *id == told[0].0), "{told:?}");
    let dead = deliveries(&app, &owner, "site=one&state=dead").await;
    assert_eq!((dead.len(), dead[0].tries), (1, 9));
    assert!(dead[0].ended.is_some() && dead[0].due.is_none());

    // All of it at once; and again, because it isn't taken this time, either.
    let path = "/hooks/deliveries/retry?site=one";
    let again = app.admin(Method::POST, path, &owner, None).await;
    assert_eq!(again.status, StatusCode::NO_CONTENT, "{}", again.body);
    receiver.hears(10).await;
    is_tried(&app, &owner, 1).await;
    app.comes_true(
        "SELECT count(*) FROM audit WHERE action = 'hook-retry' AND site = 'one' AND subject = '1'",
    )
    .await;
    app.sql("UPDATE delivery SET state = 'dead'").await;

    receiver.answers(200);
    let path = format!("/hooks/deliveries/{}/retry", dead[0].id);
    let again: Delivery = app
        .admin(Method::POST, &path, &owner, None)
        .await
        .json(StatusCode::OK);
    assert_eq!(again.state, DeliveryState::Waiting);
    let told = receiver.hears(11).await;
    assert_eq!(told[10].0, dead[0].id);
    app.comes_true("SELECT count(*) FROM delivery WHERE state = 'sent' AND body = ''")
        .await;
    app = app.restarted().await;
    app.comes_true(
        "SELECT count(*) FROM audit WHERE action = 'hook-retry' AND site = 'one' AND subject <> '1'",
    )
    .await;

    let path = format!("/hooks/deliveries/{}", dead[0].id);
    let dropped = app.admin(Method::DELETE, &path, &owner, None).await;
    assert_eq!(dropped.status, StatusCode::NO_CONTENT);
    let dropped = app.admin(Method::DELETE, &path, &owner, None).await;
    dropped.problem(ProblemKind::NotFound);
}

#[tokio::test]
async fn who_has_too_much_to_do_says_when_to_come_again() {
    let receiver = Receiver::start().await;
    receiver.answers(429);
    receiver.pause.store(3600, Ordering::SeqCst);
    let app = telling(&receiver, "\"new\"", Switch::On).await;
    app.comments("/a", "One.").await;
    receiver.hears(1).await;
    app.comes_true("SELECT count(*) FROM delivery WHERE tries = 1")
        .await;
    let owner = app.moderator("owner").await;
    let due = deliveries(&app, &owner, "site=one").await;
    assert_eq!(due[0].due.as_deref(), Some("2026-11-24T09:00:00.000Z"));
    receiver.answers(204);
    app.passes(3600);
    let told = receiver.hears(2).await;
    assert_eq!(told[0].0, told[1].0);
}

#[tokio::test]
async fn nothing_is_sent_into_the_servers_own_network() {
    let receiver = Receiver::start().await;
    let app = telling(&receiver, "", Switch::Off).await;
    app.comments("/a", "One.").await;
    app.comes_true("SELECT count(*) FROM delivery WHERE tries = 1 AND error LIKE '%private%'")
        .await;
    let owner = app.moderator("owner").await;
    let tried: Tried = app
        .admin(
            Method::POST,
            "/hooks/try",
            &owner,
            Some(json!({ "site": "one", "url": receiver.url })),
        )
        .await
        .json(StatusCode::OK);
    assert!(!tried.taken && tried.error.unwrap().contains("private"));
    assert_eq!(tried.obstacle.unwrap().kind, ObstacleKind::Private);
    receiver.hears(0).await;
}

#[tokio::test]
async fn a_hook_can_be_tried() {
    let receiver = Receiver::start().await;
    let app = telling(&receiver, "", Switch::On).await;
    let owner = app.moderator("owner").await;
    let body = json!({ "site": "one", "url": receiver.url });
    let tried: Tried = app
        .admin(Method::POST, "/hooks/try", &owner, Some(body))
        .await
        .json(StatusCode::OK);
    assert!(tried.taken);
    assert_eq!(receiver.hears(1).await[0].1["type"], "test");
    receiver.answers(503);
    let body = json!({ "site": "one", "url": receiver.url });
    let tried: Tried = app
        .admin(Method::POST, "/hooks/try", &owner, Some(body))
        .await
        .json(StatusCode::OK);
    assert_eq!(tried.obstacle, Some(Obstacle::answered(503)));
    let body = json!({ "site": "one", "url": "http://192.0.2.1/" });
    app.admin(Method::POST, "/hooks/try", &owner, Some(body))
        .await
        .problem(ProblemKind::NotFound);
}
