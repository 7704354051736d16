//! What is kept of people: told, erased, and forgotten after a while.

use std::process::Command;

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::{Erased, PersonExport};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

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
async fn what_is_known_of_somebody_besides_is_exported_and_erased() {
    let app = TestApp::with().file(SITES).start().await;
    let (first, _) = says(&app, "one", "Ada", "One.").await;
    for sql in [
        "INSERT INTO address (email, language, created, confirmed) VALUES ('ada@example.org', 'en', 1, 2)",
        "INSERT INTO subscription (comment_id, address_id) SELECT id, 1 FROM comment",
        "INSERT INTO claim (address_id, site, person, created, confirmed) VALUES (1, 'one', x'01', 1, 2)",
        "INSERT INTO mail (key, letter, state, due, created, ended) VALUES \
         ('x', '{\"kind\":\"confirm\",\"claim\":1}', 'sent', 1795507200000, 1795507200000, 1795507200000), \
         ('y', '{\"kind\":\"confirm\",\"claim\":2}', 'sent', 1795507200000, 1795507200000, 1795507200000), \
         ('z', '{\"kind\":\"answers\",\"address\":1,\"answers\":[]}', 'sent', 1795507200000, 1795507200000, 1795507200000)",
        "INSERT INTO reader (site, issuer, subject, name, email, created) \
         VALUES ('one', 'email', 'ada@example.org', 'Ada', 'ada@example.org', 1)",
        "INSERT INTO reader_face (reader_id, source, asked, name, bytes) \
         VALUES (1, x'01', 1, 'of-ada.png', x'01')",
        "INSERT INTO delivery (id, site, url, event, comment_id, body, state, due, created) \
         SELECT 'd1', 'one', 'https://hook.example/a-secret', 'new', id, '{\"text\":\"One.\"}', 'dead', 0, 0 \
         FROM comment",
        "INSERT INTO reader_session (token_hash, reader_id, origin, expires) \
         VALUES (x'01', 1, 'https://blog.example', 1795507300000)",
        "INSERT INTO reader_login (site, secret_hash, origin, name, email, language, number, expires) \
         VALUES ('one', x'01', '', 'Ada', 'Ada@example.org', 'en', '0001', 1795507300000)",
        "UPDATE comment SET badge = 'Baker'",
    ] {
        app.sql(sql).await;
    }
    let report = json!({ "reason": "abuse", "text": "It is not." });
    let reported = app
        .post(&format!("/comments/{first}/reports"), report)
        .await;
    assert!(reported.status.is_success(), "{}", reported.body);
    let owner = app.moderator("owner").await;
    let ban = json!({
        "action": "ban", "reason": "Rude.",
        "bans": [{ "kind": "email", "value": "ADA@example.org", "site": "one" }],
    });
    app.decides(&owner, ban).await;

    let path = "/people/email:ada@example.org/export";
    let found = export(&app, &owner, path).await;
    let comment = &found.comments[0];
    assert_eq!(comment.badge.as_deref(), Some("Baker"));
    assert_eq!(comment.reports[0].text, "It is not.");
    assert_eq!(found.readers[0].sessions[0].origin, "https://blog.example");
    let picture = found.readers[0].picture.as_deref();
    assert_eq!(picture, Some("/faces/of-ada.png"));
    let claim = &found.addresses[0].claims[0];
    assert_eq!(
        (claim.site.as_str(), claim.confirmed.is_some()),
        ("one", true)
    );
    // Without whom they are for: that address may be a secret of the owner's.
    let [request] = found.requests.as_slice() else {
        panic!("{found:#?}")
    };
    assert_eq!(request.body.as_deref(), Some("{\"text\":\"One.\"}"));
    assert!(!json!(found).to_string().contains("a-secret"));
    assert_eq!(found.sign_ins[0].email, "Ada@example.org");
    let kinds: Vec<&str> = found.mails.iter().map(|mail| mail.kind.as_str()).collect();
    assert_eq!(kinds, ["confirm", "answers"]);
    assert_eq!(found.bans[0].reason.as_deref(), Some("Rude."));
    // Of others' sites, and for who looks after another, nothing.
    let other = app.moderator("admin@two").await;
    let none = export(&app, &other, path).await;
    assert!(none.bans.is_empty() && none.sign_ins.is_empty() && none.mails.is_empty());

    let path = "/people/email:ada@example.org/erase";
    let erased = app.admin(
        Method::POST,
        path,
        &owner,
        Some(json!({ "reason": "Asked." })),
    );
    let erased: Erased = erased.await.json(StatusCode::OK);
    assert_eq!(
        (erased.comments, erased.addresses, erased.readers),
        (1, 1, 1)
    );
    app.comes_true(
        "SELECT (SELECT count(*) FROM reader_login) + (SELECT count(*) FROM reader_session) = 0",
    )
    .await;
    app.comes_true("SELECT count(*) = 1 FROM mail WHERE key = 'y'")
        .await;
    app.comes_true("SELECT count(*) = 1 FROM mail").await;
    app.comes_true("SELECT count(*) = 0 FROM delivery WHERE event <> 'deleted'")
        .await;
    for words in ["ada@example.org", "Ada@example.org"] {
        assert!(!app.has_on_disk(words), "{words}");
    }
    // Whoever is banned is not free by that.
    app.comes_true("SELECT count(*) FROM ban").await;
}

#[tokio::test]
async fn reports_are_kept_for_a_while_seen_to_or_not() {
    let file = format!("{SITES}[sites.two.retention]\nopen_reports_days = 0\n");
    let app = TestApp::with().file(&file).start().await;
    for (site, text) in [("one", "rude"), ("two", "ruder"), ("one", "rudest")] {
        let (id, _) = says(&app, site, "Eve", text).await;
        let report = json!({ "reason": "abuse", "text": format!("about {text}") });
        let sent = app.post(&format!("/comments/{id}/reports"), report).await;
        assert_eq!(sent.status, StatusCode::NO_CONTENT, "{}", sent.body);
    }
    app.sql("UPDATE report SET handled = created WHERE text = 'about rudest'")
        .await;
    app.passes(89 * DAY);
    let app = app.restarted().await;
    app.comes_true("SELECT count(*) = 3 FROM report").await;
    app.passes(2 * DAY);
    let app = app.restarted().await;
    app.comes_true("SELECT group_concat(text) = 'about rude,about ruder' FROM report")
        .await;
    app.passes(275 * DAY);
    let app = app.restarted().await;
    // Where the owner has them kept for ever, it is.
    app.comes_true("SELECT group_concat(text) = 'about ruder' FROM report")
        .await;
    let told = include_str!("../../../docs/privacy.md");
    assert!(told.contains("`retention.open_reports_days`: a year"));
}

/// Where each table of the database is in docs/privacy.md, by words that stand there; none for what says
/// nothing of a person. A new one has its line here, and what it keeps its line there.
const TABLES: [(&str, &str); 41] = [
    ("action", "what they did"),
    ("action_comment", ""),
    ("address", "an e-mail address, and what it wants to hear of"),
    (
        "address_refused",
        "that wants nothing any more a keyed hash stays",
    ),
    ("answer", "which mails were sent"),
    ("audit", "what they did"),
    ("ban", "a ban: a keyed hash"),
    ("claim", "who says that an address is theirs"),
    ("comment", "text, name and website of a comment"),
    ("concern", ""),
    ("delivery", "requests to your [hooks]"),
    ("grant", "name, e-mail address, password"),
    ("happening", ""),
    ("idempotency", "hashes of a request that posts"),
    ("image", "| images |"),
    ("image_use", ""),
    ("invitation", "of who is invited"),
    ("lesson", "from which spam is known"),
    ("mail", "which mails were sent"),
    ("moderator_mail", "name, e-mail address, password"),
    ("page", ""),
    ("passkey", "passkeys"),
    ("reader", "who [has signed in]"),
    ("reader_face", "picture (made anew"),
    ("reader_login", "link to sign in by"),
    ("reader_session", "a session, as a hash of its token"),
    ("reason", "why it was held or flagged"),
    ("rejected", ""),
    ("report", "| a report |"),
    ("rule", ""),
    ("secret", "The key changes every four weeks"),
    ("session", "a session, with the name of the browser"),
    ("site", ""),
    (
        "subscription",
        "an e-mail address, and what it wants to hear of",
    ),
    ("thought", "a vote or reaction"),
    ("trash", "it can be restored for ten minutes"),
    ("user", "name, e-mail address, password"),
    ("user_network", "has signed in by password, as keyed hashes"),
    ("version", "what it said before it was edited"),
    ("word", "two numbers with it"),
    ("search", "also in what is searched"),
];

#[tokio::test]
async fn what_every_table_keeps_is_told() {
    let app = TestApp::start().await;
    let tables = app
        .texts(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
             AND name NOT LIKE 'search_%' AND name <> '_sqlx_migrations' ORDER BY name",
        )
        .await;
    let told = include_str!("../../../docs/privacy.md");
    for table in &tables {
        let known = TABLES.iter().find(|(name, _)| name == table);
        let (_, words) = known.unwrap_or_else(|| panic!("{table} is not in docs/privacy.md"));
        assert!(told.contains(words), "{table}: {words}");
    }
    for (name, _) in TABLES {
        assert!(tables.iter().any(|table| table == name), "{name} is gone");
    }
}

/// The routes that the server has besides the API's, as they stand in its source.
fn other_routes() -> Vec<String> {
    let source = include_str!("../../src/http.rs");
    let routes = source.split(".route(").skip(1);
    let paths = routes.map(|rest| rest.split('"').nth(1).unwrap());
    paths
        .map(|path| path.replace(['{', '*', '}'], ""))
        .collect()
}

#[tokio::test]
async fn nobody_gets_a_cookie() {
    let app = TestApp::start().await;
    let id = app.comments("/a", "One.").await.comment.id;
    let owner = app.moderator("owner").await;
    let description = app.get("/openapi.json").await;
    let description: Value = serde_json::from_str(&description.body).unwrap();
    let mut asked: Vec<(String, String)> = Vec::new();
    for (path, calls) in description["paths"].as_object().unwrap() {
        for method in calls.as_object().unwrap().keys() {
            let at = path.replace("{id}", &id);
            let at = at.replace(['{', '}'], "");
            let at = format!("{at}?page=/a");
            // What is called so is a method, or what all calls of a path have.
            if matches!(method.as_str(), "get" | "post" | "put" | "patch" | "delete") {
                asked.push((method.to_uppercase(), at));
            }
        }
    }
    assert!(asked.len() > 80, "{}", asked.len());
    let others = other_routes();
    assert!(others.len() > 20 && others.iter().any(|it| it == "/mail/leave"));
    for path in others {
        asked.push(("GET".to_owned(), format!("{path}?page=/a")));
        asked.push(("POST".to_owned(), path));
    }
    for (method, path) in asked {
        for is_known in [false, true] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let mut call = app
                .request(method.clone(), &path)
                .header("cookie", "session=of-somebody")
                .header("content-type", "application/json")
                .body("{}");
            // Who ends their own session is nobody for the rest.
            let ends = path.contains("/session") && method == Method::DELETE;
            if is_known && !ends {
                call = call.bearer_auth(&owner);
            }
            let answer = Answer::to(call).await;
            assert!(
                !answer.headers.contains_key("set-cookie"),
                "{method} {path}: {answer:?}"
            );
        }
    }
}

#[tokio::test]
async fn texts_may_stay_without_their_author() {
    let app = TestApp::start().await;
    let comment = json!({
        "page": "/a", "author": "Zaphod", "text": "It stays.", "website": "https://zaphod.example/",
    });
    let posted = app.post("/comments", comment).await.created();
    let owner = app.moderator("owner").await;
    for action in ["spam", "approve"] {
        let ids = [&posted.comment.id];
        app.decides(&owner, json!({ "action": action, "ids": ids }))
            .await;
    }
    app.comes_true("SELECT count(*) = 2 FROM word WHERE word = 'name:zaphod'")
        .await;
    app.sql(
        "INSERT INTO reason (comment_id, check_name, action, detail, created) \
         SELECT id, 'words', 'flag', '97% spam by its words: name:zaphod 99%', 1 FROM comment \
         UNION ALL SELECT id, 'links', 'hold', '5 links', 1 FROM comment",
    )
    .await;
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
    // What the text has taught stays as well, without who it was.
    app.comes_true("SELECT count(*) = 1 FROM lesson").await;
    app.comes_true("SELECT count(*) = 2 FROM word WHERE word = 'stays' AND good = 1")
        .await;
    app.comes_true("SELECT group_concat(check_name) = 'links' FROM reason")
        .await;
    for words in ["Zaphod", "zaphod"] {
        assert!(!app.has_on_disk(words), "{words}");
    }
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
    app.comes_true("SELECT count(*) FROM audit WHERE action = 'person-export' AND user_id IS NULL")
        .await;
    let output = run(&["erase", "author:Ada"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && error.contains("1 comments, 0 addresses and 0 accounts"),
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
    app.decides(&owner, body).await;
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
        app.decides(&owner, body).await;
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
