//! What others do while a reader is there, as the tool tells it that hears of it.

use afterword::browser::property;
use afterword_protocol::{Comment, CommentList, Reaction, Status};
use js_sys::{Array, Function, JSON};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{AbortSignal, HtmlElement};

use crate::answers::{comment, list, reaction, thoughtful};
use crate::stage::{Page, Stage, tick};

/// Changes, as they are told.
#[derive(Default)]
struct Told {
    posted: Vec<Comment>,
    changed: Vec<Comment>,
    gone: Vec<&'static str>,
    total: u32,
    reload: bool,
    reactions: Vec<Reaction>,
}

fn js(value: &impl serde::Serialize) -> JsValue {
    JSON::parse(&serde_json::to_string(value).unwrap()).unwrap()
}

/// What hears of changes for a reader.
struct Tool(JsValue);

impl Tool {
    async fn of(reader: &Stage) -> Self {
        Self(reader.tool("live").await)
    }

    fn run(&self, command: &str, arguments: &Array) {
        let run: Function = property(&self.0, "runs").unwrap();
        run.call2(&JsValue::NULL, &command.into(), arguments)
            .unwrap();
    }

    async fn tells(&self, told: Told) {
        let arguments = [
            js(&told.posted),
            js(&told.changed),
            js(&told.gone),
            js(&told.total),
            js(&told.reload),
            js(&told.reactions),
        ];
        self.run("changes", &arguments.iter().collect());
        tick().await;
    }

    async fn tells_of(&self, posted: &[&str], total: u32) {
        let posted = posted.iter().map(|id| comment(id).alone()).collect();
        self.tells(Told {
            posted,
            total,
            ..Told::default()
        })
        .await;
    }
}

fn changing(mut list: CommentList) -> CommentList {
    list.changes = Some("7".to_owned());
    list
}

async fn reads(page: &Page, thread: CommentList) -> (Stage, Tool) {
    let reader = page.opened(changing(thread)).await;
    let tool = Tool::of(&reader).await;
    (reader, tool)
}

fn news(reader: &Stage) -> Option<String> {
    let button = reader.find(".news .button")?;
    button.text_content()
}

#[wasm_bindgen_test]
async fn a_backend_that_tells_nothing_is_not_followed() {
    let page = Page::new();
    let reader = page.opened(list([comment("a")])).await;
    let (other, _) = reads(&page, list([comment("a")])).await;
    assert!(reader.opened("live").is_none());
    assert!(other.opened("live").is_some());
}

#[wasm_bindgen_test]
async fn new_comments_wait_for_a_click() {
    let page = Page::new().newest_first();
    let (reader, tool) = reads(&page, list([comment("a")])).await;
    tool.tells_of(&["b", "c"], 3).await;
    tool.tells_of(&["c", "d"], 4).await;
    assert_eq!(news(&reader).as_deref(), Some("3 new comments"));
    assert_eq!(reader.hears(), "2 new comments");
    assert_eq!(reader.text(".thread-title"), "4 comments");
    assert_eq!(reader.ids(), ["a"]);
    reader.clicks("3 new comments");
    reader
        .waits("the first of them", |it| it.focus() == "comment-d")
        .await;
    assert_eq!(reader.ids(), ["d", "c", "b", "a"]);
    assert!(reader.is("b", "new") && !reader.is("a", "new"));
    assert_eq!(news(&reader), None);
}

#[wasm_bindgen_test]
async fn what_comes_with_the_rest_is_not_waited_for() {
    let page = Page::new();
    let mut thread = list([comment("a").reply(comment("b").parent("a")).more(2, "more")]);
    thread.next = Some("next".to_owned());
    let (reader, tool) = reads(&page, thread).await;
    let reply = comment("z").parent("a").alone();
    let far = comment("y").parent("not-here").alone();
    tool.tells(Told {
        posted: vec![comment("x").alone(), reply, far],
        // It was never loaded.
        changed: vec![comment("w").alone()],
        total: 9,
        ..Told::default()
    })
    .await;
    assert_eq!(news(&reader), None);
    assert_eq!(reader.text(".more-replies"), "Show 3 more replies");
    assert_eq!(reader.text(".thread-title"), "9 comments");
    assert_eq!(reader.ids(), ["a", "b"]);
}

#[wasm_bindgen_test]
async fn a_comment_of_ones_own_that_is_told_before_the_answer_comes_is_no_news() {
    let (reader, tool) = reads(&Page::new(), list([comment("a")])).await;
    reader.backend.hold_calls("create");
    reader.posts("mine");
    tool.tells_of(&["posted-100"], 2).await;
    assert_eq!(news(&reader), None);
    reader.backend.release();
    reader.stands("mine").await;
    tick().await;
    assert_eq!(news(&reader), None);
    assert_eq!(reader.all("article.comment").len(), 2);
    assert_eq!(reader.text(".thread-title"), "2 comments");
}

#[wasm_bindgen_test]
async fn ones_own_reply_that_is_told_before_the_answer_comes_is_none_of_the_rest() {
    let thread = list([comment("a").reply(comment("b").parent("a")).more(2, "more")]);
    let (reader, tool) = reads(&Page::new(), thread).await;
    let total = reader.text(".thread-title");
    reader.backend.hold_calls("create");
    reader.replies_to("a").await;
    reader.types(Some("a"), "mine");
    reader.submits(Some("a"));
    tick().await;
    tool.tells(Told {
        posted: vec![comment("posted-100").parent("a").alone()],
        total: 5,
        ..Told::default()
    })
    .await;
    assert_eq!(reader.text(".thread-title"), total);
    reader.backend.release();
    reader.stands("mine").await;
    tick().await;
    assert_eq!(reader.text(".more-replies"), "Show 2 more replies");
    assert_eq!(reader.text(".thread-title"), "5 comments");
}

#[wasm_bindgen_test]
async fn a_comment_of_ones_own_whose_answer_was_lost_is_there_once() {
    let (reader, tool) = reads(&Page::new(), list([comment("a")])).await;
    reader.backend.lose("create");
    reader.posts("mine");
    reader.fails("mine").await;
    tool.tells_of(&["posted-100"], 2).await;
    assert_eq!(news(&reader).as_deref(), Some("1 new comment"));
    reader.clicks("Try again");
    reader.stands("mine").await;
    tick().await;
    assert_eq!(news(&reader), None);
    assert_eq!(reader.ids(), ["a", "posted-100"]);
}

#[wasm_bindgen_test]
async fn what_changes_while_a_list_is_on_its_way_is_not_lost() {
    let (reader, tool) = reads(&Page::new(), list([comment("a"), comment("b")])).await;
    reader.backend.hold_calls("list");
    reader.sorts("newest");
    tick().await;
    let changed = comment("a").html("<p>other words</p>").edited().alone();
    tool.tells(Told {
        posted: vec![comment("c").alone()],
        changed: vec![changed],
        gone: vec!["b"],
        total: 2,
        ..Told::default()
    })
    .await;
    reader.backend.release();
    reader.waits("the button", |it| news(it).is_some()).await;
    assert_eq!(news(&reader).as_deref(), Some("1 new comment"));
    assert!(reader.comment("other words").is_some());
    assert_eq!(reader.ids(), ["b", "a"]);
    assert!(reader.is("This comment was deleted.", "deleted"));
    assert_eq!(reader.text(".thread-title"), "2 comments");
}

/// One's own deletion, of which the others' news tell before its answer comes.
async fn is_counted_once_beside(told: Told) {
    let page = Page::new();
    page.owns("mine");
    let (reader, tool) = reads(&page, list([comment("mine"), comment("a")])).await;
    reader.clicks_on("mine", "Delete");
    reader
        .waits("the question", |it| it.find(".confirm").is_some())
        .await;
    reader.backend.hold_calls("delete");
    reader.clicks_on("mine", "Delete");
    tick().await;
    tool.tells(Told { total: 1, ..told }).await;
    reader.backend.release();
    reader.waits("it to go", |it| it.ids() == ["a"]).await;
    assert_eq!(reader.text(".thread-title"), "1 comment");
}

#[wasm_bindgen_test]
async fn ones_own_deletion_is_gone_whoever_tells_it_first() {
    is_counted_once_beside(Told {
        gone: vec!["mine"],
        ..Told::default()
    })
    .await;
}

#[wasm_bindgen_test]
async fn ones_own_tombstone_is_counted_once_whoever_tells_of_it_first() {
    is_counted_once_beside(Told {
        changed: vec![comment("mine").status(Status::Deleted).alone()],
        ..Told::default()
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_deletion_that_is_taken_back_is_taken_back() {
    let (reader, tool) = reads(&Page::new(), list([comment("a"), comment("b")])).await;
    let one = |status| Told {
        changed: vec![comment("a").status(status).alone()],
        total: 2,
        ..Told::default()
    };
    tool.tells(one(Status::Deleted)).await;
    assert!(reader.is("This comment was deleted.", "deleted"));
    tool.tells(one(Status::Published)).await;
    assert!(reader.comment("a").is_some());
    assert_eq!(reader.buttons("a"), ["Reply"]);
}

#[wasm_bindgen_test]
async fn so_much_that_all_is_loaded_anew() {
    let (reader, tool) = reads(&Page::new(), list([comment("a")])).await;
    tool.tells(Told {
        total: 500,
        reload: true,
        ..Told::default()
    })
    .await;
    tool.tells_of(&["z"], 501).await;
    assert_eq!(news(&reader).as_deref(), Some("Load the comments again"));
    reader.backend.list.replace(Some(list([comment("b")])));
    reader.clicks("Load the comments again");
    reader.waits("the list", |it| it.ids() == ["b"]).await;
    assert_eq!(news(&reader), None);
}

#[wasm_bindgen_test]
async fn what_makes_no_sense_does_no_harm() {
    let (reader, tool) = reads(&Page::new(), list([comment("a")])).await;
    let nonsense = [js(&"x"), js(&7), JsValue::UNDEFINED, js(&-1), JsValue::NULL];
    tool.run("changes", &nonsense.iter().collect());
    tool.run("changes", &Array::new());
    tick().await;
    assert_eq!(reader.ids(), ["a"]);
    assert_eq!(reader.text(".thread-title"), "1 comment");
}

#[wasm_bindgen_test]
async fn a_widget_that_goes_says_so() {
    let (mut reader, tool) = reads(&Page::new(), list([comment("a")])).await;
    let signal: AbortSignal = property(&tool.0, "signal").unwrap();
    assert!(!signal.aborted());
    reader.widget = None;
    assert!(signal.aborted());
    // It may have been asking just then.
    tool.tells_of(&["b"], 2).await;
}

#[wasm_bindgen_test]
async fn what_others_think_of_the_article_is_shown_and_ones_own_is_not_lost() {
    let (reader, tool) = reads(&Page::new(), thoughtful(list([comment("a")]))).await;
    let labels = |it: &Stage| {
        let all = it.all(".thread > .reactions .reaction");
        let labels = all.iter().filter_map(|it| it.get_attribute("aria-label"));
        labels.collect::<Vec<_>>()
    };
    assert_eq!(labels(&reader), ["😂 3", "😮"]);
    let told = |laughs, others| Told {
        total: 1,
        reactions: vec![reaction("😂", laughs), reaction("😮", others)],
        ..Told::default()
    };
    tool.tells(told(4, 1)).await;
    assert_eq!(labels(&reader), ["😂 4", "😮 1"]);
    reader.backend.hold_calls("think");
    reader.all(".thread > .reactions .reaction")[1]
        .clone()
        .dyn_into::<HtmlElement>()
        .unwrap()
        .click();
    tick().await;
    assert_eq!(labels(&reader), ["😂 4", "😮 2"]);
    // The server had not heard of it yet.
    tool.tells(told(5, 1)).await;
    assert_eq!(labels(&reader), ["😂 4", "😮 2"]);
}

#[wasm_bindgen_test]
async fn what_the_reader_has_below_the_thread_stays_where_it_is() {
    let (reader, tool) = reads(&Page::new(), list([comment("a")])).await;
    reader
        .waits("the foot", |it| it.find(".thread-foot button").is_some())
        .await;
    let button = reader.find(".thread-foot button").unwrap();
    button.focus().unwrap();
    tool.tells_of(&["b"], 2).await;
    assert_eq!(news(&reader).as_deref(), Some("1 new comment"));
    assert!(button.is_connected());
    assert!(reader.find(".thread-foot button:focus").is_some());
}
