//! Comment servers of others, for the tests of the adapters that speak with them.

use super::apt;
use crate::process::{run, succeeds};
use crate::project::Project;
use crate::steps::{Outcome, Steps};
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;

/// Install what is missing of them.
pub(super) fn ensure(project: &Project, steps: &mut Steps) {
    steps.step(
        "Isso",
        "the tests of its adapter speak with the real one",
        || isso(project),
    );
    steps.step(
        "Waline",
        "the tests of its adapter speak with the real one",
        || waline(project),
    );
}

fn folder(project: &Project, name: &str) -> PathBuf {
    project.tools().join("peers").join(name)
}

/// In a virtual environment of its own, by the versions of xtask/peers/isso.txt.
fn isso(project: &Project) -> Result<Outcome> {
    let folder = folder(project, "isso");
    let wanted = project.read("xtask/peers/isso.txt")?;
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(Outcome::Found(
            "the versions of xtask/peers/isso.txt".to_owned(),
        ));
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let has_venv = |project: &Project| {
        succeeds(
            project
                .command("python3")
                .args(["-c", "import ensurepip, venv"]),
        )
    };
    if !has_venv(project) {
        apt::install(project, &["python3", "python3-venv"])?;
    }
    let mut venv = project.command("python3");
    run(venv.args(["-m", "venv"]).arg(&folder))?;
    let mut pip = project.command(folder.join("bin/pip"));
    pip.args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
    ]);
    run(pip.arg(project.root.join("xtask/peers/isso.txt")))
        .context("by hand: the same command, once pip reaches its index")?;
    fs::write(stamp, wanted)?;
    Ok(Outcome::Done(
        "installed the versions of xtask/peers/isso.txt".to_owned(),
    ))
}

/// By the versions of xtask/peers/waline. Its database's driver is compiled here.
fn waline(project: &Project) -> Result<Outcome> {
    let folder = folder(project, "waline");
    let wanted = project.read("xtask/peers/waline/package-lock.json")?;
    // npm writes no such file: it's there only after an install that succeeded.
    let stamp = folder.join("installed.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(Outcome::Found(
            "the versions of xtask/peers/waline".to_owned(),
        ));
    }
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json"] {
        let text = project.read(&format!("xtask/peers/waline/{file}"))?;
        fs::write(folder.join(file), text)?;
    }
    let mut npm = project.command("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--yes"]);
    run(npm.current_dir(&folder))
        .context("by hand: the same command in that folder, once npm reaches its registry")?;
    fs::write(stamp, wanted)?;
    Ok(Outcome::Done(
        "installed the versions of xtask/peers/waline".to_owned(),
    ))
}
