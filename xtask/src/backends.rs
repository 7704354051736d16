//! `cargo xtask backends`: the table of what each backend can do, in docs/backends.md.

use crate::dist::stage;
use crate::process::{output, run as run_command};
use crate::project::Project;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

const DOCUMENT: &str = "docs/backends.md";
const BEGIN: &str = "<!-- capabilities: begin -->\n";
const END: &str = "<!-- capabilities: end -->";

/// The protocol's words, and which of them are usual.
const WORDS: &str = "protocol/src/offers.rs";

/// What stands beside the adapters and is none.
pub(crate) const NO_ADAPTERS: [&str; 2] = ["connect", "counts"];

/// What an adapter says of itself.
#[derive(serde::Deserialize)]
struct Told {
    /// What it offers at best.
    offers: String,
    /// Which votes it takes.
    votes: String,
    /// How deep answers go below what begins a conversation; any number where it isn't said.
    levels: Option<u32>,
    /// Whether it gives long threads in portions.
    portions: bool,
    /// Whether it counts the comments of pages.
    counts: bool,
}

/// Write the table.
pub(crate) fn run(project: &Project) -> Result<()> {
    let current = current(project)?;
    fs::write(project.root.join(DOCUMENT), current)?;
    println!("{DOCUMENT} has the table");
    Ok(())
}

/// The table is what the adapters say.
pub(crate) fn check(project: &Project) -> Result<()> {
    if current(project)? != project.read(DOCUMENT)? {
        bail!("{DOCUMENT} is out of date: `cargo xtask backends` writes its table");
    }
    Ok(())
}

fn current(project: &Project) -> Result<String> {
    let document = project.read(DOCUMENT)?;
    let parts = document
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.with_context(|| format!("{DOCUMENT} has no {BEGIN}"))?;
    let words = project.read(WORDS)?;
    let mut backends = adapters(project)?;
    let own = Told {
        offers: [usual(&words, "USUAL")?, usual(&words, "MAIL")?].join(" "),
        votes: "both".to_owned(),
        levels: None,
        portions: true,
        counts: true,
    };
    backends.insert("afterword".to_owned(), own);
    Ok(format!(
        "{before}{BEGIN}{}{END}{after}",
        table(&meanings(&words), &backends)
    ))
}

/// What a constant says, with its line breaks taken out.
fn usual(source: &str, name: &str) -> Result<String> {
    let said = source.split_once(&format!("{name}: &str = \""));
    let said = said.and_then(|(_, rest)| rest.split_once("\";"));
    let (said, _) = said.with_context(|| format!("{WORDS} has no {name}"))?;
    Ok(said.replace('\\', " "))
}

/// The words, each with its meaning.
fn meanings(source: &str) -> Vec<(&str, &str)> {
    let list = source.split_once("MEANINGS").map_or("", |(_, list)| list);
    let list = list.split_once("];").map_or("", |(list, _)| list);
    let quoted: Vec<_> = list.split('"').skip(1).step_by(2).collect();
    let pairs = quoted.chunks_exact(2);
    pairs.map(|pair| (pair[0], pair[1])).collect()
}

/// What each adapter tells, by its name.
fn adapters(project: &Project) -> Result<BTreeMap<String, Told>> {
    let mut imports = String::new();
    let mut names = Vec::new();
    for file in stage::files(&project.root.join("src/backend"))? {
        let name = file.file_stem().and_then(|name| name.to_str());
        let is_script = file.extension().is_some_and(|extension| extension == "js");
        let Some(name) = name.filter(|name| is_script && !NO_ADAPTERS.contains(name)) else {
            continue;
        };
        writeln!(
            imports,
            "import * as {name}_ from {:?};",
            file.display().to_string()
        )?;
        names.push(format!(
            "{name:?}: {{ offers: {name}_.offers, votes: {name}_.votes ?? \"none\", levels: {name}_.levels, portions: !!{name}_.portions, counts: !!{name}_.counts }}"
        ));
    }
    let folder = project.tools().join("backends");
    fs::create_dir_all(&folder)?;
    let (entry, bundle) = (folder.join("entry.js"), folder.join("bundle.mjs"));
    let tell = format!("console.log(JSON.stringify({{ {} }}));\n", names.join(", "));
    fs::write(&entry, imports + &tell)?;
    let mut esbuild = project.command("esbuild");
    // As the build finds what adapters take from npm.
    esbuild.env("NODE_PATH", project.npm_file(""));
    esbuild.args([
        "--bundle",
        "--format=esm",
        "--platform=node",
        "--log-level=error",
    ]);
    esbuild
        .arg(&entry)
        .arg(format!("--outfile={}", bundle.display()));
    run_command(&mut esbuild)?;
    let told = output(project.command("node").arg(&bundle))?;
    serde_json::from_str(&told).context("an adapter exports no `offers`")
}

fn table(words: &[(&str, &str)], backends: &BTreeMap<String, Told>) -> String {
    let names = || backends.keys().map(|name| format!(" {name} |"));
    let mut table = format!("| |{}\n", names().collect::<String>());
    table.push_str("| --- |");
    table.push_str(&" :-: |".repeat(backends.len()));
    table.push('\n');
    for (word, meaning) in words {
        let cells = backends.values().map(|told| {
            let has = told
                .offers
                .split_whitespace()
                .any(|offered| offered == *word);
            if has { " ✓ |" } else { " |" }
        });
        // Writing to a string can't fail.
        let _ = writeln!(table, "| {meaning} |{}", cells.collect::<String>());
    }
    let votes = backends.values().map(|told| match told.votes.as_str() {
        "both" => " ▲▼ |",
        "up" => " ▲ |",
        _ => " |",
    });
    let _ = writeln!(table, "| votes, up and down |{}", votes.collect::<String>());
    let levels = backends.values().map(|told| match told.levels {
        Some(levels) => format!(" {levels} |"),
        None => " ∞ |".to_owned(),
    });
    let _ = writeln!(table, "| levels of answers |{}", levels.collect::<String>());
    let mut row = |title: &str, has: fn(&Told) -> bool| {
        let cells = backends.values();
        let cells = cells.map(|told| if has(told) { " ✓ |" } else { " |" });
        let _ = writeln!(table, "| {title} |{}", cells.collect::<String>());
    };
    row("long threads come from the server in portions", |told| {
        told.portions
    });
    row("comments are counted for lists of articles", |told| {
        told.counts
    });
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_protocol() {
        let project = Project::locate().unwrap();
        let source = project.read(WORDS).unwrap();
        let words = meanings(&source);
        assert!(
            words.contains(&("post", "comments can be posted")),
            "{words:?}"
        );
        let usual = usual(&source, "USUAL").unwrap();
        assert!(
            usual
                .split_whitespace()
                .all(|usual| words.iter().any(|(word, _)| *word == usual))
        );
    }

    #[test]
    fn a_mark_for_each_word() {
        let told = |offers: &str, votes: &str, counts: bool| Told {
            offers: offers.to_owned(),
            votes: votes.to_owned(),
            levels: counts.then_some(2),
            portions: counts,
            counts,
        };
        let backends = BTreeMap::from([
            ("a".to_owned(), told("post", "up", false)),
            ("b".to_owned(), told("name post", "none", true)),
        ]);
        assert_eq!(
            table(&[("post", "posting"), ("name", "names")], &backends),
            "| | a | b |\n| --- | :-: | :-: |\n| posting | ✓ | ✓ |\n| names | | ✓ |\n| votes, up and down | ▲ | |\n| levels of answers | ∞ | 2 |\n| long threads come from the server in portions | | ✓ |\n| comments are counted for lists of articles | | ✓ |\n"
        );
    }
}
