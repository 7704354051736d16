//! `cargo xtask peers`: the reader's path on servers that somebody runs.

use crate::process::run as run_command;
use crate::project::Project;
use crate::server;
use crate::setup::{self, Browser};
use anyhow::{Result, bail};

/// `cargo xtask peers`
#[derive(clap::Args)]
pub(crate) struct Options {
    /// What to speak with: a kind of docs/backends.md and an address, as `isso=https://isso.example.org`.
    /// Each has to let `http://127.0.0.1` ask (CORS); a few comments are posted to a page of its own
    #[arg(required = true, value_name = "KIND=URL")]
    servers: Vec<String>,
    /// The browser
    #[arg(long, value_enum, default_value = "chromium")]
    browser: Browser,
}

pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    for server in &options.servers {
        let is_address = |address: &str| address.contains("://") && !address.contains(',');
        if !server.split_once('=').is_some_and(|(_, it)| is_address(it)) {
            bail!("{server} is not KIND=URL, as isso=https://isso.example.org");
        }
    }
    setup::run(
        project,
        &setup::Options::with_browsers(vec![options.browser]),
    )?;
    server::build(project)?;
    let mut cargo = project.command("cargo");
    cargo.args([
        "test",
        "--locked",
        "--package",
        "afterword-e2e",
        "--",
        "--nocapture",
    ]);
    cargo.arg("the_path_on_every_named_server");
    cargo.env("AFTERWORD_PEERS", options.servers.join(","));
    cargo.env("AFTERWORD_BROWSERS", options.browser.name());
    run_command(&mut cargo)
}
