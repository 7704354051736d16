//! Mails to readers: who gets one, what it says, and how they end.

use afterword_protocol::admin::{Obstacle, ObstacleKind, Tried};
use afterword_protocol::{Created, ProblemKind};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::{Answer, TestApp};
use crate::reader::Reader;
use crate::smtp::{Received, Smtp};

const BASE: &str = "https://comments.example/c";

pub(crate) async fn app(smtp: &Smtp) -> TestApp {
    let url = smtp.url();
    TestApp::with()
        .set(|settings| {
            settings.smtp_url = Some(url);
            settings.mail_from = Some("The blog <comments@blog.example>".to_owned());
            settings.public_url = Some(BASE.to_owned());
            settings.origins = Some(vec!["https://blog.example".to_owned()]);
        })
        .start()
        .await
}

/// Posts as somebody with an address, always in the same browser.
pub(crate) async fn says(app: &TestApp, email: &str, text: &str, parent: Option<&str>) -> Created {
    let body = json!({
        "page": "/a", "title": "On slow news", "url": "https://blog.example/a?b=1#c",
        "author": "Ada", "email": email, "text": text, "parent": parent,
        "person": secret_of(email),
    });
    app.post("/comments", body).await.created()
}

fn secret_of(whom: &str) -> String {
    format!("the-secret-of-the-browser-of-{}", whom.to_lowercase())
}

async fn answers(app: &TestApp, author: &str, text: &str, parent: &str) -> Created {
    let body = json!({ "page": "/a", "author": author, "text": text, "parent": parent });
    app.post("/comments", body).await.created()
}

/// What a link in a mail leads to, below the server's address.
pub(crate) fn path(link: &str) -> &str {
    link.strip_prefix(BASE).unwrap()
}

async fn confirms(app: &TestApp, mail: &Received) {
    let mut reader = Reader::opens(app, path(&mail.link("/mail/confirm"))).await;
    reader.presses("Confirm the address").await;
    assert_eq!(reader.answer.status, StatusCode::OK);
}

/// Looks again after what would have been sent by now: another reader's mail comes behind it.
pub(crate) async fn nothing_comes(app: &TestApp, smtp: &Smtp, number: usize) {
    app.passes(3_600);
    let someone = format!("someone{number}@example.org");
    says(app, &someone, &format!("Me, too, says {someone}."), None).await;
    let mail = smtp.gets(number + 1).await;
    assert_eq!(mail.to, [someone]);
}

#[tokio::test]
async fn a_reader_confirms_hears_of_an_answer_and_leaves() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;

    // By the form, without a script.
    let page = "/thread?page=%2Fa&title=On+slow+news&url=https%3A%2F%2Fblog.example%2Fa";
    let mut reader = Reader::opens(&app, page).await;
    reader
        .types("text", "Is it **late**?")
        .types("author", "Ada")
        .types("email", "Ada@Example.org");
    reader.presses("Post comment").await;
    assert!(reader.read(".receipt").contains("posted"));
    assert!(!reader.answer.body.contains("xample.org"));
    let list = app.get("/comments?page=/a").await;
    assert!(!list.body.contains("xample.org"), "{}", list.body);
    let id = app.list("page=/a").await.branches[0].root.id.clone();

    // Asked once; opening the link does nothing, and neither does an answer meanwhile.
    let mail = smtp.gets(1).await;
    assert_eq!(mail.to, ["Ada@example.org"]);
    assert_eq!(mail.header("subject"), "Confirm your e-mail address");
    assert_eq!(mail.header("from"), "\"The blog\" <comments@blog.example>");
    assert_eq!(mail.header("auto-submitted"), "auto-generated");
    assert!(
        mail.text()
            .contains("a comment on blog.example is answered")
    );
    assert!(!mail.source.contains("slow news"), "{}", mail.source);
    let early = answers(&app, "Bob", "Never too *late*. ||Spoiler||", &id).await;
    for _ in 0..2 {
        let seen = Reader::opens(&app, path(&mail.link("/mail/confirm"))).await;
        assert_eq!(seen.answer.status, StatusCode::OK);
        assert_eq!(seen.answer.header("cache-control"), "no-store");
        assert_eq!(seen.read("main strong"), "Ada@example.org");
    }
    nothing_comes(&app, &smtp, 1).await;
    let link = mail.link("/mail/confirm");
    let mut reader = Reader::opens(&app, path(&link)).await;
    reader.presses("Confirm the address").await;
    assert!(reader.read("[role=status]").contains("is confirmed"));
    reader.reloads().await;
    assert!(reader.read("[role=status]").contains("is confirmed"));

    // What was said meanwhile is told now.
    let mail = smtp.gets(3).await;
    assert_eq!(mail.to, ["Ada@example.org"]);
    assert_eq!(mail.header("subject"), "Bob answered you: On slow news");
    let text = mail.text();
    assert!(text.contains("You wrote:\n\n> Is it late?"), "{text}");
    assert!(
        text.contains("Bob answered:\n\n> Never too late. …"),
        "{text}"
    );
    assert!(
        text.contains(&format!(
            "https://blog.example/a#comment-{}\n",
            early.comment.id
        )),
        "{text}"
    );
    let html = mail.html();
    assert!(html.contains("Never too late. …"), "{html}");
    assert!(!html.contains("<img") && !html.contains("src="), "{html}");

    // What Ada says herself is no news for her. Whether it was she, she is asked: the form that she
    // has sent before says nothing of her browser.
    says(&app, "Ada@Example.org", "I see.", Some(&id)).await;
    let asked = smtp.gets(4).await;
    assert_eq!(asked.header("subject"), "Confirm your e-mail address");
    nothing_comes(&app, &smtp, 4).await;

    // One click, as her mail program sends it.
    assert_eq!(
        mail.header("list-unsubscribe-post"),
        "List-Unsubscribe=One-Click"
    );
    let leave = mail.header("list-unsubscribe");
    let leave = leave.trim_matches(['<', '>']);
    assert_eq!(leave, mail.link("/mail/leave"));
    let seen = Reader::opens(&app, path(leave)).await;
    assert_eq!(seen.read("main strong"), "On slow news");
    answers(&app, "Bob", "Still there?", &id).await;
    app.passes(120);
    assert!(smtp.gets(6).await.text().contains("Still there?"));
    let click = app
        .request(Method::POST, path(leave))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("List-Unsubscribe=One-Click");
    let answer = Answer::to(click).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answers(&app, "Bob", "And now?", &id).await;
    nothing_comes(&app, &smtp, 6).await;

    // Nothing of her address is left, and the link can be pressed again.
    assert!(!app.has_on_disk("Ada@example.org"));
    let mut again = Reader::opens(&app, path(leave)).await;
    again.presses("No more mails at all").await;
    assert_eq!(again.answer.status, StatusCode::OK);
}

#[tokio::test]
async fn answers_that_come_together_are_told_together_and_once() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    let ada = says(&app, "ada@example.org", "First.", None).await;
    confirms(&app, &smtp.gets(1).await).await;
    let bob = answers(&app, "Bob", "One.", &ada.comment.id).await;
    app.passes(60);
    let gone = answers(&app, "Eve", "Two.", &ada.comment.id).await;
    answers(&app, "Carol", "Three.", &ada.comment.id).await;
    // An answer to an answer is none to her.
    answers(&app, "Dan", "Four.", &bob.comment.id).await;
    app.deletes(&gone).await;
    app.passes(60);
    let mail = smtp.gets(2).await;
    assert_eq!(mail.header("subject"), "New answers to you: On slow news");
    let text = mail.text();
    assert_eq!(text.matches("> First.").count(), 1, "{text}");
    assert!(
        text.contains("> One.") && text.contains("> Three."),
        "{text}"
    );
    assert!(!text.contains("Two.") && !text.contains("Four."), "{text}");
    // Back again, and no news any more.
    app.restore(&gone.comment.id, &gone.edit_token)
        .await
        .comment();
    app.edit(&bob.comment.id, &bob.edit_token, "One!")
        .await
        .comment();
    app.passes(120);
    let second = smtp.gets(3).await;
    assert!(second.text().contains("> Two."));
    // Mail programs put together what is about one page.
    let thread = mail.header("references");
    assert!(thread.ends_with("@blog.example>"), "{thread}");
    assert_eq!(second.header("references"), thread);
    assert_eq!(second.header("in-reply-to"), thread);
    assert_ne!(second.header("message-id"), mail.header("message-id"));
    app.deletes(&gone).await;
    app.restore(&gone.comment.id, &gone.edit_token)
        .await
        .comment();
    nothing_comes(&app, &smtp, 3).await;
}

#[tokio::test]
async fn a_queue_outlives_the_program_and_a_server_that_is_away() {
    let mut smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    let ada = says(&app, "ada@example.org", "First.", None).await;
    confirms(&app, &smtp.gets(1).await).await;
    smtp.stop().await;
    let bob = answers(&app, "Bob", "One.", &ada.comment.id).await;
    app.passes(120);
    app.comes_true("SELECT count(*) FROM mail WHERE tries = 1 AND state = 'waiting'")
        .await;
    let app = app.restarted().await;
    smtp.start_again().await.unwrap();
    app.passes(60);
    let mail = smtp.gets(2).await;
    assert!(mail.text().contains(&bob.comment.id), "{}", mail.text());
    let id = mail.header("message-id");
    assert!(id.ends_with("@blog.example>"), "{id}");
    let app = app.restarted().await;
    nothing_comes(&app, &smtp, 2).await;

    // It says that it is busy, and is asked again, too.
    smtp.refuses(Some("451 4.7.1 greylisted"));
    answers(&app, "Bob", "Two.", &ada.comment.id).await;
    app.passes(120);
    app.comes_true("SELECT count(*) FROM mail WHERE tries = 1 AND state = 'waiting'")
        .await;
    smtp.refuses(None);
    app.passes(60);
    assert!(smtp.gets(4).await.text().contains("> Two."));
}

/// That so many mails were given up.
const DEAD: [&str; 4] = [
    "SELECT count(*) = 1 FROM mail WHERE state = 'dead'",
    "SELECT count(*) = 2 FROM mail WHERE state = 'dead'",
    "SELECT count(*) = 3 FROM mail WHERE state = 'dead'",
    "SELECT count(*) = 4 FROM mail WHERE state = 'dead'",
];

#[tokio::test]
async fn nobody_is_written_to_for_ever() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    let ada = says(&app, "ada@example.org", "First.", None).await;
    confirms(&app, &smtp.gets(1).await).await;
    let refused = async |refusal: &'static str, text: &str, becomes: &'static str| {
        smtp.refuses(Some(refusal));
        answers(&app, "Bob", text, &ada.comment.id).await;
        app.passes(120);
        app.comes_true(becomes).await;
    };
    refused("550 5.1.1 <{to}> is nobody here", "One.", DEAD[0]).await;
    // On the same day it may be a fault of the server; and what it says of a text says nothing of Ada.
    refused("550 5.1.1 <{to}> is nobody here", "Two.", DEAD[1]).await;
    app.passes(86_400);
    refused("554 5.7.1 that is spam", "Three.", DEAD[2]).await;
    app.comes_true("SELECT count(*) FROM subscription").await;
    refused("550 5.1.1 <{to}> is nobody here", "Four.", DEAD[3]).await;
    app.comes_true("SELECT count(*) = 0 FROM subscription")
        .await;
    smtp.refuses(None);
    answers(&app, "Bob", "Five.", &ada.comment.id).await;
    nothing_comes(&app, &smtp, 1).await;
}

#[tokio::test]
async fn an_owner_sends_themselves_a_mail_and_has_all_tried_again() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    let owner = app.moderator("owner").await;
    let tried = async |app: &TestApp, token: &str| -> Tried {
        let answer = app.admin(Method::POST, "/mail/try", token, None).await;
        answer.json(StatusCode::OK)
    };
    app.sql("UPDATE user SET email = NULL").await;
    let none = tried(&app, &owner).await;
    assert_eq!(none.obstacle.unwrap().kind, ObstacleKind::Address);
    app.sql("UPDATE user SET email = 'owner@example.org'").await;
    assert!(tried(&app, &owner).await.taken);
    assert_eq!(smtp.gets(1).await.to, ["owner@example.org"]);
    smtp.refuses(Some("550 5.1.1 <{to}> is nobody here"));
    let refused = tried(&app, &owner).await;
    assert_eq!(refused.obstacle, Some(Obstacle::answered(550)));
    assert!(!refused.taken && !refused.error.unwrap().contains("owner@"));

    says(&app, "ada@example.org", "First.", None).await;
    says(&app, "bob@example.org", "Second.", None).await;
    app.comes_true("SELECT count(*) = 2 FROM mail WHERE state = 'dead'")
        .await;
    smtp.refuses(None);
    let again = app.admin(Method::POST, "/mail/retry", &owner, None).await;
    assert_eq!(again.status, StatusCode::NO_CONTENT, "{}", again.body);
    smtp.gets(3).await;

    let app = TestApp::start().await;
    let owner = app.moderator("owner").await;
    let unset = tried(&app, &owner).await;
    assert!(unset.error.unwrap().contains("smtp-url"));
}

#[tokio::test]
async fn what_can_not_be_delivered_is_put_aside() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    smtp.refuses(Some("550 5.1.1 <{to}> is nobody here"));
    says(&app, "ada@example.org", "First.", None).await;
    app.comes_true(
        "SELECT count(*) FROM mail WHERE state = 'dead' AND obstacle = 'answered' AND code = 550 \
         AND error LIKE '%550%<…> is nobody here%'",
    )
    .await;
    smtp.refuses(None);
    app.passes(86_400 * 3);
    nothing_comes(&app, &smtp, 0).await;
    // A password that is wrong is no fault of the mail.
    smtp.refuses(Some("535 5.7.8 who are you?"));
    says(&app, "bob@example.org", "Second.", None).await;
    app.comes_true("SELECT count(*) FROM mail WHERE state = 'waiting' AND tries = 1")
        .await;
    smtp.refuses(None);
    app.passes(60);
    assert_eq!(smtp.gets(2).await.to, ["bob@example.org"]);
    // Nor is it said again with each that waits: the server would lock us out.
    smtp.refuses(Some("451 4.7.1 greylisted"));
    says(&app, "carol@example.org", "Third.", None).await;
    says(&app, "dan@example.org", "Fourth.", None).await;
    app.comes_true("SELECT count(*) = 2 FROM mail WHERE state = 'waiting' AND tries = 1")
        .await;
    smtp.refuses(Some("535 5.7.8 who are you?"));
    app.passes(60);
    app.comes_true("SELECT count(*) FROM mail WHERE state = 'waiting' AND tries = 2")
        .await;
    smtp.refuses(None);
    app.passes(30);
    assert_eq!(smtp.gets(3).await.to, ["dan@example.org"]);
    app.passes(300);
    assert_eq!(smtp.gets(4).await.to, ["carol@example.org"]);
    // Nobody is asked for ever: a week, and the address is forgotten.
    app.passes(86_400 * 8);
    let app = app.restarted().await;
    app.comes_true("SELECT count(*) = 0 FROM address WHERE email LIKE '%@example.org'")
        .await;
}

#[tokio::test]
async fn nobody_puts_words_into_headers() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    let evil = "On news\r\nBcc: eve@example.org\r\n\r\nBuy";
    let body = json!({
        "page": "/a", "title": evil, "url": "https://blog.example/a\r\nX: y",
        "author": "Ada", "email": "ada@example.org", "text": "First.",
    });
    let ada = app.post("/comments", body).await.created();
    let mail = smtp.gets(1).await;
    confirms(&app, &mail).await;
    for (author, email) in [
        ("Eve\r\nBcc: eve@example.org", "eve@example.org"),
        ("Eve", "ada@example.org\r\nBcc: eve@example.org"),
        ("Eve", "ada@example.org, eve@example.org"),
    ] {
        let body = json!({ "page": "/a", "author": author, "email": email, "text": "x" });
        let answer = app.post("/comments", body).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            answer.body
        );
    }
    answers(&app, "Zoë \u{1f4aa} <b@c.example>", "One.", &ada.comment.id).await;
    app.passes(120);
    let mail = smtp.gets(2).await;
    assert_eq!(mail.to, ["ada@example.org"]);
    let mut names = mail.header_names();
    names.sort_unstable();
    let expected = [
        "auto-submitted",
        "content-type",
        "date",
        "from",
        "in-reply-to",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "message-id",
        "mime-version",
        "references",
        "subject",
        "to",
    ];
    assert_eq!(names, expected);
    assert_eq!(mail.header("to"), "ada@example.org");
    assert!(
        mail.header("subject").is_ascii(),
        "{}",
        mail.header("subject")
    );
}

#[tokio::test]
async fn an_address_goes_with_the_last_comment_that_needs_it() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    let ada = says(&app, "ada@example.org", "First.", None).await;
    confirms(&app, &smtp.gets(1).await).await;
    let bob = answers(&app, "Bob", "One.", &ada.comment.id).await;
    app.deletes(&ada).await;
    app.passes(700);
    let app = app.restarted().await;
    assert!(!app.has_on_disk("ada@example.org"));
    nothing_comes(&app, &smtp, 1).await;
    // It is asked anew.
    says(&app, "ada@example.org", "Second.", Some(&bob.comment.id)).await;
    assert_eq!(smtp.gets(3).await.to, ["ada@example.org"]);
}

#[tokio::test]
async fn whoever_never_wants_a_mail_gets_none() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    says(&app, "ada@example.org", "First.", None).await;
    let mail = smtp.gets(1).await;
    // Robots that write as somebody: they are asked once a day.
    says(&app, "ada@example.org", "Second.", None).await;
    nothing_comes(&app, &smtp, 1).await;
    let mut reader = Reader::opens(&app, path(&mail.link("/mail/confirm"))).await;
    reader.presses("Never write to this address").await;
    assert!(reader.read("[role=status]").contains("no more"));
    assert!(!app.has_on_disk("ada@example.org"));
    app.passes(86_400 * 2);
    says(&app, "ADA@example.org", "Third.", None).await;
    nothing_comes(&app, &smtp, 2).await;
    assert!(!app.has_on_disk("example.org\u{0}"));
}

#[tokio::test]
async fn a_reader_sees_what_they_get_mails_about() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    let ada = says(&app, "ada@example.org", "First.", None).await;
    confirms(&app, &smtp.gets(1).await).await;
    let body = json!({
        "page": "/b", "email": "ada@example.org", "text": "Elsewhere.",
        "person": secret_of("ada@example.org"),
    });
    app.post("/comments", body).await.created();
    answers(&app, "Bob", "One.", &ada.comment.id).await;
    app.passes(120);
    let manage = smtp.gets(2).await.link("/mail/manage");
    let mut reader = Reader::opens(&app, path(&manage)).await;
    assert_eq!(reader.reads(".followed li p"), ["/b", "On slow news"]);
    reader.presses("No more mails about this page").await;
    assert_eq!(reader.reads(".followed li p"), ["On slow news"]);
    reader.presses("No more mails at all").await;
    assert!(reader.answer.body.contains("No answers are sent"));
    for wrong in [
        "/mail/manage",
        "/mail/manage?link=1.0.x",
        "/mail/leave?link=",
        "/mail/confirm?link=1",
    ] {
        let reader = Reader::opens(&app, wrong).await;
        assert_eq!(reader.answer.status, StatusCode::NOT_FOUND, "{wrong}");
        assert!(reader.read("[role=alert]").contains("doesn't work"));
    }
    // A link is good for one thing.
    let other = manage.replace("manage", "confirm");
    let reader = Reader::opens(&app, path(&other)).await;
    assert_eq!(reader.answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_has_mails_sent_to_somebody_else_s_address() {
    let smtp = Smtp::start().await.unwrap();
    let url = smtp.url();
    let app = TestApp::with()
        .set(|settings| {
            settings.smtp_url = Some(url);
            settings.mail_from = Some("The blog <comments@blog.example>".to_owned());
            settings.public_url = Some(BASE.to_owned());
        })
        .file("[sites.a]\norigins = [\"*\"]\n[sites.b]\norigins = [\"*\"]")
        .start()
        .await;
    let posts = async |site: &str, page: &str, whose: Option<&str>| {
        let body = json!({
            "site": site, "page": page, "author": "Ada", "email": "ada@example.org", "text": "Hm.",
            "person": whose.map(secret_of),
        });
        app.post("/comments", body).await.created().comment.id
    };
    let answers = async |site: &str, page: &str, parent: &str| {
        let body = json!({
            "site": site, "page": page, "author": "Your Bank", "text": "Come to evil.example!",
            "parent": parent,
        });
        app.post("/comments", body).await.created();
    };
    let own = posts("b", "/a", Some("ada")).await;
    confirms(&app, &smtp.gets(1).await).await;
    answers("b", "/a", &own).await;
    app.passes(120);
    assert_eq!(
        smtp.gets(2).await.header("subject"),
        "Your Bank answered you: comments.example"
    );

    // Somebody else types her address: on another site, on hers, and without saying who they are; so
    // does she, on another site.
    app.passes(86_400);
    for (site, whose) in [
        ("a", Some("eve")),
        ("b", Some("eve")),
        ("b", None),
        ("a", Some("ada")),
    ] {
        for page in ["/evil", "/worse"] {
            let id = posts(site, page, whose).await;
            answers(site, page, &id).await;
        }
    }
    app.passes(3_600);
    // She is asked about some of them, and told nothing.
    smtp.gets(5).await;
    for mail in &smtp.mails()[2..] {
        assert_eq!(mail.header("subject"), "Confirm your e-mail address");
        assert!(!mail.source.contains("Bank"), "{}", mail.source);
    }
    let other =
        json!({ "site": "b", "page": "/a", "email": "bob@example.org", "text": "Me, too." });
    app.post("/comments", other).await.created();
    assert_eq!(smtp.gets(6).await.to, ["bob@example.org"]);
    // What she has confirmed stays so.
    answers("b", "/a", &own).await;
    app.passes(120);
    assert_eq!(smtp.gets(7).await.to, ["ada@example.org"]);
}

#[tokio::test]
async fn mails_are_in_the_language_of_their_reader() {
    let smtp = Smtp::start().await.unwrap();
    let app = app(&smtp).await;
    let body = json!({ "page": "/a", "email": "ada@example.org", "text": "Erste." });
    let call = app.call(Method::POST, "/comments", Some(body));
    Answer::to(call.header("accept-language", "ar"))
        .await
        .created();
    let mail = smtp.gets(1).await;
    assert!(
        mail.html().contains("<html lang=\"ar\" dir=\"rtl\">"),
        "{}",
        mail.html()
    );
    let reader = Reader::opens(&app, path(&mail.link("/mail/confirm"))).await;
    assert_eq!(reader.attribute("html", "lang").as_deref(), Some("ar"));
}

#[tokio::test]
async fn addresses_are_offered_where_mail_is_set_up_and_nowhere_else() {
    let smtp = Smtp::start().await.unwrap();
    let with = app(&smtp).await;
    let offers = with.list("page=/a").await.offers.unwrap();
    for word in ["email", "answers"] {
        assert!(offers.iter().any(|it| it == word), "{offers:?}");
    }
    let body = json!({ "page": "/a", "email": "nobody", "text": "x" });
    with.post("/comments", body.clone())
        .await
        .problem(ProblemKind::EmailInvalid);
    let without = TestApp::start().await;
    assert_eq!(without.list("page=/a").await.offers, None);
    without
        .post("/comments", body)
        .await
        .problem(ProblemKind::InvalidRequest);
}
