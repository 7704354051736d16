use afterword_protocol::ProblemKind;
use serde_json::json;

use crate::app::TestApp;

#[tokio::test]
async fn a_reply_keeps_the_parent_that_its_author_chose() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "root").await.comment.id;
    let reply = app.answers("/a", &root, "reply").await.comment;
    assert_eq!(reply.parent.as_deref(), Some(root.as_str()));
}

#[tokio::test]
async fn a_parent_must_stand_on_the_page() {
    let app = TestApp::start().await;
    let elsewhere = app.comments("/b", "x").await.comment.id;
    let deleted = app.comments("/a", "x").await;
    app.deletes(&deleted).await;
    let tombstone = app.comments("/a", "x").await;
    app.answers("/a", &tombstone.comment.id, "y").await;
    app.deletes(&tombstone).await;
    let before = app.list("page=/a").await.total;
    for parent in [
        &elsewhere,
        &deleted.comment.id,
        &tombstone.comment.id,
        "nowhere",
        "",
        "../x",
    ] {
        let body = json!({ "page": "/a", "parent": parent, "text": "x" });
        app.post("/comments", body)
            .await
            .problem(ProblemKind::ParentNotFound);
    }
    assert_eq!(app.list("page=/a").await.total, before);
    // A refused comment takes no number.
    assert_eq!(app.comments("/a", "z").await.comment.number, 4);
}

#[tokio::test]
async fn a_conversation_is_as_deep_as_allowed() {
    let app = TestApp::with()
        .set(|settings| settings.max_depth = Some(2))
        .start()
        .await;
    let mut parent = app.comments("/a", "0").await.comment.id;
    for depth in 1..=2 {
        parent = app
            .answers("/a", &parent, &depth.to_string())
            .await
            .comment
            .id;
    }
    let body = json!({ "page": "/a", "parent": parent, "text": "3" });
    let problem = app
        .post("/comments", body)
        .await
        .problem(ProblemKind::TooDeep);
    assert_eq!(problem.limit, Some(2));
}

#[tokio::test]
async fn a_hundred_levels_are_read_whole() {
    let app = TestApp::start().await;
    let mut parent = app.comments("/a", "0").await.comment.id;
    for depth in 1..=100 {
        parent = app
            .answers("/a", &parent, &depth.to_string())
            .await
            .comment
            .id;
    }
    assert_eq!(app.show(&parent).await.ancestors.len(), 100);
    assert_eq!(
        app.list("page=/a&replies=500").await.branches[0]
            .replies
            .len(),
        100
    );
    let body = json!({ "page": "/a", "parent": parent, "text": "101" });
    app.post("/comments", body)
        .await
        .problem(ProblemKind::TooDeep);
}
