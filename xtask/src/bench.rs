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
    Page(Page),
}

#[derive(clap::Args)]
struct Page {
    /// Visits to each page; the tables have the medians
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Put the tables into docs/performance.md
    #[arg(long)]
    write: bool,
    /// Measure the release server that is there, which has the widget's files of its own build
    #[arg(long)]
    no_build: bool,
    /// Only what a reader does on a page that is there already: the first two tables
    #[arg(long, conflicts_with = "write")]
    short: bool,
}

/// Where the tables go.
const DOCUMENT: &str = "docs/performance.md";
const BEGIN: &str = "<!-- cargo xtask bench page --write: begin -->\n";
const END: &str = "<!-- end -->\n";

pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    match &options.what {
        What::Page(page) => bench_page(project, page),
    }
}

fn bench_page(project: &Project, options: &Page) -> Result<()> {
    if !options.no_build {
        let browsers = vec![Browser::Chromium];
        setup::run(
            project,
            &setup::Options {
                tests: true,
                browsers,
            },
        )?;
        dist::run(project, &dist::Options::default())?;
        let mut cargo = project.command("cargo");
        run_command(cargo.args(["build", "--locked", "--release", "-p", "afterword-server"]))?;
    }
    let mut cargo = project.command("cargo");
    cargo
        .args(["run", "--locked", "-p", "afterword-e2e", "--bin", "bench"])
        .arg(options.runs.to_string())
        .args(options.short.then_some("short"))
        .env(
            "AFTERWORD_SERVER_BIN",
            project.target.join("release/afterword-server"),
        );
    let tables = tables(&mut cargo)?;
    println!("\n{tables}");
    if options.write {
        let path = project.root.join(DOCUMENT);
        fs::write(&path, with_tables(&project.read(DOCUMENT)?, &tables)?)
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
fn with_tables(document: &str, tables: &str) -> Result<String> {
    let parts = document.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let Some((before, after)) = parts else {
        bail!("{DOCUMENT} must have the lines {BEGIN:?} and {END:?}");
    };
    Ok([before, BEGIN, "\n", tables, "\n", END, after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_take_the_place_of_those_before() {
        let document = format!("above\n\n{BEGIN}\nold\n\n{END}\nbelow\n");
        let written = with_tables(&document, "new\n").unwrap();
        assert_eq!(written, format!("above\n\n{BEGIN}\nnew\n\n{END}\nbelow\n"));
        assert_eq!(with_tables(&written, "new\n").unwrap(), written);
    }

    #[test]
    fn a_document_without_a_place_for_them_is_refused() {
        assert!(with_tables(&format!("{BEGIN}old"), "new").is_err());
        assert!(with_tables(&format!("{END}{BEGIN}"), "new").is_err());
    }
}
