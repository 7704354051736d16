//! What readers see of mails: the composer, and the pages that links in mails lead to.

use std::path::Path;

use afterword_e2e::{Preferences, Reader, Server, Smtp, Story};
use anyhow::Result;
use serde_json::json;

use super::{keep, project, scroll};

/// Asks something, and leaves an address for answers.
async fn asks(story: &Story, reader: &Reader, server: &Server, lang: &str) -> Result<()> {
    let attributes = format!(r#"data-title="On slow news" data-lang={lang}"#);
    reader
        .opens(&story.article("/article", &server.url(), &attributes))
        .await?;
    let turn = "const { style } = document.documentElement;
        style.colorScheme = 'light dark';
        style.fontFamily = 'sans-serif';
        document.documentElement.dir = argument == 'ar' ? 'rtl' : 'ltr';";
    reader.run(turn, json!(lang)).await?;
    reader
        .writes("Does anybody know when it is printed?")
        .await?;
    let tools = "return !!root.querySelector('.toolbar-button');";
    reader.finds("the tools", tools).await?;
    reader.fills_in("author", "Ada").await?;
    reader.fills_in("email", "ada@example.org").await
}

/// The pictures of docs/features.md.
pub(super) async fn for_the_features(
    story: &Story,
    preferences: Preferences,
    folder: &Path,
) -> Result<()> {
    let smtp = Smtp::start().await?;
    let server = Server::mailing(&smtp)?;
    let reader = story.reader_with(preferences).await?;
    reader.has_window(560, 860).await?;
    asks(story, &reader, &server, "en").await?;
    reader.posts().await?;
    reader.sees("look into your mailbox").await?;
    scroll(&reader, 24).await?;
    keep(&reader, &folder.join("feature-mail.png")).await?;
    let mail = smtp.gets(1).await;
    reader.goes_to(&mail.link("/mail/confirm")).await?;
    keep(&reader, &folder.join("feature-mail-confirm.png")).await
}

/// Every state: wide, narrow, dark and from right to left.
pub(super) async fn every_state(story: &Story) -> Result<()> {
    let folder = project().join("target/screenshots");
    let light = Preferences {
        reduced_motion: true,
        ..Preferences::default()
    };
    let dark = Preferences {
        dark: true,
        ..light
    };
    for (name, preferences, lang, width) in [
        ("wide", light, "en", 860),
        ("narrow", light, "en", 500),
        ("dark", dark, "en", 560),
        ("rtl", light, "ar", 560),
    ] {
        let smtp = Smtp::start().await?;
        let server = Server::mailing(&smtp)?;
        let reader = story.reader_with(preferences).await?;
        reader.has_window(width, 900).await?;
        let keep = async |state: &str| {
            if name == "narrow" {
                // No window is that narrow.
                let narrow = "document.body.style.cssText = 'inline-size: 360px; margin: 0';";
                reader.run(narrow, json!(null)).await?;
            }
            keep(&reader, &folder.join(format!("mail-{state}-{name}.png"))).await
        };
        asks(story, &reader, &server, lang).await?;
        keep("composer").await?;
        reader.fills_in("email", "ada@nowhere").await?;
        let post = "composer(null).requestSubmit();";
        reader.run(post, json!(null)).await?;
        reader
            .waits("a refusal", |shown| !shown.errors.is_empty())
            .await?;
        keep("refused").await?;
        reader.fills_in("email", "ada@example.org").await?;
        reader.writes("When is it printed?").await?;
        reader.run(post, json!(null)).await?;
        let note = "return !!root.querySelector('.notice-mail');";
        reader.finds("the note", note).await?;
        keep("asked").await?;
        let mail = smtp.gets(1).await;
        reader.goes_to(&mail.link("/mail/confirm")).await?;
        keep("confirm").await?;
        let press = "document.querySelector('[name=yes]').click();";
        reader.run(press, json!(null)).await?;
        let done = "return !!document.querySelector('[role=status]');";
        reader.finds("it is done", done).await?;
        keep("confirmed").await?;
        let thread = server.thread("/article").await?;
        let asked = &thread.branches[0].root.id;
        server
            .has_comment("/article", Some("Ben"), "On Thursdays.", Some(asked))
            .await?;
        let mail = smtp.gets(2).await;
        reader.goes_to(&mail.link("/mail/leave")).await?;
        keep("leave").await?;
        reader.goes_to(&mail.link("/mail/manage")).await?;
        keep("manage").await?;
        // The mail itself, as a browser shows its HTML.
        let show = "document.open(); document.write(argument); document.close();";
        reader.goes_to(&story.site.url("/none")).await?;
        reader.run(show, json!(mail.html())).await?;
        keep("answer").await?;
    }
    Ok(())
}
