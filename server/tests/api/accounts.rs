//! Who looks after the comments: signing in and out, and the command line for the first.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::{
    CurrentSession, Done, Ended, Grant, Invitation, Invited, Items, Role, SessionSeen, SignedIn,
    User,
};
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
        list.contains("Ada  ada@example.org  owner of all sites  password  signed in"),
        "{list}"
    );
    assert!(
        list.contains("Bob  no address  moderator of all sites  password  has never"),
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

fn grant(role: Role, site: Option<&str>) -> Grant {
    let site = site.map(str::to_owned);
    Grant { site, role }
}

const SITES: &str = "[sites.one]\norigins = [\"*\"]\n[sites.two]\norigins = [\"*\"]\n";

#[tokio::test]
async fn an_invitation_is_accepted_once() {
    let app = TestApp::with().file(SITES).start().await;
    let admin = app.moderator("admin@one").await;
    let new = json!({
        "name": "Bob", "email": "bob@example.org",
        "grants": [{ "site": "one", "role": "moderator" }],
    });
    let invited = app
        .admin(Method::POST, "/invitations", &admin, Some(new))
        .await;
    let invited: Invited = invited.json(StatusCode::CREATED);
    assert_eq!(invited.url, format!("/admin#/invitation/{}", invited.code));
    assert!(!app.has_on_disk(&invited.code));
    let path = format!("/admin/invitations/{}", invited.code);
    let shown: Invitation = app.get(&path).await.json(StatusCode::OK);
    assert_eq!(shown.name.as_deref(), Some("Bob"));
    assert!(!shown.reset);

    let short = app.post(&path, json!({ "password": "short" })).await;
    short.problem(ProblemKind::InvalidRequest);
    let accepted = app.post(&path, json!({ "password": PASSWORD })).await;
    let session: SignedIn = accepted.json(StatusCode::CREATED);
    assert_eq!(session.user.name, "Bob");
    assert_eq!(session.user.grants, [grant(Role::Moderator, Some("one"))]);
    let who = app
        .admin(Method::GET, "/session", &session.token, None)
        .await;
    assert_eq!(who.status, StatusCode::OK);
    let answer = sign_in(&app, "bob@example.org", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::CREATED);

    app.get(&path).await.problem(ProblemKind::NothingThere);
    let again = app
        .post(&path, json!({ "name": "Eve", "password": PASSWORD }))
        .await;
    again.problem(ProblemKind::NothingThere);
}

#[tokio::test]
async fn an_invitation_ends_with_its_time_or_with_the_rights_of_who_made_it() {
    let app = TestApp::with().file(SITES).start().await;
    let owner = app.moderator("owner").await;
    let admin_id = app.user("adam", &["admin@one"], None).await;
    let admin = app.session(&admin_id).await;
    let invite = async |token: &str, site: &str| {
        let new = json!({ "grants": [{ "site": site, "role": "moderator" }], "days": 2 });
        app.admin(Method::POST, "/invitations", token, Some(new))
            .await
    };
    invite(&admin, "two").await.problem(ProblemKind::Forbidden);
    invite(&owner, "three")
        .await
        .problem(ProblemKind::SiteUnknown);
    let made = async |token: &str| -> String {
        let invited: Invited = invite(token, "one").await.json(StatusCode::CREATED);
        format!("/admin/invitations/{}", invited.code)
    };
    let path = made(&owner).await;
    app.passes(2 * 24 * 3600 - 1);
    assert_eq!(app.get(&path).await.status, StatusCode::OK);
    app.passes(1);
    app.get(&path).await.problem(ProblemKind::NothingThere);

    let path = made(&admin).await;
    let change = json!({ "grants": [] });
    let grants = format!("/users/{admin_id}/grants");
    let answer = app.admin(Method::PUT, &grants, &owner, Some(change)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    app.get(&path).await.problem(ProblemKind::NothingThere);
}

#[tokio::test]
async fn who_is_signed_in_becomes_more_by_an_invitation_and_never_less() {
    let app = TestApp::with().file(SITES).start().await;
    let owner = app.moderator("owner").await;
    let bob = app.user("bob", &["admin@two"], None).await;
    let bob = app.session(&bob).await;
    let new = json!({ "grants": [
        { "site": "one", "role": "admin" }, { "site": "two", "role": "moderator" },
    ] });
    let invited = app
        .admin(Method::POST, "/invitations", &owner, Some(new))
        .await;
    let path = format!(
        "/invitations/{}",
        invited.json::<Invited>(StatusCode::CREATED).code
    );
    let nobody = app.post(&format!("/admin{path}"), json!({})).await;
    nobody.problem(ProblemKind::InvalidRequest);
    let joined = app.admin(Method::POST, &path, &bob, Some(json!({}))).await;
    let joined: SignedIn = joined.json(StatusCode::CREATED);
    let both = [
        grant(Role::Admin, Some("one")),
        grant(Role::Admin, Some("two")),
    ];
    assert_eq!(joined.user.grants, both);
}

#[tokio::test]
async fn a_link_to_a_new_password_ends_all_sessions_and_is_for_who_may_change_somebody() {
    let app = TestApp::with().file(SITES).start().await;
    let owner = app.moderator("owner").await;
    let admin = app.moderator("admin@one").await;
    let bob = app.user("bob", &["moderator@one"], Some(PASSWORD)).await;
    let eve = app
        .user("eve", &["moderator@one", "moderator@two"], None)
        .await;
    let token = app.session(&bob).await;
    let reset = async |user: &str| {
        let path = format!("/users/{user}/reset");
        app.admin(Method::POST, &path, &admin, None).await
    };
    reset(&eve).await.problem(ProblemKind::Forbidden);
    let first: Invited = reset(&bob).await.json(StatusCode::CREATED);
    let link: Invited = reset(&bob).await.json(StatusCode::CREATED);
    let path = |link: &Invited| format!("/admin/invitations/{}", link.code);
    app.get(&path(&first))
        .await
        .problem(ProblemKind::NothingThere);
    let shown: Invitation = app.get(&path(&link)).await.json(StatusCode::OK);
    assert!(shown.reset);
    let answer = app
        .post(&path(&link), json!({ "password": "seven red apples" }))
        .await;
    let session: SignedIn = answer.json(StatusCode::CREATED);
    assert_eq!(session.user.id, bob);
    let old = app.admin(Method::GET, "/session", &token, None).await;
    old.problem(ProblemKind::LoginRequired);
    sign_in(&app, "bob", PASSWORD)
        .await
        .problem(ProblemKind::CredentialsWrong);
    let log = app
        .admin(Method::GET, &format!("/audit?subject={bob}"), &owner, None)
        .await;
    let log: Items<Done> = log.json(StatusCode::OK);
    let actions: Vec<_> = log.items.iter().map(|done| done.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "sign-in-failed",
            "sign-in",
            "password",
            "password-link",
            "password-link",
            "user-add"
        ]
    );
}

#[tokio::test]
async fn a_link_can_be_had_on_the_command_line() {
    let app = TestApp::start().await;
    let said_of = |arguments: &[&str]| {
        let text = said(&user(&app, arguments, ""));
        let code = text
            .lines()
            .next()
            .unwrap()
            .split("/admin#/invitation/")
            .nth(1);
        code.unwrap().to_owned()
    };
    // The test's clock stands in 2026; the program's is the machine's.
    app.clock.set(0);
    let code = said_of(&["add", "Ada", "--invite"]);
    let path = format!("/admin/invitations/{code}");
    let answer = app.post(&path, json!({ "password": PASSWORD })).await;
    let session: SignedIn = answer.json(StatusCode::CREATED);
    assert_eq!(session.user.grants, [grant(Role::Owner, None)]);
    let code = said_of(&["reset", "Ada"]);
    let shown: Invitation = app
        .get(&format!("/admin/invitations/{code}"))
        .await
        .json(StatusCode::OK);
    assert!(shown.reset);
    // What nobody could accept is not handed out.
    let taken = refused(&user(&app, &["add", "ADA", "--invite"], ""));
    assert!(taken.contains("ADA is Ada already"), "{taken}");
    said_of(&["add", "Bob", "--invite", "--days", "2"]);
    let days = "SELECT (expires - created) / 86400000 = 2 FROM invitation WHERE name = 'Bob'";
    app.comes_true(days).await;
    for days in [&["--invite", "--days", "31"][..], &["--days", "2"]] {
        let output = user(&app, &[&["add", "Eve"], days].concat(), "");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
}

#[tokio::test]
async fn there_is_always_an_owner() {
    let app = TestApp::with().file(SITES).start().await;
    let ada = app.user("ada", &["owner"], None).await;
    let owner = app.session(&ada).await;
    let all = app.user("all", &["admin"], None).await;
    let admin = app.session(&all).await;
    let calls = [
        (Method::DELETE, format!("/users/{ada}"), None),
        (
            Method::PATCH,
            format!("/users/{ada}"),
            Some(json!({ "disabled": true })),
        ),
        (
            Method::PUT,
            format!("/users/{ada}/grants"),
            Some(json!({ "grants": [{ "role": "admin" }] })),
        ),
    ];
    for (method, path, body) in calls {
        let by_admin = app.admin(method.clone(), &path, &admin, body.clone()).await;
        by_admin.problem(ProblemKind::Forbidden);
        let by_owner = app.admin(method, &path, &owner, body).await;
        by_owner.problem(ProblemKind::LastOwner);
    }
    let make = json!({ "grants": [{ "role": "owner" }] });
    let path = format!("/users/{all}/grants");
    let by_admin = app
        .admin(Method::PUT, &path, &admin, Some(make.clone()))
        .await;
    by_admin.problem(ProblemKind::Forbidden);
    let made = app.admin(Method::PUT, &path, &owner, Some(make)).await;
    let made: User = made.json(StatusCode::OK);
    assert_eq!(made.grants, [grant(Role::Owner, None)]);
    let gone = app
        .admin(Method::DELETE, &format!("/users/{ada}"), &admin, None)
        .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn an_admin_sees_and_changes_what_people_are_on_their_site() {
    let app = TestApp::with().file(SITES).start().await;
    app.user("ada", &["owner"], None).await;
    let admin = app.moderator("admin@one").await;
    let eve = app.user("eve", &["moderator@one", "admin@two"], None).await;
    app.user("zoe", &["moderator@two"], None).await;
    let users = app.admin(Method::GET, "/users", &admin, None).await;
    let users: Items<User> = users.json(StatusCode::OK);
    let names: Vec<_> = users.items.iter().map(|user| user.name.as_str()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    let seen = users.items.iter().find(|user| user.name == "eve").unwrap();
    assert_eq!(seen.grants, [grant(Role::Moderator, Some("one"))]);
    let body = json!({ "grants": [] });
    let path = format!("/users/{eve}/grants");
    let changed = app.admin(Method::PUT, &path, &admin, Some(body)).await;
    assert_eq!(changed.json::<User>(StatusCode::OK).grants, []);
    let token = app.session(&eve).await;
    let who = app.admin(Method::GET, "/session", &token, None).await;
    let who: CurrentSession = who.json(StatusCode::OK);
    assert_eq!(who.user.grants, [grant(Role::Admin, Some("two"))]);
}

#[tokio::test]
async fn two_admins_who_change_somebody_at_once_lose_nothing() {
    let app = TestApp::with().file(SITES).start().await;
    app.user("ada", &["owner"], None).await;
    let eve = app
        .user("eve", &["moderator@one", "moderator@two"], None)
        .await;
    let (one, two) = (
        app.moderator("admin@one").await,
        app.moderator("admin@two").await,
    );
    let path = format!("/users/{eve}/grants");
    let token = app.session(&eve).await;
    for role in [Role::Admin, Role::Moderator].repeat(8) {
        let makes = |admin: &str, site: &str| {
            let body = json!({ "grants": [grant(role, Some(site))] });
            let call = app.call(Method::PUT, &format!("/admin{path}"), Some(body));
            Answer::to(call.bearer_auth(admin))
        };
        tokio::join!(makes(&one, "one"), makes(&two, "two"));
        let who = app.admin(Method::GET, "/session", &token, None).await;
        let who: CurrentSession = who.json(StatusCode::OK);
        let roles: Vec<Role> = who.user.grants.iter().map(|grant| grant.role).collect();
        assert_eq!(roles, [role, role]);
    }
}

#[tokio::test]
async fn who_guesses_is_slowed_down_whether_there_is_such_a_user_or_not() {
    let app = TestApp::start().await;
    app.user("ada", &["owner"], Some(PASSWORD)).await;
    for name in ["ada", "nobody"] {
        for _ in 0..5 {
            sign_in(&app, name, "wrong apples")
                .await
                .problem(ProblemKind::CredentialsWrong);
        }
        let answer = sign_in(&app, name, PASSWORD).await;
        assert_eq!(answer.problem(ProblemKind::RateLimited).limit, Some(900));
        assert_eq!(answer.header("retry-after"), "900");
    }
    // By the address it is the same user.
    let answer = sign_in(&app, "ada@example.org", PASSWORD).await;
    answer.problem(ProblemKind::RateLimited);
    app.passes(15 * 60);
    let answer = sign_in(&app, "ada", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::CREATED);
}

#[tokio::test]
async fn nobody_shuts_a_user_out_whose_name_they_know() {
    let app = TestApp::with()
        .set(|settings| settings.trusted_proxies = Some(vec!["127.0.0.1".to_owned()]))
        .start()
        .await;
    app.user("ada", &["owner"], Some(PASSWORD)).await;
    let tries = async |from: &str, password: &str| {
        let body = json!({ "user": "ada", "password": password });
        let call = app.call(Method::POST, "/admin/session", Some(body));
        Answer::to(call.header("x-forwarded-for", from)).await
    };
    let session: SignedIn = tries("192.0.2.1", PASSWORD).await.json(StatusCode::CREATED);
    for number in 0..50 {
        let from = format!("198.51.100.{}", number / 5);
        let wrong = tries(&from, "wrong apples").await;
        wrong.problem(ProblemKind::CredentialsWrong);
    }
    let new = tries("192.0.2.2", PASSWORD).await;
    new.problem(ProblemKind::RateLimited);
    let known = tries("192.0.2.1", PASSWORD).await;
    assert_eq!(known.status, StatusCode::CREATED, "{}", known.body);
    // Whoever has a session is not refused for what strangers do.
    let change = json!({ "current": PASSWORD, "password": "eight red apples" });
    let call = app.call(Method::PUT, "/admin/me/password", Some(change));
    let call = call.bearer_auth(&session.token);
    let changed = Answer::to(call.header("x-forwarded-for", "192.0.2.3")).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.body);
    // Nor does it let anybody guess there without end.
    for _ in 0..5 {
        let wrong = tries("192.0.2.1", "wrong apples").await;
        wrong.problem(ProblemKind::CredentialsWrong);
    }
    let more = tries("192.0.2.1", "wrong apples").await;
    more.problem(ProblemKind::RateLimited);
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let app = TestApp::start().await;
    let ada = app.user("ada", &["owner"], Some(PASSWORD)).await;
    let other = app.session(&ada).await;
    let answer = sign_in(&app, "ada", PASSWORD).await;
    let own = answer.json::<SignedIn>(StatusCode::CREATED).token;
    let sessions = async || -> Items<SessionSeen> {
        let answer = app.admin(Method::GET, "/me/sessions", &own, None).await;
        answer.json(StatusCode::OK)
    };
    let both = sessions().await.items;
    assert_eq!(both.len(), 2);
    assert_eq!(both.iter().filter(|session| session.current).count(), 1);
    let ended = app.admin(Method::DELETE, "/me/sessions", &own, None).await;
    assert_eq!(ended.json::<Ended>(StatusCode::OK).sessions, 1);
    let answer = app.admin(Method::GET, "/session", &other, None).await;
    answer.problem(ProblemKind::LoginRequired);

    let wrong = json!({ "current": "no apples", "password": "seven red apples" });
    let answer = app
        .admin(Method::PUT, "/me/password", &own, Some(wrong))
        .await;
    answer.problem(ProblemKind::CredentialsWrong);
    let other = app.session(&ada).await;
    let right = json!({ "current": PASSWORD, "password": "seven red apples" });
    let answer = app
        .admin(Method::PUT, "/me/password", &own, Some(right))
        .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let answer = app.admin(Method::GET, "/session", &other, None).await;
    answer.problem(ProblemKind::LoginRequired);
    let left = sessions().await.items;
    assert_eq!((left.len(), left[0].current), (1, true));
    let path = format!("/me/sessions/{}", left[0].id);
    let answer = app.admin(Method::DELETE, &path, &own, None).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let answer = app.admin(Method::GET, "/session", &own, None).await;
    answer.problem(ProblemKind::LoginRequired);
}

#[tokio::test]
async fn the_command_tells_what_leads_nowhere() {
    let app = TestApp::start().await;
    let added = said(&user(
        &app,
        &["add", "Ada", "--role", "moderator@nowhere"],
        &format!("{PASSWORD}\n"),
    ));
    assert!(added.contains("There is no site nowhere so far"), "{added}");
    let nothing = refused(&user(&app, &["set", "Ada"], ""));
    assert!(
        nothing.contains("say what is to change: --name"),
        "{nothing}"
    );
    let program = env!("CARGO_BIN_EXE_afterword-server");
    let elsewhere = app.folder().join("another.sqlite");
    let listed = std::process::Command::new(program)
        .args(["user", "list", "--database", elsewhere.to_str().unwrap()])
        .output()
        .unwrap();
    let listed = refused(&listed);
    assert!(listed.contains("there is no database"), "{listed}");
    assert!(!elsewhere.exists());
}

#[tokio::test]
async fn all_sessions_of_somebody_can_be_ended() {
    let app = TestApp::with().file(SITES).start().await;
    let owner = app.moderator("owner").await;
    let admin = app.moderator("admin@two").await;
    let bob = app.user("bob", &["moderator@one"], Some(PASSWORD)).await;
    let path = format!("/users/{bob}/sessions");
    let here = async |token: &str| app.admin(Method::GET, "/session", token, None).await;
    let (first, second) = (app.session(&bob).await, app.session(&bob).await);
    let other = app.admin(Method::DELETE, &path, &admin, None).await;
    other.problem(ProblemKind::Forbidden);
    assert_eq!(here(&first).await.status, StatusCode::OK);
    let ended = app.admin(Method::DELETE, &path, &owner, None).await;
    let ended: serde_json::Value = ended.json(StatusCode::OK);
    assert_eq!(ended["sessions"], 2);
    for token in [&first, &second] {
        here(token).await.problem(ProblemKind::LoginRequired);
    }
    // Who may come in comes in again; the command ends that, too, while the server runs.
    let again: SignedIn = sign_in(&app, "bob", PASSWORD)
        .await
        .json(StatusCode::CREATED);
    let told = said(&user(&app, &["sign-out", "bob"], ""));
    assert_eq!(told, "1 session of bob has ended\n");
    here(&again.token).await.problem(ProblemKind::LoginRequired);
    let nobody = refused(&user(&app, &["sign-out", "eve"], ""));
    assert!(nobody.contains("there is no user \"eve\""), "{nobody}");
    assert_eq!(here(&owner).await.status, StatusCode::OK);
    let logged = app.texts(
        "SELECT coalesce(user_name, 'command') || ' ' || subject FROM audit \
         WHERE action = 'sessions-end' ORDER BY id",
    );
    let logged = logged.await;
    assert!(
        logged[0].starts_with("owner-") && logged[0].ends_with(&bob),
        "{logged:?}"
    );
    assert_eq!(logged[1], format!("command {bob}"));
}

#[tokio::test]
async fn a_password_that_would_soon_be_guessed_is_none() {
    let app = TestApp::start().await;
    let ada = app.user("ada", &["owner"], Some(PASSWORD)).await;
    let token = app.session(&ada).await;
    for common in ["password12", "qwertyuiop", "adaadaada1", "Afterword1!"] {
        let told = refused(&user(&app, &["add", "Bob"], common));
        assert!(told.contains("would soon be guessed"), "{told}");
        let told = refused(&user(&app, &["set", "ada", "--password"], common));
        assert!(told.contains("would soon be guessed"), "{told}");
        let change = json!({ "current": PASSWORD, "password": common });
        let answer = app
            .admin(Method::PUT, "/me/password", &token, Some(change))
            .await;
        let problem = answer.problem(ProblemKind::InvalidRequest);
        assert_eq!(problem.code.as_deref(), Some("password-common"));
    }
    let new = json!({ "name": "Bob", "grants": [{ "role": "moderator" }] });
    let invited = app
        .admin(Method::POST, "/invitations", &token, Some(new))
        .await;
    let path = format!(
        "/admin/invitations/{}",
        invited.json::<Invited>(StatusCode::CREATED).code
    );
    let accepts = async |password: &str| app.post(&path, json!({ "password": password })).await;
    accepts("iloveyou123")
        .await
        .problem(ProblemKind::InvalidRequest);
    accepts("short").await.problem(ProblemKind::InvalidRequest);
    // The link is still good; no letters of any kind are wanted.
    accepts("seven green pears")
        .await
        .json::<SignedIn>(StatusCode::CREATED);
}
