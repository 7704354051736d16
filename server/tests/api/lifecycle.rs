use std::time::Duration;

use afterword_protocol::ProblemKind;
use afterword_server::config::{Config, Settings};
use afterword_server::{App, StartError};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::{Answer, TestApp};

#[tokio::test]
async fn it_says_how_it_is() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/readyz"] {
        let answer = Answer::to(app.request(Method::GET, path)).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (StatusCode::OK, "ok\n")
        );
    }
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_restart() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    let app = app.restarted().await;
    assert_eq!(app.list("page=/a").await.branches[0].root, posted.comment);
    app.edit(&posted.comment.id, &posted.edit_token, "y")
        .await
        .comment();
}

#[tokio::test]
async fn how_much_was_refused_is_known_after_a_restart() {
    let app = TestApp::start().await;
    app.comments("/a", "x").await;
    app.sql("UPDATE page SET closed = 1").await;
    let late = json!({ "page": "/a", "text": "late" });
    let refused = app.post("/comments", late).await;
    refused.problem(ProblemKind::Closed);
    let app = app.restarted().await;
    let counts = app.texts("SELECT check_name || count FROM rejected").await;
    assert_eq!(counts, ["policy1"]);
}

/// A request of which half has arrived when the server is asked to end is answered all the same.
#[tokio::test]
async fn what_was_accepted_is_answered() {
    let app = TestApp::start().await;
    let address = app.url("").replace("http://", "");
    let body = r#"{"page":"/a","text":"just in time"}"#;
    let head = format!(
        "POST /api/v1/comments HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body.as_bytes()[..10]).await.unwrap();
    // The server has the connection once it answers another that came later.
    assert_eq!(app.list("page=/a").await.total, 0);
    let (served, _folder) = app.stop();
    while TcpStream::connect(&address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stream.write_all(&body.as_bytes()[10..]).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");
    served.await.unwrap();
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        listen: Some(address.clone()),
        database_url: Some(format!(
            "sqlite:{}",
            folder.path().join("a.sqlite").display()
        )),
        ..Settings::default()
    };
    let error = App::start(Config::load(settings, None).unwrap(), false)
        .await
        .err()
        .unwrap();
    assert!(matches!(error, StartError::Listen { .. }));
    assert!(error.to_string().contains(&address), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("novel.txt");
    let text = "It was a dark and stormy night. ".repeat(100);
    std::fs::write(&file, &text).unwrap();
    let settings = Settings {
        listen: Some("127.0.0.1:0".to_owned()),
        database_url: Some(format!("sqlite:{}", file.display())),
        ..Settings::default()
    };
    let error = App::start(Config::load(settings, None).unwrap(), false)
        .await
        .err()
        .unwrap();
    assert!(error.to_string().contains("novel.txt"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}
