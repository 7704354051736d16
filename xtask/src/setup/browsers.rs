//! Browsers and their WebDriver servers, for the tests alone.

use super::apt;
use crate::project::Project;
use crate::steps::{Outcome, Steps};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// An engine that the end-to-end tests run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Browser {
    Chromium,
    Firefox,
    Webkit,
}

/// A program under any of its names, and the package that has it.
struct Program {
    names: &'static [&'static str],
    package: &'static str,
}

impl Browser {
    pub(crate) const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::Webkit];

    /// As the tests are told it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }

    fn programs(self) -> &'static [Program] {
        match self {
            Self::Chromium => &[
                Program {
                    names: &["chromium", "chromium-browser", "google-chrome"],
                    package: "chromium",
                },
                Program {
                    names: &["chromedriver"],
                    package: "chromium-driver",
                },
            ],
            Self::Firefox => &[Program {
                names: &["firefox-esr", "firefox"],
                package: "firefox-esr",
            }],
            // The driver's package depends on the engine's library, which has its own small browser.
            Self::Webkit => &[
                Program {
                    names: &["WebKitWebDriver"],
                    package: "webkit2gtk-driver",
                },
                Program {
                    names: &["Xvfb"],
                    package: "xvfb",
                },
            ],
        }
    }
}

impl Program {
    fn find(&self, project: &Project) -> Option<PathBuf> {
        self.names.iter().find_map(|name| project.which(name))
    }
}

pub(super) fn ensure(project: &Project, steps: &mut Steps, browsers: &[Browser]) {
    for browser in browsers {
        let reason = "an engine that the tests run in, and its WebDriver server";
        steps.step(browser.name(), reason, || install(project, *browser));
    }
}

fn install(project: &Project, browser: Browser) -> Result<Outcome> {
    let programs = browser.programs();
    let missing: Vec<_> = programs
        .iter()
        .filter(|program| program.find(project).is_none())
        .map(|program| program.package)
        .collect();
    let describe = || {
        let found = programs.iter().filter_map(|program| program.find(project));
        found
            .map(|path| path.display().to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    if missing.is_empty() {
        return Ok(Outcome::Found(describe()));
    }
    apt::install(project, &missing).with_context(|| {
        format!(
            "without it `cargo xtask test` can't run in {0}; `--browsers` leaves {0} out",
            browser.name()
        )
    })?;
    Ok(Outcome::Done(describe()))
}
