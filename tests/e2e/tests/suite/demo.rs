//! The demo article, as `cargo xtask demo` serves it.

use afterword_e2e::{Preferences, Server, Story};
use anyhow::{Context, Result, ensure};
use serde_json::json;

pub(crate) async fn an_article_with_comments_of_every_kind(story: &Story) -> Result<()> {
    let server = Server::demo()?;
    let reader = story.reader().await?;
    reader.goes_to(&server.url()).await?;
    reader.run("host.scrollIntoView();", json!(null)).await?;
    let shown = reader.waits_for_the_thread().await?;
    ensure!(
        shown.title == "16 comments" && shown.comments.len() == 16,
        "{shown:#?}"
    );
    reader
        .finds(
            "a quotation, two paragraphs, code, a list, a link, and another script",
            "const has = (selector) => !!root.querySelector(`.comment-body ${selector}`);
             return ['blockquote', 'p + p', 'pre > code', 'ol > li', 'a'].every(has)
                 && /[\\u0600-\\u06ff]{3}/.test(root.textContent);",
        )
        .await?;
    shown.comment("💪🇺🇦👊🏽").context("no emoji")?;
    shown.comment("👩‍👩‍👧").context("no joined emoji")?;
    ensure!(
        shown.comments.iter().any(|it| it.depth >= 2),
        "no reply to a reply: {shown:#?}"
    );
    // What the newcomer does first.
    reader.comments("Hello from a newcomer.").await?;
    reader.answers("Hello from", "And welcome.").await?;
    reader.deletes("And welcome.").await?;
    reader.hears("Your comment has been deleted.").await?;
    reader.finds_no_barrier_on_the_page().await
}

pub(crate) async fn without_a_server_and_in_the_dark(story: &Story) -> Result<()> {
    let server = Server::demo()?;
    let dark = Preferences {
        dark: true,
        ..Preferences::default()
    };
    let reader = story.reader_with(dark).await?;
    reader
        .goes_to(&format!("{}/?backend=local", server.url()))
        .await?;
    reader.run("host.scrollIntoView();", json!(null)).await?;
    let shown = reader.waits_for_the_thread().await?;
    ensure!(shown.comments.is_empty(), "{shown:#?}");
    reader
        .sees("These comments are kept in this browser alone: nobody else sees them.")
        .await?;
    reader.comments("To myself.").await?;
    ensure!(server.thread("/").await?.total == 16);
    reader.finds_no_barrier_on_the_page().await
}

pub(crate) async fn a_playground_for_themes(story: &Story) -> Result<()> {
    let server = Server::demo()?;
    // What is far from the window stands still in the middle of a change of colours.
    let preferences = Preferences {
        reduced_motion: true,
        ..Preferences::default()
    };
    let reader = story.reader_with(preferences).await?;
    let url = format!("{}/playground", server.url());
    let light = reader.looking_at(0);
    let dark = reader.looking_at(1);
    reader.goes_to(&url).await?;
    light.waits_for_the_thread().await?;
    dark.waits_for_the_thread().await?;
    let is = |colour: &str| {
        format!(
            "return getComputedStyle(root.querySelector('.button-primary')).backgroundColor === '{colour}';"
        )
    };
    light
        .finds("the usual accent", &is("rgb(15, 92, 112)"))
        .await?;
    dark.finds("the usual accent", &is("rgb(134, 200, 218)"))
        .await?;

    // A colour, live, with what is wrong about it.
    reader
        .run(
            "const input = document.getElementById('color-accent-0');
             input.value = '#ff8800';
             input.dispatchEvent(new Event('input'));",
            json!(null),
        )
        .await?;
    light
        .finds("another accent", &is("rgb(255, 136, 0)"))
        .await?;
    reader
        .finds(
            "the CSS, and the warning",
            "return document.getElementById('css').value.trim() ===
                    'afterword-comments {\\n  --aw-color-accent: light-dark(#ff8800, #86c8da);\\n}'
                 && document.getElementById('ratio-accent').matches('.is-bad');",
        )
        .await?;

    // A theme, with what it says of parts; one scheme at a time, because two threads on a page have
    // the same name, and only the page could give them others.
    let chooses = async |id: &str, value: &str| {
        reader
            .run(
                "const [id, value] = argument;
                 const select = document.getElementById(id);
                 select.value = value;
                 select.dispatchEvent(new Event('change'));",
                json!([id, value]),
            )
            .await
    };
    for theme in ["high-contrast", "sepia", "newspaper", "terminal"] {
        chooses("start", theme).await?;
        reader
            .finds(
                theme,
                "const css = document.getElementById('css').value;
                 return css.includes('--aw-color-accent') && css.includes('::part(')
                     && css.includes(getComputedStyle(host).getPropertyValue('--aw-color-accent'))
                     && !document.querySelector('.is-bad');",
            )
            .await?;
        chooses("scheme", "light").await?;
        light.finds_no_barrier().await?;
        chooses("scheme", "dark").await?;
        dark.finds_no_barrier().await?;
    }
    reader.finds_no_barrier_on_the_page().await
}
