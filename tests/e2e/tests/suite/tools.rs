//! Everything that a reader opens, one after the other, as readers see it who see it otherwise.

use afterword_e2e::{Page, Preferences, Reader, Server, Story, until};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::layout::fits;

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const END: &str = "\u{e010}";

/// What is looked for in every state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Barriers,
    Room,
    Both,
}

impl Look {
    async fn at(self, reader: &Reader) -> Result<()> {
        if self != Self::Room {
            reader.finds_no_barrier().await?;
        }
        if self != Self::Barriers {
            fits(reader).await?;
        }
        Ok(())
    }
}

/// Clicks what a selector finds in the widget, whatever it is called in the reader's language.
async fn clicks(reader: &Reader, selector: &str) -> Result<()> {
    let script = "return all(argument).find(visible);";
    reader.clicks_on(selector, script, json!(selector)).await
}

async fn is_there(reader: &Reader, selector: &str) -> Result<()> {
    let script = format!("return all({selector:?}).some((it) => visible(it) && say(it) !== '');");
    reader.finds(selector, &script).await
}

/// Escape closes what is open.
async fn leaves(reader: &Reader) -> Result<()> {
    reader.presses(ESCAPE).await?;
    let is_gone = "return !root.querySelector('dialog, .menu, .suggestion, .search');";
    reader.finds("the thread alone", is_gone).await
}

async fn focuses(reader: &Reader, words: &str) -> Result<()> {
    let script = "article(argument).focus();";
    reader.run(script, json!(words)).await
}

/// A server with somebody's comment that was edited, and a long conversation below it.
async fn server() -> Result<Server> {
    let server = Server::start(vec![
        ("AFTERWORD_IMAGE_BYTES", "2000000".to_owned()),
        ("AFTERWORD_UNDO_WINDOW", "600".to_owned()),
    ])?;
    let edited = server
        .takes("/article", Some("Ana"), "The old plan is good.", None)
        .await?;
    server.edits(&edited, "The new plan is better.").await?;
    let mut parent = edited.comment.id;
    for level in 1..8 {
        parent = server
            .has_comment("/article", None, &format!("Level {level}."), Some(&parent))
            .await?;
    }
    server
        .has_comment("/article", Some("Mallory"), "Loud words.", None)
        .await?;
    Ok(server)
}

/// The article, as dark as the reader likes it.
fn page(server: &Server, html: &str) -> Page {
    Page::new()
        .html(html)
        .style(
            ":root { color-scheme: light dark; background: Canvas; color: CanvasText; }
             body { margin: 16px; }",
        )
        .article("<article><h1>On news</h1><p id=passage>It is calm.</p></article>")
        .script(&server.url(), "data-sort=oldest")
}

/// Opens everything there is.
async fn opens_everything(reader: &Reader, look: Look) -> Result<()> {
    reader.waits_for_the_thread().await?;
    reader.has_the_program().await?;
    reader.writes("My own.").await?;
    clicks(reader, ".thread > .composer .button-primary").await?;
    reader.sees_comment("My own.").await?;
    opens_help_with_writing(reader, look).await?;
    opens_what_leads_on(reader, look).await?;
    opens_dialogs(reader, look).await
}

async fn opens_help_with_writing(reader: &Reader, look: Look) -> Result<()> {
    clicks(reader, "#text-new").await?;
    let toolbar = "return all('.toolbar-button').some(visible);";
    reader.finds("the toolbar", toolbar).await?;
    for begins in ["So says @an", " :wav"] {
        reader.presses(begins).await?;
        is_there(reader, ".suggestion").await?;
        look.at(reader).await?;
        leaves(reader).await?;
    }
    let text = "||Who||?\n\n```rust\nfn main() { \"it\" } // yes\n```";
    reader.writes(text).await?;
    clicks(reader, ".thread > .composer .composer-toggle").await?;
    is_there(reader, ".composer-preview .hl-keyword").await?;
    look.at(reader).await?;

    clicks(reader, ".toolbar-button[data-name=emoji]").await?;
    is_there(reader, ".emoji-option").await?;
    reader.presses("hand").await?;
    is_there(reader, ".emoji-note").await?;
    look.at(reader).await?;
    leaves(reader).await?;

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
    clicks(reader, ".image-form .button").await?;
    is_there(reader, ".image-error").await?;
    look.at(reader).await?;
    leaves(reader).await?;

    let select = "document.getSelection().selectAllChildren(document.querySelector('#passage'));";
    reader.run(select, json!(null)).await?;
    is_there(reader, ".quote-bar .button").await?;
    look.at(reader).await?;
    let unselect = "document.getSelection().removeAllRanges();";
    reader.run(unselect, json!(null)).await?;
    let is_gone = "return !all('.quote-bar .button').some(visible);";
    reader.finds("no selection", is_gone).await
}

async fn opens_what_leads_on(reader: &Reader, look: Look) -> Result<()> {
    // The deepest reply has the least room.
    focuses(reader, "Level 7.").await?;
    reader.presses("r").await?;
    let composer = "return !!composer('Level 7.')?.querySelector('.toolbar-button');";
    reader.finds("the composer", composer).await?;
    reader.writes_into(Some("Level 7."), "Half a reply").await?;
    look.at(reader).await?;

    clicks(reader, ".search-open").await?;
    let field = "return !!active()?.matches('#search-field');";
    reader.finds("the field", field).await?;
    reader.presses("plan").await?;
    is_there(reader, ".found mark").await?;
    look.at(reader).await?;
    leaves(reader).await?;

    clicks(reader, ".comment .react").await?;
    look.at(reader).await?;
    clicks(reader, ".comment .react").await
}

async fn opens_dialogs(reader: &Reader, look: Look) -> Result<()> {
    clicks(reader, ".comment .comment-more").await?;
    is_there(reader, ".menu-item").await?;
    look.at(reader).await?;
    reader.presses(END).await?;
    reader.presses(ENTER).await?;
    // Without the words that this reason needs.
    clicks(reader, "dialog .choice:last-of-type input").await?;
    clicks(reader, "dialog .button-primary").await?;
    is_there(reader, "dialog .tool-trouble").await?;
    look.at(reader).await?;
    leaves(reader).await?;

    clicks(reader, ".comment .comment-mark.text-button").await?;
    is_there(reader, "dialog ins").await?;
    look.at(reader).await?;
    leaves(reader).await?;

    focuses(reader, "new plan").await?;
    reader.presses("?").await?;
    is_there(reader, "dialog kbd").await?;
    look.at(reader).await?;
    leaves(reader).await?;

    let mute = "return article('Loud words.').querySelector('.comment-more');";
    reader.clicks_on("its menu", mute, json!(null)).await?;
    is_there(reader, ".menu-item").await?;
    let item = "return all('.menu-item').find((it) => say(it).includes('Mallory'));";
    reader.clicks_on("the item", item, json!(null)).await?;
    is_there(reader, ".comment-veil").await?;
    look.at(reader).await?;

    clicks(reader, ".thread-foot > :first-child").await?;
    // The question that comes before a draft is thrown away.
    clicks(reader, ".tool-item .button:nth-child(2)").await?;
    is_there(reader, ".tool-item .button-danger").await?;
    look.at(reader).await?;
    leaves(reader).await?;
    clicks(reader, ".thread-foot > :nth-child(2)").await?;
    is_there(reader, "dialog .tool-row").await?;
    look.at(reader).await?;
    leaves(reader).await?;
    clicks(reader, ".thread-foot > :nth-child(3)").await?;
    clicks(reader, "dialog .button-primary").await?;
    is_there(reader, "dialog .code").await?;
    look.at(reader).await?;
    leaves(reader).await
}

pub(crate) async fn no_barrier_to_tools_in_the_dark(story: &Story) -> Result<()> {
    let server = server().await?;
    let preferences = Preferences {
        dark: true,
        ..Preferences::default()
    };
    let reader = story.reader_with(preferences).await?;
    let url = story.page("/article", &page(&server, "lang=en"));
    reader.goes_to(&url).await?;
    opens_everything(&reader, Look::Barriers).await
}

pub(crate) async fn no_barrier_to_tools_in_forced_colours(story: &Story) -> Result<()> {
    let server = server().await?;
    let preferences = Preferences {
        forced_colors: true,
        ..Preferences::default()
    };
    let reader = story.reader_with(preferences).await?;
    let url = story.page("/article", &page(&server, "lang=en"));
    reader.goes_to(&url).await?;
    let is_forced = "return matchMedia('(forced-colors: active)').matches;";
    reader.finds("forced colours", is_forced).await?;
    opens_everything(&reader, Look::Barriers).await
}

pub(crate) async fn no_barrier_to_tools_from_right_to_left(story: &Story) -> Result<()> {
    let server = server().await?;
    let reader = story.reader().await?;
    let url = story.page("/article", &page(&server, "lang=ar dir=rtl"));
    reader.goes_to(&url).await?;
    opens_everything(&reader, Look::Both).await
}

pub(crate) async fn tools_in_the_direction_of_the_thread(story: &Story) -> Result<()> {
    let server = server().await?;
    let reader = story.reader().await?;
    for (html, lang, direction) in [("dir=ltr", "ar", "rtl"), ("dir=rtl", "en", "ltr")] {
        let attributes = format!("data-lang={lang} data-sort=oldest");
        let page = Page::new().html(html).script(&server.url(), &attributes);
        reader.opens(&story.page("/article", &page)).await?;
        reader.has_the_program().await?;
        clicks(&reader, ".comment .comment-more").await?;
        is_there(&reader, ".menu-item").await?;
        let goes = format!(
            "return ['.thread', '.composer', '.menu, dialog'].every((it) =>
                 getComputedStyle(root.querySelector(it)).direction === {direction:?});"
        );
        reader.finds("the menu in that direction", &goes).await?;
        reader.presses(END).await?;
        reader.presses(ENTER).await?;
        is_there(&reader, "dialog .choice").await?;
        reader.finds("the dialog in that direction", &goes).await?;
        leaves(&reader).await?;
    }
    Ok(())
}

pub(crate) async fn tools_in_320_pixels(story: &Story) -> Result<()> {
    let server = server().await?;
    let article = story.page("/article", &page(&server, "lang=en"));
    let frame = Page::new().article("").body(&format!(
        "<iframe src=\"{article}\" title=article width=320 height=480 style=\"border: 0\"></iframe>"
    ));
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/frame", &frame)).await?;
    reader.looks_into_frame().await?;
    reader.run("host.scrollIntoView();", json!(null)).await?;
    opens_everything(&reader, Look::Room).await
}

pub(crate) async fn the_focus_is_not_hidden(story: &Story) -> Result<()> {
    let server = server().await?;
    let article = story.page("/article", &page(&server, "lang=en"));
    let frame = Page::new().article("").body(&format!(
        "<iframe src=\"{article}\" title=article width=320 height=480 style=\"border: 0\"></iframe>"
    ));
    let reader = story.reader().await?;
    reader.opens(&article).await?;
    reader.has_the_program().await?;
    let says = |text| server.has_comment("/article", Some("Ben"), text, None);
    says("Since the last visit.").await?;
    reader.goes_to(&story.page("/frame", &frame)).await?;
    reader.looks_into_frame().await?;
    reader.run("host.scrollIntoView();", json!(null)).await?;
    reader.waits_for_the_thread().await?;
    reader.has_the_program().await?;
    is_there(&reader, ".next-new").await?;
    says("Just now.").await?;
    is_there(&reader, ".news .button").await?;
    let begin = "root.querySelector('.thread-title').focus();";
    reader.run(begin, json!(null)).await?;
    // What is fixed at an edge of the window hides nothing that Tab reaches (WCAG 2.4.11).
    let mut seen = 0;
    loop {
        reader.presses_tab().await?;
        let is_last = until("what has the focus to be seen", || async {
            let (is_last, covered): (bool, Option<String>) = reader
                .ask(
                    "const at = active();
                     const { top, bottom, left, right } = at.getBoundingClientRect();
                     const isUnder = (it) => {
                         const box = it.getBoundingClientRect();
                         return it !== at && top >= box.top && bottom <= box.bottom
                             && left >= box.left && right <= box.right;
                     };
                     const cover = all('.next-new, .news > .button').filter(visible).find(isUnder);
                     return [at === all('article .text-button').filter(visible).at(-1),
                         cover ? `${at.outerHTML} under ${cover.outerHTML}` : null];",
                    json!(null),
                )
                .await?;
            ensure!(covered.is_none(), "{covered:?} after {seen}");
            Ok(Some(is_last))
        })
        .await?;
        seen += 1;
        if is_last {
            break;
        }
        ensure!(seen < 120, "Tab doesn't reach the end");
    }
    ensure!(seen > 40, "{seen}");
    Ok(())
}
