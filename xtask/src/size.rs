//! `cargo xtask size`: what a reader's browser downloads, against its budget.

mod detail;
mod readme;

use crate::backends::NO_ADAPTERS;
use crate::dist;
use crate::project::Project;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// `cargo xtask size`
#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Also print where the Wasm's kilobytes go, crate by crate
    #[arg(long)]
    detail: bool,
}

/// Files that are weighed together, in kilobytes of 1000 bytes after brotli 11.
struct Budget {
    title: &'static str,
    files: &'static [&'static str],
    /// Bytes; none for what is loaded only where a browser needs it.
    limit: Option<usize>,
    /// As README.md calls it: `1.5 kB of NAME`.
    name: &'static str,
}

const BUDGETS: [Budget; 9] = [
    Budget {
        title: "loader",
        files: &["embed.js"],
        limit: Some(2_500),
        name: "loader",
    },
    Budget {
        title: "style of a thread",
        files: &["afterword.css"],
        limit: Some(4_500),
        name: "style",
    },
    Budget {
        title: "style with the program's",
        files: &["afterword.css", "program.css"],
        limit: Some(9_000),
        name: "style in all",
    },
    Budget {
        title: "glue and Wasm",
        files: &["start.js", "afterword_bg.wasm"],
        limit: Some(110_000),
        name: "program",
    },
    Budget {
        title: "counts for lists of articles",
        files: &["count.js"],
        limit: Some(1_000),
        name: "counter",
    },
    Budget {
        title: "cleaner of another origin's threads",
        files: &["clean.js"],
        limit: None,
        name: "cleaner",
    },
    Budget {
        title: "sanitizer, where the browser has none",
        files: &["purify.js"],
        limit: None,
        name: "sanitizer",
    },
    Budget {
        title: "texts in English",
        files: &["english.json"],
        limit: None,
        name: "English",
    },
    Budget {
        title: "a language other than English",
        files: &["locales/de.json"],
        limit: None,
        name: "language",
    },
];

/// The most that an adapter may weigh with what it shares with others; what all share is no part of it.
const ADAPTER: usize = 6_000;

/// The most that the pages of `/admin` may weigh.
const ADMIN: usize = 330_000;

/// Files that were weighed together.
struct Row {
    title: String,
    limit: Option<usize>,
    files: Vec<(String, Weight)>,
}

impl Row {
    fn sum(&self) -> Weight {
        let mut sum = Weight::default();
        for (_, weight) in &self.files {
            sum.raw += weight.raw;
            sum.gzip += weight.gzip;
            sum.brotli += weight.brotli;
        }
        sum
    }
}

/// One file's bytes as they are, after gzip 9 and after brotli 11.
#[derive(Clone, Copy, Default)]
struct Weight {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Weigh dist/, building it first when it is out of date.
pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    dist::run(project, &dist::Options::default())?;
    let folder = project.dist();
    let assets = only_folder(&folder.join("assets"))?;
    let mut rows = Vec::new();
    for budget in &BUDGETS {
        let mut weights = Vec::new();
        for name in budget.files {
            let place = if matches!(*name, "embed.js" | "count.js") {
                &folder
            } else {
                &assets
            };
            weights.push(((*name).to_owned(), weigh(&place.join(name))?));
        }
        rows.push(Row {
            title: budget.title.to_owned(),
            limit: budget.limit,
            files: weights,
        });
    }
    rows.extend(adapters(&assets.join("backend"))?);
    rows.push(admin(&folder.join("admin"))?);
    let (table, over) = table(&rows);
    println!("{table}");
    if options.detail {
        detail::run(project)?;
    }
    if !over.is_empty() {
        bail!("over budget: {}", over.join(", "));
    }
    let text = project.read("README.md")?;
    for (budget, row) in BUDGETS.iter().zip(&rows) {
        readme::agrees(&text, budget.name, row.sum().brotli)?;
    }
    Ok(())
}

/// What the pages of `/admin` are before a moderator sees the first of them, but for what it says.
fn admin(folder: &Path) -> Result<Row> {
    let assets = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.is_dir())
        .with_context(|| format!("{} must hold a folder", folder.display()))?;
    let weighed = |name: &str| Ok((name.to_owned(), weigh(&assets.join(name))?));
    let names = ["admin.css", "start.js", "afterword-admin_bg.wasm"];
    Ok(Row {
        title: "pages for moderators".to_owned(),
        limit: Some(ADMIN),
        files: names.into_iter().map(weighed).collect::<Result<_>>()?,
    })
}

/// What a page pays that names a backend: for what all adapters share, and for its own.
fn adapters(folder: &Path) -> Result<Vec<Row>> {
    let row = |title: String, limit, names: &BTreeSet<String>| -> Result<Row> {
        let weighed = |name: &String| Ok((format!("backend/{name}"), weigh(&folder.join(name))?));
        let files = names.iter().map(weighed).collect::<Result<_>>()?;
        Ok(Row {
            title,
            limit,
            files,
        })
    };
    let [connect, counts] = NO_ADAPTERS.map(|name| brought(folder, &format!("{name}.js")));
    let (connect, counts) = (connect?, counts?);
    let mut rows = vec![
        row("what all adapters share".to_owned(), None, &connect)?,
        row("counts of other backends".to_owned(), None, &counts)?,
    ];
    let mut later = BTreeSet::new();
    let mut known: BTreeSet<String> = &connect | &counts;
    for file in dist::stage::files(folder)? {
        let name = file.file_name().and_then(|name| name.to_str());
        let Some(name) = name.filter(|name| name.ends_with(".js")) else {
            continue;
        };
        let adapter = name.trim_end_matches(".js");
        if name.starts_with("shared-") || name.contains('-') {
            later.insert(name.to_owned());
        } else if !NO_ADAPTERS.contains(&adapter) {
            let all = brought(folder, name)?;
            let own = &all - &connect;
            rows.push(row(format!("adapter {adapter}"), Some(ADAPTER), &own)?);
            known.extend(all);
        }
    }
    let later = &later - &known;
    rows.push(row(
        "what an adapter brings when needed".to_owned(),
        None,
        &later,
    )?);
    Ok(rows)
}

/// A module, and what comes with it because it imports it at its beginning.
fn brought(folder: &Path, name: &str) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut rest = vec![name.to_owned()];
    while let Some(name) = rest.pop() {
        let path = folder.join(&name);
        let source = fs::read_to_string(&path);
        let source = source.with_context(|| format!("cannot read {}", path.display()))?;
        if found.insert(name) {
            rest.extend(imports(&source));
        }
    }
    Ok(found)
}

/// The modules beside it that a module imports at its beginning: `from"./NAME"` or `import"./NAME"`, as esbuild
/// writes it. What `import("./NAME")` brings comes later.
fn imports(source: &str) -> Vec<String> {
    let mut parts = source.split("\"./");
    let mut before = parts.next().unwrap_or_default();
    let mut found = Vec::new();
    for part in parts {
        let word = before.trim_end();
        if let (true, Some((name, _))) = (
            word.ends_with("from") || word.ends_with("import"),
            part.split_once('"'),
        ) {
            found.push(name.to_owned());
        }
        before = part;
    }
    found
}

/// dist/assets holds one folder, named by a hash.
fn only_folder(folder: &Path) -> Result<std::path::PathBuf> {
    let mut entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    match (entries.next(), entries.next()) {
        (Some(entry), None) => Ok(entry?.path()),
        _ => bail!("{} must hold one folder", folder.display()),
    }
}

fn weigh(file: &Path) -> Result<Weight> {
    let length = |suffix: &str| -> Result<usize> {
        let path = format!("{}{suffix}", file.display());
        Ok(fs::read(&path)
            .with_context(|| format!("cannot read {path}"))?
            .len())
    };
    Ok(Weight {
        raw: length("")?,
        gzip: length(".gz")?,
        brotli: length(".br")?,
    })
}

/// The table, and the titles that are over their budgets.
fn table(rows: &[Row]) -> (String, Vec<String>) {
    let mut text = String::new();
    let mut over = Vec::new();
    let mut line = |name: &str, weight: Weight, rest: &str| {
        let kilobytes = [weight.raw, weight.gzip, weight.brotli].map(kilobytes);
        let [raw, gzip, brotli] = &kilobytes;
        // Writing to a string can't fail.
        let _ = writeln!(text, "{name:<38} {raw:>9} {gzip:>9} {brotli:>9}  {rest}");
    };
    for row in rows {
        let sum = row.sum();
        let verdict = match row.limit {
            Some(limit) if sum.brotli > limit => {
                over.push(format!(
                    "{} by {} bytes ({} of {} kB)",
                    row.title,
                    sum.brotli - limit,
                    kilobytes(sum.brotli),
                    kilobytes(limit)
                ));
                format!("of {} OVER", kilobytes(limit))
            }
            Some(limit) => format!("of {}", kilobytes(limit)),
            None => String::new(),
        };
        line(&row.title, sum, &verdict);
        for (name, weight) in &row.files {
            line(&format!("  {name}"), *weight, "");
        }
    }
    let header = format!(
        "{:<38} {:>9} {:>9} {:>9}  budget\n",
        "kB of 1000 bytes", "raw", "gzip 9", "brotli 11"
    );
    (header + &text, over)
}

fn kilobytes(bytes: usize) -> String {
    // In whole numbers, rounded half up: 1499 bytes must not read as over a limit of 1500.
    let hundredths = (bytes + 5) / 10;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(brotli: usize) -> Weight {
        Weight {
            raw: brotli * 3,
            gzip: brotli + 100,
            brotli,
        }
    }

    fn row(title: &str, limit: Option<usize>, files: &[usize]) -> [Row; 1] {
        let files = files.iter().map(|brotli| ("a".to_owned(), weight(*brotli)));
        [Row {
            title: title.to_owned(),
            limit,
            files: files.collect(),
        }]
    }

    #[test]
    fn at_the_limit_is_within_it() {
        let (text, over) = table(&row("pair", Some(100), &[60, 40]));
        assert!(over.is_empty(), "{over:?}");
        assert!(text.contains("of 0.10") && !text.contains("OVER"), "{text}");
    }

    #[test]
    fn one_byte_more_is_over_and_files_count_together() {
        let (text, over) = table(&row("pair", Some(100), &[60, 41]));
        assert_eq!(over, ["pair by 1 bytes (0.10 of 0.10 kB)"]);
        assert!(text.contains("OVER"), "{text}");
    }

    #[test]
    fn what_has_no_limit_is_never_over() {
        let (text, over) = table(&row("free", None, &[1_000_000]));
        assert!(over.is_empty());
        assert!(text.contains("1000.00"), "{text}");
    }

    #[test]
    fn what_a_module_imports_later_is_no_part_of_it() {
        let source = r#"import{a}from"./shared-a.js";import"./b.js";export*from "./c.js";x=()=>import("./d.js");y="./e.js""#;
        assert_eq!(imports(source), ["shared-a.js", "b.js", "c.js"]);
    }

    #[test]
    fn kilobytes_are_of_a_thousand_bytes() {
        assert_eq!(kilobytes(85_000), "85.00");
        assert_eq!(kilobytes(1_499), "1.50");
        assert_eq!(kilobytes(4), "0.00");
        assert_eq!(kilobytes(1_234_567), "1234.57");
    }
}
