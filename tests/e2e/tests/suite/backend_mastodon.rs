//! A thread on Mastodon: read here, answered there.

use afterword_e2e::{Page, Replay, Site, Story};
use anyhow::{Context, Result, ensure};

const POST: &str = "/@ada/103189026958574542";

/// A page whose comments are the answers to that post.
fn article(story: &Story, files: &Site, attributes: &str) -> String {
    let attributes = format!("data-backend=mastodon data-sort=oldest {attributes}");
    story.page("/article", &Page::new().script(&files.url(""), &attributes))
}

pub(crate) async fn a_thread_with_all_that_a_post_can_hold(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let server = Replay::start(include_str!("../../replays/mastodon.http"), &[]).await?;
    let status = format!("data-status={}{POST}", server.url());
    let reader = story.reader().await?;
    let shown = reader.reads(&article(story, &files, &status)).await?;
    let authors: Vec<_> = shown.comments.iter().map(|it| it.author.as_str()).collect();
    ensure!(
        authors == ["Bob <b>& co</b>", "ada", "Dan", "Eve"],
        "{shown:#?}"
    );
    let bob = shown.comment("A calm read").context("bob's")?;
    // Shortened as it is meant, with the emoji in words; and of the rest what a comment may hold.
    let link = r#"<a href="https://news.example/archive/2026/11/slow""#;
    ensure!(bob.html.contains(link), "{bob:#?}");
    ensure!(
        bob.text
            .contains("A calm read :blobcat: news.example/archive…"),
        "{bob:#?}"
    );
    let tag = format!(r#"<a href="{}/tags/slow""#, server.url());
    ensure!(bob.html.contains(&tag), "{bob:#?}");
    ensure!(bob.text.contains("10:30:20 🖼 a cat"), "{bob:#?}");
    for gone in ["<img", "<svg", "<form", "<input", "<script"] {
        ensure!(!bob.html.contains(gone), "{bob:#?}");
    }
    ensure!(bob.marks.iter().any(|it| it == "edited"), "{bob:#?}");
    ensure!(
        bob.buttons.iter().any(|it| it == "Answer on other.example"),
        "{bob:#?}"
    );
    ensure!(!bob.buttons.iter().any(|it| it == "Reply"), "{bob:#?}");
    // What it warns of is covered, but not that it does.
    let ada = shown.comment("The ending").context("ada's")?;
    ensure!(ada.depth == 1, "{ada:#?}");
    let covered = "return [...article('The ending').querySelectorAll('.spoiler')]\
        .map((it) => it.textContent);";
    let covered: Vec<String> = reader.ask(covered, serde_json::json!(null)).await?;
    ensure!(
        covered
            == [
                "It was the postman.",
                "really",
                "🖼 The postman on his bicycle"
            ],
        "{covered:#?}"
    );
    // An image that may be too much is covered, the words are not; and what is voted on is told.
    let dan = shown.comment("How late is yours?").context("dan's")?;
    ensure!(dan.text.contains("A day: 75%"), "{dan:#?}");
    ensure!(dan.text.contains("A <week>: 25%"), "{dan:#?}");
    let covered = "return article('How late').querySelector('.spoiler').textContent;";
    let covered: String = reader.ask(covered, serde_json::json!(null)).await?;
    ensure!(covered == "🎞 clock.mp4", "{covered}");
    let links = "return [...root.querySelectorAll('.comment a[href^=\"javascript\"]')].length;";
    ensure!(reader.ask::<u32>(links, serde_json::json!(null)).await? == 0);
    reader.finds_no_barrier().await?;
    // What isn't for everybody isn't shown, and that something is missing is told.
    ensure!(shown.comment("Between us").is_none(), "{shown:#?}");
    ensure!(shown.title == "4 comments", "{shown:#?}");
    ensure!(
        shown
            .notices
            .iter()
            .any(|it| it == "Answer on social.example")
            && shown
                .notices
                .iter()
                .any(|it| it == "Some comments could not be shown."),
        "{shown:#?}"
    );
    server.is_told()
}

pub(crate) async fn by_id_and_in_another_order(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let server = Replay::start(include_str!("../../replays/mastodon.http"), &[]).await?;
    let api = format!("data-api={} data-status=103189026958574542", server.url());
    let reader = story.reader().await?;
    reader.reads(&article(story, &files, &api)).await?;
    // Counted, and not to be pressed: one votes there.
    let vote = "const vote = article('A calm read').querySelector('.vote');\
        return vote.disabled && vote.ariaLabel == 'Vote up, 5 votes';";
    reader.finds("a count of votes", vote).await?;
    server.is_told()
}

pub(crate) async fn says_what_is_wrong_with_it(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let reader = story.reader().await?;
    let page = |attributes: &str| article(story, &files, attributes);
    let limited = "@cors allow-origin=* expose=X-RateLimit-Reset\n\n\
        ### too much *\nGET /api/v1/statuses/1\n\nHTTP/1.1 429\n\
        x-ratelimit-reset: 2126-11-20T08:00:00.000Z\n\n{\"error\":\"Too many requests\"}\n\n\
        ### and again *\nGET /api/v1/statuses/1/context\n\nHTTP/1.1 429\n\
        x-ratelimit-reset: 2126-11-20T08:00:00.000Z\n\n{\"error\":\"Too many requests\"}\n\n\
        ### gone *\nGET /api/v1/statuses/2\n\nHTTP/1.1 404\n\n{\"error\":\"Record not found\"}\n\n\
        ### gone with all *\nGET /api/v1/statuses/2/context\n\nHTTP/1.1 404\n\n{\"error\":\"Record not found\"}\n\n\
        ### for its people alone *\nGET /api/v1/statuses/3\n\nHTTP/1.1 401\n\n{\"error\":\"This API requires an authenticated user\"}\n\n\
        ### for them *\nGET /api/v1/statuses/3/context\n\nHTTP/1.1 401\n\n{}\n";
    let server = Replay::start(limited, &[]).await?;
    for (id, sentence) in [
        ("1", "That was a lot in a short time."),
        ("2", "The comment server refused with the code 404."),
        ("3", "The comment server refused with the code 401."),
    ] {
        let status = format!("data-status={}/@ada/{id}", server.url());
        reader.goes_to(&page(&status)).await?;
        reader.sees(sentence).await?;
    }
    reader.goes_to(&page("data-status=ada")).await?;
    reader.sees("The comments could not be loaded.").await?;
    Ok(())
}
