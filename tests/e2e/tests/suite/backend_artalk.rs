//! Artalk, by exchanges as its documents have them.

use afterword_e2e::{Page, Replay, Site, Story};
use anyhow::{Result, ensure};

use crate::common::{introduces_themselves, is_pressed, now};

const ENTER: &str = "\u{e007}";

pub(crate) async fn with_a_picture_to_be_read(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let recording = include_str!("../../replays/artalk.http");
    // Its clock stands elsewhere, and it doesn't say where.
    let there = now()?.replace('T', " ").replace('Z', "");
    let server = Replay::start(recording, &[("there", &there)]).await?;
    let attributes = format!(
        "data-backend=artalk data-site=Blog data-api={}",
        server.url()
    );
    let url = story.page("/article", &Page::new().script(&files.url(""), &attributes));
    let reader = story.reader().await?;
    let shown = reader.opens(&url).await?;
    let words: Vec<_> = shown.comments.iter().map(|it| it.text.as_str()).collect();
    ensure!(
        words == ["The rules", "Hi x", "An old answer"],
        "{shown:#?}"
    );
    ensure!(
        shown.comments[1].author == "<b>Ben</b>" && !shown.comments[1].html.contains("style"),
        "{shown:#?}"
    );
    introduces_themselves(&reader, &[("author", "Ada"), ("email", "ada@example.org")]).await?;
    reader.writes("A **first** word.").await?;
    reader.posts().await?;
    let awaits = "return root.getRootNode().activeElement?.name === 'captcha';";
    reader.finds("the field in the dialog", awaits).await?;
    reader.finds_no_barrier().await?;
    reader.presses("1234").await?;
    reader.presses(ENTER).await?;
    let told = "return !!root.querySelector('dialog[open] [role=alert]').textContent;";
    reader.finds("that it shows something else", told).await?;
    reader.presses("5678").await?;
    reader.presses(ENTER).await?;
    let own = reader.sees_comment("A first word.").await?;
    ensure!(own.is("pending"), "{own:#?}");
    ensure!(
        own.buttons.iter().all(|it| it != "Edit" && it != "Delete"),
        "nobody can change what they wrote there: {own:#?}"
    );
    reader.answers("An old answer", "An answer.").await?;
    let vote = async |label: &str| reader.clicks_at("Hi x", label).await;
    vote("Vote up, 1 vote").await?;
    is_pressed(&reader, "Hi x", "Vote up, 1 vote", true).await?;
    vote("Vote down, 0 votes").await?;
    is_pressed(&reader, "Hi x", "Vote down, 1 vote", true).await?;
    vote("Vote down, 1 vote").await?;
    is_pressed(&reader, "Hi x", "Vote down, 0 votes", false).await?;
    reader.writes("As the owner.").await?;
    reader.posts().await?;
    let sentence = "Only people who have signed in can do that here.";
    reader
        .waits("the sentence", |shown| shown.errors == [sentence])
        .await?;
    server.is_told()
}
