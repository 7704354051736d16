//! A reader has help with writing.

use afterword_e2e::{Page, Reader, Server, Story};
use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::Key;

/// A reader whose composer has its tools.
async fn writer(story: &Story, url: &str) -> Result<Reader> {
    let reader = story.reader().await?;
    reader.opens(url).await?;
    reader
        .clicks_on(
            "the text field",
            "return composer(null)?.querySelector('textarea');",
            json!(null),
        )
        .await?;
    reader
        .finds(
            "the toolbar",
            "return !!composer(null).querySelector('.toolbar');",
        )
        .await?;
    Ok(reader)
}

/// Waits until the thread's own composer has that text.
async fn has_text(reader: &Reader, text: &str) -> Result<()> {
    reader
        .waits(&format!("the text {text:?}"), |shown| {
            shown.draft.as_deref() == Some(text)
        })
        .await
        .map(drop)
}

/// Puts a text into the field, and selects what stands between two places of it.
async fn selects(reader: &Reader, text: &str, from: usize, to: usize) -> Result<()> {
    reader.writes(text).await?;
    reader
        .run(
            "composer(null).querySelector('textarea').setSelectionRange(...argument);",
            json!([from, to]),
        )
        .await
}

async fn clicks_tool(reader: &Reader, name: &str) -> Result<()> {
    reader
        .clicks_on(
            &format!("the tool {name}"),
            "return composer(null).querySelector(`.toolbar-button[data-name=${argument}]`);",
            json!(name),
        )
        .await
}

pub(crate) async fn the_toolbar_marks_what_is_selected(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = writer(story, &story.article("/article", &server.url(), "")).await?;
    for (tool, marked) in [
        ("bold", "so **calm** here"),
        ("italic", "so _calm_ here"),
        ("code", "so `calm` here"),
        ("spoiler", "so ||calm|| here"),
        ("quote", "> so calm here"),
        ("list", "- so calm here"),
        ("link", "so [calm](https://) here"),
    ] {
        selects(&reader, "so calm here", 3, 7).await?;
        clicks_tool(&reader, tool).await?;
        has_text(&reader, marked).await?;
        if tool != "link" {
            clicks_tool(&reader, tool).await?;
            has_text(&reader, "so calm here").await?;
        }
    }
    // What was done is undone as what was typed.
    selects(&reader, "so calm here", 3, 7).await?;
    clicks_tool(&reader, "bold").await?;
    has_text(&reader, "so **calm** here").await?;
    reader
        .run("document.execCommand('undo');", json!(null))
        .await?;
    has_text(&reader, "so calm here").await?;
    // Lines become a block, and the draft is kept.
    selects(&reader, "a\nb", 0, 3).await?;
    clicks_tool(&reader, "code").await?;
    has_text(&reader, "```\na\nb\n```").await?;
    reader.reloads().await?;
    has_text(&reader, "```\na\nb\n```").await
}

pub(crate) async fn keys_mark_and_post(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = writer(story, &story.article("/article", &server.url(), "")).await?;
    for (key, marked) in [
        ("b", "**calm**"),
        ("i", "_calm_"),
        ("k", "[calm](https://)"),
    ] {
        selects(&reader, "calm", 0, 4).await?;
        reader.presses_with_control(key).await?;
        has_text(&reader, marked).await?;
    }
    // A list goes on by itself, and ends at an empty item.
    selects(&reader, "1. one", 6, 6).await?;
    let enter = Key::Enter.value().to_string();
    reader.presses(&format!("{enter}two{enter}")).await?;
    has_text(&reader, "1. one\n2. two\n3. ").await?;
    reader.presses(&enter).await?;
    has_text(&reader, "1. one\n2. two\n").await?;
    // The toolbar is one stop of the Tab key; arrows go on from there.
    reader.presses_tab().await?;
    let is_at = |name: &str| format!("return active().dataset.name === '{name}';");
    reader
        .finds("the focus on the first tool", &is_at("bold"))
        .await?;
    let right = Key::Right.value().to_string();
    reader.presses(&right).await?;
    reader
        .finds("the focus on the next tool", &is_at("italic"))
        .await?;
    reader.presses(&Key::End.value().to_string()).await?;
    reader.presses(&right).await?;
    reader
        .finds("the focus on the first tool again", &is_at("bold"))
        .await?;
    reader.presses_shift_tab().await?;
    reader.presses_with_control(&enter).await?;
    let comment = reader.sees_comment("one two").await?;
    ensure!(comment.html.contains("<ol>"), "{comment:#?}");
    Ok(())
}

pub(crate) async fn a_preview_follows_what_is_written(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = writer(story, &story.article("/article", &server.url(), "")).await?;
    reader.writes("It is **calm**.").await?;
    reader.clicks("Preview").await?;
    reader
        .finds(
            "the text and its preview",
            "const preview = root.querySelector('.composer-preview');
             const text = composer(null).querySelector('textarea');
             return say(preview) === 'It is calm.' && visible(text);",
        )
        .await?;
    for text in ["Is", "Is it", "Is it _really_?"] {
        reader.writes(text).await?;
    }
    reader
        .finds(
            "the preview of the last text",
            "return say(root.querySelector('.composer-preview em')) === 'really';",
        )
        .await?;
    // What can't be shown is no reason to interrupt somebody.
    reader.writes(&"> ".repeat(20)).await?;
    reader.writes("").await?;
    reader
        .finds(
            "an empty preview",
            "return say(root.querySelector('.composer-preview')) === '';",
        )
        .await?;
    let shown = reader.shown().await?;
    ensure!(shown.errors.is_empty(), "{shown:#?}");
    reader.clicks("Preview").await?;
    reader
        .finds(
            "no preview",
            "return !root.querySelector('.composer-preview');",
        )
        .await
}

pub(crate) async fn code_has_colours_and_a_spoiler_is_covered(story: &Story) -> Result<()> {
    let server = story.server()?;
    let url = story.article("/article", &server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    let text = "It was ||the gardener|| :tada:\n\n```rust\nfn main() {}\n```";
    reader.writes(text).await?;
    reader.posts().await?;
    reader.sees_comment("It was the gardener 🎉").await?;
    let spoiler = "const it = root.querySelector('.comment-body .spoiler');
         const isCovered = () => getComputedStyle(it).color === 'rgba(0, 0, 0, 0)';
         return it.ariaLabel === 'Spoiler' && it.getAttribute('role') === 'group'";
    let code = "const it = root.querySelector('.comment-body .hl-keyword');
         return say(it) === 'fn'
             && getComputedStyle(it).color !== getComputedStyle(it.parentElement).color;";
    for reader in [reader, story.reader().await?] {
        reader.opens(&url).await?;
        reader.finds("code in colours", code).await?;
        reader
            .finds("a covered spoiler", &format!("{spoiler} && isCovered();"))
            .await?;
        reader
            .clicks_on(
                "the spoiler",
                "return root.querySelector('.comment-body .spoiler');",
                json!(null),
            )
            .await?;
        reader
            .finds(
                "an uncovered spoiler",
                &format!("{spoiler} && !isCovered();"),
            )
            .await?;
    }
    Ok(())
}

pub(crate) async fn names_and_emoji_are_offered(story: &Story) -> Result<()> {
    let server = story.server()?;
    for (author, text) in [("Ana Lima", "First."), ("Marit", "Second.")] {
        server
            .has_comment("/article", Some(author), text, None)
            .await?;
    }
    let reader = writer(story, &story.article("/article", &server.url(), "")).await?;
    let offers = |what: &str| {
        format!(
            "const it = composer(null).querySelector('.suggestions:not([hidden])');
             return it && all('.suggestion', it).map(say).includes('{what}');"
        )
    };
    reader.presses("So says @li").await?;
    reader.finds("a name", &offers("@Ana Lima")).await?;
    reader
        .hears("2 suggestions. Choose with the arrow keys and Enter.")
        .await?;
    reader.presses(&Key::Enter.value().to_string()).await?;
    has_text(&reader, "So says @Ana Lima ").await?;
    reader.presses(":tad").await?;
    reader.finds("an emoji", &offers("🎉 :tada:")).await?;
    reader.presses(&Key::Tab.value().to_string()).await?;
    has_text(&reader, "So says @Ana Lima 🎉 ").await?;
    // Escape is for who means what was typed.
    reader.presses("@m").await?;
    reader.finds("a name", &offers("@Marit")).await?;
    reader.presses(&Key::Escape.value().to_string()).await?;
    reader
        .finds(
            "no names",
            "return !!composer(null).querySelector('.suggestions[hidden]');",
        )
        .await?;
    has_text(&reader, "So says @Ana Lima 🎉 @m").await
}

pub(crate) async fn picks_an_emoji(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = writer(story, &story.article("/article", &server.url(), "")).await?;
    reader.writes("Well ").await?;
    clicks_tool(&reader, "emoji").await?;
    reader
        .finds(
            "all emoji, and the focus where one searches",
            "return all('.emoji-option').length > 1500 && active().matches('.emoji-search');",
        )
        .await?;
    // The arrows go as the grid has it.
    reader.presses(&Key::Down.value().to_string()).await?;
    reader.presses(&Key::Right.value().to_string()).await?;
    reader
        .finds(
            "the focus on the second",
            "return active() === all('.emoji-option')[1];",
        )
        .await?;
    // And from the first row back to the search.
    reader.presses(&Key::Up.value().to_string()).await?;
    reader.presses("waving hand").await?;
    reader
        .finds(
            "what was searched",
            "return say(all('.emoji-option')[0]) === '👋';",
        )
        .await?;
    reader
        .run(
            "const tone = root.querySelector('.emoji-tone');
             tone.value = '5';
             tone.dispatchEvent(new Event('change'));",
            json!(null),
        )
        .await?;
    reader
        .clicks_on("the first", "return all('.emoji-option')[0];", json!(null))
        .await?;
    has_text(&reader, "Well 👋🏿").await?;
    reader
        .finds(
            "the focus in the field, and no dialog",
            "return active().matches('textarea') && !root.querySelector('dialog');",
        )
        .await?;
    clicks_tool(&reader, "emoji").await?;
    reader
        .finds(
            "it among those used last",
            "return say(all('.emoji-option')[0]) === '👋🏿';",
        )
        .await
}

/// Selects all that stands in an element, as one does with the mouse.
const SELECT: &str = "const range = document.createRange();
     range.selectNodeContents(it);
     const selection = document.getSelection();
     selection.removeAllRanges();
     selection.setBaseAndExtent(it, 0, it, it.childNodes.length);";

pub(crate) async fn quotes_a_comment(story: &Story) -> Result<()> {
    let server = story.server()?;
    server
        .has_comment("/article", Some("Ana"), "It is *calm*.\n\nIsn't it?", None)
        .await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader.has_the_program().await?;
    let select = format!("const it = article('calm').querySelector('.comment-body'); {SELECT}");
    // The first selection brings the tool.
    reader.run(&select, json!(null)).await?;
    reader.clicks("Quote").await?;
    reader
        .finds(
            "the quotation in an answer, with the caret behind it",
            "const field = composer('calm')?.querySelector('textarea');
             return field?.value === '> **Ana:** It is calm.\\n>\\n> Isn\\'t it?\\n\\n'
                 && active() === field && field.selectionStart === field.value.length;",
        )
        .await?;
    reader.presses("Yes.").await?;
    reader.submits("calm").await?;
    let answer = reader
        .sees_comment("Ana: It is calm. Isn't it? Yes.")
        .await?;
    ensure!(answer.html.contains("<blockquote>"), "{answer:#?}");
    Ok(())
}

pub(crate) async fn quotes_all_of_a_comment(story: &Story) -> Result<()> {
    let server = story.server()?;
    let text =
        "> Somebody else's words.\n\nIt was ||the gardener||, *surely*.\n\n> Again.\n\nWasn't it?";
    server
        .has_comment("/article", Some("Ana"), text, None)
        .await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    // By keyboard alone.
    let enter = Key::Enter.value().to_string();
    reader
        .tabs_to("the menu's button", "return at.matches('.comment-more');")
        .await?;
    reader.presses(&enter).await?;
    reader
        .finds(
            "the focus on its first item",
            "return active()?.matches('.menu-item') && say(active()) === 'Quote';",
        )
        .await?;
    reader.presses(&enter).await?;
    // What is covered stays so, and what others said is not said to be hers.
    reader
        .finds(
            "her words in an answer, with the caret behind them",
            "const field = composer('gardener')?.querySelector('textarea');
             return field?.value === '> **Ana:** It was ||the gardener||, surely.\\n>\\n> Wasn\\'t it?\\n\\n'
                 && active() === field && field.selectionStart === field.value.length
                 && !root.querySelector('.menu');",
        )
        .await?;
    reader.hears("The quotation is in your comment.").await?;
    reader.presses("Yes.").await?;
    reader
        .tabs_to("the button that sends", "return say(at) === 'Post reply';")
        .await?;
    reader.presses(&enter).await?;
    let answer = reader
        .sees_comment("Ana: It was the gardener, surely. Wasn't it? Yes.")
        .await?;
    ensure!(
        answer.html.contains("<blockquote>") && answer.html.contains("class=\"spoiler\""),
        "{answer:#?}"
    );
    Ok(())
}

pub(crate) async fn quotes_the_article(story: &Story) -> Result<()> {
    let server = story.server()?;
    let page = Page::new()
        .article("<article><h1>On news</h1><p id=passage>A newspaper that arrives a week late has one great merit: it is calm - well, mostly.</p></article>")
        .script(&server.url(), "");
    let url = story.page("/article", &page);
    let reader = writer(story, &url).await?;
    reader.writes("I read:").await?;
    let select = format!("const it = document.querySelector('#passage'); {SELECT}");
    reader.run(&select, json!(null)).await?;
    // It comes back when the page has been scrolled.
    reader
        .finds("the button", "return !!button(root, 'Quote in a comment');")
        .await?;
    reader.run("scrollBy(0, 1);", json!(null)).await?;
    reader.clicks("Quote in a comment").await?;
    let shown = reader
        .waits("the quotation", |shown| {
            shown.draft.as_deref().is_some_and(|draft| {
                draft.starts_with("I read:\n\n> A newspaper that arrives a week late")
                    && draft.ends_with("\n\n")
            })
        })
        .await?;
    let draft = shown.draft.unwrap_or_default();
    let link = format!(
        "> [in the article]({url}#:~:text=A%20newspaper%20that%20arrives,calm%20%2d%20well%2C%20mostly.)"
    );
    ensure!(draft.contains(&link), "{draft}");
    reader.posts().await?;
    let comment = reader.sees_comment("A newspaper that arrives").await?;
    ensure!(
        comment.html.contains("#:~:text=A%20newspaper"),
        "{comment:#?}"
    );
    // Who reads the passage finds what was said to it.
    reader.run(&select, json!(null)).await?;
    reader.clicks("Search these comments").await?;
    reader.hears("1 comment found").await?;
    reader
        .clicks_on("it", "return root.querySelector('.found a');", json!(null))
        .await?;
    reader
        .finds(
            "the focus at the comment",
            "return !!active()?.matches('article.comment');",
        )
        .await
}

pub(crate) async fn shows_an_image(story: &Story) -> Result<()> {
    let server = Server::start(vec![("AFTERWORD_IMAGE_BYTES", "2000000".to_owned())])?;
    let url = story.article("/article", &server.url(), "");
    let reader = writer(story, &url).await?;
    // As if a file was dropped.
    reader
        .ask_async::<bool>(
            "const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 30 });
             canvas.getContext('2d').fillRect(0, 0, 20, 30);
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
    reader.sees("Describe the image").await?;
    reader.clicks("Add the image").await?;
    reader
        .sees("Write a few words about what is to be seen.")
        .await?;
    reader.presses("half a [flag]").await?;
    reader.clicks("Add the image").await?;
    let shown = reader
        .waits("the image in the text", |shown| {
            shown
                .draft
                .as_deref()
                .is_some_and(|draft| draft.starts_with("![half a \\[flag\\]](/images/"))
        })
        .await?;
    ensure!(shown.errors.is_empty(), "{shown:#?}");
    reader.posts().await?;
    let is_shown = "const image = root.querySelector('.comment-body img');
         return image?.alt === 'half a [flag]' && image.width === 40 && image.loading === 'lazy'
             && image.complete && image.naturalHeight === 30;";
    reader.finds("the image in the comment", is_shown).await?;
    let other = story.reader().await?;
    other.opens(&url).await?;
    other.finds("the image for others", is_shown).await
}
