use afterword_protocol::ProblemKind;
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::{Answer, TestApp};

async fn post_from(app: &TestApp, origin: &str) -> Answer {
    let body = json!({ "page": "/a", "text": "x" });
    Answer::to(
        app.call(Method::POST, "/comments", Some(body))
            .header("origin", origin),
    )
    .await
}

#[tokio::test]
async fn pages_of_the_site_may_send() {
    let app = TestApp::with()
        .set(|settings| {
            settings.origins = Some(vec![
                "https://a.example".to_owned(),
                "https://*.b.example".to_owned(),
            ]);
        })
        .start()
        .await;
    for origin in ["https://a.example", "https://www.b.example"] {
        post_from(&app, origin).await.created();
    }
    let own = app.url("");
    post_from(&app, &own).await.created();
    for origin in [
        "https://evil.example",
        "http://a.example",
        "null",
        "http://127.0.0.1:1",
        "",
    ] {
        post_from(&app, origin)
            .await
            .problem(ProblemKind::OriginNotAllowed);
    }
}

#[tokio::test]
async fn foreign_pages_may_read_but_neither_edit_nor_preview() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    let foreign = |method: Method, path: &str, body| {
        app.call(method, path, body)
            .header("origin", "https://evil.example")
            .header("authorization", format!("Bearer {}", posted.edit_token))
    };
    let path = format!("/comments/{}", posted.comment.id);
    let text = Some(json!({ "text": "y" }));
    for call in [
        foreign(Method::PATCH, &path, text.clone()),
        foreign(Method::DELETE, &path, None),
        foreign(Method::POST, "/preview", text),
    ] {
        Answer::to(call)
            .await
            .problem(ProblemKind::OriginNotAllowed);
    }
    let read = Answer::to(foreign(Method::GET, "/comments?page=/a", None)).await;
    assert_eq!(read.status, StatusCode::OK);
    assert_eq!(read.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn each_site_has_its_own_pages() {
    let app = TestApp::with()
        .file("[sites.a]\norigins = [\"https://a.example\"]\n[sites.b]\norigins = [\"https://b.example\"]\n")
        .start()
        .await;
    let post = |site: &str, origin: &str| {
        let body = json!({ "site": site, "page": "/a", "text": "x" });
        Answer::to(
            app.call(Method::POST, "/comments", Some(body))
                .header("origin", origin),
        )
    };
    post("a", "https://a.example").await.created();
    post("a", "https://b.example")
        .await
        .problem(ProblemKind::OriginNotAllowed);
    post("c", "https://a.example")
        .await
        .problem(ProblemKind::SiteUnknown);
    let nameless = json!({ "page": "/a", "text": "x" });
    app.post("/comments", nameless)
        .await
        .problem(ProblemKind::SiteUnknown);
}

#[tokio::test]
async fn a_browser_is_told_what_it_may_send() {
    let app = TestApp::start().await;
    let preflight = app
        .call(Method::OPTIONS, "/comments", None)
        .header("origin", "https://a.example")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type,idempotency-key",
        );
    let answer = Answer::to(preflight).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    for header in ["content-type", "authorization", "idempotency-key"] {
        assert!(
            answer
                .header("access-control-allow-headers")
                .contains(header),
            "{answer:?}"
        );
    }
    for method in ["PATCH", "DELETE", "POST"] {
        assert!(
            answer
                .header("access-control-allow-methods")
                .contains(method),
            "{answer:?}"
        );
    }
    assert!(
        answer
            .headers
            .get("access-control-allow-credentials")
            .is_none()
    );
}

#[tokio::test]
async fn nobody_sends_too_much() {
    let app = TestApp::with()
        .set(|settings| settings.writes_per_minute = Some(3))
        .start()
        .await;
    for n in 0..3 {
        app.comments("/a", &n.to_string()).await;
    }
    let answer = app
        .post("/comments", json!({ "page": "/a", "text": "4" }))
        .await;
    let seconds = answer.problem(ProblemKind::RateLimited).limit.unwrap();
    assert!((1..=20).contains(&seconds), "{seconds}");
    assert_eq!(answer.header("retry-after"), seconds.to_string());
    // Reading has a measure of its own.
    assert_eq!(app.list("page=/a").await.total, 3);
    assert_eq!(
        app.post("/preview", json!({ "text": "x" })).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn nobody_reads_too_much() {
    let app = TestApp::with()
        .set(|settings| settings.reads_per_minute = Some(2))
        .start()
        .await;
    app.list("page=/a").await;
    app.list("page=/a").await;
    app.get("/comments?page=/a")
        .await
        .problem(ProblemKind::RateLimited);
    app.comments("/a", "x").await;
}

#[tokio::test]
async fn a_proxy_of_ours_tells_its_clients_apart() {
    let limited = |proxies: &[&str]| {
        let proxies = proxies.iter().map(|proxy| (*proxy).to_owned()).collect();
        TestApp::with().set(|settings| {
            settings.writes_per_minute = Some(1);
            settings.trusted_proxies = Some(proxies);
        })
    };
    let post = |app: &TestApp, forwarded: &str| {
        let body = json!({ "page": "/a", "text": "x" });
        Answer::to(
            app.call(Method::POST, "/comments", Some(body))
                .header("x-forwarded-for", forwarded),
        )
    };
    let app = limited(&["127.0.0.1"]).start().await;
    post(&app, "192.0.2.1").await.created();
    post(&app, "192.0.2.2").await.created();
    post(&app, "192.0.2.1")
        .await
        .problem(ProblemKind::RateLimited);
    post(&app, "192.0.2.3, 192.0.2.1")
        .await
        .problem(ProblemKind::RateLimited);

    let app = limited(&[]).start().await;
    post(&app, "192.0.2.1").await.created();
    post(&app, "192.0.2.2")
        .await
        .problem(ProblemKind::RateLimited);
}

/// WebKit makes "Load failed" of an answer that comes with the end of a connection on which it
/// still sends.
#[tokio::test]
async fn a_refusal_leaves_the_connection_whole() {
    let app = TestApp::start().await;
    let mut stream = TcpStream::connect(app.url("").replace("http://", ""))
        .await
        .unwrap();
    let body = json!({ "page": "/a", "text": "x".repeat(60_000) }).to_string();
    let refused = format!(
        "POST /api/v1/comments HTTP/1.1\r\nhost: x\r\norigin: https://evil.example\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(refused.as_bytes()).await.unwrap();
    let next = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(next.as_bytes()).await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    assert!(answers.starts_with("HTTP/1.1 403 Forbidden"), "{answers}");
    assert!(answers.contains("HTTP/1.1 200 OK"), "{answers}");
}
