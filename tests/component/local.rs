//! Comments that live in this browser alone.

use std::rc::Rc;

use afterword::backend::{Backend, Local};
use afterword::thread::Failure;
use afterword_protocol::{NewComment, ProblemKind, Sort, Status};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::Script;
use crate::stage::{Page, Stage, window};

async fn opened(page: &Page) -> Stage {
    let config = page.config();
    let backend = Rc::new(Local::new(&config));
    let stage = Stage::new(config, backend, Rc::new(Script::default()));
    stage.is_loaded().await;
    stage
}

#[wasm_bindgen_test]
async fn the_page_says_so() {
    let reader = opened(&Page::new()).await;
    assert!(
        reader
            .text(".notice-local")
            .contains("in this browser alone")
    );
    assert!(
        reader.find(".composer-toggle").is_none(),
        "there is no preview"
    );
    assert!(reader.find(".composer-hint").is_none());
}

#[wasm_bindgen_test]
async fn comments_stay() {
    let page = Page::new();
    let reader = opened(&page).await;
    reader.posts("first <b>&amp;</b>\n\nsecond");
    reader.stands("first <b>&amp;</b>second").await;
    reader.replies_to("first").await;
    reader.types(Some("first"), "a reply");
    reader.submits(Some("first"));
    reader.stands("a reply").await;
    reader.leaves();
    let reader = opened(&page).await;
    assert_eq!(reader.text("h2"), "2 comments");
    assert!(reader.is("first", "own") && reader.is("a reply", "own"));
    assert_eq!(
        reader
            .branch("first")
            .query_selector_all(".replies article")
            .unwrap()
            .length(),
        1
    );
    reader.sorts("newest");
    reader
        .waits("the other order", |it| it.hears().contains("another order"))
        .await;
    assert_eq!(reader.ids().len(), 2);
    // The other page is empty.
    assert_eq!(opened(&Page::new()).await.ids(), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn comments_can_be_changed_and_deleted() {
    let reader = opened(&Page::new()).await;
    reader.posts("rough");
    reader.stands("rough").await;
    reader.clicks_on("rough", "Edit");
    reader
        .waits("the editor", |it| it.find("article textarea").is_some())
        .await;
    let field: web_sys::HtmlTextAreaElement =
        wasm_bindgen::JsCast::unchecked_into(reader.find("article textarea").unwrap());
    assert_eq!(field.value(), "rough");
    field.set_value("polished");
    crate::stage::fire(&reader.find("article form").unwrap(), "submit");
    reader
        .waits("the new text", |it| it.comment("polished").is_some())
        .await;
    reader.clicks_on("polished", "Delete");
    reader
        .waits("the question", |it| it.find(".confirm").is_some())
        .await;
    reader.clicks_on("polished", "Delete");
    reader.waits("it is gone", |it| it.ids().is_empty()).await;
}

fn new(text: &str, parent: Option<&str>) -> NewComment {
    NewComment {
        page: "/".to_owned(),
        parent: parent.map(str::to_owned),
        text: text.to_owned(),
        ..NewComment::default()
    }
}

#[wasm_bindgen_test]
async fn it_keeps_the_rules_of_a_server() {
    let local = Local::new(&Page::new().config());
    let key = |n: u32| format!("{n:032}");
    let a = local.create(new("a", None), key(1)).await.unwrap().comment;
    let again = local.create(new("a", None), key(1)).await.unwrap().comment;
    assert_eq!(a, again, "once");
    let b = local
        .create(new("b", Some(&a.id)), key(2))
        .await
        .unwrap()
        .comment;
    assert_eq!((a.number, b.number), (1, 2));
    let problem = |kind| Failure::Problem(kind, None);
    let orphan = local.create(new("c", Some("nowhere")), key(3)).await;
    assert_eq!(orphan.unwrap_err(), problem(ProblemKind::ParentNotFound));
    let blank = local.create(new(" ", None), key(3)).await;
    assert_eq!(blank.unwrap_err(), problem(ProblemKind::TextEmpty));

    let deletion = local.delete(a.id.clone(), String::new()).await.unwrap();
    assert_eq!(deletion.tombstone.unwrap().status, Status::Deleted);
    let list = local.list(Sort::Newest, 50, None).await.unwrap();
    assert_eq!((list.total, list.branches.len()), (1, 1));
    let late = local.create(new("c", Some(&a.id)), key(3)).await;
    assert_eq!(late.unwrap_err(), problem(ProblemKind::ParentNotFound));
    // The last reply takes the tombstone along, and numbers are not given twice.
    let deletion = local.delete(b.id, String::new()).await.unwrap();
    assert_eq!(deletion.tombstone, None);
    let list = local.list(Sort::Newest, 50, None).await.unwrap();
    assert_eq!((list.total, list.branches.len()), (0, 0));
    assert_eq!(
        local
            .create(new("d", None), key(4))
            .await
            .unwrap()
            .comment
            .number,
        3
    );
    let gone = local.detail(a.id).await;
    assert_eq!(gone.unwrap_err(), problem(ProblemKind::NotFound));
}

#[wasm_bindgen_test]
async fn what_it_cannot_read_it_does_not_overwrite() {
    let page = Page::new();
    let config = page.config();
    let name = format!("{}local", config.storage_prefix());
    let store = window().local_storage().unwrap().unwrap();
    store.set_item(&name, r#"{"version": 2}"#).unwrap();
    let local = Local::new(&config);
    assert_eq!(
        local.list(Sort::Newest, 50, None).await.unwrap_err(),
        Failure::BadAnswer
    );
    let created = local.create(new("a", None), "1".repeat(32)).await;
    assert_eq!(created.unwrap_err(), Failure::BadAnswer);
    assert_eq!(
        store.get_item(&name).unwrap().as_deref(),
        Some(r#"{"version": 2}"#)
    );
}

#[wasm_bindgen_test]
async fn a_full_browser_says_so() {
    let reader = opened(&Page::new()).await;
    let store = window().local_storage().unwrap().unwrap();
    // As much as there is room for, in ever smaller pieces.
    let mut names = Vec::new();
    let mut piece = 1 << 22;
    while piece > 0 {
        let name = format!("filler-{}", names.len());
        if store.set_item(&name, &"x".repeat(piece)).is_ok() {
            names.push(name);
        } else {
            piece /= 2;
        }
    }
    reader.posts("one too many");
    reader.fails("one too many").await;
    let alerts = reader.alerts();
    for name in names {
        store.remove_item(&name).unwrap();
    }
    assert_eq!(alerts, ["This browser has no room left to keep comments."]);
    reader.clicks_on("one too many", "Try again");
    reader.stands("one too many").await;
}
