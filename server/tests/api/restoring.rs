use afterword_protocol::admin::Outcome;
use afterword_protocol::{Created, ProblemKind, Status};
use reqwest::{Method, StatusCode};
use serde_json::json;
use sqlx::Connection;

use crate::app::{TestApp, numbers};

#[tokio::test]
async fn what_was_deleted_comes_back_as_it_was() {
    let app = TestApp::start().await;
    let body = json!({ "page": "/a", "author": "Ada", "website": "ada.example", "text": "x" });
    let posted = app.post("/comments", body).await.created();
    let (id, token) = (&posted.comment.id, &posted.edit_token);
    app.passes(60);
    let edited = app.edit(id, token, "y").await.comment();
    app.deletes(&posted).await;
    assert_eq!(app.list("page=/a").await.total, 0);
    app.passes(599);
    assert_eq!(app.restore(id, token).await.comment(), edited);
    let list = app.list("page=/a").await;
    assert_eq!((list.total, &list.branches[0].root), (1, &edited));
    // It is its author's as before.
    app.edit(id, token, "z").await.comment();
    app.deletes(&posted).await;
    app.restore(id, token).await.comment();
}

#[tokio::test]
async fn nobody_is_shown_it_meanwhile() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "my-secret-words").await;
    app.answers("/a", &root.comment.id, "reply").await;
    app.deletes(&root).await;
    for path in [
        "/comments?page=/a".to_owned(),
        format!("/comments/{}", root.comment.id),
        format!("/comments/{}/replies", root.comment.id),
        "/thread.html?page=/a".to_owned(),
    ] {
        let answer = app.get(&path).await;
        assert!(answer.status.is_success(), "{path}");
        assert!(!answer.body.contains("my-secret-words"), "{path}");
    }
}

#[tokio::test]
async fn it_takes_the_token_of_the_comment() {
    let app = TestApp::start().await;
    let mine = app.comments("/a", "mine").await;
    let yours = app.comments("/a", "yours").await;
    app.deletes(&mine).await;
    let id = &mine.comment.id;
    app.restore(id, &yours.edit_token)
        .await
        .problem(ProblemKind::TokenInvalid);
    app.restore(&yours.comment.id, &yours.edit_token)
        .await
        .problem(ProblemKind::NotFound);
    app.restore("nowhere", "x")
        .await
        .problem(ProblemKind::NotFound);
    app.restore(id, &mine.edit_token).await.comment();
    app.restore(id, &mine.edit_token)
        .await
        .problem(ProblemKind::NotFound);
}

#[tokio::test]
async fn after_a_while_it_is_too_late() {
    let app = TestApp::with()
        .set(|settings| settings.undo_window = Some(30))
        .start()
        .await;
    assert_eq!(app.list("page=/a").await.limits.undo_seconds, 30);
    let posted = app.comments("/a", "x").await;
    app.deletes(&posted).await;
    app.passes(30);
    app.restore(&posted.comment.id, &posted.edit_token)
        .await
        .problem(ProblemKind::NotFound);
}

#[tokio::test]
async fn a_short_edit_window_is_the_longest_that_one_can_wait() {
    let app = TestApp::with()
        .set(|settings| settings.edit_window = Some(60))
        .start()
        .await;
    assert_eq!(app.list("page=/a").await.limits.undo_seconds, 60);
}

#[tokio::test]
async fn it_stands_below_what_went_after_it() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "1").await;
    let middle = app.answers("/a", &root.comment.id, "2").await;
    let last = app.answers("/a", &middle.comment.id, "3").await;
    for posted in [&root, &middle, &last] {
        app.deletes(posted).await;
    }
    assert_eq!(numbers(&app.list("page=/a").await), []);
    app.restore(&last.comment.id, &last.edit_token)
        .await
        .comment();
    let list = app.list("page=/a").await;
    assert_eq!((list.total, numbers(&list)), (1, vec![(1, vec![2, 3])]));
    assert_eq!(list.branches[0].root.status, Status::Deleted);
    app.restore(&root.comment.id, &root.edit_token)
        .await
        .comment();
    let list = app.list("page=/a").await;
    assert_eq!(list.total, 2);
    assert_eq!(list.branches[0].root.html, "<p>1</p>\n");
    assert_eq!(list.branches[0].replies[0].status, Status::Deleted);
}

/// A reader who has no script was asked whether for good.
#[tokio::test]
async fn without_a_script_it_is_for_good() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    let (id, token) = (&posted.comment.id, &posted.edit_token);
    let path = format!("/thread/comments/{id}/delete");
    let answer = app
        .request(reqwest::Method::POST, &path)
        .header("origin", app.url(""))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("page=%2Fa&token={token}"))
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
    assert_eq!(app.list("page=/a").await.total, 0);
    app.restore(id, token).await.problem(ProblemKind::NotFound);
}

#[tokio::test]
async fn what_was_thought_of_it_comes_back_with_it_and_goes_with_it() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    app.answers("/a", &posted.comment.id, "y").await;
    let path = format!("/comments/{}/thoughts", posted.comment.id);
    let thought = json!({ "vote": "up", "reactions": ["❤️"] });
    let call = app.call(reqwest::Method::PUT, &path, Some(thought));
    let call = call.header("authorization", "Bearer voice-of-some-reader");
    assert!(call.send().await.unwrap().status().is_success());
    let file = app.folder().join("comments.sqlite");
    let mut database = sqlx::SqliteConnection::connect(file.to_str().unwrap())
        .await
        .unwrap();
    let mut left = async || -> (i64, i64, String) {
        let sql = "SELECT (SELECT count(*) FROM thought), up, reactions FROM comment ORDER BY id";
        sqlx::query_as(sql).fetch_one(&mut database).await.unwrap()
    };
    app.deletes(&posted).await;
    let restored = app.restore(&posted.comment.id, &posted.edit_token).await;
    let restored = restored.comment();
    assert_eq!((restored.up, restored.reactions[0].count), (1, 1));
    assert_eq!(left().await.0, 1);
    app.deletes(&posted).await;
    app.passes(600);
    let _app = app.restarted().await;
    assert_eq!(left().await, (0, 0, String::new()));
}

async fn undoes(app: &TestApp, token: &str, done: &Outcome) {
    let path = format!("/actions/{}/undo", done.action_id);
    let undone = app.admin(Method::POST, &path, token, None).await;
    undone.json::<Outcome>(StatusCode::OK);
}

/// A comment of Mallory's, which Mallory has deleted.
async fn deleted(app: &TestApp) -> Created {
    let body = json!({
        "page": "/a", "author": "Mallory", "text": "buy",
        "person": "the-secret-of-the-browser-of-mallory",
    });
    let posted = app.post("/comments", body).await.created();
    app.deletes(&posted).await;
    posted
}

#[tokio::test]
async fn who_is_banned_since_restores_nothing() {
    let app = TestApp::start().await;
    let owner = app.moderator("owner").await;
    let posted = deleted(&app).await;
    let (id, token) = (&posted.comment.id, &posted.edit_token);
    for kind in ["person", "network"] {
        let ban = json!({ "action": "ban", "ids": [id], "bans": [{ "kind": kind }] });
        let done = app.decides(&owner, ban).await;
        app.restore(id, token).await.problem(ProblemKind::Banned);
        // Whose it isn't learns nothing of that.
        app.restore(id, "another")
            .await
            .problem(ProblemKind::TokenInvalid);
        undoes(&app, &owner, &done).await;
    }
    // The name that it had is not with it any more.
    let named = json!([{ "kind": "author", "value": "Mallory", "site": "default" }]);
    let ban = json!({ "action": "ban", "bans": named });
    let done = app.decides(&owner, ban).await;
    app.restore(id, token).await.problem(ProblemKind::Banned);
    assert_eq!(app.list("page=/a").await.total, 0);
    undoes(&app, &owner, &done).await;
    app.restore(id, token).await.comment();
    assert_eq!(app.list("page=/a").await.total, 1);
}

#[tokio::test]
async fn what_comes_back_from_a_shadow_ban_is_its_author_s_alone() {
    let app = TestApp::start().await;
    let owner = app.moderator("owner").await;
    let posted = deleted(&app).await;
    let bans = json!([{ "kind": "author", "value": "Mallory", "site": "default", "shadow": true }]);
    app.decides(&owner, json!({ "action": "ban", "bans": bans }))
        .await;
    let restored = app.restore(&posted.comment.id, &posted.edit_token).await;
    assert_eq!(restored.comment(), posted.comment);
    assert_eq!(app.list("page=/a").await.total, 0);
}

#[tokio::test]
async fn what_a_moderator_has_decided_about_comes_back_as_that() {
    let app = TestApp::start().await;
    let owner = app.moderator("owner").await;
    let posted = deleted(&app).await;
    let (id, token) = (&posted.comment.id, &posted.edit_token);
    for action in ["delete", "hide"] {
        let done = app
            .decides(&owner, json!({ "action": action, "ids": [id] }))
            .await;
        app.restore(id, token).await.problem(ProblemKind::NotFound);
        undoes(&app, &owner, &done).await;
    }
    let ban = json!({
        "action": "ban", "ids": [id], "bans": [{ "kind": "person" }], "then": "delete",
    });
    let banned = app.decides(&owner, ban).await;
    app.restore(id, token).await.problem(ProblemKind::NotFound);
    undoes(&app, &owner, &banned).await;
    let spam = app
        .decides(&owner, json!({ "action": "spam", "ids": [id] }))
        .await;
    assert_eq!(spam.skipped, std::slice::from_ref(id));
    let restored = app.restore(id, token).await.comment();
    assert_eq!(restored.status, Status::Pending);
    assert_eq!(app.list("page=/a").await.total, 0);
}

#[tokio::test]
async fn a_page_that_is_closed_takes_nothing_back() {
    let app = TestApp::start().await;
    let posted = deleted(&app).await;
    let (id, token) = (&posted.comment.id, &posted.edit_token);
    for close in [
        "UPDATE page SET closed = 1",
        "UPDATE page SET closed = NULL, read_only = 1",
    ] {
        app.sql(close).await;
        app.restore(id, token).await.problem(ProblemKind::Closed);
        assert_eq!(app.list("page=/a").await.limits.undo_seconds, 0);
    }
    app.sql("UPDATE page SET read_only = 0").await;
    assert_eq!(app.list("page=/a").await.limits.undo_seconds, 600);
    app.restore(id, token).await.comment();
}
