//! The compiler's flags for the widget.

use crate::process::output;
use crate::project::{Project, cargo_home};
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};

/// Flags for the widget's crates.
pub(super) fn widget(project: &Project) -> Result<String> {
    let sysroot = output(project.command("rustc").args(["--print", "sysroot"]))?;
    Ok(remap_paths(project, Path::new(sysroot.trim())))
}

/// Shorten the paths that panics carry: they would tell where the widget was built, and weigh.
pub(crate) fn remap_paths(project: &Project, sysroot: &Path) -> String {
    let mut prefixes = vec![project.root.clone()];
    if let Some(home) = cargo_home() {
        prefixes.push(home.clone());
        // The last prefix that matches wins, so the longest come last.
        prefixes.extend(subfolders(&home.join("registry/src")));
        prefixes.extend(subfolders(&home.join("git/checkouts")));
    }
    prefixes.push(sysroot.join("lib/rustlib/src/rust/library"));
    let flags: Vec<_> = prefixes
        .iter()
        .filter_map(|prefix| prefix.to_str())
        // RUSTFLAGS are split at white space.
        .filter(|prefix| !prefix.contains(char::is_whitespace))
        .map(|prefix| format!("--remap-path-prefix={prefix}/="))
        .collect();
    flags.join(" ")
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}
