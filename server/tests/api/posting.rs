use afterword_protocol::Status;
use reqwest::StatusCode;
use serde_json::json;

use crate::app::TestApp;

#[tokio::test]
async fn a_comment_stands_as_it_was_posted() {
    let app = TestApp::start().await;
    let answer = app
        .post(
            "/comments",
            json!({
                "page": "/a",
                "title": "A",
                "url": "http://localhost/a",
                "author": "  Ada ",
                "text": "one\n\ntwo 💪🇺🇦👊🏽👩‍👩‍👧",
            }),
        )
        .await;
    let created = answer.created();
    let comment = &created.comment;
    assert_eq!(comment.author.as_deref(), Some("Ada"));
    assert_eq!(comment.html, "<p>one</p>\n<p>two 💪🇺🇦👊🏽👩‍👩‍👧</p>\n");
    assert_eq!((comment.number, comment.status), (1, Status::Published));
    assert_eq!(comment.created, "2026-11-24T08:00:00.000Z");
    assert_eq!((&comment.parent, &comment.edited), (&None, &None));
    assert_eq!(
        answer.header("location"),
        format!("/api/v1/comments/{}", comment.id)
    );
    assert!(created.edit_token.len() >= 32, "{}", created.edit_token);

    let list = app.list("page=/a").await;
    assert_eq!(list.total, 1);
    assert_eq!(&list.branches[0].root, comment);
    let detail = app.show(&comment.id).await;
    assert_eq!(detail.text, "one\n\ntwo 💪🇺🇦👊🏽👩‍👩‍👧");
    assert_eq!((detail.page.as_str(), detail.ancestors.len()), ("/a", 0));
}

#[tokio::test]
async fn a_name_is_optional() {
    let app = TestApp::start().await;
    for author in [json!(null), json!(""), json!(" \t")] {
        let body = json!({ "page": "/a", "author": author, "text": "x" });
        assert_eq!(
            app.post("/comments", body).await.created().comment.author,
            None
        );
    }
}

#[tokio::test]
async fn numbers_are_of_the_page_and_never_reused() {
    let app = TestApp::start().await;
    app.comments("/a", "1").await;
    let second = app.comments("/a", "2").await;
    assert_eq!(app.comments("/b", "1").await.comment.number, 1);
    app.deletes(&second).await;
    assert_eq!(app.comments("/a", "3").await.comment.number, 3);
}

#[tokio::test]
async fn ids_rise_although_the_clock_is_set_back() {
    let app = TestApp::start().await;
    let first = app.comments("/a", "x").await.comment;
    app.passes(-3_600);
    let app = app.restarted().await;
    let second = app.comments("/a", "y").await.comment;
    assert!(first.id < second.id && first.created <= second.created);
    assert!(
        second.created.starts_with("2026-11-24T08:00:00"),
        "{}",
        second.created
    );
}

#[tokio::test]
async fn many_at_once_are_all_there() {
    let app = TestApp::start().await;
    let posts = (0..40).map(|n| async move { n });
    let all = futures_util::future::join_all(posts.map(|n| async {
        let n = n.await;
        app.comments("/a", &format!("comment {n}")).await.comment
    }))
    .await;
    let mut numbers: Vec<u32> = all.iter().map(|comment| comment.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
    assert_eq!(app.list("page=/a&limit=200").await.branches.len(), 40);
}

#[tokio::test]
async fn the_answer_to_a_post_is_kept_by_nobody() {
    let app = TestApp::start().await;
    let answer = app
        .post("/comments", json!({ "page": "/a", "text": "x" }))
        .await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.headers.get("set-cookie").is_none());
}
