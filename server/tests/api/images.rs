use std::io::Cursor;

use afterword_protocol::{API_PREFIX, Preview, ProblemKind, Uploaded};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::app::{Answer, TestApp};

/// An image of one colour.
fn image(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(width, height)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

async fn taking_images() -> TestApp {
    TestApp::with()
        .set(|settings| {
            settings.image_bytes = Some(100_000);
            settings.edit_window = Some(0);
        })
        .start()
        .await
}

impl TestApp {
    async fn sends_image(&self, bytes: Vec<u8>) -> Answer {
        let request = self.request(Method::POST, "/api/v1/images");
        Answer::to(request.body(bytes)).await
    }

    async fn image(&self, src: &str) -> reqwest::Response {
        self.request(Method::GET, src).send().await.unwrap()
    }
}

#[tokio::test]
async fn an_image_is_sent_and_shown() {
    let app = taking_images().await;
    assert_eq!(app.list("page=/a").await.limits.image_bytes, Some(100_000));
    let sent: Uploaded = app
        .sends_image(image(40, 30))
        .await
        .json(StatusCode::CREATED);
    assert_eq!((sent.width, sent.height), (40, 30));
    let answer = app.image(&sent.src).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "image/png");
    assert_eq!(
        header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(
        header("content-security-policy"),
        "default-src 'none'; sandbox"
    );
    assert_eq!(header("x-content-type-options"), "nosniff");
    let shown = image::load_from_memory(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!((shown.width(), shown.height()), (40, 30));

    let text = format!("![black]({})", sent.src);
    let html = app.comments("/a", &text).await.comment.html;
    let tag = format!(
        "<img src=\"{}\" alt=\"black\" width=\"40\" height=\"30\"",
        sent.src
    );
    assert!(html.contains(&tag), "{html}");
    // A page of the server's own lets its images be shown.
    let page = app.image("/thread?page=/a").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("img-src 'self' data:"), "{policy}");
    // Where HTML is drawn for a browser, the address is whole.
    let thread = app
        .image("/api/v1/thread.html?page=/a")
        .await
        .text()
        .await
        .unwrap();
    assert!(
        thread.contains(&format!(
            "<img src=\"{}",
            app.url("/images/").trim_start_matches("http:")
        )),
        "{thread}"
    );
}

#[tokio::test]
async fn what_is_no_image_is_refused() {
    let app = taking_images().await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    app.sends_image(svg.to_vec())
        .await
        .problem(ProblemKind::ImageInvalid);
    app.sends_image(Vec::new())
        .await
        .problem(ProblemKind::ImageInvalid);
    app.sends_image(vec![0; 100_001])
        .await
        .problem(ProblemKind::BodyTooLarge);
    for name in [
        "nothing.png",
        "..%2f..%2fetc%2fpasswd",
        "0123456789abcdef0123456789abcdef-4x3.png",
    ] {
        let answer = app.image(&format!("/images/{name}")).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{name}");
    }
}

#[tokio::test]
async fn an_owner_takes_none_unless_told_to() {
    let app = TestApp::start().await;
    app.sends_image(image(4, 3))
        .await
        .problem(ProblemKind::NoSuchCall);
    let list: serde_json::Value = app.get("/comments?page=/a").await.json(StatusCode::OK);
    assert_eq!(list["limits"].get("image_bytes"), None);
}

#[tokio::test]
async fn what_no_comment_shows_is_forgotten_after_a_day() {
    let app = taking_images().await;
    let shown: Uploaded = app
        .sends_image(image(40, 30))
        .await
        .json(StatusCode::CREATED);
    let unused: Uploaded = app
        .sends_image(image(30, 40))
        .await
        .json(StatusCode::CREATED);
    let posted = app.comments("/a", &format!("![a]({})", shown.src)).await;
    app.passes(25 * 60 * 60);
    // It looks for them when it begins.
    let app = app.restarted().await;
    until_gone(&app, &unused.src).await;
    assert_eq!(app.image(&shown.src).await.status(), StatusCode::OK);
    // So is one whose comment is gone for good.
    app.deletes(&posted).await;
    app.passes(600);
    let app = app.restarted().await;
    until_gone(&app, &shown.src).await;
}

async fn until_gone(app: &TestApp, src: &str) {
    while app.image(src).await.status() != StatusCode::NOT_FOUND {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_a_comment_may_show_again_is_kept() {
    let app = taking_images().await;
    let sends = async |width, height| -> Uploaded {
        let answer = app.sends_image(image(width, height)).await;
        answer.json(StatusCode::CREATED)
    };
    let unused = sends(1, 1).await;
    let (deleted, earlier) = (sends(40, 30).await, sends(30, 40).await);
    let mine = app.comments("/a", &format!("![a]({})", deleted.src)).await;
    let edited = app.comments("/a", &format!("![b]({})", earlier.src)).await;
    app.passes(25 * 60 * 60);
    app.edit(&edited.comment.id, &edited.edit_token, "no image")
        .await
        .comment();
    app.deletes(&mine).await;
    let app = app.restarted().await;
    until_gone(&app, &unused.src).await;
    let restored = app.restore(&mine.comment.id, &mine.edit_token).await;
    assert!(restored.comment().html.contains(&deleted.src));
    // Its history shows it.
    for src in [&deleted.src, &earlier.src] {
        assert_eq!(app.image(src).await.status(), StatusCode::OK, "{src}");
    }
    // With the comment, what it has shown goes, too.
    app.deletes(&edited).await;
    app.passes(600);
    let app = app.restarted().await;
    until_gone(&app, &earlier.src).await;
    assert_eq!(app.image(&deleted.src).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_is_erased_is_not_shown_a_day_longer() {
    let app = taking_images().await;
    let sends = async |width, height| -> Uploaded {
        let answer = app.sends_image(image(width, height)).await;
        answer.json(StatusCode::CREATED)
    };
    let (hers, both, earlier) = (
        sends(40, 30).await,
        sends(30, 40).await,
        sends(20, 20).await,
    );
    let text = format!("![a]({}) ![b]({})", hers.src, both.src);
    let posted = app.comments("/a", &text).await;
    app.comments("/a", &format!("![b]({})", both.src)).await;
    let other = app.comments("/a", &format!("![c]({})", earlier.src)).await;
    app.edit(&other.comment.id, &other.edit_token, "no image")
        .await
        .comment();

    let owner = app.moderator("owner").await;
    let path = format!("/people/comment:{}/erase", posted.comment.id);
    let erased = app.admin(Method::POST, &path, &owner, Some(json!({})));
    assert_eq!(erased.await.status, StatusCode::OK);
    assert_eq!(app.image(&hers.src).await.status(), StatusCode::NOT_FOUND);
    // Another comment shows that one.
    assert_eq!(app.image(&both.src).await.status(), StatusCode::OK);

    // So it is with what its author deletes, as soon as that can't be restored any more.
    app.deletes(&other).await;
    app.passes(599);
    let app = app.restarted().await;
    assert_eq!(app.image(&earlier.src).await.status(), StatusCode::OK);
    app.passes(1);
    // It looks for them before it answers anybody.
    let app = app.restarted().await;
    assert_eq!(
        app.image(&earlier.src).await.status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn nobody_looks_at_too_many() {
    let app = TestApp::with()
        .set(|settings| {
            settings.image_bytes = Some(100_000);
            settings.reads_per_minute = Some(2);
        })
        .start()
        .await;
    let answer = app.sends_image(image(4, 3)).await;
    let sent: Uploaded = answer.json(StatusCode::CREATED);
    for _ in 0..2 {
        assert_eq!(app.image(&sent.src).await.status(), StatusCode::OK);
    }
    Answer::to(app.request(Method::GET, &sent.src))
        .await
        .problem(ProblemKind::RateLimited);
}

/// A client that has said what it is about to send, and sends it when it is told to.
async fn about_to_send(app: &TestApp, length: usize) -> BufReader<TcpStream> {
    let address = app.url("").replace("http://", "");
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {API_PREFIX}/images HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n\
         connection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    BufReader::new(stream)
}

async fn is_told_to(stream: &mut BufReader<TcpStream>) {
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
}

#[tokio::test]
async fn who_sends_is_counted_before_anything_is_taken() {
    let app = TestApp::with()
        .set(|settings| {
            settings.image_bytes = Some(100_000);
            settings.writes_per_minute = Some(1);
        })
        .start()
        .await;
    let mut sending = about_to_send(&app, 50_000).await;
    is_told_to(&mut sending).await;
    app.post("/comments", json!({ "page": "/a", "text": "x" }))
        .await
        .problem(ProblemKind::RateLimited);
}

#[tokio::test]
async fn what_comes_in_at_a_time_has_a_bound() {
    let app = TestApp::with()
        .set(|settings| settings.image_bytes = Some(50_000_000))
        .start()
        .await;
    let mut first = about_to_send(&app, 50_000_000).await;
    is_told_to(&mut first).await;
    let bytes = image(4, 3);
    let mut second = about_to_send(&app, bytes.len()).await;
    let others = async {
        for _ in 0..200 {
            app.list("page=/a").await;
        }
    };
    tokio::select! {
        () = is_told_to(&mut second) => panic!("there is no room for it"),
        () = others => {}
    }
    // Whoever gives up makes room.
    drop(first);
    is_told_to(&mut second).await;
    second.write_all(&bytes).await.unwrap();
    let mut answer = String::new();
    second.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("HTTP/1.1 201 Created"), "{answer}");
}

#[tokio::test]
async fn who_stops_sending_leaves_the_place_to_others() {
    let app = TestApp::with()
        .set(|settings| {
            settings.image_bytes = Some(50_000_000);
            settings.image_seconds = Some(1);
        })
        .start()
        .await;
    // Says much, sends a little, and then nothing, with the connection open.
    let mut slow = about_to_send(&app, 50_000_000).await;
    is_told_to(&mut slow).await;
    slow.write_all(&[0; 1_000]).await.unwrap();
    let bytes = image(4, 3);
    let mut next = about_to_send(&app, bytes.len()).await;
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    let (head, problem) = answer.trim_start().split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(head.contains("application/problem+json"), "{answer}");
    assert!(
        problem.contains("urn:afterword:problem:too-slow"),
        "{answer}"
    );
    assert!(problem.contains("\"limit\":1"), "{answer}");
    is_told_to(&mut next).await;
    next.write_all(&bytes).await.unwrap();
    let mut answer = String::new();
    next.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("HTTP/1.1 201 Created"), "{answer}");
}

#[tokio::test]
async fn those_that_no_comment_shows_take_no_more_room_than_they_may() {
    let app = TestApp::with()
        .set(|settings| {
            settings.image_bytes = Some(100_000);
            settings.unused_image_bytes = Some(150);
        })
        .start()
        .await;
    let first: Uploaded = app
        .sends_image(image(40, 30))
        .await
        .json(StatusCode::CREATED);
    let length = app.image(&first.src).await.bytes().await.unwrap().len();
    assert!((76..=150).contains(&length), "{length}");
    app.sends_image(image(30, 40))
        .await
        .problem(ProblemKind::Unavailable);
    // The same takes no more.
    app.sends_image(image(40, 30))
        .await
        .json::<Uploaded>(StatusCode::CREATED);
    // In a comment, it is none of them.
    app.comments("/a", &format!("![a]({})", first.src)).await;
    app.sends_image(image(30, 40))
        .await
        .json::<Uploaded>(StatusCode::CREATED);
    app.sends_image(image(50, 40))
        .await
        .problem(ProblemKind::Unavailable);
    // What is a day old is about to go.
    app.passes(24 * 60 * 60 + 1);
    app.sends_image(image(50, 40))
        .await
        .json::<Uploaded>(StatusCode::CREATED);
}

#[tokio::test]
async fn an_image_has_the_size_and_the_kind_that_it_has() {
    let app = taking_images().await;
    let sent: Uploaded = app
        .sends_image(image(40, 30))
        .await
        .json(StatusCode::CREATED);
    for (size, kind) in [("1600x1", "png"), ("40x30", "jpg"), ("40x031", "png")] {
        let made_up = sent.src.replace("40x30", size).replace("png", kind);
        let html = app
            .comments("/a", &format!("![a cat]({made_up})"))
            .await
            .comment
            .html;
        assert!(html.contains(&format!("<a href=\"{made_up}\"")), "{html}");
        assert!(!html.contains("<img"), "{html}");
        assert_eq!(app.image(&made_up).await.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn images_that_an_earlier_server_has_kept_are_shown() {
    let app = taking_images().await;
    let sent: Uploaded = app
        .sends_image(image(40, 30))
        .await
        .json(StatusCode::CREATED);
    app.sql("UPDATE image SET name = ''").await;
    let app = app.restarted().await;
    assert_eq!(app.image(&sent.src).await.status(), StatusCode::OK);
    let html = app.comments("/a", &format!("![a]({})", sent.src)).await;
    assert!(html.comment.html.contains("<img"));
}

#[tokio::test]
async fn what_is_not_there_is_not_shown() {
    let app = taking_images().await;
    let answer = app.sends_image(image(40, 30)).await;
    let sent: Uploaded = answer.json(StatusCode::CREATED);
    let made_up = "/images/0123456789abcdef0123456789abcdef-1600x1600.png";
    let text = format!("![here]({}) ![a cat]({made_up})", sent.src);
    let is_right = |html: &str| {
        assert_eq!(html.matches("<img ").count(), 1, "{html}");
        assert!(html.contains(&format!("<a href=\"{made_up}\"")), "{html}");
        assert!(html.contains(">a cat</a>"), "{html}");
    };
    let preview: Preview = app
        .post("/preview", json!({ "text": text }))
        .await
        .json(StatusCode::OK);
    is_right(&preview.html);
    let posted = app.comments("/a", &text).await;
    is_right(&posted.comment.html);
    // A draft that waited too long.
    let old = app.comments("/b", "x").await;
    app.deletes(&posted).await;
    app.passes(25 * 60 * 60);
    let app = app.restarted().await;
    until_gone(&app, &sent.src).await;
    let text = format!("![late]({})", sent.src);
    let edited = app.edit(&old.comment.id, &old.edit_token, &text).await;
    let html = edited.comment().html;
    assert!(
        !html.contains("<img") && html.contains(">late</a>"),
        "{html}"
    );
}
