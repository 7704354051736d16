//! What readers do whose browsers run no scripts.

use reqwest::StatusCode;

use crate::app::TestApp;
use crate::reader::Reader;

const PAGE: &str = "/thread?page=%2Fa&title=On+slow+news&url=http%3A%2F%2Flocalhost%2Fa";

#[tokio::test]
async fn a_reader_posts_edits_and_deletes() {
    let app = TestApp::start().await;
    let mut reader = Reader::opens(&app, PAGE).await;
    assert_eq!(reader.read("h1"), "On slow news");
    assert_eq!(
        reader.read(".notice-empty"),
        "No comments yet. Be the first to say something."
    );

    // Writes, and looks at it before it is posted.
    reader
        .types("text", "> calm\n\nAnd *late*. 💪🇺🇦")
        .types("author", "Ada");
    reader.presses("Preview").await;
    assert_eq!(reader.answer.status, StatusCode::OK);
    assert_eq!(reader.read(".composer-preview em"), "late");
    assert_eq!(reader.value("textarea"), "> calm\n\nAnd *late*. 💪🇺🇦");
    assert_eq!(reader.value("[name=author]"), "Ada");
    reader.presses("Preview").await;
    assert_eq!(reader.reads(".composer-preview"), [""; 0]);
    reader.presses("Post comment").await;
    assert_eq!(reader.answer.status, StatusCode::OK);
    assert!(
        reader
            .read("[role=status].receipt")
            .starts_with("Your comment has been posted.")
    );
    let id = app.list("page=/a").await.branches[0].root.id.clone();
    assert_eq!(
        reader.url.fragment(),
        Some(format!("comment-{id}").as_str())
    );
    assert_eq!(reader.read(".comment-author"), "Ada");
    assert_eq!(app.show(&id).await.text, "> calm\n\nAnd *late*. 💪🇺🇦");
    assert_eq!(reader.value("textarea"), "");

    // The link opens it, later and elsewhere.
    let link = reader.attribute("a.kept", "href").unwrap();
    let link = reader.url.join(&link).unwrap();
    let path = &link[url::Position::BeforePath..url::Position::AfterQuery];
    app.passes(600);
    let mut reader = Reader::opens(&app, path).await;
    assert_eq!(reader.answer.header("cache-control"), "no-store");
    assert_eq!(reader.read(".comment-mark"), "you");
    reader.presses("Edit").await;
    assert_eq!(reader.value("textarea"), "> calm\n\nAnd *late*. 💪🇺🇦");
    reader.types("text", "And **early**.");
    reader.presses("Preview").await;
    assert_eq!(reader.read(".composer-preview strong"), "early");
    reader.presses("Save changes").await;
    assert_eq!(
        reader.read("[role=status]"),
        "Your changes have been saved."
    );
    assert_eq!(reader.read(".comment-body"), "And early.");
    assert_eq!(reader.reads(".comment-mark"), ["you", "edited"]);

    // Changes their mind about deleting, and changes it again.
    reader.presses("Delete").await;
    assert_eq!(
        reader.read(".confirm span"),
        "Delete this comment for good?"
    );
    reader.presses("Keep it").await;
    assert_eq!(reader.reads(".confirm"), [""; 0]);
    reader.presses("Delete").await;
    reader.presses_of(".confirm button", "Delete").await;
    assert_eq!(
        reader.read("[role=status].notice"),
        "Your comment has been deleted."
    );
    assert_eq!(app.list("page=/a").await.total, 0);
    assert_eq!(
        reader.attribute("link[rel=canonical]", "href").as_deref(),
        Some("http://localhost/a")
    );
}

#[tokio::test]
async fn a_reader_answers() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "root").await.comment;
    let reply = app.answers("/a", &root.id, "reply").await.comment;
    let mut reader = Reader::opens(&app, PAGE).await;
    let to_reply = format!("#comment-{} .text-button", reply.id);
    reader.presses_of(&to_reply, "Reply").await;
    // What it answers is there, and nothing else.
    assert_eq!(reader.reads(".comment-body"), ["root", "reply"]);
    assert_eq!(reader.read("title"), "Reply – Comments");
    assert_eq!(
        reader.attribute("[name=robots]", "content").as_deref(),
        Some("noindex")
    );
    assert_eq!(reader.reads("script"), [""; 0]);
    reader.types("text", "and so on");
    reader.presses("Post reply").await;
    assert!(
        reader
            .read("[role=status].receipt")
            .starts_with("Your comment has been posted.")
    );
    let list = app.list("page=/a").await;
    let posted = list.branches[0].replies.last().unwrap();
    assert_eq!(posted.parent.as_ref(), Some(&reply.id));
    assert_eq!(posted.html, "<p>and so on</p>\n");

    reader.presses_of(&to_reply, "Reply").await;
    reader.presses("Cancel").await;
    assert_eq!(reader.reads("textarea"), [""; 0]);
    reader.follows("All comments").await;
    assert_eq!(reader.reads(".comment-body").len(), 3);
}
