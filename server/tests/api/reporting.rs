use std::process::Command;

use afterword_protocol::ProblemKind;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

async fn report(app: &TestApp, id: &str, body: Value) -> Answer {
    app.post(&format!("/comments/{id}/reports"), body).await
}

/// What the owner reads on the command line, while the server runs.
fn listed(app: &TestApp) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_afterword-server"))
        .arg("reports")
        .arg("--database")
        .arg(app.folder().join("comments.sqlite"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn an_owner_reads_what_readers_have_reported() {
    let app = TestApp::start().await;
    assert_eq!(listed(&app), "No comment that stands has been reported.\n");
    let body = json!({ "page": "/a", "author": "Mallory", "text": "buy\n\nthis" });
    let spam = app.post("/comments", body).await.created().comment.id;
    let other = app.comments("/a", "hm").await.comment.id;
    let answer = report(&app, &spam, json!({ "reason": "spam" })).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::NO_CONTENT, "")
    );
    app.passes(1);
    let body = json!({ "reason": "other", "text": "a secret\u{9}of\nmine" });
    report(&app, &other, body).await;
    assert_eq!(
        listed(&app),
        format!(
            "2026-11-24T08:00:01.000Z  other  site default  /a#comment-{other}\n  \
             says: a secret of mine\n  about #2 by nobody: hm\n\n\
             2026-11-24T08:00:00.000Z  spam  site default  /a#comment-{spam}\n  \
             about #1 by Mallory: buy this\n\n"
        )
    );
}

#[tokio::test]
async fn the_first_of_a_client_counts() {
    let app = TestApp::start().await;
    let id = app.comments("/a", "x").await.comment.id;
    for reason in ["spam", "abuse"] {
        let answer = report(&app, &id, json!({ "reason": reason })).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
    let listed = listed(&app);
    assert!(
        listed.contains("spam") && !listed.contains("abuse"),
        "{listed}"
    );
}

#[tokio::test]
async fn what_is_gone_is_not_reported_any_more() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    let id = &posted.comment.id;
    report(&app, id, json!({ "reason": "off-topic" })).await;
    app.deletes(&posted).await;
    assert!(!listed(&app).contains("off-topic"));
    report(&app, id, json!({ "reason": "spam" }))
        .await
        .problem(ProblemKind::NotFound);
    report(&app, "nowhere", json!({ "reason": "spam" }))
        .await
        .problem(ProblemKind::NotFound);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let app = TestApp::start().await;
    let id = app.comments("/a", "x").await.comment.id;
    for (body, kind) in [
        (json!({}), ProblemKind::InvalidRequest),
        (json!({ "reason": "ugly" }), ProblemKind::InvalidRequest),
        (json!({ "reason": "other" }), ProblemKind::TextEmpty),
        (
            json!({ "reason": "other", "text": " " }),
            ProblemKind::TextEmpty,
        ),
        (
            json!({ "reason": "spam", "text": "x".repeat(2001) }),
            ProblemKind::TextTooLong,
        ),
        (
            json!({ "reason": "spam", "text": "\u{0}" }),
            ProblemKind::TextInvalid,
        ),
    ] {
        report(&app, &id, body).await.problem(kind);
    }
}

#[tokio::test]
async fn nobody_reports_without_end() {
    let app = TestApp::with()
        .set(|settings| settings.writes_per_minute = Some(2))
        .start()
        .await;
    let id = app.comments("/a", "x").await.comment.id;
    report(&app, &id, json!({ "reason": "spam" })).await;
    report(&app, &id, json!({ "reason": "spam" }))
        .await
        .problem(ProblemKind::RateLimited);
}

#[test]
fn a_database_that_is_not_there_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_afterword-server"))
        .args(["reports", "--database", "/nowhere.sqlite"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("/nowhere.sqlite"), "{error}");
}
