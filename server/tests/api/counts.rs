use afterword_protocol::{PageCounts, ProblemKind};
use reqwest::StatusCode;

use crate::app::TestApp;

#[tokio::test]
async fn many_pages_are_counted_in_the_order_asked_for() {
    let app = TestApp::start().await;
    let root = app.comments("/a?x=1&y", "1").await;
    app.answers("/a?x=1&y", &root.comment.id, "2").await;
    app.comments("/b", "1").await;
    app.deletes(&root).await;
    let counts: PageCounts = app
        .get("/counts?page=/b&page=/none&page=/a%3Fx%3D1%26y&page=/b")
        .await
        .json(StatusCode::OK);
    let counts: Vec<_> = counts
        .counts
        .iter()
        .map(|it| (it.page.as_str(), it.count))
        .collect();
    assert_eq!(
        counts,
        [("/b", 1), ("/none", 0), ("/a?x=1&y", 1), ("/b", 1)]
    );
}

#[tokio::test]
async fn at_least_one_page_and_at_most_a_hundred() {
    let app = TestApp::start().await;
    app.get("/counts")
        .await
        .problem(ProblemKind::InvalidRequest);
    let pages = |n| format!("/counts?{}", "page=/a&".repeat(n).trim_end_matches('&'));
    app.get(&pages(100))
        .await
        .json::<PageCounts>(StatusCode::OK);
    app.get(&pages(101))
        .await
        .problem(ProblemKind::InvalidRequest);
}
