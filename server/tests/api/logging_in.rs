//! Readers who sign in by a link in a mail, or in another server's window.

use afterword_protocol::{Created, Login, LoginBegun, LoginWay, ProblemKind, ReaderSession};
use afterword_server::config::Switch;
use reqwest::header::{CONTENT_SECURITY_POLICY, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::app::{Answer, TestApp};
use crate::issuer::{Issuer, code, query};
use crate::mail::path;
use crate::reader::Reader;
use crate::smtp::Smtp;

pub(crate) const BASE: &str = "https://comments.example/c";
pub(crate) const NEWS: &str = "https://news.example";

/// A server with a site whose readers sign in that way.
pub(crate) async fn app(smtp: Option<&Smtp>, sso: &str) -> TestApp {
    let url = smtp.map(Smtp::url);
    let file = format!(
        "[sites.news]\norigins = [\"{NEWS}\", \"https://m.news.example\"]\n[sites.news.sso]\n{sso}\n\
         [sites.other]\norigins = [\"*\"]\n"
    );
    TestApp::with()
        .set(|settings| {
            settings.mail_from = url.is_some().then(|| "News <news@news.example>".to_owned());
            settings.smtp_url = url;
            settings.public_url = Some(BASE.to_owned());
            settings.outbound_private = Some(Switch::On);
        })
        .file(&file)
        .start()
        .await
}

/// A call of a page.
pub(crate) async fn calls(app: &TestApp, origin: &str, path: &str, body: Value) -> Answer {
    let call = app.call(Method::POST, path, Some(body));
    let answer = Answer::to(call.header(ORIGIN, origin)).await;
    assert!(!answer.headers.contains_key(SET_COOKIE), "no cookie at all");
    answer
}

pub(crate) async fn asks(app: &TestApp, name: &str, email: &str) -> Answer {
    let body = json!({ "site": "news", "name": name, "email": email, "lang": "en" });
    calls(app, NEWS, "/login/email", body).await
}

pub(crate) async fn claims(app: &TestApp, origin: &str, body: Value) -> Answer {
    calls(app, origin, "/login/claim", body).await
}

pub(crate) fn held(begun: &LoginBegun) -> Value {
    json!({ "site": "news", "secret": begun.secret })
}

pub(crate) async fn posts(app: &TestApp, session: &ReaderSession, text: &str) -> Created {
    let body = json!({ "site": "news", "page": "/a", "author": "The Editor", "text": text });
    let call = app.call(Method::POST, "/comments", Some(body));
    let call = call
        .header("Afterword-Reader", &session.token)
        .header(ORIGIN, NEWS);
    Answer::to(call).await.created()
}

#[tokio::test]
async fn whoever_reads_the_mail_signs_in_where_they_asked() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(Some(&smtp), "email = true").await;
    let ways: Login = app.get("/login?site=news").await.json(StatusCode::OK);
    assert_eq!(ways.ways, [LoginWay::Email]);
    let begun: LoginBegun = asks(&app, " Ana ", "Ana@Example.org")
        .await
        .json(StatusCode::OK);
    let number = begun.number.clone().unwrap();
    assert_eq!((number.len(), begun.seconds), (4, 900));
    let waiting = claims(&app, NEWS, held(&begun)).await;
    assert_eq!(waiting.status, StatusCode::NO_CONTENT);

    let mail = smtp.gets(1).await;
    assert_eq!(mail.to, ["Ana@example.org"]);
    assert_eq!(
        mail.header("subject"),
        "Your link to sign in on news.example"
    );
    // What anybody could have typed is not told to whoever has that address.
    assert!(
        !mail.text().contains("Ana") && !mail.html().contains("Ana"),
        "{}",
        mail.text()
    );
    let link = mail.link("/mail/sign-in");
    // Opened by a program, too: nothing happens.
    let mut reader = Reader::opens(&app, path(&link)).await;
    let numbers = reader.reads(".numbers button");
    assert_eq!(numbers.len(), 3, "{numbers:?}");
    assert!(numbers.contains(&number), "{numbers:?}");
    // Whoever looks again must not learn which of them it is.
    reader.reloads().await;
    assert_eq!(reader.reads(".numbers button"), numbers);
    assert_eq!(reader.read("p strong"), "Ana");
    assert!(
        reader.answer.body.contains("news.example"),
        "{}",
        reader.answer.body
    );
    let waiting = claims(&app, NEWS, held(&begun)).await;
    assert_eq!(waiting.status, StatusCode::NO_CONTENT);
    reader.presses(&number).await;
    assert!(reader.read("[role=status]").contains("You are signed in"));

    // Another page has nothing of it.
    let stolen = claims(&app, "https://m.news.example", held(&begun)).await;
    stolen.problem(ProblemKind::LoginRequired);
    let session: ReaderSession = claims(&app, NEWS, held(&begun)).await.json(StatusCode::OK);
    assert_eq!(
        (session.reader.name.as_str(), session.reader.badge.clone()),
        ("Ana", None)
    );
    let again = claims(&app, NEWS, held(&begun)).await;
    again.problem(ProblemKind::LoginRequired);
    let posted = posts(&app, &session, "Hello").await.comment;
    assert_eq!(posted.author.as_deref(), Some("Ana"));

    // The same address is the same reader, by whatever name.
    let begun: LoginBegun = asks(&app, "Anna", "ana@example.org")
        .await
        .json(StatusCode::OK);
    let link = smtp.gets(2).await.link("/mail/sign-in");
    let mut reader = Reader::opens(&app, path(&link)).await;
    reader.presses(begun.number.as_deref().unwrap()).await;
    let _: ReaderSession = claims(&app, NEWS, held(&begun)).await.json(StatusCode::OK);
    assert_eq!(app.texts("SELECT name FROM reader").await, ["Anna"]);
    assert!(app.texts("SELECT email FROM reader_login").await.is_empty());
}

#[tokio::test]
async fn a_link_is_good_once_and_for_a_quarter_of_an_hour() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(Some(&smtp), "email = true").await;
    let begun: LoginBegun = asks(&app, "Ana", "ana@example.org")
        .await
        .json(StatusCode::OK);
    let link = smtp.gets(1).await.link("/mail/sign-in");
    let outdated = async |path: &str| {
        let reader = Reader::opens(&app, path).await;
        assert_eq!(reader.answer.status, StatusCode::NOT_FOUND, "{path}");
        let said = reader.read("[role=alert]");
        assert!(said.starts_with("This link has been used"), "{said}");
        assert!(reader.reads("button").is_empty());
    };
    let mut first = Reader::opens(&app, path(&link)).await;
    let mut second = Reader::opens(&app, path(&link)).await;
    let number = begun.number.as_deref().unwrap();
    first.presses(number).await;
    assert_eq!(first.answer.status, StatusCode::OK);
    // Pressed twice.
    second.presses(number).await;
    assert_eq!(second.answer.status, StatusCode::OK);
    assert_eq!(first.read("[role=status]"), second.read("[role=status]"));
    let _: ReaderSession = claims(&app, NEWS, held(&begun)).await.json(StatusCode::OK);
    outdated(path(&link)).await;
    second.reloads().await;
    assert_eq!(second.answer.status, StatusCode::NOT_FOUND);

    // Of another purpose, another number, or no signature at all.
    for wrong in ["", "1", "x.y.z", "1.9999999999999.AAAAAAAAAAAAAAAAAAAAAA"] {
        outdated(&format!("/mail/sign-in?lang=en&link={wrong}")).await;
    }
    let tampered = path(&link).replace("link=1", "link=2");
    assert_ne!(tampered, path(&link));
    outdated(&tampered).await;
    app.passes(15 * 60);
    let late = claims(&app, NEWS, held(&begun)).await;
    late.problem(ProblemKind::LoginRequired);

    let begun: LoginBegun = asks(&app, "Ana", "ana@example.org")
        .await
        .json(StatusCode::OK);
    let link = smtp.gets(2).await.link("/mail/sign-in");
    app.passes(15 * 60);
    outdated(path(&link)).await;
    let late = claims(&app, NEWS, held(&begun)).await;
    late.problem(ProblemKind::LoginRequired);
}

#[tokio::test]
async fn who_never_opens_the_link_is_forgotten() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(Some(&smtp), "email = true").await;
    let _: LoginBegun = asks(&app, "Ana", "ana@example.org")
        .await
        .json(StatusCode::OK);
    smtp.gets(1).await;
    app.passes(10 * 60);
    let _: LoginBegun = asks(&app, "Ben", "ben@example.org")
        .await
        .json(StatusCode::OK);
    app.passes(5 * 60);
    // It looks when it begins, and every minute.
    let app = app.restarted().await;
    let forgotten = async {
        while app.texts("SELECT email FROM reader_login").await != ["ben@example.org"] {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), forgotten)
        .await
        .expect("Ana is forgotten, and Ben still waited for");
}

#[tokio::test]
async fn nobody_learns_which_addresses_are_known() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(Some(&smtp), "email = true").await;
    // This one never wants a mail.
    let _: LoginBegun = asks(&app, "Eve", "eve@example.org")
        .await
        .json(StatusCode::OK);
    smtp.gets(1).await;
    app.sql("DELETE FROM reader_login").await;
    let never = json!({ "site": "news", "page": "/a", "author": "Eve", "email": "eve@example.org", "text": "Hi" });
    let _: Created = app.post("/comments", never).await.created();
    let link = smtp.gets(2).await.link("/mail/confirm");
    let mut reader = Reader::opens(&app, path(&link)).await;
    reader.presses("Never write to this address").await;
    let refused = asks(&app, "Eve", "eve@example.org").await;
    let unknown = asks(&app, "Ben", "ben@example.org").await;
    let shape = |answer: &Answer| {
        let begun: LoginBegun = serde_json::from_str(&answer.body).unwrap();
        (
            answer.status,
            begun.secret.len(),
            begun.seconds,
            begun.number.unwrap().len(),
        )
    };
    assert_eq!(shape(&refused), shape(&unknown));
    let mail = smtp.gets(3).await;
    assert_eq!(mail.to, ["ben@example.org"]);

    // An address gets three in a row, whoever asks; and a network may ask for ten.
    for _ in 0..2 {
        let _: LoginBegun = asks(&app, "Ben", "Ben@example.org")
            .await
            .json(StatusCode::OK);
    }
    let many = asks(&app, "Ben", "ben@EXAMPLE.org").await;
    let problem = many.problem(ProblemKind::RateLimited);
    assert!(
        problem
            .limit
            .is_some_and(|seconds| (1..=300).contains(&seconds)),
        "{problem:?}"
    );
    let mut most = 0;
    while asks(&app, "N", &format!("n{most}@example.org"))
        .await
        .status
        == StatusCode::OK
    {
        most += 1;
        assert!(most < 10, "a network may ask for ever");
    }
}

#[tokio::test]
async fn what_is_no_name_or_address_is_refused() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(Some(&smtp), "email = true").await;
    let cases = [
        ("", "ana@example.org", ProblemKind::NameRequired),
        ("  ", "ana@example.org", ProblemKind::NameRequired),
        ("A\u{202e}na", "ana@example.org", ProblemKind::AuthorInvalid),
        ("Ana", "", ProblemKind::EmailRequired),
        ("Ana", "ana@example", ProblemKind::EmailInvalid),
        (
            "Ana",
            "ana@example.org\r\nBcc: eve@example.org",
            ProblemKind::EmailInvalid,
        ),
    ];
    for (name, email, kind) in cases {
        asks(&app, name, email).await.problem(kind);
    }
    let body = json!({ "site": "news", "name": "Ana", "email": "ana@example.org" });
    let foreign = calls(&app, "https://evil.example", "/login/email", body.clone()).await;
    foreign.problem(ProblemKind::OriginNotAllowed);
    // The other site's pages may not ask for this one's readers.
    let foreign = calls(&app, "https://other.example", "/login/email", body).await;
    foreign.problem(ProblemKind::OriginNotAllowed);
    let other = json!({ "site": "other", "name": "Ana", "email": "ana@example.org" });
    let other = calls(&app, NEWS, "/login/email", other).await;
    other.problem(ProblemKind::NoSuchCall);
    let odd = json!({ "site": "news", "name": "Ana", "email": "ana@example.org", "admin": true });
    calls(&app, NEWS, "/login/email", odd)
        .await
        .problem(ProblemKind::InvalidRequest);
    let guess = json!({ "site": "news", "secret": "" });
    claims(&app, NEWS, guess)
        .await
        .problem(ProblemKind::LoginRequired);
}

#[tokio::test]
async fn without_mail_nobody_signs_in_by_it() {
    let app = app(None, "email = true\nrequired = true").await;
    let ways: Login = app.get("/login?site=news").await.json(StatusCode::OK);
    assert!(ways.ways.is_empty() && ways.required);
    asks(&app, "Ana", "ana@example.org")
        .await
        .problem(ProblemKind::NoSuchCall);
    let list = app.list("site=news&page=/a").await;
    let offers = list.offers.unwrap();
    assert!(
        !offers.iter().any(|word| word == "login" || word == "post"),
        "{offers:?}"
    );
}

pub(crate) fn with(issuer: &str) -> String {
    format!(
        "[sites.news.sso.oidc]\nissuer = \"{issuer}\"\nclient_id = \"afterword\"\n\
         client_secret = \"s\"\nname = \"Example ID\"\nverified = true\n"
    )
}

/// A page opens the window: where that leads, and what the page holds.
pub(crate) async fn opens(app: &TestApp) -> (Url, LoginBegun) {
    let body = json!({ "site": "news", "lang": "en" });
    let begun = calls(app, NEWS, "/login/oidc", body).await;
    let begun: LoginBegun = begun.json(StatusCode::OK);
    (begun.url.as_deref().unwrap().parse().unwrap(), begun)
}

/// The window comes back with that.
pub(crate) async fn returns(app: &TestApp, fields: &[(&str, &str)]) -> Answer {
    let mut url: Url = app.url("/login/oidc").parse().unwrap();
    url.query_pairs_mut().extend_pairs(fields);
    let answer = Answer::to(Client::new().get(url)).await;
    assert!(!answer.headers.contains_key(SET_COOKIE), "no cookie at all");
    answer
}

/// What the window says to the page of that origin.
pub(crate) fn said(answer: &Answer, name: &str) -> Option<String> {
    let html = scraper::Html::parse_document(&answer.body);
    let script = crate::reader::select(&html, "script[data-origin]")
        .into_iter()
        .next()?;
    assert_eq!(script.attr("data-origin"), Some(NEWS));
    let policy = answer.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
    script.attr(name).map(str::to_owned)
}

/// Signs in as whom the claims say: what the page has to hand in for the session.
pub(crate) async fn signs_in(app: &TestApp, issuer: &str, person: &Value) -> (LoginBegun, Answer) {
    let (way, begun) = opens(app).await;
    assert_eq!(query(&way, "redirect_uri"), format!("{BASE}/login/oidc"));
    assert_eq!(query(&way, "code_challenge_method"), "S256");
    assert!(!query(&way, "nonce").is_empty());
    let (code, state) = (code(issuer, &way, person), query(&way, "state"));
    let answer = returns(app, &[("code", &code), ("state", &state)]).await;
    // Nobody comes back twice.
    let again = returns(app, &[("code", &code), ("state", &state)]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert_eq!(said(&again, "data-code"), None);
    (begun, answer)
}

pub(crate) fn with_code(begun: &LoginBegun, code: &str) -> Value {
    json!({ "site": "news", "secret": begun.secret, "code": code })
}

#[tokio::test]
async fn a_window_hands_the_page_what_signs_its_reader_in() {
    let issuer = Issuer::start(json!({})).await.unwrap();
    let app = app(None, &with(&issuer.url)).await;
    let ways: Login = app.get("/login?site=news").await.json(StatusCode::OK);
    let way = LoginWay::Oidc {
        provider: "oidc".to_owned(),
        title: "Example ID".to_owned(),
    };
    assert_eq!(ways.ways, [way]);
    let ana = json!({ "name": "Ana", "email": "ana@example.org", "email_verified": true });
    let (begun, answer) = signs_in(&app, &issuer.url, &ana).await;
    assert_eq!(answer.status, StatusCode::OK);
    let code = said(&answer, "data-code").unwrap();
    let session = claims(&app, NEWS, with_code(&begun, &code)).await;
    let session: ReaderSession = session.json(StatusCode::OK);
    let posted = posts(&app, &session, "Hello").await.comment;
    assert_eq!(posted.author.as_deref(), Some("Ana"));
    assert_eq!(posted.badge.as_deref(), Some("verified"));
    let again = claims(&app, NEWS, with_code(&begun, &code)).await;
    again.problem(ProblemKind::LoginRequired);
    // By the name that they go by there, too, and only while the code is fresh.
    let ben = json!({ "preferred_username": "ben" });
    let (begun, answer) = signs_in(&app, &issuer.url, &ben).await;
    let code = said(&answer, "data-code").unwrap();
    app.passes(61);
    let late = claims(&app, NEWS, with_code(&begun, &code)).await;
    late.problem(ProblemKind::LoginRequired);
}

#[tokio::test]
async fn a_code_is_the_page_s_that_asked() {
    let issuer = Issuer::start(json!({})).await.unwrap();
    let app = app(None, &with(&issuer.url)).await;
    let ana = json!({ "name": "Ana" });
    let (begun, _) = signs_in(&app, &issuer.url, &ana).await;
    let (_, answer) = signs_in(&app, &issuer.url, &ana).await;
    let code = said(&answer, "data-code").unwrap();
    // Another window's secret; and then it is gone.
    let other = claims(&app, NEWS, with_code(&begun, &code)).await;
    other.problem(ProblemKind::LoginRequired);
    let (begun, answer) = signs_in(&app, &issuer.url, &ana).await;
    let code = said(&answer, "data-code").unwrap();
    let other = claims(&app, "https://m.news.example", with_code(&begun, &code)).await;
    other.problem(ProblemKind::LoginRequired);
    let secret_alone = claims(&app, NEWS, held(&begun)).await;
    secret_alone.problem(ProblemKind::LoginRequired);
    let body = json!({ "site": "news" });
    let foreign = calls(&app, "https://evil.example", "/login/oidc", body.clone()).await;
    foreign.problem(ProblemKind::OriginNotAllowed);
    // No page, no window.
    let program = app.post("/login/oidc", body).await;
    program.problem(ProblemKind::InvalidRequest);
    let other = json!({ "site": "other" });
    calls(&app, NEWS, "/login/oidc", other)
        .await
        .problem(ProblemKind::NoSuchCall);
}

#[tokio::test]
async fn what_is_not_to_be_believed_signs_nobody_in() {
    let issuer = Issuer::start(json!({})).await.unwrap();
    let app = app(None, &with(&issuer.url)).await;
    let cases = [
        json!({ "name": "Ana", "aud": "another" }),
        json!({ "name": "Ana", "nonce": "another" }),
        json!({ "name": "Ana", "exp": 1_000_000 }),
        json!({ "name": "Ana", "iss": "http://other" }),
        json!({ "name": "A\u{202e}na" }),
        json!({ "name": "Ana", "sub": "7".repeat(256) }),
        json!({}),
    ];
    for case in cases {
        let (_, answer) = signs_in(&app, &issuer.url, &case).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{case}");
        assert_eq!(
            said(&answer, "data-error").as_deref(),
            Some("failed"),
            "{case}"
        );
        assert_eq!(said(&answer, "data-code"), None, "{case}");
    }
    // A code that was meant for another window (PKCE).
    let (other, _) = opens(&app).await;
    let (way, _) = opens(&app).await;
    let swapped = code(&issuer.url, &other, &json!({ "name": "Ana" }));
    let state = query(&way, "state");
    let answer = returns(&app, &[("code", &swapped), ("state", &state)]).await;
    assert_eq!(said(&answer, "data-error").as_deref(), Some("failed"));
    let (way, _) = opens(&app).await;
    let state = query(&way, "state");
    let answer = returns(&app, &[("error", "access_denied"), ("state", &state)]).await;
    assert_eq!(said(&answer, "data-error").as_deref(), Some("refused"));
    // A state that nobody was given, or that is too old: no page is told.
    let (way, _) = opens(&app).await;
    let right = code(&issuer.url, &way, &json!({ "name": "Ana" }));
    let tampered = returns(&app, &[("code", &right), ("state", "x")]).await;
    assert_eq!(tampered.status, StatusCode::NOT_FOUND);
    assert!(!tampered.body.contains("<script"), "{}", tampered.body);
    app.passes(10 * 60);
    let state = query(&way, "state");
    let late = returns(&app, &[("code", &right), ("state", &state)]).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_private_server_is_not_asked_unless_the_owner_lets_it() {
    let issuer = Issuer::start(json!({})).await.unwrap();
    let file = format!(
        "[sites.news]\norigins = [\"{NEWS}\"]\n{}",
        with(&issuer.url)
    );
    let app = TestApp::with()
        .set(|settings| settings.public_url = Some(BASE.to_owned()))
        .file(&file)
        .start()
        .await;
    let body = json!({ "site": "news" });
    let asked = calls(&app, NEWS, "/login/oidc", body).await;
    asked.problem(ProblemKind::Unavailable);
}
