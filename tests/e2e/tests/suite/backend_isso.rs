//! Isso, the real one.

use afterword_e2e::{Isso, Page, Reader, Shown, Site, Story};
use anyhow::{Result, ensure};

/// A page whose comments are Isso's.
fn article(story: &Story, widget: &Site, isso: &Isso) -> String {
    let attributes = format!("data-backend=isso data-api=\"{}\"", isso.url());
    story.page(
        "/article",
        &Page::new().script(&widget.url(""), &attributes),
    )
}

pub(crate) async fn the_whole_path(story: &Story) -> Result<()> {
    let widget = Site::with_widget().await?;
    let isso = Isso::start(&story.site.url(""), "")?;
    isso.somebody_says("/article", "Ada & <b>Bo</b>", "It is *calm*.")
        .await?;
    let url = article(story, &widget, &isso);
    let reader = story.reader().await?;
    let shown = reader.opens(&url).await?;
    ensure!(shown.title == "1 comment", "{shown:#?}");
    let first = &shown.comments[0];
    ensure!(
        first.author == "Ada & <b>Bo</b>" && first.text == "It is calm.",
        "{shown:#?}"
    );
    // What Isso can't do is not offered.
    let missing = "return !button(root, 'Search') && !button(root, 'Use on another device');";
    reader.finds("no search", missing).await?;

    reader.clicks_at("It is calm", "Vote up, 0 votes").await?;
    let counted = "return !!button(article('It is calm'), 'Vote up, 1 vote');";
    reader.finds("the vote", counted).await?;

    reader.signs("Grace").await?;
    reader.writes("A **bold** word, 2 < 3.").await?;
    reader.posts().await?;
    let posted = reader.sees_comment("A bold word, 2 < 3.").await?;
    let by_id = format!("#{}", posted.id);
    reader.answers("It is calm", "So it is.").await?;
    // Isso knows two levels: an answer to an answer stands under the root.
    reader.answers("So it is", "Isn't it?").await?;
    reader.clicks_at(&by_id, "Edit").await?;
    reader.writes_into(Some(&by_id), "Another word.").await?;
    reader.submits(&by_id).await?;
    reader.sees_comment("Another word.").await?;
    let shown = reader.reloads().await?;
    ensure!(shown.title == "4 comments", "{shown:#?}");
    ensure!(
        shown
            .comment("Another word.")
            .is_some_and(|it| it.is("own")),
        "{shown:#?}"
    );
    reader.deletes("Another word.").await?;
    reader.hears("Your comment has been deleted.").await?;
    reader.finds_no_barrier().await?;

    // A reader with another browser sees the same, and may change none of it.
    let other = story.reader().await?;
    let shown = other.opens(&url).await?;
    ensure!(shown.title == "3 comments", "{shown:#?}");
    ensure!(!shown.comments.iter().any(|it| it.is("own")), "{shown:#?}");
    Ok(())
}

pub(crate) async fn what_isso_refuses(story: &Story) -> Result<()> {
    let widget = Site::with_widget().await?;
    let isso = Isso::start(
        &story.site.url(""),
        "require-author = true\nrequire-email = true\n[moderation]\nenabled = true",
    )?;
    let reader = story.reader().await?;
    reader.opens(&article(story, &widget, &isso)).await?;
    reader.writes("Without a name.").await?;
    reader.posts().await?;
    says(
        &reader,
        "A name is needed here. Enter one, then post it again.",
    )
    .await?;
    reader.signs("Ada").await?;
    reader.posts().await?;
    let sentence =
        "An e-mail address is needed here. Enter one, then post it again: readers never see it.";
    says(&reader, sentence).await?;
    reader.fills("email", "ada@example.org").await?;
    reader.posts().await?;
    reader.hears("Your comment waits for approval.").await?;
    let shown = reader.shown().await?;
    ensure!(
        shown.comments.iter().any(|it| it.is("pending")),
        "{shown:#?}"
    );
    Ok(())
}

async fn says(reader: &Reader, sentence: &str) -> Result<()> {
    let is_said = |shown: &Shown| shown.errors.iter().any(|it| it == sentence);
    reader.waits(sentence, is_said).await?;
    Ok(())
}
