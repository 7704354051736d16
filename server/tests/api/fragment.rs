//! The thread's HTML for other pages.

use afterword::ui::Forms;
use afterword::{Drawing, render};
use afterword_protocol::{CommentList, ProblemKind, Sort};
use reqwest::{Method, StatusCode};
use scraper::Html;

use crate::app::{Answer, TestApp};
use crate::reader::{select, text_of};

/// The `<section>`, and the list in the `<template>` behind it.
fn parts(fragment: &Answer) -> (String, CommentList) {
    assert_eq!(fragment.status, StatusCode::OK, "{}", fragment.body);
    let (section, data) = fragment.body.split_once("</section>").unwrap();
    let html = Html::parse_fragment(data);
    let templates = select(&html, "template.thread-data");
    assert_eq!(templates.len(), 1, "{data}");
    // The text of a template is in its content.
    let (_, json) = data.split_once('>').unwrap();
    let json = json.strip_suffix("</template>").unwrap();
    assert!(!json.contains(['<', '>', '&']), "{json}");
    (
        format!("{section}</section>"),
        serde_json::from_str(json).unwrap(),
    )
}

fn attribute(fragment: &Answer, selector: &str, name: &str) -> Option<String> {
    let html = Html::parse_fragment(&fragment.body);
    let element = select(&html, selector).into_iter().next()?;
    element.attr(name).map(str::to_owned)
}

#[tokio::test]
async fn it_is_what_the_components_draw_and_what_the_widget_needs_to_know() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "**root** </template>").await.comment.id;
    app.answers("/a", &root, "reply").await;
    let fragment = app
        .get("/thread.html?page=/a&sort=oldest&max_depth=0")
        .await;
    assert_eq!(fragment.header("content-type"), "text/html; charset=utf-8");
    let (section, data) = parts(&fragment);
    let list = app.list("page=/a&sort=oldest").await;
    let mut bare = list.clone();
    bare.branches[0].root.html.clear();
    bare.branches[0].replies[0].html.clear();
    assert_eq!(data, bare);
    let template = |name| attribute(&fragment, "template", name);
    assert_eq!(template("data-sort").as_deref(), Some("oldest"));
    assert_eq!(template("data-max-depth").as_deref(), Some("0"));

    let english = afterword::i18n::I18n::new(
        |_| None,
        |n| if n == 1 { "one" } else { "other" }.to_owned(),
        |_, _| Some("24 November 2026".to_owned()),
        |_| Some("24 November 2026 at 08:00 UTC".to_owned()),
    );
    let drawn = render(Drawing {
        i18n: english,
        list,
        sort: Sort::Oldest,
        max_depth: 0,
        forms: Forms {
            base: app.url("").replace("http:", ""),
            fields: vec![("page", "/a".to_owned())],
            key: None,
            token: None,
            has_program: true,
        },
        subject: None,
        opening: None,
        thought: String::new(),
    });
    assert_eq!(section, drawn);
}

#[tokio::test]
async fn it_is_the_same_for_everybody_until_something_changes() {
    let app = TestApp::start().await;
    app.comments("/a", "x").await;
    let get = async |etag: &str, language: &str| {
        let call = app.call(Method::GET, "/thread.html?page=/a", None);
        let call = call.header("if-none-match", etag);
        Answer::to(call.header("accept-language", language)).await
    };
    let first = get("", "en").await;
    let etag = first.header("etag").to_owned();
    app.passes(3_600);
    assert_eq!(get("", "de").await.body, first.body);
    assert_eq!(get(&etag, "de").await.status, StatusCode::NOT_MODIFIED);
    app.comments("/a", "y").await;
    assert_eq!(get(&etag, "en").await.status, StatusCode::OK);
}

#[tokio::test]
async fn its_forms_lead_to_the_server() {
    let fragment = async |app: &TestApp, query: &str| {
        app.get(&format!("/thread.html?page=%2Fa%26b{query}")).await
    };
    let action = |fragment: &Answer| attribute(fragment, "form.composer", "action").unwrap();
    let app = TestApp::start().await;
    let query = "&title=On+news&url=http%3A%2F%2Flocalhost%2Fa&lang=de";
    let german = fragment(&app, query).await;
    let host = app.url("").replace("http://", "");
    assert_eq!(action(&german), format!("//{host}/thread/comments"));
    let html = Html::parse_fragment(&german.body);
    let hidden: Vec<_> = select(&html, "form.composer input[type=hidden]")
        .iter()
        .map(|it| (it.attr("name").unwrap(), it.attr("value").unwrap()))
        .collect();
    assert_eq!(
        hidden,
        [
            ("page", "/a&b"),
            ("title", "On news"),
            ("url", "http://localhost/a"),
            ("lang", "de")
        ]
    );
    assert_eq!(text_of(select(&html, "h2")[0]), "0 Kommentare");

    for (public, base) in [
        ("https://comments.example/", "https://comments.example"),
        ("https://a.example/comments", "https://a.example/comments"),
    ] {
        let app = TestApp::with()
            .set(|settings| settings.public_url = Some(public.to_owned()))
            .start()
            .await;
        assert_eq!(
            action(&fragment(&app, "").await),
            format!("{base}/thread/comments")
        );
    }
    // What is no host is not written anywhere.
    let call = app.call(Method::GET, "/thread.html?page=/a", None);
    let odd = Answer::to(call.header("host", "a_b\"><script>")).await;
    assert!(
        odd.status.is_client_error() || action(&odd) == "/thread/comments",
        "{odd:?}"
    );
}

#[tokio::test]
async fn a_wrong_query_is_named() {
    let app = TestApp::start().await;
    app.get("/thread.html?page=")
        .await
        .problem(ProblemKind::PageInvalid);
    for query in [
        "colour=red",
        "max_depth=101",
        "max_depth=x",
        "limit=0",
        "cursor=a+b",
    ] {
        app.get(&format!("/thread.html?page=/a&{query}"))
            .await
            .problem(ProblemKind::InvalidRequest);
    }
}

#[tokio::test]
async fn its_style_has_an_address_that_stays() {
    let app = TestApp::start().await;
    let style = Answer::to(app.request(Method::GET, "/afterword.css")).await;
    assert_eq!(style.status, StatusCode::OK);
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(style.header("cache-control"), "public, max-age=3600");
    assert_eq!(style.header("access-control-allow-origin"), "*");
    assert!(style.body.contains(".aw"), "{}", style.body);
    let again = app.request(Method::GET, "/afterword.css");
    let again = Answer::to(again.header("if-none-match", style.header("etag"))).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}
