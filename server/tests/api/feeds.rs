//! Feeds of comments.

use afterword_protocol::ProblemKind;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

async fn json_of(app: &TestApp, path: &str) -> Value {
    let answer = app.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/feed+json");
    serde_json::from_str(&answer.body).unwrap()
}

fn texts(feed: &Value) -> Vec<&str> {
    let items = feed["items"].as_array().unwrap().iter();
    items
        .map(|item| item["content_html"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_page_and_a_site_can_be_followed() {
    let app = TestApp::start().await;
    let first = json!({
        "page": "/a", "title": "On <slow> & news", "url": "http://localhost/a#x", "author": "Ada",
        "website": "ada.example", "text": "Is it *late*? ||Yes||",
    });
    let first = app.post("/comments", first).await.created();
    app.passes(60);
    let elsewhere = app.comments("/b", "Elsewhere.").await;
    let feed = json_of(&app, "/feeds/comments.json?page=/a").await;
    assert_eq!(feed["title"], "On <slow> & news");
    assert_eq!(feed["items"][0]["title"], "Ada: On <slow> & news");
    assert_eq!(
        feed["items"][0]["url"],
        format!("http://localhost/a#comment-{}", first.comment.id)
    );
    assert_eq!(texts(&feed), ["<p>Is it <em>late</em>? …</p>\n"]);
    let site = json_of(&app, "/feeds/comments.json").await;
    assert_eq!(texts(&site)[0], "<p>Elsewhere.</p>\n");
    assert_eq!(texts(&site).len(), 2);

    let atom = app.get("/feeds/comments.atom?page=/a").await;
    assert_eq!(
        atom.header("content-type"),
        "application/atom+xml; charset=utf-8"
    );
    for words in [
        "<title>On &lt;slow&gt; &amp; news</title>",
        "<name>Ada</name>",
        "<uri>https://ada.example/</uri>",
        "rel=\"self\"",
        "/api/v1/feeds/comments.atom?page=/a\"",
        "<published>2026-11-24T08:00:00",
        "&lt;em&gt;late&lt;/em&gt;",
    ] {
        assert!(atom.body.contains(words), "{words}: {}", atom.body);
    }
    // Read anywhere, it is known and found: nothing in it begins with a host alone.
    let read: atom_syndication::Feed = atom.body.parse().unwrap();
    assert_eq!(read.id, "urn:afterword:feed:site=default&page=%2Fa");
    assert_eq!(
        read.links[0].href,
        app.url("/api/v1/feeds/comments.atom?page=/a")
    );
    assert_eq!(site["feed_url"], app.url("/api/v1/feeds/comments.json"));
    assert_eq!(
        site["items"][0]["url"],
        app.url(&format!(
            "/thread?comment={0}#comment-{0}",
            elsewhere.comment.id
        ))
    );
    // Who has this state is told no more, until there is another.
    let again = async || {
        let call = app.call(Method::GET, "/feeds/comments.atom?page=/a", None);
        Answer::to(call.header("if-none-match", atom.header("etag"))).await
    };
    assert_eq!(again().await.status, StatusCode::NOT_MODIFIED);
    app.comments("/a", "More.").await;
    assert_eq!(again().await.status, StatusCode::OK);
    for wrong in ["/feeds/comments.rss", "/feeds/x.atom", "/feeds/atom"] {
        app.get(wrong).await.problem(ProblemKind::NoSuchCall);
    }
}

#[tokio::test]
async fn answers_to_a_person_can_be_followed() {
    let app = TestApp::start().await;
    let says = async |author: &str, person: &str, text: &str, parent: Option<&str>| {
        let body = json!({
            "page": "/a", "author": author, "person": format!("{person}-0123456789abcdef"),
            "text": text, "parent": parent,
        });
        app.post("/comments", body).await.created().comment.id
    };
    let one = says("Ada", "ada", "First things first.", None).await;
    let two = says("Ada", "ada", "A second remark, about cheese.", None).await;
    let secret = says("", "ada", "Nobody knows who wrote this one.", None).await;
    let other = says("Ada", "eve", "I have the same name, and am another.", None).await;
    says("Ben", "ben", "To the first.", Some(&one)).await;
    says("Ben", "ben", "To the cheese.", Some(&two)).await;
    says("Ada", "ada", "To myself, because I like that.", Some(&two)).await;
    says("Ben", "ben", "To nobody.", Some(&secret)).await;
    says("Ben", "ben", "To the other one.", Some(&other)).await;
    let feed = json_of(&app, &format!("/feeds/comments.json?to={one}")).await;
    assert_eq!(
        texts(&feed),
        ["<p>To the cheese.</p>\n", "<p>To the first.</p>\n"]
    );
    let feed = json_of(&app, &format!("/feeds/comments.json?to={secret}")).await;
    assert_eq!(texts(&feed), ["<p>To nobody.</p>\n"]);
    for wrong in ["nothing", "../x"] {
        let at = format!("/feeds/comments.json?to={wrong}");
        app.get(&at).await.problem(ProblemKind::NotFound);
    }
}

#[tokio::test]
async fn a_feed_goes_on_where_it_ends_and_says_what_answers_what() {
    let app = TestApp::start().await;
    let first = app.comments("/a", "The first.").await.comment.id;
    for n in 0..60 {
        let body = json!({ "page": "/a", "text": format!("Answer {n}."), "parent": first });
        app.post("/comments", body).await.created();
        app.passes(60);
    }
    let base = app.url("/api/v1");
    for feed in [
        "comments.json?page=/a",
        "comments.json",
        "comments.json?lang=en",
    ] {
        let feed = json_of(&app, &format!("/feeds/{feed}")).await;
        assert_eq!(texts(&feed).len(), 50);
        let next = feed["next_url"].as_str().unwrap();
        let more = json_of(&app, next.strip_prefix(&base).unwrap()).await;
        assert_eq!(texts(&more).len(), 11);
        assert_eq!(texts(&more)[10], "<p>The first.</p>\n");
        assert_eq!(more["feed_url"], next);
        assert_eq!(more.get("next_url"), None);
        assert_eq!(more["language"], feed["language"]);
    }
    let atom = app.get("/feeds/comments.atom?page=/a").await;
    let read: atom_syndication::Feed = atom.body.parse().unwrap();
    let next = read.links.iter().find(|it| it.rel == "next").unwrap();
    let more = app.get(next.href.strip_prefix(&base).unwrap()).await;
    let more: atom_syndication::Feed = more.body.parse().unwrap();
    assert_eq!(more.entries.len(), 11);
    assert!(more.links.iter().all(|it| it.rel != "next"));
    let answers = |entry: &atom_syndication::Entry| {
        let told = entry.extensions.get("thr")?.get("in-reply-to")?.first()?;
        told.attrs.get("ref").cloned()
    };
    let known = format!("urn:afterword:comment:{first}");
    assert_eq!(answers(&more.entries[0]), Some(known.clone()));
    assert_eq!(answers(&more.entries[10]), None);
    assert_eq!(more.entries[10].id, known);
    app.get("/feeds/comments.json?before=../x")
        .await
        .problem(ProblemKind::InvalidRequest);
}

#[tokio::test]
async fn a_feed_is_in_the_language_of_its_site() {
    let file = "[sites.blog]\norigins = [\"*\"]\nlanguages = [\"de\", \"fr\"]\n";
    let app = TestApp::with().file(file).start().await;
    let id = app.comments("/a", "Guten Tag.").await.comment.id;
    let told = async |query: &str| json_of(&app, &format!("/feeds/comments.json?{query}")).await;
    let answers = told(&format!("to={id}")).await;
    assert_eq!(answers["title"], "Neue Antworten an Sie: blog");
    assert_eq!(answers["language"], "de");
    let answers = told(&format!("to={id}&lang=en")).await;
    assert_eq!(answers["title"], "New answers to you: blog");
    let site = told("").await;
    assert_eq!(site["items"][0]["title"], "Anonym: /a");
    assert_eq!(told("page=/a").await["language"], "de");
}

#[tokio::test]
async fn a_moderator_follows_the_queue_by_a_secret_address() {
    let app = TestApp::start().await;
    app.comments("/a", "The first.").await;
    app.sql("UPDATE page SET policy = 'held'").await;
    app.comments("/a", "This one waits.").await;
    let token = app.moderator("moderator@default").await;
    let secret = async |method: Method| -> String {
        let answer = app.admin(method, "/me/feed", &token, None).await;
        let told: Value = answer.json(StatusCode::OK);
        let address = told["json"].as_str().unwrap();
        address.strip_prefix("/api/v1").unwrap().to_owned()
    };
    let address = secret(Method::GET).await;
    let waits = json_of(&app, &address).await;
    assert_eq!(texts(&waits), ["<p>This one waits.</p>\n"]);
    // Under its article nobody sees it yet.
    let known = waits["items"][0]["id"].as_str().unwrap();
    let id = known.rsplit(':').next().unwrap();
    let place = app.url(&format!("/admin#/comments?id={id}"));
    assert_eq!(waits["items"][0]["url"], place);
    let one = format!("/comments?id={id}");
    let one: Value = app
        .admin(Method::GET, &one, &token, None)
        .await
        .json(StatusCode::OK);
    assert_eq!(one["items"][0]["id"], id);
    assert_eq!(one["items"].as_array().unwrap().len(), 1);
    let kept = app.get(&address).await.header("cache-control").to_owned();
    assert_eq!(kept, "private, no-cache");
    let kept = app.admin(Method::GET, "/me/feed", &token, None).await;
    assert_eq!(kept.header("cache-control"), "private, no-cache");
    let public = json_of(&app, "/feeds/comments.json").await;
    assert_eq!(texts(&public), ["<p>The first.</p>\n"]);
    let renewed = secret(Method::POST).await;
    app.get(&address).await.problem(ProblemKind::Gone);
    app.get("/feeds/queue.json")
        .await
        .problem(ProblemKind::NotFound);
    assert_eq!(texts(&json_of(&app, &renewed).await).len(), 1);
    // In the language that mails to them are in.
    app.sql("UPDATE moderator_mail SET language = 'de'").await;
    let told = json_of(&app, &renewed).await;
    assert_eq!(told["language"], "de");
    assert_eq!(told["items"][0]["title"], "Anonym: /a");
    assert_eq!(told["title"], "Kommentare warten auf Sie: 127.0.0.1");
    let told = json_of(&app, &format!("{renewed}&lang=fr")).await;
    assert_eq!(told["language"], "fr");
    // Of who looks after nothing any more, a reader of feeds needn't ask again.
    let put_off = [
        (
            "UPDATE user SET disabled = 1",
            "UPDATE user SET disabled = 0",
        ),
        (
            "DELETE FROM \"grant\"",
            "INSERT INTO \"grant\" (user_id, site, role) SELECT id, 'default', 'moderator' FROM user",
        ),
    ];
    for (taken, given) in put_off {
        app.sql(taken).await;
        let gone = app.get(&renewed).await.problem(ProblemKind::Gone);
        assert_eq!(gone.status, 410);
        app.sql(given).await;
        assert_eq!(texts(&json_of(&app, &renewed).await).len(), 1);
    }
    let owner = app.moderator("owner").await;
    let users: Value = app
        .admin(Method::GET, "/users", &owner, None)
        .await
        .json(StatusCode::OK);
    let users = users["items"].as_array().unwrap();
    let is_theirs = |user: &&Value| user["grants"][0]["role"] == "moderator";
    let id = users.iter().find(is_theirs).unwrap()["id"]
        .as_str()
        .unwrap();
    let removed = app
        .admin(Method::DELETE, &format!("/users/{id}"), &owner, None)
        .await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{}", removed.body);
    app.get(&renewed).await.problem(ProblemKind::Gone);
}

#[tokio::test]
async fn a_site_without_a_name_of_its_own_is_called_by_its_host() {
    for (origins, title) in [
        (
            "\"https://blog.example.org\", \"https://example.org\"",
            "blog.example.org",
        ),
        ("\"*\", \"https://*.example.org\"", "example.org"),
        ("\"*\"", "127.0.0.1"),
    ] {
        let file = format!("origins = [{origins}]\n");
        let app = TestApp::with().file(&file).start().await;
        let posted = app.comments("/a", "Yes.").await;
        let feed = json_of(&app, "/feeds/comments.json?lang=en").await;
        assert_eq!(feed["title"], title);
        let path = format!("/feeds/comments.json?lang=en&to={}", posted.comment.id);
        let answers = json_of(&app, &path).await;
        assert_eq!(answers["title"], format!("New answers to you: {title}"));
    }
}
