//! What is kept of people: told, erased, and forgotten after a while.

use std::process::Command;

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::{Erased, PersonExport};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::TestApp;

const SITES: &str = "[sites.one]\norigins = [\"*\"]\n[sites.two]\norigins = [\"*\"]\n";
const DAY: i64 = 24 * 3600;

async fn says(app: &TestApp, site: &str, author: &str, text: &str) -> (String, String) {
    let comment = json!({
        "site": site, "page": "/a", "author": author, "text": text, "website": "https://example.org/ada",
    });
    let posted = app.post("/comments", comment).await.created();
    (posted.comment.id, posted.edit_token)
}

async fn export(app: &TestApp, token: &str, path: &str) -> PersonExport {
    let answer = app.admin(Method::GET, path, token, None).await;
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"person.json\""
    );
    answer.json(StatusCode::OK)
}

#[tokio::test]
async fn all_of_a_person_is_exported_and_erased() {
    let app = TestApp::with().file(SITES).start().await;
    let (first, token) = says(&app, "one", "Ada", "the-first-text").await;
    app.edit(&first, &token, "the-second-text").await.comment();
    says(&app, "two", "Ada", "on-the-other-site").await;
    let answer = json!({ "site": "one", "page": "/a", "author": "Bo", "text": "An answer.", "parent": first });
    app.post("/comments", answer).await.created();
    app.sql("INSERT INTO address (email, language, created) VALUES ('ada@example.org', 'en', 1)")
        .await;
    app.sql(
        "INSERT INTO subscription (comment_id, address_id) \
         SELECT id, 1 FROM comment WHERE text = 'the-second-text'",
    )
    .await;

    let admin = app.moderator("admin@one").await;
    let found = export(&app, &admin, "/people/author:Ada/export").await;
    assert_eq!(found.key, "author:Ada");
    // Of the sites that one looks after.
    let [comment] = found.comments.as_slice() else {
        panic!("{found:#?}")
    };
    assert_eq!(comment.text, "the-second-text");
    assert_eq!(comment.versions[0].text, "the-first-text");
    assert_eq!(comment.website.as_deref(), Some("https://example.org/ada"));
    assert_eq!(
        (comment.site.as_str(), comment.page.as_str()),
        ("one", "/a")
    );
    assert!(
        comment.network.is_some() && comment.notifies,
        "{comment:#?}"
    );
    // Others may have that name: an address is nobody's by that.
    assert!(found.addresses.is_empty());
    let owner = app.moderator("owner").await;
    let found = export(&app, &owner, "/people/author:Ada/export").await;
    assert_eq!(found.comments.len(), 2);
    let found = export(&app, &owner, "/people/email:ADA@example.org/export").await;
    assert_eq!(found.comments.len(), 1);
    assert_eq!(found.addresses[0].email, "ada@example.org");
    let person = found.comments[0].network.clone().unwrap();
    let found = export(
        &app,
        &owner,
        &format!("/people/network:{person}/export?site=two"),
    )
    .await;
    assert_eq!(found.comments.len(), 1);

    let erase = app.admin(
        Method::POST,
        "/people/email:ada@example.org/erase",
        &admin,
        Some(json!({ "site": "one", "reason": " asked for by letter " })),
    );
    let erased: Erased = erase.await.json(StatusCode::OK);
    assert_eq!((erased.comments, erased.addresses), (1, 1));
    // Its place stays, for the answer.
    let list = app.list("site=one&page=/a").await;
    assert_eq!(list.total, 1);
    let root = &list.branches[0].root;
    assert!(root.author.is_none() && root.html.is_empty(), "{root:#?}");
    app.admin(
        Method::GET,
        &format!("/people/comment:{first}/export"),
        &admin,
        None,
    )
    .await
    .json::<PersonExport>(StatusCode::OK);
    app.comes_true("SELECT count(*) = 0 FROM version").await;
    app.comes_true("SELECT count(*) = 0 FROM address").await;
    app.comes_true(
        "SELECT count(*) = 1 FROM audit WHERE action = 'person-erase' AND subject = '' \
         AND site = 'one' AND detail LIKE '%asked for by letter%' AND detail NOT LIKE '%ada%'",
    )
    .await;
    // So does that it was told, and by whom.
    app.comes_true(
        "SELECT count(*) = 1 FROM audit WHERE action = 'person-export' AND subject = '' \
         AND site = 'two' AND user_name IS NOT NULL AND detail NOT LIKE '%ada%'",
    )
    .await;
    for words in ["the-first-text", "the-second-text", "ada@example.org"] {
        assert!(!app.has_on_disk(words), "{words}");
    }
    assert!(app.has_on_disk("on-the-other-site"));
}

#[tokio::test]
async fn texts_may_stay_without_their_author() {
    let app = TestApp::start().await;
    let comment = json!({ "page": "/a", "author": "Ada", "text": "It stays." });
    let posted = app.post("/comments", comment).await.created();
    let owner = app.moderator("owner").await;
    let erased: Erased = app
        .admin(
            Method::POST,
            &format!("/people/comment:{}/erase", posted.comment.id),
            &owner,
            Some(json!({ "keep_texts": true })),
        )
        .await
        .json(StatusCode::OK);
    assert_eq!(erased.comments, 1);
    let list = app.list("page=/a").await;
    let root = &list.branches[0].root;
    assert!(root.author.is_none() && root.html.contains("It stays."));
    // Nobody can change it any more: whose it was is not known.
    app.edit(&posted.comment.id, &posted.edit_token, "Changed.")
        .await
        .problem(ProblemKind::TokenInvalid);
}

#[tokio::test]
async fn who_is_nobody_is_not_found() {
    let app = TestApp::start().await;
    let owner = app.moderator("owner").await;
    for key in ["Ada", "author:", "person:12", "user:x"] {
        let path = format!("/people/{key}/export");
        let answer = app.admin(Method::GET, &path, &owner, None).await;
        answer.problem(ProblemKind::NotFound);
    }
    for body in [json!({ "colour": 1 }), json!({ "reason": "x".repeat(501) })] {
        app.admin(Method::POST, "/people/author:Ada/erase", &owner, Some(body))
            .await
            .problem(ProblemKind::InvalidRequest);
    }
}

#[tokio::test]
async fn what_is_kept_no_longer_is_forgotten() {
    let app = TestApp::with().file(SITES).start().await;
    says(&app, "one", "Ada", "it-stays").await;
    let (spam, _) = says(&app, "one", "Eve", "buy-clocks").await;
    let (hidden, _) = says(&app, "one", "Mo", "an-insult").await;
    app.sql("UPDATE comment SET verdict = 'spam', state = 'gone', held = created WHERE text = 'buy-clocks'")
        .await;
    app.sql(
        "UPDATE comment SET verdict = 'hidden', state = 'gone', decided = created WHERE text = 'an-insult'",
    )
    .await;
    assert_ne!(spam, hidden);
    app.passes(29 * DAY);
    let app = app.restarted().await;
    app.comes_true("SELECT count(*) = 3 FROM comment WHERE text <> '' AND client IS NOT NULL")
        .await;
    app.passes(2 * DAY);
    let app = app.restarted().await;
    app.comes_true("SELECT count(*) = 0 FROM comment WHERE client IS NOT NULL")
        .await;
    app.comes_true("SELECT count(*) = 2 FROM comment WHERE text <> ''")
        .await;
    app.passes(60 * DAY);
    let app = app.restarted().await;
    app.comes_true("SELECT count(*) = 1 FROM comment WHERE text <> ''")
        .await;
    let list = app.list("site=one&page=/a").await;
    assert_eq!(list.branches.len(), 1);
    assert!(list.branches[0].root.html.contains("it-stays"));
    // Erased, and not only from sight.
    let (app, _folder) = app.stop();
    app.await.unwrap();
}

#[tokio::test]
async fn an_owner_asks_by_the_command() {
    let app = TestApp::start().await;
    let comment = json!({ "page": "/a", "author": "Ada", "text": "to-be-erased" });
    app.post("/comments", comment).await.created();
    let database = app.folder().join("comments.sqlite");
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_afterword-server"))
            .arg("person")
            .args(arguments)
            .arg("--database")
            .arg(&database)
            .output()
            .unwrap()
    };
    let output = run(&["export", "author:Ada"]);
    assert!(output.status.success(), "{output:?}");
    let found: PersonExport = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found.comments[0].text, "to-be-erased");
    let output = run(&["erase", "author:Ada"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && error.contains("1 comments"),
        "{error}"
    );
    let output = run(&["erase", "nobody", "--yes"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("is nobody"), "{error}");
    assert_eq!(app.list("page=/a").await.total, 1);
    let output = run(&["erase", "author:Ada", "--yes"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(app.list("page=/a").await.total, 0);
    assert!(!app.has_on_disk("to-be-erased"));
}

#[tokio::test]
async fn an_address_is_told_and_erased_where_one_looks_after_it() {
    let app = TestApp::with()
        .file(&format!("{SITES}[sites.three]\norigins = [\"*\"]\n"))
        .start()
        .await;
    says(&app, "one", "Ada", "on-one").await;
    says(&app, "two", "Ada", "on-two").await;
    app.sql("INSERT INTO address (email, language, created) VALUES ('ada@example.org', 'en', 1)")
        .await;
    app.sql("INSERT INTO subscription (comment_id, address_id) SELECT id, 1 FROM comment")
        .await;
    let path = "/people/email:ada@example.org/export";
    let stranger = app.moderator("admin@three").await;
    let found = export(&app, &stranger, path).await;
    assert!(found.addresses.is_empty(), "{found:#?}");
    let erase = async |token: &str| {
        let path = "/people/email:ada@example.org/erase";
        let erased = app.admin(
            Method::POST,
            path,
            token,
            Some(json!({ "keep_texts": true })),
        );
        erased.await.json::<Erased>(StatusCode::OK)
    };
    assert_eq!(erase(&stranger).await.addresses, 0);
    let admin = app.moderator("admin@one").await;
    assert_eq!(export(&app, &admin, path).await.addresses.len(), 1);
    assert_eq!(erase(&admin).await.addresses, 1);
    // Answers on the other site are still told there.
    app.comes_true("SELECT count(*) = 1 FROM subscription JOIN address ON address.id = address_id")
        .await;
    let other = app.moderator("admin@two").await;
    assert_eq!(erase(&other).await.addresses, 1);
    app.comes_true("SELECT count(*) = 0 FROM address").await;
}

#[tokio::test]
async fn how_it_was_before_is_forgotten_with_what_was_done() {
    let app = TestApp::with()
        .set(|settings| settings.audit_days = Some(30))
        .start()
        .await;
    let (id, _) = says(&app, "default", "Ada", "A text.").await;
    let owner = app.moderator("owner").await;
    let body = json!({ "action": "pin", "ids": [id] });
    let done = app
        .admin(Method::POST, "/actions", &owner, Some(body))
        .await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    app.comes_true("SELECT count(*) = 1 FROM action").await;
    app.passes(31 * DAY);
    let app = app.restarted().await;
    app.comes_true("SELECT count(*) = 0 FROM action").await;
    app.comes_true("SELECT count(*) = 0 FROM action_comment")
        .await;
}

#[tokio::test]
async fn what_moderators_remove_is_kept_as_long_as_is_said_though_the_site_is_gone() {
    let app = TestApp::start().await;
    let owner = app.moderator("owner").await;
    let site = json!({ "name": "news", "origins": ["https://news.example"], "settings": {} });
    let added = app.admin(Method::POST, "/sites", &owner, Some(site)).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    for (text, action) in [("Deleted.", "delete"), ("Spam.", "spam")] {
        let (id, _) = says(&app, "news", "Ada", text).await;
        let body = json!({ "action": action, "ids": [id] });
        let done = app
            .admin(Method::POST, "/actions", &owner, Some(body))
            .await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    }
    let gone = app
        .admin(
            Method::DELETE,
            "/sites/news?with_comments=true",
            &owner,
            None,
        )
        .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.body);

    app.passes(31 * DAY);
    let app = app.restarted().await;
    app.comes_true("SELECT count(*) = 1 FROM comment WHERE text = ''")
        .await;
    app.comes_true("SELECT count(*) = 1 FROM comment WHERE text = 'Deleted.'")
        .await;
    app.passes(60 * DAY);
    let app = app.restarted().await;
    app.comes_true("SELECT count(*) = 2 FROM comment WHERE text = ''")
        .await;
}
