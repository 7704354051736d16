use afterword_protocol::ProblemKind;
use serde_json::json;

use crate::app::TestApp;

const KEY: &str = "7c1d2f4e-one-comment";

#[tokio::test]
async fn the_same_request_posts_once_and_is_answered_the_same() {
    let app = TestApp::start().await;
    let body = json!({ "page": "/a", "author": "Ada", "text": "once" });
    let first = app.post_once(KEY, body.clone()).await.created();
    app.passes(24 * 3_600 - 1);
    let app = app.restarted().await;
    let second = app.post_once(KEY, body).await.created();
    assert_eq!(first, second);
    assert_eq!(app.list("page=/a").await.total, 1);
    app.edit(&first.comment.id, &second.edit_token, "b")
        .await
        .comment();
}

#[tokio::test]
async fn sent_ten_times_at_once_it_is_posted_once() {
    let app = TestApp::start().await;
    let body = json!({ "page": "/a", "text": "once" });
    let tries = (0..10).map(|_| app.post_once(KEY, body.clone()));
    let answers = futures_util::future::join_all(tries).await;
    let first = answers[0].created();
    assert!(answers.iter().all(|answer| answer.created() == first));
    assert_eq!(app.list("page=/a").await.total, 1);
}

#[tokio::test]
async fn another_request_can_not_have_the_key() {
    let app = TestApp::start().await;
    app.post_once(KEY, json!({ "page": "/a", "text": "one" }))
        .await
        .created();
    for body in [
        json!({ "page": "/a", "text": "two" }),
        json!({ "page": "/b", "text": "one" }),
        json!({ "page": "/a", "text": "one", "author": "Ada" }),
    ] {
        app.post_once(KEY, body)
            .await
            .problem(ProblemKind::IdempotencyKeyReused);
    }
    assert_eq!(app.list("page=/a").await.total, 1);
}

#[tokio::test]
async fn the_same_in_another_order_is_the_same_request() {
    let app = TestApp::start().await;
    let first = app
        .post_once(KEY, json!({ "page": "/a", "text": "x" }))
        .await
        .created();
    let again = app
        .call(reqwest::Method::POST, "/comments", None)
        .header("idempotency-key", KEY)
        .header("content-type", "application/json; charset=utf-8")
        .body("{ \"text\": \"x\",\n \"page\": \"\\u002fa\", \"parent\": null }");
    assert_eq!(crate::app::Answer::to(again).await.created(), first);
}

#[tokio::test]
async fn a_key_lasts_for_a_day() {
    let app = TestApp::start().await;
    let body = json!({ "page": "/a", "text": "x" });
    let first = app.post_once(KEY, body.clone()).await.created();
    app.passes(24 * 3_600);
    let second = app.post_once(KEY, body).await.created();
    assert_ne!(first.comment.id, second.comment.id);
}

#[tokio::test]
async fn a_deleted_comment_is_not_posted_anew() {
    let app = TestApp::start().await;
    let body = json!({ "page": "/a", "text": "x" });
    let posted = app.post_once(KEY, body.clone()).await.created();
    app.deletes(&posted).await;
    app.post_once(KEY, body)
        .await
        .problem(ProblemKind::NotFound);
    assert_eq!(app.list("page=/a").await.total, 0);
}

#[tokio::test]
async fn an_edited_comment_is_answered_as_it_stands() {
    let app = TestApp::start().await;
    let body = json!({ "page": "/a", "text": "x" });
    let posted = app.post_once(KEY, body.clone()).await.created();
    app.edit(&posted.comment.id, &posted.edit_token, "y")
        .await
        .comment();
    let again = app.post_once(KEY, body).await.created();
    assert_eq!(again.comment.html, "<p>y</p>\n");
    assert_eq!(again.edit_token, posted.edit_token);
}

#[tokio::test]
async fn a_refused_request_leaves_its_key_free() {
    let app = TestApp::start().await;
    app.post_once(KEY, json!({ "page": "/a", "text": " " }))
        .await
        .problem(ProblemKind::TextEmpty);
    let body = json!({ "page": "/a", "parent": "nowhere", "text": "x" });
    app.post_once(KEY, body)
        .await
        .problem(ProblemKind::ParentNotFound);
    app.post_once(KEY, json!({ "page": "/a", "text": "x" }))
        .await
        .created();
}

#[tokio::test]
async fn a_key_has_a_form() {
    let app = TestApp::start().await;
    let too_long = "x".repeat(129);
    for key in [
        "short",
        "fifteen-chars-x",
        "with a space in it",
        "ümlaut-ümlaut-ümlaut",
        &too_long,
    ] {
        let body = json!({ "page": "/a", "text": "x" });
        app.post_once(key, body)
            .await
            .problem(ProblemKind::IdempotencyKeyInvalid);
    }
}
