//! Python, for the tests of the backend in `examples/`.

use super::apt;
use crate::project::Project;
use crate::steps::Outcome;
use anyhow::{Context, Result};

pub(super) fn ensure(project: &Project) -> Result<Outcome> {
    if let Some(path) = project.which("python3") {
        return Ok(Outcome::Found(path.display().to_string()));
    }
    apt::install(project, &["python3"])
        .context("without it the tests of examples/backend-python can't run")?;
    Ok(Outcome::Done("installed python3".to_owned()))
}
