use reqwest::{Method, StatusCode};

use crate::app::{Answer, TestApp};

async fn get_if_changed(app: &TestApp, path: &str, etag: &str) -> Answer {
    Answer::to(
        app.call(Method::GET, path, None)
            .header("if-none-match", etag),
    )
    .await
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    for path in [
        "/comments?page=/a".to_owned(),
        format!("/comments/{}", posted.comment.id),
        format!("/comments/{}/replies", posted.comment.id),
        "/counts?page=/a".to_owned(),
        "/openapi.json".to_owned(),
    ] {
        let first = app.get(&path).await;
        let etag = first.header("etag").to_owned();
        assert!(etag.starts_with("W/\""), "{path}: {etag}");
        assert_eq!(first.header("cache-control"), "no-cache");
        for tag in [
            etag.clone(),
            format!("\"other\", {etag}"),
            etag.replace("W/", ""),
            "*".to_owned(),
        ] {
            let again = get_if_changed(&app, &path, &tag).await;
            assert_eq!(
                (again.status, again.body.as_str()),
                (StatusCode::NOT_MODIFIED, ""),
                "{path} {tag}"
            );
            assert_eq!(again.header("etag"), etag);
        }
        assert_eq!(
            get_if_changed(&app, &path, "W/\"other\"").await.status,
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn any_change_changes_the_tag() {
    let app = TestApp::start().await;
    let mut tags = Vec::new();
    let mut note = async || {
        let etag = app.get("/comments?page=/a").await.header("etag").to_owned();
        assert!(!tags.contains(&etag));
        tags.push(etag);
    };
    note().await;
    let posted = app.comments("/a", "x").await;
    note().await;
    app.edit(&posted.comment.id, &posted.edit_token, "y")
        .await
        .comment();
    note().await;
    app.answers("/a", &posted.comment.id, "z").await;
    note().await;
    app.deletes(&posted).await;
    note().await;
}
