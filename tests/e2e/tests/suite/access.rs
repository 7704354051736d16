//! For whoever has no mouse, or no screen.

use afterword_e2e::{Page, Preferences, Reader, Server, Story};
use anyhow::{Result, ensure};
use serde_json::json;

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const END: &str = "\u{e010}";

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

/// Clicks what a selector finds in the widget.
async fn clicks_first(reader: &Reader, selector: &str) -> Result<()> {
    let script = "return root?.querySelector(argument);";
    reader.clicks_on(selector, script, json!(selector)).await
}

/// Waits until a selector finds something in view.
async fn is_there(reader: &Reader, selector: &str) -> Result<()> {
    let script = format!("return all({selector:?}).some(visible);");
    reader.finds(selector, &script).await
}

/// Waits until no dialog is open: it takes the focus back when it goes.
async fn no_dialog(reader: &Reader) -> Result<()> {
    let script = "return !root.querySelector('dialog');";
    reader.finds("no dialog", script).await
}

pub(crate) async fn no_barrier_to_help_with_writing(story: &Story) -> Result<()> {
    let server = Server::start(vec![("AFTERWORD_IMAGE_BYTES", "2000000".to_owned())])?;
    server
        .has_comment("/article", Some("Ana"), "It was ||the gardener||.", None)
        .await?;
    let page = Page::new()
        .article("<article><h1>On news</h1><p id=passage>It is calm.</p></article>")
        .script(&server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    clicks_first(&reader, "#text-new").await?;
    is_there(&reader, ".toolbar").await?;
    reader.presses("So says @an").await?;
    is_there(&reader, ".suggestion").await?;
    reader.finds_no_barrier().await?;
    reader.presses(ESCAPE).await?;
    reader
        .writes("||Who||?\n\n```rust\nfn main() { \"it\" } // yes\n```")
        .await?;
    reader.clicks("Preview").await?;
    is_there(&reader, ".composer-preview .spoiler").await?;
    reader.finds_no_barrier().await?;

    clicks_first(&reader, ".toolbar-button[data-name=emoji]").await?;
    is_there(&reader, ".emoji-option").await?;
    reader.presses("wave").await?;
    reader.sees("emoji found").await?;
    reader.finds_no_barrier().await?;
    reader.presses(ESCAPE).await?;
    no_dialog(&reader).await?;

    // As if a file was dropped.
    reader
        .ask_async::<bool>(
            "const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 30 });
             canvas.toBlob((blob) => {
                 const dataTransfer = new DataTransfer();
                 dataTransfer.items.add(new File([blob], 'a.png', { type: 'image/png' }));
                 composer(null).querySelector('textarea').dispatchEvent(
                     new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
                 done(true);
             });",
            json!(null),
        )
        .await?;
    reader.clicks("Add the image").await?;
    reader
        .sees("Write a few words about what is to be seen.")
        .await?;
    reader.finds_no_barrier().await?;
    reader.presses(ESCAPE).await?;
    no_dialog(&reader).await?;

    let select = "document.getSelection().selectAllChildren(document.querySelector('#passage'));";
    reader.run(select, json!(null)).await?;
    reader.sees("Quote in a comment").await?;
    reader.finds_no_barrier().await
}

/// A reader at night, before a page that is dark then.
async fn at_night(story: &Story, server: &Server, attributes: &str) -> Result<Reader> {
    let preferences = Preferences {
        dark: true,
        ..Preferences::default()
    };
    let reader = story.reader_with(preferences).await?;
    let page = Page::new()
        .style(":root { color-scheme: light dark; background: Canvas; color: CanvasText; }")
        .script(&server.url(), attributes);
    reader.opens(&story.page("/article", &page)).await?;
    reader.has_the_program().await?;
    Ok(reader)
}

pub(crate) async fn no_barrier_at_night_to_finding_the_way(story: &Story) -> Result<()> {
    let server = story.server()?;
    let long = "Word by word. ".repeat(400);
    let says = |name, text, parent| server.has_comment("/article", Some(name), text, parent);
    let seen = says("Ana", "Seen before.", None).await?;
    let reader = at_night(story, &server, "data-sort=oldest data-max-depth=1").await?;
    let reply = says("Ben", "It was ||the gardener||.", Some(&seen)).await?;
    says(
        "Ada",
        "```rust\nfn main() { \"it\" } // 1\n```",
        Some(&reply),
    )
    .await?;
    says("Cleo", &long, None).await?;
    reader.reloads().await?;
    reader.has_the_program().await?;
    reader.sees("3 new since your last visit: next").await?;
    is_there(&reader, ".comment-body .hl-keyword").await?;
    reader.finds_no_barrier().await?;

    reader.clicks_at("Word by", "Read more").await?;
    reader.clicks_at("Seen", "Vote up, 0 votes").await?;
    reader.clicks_at("Seen", "Add a reaction").await?;
    reader.clicks_at("Seen", "😂").await?;
    reader.clicks_at("Seen", "Add a reaction").await?;
    is_there(&reader, ".comment .reaction[aria-pressed=true]").await?;
    reader
        .tabs_to("the link to it", "return at.matches('.comment-up');")
        .await?;
    is_there(&reader, ".peek").await?;
    reader.finds_no_barrier().await?;

    clicks_first(&reader, ".fold").await?;
    reader.sees("Ana and 2 replies").await?;
    says("Dan", "What is new.", None).await?;
    reader.sees("1 new comment").await?;
    reader.clicks("Search").await?;
    is_there(&reader, "#search-field").await?;
    reader.presses("before").await?;
    is_there(&reader, ".found mark").await?;
    reader.finds_no_barrier().await
}

/// The dialog that is open, by its name, without a barrier; and after Escape the focus is back on
/// what opened it.
async fn leaves_a_dialog(reader: &Reader, name: &str, opener: &str) -> Result<()> {
    let is_open = format!(
        "const dialog = root.querySelector('dialog[open]');
         return dialog?.ariaLabel === {name:?} && say(dialog.querySelector('h2')) === {name:?}
             && dialog.contains(active());"
    );
    reader
        .finds(&format!("the dialog {name:?}"), &is_open)
        .await?;
    reader.finds_no_barrier().await?;
    reader.presses(ESCAPE).await?;
    is_back_on(reader, opener).await
}

async fn is_back_on(reader: &Reader, opener: &str) -> Result<()> {
    let is_back = format!(
        "const at = active();
         return !!at && !root.querySelector('dialog, .menu') && (() => {{ {opener} }})();"
    );
    reader
        .finds(&format!("the focus back: {opener}"), &is_back)
        .await
}

pub(crate) async fn dialogs_by_keyboard(story: &Story) -> Result<()> {
    let server = Server::start(vec![("AFTERWORD_UNDO_WINDOW", "600".to_owned())])?;
    let edited = server
        .takes("/article", Some("Ana"), "The old plan is good.", None)
        .await?;
    server.edits(&edited, "The new plan is better.").await?;
    server
        .has_comment("/article", Some("Mallory"), "Loud words.", None)
        .await?;
    let reader = at_night(story, &server, "data-sort=oldest").await?;
    reader.comments("My own.").await?;
    reader.writes("A thought").await?;
    reader.clicks_at("new plan", "Reply").await?;
    reader.writes_into(Some("new plan"), "Half a reply").await?;
    reader
        .run("root.querySelector('.thread-title').focus();", json!(null))
        .await?;

    let opens = async |what: &str| {
        reader.tabs_to(what, what).await?;
        reader.presses(ENTER).await
    };
    // The search is no dialog; it goes as one does.
    let search = "return at.matches('.search-open');";
    opens(search).await?;
    is_there(&reader, "#search-field").await?;
    reader.presses("nowhere").await?;
    reader.sees("Nothing found").await?;
    reader.finds_no_barrier().await?;
    reader.presses(ESCAPE).await?;
    is_back_on(&reader, search).await?;

    let emoji = "return at.dataset.name === 'emoji';";
    reader
        .tabs_to("the toolbar", "return at.matches('.toolbar-button');")
        .await?;
    reader.presses(END).await?;
    opens(emoji).await?;
    is_there(&reader, ".emoji-option").await?;
    reader.presses("hand").await?;
    reader.sees("emoji found").await?;
    leaves_a_dialog(&reader, "Emoji", emoji).await?;

    let history = "return say(at) === 'edited';";
    opens(history).await?;
    is_there(&reader, "dialog ins").await?;
    leaves_a_dialog(&reader, "History of this comment", history).await?;

    let more = "return at.matches('.comment-more');";
    opens(more).await?;
    is_there(&reader, ".menu").await?;
    reader.finds_no_barrier().await?;
    reader.presses(ESCAPE).await?;
    is_back_on(&reader, more).await?;
    reader.presses(ENTER).await?;
    is_there(&reader, ".menu").await?;
    reader.presses(END).await?;
    reader.presses(ENTER).await?;
    leaves_a_dialog(&reader, "Report this comment", more).await?;

    // Somebody is muted, and the focus is on what stands there.
    reader
        .tabs_to(
            "the menu at loud words",
            "return at === article('Loud').querySelector('.comment-more');",
        )
        .await?;
    reader.presses(ENTER).await?;
    is_there(&reader, ".menu").await?;
    reader.presses("m").await?;
    reader.presses(ENTER).await?;
    is_back_on(&reader, "return say(at) === 'Show';").await?;
    reader.hears("Mallory is muted in this browser.").await?;

    let keys = "return at === article('My own.');";
    reader.presses("j").await?;
    is_back_on(&reader, keys).await?;
    reader.presses("?").await?;
    leaves_a_dialog(&reader, "Keys", keys).await?;

    reader
        .tabs_to("Delete", "return say(at) === 'Delete';")
        .await?;
    reader.presses(ENTER).await?;
    is_back_on(&reader, "return say(at) === 'Undo';").await?;
    reader.finds_no_barrier().await?;

    for (opener, name) in [
        ("return say(at) === '2 drafts';", "Your drafts"),
        ("return say(at) === '1 muted person';", "Muted people"),
        (
            "return say(at) === 'Use on another device';",
            "Your comments on another device",
        ),
    ] {
        opens(opener).await?;
        leaves_a_dialog(&reader, name, opener).await?;
    }
    // What happens in a dialog is said in it: all else is silent meanwhile.
    reader
        .run(
            "button(root.querySelector('.thread-foot'), '1 muted person').focus();",
            json!(null),
        )
        .await?;
    reader.presses(ENTER).await?;
    is_there(&reader, "dialog .tool-row").await?;
    reader
        .tabs_to("its button", "return say(at) === 'Show again';")
        .await?;
    reader.presses(ENTER).await?;
    reader
        .finds(
            "a word about that in the dialog",
            "return say(root.querySelector('dialog [role=status]')) === 'Mallory is shown again.';",
        )
        .await
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
    reader.presses(ENTER).await?;
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
    reader.presses(ENTER).await?;
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
    reader.presses(ENTER).await?;
    reader.hears("Your changes have been saved.").await?;
    reader
        .waits("the new text", |shown| {
            shown.comments[0].text.contains("Changed.") && shown.focus == comment.anchor()
        })
        .await?;

    reader.tabs_to("Delete", &at_own("Delete")).await?;
    reader.presses(ENTER).await?;
    reader.sees("Delete this comment for good?").await?;
    reader
        .tabs_to(
            "the button that deletes",
            "return !!at.closest('.confirm') && say(at) === 'Delete';",
        )
        .await?;
    reader.presses(ENTER).await?;
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
    reader.presses(ENTER).await?;
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
    reader.presses(ENTER).await?;
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
                 const top = at.closest('.comments > .branch');
                 const isCut = top && getComputedStyle(top).contentVisibility !== 'visible'
                     && !CSS.supports('overflow-clip-margin: 1em');
                 const isSeen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && !isCut;
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
