//! What readers do beside reading and writing: for docs/features.md.

use std::path::Path;

use afterword_e2e::{Page, Preferences, Reader, Server, Story};
use anyhow::Result;
use serde_json::json;

use super::{goes_to_the_demo, keep};

const ESCAPE: &str = "\u{e00c}";

/// Brings into view what a script finds, as near to the middle as may be.
async fn shows(reader: &Reader, script: &str) -> Result<()> {
    let script = format!(
        "const it = (() => {{ {script} }})();
         it.scrollIntoView({{ block: 'center', behavior: 'instant' }});
         requestAnimationFrame(() => requestAnimationFrame(() => done(true)));"
    );
    reader.ask_async::<bool>(&script, json!(null)).await?;
    Ok(())
}

/// Chooses from the menu of the first comment.
async fn chooses(reader: &Reader, item: &str) -> Result<()> {
    let more = "return root.querySelector('article .comment-more');";
    reader.clicks_on("the menu", more, json!(null)).await?;
    let found = "return all('[role=menuitem]').find((it) => say(it) === argument);";
    reader.clicks_on(item, found, json!(item)).await
}

/// The pictures of docs/features.md.
pub(super) async fn for_the_features(
    story: &Story,
    preferences: Preferences,
    folder: &Path,
) -> Result<()> {
    let mut server = Server::demo()?;
    let reader = story.reader_with(preferences).await?;
    reader.has_window(560, 640).await?;
    goes_to_the_demo(&reader, &server, "").await?;
    reader.signs("Ben").await?;
    let tools = "return !!root.querySelector('.toolbar-button');";
    reader.finds("the tools", tools).await?;

    // What others write meanwhile, and what of it is new.
    for (author, text) in [
        (
            "Noor",
            "The baker leaves the one above the door on. For the cats.",
        ),
        ("Tomas", "And the harbour the green one."),
    ] {
        server.has_comment("/", Some(author), text, None).await?;
    }
    reader.sees("2 new comments").await?;
    shows(&reader, "return root.querySelector('.news');").await?;
    keep(&reader, &folder.join("feature-live.png")).await?;
    reader.clicks("2 new comments").await?;
    reader.sees_comment("For the cats.").await?;
    shows(&reader, "return article('For the cats.');").await?;
    keep(&reader, &folder.join("feature-unread.png")).await?;

    // A branch in one line.
    let line = "return root.querySelector('.branch:has(.replies .replies) .fold');";
    reader
        .clicks_on("a branch's line", line, json!(null))
        .await?;
    let folded = "return root.querySelector('.fold[aria-expanded=false]');";
    shows(&reader, folded).await?;
    keep(&reader, &folder.join("feature-fold.png")).await?;

    let dialog = "return !!root.querySelector('dialog[open]');";
    chooses(&reader, "Report…").await?;
    reader.finds("the reasons", dialog).await?;
    keep(&reader, &folder.join("feature-report.png")).await?;
    reader.presses(ESCAPE).await?;

    // What an answer is to, for the pointer.
    let up = "return article('We would miss the dark').querySelector('.comment-up');";
    shows(&reader, up).await?;
    reader.points_to("the link to it", up, json!(null)).await?;
    let peek = "return !!root.querySelector('.peek');";
    reader.finds("what it answers", peek).await?;
    keep(&reader, &folder.join("feature-peek.png")).await?;
    reader.presses(ESCAPE).await?;

    chooses(&reader, "Mute Tomas").await?;
    reader.sees("Muted: Tomas.").await?;
    shows(&reader, "return article('For the cats.');").await?;
    keep(&reader, &folder.join("feature-mute.png")).await?;

    reader.comments("From my desk.").await?;
    reader.clicks("Use on another device").await?;
    reader.clicks("Get a code").await?;
    reader
        .finds("the code", "return !!root.querySelector('.code');")
        .await?;
    keep(&reader, &folder.join("feature-transfer.png")).await?;
    reader.presses(ESCAPE).await?;

    reader.writes("A thought that is not done yet").await?;
    reader.clicks_at("For the cats.", "Reply").await?;
    reader
        .writes_into(Some("For the cats."), "Which cats? I have never")
        .await?;
    reader.goes_to(&server.url()).await?;
    reader.run("host.load();", json!(null)).await?;
    reader.clicks("2 drafts").await?;
    reader.finds("the drafts", dialog).await?;
    keep(&reader, &folder.join("feature-drafts.png")).await?;
    reader.presses(ESCAPE).await?;

    // Without a connection.
    server.pause();
    let offline =
        "Object.defineProperty(navigator, 'onLine', { configurable: true, value: false });
        dispatchEvent(new Event('offline'));";
    reader.run(offline, json!(null)).await?;
    reader.writes("From the tunnel.").await?;
    server.kill();
    reader.posts().await?;
    reader
        .sees("This is sent by itself as soon as the connection is back.")
        .await?;
    shows(&reader, "return article('From the tunnel.');").await?;
    keep(&reader, &folder.join("feature-outbox.png")).await
}

/// A picture that is dropped, and asked about.
pub(super) async fn an_image(story: &Story, preferences: Preferences, folder: &Path) -> Result<()> {
    let server = Server::start(vec![("AFTERWORD_IMAGE_BYTES", "2000000".to_owned())])?;
    let reader = story.reader_with(preferences).await?;
    reader.has_window(560, 760).await?;
    let attributes = "data-title=\"On slow news\"";
    reader
        .opens(&story.article("/article", &server.url(), attributes))
        .await?;
    let font = "document.documentElement.style.fontFamily = 'sans-serif';";
    reader.run(font, json!(null)).await?;
    reader.signs("Noor").await?;
    reader.writes("From our roof, last night:").await?;
    let tools = "return !!root.querySelector('.toolbar-button');";
    reader.finds("the tools", tools).await?;
    // A night sky.
    let drop = "const canvas = Object.assign(document.createElement('canvas'), { width: 480, height: 220 });
        const sky = canvas.getContext('2d');
        const dusk = sky.createLinearGradient(0, 0, 0, 220);
        dusk.addColorStop(0, '#0b1026');
        dusk.addColorStop(1, '#3d3f6b');
        sky.fillStyle = dusk;
        sky.fillRect(0, 0, 480, 220);
        sky.fillStyle = '#fff';
        for (let star = 0; star < 90; star++)
            sky.fillRect((star * 197) % 480, (star * star * 31) % 170, 1 + (star % 2), 1 + (star % 2));
        sky.fillStyle = '#10131f';
        for (const [x, width, height] of [[0, 120, 45], [130, 70, 70], [210, 140, 35], [360, 120, 60]])
            sky.fillRect(x, 220 - height, width, height);
        canvas.toBlob((blob) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([blob], 'sky.png', { type: 'image/png' }));
            done(composer(null).querySelector('textarea').dispatchEvent(
                new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })));
        });";
    reader.ask_async::<bool>(drop, json!(null)).await?;
    reader.sees("Describe the image").await?;
    reader.presses("Stars over dark roofs").await?;
    keep(&reader, &folder.join("feature-image-asked.png")).await?;
    reader.clicks("Add the image").await?;
    reader
        .waits("the image in the text", |shown| {
            let draft = shown.draft.as_deref();
            draft.is_some_and(|draft| draft.contains("](/images/"))
        })
        .await?;
    reader.posts().await?;
    let shown = "const image = root.querySelector('.comment-body img');
        return !!image?.complete && image.naturalHeight > 0;";
    reader.finds("the image", shown).await?;
    shows(&reader, "return root.querySelector('.comment-body img');").await?;
    keep(&reader, &folder.join("feature-image.png")).await
}

/// A list of articles with how many comments each has.
pub(super) async fn counts(story: &Story, preferences: Preferences, folder: &Path) -> Result<()> {
    let server = Server::demo()?;
    server
        .has_comment("/tea", Some("Ana"), "With lemon?", None)
        .await?;
    let articles = [
        ("/", "The night they turned the street lights off"),
        ("/tea", "Tea that stays warm"),
        ("/harbour", "A harbour without gulls"),
    ];
    let list = articles.map(|(page, title)| {
        format!("<li><a href=\"{page}\">{title}</a><br><small><afterword-count data-page-id=\"{page}\"></afterword-count></small></li>")
    });
    let page = Page::new()
        .style("body { font: 17px/1.6 sans-serif; margin: 2rem } li { margin-block: 0.75rem }")
        .head(&format!(
            "<script src=\"{}/count.js\" defer></script>",
            server.url()
        ))
        .body(&format!("<ul>{}</ul>", list.concat()));
    let reader = story.reader_with(preferences).await?;
    reader.has_window(560, 480).await?;
    reader.goes_to(&story.page("/articles", &page)).await?;
    let counted = "return all('afterword-count', document).every((it) => say(it));";
    reader.finds("the counts", counted).await?;
    keep(&reader, &folder.join("feature-counts.png")).await
}
