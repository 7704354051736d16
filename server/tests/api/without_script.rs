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

/// What a button for votes or reactions says, its word and count, and whether it is pressed.
fn pressed(reader: &Reader, selector: &str) -> (String, bool) {
    let label = reader.attribute(selector, "aria-label").unwrap();
    let is_pressed = reader.attribute(selector, "aria-pressed").unwrap();
    (label, is_pressed == "true")
}

const UP: &str = ".vote:not(.is-down)";
const DOWN: &str = ".vote.is-down";

#[tokio::test]
async fn a_reader_votes_once_and_changes_it() {
    let app = TestApp::start().await;
    let id = app.comments("/a", "x").await.comment.id;
    let votes = async || {
        let comment = app.show(&id).await.comment;
        (comment.up, comment.down)
    };
    for _ in 0..2 {
        let mut reader = Reader::opens(&app, PAGE).await;
        reader.presses_of(UP, "").await;
        assert_eq!(reader.answer.status, StatusCode::OK);
        assert_eq!(reader.answer.header("cache-control"), "no-store");
        let anchor = format!("comment-{id}");
        assert_eq!(reader.url.fragment(), Some(anchor.as_str()));
        assert_eq!(pressed(&reader, UP), ("Vote up, 1 vote".to_owned(), true));
        assert_eq!(votes().await, (1, 0));
    }
    // On the comment's page they know what they think of it.
    let path = format!("/thread?comment={id}");
    let mut reader = Reader::opens(&app, &path).await;
    reader.presses_of(DOWN, "").await;
    assert_eq!(pressed(&reader, UP), ("Vote up, 0 votes".to_owned(), false));
    let down = ("Vote down, 1 vote".to_owned(), true);
    assert_eq!(pressed(&reader, DOWN), down);
    assert_eq!(votes().await, (0, 1));
    reader.presses_of(DOWN, "").await;
    assert_eq!(votes().await, (0, 0));
    assert_eq!(reader.answer.header("cache-control"), "no-cache");
    // All reactions are there, and those that were given stay beside the vote.
    reader.presses_of(".reaction[value=😂]", "").await;
    reader.presses_of(UP, "").await;
    reader.presses_of(".reaction[value=❤️]", "").await;
    reader.presses_of(".reaction[value=😂]", "").await;
    let comment = app.show(&id).await.comment;
    assert_eq!((comment.up, comment.reactions.len()), (1, 1));
    assert_eq!(
        pressed(&reader, ".reaction[value=❤️]"),
        ("❤️ 1".to_owned(), true)
    );
    assert_eq!(
        pressed(&reader, ".reaction[value=😂]"),
        ("😂".to_owned(), false)
    );
}

#[tokio::test]
async fn readers_behind_one_address_have_their_own_browsers() {
    let app = TestApp::start().await;
    let id = app.comments("/a", "x").await.comment.id;
    let votes = async |browser: &str| {
        let headers = [("user-agent".parse().unwrap(), browser.parse().unwrap())];
        let headers = headers.into_iter().collect();
        let mut reader = Reader::opens_as(&app, PAGE, headers).await;
        reader.presses_of(UP, "").await;
        app.show(&id).await.comment.up
    };
    assert_eq!(votes("a").await, 1);
    assert_eq!(votes("b").await, 2);
    // Who says to be another one each time is counted ten times at most.
    for browser in ["c", "d", "e", "f", "g", "h", "i", "j", "k", "l"] {
        votes(browser).await;
    }
    assert_eq!(votes("a").await, 10);
}

#[tokio::test]
async fn a_reader_reacts_to_the_article() {
    let app = TestApp::start().await;
    let mut reader = Reader::opens(&app, PAGE).await;
    let laughs = ".thread > .reactions [value=😂]";
    for _ in 0..2 {
        reader.presses_of(laughs, "").await;
        assert_eq!(reader.read("h1"), "On slow news");
        assert_eq!(pressed(&reader, laughs), ("😂 1".to_owned(), true));
        assert_eq!(reader.answer.header("cache-control"), "no-store");
        assert_eq!(reader.reads("script[src]").len(), 0);
        reader = Reader::opens(&app, PAGE).await;
        assert_eq!(pressed(&reader, laughs), ("😂 1".to_owned(), false));
    }
    reader.presses_of(laughs, "").await;
    reader.presses_of(laughs, "").await;
    assert_eq!(pressed(&reader, laughs), ("😂".to_owned(), false));
    assert_eq!(app.list("page=/a").await.reactions[1].count, 0);
}

#[tokio::test]
async fn nobody_votes_for_another() {
    let app = TestApp::start().await;
    let id = app.comments("/a", "x").await.comment.id;
    let mut reader = Reader::opens(&app, PAGE).await;
    let evil = "https://evil.example".parse().unwrap();
    reader.headers.insert("origin", evil);
    reader.presses_of(UP, "").await;
    assert_eq!(reader.answer.status, StatusCode::FORBIDDEN);
    assert_eq!(
        reader.read("[role=alert]"),
        "This came from a page that may not send it for you. If you meant it, check it and press the button."
    );
    assert_eq!(app.show(&id).await.comment.up, 0);
    reader.headers.remove("origin");
    reader.presses_of(UP, "").await;
    assert_eq!(app.show(&id).await.comment.up, 1);
    // Nor about nothing, or what the site doesn't take.
    let form = reader.form(DOWN, "");
    let sends = async |reader: &Reader, name: &str, value: &str| {
        let mut form = reader.form(DOWN, "");
        form.fields = vec![(name.to_owned(), value.to_owned())];
        reader.send(&form).await.status
    };
    for (name, value) in [
        ("add", "sideways"),
        ("add", ""),
        ("x", "up"),
        ("remove", ""),
    ] {
        assert_eq!(sends(&reader, name, value).await, StatusCode::BAD_REQUEST);
    }
    assert_eq!(
        sends(&reader, "remove", "sideways").await,
        StatusCode::SEE_OTHER
    );
    let mut gone = form;
    gone.url
        .set_path("/thread/comments/01M86938005Y0QF8ZJ3TKR4E01/thoughts");
    assert_eq!(reader.send(&gone).await.status, StatusCode::NOT_FOUND);
    gone.url.set_path("/thread/comments/%ff/thoughts");
    assert!(reader.send(&gone).await.status.is_client_error());
    assert_eq!(app.show(&id).await.comment.up, 1);
}

#[tokio::test]
async fn the_owner_says_what_there_is_to_press() {
    let app = TestApp::with()
        .set(|settings| {
            settings.votes = Some("none".to_owned());
            settings.reactions = Some(Vec::new());
        })
        .start()
        .await;
    let id = app.comments("/a", "x").await.comment.id;
    for path in [PAGE.to_owned(), format!("/thread?comment={id}")] {
        let reader = Reader::opens(&app, &path).await;
        assert_eq!(reader.reads(".vote, .react, .reaction").len(), 0);
    }
}
