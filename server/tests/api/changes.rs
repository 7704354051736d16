//! What has changed since somebody looked, and what changes while they look.

use std::time::Duration;

use afterword_protocol::{Changes, ProblemKind, Status};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use sqlx::Connection;

use crate::app::{Answer, TestApp};

/// Somebody who has read the list, and asks for what came after.
struct Follower {
    app: TestApp,
    cursor: String,
}

impl Follower {
    async fn of(app: TestApp) -> Self {
        let cursor = app.list("page=/a").await.changes.unwrap();
        Self { app, cursor }
    }

    /// What is new since the last time.
    async fn hears(&mut self) -> Changes {
        let path = format!("/changes?page=/a&since={}", self.cursor);
        let changes: Changes = self.app.get(&path).await.json(StatusCode::OK);
        changes.cursor.clone_into(&mut self.cursor);
        changes
    }

    /// That nothing is.
    async fn hears_nothing(&mut self) {
        let changes = self.hears().await;
        assert!(is_empty(&changes) && changes.gone.is_empty());
        assert!(!changes.reload);
    }
}

fn is_empty(changes: &Changes) -> bool {
    changes.posted.is_empty() && changes.changed.is_empty()
}

/// The texts of what is new, then of what has changed.
fn told(changes: &Changes) -> Vec<&str> {
    let all = changes.posted.iter().chain(&changes.changed);
    let html = all.map(|it| it.html.trim());
    html.map(|html| html.trim_start_matches("<p>").trim_end_matches("</p>"))
        .collect()
}

#[tokio::test]
async fn what_came_was_edited_and_is_gone_is_told_once() {
    let app = TestApp::start().await;
    app.comments("/a", "before").await;
    let mut reader = Follower::of(app).await;
    reader.hears_nothing().await;

    let one = reader.app.comments("/a", "one").await;
    let two = reader.app.answers("/a", &one.comment.id, "two").await;
    reader.app.comments("/b", "elsewhere").await;
    let changes = reader.hears().await;
    assert_eq!(told(&changes), ["one", "two"]);
    assert_eq!(changes.posted[1], two.comment);
    assert_eq!((changes.total, changes.gone.len()), (3, 0));
    reader.hears_nothing().await;

    let edited = reader
        .app
        .edit(&one.comment.id, &one.edit_token, "uno")
        .await;
    let changes = reader.hears().await;
    assert_eq!(changes.changed, [edited.comment()]);
    assert!(changes.posted.is_empty());

    // A tombstone, as long as something stands below it.
    reader.app.deletes(&one).await;
    let changes = reader.hears().await;
    assert_eq!(changes.changed[0].status, Status::Deleted);
    assert_eq!((told(&changes), changes.total), (vec![""], 2));

    reader.app.deletes(&two).await;
    let mut changes = reader.hears().await;
    changes.gone.sort();
    assert_eq!(changes.gone, [one.comment.id, two.comment.id]);
    assert!(is_empty(&changes) && changes.total == 1);
    reader.hears_nothing().await;
}

#[tokio::test]
async fn what_readers_are_not_shown_is_no_news() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "one").await;
    let mut reader = Follower::of(app).await;
    let report = json!({ "reason": "spam" });
    let path = format!("/comments/{}/reports", posted.comment.id);
    let reported = reader.app.post(&path, report).await;
    assert!(reported.status.is_success(), "{}", reported.body);
    reader.app.comes_true("SELECT count(*) FROM report").await;
    // Who has said it is forgotten by and by.
    reader
        .app
        .sql("UPDATE comment SET client = NULL, person = NULL")
        .await;
    reader.hears_nothing().await;
    assert_eq!(
        reader.cursor,
        reader.app.list("page=/a").await.changes.unwrap()
    );
    reader.app.sql("UPDATE comment SET pinned = 1").await;
    assert_eq!(told(&reader.hears().await), ["one"]);
}

#[tokio::test]
async fn a_cursor_outlasts_a_restart() {
    let app = TestApp::start().await;
    app.comments("/a", "one").await;
    let mut reader = Follower::of(app).await;
    reader.app.comments("/a", "two").await;
    reader.app = reader.app.restarted().await;
    reader.app.comments("/a", "three").await;
    assert_eq!(told(&reader.hears().await), ["two", "three"]);
}

#[tokio::test]
async fn a_page_can_be_followed_before_anybody_has_commented() {
    let mut reader = Follower::of(TestApp::start().await).await;
    reader.hears_nothing().await;
    reader.app.comments("/a", "the first").await;
    assert_eq!(told(&reader.hears().await), ["the first"]);
}

#[tokio::test]
async fn who_was_away_for_long_loads_anew() {
    let mut reader = Follower::of(TestApp::start().await).await;
    for number in 0..=200 {
        reader.app.comments("/a", &number.to_string()).await;
    }
    let changes = reader.hears().await;
    assert!(changes.reload && is_empty(&changes));
    assert_eq!(changes.total, 201);
    reader.app.comments("/a", "one more").await;
    assert_eq!(told(&reader.hears().await), ["one more"]);
}

#[tokio::test]
async fn a_row_that_an_owner_removed_by_hand_makes_all_load_anew() {
    let app = TestApp::start().await;
    app.comments("/a", "one").await;
    let two = app.comments("/a", "two").await;
    let file = app.folder().join("comments.sqlite");
    let mut reader = Follower::of(app).await;
    let mut database = sqlx::SqliteConnection::connect(file.to_str().unwrap())
        .await
        .unwrap();
    sqlx::query("DELETE FROM comment WHERE id = ?")
        .bind(&two.comment.id)
        .execute(&mut database)
        .await
        .unwrap();
    assert!(reader.hears().await.reload);
    reader.hears_nothing().await;
    // What changes by hand is told like everything else.
    sqlx::query("UPDATE comment SET author = 'Ada'")
        .execute(&mut database)
        .await
        .unwrap();
    let changes = reader.hears().await;
    assert_eq!(changes.changed[0].author.as_deref(), Some("Ada"));
}

#[tokio::test]
async fn what_is_no_cursor_is_refused_and_one_of_another_server_loads_anew() {
    let app = TestApp::start().await;
    for path in ["changes", "events"] {
        for since in ["-1", "+1", "x", "1e3", "9999999999999999999"] {
            app.get(&format!("/{path}?page=/a&since={since}"))
                .await
                .problem(ProblemKind::InvalidRequest);
        }
        app.get(&format!("/{path}?page="))
            .await
            .problem(ProblemKind::PageInvalid);
        app.get(&format!("/{path}?page=/a&site=none"))
            .await
            .problem(ProblemKind::SiteUnknown);
    }
    let answer = app.get("/changes?page=/a&since=7").await;
    assert!(answer.json::<Changes>(StatusCode::OK).reload);
    app.comments("/a", "one").await;
    let answer = app.get("/changes?page=/a&since=700000").await;
    assert!(answer.json::<Changes>(StatusCode::OK).reload);
    let answer = app.get("/changes?page=/a").await;
    let changes: Changes = answer.json(StatusCode::OK);
    assert!(!changes.reload && is_empty(&changes));
}

/// A stream of events.
struct Listener {
    response: Response,
    text: String,
}

impl Listener {
    async fn of(app: &TestApp, query: &str) -> Self {
        let call = app.call(Method::GET, &format!("/events?{query}"), None);
        // As a browser does that takes every coding.
        let call = call.header("accept-encoding", "gzip, br");
        Self::to(call.send().await.unwrap())
    }

    fn to(response: Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        let header = |name: &str| response.headers().get(name).map(|it| it.to_str().unwrap());
        assert_eq!(header("content-type"), Some("text/event-stream"));
        assert_eq!(header("content-encoding"), None);
        assert_eq!(header("cache-control"), Some("no-cache"));
        assert_eq!(header("access-control-allow-origin"), Some("*"));
        assert_eq!(header("etag"), None);
        Self {
            response,
            text: String::new(),
        }
    }

    /// The next event; none at the end.
    async fn event(&mut self) -> Option<Changes> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name));
                    line.map(|it| it.strip_prefix(": ").unwrap_or(it).to_owned())
                };
                let told = field("event").zip(field("id")).zip(field("data"));
                self.text = rest.to_owned();
                if let Some(((event, id), data)) = told {
                    let changes: Changes = serde_json::from_str(&data).unwrap();
                    assert_eq!((event.as_str(), &id), ("changes", &changes.cursor));
                    return Some(changes);
                }
            } else {
                let chunk = tokio::time::timeout(Duration::from_secs(10), self.response.chunk());
                let chunk = chunk.await.expect("nothing came in 10 seconds").unwrap()?;
                self.text.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        }
    }

    async fn hears(&mut self) -> Changes {
        self.event().await.expect("the stream has ended")
    }

    /// The next event that tells something.
    async fn hears_of(&mut self, text: &str) -> Changes {
        loop {
            let changes = self.hears().await;
            if told(&changes).contains(&text) {
                return changes;
            }
        }
    }
}

#[tokio::test]
async fn readers_hear_of_changes_as_they_happen() {
    let app = TestApp::start().await;
    let one = app.comments("/a", "one").await;
    let since = app.list("page=/a").await.changes.unwrap();
    let query = format!("page=/a&since={since}");
    let mut ada = Listener::of(&app, &query).await;
    let mut grace = Listener::of(&app, &query).await;
    let mut elsewhere = Listener::of(&app, "page=/b").await;
    for listener in [&mut ada, &mut grace, &mut elsewhere] {
        let first = listener.hears().await;
        assert!(is_empty(&first) && !first.reload);
    }
    let two = app.answers("/a", &one.comment.id, "two").await;
    for listener in [&mut ada, &mut grace] {
        let changes = listener.hears().await;
        assert_eq!(changes.posted, std::slice::from_ref(&two.comment));
        assert_eq!(changes.total, 2);
    }
    app.edit(&one.comment.id, &one.edit_token, "uno").await;
    assert_eq!(told(&ada.hears().await), ["uno"]);
    app.deletes(&two).await;
    assert_eq!(ada.hears().await.gone, [two.comment.id]);
    // The page that nobody had commented on.
    app.comments("/b", "here").await;
    assert_eq!(told(&elsewhere.hears().await), ["here"]);
}

#[tokio::test]
async fn a_stream_goes_on_where_it_was() {
    let app = TestApp::start().await;
    app.comments("/a", "one").await;
    let mut listener = Listener::of(&app, "page=/a").await;
    let cursor = listener.hears().await.cursor;
    app.comments("/a", "two").await;
    // Both of its own, and by the header of a browser that connects again.
    let mut listener = Listener::of(&app, &format!("page=/a&since={cursor}")).await;
    assert_eq!(told(&listener.hears().await), ["two"]);
    let call = app.call(Method::GET, "/events?page=/a&since=0", None);
    let call = call.header("last-event-id", &cursor);
    let mut listener = Listener::to(call.send().await.unwrap());
    assert_eq!(told(&listener.hears().await), ["two"]);
}

#[tokio::test]
async fn it_ends_with_the_server_and_goes_on_with_the_next() {
    let app = TestApp::start().await;
    let mut listener = Listener::of(&app, "page=/a").await;
    let cursor = listener.hears().await.cursor;
    let app = app.restarted().await;
    assert!(listener.event().await.is_none());
    app.comments("/a", "after").await;
    let mut listener = Listener::of(&app, &format!("page=/a&since={cursor}")).await;
    listener.hears_of("after").await;
}

#[tokio::test]
async fn so_many_streams_and_no_more() {
    let app = TestApp::with()
        .set(|settings| {
            settings.max_streams = Some(3);
            settings.streams_per_client = Some(2);
            settings.trusted_proxies = Some(vec!["127.0.0.1".to_owned()]);
        })
        .start()
        .await;
    let from = |address: &str| {
        let call = app.call(Method::GET, "/events?page=/a", None);
        call.header("x-forwarded-for", address)
    };
    let listen = async |address: &str| {
        let mut listener = Listener::to(from(address).send().await.unwrap());
        listener.hears().await;
        listener
    };
    let first = listen("192.0.2.1").await;
    let _second = listen("192.0.2.1").await;
    let refused = Answer::to(from("192.0.2.1")).await;
    refused.problem(ProblemKind::RateLimited);
    assert_eq!(refused.header("retry-after"), "60");
    let _third = listen("192.0.2.2").await;
    let refused = Answer::to(from("192.0.2.3")).await;
    refused.problem(ProblemKind::Unavailable);
    // What is closed makes room; the others can still ask.
    drop(first);
    while from("192.0.2.3").send().await.unwrap().status() != StatusCode::OK {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    app.get("/changes?page=/a")
        .await
        .json::<Changes>(StatusCode::OK);
}

#[tokio::test]
async fn what_readers_think_of_the_article_is_told() {
    let mut reader = Follower::of(TestApp::start().await).await;
    let given = |changes: &Changes| {
        let counts = changes.reactions.iter().filter(|it| it.count > 0);
        let told: Vec<_> = counts.map(|it| (it.name.clone(), it.count)).collect();
        told
    };
    let mut stream = Listener::of(&reader.app, "page=/a").await;
    stream.hears().await;
    for (number, reaction) in [(1, "😂"), (2, "😂"), (3, "❤️")] {
        let call = reader.app.call(
            Method::PUT,
            "/thoughts?page=/a",
            Some(json!({ "reactions": [reaction] })),
        );
        let voice = format!("Bearer voice-of-reader-{number:04}");
        let answer = Answer::to(call.header("authorization", voice)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert!(!given(&stream.hears().await).is_empty());
    }
    let changes = reader.hears().await;
    let all = [("❤️".to_owned(), 1), ("😂".to_owned(), 2)];
    assert_eq!(given(&changes), all);
    // All of the set, so that what was taken back is told too; and no comment has changed.
    assert_eq!(changes.reactions.len(), 5);
    assert!(is_empty(&changes) && changes.gone.is_empty() && !changes.reload);
}
