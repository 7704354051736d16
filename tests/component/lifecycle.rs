//! Widgets come and go.

use std::rc::Rc;

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::answers::{comment, list};
use crate::stage::{Page, tick, until, window};

/// Counts what is asked of the window and not taken back: intervals and listeners.
struct Counter(Vec<(&'static str, JsValue)>);

impl Counter {
    fn new() -> Self {
        let patched = [
            ("setInterval", "open++"),
            ("clearInterval", "open--"),
            ("addEventListener", "open++"),
            ("removeEventListener", "open--"),
        ];
        Reflect::set(&window(), &"open_".into(), &0.into()).unwrap();
        let originals = patched.map(|(name, count)| {
            let original = Reflect::get(&window(), &name.into()).unwrap();
            let count = count.replace("open", "window.open_");
            let wrap = Function::new_with_args(
                "original",
                &format!("return function(...rest) {{ {count}; return original.apply(this ?? window, rest); }}"),
            );
            let wrapped = wrap.call1(&JsValue::NULL, &original).unwrap();
            Reflect::set(&window(), &name.into(), &wrapped).unwrap();
            (name, original)
        });
        Self(originals.into())
    }

    fn open(&self) -> f64 {
        let open = Reflect::get(&window(), &"open_".into()).unwrap();
        open.as_f64().unwrap()
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        for (name, original) in &self.0 {
            Reflect::set(&window(), &(*name).into(), original).unwrap();
        }
    }
}

#[wasm_bindgen_test]
async fn a_widget_takes_everything_along() {
    let counter = Counter::new();
    let reader = Page::new().opened(list([comment("a")])).await;
    reader.replies_to("a").await;
    let why = "a clock, the page's address, the connection, and whether anybody looks";
    assert_eq!(counter.open(), 4.0, "{why}");
    let root = reader.root.clone();
    reader.leaves();
    assert_eq!(counter.open(), 0.0);
    assert_eq!(root.inner_html(), "");
}

#[wasm_bindgen_test]
async fn an_answer_that_comes_after_its_widget_finds_nobody() {
    let page = Page::new();
    page.owns("a");
    let reader = page.opened(list([comment("a").more(1, "more")])).await;
    let script = Rc::clone(&reader.backend);
    reader.clicks_on("a", "Delete");
    reader
        .waits("the question", |it| it.find(".confirm").is_some())
        .await;
    script.hold();
    // One of each that may be on its way.
    reader.clicks_on("a", "Delete");
    reader.clicks("Show 1 more reply");
    reader.sorts("newest");
    reader.types(None, "x");
    reader.clicks("Preview");
    let root = reader.root.clone();
    let before = script.calls.borrow().len();
    let host = reader.host.clone();
    let told = Rc::new(std::cell::Cell::new(0));
    let tell = {
        let told = Rc::clone(&told);
        Closure::<dyn FnMut()>::new(move || told.set(told.get() + 1))
    };
    for name in ["afterword:error", "afterword:deleted", "afterword:ready"] {
        host.add_event_listener_with_callback(name, tell.as_ref().unchecked_ref())
            .unwrap();
    }
    reader.leaves();
    script.release();
    for _ in 0..10 {
        tick().await;
    }
    assert_eq!(script.calls.borrow().len(), before);
    assert_eq!(told.get(), 0);
    assert_eq!(root.inner_html(), "");
}

/// What was about to be drawn when the widget went is not.
#[wasm_bindgen_test]
async fn a_widget_may_go_in_the_middle_of_a_turn() {
    let page = Page::new();
    page.owns("a");
    for button in ["Reply", "Edit", "Delete"] {
        let reader = page
            .opened(list([comment("a").reply(comment("b").parent("a"))]))
            .await;
        reader.clicks_on("a", button);
        reader.posts("sent");
        reader.leaves();
        for _ in 0..10 {
            tick().await;
        }
    }
    // Or just a part of it: a comment that changes goes with the list.
    let reader = page
        .opened(list([comment("a").reply(comment("b").parent("a"))]))
        .await;
    reader.sorts("newest");
    reader.clicks_on("b", "Reply");
    reader.clicks_on("a", "Delete");
    reader.is_loaded().await;
    assert_eq!(reader.ids()[..2], ["a", "b"]);
}

/// Buttons that a script of the page holds on to.
#[wasm_bindgen_test]
async fn a_button_that_is_left_over_does_nothing() {
    let reader = Page::new().opened(list([comment("a")])).await;
    let toggle = reader.find(".composer-toggle").unwrap();
    let form = reader.find(".composer").unwrap();
    let newest = reader.find(".sort button").unwrap();
    reader.leaves();
    toggle.click();
    crate::stage::fire(&form, "submit");
    newest.click();
    tick().await;
}

#[wasm_bindgen_test]
async fn two_widgets_keep_apart() {
    let (first, second) = (Page::new(), Page::new());
    let one = first.opened(list([comment("a")])).await;
    let two = second.opened(list([comment("a"), comment("b")])).await;
    one.posts("here");
    one.stands("here").await;
    assert_eq!(one.ids(), ["a", "posted-100"]);
    assert_eq!(two.ids(), ["a", "b"]);
    assert_eq!(two.text("h2"), "2 comments");
    one.leaves();
    two.posts("there");
    two.stands("there").await;
}

#[wasm_bindgen_test]
async fn two_widgets_of_one_page_share_its_drafts() {
    let page = Page::new();
    let one = page.opened(list([comment("a")])).await;
    one.types(None, "begun");
    let two = page.opened(list([comment("a")])).await;
    assert_eq!(two.written(None), "begun");
    two.submits(None);
    two.stands("begun").await;
    assert_eq!(
        one.written(None),
        "begun",
        "nothing is taken out of a reader's hands"
    );
}

#[wasm_bindgen_test]
async fn the_page_is_told_what_happens() {
    let page = Page::new();
    let reader = page.opening(list([comment("a")]));
    let told = Rc::new(std::cell::RefCell::new(Vec::new()));
    let tell = {
        let told = Rc::clone(&told);
        Closure::<dyn FnMut(web_sys::CustomEvent)>::new(move |event: web_sys::CustomEvent| {
            let id = Reflect::get(&event.detail(), &"id".into()).unwrap();
            assert!(event.bubbles() && event.composed());
            told.borrow_mut().push(format!(
                "{} {}",
                event.type_(),
                id.as_string().unwrap_or_default()
            ));
        })
    };
    for name in ["ready", "posted", "edited", "deleted", "error"] {
        let name = format!("afterword:{name}");
        window()
            .add_event_listener_with_callback(&name, tell.as_ref().unchecked_ref())
            .unwrap();
    }
    reader.is_loaded().await;
    reader.posts("hello");
    reader.stands("hello").await;
    reader.clicks_on("hello", "Delete");
    reader
        .waits("the question", |it| it.find(".confirm").is_some())
        .await;
    reader.clicks_on("hello", "Delete");
    reader.waits("it is gone", |it| it.ids() == ["a"]).await;
    reader.sorts("newest");
    reader.is_loaded().await;
    until("the events", || told.borrow().len() >= 3).await;
    assert_eq!(
        *told.borrow(),
        [
            "afterword:ready ",
            "afterword:posted posted-100",
            "afterword:deleted posted-100"
        ]
    );
    for name in ["ready", "posted", "edited", "deleted", "error"] {
        let name = format!("afterword:{name}");
        window()
            .remove_event_listener_with_callback(&name, tell.as_ref().unchecked_ref())
            .unwrap();
    }
}
