//! Node.js, and the npm packages of xtask/npm.

use super::apt;
use crate::process::{output, run};
use crate::project::Project;
use crate::steps::Outcome;
use crate::versions::Version;
use anyhow::{Context, Result, bail};
use std::fs;

/// esbuild needs 18.
const NODE: Version = Version(18, 0, 0);
/// What the chores call or ship; all of them there means that the install went through.
const PROOF: [&str; 7] = [
    ".bin/esbuild",
    ".bin/wasm-opt",
    ".bin/wasm-metadce",
    "dompurify/dist/purify.es.mjs",
    "axe-core/axe.min.js",
    "typescript/bin/tsc",
    "emojibase-data/en/compact.json",
];

pub(super) fn ensure_node(project: &Project) -> Result<Outcome> {
    if let Some(version) = node(project) {
        if version < NODE {
            bail!("found Node.js {version}; install {NODE} or later");
        }
        if project.which("npm").is_some() {
            return Ok(Outcome::Found(format!("Node.js {version}")));
        }
    }
    apt::install(project, &["nodejs", "npm"])
        .with_context(|| format!("install Node.js {NODE} or later with npm"))?;
    match node(project) {
        Some(version) if version >= NODE => Ok(Outcome::Done(format!("Node.js {version}"))),
        Some(version) => {
            bail!("the packages have Node.js {version}; install {NODE} or later with npm")
        }
        None => bail!("nodejs was installed, but `node` doesn't start"),
    }
}

fn node(project: &Project) -> Option<Version> {
    output(project.command("node").arg("--version"))
        .ok()
        .as_deref()
        .and_then(Version::find)
}

pub(super) fn ensure_packages(project: &Project) -> Result<Outcome> {
    let folder = project.npm();
    let lock = project.read("xtask/npm/package-lock.json")?;
    // npm writes no such file: it's there only after an install that succeeded.
    let stamp = folder.join("installed.json");
    let there = || PROOF.iter().all(|file| project.npm_file(file).exists());
    if there() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(Outcome::Found(
            "the versions of xtask/npm/package-lock.json".to_owned(),
        ));
    }
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package-lock.json"), &lock)?;
    fs::write(
        folder.join("package.json"),
        project.read("xtask/npm/package.json")?,
    )?;
    let mut npm = project.command("npm");
    // Install scripts are not needed: esbuild's program comes in a package of its own.
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--yes"])
        .current_dir(&folder);
    run(&mut npm)
        .context("by hand: the same command in that folder, once npm reaches its registry")?;
    if !there() {
        bail!(
            "npm succeeded, but one of {PROOF:?} is missing in {}",
            folder.join("node_modules").display()
        );
    }
    fs::write(stamp, lock)?;
    Ok(Outcome::Done(
        "installed the versions of xtask/npm/package-lock.json".to_owned(),
    ))
}
