//! A reader writes.

use afterword_e2e::{Page, Story};
use anyhow::{Context, Result, ensure};
use serde_json::json;

pub(crate) async fn a_comment_that_another_reader_sees(story: &Story) -> Result<()> {
    let server = story.server()?;
    let url = story.article("/article", &server.url(), "");
    let writer = story.reader().await?;
    writer.opens(&url).await?;
    writer
        .finds(
            "a field with that label",
            "const label = [...root.querySelectorAll('label')]
                 .find((it) => say(it) === 'Enter comments here:');
             return label.control.matches('textarea');",
        )
        .await?;
    writer.writes("It is **calm** here.").await?;
    writer.posts().await?;
    writer.hears("Your comment has been posted.").await?;
    let shown = writer
        .waits("the comment as one's own, with the focus", |shown| {
            shown
                .comment("It is calm here.")
                .is_some_and(|it| it.is("own") && shown.focus == it.anchor())
        })
        .await?;
    let comment = &shown.comments[0];
    ensure!(
        comment.marks == ["you"] && comment.buttons == ["Reply", "Edit", "Delete"],
        "{comment:#?}"
    );
    ensure!(
        comment.author == "Anonymous" && comment.anonymous && comment.number == "#1",
        "{comment:#?}"
    );
    ensure!(shown.title == "1 comment", "{shown:#?}");
    ensure!(shown.draft.as_deref() == Some(""), "{shown:#?}");
    ensure!(
        shown.notices.is_empty(),
        "the thread is no longer empty: {shown:#?}"
    );

    let other = story.reader().await?;
    let shown = other.opens(&url).await?;
    let comment = shown
        .comment("It is calm here.")
        .context("it is not there")?;
    ensure!(
        !comment.is("own") && comment.buttons == ["Reply"],
        "{comment:#?}"
    );
    other.signs("Marit").await?;
    other.comments("So it is.").await?;
    let shown = other.shown().await?;
    ensure!(
        shown.comment("So it is.").map(|it| it.author.as_str()) == Some("Marit"),
        "{shown:#?}"
    );

    let shown = writer.reloads().await?;
    let texts: Vec<_> = shown.comments.iter().map(|it| it.text.as_str()).collect();
    ensure!(texts == ["So it is.", "It is calm here."], "{shown:#?}");
    let own: Vec<_> = shown.comments.iter().map(|it| it.is("own")).collect();
    ensure!(own == [false, true], "{shown:#?}");
    Ok(())
}

pub(crate) async fn it_stands_at_once_and_is_marked_as_sending(story: &Story) -> Result<()> {
    let server = story.server()?;
    server
        .has_comment("/article", None, "Earlier.", None)
        .await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader.has_the_program().await?;
    server.pause();
    reader.signs("Ana").await?;
    reader.writes("On its way.\n\n2 < 3").await?;
    reader.posts().await?;
    let shown = reader
        .waits("the comment as being sent", |shown| {
            shown
                .comment("On its way.")
                .is_some_and(|it| it.is("sending") && shown.focus == it.anchor())
        })
        .await?;
    let comment = &shown.comments[0];
    ensure!(
        comment.html == "<p>On its way.</p><p>2 &lt; 3</p>" && comment.author == "Ana",
        "it stands where it will stand, with all that is known of it: {shown:#?}"
    );
    ensure!(
        comment.marks == ["sending…"] && comment.buttons.is_empty() && comment.number.is_empty(),
        "{comment:#?}"
    );
    ensure!(shown.draft.as_deref() == Some(""), "{shown:#?}");
    reader.hears("sending…").await?;
    server.resume();
    let comment = reader.sees_comment("On its way.").await?;
    ensure!(comment.is("own") && comment.number == "#2", "{comment:#?}");
    reader.hears("Your comment has been posted.").await?;
    let shown = reader.shown().await?;
    ensure!(
        shown.focus == comment.anchor(),
        "the focus stays with it: {shown:#?}"
    );
    Ok(())
}

pub(crate) async fn with_the_oldest_first_it_stands_at_the_end(story: &Story) -> Result<()> {
    let server = story.server()?;
    for text in ["first", "second"] {
        server.has_comment("/article", None, text, None).await?;
    }
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), "data-sort=oldest"))
        .await?;
    reader.comments("third").await?;
    let shown = reader.shown().await?;
    let texts: Vec<_> = shown.comments.iter().map(|it| it.text.as_str()).collect();
    ensure!(texts == ["first", "second", "third"], "{texts:?}");
    let shown = reader.reloads().await?;
    let texts: Vec<_> = shown.comments.iter().map(|it| it.text.as_str()).collect();
    ensure!(texts == ["first", "second", "third"], "{texts:?}");
    Ok(())
}

pub(crate) async fn a_reply_to_a_reply(story: &Story) -> Result<()> {
    let server = story.server()?;
    server
        .has_comment("/article", Some("Ana"), "What do you think?", None)
        .await?;
    server.has_comment("/article", None, "Newer.", None).await?;
    let url = story.article("/article", &server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    reader.clicks_at("What do you think?", "Reply").await?;
    reader
        .finds(
            "the focus in a field that says whom it answers",
            "const at = active();
             return at.matches('textarea') && say(at.labels[0]) === 'Your reply to Ana:';",
        )
        .await?;
    // The same button closes it again; what was typed is kept.
    reader
        .writes_into(Some("What do you think?"), "Half a")
        .await?;
    reader.clicks_at("What do you think?", "Cancel").await?;
    reader
        .waits("the focus back at the comment", |shown| {
            shown
                .comment("What do you think?")
                .is_some_and(|it| shown.focus == it.anchor())
        })
        .await?;
    reader.clicks_at("What do you think?", "Reply").await?;
    reader
        .finds(
            "what was typed",
            "return composer('What do you think?')?.querySelector('textarea').value === 'Half a';",
        )
        .await?;
    reader
        .writes_into(Some("What do you think?"), "I agree.")
        .await?;
    reader.submits("What do you think?").await?;
    let reply = reader.sees_comment("I agree.").await?;
    ensure!(reply.depth == 1 && reply.is("own"), "{reply:#?}");
    reader
        .answers("I agree.", "I even agree with myself.")
        .await?;

    let other = story.reader().await?;
    let shown = other.opens(&url).await?;
    let thread: Vec<_> = shown
        .comments
        .iter()
        .map(|it| (it.depth, it.text.as_str()))
        .collect();
    ensure!(
        thread
            == [
                (0, "Newer."),
                (0, "What do you think?"),
                (1, "I agree."),
                (2, "I even agree with myself."),
            ],
        "{thread:#?}"
    );
    Ok(())
}

pub(crate) async fn changes_ones_mind(story: &Story) -> Result<()> {
    let server = story.server()?;
    let url = story.article("/article", &server.url(), "");
    let writer = story.reader().await?;
    writer.opens(&url).await?;
    writer.writes("> It is calm.\n\nIs **it**?").await?;
    writer.posts().await?;
    let comment = writer.sees_comment("It is calm. Is it?").await?;
    let by_id = format!("#{}", comment.id);

    writer.clicks_at(&by_id, "Edit").await?;
    writer
        .finds(
            "its source in a field with the focus",
            "const at = active();
             return at.matches('textarea') && say(at.labels[0]) === 'Your comment:'
                 && at.value === '> It is calm.\\n\\nIs **it**?';",
        )
        .await?;
    writer.writes_into(Some(&by_id), "Something else").await?;
    writer.clicks_at(&by_id, "Cancel").await?;
    let shown = writer
        .waits("the old text, with the focus", |shown| {
            shown.focus == comment.anchor()
        })
        .await?;
    ensure!(shown.comments[0].text == comment.text, "{shown:#?}");

    writer.clicks_at(&by_id, "Edit").await?;
    writer
        .finds(
            "the source, not what was cancelled",
            "const at = active(); return at.matches('textarea') && at.value.startsWith('> It');",
        )
        .await?;
    writer.writes_into(Some(&by_id), "It _was_ calm.").await?;
    writer.clicks_at(&by_id, "Save changes").await?;
    writer.hears("Your changes have been saved.").await?;
    let shown = writer
        .waits("the focus at the comment", |shown| {
            shown.focus == comment.anchor()
        })
        .await?;
    ensure!(shown.comments[0].text == "It was calm.", "{shown:#?}");
    ensure!(shown.comments[0].marks == ["you", "edited"], "{shown:#?}");
    ensure!(shown.title == "1 comment", "{shown:#?}");

    let other = story.reader().await?;
    let shown = other.opens(&url).await?;
    ensure!(
        shown.comments[0].text == "It was calm." && shown.comments[0].marks == ["edited"],
        "{shown:#?}"
    );
    Ok(())
}

pub(crate) async fn deletes_a_comment(story: &Story) -> Result<()> {
    let server = story.server()?;
    let url = story.article("/article", &server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    let comment = reader.comments("Never mind.").await?;
    reader.clicks_at("Never mind.", "Delete").await?;
    reader.sees("Delete this comment for good?").await?;
    reader.clicks_at("Never mind.", "Keep it").await?;
    reader
        .sees_no_longer("Delete this comment for good?")
        .await?;
    let shown = reader
        .waits("the focus at the comment", |shown| {
            shown.focus == comment.anchor()
        })
        .await?;
    ensure!(shown.comments.len() == 1, "{shown:#?}");

    reader.deletes("Never mind.").await?;
    reader.hears("Your comment has been deleted.").await?;
    let shown = reader
        .waits("an empty thread, and the focus at its heading", |shown| {
            shown.comments.is_empty() && shown.focus == "thread-title"
        })
        .await?;
    ensure!(shown.title == "0 comments", "{shown:#?}");
    let shown = reader.reloads().await?;
    ensure!(shown.comments.is_empty(), "{shown:#?}");
    Ok(())
}

pub(crate) async fn deletes_a_comment_that_has_been_answered(story: &Story) -> Result<()> {
    let server = story.server()?;
    let url = story.article("/article", &server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    reader.signs("Ana").await?;
    let root = reader.comments("Who is there?").await?;
    reader.answers("Who is there?", "Only me.").await?;
    reader.deletes("Who is there?").await?;
    reader.hears("Your comment has been deleted.").await?;
    let shown = reader
        .waits("a tombstone with the focus", |shown| {
            shown
                .comment("This comment was deleted.")
                .is_some_and(|it| it.id == root.id && shown.focus == it.anchor())
        })
        .await?;
    ensure!(shown.title == "1 comment", "{shown:#?}");
    for shown in [shown, story.reader().await?.opens(&url).await?] {
        let tombstone = &shown.comments[0];
        ensure!(
            tombstone.is("deleted") && tombstone.author.is_empty() && tombstone.buttons.is_empty(),
            "{tombstone:#?}"
        );
        ensure!(
            shown.comments[1].text == "Only me." && shown.comments[1].depth == 1,
            "{shown:#?}"
        );
    }
    // With its last reply the tombstone has nothing to hold any more.
    reader.deletes("Only me.").await?;
    reader
        .waits("an empty thread", |shown| shown.comments.is_empty())
        .await?;
    let shown = reader.reloads().await?;
    ensure!(
        shown.comments.is_empty() && shown.title == "0 comments",
        "{shown:#?}"
    );
    Ok(())
}

pub(crate) async fn sees_how_it_will_look(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    let text = "**Bold** and <script>alert(1)</script>\n\n> a quotation";
    reader.writes(text).await?;
    reader.clicks("Preview").await?;
    reader
        .finds(
            "the rendered text",
            "const preview = root.querySelector('.composer-preview');
             return preview.querySelector('strong').textContent === 'Bold'
                 && !!preview.querySelector('blockquote')
                 && say(preview) === 'Bold and <script>alert(1)</script> a quotation'
                 && root.querySelector('.composer textarea').checkVisibility()
                 && button(root, 'Preview').ariaPressed === 'true';",
        )
        .await?;
    reader.clicks("Preview").await?;
    reader
        .finds(
            "the text as it was written",
            "return !root.querySelector('.composer-preview')
                 && root.querySelector('.composer textarea').checkVisibility()
                 && button(root, 'Preview').ariaPressed === 'false';",
        )
        .await?;
    let shown = reader.shown().await?;
    ensure!(shown.draft.as_deref() == Some(text), "{shown:#?}");
    // It can be posted from the preview, too.
    reader.clicks("Preview").await?;
    reader.sees("Bold and").await?;
    reader.posts().await?;
    reader.sees_comment("Bold and").await?;
    let thread = server.thread("/article").await?;
    ensure!(thread.total == 1, "{thread:#?}");
    Ok(())
}

pub(crate) async fn emoji_come_back_as_they_were_typed(story: &Story) -> Result<()> {
    const EMOJI: &str = "💪🇺🇦👊🏽👩‍👩‍👧";
    let server = story.server()?;
    let url = story.article("/article", &server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    reader.signs(EMOJI).await?;
    let comment = reader.comments(EMOJI).await?;
    ensure!(comment.text == EMOJI, "{comment:#?}");
    reader.sees_comment(EMOJI).await?;
    let shown = story.reader().await?.opens(&url).await?;
    let comment = &shown.comments[0];
    ensure!(
        comment.text == EMOJI && comment.author == EMOJI,
        "{comment:#?}"
    );
    reader.clicks_at(EMOJI, "Edit").await?;
    reader
        .finds(
            "the same in the editor",
            &format!("return active()?.value === {};", json!(EMOJI)),
        )
        .await
}

pub(crate) async fn the_page_is_told(story: &Story) -> Result<()> {
    let server = story.server()?;
    let listener = "<script>
        window.told = [];
        for (const name of ['ready', 'posted', 'edited', 'deleted', 'error'])
            document.addEventListener('afterword:' + name, ({ detail, target }) =>
                told.push([name, detail?.id ?? null, target.localName]));
        </script>";
    let page = Page::new().head(listener).script(&server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    let comment = reader.comments("First words.").await?;
    let by_id = format!("#{}", comment.id);
    reader.clicks_at(&by_id, "Edit").await?;
    reader.writes_into(Some(&by_id), "Other words.").await?;
    reader.submits(&by_id).await?;
    reader.sees_comment("Other words.").await?;
    reader.deletes(&by_id).await?;
    reader.hears("Your comment has been deleted.").await?;
    let told: serde_json::Value = reader.ask("return told;", json!(null)).await?;
    let host = "afterword-comments";
    let expected = json!([
        ["ready", null, host],
        ["posted", comment.id, host],
        ["edited", comment.id, host],
        ["deleted", comment.id, host],
    ]);
    ensure!(told == expected, "{told:#}");
    Ok(())
}
