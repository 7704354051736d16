//! Pictures of the demo article's comments, taken by the tests' own browser.
//!
//! `cargo run -p afterword-e2e --bin screenshots` takes the README's; with `all` behind it every
//! state that a designer wants to see, into `target/screenshots/`; with `pages` only the server's
//! pages for readers without scripts; with `features` those of docs/features.md; with `themes` each
//! theme, light and dark, with `backends` threads of other backends, and with `mail` what readers see
//! of mails, `more` what they do beside reading and writing, and `moderation` what moderators see, into
//! `target/screenshots/`.

#[path = "screenshots/elsewhere.rs"]
mod elsewhere;
#[path = "screenshots/mail.rs"]
mod mail;
#[path = "screenshots/moderation.rs"]
mod moderation;
#[path = "screenshots/more.rs"]
mod more;

use std::path::{Path, PathBuf};

use afterword_e2e::{Engine, Page, Pool, Preferences, Reader, Scene, Server, Story, run};
use anyhow::{Context, Result, bail};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<()> {
    let pool = Pool::new();
    let set = std::env::args().nth(1).unwrap_or_default();
    let scene: Scene = match set.as_str() {
        "" => |story| Box::pin(for_the_readme(story)),
        "all" => |story| {
            Box::pin(async move {
                every_state(story).await?;
                every_page(story).await
            })
        },
        "pages" => |story| Box::pin(every_page(story)),
        "features" => |story| Box::pin(for_the_features(story)),
        "mail" => |story| Box::pin(mail::every_state(story)),
        "more" => |story| {
            Box::pin(async move {
                let folder = project().join("target/screenshots");
                let light = Preferences {
                    reduced_motion: true,
                    ..Preferences::default()
                };
                more::counts(story, light, &folder).await?;
                more::an_image(story, light, &folder).await?;
                more::for_the_features(story, light, &folder).await
            })
        },
        "moderation" => |story| {
            Box::pin(async move {
                let folder = project().join("target/screenshots");
                let light = Preferences {
                    reduced_motion: true,
                    ..Preferences::default()
                };
                moderation::for_the_features(story, light, &folder).await
            })
        },
        "backends" => |story| Box::pin(elsewhere::every_backend(story)),
        "themes" => |story| Box::pin(every_theme(story)),
        other => bail!("there is no set of pictures called \"{other}\""),
    };
    let result = run("screenshots", Engine::Chromium, pool.clone(), scene).await;
    pool.close().await;
    result
}

/// Somebody's comment.
const TEXT: &str = "> “We thought that the dark would be easiest to take back.”\n\nThe **honest** \
    part is _thought_. Ask `the harbour office`.\n\n- one\n- two";

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

async fn keep(reader: &Reader, path: &Path) -> Result<()> {
    let folder = path.parent().context("a picture needs a folder")?;
    std::fs::create_dir_all(folder)?;
    std::fs::write(path, reader.picture().await?)?;
    println!("{}", path.display());
    Ok(())
}

/// Scrolls until the comments begin so far below the upper edge, without the focus on anything.
async fn scroll(reader: &Reader, space: u32) -> Result<()> {
    let script = "document.activeElement?.blur();
        scrollTo({ top: host.getBoundingClientRect().top + scrollY - argument, behavior: 'instant' });
        document.fonts.ready.then(() =>
            requestAnimationFrame(() => requestAnimationFrame(() => done(true))));";
    reader
        .ask_async::<bool>(script, json!(space))
        .await
        .map(drop)
}

async fn for_the_readme(story: &Story) -> Result<()> {
    let server = Server::demo()?;
    let preferences = Preferences {
        fine_screen: true,
        ..Preferences::default()
    };
    let reader = story.reader_with(preferences).await?;
    reader.has_window(860, 1240).await?;
    reader.goes_to(&server.url()).await?;
    reader.run("host.load();", json!(null)).await?;
    reader.waits_for_the_thread().await?;
    scroll(&reader, 56).await?;
    keep(&reader, &project().join("docs/images/thread.png")).await
}

/// Goes to the demo article, and to its comments.
async fn goes_to_the_demo(reader: &Reader, server: &Server, query: &str) -> Result<()> {
    reader.goes_to(&format!("{}/{query}", server.url())).await?;
    reader.run("host.load();", json!(null)).await?;
    reader.waits_for_the_thread().await?;
    scroll(reader, 24).await
}

/// The pictures of docs/features.md. Small ones: the page should be read on a telephone too.
async fn for_the_features(story: &Story) -> Result<()> {
    let server = Server::demo()?;
    let folder = project().join("docs/images");
    let light = Preferences {
        reduced_motion: true,
        ..Preferences::default()
    };
    let dark = Preferences {
        dark: true,
        ..light
    };
    for (name, preferences, width, height, query) in [
        ("feature-thread", light, 760, 900, ""),
        ("feature-dark", dark, 560, 760, ""),
        ("feature-narrow", light, 500, 760, "?narrow"),
        ("feature-rtl", light, 560, 760, "?lang=ar"),
    ] {
        let reader = story.reader_with(preferences).await?;
        reader.has_window(width, height).await?;
        reader.goes_to(&format!("{}/{query}", server.url())).await?;
        if query == "?lang=ar" {
            // A page in that direction.
            reader
                .run("document.documentElement.dir = 'rtl';", json!(null))
                .await?;
        }
        if query == "?narrow" {
            // No window is that narrow.
            reader
                .run("document.body.style.inlineSize = '360px';", json!(null))
                .await?;
        }
        reader.run("host.load();", json!(null)).await?;
        reader.waits_for_the_thread().await?;
        scroll(&reader, 24).await?;
        keep(&reader, &folder.join(format!("{name}.png"))).await?;
    }

    let reader = story.reader_with(light).await?;
    reader.has_window(760, 620).await?;
    goes_to_the_demo(&reader, &server, "").await?;
    reader.signs("Ben").await?;
    reader.writes(TEXT).await?;
    reader.clicks("Preview").await?;
    reader
        .finds(
            "the preview",
            "return !!root.querySelector('.composer-preview strong');",
        )
        .await?;
    scroll(&reader, 24).await?;
    keep(&reader, &folder.join("feature-composer.png")).await?;
    for_what_is_opened(story, &server, light, &folder).await?;
    elsewhere::for_the_features(story, &server, light, &folder).await?;

    mail::for_the_features(story, light, &folder).await?;
    more::for_the_features(story, light, &folder).await?;
    more::an_image(story, light, &folder).await?;
    more::counts(story, light, &folder).await?;
    moderation::for_the_features(story, light, &folder).await?;

    // Of somebody who has no draft.
    let reader = story.reader_with(light).await?;
    reader.has_window(1280, 800).await?;
    reader
        .goes_to(&format!("{}/playground", server.url()))
        .await?;
    reader.waits_for_the_thread().await?;
    reader.looking_at(1).waits_for_the_thread().await?;
    keep(&reader, &folder.join("feature-playground.png")).await?;
    for (theme, sheet) in [
        ("sepia", "light"),
        ("high-contrast", "light"),
        ("newspaper", "light"),
        ("terminal", "dark"),
    ] {
        reader.has_window(560, 1400).await?;
        shows_theme(&reader, theme, sheet).await?;
        keep_element(&reader, &folder.join(format!("theme-{theme}.png"))).await?;
    }
    Ok(())
}

/// Chooses a theme in the playground, and what is seen of it.
async fn shows_theme(reader: &Reader, theme: &str, scheme: &str) -> Result<()> {
    let script = "for (const [id, value] of Object.entries(argument)) {
            const select = document.getElementById(id);
            select.value = value;
            select.dispatchEvent(new Event('change'));
        }
        for (const selector of ['form', 'header'])
            document.querySelector(selector).style.display = 'none';
        document.querySelector('.desk').style.display = 'block';
        const main = document.querySelector('main');
        main.style.maxBlockSize = 'none';
        main.style.padding = 0;";
    let choice = json!({ "start": theme, "scheme": scheme });
    reader.run(script, choice).await?;
    reader
        .finds(
            "the theme",
            &format!(
                "return '{theme}' === 'default'
                     || document.getElementById('css').value.includes('::part(');"
            ),
        )
        .await?;
    let script = "scrollTo(0, 0);
        document.fonts.ready.then(() =>
            requestAnimationFrame(() => requestAnimationFrame(() => done(true))));";
    reader.ask_async::<bool>(script, json!(null)).await?;
    Ok(())
}

/// A picture of the window's upper part.
async fn keep_element(reader: &Reader, path: &Path) -> Result<()> {
    reader.has_window(560, 760).await?;
    keep(reader, path).await
}

/// Each theme of the playground, light and dark.
async fn every_theme(story: &Story) -> Result<()> {
    let server = Server::demo()?;
    let folder = project().join("target/screenshots");
    let reader = story.reader().await?;
    reader.has_window(1400, 1000).await?;
    let url = format!("{}/playground", server.url());
    reader.goes_to(&url).await?;
    reader.waits_for_the_thread().await?;
    reader.looking_at(1).waits_for_the_thread().await?;
    keep(&reader, &folder.join("playground.png")).await?;
    for theme in ["default", "high-contrast", "sepia", "newspaper", "terminal"] {
        shows_theme(&reader, theme, "both").await?;
        keep(&reader, &folder.join(format!("theme-{theme}.png"))).await?;
    }
    reader.has_window(500, 1000).await?;
    reader.goes_to(&url).await?;
    reader.waits_for_the_thread().await?;
    keep(&reader, &folder.join("playground-narrow.png")).await
}

async fn every_state(story: &Story) -> Result<()> {
    let mut server = Server::demo()?;
    let folder = project().join("target/screenshots");
    let light = Preferences::default();
    let dark = Preferences {
        dark: true,
        ..light
    };
    for (name, preferences, width, height) in [
        ("wide", light, 1200, 1800),
        ("narrow", light, 390, 1800),
        ("280", light, 280, 1800),
        ("dark", dark, 860, 1800),
    ] {
        let reader = story.reader_with(preferences).await?;
        reader.has_window(width, height).await?;
        reader.goes_to(&server.url()).await?;
        reader.run("host.load();", json!(null)).await?;
        reader.waits_for_the_thread().await?;
        scroll(&reader, 60).await?;
        keep(&reader, &folder.join(format!("{name}.png"))).await?;
        // The rest of the thread, which is where replies to replies are.
        scroll(&reader, 0).await?;
        reader.run("scrollBy(0, 1700);", json!(null)).await?;
        keep(&reader, &folder.join(format!("{name}-below.png"))).await?;
    }

    let reader = story.reader().await?;
    reader.has_window(860, 1100).await?;
    reader.goes_to(&server.url()).await?;
    reader.run("host.load();", json!(null)).await?;
    reader.waits_for_the_thread().await?;
    reader.signs("Ben").await?;
    reader.writes(TEXT).await?;
    scroll(&reader, 60).await?;
    keep(&reader, &folder.join("composing.png")).await?;
    reader.clicks("Preview").await?;
    reader
        .finds(
            "the preview",
            "return !!root.querySelector('.composer-preview strong');",
        )
        .await?;
    scroll(&reader, 60).await?;
    keep(&reader, &folder.join("preview.png")).await?;
    reader.posts().await?;
    let comment = reader.sees_comment("Ask the harbour office").await?;
    keep(&reader, &folder.join("posted.png")).await?;
    reader.clicks_at("Ask the harbour office", "Reply").await?;
    reader
        .finds(
            "its composer",
            "return !!composer('Ask the harbour office');",
        )
        .await?;
    keep(&reader, &folder.join("replying.png")).await?;
    reader.clicks_at("Ask the harbour office", "Cancel").await?;
    reader.clicks_at("Ask the harbour office", "Edit").await?;
    reader
        .finds("the editor", "return active()?.matches('textarea');")
        .await?;
    keep(&reader, &folder.join("editing.png")).await?;
    let by_id = format!("#{}", comment.id);
    reader.clicks_at(&by_id, "Cancel").await?;
    reader.clicks_at(&by_id, "Delete").await?;
    reader.sees("Delete this comment for good?").await?;
    keep(&reader, &folder.join("confirm.png")).await?;
    reader.clicks_at(&by_id, "Keep it").await?;
    let target = reader.shown().await?.comments[3].anchor();
    reader
        .run("location.hash = argument;", json!(target))
        .await?;
    reader
        .waits("the linked comment", |shown| {
            shown.comments.iter().any(|it| it.is("target"))
        })
        .await?;
    keep(&reader, &folder.join("linked.png")).await?;
    reader.clicks("Post comment").await?;
    reader.sees("There is nothing to post yet.").await?;
    scroll(&reader, 60).await?;
    keep(&reader, &folder.join("refused.png")).await?;

    let style = "body { max-width: 40rem; margin: 2rem auto; font: 17px/1.6 sans-serif; }";
    let page = |head: &str, attributes: &str| {
        Page::new()
            .html(head)
            .style(style)
            .script(&server.url(), attributes)
    };
    let arabic = story.page("/arabic", &page("lang=ar dir=rtl", "data-page-id=/"));
    reader.opens(&arabic).await?;
    keep(&reader, &folder.join("rtl.png")).await?;
    let empty = story.page("/empty", &page("lang=en", ""));
    reader.opens(&empty).await?;
    keep(&reader, &folder.join("empty.png")).await?;

    let files = story.server()?;
    let attributes = format!("data-page-id=/ data-api={}", server.url());
    let url = story.page(
        "/error",
        &Page::new().style(style).script(&files.url(), &attributes),
    );
    reader.opens(&url).await?;
    server.pause();
    reader.writes("A comment that does not arrive.").await?;
    reader.posts().await?;
    reader.sees("sending…").await?;
    keep(&reader, &folder.join("sending.png")).await?;
    reader.goes_to(&url).await?;
    reader
        .finds(
            "a thread that is being loaded",
            "return !!root?.querySelector('.skeleton');",
        )
        .await?;
    keep(&reader, &folder.join("loading.png")).await?;
    server.kill();
    reader.sees("The comments could not be loaded.").await?;
    reader.sees("not sent yet").await?;
    keep(&reader, &folder.join("error.png")).await
}

/// The server's own pages, as a reader without scripts sees them.
async fn every_page(story: &Story) -> Result<()> {
    let folder = project().join("target/screenshots");
    // Without motion, so that no colour is on its way to another.
    let light = Preferences {
        no_scripts: true,
        reduced_motion: true,
        ..Preferences::default()
    };
    let dark = Preferences {
        dark: true,
        ..light
    };
    for (name, preferences, lang, width) in [
        ("wide", light, "en", 1280),
        ("narrow", light, "en", 360),
        ("dark", dark, "en", 860),
        ("arabic", light, "ar", 860),
    ] {
        let server = Server::demo()?;
        let reader = story.reader_with(preferences).await?;
        reader.has_window(width, 1100).await?;
        let keep_page = async |page: &str| {
            let path = folder.join(format!("page-{page}-{name}.png"));
            keep(&reader, &path).await
        };
        let thread = |page: &str| {
            let (server, article) = (server.url(), story.site.url("/article"));
            format!("{server}/thread?page={page}&lang={lang}&title=On+slow+news&url={article}")
        };
        // Presses what the one finds, and waits for what the other finds, which is on the next page.
        let presses = async |selector: &str, next: &str| {
            let script = "return root.querySelector(argument);";
            reader.clicks_on(selector, script, json!(selector)).await?;
            let script = format!("return !!root.querySelector({next:?});");
            reader.finds(next, &script).await
        };

        reader.opens(&thread("/empty")).await?;
        keep_page("empty").await?;
        reader.opens(&thread("/")).await?;
        keep_page("thread").await?;
        presses(".composer .button-primary", ".composer-error").await?;
        keep_page("refused").await?;
        reader.writes(TEXT).await?;
        presses(".composer-toggle", ".composer-preview").await?;
        keep_page("preview").await?;
        presses(".composer .button-primary", ".receipt").await?;
        keep_page("receipt").await?;
        presses(".kept", "[href*='edit=']").await?;
        keep_page("comment").await?;
        let own = reader.driver().current_url().await?;
        presses("[href*='edit=']", ".composer").await?;
        keep_page("edit").await?;
        let edit = reader.driver().window().await?;
        let other = reader.driver().new_tab().await?;
        reader.driver().switch_to_window(other).await?;
        reader.goes_to(own.as_str()).await?;
        presses("[href*='delete=']", ".confirm").await?;
        keep_page("delete").await?;
        presses(".button-danger", ".thread-head").await?;
        keep_page("deleted").await?;
        presses(".replies .replies [href*='reply=']", ".branch > .composer").await?;
        keep_page("reply").await?;
        reader.goes_to(own.as_str()).await?;
        keep_page("error").await?;
        reader.driver().close_window().await?;
        reader.driver().switch_to_window(edit).await?;
        presses(".composer .button-primary", ".unsent").await?;
        keep_page("unsent").await?;

        let frame = format!(
            "<iframe src=\"{}\" style=\"display: block; width: 100%; height: 85vh; border: 0\"></iframe>",
            thread("/").replace('&', "&amp;")
        );
        let style = "body { max-width: 40rem; margin: 2rem auto; font: 17px/1.6 serif; }";
        let page = Page::new().style(style).body(&frame);
        reader.goes_to(&story.page("/article", &page)).await?;
        keep_page("frame").await?;
    }
    Ok(())
}

/// What is opened by a reader: search, keys, menu, quotation, emoji, history.
async fn for_what_is_opened(
    story: &Story,
    server: &Server,
    preferences: Preferences,
    folder: &Path,
) -> Result<()> {
    let reader = story.reader_with(preferences).await?;
    reader.has_window(560, 640).await?;
    goes_to_the_demo(&reader, server, "").await?;
    reader.clicks("Search").await?;
    let field = "return !!active()?.matches('[type=search]');";
    reader.finds("the field", field).await?;
    reader.presses("stars").await?;
    reader
        .finds("what is found", "return all('.found li').length > 0;")
        .await?;
    keep(&reader, &folder.join("feature-search.png")).await?;
    reader.clicks("Close").await?;

    reader
        .run("root.querySelector('article').focus();", json!(null))
        .await?;
    reader.presses("?").await?;
    let dialog = "return !!root.querySelector('dialog[open]');";
    reader.finds("the keys", dialog).await?;
    keep(&reader, &folder.join("feature-keys.png")).await?;
    reader.presses("\u{e00c}").await?;

    let more = "return root.querySelector('article .comment-more');";
    reader.clicks_on("the menu", more, json!(null)).await?;
    let menu = "return all('[role=menuitem]').length > 2;";
    reader.finds("the menu", menu).await?;
    keep(&reader, &folder.join("feature-menu.png")).await?;
    reader.presses("\u{e00c}").await?;

    let select = "const it = document.querySelectorAll('article p')[3];
        it.scrollIntoView({ block: 'center', behavior: 'instant' });
        getSelection().selectAllChildren(it);";
    reader.run(select, json!(null)).await?;
    let button = "return !!button(root, 'Quote in a comment');";
    reader.finds("the button", button).await?;
    keep(&reader, &folder.join("feature-quote.png")).await?;

    reader.writes("Look up ").await?;
    let emoji = "return root.querySelector('.toolbar-button[data-name=emoji]');";
    reader.clicks_on("the picker", emoji, json!(null)).await?;
    let all = "return all('.emoji-option').length > 1500;";
    reader.finds("all emoji", all).await?;
    keep(&reader, &folder.join("feature-emoji.png")).await?;
    reader.presses("\u{e00c}").await?;

    reader
        .writes("Our street has turned the lamps off.")
        .await?;
    reader.posts().await?;
    let comment = reader.sees_comment("Our street").await?;
    let by_id = format!("#{}", comment.id);
    reader.clicks_at(&by_id, "Edit").await?;
    let text = "Our street has turned most of the lamps off. The stars are back.";
    reader.writes_into(Some(&by_id), text).await?;
    reader.submits(&by_id).await?;
    reader.sees_comment("The stars are back.").await?;
    reader.clicks_at(&by_id, "edited").await?;
    let versions = "return all('.version-text').length === 2;";
    reader.finds("the versions", versions).await?;
    keep(&reader, &folder.join("feature-history.png")).await
}
