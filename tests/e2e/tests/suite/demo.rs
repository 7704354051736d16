//! The demo article, as `cargo xtask demo` serves it.

use afterword_e2e::{Preferences, Server, Story};
use anyhow::{Context, Result, ensure};
use serde_json::json;

pub(crate) async fn an_article_with_comments_of_every_kind(story: &Story) -> Result<()> {
    let server = Server::demo()?;
    let reader = story.reader().await?;
    reader.goes_to(&server.url()).await?;
    reader.run("host.scrollIntoView();", json!(null)).await?;
    let shown = reader.waits_for_the_thread().await?;
    ensure!(
        shown.title == "16 comments" && shown.comments.len() == 16,
        "{shown:#?}"
    );
    reader
        .finds(
            "a quotation, two paragraphs, code, a list, a link, and another script",
            "const has = (selector) => !!root.querySelector(`.comment-body ${selector}`);
             return ['blockquote', 'p + p', 'pre > code', 'ol > li', 'a'].every(has)
                 && /[\\u0600-\\u06ff]{3}/.test(root.textContent);",
        )
        .await?;
    shown.comment("💪🇺🇦👊🏽").context("no emoji")?;
    shown.comment("👩‍👩‍👧").context("no joined emoji")?;
    ensure!(
        shown.comments.iter().any(|it| it.depth >= 2),
        "no reply to a reply: {shown:#?}"
    );
    // What the newcomer does first.
    reader.comments("Hello from a newcomer.").await?;
    reader.answers("Hello from", "And welcome.").await?;
    reader.deletes("And welcome.").await?;
    reader.hears("Your comment has been deleted.").await?;
    reader.finds_no_barrier_on_the_page().await
}

pub(crate) async fn without_a_server_and_in_the_dark(story: &Story) -> Result<()> {
    let server = Server::demo()?;
    let dark = Preferences {
        dark: true,
        ..Preferences::default()
    };
    let reader = story.reader_with(dark).await?;
    reader
        .goes_to(&format!("{}/?backend=local", server.url()))
        .await?;
    reader.run("host.scrollIntoView();", json!(null)).await?;
    let shown = reader.waits_for_the_thread().await?;
    ensure!(shown.comments.is_empty(), "{shown:#?}");
    reader
        .sees("These comments are kept in this browser alone: nobody else sees them.")
        .await?;
    reader.comments("To myself.").await?;
    ensure!(server.thread("/").await?.total == 16);
    reader.finds_no_barrier_on_the_page().await
}
