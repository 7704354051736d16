use afterword_protocol::{Created, ProblemKind};
use serde_json::json;

use crate::app::TestApp;

async fn signed(app: &TestApp, author: &str, website: &str) -> Created {
    let body = json!({ "page": "/a", "author": author, "website": website, "text": "x" });
    app.post("/comments", body).await.created()
}

#[tokio::test]
async fn a_name_leads_to_its_website() {
    let app = TestApp::start().await;
    let posted = signed(&app, "Ada", " ada.example/notes ").await;
    let website = posted.comment.website.as_deref();
    assert_eq!(website, Some("https://ada.example/notes"));
    assert_eq!(app.list("page=/a").await.branches[0].root, posted.comment);
    let html = app.get("/thread.html?page=/a").await.body;
    let link = " href=\"https://ada.example/notes\" \
        rel=\"nofollow ugc noopener\" target=\"_blank\"><bdi>Ada</bdi></a>";
    assert!(html.contains(link), "{html}");
}

#[tokio::test]
async fn nobody_has_no_website() {
    let app = TestApp::start().await;
    assert_eq!(signed(&app, " ", "ada.example").await.comment.website, None);
    assert_eq!(signed(&app, "Ada", "").await.comment.website, None);
}

#[tokio::test]
async fn a_script_is_no_website() {
    let app = TestApp::start().await;
    let body =
        json!({ "page": "/a", "author": "A", "website": "javascript:alert(1)", "text": "x" });
    app.post("/comments", body)
        .await
        .problem(ProblemKind::WebsiteInvalid);
}

#[tokio::test]
async fn it_goes_with_its_comment() {
    let app = TestApp::start().await;
    let posted = signed(&app, "Ada", "my-own-site.example").await;
    app.answers("/a", &posted.comment.id, "reply").await;
    let tombstone = app.deletes(&posted).await.tombstone.unwrap();
    assert_eq!(tombstone.website, None);
    app.passes(600);
    let app = app.restarted().await;
    assert!(!app.has_on_disk("my-own-site"));
}
