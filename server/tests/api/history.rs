use afterword_protocol::admin::ModeratedDetail;
use afterword_protocol::{Created, History, ProblemKind, Status};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

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

/// All that a comment ever said before, as a moderator is shown it.
async fn shown_to_moderator(app: &TestApp, token: &str, id: &str) -> Vec<String> {
    let detail: ModeratedDetail = app
        .admin(Method::GET, &format!("/comments/{id}"), token, None)
        .await
        .json(StatusCode::OK);
    detail.versions.into_iter().map(|it| it.text).collect()
}

async fn holds(app: &TestApp, token: &str, word: &str) {
    let rule = json!({
        "site": "*", "name": word, "action": "hold", "enabled": true,
        "test": { "kind": "words", "words": [word] },
    });
    app.admin(Method::POST, "/rules", token, Some(rule))
        .await
        .json::<Value>(StatusCode::CREATED);
}

#[tokio::test]
async fn what_was_held_is_not_published_by_what_follows_it() {
    let app = TestApp::start().await;
    let owner = app.moderator("owner").await;
    holds(&app, &owner, "abuse").await;
    // From the beginning, and by an edit.
    let held = app.comments("/a", "abuse").await;
    assert_eq!(held.comment.status, Status::Pending);
    let later = app.comments("/a", "first").await;
    edits(&app, &later, "some abuse").await;
    for posted in [&held, &later] {
        edits(&app, posted, "Nice article").await;
    }
    let ids = [&held.comment.id, &later.comment.id];
    app.decides(&owner, json!({ "action": "approve", "ids": ids }))
        .await;
    assert_eq!(app.list("page=/a").await.total, 2);

    let told = history(&app, ids[0]).await;
    assert_eq!(texts(&told), ["Nice article"]);
    assert!(told.withheld);
    let told = history(&app, ids[1]).await;
    assert_eq!(texts(&told), ["first", "Nice article"]);
    assert!(told.withheld);
    assert_eq!(shown_to_moderator(&app, &owner, ids[0]).await, ["abuse"]);
    assert_eq!(
        shown_to_moderator(&app, &owner, ids[1]).await,
        ["first", "some abuse"]
    );
    // What is said from now on can be read.
    edits(&app, &held, "Nice article!").await;
    let told = history(&app, ids[0]).await;
    assert_eq!(texts(&told), ["Nice article", "Nice article!"]);
}

#[tokio::test]
async fn what_a_moderator_has_taken_out_is_nowhere_in_it() {
    let app = TestApp::start().await;
    let owner = app.moderator("owner").await;
    let posted = app.comments("/a", "Call +49 30 1234").await;
    let id = &posted.comment.id;
    edits(&app, &posted, "Please call +49 30 1234").await;
    app.passes(60);
    let edit = json!({ "action": "edit", "ids": [id], "text": "[removed]" });
    let done = app.decides(&owner, edit.clone()).await;
    let told = history(&app, id).await;
    assert_eq!(texts(&told), ["[removed]"]);
    assert!(told.withheld);
    let all = ["Call +49 30 1234", "Please call +49 30 1234"];
    assert_eq!(shown_to_moderator(&app, &owner, id).await, all);
    // Taken back, all is as it was.
    let undo = format!("/actions/{}/undo", done.action_id);
    app.admin(Method::POST, &undo, &owner, None)
        .await
        .json::<Value>(StatusCode::OK);
    let told = history(&app, id).await;
    assert_eq!(texts(&told), all);
    assert!(!told.withheld);

    // However often its author changes it then.
    app.passes(60);
    app.decides(&owner, edit).await;
    for number in 0..60 {
        edits(&app, &posted, &number.to_string()).await;
    }
    let answer = app.get(&format!("/comments/{id}/history")).await;
    assert!(!answer.body.contains("1234"), "{}", answer.body);
    assert_eq!(texts(&history(&app, id).await).len(), 50);
}
