//! A reader writes.

use afterword::thread::Failure;
use afterword_protocol::{ProblemKind, Status};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::answers::{comment, list};
use crate::stage::{Page, tick};

#[wasm_bindgen_test]
async fn a_comment_appears_at_once_and_then_is_ones_own() {
    let reader = Page::new()
        .newest_first()
        .opened(list([comment("a")]))
        .await;
    reader.backend.hold();
    reader.signs("Ada ");
    reader.posts("Hello\nthere 💪🇺🇦👊🏽👩‍👩‍👧");
    reader
        .waits("the comment", |it| it.is("Hello", "sending"))
        .await;
    let sending = reader.the_comment("Hello");
    // Newest first: above the others. It can be seen to be on its way, and nothing can be done.
    assert_eq!(reader.all("article")[0], sending);
    assert_eq!(reader.text(".is-sending .comment-mark"), "sending…");
    assert_eq!(reader.text(".is-sending .comment-author"), "Ada");
    assert_eq!(reader.buttons("Hello"), Vec::<String>::new());
    assert_eq!(reader.hears(), "sending…");
    reader
        .waits("the focus", |it| it.focus() == sending.id())
        .await;
    // The composer is empty again, and remembers the name.
    assert_eq!(reader.written(None), "");
    assert!(reader.find("[name=author]").is_some());

    reader.backend.release();
    reader.stands("Hello").await;
    assert_eq!(reader.the_comment("Hello"), sending, "the element stays");
    assert_eq!(sending.id(), "comment-posted-100");
    assert_eq!(reader.focus(), "comment-posted-100");
    assert_eq!(reader.buttons("Hello"), ["Reply", "Edit", "Delete"]);
    assert_eq!(reader.hears(), "Your comment has been posted.");
    assert_eq!(reader.text("h2"), "2 comments");
    reader
        .waits("its number", |it| {
            it.text(".is-own .comment-number") == "#100"
        })
        .await;
    let posted = reader.backend.posted.borrow();
    assert_eq!(posted[0].2.text, "Hello\nthere 💪🇺🇦👊🏽👩‍👩‍👧");
    assert_eq!(posted[0].2.author.as_deref(), Some("Ada"));
}

#[wasm_bindgen_test]
async fn an_answer_that_is_there_at_once_finds_the_focus_too() {
    let reader = Page::new().opened(list([])).await;
    reader.posts("quick");
    reader.stands("quick").await;
    reader
        .waits("the focus", |it| it.focus() == "comment-posted-100")
        .await;
}

#[wasm_bindgen_test]
async fn a_reply_stands_below_what_it_answers() {
    let reader = Page::new()
        .opened(list([comment("a").by("Ada"), comment("b")]))
        .await;
    reader.replies_to("a").await;
    reader
        .waits("the focus", |it| it.focus() == "text-reply:a")
        .await;
    assert!(
        reader
            .branch("a")
            .text_content()
            .unwrap()
            .contains("Your reply to Ada:")
    );
    reader.types(Some("a"), "I agree");
    reader.submits(Some("a"));
    reader.stands("I agree").await;
    assert_eq!(reader.ids(), ["a", "posted-100", "b"]);
    assert!(
        reader.composer(Some("a")).is_none(),
        "the composer is closed"
    );
    assert_eq!(
        reader.backend.posted.borrow()[0].2.parent.as_deref(),
        Some("a")
    );
}

#[wasm_bindgen_test]
async fn a_reply_that_is_put_off_is_still_there_when_it_is_taken_up_again() {
    let reader = Page::new().opened(list([comment("a")])).await;
    reader.replies_to("a").await;
    reader.types(Some("a"), "half a");
    reader.clicks("Cancel");
    reader
        .waits("no composer", |it| it.composer(Some("a")).is_none())
        .await;
    reader
        .waits("the focus", |it| it.focus() == "comment-a")
        .await;
    reader.replies_to("a").await;
    assert_eq!(reader.written(Some("a")), "half a");
}

#[wasm_bindgen_test]
async fn what_waits_for_approval_says_so() {
    let reader = Page::new().opened(list([])).await;
    reader.backend.status.set(Status::Pending);
    reader.posts("careful");
    reader.stands("careful").await;
    assert!(reader.is("careful", "pending"));
    assert_eq!(reader.hears(), "Your comment waits for approval.");
    assert_eq!(reader.text(".comment-mark"), "you · waiting for approval");
}

#[wasm_bindgen_test]
async fn what_could_not_be_sent_stays_and_is_sent_again() {
    let reader = Page::new().opened(list([comment("a")])).await;
    reader.backend.fail("create", Failure::Network);
    reader.posts("important");
    reader.fails("important").await;
    assert_eq!(
        reader.buttons("important"),
        ["Try again", "Change the text", "Discard"]
    );
    assert_eq!(
        reader.alerts(),
        [
            "The comment server can't be reached. Check your connection, then try again. Your text is kept."
        ]
    );
    reader.clicks_on("important", "Try again");
    reader.stands("important").await;
    assert_eq!(reader.alerts(), Vec::<String>::new());
    assert_eq!(reader.backend.posted.borrow().len(), 1);
    assert_eq!(reader.focus(), "comment-posted-100");
}

#[wasm_bindgen_test]
async fn a_comment_whose_answer_got_lost_is_posted_once() {
    let reader = Page::new().opened(list([])).await;
    reader.backend.lose("create");
    reader.posts("once");
    reader.fails("once").await;
    reader.clicks_on("once", "Try again");
    reader.stands("once").await;
    assert_eq!(reader.backend.count("create"), 2);
    assert_eq!(reader.backend.posted.borrow().len(), 1);
    assert_eq!(reader.ids(), ["posted-100"]);
    assert_eq!(reader.text("h2"), "1 comment");
}

#[wasm_bindgen_test]
async fn a_comment_that_came_with_the_list_meanwhile_stands_once() {
    let reader = Page::new().opened(list([])).await;
    reader.backend.lose("create");
    reader.posts("once");
    reader.fails("once").await;
    // The list knows it by now; what was sent is sent again all the same, and finds it.
    reader.backend.hold();
    reader
        .backend
        .list
        .replace(Some(list([comment("posted-100").html("<p>once</p>")])));
    reader.sorts("newest");
    reader.backend.release();
    reader.stands("once").await;
    reader
        .waits("one of them", |it| it.ids() == ["posted-100"])
        .await;
    assert_eq!(reader.text("h2"), "1 comment");
    assert_eq!(reader.backend.posted.borrow().len(), 1);
}

#[wasm_bindgen_test]
async fn sorting_does_not_send_again_what_is_on_its_way() {
    let reader = Page::new().opened(list([comment("a")])).await;
    reader.backend.hold();
    reader.posts("slow");
    reader
        .waits("the comment", |it| it.is("slow", "sending"))
        .await;
    reader.sorts("newest");
    tick().await;
    reader.backend.release();
    reader.stands("slow").await;
    assert_eq!(reader.backend.count("create"), 1);
    assert_eq!(reader.ids(), ["posted-100", "a"]);
}

#[wasm_bindgen_test]
async fn an_order_that_comes_first_does_not_send_it_again_either() {
    let reader = Page::new().opened(list([comment("a")])).await;
    reader.backend.hold_calls("create");
    reader.posts("slow");
    reader
        .waits("the comment", |it| it.is("slow", "sending"))
        .await;
    reader.sorts("newest");
    reader
        .waits("the other order", |it| it.hears().contains("another order"))
        .await;
    assert!(reader.is("slow", "sending"));
    reader.backend.release();
    reader.stands("slow").await;
    assert_eq!(reader.backend.count("create"), 1);
    assert_eq!(reader.ids(), ["posted-100", "a"]);
}

#[wasm_bindgen_test]
async fn a_double_click_posts_once_and_complains_about_nothing() {
    let reader = Page::new().opened(list([])).await;
    reader.types(None, "twice");
    reader.submits(None);
    reader.submits(None);
    reader.stands("twice").await;
    assert_eq!(reader.backend.count("create"), 1);
    assert_eq!(reader.alerts(), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn nothing_is_not_sent() {
    let reader = Page::new().opened(list([])).await;
    reader.types(None, " \n\u{3000} ");
    reader.submits(None);
    reader.waits("an alert", |it| !it.alerts().is_empty()).await;
    assert_eq!(
        reader.alerts(),
        ["There is nothing to post yet. Write something first."]
    );
    assert_eq!(reader.backend.count("create"), 0);
    reader
        .waits("the focus", |it| it.focus() == "text-new")
        .await;
    let field = reader.find("#text-new").unwrap();
    assert_eq!(field.get_attribute("aria-invalid").as_deref(), Some("true"));
    let described = field.get_attribute("aria-describedby").unwrap();
    let error = described.split(' ').next_back().unwrap();
    assert_eq!(reader.text(&format!("[id='{error}']")), reader.alerts()[0]);
    // It is gone as soon as it is put right.
    reader.posts("something");
    reader.stands("something").await;
    assert_eq!(reader.alerts(), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn what_is_too_long_is_not_sent_and_stays() {
    let reader = Page::new().opened(list([])).await;
    let long = "ä".repeat(5_001);
    reader.posts(&long);
    reader.waits("an alert", |it| !it.alerts().is_empty()).await;
    assert!(
        reader.alerts()[0].contains("10000 bytes"),
        "{:?}",
        reader.alerts()
    );
    assert_eq!(reader.written(None), long);
    reader.signs(&"x".repeat(101));
    reader.posts("short");
    reader
        .waits("another", |it| {
            it.alerts().first().is_some_and(|it| it.contains("name"))
        })
        .await;
    assert_eq!(reader.backend.count("create"), 0);
    reader.signs("x");
    reader.submits(None);
    reader.stands("short").await;
}

#[wasm_bindgen_test]
async fn what_the_server_refuses_is_put_right_in_the_composer() {
    let reader = Page::new().opened(list([comment("a")])).await;
    reader.backend.fail(
        "create",
        Failure::Problem(ProblemKind::TooManyLinks, Some(3)),
    );
    reader.posts("links");
    reader.fails("links").await;
    assert!(reader.alerts()[0].contains("at most 3"));
    // Something else has been begun meanwhile.
    reader.types(None, "begun");
    reader.clicks_on("links", "Change the text");
    reader
        .waits("it is back", |it| it.written(None) == "links\n\nbegun")
        .await;
    assert!(reader.comment("links").is_none());
    reader
        .waits("the focus", |it| it.focus() == "text-new")
        .await;
    reader.posts("fewer links");
    reader.stands("fewer links").await;
    let keys: Vec<_> = reader
        .backend
        .calls
        .borrow()
        .iter()
        .filter_map(|call| call.strip_prefix("create ").map(str::to_owned))
        .collect();
    assert_ne!(keys[0], keys[1], "another text has another key");
}

#[wasm_bindgen_test]
async fn a_name_and_a_website_that_were_put_right_stay_so() {
    let reader = Page::new().opened(list([comment("a")])).await;
    reader.backend.fail(
        "create",
        Failure::Problem(ProblemKind::WebsiteInvalid, None),
    );
    reader.signs("Marit");
    reader.fills("website", "no website");
    reader.posts("hello");
    reader.fails("hello").await;
    // In the composer, which is empty but for them.
    reader.signs("Marit B.");
    reader.fills("website", "marit.example");
    reader.clicks_on("hello", "Change the text");
    reader
        .waits("it is back", |it| it.written(None) == "hello")
        .await;
    reader.submits(None);
    reader.stands("hello").await;
    let posted = reader.backend.posted.borrow();
    let sent = &posted.last().unwrap().2;
    assert_eq!(sent.author.as_deref(), Some("Marit B."));
    assert_eq!(sent.website.as_deref(), Some("marit.example"));
}

#[wasm_bindgen_test]
async fn a_refused_reply_goes_back_below_what_it_answers() {
    let reader = Page::new().opened(list([comment("a"), comment("b")])).await;
    reader
        .backend
        .fail("create", Failure::Problem(ProblemKind::TextInvalid, None));
    reader.replies_to("a").await;
    reader.types(Some("a"), "odd");
    reader.submits(Some("a"));
    reader.fails("odd").await;
    reader.clicks_on("odd", "Change the text");
    reader
        .waits("a composer", |it| it.composer(Some("a")).is_some())
        .await;
    assert_eq!(reader.written(Some("a")), "odd");
    assert_eq!(reader.written(None), "");
}

#[wasm_bindgen_test]
async fn a_reply_to_what_is_gone_becomes_a_comment_of_its_own() {
    let reader = Page::new().opened(list([comment("a")])).await;
    reader.backend.fail(
        "create",
        Failure::Problem(ProblemKind::ParentNotFound, None),
    );
    reader.replies_to("a").await;
    reader.types(Some("a"), "too late");
    reader.submits(Some("a"));
    reader.fails("too late").await;
    reader.clicks_on("too late", "Change the text");
    reader
        .waits("it is back", |it| it.written(None) == "too late")
        .await;
    reader.submits(None);
    reader.stands("too late").await;
    assert_eq!(reader.backend.posted.borrow()[0].2.parent, None);
}

#[wasm_bindgen_test]
async fn what_is_discarded_is_gone() {
    let page = Page::new();
    let reader = page.opened(list([comment("a")])).await;
    reader.backend.fail("create", Failure::Status(502));
    reader.posts("never mind");
    reader.fails("never mind").await;
    assert!(reader.alerts()[0].contains("502"));
    reader.clicks_on("never mind", "Discard");
    reader.waits("it is gone", |it| it.ids() == ["a"]).await;
    reader
        .waits("the focus", |it| it.focus() == "thread-title")
        .await;
    reader.leaves();
    let reader = page.opened(list([comment("a")])).await;
    assert_eq!(reader.ids(), ["a"]);
}

#[wasm_bindgen_test]
async fn a_preview_shows_how_it_will_look() {
    let reader = Page::new().opened(list([])).await;
    reader.types(None, "draft");
    reader.clicks("Preview");
    reader
        .waits("the preview", |it| {
            it.find(".composer-preview strong")
                .is_some_and(|it| it.inner_text() == "draft")
        })
        .await;
    let toggle = reader.find(".composer-toggle").unwrap();
    assert_eq!(
        toggle.get_attribute("aria-pressed").as_deref(),
        Some("true")
    );
    reader.clicks("Preview");
    reader
        .waits("the text", |it| it.find(".composer-preview").is_none())
        .await;
    assert_eq!(reader.written(None), "draft");
    reader.backend.fail("preview", Failure::Timeout);
    reader.clicks("Preview");
    reader.waits("an alert", |it| !it.alerts().is_empty()).await;
    assert!(reader.find(".composer-preview").is_none());
    // It can be posted from the preview as well.
    reader.clicks("Preview");
    reader
        .waits("the preview", |it| it.find(".composer-preview").is_some())
        .await;
    reader.submits(None);
    reader.stands("draft").await;
    assert!(reader.find(".composer-preview").is_none());
}
