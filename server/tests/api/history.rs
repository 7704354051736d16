use afterword_protocol::{Created, History, ProblemKind};
use reqwest::StatusCode;

use crate::app::TestApp;

async fn history(app: &TestApp, id: &str) -> History {
    app.get(&format!("/comments/{id}/history"))
        .await
        .json(StatusCode::OK)
}

async fn edits(app: &TestApp, posted: &Created, text: &str) {
    app.passes(60);
    app.edit(&posted.comment.id, &posted.edit_token, text)
        .await
        .comment();
}

fn texts(history: &History) -> Vec<&str> {
    let versions = history.versions.iter();
    versions.map(|version| version.text.as_str()).collect()
}

#[tokio::test]
async fn every_text_that_stood_is_shown_with_its_time() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "*one*").await;
    edits(&app, &posted, "two").await;
    edits(&app, &posted, "two").await;
    edits(&app, &posted, "three").await;
    let history = history(&app, &posted.comment.id).await;
    assert_eq!(texts(&history), ["*one*", "two", "three"]);
    let [first, second, third] = history.versions.as_slice() else {
        panic!("{history:?}")
    };
    assert_eq!(first.html, "<p><em>one</em></p>\n");
    assert_eq!(first.created, posted.comment.created);
    assert_eq!(second.created, "2026-11-24T08:01:00.000Z");
    assert_eq!(third.created, "2026-11-24T08:03:00.000Z");
}

#[tokio::test]
async fn what_was_never_edited_has_one_text() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "one").await;
    let history = history(&app, &posted.comment.id).await;
    assert_eq!(texts(&history), ["one"]);
    app.get("/comments/nowhere/history")
        .await
        .problem(ProblemKind::NotFound);
}

#[tokio::test]
async fn the_first_text_stays_however_often_it_is_edited() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "0").await;
    for number in 1..=60 {
        edits(&app, &posted, &number.to_string()).await;
    }
    let history = history(&app, &posted.comment.id).await;
    let texts = texts(&history);
    assert_eq!(texts.len(), 51);
    assert_eq!((texts[0], texts[1], texts[50]), ("0", "11", "60"));
}

#[tokio::test]
async fn of_a_deleted_comment_nobody_is_shown_any() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "one").await;
    app.answers("/a", &root.comment.id, "reply").await;
    edits(&app, &root, "two").await;
    app.deletes(&root).await;
    let path = format!("/comments/{}/history", root.comment.id);
    app.get(&path).await.problem(ProblemKind::NotFound);
    app.restore(&root.comment.id, &root.edit_token)
        .await
        .comment();
    assert_eq!(
        texts(&history(&app, &root.comment.id).await),
        ["one", "two"]
    );
}
