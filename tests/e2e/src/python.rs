//! The backend in Python, as its owner runs it (`examples/backend-python`).

use std::process::Command;

use anyhow::Result;
use tempfile::TempDir;

use crate::process::Process;
use crate::server::project;
use crate::traces;

/// A backend with a database of its own.
#[derive(Debug)]
pub struct Python {
    url: String,
    _process: Process,
    _folder: TempDir,
}

impl Python {
    /// Starts it, on a port that the kernel chooses.
    ///
    /// # Errors
    /// When it doesn't start, or there is no Python.
    pub fn start() -> Result<Self> {
        let folder = traces::folder()?;
        let mut command = Command::new("python3");
        command
            .arg(project().join("examples/backend-python/backend.py"))
            .args(["--listen", "127.0.0.1:0", "--writes-per-minute", "0"])
            .arg("--database")
            .arg(folder.path().join("comments.sqlite"));
        let missing = "`cargo xtask setup --tests` installs it";
        let (process, url) = Process::start(command, missing, |line| {
            let url = line.strip_prefix("listening on ")?;
            Some(url.trim().to_owned())
        })?;
        Ok(Self {
            url,
            _process: process,
            _folder: folder,
        })
    }

    /// Its address, for `data-api`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}
