//! Threads of other backends: the real ones that the tests have, or recordings.

use std::path::Path;
use std::process::Command;

use afterword_e2e::{Isso, Page, Preferences, Replay, Reply, Server, Site, Story, Waline};
use anyhow::{Result, ensure};
use serde_json::json;

use super::{keep, project, scroll};

const STYLE: &str = "body { max-width: 40rem; margin: 2rem auto; padding-inline: 1rem; \
    font: 17px/1.6 sans-serif; color-scheme: light dark; } \
    @media (prefers-color-scheme: dark) { body { background: #16181d; color: #e8e6e3; } }";

const DISCUSSION: &str = r##"{ "discussion": {
  "url": "https://github.com/ada/slow/discussions/5", "locked": false, "comments": [
  { "id": "a", "author": { "login": "bob", "url": "https://github.com/bob" }, "createdAt": "2026-11-20T09:00:00Z", "lastEditedAt": "2026-11-20T09:10:00Z",
    "url": "https://github.com/ada/slow/discussions/5#discussioncomment-1", "upvoteCount": 3,
    "reactions": { "THUMBS_UP": { "count": 2 }, "HEART": { "count": 5 } },
    "bodyHTML": "<p>The week after is when the corrections are in.</p><div class=\"highlight highlight-source-rust\"><pre>fn late() -> bool {\n    true\n}</pre></div><ul class=\"contains-task-list\"><li><input type=\"checkbox\" checked disabled> read</li><li><input type=\"checkbox\" disabled> understood</li></ul>",
    "replies": [{ "id": "b", "author": null, "createdAt": "2026-11-20T09:30:00Z", "url": "https://github.com/ada/slow/discussions/5#discussioncomment-2", "bodyHTML": "<p>I was here.</p>" }] },
  { "id": "c", "author": { "login": "eve" }, "createdAt": "2026-11-20T10:00:00Z", "isMinimized": true, "minimizedReason": "off-topic", "url": "https://github.com/ada/slow/discussions/5#discussioncomment-3", "bodyHTML": "<p>Buy clocks.</p>" }
] } }"##;

/// A moment so many minutes ago.
fn ago(minutes: u32) -> Result<String> {
    let date = format!("-{minutes} minutes");
    let output = Command::new("date")
        .args(["-u", "-d", &date, "+%FT%TZ"])
        .output()?;
    ensure!(output.status.success(), "{output:?}");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Answers on Mastodon, of the days of the demo's comments.
async fn mastodon() -> Result<Replay> {
    let recording = include_str!("../../../replays/picture.http");
    let times = [("a", 2700), ("b", 2650), ("c", 300)];
    let mut values = Vec::new();
    for (name, minutes) in times {
        values.push((name, ago(minutes)?));
    }
    let values = values.iter().map(|(name, time)| (*name, time.as_str()));
    Replay::start(recording, &values.collect::<Vec<_>>()).await
}

/// The picture of docs/features.md: answers from elsewhere among the demo's comments.
pub(super) async fn for_the_features(
    story: &Story,
    server: &Server,
    preferences: Preferences,
    folder: &Path,
) -> Result<()> {
    let elsewhere = mastodon().await?;
    let attributes = format!(
        "data-page-id=/ data-sort=oldest data-hydrate=idle data-loading=eager data-replies={}/@harbour/7",
        elsewhere.url()
    );
    let page = Page::new().style(STYLE).script(&server.url(), &attributes);
    let reader = story.reader_with(preferences).await?;
    reader.has_window(760, 900).await?;
    reader.goes_to(&story.page("/merged", &page)).await?;
    reader.sees_comment("Could you do the same").await?;
    let script =
        "article('We have kept a log').scrollIntoView({ block: 'center', behavior: 'instant' });";
    reader.run(script, json!(null)).await?;
    keep(&reader, &folder.join("feature-elsewhere.png")).await
}

/// Every kind of thread, wide, narrow, dark and from right to left.
pub(super) async fn every_backend(story: &Story) -> Result<()> {
    let folder = project().join("target/screenshots");
    let files = Site::with_widget().await?;
    let demo = Server::demo()?;
    let merged = mastodon().await?;
    let isso = Isso::start(&story.site.url(""), "")?;
    for (author, text) in [
        (
            "Ada & Bo",
            "It is *calm*, which is the point:\n\n> one great merit\n\nNobody shouts in it.",
        ),
        ("Cleo", "`cargo run` finishes before the paper does."),
    ] {
        isso.somebody_says("/article", author, text).await?;
    }
    let waline = Waline::start().await?;
    for text in [
        "It is **calm**.",
        "- one\n- two\n\n```js\nlet late = true;\n```",
    ] {
        waline.somebody_says("/article", text).await?;
    }
    let wordpress = include_str!("../../../replays/wordpress.http");
    let wordpress = Replay::start(&again_and_again(wordpress), &[("local", &ago(1)?)]).await?;
    story
        .site
        .serve("/discussion.json", Reply::json(DISCUSSION));
    let mastodon = mastodon().await?;
    let light = Preferences {
        reduced_motion: true,
        ..Preferences::default()
    };
    let dark = Preferences {
        dark: true,
        ..light
    };
    let views = [
        ("wide", light, 1000, "lang=en"),
        ("narrow", light, 500, "lang=en"),
        ("dark", dark, 760, "lang=en"),
        ("rtl", light, 760, "lang=ar dir=rtl"),
    ];
    let kinds = [
        (
            "isso",
            &files.url(""),
            format!("data-backend=isso data-api={}", isso.url()),
        ),
        (
            "waline",
            &files.url(""),
            format!("data-backend=waline data-api={}", waline.url()),
        ),
        (
            "wordpress",
            &files.url(""),
            format!(
                "data-backend=wordpress data-slug=hello-world data-api={}",
                wordpress.url()
            ),
        ),
        (
            "github",
            &files.url(""),
            "data-backend=github data-src=/discussion.json".to_owned(),
        ),
        (
            "mastodon",
            &files.url(""),
            format!(
                "data-backend=mastodon data-status=7 data-api={}",
                mastodon.url()
            ),
        ),
        (
            "merged",
            &demo.url(),
            format!(
                "data-page-id=/ data-hydrate=idle data-replies={}/@harbour/7",
                merged.url()
            ),
        ),
    ];
    for (view, preferences, width, html) in views {
        for (kind, server, attributes) in &kinds {
            let narrow = if view == "narrow" {
                "body { inline-size: 360px; padding: 0; margin: 0 auto; }"
            } else {
                ""
            };
            let page = Page::new()
                .html(html)
                .style(&format!("{STYLE}{narrow}"))
                .script(server, &format!("{attributes} data-loading=eager"));
            let reader = story.reader_with(preferences).await?;
            reader.has_window(width, 1300).await?;
            reader.goes_to(&story.page("/article", &page)).await?;
            reader
                .waits("comments", |shown| !shown.comments.is_empty())
                .await?;
            scroll(&reader, 90).await?;
            keep(&reader, &folder.join(format!("{kind}-{view}.png"))).await?;
        }
    }
    Ok(())
}

/// A recording whose exchanges may happen as often as somebody looks.
fn again_and_again(recording: &str) -> String {
    let lines = recording
        .lines()
        .map(|line| match line.strip_prefix("### ") {
            Some(name) if !name.ends_with(" *") => format!("### {name} *\n"),
            _ => format!("{line}\n"),
        });
    lines.collect()
}
