//! `cargo xtask bench`: how fast it is, on this machine.

use crate::dist;
use crate::process::{describe, run as run_command};
use crate::project::Project;
use crate::setup::{self, Browser};
use anyhow::{Context, Result, bail};
use std::fs;
use std::process::{Command, Stdio};

/// `cargo xtask bench`
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// How soon a page shows its comments and takes an answer, beside a page written by hand
    Page(Runs),
    /// How soon a vote, a fold, a keystroke or a search is on screen in threads of thousands
    Thread(Runs),
    /// How many comments a second the server takes, with the checks against spam and without
    Posts(Runs),
}

#[derive(clap::Args)]
struct Runs {
    /// Visits to each page; the tables have the medians
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Put the tables into docs/performance.md
    #[arg(long)]
    write: bool,
    /// Measure the release server that is there, which has the widget's files of its own build
    #[arg(long)]
    no_build: bool,
}

/// Where the tables go: below the line of what was measured.
const DOCUMENT: &str = "docs/performance.md";
const END: &str = "<!-- end -->\n";

pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    match &options.what {
        What::Page(runs) => bench(project, "page", runs),
        What::Thread(runs) => bench(project, "thread", runs),
        What::Posts(runs) => bench(project, "posts", runs),
    }
}

/// The line that the tables stand below.
fn begin(what: &str) -> String {
    format!("<!-- cargo xtask bench {what} --write: begin -->\n")
}

fn bench(project: &Project, what: &str, options: &Runs) -> Result<()> {
    if !options.no_build {
        let browsers = vec![Browser::Chromium];
        setup::run(project, &setup::Options::with_browsers(browsers))?;
        dist::run(project, &dist::Options::default())?;
        let mut cargo = project.command("cargo");
        run_command(cargo.args(["build", "--locked", "--release", "-p", "afterword-server"]))?;
    }
    let mut cargo = project.command("cargo");
    cargo
        .args(["run", "--locked", "-p", "afterword-e2e", "--bin", "bench"])
        .args([what, &options.runs.to_string()])
        .env(
            "AFTERWORD_SERVER_BIN",
            project.target.join("release/afterword-server"),
        );
    let tables = tables(&mut cargo)?;
    println!("\n{tables}");
    if options.write {
        let path = project.root.join(DOCUMENT);
        fs::write(
            &path,
            with_tables(&project.read(DOCUMENT)?, &begin(what), &tables)?,
        )
        .with_context(|| format!("cannot write {}", path.display()))?;
        println!("{DOCUMENT} has the tables");
    }
    Ok(())
}

/// What it prints, while its progress is seen.
fn tables(command: &mut Command) -> Result<String> {
    println!("$ {}", describe(command));
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", describe(command)))?;
    if !output.status.success() {
        bail!("`{}` failed ({})", describe(command), output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The document with these tables in the place of those that it has.
fn with_tables(document: &str, begin: &str, tables: &str) -> Result<String> {
    let parts = document.split_once(begin).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let Some((before, after)) = parts else {
        bail!("{DOCUMENT} must have the lines {begin:?} and {END:?}");
    };
    Ok([before, begin, "\n", tables, "\n", END, after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_take_the_place_of_those_before() {
        let (first, second) = (begin("page"), begin("thread"));
        let of = |page, thread| format!("{first}\n{page}\n{END}between\n{second}\n{thread}\n{END}");
        let written = with_tables(&of("old\n", "old\n"), &second, "new\n").unwrap();
        assert_eq!(written, of("old\n", "new\n"));
        assert_eq!(with_tables(&written, &second, "new\n").unwrap(), written);
        let both = with_tables(&written, &first, "new\n").unwrap();
        assert_eq!(both, of("new\n", "new\n"));
    }

    #[test]
    fn a_document_without_a_place_for_them_is_refused() {
        let begin = begin("page");
        assert!(with_tables(&format!("{begin}old"), &begin, "new").is_err());
        assert!(with_tables(&format!("{END}{begin}"), &begin, "new").is_err());
    }
}
