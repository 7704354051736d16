//! Who looks after the comments: signing in and out, and the command line for the first.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::{CurrentSession, Role, SignedIn};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::{Answer, TestApp};

const PASSWORD: &str = "seven green apples";

/// Runs `afterword-server user` on the database of a server, with that on standard input.
fn user(app: &TestApp, arguments: &[&str], input: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_afterword-server"))
        .arg("user")
        .args(arguments)
        .arg("--database")
        .arg(app.database())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who needs no password has ended by then.
    let _ = program.stdin.take().unwrap().write_all(input.as_bytes());
    program.wait_with_output().unwrap()
}

#[track_caller]
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

async fn sign_in(app: &TestApp, user: &str, password: &str) -> Answer {
    let body = json!({ "user": user, "password": password });
    app.post("/admin/session", body).await
}

#[tokio::test]
async fn the_first_owner_is_added_while_the_server_runs() {
    let app = TestApp::start().await;
    let added = said(&user(
        &app,
        &["add", "Ada", "--email", "ada@example.org"],
        PASSWORD,
    ));
    assert!(
        added.starts_with("Ada is owner of all sites in "),
        "{added}"
    );
    let added = said(&user(&app, &["add", "Bob"], "another good one\n"));
    assert!(
        added.starts_with("Bob is moderator of all sites"),
        "{added}"
    );

    for name in ["Ada", "ada", " ADA@example.org "] {
        let signed_in: SignedIn = sign_in(&app, name, PASSWORD)
            .await
            .json(StatusCode::CREATED);
        assert_eq!(signed_in.user.name, "Ada");
        assert_eq!(signed_in.user.grants[0].role, Role::Owner);
        assert!(!app.has_on_disk(&signed_in.token));
    }
    assert!(!app.has_on_disk(PASSWORD));
    let list = said(&user(&app, &["list"], ""));
    assert!(
        list.contains("Ada  ada@example.org  owner of all sites  signed in"),
        "{list}"
    );
    assert!(
        list.contains("Bob  no address  moderator of all sites  has never"),
        "{list}"
    );
}

#[tokio::test]
async fn what_is_wrong_about_a_user_is_said() {
    let app = TestApp::start().await;
    said(&user(&app, &["add", "Ada"], PASSWORD));
    let cases: [(&[&str], &str, &str); 7] = [
        (&["add", "ada"], PASSWORD, "another user has that name"),
        (&["add", "Bob"], "short", "at least 10 characters"),
        (&["add", "bob@example.org"], PASSWORD, "no @"),
        (
            &["add", "Bob", "--email", "bob"],
            PASSWORD,
            "no e-mail address",
        ),
        (&["remove", "Bob"], "", "there is no user \"Bob\""),
        (&["remove", "Ada"], "", ""),
        (&["set", "Ada", "--role", "admin"], "", "no owner any more"),
    ];
    for (arguments, input, words) in cases {
        if arguments == ["remove", "Ada"] {
            continue;
        }
        let error = refused(&user(&app, arguments, input));
        assert!(error.contains(words), "{arguments:?}: {error}");
    }
    let wrong = user(&app, &["add", "Bob", "--role", "owner@blog"], PASSWORD);
    assert_eq!(wrong.status.code(), Some(2));
    // The last of all may go.
    said(&user(&app, &["remove", "Ada"], ""));
    assert!(said(&user(&app, &["list"], "")).contains("user add NAME"));
}

#[tokio::test]
async fn whoever_has_another_password_or_is_kept_out_has_no_session_any_more() {
    let app = TestApp::start().await;
    app.user("ada", &["owner"], None).await;
    app.user("bob", &["moderator"], Some(PASSWORD)).await;
    let session = async || -> SignedIn {
        let answer = sign_in(&app, "bob", PASSWORD).await;
        answer.json(StatusCode::CREATED)
    };
    let who = async |token: &str| app.admin(Method::GET, "/session", token, None).await;

    let token = session().await.token;
    let current: CurrentSession = who(&token).await.json(StatusCode::OK);
    assert_eq!(current.user.name, "bob");
    said(&user(&app, &["set", "bob", "--disable"], ""));
    who(&token).await.problem(ProblemKind::LoginRequired);
    sign_in(&app, "bob", PASSWORD)
        .await
        .problem(ProblemKind::CredentialsWrong);
    said(&user(&app, &["set", "bob", "--enable"], ""));
    who(&token).await.problem(ProblemKind::LoginRequired);

    let token = session().await.token;
    said(&user(
        &app,
        &["set", "bob", "--password"],
        "seven red apples",
    ));
    who(&token).await.problem(ProblemKind::LoginRequired);
    sign_in(&app, "bob", PASSWORD)
        .await
        .problem(ProblemKind::CredentialsWrong);
    let answer = sign_in(&app, "bob", "seven red apples").await;
    let token = answer.json::<SignedIn>(StatusCode::CREATED).token;
    let out = app.admin(Method::DELETE, "/session", &token, None).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    let answer = who(&token).await;
    answer.problem(ProblemKind::LoginRequired);
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn nobody_hears_what_of_it_was_wrong() {
    let app = TestApp::start().await;
    app.user("ada", &["owner"], Some(PASSWORD)).await;
    app.user("eve", &["moderator"], None).await;
    let mut answers = Vec::new();
    for (name, password) in [
        ("ada", "wrong apples"),
        ("eve", PASSWORD),
        ("nobody", PASSWORD),
    ] {
        let answer = sign_in(&app, name, password).await;
        answer.problem(ProblemKind::CredentialsWrong);
        answers.push(answer.body);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[tokio::test]
async fn a_session_lasts_while_it_is_used_and_no_longer_than_three_months() {
    const DAY: i64 = 24 * 3600;
    let app = TestApp::start().await;
    app.user("ada", &["owner"], Some(PASSWORD)).await;
    let answer = sign_in(&app, "ada", PASSWORD).await;
    let token = answer.json::<SignedIn>(StatusCode::CREATED).token;
    let who = async || app.admin(Method::GET, "/session", &token, None).await;
    for _ in 0..6 {
        app.passes(13 * DAY);
        assert_eq!(who().await.status, StatusCode::OK);
    }
    app.passes(11 * DAY);
    assert_eq!(who().await.status, StatusCode::OK);
    app.passes(DAY);
    who().await.problem(ProblemKind::LoginRequired);

    let answer = sign_in(&app, "ada", PASSWORD).await;
    let token = answer.json::<SignedIn>(StatusCode::CREATED).token;
    app.passes(14 * DAY);
    let answer = app.admin(Method::GET, "/session", &token, None).await;
    answer.problem(ProblemKind::LoginRequired);
}

#[tokio::test]
async fn a_page_of_the_server_s_own_may_sign_in_wherever_it_is_reached() {
    let app = TestApp::with()
        .set(|settings| settings.public_url = Some("https://comments.example.org".to_owned()))
        .start()
        .await;
    app.user("ada", &["owner"], Some(PASSWORD)).await;
    let from = async |origin: &str| {
        let body = json!({ "user": "ada", "password": PASSWORD });
        let call = app.call(Method::POST, "/admin/session", Some(body));
        Answer::to(call.header("origin", origin)).await
    };
    let own = from("https://comments.example.org").await;
    assert_eq!(own.status, StatusCode::CREATED);
    let own = from(&app.url("")).await;
    assert_eq!(own.status, StatusCode::CREATED);
    let foreign = from("https://evil.example").await;
    foreign.problem(ProblemKind::OriginNotAllowed);
}
