//! `cargo xtask setup`: what the other chores need, installed once.

mod apt;
mod browsers;
mod cargo_tools;
mod npm;
mod peers;
mod python;
mod wasm_target;

use crate::process::run as run_command;
use crate::project::Project;
use crate::steps::{Outcome, Steps};
use anyhow::{Result, bail};
pub(crate) use browsers::Browser;

/// `cargo xtask setup`
#[derive(clap::Args, Clone)]
pub(crate) struct Options {
    /// Also install what the tests need: Python, browsers and their drivers, comment servers of others
    #[arg(long)]
    pub(crate) tests: bool,
    /// Of what the tests need only the browsers
    #[arg(skip)]
    pub(crate) browsers_alone: bool,
    /// The browsers that the tests will use
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["chromium", "firefox", "webkit"])]
    pub(crate) browsers: Vec<Browser>,
}

impl Options {
    /// What building and serving needs, and no browser.
    pub(crate) fn without_tests() -> Self {
        Self {
            tests: false,
            browsers_alone: false,
            browsers: Vec::new(),
        }
    }

    /// What drives a browser, without servers of others.
    pub(crate) fn with_browsers(browsers: Vec<Browser>) -> Self {
        Self {
            tests: true,
            browsers_alone: true,
            browsers,
        }
    }
}

/// Install what is missing, and say of each thing why it is needed.
pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    let _lock = project.lock("setup")?;
    let mut steps = Steps::begin();
    let compiler = steps.step(
        "wasm32 target",
        "lets rustc compile the widget for the browser",
        || wasm_target::ensure(project),
    );
    if compiler {
        steps.step(
            "crates",
            "sources of the dependencies, so that every build works offline",
            || crates(project),
        );
    }
    let firefox = options.tests && options.browsers.contains(&Browser::Firefox);
    for tool in cargo_tools::needed(project, firefox)? {
        steps.step(&tool.title(), tool.reason, || tool.ensure(project));
    }
    if steps.step(
        "Node.js",
        "runs npm, and the tools that come from it",
        || npm::ensure_node(project),
    ) {
        steps.step(
            "npm packages",
            "esbuild and wasm-opt make the files small, DOMPurify ships with the widget, axe-core checks it",
            || npm::ensure_packages(project),
        );
    }
    if options.tests {
        browsers::ensure(project, &mut steps, &options.browsers);
    }
    if options.tests && !options.browsers_alone {
        let reason = "runs the backend of examples/backend-python, which the tests check";
        steps.step("Python", reason, || python::ensure(project));
        peers::ensure(project, &mut steps);
    }
    steps.finish("setup")
}

/// Install the npm packages if they are not those of the lock file: a build needs them as they are.
pub(crate) fn packages(project: &Project) -> Result<()> {
    let _lock = project.lock("setup")?;
    npm::ensure_packages(project).map(drop)
}

/// Trunk builds with `--offline`: all sources must be here before.
fn crates(project: &Project) -> Result<Outcome> {
    let mut offline = project.command("cargo");
    // Resolves, and looks for every source of the two targets, without a word to the network.
    offline.args([
        "fetch",
        "--locked",
        "--offline",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    let host = host(project)?;
    offline.args(["--target", &host]);
    if crate::process::succeeds(&mut offline) {
        return Ok(Outcome::Found("all of Cargo.lock".to_owned()));
    }
    let mut fetch = project.command("cargo");
    fetch.args([
        "fetch",
        "--locked",
        "--target",
        "wasm32-unknown-unknown",
        "--target",
        &host,
    ]);
    run_command(&mut fetch)?;
    Ok(Outcome::Done("fetched all of Cargo.lock".to_owned()))
}

/// The target triple of this machine.
fn host(project: &Project) -> Result<String> {
    let text = crate::process::output(project.command("rustc").arg("-vV"))?;
    match text.lines().find_map(|line| line.strip_prefix("host: ")) {
        Some(host) => Ok(host.to_owned()),
        None => bail!("`rustc -vV` names no host: {text}"),
    }
}
