//! Never a word is lost.

use std::rc::Rc;

use afterword::browser::storage;
use afterword::browser::wire::{from_json, to_json};
use afterword::thread::{Draft, Failure, Sent, Slot};
use afterword_protocol::{NewComment, ProblemKind};
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::answers::{comment, list};
use crate::fake::Script;
use crate::stage::{Page, window};

#[wasm_bindgen_test]
async fn what_was_typed_is_there_when_the_reader_comes_back() {
    let page = Page::new();
    let reader = page.opened(list([comment("a")])).await;
    reader.signs("Ada");
    reader.types(None, "half a sent");
    reader.replies_to("a").await;
    reader.types(Some("a"), "half an ans");
    reader.leaves();
    let reader = page.opened(list([comment("a")])).await;
    assert_eq!(reader.written(None), "half a sent");
    let name = reader.find("[name=author]").unwrap();
    assert_eq!(name.get_attribute("value").as_deref(), Some("Ada"));
    reader.replies_to("a").await;
    assert_eq!(reader.written(Some("a")), "half an ans");
    // Another page has drafts of its own.
    let elsewhere = Page::new().opened(list([])).await;
    assert_eq!(elsewhere.written(None), "");
}

#[wasm_bindgen_test]
async fn what_was_posted_is_no_draft_any_more() {
    let page = Page::new();
    let reader = page.opened(list([])).await;
    reader.posts("done");
    reader.stands("done").await;
    reader.leaves();
    assert_eq!(page.opened(list([])).await.written(None), "");
}

/// The browser is closed while the answer is awaited; the backend had stored the comment.
#[wasm_bindgen_test]
async fn what_was_on_its_way_is_sent_again_and_stands_once() {
    let page = Page::new().titled("An article");
    let script = Rc::new(Script::default());
    script.list.replace(Some(list([comment("a")])));
    let reader = page.opening_with(Rc::clone(&script));
    reader.is_loaded().await;
    reader.replies_to("a").await;
    reader.types(Some("a"), "crash");
    script.lose("create");
    script.fail("create", Failure::Network);
    reader.submits(Some("a"));
    reader.fails("crash").await;
    script.hold();
    reader.clicks_on("crash", "Try again");
    reader
        .waits("another try", |it| it.is("crash", "sending"))
        .await;
    script.release();
    reader.fails("crash").await;
    reader.leaves();
    // The page has another title by now, which is no other comment for that.
    let page = page.titled("(1) An article");
    let reader = page.opening_with(Rc::clone(&script));
    reader.stands("crash").await;
    assert_eq!(reader.ids(), ["a", "posted-100"]);
    assert!(
        reader
            .branch("a")
            .query_selector(".replies article")
            .unwrap()
            .is_some()
    );
    assert_eq!(script.posted.borrow().len(), 1);
    assert_eq!(
        script.posted.borrow()[0].2.title.as_deref(),
        Some("An article")
    );
    reader.leaves();
    let reader = page.opened(list([comment("a")])).await;
    assert_eq!(reader.backend.count("create"), 0, "it is done with");
}

#[wasm_bindgen_test]
async fn a_comment_that_is_answered_after_its_widget_is_gone_is_ones_own() {
    let page = Page::new();
    let reader = page.opened(list([])).await;
    let script = Rc::clone(&reader.backend);
    script.hold();
    reader.posts("moved");
    reader
        .waits("the comment", |it| it.is("moved", "sending"))
        .await;
    reader.leaves();
    crate::stage::until("the post", || script.posted.borrow().len() == 1).await;
    crate::stage::tick().await;
    let reader = page.opened(list([comment("posted-100")])).await;
    assert!(reader.is("posted-100", "own"));
    assert_eq!(reader.ids(), ["posted-100"]);
}

#[wasm_bindgen_test]
async fn what_is_refused_after_a_reload_is_shown_at_its_place() {
    let page = Page::new();
    let reader = page.opened(list([comment("a"), comment("b")])).await;
    reader.backend.fail("create", Failure::Network);
    reader.replies_to("a").await;
    reader.types(Some("a"), "doubtful");
    reader.submits(Some("a"));
    reader.fails("doubtful").await;
    reader.leaves();
    let reader = page.opening(list([comment("a"), comment("b")]));
    reader.backend.fail(
        "create",
        Failure::Problem(ProblemKind::TextTooNested, Some(9)),
    );
    reader.fails("doubtful").await;
    let order: Vec<_> = reader
        .all("article")
        .iter()
        .map(|it| it.class_name())
        .collect();
    assert_eq!(order, ["comment", "comment is-failed", "comment"]);
    assert!(
        reader.alerts()[0].contains("at most 9"),
        "{:?}",
        reader.alerts()
    );
}

#[wasm_bindgen_test]
async fn what_was_never_sent_is_shown_even_when_the_list_does_not_come() {
    let page = Page::new();
    let reader = page.opened(list([])).await;
    reader.backend.fail("create", Failure::Network);
    reader.posts("offline");
    reader.fails("offline").await;
    reader.leaves();
    let reader = page.opening(list([]));
    reader.backend.fail("list", Failure::Network);
    reader.backend.fail("create", Failure::Network);
    reader.fails("offline").await;
    reader
        .waits("both failures", |it| it.alerts().len() == 2)
        .await;
    // The network is back: the list comes, and the comment is sent with it.
    reader.clicks("Try again");
    reader.stands("offline").await;
    assert_eq!(reader.backend.posted.borrow().len(), 1);
}

#[wasm_bindgen_test]
async fn what_was_sent_long_ago_is_not_sent_again_unasked() {
    let page = Page::new();
    let sent = Sent {
        key: "0123456789abcdef0123456789abcdef".to_owned(),
        at: "2026-01-01T00:00:00.000Z".to_owned(),
        comment: NewComment {
            page: page.config().page,
            text: "from last year".to_owned(),
            ..NewComment::default()
        },
    };
    storage::keep_sent(&page.config().storage_prefix(), &sent);
    let reader = page.opening(list([comment("a")]));
    reader.fails("from last year").await;
    assert!(
        reader.alerts()[0].contains("more than a day ago"),
        "{:?}",
        reader.alerts()
    );
    assert_eq!(reader.backend.count("create"), 0);
    reader.clicks_on("from last year", "Try again");
    reader.stands("from last year").await;
}

/// Private windows and policies forbid a page its storage.
struct Forbidden(JsValue);

impl Forbidden {
    fn storage() -> Self {
        let own = Object::get_own_property_descriptor(&window(), &"localStorage".into());
        let throw = js_sys::Function::new_no_args("throw new DOMException('no', 'SecurityError')");
        let property = Object::new();
        Reflect::set(&property, &"get".into(), &throw).unwrap();
        Reflect::set(&property, &"configurable".into(), &JsValue::TRUE).unwrap();
        Object::define_property(&window(), &"localStorage".into(), &property);
        Self(own)
    }
}

impl Drop for Forbidden {
    fn drop(&mut self) {
        Object::define_property(&window(), &"localStorage".into(), self.0.unchecked_ref());
    }
}

#[wasm_bindgen_test]
async fn where_storage_is_forbidden_words_are_kept_as_long_as_the_page_stands() {
    let _forbidden = Forbidden::storage();
    assert!(window().local_storage().is_err());
    let page = Page::new();
    let reader = page.opened(list([comment("a")])).await;
    reader.backend.fail("create", Failure::Network);
    reader.posts("careful");
    reader.fails("careful").await;
    reader.clicks_on("careful", "Change the text");
    reader
        .waits("it is back", |it| it.written(None) == "careful")
        .await;
    reader.backend.lose("create");
    reader.submits(None);
    reader.fails("careful").await;
    reader.clicks_on("careful", "Try again");
    reader.stands("careful").await;
    assert_eq!(reader.backend.posted.borrow().len(), 1);
    assert_eq!(reader.buttons("careful"), ["Reply", "Edit", "Delete"]);
    reader.types(None, "more");
    reader.leaves();
    // The element was moved: the widget is another one, the page the same.
    let reader = page.opened(list([])).await;
    assert_eq!(reader.written(None), "more");
}

#[wasm_bindgen_test]
fn a_draft_comes_back_as_it_was_typed() {
    let prefix = Page::new().config().storage_prefix();
    for text in [
        "plain",
        "\u{0}\u{7}\t\r\n\u{2028}\u{feff}\u{202e}",
        "💪🇺🇦👊🏽👩‍👩‍👧 שלום",
        "\"}],{\\",
        &"long ".repeat(50_000),
    ] {
        let draft = Draft {
            text: text.to_owned(),
            author: text.chars().take(20).collect(),
            website: text.chars().take(5).collect(),
            email: String::new(),
        };
        storage::keep_draft(&prefix, &Slot::New, &draft);
        assert_eq!(storage::draft(&prefix, &Slot::New), Some(draft.clone()));
        assert_eq!(from_json::<Draft>(&to_json(&draft).unwrap()), Some(draft));
    }
    storage::keep_draft(&prefix, &Slot::New, &Draft::default());
    assert_eq!(storage::draft(&prefix, &Slot::New), None);
}

/// Whatever else stands in the page's storage.
#[wasm_bindgen_test]
async fn what_is_none_of_its_own_is_no_draft() {
    let page = Page::new();
    let prefix = page.config().storage_prefix();
    let store = window().local_storage().unwrap().unwrap();
    for (name, value) in [
        ("draft:new", "not JSON"),
        ("draft:edit:a", "{}"),
        ("outbox:x", "[1, 2]"),
        ("outbox:y", r#"{"key":"k","at":1,"comment":null}"#),
    ] {
        store.set_item(&format!("{prefix}{name}"), value).unwrap();
    }
    let reader = page.opened(list([comment("a")])).await;
    assert_eq!(reader.written(None), "");
    assert_eq!(reader.ids(), ["a"]);
}
