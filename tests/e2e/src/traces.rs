//! What a run leaves on the machine while it lasts: programs and folders. None outlives it, also
//! when somebody ends it in the middle.

use std::io;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use tempfile::TempDir;

use crate::process;

static PROGRAMS: Mutex<Vec<u32>> = Mutex::new(Vec::new());
static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn lock<T>(traces: &Mutex<Vec<T>>) -> MutexGuard<'_, Vec<T>> {
    traces.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder that goes when it is dropped, or with [`exit`].
pub(crate) fn folder() -> Result<TempDir> {
    let mut folders = lock(&FOLDERS);
    let folder = tempfile::Builder::new()
        .prefix("afterword-e2e-")
        .tempdir()?;
    folders.push(folder.path().to_owned());
    Ok(folder)
}

/// Starts a program.
pub(crate) fn start(command: &mut Command) -> io::Result<Child> {
    let mut programs = lock(&PROGRAMS);
    let child = command.spawn()?;
    programs.push(child.id());
    Ok(child)
}

/// A program has ended.
pub(crate) fn ended(pid: u32) {
    lock(&PROGRAMS).retain(|it| *it != pid);
}

/// Ends every program that is still running, removes every folder that is still there, and exits:
/// for when a run is ended from outside, which drops nothing.
pub fn exit(code: i32) -> ! {
    // Nothing more is started from here on.
    let programs = lock(&PROGRAMS);
    let folders = lock(&FOLDERS);
    for &pid in programs.iter() {
        process::kill_family(pid);
    }
    for folder in folders.iter() {
        // Most are gone already.
        let _ = std::fs::remove_dir_all(folder);
    }
    std::process::exit(code)
}
