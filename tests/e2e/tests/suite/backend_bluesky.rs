//! A thread on Bluesky: read here, answered there.

use afterword_e2e::{Page, Replay, Site, Story};
use anyhow::{Context, Result, ensure};
use serde_json::json;

/// A page whose comments are the answers to that post.
fn article(story: &Story, files: &Site, server: &Replay, post: &str) -> String {
    let attributes = format!(
        "data-backend=bluesky data-sort=oldest data-api={} data-post={post}",
        server.url()
    );
    story.page("/article", &Page::new().script(&files.url(""), &attributes))
}

pub(crate) async fn a_thread_with_its_links_and_labels(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let server = Replay::start(include_str!("../../replays/bluesky.http"), &[]).await?;
    let post = "https://bsky.app/profile/ada.example/post/3kroot";
    let reader = story.reader().await?;
    let url = article(story, &files, &server, post);
    let shown = reader.reads(&url).await?;
    let authors: Vec<_> = shown.comments.iter().map(|it| it.author.as_str()).collect();
    // Bob says that he writes in a hundred years; he was found in 2026.
    ensure!(
        authors == ["Bob", "ada.example", "Dan", "Eve", "Fay"],
        "{shown:#?}"
    );
    let links = |needle: &str| {
        format!(
            "return [...article({needle:?}).querySelectorAll('.comment-body a')]\
             .map((it) => it.textContent + ' ' + it.getAttribute('href'));"
        )
    };
    let bob: Vec<String> = reader.ask(&links("Grüße"), json!(null)).await?;
    ensure!(
        bob == [
            "@ada.example https://bsky.app/profile/did:plc:ada",
            "news.example https://news.example/?a=1&b=\"2\"",
            "#slow https://bsky.app/hashtag/slow",
            "🖼 A late newspaper https://cdn.example/f.jpg",
            "Ada https://bsky.app/profile/did:plc:ada/post/3kold",
        ],
        "{bob:#?}"
    );
    let shown_bob = shown.comment("Grüße").context("Bob's")?;
    ensure!(
        shown_bob
            .text
            .contains("Grüße 👋 @ada.example, see news.example<b>#slow</b>"),
        "{shown_bob:#?}"
    );
    ensure!(shown_bob.text.contains("Soon: slow news"), "{shown_bob:#?}");
    ensure!(shown_bob.html.contains("<p>&lt;b&gt;"), "{shown_bob:#?}");
    ensure!(
        shown_bob.buttons.iter().any(|it| it == "Answer on Bluesky"),
        "{shown_bob:#?}"
    );
    let answer = shown.comment("Thank you").context("ada's")?;
    ensure!(answer.depth == 1, "{answer:#?}");
    let external: Vec<String> = reader.ask(&links("Thank you"), json!(null)).await?;
    ensure!(
        external == ["Where it came from https://example.org/post"],
        "{external:#?}"
    );
    // Who doesn't want to be read without an account isn't; who answers them is.
    let dan = shown.comment("I answer somebody").context("Dan's")?;
    ensure!(dan.depth == 0, "{dan:#?}");
    let video: Vec<String> = reader.ask(&links("I answer"), json!(null)).await?;
    ensure!(
        video == ["🎞 A slow clock https://bsky.app/profile/did:plc:dan/post/3kdan"],
        "{video:#?}"
    );
    let eve = shown.comment("Look at this").context("Eve's")?;
    ensure!(eve.html.contains(r#"class="spoiler""#), "{eve:#?}");
    let fay = shown.comment("No longer labelled").context("Fay's")?;
    ensure!(!fay.html.contains("spoiler"), "{fay:#?}");
    ensure!(
        shown.notices.iter().any(|it| it == "Answer on Bluesky"),
        "{shown:#?}"
    );
    // The thread is one place: it needn't be said of each.
    let chips = "return root.querySelectorAll('.comment-origin').length;";
    ensure!(reader.ask::<u32>(chips, json!(null)).await? == 0);
    reader.sorts_by("top").await?;
    reader
        .waits("the most liked first", |shown| {
            let first = shown.comments.first();
            first.is_some_and(|it| it.author == "Bob")
        })
        .await?;
    server.is_told()
}

pub(crate) async fn says_what_is_wrong_with_it(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let server = Replay::start(include_str!("../../replays/bluesky.http"), &[]).await?;
    let reader = story.reader().await?;
    for (post, sentence) in [
        (
            "at://did:plc:ada/app.bsky.feed.post/3kgone",
            "The comment server refused with the code 404.",
        ),
        (
            "https://bsky.app/profile/ada.example",
            "The comments could not be loaded.",
        ),
    ] {
        let url = article(story, &files, &server, post);
        reader.goes_to(&url).await?;
        reader.sees(sentence).await?;
    }
    Ok(())
}
