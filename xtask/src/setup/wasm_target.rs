//! A rustc that compiles for wasm32-unknown-unknown.
//!
//! rustup's own component is the short way. Where it can't be had, Debian's packages of the
//! compiler and of its sources are enough to build the standard library here.

use super::apt;
use crate::dist::flags;
use crate::process::{output, run, succeeds};
use crate::project::Project;
use crate::steps::Outcome;
use crate::versions::Version;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

const TARGET: &str = "wasm32-unknown-unknown";
/// The name under which rustup knows Debian's compiler.
const TOOLCHAIN: &str = "afterword";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
/// Debian keeps the compilers that its browsers are built with apart from its own, older one.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy"];

pub(super) fn ensure(project: &Project) -> Result<Outcome> {
    ensure_with(project, Path::new(DEBIAN_RUSTC))
}

fn ensure_with(project: &Project, debian_rustc: &Path) -> Result<Outcome> {
    let rustc = Path::new("rustc");
    if compiles(project, rustc) {
        return Ok(Outcome::Found(version_line(project, rustc)));
    }
    let rustup = project.which("rustup").is_some();
    if rustup {
        if add_component(project) {
            return Ok(Outcome::Done(format!(
                "rustup added it to {}",
                version_line(project, rustc)
            )));
        }
        if linked(project) {
            override_toolchain(project)?;
            if compiles(project, rustc) {
                return Ok(Outcome::Done(format!(
                    "this checkout uses {}",
                    version_line(project, rustc)
                )));
            }
        }
    }
    debian(project, debian_rustc).with_context(by_hand)?;
    if rustup {
        run(project
            .command("rustup")
            .args(["toolchain", "link", TOOLCHAIN, "/usr"]))?;
        override_toolchain(project)?;
    }
    if !compiles(project, rustc) {
        bail!(
            "the standard library was built for {DEBIAN_RUSTC}, but the rustc on PATH can't use it; {}",
            by_hand()
        );
    }
    Ok(Outcome::Done(version_line(project, rustc)))
}

fn by_hand() -> String {
    format!(
        "install Rust by rustup and run `rustup target add {TARGET}`, \
         or put any rustc with that target's standard library first on PATH"
    )
}

fn version_line(project: &Project, rustc: &Path) -> String {
    output(project.command(rustc).arg("--version"))
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// Whether this rustc compiles *and links* for the target: a library folder alone proves little.
fn compiles(project: &Project, rustc: &Path) -> bool {
    let folder = project.tools().join("probe");
    let source = folder.join("probe.rs");
    // `format!` needs std and alloc, `assert!` the panic runtime.
    let text = "#[unsafe(no_mangle)] pub extern \"C\" fn probe(n: u32) -> usize { assert!(n > 0); format!(\"{n}\").len() }\n";
    if fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&source, text))
        .is_err()
    {
        return false;
    }
    let mut command = project.command(rustc);
    command.args([
        "--edition=2024",
        "--crate-type=cdylib",
        "-Cpanic=abort",
        "--target",
        TARGET,
        "-o",
    ]);
    command.arg(folder.join("probe.wasm")).arg(&source);
    succeeds(&mut command)
}

/// `rustup target add`; false where rustup can't reach its server or the toolchain isn't its own.
fn add_component(project: &Project) -> bool {
    let mut command = project.command("rustup");
    command.args(["target", "add", TARGET]);
    // Fails soon where there is no way out: the other route is at hand.
    command.env("RUSTUP_MAX_RETRIES", "1");
    match run(&mut command) {
        Ok(()) => compiles(project, Path::new("rustc")),
        Err(error) => {
            println!("  {error}; trying Debian's packages");
            false
        }
    }
}

fn linked(project: &Project) -> bool {
    let list = output(project.command("rustup").args(["toolchain", "list"])).unwrap_or_default();
    list.lines()
        .any(|line| line.split_whitespace().next() == Some(TOOLCHAIN))
}

fn override_toolchain(project: &Project) -> Result<()> {
    run(project
        .command("rustup")
        .args(["override", "set", TOOLCHAIN, "--path"])
        .arg(&project.root))
}

/// Install Debian's compiler and build the target's standard library beside it.
fn debian(project: &Project, rustc: &Path) -> Result<()> {
    if compiles(project, rustc) {
        return Ok(());
    }
    if !apt::present(project) {
        bail!("rustc has no {TARGET} and this machine has neither rustup's component nor apt-get");
    }
    apt::install(project, &DEBIAN_PACKAGES)?;
    let about = output(project.command(rustc).arg("-vV"))?;
    let llvm = about.lines().find(|line| line.starts_with("LLVM version"));
    let Some(Version(llvm, ..)) = llvm.and_then(Version::find) else {
        bail!("{DEBIAN_RUSTC} names no LLVM version: {about}");
    };
    // The linker must read what this compiler's LLVM writes.
    apt::install(project, &[&format!("lld-{llvm}")])?;
    let sysroot =
        PathBuf::from(output(project.command(rustc).args(["--print", "sysroot"]))?.trim());
    let host = about
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap_or_default();

    let libraries = build_std(project)?;
    let rustlib = sysroot.join("lib/rustlib");
    let destination = rustlib.join(TARGET).join("lib");
    let linkers = rustlib.join(host).join("bin");
    let privileged = |program: &str| {
        apt::privileged(project, program).context("needs root, and sudo asks for a password")
    };
    run(privileged("mkdir")?
        .arg("-p")
        .arg(&destination)
        .arg(&linkers))?;
    run(privileged("cp")?.args(&libraries).arg(&destination))?;
    let lld = format!("/usr/lib/llvm-{llvm}/bin/lld");
    run(privileged("ln")?
        .args(["-sf", &lld])
        .arg(linkers.join("rust-lld")))?;
    if compiles(project, rustc) {
        Ok(())
    } else {
        bail!(
            "the standard library was built and put into {}, but nothing compiles with it",
            destination.display()
        )
    }
}

/// Compile std from its sources, by way of an empty crate. Returns the libraries.
fn build_std(project: &Project) -> Result<Vec<PathBuf>> {
    let folder = project.tools().join("std");
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "#![no_std]\n")?;
    fs::write(
        folder.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [profile.release]\npanic = \"abort\"\n\n[workspace]\n",
    )?;
    let mut cargo = project.command("/usr/bin/cargo");
    cargo
        .current_dir(&folder)
        .args(["build", "--release", "--target", TARGET]);
    cargo
        .arg("-Zbuild-std=std,panic_abort,panic_unwind,test")
        .arg("--target-dir")
        .arg(folder.join("target"));
    // -Zbuild-std is unstable, and this compiler is the one that its sources belong to.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", DEBIAN_RUSTC);
    // The widget is built with LTO, which reads bitcode; and no path of this machine may end in it.
    let sysroot = output(project.command(DEBIAN_RUSTC).args(["--print", "sysroot"]))?;
    let remap = flags::remap_paths(project, Path::new(sysroot.trim()));
    cargo.env("RUSTFLAGS", format!("-Cembed-bitcode=yes {remap}"));
    let built = folder.join("target").join(TARGET).join("release/deps");
    // What an earlier compiler left must not be taken for this one's.
    if built.exists() {
        fs::remove_dir_all(folder.join("target"))?;
    }
    run(&mut cargo)?;
    let mut libraries = Vec::new();
    for entry in fs::read_dir(&built).with_context(|| format!("{}", built.display()))? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            libraries.push(path);
        }
    }
    if libraries.is_empty() {
        bail!("cargo built no library in {}", built.display());
    }
    Ok(libraries)
}

#[cfg(test)]
mod tests;
