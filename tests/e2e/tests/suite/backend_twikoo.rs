//! Twikoo, by exchanges as its source has them.

use std::time::{SystemTime, UNIX_EPOCH};

use afterword_e2e::{Page, Replay, Site, Story};
use anyhow::{Result, ensure};

use crate::common::{introduces_themselves, is_pressed};

pub(crate) async fn with_text_that_is_rendered_here(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let url = story.site.url("/article");
    let millis = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let millis = millis.to_string();
    let values = [("page", url.as_str()), ("millis", millis.as_str())];
    let server = Replay::start(include_str!("../../replays/twikoo.http"), &values).await?;
    let attributes = format!("data-backend=twikoo data-api={}/twikoo", server.url());
    story.page("/article", &Page::new().script(&files.url(""), &attributes));
    let reader = story.reader().await?;
    let shown = reader.opens(&url).await?;
    let words: Vec<_> = shown.comments.iter().map(|it| it.text.as_str()).collect();
    ensure!(
        words.len() == 4 && shown.title == "5 comments" && !shown.comments[1].html.contains("form"),
        "{shown:#?}"
    );
    ensure!(
        shown.comments[1].author == "<b>Ben</b> & \"Co\"",
        "{shown:#?}"
    );
    reader.clicks("Show 1 more").await?;
    reader.sees_comment("The first of all").await?;

    introduces_themselves(&reader, &[("author", "Ada")]).await?;
    reader.writes("Too fast.").await?;
    reader.posts().await?;
    let sentence = "That was a lot in a short time. Try again in 600 seconds.";
    reader
        .waits("the sentence", |shown| {
            shown.errors.iter().any(|it| it.starts_with(sentence))
        })
        .await?;
    reader.clicks("Discard").await?;
    reader.writes("A **first** word.").await?;
    reader.clicks("Preview").await?;
    reader
        .finds(
            "how it will look",
            "return !!root.querySelector('.composer-preview strong');",
        )
        .await?;
    reader.posts().await?;
    let own = reader.sees_comment("A first word.").await?;
    ensure!(
        own.is("pending") && own.html.contains("<strong>"),
        "{own:#?}"
    );
    reader.answers("A reply", "An answer.").await?;
    let vote = async |label: &str| reader.clicks_at("Hello", label).await;
    vote("Vote up, 1 vote").await?;
    is_pressed(&reader, "Hello", "Vote up, 2 votes", true).await?;
    vote("Vote down, 0 votes").await?;
    is_pressed(&reader, "Hello", "Vote down, 1 vote", true).await?;
    vote("Vote down, 1 vote").await?;
    is_pressed(&reader, "Hello", "Vote down, 0 votes", false).await?;
    reader.deletes("A first word.").await?;
    reader.sees_no_longer("A first word.").await?;
    server.is_told()
}
