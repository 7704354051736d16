//! Making files small.

use super::{read, run_quietly};
use crate::project::Project;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

/// Ways to run wasm-opt. Which one is smaller depends on the code, so all are tried.
const WASM_OPT: [&[&str]; 2] = [&["-Oz"], &["--flatten", "--rereloop", "-Oz", "-Oz"]];

/// wasm-opt, in the way whose output is smallest when compressed.
pub(super) fn wasm(project: &Project, from: &Path, to: &Path) -> Result<()> {
    let folder = project.tools().join("wasm-opt");
    fs::create_dir_all(&folder)?;
    let mut smallest = None;
    for (index, passes) in WASM_OPT.iter().enumerate() {
        let candidate = folder.join(format!("{index}.wasm"));
        let mut wasm_opt = project.command("wasm-opt");
        wasm_opt.args(*passes).arg(from).arg("-o").arg(&candidate);
        run_quietly(&mut wasm_opt)?;
        let size = brotli_size(project, &candidate)?;
        println!("wasm-opt {}: {size} bytes of brotli", passes.join(" "));
        if smallest.as_ref().is_none_or(|(least, _)| size < *least) {
            smallest = Some((size, candidate));
        }
    }
    let (_, candidate) = smallest.context("no way to run wasm-opt")?;
    super::copy(&candidate, to)
}

/// Bytes of a file after brotli 11.
pub(crate) fn brotli_size(project: &Project, file: &Path) -> Result<usize> {
    let mut node = project.command("node");
    node.arg(project.root.join("xtask/npm/compress.mjs"))
        .arg(file);
    run_quietly(&mut node)?;
    let mut compressed = file.as_os_str().to_owned();
    compressed.push(".br");
    Ok(fs::read(&compressed)?.len())
}

/// esbuild's minifier, on what is a module or a script of its own.
pub(super) fn minify(project: &Project, from: &Path, to: &Path) -> Result<()> {
    let mut esbuild = project.command("esbuild");
    esbuild
        .arg(from)
        .args(["--minify", "--charset=utf8", "--log-level=warning"]);
    esbuild.arg(format!("--outfile={}", to.display()));
    run_quietly(&mut esbuild)
}

/// The glue with what the loader calls, `default` and `mount`, and without the other exports.
pub(super) fn glue(project: &Project, from: &Path, to: &Path) -> Result<()> {
    if !read(from)?.contains("export function mount(") {
        bail!("the Wasm exports no `mount`: {}", from.display());
    }
    let entry = from.with_file_name("glue-entry.js");
    fs::write(
        &entry,
        "export { default, mount } from \"./afterword.js\";\n",
    )?;
    let mut esbuild = project.command("esbuild");
    esbuild.arg(&entry).args([
        "--bundle",
        "--format=esm",
        "--minify",
        "--charset=utf8",
        "--log-level=error",
    ]);
    esbuild.arg(format!("--outfile={}", to.display()));
    run_quietly(&mut esbuild)?;
    fs::remove_file(entry)?;
    Ok(())
}
