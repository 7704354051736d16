use afterword_protocol::{ProblemKind, Transfer, TransferCode};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

fn tokens() -> Value {
    json!({ "tokens": [
        { "id": "01", "edit_token": "one" },
        { "id": "02", "edit_token": "two" },
    ] })
}

async fn leave(app: &TestApp) -> String {
    let left: TransferCode = app
        .post("/transfers", tokens())
        .await
        .json(StatusCode::CREATED);
    left.code
}

async fn fetch(app: &TestApp, code: &str) -> Answer {
    app.post("/transfers/fetch", json!({ "code": code })).await
}

#[tokio::test]
async fn the_other_device_gets_the_tokens_once() {
    let app = TestApp::start().await;
    let code = leave(&app).await;
    assert_eq!(code.len(), 8);
    // As people type it.
    let typed = format!(" {}-{} ", code[..4].to_lowercase(), &code[4..]);
    let fetched: Transfer = fetch(&app, &typed).await.json(StatusCode::OK);
    assert_eq!(serde_json::to_value(&fetched).unwrap(), tokens());
    fetch(&app, &code).await.problem(ProblemKind::CodeUnknown);
    assert!(!app.has_on_disk(&code));
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes() {
    let app = TestApp::start().await;
    let (early, late) = (leave(&app).await, leave(&app).await);
    app.passes(599);
    let _: Transfer = fetch(&app, &early).await.json(StatusCode::OK);
    app.passes(1);
    fetch(&app, &late).await.problem(ProblemKind::CodeUnknown);
}

#[tokio::test]
async fn nothing_else_is_carried() {
    let app = TestApp::start().await;
    let token = |id: &str, token: &str| json!({ "id": id, "edit_token": token });
    let many = vec![token("1", "x"); 151];
    for tokens in [
        json!([]),
        json!(many),
        json!([token("", "x")]),
        json!([token("a b", "x")]),
        json!([token("1", "")]),
        json!([token("1", &"x".repeat(129))]),
        json!([token("1", "a b")]),
        json!("x"),
    ] {
        app.post("/transfers", json!({ "tokens": tokens }))
            .await
            .problem(ProblemKind::InvalidRequest);
    }
    for code in ["", "x", "????????", &"A".repeat(8)] {
        fetch(&app, code).await.problem(ProblemKind::CodeUnknown);
    }
}

#[tokio::test]
async fn nobody_tries_codes_without_end() {
    let app = TestApp::with()
        .set(|settings| settings.writes_per_minute = Some(2))
        .start()
        .await;
    for _ in 0..2 {
        fetch(&app, "ABCDEFGH")
            .await
            .problem(ProblemKind::CodeUnknown);
    }
    fetch(&app, "ABCDEFGH")
        .await
        .problem(ProblemKind::RateLimited);
}
