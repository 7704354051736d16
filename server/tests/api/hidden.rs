//! Who is banned in the shadow sees nothing of it: what they alone are shown works as what stands.

use afterword_protocol::{CommentDetail, Created, History, ProblemKind, Status, Thoughts};
use reqwest::header::AUTHORIZATION;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};
use crate::moderating::{Desk, ids};
use crate::reader::Reader;

const SECRET: &str = "the-secret-of-the-browser-of-Mallory";

/// A server that has banned Mallory in the shadow.
async fn banned() -> Desk {
    let app = TestApp::with()
        .set(|settings| settings.trusted_proxies = Some(vec!["127.0.0.0/8".to_owned()]))
        .start()
        .await;
    let desk = Desk::of(app).await;
    bans(&desk).await;
    desk
}

async fn bans(desk: &Desk) {
    let bans = json!([{ "kind": "author", "value": "Mallory", "site": "default", "shadow": true }]);
    desk.does(json!({ "action": "ban", "bans": bans })).await;
}

/// A call from elsewhere than where all others come from.
async fn elsewhere(desk: &Desk, method: Method, path: &str, body: Option<Value>) -> Answer {
    let call = desk.app.call(method, path, body);
    Answer::to(call.header("x-forwarded-for", "203.0.113.77")).await
}

fn answer(parent: &Created, author: &str, secret: &str) -> Value {
    json!({
        "page": "/a", "author": author, "text": "An answer", "parent": parent.comment.id,
        "person": secret,
    })
}

async fn own(desk: &Desk, posted: &Created, path: &str) -> Answer {
    let path = format!("/comments/{}{path}", posted.comment.id);
    let call = desk.app.call(Method::GET, &path, None);
    Answer::to(call.bearer_auth(&posted.edit_token)).await
}

#[tokio::test]
async fn they_answer_themselves_and_nobody_else_sees_it() {
    let desk = banned().await;
    let stands = desk.says("Ada", "Good day").await;
    let hidden = desk.says("Mallory", "Buy").await;
    // By the secret of the browser, from wherever that is.
    let body = Some(answer(&hidden, "Mallory", SECRET));
    let answered = elsewhere(&desk, Method::POST, "/comments", body)
        .await
        .created();
    assert_eq!(answered.comment.status, Status::Published);
    assert_eq!(answered.comment.number, 3);
    assert_eq!(answered.comment.parent, Some(hidden.comment.id.clone()));
    let below = desk
        .app
        .post("/comments", answer(&answered, "Mallory", SECRET))
        .await
        .created();
    let detail: CommentDetail = own(&desk, &below, "").await.json(StatusCode::OK);
    let above = detail.ancestors.iter().map(|it| it.html.as_str());
    assert_eq!(
        above.collect::<Vec<_>>(),
        ["<p>Buy</p>\n", "<p>An answer</p>\n"]
    );
    assert!(
        detail
            .ancestors
            .iter()
            .all(|it| it.status == Status::Published)
    );
    let list = desk.app.list("page=/a").await;
    assert_eq!((list.total, list.branches.len()), (1, 1));
    // Others can't, whoever they are; and nothing else has become of that.
    let body = Some(answer(&hidden, "Bob", "the-secret-of-the-browser-of-Bob"));
    elsewhere(&desk, Method::POST, "/comments", body)
        .await
        .problem(ProblemKind::ParentNotFound);
    // Who comes by another name isn't banned; but what they answer nobody sees.
    let renamed = desk
        .app
        .post("/comments", answer(&hidden, "Mal", SECRET))
        .await;
    assert_eq!(renamed.created().comment.status, Status::Published);
    assert_eq!(desk.app.list("page=/a").await.total, 1);
    assert_eq!(desk.found("verdict=spam").await.len(), 4);
    // What stands they answer as ever.
    let other = desk
        .app
        .post("/comments", answer(&stands, "Mallory", SECRET))
        .await;
    assert_eq!(other.created().comment.status, Status::Published);
    // A place is left where they delete what they have answered.
    let gone = desk.app.deletes(&hidden).await;
    assert_eq!(gone.tombstone.map(|it| it.status), Some(Status::Deleted));
    let gone = desk.app.deletes(&below).await;
    assert_eq!(gone.tombstone, None);
    assert_eq!(desk.app.list("page=/a").await.total, 1);
}

#[tokio::test]
async fn they_vote_report_and_look_back_as_anybody() {
    let desk = banned().await;
    let hidden = desk.says("Mallory", "Buy").await;
    let thinks = async |voice: &str, is_there: bool| {
        let path = format!("/comments/{}/thoughts", hidden.comment.id);
        let call = desk
            .app
            .call(Method::PUT, &path, Some(json!({ "vote": "up" })));
        let call = call.header(AUTHORIZATION, format!("Bearer {voice}"));
        let address = if is_there {
            "127.0.0.1"
        } else {
            "203.0.113.77"
        };
        Answer::to(call.header("x-forwarded-for", address)).await
    };
    let thoughts: Thoughts = thinks(SECRET, false).await.json(StatusCode::OK);
    assert_eq!(thoughts.up, 1);
    thinks(&hidden.edit_token, false)
        .await
        .problem(ProblemKind::OwnComment);
    thinks("somebody-else-s-secret", false)
        .await
        .problem(ProblemKind::NotFound);
    let detail: CommentDetail = own(&desk, &hidden, "").await.json(StatusCode::OK);
    assert_eq!(detail.comment.up, 1);

    let path = format!("/comments/{}/reports", hidden.comment.id);
    let report = || Some(json!({ "reason": "spam" }));
    let call = desk.app.call(Method::POST, &path, report());
    let here = call.header("x-forwarded-for", "127.0.0.1");
    assert_eq!(Answer::to(here).await.status, StatusCode::NO_CONTENT);
    elsewhere(&desk, Method::POST, &path, report())
        .await
        .problem(ProblemKind::NotFound);
    assert_eq!(desk.app.texts("SELECT text FROM report").await.len(), 0);

    let edited = desk
        .app
        .edit(&hidden.comment.id, &hidden.edit_token, "Buy now");
    assert_eq!(edited.await.comment().status, Status::Published);
    let history: History = own(&desk, &hidden, "/history").await.json(StatusCode::OK);
    let texts = history.versions.iter().map(|it| it.text.as_str());
    assert_eq!(
        (texts.collect(), history.withheld),
        (vec!["Buy", "Buy now"], false)
    );
    let path = format!("/comments/{}/history", hidden.comment.id);
    desk.app.get(&path).await.problem(ProblemKind::NotFound);
    // Who follows the answers to it goes on to do so.
    let feed = format!("/feeds/comments.json?to={}", hidden.comment.id);
    assert_eq!(desk.app.get(&feed).await.status, StatusCode::OK);
    assert_eq!(desk.app.list("page=/a").await.total, 0);
}

#[tokio::test]
async fn what_would_wait_of_anybody_waits_of_them() {
    let desk = banned().await;
    desk.says("Ada", "Good day").await;
    let stands = desk.says("Mallory", "Buy").await;
    desk.holds().await;
    assert_eq!(stands.comment.status, Status::Published);
    let held = desk.says("Mallory", "Buy more").await;
    assert_eq!(
        (held.comment.status, held.comment.number),
        (Status::Pending, 0)
    );
    let edited = desk
        .app
        .edit(&stands.comment.id, &stands.edit_token, "Sell");
    assert_eq!(edited.await.comment().status, Status::Pending);
    desk.app
        .post("/comments", answer(&held, "Mallory", SECRET))
        .await
        .problem(ProblemKind::ParentNotFound);
    desk.does(json!({ "action": "approve", "ids": ids(&[&held]) }))
        .await;
    assert_eq!(desk.app.list("page=/a").await.total, 2);
}

#[tokio::test]
async fn who_has_no_script_sees_what_they_have_said() {
    let desk = Desk::new().await;
    bans(&desk).await;
    desk.says("Ada", "Good day").await;
    let mut reader = Reader::opens(&desk.app, "/thread?page=%2Fa").await;
    reader.types("text", "Buy").types("author", "Mallory");
    reader.presses("Post comment").await;
    assert_eq!(reader.reads(".comment-body").len(), 2);
    assert!(
        reader
            .read(".receipt")
            .starts_with("Your comment has been posted"),
        "{}",
        reader.read(".receipt")
    );
    let id = desk
        .app
        .texts("SELECT id FROM comment WHERE shadowed = 1")
        .await;
    let path = format!("/thread?page=%2Fa&reply={}", id[0]);
    let mut reader = Reader::opens(&desk.app, &path).await;
    assert_eq!(reader.answer.status, StatusCode::OK);
    reader.types("text", "Buy more").types("author", "Mallory");
    reader.presses("Post reply").await;
    assert_eq!(
        reader.answer.status,
        StatusCode::OK,
        "{}",
        reader.answer.body
    );
    let said = desk
        .app
        .texts("SELECT text FROM comment WHERE shadowed = 1 ORDER BY id")
        .await;
    assert_eq!(said, ["Buy", "Buy more"]);
    assert_eq!(desk.app.list("page=/a").await.total, 1);
}
