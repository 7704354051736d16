//! What an author is told who has posted without a script.

use reqwest::{Method, StatusCode};

use crate::app::{Answer, TestApp};
use crate::reader::Reader;

const PAGE: &str = "/thread?page=%2Fa&title=On+slow+news";

/// Posts, and is where that leads; with the way there.
async fn posts(app: &TestApp) -> (Reader, String) {
    let mut reader = Reader::opens(app, PAGE).await;
    reader.types("text", "x");
    reader.presses("Post comment").await;
    let path = reader.url[url::Position::BeforePath..url::Position::AfterQuery].to_owned();
    (reader, path)
}

#[track_caller]
fn is_shown(reader: &Reader, is_shown: bool) {
    assert_eq!(reader.answer.status, StatusCode::OK);
    assert_eq!(reader.answer.header("cache-control"), "no-store");
    assert_eq!(
        reader.reads("a.kept").len(),
        usize::from(is_shown),
        "{}",
        reader.answer.body
    );
    let told = reader.read("[role=status].receipt");
    assert!(told.starts_with("Your comment has been posted."));
    let already = told.ends_with("The link to edit or delete it has been shown already.");
    assert_eq!(already, !is_shown, "{told}");
}

#[tokio::test]
async fn the_link_is_shown_once() {
    let app = TestApp::start().await;
    let (mut reader, path) = posts(&app).await;
    is_shown(&reader, true);
    let link = reader.read("a.kept");
    let host = app.url("").replace("http://", "");
    assert!(
        link.starts_with(&format!("{host}/thread?page=%2Fa&comment=")),
        "{link}"
    );
    // A connection that broke takes nothing away.
    app.passes(59);
    is_shown(reader.reloads().await, true);
    assert_eq!(reader.read("a.kept"), link);
    app.passes(1);
    is_shown(reader.reloads().await, false);
    assert!(
        !reader.answer.body.contains("token"),
        "{}",
        reader.answer.body
    );
    let app = app.restarted().await;
    is_shown(&Reader::opens(&app, &path).await, false);
    // The link itself goes on.
    let link = link.replace(&host, "");
    let reader = Reader::opens(&app, &link).await;
    assert_eq!(
        reader.reads(".comment-actions > :not(.vote, .react, .reactions)"),
        ["Reply", "Edit", "Delete"]
    );
}

#[tokio::test]
async fn who_only_asks_is_not_shown_it() {
    let app = TestApp::start().await;
    let reader = Reader::opens(&app, PAGE).await;
    let form = reader.form("button", "Post comment").with("text", "x");
    let answer = reader.send(&form).await;
    let location = reader
        .url
        .join("thread/")
        .unwrap()
        .join(answer.header("location"))
        .unwrap();
    let path = &location[url::Position::BeforePath..url::Position::AfterQuery];
    let head = Answer::to(app.request(Method::HEAD, path)).await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    assert_eq!(head.header("cache-control"), "no-store");
    app.passes(3_600);
    is_shown(&Reader::opens(&app, path).await, true);
}

#[tokio::test]
async fn what_is_no_receipt_is_the_thread() {
    let app = TestApp::start().await;
    let (_, path) = posts(&app).await;
    let opens = async |path: &str| {
        let reader = Reader::opens(&app, path).await;
        assert_eq!(reader.answer.status, StatusCode::OK);
        assert_eq!(reader.reads(".receipt, a.kept").len(), 0, "{path}");
    };
    opens(&format!("{PAGE}&receipt=0123456789abcdef")).await;
    opens(&path.replace("page=%2Fa", "page=%2Fb")).await;
    app.passes(24 * 3_600);
    opens(&path).await;
}

#[tokio::test]
async fn of_a_comment_that_is_gone_there_is_none() {
    let app = TestApp::start().await;
    let (mut reader, path) = posts(&app).await;
    let link = reader.attribute("a.kept", "href").unwrap();
    reader.url = reader.url.join(&link).unwrap();
    reader.reloads().await.presses("Delete").await;
    reader.presses_of(".confirm button", "Delete").await;
    let reader = Reader::opens(&app, &path).await;
    assert_eq!(reader.reads(".receipt").len(), 0);
    assert_eq!(reader.read("h2"), "0 comments");
}

#[tokio::test]
async fn a_comment_that_is_not_in_view_has_a_link() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "root").await.comment.id;
    for n in 0..50 {
        app.comments("/a", &n.to_string()).await;
    }
    let mut reader = Reader::opens(&app, &format!("{PAGE}&reply={root}")).await;
    reader.types("text", "far away");
    reader.presses("Post reply").await;
    assert_eq!(reader.reads("a.kept").len(), 1);
    assert!(
        !reader
            .reads(".comment-body")
            .contains(&"far away".to_owned())
    );
    reader.follows("Show the comment").await;
    assert_eq!(reader.reads(".comment-body"), ["root", "far away"]);
    assert_eq!(
        reader.reads(".comment-actions > :not(.vote, .react, .reactions)"),
        ["Reply", "Reply"]
    );
}

#[tokio::test]
async fn the_link_has_the_address_that_the_server_is_reached_at() {
    let app = TestApp::with()
        .set(|settings| settings.public_url = Some("https://a.example/comments/".to_owned()))
        .start()
        .await;
    let (reader, _) = posts(&app).await;
    let link = reader.read("a.kept");
    assert!(
        link.starts_with("https://a.example/comments/thread?page=%2Fa&comment="),
        "{link}"
    );
}
