//! The widget's files. These tests need dist/, which `cargo xtask test` builds before.

use reqwest::{Method, StatusCode};

use crate::app::{Answer, TestApp};

async fn get(app: &TestApp, path: &str, accept_encoding: &str) -> Answer {
    let request = app
        .request(Method::GET, path)
        .header("accept-encoding", accept_encoding);
    let response = request.send().await.unwrap();
    Answer {
        status: response.status(),
        headers: response.headers().clone(),
        body: format!("{:?}", response.bytes().await.unwrap().len()),
    }
}

/// The folder of the files that are named by their contents.
fn folder() -> String {
    let assets = concat!(env!("CARGO_MANIFEST_DIR"), "/../dist/assets");
    let mut folders = std::fs::read_dir(assets).expect("`cargo xtask dist` builds dist/");
    folders
        .next()
        .unwrap()
        .unwrap()
        .file_name()
        .into_string()
        .unwrap()
}

#[tokio::test]
async fn the_loader_is_served_to_every_page() {
    let app = TestApp::start().await;
    let plain = get(&app, "/embed.js", "identity").await;
    assert_eq!(plain.status, StatusCode::OK);
    assert_eq!(
        plain.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(plain.header("access-control-allow-origin"), "*");
    assert_eq!(plain.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(plain.header("x-content-type-options"), "nosniff");
    assert_eq!(plain.header("cache-control"), "public, max-age=3600");
    assert_eq!(plain.header("vary"), "accept-encoding");
    let length = |answer: &Answer| answer.body.parse::<usize>().unwrap();
    for (accepted, coding) in [("gzip, deflate, br", "br"), ("gzip", "gzip")] {
        let compressed = get(&app, "/embed.js", accepted).await;
        assert_eq!(compressed.header("content-encoding"), coding);
        assert!(length(&compressed) < length(&plain));
    }
    let again = app
        .request(Method::GET, "/embed.js")
        .header("if-none-match", plain.header("etag"));
    assert_eq!(Answer::to(again).await.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn what_is_named_by_its_contents_is_kept_for_good() {
    let app = TestApp::start().await;
    for (file, media_type) in [
        ("clean.js", "text/javascript; charset=utf-8"),
        ("afterword_bg.wasm", "application/wasm"),
        ("afterword.css", "text/css; charset=utf-8"),
    ] {
        let answer = get(&app, &format!("/assets/{}/{file}", folder()), "br").await;
        assert_eq!(answer.status, StatusCode::OK, "{file}");
        assert_eq!(answer.header("content-type"), media_type);
        assert_eq!(answer.header("content-encoding"), "br");
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
    }
}

#[tokio::test]
async fn the_servers_own_address_leads_to_the_pages_of_its_owner() {
    let app = TestApp::start().await;
    let answer = app.request(Method::GET, "/").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.url().path(), "/admin");
}

#[tokio::test]
async fn nothing_else_is_served() {
    let app = TestApp::start().await;
    let folder = folder();
    for path in [
        "/index.html".to_owned(),
        "/embed.js.br".to_owned(),
        format!("/assets/{folder}/afterword.js.gz"),
        format!("/assets/{folder}/nothing.js"),
        format!("/assets/{folder}/../../index.html"),
        format!("/assets/{folder}/..%2f..%2findex.html"),
        "/assets/..%2f..%2fCargo.toml".to_owned(),
        "/assets/".to_owned(),
    ] {
        assert_eq!(
            get(&app, &path, "br").await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}
