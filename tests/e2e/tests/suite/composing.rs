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
    // On a keyboard with other letters, too.
    let key = "const [key, code, keyCode] = argument;
         const event = new KeyboardEvent('keydown',
             { key, code, ctrlKey: !keyCode, bubbles: true, cancelable: true });
         if (keyCode) Object.defineProperty(event, 'keyCode', { value: keyCode });
         const field = composer(null).querySelector('textarea');
         return field.dispatchEvent(event);";
    for (letter, code, marked) in [
        ("и", "KeyB", "**calm**"),
        ("ι", "KeyI", "_calm_"),
        ("ן", "KeyK", "[calm](https://)"),
    ] {
        selects(&reader, "calm", 0, 4).await?;
        let is_left: bool = reader.ask(key, json!([letter, code])).await?;
        ensure!(!is_left, "{letter} has not been taken");
        has_text(&reader, marked).await?;
    }
    // The Enter key that ends a conversion is none, as Safari has it.
    selects(&reader, "1. one", 6, 6).await?;
    let is_left: bool = reader.ask(key, json!(["Enter", "Enter", 229])).await?;
    ensure!(is_left, "the Enter key has been taken");
    has_text(&reader, "1. one").await?;
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
        // The same classes have colours of their own at night.
        let colours: [String; 2] = reader
            .ask(
                "const it = root.querySelector('.comment-body .hl-keyword');
                 return ['light', 'dark'].map((theme) => {
                     root.dataset.theme = theme;
                     return getComputedStyle(it).color;
                 });",
                json!(null),
            )
            .await?;
        ensure!(
            colours == ["rgb(161, 40, 91)", "rgb(255, 159, 194)"],
            "{colours:?}"
        );
    }
    Ok(())
}

pub(crate) async fn names_and_emoji_are_offered(story: &Story) -> Result<()> {
    let server = story.server()?;
    for (author, text) in [
        ("Ana Lima", "First."),
        ("Marit", "Second."),
        ("हिमांशु", "Third."),
    ] {
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
        .hears("3 suggestions. Choose with the arrow keys and Enter.")
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
    has_text(&reader, "So says @Ana Lima 🎉 @m").await?;
    // Many keyboards compose whatever is typed, and vowels may be marks.
    reader.writes("").await?;
    reader
        .run(
            "const field = composer(null).querySelector('textarea');
             field.setRangeText('@हि', 0, 0, 'end');
             field.dispatchEvent(new InputEvent('input', { isComposing: true, bubbles: true }));",
            json!(null),
        )
        .await?;
    reader.finds("a name", &offers("@हिमांशु")).await?;
    reader
        .clicks_on(
            "the name",
            "return composer(null).querySelector('.suggestion');",
            json!(null),
        )
        .await?;
    has_text(&reader, "@हिमांशु ").await
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
    server
        .has_comment("/article", Some("Bob"), "It was ||the gardener||.", None)
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
    // A part of what is covered stays covered.
    reader
        .run(
            "const [it] = article('gardener').querySelector('.spoiler').childNodes;
             document.getSelection().setBaseAndExtent(it, 4, it, it.length);",
            json!(null),
        )
        .await?;
    reader.clicks("Quote").await?;
    reader
        .finds(
            "the quotation, covered",
            "const field = composer('gardener')?.querySelector('textarea');
             return field?.value === '> **Bob:** ||gardener||\\n\\n';",
        )
        .await
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
        .article("<article><h1>On news</h1><p id=passage>A newspaper that arrives a week late has one great merit: it is <em>ca</em>lm - well, mostly.</p><p>Others<br>are not calm at all.</p></article>")
        .script(&server.url(), "");
    let url = story.page("/article", &page);
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    // Nobody has reached for the comments yet.
    let select = format!("const it = document.querySelector('#passage'); {SELECT}");
    reader.run(&select, json!(null)).await?;
    reader
        .finds("the button", "return !!button(root, 'Quote in a comment');")
        .await?;
    reader.writes("I read:").await?;
    reader.run(&select, json!(null)).await?;
    // It comes back when the page has been scrolled.
    reader
        .finds("the button", "return !!button(root, 'Quote in a comment');")
        .await?;
    reader
        .ask_async::<bool>(
            "const before = scrollY;
             addEventListener('scroll', () => done(true), { once: true });
             scrollBy(0, 1);
             if (scrollY === before) done(false);",
            json!(null),
        )
        .await?;
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
        "> [in the article]({url}#:~:text=A%20newspaper%20that%20arrives,is%20calm%20%2d%20well%2C%20mostly.)"
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
        .await?;
    // From within a word into the next paragraph.
    reader.writes("").await?;
    reader
        .run(
            "const passage = document.querySelector('#passage');
             document.getSelection().setBaseAndExtent(
                 passage.querySelector('em').firstChild, 1, passage.nextSibling.lastChild, 10);",
            json!(null),
        )
        .await?;
    reader.clicks("Quote in a comment").await?;
    let shown = reader
        .waits("the quotation", |shown| {
            let draft = shown.draft.as_deref();
            draft.is_some_and(|draft| {
                draft.starts_with("> alm - well, mostly.\n>\n> Others\n> are not ca")
            })
        })
        .await?;
    let draft = shown.draft.unwrap_or_default();
    let link = format!("{url}#:~:text=calm%20%2d%20well%2C%20mostly.,are%20not%20calm");
    ensure!(draft.contains(&format!("({link})")), "{draft}");
    // It leads there, however far that is.
    let page = page.style("h1 { margin-bottom: 3000px }");
    let far = story.page("/far", &page);
    let other = story.reader().await?;
    other.goes_to(&link.replace(&url, &far)).await?;
    other
        .finds(
            "the passage in view",
            "const { top, bottom } = document.querySelector('#passage').getBoundingClientRect();
             return !document.fragmentDirective || (top >= 0 && bottom <= innerHeight);",
        )
        .await
}

/// Pastes what a clipboard may hold into the thread's own composer: an image of so many pixels a side
/// by that type, and words. Whether the browser would paste it.
async fn pastes(reader: &Reader, kind: &str, words: &str) -> Result<bool> {
    let paste =
        "const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 30 });
         canvas.getContext('2d').fillRect(0, 0, 20, 30);
         canvas.toBlob((blob) => {
             const clipboardData = new DataTransfer();
             const { kind, words } = argument;
             if (kind) clipboardData.items.add(new File([blob], 'image.png', { type: kind }));
             if (words) clipboardData.setData('text/plain', words);
             const event = new Event('paste', { bubbles: true, composed: true, cancelable: true });
             Object.defineProperty(event, 'clipboardData', { value: clipboardData });
             done(composer(null).querySelector('textarea').dispatchEvent(event));
         });";
    let argument = json!({ "kind": kind, "words": words });
    reader.ask_async(paste, argument).await
}

pub(crate) async fn pastes_an_image(story: &Story) -> Result<()> {
    let server = Server::start(vec![("AFTERWORD_IMAGE_BYTES", "2000000".to_owned())])?;
    let url = story.article("/article", &server.url(), "");
    let reader = writer(story, &url).await?;
    let no_dialog = "return !root.querySelector('dialog');";
    // Words are the browser's to paste, also where a picture of them comes along.
    for kind in ["", "image/png"] {
        ensure!(pastes(&reader, kind, "a\tb").await?, "words are taken away");
        reader.finds("no dialog", no_dialog).await?;
    }
    ensure!(
        !pastes(&reader, "image/png", "").await?,
        "the browser would paste it, too"
    );
    reader.sees("Describe the image").await?;
    reader.finds_no_barrier().await?;
    reader.presses("half a flag").await?;
    reader.clicks("Add the image").await?;
    reader
        .waits("the image in the text", |shown| {
            shown
                .draft
                .as_deref()
                .is_some_and(|draft| draft.starts_with("![half a flag](/images/"))
        })
        .await?;
    reader
        .finds(
            "the focus in the text",
            "return active()?.matches('textarea');",
        )
        .await?;
    // What is no image is refused, and nothing is lost.
    ensure!(
        !pastes(&reader, "application/pdf", "").await?,
        "it is taken"
    );
    reader
        .sees("This is not an image that can be shown.")
        .await?;
    reader.presses(&Key::Escape.value().to_string()).await?;
    reader.finds("no dialog", no_dialog).await?;
    reader.posts().await?;
    reader
        .finds(
            "the image in the comment",
            "const image = root.querySelector('.comment-body img');
             return image?.alt === 'half a flag' && image.complete && image.naturalWidth === 40;",
        )
        .await
}

pub(crate) async fn shows_an_image(story: &Story) -> Result<()> {
    let server = Server::start(vec![("AFTERWORD_IMAGE_BYTES", "2000000".to_owned())])?;
    let url = story.article("/article", &server.url(), "");
    let reader = writer(story, &url).await?;
    // As if files were dropped; whether the browser would open them.
    let drop =
        "const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 30 });
         canvas.getContext('2d').fillRect(0, 0, 20, 30);
         canvas.toBlob((blob) => {
             const dataTransfer = new DataTransfer();
             for (const type of argument)
                 dataTransfer.items.add(new File([blob], 'a', { type }));
             done(composer(null).querySelector('textarea').dispatchEvent(
                 new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })));
         });";
    let is_opened: bool = reader.ask_async(drop, json!(["application/pdf"])).await?;
    ensure!(!is_opened, "the browser would open the file");
    reader
        .sees("This is not an image that can be shown.")
        .await?;
    reader.finds_no_barrier().await?;
    reader.presses(&Key::Escape.value().to_string()).await?;
    let closed = "return !root.querySelector('dialog') && active()?.matches('textarea');";
    reader
        .run(
            "composer(null).querySelector('textarea').focus();",
            json!(null),
        )
        .await?;
    reader.finds("no dialog", closed).await?;
    let types = json!(["image/png", "image/png", "image/png"]);
    reader.ask_async::<bool>(drop, types).await?;
    reader.sees("Describe the image").await?;
    reader.clicks("Add the image").await?;
    reader
        .sees("Write a few words about what is to be seen.")
        .await?;
    reader.presses("half a `[flag]`").await?;
    reader.clicks("Add the image").await?;
    let shown = reader
        .waits("the image in the text", |shown| {
            shown
                .draft
                .as_deref()
                .is_some_and(|draft| draft.starts_with("![half a \\`\\[flag\\]\\`](/images/"))
        })
        .await?;
    ensure!(shown.errors.is_empty(), "{shown:#?}");
    // The next one, and no more when that is enough.
    reader.sees("Describe the image").await?;
    reader.presses("another").await?;
    reader.clicks("Add the image").await?;
    reader
        .waits("the second image in the text", |shown| {
            shown
                .draft
                .as_deref()
                .is_some_and(|draft| draft.contains("\n![another](/images/"))
        })
        .await?;
    reader.sees("Describe the image").await?;
    reader.presses(&Key::Escape.value().to_string()).await?;
    reader.finds("no dialog", closed).await?;
    reader.posts().await?;
    let is_shown = "const image = root.querySelector('.comment-body img');
         return image?.alt === 'half a `[flag]`' && all('.comment-body img').length === 2 && image.width === 40 && image.loading === 'lazy'
             && image.complete && image.naturalHeight === 30;";
    reader.finds("the image in the comment", is_shown).await?;
    let other = story.reader().await?;
    other.opens(&url).await?;
    other.finds("the image for others", is_shown).await
}
