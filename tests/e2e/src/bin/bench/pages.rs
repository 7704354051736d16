//! The pages that are measured: one short article, and below it the same thread in four ways.

use std::io::Write;

use afterword_e2e::{Reply, Server, Site};
use afterword_protocol::API_PREFIX;
use anyhow::{Context, Result};
use axum::http::header::CONTENT_ENCODING;

use crate::threads::Thread;

const ARTICLE: &str = include_str!("article.html");
const VANILLA: &str = include_str!("vanilla.js");

/// How a page shows its comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The widget as owners embed it.
    HtmlFirst,
    /// The widget that draws everything itself.
    WasmFirst,
    /// A script that was written by hand for this page.
    Vanilla,
    /// HTML that the server made of the thread, in a static page without any script.
    Plain,
}

impl Way {
    /// In the order of the tables.
    pub(crate) const ALL: [Self; 4] =
        [Self::HtmlFirst, Self::WasmFirst, Self::Vanilla, Self::Plain];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::HtmlFirst => "HTML first",
            Self::WasmFirst => "Wasm first",
            Self::Vanilla => "vanilla",
            Self::Plain => "plain HTML",
        }
    }

    /// Where its page is on the site.
    pub(crate) fn path(self, thread: Thread) -> String {
        let way = self.name().replace(' ', "-").to_lowercase();
        format!("/{way}{}", thread.page())
    }

    /// Whether a click on Reply brings a composer. Plain HTML leads to another page.
    pub(crate) fn answers(self) -> bool {
        self != Self::Plain
    }
}

/// The empty page of the same site that readers come from.
pub(crate) const START: &str = "/start";

/// Serves the pages of a thread.
pub(crate) async fn serve(site: &Site, server: &Server, thread: Thread) -> Result<()> {
    site.serve(START, Reply::html(article("", "")));
    let style = style(server).await?;
    for way in Way::ALL {
        let (head, comments) = match way {
            Way::HtmlFirst => (String::new(), embed(server, thread, "")),
            Way::WasmFirst => (
                String::new(),
                embed(server, thread, r#"data-render="client""#),
            ),
            Way::Vanilla => (
                String::new(),
                format!(
                    r#"<script data-server="{}" data-style="{style}" data-page="{}" data-limit="{}">{VANILLA}</script>"#,
                    server.url(),
                    thread.page(),
                    thread.portion(),
                ),
            ),
            Way::Plain => (
                format!(r#"<link rel="stylesheet" href="{}{style}">"#, server.url()),
                format!(
                    r#"<div class="aw" data-theme="auto">{}</div>"#,
                    fragment(server, thread).await?
                ),
            ),
        };
        let page = Reply::html(compressed(&article(&head, &comments))?);
        site.serve(&way.path(thread), page.header(CONTENT_ENCODING, "br"));
    }
    Ok(())
}

fn article(head: &str, comments: &str) -> String {
    ARTICLE
        .replace("<!-- head -->", head)
        .replace("<!-- comments -->", comments)
}

fn embed(server: &Server, thread: Thread, attributes: &str) -> String {
    format!(
        r#"<script src="{}/embed.js" defer data-page-id="{}" data-page-size="{}" data-loading="eager" {attributes}></script>"#,
        server.url(),
        thread.page(),
        thread.portion(),
    )
}

/// The path of the style sheet: the loader names the folder that it is in.
async fn style(server: &Server) -> Result<String> {
    let loader = reqwest::get(format!("{}/embed.js", server.url()))
        .await?
        .error_for_status()?
        .text()
        .await?;
    let (_, rest) = loader
        .split_once("assets/")
        .context("embed.js names no folder assets/HASH/")?;
    let hash: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
    Ok(format!("/assets/{hash}/afterword.css"))
}

/// The thread as the server draws it.
async fn fragment(server: &Server, thread: Thread) -> Result<String> {
    let answer = reqwest::Client::new()
        .get(format!("{}{API_PREFIX}/thread.html", server.url()))
        .query(&[
            ("page", thread.page()),
            ("limit", thread.portion().to_string()),
        ])
        .send()
        .await?
        .error_for_status()?;
    let html = answer.text().await?;
    // Behind the thread is what the widget needs in order to take it over.
    let (thread, _) = html.split_once("<template").unwrap_or((&html, ""));
    Ok(thread.to_owned())
}

/// As a web server has its static pages.
fn compressed(page: &str) -> Result<Vec<u8>> {
    const BUFFER: usize = 64 * 1024;
    // 11 takes minutes in a build for developers.
    const QUALITY: u32 = 9;
    const WINDOW: u32 = 22;
    let mut brotli = brotli::CompressorWriter::new(Vec::new(), BUFFER, QUALITY, WINDOW);
    brotli.write_all(page.as_bytes())?;
    Ok(brotli.into_inner())
}
