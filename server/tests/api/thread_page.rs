use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::{Answer, TestApp};

async fn page(app: &TestApp, query: &str) -> Answer {
    Answer::to(app.request(Method::GET, &format!("/thread?{query}"))).await
}

#[tokio::test]
async fn a_thread_has_a_page_of_its_own() {
    let app = TestApp::start().await;
    let body = json!({ "page": "/a", "title": "On “slow” news", "url": "http://localhost/a?b&c", "text": "x" });
    app.post("/comments", body).await.created();
    // What the link says does not count where the page is known.
    let answer = page(
        &app,
        "site=&page=/a&title=Nonsense&url=http://localhost/elsewhere",
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(
        answer
            .header("content-security-policy")
            .contains("default-src 'none'")
    );
    assert!(
        answer.body.contains("<title>On “slow” news</title>"),
        "{}",
        answer.body
    );
    assert!(
        answer.body.contains("href=\"http://localhost/a?b&amp;c\""),
        "{}",
        answer.body
    );
    assert!(
        answer.body.contains("data-page-id=\"/a\""),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_link_can_not_make_it_say_or_do_anything() {
    let app = TestApp::start().await;
    let answer = page(
        &app,
        "page=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&title=%3C/title%3E%3Cscript%3E&url=https://evil.example/",
    )
    .await;
    assert_eq!(answer.body.matches("<script").count(), 1, "{}", answer.body);
    assert!(
        !answer.body.contains("href=\"https://evil"),
        "{}",
        answer.body
    );
    let answer = page(&app, "page=/a&url=javascript:alert(1)").await;
    assert!(
        !answer.body.contains("href=\"javascript:"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn it_can_be_read_without_javascript() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "> quoted\n\n**said** 👩‍👩‍👧").await;
    app.answers("/a", &root.comment.id, "<script>alert(1)</script>")
        .await;
    let answer = page(&app, "page=/a").await;
    let html = &answer.body;
    let id = &root.comment.id;
    assert!(html.contains(&format!("id=\"comment-{id}\"")), "{html}");
    assert!(html.contains("<blockquote>\n<p>quoted</p>"), "{html}");
    assert!(html.contains("<strong>said</strong> 👩‍👩‍👧"), "{html}");
    assert!(
        html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{html}"
    );
    assert!(html.contains(">24 November 2026</time>"), "{html}");
    assert!(html.contains("24 November 2026, 08:00 UTC"), "{html}");
    assert!(html.contains("2 comments"), "{html}");
    let style = html.split("rel=\"stylesheet\" href=\"").nth(1).unwrap();
    let style = style.split('"').next().unwrap();
    let style = Answer::to(app.request(Method::GET, &format!("/{style}"))).await;
    assert_eq!(style.status, StatusCode::OK);
}

#[tokio::test]
async fn links_lead_through_a_long_thread() {
    let app = TestApp::start().await;
    for n in 0..60 {
        app.comments("/a?b&c", &format!("comment {n:02}.")).await;
    }
    let first = page(&app, "page=/a%3Fb%26c&title=T%26U").await;
    assert!(first.body.contains("comment 59.") && first.body.contains("comment 10."));
    assert!(!first.body.contains("comment 09."));
    let link = |html: &str, text: &str| {
        let before = html.split(&format!("\">{text}</a>")).next().unwrap();
        before
            .rsplit("href=\"")
            .next()
            .unwrap()
            .replace("&amp;", "&")
    };
    let next = link(&first.body, "Show more comments");
    let second = Answer::to(app.request(Method::GET, &format!("/{next}"))).await;
    assert!(second.body.contains("comment 09.") && second.body.contains("comment 00."));
    assert!(
        second.body.contains("<title>T&amp;U</title>"),
        "{}",
        second.body
    );
    assert!(!second.body.contains("Show more comments</a>"));
    let oldest = link(&first.body, "Oldest first");
    let oldest = Answer::to(app.request(Method::GET, &format!("/{oldest}"))).await;
    let place = |text: &str| oldest.body.find(text).unwrap();
    assert!(place("comment 00.") < place("comment 01."));
}

#[tokio::test]
async fn the_same_html_is_there_for_other_pages() {
    let app = TestApp::start().await;
    app.comments("/a", "x").await;
    let fragment = app.get("/thread.html?page=/a").await;
    assert_eq!(fragment.header("content-type"), "text/html; charset=utf-8");
    assert!(
        fragment.body.starts_with("<section class=\"thread\""),
        "{}",
        fragment.body
    );
    assert!(page(&app, "page=/a").await.body.contains(&fragment.body));
    let again = app
        .call(Method::GET, "/thread.html?page=/a", None)
        .header("if-none-match", fragment.header("etag"));
    assert_eq!(Answer::to(again).await.status, StatusCode::NOT_MODIFIED);
    app.get("/thread.html?page=")
        .await
        .problem(afterword_protocol::ProblemKind::PageInvalid);
    app.get("/thread.html?page=/a&colour=red")
        .await
        .problem(afterword_protocol::ProblemKind::InvalidRequest);
}

#[tokio::test]
async fn a_page_needs_a_key() {
    let app = TestApp::start().await;
    page(&app, "title=x")
        .await
        .problem(afterword_protocol::ProblemKind::InvalidRequest);
    page(&app, "page=/a&site=nowhere")
        .await
        .problem(afterword_protocol::ProblemKind::SiteUnknown);
}
