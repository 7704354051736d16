//! What is forgotten, by itself or with what its author deletes: also from the files.

use afterword_protocol::Created;
use serde_json::json;
use sqlx::Connection;

use crate::app::TestApp;

const DAY: i64 = 24 * 3_600;
/// Longer than a deletion can be undone.
const SOON: i64 = 700;

async fn says(app: &TestApp, author: &str, text: &str) -> Created {
    let comment = json!({ "page": "/a", "author": author, "text": text });
    let key = format!("a-key-of-the-reader-{author}-{}", text.len());
    app.post_once(&key, comment).await.created()
}

/// How many pieces of texts the search knows that are those.
async fn pieces(app: &TestApp, piece: &str) -> i64 {
    let mut database = app.connection().await;
    sqlx::query("CREATE VIRTUAL TABLE temp.known USING fts5vocab('main', 'search', 'row')")
        .execute(&mut database)
        .await
        .unwrap();
    let found = sqlx::query_scalar("SELECT count(*) FROM temp.known WHERE term = ?")
        .bind(piece)
        .fetch_one(&mut database)
        .await;
    database.close().await.unwrap();
    found.unwrap()
}

#[tokio::test]
async fn what_an_author_deletes_is_nowhere_any_more() {
    // Nobody is there to be told.
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let file = format!(
        "[sites.one]\norigins = [\"*\"]\n[[sites.one.hooks.to]]\nurl = \"http://{}/\"\n\
         secret = \"a secret of the tests\"\n",
        nobody.local_addr().unwrap()
    );
    drop(nobody);
    let app = TestApp::with().file(&file).start().await;
    let owner = app.moderator("owner").await;
    says(&app, "Bo", "Another one, so that the page is there.").await;
    app.sql("UPDATE page SET policy = 'held'").await;
    let posted = says(&app, "Zaphod", "the-first-qjx-text").await;
    let (id, token) = (&posted.comment.id, &posted.edit_token);
    app.decides(&owner, json!({ "action": "approve", "ids": [id] }))
        .await;
    app.sql("UPDATE page SET policy = NULL").await;
    app.edit(id, token, "the-second-qjx-text").await.comment();
    app.answers("/a", id, "An answer, which holds its place.")
        .await;
    app.comes_true("SELECT count(*) > 0 FROM delivery WHERE body LIKE '%qjx%'")
        .await;
    assert_eq!(pieces(&app, "qjx").await, 1);
    app.comes_true("SELECT count(*) = 2 FROM word WHERE word = 'name:zaphod'")
        .await;

    app.deletes(&posted).await;
    app.passes(SOON);
    let app = app.restarted().await;
    for words in [
        "the-first-qjx-text",
        "the-second-qjx-text",
        "Zaphod",
        "zaphod",
    ] {
        app.goes_off_disk(words).await;
    }
    assert_eq!(pieces(&app, "qjx").await, 0);
    app.comes_true(
        "SELECT count(*) = 1 FROM comment WHERE state = 'deleted' AND text = '' \
         AND client IS NULL AND person IS NULL",
    )
    .await;
    app.comes_true("SELECT count(*) = 1 FROM idempotency WHERE body_hash <> x''")
        .await;
    // That it is gone is still to be told.
    app.comes_true("SELECT count(*) FROM delivery WHERE event = 'deleted' AND state = 'waiting'")
        .await;
}

#[tokio::test]
async fn what_spam_has_taught_stays_without_what_only_one_has_said() {
    let app = TestApp::start().await;
    let owner = app.moderator("owner").await;
    for (author, text) in [
        ("Eve", "casino bonus from qwortz"),
        ("Mallory", "casino bonus"),
    ] {
        let posted = says(&app, author, text).await;
        app.decides(
            &owner,
            json!({ "action": "spam", "ids": [posted.comment.id] }),
        )
        .await;
    }
    app.comes_true("SELECT count(*) FROM word WHERE word = 'qwortz' AND site <> ''")
        .await;
    app.passes(31 * DAY);
    let app = app.restarted().await;
    app.comes_true("SELECT count(*) = 0 FROM lesson").await;
    app.comes_true("SELECT count(*) = 0 FROM word WHERE word IN ('qwortz', 'name:eve')")
        .await;
    app.comes_true("SELECT count(*) = 2 FROM word WHERE word = 'casino' AND spam = 2")
        .await;
    app.goes_off_disk("qwortz").await;
}

#[tokio::test]
async fn what_a_moderator_deletes_is_kept_for_as_long_as_the_site_says() {
    let file = "[sites.one]\norigins = [\"*\"]\n[sites.one.retention]\nremoved_days = 60\n";
    let app = TestApp::with().file(file).start().await;
    let owner = app.moderator("owner").await;
    let posted = says(&app, "Ada", "an-insult").await;
    app.decides(
        &owner,
        json!({ "action": "delete", "ids": [posted.comment.id] }),
    )
    .await;
    app.passes(59 * DAY);
    let app = app.restarted().await;
    app.comes_true("SELECT count(*) FROM comment WHERE text = 'an-insult'")
        .await;
    app.passes(2 * DAY);
    let app = app.restarted().await;
    app.goes_off_disk("an-insult").await;
}

#[tokio::test]
async fn keys_of_networks_are_changed_and_forgotten_though_nobody_comments() {
    let app = TestApp::start().await;
    let salts = "SELECT hex(value) FROM secret WHERE name LIKE 'network-salt:%' ORDER BY name";
    says(&app, "Ada", "One.").await;
    let first = app.texts(salts).await;
    assert_eq!(first.len(), 1);
    app.passes(28 * DAY);
    says(&app, "Ada", "Two.").await;
    // The one before is kept as long again, to know who was banned.
    let both = app.texts(salts).await;
    assert_eq!((both.len(), &both[0]), (2, &first[0]));
    app.comes_true("SELECT count(DISTINCT client) = 2 FROM comment")
        .await;
    let bytes = |hex: &str| -> Vec<u8> {
        let digits = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (0..hex.len()).step_by(2).map(digits).collect()
    };
    assert!(app.has_on_disk(bytes(&both[0])) && app.has_on_disk(bytes(&both[1])));
    app.passes(28 * DAY);
    let app = app.restarted().await;
    app.goes_off_disk(bytes(&both[0])).await;
    assert!(app.has_on_disk(bytes(&both[1])));
    app.passes(28 * DAY);
    let app = app.restarted().await;
    app.goes_off_disk(bytes(&both[1])).await;
}

#[tokio::test]
async fn what_has_ended_is_forgotten() {
    let app = TestApp::start().await;
    says(&app, "Ada", "One.").await;
    app.comes_true("SELECT count(*) FROM idempotency").await;
    app.sql(
        "INSERT INTO ban (site, kind, value, label, shadow, until, created) VALUES \
         ('*', 'author', 'eve', 'Eve-who-is-banned', 0, 1795593600000, 1), \
         ('*', 'author', 'mo', 'Mo', 0, NULL, 1)",
    )
    .await;
    let app = app.restarted().await;
    app.comes_true("SELECT count(*) = 2 FROM ban").await;
    app.passes(DAY);
    let app = app.restarted().await;
    app.comes_true("SELECT count(*) = 1 FROM ban").await;
    app.goes_off_disk("Eve-who-is-banned").await;
    app.comes_true("SELECT count(*) = 0 FROM idempotency").await;
}
