//! Readers who sign in on a site, by a token that it has signed for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use afterword_protocol::admin::{Erased, PersonExport};
use afterword_protocol::{
    Comment, CommentDetail, Created, Faces, Login, LoginWay, OwnComments, ProblemKind,
    ReaderSession,
};
use afterword_server::config::Switch;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::header::{AUTHORIZATION, ORIGIN};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, START, TestApp};

const SECRET: &str = "a secret of the site, of 32 bytes and more";

/// A key pair that a site has made, and a stranger's.
const PRIVATE: &str = "MC4CAQAwBQYDK2VwBCIEIJxhWLSfMZpNCz99bPmdA+Ai+QS34iglzxhMzLjE2ysp";
const PUBLIC: &str = "MCowBQYDK2VwAyEAyX1jHgVSU/ehDln8MEfYBm+8MI8qikelxSt4vtqKBHg=";
const STRANGER: &str = "MC4CAQAwBQYDK2VwBCIEIFdyxgdE6FCLZpDFyomxzyQYqHzqlh4f3HLXDKCQ8pko";

/// A server whose site hands over tokens, with further settings.
async fn app(sso: &str, more: &str) -> TestApp {
    started(sso, more, Switch::Off).await
}

/// The same, which may ask servers of its own network or not.
async fn reaching(sso: &str, is_private: bool) -> TestApp {
    let private = if is_private { Switch::On } else { Switch::Off };
    started(sso, "", private).await
}

async fn started(sso: &str, more: &str, private: Switch) -> TestApp {
    let file = format!(
        "[sites.news]\norigins = [\"https://news.example\", \"https://m.news.example\"]\n{more}\n\
         [sites.news.sso]\nissuer = \"https://news.example\"\naudience = \"comments\"\n{sso}\n\
         [sites.other]\norigins = [\"*\"]\n"
    );
    TestApp::with()
        .set(|settings| settings.outbound_private = Some(private))
        .file(&file)
        .start()
        .await
}

async fn shared_secret() -> TestApp {
    app(&format!("algorithm = \"HS256\"\nsecret = \"{SECRET}\""), "").await
}

/// What a token says of Ana, who has ten minutes.
fn ana() -> Value {
    json!({
        "iss": "https://news.example",
        "aud": "comments",
        "exp": START / 1000 + 600,
        "sub": "42",
        "name": "Ana",
        "email": "ana@example.org",
        "verified": true,
    })
}

/// The same with other claims; null takes one away.
fn but(changes: &Value) -> Value {
    let mut claims = ana();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims
                .as_object_mut()
                .unwrap()
                .insert(name.clone(), value.clone()),
        };
    }
    claims
}

fn token(claims: &Value) -> String {
    signed(claims, SECRET, Algorithm::HS256)
}

fn signed(claims: &Value, secret: &str, algorithm: Algorithm) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes()).unwrap();
    jsonwebtoken::encode(&Header::new(algorithm), claims, &key).unwrap()
}

fn by_key(claims: &Value, key: &str) -> String {
    let key = EncodingKey::from_ed_der(&STANDARD.decode(key).unwrap());
    jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), claims, &key).unwrap()
}

/// Hands a token over, as a page of the site does.
async fn hands_over(app: &TestApp, token: &str) -> Answer {
    let body = json!({ "site": "news", "token": token });
    let call = app.call(Method::POST, "/login/sso", Some(body));
    Answer::to(call.header(ORIGIN, "https://news.example")).await
}

async fn signs_in(app: &TestApp, claims: &Value) -> ReaderSession {
    hands_over(app, &token(claims)).await.json(StatusCode::OK)
}

/// Why a token isn't taken.
async fn refusal(app: &TestApp, token: &str) -> String {
    let problem = hands_over(app, token).await;
    problem.problem(ProblemKind::LoginRequired).detail.unwrap()
}

fn as_reader(call: RequestBuilder, reader: &ReaderSession) -> RequestBuilder {
    call.header("Afterword-Reader", &reader.token)
        .header(ORIGIN, "https://news.example")
}

async fn posts(app: &TestApp, reader: &ReaderSession, body: Value) -> Answer {
    let call = app.call(Method::POST, "/comments", Some(body));
    Answer::to(as_reader(call, reader)).await
}

fn on_news(text: &str) -> Value {
    json!({ "site": "news", "page": "/a", "author": "The Editor", "text": text })
}

#[tokio::test]
async fn a_reader_posts_under_the_name_that_the_site_knows() {
    let app = shared_secret().await;
    let reader = signs_in(&app, &ana()).await;
    assert_eq!(reader.reader.name, "Ana");
    let posted: Created = posts(&app, &reader, on_news("Hello")).await.created();
    let Comment { author, badge, .. } = posted.comment;
    assert_eq!(author.as_deref(), Some("Ana"));
    assert_eq!(badge.as_deref(), Some("verified"));
    let list = app.list("site=news&page=/a").await;
    let shown = &list.branches[0].root;
    assert_eq!(
        (shown.author.as_deref(), shown.badge.as_deref()),
        (Some("Ana"), Some("verified"))
    );
    // Whoever has not signed in has no badge, whatever they call themselves.
    let body = json!({ "site": "news", "page": "/a", "author": "Ana", "text": "Me too" });
    let other = app.post("/comments", body).await.created();
    assert_eq!(
        (other.comment.author.as_deref(), other.comment.badge),
        (Some("Ana"), None)
    );
}

#[tokio::test]
async fn a_badge_is_what_the_site_says() {
    let app = shared_secret().await;
    let cases = [
        (json!({ "badge": "staff" }), Some("staff")),
        (
            json!({ "badge": "staff", "roles": ["writer"] }),
            Some("staff"),
        ),
        (json!({ "roles": ["writer", "admin"] }), Some("writer")),
        (json!({ "badge": " ", "verified": null }), None),
        (json!({ "verified": null }), None),
        // What would turn the writing around it is no badge.
        (json!({ "badge": "\u{202e}ffats", "verified": false }), None),
    ];
    for (changes, badge) in cases {
        let reader = signs_in(&app, &but(&changes)).await;
        assert_eq!(reader.reader.badge.as_deref(), badge, "{changes}");
    }
}

#[tokio::test]
async fn a_token_that_is_not_good_is_refused_with_why() {
    let app = shared_secret().await;
    let none = format!(
        "{}.{}.",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#),
        URL_SAFE_NO_PAD.encode(ana().to_string())
    );
    let good = token(&ana());
    let (head, _) = good.rsplit_once('.').unwrap();
    let mut parts = good.split('.');
    let forged = format!(
        "{}.{}.{}",
        parts.next().unwrap(),
        URL_SAFE_NO_PAD.encode(but(&json!({ "name": "The Editor" })).to_string()),
        parts.nth(1).unwrap()
    );
    let cases = [
        (
            token(&but(&json!({ "exp": START / 1000 - 61 }))),
            "has expired",
        ),
        (token(&but(&json!({ "exp": null }))), "no exp"),
        (
            token(&but(&json!({ "nbf": START / 1000 + 61 }))),
            "not good yet",
        ),
        (token(&but(&json!({ "aud": "shop" }))), "aud is another one"),
        (token(&but(&json!({ "aud": null }))), "lacks iss or aud"),
        (
            token(&but(&json!({ "iss": "https://evil.example" }))),
            "iss is another one",
        ),
        (token(&but(&json!({ "iss": null }))), "lacks iss or aud"),
        (token(&but(&json!({ "sub": null }))), "no sub"),
        (token(&but(&json!({ "sub": "" }))), "no sub"),
        (token(&but(&json!({ "name": null }))), "no name"),
        (
            token(&but(&json!({ "exp": "soon" }))),
            "not of the right types",
        ),
        (
            signed(
                &ana(),
                "another secret of 32 bytes and more",
                Algorithm::HS256,
            ),
            "signature",
        ),
        (
            signed(&ana(), SECRET, Algorithm::HS512),
            "another algorithm",
        ),
        (by_key(&ana(), PRIVATE), "another algorithm"),
        (forged, "signature"),
        (format!("{head}."), "token"),
        (head.to_owned(), "no token"),
        (none, "token"),
        (String::new(), "no token"),
        ("a.b.c".to_owned(), "no token"),
        ("x".repeat(9000), "too long"),
    ];
    for (token, words) in cases {
        let said = refusal(&app, &token).await;
        assert!(
            said.contains(words) || words == "token" && said.contains("it "),
            "{token}: {said}"
        );
    }
    let long = "x".repeat(101);
    let named = hands_over(&app, &token(&but(&json!({ "name": long })))).await;
    named.problem(ProblemKind::AuthorTooLong);
    // A clock may go wrong by a minute, and several may be meant.
    signs_in(&app, &but(&json!({ "exp": START / 1000 - 59 }))).await;
    signs_in(&app, &but(&json!({ "aud": ["shop", "comments"] }))).await;
}

#[tokio::test]
async fn a_public_key_takes_no_other_signature() {
    let pem = format!("-----BEGIN PUBLIC KEY-----\\n{PUBLIC}\\n-----END PUBLIC KEY-----\\n");
    let app = app(
        &format!("algorithm = \"EdDSA\"\npublic_key = \"{pem}\""),
        "",
    )
    .await;
    let good = hands_over(&app, &by_key(&ana(), PRIVATE)).await;
    let reader: ReaderSession = good.json(StatusCode::OK);
    assert_eq!(reader.reader.name, "Ana");
    let said = refusal(&app, &by_key(&ana(), STRANGER)).await;
    assert!(said.contains("signature"), "{said}");
    // The public key is no secret: who signs by it as if it were one is refused.
    for secret in [PUBLIC.to_owned(), pem.replace("\\n", "\n")] {
        let said = refusal(&app, &signed(&ana(), &secret, Algorithm::HS256)).await;
        assert!(said.contains("another algorithm"), "{said}");
    }
}

#[tokio::test]
async fn the_same_token_again_is_the_same_reader() {
    let app = shared_secret().await;
    let first = signs_in(&app, &ana()).await;
    let again = signs_in(&app, &ana()).await;
    assert_ne!(first.token, again.token);
    let posted = posts(&app, &first, on_news("Hello")).await.created();
    // Another device of the same reader, who has no edit token there.
    let path = format!("/comments/{}", posted.comment.id);
    let body = json!({ "text": "Hello again" });
    let edit = app.call(Method::PATCH, &path, Some(body));
    let edited = Answer::to(as_reader(edit, &again)).await.comment();
    assert!(edited.html.contains("again") && edited.badge.is_some());
    let stranger = signs_in(&app, &but(&json!({ "sub": "43" }))).await;
    for call in [
        app.call(Method::PATCH, &path, Some(json!({ "text": "Mine" }))),
        app.call(Method::DELETE, &path, None),
    ] {
        let refused = Answer::to(as_reader(call, &stranger)).await;
        refused.problem(ProblemKind::TokenInvalid);
    }
    let delete = app.call(Method::DELETE, &path, None);
    assert_eq!(
        Answer::to(as_reader(delete, &again)).await.status,
        StatusCode::OK
    );
    let restore = app.call(Method::POST, &format!("{path}/restore"), None);
    let refused = Answer::to(as_reader(restore, &stranger)).await;
    refused.problem(ProblemKind::TokenInvalid);
    let restore = app.call(Method::POST, &format!("{path}/restore"), None);
    let restored = Answer::to(as_reader(restore, &first)).await.comment();
    assert_eq!(restored.badge.as_deref(), Some("verified"));
    // Its edit token is still good.
    let edit = app
        .edit(&posted.comment.id, &posted.edit_token, "By token")
        .await;
    edit.comment();
}

/// Somebody's server that has a picture, and counts how often it was asked.
async fn gallery() -> (String, Arc<AtomicU32>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (url, opened(listener))
}

/// It is open from now on.
fn opened(listener: tokio::net::TcpListener) -> Arc<AtomicU32> {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let mut picture = Vec::new();
    image::RgbImage::from_pixel(400, 300, image::Rgb([200, 40, 40]))
        .write_to(
            &mut std::io::Cursor::new(&mut picture),
            image::ImageFormat::Png,
        )
        .unwrap();
    let routes = axum::Router::new()
        .route(
            "/ana.png",
            axum::routing::get(move || {
                count.fetch_add(1, Ordering::Relaxed);
                let picture = picture.clone();
                async move { picture }
            }),
        )
        .route(
            "/page.png",
            axum::routing::get(|| async { "<h1>No picture</h1>" }),
        );
    tokio::spawn(async move { axum::serve(listener, routes).await });
    asked
}

#[tokio::test]
async fn a_picture_that_did_not_come_is_tried_again_soon() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let picture = format!("http://{}/ana.png", listener.local_addr().unwrap());
    let sso = format!("algorithm = \"HS256\"\nsecret = \"{SECRET}\"\npictures = true");
    let app = reaching(&sso, true).await;
    let late = START / 1000 + 24 * 60 * 60;
    let ana = but(&json!({ "picture": picture, "exp": late }));
    let reader = signs_in(&app, &ana).await;
    posts(&app, &reader, on_news("Hello")).await.created();
    // Its server goes away before it has answered.
    drop(listener.accept().await.unwrap());
    let asked = opened(listener);
    app.passes(5 * 60);
    signs_in(&app, &ana).await;
    faces(&app, 1).await;
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    // Now it is good for a day.
    app.passes(60 * 60);
    signs_in(&app, &ana).await;
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

/// The pictures of a page, as soon as there are so many.
async fn faces(app: &TestApp, number: usize) -> Vec<(String, String)> {
    let found = async {
        loop {
            let found: Faces = app
                .get("/faces?site=news&page=/a")
                .await
                .json(StatusCode::OK);
            if found.faces.len() == number {
                return found.faces.into_iter().collect();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), found)
        .await
        .expect("so many pictures")
}

#[tokio::test]
async fn a_picture_is_fetched_once_and_shown_by_this_server() {
    let (gallery, asked) = gallery().await;
    let sso = format!("algorithm = \"HS256\"\nsecret = \"{SECRET}\"\npictures = true");
    let app = reaching(&sso, true).await;
    let late = START / 1000 + 2 * 24 * 60 * 60;
    let with = |picture: &str| {
        let picture = format!("{gallery}{picture}");
        but(&json!({ "picture": picture, "exp": late }))
    };
    let ana = with("/ana.png");
    let reader = signs_in(&app, &ana).await;
    let posted = posts(&app, &reader, on_news("Hello")).await.created();
    // Whoever types the same name looks like nobody.
    let typed = json!({ "site": "news", "page": "/a", "author": "Ana", "text": "It is me" });
    app.post("/comments", typed).await.created();
    let shown = faces(&app, 1).await;
    assert_eq!(shown[0].0, posted.comment.id);
    let answer = Answer::to(app.request(Method::GET, &shown[0].1)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "image/png");
    assert!(answer.header("cache-control").contains("immutable"));
    // No larger than it is shown.
    assert!(shown[0].1.contains("-128x96."), "{}", shown[0].1);
    // Nothing of where it was is kept, and it is not asked for again before the next day.
    assert!(!app.has_on_disk("/ana.png"));
    signs_in(&app, &ana).await;
    let at = |path| app.request(Method::GET, path);
    assert_eq!(
        Answer::to(at("/faces/x.png")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    app.passes(24 * 60 * 60);
    signs_in(&app, &ana).await;
    let again = async {
        while asked.load(Ordering::Relaxed) < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let again = tokio::time::timeout(std::time::Duration::from_secs(20), again).await;
    again.expect("it is asked for again");
    // What is none shows none; and who names none has none.
    signs_in(&app, &with("/page.png")).await;
    faces(&app, 0).await;
    signs_in(&app, &ana).await;
    faces(&app, 1).await;
    signs_in(&app, &but(&json!({ "exp": late }))).await;
    faces(&app, 0).await;
    let old = Answer::to(app.request(Method::GET, &shown[0].1)).await;
    assert_eq!(old.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn no_picture_is_fetched_that_the_owner_does_not_want() {
    let (gallery, asked) = gallery().await;
    let by = but(&json!({ "picture": format!("{gallery}/ana.png") }));
    let secret = format!("algorithm = \"HS256\"\nsecret = \"{SECRET}\"");
    // A site that shows none; and an address in the server's own network.
    for (sso, is_private) in [
        (secret.clone(), true),
        ([&secret, "\npictures = true"].concat(), false),
    ] {
        let app = reaching(&sso, is_private).await;
        let reader = signs_in(&app, &by).await;
        posts(&app, &reader, on_news("Hello")).await.created();
        for odd in [
            "",
            "no address",
            "file:///etc/passwd",
            "data:image/png;base64,AAAA",
        ] {
            signs_in(&app, &but(&json!({ "picture": odd }))).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert_eq!(faces(&app, 0).await, []);
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_reader_is_told_which_comments_are_theirs() {
    let sso = format!("algorithm = \"HS256\"\nsecret = \"{SECRET}\"");
    let app = app(&sso, "links_held = 0").await;
    let reader = signs_in(&app, &ana()).await;
    let first = posts(&app, &reader, on_news("Hello")).await.created();
    let waits = on_news("Hello, https://example.org/");
    let waits = posts(&app, &reader, waits).await.created();
    let gone = posts(&app, &reader, on_news("Not this")).await.created();
    app.deletes(&gone).await;
    app.post("/comments", on_news("Somebody else"))
        .await
        .created();
    let elsewhere = json!({ "site": "news", "page": "/b", "text": "Elsewhere" });
    posts(&app, &reader, elsewhere).await.created();
    let own = async |reader: &ReaderSession, query: &str| {
        let call = app.call(Method::GET, &format!("/login/comments?{query}"), None);
        Answer::to(as_reader(call, reader)).await
    };
    // By another session of theirs.
    let again = signs_in(&app, &ana()).await;
    let found: OwnComments = own(&again, "site=news&page=/a").await.json(StatusCode::OK);
    let found = found.comments.into_iter().map(|it| (it.id, it.waiting));
    assert_eq!(
        found.collect::<Vec<_>>(),
        [(waits.comment.id, true), (first.comment.id, false)]
    );
    let other = signs_in(&app, &but(&json!({ "sub": "43" }))).await;
    let none: OwnComments = own(&other, "site=news&page=/a").await.json(StatusCode::OK);
    assert!(none.comments.is_empty());
    own(&again, "site=other&page=/a")
        .await
        .problem(ProblemKind::LoginRequired);
    app.get("/login/comments?site=news&page=/a")
        .await
        .problem(ProblemKind::LoginRequired);
}

#[tokio::test]
async fn a_readers_token_is_good_for_a_time_and_for_its_pages() {
    let app = shared_secret().await;
    let reader = signs_in(&app, &ana()).await;
    let who = |origin: &'static str| {
        let call = app.call(Method::GET, "/login?site=news", None);
        let call = call.header("Afterword-Reader", &reader.token);
        Answer::to(call.header(ORIGIN, origin))
    };
    let login: Login = who("https://news.example").await.json(StatusCode::OK);
    assert_eq!(login.ways, [LoginWay::Sso]);
    assert_eq!(login.reader.unwrap().name, "Ana");
    // Not another page's, nor another site's.
    who("https://m.news.example")
        .await
        .problem(ProblemKind::LoginRequired);
    let body = json!({ "site": "other", "page": "/a", "text": "Hello" });
    let elsewhere = posts(&app, &reader, body).await;
    elsewhere.problem(ProblemKind::LoginRequired);
    // Nor a foreign page's to have.
    let call = app.call(
        Method::POST,
        "/login/sso",
        Some(json!({ "site": "news", "token": token(&ana()) })),
    );
    let foreign = Answer::to(call.header(ORIGIN, "https://evil.example")).await;
    foreign.problem(ProblemKind::OriginNotAllowed);

    app.passes(7 * 24 * 60 * 60 - 1);
    who("https://news.example")
        .await
        .json::<Login>(StatusCode::OK);
    app.passes(1);
    who("https://news.example")
        .await
        .problem(ProblemKind::LoginRequired);
    posts(&app, &reader, on_news("Hello"))
        .await
        .problem(ProblemKind::LoginRequired);
}

#[tokio::test]
async fn who_signs_out_is_nobody() {
    let app = shared_secret().await;
    let reader = signs_in(&app, &ana()).await;
    let out = app.call(Method::DELETE, "/login", None);
    let answer = Answer::to(as_reader(out, &reader)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    posts(&app, &reader, on_news("Hello"))
        .await
        .problem(ProblemKind::LoginRequired);
    assert!(!app.has_on_disk(&reader.token));
}

#[tokio::test]
async fn an_edit_token_is_good_when_the_session_has_ended() {
    let app = shared_secret().await;
    let reader = signs_in(&app, &ana()).await;
    let posted = posts(&app, &reader, on_news("Hello")).await.created();
    let out = app.call(Method::DELETE, "/login", None);
    Answer::to(as_reader(out, &reader)).await;
    let path = format!("/comments/{}", posted.comment.id);
    let call = |method, body| as_reader(app.call(method, &path, body), &reader);
    let text = || Some(json!({ "text": "Hello again" }));
    // What was written meanwhile is not lost.
    let edit = call(Method::PATCH, text()).bearer_auth(&posted.edit_token);
    assert!(Answer::to(edit).await.comment().html.contains("again"));
    // By the session alone, or another token, nothing is to be had.
    let edit = call(Method::PATCH, text());
    Answer::to(edit).await.problem(ProblemKind::LoginRequired);
    let edit = call(Method::PATCH, text()).header(AUTHORIZATION, "Bearer ");
    Answer::to(edit).await.problem(ProblemKind::LoginRequired);
    let edit = call(Method::PATCH, text()).bearer_auth("of-another-comment");
    Answer::to(edit).await.problem(ProblemKind::TokenInvalid);
    let delete = call(Method::DELETE, None).bearer_auth(&posted.edit_token);
    assert_eq!(Answer::to(delete).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_site_can_ask_all_to_sign_in() {
    let sso = format!("algorithm = \"HS256\"\nsecret = \"{SECRET}\"\nrequired = true");
    let app = app(&sso, "").await;
    let list = app.list("site=news&page=/a").await;
    let offers = list.offers.unwrap();
    assert!(offers.contains(&"login".to_owned()) && !offers.contains(&"post".to_owned()));
    let anonymous = app.post("/comments", on_news("Hello")).await;
    anonymous.problem(ProblemKind::LoginRequired);
    let reader = signs_in(&app, &ana()).await;
    posts(&app, &reader, on_news("Hello")).await.created();
}

#[tokio::test]
async fn a_signed_reader_is_known_from_the_first_comment_on() {
    let sso = format!("algorithm = \"HS256\"\nsecret = \"{SECRET}\"");
    let first = app(&sso, "policy = \"first\"").await;
    let held = first.post("/comments", on_news("Hello")).await.created();
    assert_eq!(held.comment.status, afterword_protocol::Status::Pending);
    let reader = signs_in(&first, &ana()).await;
    let posted = posts(&first, &reader, on_news("Hello, too"))
        .await
        .created();
    assert_eq!(posted.comment.status, afterword_protocol::Status::Published);
    // And whenever they edit it, by their session or by the edit token alone.
    let path = format!("/comments/{}", posted.comment.id);
    let body = json!({ "text": "Hello, all" });
    let edit = first.call(Method::PATCH, &path, Some(body));
    let edited = Answer::to(as_reader(edit, &reader)).await.comment();
    assert_eq!(edited.status, afterword_protocol::Status::Published);
    let token = &posted.edit_token;
    let edited = first.edit(&posted.comment.id, token, "Hello again").await;
    assert_eq!(
        edited.comment().status,
        afterword_protocol::Status::Published
    );

    // What waits is shown to who wrote it, on any device.
    let all = app(&sso, "policy = \"held\"").await;
    let reader = signs_in(&all, &ana()).await;
    let waiting = posts(&all, &reader, on_news("Hello"))
        .await
        .created()
        .comment;
    assert_eq!(waiting.status, afterword_protocol::Status::Pending);
    let again = signs_in(&all, &ana()).await;
    let path = format!("/comments/{}", waiting.id);
    all.get(&path).await.problem(ProblemKind::NotFound);
    let shown = Answer::to(as_reader(all.call(Method::GET, &path, None), &again)).await;
    assert_eq!(shown.json::<CommentDetail>(StatusCode::OK).text, "Hello");
}

#[tokio::test]
async fn a_site_without_single_sign_on_takes_no_tokens() {
    let app = shared_secret().await;
    let body = json!({ "site": "other", "token": token(&ana()) });
    app.post("/login/sso", body)
        .await
        .problem(ProblemKind::NoSuchCall);
    let login: Login = app.get("/login?site=other").await.json(StatusCode::OK);
    assert_eq!((login.ways.len(), login.reader), (0, None));
    assert_eq!(app.list("site=other&page=/a").await.offers, None);
}

#[tokio::test]
async fn pages_may_send_a_readers_token() {
    let app = shared_secret().await;
    let preflight = app
        .request(Method::OPTIONS, "/api/v1/comments")
        .header(ORIGIN, "https://news.example")
        .header("Access-Control-Request-Method", "POST")
        .header(
            "Access-Control-Request-Headers",
            "afterword-reader, content-type",
        );
    let answer = Answer::to(preflight).await;
    assert!(
        answer
            .header("access-control-allow-headers")
            .contains("afterword-reader")
    );
}

#[tokio::test]
async fn what_is_erased_is_nobodys_any_more() {
    let app = shared_secret().await;
    let reader = signs_in(&app, &ana()).await;
    let posted = posts(&app, &reader, on_news("Hello")).await.created();
    let call = app.call(
        Method::DELETE,
        &format!("/comments/{}", posted.comment.id),
        None,
    );
    let call = call.header(AUTHORIZATION, format!("Bearer {}", posted.edit_token));
    assert_eq!(Answer::to(call).await.status, StatusCode::OK);
    app.passes(601);
    let app = app.restarted().await;
    assert!(!app.has_on_disk("verified\u{0}"));
    let restore = app.call(
        Method::POST,
        &format!("/comments/{}/restore", posted.comment.id),
        None,
    );
    Answer::to(as_reader(restore, &reader))
        .await
        .problem(ProblemKind::NotFound);
}

#[tokio::test]
async fn a_reader_is_exported_and_erased_with_what_they_wrote() {
    let app = shared_secret().await;
    let reader = signs_in(&app, &ana()).await;
    let posted = posts(&app, &reader, on_news("A text of hers"))
        .await
        .created();
    let owner = app.moderator("owner").await;
    let path = "/people/email:ANA@example.org/export";
    let found: PersonExport = app
        .admin(Method::GET, path, &owner, None)
        .await
        .json(StatusCode::OK);
    assert_eq!(found.comments.len(), 1);
    let [known] = found.readers.as_slice() else {
        panic!("{found:#?}")
    };
    assert_eq!(
        (known.site.as_str(), known.subject.as_str()),
        ("news", "42")
    );

    // The text may stay; that it is hers may not.
    let erase = async |body: Value| {
        let path = "/people/email:ana@example.org/erase";
        let answer = app.admin(Method::POST, path, &owner, Some(body)).await;
        answer.json::<Erased>(StatusCode::OK)
    };
    assert_eq!(erase(json!({ "keep_texts": true })).await.readers, 1);
    let shown = app.show(&posted.comment.id).await.comment;
    assert_eq!((shown.author, shown.badge), (None, None));
    posts(&app, &reader, on_news("Me again"))
        .await
        .problem(ProblemKind::LoginRequired);
    assert!(!app.has_on_disk("ana@example.org"));

    let again = signs_in(&app, &ana()).await;
    let path = format!("/comments/{}", posted.comment.id);
    let edit = app.call(Method::PATCH, &path, Some(json!({ "text": "Mine" })));
    Answer::to(as_reader(edit, &again))
        .await
        .problem(ProblemKind::TokenInvalid);
    posts(&app, &again, on_news("Another text of hers"))
        .await
        .created();
    let erased = erase(json!({})).await;
    assert_eq!((erased.comments, erased.readers), (1, 1));
    assert!(!app.has_on_disk("Another text of hers"));
}

#[tokio::test]
async fn an_account_that_its_site_closes_is_exported_and_erased_by_what_the_site_calls_it() {
    let app = shared_secret().await;
    let without_address = but(&json!({ "email": null }));
    let reader = signs_in(&app, &without_address).await;
    posts(&app, &reader, on_news("A text of hers"))
        .await
        .created();
    // Who has written nothing has an account, too.
    let silent = signs_in(&app, &but(&json!({ "sub": "43", "email": null }))).await;
    let owner = app.moderator("owner").await;
    let export = async |key: &str| {
        let path = format!("/people/{key}/export");
        let answer = app.admin(Method::GET, &path, &owner, None).await;
        answer.json::<PersonExport>(StatusCode::OK)
    };
    let found = export("account:42").await;
    assert_eq!((found.comments.len(), found.readers.len()), (1, 1));
    assert!(found.readers[0].verified);
    let found = export("account:43").await;
    assert_eq!((found.comments.len(), found.readers.len()), (0, 1));
    assert!(export("account:4").await.readers.is_empty());

    let erase = async |key: &str| {
        let path = format!("/people/{key}/erase");
        let answer = app.admin(Method::POST, &path, &owner, Some(json!({})));
        answer.await.json::<Erased>(StatusCode::OK)
    };
    let erased = erase("account:42").await;
    assert_eq!((erased.comments, erased.readers), (1, 1));
    assert!(!app.has_on_disk("A text of hers"));
    posts(&app, &reader, on_news("Me again"))
        .await
        .problem(ProblemKind::LoginRequired);
    // It is nobody else's.
    posts(&app, &silent, on_news("Me, too")).await.created();
    let erased = erase("account:43").await;
    assert_eq!((erased.comments, erased.readers), (1, 1));
}

#[tokio::test]
async fn who_is_banned_by_an_address_is_so_when_they_sign_in_by_it() {
    let app = shared_secret().await;
    let reader = signs_in(&app, &ana()).await;
    let posted = posts(&app, &reader, on_news("Rude")).await.created();
    let owner = app.moderator("owner").await;
    let found = "/comments?email=ANA@example.org";
    let found = app.admin(Method::GET, found, &owner, None).await;
    assert!(found.body.contains(&posted.comment.id), "{}", found.body);
    let ban = json!({
        "action": "ban", "ids": [posted.comment.id], "bans": [{ "kind": "email" }],
    });
    let done = app.decides(&owner, ban).await;
    assert_eq!(done.bans.len(), 1);
    posts(&app, &reader, on_news("Ruder"))
        .await
        .problem(ProblemKind::Banned);
    let path = format!("/comments/{}", posted.comment.id);
    let edit = app.call(Method::PATCH, &path, Some(json!({ "text": "Rudest" })));
    Answer::to(as_reader(edit, &reader))
        .await
        .problem(ProblemKind::Banned);
    // Another account has the same address, and a third one another.
    let other = signs_in(&app, &but(&json!({ "sub": "43" }))).await;
    posts(&app, &other, on_news("Me again"))
        .await
        .problem(ProblemKind::Banned);
    let third = json!({ "sub": "44", "email": "bo@example.org" });
    let third = signs_in(&app, &but(&third)).await;
    posts(&app, &third, on_news("Hello")).await.created();
}

#[tokio::test]
async fn who_has_written_nothing_is_forgotten_with_the_session() {
    let app = shared_secret().await;
    signs_in(&app, &ana()).await;
    assert!(app.has_on_disk("ana@example.org"));
    app.passes(8 * 24 * 60 * 60);
    // It looks when it begins, and every minute.
    let app = app.restarted().await;
    let owner = app.moderator("owner").await;
    let path = "/people/email:ana@example.org/export";
    let asked = async {
        loop {
            let found = app.admin(Method::GET, path, &owner, None).await;
            let found: PersonExport = found.json(StatusCode::OK);
            if found.readers.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), asked)
        .await
        .expect("the reader is forgotten");
}
