//! A reader changes what he wrote.

use afterword::thread::Failure;
use afterword_protocol::{CommentList, ProblemKind};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::answers::{comment, list};
use crate::stage::{Page, Stage, elements, text, tick};

/// A page with a comment "mine" of the reader's own.
async fn with_ones_own(list: CommentList) -> (Page, Stage) {
    let page = Page::new();
    page.owns("mine");
    let reader = page.opened(list).await;
    assert!(reader.is("mine", "own"));
    (page, reader)
}

async fn edits(reader: &Stage, words: &str) {
    reader.clicks_on(words, "Edit");
    reader
        .waits("the editor", |it| {
            it.find("article form.composer").is_some()
        })
        .await;
}

#[wasm_bindgen_test]
async fn only_ones_own_can_be_changed() {
    let (_, reader) = with_ones_own(list([comment("mine"), comment("theirs")])).await;
    assert_eq!(reader.buttons("mine"), ["Reply", "Edit", "Delete"]);
    assert_eq!(reader.buttons("theirs"), ["Reply"]);
}

#[wasm_bindgen_test]
async fn the_server_says_how_long() {
    let mut within = list([comment("mine")]);
    within.limits.edit_seconds = u32::MAX;
    let (_, reader) = with_ones_own(within).await;
    assert_eq!(reader.buttons("mine"), ["Reply", "Edit", "Delete"]);
    let mut after = list([comment("mine").created("2001-01-01T00:00:00.000Z")]);
    after.limits.edit_seconds = 900;
    let (_, reader) = with_ones_own(after).await;
    assert_eq!(reader.buttons("mine"), ["Reply"]);
}

#[wasm_bindgen_test]
async fn an_edit_begins_with_the_source_and_ends_with_the_new_text() {
    let (_, reader) = with_ones_own(list([comment("mine")])).await;
    edits(&reader, "mine").await;
    let form = reader.find("article form.composer").unwrap();
    let label = form.query_selector("label").unwrap().unwrap();
    assert_eq!(text(&label), "Your comment:");
    assert_eq!(elements(&form, "[name=author]").len(), 0, "the name stays");
    reader
        .waits("the focus", |it| it.focus() == "text-edit:mine")
        .await;
    assert_eq!(edited(&reader), "source of mine");
    retypes(&reader, "mine, better");
    reader
        .waits("the new text", |it| it.comment("better").is_some())
        .await;
    reader
        .waits("the focus", |it| it.focus() == "comment-mine")
        .await;
    assert_eq!(reader.text(".comment-mark"), "you");
    assert_eq!(reader.text(".comment-mark.text-button"), "edited");
    assert_eq!(reader.hears(), "Your changes have been saved.");
    assert_eq!(reader.backend.count("edit mine token of mine"), 1);
}

/// What stands in the editor.
fn edited(reader: &Stage) -> String {
    let field: web_sys::HtmlTextAreaElement =
        wasm_bindgen::JsCast::unchecked_into(reader.find("article textarea").unwrap());
    field.value()
}

/// Types into the editor, and saves.
fn retypes(reader: &Stage, words: &str) {
    let field: web_sys::HtmlTextAreaElement =
        wasm_bindgen::JsCast::unchecked_into(reader.find("article textarea").unwrap());
    field.set_value(words);
    crate::stage::fire(&field, "input");
    crate::stage::fire(&reader.find("article form.composer").unwrap(), "submit");
}

#[wasm_bindgen_test]
async fn an_edit_that_could_not_be_saved_stays_and_is_saved_again() {
    let (page, reader) = with_ones_own(list([comment("mine")])).await;
    edits(&reader, "mine").await;
    reader.backend.hold();
    reader.backend.fail("edit", Failure::Timeout);
    retypes(&reader, "laboured");
    reader
        .waits("a moment", |it| {
            it.text("article .button-primary") == "One moment…"
        })
        .await;
    // Once more, while the answer is awaited: nothing happens.
    crate::stage::fire(&reader.find("article form.composer").unwrap(), "submit");
    reader.backend.release();
    reader.waits("an alert", |it| !it.alerts().is_empty()).await;
    assert!(reader.alerts()[0].ends_with("Your text is kept."));
    assert_eq!(edited(&reader), "laboured");
    assert_eq!(reader.backend.count("edit"), 1);
    reader.leaves();
    // It has even survived the page.
    let reader = page.opened(list([comment("mine")])).await;
    edits(&reader, "mine").await;
    assert_eq!(edited(&reader), "laboured");
    crate::stage::fire(&reader.find("article form.composer").unwrap(), "submit");
    reader
        .waits("the new text", |it| it.comment("laboured").is_some())
        .await;
    // And then it is done with.
    edits(&reader, "laboured").await;
    assert_eq!(edited(&reader), "source of mine");
}

#[wasm_bindgen_test]
async fn an_edit_can_be_given_up() {
    let (_, reader) = with_ones_own(list([comment("mine")])).await;
    edits(&reader, "mine").await;
    reader.clicks("Cancel");
    reader
        .waits("no editor", |it| it.find("article form.composer").is_none())
        .await;
    reader
        .waits("the focus", |it| it.focus() == "comment-mine")
        .await;
    assert_eq!(reader.backend.count("edit"), 0);
}

#[wasm_bindgen_test]
async fn a_source_that_does_not_come_can_be_asked_for_again() {
    let (_, reader) = with_ones_own(list([comment("mine")])).await;
    reader.backend.fail("detail", Failure::Network);
    reader.clicks_on("mine", "Edit");
    reader.waits("an alert", |it| !it.alerts().is_empty()).await;
    assert!(
        reader
            .the_comment("mine")
            .text_content()
            .unwrap()
            .contains("can't be reached")
    );
    edits(&reader, "mine").await;
    assert_eq!(reader.alerts(), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn a_deletion_is_asked_about_first() {
    let (page, reader) = with_ones_own(list([comment("mine"), comment("b")])).await;
    reader.clicks_on("mine", "Delete");
    reader
        .waits("the question", |it| it.find(".confirm").is_some())
        .await;
    reader
        .waits("the focus", |it| it.focus() == "delete-mine")
        .await;
    assert_eq!(reader.buttons("mine"), ["Delete", "Keep it"]);
    reader.clicks_on("mine", "Keep it");
    reader
        .waits("no question", |it| it.find(".confirm").is_none())
        .await;
    reader
        .waits("the focus", |it| it.focus() == "comment-mine")
        .await;
    assert_eq!(reader.backend.count("delete"), 0);

    reader.clicks_on("mine", "Delete");
    reader
        .waits("the question", |it| it.find(".confirm").is_some())
        .await;
    reader.clicks_on("mine", "Delete");
    reader.waits("it is gone", |it| it.ids() == ["b"]).await;
    reader
        .waits("the focus", |it| it.focus() == "thread-title")
        .await;
    assert_eq!(reader.hears(), "Your comment has been deleted.");
    assert_eq!(reader.text("h2"), "1 comment");
    assert_eq!(reader.backend.count("delete mine token of mine"), 1);
    // The token is forgotten with it.
    reader.leaves();
    let reader = page.opened(list([comment("mine")])).await;
    assert!(!reader.is("mine", "own"));
}

/// A live region that says what it said before is not read out.
#[wasm_bindgen_test]
async fn what_is_said_again_is_heard_again() {
    let page = Page::new();
    page.owns("one");
    page.owns("two");
    let reader = page.opened(list([comment("one"), comment("two")])).await;
    let mut said = Vec::new();
    for (words, left) in [("one", 1), ("two", 0)] {
        reader.clicks_on(words, "Delete");
        reader
            .waits("the question", |it| it.find(".confirm").is_some())
            .await;
        reader.clicks_on(words, "Delete");
        reader
            .waits("it is gone", |it| it.ids().len() == left)
            .await;
        assert_eq!(reader.hears(), "Your comment has been deleted.");
        said.push(reader.text("[role=status]"));
    }
    assert_ne!(said[0], said[1]);
}

#[wasm_bindgen_test]
async fn what_has_replies_leaves_a_tombstone() {
    let answered = comment("mine").reply(comment("b").parent("mine"));
    let (_, reader) = with_ones_own(list([answered])).await;
    reader.clicks_on("mine", "Delete");
    reader
        .waits("the question", |it| it.find(".confirm").is_some())
        .await;
    reader.clicks_on("mine", "Delete");
    reader
        .waits("the tombstone", |it| {
            it.comment("This comment was deleted.").is_some()
        })
        .await;
    assert_eq!(reader.ids(), ["mine", "b"]);
    assert!(reader.is("This comment was deleted.", "deleted"));
    assert!(!reader.is("This comment was deleted.", "own"));
    reader
        .waits("the focus", |it| it.focus() == "comment-mine")
        .await;
    let tombstone = reader.the_comment("This comment was deleted.");
    assert_eq!(elements(&tombstone, ".button, .text-button").len(), 0);
}

#[wasm_bindgen_test]
async fn a_deletion_that_did_not_work_can_be_tried_again() {
    let (_, reader) = with_ones_own(list([comment("mine")])).await;
    reader
        .backend
        .fail("delete", Failure::Problem(ProblemKind::Unavailable, None));
    reader.clicks_on("mine", "Delete");
    reader
        .waits("the question", |it| it.find(".confirm").is_some())
        .await;
    reader.backend.hold();
    reader.clicks_on("mine", "Delete");
    reader
        .waits("a moment", |it| it.is("mine", "changing"))
        .await;
    reader.clicks_on("mine", "Delete");
    reader.backend.release();
    reader.waits("an alert", |it| !it.alerts().is_empty()).await;
    assert!(reader.alerts()[0].contains("in trouble"));
    assert_eq!(reader.backend.count("delete"), 1);
    reader.clicks_on("mine", "Delete");
    reader.waits("it is gone", |it| it.ids().is_empty()).await;
}

/// Rows of the old list and of the new one are not mixed up.
#[wasm_bindgen_test]
async fn a_deletion_that_ends_after_sorting_takes_the_right_one() {
    let (_, reader) = with_ones_own(list([comment("mine"), comment("b"), comment("c")])).await;
    reader.clicks_on("mine", "Delete");
    reader
        .waits("the question", |it| it.find(".confirm").is_some())
        .await;
    reader.backend.hold();
    reader.clicks_on("mine", "Delete");
    reader
        .waits("a moment", |it| it.is("mine", "changing"))
        .await;
    reader.sorts("newest");
    tick().await;
    reader.backend.release();
    reader
        .waits("it is gone", |it| it.ids() == ["c", "b"])
        .await;
}

#[wasm_bindgen_test]
async fn a_reply_that_was_never_sent_outlives_what_it_answers() {
    let (_, reader) = with_ones_own(list([comment("mine")])).await;
    reader.backend.fail("create", Failure::Network);
    reader.replies_to("mine").await;
    reader.types(Some("mine"), "to myself");
    reader.submits(Some("mine"));
    reader.fails("to myself").await;
    reader.clicks_on("mine", "Delete");
    reader
        .waits("the question", |it| it.find(".confirm").is_some())
        .await;
    reader.clicks_on("mine", "Delete");
    reader
        .waits("the tombstone", |it| {
            it.comment("This comment was deleted.").is_some()
        })
        .await;
    assert!(reader.is("to myself", "failed"));
    // Given up, it takes the tombstone along.
    reader.clicks_on("to myself", "Discard");
    reader.waits("nothing", |it| it.ids().is_empty()).await;
}
