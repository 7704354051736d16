use afterword_protocol::{Preview, ProblemKind};
use reqwest::StatusCode;
use serde_json::json;

use crate::app::TestApp;

#[tokio::test]
async fn a_preview_is_what_a_comment_would_be() {
    let app = TestApp::start().await;
    let text = "> said\n\n**yes** <script>alert(1)</script>\n\n```\ncode\n```";
    let preview: Preview = app
        .post("/preview", json!({ "text": text }))
        .await
        .json(StatusCode::OK);
    assert_eq!(preview.html, app.comments("/a", text).await.comment.html);
    assert_eq!(app.list("page=/a").await.total, 1);
}

#[tokio::test]
async fn a_preview_is_refused_as_a_comment_would_be() {
    let app = TestApp::start().await;
    app.post("/preview", json!({ "text": "" }))
        .await
        .problem(ProblemKind::TextEmpty);
    app.post("/preview", json!({ "text": "x".repeat(10_001) }))
        .await
        .problem(ProblemKind::TextTooLong);
}
