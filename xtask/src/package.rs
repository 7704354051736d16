//! `cargo xtask package`: the npm package, ready to be published, in target/npm/afterword.
//!
//! Its module brings the loader from a server; its folder `dist` has what a server has, for those
//! who serve the files themselves.

use crate::dist;
use crate::process::run as run_command;
use crate::project::Project;
use crate::setup;
use anyhow::{Context, Result};
use serde_json::json;
use std::fs;
use std::path::Path;

/// What stands in src/package/ and goes into the package as it is.
const FILES: [&str; 6] = [
    "README.md",
    "index.d.ts",
    "index.js",
    "react.d.ts",
    "svelte.d.ts",
    "vue.d.ts",
];

/// Make the package, have a compiler read its types, and npm what would be published.
pub(crate) fn run(project: &Project) -> Result<()> {
    setup::run(project, &setup::Options::without_tests())?;
    dist::run(project, &dist::Options::default())?;
    let package = project.target.join("npm/afterword");
    write(project, &package)?;
    copy_dist(&project.dist(), &package.join("dist"))?;
    check_types(project)?;
    let mut npm = project.command("npm");
    npm.args(["pack", "--dry-run", "--ignore-scripts"]);
    run_command(npm.current_dir(&package))?;
    println!("`npm publish {}` publishes it", package.display());
    Ok(())
}

/// The package but for the files of the widget.
fn write(project: &Project, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let source = project.root.join("xtask/src/package");
    for name in FILES {
        copy(&source.join(name), &folder.join(name))?;
    }
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(&project.root.join(name), &folder.join(name))?;
    }
    let manifest = serde_json::to_string_pretty(&manifest())?;
    fs::write(folder.join("package.json"), manifest + "\n")?;
    Ok(())
}

fn manifest() -> serde_json::Value {
    let types = |name: &str| json!({ "types": format!("./{name}.d.ts") });
    json!({
        "name": "afterword",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Comments under any article: a web component that speaks with your own server",
        "keywords": ["comments", "discussion", "web component", "self-hosted"],
        "license": "MIT OR Apache-2.0",
        "type": "module",
        "exports": {
            ".": { "types": "./index.d.ts", "default": "./index.js" },
            "./react": types("react"),
            "./vue": types("vue"),
            "./svelte": types("svelte"),
            "./dist/*": "./dist/*",
            "./package.json": "./package.json",
        },
        "types": "./index.d.ts",
        "files": ["*.js", "*.d.ts", "dist", "LICENSE-*"],
        // Nothing happens before a function is called; the loader is a script that does all.
        "sideEffects": ["./dist/embed.js"],
    })
}

/// Loader and files of the widget, without what only our own server can use: it compresses them once,
/// others do so themselves.
fn copy_dist(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("{}", from.display()))? {
        let path = entry?.path();
        let name = path.file_name().context("a file without a name")?;
        let is_ours = path
            .extension()
            .is_some_and(|it| it == "br" || it == "gz" || it == "html");
        if path.is_dir() && name == "admin" {
            // The server's own pages.
        } else if path.is_dir() {
            copy_dist(&path, &to.join(name))?;
        } else if !is_ours {
            copy(&path, &to.join(name))?;
        }
    }
    Ok(())
}

/// Have TypeScript read the types, and an example that uses them, rightly and wrongly.
pub(crate) fn check_types(project: &Project) -> Result<()> {
    let folder = project.npm().join("types");
    write(project, &folder.join("node_modules/afterword"))?;
    let example = project.root.join("xtask/src/package/example.tsx");
    copy(&example, &folder.join("example.tsx"))?;
    let mut tsc = project.command("node");
    tsc.arg(project.npm_file("typescript/bin/tsc"));
    tsc.args(["--noEmit", "--strict", "--jsx", "react-jsx"]);
    tsc.args(["--module", "nodenext", "--target", "es2022"]);
    tsc.args(["--lib", "es2023,dom,dom.iterable", "example.tsx"]);
    run_command(tsc.current_dir(&folder))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .map(drop)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}
