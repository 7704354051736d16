//! How the server defends itself against spam.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use afterword_protocol::{Created, ProblemKind, Status};
use afterword_server::config::Switch;
use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use axum::http::{HeaderMap, Uri};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;
use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use tokio::net::TcpListener;

use crate::app::{Answer, TestApp};
use crate::reader::Reader;

const TEXTS: [&str; 6] = [
    "The bridge was closed for three years when I was a child, and nobody missed it.",
    "Has anybody asked the people of the lower town? They are the ones who cross it.",
    "My grandfather helped to build it. He said that the third arch was always too weak.",
    "What does it cost, and who pays? The article leaves that to the reader.",
    "A ferry would do. There was one until 1962, and it was never late.",
    "I cycle over it every morning, and every morning I count the new cracks.",
];

/// A server that defends itself.
async fn defended(spam: &str) -> TestApp {
    let file = format!("[sites.default]\norigins = [\"*\"]\n[sites.default.spam]\n{spam}");
    TestApp::with()
        .set(|settings| {
            settings.spam = Some(Switch::On);
            // Whoever asks says where they are.
            settings.trusted_proxies = Some(vec!["127.0.0.0/8".to_owned()]);
        })
        .file(&file)
        .start()
        .await
}

fn solved(challenge: &Challenge) -> String {
    let solution = solve_challenge(SolveChallengeOptions::new(challenge));
    let payload = Payload {
        challenge: challenge.clone(),
        solution: solution.unwrap().unwrap(),
    };
    STANDARD.encode(serde_json::to_vec(&payload).unwrap())
}

/// Somebody with a script, at an address.
struct Sender<'a> {
    app: &'a TestApp,
    address: String,
}

impl Sender<'_> {
    async fn challenge(&self) -> Challenge {
        let call = self.app.call(Method::GET, "/challenge?site=default", None);
        let answer = Answer::to(call.header("x-forwarded-for", &self.address)).await;
        answer.json(StatusCode::OK)
    }

    async fn sends(&self, body: Value) -> Answer {
        let call = self.app.call(Method::POST, "/comments", Some(body));
        Answer::to(call.header("x-forwarded-for", &self.address)).await
    }

    /// Writes for a while, and posts with a proof.
    async fn writes(&self, page: &str, text: &str) -> Answer {
        let challenge = self.challenge().await;
        self.app.passes(30);
        let proof = solved(&challenge);
        self.sends(json!({ "page": page, "text": text, "proof": proof }))
            .await
    }
}

fn at<'a>(app: &'a TestApp, address: &str) -> Sender<'a> {
    Sender {
        app,
        address: address.to_owned(),
    }
}

/// Why comments are held, the latest first.
async fn reasons(app: &TestApp) -> Vec<(String, String)> {
    let file = app.folder().join("comments.sqlite");
    let url = format!("sqlite:{}", file.display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    let query = "SELECT check_name, detail FROM reason ORDER BY rowid DESC";
    sqlx::query_as(query)
        .fetch_all(&mut database)
        .await
        .unwrap()
}

#[track_caller]
fn is(answer: &Answer, status: Status) -> Created {
    let created = answer.created();
    assert_eq!(created.comment.status, status, "{}", answer.body);
    created
}

#[tokio::test]
async fn a_script_has_to_do_some_work() {
    let app = defended("proof = \"scripts\"").await;
    let sender = at(&app, "198.51.100.1");
    let body = |proof: Option<&str>| {
        let mut body = json!({ "page": "/a", "text": TEXTS[0] });
        if let Some(proof) = proof {
            body["proof"] = proof.into();
        }
        body
    };
    for proof in [None, Some(""), Some("e30="), Some("nothing")] {
        let refused = sender.sends(body(proof)).await;
        refused.problem(ProblemKind::ProofRequired);
    }
    let challenge = sender.challenge().await;
    app.passes(5);
    let proof = solved(&challenge);
    is(&sender.sends(body(Some(&proof))).await, Status::Published);
    // It is for one comment.
    let again = sender.sends(body(Some(&proof))).await;
    again.problem(ProblemKind::ProofRequired);
    // A restart makes it worthless, and nobody is blamed.
    let challenge = sender.challenge().await;
    let app = app.restarted().await;
    let sender = at(&app, "198.51.100.1");
    let late = sender.sends(body(Some(&solved(&challenge)))).await;
    late.problem(ProblemKind::ProofRequired);
    is(&sender.writes("/a", TEXTS[1]).await, Status::Published);
}

/// As the admin pages send it: on a server with its usual settings.
#[tokio::test]
async fn a_moderator_s_answer_needs_no_proof_and_waits_for_nobody() {
    let app = defended("seconds = 2\n[sites.default.sso]\nrequired = true\nemail = true").await;
    let token = app.moderator("moderator@default").await;
    let rule = json!({ "site": "*", "name": "all", "test": { "kind": "newcomer" }, "action": "hold", "enabled": true });
    let owner = app.moderator("owner").await;
    let made = app.admin(Method::POST, "/rules", &owner, Some(rule)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let answer = |text: &str| json!({ "page": "/a", "author": "Grace", "text": text });
    let send = async |token: &str, text: &str| {
        let call = app.call(Method::POST, "/comments", Some(answer(text)));
        Answer::to(call.bearer_auth(token)).await
    };
    // Twice the same, and at once.
    for _ in 0..2 {
        is(&send(&token, TEXTS[0]).await, Status::Published);
    }
    assert!(reasons(&app).await.is_empty());
    // Whoever looks after another site is a reader here, as is who has a token of their own making.
    let elsewhere = app.moderator("moderator@news").await;
    for other in [elsewhere.as_str(), "an edit token, or whatever"] {
        send(other, TEXTS[1])
            .await
            .problem(ProblemKind::LoginRequired);
    }
    let page = app
        .admin(Method::GET, "/pages?site=default", &token, None)
        .await;
    let id = page.json::<Value>(StatusCode::OK)["items"][0]["id"].clone();
    let close = json!({ "state": "closed" });
    let closed = app
        .admin(Method::PATCH, &format!("/pages/{id}"), &token, Some(close))
        .await;
    assert_eq!(closed.status, StatusCode::OK, "{}", closed.body);
    send(&token, TEXTS[2]).await.problem(ProblemKind::Closed);
}

#[tokio::test]
async fn a_repeated_request_needs_no_other_proof() {
    let app = defended("proof = \"scripts\"").await;
    let sender = at(&app, "198.51.100.1");
    let challenge = sender.challenge().await;
    app.passes(5);
    let proof = solved(&challenge);
    let key = "0123456789abcdef-key";
    let send = |proof: Option<&str>| {
        let body = json!({ "page": "/a", "text": TEXTS[0], "proof": proof });
        app.post_once(key, body)
    };
    send(None).await.problem(ProblemKind::ProofRequired);
    let first = send(Some(&proof)).await.created();
    for proof in [Some(proof.as_str()), None, Some("another")] {
        assert_eq!(send(proof).await.created().comment.id, first.comment.id);
    }
    assert_eq!(app.list("page=/a").await.total, 1);
}

#[tokio::test]
async fn who_writes_faster_than_people_do_is_held() {
    let app = defended("proof = \"scripts\"").await;
    let sender = at(&app, "198.51.100.1");
    let challenge = sender.challenge().await;
    app.clock.set(app.clock.now() + 900);
    let body = json!({ "page": "/a", "text": TEXTS[0], "proof": solved(&challenge) });
    is(&sender.sends(body).await, Status::Pending);
    let (check, detail) = &reasons(&app).await[0];
    assert_eq!(
        (check.as_str(), detail.as_str()),
        ("too-fast", "written within 900 milliseconds")
    );
    assert_eq!(app.list("page=/a").await.total, 0);
}

#[tokio::test]
async fn what_people_do_not_see_they_do_not_fill_in() {
    let app = defended("proof = \"off\"").await;
    let sender = at(&app, "198.51.100.1");
    let body = json!({ "page": "/a", "text": TEXTS[0], "trap": "https://win.example" });
    // It is not told that it was found out.
    is(&sender.sends(body).await, Status::Pending);
    assert_eq!(reasons(&app).await[0].0, "honeypot");
}

#[tokio::test]
async fn the_same_text_is_held_wherever_it_stands() {
    let app = defended("proof = \"off\"").await;
    let post = |address: &'static str, page: &'static str, text: String| {
        let sender = at(&app, address);
        async move { sender.sends(json!({ "page": page, "text": text })).await }
    };
    let text = || TEXTS[0].to_owned();
    let first = is(&post("198.51.100.1", "/a", text()).await, Status::Published);
    is(&post("198.51.100.2", "/b", text()).await, Status::Pending);
    let shouted = TEXTS[0].to_uppercase() + "!!!";
    is(&post("198.51.100.3", "/c", shouted).await, Status::Pending);
    let changed = TEXTS[0].replace("bridge", "tunnel");
    is(&post("198.51.100.4", "/d", changed).await, Status::Pending);
    assert!(reasons(&app).await[0].1.starts_with("nearly the same text"));
    // An edit may be like what it was, and not like others.
    let edited = app
        .edit(&first.comment.id, &first.edit_token, &(text() + " Really."))
        .await;
    assert_eq!(edited.comment().status, Status::Published);
    let other = is(
        &post("198.51.100.5", "/e", TEXTS[1].to_owned()).await,
        Status::Published,
    );
    let edited = app
        .edit(&other.comment.id, &other.edit_token, TEXTS[0])
        .await;
    assert_eq!(edited.comment().status, Status::Pending);
    // "Thank you" is said by many.
    for number in 0..4 {
        let address = ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"][number];
        is(
            &post(address, "/a", "Thank you!".to_owned()).await,
            Status::Published,
        );
    }
    is(
        &post("203.0.113.5", "/a", "Thank you!".to_owned()).await,
        Status::Pending,
    );
    // It is known after a restart, too.
    let app = app.restarted().await;
    let sender = at(&app, "198.51.100.9");
    let body = json!({ "page": "/z", "text": TEXTS[0] });
    is(&sender.sends(body).await, Status::Pending);
    // After a day it may be said again.
    app.passes(25 * 60 * 60);
    let body = json!({ "page": "/z", "text": TEXTS[2] });
    is(
        &at(&app, "198.51.100.10").sends(body).await,
        Status::Published,
    );
}

#[tokio::test]
async fn the_same_is_held_however_it_is_typed() {
    let app = defended("proof = \"off\"").await;
    let typed = |text: &str| -> String {
        let signs = text.chars().map(|sign| match sign {
            'a'..='z' => format!("&#{};", u32::from(sign)),
            _ => sign.to_string(),
        });
        signs.collect()
    };
    let send = async |address: &str, text: &str| {
        let body = json!({ "page": "/a", "text": text });
        let answer = at(&app, address).sends(body).await;
        app.passes(60);
        answer.created().comment.status
    };
    assert_eq!(send("198.51.100.1", TEXTS[0]).await, Status::Published);
    assert_eq!(
        send("198.51.100.2", &typed(TEXTS[0])).await,
        Status::Pending
    );
    assert_eq!(reasons(&app).await[0].0, "duplicate");
    assert_eq!(
        send("198.51.100.3", &typed(TEXTS[1])).await,
        Status::Published
    );
    // Also after it begins anew, when it reads again what was said.
    let app = app.restarted().await;
    let body = json!({ "page": "/a", "text": typed(TEXTS[0]).replace("&#97;", "a") });
    let answer = at(&app, "198.51.100.4").sends(body).await;
    is(&answer, Status::Pending);
}

#[tokio::test]
async fn what_comes_in_a_burst_is_held_and_makes_work_harder() {
    let app = defended("proof = \"scripts\"\nburst = 3").await;
    let sender = at(&app, "198.51.100.1");
    for text in &TEXTS[..3] {
        is(&sender.writes("/a", text).await, Status::Published);
    }
    for text in &TEXTS[3..5] {
        is(&sender.writes("/a", text).await, Status::Pending);
    }
    assert_eq!(reasons(&app).await[0].0, "burst");
    let effort = |challenge: Challenge| challenge.parameters.data.unwrap()["effort"].clone();
    assert!(effort(sender.challenge().await).as_u64() > Some(1));
    // It is others' business no more than theirs.
    let other = at(&app, "203.0.113.1");
    assert_eq!(effort(other.challenge().await), 1);
    is(&other.writes("/a", TEXTS[5]).await, Status::Published);
    app.passes(3 * 60 * 60);
    assert_eq!(effort(sender.challenge().await), 1);
}

#[tokio::test]
async fn a_network_that_asks_for_ever_makes_nothing_harder_for_others() {
    let app = defended("proof = \"scripts\"").await;
    let effort = |challenge: Challenge| challenge.parameters.data.unwrap()["effort"].clone();
    let greedy = at(&app, "198.51.100.1");
    for _ in 0..100 {
        greedy.challenge().await;
    }
    assert!(effort(greedy.challenge().await).as_u64() >= Some(8));
    assert_eq!(effort(at(&app, "203.0.113.1").challenge().await), 1);
    // Nor is held what comes without a script.
    let mut reader = Reader::opens(&app, "/thread?page=%2Fa&title=News").await;
    app.passes(20);
    reader.types("text", TEXTS[0]);
    reader.presses("Post comment").await;
    assert_eq!(app.list("page=/a").await.total, 1);
    // It is over soon after.
    app.passes(2 * 60);
    assert_eq!(effort(greedy.challenge().await), 1);
}

/// A tunnel of IPv6 has 65,536 networks, and costs nothing.
#[tokio::test]
async fn who_comes_from_another_network_of_their_line_each_time_is_known() {
    let settings = "proof = \"off\"\nduplicates = 0\nburst = 2\nperson = 0";
    let app = defended(settings).await;
    let posts = async |address: String, number: usize| {
        let body = json!({ "page": "/a", "text": TEXTS[number % TEXTS.len()] });
        let created = at(&app, &address).sends(body).await.created();
        created.comment.status
    };
    let mut held = 0;
    for number in 0..12 {
        let address = format!("2001:db8:7:{number:x}::1");
        held += usize::from(posts(address, number).await == Status::Pending);
    }
    assert_eq!(held, 4);
    assert_eq!(reasons(&app).await[0].0, "burst");
    // Their neighbours have other lines.
    for (number, address) in ["2001:db8:8::1", "198.51.100.1"].into_iter().enumerate() {
        let own = posts(address.to_owned(), number).await;
        assert_eq!(own, Status::Published, "{address}");
    }
}

#[tokio::test]
async fn few_words_with_a_number_are_the_same_after_a_while() {
    let app = defended("proof = \"off\"\nburst = 0\nperson = 0").await;
    let mut held = 0;
    for number in 0..10 {
        let sender = at(&app, &format!("198.51.100.{number}"));
        let text = format!("Buy cheap pills at pills.example {}", number * 4711);
        let body = json!({ "page": format!("/{number}"), "text": text });
        held += usize::from(sender.sends(body).await.created().comment.status == Status::Pending);
    }
    assert_eq!(held, 6);
    assert_eq!(reasons(&app).await[0].0, "duplicate");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_at_the_same_moment_is_counted() {
    let app = defended("proof = \"off\"\nburst = 3\nduplicates = 0").await;
    let sender = at(&app, "198.51.100.1");
    let posts = (0..12).map(|number| {
        let text = format!("{} {number}", TEXTS[number % TEXTS.len()]);
        sender.sends(json!({ "page": "/a", "text": text }))
    });
    for answer in futures_util::future::join_all(posts).await {
        answer.created();
    }
    assert_eq!(app.list("page=/a").await.total, 3);
}

#[tokio::test]
async fn a_form_without_a_script_is_taken_and_looked_at_more_closely() {
    let app = defended("proof = \"scripts\"").await;
    let page = "/thread?page=%2Fa&title=News";
    let mut reader = Reader::opens(&app, page).await;
    app.passes(20);
    reader.types("text", TEXTS[0]);
    reader.presses("Post comment").await;
    assert_eq!(app.list("page=/a").await.total, 1);
    // A place in the article is no link.
    let mut reader = Reader::opens(&app, page).await;
    app.passes(20);
    reader.types(
        "text",
        "In [the second chapter](#chapter-2) it says something else.",
    );
    reader.presses("Post comment").await;
    assert_eq!(app.list("page=/a").await.total, 2);
    // With a link.
    let mut reader = Reader::opens(&app, page).await;
    app.passes(20);
    reader.types("text", "This is well said at https://bridges.example.");
    reader.presses("Post comment").await;
    assert_eq!(app.list("page=/a").await.total, 2);
    assert_eq!(reasons(&app).await[0].0, "no-proof");
    // However it is written.
    for text in [
        "[This](//evil.example) is well said in the book on bridges.",
        "The book has [this](htt&#112;s://evil.example/p) on how it was built.",
    ] {
        let mut reader = Reader::opens(&app, page).await;
        app.passes(20);
        reader.types("text", text);
        reader.presses("Post comment").await;
        assert_eq!(app.list("page=/a").await.total, 2, "{text}");
    }
    // In no time.
    let app = defended("proof = \"scripts\"").await;
    let mut reader = Reader::opens(&app, page).await;
    reader.types("text", TEXTS[1]);
    reader.presses("Post comment").await;
    assert_eq!(app.list("page=/a").await.total, 0);
    assert_eq!(reasons(&app).await[0].0, "too-fast");
}

#[tokio::test]
async fn what_came_without_a_script_is_looked_at_more_closely_when_it_is_edited() {
    let app = defended("proof = \"scripts\"").await;
    let page = "/thread?page=%2Fa&title=News";
    let mut reader = Reader::opens(&app, page).await;
    app.passes(20);
    reader.types("text", TEXTS[0]);
    reader.presses("Post comment").await;
    let link = reader.attribute(".kept", "href").unwrap();
    let token = link.split("token=").nth(1).unwrap();
    let token = token.split(['&', '#']).next().unwrap();
    let id = app.list("page=/a").await.branches[0].root.id.clone();
    let edits = async |text: &str| app.edit(&id, token, text).await.comment().status;
    assert_eq!(
        edits(&(TEXTS[0].to_owned() + " Nobody.")).await,
        Status::Published
    );
    let led = TEXTS[0].to_owned() + " See [there](//win.example).";
    assert_eq!(edits(&led).await, Status::Pending);
    assert_eq!(reasons(&app).await[0].0, "no-proof");
    // Who has done the work may add one.
    let proven = at(&app, "198.51.100.1").writes("/b", TEXTS[1]).await;
    let proven = is(&proven, Status::Published);
    let led = TEXTS[1].to_owned() + " See [there](https://lower-town.example).";
    let edited = app.edit(&proven.comment.id, &proven.edit_token, &led).await;
    assert_eq!(edited.comment().status, Status::Published);
}

#[tokio::test]
async fn whoever_corrects_words_is_no_burst() {
    let app = defended("proof = \"off\"\nburst = 3").await;
    let sender = at(&app, "127.0.0.1");
    let body = json!({ "page": "/a", "text": TEXTS[0] });
    let posted = is(&sender.sends(body).await, Status::Published);
    let edits = async |text: &str| {
        let edited = app.edit(&posted.comment.id, &posted.edit_token, text);
        edited.await.comment().status
    };
    for number in 0..8 {
        let text = format!("{} ({number})", TEXTS[0]);
        assert_eq!(edits(&text).await, Status::Published);
    }
    // What is another text counts.
    let others = [TEXTS[1], TEXTS[2], TEXTS[3]];
    let mut stati = Vec::new();
    for text in others {
        stati.push(edits(text).await);
    }
    assert_eq!(
        stati,
        [Status::Published, Status::Published, Status::Pending]
    );
}

#[tokio::test]
async fn a_form_that_was_not_shown_comes_back_and_is_sent_once_more() {
    let app = defended("proof = \"scripts\"").await;
    let mut reader = Reader::opens(&app, "/thread?page=%2Fa&title=News").await;
    reader.types("text", TEXTS[0]).types("author", "Ada");
    app.passes(2 * 24 * 60 * 60);
    reader.presses("Post comment").await;
    assert_eq!(reader.answer.status, StatusCode::FORBIDDEN);
    assert_eq!(
        reader.read(".composer-error"),
        "Post it once more: the server has to see that no program sent it."
    );
    assert_eq!(reader.value("textarea"), TEXTS[0]);
    assert_eq!(reader.value("[name=author]"), "Ada");
    app.passes(4);
    reader.presses("Post comment").await;
    assert_eq!(app.list("page=/a").await.total, 1);
}

#[tokio::test]
async fn a_preview_takes_no_time_away() {
    let app = defended("proof = \"scripts\"").await;
    let mut reader = Reader::opens(&app, "/thread?page=%2Fa&title=News").await;
    reader.types("text", TEXTS[0]);
    app.passes(20);
    reader.presses("Preview").await;
    reader.presses("Post comment").await;
    assert_eq!(app.list("page=/a").await.total, 1);
}

#[tokio::test]
async fn a_site_can_do_without() {
    let app = defended("on = false").await;
    let sender = at(&app, "198.51.100.1");
    let none = app.call(Method::GET, "/challenge?site=default", None);
    assert_eq!(Answer::to(none).await.status, StatusCode::NO_CONTENT);
    for _ in 0..30 {
        let body = json!({ "page": "/a", "text": TEXTS[0] });
        is(&sender.sends(body).await, Status::Published);
    }
}

/// The story, but for the browser.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_posts_of_bots_end_in_the_queue_or_refused() {
    let app = defended("proof = \"scripts\"").await;
    let words = [
        "great", "article", "casino", "bonus", "win", "bridge", "today", "cheap", "money", "river",
        "people", "offer", "click", "loan", "city", "photo",
    ];
    let varied = |number: usize| {
        let words = (0..20).map(|place| words[(number * 7 + place * (number % 13 + 1)) % 16]);
        let words: Vec<&str> = words.collect();
        format!("{} {number}", words.join(" "))
    };
    let person = at(&app, "203.0.113.77");
    let challenge = person.challenge().await;
    let mut refused = 0;
    let mut held = 0;
    for number in 0..1_000 {
        // A net of fifty machines.
        let bot = at(&app, &format!("198.51.100.{}", number % 50 + 1));
        let page = format!("/{}", number % 20);
        let text = match number % 5 {
            0 | 3 => "Best pills at https://pills.example and https://more.example!".to_owned(),
            1 => "I made $5,000 in a week from home, ask me how on my page.".to_owned(),
            _ => varied(number),
        };
        let mut body = json!({ "page": page, "text": text });
        let answer = if number % 5 == 4 {
            // By the form, as a program sends it.
            let form = [("page", page.as_str()), ("text", &text), ("trap", "")];
            let form = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(form)
                .finish();
            let call = app.request(Method::POST, "/thread/comments");
            let call = call.header("x-forwarded-for", &bot.address);
            let kind = "application/x-www-form-urlencoded";
            Answer::to(call.header("content-type", kind).body(form)).await
        } else {
            // The work is only so much that it can be done for some of them here.
            if number % 10 < 4 && number < 100 {
                body["proof"] = solved(&bot.challenge().await).into();
            }
            bot.sends(body).await
        };
        match answer.status {
            StatusCode::CREATED => {
                is(&answer, Status::Pending);
                held += 1;
            }
            status if status.is_client_error() => refused += 1,
            status => panic!("{status}: {}", answer.body),
        }
        if number == 500 {
            app.passes(40);
            let began = Instant::now();
            let body = json!({ "page": "/1", "text": TEXTS[0], "proof": solved(&challenge) });
            is(&person.sends(body).await, Status::Published);
            assert!(
                began.elapsed() < Duration::from_secs(2),
                "{:?}",
                began.elapsed()
            );
        }
    }
    assert!(
        held >= 30 && refused >= 700,
        "{held} held, {refused} refused"
    );
    let mut published = 0;
    for page in 0..20 {
        published += app.list(&format!("page=/{page}")).await.total;
    }
    assert_eq!(published, 1);
}

/// What moderators do is what the classifier knows.
#[tokio::test]
async fn the_classifier_learns_from_moderators_and_unlearns() {
    let app = defended("proof = \"off\"\nburst = 0\nperson = 0\nshared = false").await;
    let token = app.moderator("owner").await;
    let get = async |path: &str| -> Value {
        let answer = app.admin(Method::GET, path, &token, None).await;
        answer.json(StatusCode::OK)
    };
    let act = async |action: &str, id: &str| {
        let action = json!({ "action": action, "ids": [id] });
        app.decides(&token, action).await
    };
    let post = async |number: usize, text: &str| -> Created {
        let sender = at(&app, &format!("198.51.100.{number}"));
        let body = json!({ "page": "/a", "text": text });
        let created = sender.sends(body).await.created();
        app.passes(60);
        created
    };
    let pills = |number: usize| format!("Cheap pills casino number{number} bonus{number}");
    let bridge = |number: usize| format!("The bridge and its arches, part{number} river{number}");
    let mut spam = Vec::new();
    let mut good = Vec::new();
    for number in 0..10 {
        spam.push(post(number + 1, &pills(number)).await.comment.id);
        good.push(post(number + 101, &bridge(number)).await.comment.id);
    }
    // It says nothing before it was taught.
    let before = get("/classifier?site=default").await;
    assert_eq!((&before["spam"], &before["good"]), (&json!(0), &json!(0)));
    let mut last = None;
    for number in 0..10 {
        last = Some(act("spam", &spam[number]).await);
        // One of them was on the wrong side first.
        act("hide", &good[number]).await;
        act("approve", &good[number]).await;
    }
    let taught = get("/classifier?site=default").await;
    assert_eq!((&taught["spam"], &taught["good"]), (&json!(10), &json!(10)));
    assert_eq!(taught["words"][0]["spam"], 10);
    // Now it knows.
    let caught = post(51, "More cheap pills, a casino").await;
    assert_eq!(caught.comment.status, Status::Pending);
    let (check, detail) = &reasons(&app).await[0];
    assert_eq!(check, "classifier");
    assert!(detail.contains("pills 9"), "{detail}");
    let hidden = post(54, "Ch&#101;ap c&#97;sino, p*il*ls").await;
    assert_eq!(hidden.comment.status, Status::Pending);
    assert_eq!(reasons(&app).await[0].0, "classifier");
    // Neither by letters of other scripts, nor behind words that mean nothing.
    let disguised = post(55, "Che\u{430}p ca\u{455}ino, ｐｉｌｌｓ").await;
    assert_eq!(disguised.comment.status, Status::Pending);
    assert_eq!(reasons(&app).await[0].0, "classifier");
    let padding: String = (0..1_000).map(|number| format!("q{number}x ")).collect();
    let padded = post(56, &format!("{padding} cheap casino pills")).await;
    assert_eq!(padded.comment.status, Status::Pending);
    assert_eq!(reasons(&app).await[0].0, "classifier");
    let fine = post(52, "The arches of the bridge, again").await;
    assert_eq!(fine.comment.status, Status::Published);
    let why = get(&format!("/comments/{}/classifier", caught.comment.id)).await;
    assert!(why["percent"].as_u64() > Some(89), "{why}");
    // What is undone is unlearned.
    let undo = format!("/actions/{}/undo", last.unwrap().action_id);
    app.admin(Method::POST, &undo, &token, None).await;
    let undone = get("/classifier?site=default").await;
    assert_eq!((&undone["spam"], &undone["good"]), (&json!(9), &json!(10)));
    let missed = post(53, "Pills, cheap, and casino more").await;
    assert_eq!(missed.comment.status, Status::Published);
}

/// A service that answers as it is told to, and remembers what it was asked.
async fn service(answer: &'static str, delay: Duration) -> (String, Asked) {
    let asked = Asked::default();
    let kept = Arc::clone(&asked);
    let app = axum::Router::new().fallback(
        move |uri: Uri, headers: HeaderMap, body: String| async move {
            tokio::time::sleep(delay).await;
            kept.lock()
                .unwrap()
                .push((uri.path().to_owned(), headers, body));
            answer
        },
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, asked)
}

type Asked = Arc<Mutex<Vec<(String, HeaderMap, String)>>>;

async fn asking(settings: &str) -> TestApp {
    let file = format!(
        "[sites.default]\norigins = [\"*\"]\n[sites.default.spam]\nproof = \"off\"\n{settings}"
    );
    TestApp::with()
        .set(|settings| {
            settings.spam = Some(Switch::On);
            settings.outbound_private = Some(Switch::On);
        })
        .file(&file)
        .start()
        .await
}

fn hook(url: &str) -> String {
    format!(
        "[sites.default.spam.hook]\nurl = \"{url}/screen\"\nsecret = \"whsec_c2VjcmV0\"\n\
         milliseconds = 300\n"
    )
}

#[tokio::test]
async fn a_program_of_the_owner_s_may_decide_anything() {
    for (answer, status, found) in [
        ("{\"action\":\"publish\"}", Some(Status::Published), None),
        (
            "{\"action\":\"hold\",\"reason\":\"a competitor\"}",
            Some(Status::Pending),
            Some("a competitor"),
        ),
        ("{\"action\":\"spam\"}", Some(Status::Pending), Some("")),
        ("{\"action\":\"reject\"}", None, None),
        // What it says wrongly costs nobody a comment.
        ("yes", Some(Status::Published), None),
    ] {
        let (url, asked) = service(answer, Duration::ZERO).await;
        let app = asking(&hook(&url)).await;
        let body = json!({ "page": "/a", "author": "Ada", "text": TEXTS[0] });
        let posted = app.post("/comments", body).await;
        match status {
            Some(status) => drop(is(&posted, status)),
            None => drop(posted.problem(ProblemKind::TextRefused)),
        }
        let reasons = reasons(&app).await;
        if let Some(found) = found {
            assert_eq!(reasons[0], ("hook".to_owned(), found.to_owned()));
        }
        let asked = asked.lock().unwrap();
        let (path, headers, body) = &asked[0];
        assert_eq!(path, "/screen");
        let header = |name: &str| headers[name].to_str().unwrap();
        let signed = format!(
            "{}.{}.{body}",
            header("webhook-id"),
            header("webhook-timestamp")
        );
        let mut mac = Hmac::<Sha256>::new_from_slice(b"secret").unwrap();
        mac.update(signed.as_bytes());
        let wanted = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        assert_eq!(header("webhook-signature"), wanted);
        let told: Value = serde_json::from_str(body).unwrap();
        assert_eq!(told["comment"]["text"], TEXTS[0]);
        assert_eq!(told["comment"]["author"], "Ada");
    }
}

#[tokio::test]
async fn who_is_slow_or_gone_costs_nobody_a_comment() {
    let (slow, _) = service("{\"action\":\"reject\"}", Duration::from_secs(30)).await;
    for url in [slow.as_str(), "http://127.0.0.1:1"] {
        let app = asking(&hook(url)).await;
        let body = json!({ "page": "/a", "text": TEXTS[0] });
        is(&app.post("/comments", body).await, Status::Published);
    }
    // Nor is what is within the server's own network reached, unless the owner says so.
    let (url, asked) = service("{\"action\":\"reject\"}", Duration::ZERO).await;
    let app = defended(&format!("proof = \"off\"\n{}", hook(&url))).await;
    let body = json!({ "page": "/a", "text": TEXTS[0] });
    is(
        &at(&app, "198.51.100.1").sends(body).await,
        Status::Published,
    );
    assert!(asked.lock().unwrap().is_empty());
}

/// Who goes into a tunnel while the comment is looked at sends it again by itself.
#[tokio::test]
async fn what_was_cut_off_and_comes_again_is_no_repetition() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = asking(&hook(&url)).await;
    let key = "0123456789abcdef-tunnel";
    let body = json!({ "page": "/a", "text": TEXTS[0] });
    let send = app.call(Method::POST, "/comments", Some(body.clone()));
    let sends = tokio::spawn(send.header("idempotency-key", key).send());
    // It is asked about the comment by now, and answers nothing.
    let asked = listener.accept().await.unwrap();
    sends.abort();
    let again = app.post_once(key, body).await;
    is(&again, Status::Published);
    assert_eq!(app.list("page=/a").await.total, 1);
    drop(asked);
}

#[tokio::test]
async fn akismet_is_asked_and_told_where_the_owner_wants_that() {
    let (url, asked) = service("true", Duration::ZERO).await;
    let settings = format!(
        "[sites.default.akismet]\napi_key = \"abc\"\nblog = \"https://blog.example/\"\nurl = \"{url}/1.1\"\n"
    );
    let app = asking(&settings).await;
    let token = app.moderator("owner").await;
    let body = json!({ "page": "/a", "author": "Ada", "text": "Viagra & more" });
    let created = is(&app.post("/comments", body).await, Status::Pending);
    assert_eq!(reasons(&app).await[0].0, "akismet");
    let act = json!({ "action": "approve", "ids": [created.comment.id] });
    app.decides(&token, act).await;
    let told = async |number: usize| {
        let deadline = Instant::now() + Duration::from_secs(10);
        while asked.lock().unwrap().len() < number {
            assert!(Instant::now() < deadline, "Akismet was not told");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    told(2).await;
    // Whoever bans somebody, and takes what they wrote for spam, says so, too; and takes it back.
    let ban = json!({
        "action": "ban", "ids": [created.comment.id], "then": "spam",
        "bans": [{ "kind": "author" }],
    });
    let banned = app.decides(&token, ban).await;
    told(3).await;
    let undo = format!("/actions/{}/undo", banned.action_id);
    app.admin(Method::POST, &undo, &token, None).await;
    told(4).await;
    // Of a ban alone it learns nothing.
    let ban = json!({
        "action": "ban", "ids": [created.comment.id], "bans": [{ "kind": "author" }],
    });
    app.decides(&token, ban).await;
    let act = json!({ "action": "spam", "ids": [created.comment.id] });
    app.decides(&token, act).await;
    told(5).await;
    let asked = asked.lock().unwrap();
    let (path, _, body) = &asked[0];
    assert_eq!(path, "/1.1/comment-check");
    assert!(body.contains("comment_content=Viagra+%26+more"), "{body}");
    assert!(
        body.contains("user_ip=127.0.0.1") && body.contains("api_key=abc"),
        "{body}"
    );
    let told: Vec<&str> = asked[1..].iter().map(|(path, ..)| path.as_str()).collect();
    let [good, spam] = ["/1.1/submit-ham", "/1.1/submit-spam"];
    assert_eq!(told, [good, spam, good, spam]);
}

#[tokio::test]
async fn akismet_is_told_although_the_server_ends() {
    let (url, asked) = service("true", Duration::from_millis(300)).await;
    let settings = format!(
        "[sites.default.akismet]\napi_key = \"abc\"\nblog = \"https://blog.example/\"\nurl = \"{url}/1.1\"\n"
    );
    let app = asking(&settings).await;
    let token = app.moderator("owner").await;
    let body = json!({ "page": "/a", "author": "Ada", "text": "No spam" });
    let created = is(&app.post("/comments", body).await, Status::Pending);
    let act = json!({ "action": "approve", "ids": [created.comment.id] });
    app.admin(Method::POST, "/actions", &token, Some(act)).await;
    let (served, _folder) = app.stop();
    served.await.unwrap();
    assert_eq!(asked.lock().unwrap().len(), 2);
}
