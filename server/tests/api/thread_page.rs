//! The page of a thread, as whoever reads it without a script sees it.

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};
use crate::reader::{Reader, select};

const PAGE: &str = "/thread?page=%2Fa&title=On+slow+news&url=http%3A%2F%2Flocalhost%2Fa";

fn with_header(name: &'static str, value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(name, value.parse().unwrap());
    headers
}

#[tokio::test]
async fn a_thread_has_a_page_of_its_own() {
    let app = TestApp::start().await;
    let body = json!({ "page": "/a", "title": "On “slow” news", "url": "http://localhost/a?b&c", "text": "x" });
    app.post("/comments", body).await.created();
    // What the link says does not count where the page is known.
    let reader = Reader::opens(
        &app,
        "/thread?site=&page=/a&title=Nonsense&url=http://localhost/elsewhere",
    )
    .await;
    let answer = &reader.answer;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-cache");
    assert_eq!(answer.header("referrer-policy"), "same-origin");
    assert_eq!(reader.read("title"), "On “slow” news");
    assert_eq!(reader.read("h1"), "On “slow” news");
    assert_eq!(
        reader.read("a[href='http://localhost/a?b&c']"),
        "Back to the article"
    );
    let attribute = |selector, name| reader.attribute(selector, name);
    assert_eq!(
        attribute("link[rel=canonical]", "href").as_deref(),
        Some("http://localhost/a?b&c")
    );
    assert_eq!(
        attribute("[name=robots]", "content").as_deref(),
        Some("noindex")
    );
    // The widget takes it over where there are scripts.
    assert_eq!(
        attribute("afterword-comments", "data-page-id").as_deref(),
        Some("/a")
    );
    assert_eq!(
        attribute("script[src]", "src").as_deref(),
        Some("./embed.js")
    );
    assert_eq!(
        reader
            .reads("afterword-comments > .aw > section.thread")
            .len(),
        1
    );
    assert_eq!(
        reader
            .reads("afterword-comments > .aw > template.thread-data")
            .len(),
        1
    );
}

#[tokio::test]
async fn its_policy_lets_nothing_in_and_lets_the_site_frame_it() {
    let policy = async |app: &TestApp| {
        let reader = Reader::opens(app, "/thread?page=/a").await;
        reader.answer.header("content-security-policy").to_owned()
    };
    let app = TestApp::with()
        .set(|settings| {
            settings.origins = Some(vec![
                "https://a.example".to_owned(),
                "https://*.b.example:8443".to_owned(),
            ]);
        })
        .start()
        .await;
    let told = policy(&app).await;
    for part in [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self' https://a.example https://*.b.example:8443",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("unsafe-inline"), "{told}");
    let told = policy(&TestApp::start().await).await;
    assert!(
        told.contains("frame-ancestors 'self' http://localhost:*"),
        "{told}"
    );
    let any = |settings: &mut afterword_server::config::Settings| {
        settings.origins = Some(vec!["*".to_owned()]);
    };
    let told = policy(&TestApp::with().set(any).start().await).await;
    assert!(told.ends_with("frame-ancestors 'self' *"), "{told}");
}

#[tokio::test]
async fn a_page_about_a_comment_runs_no_script() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    let path = format!("/thread?page=/a&reply={}", posted.comment.id);
    let reader = Reader::opens(&app, &path).await;
    assert_eq!(reader.reads("script").len(), 0);
    let policy = reader.answer.header("content-security-policy");
    assert!(!policy.contains("script-src"), "{policy}");
    assert!(!policy.contains("connect-src"), "{policy}");
}

#[tokio::test]
async fn a_link_can_not_make_it_say_or_do_anything() {
    let app = TestApp::start().await;
    let reader = Reader::opens(
        &app,
        "/thread?page=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&title=%3C/title%3E%3C/script%3E%3Cscript%3E&lang=%22%3E%3Cscript%3E&site=&url=https://evil.example/",
    )
    .await;
    // The loader, and data.
    let html = reader.html();
    let scripts = select(&html, "script");
    let kinds: Vec<_> = scripts
        .iter()
        .map(|it| (it.attr("type"), it.attr("src")))
        .collect();
    assert_eq!(
        kinds,
        [
            (Some("application/ld+json"), None),
            (None, Some("./embed.js"))
        ]
    );
    assert_eq!(reader.read("title"), "</title></script><script>");
    assert_eq!(reader.reads("a[href^='https://evil']").len(), 0);
    assert_eq!(reader.reads("link[rel=canonical]").len(), 0);
    let reader = Reader::opens(&app, "/thread?page=/a&url=javascript:alert(1)").await;
    assert!(!reader.answer.body.contains("href=\"javascript:"));
}

#[tokio::test]
async fn it_can_be_read_without_javascript() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "> quoted\n\n**said** 👩‍👩‍👧").await;
    app.answers("/a", &root.comment.id, "<script>alert(1)</script>")
        .await;
    let reader = Reader::opens(&app, "/thread?page=/a").await;
    let comment = format!("#comment-{}", root.comment.id);
    assert_eq!(reader.read(&format!("{comment} blockquote p")), "quoted");
    assert_eq!(reader.read(&format!("{comment} strong")), "said");
    assert!(
        reader
            .read(&format!("{comment} .comment-body"))
            .ends_with("👩‍👩‍👧")
    );
    assert_eq!(
        reader.reads(".replies .comment-body"),
        ["<script>alert(1)</script>"]
    );
    assert_eq!(
        reader.reads("time"),
        ["24 November 2026", "24 November 2026"]
    );
    assert_eq!(
        reader.attribute("time", "title").as_deref(),
        Some("24 November 2026 at 08:00 UTC")
    );
    assert_eq!(reader.read("h2"), "2 comments");
    let style = reader.attribute("link[rel=stylesheet]", "href").unwrap();
    let style = reader.url.join(&style).unwrap();
    let style = Answer::to(app.request(Method::GET, style.path())).await;
    assert_eq!(style.status, StatusCode::OK);
}

#[tokio::test]
async fn its_own_style_is_the_one_that_its_policy_names() {
    use base64::Engine;
    use sha2::Digest;
    let app = TestApp::start().await;
    let reader = Reader::opens(&app, "/thread?page=/a").await;
    let html = reader.html();
    let style: String = select(&html, "style")[0].text().collect();
    let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style));
    let policy = reader.answer.header("content-security-policy");
    assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy}");
}

#[tokio::test]
async fn buttons_lead_through_a_long_thread() {
    let app = TestApp::start().await;
    for n in 0..50 {
        app.comments("/a?b&c", &format!("comment {n:02}.")).await;
    }
    let mut reader = Reader::opens(&app, "/thread?page=%2Fa%3Fb%26c&title=T%26U").await;
    let shown = |reader: &Reader| {
        let all = reader.reads(".comment-body");
        (all.len(), all[0].clone(), all[all.len() - 1].clone())
    };
    let expected = |number, first: &str, last: &str| (number, first.to_owned(), last.to_owned());
    assert_eq!(shown(&reader), expected(20, "comment 49.", "comment 30."));
    reader.presses("Show 20 more").await;
    assert_eq!(shown(&reader), expected(20, "comment 29.", "comment 10."));
    reader.presses("Show more comments").await;
    assert_eq!(shown(&reader), expected(10, "comment 09.", "comment 00."));
    assert_eq!(reader.read("title"), "T&U");
    assert_eq!(reader.reads(".more").len(), 0);
    reader.presses("Oldest").await;
    assert_eq!(shown(&reader), expected(20, "comment 00.", "comment 19."));
    reader.presses("Newest").await;
    assert_eq!(shown(&reader), expected(20, "comment 49.", "comment 30."));
}

#[tokio::test]
async fn a_branch_with_very_many_replies_is_there_whole() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "root").await.comment.id;
    for n in 0..520 {
        app.answers("/a", &root, &n.to_string()).await;
    }
    let mut reader = Reader::opens(&app, "/thread?page=/a").await;
    assert_eq!(reader.reads(".replies .comment-body").len(), 50);
    reader.presses("Show 470 more replies").await;
    let replies = reader.reads(".replies .comment-body");
    assert_eq!((replies.len(), replies[519].as_str()), (520, "519"));
}

#[tokio::test]
async fn a_branch_of_thousands_is_drawn_in_parts() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "root").await.comment.id;
    let first = app.answers("/a", &root, "first").await.comment.id;
    let sql = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1004) \
         INSERT INTO comment (id, page_id, parent_id, root_id, depth, number, text, html, created, \
             state, token_hash, verdict) \
         SELECT printf('7ZZZZZZZZZZZZZZZZZZZZZ%04d', i), page_id, id, root_id, 2, 100 + i, i, \
             '<p>' || i || '</p>', created, 'published', x'', 'published' \
         FROM n JOIN comment ON id = '{first}'"
    );
    app.sql(sql.leak()).await;
    let path = format!("/thread?page=/a&branch={root}");
    let mut reader = Reader::opens(&app, &path).await;
    let replies = reader.reads(".replies .comment-body");
    assert_eq!((replies.len(), replies[999].as_str()), (1000, "999"));
    let more = reader.read(".notice a");
    reader.follows(&more).await;
    let replies = reader.reads(".comment-body");
    assert_eq!(replies, ["root", "1000", "1001", "1002", "1003", "1004"]);
    assert_eq!(reader.reads(".notice a").len(), 0);
}

#[tokio::test]
async fn a_comment_of_a_closed_page_offers_no_form() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "root").await;
    let (id, token) = (&posted.comment.id, &posted.edit_token);
    let path = |query: &str| format!("/thread?page=/a&{query}={id}");
    let offers = async |reader: &Reader| reader.reads("a[href*='/thread?reply=']").len();
    for query in ["branch", "comment"] {
        let reader = Reader::opens(&app, &path(query)).await;
        assert_eq!(offers(&reader).await, 1, "{query}");
    }
    app.sql("UPDATE page SET closed = TRUE").await;
    for query in ["branch", "comment"] {
        let reader = Reader::opens(&app, &path(query)).await;
        assert_eq!(offers(&reader).await, 0, "{query}");
    }
    let reader = Reader::opens(&app, &path("reply")).await;
    assert_eq!(reader.reads("textarea").len(), 0);
    assert_eq!(reader.reads("[role=alert]").len(), 1);
    let editing = format!("{}&token={token}", path("edit"));
    let reader = Reader::opens(&app, &editing).await;
    assert_eq!(reader.reads("textarea").len(), 1);
    app.sql("UPDATE page SET read_only = TRUE").await;
    let reader = Reader::opens(&app, &editing).await;
    assert_eq!(reader.reads("textarea").len(), 0);
}

#[tokio::test]
async fn search_engines_are_told_what_the_owner_says() {
    let app = TestApp::with()
        .set(|settings| settings.robots = Some("index, follow, max-snippet:50".to_owned()))
        .start()
        .await;
    let posted = app.comments("/a", "x").await;
    let robots = async |query: &str| {
        let reader = Reader::opens(&app, &format!("/thread?page=/a{query}")).await;
        reader.attribute("[name=robots]", "content").unwrap()
    };
    assert_eq!(robots("").await, "index, follow, max-snippet:50");
    let id = &posted.comment.id;
    for query in [
        format!("&comment={id}"),
        format!("&reply={id}"),
        format!("&branch={id}"),
        format!("&edit={id}&token={}", posted.edit_token),
        "&receipt=0123456789abcdef".to_owned(),
        "&comment=nowhere".to_owned(),
    ] {
        assert_eq!(robots(&query).await, "noindex", "{query}");
    }
}

#[tokio::test]
async fn programs_are_told_what_it_says() {
    let app = TestApp::start().await;
    let body = json!({ "page": "/a", "title": "On </script> news", "url": "http://localhost/a", "author": "Ada <b>", "text": "**1** < 2 & </script>" });
    let root = app.post("/comments", body).await.created().comment;
    let reply = app.answers("/a", &root.id, "reply").await;
    app.answers("/a", &reply.comment.id, "below").await;
    app.deletes(&reply).await;
    let reader = Reader::opens(&app, "/thread?page=/a").await;
    let html = reader.html();
    let data: String = select(&html, "script[type='application/ld+json']")[0]
        .text()
        .collect();
    assert!(!data.contains(['<', '>', '&']), "{data}");
    let data: Value = serde_json::from_str(&data).unwrap();
    assert_eq!(
        data,
        json!({
            "@context": "https://schema.org",
            "@type": "DiscussionForumPosting",
            "headline": "On </script> news",
            "url": "http://localhost/a",
            "commentCount": 2,
            "interactionStatistic": {
                "@type": "InteractionCounter",
                "interactionType": "https://schema.org/CommentAction",
                "userInteractionCount": 2,
            },
            "comment": [{
                "@type": "Comment",
                "author": { "@type": "Person", "name": "Ada <b>" },
                "datePublished": "2026-11-24T08:00:00.000Z",
                "text": "1 < 2 & </script>",
                // What was deleted is not there; what answered it is.
                "comment": [{
                    "@type": "Comment",
                    "author": { "@type": "Person", "name": "Anonymous" },
                    "datePublished": "2026-11-24T08:00:00.000Z",
                    "text": "below",
                }],
            }],
        })
    );
}

#[tokio::test]
async fn within_another_page_it_is_the_thread_alone() {
    let app = TestApp::start().await;
    let headers = with_header("sec-fetch-dest", "iframe");
    let reader = Reader::opens_as(&app, PAGE, headers).await;
    assert_eq!(reader.reads("h1").len(), 0);
    assert_eq!(reader.reads("a[href='http://localhost/a']").len(), 0);
    assert_eq!(reader.attribute("base", "target").as_deref(), Some("_top"));
    assert_eq!(reader.read("body.is-framed h2"), "0 comments");
    let vary = reader.answer.headers.get_all("vary").iter();
    let vary: Vec<_> = vary
        .map(|value| value.to_str().unwrap().to_lowercase())
        .collect();
    assert!(vary.join(",").contains("sec-fetch-dest"), "{vary:?}");
    assert!(vary.join(",").contains("accept-language"), "{vary:?}");
    let reader = Reader::opens_as(&app, PAGE, with_header("sec-fetch-dest", "document")).await;
    assert_eq!(reader.reads("h1").len(), 1);
}

#[tokio::test]
async fn it_speaks_the_reader_s_language() {
    let app = TestApp::start().await;
    for text in ["a", "b", "c"] {
        app.comments("/a", text).await;
    }
    let german = with_header("accept-language", "fr;q=0.3, de-AT, en;q=0.5");
    let mut reader = Reader::opens_as(&app, PAGE, german).await;
    let of_page = |reader: &Reader| {
        let attribute = |name| reader.attribute("html", name).unwrap();
        (attribute("lang"), attribute("dir"), reader.read("h2"))
    };
    let expected = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(of_page(&reader), expected("de", "ltr", "3 Kommentare"));
    assert_eq!(reader.answer.header("content-language"), "de");
    assert_eq!(reader.read(".ways a"), "Zurück zum Artikel");
    assert_eq!(reader.reads("time")[0], "24. November 2026");
    // A site's own language counts for more, and goes along.
    let headers = with_header("accept-language", "de");
    let arabic = format!("{PAGE}&lang=ar-EG");
    reader = Reader::opens_as(&app, &arabic, headers).await;
    assert_eq!(of_page(&reader), expected("ar", "rtl", "3 تعليقات"));
    reader.types("text", " ");
    reader.presses("نشر التعليق").await;
    assert_eq!(reader.answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(of_page(&reader), expected("ar", "rtl", "3 تعليقات"));
    let reader = Reader::opens(&app, &format!("{PAGE}&lang=tlh")).await;
    assert_eq!(of_page(&reader), expected("en", "ltr", "3 comments"));
}

#[tokio::test]
async fn each_mode_shows_what_its_button_says() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "root").await.comment.id;
    let reply = app.answers("/a", &root, "reply").await;
    let other = app.answers("/a", &root, "other").await.comment.id;
    let (id, token) = (&reply.comment.id, &reply.edit_token);
    let opens = async |query: String| {
        let reader = Reader::opens(&app, &format!("/thread?page=/a{query}")).await;
        assert_eq!(reader.answer.status, StatusCode::OK, "{query}");
        (reader.reads(".comment-body"), reader)
    };
    let (texts, reader) = opens(format!("&comment={id}")).await;
    assert_eq!(texts, ["root", "reply"]);
    assert_eq!(reader.reads("textarea, h2, .sort").len(), 0);
    let (texts, reader) = opens(format!("&comment={id}&token={token}")).await;
    assert_eq!(texts, ["root", "reply"]);
    assert_eq!(reader.read(&format!("#comment-{id} .comment-mark")), "you");
    let (texts, reader) = opens(format!("&reply={other}")).await;
    assert_eq!(texts, ["root", "other"]);
    assert_eq!(
        reader.read("label[for^='text-reply']"),
        "Your reply to Anonymous:"
    );
    let (texts, reader) = opens(format!("&edit={id}&token={token}")).await;
    assert_eq!(texts, ["root"]);
    assert_eq!(reader.value("textarea"), "reply");
    assert_eq!(reader.read("title"), "Edit – Comments");
    let (texts, reader) = opens(format!("&delete={id}&token={token}")).await;
    assert_eq!(texts, ["root", "reply"]);
    assert_eq!(
        reader.read(".confirm span"),
        "Delete this comment for good?"
    );
    assert_eq!(reader.read("title"), "Delete – Comments");
    let (texts, _) = opens(format!("&branch={root}")).await;
    assert_eq!(texts, ["root", "reply", "other"]);
}

/// Where the focus is when a page begins, there is what it is about: no script brings it into view.
#[tokio::test]
async fn what_a_page_is_about_has_the_focus() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    let (id, token) = (&posted.comment.id, &posted.edit_token);
    let page = "/thread?page=/a";
    for (path, focused) in [
        (format!("{page}&reply={id}"), "textarea[autofocus]"),
        (
            format!("{page}&edit={id}&token={token}"),
            "textarea[autofocus]",
        ),
        (
            format!("{page}&delete={id}&token={token}"),
            ".confirm[autofocus]",
        ),
    ] {
        let reader = Reader::opens(&app, &path).await;
        assert_eq!(reader.reads("[autofocus]").len(), 1, "{path}");
        assert_eq!(reader.reads(focused).len(), 1, "{path}");
    }
    let mut reader = Reader::opens(&app, page).await;
    assert_eq!(reader.reads("[autofocus]").len(), 0);
    reader.presses("Post comment").await;
    assert_eq!(reader.reads("textarea[autofocus]").len(), 1);
    reader.types("text", "x");
    reader.presses("Preview").await;
    assert_eq!(reader.reads(".composer-preview[autofocus]").len(), 1);
}

#[tokio::test]
async fn what_is_not_there_is_told_in_html() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    let elsewhere = app.comments("/b", "x").await.comment.id;
    let deleted = app.comments("/a", "gone").await;
    app.deletes(&deleted).await;
    let tombstone = app.comments("/a", "gone").await;
    app.answers("/a", &tombstone.comment.id, "answer").await;
    app.deletes(&tombstone).await;
    let (id, gone) = (&posted.comment.id, &deleted.comment.id);
    let tombstone = &tombstone.comment.id;
    let cases = [
        ("?title=x".to_owned(), 400),
        ("?page=".to_owned(), 422),
        ("?page=%0A".to_owned(), 422),
        ("?page=/a&page=/b".to_owned(), 400),
        ("?page=%FF".to_owned(), 400),
        ("?page=/a&site=nowhere".to_owned(), 404),
        ("?page=/a&sort=best".to_owned(), 400),
        ("?page=/a&cursor=a+b".to_owned(), 400),
        (format!("?page=/a&comment={elsewhere}"), 404),
        (format!("?page=/a&reply={gone}"), 404),
        (format!("?page=/a&reply={tombstone}"), 422),
        (format!("?page=/a&edit={tombstone}&token=x"), 404),
        ("?page=/a&branch=nowhere".to_owned(), 404),
        (format!("?page=/a&edit={id}"), 403),
        (format!("?page=/a&edit={id}&token=wrong"), 403),
        (format!("?page=/a&delete={id}&token=wrong"), 403),
        (format!("?page=/a&comment={id}&token=wrong"), 403),
        ("/nothing".to_owned(), 404),
        ("/comments".to_owned(), 405),
    ];
    for (query, status) in cases {
        let reader = Reader::opens(&app, &format!("/thread{query}")).await;
        assert_eq!(reader.answer.status.as_u16(), status, "{query}");
        assert_eq!(
            reader.answer.header("content-type"),
            "text/html; charset=utf-8"
        );
        let sentence = reader.read("[role=alert] > p");
        assert!(sentence.ends_with('.'), "{query}: {sentence}");
        assert_eq!(
            reader.reads("script, textarea, .confirm").len(),
            0,
            "{query}"
        );
    }
    let reader = Reader::opens(&app, "/thread/comments").await;
    assert_eq!(reader.answer.header("allow"), "POST");
}

#[tokio::test]
async fn the_time_for_changes_ends() {
    let app = TestApp::with()
        .set(|settings| settings.edit_window = Some(60))
        .start()
        .await;
    let posted = app.comments("/a", "x").await;
    let path = format!(
        "/thread?page=/a&comment={}&token={}",
        posted.comment.id, posted.edit_token
    );
    app.passes(59);
    let reader = Reader::opens(&app, &path).await;
    assert_eq!(
        reader.reads(".comment-actions > :not(.vote, .react, .reactions)"),
        ["Reply", "Edit", "Delete"]
    );
    app.passes(1);
    let reader = Reader::opens(&app, &path).await;
    assert_eq!(reader.answer.status, StatusCode::FORBIDDEN);
    assert_eq!(
        reader.read("[role=alert]"),
        "The time for changing this comment is over."
    );
    assert_eq!(
        reader.reads(".comment-actions > :not(.vote, .react, .reactions)"),
        ["Reply"]
    );
    // What opens nothing any more is not passed on.
    assert!(!reader.answer.body.contains(&posted.edit_token));
}

#[tokio::test]
async fn looking_counts_as_reading() {
    let app = TestApp::with()
        .set(|settings| settings.reads_per_minute = Some(2))
        .start()
        .await;
    Reader::opens(&app, PAGE).await;
    Reader::opens(&app, PAGE).await;
    let reader = Reader::opens(&app, PAGE).await;
    assert_eq!(reader.answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!reader.answer.header("retry-after").is_empty());
    assert!(
        reader
            .read("[role=alert]")
            .starts_with("That was a lot in a short time.")
    );
    // There is a way back.
    assert_eq!(
        reader.reads(".ways a"),
        ["Back to the article", "All comments"]
    );
}

#[tokio::test]
async fn a_part_of_a_closed_thread_offers_no_more_than_the_whole() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "x").await.comment.id;
    let parts = [
        "/thread?page=/a".to_owned(),
        format!("/thread?branch={root}"),
        format!("/thread?comment={root}"),
    ];
    for offered in [true, false] {
        if !offered {
            app.sql("UPDATE page SET closed = 1").await;
        }
        for part in &parts {
            let reader = Reader::opens(&app, part).await;
            assert_eq!(reader.answer.status, StatusCode::OK);
            let actions = reader.reads(".comment-actions > *");
            let is_offered = actions.iter().any(|action| action == "Reply");
            assert_eq!(is_offered, offered, "{part}: {actions:?}");
        }
    }
}
