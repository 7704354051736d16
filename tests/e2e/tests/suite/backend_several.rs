//! Answers from Mastodon and Bluesky among the comments of a thread.

use afterword_e2e::{Page, Reader, Replay, Shown, Site, Story};
use anyhow::{Context, Result, ensure};
use serde_json::json;

const FIRST: &str = "The first of ours.";
const SECOND: &str = "The second of ours.";
const LATER: &str = "Of the future.";
const EARLIER: &str = "Of long ago.";
const BELOW: &str = "Answered there.";

async fn mastodon() -> Result<Replay> {
    Replay::start(include_str!("../../replays/several.http"), &[]).await
}

fn words(shown: &Shown) -> Vec<&str> {
    shown.comments.iter().map(|it| it.text.as_str()).collect()
}

async fn sees_in_order(reader: &Reader, all: &[&str]) -> Result<Shown> {
    reader
        .waits(&format!("{all:?}"), |shown| words(shown) == all)
        .await
}

/// Two comments on an article of that server.
async fn there_are_two(story: &Story, reader: &Reader, server: &str) -> Result<()> {
    reader.opens(&story.article("/article", server, "")).await?;
    reader.comments(FIRST).await?;
    reader.comments(SECOND).await?;
    Ok(())
}

pub(crate) async fn answers_from_elsewhere_among_the_comments(story: &Story) -> Result<()> {
    let server = story.server()?;
    let elsewhere = mastodon().await?;
    let author = story.reader().await?;
    there_are_two(story, &author, &server.url()).await?;
    let replies = format!("data-replies={}/@ada/7 data-hydrate=idle", elsewhere.url());
    let url = story.article("/article", &server.url(), &replies);
    // The thread's own stand there at once, in HTML, and the others come.
    let reader = story.reader().await?;
    reader.goes_to(&url).await?;
    let shown = sees_in_order(&reader, &[LATER, SECOND, FIRST, EARLIER, BELOW]).await?;
    ensure!(shown.title == "5 comments", "{shown:#?}");
    ensure!(shown.notices.is_empty(), "{shown:#?}");
    let guest = shown.comment(EARLIER).context("Bob's")?;
    ensure!(
        guest.author == "Bob" && guest.buttons == ["Answer on social.example"],
        "{guest:#?}"
    );
    let below = shown.comment(BELOW).context("Ada's")?;
    ensure!(below.depth == 1, "{below:#?}");
    let ours = shown.comment(FIRST).context("ours")?;
    ensure!(ours.buttons.iter().any(|it| it == "Reply"), "{ours:#?}");
    // Marked as what they are; and nobody is asked to vote here, or to report what isn't here.
    let marks = "return [...root.querySelectorAll('.comment-origin')].map((it) => it.textContent);";
    let marks: Vec<String> = reader.ask(marks, json!(null)).await?;
    ensure!(marks == ["social.example"; 3], "{marks:#?}");
    let votes = format!(
        "const votes = (words) => [...article(words).querySelectorAll('.vote')];\
         return votes('{EARLIER}').map((it) => it.ariaLabel + it.disabled).join() \
             == 'Vote up, 5 votestrue' && votes('{FIRST}').every((it) => !it.disabled);"
    );
    reader.finds("votes", &votes).await?;
    reader.finds_no_barrier().await?;
    let menu = format!("return article('{EARLIER}').querySelector('.comment-more');");
    reader.clicks_on("the menu", &menu, json!(null)).await?;
    let items = "const items = [...root.querySelectorAll('.menu-item')];\
        return items.length && items.map((it) => it.textContent).join() == 'Copy link,Mute Bob';";
    reader.finds("the menu's items", items).await?;
    reader.presses("\u{e00c}").await?;
    // What one posts oneself stands first, as ever, and is counted.
    reader.comments("One more.").await?;
    let shown = sees_in_order(
        &reader,
        &["One more.", LATER, SECOND, FIRST, EARLIER, BELOW],
    )
    .await?;
    ensure!(shown.title == "6 comments", "{shown:#?}");
    // A link leads to one of them.
    let id = shown.comment(BELOW).context("Ada's")?.id.clone();
    reader.goes_to("about:blank").await?;
    reader.goes_to(&format!("{url}#comment-{id}")).await?;
    reader
        .waits("the comment that is linked to", |shown| {
            shown.comment(BELOW).is_some_and(|it| it.is("target"))
        })
        .await?;
    elsewhere.is_told()
}

pub(crate) async fn in_portions_and_in_another_order(story: &Story) -> Result<()> {
    let server = story.server()?;
    let elsewhere = mastodon().await?;
    let author = story.reader().await?;
    there_are_two(story, &author, &server.url()).await?;
    let replies = format!(
        "data-replies={}/@ada/7 data-page-size=1 data-render=client",
        elsewhere.url()
    );
    let url = story.article("/article", &server.url(), &replies);
    let reader = story.reader().await?;
    reader.goes_to(&url).await?;
    // What is older than what is shown waits for it.
    let shown = sees_in_order(&reader, &[LATER, SECOND]).await?;
    ensure!(shown.title == "5 comments", "{shown:#?}");
    reader.clicks("Show 1 more").await?;
    sees_in_order(&reader, &[LATER, SECOND, FIRST, EARLIER, BELOW]).await?;
    reader.sorts_by("oldest").await?;
    sees_in_order(&reader, &[EARLIER, BELOW, FIRST]).await?;
    reader.sorts_by("top").await?;
    let one = |shown: &Shown| words(shown).len() == 1;
    reader.waits("only ours", one).await?;
    let portion = "return [...root.querySelectorAll('.more .button')].length == 1;";
    reader.finds("the rest", portion).await?;
    Ok(())
}

pub(crate) async fn with_another_backend_and_one_that_fails(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let elsewhere = mastodon().await?;
    let bluesky = Replay::start(include_str!("../../replays/bluesky.http"), &[]).await?;
    let server = elsewhere.url();
    let attributes = format!(
        "data-backend=local data-replies=\"{server}/@ada/7 \
         https://bsky.app/profile/ada.example/post/3kroot {server}/@ada/8\""
    );
    // Bluesky's server, as if it were that one.
    let detour = format!(
        "<script>const far = fetch; window.fetch = (to, how) => \
         far(String(to).replace('https://public.api.bsky.app', '{}'), how);</script>",
        bluesky.url()
    );
    let page = Page::new()
        .head(&detour)
        .script(&files.url(""), &attributes);
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/article", &page)).await?;
    // Each comes when it can, and so does the word of the one that fails.
    let missing = "Some comments could not be shown.";
    let shown = reader
        .waits("all that came", |shown| {
            shown.title == "8 comments" && shown.notices.iter().any(|it| it == missing)
        })
        .await?;
    // In one order of time, wherever they are from.
    let first: Vec<_> = words(&shown).into_iter().take(3).collect();
    ensure!(
        first == [LATER, "No longer labelled.", "Look at this."],
        "{shown:#?}"
    );
    let last: Vec<_> = words(&shown).into_iter().rev().take(2).collect();
    ensure!(last == [BELOW, EARLIER], "{shown:#?}");
    let marks = "return [...new Set([...root.querySelectorAll('.comment-origin')]\
        .map((it) => it.textContent))].sort().join();";
    let marks: String = reader.ask(marks, json!(null)).await?;
    ensure!(marks == "Bluesky,social.example", "{marks}");
    reader.comments("And one of ours.").await?;
    Ok(())
}
