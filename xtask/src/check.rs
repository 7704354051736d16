//! `cargo xtask check` and `cargo xtask ci`: what a change must pass.

use crate::process::{run as run_command, succeeds};
use crate::project::Project;
use crate::steps::{Outcome, Steps};
use crate::{backends, package, setup, size, test};
use anyhow::{Context, Result};
use std::process::Command;

/// Format, lints, documents and size: all but the tests.
pub(crate) fn run(project: &Project) -> Result<()> {
    setup::run(project, &setup::Options::without_tests())?;
    let mut steps = Steps::begin();
    add_steps(project, &mut steps);
    steps.finish("check")
}

/// The tests, then the checks.
pub(crate) fn ci(project: &Project) -> Result<()> {
    let tests = test::Options::everything();
    test::prepare(project, &tests)?;
    let mut steps = Steps::begin();
    test::add_steps(project, &tests, &mut steps);
    add_steps(project, &mut steps);
    steps.finish("ci")
}

fn add_steps(project: &Project, steps: &mut Steps) {
    let cargo = |arguments: &[&str]| {
        let mut cargo = project.command("cargo");
        cargo.args(arguments);
        cargo
    };
    steps.step("format", "rustfmt's defaults", || {
        passes(&mut rustfmt(project)).context("`cargo fmt --all` makes it so")
    });
    steps.step("clippy", "lints of Cargo.toml, on this machine", || {
        let mut clippy = cargo(&["clippy", "--locked", "--workspace", "--all-targets"]);
        clippy.args(["--features", "afterword/ssr", "--", "-D", "warnings"]);
        passes(&mut clippy).context(CLIPPY)
    });
    steps.step("clippy, wasm32", "the same, for the browser", || {
        let mut clippy = cargo(&["clippy", "--locked", "--package", "afterword", "--lib"]);
        clippy.args(["--test", "component*", "--features", "csr"]);
        clippy.args(["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]);
        passes(&mut clippy).context(CLIPPY)
    });
    steps.step(
        "clippy, admin",
        "the pages of /admin, for the browser",
        || {
            let mut clippy = cargo(&["clippy", "--locked", "--package", "afterword-admin"]);
            clippy.args(["--lib", "--features", "csr"]);
            clippy.args(["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]);
            passes(&mut clippy).context(CLIPPY)
        },
    );
    steps.step("documents", "links that lead somewhere", || {
        let mut doc = cargo(&["doc", "--locked", "--workspace", "--no-deps"]);
        doc.args(["--document-private-items", "--features", "afterword/ssr"]);
        passes(doc.env("RUSTDOCFLAGS", "-D warnings"))
    });
    steps.step(
        "types",
        "of the npm package, as TypeScript reads them",
        || {
            package::check_types(project)?;
            Ok(Outcome::Done("passes".to_owned()))
        },
    );
    steps.step("backends", "their table is what they say", || {
        backends::check(project)?;
        Ok(Outcome::Done("passes".to_owned()))
    });
    steps.step("size", "what a reader downloads, within its budget", || {
        size::run(project, &size::Options::default())?;
        Ok(Outcome::Done("within budget".to_owned()))
    });
}

const CLIPPY: &str = "clippy comes by `rustup component add clippy`, \
                      or with a compiler of Debian's by its package rust-web-clippy";

fn passes(command: &mut Command) -> Result<Outcome> {
    run_command(command)?;
    Ok(Outcome::Done("passes".to_owned()))
}

/// rustfmt of the toolchain in use; Debian's compiler comes without it, rustup's own has it.
fn rustfmt(project: &Project) -> Command {
    let mut cargo = project.command("cargo");
    if !succeeds(project.command("cargo").args(["fmt", "--version"])) {
        cargo.arg("+stable");
    }
    cargo.args(["fmt", "--all", "--check"]);
    cargo
}
