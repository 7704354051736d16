//! Debian's packages, as root or through sudo, never waiting for an answer.

use crate::process::{run, succeeds};
use crate::project::Project;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

/// `apt-get update` has run in this process.
static UPDATED: AtomicBool = AtomicBool::new(false);

/// How this user may change the machine.
enum Rights {
    Root,
    Sudo,
    None,
}

fn rights(project: &Project) -> Rights {
    let id = crate::process::output(project.command("id").arg("-u")).unwrap_or_default();
    if id.trim() == "0" {
        Rights::Root
    } else if succeeds(project.command("sudo").args(["-n", "true"])) {
        Rights::Sudo
    } else {
        Rights::None
    }
}

/// A command with the rights to change the machine, if this user can have them.
pub(super) fn privileged(project: &Project, program: impl AsRef<Path>) -> Option<Command> {
    match rights(project) {
        Rights::Root => Some(project.command(program)),
        Rights::Sudo => {
            let mut sudo = project.command("sudo");
            sudo.args(["-n", "--preserve-env=DEBIAN_FRONTEND"])
                .arg(program.as_ref());
            Some(sudo)
        }
        Rights::None => None,
    }
}

/// Whether this machine has apt.
pub(super) fn present(project: &Project) -> bool {
    project.which("apt-get").is_some()
}

/// The line that installs packages by hand.
pub(super) fn by_hand(packages: &[&str]) -> String {
    format!(
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    )
}

/// Install packages; an error says what to do by hand.
pub(super) fn install(project: &Project, packages: &[&str]) -> Result<()> {
    let by_hand = by_hand(packages);
    if !present(project) {
        bail!(
            "this machine has no apt-get; install by its own means: {}",
            packages.join(" ")
        );
    }
    let apt_get = || {
        let mut command = privileged(project, "apt-get").with_context(|| {
            format!("needs root, and sudo asks for a password. By hand:\n    {by_hand}")
        })?;
        command.env("DEBIAN_FRONTEND", "noninteractive");
        Ok::<_, anyhow::Error>(command)
    };
    if !UPDATED.swap(true, Ordering::Relaxed) {
        run(apt_get()?.args(["update", "-q"]))?;
    }
    let mut command = apt_get()?;
    command
        .args(["install", "-q", "-y", "--no-install-recommends"])
        .args(packages);
    run(&mut command).with_context(|| format!("by hand:\n    {by_hand}\n"))
}
