//! A reader reads.

use afterword::thread::Failure;
use afterword_protocol::{CommentDetail, ProblemKind, Replies, Status};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::answers::{comment, list};
use crate::stage::{Page, elements, text, tick, window};

#[wasm_bindgen_test]
async fn the_thread_is_shown() {
    let reader = Page::new()
        .opened(list([
            comment("a")
                .by("Ada")
                .html("<p>First &amp; <strong>bold</strong></p>"),
            comment("b")
                .html("<p>second</p>")
                .reply(comment("c").parent("b")),
        ]))
        .await;
    assert_eq!(reader.ids(), ["a", "b", "c"]);
    assert_eq!(reader.text("h2"), "3 comments");
    let body = reader.the_comment("First").query_selector(".comment-body");
    assert_eq!(
        body.unwrap().unwrap().inner_html(),
        "<p>First &amp; <strong>bold</strong></p>"
    );
    assert!(
        reader
            .branch("second")
            .query_selector(".replies article")
            .unwrap()
            .is_some()
    );
}

#[wasm_bindgen_test]
async fn another_order_shows_the_same_comments_the_other_way_round() {
    let reader = Page::new()
        .opened(list([comment("a"), comment("b"), comment("c")]))
        .await;
    reader.sorts("newest");
    reader
        .waits("the other order", |it| it.ids() == ["c", "b", "a"])
        .await;
    // Each stands in its own element, not just under its own id.
    for id in ["a", "b", "c"] {
        assert_eq!(reader.the_comment(id).id(), format!("comment-{id}"));
    }
    reader
        .waits("a word about it", |it| it.hears().contains("another order"))
        .await;
}

#[wasm_bindgen_test]
async fn an_order_that_comes_too_late_is_not_shown() {
    let reader = Page::new().opened(list([comment("a"), comment("b")])).await;
    reader.backend.hold();
    reader.sorts("newest");
    tick().await;
    reader.sorts("oldest");
    tick().await;
    reader.backend.release();
    reader.is_loaded().await;
    assert_eq!(reader.ids(), ["a", "b"]);
}

#[wasm_bindgen_test]
async fn more_comments_come_when_asked_for() {
    let mut first = list([comment("a")]);
    first.next = Some("cursor".to_owned());
    first.total = 3;
    let reader = Page::new().opened(first).await;
    let mut rest = list([comment("b"), comment("c")]);
    rest.total = 3;
    reader.backend.more.borrow_mut().push_back(rest);
    reader.clicks("Show more comments");
    reader.waits("more", |it| it.ids() == ["a", "b", "c"]).await;
    assert!(reader.find(".more").is_none(), "{}", reader.html());
    assert_eq!(reader.hears(), "2 more comments");
    reader
        .waits("the focus", |it| it.focus() == "comment-b")
        .await;
    assert_eq!(reader.backend.count("list cursor"), 1);
}

#[wasm_bindgen_test]
async fn more_comments_that_do_not_come_can_be_asked_for_again() {
    let mut first = list([comment("a")]);
    first.next = Some("cursor".to_owned());
    let reader = Page::new().opened(first).await;
    reader.backend.fail("list", Failure::Timeout);
    reader.clicks("Show more comments");
    reader.waits("an alert", |it| it.alerts().len() == 1).await;
    assert!(reader.alerts()[0].contains("too long to answer"));
    // The reader is still where he was.
    let focused = reader.shadow.active_element().unwrap();
    assert_eq!(text(&focused), "Show more comments");
    reader
        .backend
        .more
        .borrow_mut()
        .push_back(list([comment("b")]));
    reader.clicks("Show more comments");
    reader.waits("more", |it| it.ids() == ["a", "b"]).await;
    assert_eq!(reader.alerts(), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn two_clicks_ask_for_more_once() {
    let mut first = list([comment("a")]);
    first.next = Some("cursor".to_owned());
    let reader = Page::new().opened(first).await;
    reader.backend.hold();
    reader
        .backend
        .more
        .borrow_mut()
        .push_back(list([comment("b")]));
    reader.clicks("Show more comments");
    reader
        .waits("a moment", |it| it.text(".more") == "One moment…")
        .await;
    reader.clicks("One moment…");
    tick().await;
    reader.backend.release();
    reader.waits("more", |it| it.ids() == ["a", "b"]).await;
    assert_eq!(reader.backend.count("list cursor"), 1);
}

#[wasm_bindgen_test]
async fn more_replies_come_portion_by_portion() {
    let reader = Page::new()
        .opened(list([
            comment("a").reply(comment("b").parent("a")).more(3, "one"),
            comment("z"),
        ]))
        .await;
    reader.backend.replies.borrow_mut().extend([
        Replies {
            replies: vec![
                comment("c").parent("b").alone(),
                comment("d").parent("a").alone(),
            ],
            next: Some("two".to_owned()),
            incomplete: false,
        },
        Replies {
            replies: vec![comment("e").parent("a").alone()],
            next: None,
            incomplete: false,
        },
    ]);
    reader.clicks("Show 3 more replies");
    reader
        .waits("replies", |it| it.ids() == ["a", "b", "c", "d", "z"])
        .await;
    reader
        .waits("the focus", |it| it.focus() == "comment-c")
        .await;
    reader.backend.fail("replies", Failure::BadAnswer);
    reader.clicks("Show 1 more reply");
    reader.waits("an alert", |it| it.alerts().len() == 1).await;
    reader.clicks("Show 1 more reply");
    reader
        .waits("the last", |it| it.ids() == ["a", "b", "c", "d", "e", "z"])
        .await;
    assert!(reader.find(".more").is_none());
    assert_eq!(
        *reader.backend.calls.borrow(),
        ["list ", "replies a one", "replies a two", "replies a two"]
    );
}

#[wasm_bindgen_test]
async fn a_thread_that_does_not_come_can_be_asked_for_again() {
    let page = Page::new();
    let reader = page.opening(list([comment("a")]));
    reader
        .backend
        .fail("list", Failure::Problem(ProblemKind::SiteUnknown, None));
    reader.waits("an alert", |it| !it.alerts().is_empty()).await;
    assert!(reader.alerts()[0].starts_with(
        "The comments could not be loaded. The comment server doesn't know this site."
    ));
    assert!(!reader.alerts()[0].contains("Your text"));
    reader.clicks("Try again");
    reader.waits("the thread", |it| it.ids() == ["a"]).await;
    assert_eq!(reader.alerts(), Vec::<String>::new());
    assert_eq!(reader.focus(), "thread-title");
}

#[wasm_bindgen_test]
async fn a_page_without_comments_says_so() {
    let reader = Page::new().opened(list([])).await;
    assert_eq!(reader.text("h2"), "0 comments");
    assert_eq!(
        reader.text(".notice-empty"),
        "No comments yet. Be the first to say something."
    );
}

#[wasm_bindgen_test]
async fn a_list_that_no_page_can_show_is_refused() {
    let mut root = comment("root");
    for id in 0..10_000 {
        root = root.reply(comment(&id.to_string()).parent("root"));
    }
    let reader = Page::new().opening(list([root]));
    reader.waits("an alert", |it| !it.alerts().is_empty()).await;
    assert!(reader.alerts()[0].contains("makes no sense"));
    assert_eq!(reader.ids(), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn the_deepest_conversation_there_may_be_is_shown() {
    let mut root = comment("0");
    for id in 1..=100 {
        let (id, parent) = (id.to_string(), (id - 1).to_string());
        root = root.reply(comment(&id).parent(&parent));
    }
    let reader = Page::new().max_depth(100).opened(list([root])).await;
    assert_eq!(reader.ids().len(), 101);
    assert_eq!(reader.all(".replies").len(), 100);
}

#[wasm_bindgen_test]
async fn a_backend_may_send_nonsense_for_a_tree() {
    let reader = Page::new()
        .opened(list([
            comment("a").parent("b"),
            comment("b").parent("a"),
            comment("c").parent("c"),
            comment("d").parent("nowhere"),
            comment("a").html("<p>the same id again</p>"),
        ]))
        .await;
    let mut ids = reader.ids();
    ids.sort();
    assert_eq!(ids, ["a", "b", "c", "d"]);
}

#[wasm_bindgen_test]
async fn a_tombstone_cannot_be_answered() {
    let reader = Page::new()
        .opened(list([comment("a")
            .html("")
            .status(Status::Deleted)
            .reply(comment("b").parent("a"))]))
        .await;
    let tombstone = reader.the_comment("This comment was deleted.");
    assert_eq!(elements(&tombstone, ".button, .text-button").len(), 0);
    assert_eq!(reader.buttons("b"), ["Reply"]);
}

#[wasm_bindgen_test]
async fn the_address_leads_to_its_comment_wherever_it_is() {
    let page = Page::new();
    let reader = page.opened(list([comment("a"), comment("b")])).await;
    reader.backend.details.borrow_mut().push(CommentDetail {
        comment: comment("far").parent("above").alone(),
        text: String::new(),
        page: page.config().page,
        ancestors: vec![comment("above").alone()],
    });
    let location = window().location();
    location.set_hash("comment-b").unwrap();
    reader.waits("the target", |it| it.is("b", "target")).await;
    reader
        .waits("the focus", |it| it.focus() == "comment-b")
        .await;
    // It comes with what was said before it below the same root.
    for (id, next) in [("between", Some("more")), ("far", None)] {
        let more = Replies {
            replies: vec![comment(id).parent("above").alone()],
            next: next.map(str::to_owned),
            incomplete: false,
        };
        reader.backend.replies.borrow_mut().push_back(more);
    }
    location.set_hash("comment-far").unwrap();
    reader
        .waits("the other target", |it| it.is("far", "target"))
        .await;
    assert_eq!(reader.ids(), ["a", "b", "above", "between", "far"]);
    assert_eq!(reader.backend.count("replies above "), 2);
    assert_eq!(reader.backend.count("replies above more"), 1);
    assert!(!reader.is("b", "target"));
    // Another page's comment, and none at all, change nothing.
    location.set_hash("comment-elsewhere").unwrap();
    reader
        .waits("the question", |it| {
            it.backend.count("detail elsewhere") == 1
        })
        .await;
    tick().await;
    assert_eq!(reader.ids(), ["a", "b", "above", "between", "far"]);
    location.set_hash("").unwrap();
}

#[wasm_bindgen_test]
async fn times_are_told_relatively_and_exactly() {
    let reader = Page::new().opened(list([comment("a")])).await;
    // English without a browser's help tells the day.
    assert_eq!(reader.text("time"), "2026-11-23");
    let time = reader.find("time").unwrap();
    assert_eq!(
        time.get_attribute("datetime").as_deref(),
        Some("2026-11-23T19:14:36.626Z")
    );
    assert!(
        reader
            .text(".comment-time")
            .contains("2026-11-23T19:14:36.626Z")
    );
}

/// A text node is only touched when it says something else: a selection survives, and a screen
/// reader is not told the same again.
#[wasm_bindgen_test]
async fn what_does_not_change_is_not_touched() {
    let reader = Page::new().opened(list([comment("a"), comment("b")])).await;
    let article = reader.the_comment("a");
    let buttons = elements(&article, ".button, .text-button");
    reader.replies_to("a").await;
    reader.posts("another");
    reader.stands("another").await;
    assert_eq!(reader.the_comment("a"), article);
    assert_eq!(elements(&article, ".button, .text-button"), buttons);
}
