//! Sites that the owner adds and changes while the server runs.

use std::process::{Command, Output};
use std::time::Duration;

use afterword_protocol::admin::{Done, Items};
use afterword_protocol::{ProblemKind, Votes};
use reqwest::header::ORIGIN;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::{Answer, TestApp};

/// Runs the `site` command on a server's database.
fn site(app: &TestApp, arguments: &[&str]) -> Output {
    let database = app.folder().join("comments.sqlite");
    Command::new(env!("CARGO_BIN_EXE_afterword-server"))
        .args(["site", "--database", database.to_str().unwrap()])
        .args(arguments)
        .output()
        .unwrap()
}

#[track_caller]
fn done(app: &TestApp, arguments: &[&str]) -> String {
    let output = site(app, arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn refused(app: &TestApp, arguments: &[&str]) -> String {
    let output = site(app, arguments);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// Asks until the answer is as it should be: a server looks every now and then.
async fn until(app: &TestApp, path: &str, is_there: impl Fn(&Answer) -> bool) -> Answer {
    let asked = async {
        loop {
            let answer = app.get(path).await;
            if is_there(&answer) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asked)
        .await
        .expect("the server notices what the command has changed")
}

async fn posted(app: &TestApp, site: Option<&str>, origin: &str) -> Answer {
    let body = json!({ "site": site, "page": "/a", "text": "Hello" });
    let call = app.call(Method::POST, "/comments", Some(body));
    Answer::to(call.header(ORIGIN, origin)).await
}

#[tokio::test]
async fn a_first_start_takes_pages_of_this_machine_until_the_owner_names_others() {
    let app = TestApp::start().await;
    posted(&app, None, "http://localhost:3000").await.created();
    let foreign = posted(&app, None, "https://news.example").await;
    foreign.problem(ProblemKind::OriginNotAllowed);
    assert!(done(&app, &["list"]).contains("default  1 comments  pages of this machine"));

    done(
        &app,
        &["set", "default", "origins=https://news.example", "votes=up"],
    );
    until(&app, "/comments?page=/a", |answer| {
        answer.body.contains("\"votes\":\"up\"")
    })
    .await;
    posted(&app, None, "https://news.example").await.created();
    let local = posted(&app, None, "http://localhost:3000").await;
    local.problem(ProblemKind::OriginNotAllowed);
}

#[tokio::test]
async fn a_site_is_added_changed_and_removed_while_the_server_runs() {
    let app = TestApp::start().await;
    let unknown = app.get("/comments?site=news&page=/a").await;
    unknown.problem(ProblemKind::SiteUnknown);
    let origins = "origins=https://news.example,https://*.news.example";
    let said = done(
        &app,
        &["add", "news", origins, "policy=held", "languages=de,en"],
    );
    assert!(said.contains("data-site=\"news\""), "{said}");
    let is_known = |answer: &Answer| answer.status == StatusCode::OK;
    until(&app, "/comments?site=news&page=/a", is_known).await;
    // The one that nobody has named is gone: pages need no name for the only other one.
    let only = app.list("page=/a").await;
    assert_eq!(only.votes, Votes::Both);

    let shown = done(&app, &["show", "news"]);
    for line in [
        origins,
        "policy=held",
        "languages=de,en",
        "votes=",
        "closed=false",
    ] {
        assert!(shown.lines().any(|it| it == line), "{line}: {shown}");
    }
    let shown = done(
        &app,
        &[
            "set",
            "news",
            "policy=",
            "close-after-days=30",
            "votes=none",
        ],
    );
    for line in [
        "policy=all",
        "close_after_days=30",
        "languages=de,en",
        "votes=none",
    ] {
        assert!(shown.lines().any(|it| it == line), "{line}: {shown}");
    }

    let is_set = |answer: &Answer| answer.body.contains("\"votes\":\"none\"");
    until(&app, "/comments?site=news&page=/a", is_set).await;
    posted(&app, Some("news"), "https://www.news.example")
        .await
        .created();
    let said = refused(&app, &["remove", "news"]);
    assert!(
        said.contains("\"news\" has 1 comments") && said.contains("--yes"),
        "{said}"
    );
    done(&app, &["remove", "news", "--yes"]);
    until(&app, "/comments?site=news&page=/a", |answer| {
        answer.status == StatusCode::NOT_FOUND || answer.status == StatusCode::BAD_REQUEST
    })
    .await;
    assert!(done(&app, &["list"]).contains("(news has 1 comments and is no site"));
    done(&app, &["add", "news", "origins=https://news.example"]);
    until(&app, "/comments?site=news&page=/a", |answer| {
        answer.body.contains("Hello")
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_of_a_thread_is_outdated_when_its_site_changes() {
    let app = TestApp::start().await;
    app.comments("/a", "Hello").await;
    let thread = "/thread.html?page=/a";
    let before = app.get(thread).await;
    assert!(!before.body.contains("🎉") && before.body.contains("❤️"));
    done(&app, &["set", "default", "reactions=🎉,👀"]);
    until(&app, thread, |answer| answer.body.contains("🎉")).await;
    done(&app, &["set", "default", "reactions="]);
    let after = until(&app, thread, |answer| !answer.body.contains("🎉")).await;
    assert_eq!(after.header("etag"), before.header("etag"));
}

#[tokio::test]
async fn a_site_of_the_file_is_changed_there() {
    let file =
        "[sites.news]\norigins = [\"https://news.example\"]\nvotes = \"up\"\npolicy = \"first\"\n";
    let app = TestApp::with().file(file).start().await;
    assert_eq!(app.list("page=/a").await.votes, Votes::Up);
    let config = app.folder().join("afterword.toml");
    let config = ["--config", config.to_str().unwrap()];
    let shown = done(&app, &[&config[..], &["show", "news"]].concat());
    assert!(shown.contains("policy=first"), "{shown}");
    for command in [
        &["set", "news", "votes=none"][..],
        &["remove", "news"],
        &["add", "news"],
    ] {
        let said = refused(&app, &[&config[..], command].concat());
        assert!(said.contains("is in the configuration file"), "{said}");
    }
    // Another one beside it.
    done(&app, &[&config[..], &["add", "blog", "origins=*"]].concat());
    let listed = done(&app, &[&config[..], &["list"]].concat());
    assert!(
        listed.contains("news  0 comments  https://news.example  (in the file)"),
        "{listed}"
    );
    assert!(listed.contains("blog  0 comments  *"), "{listed}");
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_what_can() {
    let app = TestApp::start().await;
    done(&app, &["add", "news"]);
    let cases: [(&[&str], &str); 12] = [
        (&["add", "news"], "there is a site \"news\" already"),
        (
            &["add", "the news"],
            "a site's name is \"the news\"; it can have",
        ),
        (&["set", "blog", "votes=up"], "there is no site \"blog\""),
        (&["show", "blog"], "there is no site \"blog\""),
        (&["remove", "blog"], "there is no site \"blog\""),
        (
            &["set", "news", "origins=news.example"],
            "it can have origins like https://example.org",
        ),
        (
            &["set", "news", "policy=some"],
            "policy: unknown variant `some`, expected one of `all`, `first`, `held`",
        ),
        (&["set", "news", "closed=perhaps"], "closed: invalid type"),
        (
            &["set", "news", "colour=red"],
            "colour: unknown field `colour`",
        ),
        (
            &["set", "news", "spam.colour=red"],
            "spam.colour: unknown field",
        ),
        (
            &["set", "news", "languages=de utsch"],
            "languages: they can be tags",
        ),
        (
            &["set", "news", "votes"],
            "\"votes\" sets nothing: say KEY=VALUE",
        ),
    ];
    for (arguments, words) in cases {
        let said = refused(&app, arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    let shown = done(&app, &["show", "news"]);
    assert!(
        shown.contains("policy=all") && shown.contains("origins=\n"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_secret_is_set_and_not_shown_again() {
    let app = TestApp::start().await;
    let secret = "sso.secret=0123456789abcdef0123456789abcdef";
    let rest = ["sso.issuer=https://news.example", "sso.audience=comments"];
    // One by one, in any order: only together they make sense.
    let set = ["add", "news", "sso.algorithm=HS256", secret];
    done(&app, &[&set[..], &rest].concat());
    let shown = done(&app, &["show", "news"]);
    assert!(
        shown.contains("sso.secret=********") && !shown.contains("0123456789"),
        "{shown}"
    );
    // What is shown can be set again, and the secret is as it was.
    let lines: Vec<&str> = shown
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    done(&app, &[&["set", "news"][..], &lines].concat());
    let said = refused(&app, &["set", "news", "sso.secret="]);
    assert!(said.contains("sso.secret: HS256 needs"), "{said}");
    let said = refused(&app, &["set", "news", "sso.algorithm=none"]);
    assert!(
        said.contains("sso.algorithm: unknown variant `none`"),
        "{said}"
    );
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named() {
    let app = TestApp::start().await;
    let nowhere = app.folder().join("nowhere.sqlite");
    let output = Command::new(env!("CARGO_BIN_EXE_afterword-server"))
        .args(["site", "list", "--database", nowhere.to_str().unwrap()])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("nowhere.sqlite"), "{said}");
    assert!(!nowhere.exists());
}

#[tokio::test]
async fn a_thread_is_in_its_sites_language_and_colours() {
    let file = "[sites.news]\norigins = [\"*\"]\nlanguages = [\"de\", \"fr\"]\ntheme = \"dark\"\n";
    let app = TestApp::with().file(file).start().await;
    let page = async |path: &str, languages: &'static str| {
        let call = app
            .request(Method::GET, path)
            .header("Accept-Language", languages);
        Answer::to(call).await.body
    };
    let german = "<html lang=\"de\"";
    let thread = "/thread?page=/a";
    assert!(page(thread, "it, en;q=0.5").await.contains(german));
    assert!(
        page(thread, "en, fr;q=0.5")
            .await
            .contains("<html lang=\"fr\"")
    );
    // What the page says counts for more.
    assert!(
        page("/thread?page=/a&lang=en", "de")
            .await
            .contains("<html lang=\"en\"")
    );
    let html = page(thread, "de").await;
    assert!(
        html.contains("<main class=\"aw page\" data-theme=\"dark\"") && html.contains("Kommentar")
    );
    let fragment = "/api/v1/thread.html?page=/a";
    assert!(page(fragment, "en").await.contains("Kommentar"));
    assert!(
        !page("/api/v1/thread.html?page=/a&lang=en", "en")
            .await
            .contains("Kommentar")
    );
}

#[tokio::test]
async fn who_adds_a_site_is_told_which_comments_nobody_sees_any_more() {
    let app = TestApp::start().await;
    posted(&app, None, "http://localhost:3000").await.created();
    let said = done(&app, &["add", "blog", "origins=https://blog.example"]);
    let words =
        "The site default, which nobody had named, has gone, and nobody sees its 1 comments.";
    assert!(said.contains(words), "{said}");
    let said = done(&app, &["add", "default"]);
    assert!(!said.contains("gone"), "{said}");
    assert!(done(&app, &["list"]).contains("default  1 comments"));
}

#[tokio::test]
async fn a_site_goes_with_all_that_was_written_on_it() {
    let app = TestApp::start().await;
    for site in ["blog", "news"] {
        let origins = format!("origins=https://{site}.example");
        done(&app, &["add", site, origins.as_str()]);
        let path = format!("/comments?site={site}&page=/a");
        until(&app, &path, |it| it.status == StatusCode::OK).await;
        let origin = format!("https://{site}.example");
        posted(&app, Some(site), &origin).await.created();
    }
    for sql in [
        "UPDATE comment SET text = 'of-the-blog', author = 'Zaphod' WHERE page_id = \
         (SELECT id FROM page WHERE site = 'blog')",
        "INSERT INTO reader (site, issuer, subject, name, email, created) \
         VALUES ('blog', 'sso', '42', 'Zaphod', 'zaphod@example.org', 9999999999999)",
        "INSERT INTO reader_session (token_hash, reader_id, origin, expires) \
         VALUES (x'01', 1, '', 9999999999999)",
        "INSERT INTO ban (site, kind, value, label, shadow, created) \
         VALUES ('blog', 'author', 'zaphod', 'Zaphod', 0, 0), ('*', 'author', 'eve', 'Eve', 0, 0)",
    ] {
        app.sql(sql).await;
    }
    let said = refused(&app, &["remove", "blog", "--erase"]);
    assert!(said.contains("1 comments"), "{said}");
    let said = refused(&app, &["remove", "elsewhere", "--erase", "--yes"]);
    assert!(said.contains("there is no site"), "{said}");
    let said = done(&app, &["remove", "blog", "--erase", "--yes"]);
    assert!(said.contains("1 comments are erased"), "{said}");
    for words in ["of-the-blog", "Zaphod", "zaphod"] {
        app.goes_off_disk(words).await;
    }
    app.comes_true("SELECT count(*) = 1 FROM comment WHERE text <> ''")
        .await;
    app.comes_true("SELECT group_concat(value) = 'eve' FROM ban")
        .await;
    // One that was removed before, too.
    done(&app, &["remove", "news", "--yes"]);
    let said = done(&app, &["remove", "news", "--erase", "--yes"]);
    assert!(said.contains("1 comments are erased"), "{said}");
    app.comes_true("SELECT count(*) = 0 FROM comment WHERE text <> ''")
        .await;
}

#[tokio::test]
async fn what_the_command_does_stands_in_the_log() {
    let app = TestApp::start().await;
    let owner = app.moderator("owner").await;
    done(&app, &["add", "blog"]);
    done(&app, &["set", "blog", "policy=held"]);
    let shown = done(&app, &["show", "blog"]);
    assert!(shown.contains("\n# owner owner-"), "{shown}");
    done(&app, &["remove", "blog"]);
    let log = app.admin(Method::GET, "/audit?subject=blog", &owner, None);
    let log: Items<Done> = log.await.json(StatusCode::OK);
    let log: Vec<_> = log
        .items
        .iter()
        .map(|it| (it.action.as_str(), it.name.as_deref()))
        .collect();
    assert_eq!(
        log,
        [
            ("site-remove", None),
            ("site-change", None),
            ("site-add", None)
        ]
    );
}
