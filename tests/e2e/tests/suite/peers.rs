//! Any live server of a kind that the widget knows: `cargo xtask peers isso=https://isso.example.org`.

use std::env;

use afterword_e2e::{Page, Reader, Site, Story};
use anyhow::{Context, Result, ensure};
use serde_json::json;

/// The servers, as `KIND=ADDRESS` with commas between them.
const SERVERS: &str = "AFTERWORD_PEERS";

/// Whether any were named.
pub(crate) fn are_named() -> bool {
    env::var_os(SERVERS).is_some()
}

/// What an element or a button is there, if it is.
async fn has(reader: &Reader, script: &str) -> Result<bool> {
    reader
        .ask(&format!("return !!({script});"), json!(null))
        .await
}

/// Reads, posts and answers, and changes, votes on and deletes what was posted where that is offered. It
/// writes to a page of its own making.
pub(crate) async fn the_path_on_every_named_server(story: &Story) -> Result<()> {
    let servers = env::var(SERVERS).unwrap_or_default();
    for server in servers.split(',') {
        let (kind, address) = server.split_once('=').context("KIND=ADDRESS")?;
        plays(story, kind, address)
            .await
            .with_context(|| format!("{kind} at {address}"))?;
    }
    Ok(())
}

async fn plays(story: &Story, kind: &str, address: &str) -> Result<()> {
    let widget = Site::with_widget().await?;
    let attributes = format!("data-backend={kind} data-api=\"{address}\" data-render=client");
    let path = format!("/afterword-peers-{}", std::process::id());
    let page = Page::new().script(&widget.url(""), &attributes);
    let reader = story.reader().await?;
    let shown = reader.opens(&story.page(&path, &page)).await?;
    ensure!(shown.errors.is_empty(), "{shown:#?}");
    println!("{kind}: read, {}", shown.title);
    if !has(&reader, "composer(null)?.querySelector('textarea')").await? {
        println!("{kind}: nothing can be posted from here");
        return Ok(());
    }
    for (field, text) in [("author", "Afterword"), ("email", "test@example.org")] {
        if has(
            &reader,
            &format!("composer(null).querySelector('[name={field}]')"),
        )
        .await?
        {
            reader.fills(field, text).await?;
        }
    }
    let text = format!("A test of the widget, number {}.", std::process::id());
    let posted = reader.comments(&text).await?;
    println!("{kind}: posted");
    let by_id = format!("#{}", posted.id);
    if posted.buttons.iter().any(|button| button == "Reply") {
        reader.answers(&by_id, "And an answer to it.").await?;
        println!("{kind}: answered");
    }
    let lone = reader
        .comments(&text.replace("A test", "Another test"))
        .await?;
    let by_id = format!("#{}", lone.id);
    if lone.buttons.iter().any(|button| button == "Edit") {
        reader.clicks_at(&by_id, "Edit").await?;
        reader.writes_into(Some(&by_id), "It was changed.").await?;
        reader.submits(&by_id).await?;
        reader.sees_comment("It was changed.").await?;
        println!("{kind}: edited");
    }
    if lone.buttons.iter().any(|button| button == "Delete") {
        reader.clicks_at(&by_id, "Delete").await?;
        // Some delete at once, because it can be taken back.
        let question = "return article(argument)?.querySelector('.confirm .button-danger');";
        let is_asked = question.replace("return", "return !!");
        if reader.ask(&is_asked, json!(by_id)).await? {
            reader.clicks_on("Delete", question, json!(by_id)).await?;
        }
        reader.hears("Your comment has been deleted.").await?;
        println!("{kind}: deleted");
    }
    Ok(())
}
