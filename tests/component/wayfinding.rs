//! A reader finds the way through a thread.

use afterword::browser::storage;
use afterword_protocol::Replies;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

use crate::answers::{comment, list};
use crate::stage::{Page, Stage};

/// The button that folds the branch of the comment with those words.
fn fold(reader: &Stage, words: &str) -> HtmlElement {
    let fold = reader
        .branch(words)
        .query_selector(":scope > .answers > .fold");
    fold.unwrap().unwrap().unchecked_into()
}

fn is_folded(button: &Element) -> bool {
    button.get_attribute("aria-expanded").unwrap() == "false"
}

#[wasm_bindgen_test]
async fn a_branch_is_folded_and_says_what_is_in_it() {
    let reader = Page::new()
        .opened(list([
            comment("a")
                .by("Ada")
                .reply(comment("b").parent("a").by("Grace"))
                .reply(comment("c").parent("b"))
                .more(3, "more"),
            comment("z"),
        ]))
        .await;
    let line = fold(&reader, "a");
    assert_eq!(line.text_content().unwrap(), "Ada and 5 replies");
    assert_eq!(
        fold(&reader, "b").text_content().unwrap(),
        "Grace and 1 reply"
    );
    assert!(!is_folded(&line));
    line.click();
    reader.waits("the line", |_| is_folded(&line)).await;
    assert!(!is_folded(&fold(&reader, "b")));
    line.click();
    reader.waits("the branch", |_| !is_folded(&line)).await;

    // It goes on counting.
    let more = Replies {
        replies: vec![comment("d").parent("c").alone()],
        next: None,
        incomplete: false,
    };
    reader.backend.replies.borrow_mut().push_back(more);
    reader.clicks("Show 3 more replies");
    reader
        .waits("another number", |_| {
            line.text_content().unwrap() == "Ada and 3 replies"
        })
        .await;
}

#[wasm_bindgen_test]
async fn what_is_long_can_be_read_on() {
    let long = format!("<p>long {}</p>", "word ".repeat(1000));
    let page = Page::new();
    let thread = list([comment("a").html(&long), comment("b")]);
    let reader = page.opened(thread.clone()).await;
    assert!(reader.is("long", "cut") && !reader.is("b", "cut"));
    reader.clicks_on("long", "Read more");
    reader.waits("all of it", |it| !it.is("long", "cut")).await;
    reader.clicks_on("long", "Show less");
    reader
        .waits("a part of it", |it| it.is("long", "cut"))
        .await;

    // A server has drawn it, and the widget doesn't know how long it is.
    let mut stage = page.drawn(&thread);
    let html = stage.html();
    stage.widget_comes(&page, &thread);
    stage
        .waits("the widget", |it| {
            if it.is("long", "cut") {
                it.clicks_on("long", "Read more");
            }
            !it.is("long", "cut")
        })
        .await;
    stage.clicks_on("long", "Show less");
    stage.waits("a part of it", |it| it.is("long", "cut")).await;
    assert_eq!(stage.html(), html);
}

#[wasm_bindgen_test]
async fn the_first_visit_has_nothing_new() {
    let reader = Page::new().opened(list([comment("a"), comment("b")])).await;
    assert!(reader.find(".is-new").is_none() && reader.find(".next-new").is_none());
}

#[wasm_bindgen_test]
async fn what_came_since_the_last_visit_is_marked_and_gone_through() {
    let page = Page::new();
    let at = |time: &str| format!("2026-11-24T{time}:00.000Z");
    let (early, late) = (at("08:00"), at("09:00"));
    let old = list([comment("a").created(&early)]);
    page.opened(old).await.leaves();
    page.owns("mine");
    let reader = page
        .opened(list([
            comment("a")
                .created(&early)
                .reply(comment("b").parent("a").created(&late)),
            comment("mine").created(&late),
            comment("c").created(&late),
        ]))
        .await;
    reader
        .waits("two that are new", |it| {
            it.text(".next-new") == "2 new since your last visit: next"
        })
        .await;
    assert!(reader.is("b", "new") && reader.is("c", "new"));
    assert!(!reader.is("a", "new") && !reader.is("mine", "new"));
    assert_eq!(reader.text("#comment-b .comment-mark"), "new");

    // One is in a branch that is folded by now.
    fold(&reader, "a").click();
    reader.clicks("2 new since your last visit: next");
    reader
        .waits("the first", |it| it.focus() == "comment-b")
        .await;
    assert!(!is_folded(&fold(&reader, "a")));
    reader.clicks("1 new since your last visit: show");
    reader
        .waits("the second", |it| it.focus() == "comment-c")
        .await;
    assert!(reader.find(".is-new").is_none() && reader.find(".next-new").is_none());

    // In another order they are no newer.
    reader.sorts("newest");
    reader
        .waits("the other order", |it| it.ids() == ["c", "mine", "a", "b"])
        .await;
    assert!(reader.find(".is-new").is_none());
    let prefix = page.config().storage_prefix();
    assert_eq!(storage::seen(&prefix), Some(late));
}
