//! What somebody tries who wants to be signed in as another reader, or to have this server write to them.

use std::collections::HashSet;

use afterword_protocol::{Login, LoginBegun, ProblemKind, ReaderSession, Status};
use afterword_server::config::Switch;
use reqwest::header::{HOST, ORIGIN};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};
use crate::issuer::{Issuer, code, query};
use crate::logging_in::{
    BASE, NEWS, app, asks, calls, claims, held, opens, posts, returns, said, signs_in, with,
    with_code,
};
use crate::mail::path;
use crate::reader::Reader;
use crate::smtp::Smtp;

/// A server at its own address, which reaches the issuer on this machine.
async fn at(file: &str) -> TestApp {
    TestApp::with()
        .set(|settings| {
            settings.public_url = Some(BASE.to_owned());
            settings.outbound_private = Some(Switch::On);
        })
        .file(file)
        .start()
        .await
}

/// A call of a page that leads here by a name of its own.
async fn by_its_own_name(app: &TestApp, path: &str, body: Value) -> Answer {
    let call = app.call(Method::POST, path, Some(body));
    let call = call.header(HOST, "evil.example");
    Answer::to(call.header(ORIGIN, "https://evil.example")).await
}

#[tokio::test]
async fn a_name_that_leads_here_is_handed_no_session() {
    let issuer = Issuer::start(json!({})).await.unwrap();
    let app = app(None, &with(&issuer.url)).await;
    let begun = by_its_own_name(&app, "/login/oidc", json!({ "site": "news" })).await;
    begun.problem(ProblemKind::OriginNotAllowed);
    let (begun, answer) = signs_in(&app, &issuer.url, &json!({ "name": "Ana" })).await;
    let body = with_code(&begun, &said(&answer, "data-code").unwrap());
    let stolen = by_its_own_name(&app, "/login/claim", body.clone()).await;
    stolen.problem(ProblemKind::OriginNotAllowed);
    // The page that asked can still have it; and so can one at the address that the owner has named.
    let _: ReaderSession = claims(&app, NEWS, body).await.json(StatusCode::OK);
    let own = calls(
        &app,
        "https://comments.example",
        "/login/oidc",
        json!({ "site": "news" }),
    );
    let _: LoginBegun = own.await.json(StatusCode::OK);
}

#[tokio::test]
async fn where_every_page_may_send_none_is_handed_a_session() {
    let issuer = Issuer::start(json!({})).await.unwrap();
    let file = format!("[sites.news]\norigins = [\"*\"]\n{}", with(&issuer.url));
    let app = at(&file).await;
    let login: Login = app.get("/login?site=news").await.json(StatusCode::OK);
    assert!(login.ways.is_empty(), "{login:?}");
    let begun = calls(&app, NEWS, "/login/oidc", json!({ "site": "news" })).await;
    let problem = begun.problem(ProblemKind::NoSuchCall);
    let detail = problem.detail.unwrap();
    assert!(detail.contains("origins are *"), "{detail}");
}

#[tokio::test]
async fn another_number_ends_it() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(Some(&smtp), "email = true").await;
    let begun: LoginBegun = asks(&app, "Eve", "ana@example.org")
        .await
        .json(StatusCode::OK);
    let right = begun.number.clone().unwrap();
    let link = smtp.gets(1).await.link("/mail/sign-in");
    let mut reader = Reader::opens(&app, path(&link)).await;
    let numbers = reader.reads(".numbers button");
    let distinct: HashSet<_> = numbers.iter().collect();
    assert_eq!(distinct.len(), 3, "{numbers:?}");
    // Programs press what they find, without a number.
    let mut blank = reader.form(".numbers button", &right).with("x", "1");
    blank.fields.retain(|(name, _)| name != "number");
    let answer = reader.send(&blank).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains(&right));
    let wrong = numbers.iter().find(|number| **number != right).unwrap();
    reader.presses(wrong).await;
    assert_eq!(reader.answer.status, StatusCode::FORBIDDEN);
    let alert = reader.read("[role=alert]");
    assert!(alert.starts_with("That is another number"), "{alert}");
    let over = claims(&app, NEWS, held(&begun)).await;
    over.problem(ProblemKind::LoginRequired);
    let again = Reader::opens(&app, path(&link)).await;
    assert_eq!(again.answer.status, StatusCode::NOT_FOUND);
    assert!(again.reads(".numbers button").is_empty());
}

#[tokio::test]
async fn a_mail_names_no_host_that_the_owner_has_not() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(Some(&smtp), "email = true").await;
    let body = json!({ "site": "news", "name": "Eve", "email": "ana@example.org", "lang": "en" });
    let begun = by_its_own_name(&app, "/login/email", body).await;
    assert_eq!(begun.status, StatusCode::OK);
    let mail = smtp.gets(1).await;
    assert_eq!(
        mail.header("subject"),
        "Your link to sign in on comments.example"
    );
    assert!(!mail.text().contains("evil"), "{}", mail.text());
    let reader = Reader::opens(&app, path(&mail.link("/mail/sign-in"))).await;
    assert!(
        !reader.answer.body.contains("evil"),
        "{}",
        reader.answer.body
    );
}

#[tokio::test]
async fn who_is_written_to_for_nothing_is_never_written_to_again() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(Some(&smtp), "email = true").await;
    let begun: LoginBegun = asks(&app, "Eve", "ana@example.org")
        .await
        .json(StatusCode::OK);
    let link = smtp.gets(1).await.link("/mail/sign-in");
    let mut reader = Reader::opens(&app, path(&link)).await;
    reader.presses("Never write to this address").await;
    assert_eq!(reader.answer.status, StatusCode::OK);
    let over = claims(&app, NEWS, held(&begun)).await;
    over.problem(ProblemKind::LoginRequired);
    let _: LoginBegun = asks(&app, "Eve", "Ana@Example.org")
        .await
        .json(StatusCode::OK);
    let _: LoginBegun = asks(&app, "Ben", "ben@example.org")
        .await
        .json(StatusCode::OK);
    assert_eq!(smtp.gets(2).await.to, ["ben@example.org"]);
}

#[tokio::test]
async fn a_network_that_asks_too_often_uses_up_no_address() {
    let smtp = Smtp::start().await.unwrap();
    let url = smtp.url();
    let file = format!("[sites.news]\norigins = [\"{NEWS}\"]\n[sites.news.sso]\nemail = true\n");
    let app = TestApp::with()
        .set(|settings| {
            settings.mail_from = Some("News <news@news.example>".to_owned());
            settings.smtp_url = Some(url);
            settings.public_url = Some(BASE.to_owned());
            settings.trusted_proxies = Some(vec!["127.0.0.1".to_owned()]);
        })
        .file(&file)
        .start()
        .await;
    let asks = async |network: &str, email: &str| {
        let body = json!({ "site": "news", "name": "N", "email": email });
        let call = app.call(Method::POST, "/login/email", Some(body));
        let call = call.header("X-Forwarded-For", network);
        Answer::to(call.header(ORIGIN, NEWS)).await
    };
    for number in 0..10 {
        let asked = asks("192.0.2.1", &format!("n{number}@example.org")).await;
        assert_eq!(asked.status, StatusCode::OK);
    }
    for _ in 0..5 {
        let refused = asks("192.0.2.1", "ana@example.org").await;
        refused.problem(ProblemKind::RateLimited);
    }
    for _ in 0..3 {
        let asked = asks("198.51.100.1", "ana@example.org").await;
        assert_eq!(asked.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_network_opens_so_many_windows() {
    let issuer = Issuer::start(json!({})).await.unwrap();
    let app = app(None, &with(&issuer.url)).await;
    opens(&app).await;
    // What the other server says of itself is known for a while.
    drop(issuer);
    let body = json!({ "site": "news" });
    let mut most = 1;
    loop {
        let begun = calls(&app, NEWS, "/login/oidc", body.clone()).await;
        if begun.status != StatusCode::OK {
            begun.problem(ProblemKind::RateLimited);
            break;
        }
        most += 1;
        assert!(most < 100, "a network may open windows for ever");
    }
    assert!(most >= 30, "{most}");
}

#[tokio::test]
async fn what_one_server_was_asked_no_other_is_believed() {
    let issuer = Issuer::start(json!({})).await.unwrap();
    let other = Issuer::start(json!({})).await.unwrap();
    let app = TestApp::with()
        .set(|settings| {
            settings.public_url = Some(BASE.to_owned());
            settings.outbound_private = Some(Switch::On);
        })
        .start()
        .await;
    let owner = app.moderator("owner").await;
    let oidc = |issuer: &str, secret: &str| {
        json!({ "sso": { "oidc": {
            "issuer": issuer, "client_id": "afterword", "client_secret": secret,
        } } })
    };
    let site = json!({ "name": "news", "origins": [NEWS], "settings": oidc(&issuer.url, "kept") });
    let made = app.admin(Method::POST, "/sites", &owner, Some(site)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let set = async |settings: Value| {
        let body = json!({ "settings": settings });
        app.admin(Method::PUT, "/sites/news", &owner, Some(body))
            .await
    };
    // What was given by one server is not sent to another one.
    let refused = set(oidc(&other.url, "********")).await;
    let problem = refused.problem(ProblemKind::InvalidRequest);
    let detail = problem.detail.unwrap();
    assert!(detail.contains("client_secret"), "{detail}");
    assert_eq!(
        set(oidc(&issuer.url, "********")).await.status,
        StatusCode::OK
    );
    app.comes_true("SELECT settings LIKE '%kept%' FROM site WHERE name = 'news'")
        .await;

    let (way, _) = opens(&app).await;
    let right = code(&issuer.url, &way, &json!({ "name": "Ana" }));
    assert_eq!(set(oidc(&other.url, "new")).await.status, StatusCode::OK);
    let state = query(&way, "state");
    let answer = returns(&app, &[("code", &right), ("state", &state)]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(said(&answer, "data-error").as_deref(), Some("failed"));
}

#[tokio::test]
async fn an_account_anywhere_is_no_reason_to_be_known() {
    let issuer = Issuer::start(json!({})).await.unwrap();
    for (verified, status) in [(false, Status::Pending), (true, Status::Published)] {
        let sso = with(&issuer.url).replace("verified = true", &format!("verified = {verified}"));
        let file = format!("[sites.news]\norigins = [\"{NEWS}\"]\npolicy = \"first\"\n{sso}");
        let app = at(&file).await;
        let (begun, answer) = signs_in(&app, &issuer.url, &json!({ "name": "Ana" })).await;
        let body = with_code(&begun, &said(&answer, "data-code").unwrap());
        let session: ReaderSession = claims(&app, NEWS, body).await.json(StatusCode::OK);
        let posted = posts(&app, &session, "Hello").await;
        assert_eq!(posted.comment.status, status);
    }
}
