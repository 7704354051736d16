//! WordPress, by recorded exchanges.

use afterword_e2e::{Page, Replay, Site, Story};
use anyhow::{Result, ensure};

use crate::common::{introduces_themselves, now};

const WHO: [(&str, &str); 2] = [("author", "Ada"), ("email", "ada@example.org")];

pub(crate) async fn where_everybody_may_comment(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let local = now()?.replace('Z', "");
    let recording = include_str!("../../replays/wordpress.http");
    let server = Replay::start(recording, &[("local", &local)]).await?;
    let attributes = format!("data-backend=wordpress data-api={}", server.url());
    let page = Page::new().script(&files.url(""), &attributes);
    let url = story.page("/2026/hello-world/", &page);
    let reader = story.reader().await?;
    let shown = reader.opens(&url).await?;
    let orphan = shown.comment("A nested reply");
    ensure!(
        shown.comments.len() == 3 && orphan.is_some_and(|it| it.author == "x & \u{201c}q\u{201d}"),
        "{shown:#?}"
    );
    introduces_themselves(&reader, &WHO).await?;
    reader.writes("2 < 3, https://example.org").await?;
    reader.posts().await?;
    let own = reader.sees_comment("2 < 3").await?;
    ensure!(own.is("pending"), "{own:#?}");
    reader.clicks_at("An old answer", "Reply").await?;
    reader
        .writes_into(Some("An old answer"), "An answer.")
        .await?;
    reader.submits("An old answer").await?;
    let sentence = "That was a lot in a short time. Try again in 15 seconds.";
    reader
        .waits("the sentence", |shown| {
            shown.errors.iter().any(|it| it.starts_with(sentence))
        })
        .await?;
    reader.clicks("Try again").await?;
    reader.sees_comment("An answer.").await?;
    reader.writes("Again.").await?;
    reader.posts().await?;
    let sentence = "This has been said here before, in the same words.";
    reader
        .waits("the sentence", |shown| {
            shown.errors.iter().any(|it| it.starts_with(sentence))
        })
        .await?;
    server.is_told()
}

pub(crate) async fn where_only_accounts_may(story: &Story) -> Result<()> {
    story.expects_error("Afterword: this WordPress takes comments");
    let files = Site::with_widget().await?;
    let recording = include_str!("../../replays/wordpress_barred.http");
    let server = Replay::start(recording, &[]).await?;
    let attributes = format!(
        "data-backend=wordpress data-post-id=1 data-api={}",
        server.url()
    );
    let url = story.page("/article", &Page::new().script(&files.url(""), &attributes));
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    introduces_themselves(&reader, &WHO).await?;
    reader.writes("Hello").await?;
    reader.posts().await?;
    let sentence = "Only people who have signed in can do that here.";
    reader
        .waits("the sentence", |shown| {
            shown.errors.iter().any(|it| it.starts_with(sentence))
        })
        .await?;
    reader.clicks("Discard").await?;
    // From then on nobody is led there.
    reader.driver().refresh().await?;
    let shown = reader
        .waits("the thread", |shown| shown.comments.len() == 1)
        .await?;
    ensure!(shown.draft.is_none(), "{shown:#?}");
    reader
        .sees("be posted from this page yet. If the site is yours")
        .await?;
    server.is_told()
}
