use afterword_protocol::ProblemKind;
use reqwest::Method;
use serde_json::json;

use crate::app::{Answer, TestApp};

#[tokio::test]
async fn an_author_changes_the_text() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "tpyo").await;
    app.passes(60);
    let edited = app
        .edit(&posted.comment.id, &posted.edit_token, "typo")
        .await
        .comment();
    assert_eq!(edited.html, "<p>typo</p>\n");
    assert_eq!(edited.edited.as_deref(), Some("2026-11-24T08:01:00.000Z"));
    assert_eq!(
        (edited.number, &edited.created),
        (1, &posted.comment.created)
    );
    let detail = app.show(&posted.comment.id).await;
    assert_eq!((detail.text.as_str(), &detail.comment), ("typo", &edited));
}

#[tokio::test]
async fn the_same_text_is_no_edit() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    let same = app
        .edit(&posted.comment.id, &posted.edit_token, "x")
        .await
        .comment();
    assert_eq!(same.edited, None);
}

#[tokio::test]
async fn a_token_opens_its_own_comment_alone() {
    let app = TestApp::start().await;
    let mine = app.comments("/a", "mine").await;
    let yours = app.comments("/a", "yours").await;
    for token in [
        yours.edit_token.as_str(),
        "",
        "x",
        "ä",
        &mine.edit_token.to_lowercase(),
    ] {
        if token.is_ascii() {
            app.edit(&mine.comment.id, token, "z")
                .await
                .problem(ProblemKind::TokenInvalid);
            app.delete(&mine.comment.id, token)
                .await
                .problem(ProblemKind::TokenInvalid);
        }
    }
    let path = format!("/comments/{}", mine.comment.id);
    for authorization in [
        None,
        Some("Basic eDp5"),
        Some("Bearer"),
        Some(mine.edit_token.as_str()),
    ] {
        let mut call = app.call(Method::PATCH, &path, Some(json!({ "text": "z" })));
        if let Some(authorization) = authorization {
            call = call.header("authorization", authorization);
        }
        Answer::to(call).await.problem(ProblemKind::TokenInvalid);
    }
    assert_eq!(app.show(&mine.comment.id).await.text, "mine");
}

#[tokio::test]
async fn the_window_closes() {
    let app = TestApp::with()
        .set(|settings| settings.edit_window = Some(900))
        .start()
        .await;
    let posted = app.comments("/a", "x").await;
    let id = &posted.comment.id;
    app.passes(899);
    app.edit(id, &posted.edit_token, "y").await.comment();
    app.passes(1);
    let problem = app
        .edit(id, &posted.edit_token, "z")
        .await
        .problem(ProblemKind::EditWindowClosed);
    assert_eq!(problem.limit, Some(900));
    app.delete(id, &posted.edit_token)
        .await
        .problem(ProblemKind::EditWindowClosed);
    assert_eq!(app.show(id).await.text, "y");
    // A clock that was set back closes nothing.
    app.passes(-7_200);
    app.edit(id, &posted.edit_token, "w").await.comment();
}

#[tokio::test]
async fn without_a_window_it_never_closes() {
    let app = TestApp::with()
        .set(|settings| settings.edit_window = Some(0))
        .start()
        .await;
    let posted = app.comments("/a", "x").await;
    app.passes(10 * 365 * 86_400);
    app.edit(&posted.comment.id, &posted.edit_token, "y")
        .await
        .comment();
}

#[tokio::test]
async fn a_new_text_is_held_to_the_same_rules() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    let (id, token) = (&posted.comment.id, &posted.edit_token);
    app.edit(id, token, " ")
        .await
        .problem(ProblemKind::TextEmpty);
    app.edit(id, token, &"x".repeat(10_001))
        .await
        .problem(ProblemKind::TextTooLong);
    app.edit(id, token, "a\u{0}")
        .await
        .problem(ProblemKind::TextInvalid);
    app.edit("nowhere", token, "x")
        .await
        .problem(ProblemKind::NotFound);
    assert_eq!(app.show(id).await.text, "x");
}
