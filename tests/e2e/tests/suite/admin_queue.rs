//! Moderators clear the queue, by keyboard and by touch.

use afterword_e2e::{Reader, Server, Story, until};
use anyhow::{Result, ensure};
use serde_json::json;

/// A server whose comments all wait, and so many of them.
async fn with_held(story: &Story, n: usize) -> Result<Server> {
    let mut server = story.server()?;
    server.kill();
    server.site(&["set", "default", "policy=held"])?;
    server.has_user("ada", "owner")?;
    // A server that runs looks once a second whether others have set something.
    server.start_again()?;
    for number in 1..=n {
        let author = format!("Person {number}");
        let text = format!("Comment number {number}.");
        server
            .has_comment("/article", Some(&author), &text, None)
            .await?;
    }
    Ok(server)
}

async fn cards(reader: &Reader) -> Result<usize> {
    reader
        .ask("return all('.card', document).length;", json!(null))
        .await
}

async fn has_cards(reader: &Reader, n: usize) -> Result<()> {
    let script = format!("return all('.card', document).length === {n};");
    reader.finds(&format!("{n} comments"), &script).await
}

/// Who wrote the comment that has the focus.
async fn focused(reader: &Reader) -> Result<String> {
    let script = "return say(active()?.closest('.card')?.querySelector('.card-author'));";
    reader.ask(script, json!(null)).await
}

async fn has_focus_on(reader: &Reader, author: &str) -> Result<()> {
    until(&format!("the focus on {author}"), || async {
        Ok((focused(reader).await? == author).then_some(()))
    })
    .await
}

async fn published(server: &Server, n: usize) -> Result<()> {
    until(&format!("{n} published comments"), || async {
        let thread = server.thread("/article").await?;
        Ok((thread.total as usize == n).then_some(()))
    })
    .await
}

pub(crate) async fn twenty_by_keyboard(story: &Story) -> Result<()> {
    let server = with_held(story, 20).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "").await?;
    has_cards(&reader, 20).await?;
    reader.presses("j").await?;
    has_focus_on(&reader, "Person 20").await?;
    reader.presses("j").await?;
    has_focus_on(&reader, "Person 19").await?;
    reader.presses("k").await?;
    has_focus_on(&reader, "Person 20").await?;
    reader.presses("a").await?;
    reader.admin_hears("Comment approved. 19 left.").await?;
    // The focus goes on by itself.
    has_focus_on(&reader, "Person 19").await?;
    reader.presses("s").await?;
    reader.admin_hears("marked as spam").await?;
    has_focus_on(&reader, "Person 18").await?;
    reader.presses("d").await?;
    has_focus_on(&reader, "Person 17").await?;
    has_cards(&reader, 17).await?;
    // What was done last is taken back, and the focus with it.
    reader.admin_sees("Comment deleted.").await?;
    reader.presses("u").await?;
    has_cards(&reader, 18).await?;
    has_focus_on(&reader, "Person 18").await?;
    // Several at once.
    reader.presses("x").await?;
    reader.presses("j").await?;
    reader.presses("x").await?;
    reader.admin_hears("2 selected").await?;
    reader.presses("a").await?;
    has_cards(&reader, 16).await?;
    // As fast as somebody can type.
    reader.presses(&"a".repeat(16)).await?;
    has_cards(&reader, 0).await?;
    reader.admin_sees("Nothing waits.").await?;
    published(&server, 19).await?;
    reader.presses("?").await?;
    reader.admin_finds("dialog[open] kbd").await?;
    Ok(())
}

pub(crate) async fn twenty_by_touch(story: &Story) -> Result<()> {
    let server = with_held(story, 20).await?;
    let reader = story.reader().await?;
    reader.has_window(390, 800).await?;
    reader.signs_in(&server, "ada", "").await?;
    has_cards(&reader, 20).await?;
    for left in (0..20).rev() {
        let label = if left % 5 == 0 { "Spam" } else { "Approve" };
        reader.admin_clicks_in(".card", label).await?;
        has_cards(&reader, left).await?;
    }
    reader.admin_sees("Nothing waits.").await?;
    published(&server, 16).await
}

pub(crate) async fn bans_and_takes_it_back(story: &Story) -> Result<()> {
    let server = with_held(story, 2).await?;
    let reader = story.reader().await?;
    reader.has_window(390, 800).await?;
    reader.signs_in(&server, "ada", "").await?;
    has_cards(&reader, 2).await?;
    reader.admin_clicks_in(".card", "Ban").await?;
    reader.admin_sees("Ban Person 2").await?;
    reader
        .admin_clicks_in("dialog", "Everybody of that name")
        .await?;
    reader.admin_clicks_in("dialog", "Ban").await?;
    // It is said before the server has done it, and shown after.
    reader.admin_finds(".toast [data-undo]").await?;
    has_cards(&reader, 1).await?;
    let again = server.has_comment("/article", Some("Person 2"), "Here I am again.", None);
    let error = again.await.err().map(|error| format!("{error:#}"));
    ensure!(
        error.as_ref().is_some_and(|error| error.contains("403")),
        "who is banned can comment: {error:?}"
    );
    reader.admin_clicks("Undo").await?;
    reader.admin_hears("Undone.").await?;
    has_cards(&reader, 2).await?;
    let again = server.has_comment("/article", Some("Person 2"), "Thank you.", None);
    again.await?;
    Ok(())
}

pub(crate) async fn what_it_holds_is_text(story: &Story) -> Result<()> {
    let server = with_held(story, 0).await?;
    let text = "<img src=x onerror=pwned()> **bold** <script>pwned()</script>";
    let author = "<b onmouseover=pwned()>Eve</b>";
    server
        .has_comment("/article", Some(author), text, None)
        .await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "").await?;
    reader.admin_sees(text).await?;
    reader.admin_sees(author).await?;
    reader.admin_clicks_in(".card", "Details").await?;
    reader.admin_finds(".rendered strong").await?;
    let script = "return !all('.card img, .card script, .card b[onmouseover]', document).length;";
    reader.finds("nothing of it as elements", script).await
}

pub(crate) async fn tells_what_comes_meanwhile(story: &Story) -> Result<()> {
    let server = with_held(story, 1).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "").await?;
    has_cards(&reader, 1).await?;
    server
        .has_comment("/article", Some("Late"), "Me, too.", None)
        .await?;
    reader.admin_clicks("Show 1 new comment").await?;
    has_cards(&reader, 2).await?;
    ensure!(cards(&reader).await? == 2);
    Ok(())
}
