//! What is held back for a moderator, and who sees it meanwhile.

use afterword_protocol::{
    Changes, CommentDetail, Created, PageCounts, ProblemKind, SearchResults, Status,
};
use reqwest::header::AUTHORIZATION;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::{Answer, TestApp, numbers};

/// A page with a comment, where all further ones are held.
async fn holding() -> TestApp {
    let app = TestApp::start().await;
    app.comments("/a", "first").await;
    app.sql("UPDATE page SET policy = 'held'").await;
    app
}

async fn shown_to_author(app: &TestApp, posted: &Created) -> Answer {
    let path = format!("/comments/{}", posted.comment.id);
    let call = app.call(Method::GET, &path, None);
    Answer::to(call.header(AUTHORIZATION, format!("Bearer {}", posted.edit_token))).await
}

async fn changes(app: &TestApp, since: &str) -> Changes {
    let path = format!("/changes?page=/a&since={since}");
    app.get(&path).await.json(StatusCode::OK)
}

#[tokio::test]
async fn nobody_sees_what_is_held_but_its_author() {
    let app = holding().await;
    let before = app.list("page=/a").await;
    let since = before.changes.clone().unwrap();
    let held = app.comments("/a", "a-held-word").await;
    assert_eq!(held.comment.status, Status::Pending);
    assert_eq!(held.comment.number, 0);
    assert!(held.comment.html.contains("a-held-word"));
    let id = &held.comment.id;

    assert_eq!(app.list("page=/a").await, before);
    for path in [
        "/comments?page=/a".to_owned(),
        "/comments?page=/a&sort=top".to_owned(),
        "/comments?page=/a&sort=discussed".to_owned(),
        "/thread.html?page=/a".to_owned(),
        format!("/changes?page=/a&since={since}"),
        "/search?page=/a&q=held".to_owned(),
        "/search?page=/a&q=%232".to_owned(),
        "/search?page=/a&q=%230".to_owned(),
    ] {
        let answer = app.get(&path).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.body);
        assert!(!answer.body.contains("a-held-word"), "{path}");
        assert!(!answer.body.contains(id.as_str()), "{path}");
    }
    for path in [
        format!("/comments/{id}"),
        format!("/comments/{id}/history"),
        format!("/comments/{id}/replies"),
    ] {
        app.get(&path).await.problem(ProblemKind::NotFound);
    }
    let found: SearchResults = app.get("/search?page=/a&q=held").await.json(StatusCode::OK);
    assert!(found.results.is_empty());
    let counts: PageCounts = app.get("/counts?page=/a").await.json(StatusCode::OK);
    assert_eq!(counts.counts[0].count, 1);
    let reply = json!({ "page": "/a", "parent": id, "text": "x" });
    app.post("/comments", reply)
        .await
        .problem(ProblemKind::ParentNotFound);
    let report = json!({ "reason": "spam" });
    app.post(&format!("/comments/{id}/reports"), report)
        .await
        .problem(ProblemKind::NotFound);

    let own: CommentDetail = shown_to_author(&app, &held).await.json(StatusCode::OK);
    assert_eq!(own.comment, held.comment);
    assert_eq!(own.text, "a-held-word");
    let other = app.comments("/a", "another").await;
    let stranger = Created {
        edit_token: other.edit_token,
        ..held.clone()
    };
    shown_to_author(&app, &stranger)
        .await
        .problem(ProblemKind::NotFound);
}

#[tokio::test]
async fn its_author_changes_and_deletes_it() {
    let app = holding().await;
    let since = app.list("page=/a").await.changes.unwrap();
    let held = app.comments("/a", "one").await;
    let (id, token) = (&held.comment.id, &held.edit_token);
    let edited = app.edit(id, token, "two").await.comment();
    assert_eq!(edited.status, Status::Pending);
    assert!(edited.html.contains("two"));
    let own: CommentDetail = shown_to_author(&app, &held).await.json(StatusCode::OK);
    assert_eq!(own.text, "two");

    assert_eq!(app.deletes(&held).await.tombstone, None);
    shown_to_author(&app, &held)
        .await
        .problem(ProblemKind::NotFound);
    let back = app.restore(id, token).await.comment();
    assert_eq!((back.status, &back.html), (Status::Pending, &edited.html));
    app.deletes(&held).await;
    let told = changes(&app, &since).await;
    assert_eq!((told.cursor.as_str(), told.total), (since.as_str(), 1));
    assert!(told.gone.is_empty() && told.posted.is_empty() && told.changed.is_empty());
}

#[tokio::test]
async fn a_repeat_of_it_is_answered_the_same() {
    let app = holding().await;
    let body = json!({ "page": "/a", "text": "once" });
    let first = app.post_once("a-key-of-the-reader", body.clone()).await;
    let again = app.post_once("a-key-of-the-reader", body).await;
    assert_eq!(first.created(), again.created());
    assert_eq!(again.created().comment.status, Status::Pending);
}

#[tokio::test]
async fn an_edit_is_looked_at_as_well() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "root").await;
    let reply = app.answers("/a", &root.comment.id, "reply").await;
    app.sql("UPDATE page SET policy = 'held'").await;
    let since = app.list("page=/a").await.changes.unwrap();

    let edited = app
        .edit(&root.comment.id, &root.edit_token, "bad-word")
        .await
        .comment();
    assert_eq!(edited.status, Status::Pending);
    // It holds the place of the reply, and says nothing.
    let list = app.list("page=/a").await;
    let shown = &list.branches[0].root;
    assert_eq!((shown.status, shown.html.as_str()), (Status::Deleted, ""));
    assert_eq!(
        (list.total, &list.branches[0].replies[0]),
        (1, &reply.comment)
    );
    let detail = app.show(&root.comment.id).await;
    assert_eq!(
        (detail.comment.status, detail.text.as_str()),
        (Status::Deleted, "")
    );
    let told = changes(&app, &since).await;
    assert_eq!(told.changed[0].status, Status::Deleted);
    assert!(
        !app.get("/search?page=/a&q=%231")
            .await
            .body
            .contains("bad-word")
    );
    // Its author sees it where it stands.
    let own: CommentDetail = shown_to_author(&app, &root).await.json(StatusCode::OK);
    assert_eq!(
        (own.comment.status, own.text.as_str()),
        (Status::Pending, "bad-word")
    );
    let found = app.get("/thread.html?page=/a").await;
    assert!(!found.body.contains("bad-word"));

    // When the reply goes, so does the place.
    app.deletes(&reply).await;
    assert!(app.list("page=/a").await.branches.is_empty());
    let own: CommentDetail = shown_to_author(&app, &root).await.json(StatusCode::OK);
    assert_eq!(own.comment.status, Status::Pending);
}

#[tokio::test]
async fn the_first_comment_of_a_person_is_held() {
    let app = TestApp::start().await;
    let ada = |text: &str, secret: &str| {
        let body = json!({ "page": "/a", "author": "Ada", "text": text, "person": secret });
        let app = &app;
        async move { app.post("/comments", body).await.created().comment.status }
    };
    ada("under another policy", "ada's-secret-of-this-browser").await;
    app.sql("UPDATE page SET policy = 'first'").await;
    assert_eq!(
        ada("known", "ada's-secret-of-this-browser").await,
        Status::Published
    );
    // By name and network, where nothing better is known.
    assert_eq!(
        ada("known", "a-secret-of-another-browser").await,
        Status::Published
    );
    let bob =
        json!({ "page": "/a", "author": "Bob", "text": "x", "person": "a-secret-of-yet-another" });
    let held = app.post("/comments", bob).await.created();
    assert_eq!(held.comment.status, Status::Pending);
    let nobody = app.comments("/a", "nobody").await;
    assert_eq!(nobody.comment.status, Status::Pending);
}

#[tokio::test]
async fn what_is_held_leaves_no_gap_in_the_numbers() {
    let app = holding().await;
    for _ in 0..3 {
        app.comments("/a", "held").await;
    }
    app.sql("UPDATE page SET policy = 'all'").await;
    let next = app.comments("/a", "second").await;
    assert_eq!(next.comment.number, 2);
    assert_eq!(
        numbers(&app.list("page=/a").await),
        [(2, vec![]), (1, vec![])]
    );
}

#[tokio::test]
async fn a_page_that_is_closed_takes_no_comments() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "in time").await;
    assert!(!app.list("page=/a").await.closed);
    app.sql("UPDATE page SET closed = 1").await;
    assert!(app.list("page=/a").await.closed);
    app.post("/comments", json!({ "page": "/a", "text": "late" }))
        .await
        .problem(ProblemKind::Closed);
    app.edit(&posted.comment.id, &posted.edit_token, "still mine")
        .await
        .comment();
    app.sql("UPDATE page SET read_only = 1").await;
    app.edit(&posted.comment.id, &posted.edit_token, "no more")
        .await
        .problem(ProblemKind::Closed);
    let thought = json!({ "vote": "up" });
    let path = format!("/comments/{}/thoughts", posted.comment.id);
    let call = app.call(Method::PUT, &path, Some(thought));
    let call = call.header(AUTHORIZATION, "Bearer a-secret-of-the-reader");
    Answer::to(call).await.problem(ProblemKind::Closed);
    app.deletes(&posted).await;
}

#[tokio::test]
async fn a_slow_page_has_one_comment_of_a_person_at_a_time() {
    let app = TestApp::start().await;
    app.comments("/a", "one").await;
    app.sql("UPDATE page SET slow_seconds = 60").await;
    assert_eq!(app.list("page=/a").await.slow_seconds, 60);
    app.passes(20);
    let answer = app
        .post("/comments", json!({ "page": "/a", "text": "two" }))
        .await;
    assert_eq!(answer.problem(ProblemKind::SlowMode).limit, Some(40));
    assert_eq!(answer.header("retry-after"), "40");
    app.comments("/b", "elsewhere").await;
    app.passes(40);
    app.comments("/a", "two").await;
}

#[tokio::test]
async fn who_sends_several_at_once_to_a_slow_page_has_one() {
    let app = TestApp::start().await;
    app.comments("/a", "one").await;
    app.sql("UPDATE page SET slow_seconds = 60").await;
    app.passes(60);
    let sends = |number: u32| {
        app.post(
            "/comments",
            json!({ "page": "/a", "text": number.to_string() }),
        )
    };
    let sent = tokio::join!(sends(1), sends(2), sends(3), sends(4));
    let sent: [Answer; 4] = sent.into();
    let (taken, refused): (Vec<_>, Vec<_>) = sent.iter().partition(|it| it.status == 201);
    assert_eq!(taken.len(), 1, "{sent:?}");
    for answer in refused {
        assert_eq!(answer.problem(ProblemKind::SlowMode).limit, Some(60));
    }
    assert_eq!(app.list("page=/a").await.total, 2);
}
