//! Programs written in Rust: from cargo-binstall where it is at hand, else built here.

use crate::process::{output, run};
use crate::project::Project;
use crate::steps::Outcome;
use crate::versions::{Version, locked};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Trunk's and geckodriver's versions that the project is tested with; newer patches are taken as found.
const TRUNK: Version = Version(0, 21, 14);
const GECKODRIVER: Version = Version(0, 37, 1);

/// A program, and which of its versions will do.
pub(super) struct Tool {
    package: &'static str,
    program: &'static str,
    version: Version,
    /// The program must be of this very version.
    exactly: bool,
    /// What the project needs it for.
    pub(super) reason: &'static str,
    arguments: &'static [&'static str],
}

/// The tools that the chores of the project call, and with Firefox those that its tests call.
pub(super) fn needed(project: &Project, firefox: bool) -> Result<Vec<Tool>> {
    let lock = project.read("Cargo.lock")?;
    let version = locked(&lock, "wasm-bindgen")
        .as_deref()
        .and_then(Version::find);
    let mut tools = vec![
        Tool {
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version: version.context("Cargo.lock has no wasm-bindgen")?,
            exactly: true,
            reason: "makes a module that a page can import of what rustc makes; of the version in Cargo.lock",
            // No TLS: its test runner speaks with a driver on this machine alone.
            arguments: &["--no-default-features"],
        },
        Tool {
            package: "trunk",
            program: "trunk",
            version: TRUNK,
            exactly: false,
            reason: "builds the demo article, and serves it with live reload",
            // No TLS: it serves 127.0.0.1 and downloads nothing.
            arguments: &["--no-default-features"],
        },
    ];
    if firefox {
        tools.push(Tool {
            package: "geckodriver",
            program: "geckodriver",
            version: GECKODRIVER,
            exactly: false,
            reason: "drives Firefox in the end-to-end tests",
            arguments: &[],
        });
    }
    Ok(tools)
}

impl Tool {
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.program, self.version)
    }

    /// Whether a version will do: exactly the pinned one, or a later patch of it.
    fn accepts(&self, found: Version) -> bool {
        if self.exactly {
            found == self.version
        } else {
            (found.0, found.1) == (self.version.0, self.version.1) && found >= self.version
        }
    }

    fn installed(&self, project: &Project) -> Option<Version> {
        let program = project.which(self.program)?;
        let text = output(project.command(program).arg("--version")).ok()?;
        Version::find(&text)
    }

    pub(super) fn ensure(&self, project: &Project) -> Result<Outcome> {
        let found = self.installed(project);
        if found.is_some_and(|found| self.accepts(found)) {
            let path = project.which(self.program).unwrap_or_default();
            return Ok(Outcome::Found(path.display().to_string()));
        }
        let mut root = None;
        if let Some(found) = found {
            // Another project's version stays where it is.
            println!(
                "  found {found}: leaving it alone and installing {} for this checkout",
                self.version
            );
            root = Some(project.tools());
        }
        let how = self.install(project, root.as_deref()).with_context(|| {
            format!(
                "by hand: cargo install {} --version {}",
                self.package, self.version
            )
        })?;
        match self.installed(project) {
            Some(found) if self.accepts(found) => {
                let place = project.which(self.program).unwrap_or_default();
                Ok(Outcome::Done(format!("{how} {}", place.display())))
            }
            other => bail!(
                "{} was installed, but PATH has {other:?} of it",
                self.title()
            ),
        }
    }

    fn install(&self, project: &Project, root: Option<&Path>) -> Result<&'static str> {
        let version = self.version.to_string();
        let place = |command: &mut Command| {
            if let Some(root) = root {
                command.arg("--root").arg(root).arg("--force");
            }
        };
        if project.which("cargo-binstall").is_some() {
            let mut binstall = project.command("cargo");
            binstall.args([
                "binstall",
                "--no-confirm",
                "--disable-strategies",
                "compile",
                "--version",
                &version,
            ]);
            place(&mut binstall);
            binstall.arg(self.package);
            match run(&mut binstall) {
                Ok(()) => return Ok("downloaded"),
                Err(error) => println!("  {error}; building it"),
            }
        }
        let mut install = self.cargo_install(project, &["--locked"]);
        place(&mut install);
        if let Err(error) = run(&mut install) {
            // A lock file may name a version that the registry doesn't have, or no longer. The
            // tool's own requirements then choose another; Cargo takes what is built already.
            println!("  {error}; trying again without its lock file");
            let mut install = self.cargo_install(project, &[]);
            place(&mut install);
            run(&mut install)?;
        }
        Ok("built")
    }

    fn cargo_install(&self, project: &Project, how: &[&str]) -> Command {
        let mut install = project.command("cargo");
        install
            .arg("install")
            .args(how)
            .args(["--version", &self.version.to_string()])
            .args(self.arguments)
            .arg(self.package);
        // One folder for all of them: what they share is compiled once.
        install.env("CARGO_TARGET_DIR", project.tools().join("build"));
        // Quick to build before quick to run: each of them runs for a second or so.
        install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        install.env("CARGO_PROFILE_RELEASE_LTO", "off");
        install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        install.env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        install.env_remove("RUSTFLAGS");
        install
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(version: Version, exactly: bool) -> Tool {
        Tool {
            package: "p",
            program: "p",
            version,
            exactly,
            reason: "",
            arguments: &[],
        }
    }

    #[test]
    fn wasm_bindgen_must_match_to_the_patch() {
        let tool = tool(Version(0, 2, 130), true);
        assert!(tool.accepts(Version(0, 2, 130)));
        assert!(!tool.accepts(Version(0, 2, 131)));
    }

    #[test]
    fn others_may_be_later_patches() {
        let tool = tool(Version(0, 21, 14), false);
        assert!(tool.accepts(Version(0, 21, 14)));
        assert!(tool.accepts(Version(0, 21, 20)));
        assert!(!tool.accepts(Version(0, 21, 13)));
        assert!(!tool.accepts(Version(0, 22, 0)));
        assert!(!tool.accepts(Version(1, 21, 14)));
    }
}
