//! No server at all: the comments live in the reader's own browser.

use afterword_e2e::{Page, Site, Story};
use anyhow::{Result, ensure};

pub(crate) async fn comments_without_a_server(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let page = Page::new().script(&files.url(""), "data-backend=local");
    let url = story.page("/article", &page);
    let reader = story.reader().await?;
    let shown = reader.opens(&url).await?;
    let sentence = "These comments are kept in this browser alone: nobody else sees them.";
    ensure!(shown.notices.iter().any(|it| it == sentence), "{shown:#?}");
    reader.signs("Ana").await?;
    let root = reader.comments("To whom it may concern: 2 < 3").await?;
    ensure!(root.author == "Ana" && root.number == "#1", "{root:#?}");
    reader.answers("To whom", "Only to me.").await?;
    reader.comments("A second one.").await?;
    let by_id = format!("#{}", root.id);
    reader.clicks_at(&by_id, "Edit").await?;
    reader.writes_into(Some(&by_id), "To nobody.").await?;
    reader.submits(&by_id).await?;
    reader.sees_comment("To nobody.").await?;
    reader.deletes("A second one.").await?;
    reader.hears("Your comment has been deleted.").await?;

    let shown = reader.reloads().await?;
    let texts: Vec<_> = shown.comments.iter().map(|it| it.text.as_str()).collect();
    ensure!(texts == ["To nobody.", "Only to me."], "{shown:#?}");
    ensure!(
        shown.comments.iter().all(|it| it.is("own")) && shown.title == "2 comments",
        "{shown:#?}"
    );
    reader.deletes("To nobody.").await?;
    reader.sees("This comment was deleted.").await?;
    reader.finds_no_barrier().await?;
    let shown = reader.reloads().await?;
    ensure!(
        shown.comments[0].is("deleted") && shown.comments[1].text == "Only to me.",
        "{shown:#?}"
    );
    // A number is never given twice.
    let next = reader.comments("A third one.").await?;
    ensure!(next.number == "#4", "{next:#?}");

    let shown = story.reader().await?.opens(&url).await?;
    ensure!(
        shown.comments.is_empty(),
        "nobody else sees them: {shown:#?}"
    );
    ensure!(files.requests("POST", "/api/v1/comments") == 0);
    ensure!(files.requests("GET", "/api/v1/comments") == 0);
    Ok(())
}

pub(crate) async fn a_browser_without_room(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let full = "<script>
        const set = Storage.prototype.setItem;
        Storage.prototype.setItem = function (name, text) {
            if (this === localStorage && name.endsWith('local'))
                throw new DOMException('full', 'QuotaExceededError');
            set.call(this, name, text);
        };
        </script>";
    let page = Page::new()
        .head(full)
        .script(&files.url(""), "data-backend=local");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader.writes("One too many.").await?;
    reader.posts().await?;
    let shown = reader
        .waits("the comment as not kept", |shown| {
            shown
                .comment("One too many.")
                .is_some_and(|it| it.is("failed"))
        })
        .await?;
    ensure!(
        shown.errors == ["This browser has no room left to keep comments."],
        "{shown:#?}"
    );
    Ok(())
}
