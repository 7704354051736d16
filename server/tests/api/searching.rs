use afterword_protocol::{ProblemKind, SearchResults};
use reqwest::StatusCode;
use serde_json::json;

use crate::app::TestApp;

async fn finds(app: &TestApp, page: &str, query: &str) -> Vec<u32> {
    let query: String = url_encoded(query);
    let found: SearchResults = app
        .get(&format!("/search?page={page}&q={query}"))
        .await
        .json(StatusCode::OK);
    found.results.iter().map(|found| found.number).collect()
}

fn url_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn words_are_found_wherever_they_stand_in_whatever_case() {
    let app = TestApp::start().await;
    app.comments("/a", "The *slow* news").await;
    app.comments("/a", "Повільні НОВИНИ, 100% \"так\"").await;
    app.comments("/a", "slowly, 村上春樹").await;
    app.comments("/b", "slow elsewhere").await;
    for (query, numbers) in [
        ("slow", vec![3, 1]),
        ("SLOW", vec![3, 1]),
        ("low", vec![3, 1]),
        ("news slow", vec![1]),
        ("новини", vec![2]),
        // Too short for the index.
        ("но", vec![2]),
        ("ws", vec![1]),
        ("春", vec![3]),
        ("slow 村上", vec![3]),
        // What means something to a database is but a word here.
        ("100%", vec![2]),
        ("0%", vec![2]),
        ("_o", vec![]),
        ("\"так\"", vec![2]),
        ("slow OR новини", vec![]),
        ("text:slow", vec![]),
        ("slo*", vec![]),
        ("nothing", vec![]),
        ("#2", vec![2]),
        ("#4", vec![]),
    ] {
        assert_eq!(finds(&app, "/a", query).await, numbers, "{query}");
    }
    assert_eq!(finds(&app, "/none", "slow").await, [0; 0]);
}

#[tokio::test]
async fn a_name_is_found_and_what_was_found_is_shown() {
    let app = TestApp::start().await;
    let new = json!({ "page": "/a", "author": "Ada Lovelace", "text": "A <b>bold</b> _claim_." });
    app.post("/comments", new).await.created();
    let found: SearchResults = app.get("/search?page=/a&q=love").await.json(StatusCode::OK);
    assert_eq!(found.results[0].author.as_deref(), Some("Ada Lovelace"));
    assert_eq!(found.results[0].snippet, ["A <b>bold</b> claim."]);
    let found: SearchResults = app.get("/search?page=/a&q=bold").await.json(StatusCode::OK);
    assert_eq!(found.results[0].snippet, ["A <b>", "bold", "</b> claim."]);
}

#[tokio::test]
async fn what_is_no_longer_said_is_no_longer_found() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "first words").await;
    let reply = app.answers("/a", &root.comment.id, "some answer").await;
    app.edit(&reply.comment.id, &reply.edit_token, "another reply")
        .await
        .comment();
    assert_eq!(finds(&app, "/a", "answer").await, [0; 0]);
    assert_eq!(finds(&app, "/a", "another").await, [2]);
    app.deletes(&root).await;
    assert_eq!(finds(&app, "/a", "words").await, [0; 0]);
    // It stands there as a tombstone.
    assert_eq!(finds(&app, "/a", "#1").await, [1]);
    app.deletes(&reply).await;
    assert_eq!(finds(&app, "/a", "another").await, [0; 0]);
    assert_eq!(finds(&app, "/a", "#1").await, [0; 0]);
}

#[tokio::test]
async fn much_comes_in_portions() {
    let app = TestApp::start().await;
    for number in 1..=25 {
        app.comments("/a", &format!("word {number}")).await;
    }
    let first: SearchResults = app.get("/search?page=/a&q=word").await.json(StatusCode::OK);
    assert_eq!(first.results.len(), 20);
    assert_eq!(first.results[0].number, 25);
    let next = first.next.unwrap();
    let rest: SearchResults = app
        .get(&format!("/search?page=/a&q=word&cursor={next}"))
        .await
        .json(StatusCode::OK);
    assert_eq!(rest.results.len(), 5);
    assert_eq!(rest.results[4].number, 1);
    assert_eq!(rest.next, None);
}

#[tokio::test]
async fn something_has_to_be_looked_for() {
    let app = TestApp::start().await;
    for query in [
        "page=/a".to_owned(),
        "page=/a&q=".to_owned(),
        "page=/a&q=%20".to_owned(),
        format!("page=/a&q={}", "x".repeat(201)),
        "page=/a&q=x&cursor=!".to_owned(),
        "q=x".to_owned(),
    ] {
        app.get(&format!("/search?{query}"))
            .await
            .problem(ProblemKind::InvalidRequest);
    }
}
