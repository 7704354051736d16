//! The server with the widget inside, for whoever starts it.

use crate::dist;
use crate::process::run;
use crate::project::Project;
use anyhow::Result;
use std::path::PathBuf;

/// Build dist/ and the server, and return the program.
///
/// Not for release: a newcomer, who sees the demo and then runs the tests, waits for one build.
pub(crate) fn build(project: &Project) -> Result<PathBuf> {
    dist::run(project, &dist::Options::default())?;
    let mut cargo = project.command("cargo");
    run(cargo.args(["build", "--locked", "--package", "afterword-server"]))?;
    Ok(project.target.join("debug/afterword-server"))
}
