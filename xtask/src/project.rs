//! Where things are, and commands that start from there.

use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// The checkout that this program belongs to.
pub(crate) struct Project {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target directory.
    pub(crate) target: PathBuf,
}

impl Project {
    /// The checkout that `cargo xtask` was called in.
    pub(crate) fn locate() -> Result<Self> {
        // Cargo sets the variable when it runs us; as Trunk's hook we run without Cargo.
        let manifest_dir = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let Some(root) = manifest_dir.parent() else {
            bail!("{} has no parent folder", manifest_dir.display());
        };
        let root = fs::canonicalize(root).with_context(|| format!("{}", root.display()))?;
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |dir| root.join(dir));
        Ok(Self { root, target })
    }

    /// Tools that `setup` installs for this checkout alone.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The folder that holds `node_modules`.
    pub(crate) fn npm(&self) -> PathBuf {
        self.tools().join("npm")
    }

    /// A file of an npm package.
    pub(crate) fn npm_file(&self, path: &str) -> PathBuf {
        self.npm().join("node_modules").join(path)
    }

    /// The widget's files, ready to be served.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The text of a file of the checkout.
    pub(crate) fn read(&self, path: &str) -> Result<String> {
        fs::read_to_string(self.root.join(path)).with_context(|| format!("cannot read {path}"))
    }

    /// Keep others from doing the same chore in this checkout at the same time, until it is dropped.
    pub(crate) fn lock(&self, chore: &str) -> Result<File> {
        fs::create_dir_all(self.tools())?;
        let path = self.tools().join(format!("{chore}.lock"));
        let file = File::create(&path).with_context(|| format!("{}", path.display()))?;
        if file.try_lock().is_err() {
            println!("waiting until another `cargo xtask {chore}` is done");
            file.lock().with_context(|| format!("{}", path.display()))?;
        }
        Ok(file)
    }

    /// A command that runs in the checkout, finds the tools of `setup` and never waits for input.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(set_by_cargo_or_rustup) {
                command.env_remove(name);
            }
        }
        match library_path() {
            Some(path) => command.env("LD_LIBRARY_PATH", path),
            None => command.env_remove("LD_LIBRARY_PATH"),
        };
        command
            .env("PATH", self.path())
            .current_dir(&self.root)
            .stdin(Stdio::null());
        command
    }

    /// The file that a command of this name would run, if any.
    pub(crate) fn which(&self, program: &str) -> Option<PathBuf> {
        env::split_paths(&self.path())
            .map(|folder| folder.join(program))
            .find(|file| file.is_file())
    }

    fn path(&self) -> OsString {
        let ours = [self.tools().join("bin"), self.npm_file(".bin")];
        let inherited = env::var_os("PATH").unwrap_or_default();
        // `cargo install` puts programs there, and not every PATH has it.
        let cargo_bin = cargo_home().map(|home| home.join("bin"));
        let all = ours
            .into_iter()
            .chain(env::split_paths(&inherited))
            .chain(cargo_bin);
        env::join_paths(all).unwrap_or(inherited)
    }
}

/// Cargo's own folder: registry sources and installed programs.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")))
}

/// Cargo and rustup tell their children which toolchain and which package started them.
///
/// Ours must not hear it: `setup` may have chosen another toolchain for this checkout since.
fn set_by_cargo_or_rustup(name: &str) -> bool {
    const EXACT: [&str; 12] = [
        "CARGO",
        "CARGO_CRATE_NAME",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_LINKS",
        "CARGO_MANIFEST_PATH",
        "CARGO_PRIMARY_PACKAGE",
        "OUT_DIR",
        "RUSTC",
        "RUSTDOC",
        "RUSTUP_TOOLCHAIN",
        "RUSTUP_TOOLCHAIN_SOURCE",
        "RUST_RECURSION_COUNT",
    ];
    EXACT.contains(&name)
        || ["CARGO_PKG_", "CARGO_BIN_"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// The caller's library path without the folders that Cargo puts in front of it: they hold the
/// libraries of the toolchain that compiled this program, not of the one that a child runs.
fn library_path() -> Option<OsString> {
    let path = env::var_os("LD_LIBRARY_PATH")?;
    let kept: Vec<_> = env::split_paths(&path)
        .filter(|folder| !folder.as_os_str().is_empty())
        .filter(|folder| {
            !folder
                .iter()
                .any(|part| part == "rustlib" || part == "toolchains" || part == "target")
        })
        .collect();
    if kept.is_empty() {
        None
    } else {
        env::join_paths(kept).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_hear_nothing_of_the_toolchain_that_built_us() {
        for name in [
            "CARGO",
            "RUSTUP_TOOLCHAIN",
            "CARGO_PKG_VERSION",
            "CARGO_MANIFEST_DIR",
        ] {
            assert!(set_by_cargo_or_rustup(name), "{name}");
        }
        for name in [
            "CARGO_HOME",
            "CARGO_TARGET_DIR",
            "CARGO_TERM_COLOR",
            "RUSTUP_HOME",
            "RUSTFLAGS",
            "PATH",
        ] {
            assert!(!set_by_cargo_or_rustup(name), "{name}");
        }
    }
}
