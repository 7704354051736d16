//! What becomes of forms that a browser sends without a script, and of what was typed into them.

use afterword_server::config::Settings;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Method, StatusCode};
use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;

use crate::app::{Answer, TestApp};
use crate::reader::{Form, Reader};

const PAGE: &str = "/thread?page=%2Fa&title=On+slow+news";
const TYPED: &str = "</textarea><script>alert(1)</script> & \"so\"\n\n  on";

/// A reader who has typed a comment.
async fn writer(app: &TestApp) -> Reader {
    let mut reader = Reader::opens(app, PAGE).await;
    reader.types("text", TYPED).types("author", "Ada");
    reader
}

/// What was typed stands in the composer again, which says why in its field's description.
#[track_caller]
fn came_back(reader: &Reader, status: StatusCode, sentence: &str) {
    assert_eq!(reader.answer.status, status, "{}", reader.answer.body);
    assert_eq!(
        reader.answer.header("content-type"),
        "text/html; charset=utf-8"
    );
    assert_eq!(reader.answer.header("cache-control"), "no-store");
    assert_eq!(reader.read(".composer-error"), sentence);
    assert_eq!(
        reader.attribute("textarea", "aria-invalid").as_deref(),
        Some("true")
    );
    let described = reader.attribute("textarea", "aria-describedby").unwrap();
    let error = described.split(' ').next_back().unwrap();
    let html = reader.html();
    let of_error = scraper::Selector::parse(&format!("[id={error:?}] .composer-error")).unwrap();
    assert_eq!(html.select(&of_error).count(), 1, "{described}");
    assert_eq!(reader.reads("script").len(), 0);
}

#[tokio::test]
async fn what_is_refused_comes_back_with_the_reason_at_the_field() {
    let app = TestApp::with()
        .set(|settings| {
            settings.max_text_bytes = Some(100);
            settings.max_author_bytes = Some(10);
            settings.max_links = Some(0);
            settings.max_nesting = Some(2);
        })
        .start()
        .await;
    let long = "x".repeat(101);
    let cases = [
        (
            " \n ",
            "Ada",
            "There is nothing to post yet. Write something first.",
        ),
        (
            &long,
            "Ada",
            "This is longer than a comment may be (100 bytes). Shorten it, then post it again.",
        ),
        (
            "a\u{1b}b",
            "Ada",
            "The text holds characters that can't be shown. Remove them, then post it again.",
        ),
        (
            "http://a.example",
            "Ada",
            "There are too many links here (at most 0). Remove some, then post it again.",
        ),
        (
            "> > > x",
            "Ada",
            "Quotations or lists are nested too deeply here (at most 2 levels).",
        ),
        (
            "x",
            "Ada Lovelace",
            "This name is too long (at most 10 bytes). Shorten it, then post it again.",
        ),
        (
            "x",
            "A\u{202e}da",
            "This name holds invisible characters. Type it anew, then post it again.",
        ),
    ];
    for (text, author, sentence) in cases {
        let mut reader = Reader::opens(&app, PAGE).await;
        reader.types("text", text).types("author", author);
        reader.presses("Post comment").await;
        came_back(&reader, StatusCode::UNPROCESSABLE_ENTITY, sentence);
        assert_eq!(
            (
                reader.value("textarea").as_str(),
                reader.value("[name=author]").as_str()
            ),
            (text, author)
        );
    }
    assert_eq!(app.list("page=/a").await.total, 0);
    // A preview of it is refused for the same reasons, and mended it is posted from the same page.
    let mut reader = Reader::opens(&app, PAGE).await;
    reader.types("text", &long);
    reader.presses("Preview").await;
    came_back(&reader, StatusCode::UNPROCESSABLE_ENTITY, cases[1].2);
    reader.types("text", "mended");
    reader.presses("Post comment").await;
    assert_eq!(app.list("page=/a").await.total, 1);
}

#[tokio::test]
async fn a_website_is_put_right_where_it_was_typed() {
    let app = TestApp::start().await;
    let mut reader = writer(&app).await;
    reader.types("website", "no website");
    for button in ["Preview", "Preview", "Post comment", "Post comment"] {
        reader.presses(button).await;
        let values = ["textarea", "[name=author]", "[name=website]"].map(|it| reader.value(it));
        assert_eq!(values, [TYPED, "Ada", "no website"], "{button}");
    }
    came_back(
        &reader,
        StatusCode::UNPROCESSABLE_ENTITY,
        "This website has no address of the web. Correct or remove it, then post it again.",
    );
    reader.types("website", "ada.example");
    reader.presses("Post comment").await;
    let posted = &app.list("page=/a").await.branches[0].root;
    assert_eq!(posted.website.as_deref(), Some("https://ada.example/"));
    assert_eq!(app.show(&posted.id).await.text, TYPED);
    // So it is below an answer.
    let to = format!("/thread?reply={}", posted.id);
    let mut reader = Reader::opens(&app, &to).await;
    reader
        .types("text", TYPED)
        .types("author", "Ben")
        .types("website", "..");
    reader.presses("Post reply").await;
    let values = ["textarea", "[name=author]", "[name=website]"].map(|it| reader.value(it));
    assert_eq!(values, [TYPED, "Ben", ".."]);
}

#[tokio::test]
async fn a_text_is_the_same_however_often_it_comes_back() {
    let app = TestApp::start().await;
    let mut reader = writer(&app).await;
    for _ in 0..3 {
        reader.presses("Preview").await;
        assert_eq!(reader.value("textarea"), TYPED);
    }
    reader.presses("Post comment").await;
    let posted = &app.list("page=/a").await.branches[0].root;
    assert_eq!(app.show(&posted.id).await.text, TYPED);
    assert_eq!(reader.reads(".comment-body script").len(), 0);
}

#[tokio::test]
async fn only_pages_of_the_site_and_of_the_server_may_send() {
    let app = TestApp::with()
        .set(|settings| {
            settings.origins = Some(vec!["https://a.example".to_owned()]);
            settings.public_url = Some("https://comments.example/below".to_owned());
        })
        .start()
        .await;
    let reader = writer(&app).await;
    let form = reader.form("button", "Post comment");
    let own = app.url("");
    let cases = [
        (Some(own.as_str()), None, true),
        (Some("https://a.example"), Some("cross-site"), true),
        (Some("https://comments.example"), Some("same-origin"), true),
        (Some("https://evil.example"), Some("cross-site"), false),
        (Some("https://evil.example"), None, false),
        (Some("https://evil.example"), Some("same-origin"), false),
        (Some("null"), None, false),
        (Some("null"), Some("cross-site"), false),
        (Some("null"), Some("same-origin"), true),
        (None, None, true),
        (None, Some("same-origin"), true),
        (None, Some("none"), true),
        (None, Some("same-site"), false),
        (None, Some("cross-site"), false),
    ];
    for (index, (origin, site, is_taken)) in cases.into_iter().enumerate() {
        let mut call = app.request(Method::POST, "/thread/comments");
        let fields = [("page", "/a"), ("text", &index.to_string())];
        let form = Form {
            method: Method::POST,
            url: form.url.clone(),
            fields: fields.map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
        };
        if let Some(origin) = origin {
            call = call.header("origin", origin);
        }
        if let Some(site) = site {
            call = call.header("sec-fetch-site", site);
        }
        let before = app.list("page=/a").await.total;
        let call = call.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        Answer::to(call.body(form.body())).await;
        let after = app.list("page=/a").await.total;
        assert_eq!(after - before, u32::from(is_taken), "{origin:?} {site:?}");
    }
}

#[tokio::test]
async fn what_another_site_sent_can_be_posted_by_who_meant_it() {
    let app = TestApp::start().await;
    let mut reader = writer(&app).await;
    let given = reader.form("button", "Post comment");
    reader
        .headers
        .insert("origin", "https://evil.example".parse().unwrap());
    reader.presses("Post comment").await;
    came_back(
        &reader,
        StatusCode::FORBIDDEN,
        "This came from a page that may not send it for you. If you meant it, check it and press the button.",
    );
    assert_eq!(reader.value("textarea"), TYPED);
    assert_eq!(app.list("page=/a").await.total, 0);
    reader.headers.remove("origin");
    assert_ne!(
        reader.form("button", "Post comment").field("key"),
        given.field("key")
    );
    reader.presses("Post comment").await;
    assert_eq!(app.list("page=/a").await.total, 1);

    // Nor may it change or delete what it knows the link of.
    let link = reader.attribute("a.kept", "href").unwrap();
    let path = reader.url.join(&link).unwrap();
    let path = &path[url::Position::BeforePath..url::Position::AfterQuery];
    let mut reader = Reader::opens(&app, path).await;
    reader.presses("Edit").await;
    reader.types("text", "changed");
    reader
        .headers
        .insert("origin", "https://evil.example".parse().unwrap());
    reader.presses("Save changes").await;
    assert_eq!(reader.answer.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.value("textarea"), "changed");
    reader.headers.remove("origin");
    reader.presses("Save changes").await;
    assert_eq!(reader.read(".comment-body"), "changed");
    reader.presses("Delete").await;
    reader
        .headers
        .insert("origin", "https://evil.example".parse().unwrap());
    reader.presses_of(".confirm button", "Delete").await;
    assert_eq!(reader.answer.status, StatusCode::FORBIDDEN);
    assert!(
        reader
            .read("[role=alert] p")
            .starts_with("This came from a page")
    );
    reader.headers.remove("origin");
    reader.presses_of(".confirm button", "Delete").await;
    assert_eq!(app.list("page=/a").await.total, 0);
}

#[tokio::test]
async fn each_page_has_a_key_of_its_own() {
    let app = TestApp::start().await;
    let mut reader = writer(&app).await;
    let form = reader.form("button", "Post comment");
    let other = Reader::opens(&app, PAGE)
        .await
        .form("button", "Post comment");
    assert_ne!(form.field("key"), other.field("key"));
    // Pressed twice, it is posted once.
    let (first, second) = tokio::join!(reader.send(&form), reader.send(&form));
    assert_eq!(
        (first.status, second.status),
        (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER)
    );
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(app.list("page=/a").await.total, 1);
    // A page that comes from the browser's memory has the key that was used.
    reader.sends(form.with("text", "another")).await;
    came_back(
        &reader,
        StatusCode::UNPROCESSABLE_ENTITY,
        "Another text has been posted from this form already. If you want to post this one too, press the button.",
    );
    assert_eq!(reader.value("textarea"), "another");
    reader.presses("Post comment").await;
    assert_eq!(app.list("page=/a").await.total, 2);
    // What is no key is none of ours.
    let mut reader = writer(&app).await;
    let form = reader.form("button", "Post comment").with("key", "short");
    reader.sends(form).await;
    assert_eq!(reader.answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(reader.value("textarea"), TYPED);
    reader.presses("Post comment").await;
    assert_eq!(app.list("page=/a").await.total, 3);
}

#[tokio::test]
async fn html_that_many_are_shown_has_no_key_and_posts_once_all_the_same() {
    let app = TestApp::start().await;
    let mut article = Reader::opens(&app, "/api/v1/thread.html?page=/a&title=A").await;
    article.types("text", "from the article");
    let form = article.form("button", "Post comment");
    assert_eq!(form.field("key"), None);
    article
        .headers
        .insert("origin", "http://localhost:3000".parse().unwrap());
    let (first, second) = tokio::join!(article.send(&form), article.send(&form));
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(app.list("page=/a").await.total, 1);
    // Another text, another browser, or another time is another comment.
    article.send(&form.with("text", "more")).await;
    assert_eq!(app.list("page=/a").await.total, 2);
    let form = article.form("button", "Post comment");
    article
        .headers
        .insert("user-agent", "another".parse().unwrap());
    article.send(&form).await;
    assert_eq!(app.list("page=/a").await.total, 3);
    app.passes(600);
    article.send(&form).await;
    assert_eq!(app.list("page=/a").await.total, 4);
    // Its author gets the link, too.
    article.sends(form).await;
    assert_eq!(article.reads("a.kept").len(), 1);
}

#[tokio::test]
async fn who_answers_what_is_gone_keeps_the_text() {
    let app = TestApp::start().await;
    // Once nothing is left of what is answered, once a tombstone.
    for has_tombstone in [false, true] {
        for button in ["Post reply", "Preview"] {
            let posted = app.comments("/a", "root").await;
            let id = &posted.comment.id;
            if has_tombstone {
                app.answers("/a", id, "earlier").await;
            }
            let mut reader = Reader::opens(&app, &format!("{PAGE}&reply={id}")).await;
            app.deletes(&posted).await;
            reader.types("text", TYPED);
            reader.presses(button).await;
            came_back(
                &reader,
                StatusCode::UNPROCESSABLE_ENTITY,
                "The comment you are answering is gone. You can post your text as a comment of its own.",
            );
            assert_eq!(reader.value("textarea"), TYPED);
            reader.presses("Post comment").await;
            let newest = &app.list("page=/a").await.branches[0].root;
            assert_eq!(app.show(&newest.id).await.text, TYPED);
        }
    }
}

#[tokio::test]
async fn who_answers_too_deep_keeps_the_text() {
    let app = TestApp::with()
        .set(|settings| settings.max_depth = Some(0))
        .start()
        .await;
    let root = app.comments("/a", "root").await.comment.id;
    let mut reader = Reader::opens(&app, &format!("{PAGE}&reply={root}")).await;
    reader.types("text", TYPED);
    reader.presses("Post reply").await;
    came_back(
        &reader,
        StatusCode::UNPROCESSABLE_ENTITY,
        "This conversation can't go any deeper. Answer an earlier comment instead.",
    );
    assert_eq!(reader.value("textarea"), TYPED);
    assert_eq!(reader.reads(".comment-body"), ["root"]);
}

#[tokio::test]
async fn who_may_not_save_keeps_the_text() {
    let app = TestApp::with()
        .set(|settings| settings.edit_window = Some(60))
        .start()
        .await;
    let posted = app.comments("/a", "as it was").await;
    let (id, token) = (&posted.comment.id, &posted.edit_token);
    let opens = async || Reader::opens(&app, &format!("{PAGE}&edit={id}&token={token}")).await;
    let mut reader = opens().await;
    reader.types("text", TYPED);
    let form = reader.form("button", "Save changes").with("token", "wrong");
    reader.sends(form).await;
    came_back(
        &reader,
        StatusCode::FORBIDDEN,
        "Only the link that was shown when this comment was posted can change it.",
    );
    assert_eq!(reader.value("textarea"), TYPED);
    // It is said once.
    assert_eq!(reader.reads(".notice").len(), 0);

    let mut reader = opens().await;
    let mut late = opens().await;
    late.presses("Cancel").await;
    late.presses("Delete").await;
    app.passes(60);
    reader.types("text", TYPED);
    reader.presses("Save changes").await;
    came_back(
        &reader,
        StatusCode::FORBIDDEN,
        "The time for changing this comment is over.",
    );
    assert_eq!(reader.value("textarea"), TYPED);
    late.presses_of(".confirm button", "Delete").await;
    assert_eq!(late.answer.status, StatusCode::FORBIDDEN);
    assert_eq!(
        late.read("[role=alert] p"),
        "The time for changing this comment is over."
    );
    assert_eq!(app.show(id).await.text, "as it was");
}

#[tokio::test]
async fn who_changes_what_is_gone_keeps_the_text() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    let path = format!(
        "{PAGE}&edit={}&token={}",
        posted.comment.id, posted.edit_token
    );
    let mut reader = Reader::opens(&app, &path).await;
    app.deletes(&posted).await;
    reader.types("text", TYPED);
    reader.presses("Save changes").await;
    assert_eq!(reader.answer.status, StatusCode::NOT_FOUND);
    assert_eq!(reader.read("[role=alert] p"), "This comment is gone.");
    assert_eq!(reader.value("textarea[readonly]"), TYPED);
    assert_eq!(reader.reads("button").len(), 0);
    reader.follows("All comments").await;
    assert_eq!(reader.answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_comment_is_changed_on_its_own_page_alone() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    let (id, token) = (&posted.comment.id, &posted.edit_token);
    for path in [
        format!("/thread/comments/{id}"),
        format!("/thread/comments/{id}/delete"),
    ] {
        let call = app.request(Method::POST, &path);
        let call = call.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = Answer::to(call.body(format!("page=/b&token={token}&text=y"))).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(app.show(id).await.text, "x");
}

#[tokio::test]
async fn a_form_that_can_not_be_read_is_told_so_in_html() {
    let app = TestApp::start().await;
    let large = format!("page=/a&text={}", "x".repeat(200_000));
    let cases = [
        ("page=/a&text=%FF", "application/x-www-form-urlencoded", 400),
        (
            "page=/a&text=a&text=b",
            "application/x-www-form-urlencoded",
            400,
        ),
        ("text=a", "application/x-www-form-urlencoded", 400),
        ("page=&text=a", "application/x-www-form-urlencoded", 422),
        (
            "page=/a&site=nowhere&text=a",
            "application/x-www-form-urlencoded",
            404,
        ),
        (&large, "application/x-www-form-urlencoded", 413),
        ("{\"page\":\"/a\",\"text\":\"a\"}", "application/json", 415),
        ("page=/a&text=a", "text/plain", 415),
    ];
    for (body, kind, status) in cases {
        let call = app.request(Method::POST, "/thread/comments");
        let answer = Answer::to(call.header(CONTENT_TYPE, kind).body(body.to_owned())).await;
        assert_eq!(answer.status.as_u16(), status, "{kind}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert!(answer.body.contains("role=\"alert\""), "{}", answer.body);
        // Either it is there, or where it is.
        let has_text = answer.body.contains("<textarea");
        assert!(
            has_text
                || answer
                    .body
                    .contains("Go back: what you typed is still there.")
        );
    }
    // What nobody knows does no harm.
    let call = app.request(Method::POST, "/thread/comments");
    let call = call.header(
        CONTENT_TYPE,
        "application/x-www-form-urlencoded; charset=UTF-8",
    );
    let answer = Answer::to(call.body("page=/a&text=a&colour=red&submit=")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(app.list("page=/a").await.total, 1);
}

#[tokio::test]
async fn who_sends_too_much_keeps_the_text() {
    let limited = |settings: &mut Settings| {
        settings.writes_per_minute = Some(1);
        settings.reads_per_minute = Some(4);
    };
    let app = TestApp::with().set(limited).start().await;
    let mut reader = writer(&app).await;
    reader.presses("Preview").await;
    // A preview is no comment, and needs none of their measure.
    let form = reader.form("button", "Post comment");
    assert_eq!(reader.send(&form).await.status, StatusCode::SEE_OTHER);
    reader.presses("Post comment").await;
    assert_eq!(reader.answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!reader.answer.header("retry-after").is_empty());
    assert!(
        reader
            .read(".composer-error")
            .starts_with("That was a lot in a short time.")
    );
    assert_eq!(reader.value("textarea"), TYPED);
    // Who may not even look any more is given the text without the thread.
    reader.presses("Post comment").await;
    assert_eq!(reader.answer.status, StatusCode::TOO_MANY_REQUESTS);
    reader.presses("Post comment").await;
    assert_eq!(reader.answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reader.reads(".thread").len(), 0);
    assert_eq!(reader.value("textarea"), TYPED);
    assert_eq!(reader.value("[name=author]"), "Ada");
    assert_eq!(reader.reads("button"), ["Send it again"]);
}

#[tokio::test]
async fn what_the_server_failed_to_keep_can_be_sent_again() {
    let app = TestApp::start().await;
    let database = app.folder().join("comments.sqlite");
    let url = format!("sqlite:{}", database.display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    let broken = "CREATE TRIGGER broken BEFORE INSERT ON comment \
                  BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END";
    sqlx::query(broken).execute(&mut database).await.unwrap();
    let mut reader = writer(&app).await;
    let key = reader
        .form("button", "Post comment")
        .field("key")
        .map(str::to_owned);
    reader.presses("Post comment").await;
    assert_eq!(reader.answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        reader.read("[role=alert] p"),
        "The comment server is in trouble. Try again in a moment."
    );
    assert!(
        !reader.answer.body.contains("fire"),
        "{}",
        reader.answer.body
    );
    assert_eq!(reader.value("textarea"), TYPED);
    let again = reader.form("button", "Send it again");
    assert_eq!(again.field("key").map(str::to_owned), key);
    sqlx::query("DROP TRIGGER broken")
        .execute(&mut database)
        .await
        .unwrap();
    reader.sends(again).await;
    let posted = &app.list("page=/a").await.branches[0].root;
    assert_eq!(posted.author.as_deref(), Some("Ada"));
    assert_eq!(app.show(&posted.id).await.text, TYPED);
    assert!(
        reader
            .read(".receipt")
            .starts_with("Your comment has been posted.")
    );
    database.close().await.unwrap();
}

#[tokio::test]
async fn what_the_server_fails_to_read_is_told_in_html() {
    let app = TestApp::start().await;
    app.sql("ALTER TABLE page RENAME TO elsewhere").await;
    let reader = Reader::opens(&app, PAGE).await;
    assert_eq!(reader.answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        reader.read("main [role=alert]"),
        "The comment server is in trouble. Try again in a moment."
    );
    assert!(!reader.answer.body.contains("no such table"));
}

#[tokio::test]
async fn in_a_frame_everything_stays_within() {
    let app = TestApp::start().await;
    let mut headers = HeaderMap::new();
    headers.insert("sec-fetch-dest", "iframe".parse().unwrap());
    let mut reader = Reader::opens_as(&app, PAGE, headers).await;
    reader.types("text", "x");
    reader.presses("Post comment").await;
    assert!(
        reader
            .read(".receipt")
            .starts_with("Your comment has been posted.")
    );
    reader.presses("Reply").await;
    let html = reader.html();
    let forms = scraper::Selector::parse("form, a.button, a.text-button").unwrap();
    assert_ne!(html.select(&forms).count(), 0);
    for form in html.select(&forms) {
        assert_eq!(form.attr("target"), Some("_self"));
    }
    drop(html);
    reader.types("text", "y");
    reader.presses("Post reply").await;
    assert_eq!(app.list("page=/a").await.total, 2);
    assert_eq!(reader.reads("h1").len(), 0);
}
