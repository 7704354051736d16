//! The compiler's flags for the widget.

use crate::process::output;
use crate::project::{Project, cargo_home};
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Have a command compile the widget with its flags, and with no others.
pub(crate) fn set(project: &Project, command: &mut Command) -> Result<()> {
    let sysroot = output(project.command("rustc").args(["--print", "sysroot"]))?;
    command.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        remap_paths(project, Path::new(sysroot.trim())),
    );
    // These would win over the variable above.
    command
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    Ok(())
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
