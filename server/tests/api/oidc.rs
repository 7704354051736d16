//! Signing in at another server.

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::{Grant, OidcOffer, OidcWay, Role, SignedIn};
use reqwest::{Client, Method, StatusCode, redirect};
use serde_json::{Value, json};
use url::Url;

use crate::app::{Answer, TestApp};
use crate::issuer::{Issuer, code, query};

const ORIGIN: &str = "https://comments.example.org";

async fn provider() -> Issuer {
    Issuer::start(json!({})).await.unwrap()
}

async fn server(issuer: &str) -> TestApp {
    let file = format!(
        "[oidc]\nissuer = \"{issuer}\"\nclient-id = \"afterword\"\nclient-secret = \"s\"\n\
         name = \"Example ID\"\n"
    );
    TestApp::with()
        .set(|settings| settings.public_url = Some(ORIGIN.to_owned()))
        .file(&file)
        .start()
        .await
}

/// Goes there, and comes back as whom the claims say, over and above the usual ones.
async fn comes_back(app: &TestApp, issuer: &str, claims: Value) -> Answer {
    let begun = app.call(Method::POST, "/admin/oidc/begin", None);
    let way: OidcWay = Answer::to(begun).await.json(StatusCode::OK);
    let url: Url = way.url.parse().unwrap();
    let query = |name| query(&url, name);
    assert!(
        way.url.starts_with(&format!("{issuer}/authorize?")),
        "{}",
        way.url
    );
    assert_eq!(query("state"), way.state);
    assert_eq!(query("redirect_uri"), format!("{ORIGIN}/admin/oidc"));
    assert_eq!(query("code_challenge_method"), "S256");
    let code = code(issuer, &url, &claims);
    let body = json!({ "code": code, "state": way.state });
    let answer = app.post("/admin/oidc/finish", body.clone()).await;
    // Nobody comes back twice.
    let again = app.post("/admin/oidc/finish", body).await;
    again.problem(ProblemKind::CredentialsWrong);
    answer
}

#[tokio::test]
async fn who_has_a_user_s_address_is_signed_in() {
    let issuer = provider().await;
    let app = server(&issuer.url).await;
    let offer: OidcOffer = app.get("/admin/oidc").await.json(StatusCode::OK);
    assert_eq!(offer.name.as_deref(), Some("Example ID"));
    let ada = app.user("ada", &["owner"], None).await;
    let person = json!({ "email": "Ada@example.org", "email_verified": true });
    let answer = comes_back(&app, &issuer.url, person.clone()).await;
    let session: SignedIn = answer.json(StatusCode::CREATED);
    assert_eq!(session.user.id, ada);
    let who = app
        .admin(Method::GET, "/session", &session.token, None)
        .await;
    assert_eq!(who.status, StatusCode::OK);

    app.sql("UPDATE user SET disabled = 1").await;
    let answer = comes_back(&app, &issuer.url, person).await;
    answer.problem(ProblemKind::CredentialsWrong);
    // That somebody who is kept out has tried is for owners to know.
    app.comes_true(
        "SELECT count(*) = 1 FROM audit WHERE action = 'sign-in-failed' \
         AND detail ->> 'name' = 'ada' AND detail ->> 'means' = 'oidc'",
    )
    .await;
}

#[tokio::test]
async fn who_is_invited_by_their_address_becomes_a_user() {
    let issuer = provider().await;
    let app = server(&issuer.url).await;
    let owner = app.moderator("owner").await;
    let new = json!({ "email": "bob@example.org", "grants": [{ "role": "moderator" }] });
    let invited = app
        .admin(Method::POST, "/invitations", &owner, Some(new))
        .await;
    assert_eq!(invited.status, StatusCode::CREATED);
    let person = json!({ "email": "bob@example.org", "email_verified": true, "name": "Bob" });
    let answer = comes_back(&app, &issuer.url, person.clone()).await;
    let session: SignedIn = answer.json(StatusCode::CREATED);
    assert_eq!(session.user.name, "Bob");
    let role = Role::Moderator;
    assert_eq!(session.user.grants, [Grant { site: None, role }]);
    let answer = comes_back(&app, &issuer.url, person).await;
    assert_eq!(
        answer.json::<SignedIn>(StatusCode::CREATED).user.id,
        session.user.id
    );
}

#[tokio::test]
async fn what_is_not_to_be_believed_lets_nobody_in() {
    let issuer = provider().await;
    let app = server(&issuer.url).await;
    app.user("ada", &["owner"], None).await;
    let cases = [
        json!({ "email": "ada@example.org" }),
        json!({ "email": "ada@example.org", "email_verified": false }),
        json!({ "email": "eve@example.org", "email_verified": true }),
        // The name of a user is nobody's address.
        json!({ "email": "ada", "email_verified": true }),
        json!({ "email": "ada@example.org", "email_verified": true, "aud": "another" }),
        json!({ "email": "ada@example.org", "email_verified": true, "nonce": "another" }),
        json!({ "email": "ada@example.org", "email_verified": true, "exp": 1_000_000 }),
        json!({ "email": "ada@example.org", "email_verified": true, "iss": "http://other" }),
    ];
    for case in cases {
        let answer = comes_back(&app, &issuer.url, case.clone()).await;
        assert_eq!(
            answer.status,
            StatusCode::FORBIDDEN,
            "{case}: {}",
            answer.body
        );
    }
    let begun = app.call(Method::POST, "/admin/oidc/begin", None);
    let way: OidcWay = Answer::to(begun).await.json(StatusCode::OK);
    app.passes(10 * 60);
    let late = json!({ "code": "x", "state": way.state });
    let late = app.post("/admin/oidc/finish", late).await;
    late.problem(ProblemKind::CredentialsWrong);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_no_reason_to_fail() {
    let app = server("http://127.0.0.1:1").await;
    let begun = app.call(Method::POST, "/admin/oidc/begin", None);
    Answer::to(begun).await.problem(ProblemKind::Unavailable);
    let app = TestApp::start().await;
    let begun = app.call(Method::POST, "/admin/oidc/begin", None);
    Answer::to(begun).await.problem(ProblemKind::NothingThere);
}

#[tokio::test]
async fn the_way_back_leads_to_the_pages() {
    let app = TestApp::start().await;
    let client = Client::builder().redirect(redirect::Policy::none()).build();
    let client = client.unwrap();
    let back = async |query: &str| {
        let url = app.url(&format!("/admin/oidc{query}"));
        let answer = Answer::to(client.get(url)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        answer.header("location").to_owned()
    };
    assert_eq!(
        back("?code=a%20b&state=c").await,
        "../admin#/oidc?code=a%20b&state=c"
    );
    assert_eq!(back("").await, "../admin#/oidc?");
}
