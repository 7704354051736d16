//! For whoever has no mouse, or no screen.

use afterword_e2e::{Page, Preferences, Reader, Story};
use anyhow::{Result, ensure};
use serde_json::json;

/// A reader of an article, in front of a thread of some length.
async fn at_a_thread(story: &Story, server: &afterword_e2e::Server, reader: &Reader) -> Result<()> {
    let texts = [
        "> It is calm.\n\nIs it?",
        "```rust\nfn main() {}\n```\n\nand `code`, [a link](https://example.org), https://example.com",
        "# A heading\n\n- a list\n- of two\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "مرحبا بالعالم 👩‍👩‍👧",
    ];
    let mut parent = None;
    for text in texts {
        let id = server
            .has_comment("/article", Some("Ana"), text, parent.as_deref())
            .await?;
        server.has_comment("/article", None, text, None).await?;
        parent = Some(id);
    }
    reader
        .opens(&story.article(
            "/article",
            &server.url(),
            "data-max-depth=2 data-page-size=3",
        ))
        .await?;
    Ok(())
}

pub(crate) async fn no_barrier_to_reading(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/empty", &server.url(), ""))
        .await?;
    reader.finds_no_barrier().await?;
    at_a_thread(story, &server, &reader).await?;
    reader.finds_no_barrier().await?;
    reader.clicks("Show 2 more").await?;
    reader.hears("more comments").await?;
    reader.finds_no_barrier().await
}

pub(crate) async fn no_barrier_to_writing(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = story.reader().await?;
    at_a_thread(story, &server, &reader).await?;
    reader.posts().await?;
    reader.sees("There is nothing to post yet.").await?;
    reader.finds_no_barrier().await?;
    reader.writes("**Bold** words.").await?;
    reader.clicks("Preview").await?;
    reader
        .finds(
            "the preview",
            "return !!root.querySelector('.composer-preview strong');",
        )
        .await?;
    reader.finds_no_barrier().await?;
    reader.posts().await?;
    let comment = reader.sees_comment("Bold words.").await?;
    reader.clicks_at("Bold words.", "Reply").await?;
    reader
        .finds("the composer", "return !!composer('Bold words.');")
        .await?;
    reader.finds_no_barrier().await?;
    reader.answers_there("Bold words.", "An answer.").await?;
    reader.clicks_at("Bold words.", "Delete").await?;
    reader.sees("Delete this comment for good?").await?;
    reader.finds_no_barrier().await?;
    reader.clicks_at("Bold words.", "Keep it").await?;
    reader.clicks_at("Bold words.", "Edit").await?;
    reader
        .finds("the editor", "return active()?.matches('textarea');")
        .await?;
    reader.finds_no_barrier().await?;
    let by_id = format!("#{}", comment.id);
    reader.clicks_at(&by_id, "Cancel").await?;
    reader.deletes("Bold words.").await?;
    reader.sees("This comment was deleted.").await?;
    reader.finds_no_barrier().await
}

pub(crate) async fn no_barrier_where_something_fails(story: &Story) -> Result<()> {
    let files = story.server()?;
    let mut server = story.server()?;
    let attributes = format!("data-api={}", server.url());
    let url = story.article("/article", &files.url(), &attributes);
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    server.pause();
    reader.writes("On its way.").await?;
    reader.posts().await?;
    reader
        .waits("the comment as being sent", |shown| {
            shown
                .comment("On its way.")
                .is_some_and(|it| it.is("sending"))
        })
        .await?;
    reader.finds_no_barrier().await?;
    server.kill();
    reader.sees("not sent yet").await?;
    reader.finds_no_barrier().await?;
    reader.goes_to(&url).await?;
    reader.sees("The comments could not be loaded.").await?;
    reader.finds_no_barrier().await
}

pub(crate) async fn no_barrier_in_the_dark(story: &Story) -> Result<()> {
    let files = story.server()?;
    let mut server = story.server()?;
    server
        .has_comment(
            "/article",
            Some("Ana"),
            "`code`, and [a link](https://example.org)",
            None,
        )
        .await?;
    let preferences = Preferences {
        dark: true,
        ..Preferences::default()
    };
    let reader = story.reader_with(preferences).await?;
    // A page that is dark when its reader is.
    let page = Page::new()
        .style(":root { color-scheme: light dark; background: Canvas; color: CanvasText; }")
        .script(&files.url(), &format!("data-api={}", server.url()));
    reader.opens(&story.page("/article", &page)).await?;
    reader
        .finds(
            "dark text on no light ground",
            "const { color } = getComputedStyle(root.querySelector('.comment-body'));
             return matchMedia('(prefers-color-scheme: dark)').matches
                 && color.match(/\\d+/g).slice(0, 3).every((it) => it > 150);",
        )
        .await?;
    reader.finds_no_barrier().await?;
    reader.comments("Written at night.").await?;
    reader.clicks_at("Written at night.", "Delete").await?;
    reader.sees("Delete this comment for good?").await?;
    reader.finds_no_barrier().await?;
    server.stop()?;
    reader.writes("And another.").await?;
    reader.posts().await?;
    reader.sees("not sent yet").await?;
    reader.finds_no_barrier().await
}

pub(crate) async fn no_barrier_in_a_dark_theme_on_a_light_system(story: &Story) -> Result<()> {
    let server = story.server()?;
    server
        .has_comment("/article", Some("Ana"), "`code`, and a word", None)
        .await?;
    let page = Page::new()
        .style("body { background: #16181b; color: #eee; }")
        .script(&server.url(), "data-theme=dark");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader.finds_no_barrier().await
}

pub(crate) async fn no_barrier_from_right_to_left(story: &Story) -> Result<()> {
    let server = story.server()?;
    server
        .has_comment("/article", Some("سلمى"), "مرحبا بالعالم", None)
        .await?;
    let page = Page::new()
        .html("lang=ar dir=rtl")
        .script(&server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader.finds_no_barrier().await
}

pub(crate) async fn by_keyboard_alone(story: &Story) -> Result<()> {
    let server = story.server()?;
    server
        .has_comment("/article", Some("Ana"), "What do you think?", None)
        .await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    let enter = "\u{e007}";

    // From the head of the page.
    reader
        .tabs_to("the order", "return at.matches('.sort button');")
        .await?;
    reader
        .tabs_to("the field", "return at.id === 'text-new';")
        .await?;
    reader.presses("Written without a mouse.").await?;
    reader
        .tabs_to("the name", "return at.matches('.composer-name input');")
        .await?;
    reader.presses("Ben").await?;
    reader
        .tabs_to("the preview", "return say(at) === 'Preview';")
        .await?;
    reader.presses(" ").await?;
    reader
        .finds(
            "the preview",
            "return say(root.querySelector('.composer-preview')) === 'Written without a mouse.';",
        )
        .await?;
    reader.presses_shift_tab().await?;
    reader
        .finds(
            "the focus at the button that posts",
            "return say(active()) === 'Post comment';",
        )
        .await?;
    reader.presses(enter).await?;
    let comment = reader.sees_comment("Written without a mouse.").await?;
    ensure!(comment.author == "Ben", "{comment:#?}");
    reader
        .waits("the focus at the comment", |shown| {
            shown.focus == comment.anchor()
        })
        .await?;

    // From there, and not from the page's head again, to what can be done with it.
    reader.presses_tab().await?;
    reader
        .finds(
            "the focus at its time",
            "return !!active()?.matches('.is-own .comment-time');",
        )
        .await?;
    let at_own =
        |label: &str| format!("return say(at) === '{label}' && !!at.closest('article.is-own');");
    reader.tabs_to("Edit", &at_own("Edit")).await?;
    reader.presses(enter).await?;
    reader
        .finds(
            "the editor",
            "return active()?.matches('article textarea');",
        )
        .await?;
    reader.presses("\u{e010} Changed.").await?;
    reader
        .tabs_to("Save changes", "return say(at) === 'Save changes';")
        .await?;
    reader.presses(enter).await?;
    reader.hears("Your changes have been saved.").await?;
    reader
        .waits("the new text", |shown| {
            shown.comments[0].text.contains("Changed.") && shown.focus == comment.anchor()
        })
        .await?;

    reader.tabs_to("Delete", &at_own("Delete")).await?;
    reader.presses(enter).await?;
    reader.sees("Delete this comment for good?").await?;
    reader
        .tabs_to(
            "the button that deletes",
            "return !!at.closest('.confirm') && say(at) === 'Delete';",
        )
        .await?;
    reader.presses(enter).await?;
    reader.hears("Your comment has been deleted.").await?;
    reader
        .waits("the focus at the heading", |shown| {
            shown.focus == "thread-title"
        })
        .await?;

    reader
        .tabs_to(
            "Reply",
            "return at.getAttribute('aria-label') === 'Reply to Ana';",
        )
        .await?;
    reader.presses(enter).await?;
    reader
        .finds(
            "the composer of a reply",
            "return active()?.matches('.branch textarea');",
        )
        .await?;
    reader.presses("I agree.").await?;
    reader
        .tabs_to("the button that sends", "return say(at) === 'Post reply';")
        .await?;
    reader.presses(enter).await?;
    let reply = reader.sees_comment("I agree.").await?;
    ensure!(reply.depth == 1 && reply.is("own"), "{reply:#?}");
    Ok(())
}

pub(crate) async fn the_focus_is_always_seen(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = story.reader().await?;
    let page = Page::new()
        .script(&server.url(), "")
        .body("<p><a href=# id=after>after</a></p>");
    reader.opens(&story.page("/article", &page)).await?;
    reader.comments("Something.").await?;
    reader
        .run("root.querySelector('.thread-title').focus();", json!(null))
        .await?;
    let mut seen = 0;
    loop {
        reader.presses_tab().await?;
        let (is_out, unseen): (bool, Option<String>) = reader
            .ask(
                "const at = active();
                 const field = at.matches('.composer-text') && at.closest('.composer');
                 const { outlineStyle, outlineWidth } = getComputedStyle(field || at);
                 const isSeen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
                 return [at.id === 'after', isSeen ? null : at.outerHTML];",
                json!(null),
            )
            .await?;
        if is_out {
            break;
        }
        ensure!(unseen.is_none(), "{unseen:?}");
        seen += 1;
        ensure!(seen < 60, "Tab doesn't leave the widget");
    }
    // At least the orders, four in the composer, and four at the comment.
    ensure!(seen >= 10, "{seen}");
    Ok(())
}
