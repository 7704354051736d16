//! Comentario, by exchanges as its published API has them.

use afterword_e2e::{Page, Replay, Site, Story, until};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::common::{introduces_themselves, is_pressed, now};

pub(crate) async fn without_and_with_an_account(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let now = now()?;
    let recording = include_str!("../../replays/comentario.http");
    let server = Replay::start(recording, &[("now", &now)]).await?;
    let attributes = format!(
        "data-backend=comentario data-site=blog.example.org data-api={}",
        server.url()
    );
    let url = story.page("/article", &Page::new().script(&files.url(""), &attributes));
    let reader = story.reader().await?;
    let shown = reader.opens(&url).await?;
    let words: Vec<_> = shown.comments.iter().map(|it| it.text.as_str()).collect();
    ensure!(words.len() == 5 && words[0] == "The rules", "{shown:#?}");
    let (reply, below) = (shown.comment("A reply"), shown.comment("Below what"));
    ensure!(reply.is_some_and(|it| it.author == "Cleo"), "{shown:#?}");
    ensure!(
        below.is_some_and(|it| it.depth == 1 && it.anonymous),
        "{shown:#?}"
    );
    ensure!(
        shown
            .comments
            .iter()
            .all(|it| it.buttons.iter().all(|it| !it.starts_with("Vote"))),
        "only accounts vote: {shown:#?}"
    );
    reader.writes("**hi**").await?;
    reader.clicks("Preview").await?;
    reader
        .finds(
            "how it will look",
            "return !!root.querySelector('.composer-preview strong');",
        )
        .await?;
    reader.clicks("Preview").await?;
    introduces_themselves(&reader, &[("author", "Ada")]).await?;
    reader.writes("A **first** word.").await?;
    reader.posts().await?;
    let own = reader.sees_comment("A first word.").await?;
    ensure!(
        own.is("pending") && own.author == "Ada" && own.buttons.iter().all(|it| it != "Edit"),
        "{own:#?}"
    );
    reader.answers("A reply", "An answer.").await?;
    reader.writes("Too late.").await?;
    reader.posts().await?;
    let sentence = "No more comments are taken here.";
    reader
        .waits("the sentence", |shown| shown.errors == [sentence])
        .await?;
    reader.clicks("Discard").await?;

    // Somebody who has signed in before.
    let session = format!(
        "localStorage['afterword:comentario:{}:blog.example.org'] = '\"session-one\"';",
        server.url()
    );
    reader.run(&session, json!(null)).await?;
    reader.reloads().await?;
    reader.clicks_at("Hello world", "Vote up, 0 votes").await?;
    is_pressed(&reader, "Hello world", "Vote down, 1 vote", false).await?;
    reader.clicks_at("Hello world", "Vote up, 0 votes").await?;
    is_pressed(&reader, "Hello world", "Vote down, 2 votes", false).await?;
    reader.comments("Mine.").await?;
    reader.clicks_at("#c8", "Edit").await?;
    reader.writes_into(Some("#c8"), "Still mine.").await?;
    reader.submits("#c8").await?;
    reader.sees_comment("Still mine.").await?;
    reader.deletes("Still mine.").await?;
    reader.sees_no_longer("Still mine.").await?;
    server.is_told()
}

pub(crate) async fn with_an_account_of_another_service(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let recording = include_str!("../../replays/comentario_account.http");
    let server = Replay::start(recording, &[]).await?;
    let attributes = format!(
        "data-backend=comentario data-site=blog.example.org data-api={}",
        server.url()
    );
    let url = story.page("/article", &Page::new().script(&files.url(""), &attributes));
    let reader = story.reader().await?;
    reader.goes_to(&url).await?;
    reader.clicks("Sign in").await?;
    // WebKit opens no window for a button whose part is still on its way, and the others none when that
    // takes long: then it takes one more press.
    let state = "return composer(null) ? 'in' : button(root, 'Github') ? 'asked' : null;";
    let state: String = until("a window, or the choice", || async {
        reader.ask(state, json!(null)).await
    })
    .await?;
    if state == "asked" {
        reader.clicks("Github").await?;
    }
    reader.waits_for_the_thread().await?;
    reader.writes("Hello.").await?;
    reader.sees("Signed in as Grace").await?;
    reader.clicks("Sign out").await?;
    reader
        .waits("no composer", |shown| shown.draft.is_none())
        .await?;
    server.is_told()
}
