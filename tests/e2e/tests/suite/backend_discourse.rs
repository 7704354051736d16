//! A topic of a Discourse forum: read here, answered there.

use afterword_e2e::{Page, Replay, Site, Story};
use anyhow::{Context, Result, ensure};
use serde_json::json;

/// A page whose comments are the posts of that topic.
fn article(story: &Story, files: &Site, topic: &str) -> String {
    let attributes = format!("data-backend=discourse data-sort=oldest data-topic={topic}");
    story.page("/article", &Page::new().script(&files.url(""), &attributes))
}

pub(crate) async fn a_topic_in_two_chunks(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let server = Replay::start(include_str!("../../replays/discourse.http"), &[]).await?;
    let forum = server.url();
    let reader = story.reader().await?;
    let url = article(story, &files, &format!("{forum}/t/slow-news/5/2"));
    let shown = reader.reads(&url).await?;
    let authors: Vec<_> = shown.comments.iter().map(|it| it.author.as_str()).collect();
    ensure!(authors == ["Bob", "ada", "Dan"], "{shown:#?}");
    ensure!(shown.title == "3 comments", "{shown:#?}");
    let depths: Vec<_> = shown.comments.iter().map(|it| it.depth).collect();
    ensure!(depths == [0, 1, 0], "{shown:#?}");
    let bob = shown.comment("Indeed").context("Bob's")?;
    ensure!(
        bob.text
            .starts_with("ada:The article itself.Indeed, @ada :smile:"),
        "{bob:#?}"
    );
    for gone in ["<img", "<svg", "1920", "Words that repeat", "javascript:"] {
        ensure!(!bob.html.contains(gone), "{gone} {bob:#?}");
    }
    for there in [
        "<blockquote><p><strong>ada:</strong></p>",
        "class=\"language-rust\"",
        "<span class=\"spoiler\" ",
        "<strong>More</strong>",
    ] {
        ensure!(bob.html.contains(there), "{there} {bob:#?}");
    }
    let links = "return [...article('Indeed').querySelectorAll('.comment-body a[href]')]\
         .map((it) => it.textContent + ' ' + it.getAttribute('href'));";
    let links: Vec<String> = reader.ask(links, json!(null)).await?;
    ensure!(
        links
            == [
                format!("@ada {forum}/u/ada"),
                format!("🖼 A slow clock {forum}/uploads/default/original/1X/clock.jpeg"),
                "The late news https://news.example/late".to_owned(),
            ],
        "{links:#?}"
    );
    let covered = "return [...article('Indeed').querySelectorAll('.spoiler')]\
         .map((it) => it.textContent);";
    let covered: Vec<String> = reader.ask(covered, json!(null)).await?;
    ensure!(covered == ["the door", "The postman."], "{covered:#?}");
    ensure!(bob.marks.iter().any(|it| it == "edited"), "{bob:#?}");
    let vote = "return article('Indeed').querySelector('.vote').ariaLabel == 'Vote up, 4 votes';";
    reader.finds("a count of likes", vote).await?;
    let host = forum.trim_start_matches("http://");
    let answer = format!("Answer on {host}");
    ensure!(shown.notices.contains(&answer), "{shown:#?}");
    ensure!(bob.buttons.contains(&answer), "{bob:#?}");
    server.is_told()
}

pub(crate) async fn a_closed_topic_that_breaks_off(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let recording = r##"@cors allow-origin=*

### the topic
GET /forum/t/7.json

HTTP/1.1 200

{ "post_stream": { "posts": [{ "id": 2, "post_number": 2, "post_type": 1, "username": "bob", "created_at": "2026-11-20T09:00:00.000Z", "cooked": "<p>The last word.</p>" }], "stream": [2, 3] }, "closed": true }

### the rest
GET /forum/t/7/posts.json?post_ids[]=3

HTTP/1.1 429

{ "errors": ["slow down"], "error_type": "rate_limit", "extras": { "wait_seconds": 7 } }

### for members alone *
GET /forum/t/8.json

HTTP/1.1 403

{ "errors": ["You are not permitted to view the requested resource."], "error_type": "invalid_access" }

### too often *
GET /forum/t/9.json

HTTP/1.1 429

{ "errors": ["slow down"], "error_type": "rate_limit", "extras": { "wait_seconds": 7 } }
"##;
    let server = Replay::start(recording, &[]).await?;
    let topic = |id: u32| article(story, &files, &format!("{}/forum/t/-/{id}", server.url()));
    let reader = story.reader().await?;
    let shown = reader.reads(&topic(7)).await?;
    let comment = shown.comment("The last word").context("Bob's")?;
    // Nobody is led to where nothing is taken any more.
    ensure!(comment.buttons.is_empty(), "{comment:#?}");
    ensure!(
        shown.notices
            == [
                "No more comments are taken here.",
                "Some comments could not be shown."
            ],
        "{shown:#?}"
    );
    server.is_told()?;
    reader.goes_to(&topic(8)).await?;
    reader
        .sees("The comment server refused with the code 403.")
        .await?;
    reader.goes_to(&topic(9)).await?;
    reader.sees("Try again in 7 seconds.").await?;
    Ok(())
}
