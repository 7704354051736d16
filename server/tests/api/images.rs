use std::io::Cursor;

use afterword_protocol::{ProblemKind, Uploaded};
use reqwest::{Method, StatusCode};

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
    // So is one whose comment is gone.
    app.deletes(&posted).await;
    let app = app.restarted().await;
    until_gone(&app, &shown.src).await;
}

async fn until_gone(app: &TestApp, src: &str) {
    while app.image(src).await.status() != StatusCode::NOT_FOUND {
        tokio::task::yield_now().await;
    }
}
