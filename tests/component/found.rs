//! A thread that a server has drawn becomes the widget's, and nobody notices.

use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlTextAreaElement};

use crate::answers::{comment, list};
use crate::stage::{Page, Stage, elements, fire, tick};
use afterword::browser::storage;
use afterword::thread::{Draft, Slot};
use afterword_protocol::{CommentList, Status};

/// A thread with something of everything.
fn thread() -> CommentList {
    let mut list = list([
        comment("a")
            .by("Ada")
            .html("<p>One &amp; <em>two</em></p><blockquote><p>three</p></blockquote>")
            .reply(comment("b").parent("a").by("Grace <3").html("<p>below</p>"))
            .reply(comment("c").parent("b").number(3).html("<p>deeper</p>"))
            .more(2, "more"),
        comment("d")
            .status(Status::Deleted)
            .html("")
            .reply(comment("e").parent("d").edited().html("<p>still here</p>")),
        comment("f").html("<p>not yet</p>"),
    ]);
    list.next = Some("next".to_owned());
    list
}

/// This browser has kept a draft for that page; what the names of its drafts begin with.
fn has_a_draft(page: &Page) -> String {
    let prefix = page.config().storage_prefix();
    let draft = Draft {
        text: "another day".to_owned(),
        author: "Ada".to_owned(),
        ..Draft::default()
    };
    storage::keep_draft(&prefix, &Slot::New, &draft);
    prefix
}

/// Every element that a server can have drawn, in order.
fn all(stage: &Stage) -> Vec<Element> {
    elements(&stage.root, ":not(.thread-foot, .thread-foot *)")
        .into_iter()
        .map(Into::into)
        .collect()
}

/// A comment's composer, below it and nowhere deeper.
fn composer(stage: &Stage, words: &str) -> bool {
    let branch = stage.branch(words);
    branch.query_selector(":scope > form").unwrap().is_some()
}

/// Waits until a comment's button does something: opens the composer, and closes it again.
async fn is_alive(stage: &Stage, words: &str) {
    let mut clicks = 0;
    while !composer(stage, words) {
        assert!(clicks < 100, "{words} stays dead: {}", stage.html());
        stage.clicks_on(words, "Reply");
        tick().await;
        tick().await;
        clicks += 1;
    }
    stage.clicks_on(words, "Reply");
    stage
        .waits("the composer to close", |it| !composer(it, words))
        .await;
}

#[wasm_bindgen_test]
async fn every_element_stays_the_one_that_it_was() {
    for max_depth in [1, 6] {
        let page = Page::new().max_depth(max_depth);
        let mut stage = page.drawn(&thread());
        let (before, html) = (all(&stage), stage.html());
        stage.widget_comes(&page, &thread());
        is_alive(&stage, "not yet").await;
        is_alive(&stage, "deeper").await;
        assert_eq!(stage.html(), html);
        let after = all(&stage);
        assert_eq!(after.len(), before.len());
        for (before, after) in before.iter().zip(&after) {
            assert!(before.is_same_node(Some(after)), "{}", before.outer_html());
        }
    }
}

#[wasm_bindgen_test]
async fn it_is_what_the_widget_draws_itself() {
    for list in [thread(), list([])] {
        let page = Page::new();
        let drawn = page.drawn(&list).html();
        let stage = page.opened(list).await;
        stage
            .waits("the same", |it| it.html().replace(" data-x", "") == drawn)
            .await;
    }
}

#[wasm_bindgen_test]
async fn what_was_typed_before_stays_with_focus_and_selection_and_is_kept() {
    let page = Page::new();
    let mut stage = page.drawn(&thread());
    let field: HtmlTextAreaElement = stage.find("textarea").unwrap().unchecked_into();
    field.set_value("begun early");
    field.focus().unwrap();
    field.set_selection_range(2, 5).unwrap();
    stage.widget_comes(&page, &thread());
    is_alive(&stage, "not yet").await;
    assert_eq!(field.value(), "begun early");
    let prefix = page.config().storage_prefix();
    let kept = storage::draft(&prefix, &Slot::New).unwrap();
    assert_eq!(kept.text, "begun early");
    field.focus().unwrap();
    assert_eq!(stage.focus(), "text-new");
    let selection = (field.selection_start(), field.selection_end());
    assert_eq!(selection, (Ok(Some(2)), Ok(Some(5))));
    stage.leaves();
}

#[wasm_bindgen_test]
async fn the_focus_is_not_touched() {
    let page = Page::new();
    let mut stage = page.drawn(&thread());
    stage.find("textarea").unwrap().focus().unwrap();
    stage.widget_comes(&page, &thread());
    tick().await;
    assert_eq!(stage.focus(), "text-new");
}

#[wasm_bindgen_test]
async fn a_draft_of_another_day_stands_before_what_was_typed_before_the_widget_came() {
    let page = Page::new();
    let prefix = has_a_draft(&page);
    let mut stage = page.drawn(&thread());
    let field: HtmlTextAreaElement = stage.find("textarea").unwrap().unchecked_into();
    field.set_value("today");
    stage.widget_comes(&page, &thread());
    assert_eq!(field.value(), "another day\n\ntoday");
    let kept = storage::draft(&prefix, &Slot::New).unwrap();
    assert_eq!(
        (kept.text.as_str(), kept.author.as_str()),
        ("another day\n\ntoday", "Ada")
    );
}

#[wasm_bindgen_test]
async fn a_draft_fills_an_untouched_composer() {
    let page = Page::new();
    has_a_draft(&page);
    let mut stage = page.drawn(&thread());
    stage.widget_comes(&page, &thread());
    let field: HtmlTextAreaElement = stage.find("textarea").unwrap().unchecked_into();
    assert_eq!(field.value(), "another day");
}

#[wasm_bindgen_test]
async fn whoever_reaches_for_a_comment_is_served_before_the_others() {
    let page = Page::new();
    let mut stage = page.drawn(&thread());
    stage.widget_comes(&page, &thread());
    let button = stage
        .the_comment("deeper")
        .query_selector(".button, .text-button")
        .unwrap()
        .unwrap();
    stage.widget.as_ref().unwrap().reach(&button);
    stage.clicks_on("deeper", "Reply");
    stage.waits("a composer", |it| composer(it, "deeper")).await;
}

#[wasm_bindgen_test]
async fn ones_own_is_marked_and_can_be_changed() {
    let page = Page::new();
    page.owns("f");
    let mut stage = page.drawn(&thread());
    stage.widget_comes(&page, &thread());
    stage.waits("the mark", |it| it.is("not yet", "own")).await;
    assert_eq!(stage.buttons("not yet"), ["Reply", "Edit", "Delete"]);
}

#[wasm_bindgen_test]
async fn what_a_server_of_another_version_has_drawn_is_put_right() {
    let page = Page::new();
    let mut stage = page.drawn(&thread());
    let html = stage.html();
    stage.find(".composer-hint").unwrap().remove();
    stage
        .find(".comment-number")
        .unwrap()
        .set_inner_html("<b>1</b>");
    stage
        .find(".sort")
        .unwrap()
        .set_attribute("aria-label", "Order")
        .unwrap();
    let strange = stage.find(".comment-head").unwrap();
    strange.set_inner_html(&["<i>new here</i>", &strange.inner_html()].concat());
    stage.widget_comes(&page, &thread());
    is_alive(&stage, "not yet").await;
    assert_eq!(stage.html(), html);
}

#[wasm_bindgen_test]
async fn what_is_another_thread_is_loaded_anew() {
    let page = Page::new();
    let mut stage = page.drawn(&list([comment("x").html("<p>elsewhere</p>")]));
    stage.backend.list.replace(Some(thread()));
    stage.widget_comes(&page, &thread());
    stage
        .waits("the thread", |it| it.comment("deeper").is_some())
        .await;
    assert!(stage.comment("elsewhere").is_none(), "{}", stage.html());
    is_alive(&stage, "not yet").await;
}

#[wasm_bindgen_test]
async fn more_comes_after_what_stands_there() {
    let page = Page::new();
    let mut stage = page.drawn(&thread());
    stage.widget_comes(&page, &thread());
    let more = list([comment("g").html("<p>later</p>")]);
    stage.backend.more.borrow_mut().push_back(more);
    stage.find(".more > .button").unwrap().click();
    stage
        .waits("the rest", |it| it.comment("later").is_some())
        .await;
    assert_eq!(stage.ids(), ["a", "b", "c", "d", "e", "f", "g"]);
}

#[wasm_bindgen_test]
async fn a_widget_that_goes_at_once_leaves_nothing_behind() {
    let page = Page::new();
    let mut stage = page.drawn(&thread());
    stage.widget_comes(&page, &thread());
    fire(&stage.find("textarea").unwrap(), "input");
    stage.leaves();
    tick().await;
    tick().await;
}
