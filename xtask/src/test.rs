//! `cargo xtask test`: every test, and what the tests need.

mod count;

use crate::dist;
use crate::process::{describe, run as run_command};
use crate::project::Project;
use crate::setup::{self, Browser};
use crate::steps::{Outcome, Steps};
use anyhow::{Context, Result, bail};
use count::Tests;
use std::cell::Cell;
use std::process::Command;

/// `cargo xtask test`
#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// The parts to run; without any, all of them
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// The browsers that the end-to-end tests run in; component tests run in Chromium
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["chromium", "firefox", "webkit"])]
    browsers: Vec<Browser>,
    /// Passed on to the tests: a part of their names, `--nocapture`, and so on
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Tests that are run together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The widget's logic and its rendering, the protocol, the conformance suite and xtask, without a browser
    Unit,
    /// The server over HTTP
    Server,
    /// The components in a browser
    Component,
    /// The whole path, in every engine
    E2e,
}

const ALL: [Part; 4] = [Part::Unit, Part::Server, Part::Component, Part::E2e];

impl Options {
    /// All of it, everywhere.
    pub(crate) fn everything() -> Self {
        Self {
            browsers: Browser::ALL.to_vec(),
            ..Self::default()
        }
    }

    fn parts(&self) -> &[Part] {
        if self.parts.is_empty() {
            &ALL
        } else {
            &self.parts
        }
    }

    /// The browsers that the chosen parts need.
    fn needed_browsers(&self) -> Vec<Browser> {
        let has = |part| self.parts().contains(&part);
        let mut browsers = Vec::new();
        if has(Part::E2e) {
            browsers.clone_from(&self.browsers);
        }
        if has(Part::Component) && !browsers.contains(&Browser::Chromium) {
            browsers.push(Browser::Chromium);
        }
        browsers
    }
}

/// Install what is missing, then run the tests and sum up.
pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    prepare(project, options)?;
    let mut steps = Steps::begin();
    add_steps(project, options, &mut steps);
    steps.finish("test")
}

/// What building the chosen parts and running them takes.
pub(crate) fn prepare(project: &Project, options: &Options) -> Result<()> {
    let browsers = options.needed_browsers();
    let tests = !browsers.is_empty() || options.parts().contains(&Part::Server);
    setup::run(
        project,
        &setup::Options {
            tests,
            browsers_alone: false,
            browsers,
        },
    )
}

/// One step for each command of the chosen parts.
pub(crate) fn add_steps(project: &Project, options: &Options, steps: &mut Steps) {
    let run = Run {
        project,
        arguments: &options.arguments,
        found: Cell::new(0),
    };
    for part in options.parts() {
        match part {
            Part::Unit => unit(&run, steps),
            Part::Server => over_http(&run, steps),
            Part::Component => component(&run, steps),
            Part::E2e => e2e(&run, &options.browsers, steps),
        }
    }
    if !options.arguments.is_empty() {
        // Each command was allowed to find none of them.
        steps.step("filter", "what was asked for must be there", || {
            match run.found.get() {
                0 => bail!("no test matches {}", options.arguments.join(" ")),
                found => Ok(Outcome::Done(format!("{found} tests match"))),
            }
        });
    }
}

struct Run<'a> {
    project: &'a Project,
    /// For the tests themselves.
    arguments: &'a [String],
    /// How many tests have run.
    found: Cell<usize>,
}

impl Run<'_> {
    fn cargo_test(&self, arguments: &[&str]) -> Command {
        let mut cargo = self.project.command("cargo");
        cargo.args(["test", "--locked"]).args(arguments);
        cargo
    }

    /// Run the tests and count them: none at all is a failure, unless some were asked for by name.
    fn tests(&self, cargo: &mut Command) -> Result<Outcome> {
        if !self.arguments.is_empty() {
            cargo.arg("--").args(self.arguments);
        }
        println!("$ {}", describe(cargo));
        let tests = Tests::run(cargo, std::io::stdout())?;
        self.found.set(self.found.get() + tests.run_count());
        if tests.run_count() == 0 && self.arguments.is_empty() {
            bail!("`{}` ran no test", describe(cargo));
        }
        Ok(Outcome::Done(tests.to_string()))
    }
}

fn unit(run: &Run<'_>, steps: &mut Steps) {
    steps.step(
        "unit",
        "logic of widget, protocol, conformance suite and xtask",
        || {
            run.tests(&mut run.cargo_test(&[
                "-p",
                "afterword",
                "-p",
                "afterword-protocol",
                "-p",
                "afterword-conformance",
                "-p",
                "afterword-admin",
                "-p",
                "xtask",
            ]))
        },
    );
    steps.step("unit, ssr", "the components, rendered to HTML", || {
        run.tests(&mut run.cargo_test(&["-p", "afterword", "--features", "ssr"]))
    });
}

fn over_http(run: &Run<'_>, steps: &mut Steps) {
    let built = steps.step("widget", "its files are inside the server", || {
        dist::run(run.project, &dist::Options::default())?;
        Ok(Outcome::Done("built".to_owned()))
    });
    let reason = "the backend over HTTP, on a real database";
    steps.step("server", reason, || {
        if !built {
            bail!("not run: what it serves could not be built");
        }
        let mut cargo = run.cargo_test(&["-p", "afterword-server"]);
        // They wait more than they compute: for mails, for streams, for hooks that are tried again.
        if std::env::var_os("RUST_TEST_THREADS").is_none() {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            cargo.env("RUST_TEST_THREADS", (2 * cores).to_string());
        }
        run.tests(&mut cargo)
    });
}

fn component(run: &Run<'_>, steps: &mut Steps) {
    steps.step("component", "the components in Chromium", || {
        let driver = run.project.which("chromedriver");
        let driver = driver.context("`cargo xtask setup --tests` installs chromedriver")?;
        let mut cargo = run.cargo_test(&["-p", "afterword", "--features", "csr"]);
        cargo.args(["--target", "wasm32-unknown-unknown", "--test", "component*"]);
        cargo.env("CHROMEDRIVER", driver);
        run.tests(&mut cargo)
    });
}

fn e2e(run: &Run<'_>, browsers: &[Browser], steps: &mut Steps) {
    let built = steps.step("widget and server", "what readers will be shown", || {
        dist::run(run.project, &dist::Options::default())?;
        let mut cargo = run.project.command("cargo");
        cargo.args(["build", "--locked", "--package", "afterword-server"]);
        // Cargo chooses the features of every library by all that a command builds. Without the
        // tests it would build most of them anew.
        run_command(cargo.args(["--bin", "afterword-server", "--test", "api"]))?;
        Ok(Outcome::Done("built".to_owned()))
    });
    let names: Vec<_> = browsers.iter().map(|browser| browser.name()).collect();
    let names = names.join(",");
    steps.step("end to end", &format!("stories told in {names}"), || {
        if !built {
            bail!("not run: what it tests could not be built");
        }
        let mut cargo = run.cargo_test(&["-p", "afterword-e2e"]);
        cargo.env("AFTERWORD_BROWSERS", &names);
        run.tests(&mut cargo)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn options(line: &str) -> Options {
        Line::try_parse_from(line.split(' ')).unwrap().options
    }

    #[test]
    fn without_a_part_it_is_all_parts_in_all_browsers() {
        let options = options("test");
        assert_eq!(options.parts(), ALL);
        assert_eq!(options.needed_browsers(), Browser::ALL);
        assert_eq!(Options::everything().needed_browsers(), Browser::ALL);
    }

    #[test]
    fn only_browsers_that_are_used_are_installed() {
        assert!(options("test unit server").needed_browsers().is_empty());
        assert_eq!(
            options("test component --browsers firefox").needed_browsers(),
            [Browser::Chromium]
        );
        assert_eq!(
            options("test e2e --browsers firefox,webkit").needed_browsers(),
            [Browser::Firefox, Browser::Webkit]
        );
    }

    #[test]
    fn what_stands_after_two_hyphens_is_for_the_tests() {
        let options = options("test e2e -- --nocapture unit");
        assert_eq!(options.parts(), [Part::E2e]);
        assert_eq!(options.arguments, ["--nocapture", "unit"]);
    }

    #[test]
    fn an_unknown_part_is_refused() {
        assert!(Line::try_parse_from(["test", "unti"]).is_err());
    }
}
