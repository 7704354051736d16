//! `cargo xtask screenshots`: pictures by the tests' own browser.

use crate::process::run as run_command;
use crate::project::Project;
use crate::server;
use crate::setup::{self, Browser};
use anyhow::Result;

/// `cargo xtask screenshots`
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Every state, into target/screenshots/, in the place of the README's picture
    #[arg(long)]
    all: bool,
    /// The pictures of docs/features.md
    #[arg(long, conflicts_with = "all")]
    features: bool,
}

pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    let browsers = vec![Browser::Chromium];
    setup::run(project, &setup::Options::with_browsers(browsers))?;
    server::build(project)?;
    let mut cargo = project.command("cargo");
    cargo.args([
        "run",
        "--locked",
        "--package",
        "afterword-e2e",
        "--bin",
        "screenshots",
    ]);
    if options.all {
        cargo.arg("all");
    }
    if options.features {
        cargo.arg("features");
    }
    run_command(&mut cargo)
}
