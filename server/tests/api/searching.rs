use afterword_protocol::{ProblemKind, SearchResults};
use reqwest::StatusCode;
use serde_json::json;
use sqlx::Connection;

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
        format!("page=/a&q={}", "x".repeat(601)),
        "page=/a&q=x&cursor=!".to_owned(),
        "q=x".to_owned(),
    ] {
        app.get(&format!("/search?{query}"))
            .await
            .problem(ProblemKind::InvalidRequest);
    }
}

#[tokio::test]
async fn what_is_covered_is_found_and_stays_covered() {
    let app = TestApp::start().await;
    app.comments("/a", "He is ||her *father*||, she says.")
        .await;
    for query in ["says", "father"] {
        let found: SearchResults = app
            .get(&format!("/search?page=/a&q={query}"))
            .await
            .json(StatusCode::OK);
        let snippet = found.results[0].snippet.concat();
        assert_eq!(snippet, "He is …, she says.", "{query}");
    }
}

#[tokio::test]
async fn as_much_as_a_field_takes_can_be_looked_for_in_any_language() {
    let app = TestApp::start().await;
    // A hundred letters.
    let words = "村上春樹の小説を読む人々は".chars().cycle().take(100);
    let words: String = words.collect();
    app.comments("/a", &words).await;
    assert_eq!(finds(&app, "/a", &words).await, [1]);
}

/// A page's comments have a stretch of the index to themselves, by which they are found also where
/// other pages have comments of the same numbers.
#[tokio::test]
async fn a_page_is_looked_through_by_itself() {
    let app = TestApp::with()
        .file("[sites.a]\norigins = [\"https://a.example\"]\n[sites.b]\norigins = [\"https://b.example\"]\n")
        .start()
        .await;
    for (site, page, text) in [
        ("a", "/1", "whale"),
        ("a", "/2", "shark"),
        ("b", "/1", "whale shark"),
        ("a", "/1", "shark"),
    ] {
        let new = json!({ "site": site, "page": page, "text": text });
        app.post("/comments", new).await.created();
    }
    for (site, page, numbers) in [
        ("a", "/1", vec![2]),
        ("a", "/2", vec![1]),
        ("b", "/1", vec![1]),
    ] {
        let query = format!("/search?site={site}&page={page}&q=shark");
        let found: SearchResults = app.get(&query).await.json(StatusCode::OK);
        let found = found.results.iter().map(|found| found.number);
        assert_eq!(found.collect::<Vec<_>>(), numbers, "{query}");
    }
    let file = app.folder().join("comments.sqlite");
    let mut database = sqlx::SqliteConnection::connect(file.to_str().unwrap())
        .await
        .unwrap();
    let entries: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT search.rowid >> 32, count(*) FROM search WHERE search MATCH 'shark' GROUP BY 1",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    assert_eq!(entries.len(), 3, "{entries:?}");
}
