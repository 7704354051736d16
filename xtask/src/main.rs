//! Every chore of the project: `cargo xtask NAME`; `cargo xtask help` lists them.

mod backends;
mod bench;
mod check;
mod demo;
mod dist;
mod package;
mod peers;
mod process;
mod project;
mod screenshots;
mod server;
mod setup;
mod size;
mod steps;
mod test;
mod versions;

use clap::{Parser, Subcommand};
use project::Project;
use std::process::ExitCode;

/// Every chore of the project.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    disable_help_subcommand = false
)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Install what the other chores need; what is there already is used
    Setup(setup::Options),
    /// Build all of it and serve an article with its comments
    Demo(demo::Options),
    /// Edit with live reload: `trunk serve`, with the tools of `setup` on its PATH
    Serve(dist::serve::Options),
    /// Build the files of the widget and of /admin, ready to be served, into dist/
    Dist(dist::Options),
    /// Run the tests, and install what they need
    Test(test::Options),
    /// Check format, lints, documents and size
    Check,
    /// Run the tests, then the checks: what CI does
    Ci,
    /// Weigh the widget's files against their budgets
    Size(size::Options),
    /// Write the table of what each backend can do into docs/backends.md
    Backends,
    /// Make the npm package, ready to be published, in target/npm/afterword
    Package,
    /// Read, post, answer, edit and delete on live servers of other kinds
    Peers(peers::Options),
    /// Measure how fast it is, on this machine
    Bench(bench::Options),
    /// Take the README's picture, or one of every state, in a browser
    Screenshots(screenshots::Options),
    /// Put styles, loader and locales beside Trunk's output (Trunk's post_build hook)
    #[command(hide = true)]
    Stage(dist::stage::Options),
    /// Print the demo's address once its server is ready
    #[command(hide = true)]
    Announce(demo::Announcement),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = Project::locate().and_then(|project| match arguments.chore {
        Chore::Setup(options) => setup::run(&project, &options),
        Chore::Demo(options) => demo::run(&project, &options),
        Chore::Serve(options) => dist::serve::run(&project, &options),
        Chore::Dist(options) => dist::run(&project, &options),
        Chore::Test(options) => test::run(&project, &options),
        Chore::Check => check::run(&project),
        Chore::Ci => check::ci(&project),
        Chore::Size(options) => size::run(&project, &options),
        Chore::Backends => backends::run(&project),
        Chore::Package => package::run(&project),
        Chore::Peers(options) => peers::run(&project, &options),
        Chore::Bench(options) => bench::run(&project, &options),
        Chore::Screenshots(options) => screenshots::run(&project, &options),
        Chore::Stage(options) => dist::stage::run(&project, &options),
        Chore::Announce(announcement) => demo::announce(&announcement),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
