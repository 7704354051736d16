use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::{Answer, TestApp};

async fn page(app: &TestApp, query: &str) -> Answer {
    Answer::to(app.request(Method::GET, &format!("/thread?{query}"))).await
}

#[tokio::test]
async fn a_thread_has_a_page_of_its_own() {
    let app = TestApp::start().await;
    let body = json!({ "page": "/a", "title": "On “slow” news", "url": "http://localhost/a?b&c", "text": "x" });
    app.post("/comments", body).await.created();
    // What the link says does not count where the page is known.
    let answer = page(
        &app,
        "site=&page=/a&title=Nonsense&url=http://localhost/elsewhere",
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(
        answer
            .header("content-security-policy")
            .contains("default-src 'none'")
    );
    assert!(
        answer.body.contains("<title>On “slow” news</title>"),
        "{}",
        answer.body
    );
    assert!(
        answer.body.contains("href=\"http://localhost/a?b&amp;c\""),
        "{}",
        answer.body
    );
    assert!(
        answer.body.contains("data-page-id=\"/a\""),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_link_can_not_make_it_say_or_do_anything() {
    let app = TestApp::start().await;
    let answer = page(
        &app,
        "page=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&title=%3C/title%3E%3Cscript%3E&url=https://evil.example/",
    )
    .await;
    assert_eq!(answer.body.matches("<script").count(), 1, "{}", answer.body);
    assert!(!answer.body.contains("evil.example"), "{}", answer.body);
    let answer = page(&app, "page=/a&url=javascript:alert(1)").await;
    assert!(!answer.body.contains("javascript:"), "{}", answer.body);
}

#[tokio::test]
async fn a_page_needs_a_key() {
    let app = TestApp::start().await;
    page(&app, "title=x")
        .await
        .problem(afterword_protocol::ProblemKind::InvalidRequest);
    page(&app, "page=/a&site=nowhere")
        .await
        .problem(afterword_protocol::ProblemKind::SiteUnknown);
}
