//! What readers do beside reading and writing: for docs/features.md.

use std::path::Path;

use afterword_e2e::{Preferences, Reader, Server, Story};
use anyhow::Result;
use serde_json::json;

use super::{goes_to_the_demo, keep};

const ESCAPE: &str = "\u{e00c}";

/// Brings into view what a script finds, as near to the middle as may be.
async fn shows(reader: &Reader, script: &str) -> Result<()> {
    let script = format!(
        "const it = (() => {{ {script} }})();
         it.scrollIntoView({{ block: 'center', behavior: 'instant' }});
         requestAnimationFrame(() => requestAnimationFrame(() => done(true)));"
    );
    reader.ask_async::<bool>(&script, json!(null)).await?;
    Ok(())
}

/// Chooses from the menu of the first comment.
async fn chooses(reader: &Reader, item: &str) -> Result<()> {
    let more = "return root.querySelector('article .comment-more');";
    reader.clicks_on("the menu", more, json!(null)).await?;
    let found = "return all('[role=menuitem]').find((it) => say(it) === argument);";
    reader.clicks_on(item, found, json!(item)).await
}

/// The pictures of docs/features.md.
pub(super) async fn for_the_features(
    story: &Story,
    server: &mut Server,
    preferences: Preferences,
    folder: &Path,
) -> Result<()> {
    let reader = story.reader_with(preferences).await?;
    reader.has_window(560, 640).await?;
    goes_to_the_demo(&reader, server, "").await?;
    reader.has_the_program().await?;

    // What others write meanwhile, and what of it is new.
    for (author, text) in [
        (
            "Noor",
            "The baker leaves the one above the door on. For the cats.",
        ),
        ("Tomas", "And the harbour the green one."),
    ] {
        server.has_comment("/", Some(author), text, None).await?;
    }
    reader.sees("2 new comments").await?;
    shows(&reader, "return root.querySelector('.news');").await?;
    keep(&reader, &folder.join("feature-live.png")).await?;
    reader.clicks("2 new comments").await?;
    reader.sees_comment("For the cats.").await?;
    shows(&reader, "return article('For the cats.');").await?;
    keep(&reader, &folder.join("feature-unread.png")).await?;

    // A branch in one line.
    let line = "return root.querySelector('.branch:has(.replies .replies) .fold');";
    reader
        .clicks_on("a branch's line", line, json!(null))
        .await?;
    let folded = "return root.querySelector('.fold[aria-expanded=false]');";
    shows(&reader, folded).await?;
    keep(&reader, &folder.join("feature-fold.png")).await?;

    let dialog = "return !!root.querySelector('dialog[open]');";
    chooses(&reader, "Report…").await?;
    reader.finds("the reasons", dialog).await?;
    keep(&reader, &folder.join("feature-report.png")).await?;
    reader.presses(ESCAPE).await?;

    reader.comments("From my desk.").await?;
    reader.clicks("Use on another device").await?;
    reader.clicks("Get a code").await?;
    reader
        .finds("the code", "return !!root.querySelector('.code');")
        .await?;
    keep(&reader, &folder.join("feature-transfer.png")).await?;
    reader.presses(ESCAPE).await?;

    reader.writes("A thought that is not done yet").await?;
    reader.clicks_at("For the cats.", "Reply").await?;
    reader
        .writes_into(Some("For the cats."), "Which cats? I have never")
        .await?;
    reader.clicks("2 drafts").await?;
    reader.finds("the drafts", dialog).await?;
    keep(&reader, &folder.join("feature-drafts.png")).await?;
    reader.presses(ESCAPE).await?;

    // Without a connection.
    server.pause();
    let offline =
        "Object.defineProperty(navigator, 'onLine', { configurable: true, value: false });
        dispatchEvent(new Event('offline'));";
    reader.run(offline, json!(null)).await?;
    reader.writes("From the tunnel.").await?;
    server.kill();
    reader.posts().await?;
    reader
        .sees("This is sent by itself as soon as the connection is back.")
        .await?;
    shows(&reader, "return article('From the tunnel.');").await?;
    keep(&reader, &folder.join("feature-outbox.png")).await?;
    server.start_again()
}
