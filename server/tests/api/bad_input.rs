//! Everything that a request can have wrong. Nothing of it is stored.

use afterword_protocol::ProblemKind::{self, *};
use reqwest::Method;
use serde_json::json;

use crate::app::{Answer, TestApp};

async fn posted(app: &TestApp, body: impl Into<reqwest::Body>) -> Answer {
    let call = app
        .call(Method::POST, "/comments", None)
        .header("content-type", "application/json");
    Answer::to(call.body(body)).await
}

#[tokio::test]
async fn what_is_no_comment_is_refused() {
    let app = TestApp::start().await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for body in [
        "",
        "nonsense",
        "{",
        "[]",
        "null",
        "{}",
        r#"{"page":"/a"}"#,
        r#"{"text":"x"}"#,
        r#"{"page":"/a","text":5}"#,
        r#"{"page":["/a"],"text":"x"}"#,
        r#"{"page":"/a","text":"x","colour":"red"}"#,
        r#"{"page":"/a","text":"x","text":"y"}"#,
        r#"{"page":"/a","text":"x"} {}"#,
        r#"{"page":"/a","text":"\ud800"}"#,
        deep.as_str(),
    ] {
        let problem = posted(&app, body.to_owned()).await.problem(InvalidRequest);
        assert!(problem.detail.is_some(), "{body}");
    }
    posted(&app, b"{\"page\":\"/a\",\"text\":\"\xff\"}".to_vec())
        .await
        .problem(InvalidRequest);
    assert_eq!(app.list("page=/a").await.total, 0);
}

#[tokio::test]
async fn what_is_not_json_is_refused() {
    let app = TestApp::start().await;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "nonsense",
        "application/jsonx",
    ] {
        let call = app
            .call(Method::POST, "/comments", None)
            .header("content-type", content_type)
            .body(r#"{"page":"/a","text":"x"}"#);
        Answer::to(call).await.problem(UnsupportedMediaType);
    }
}

#[tokio::test]
async fn texts_have_bounds() {
    let app = TestApp::with()
        .set(|settings| {
            settings.max_text_bytes = Some(100);
            settings.max_links = Some(2);
            settings.max_nesting = Some(3);
        })
        .start()
        .await;
    type Refused = Option<(ProblemKind, Option<u32>)>;
    let cases: [(String, Refused); 11] = [
        (String::new(), Some((TextEmpty, None))),
        (" \n\u{200B}".to_owned(), Some((TextEmpty, None))),
        ("x".repeat(100), None),
        ("x".repeat(101), Some((TextTooLong, Some(100)))),
        ("ä".repeat(50), None),
        (
            format!("{}x", "ä".repeat(50)),
            Some((TextTooLong, Some(100))),
        ),
        ("a\u{0}b".to_owned(), Some((TextInvalid, None))),
        ("\u{1b}[31mred".to_owned(), Some((TextInvalid, None))),
        ("> > > x".to_owned(), None),
        ("> > > > x".to_owned(), Some((TextTooNested, Some(3)))),
        (
            "http://a.b http://c.d http://e.f".to_owned(),
            Some((TooManyLinks, Some(2))),
        ),
    ];
    for (text, refused) in cases {
        let answer = app
            .post("/comments", json!({ "page": "/a", "text": text }))
            .await;
        match refused {
            Some((kind, limit)) => assert_eq!(answer.problem(kind).limit, limit, "{text}"),
            None => drop(answer.created()),
        }
    }
    assert_eq!(app.list("page=/a").await.total, 3);
}

#[tokio::test]
async fn names_have_bounds() {
    let app = TestApp::start().await;
    let name = |name: &str| json!({ "page": "/a", "author": name, "text": "x" });
    let problem = app
        .post("/comments", name(&"x".repeat(101)))
        .await
        .problem(AuthorTooLong);
    assert_eq!(problem.limit, Some(100));
    for wrong in ["a\u{202E}b", "\u{200B}", "a\u{0}", "a\u{2066}b", "\u{3164}"] {
        app.post("/comments", name(wrong))
            .await
            .problem(AuthorInvalid);
    }
    for right in ["x".repeat(100).as_str(), "می\u{200C}خواهم", "👩‍👩‍👧"] {
        app.post("/comments", name(right)).await.created();
    }
}

#[tokio::test]
async fn page_keys_have_bounds() {
    let app = TestApp::start().await;
    for key in ["", "a\nb", &"x".repeat(1_025), &"x".repeat(5_000)] {
        app.post("/comments", json!({ "page": key, "text": "x" }))
            .await
            .problem(PageInvalid);
    }
    app.get("/comments?page=").await.problem(PageInvalid);
    app.get(&format!("/comments?page={}", "x".repeat(5_000)))
        .await
        .problem(PageInvalid);
    app.get("/counts?page=/a&page=%00")
        .await
        .problem(PageInvalid);
    let longest = "x".repeat(1_024);
    app.comments(&longest, "x").await;
    assert_eq!(app.list(&format!("page={longest}")).await.total, 1);
}

/// Title and address are for others than the reader: they are mended, or left out.
#[tokio::test]
async fn an_odd_title_or_address_is_no_reason_to_refuse() {
    let app = TestApp::start().await;
    let body = json!({
        "page": "/a", "text": "x", "title": "x".repeat(3_000), "url": "javascript:alert(1)",
    });
    app.post("/comments", body).await.created();
}

#[tokio::test]
async fn ten_megabytes_are_refused_in_words() {
    let app = TestApp::start().await;
    let text = "x".repeat(10_000_000);
    let problem = app
        .post("/comments", json!({ "page": "/a", "text": text }))
        .await
        .problem(BodyTooLarge);
    assert_eq!(problem.limit, Some(76_384));
    let problem = app
        .post("/preview", json!({ "text": text }))
        .await
        .problem(BodyTooLarge);
    assert!(problem.limit.is_some());
}

#[tokio::test]
async fn queries_are_checked() {
    let app = TestApp::start().await;
    for query in [
        "",
        "page=/a&colour=red",
        "page=/a&sort=best",
        "page=/a&limit=0",
        "page=/a&limit=201",
        "page=/a&limit=many",
        "page=/a&limit=-1",
        "page=/a&replies=501",
        "page=/a&cursor=%27%20OR%201",
        "page=%ff",
    ] {
        let problem = app
            .get(&format!("/comments?{query}"))
            .await
            .problem(InvalidRequest);
        assert!(problem.detail.is_some(), "{query}");
    }
    app.get("/comments?page=/a&site=nowhere")
        .await
        .problem(SiteUnknown);
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let app = TestApp::start().await;
    for path in [
        "/comments/nowhere",
        "/comments/nowhere/replies",
        "/comments/%00",
        "/comments/a%2Fb",
    ] {
        app.get(path).await.problem(NotFound);
    }
    app.get("/nothing").await.problem(NoSuchCall);
    let answer = Answer::to(app.call(Method::PUT, "/comments", Some(json!({})))).await;
    answer.problem(MethodNotAllowed);
    assert_eq!(answer.header("allow"), "GET,HEAD,POST");
    let reply = app.comments("/a", "x").await.comment.id;
    let reply = app.answers("/a", &reply, "y").await.comment.id;
    app.get(&format!("/comments/{reply}/replies"))
        .await
        .problem(NotFound);
}

#[tokio::test]
async fn a_name_that_is_no_text_is_nothings() {
    let app = TestApp::start().await;
    for path in [
        "/images/%ff",
        "/images/%00",
        "/assets/%ff",
        "/assets/a/%2e%2e/%ff",
    ] {
        Answer::to(app.request(Method::GET, path))
            .await
            .problem(NoSuchCall);
    }
    for path in ["", "/history", "/replies"] {
        app.get(&format!("/comments/%ff{path}"))
            .await
            .problem(NotFound);
    }
    // Where people come, it is said in HTML, and what was typed comes back.
    for path in ["", "/delete", "/thoughts"] {
        let call = app.request(Method::POST, &format!("/thread/comments/%ff{path}"));
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        let answer = Answer::to(call.body("page=/a&text=typed&add=up")).await;
        assert_eq!(answer.status.as_u16(), 404, "{path}");
        assert!(answer.header("content-type").starts_with("text/html"));
        assert!(answer.body.contains("typed"), "{}", answer.body);
    }
}

/// What is in every link of a thread would be sent a thousand times.
#[tokio::test]
async fn what_is_in_every_link_has_a_bound() {
    let app = TestApp::start().await;
    for number in 0..50 {
        app.comments("/a", &number.to_string()).await;
    }
    let long = "x".repeat(20_000);
    for path in ["/api/v1/thread.html", "/thread"] {
        let length = async |query: &str, host: &str| {
            let call = app.request(Method::GET, &format!("{path}?page=/a{query}"));
            let answer = Answer::to(call.header("host", host)).await;
            assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
            answer.body.len()
        };
        let usual = length("&lang=de", "localhost").await;
        for (query, host) in [
            (format!("&lang={long}"), "localhost"),
            (format!("&lang=de-{long}"), "localhost"),
            (String::new(), long.as_str()),
            // In a few forms, and not at each comment.
            (format!("&title={long}"), "localhost"),
            (format!("&url=http://a.example/{long}"), "localhost"),
        ] {
            let length = length(&query, host).await;
            assert!(length < 2 * usual + 10 * long.len(), "{length}, {usual}");
        }
    }
}

#[tokio::test]
async fn many_of_everything_are_answered() {
    let app = TestApp::start().await;
    app.comments("/a", &"aaaa ".repeat(2_000)).await;
    let languages: String = (0..10_000).map(|n| format!("x{n},")).collect();
    let call = app.request(Method::GET, "/thread?page=/a");
    let answer = Answer::to(call.header("accept-language", languages)).await;
    assert_eq!(answer.status.as_u16(), 200);
    let names: String = (0..9_000).map(|n| format!("&x{n}")).collect();
    let call = app.request(Method::GET, &format!("/thread?page=/a{names}"));
    assert_eq!(Answer::to(call).await.status.as_u16(), 200);
    let hops = "203.0.113.9,".repeat(4_000);
    let call = app.request(Method::GET, "/api/v1/comments?page=/a");
    let call = call.header("x-forwarded-for", hops);
    assert_eq!(Answer::to(call).await.status.as_u16(), 200);
    // Words that are everywhere.
    let words = format!("{0}a {0}", "a".repeat(250));
    let search = format!("/search?page=/a&q={words}");
    assert_eq!(app.get(&search).await.status.as_u16(), 200);
    // Nothing that large gets as far as this.
    let call = app.request(Method::GET, "/healthz");
    let answer = call.header("x-long", "x".repeat(100_000)).send().await;
    assert!(answer.is_err() || answer.unwrap().status().as_u16() == 431);
}

/// Texts that keep naive parsers busy for minutes, or bring their stack down.
#[tokio::test]
async fn hostile_texts_are_answered() {
    let app = TestApp::start().await;
    for piece in [
        "[", "](", "*a_", "`", ">", "> - ", "<", "![", "|a\n-|\n", "a](b", "&#x;", "**",
    ] {
        let text: String = piece.repeat(10_000 / piece.len());
        let answer = app.post("/preview", json!({ "text": text })).await;
        assert!(answer.status.as_u16() < 500, "{piece}: {}", answer.body);
    }
}
