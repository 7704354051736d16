//! Mails to moderators, and what their links do.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::mail::{app, nothing_comes, path, says};
use crate::reader::Reader;
use crate::smtp::Smtp;

/// A moderator who is told of everything, and whose page holds what comes from now on; their token.
async fn is_watched(app: &TestApp, mode: &str) -> String {
    let first = json!({
        "page": "/a", "title": "On slow news", "url": "https://blog.example/a", "text": "The first.",
    });
    app.post("/comments", first).await.created();
    app.sql("UPDATE page SET policy = 'held'").await;
    let user = app.user("mo", &["moderator@default"], None).await;
    let token = app.session(&user).await;
    let set = json!({ "mode": mode });
    let answer = app.admin(Method::PUT, "/me/mail", &token, Some(set)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    token
}

async fn texts(app: &TestApp) -> Vec<String> {
    let list = app.list("page=/a").await;
    let roots = list.branches.iter().map(|branch| branch.root.html.clone());
    roots.collect()
}

#[tokio::test]
async fn a_moderator_approves_by_a_link_and_the_reader_is_asked_then() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    is_watched(&app, "each").await;
    let held = says(&app, "ada@example.org", "Is it **late**?", None).await;
    app.passes(120);
    let mail = smtp.gets(1).await;
    assert_eq!(mail.to, ["mo@example.org"]);
    let text = mail.text();
    assert!(text.contains("Ada wrote this on “On slow news”"), "{text}");
    assert!(text.contains("> Is it late?"), "{text}");
    assert!(!mail.source.contains("ada@example.org"), "{}", mail.source);
    assert_eq!(texts(&app).await.len(), 1);

    // Opening the link shows it, and changes nothing.
    let link = mail.link("/mail/decide/approve");
    let mut reader = Reader::opens(&app, path(&link)).await;
    assert_eq!(reader.read("blockquote"), "Is it late?");
    assert_eq!(texts(&app).await.len(), 1);
    reader.presses("Approve").await;
    assert_eq!(reader.read("[role=status]"), "Done.");
    assert_eq!(texts(&app).await.len(), 2);
    app.comes_true("SELECT count(*) FROM audit WHERE user_name = 'mo' AND action LIKE '%approve%'")
        .await;
    assert_eq!(smtp.gets(2).await.to, ["ada@example.org"]);

    // It is done, and so the other links do nothing any more.
    for link in [&link, &mail.link("/mail/decide/spam")] {
        let reader = Reader::opens(&app, path(link)).await;
        assert!(reader.read("[role=status]").contains("already"));
    }
    assert!(app.show(&held.comment.id).await.text.contains("late"));
}

#[tokio::test]
async fn links_are_for_who_may_for_one_thing_and_for_a_while() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    is_watched(&app, "each").await;
    app.comments("/a", "Buy!").await;
    app.passes(120);
    let mail = smtp.gets(1).await;
    let spam = mail.link("/mail/decide/spam");
    for wrong in [
        spam.replace("/spam", "/approve"),
        spam.replace("/spam", "/publish"),
        spam.replace("link=", "link=0"),
    ] {
        let reader = Reader::opens(&app, path(&wrong)).await;
        assert_eq!(reader.answer.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let press = || app.request(Method::POST, path(&spam)).body("do=1").send();
    app.sql("UPDATE user SET disabled = 1").await;
    assert_eq!(press().await.unwrap().status(), StatusCode::NOT_FOUND);
    app.sql("UPDATE user SET disabled = 0").await;
    app.sql("UPDATE \"grant\" SET site = 'other'").await;
    assert_eq!(press().await.unwrap().status(), StatusCode::NOT_FOUND);
    app.sql("UPDATE \"grant\" SET site = 'default'").await;
    app.passes(7 * 86_400);
    assert_eq!(press().await.unwrap().status(), StatusCode::NOT_FOUND);
    app.passes(-7 * 86_400);
    assert_eq!(press().await.unwrap().status(), StatusCode::OK);
    app.comes_true("SELECT count(*) FROM comment WHERE verdict = 'spam'")
        .await;
}

#[tokio::test]
async fn who_looks_after_it_no_more_is_told_nothing_of_what_waits() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    is_watched(&app, "each").await;
    smtp.refuses(Some("451 4.3.0 come again"));
    app.comments("/a", "Held, and nobody's business.").await;
    app.passes(120);
    app.comes_true("SELECT count(*) FROM mail WHERE tries = 1 AND state = 'waiting'")
        .await;
    app.sql("DELETE FROM \"grant\"").await;
    smtp.refuses(None);
    app.passes(60);
    app.comes_true("SELECT count(*) FROM mail WHERE state = 'needless'")
        .await;
}

#[tokio::test]
async fn a_digest_comes_once_a_day_and_ends_by_a_click() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    let token = is_watched(&app, "digest").await;
    app.comments("/a", "One.").await;
    app.comments("/a", "Two.").await;
    app.passes(120);
    let text = smtp.gets(1).await.text();
    assert!(text.contains("> One.") && text.contains("> Two."), "{text}");
    app.comments("/a", "Three.").await;
    app.sql("UPDATE page SET policy = NULL").await;
    nothing_comes(&app, &smtp, 1).await;
    app.passes(86_400);
    let mail = smtp.gets(3).await;
    let text = mail.text();
    assert!(
        text.contains("> Three.") && !text.contains("> Two."),
        "{text}"
    );
    let click = app.request(Method::POST, path(&mail.link("/mail/mute")));
    let click = click
        .body("List-Unsubscribe=One-Click")
        .send()
        .await
        .unwrap();
    assert_eq!(click.status(), StatusCode::OK);
    let mode: Value = app
        .admin(Method::GET, "/me/mail", &token, None)
        .await
        .json(StatusCode::OK);
    assert_eq!(mode, json!({ "mode": "none", "sends": true }));
    app.sql("UPDATE page SET policy = 'held'").await;
    app.comments("/a", "Four.").await;
    app.sql("UPDATE page SET policy = NULL").await;
    nothing_comes(&app, &smtp, 3).await;
}

#[tokio::test]
async fn a_moderator_learns_whether_any_mail_comes() {
    let app = TestApp::start().await;
    let token = app.moderator("moderator@default").await;
    let each = json!({ "mode": "each" });
    for (method, body, mode) in [
        (Method::GET, None, "digest"),
        (Method::PUT, Some(each), "each"),
        (Method::GET, None, "each"),
    ] {
        let answer = app.admin(method, "/me/mail", &token, body).await;
        let choice: Value = answer.json(StatusCode::OK);
        assert_eq!(choice, json!({ "mode": mode, "sends": false }));
    }
}

#[tokio::test]
async fn a_report_is_told_and_a_link_deletes() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    let user = app.user("mo", &["owner"], None).await;
    let token = app.session(&user).await;
    let each = json!({ "mode": "each" });
    app.admin(Method::PUT, "/me/mail", &token, Some(each)).await;
    let bad = app.comments("/a", "You are all fools.").await;
    let report = json!({ "reason": "abuse" });
    let at = format!("/comments/{}/reports", bad.comment.id);
    let reported = app.post(&at, report).await;
    assert!(reported.status.is_success(), "{}", reported.body);
    app.passes(120);
    let mail = smtp.gets(1).await;
    assert!(
        mail.text().contains("readers have reported it"),
        "{}",
        mail.text()
    );
    let link = mail.link("/mail/decide/delete");
    let mut reader = Reader::opens(&app, path(&link)).await;
    reader.presses("Delete").await;
    assert_eq!(reader.read("[role=status]"), "Done.");
    assert_eq!(texts(&app).await.len(), 0);
}

#[tokio::test]
async fn an_owner_sees_what_could_not_be_sent_and_tries_it_again() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    let owner = app.moderator("owner").await;
    smtp.refuses(Some("550 5.1.1 <{to}> is nobody here"));
    says(&app, "ada@example.org", "First.", None).await;
    app.comes_true("SELECT count(*) FROM mail WHERE state = 'dead'")
        .await;
    let queue = async |query: &str| {
        let at = format!("/mail{query}");
        let answer = app.admin(Method::GET, &at, &owner, None).await;
        answer.json::<Value>(StatusCode::OK)
    };
    let found = queue("?state=dead").await;
    assert_eq!((&found["dead"], &found["waiting"]), (&json!(1), &json!(0)));
    assert_eq!(found["items"][0]["kind"], "confirm");
    assert!(!found.to_string().contains("ada@"), "{found}");
    let id = &found["items"][0]["id"];
    smtp.refuses(None);
    let at = format!("/mail/{id}/retry");
    let again = app.admin(Method::POST, &at, &owner, None).await;
    assert_eq!(again.status, StatusCode::NO_CONTENT, "{}", again.body);
    smtp.gets(1).await;
    app.comes_true("SELECT count(*) FROM mail WHERE state = 'sent'")
        .await;
    let at = format!("/mail/{id}");
    for at in [&at, "/mail/99", "/mail/x"] {
        let gone = app.admin(Method::DELETE, at, &owner, None).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{at}");
    }
}
