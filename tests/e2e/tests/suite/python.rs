//! The same widget in front of a backend that somebody else has written: the one in Python.

use afterword_e2e::{Page, Python, Reader, Story};
use anyhow::{Context, Result, ensure};
use serde_json::json;

/// An article whose comments are kept in Python; the widget's files come from elsewhere.
fn article(story: &Story, files: &str, python: &Python) -> String {
    let api = format!("data-api={}", python.url());
    story.page("/article", &Page::new().script(files, &api))
}

/// What the menu of a comment offers; it is closed again.
async fn menu(reader: &Reader, words: &str) -> Result<Vec<String>> {
    reader.clicks_at(words, "More").await?;
    reader
        .finds("the menu", "return active()?.matches('.menu-item');")
        .await?;
    let items = reader
        .ask("return all('.menu-item').map(say);", json!(null))
        .await?;
    reader.presses("\u{e00c}").await?;
    Ok(items)
}

pub(crate) async fn a_conversation_on_another_backend(story: &Story) -> Result<()> {
    let files = story.server()?;
    let python = Python::start()?;
    let url = article(story, &files.url(), &python);
    let writer = story.reader().await?;
    writer.opens(&url).await?;
    writer.sees("No comments yet").await?;
    writer.signs("Ada <b>").await?;
    writer
        .writes(
            "It is *calm* here.\n\n> Is it?\n\n<script>alert(1)</script> [x](javascript:alert(1))",
        )
        .await?;
    writer.clicks("Preview").await?;
    writer
        .finds(
            "the preview that the backend has made",
            "return !!root.querySelector('.composer-preview blockquote');",
        )
        .await?;
    writer.posts().await?;
    writer.hears("Your comment has been posted.").await?;
    let comment = writer.sees_comment("It is calm here.").await?;
    ensure!(
        comment.author == "Ada <b>" && comment.number == "#1" && comment.is("own"),
        "{comment:#?}"
    );
    ensure!(
        comment.html.contains("<em>calm</em>") && comment.html.contains("<blockquote>"),
        "{comment:#?}"
    );
    ensure!(
        comment.text.contains("<script>alert(1)</script>") && !comment.html.contains("<script"),
        "{comment:#?}"
    );

    let other = story.reader().await?;
    other.opens(&url).await?;
    other.answers("It is calm here.", "So it is.").await?;
    let answer = other.shown().await?;
    let answer = answer.comment("So it is.").context("no answer")?;
    ensure!(answer.depth == 1 && answer.number == "#2", "{answer:#?}");

    let by_id = format!("#{}", comment.id);
    writer.reloads().await?;
    writer.clicks_at(&by_id, "Edit").await?;
    writer.writes_into(Some(&by_id), "It *was* calm.").await?;
    writer.clicks_at(&by_id, "Save changes").await?;
    writer.hears("Your changes have been saved.").await?;
    writer.sees_comment("It was calm.").await?;
    writer.deletes("It was calm.").await?;
    writer
        .waits("the tombstone above the answer", |shown| {
            let is_deleted = |it: &afterword_e2e::ShownComment| it.is("deleted");
            shown.comments.first().is_some_and(is_deleted)
                && shown.comment("So it is.").is_some()
                && shown.title == "1 comment"
        })
        .await?;
    other.reloads().await?;
    other.deletes("So it is.").await?;
    other.sees("No comments yet").await?;
    let shown = writer.reloads().await?;
    ensure!(shown.comments.is_empty(), "{shown:#?}");
    Ok(())
}

pub(crate) async fn what_another_backend_lacks_is_not_offered(story: &Story) -> Result<()> {
    let files = story.server()?;
    let python = Python::start()?;
    let url = article(story, &files.url(), &python);
    let writer = story.reader().await?;
    writer.opens(&url).await?;
    for text in ["One.", "Two.", "Three."] {
        writer.comments(text).await?;
    }
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    reader.has_the_program().await?;
    let shown = reader.shown().await?;
    let comment = shown.comment("Two.").context("it is not there")?;
    ensure!(comment.buttons == ["Reply"], "{comment:#?}");
    reader
        .finds(
            "no votes, no reactions, no search",
            "return !root.querySelector('.vote, .react, .reaction, .reactions, .sort [value=top]')
                 && !all('button').some((it) => /Search|React|Like/i.test(say(it)));",
        )
        .await?;
    let items = menu(&reader, "Two.").await?;
    ensure!(items == ["Quote", "Copy link"], "{items:?}");
    let items = menu(&writer, "Two.").await?;
    ensure!(items == ["Quote", "Copy link"], "{items:?}");

    // The orders that it has, it has.
    reader.answers("Two.", "Four.").await?;
    for (order, words) in [
        ("oldest", ["One.", "Two.", "Four.", "Three."]),
        ("discussed", ["Two.", "Four.", "Three.", "One."]),
    ] {
        reader.sorts_by(order).await?;
        reader.sees_comments(&words).await?;
    }
    reader.finds_no_barrier().await
}
