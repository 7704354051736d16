//! Making files small.

use super::{read, rename, run_quietly};
use crate::project::Project;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// Ways to run wasm-opt. Which one is smaller depends on the code, so all are tried.
const WASM_OPT: [&[&str]; 2] = [&["-Oz"], &["--flatten", "--rereloop", "-Oz", "-Oz"]];

/// Exports with these names are of wasm-streams, which Leptos links in for its server functions. The
/// widget has none, and nobody calls them.
const UNUSED: [&str; 2] = ["intounderlying", "__wbg_intounderlying"];

/// Functions that may as well trap at once. Nobody calls the first two, but a table has them, so that
/// nothing else removes them. The others put a text together that tells why the program panics, in a
/// browser to nobody: there it traps either way, and its console has the stack.
const NEEDLESS: &str = "wasm_streams|js_sys::futures::future_to_promise|^<?core::fmt::|^<.* as core::fmt::\
    |^<?core::panicking::|^core::(option|result)::(unwrap|expect)_failed|^core::cell::panic\
    |^core::(slice|str)::.*fail|^<?alloc::.*(assert_failed|capacity_overflow|handle_error)\
    |^<?hashbrown.*capacity_overflow|^<?std::(panicking|sys::backtrace)::|rust_begin_unwind";

/// The Wasm and its glue, from the folder that has them to the other one.
pub(super) fn widget(project: &Project, from: &Path, to: &Path) -> Result<()> {
    let folder = project.tools().join("wasm-opt");
    fs::create_dir_all(&folder)?;
    let glue = read(&from.join("afterword.js"))?;
    let snipped = folder.join("snipped.wasm");
    snip(project, &from.join("afterword_bg.wasm"), &snipped)?;
    let blank = folder.join("blank.wasm");
    let mut node = project.command("node");
    node.arg(project.root.join("xtask/src/dist/blank.mjs"));
    run_quietly(node.args([&snipped, &blank]))?;
    let used = folder.join("used.wasm");
    drop_unused(project, &glue, &blank, &used)?;
    let smallest = smallest(project, &used, &folder)?;
    let mut wasm_opt = project.command("wasm-opt");
    wasm_opt
        .arg("--minify-imports-and-exports-and-modules")
        .arg(&smallest)
        .arg("-o")
        .arg(to.join("afterword_bg.wasm"));
    let glue = rename::in_glue(&glue, &crate::process::output(&mut wasm_opt)?)?;
    let renamed = folder.join("afterword.js");
    fs::write(&renamed, glue)?;
    let start = folder.join("start.js");
    super::copy(&from.join("start.js"), &start)?;
    self::glue(project, &renamed, &start, &to.join("start.js"))
}

/// The same for the pages of `/admin`, which few load: what makes most of the difference.
pub(super) fn admin(project: &Project, from: &Path, to: &Path) -> Result<()> {
    let mut wasm_opt = project.command("wasm-opt");
    wasm_opt
        .arg("-Oz")
        .arg(from.join("afterword-admin_bg.wasm"))
        .arg("-o")
        .arg(to.join("afterword-admin_bg.wasm"));
    run_quietly(&mut wasm_opt)?;
    bundle(project, &from.join("start.js"), &to.join("start.js"))
}

/// The Wasm with what is [`NEEDLESS`] emptied.
fn snip(project: &Project, from: &Path, to: &Path) -> Result<()> {
    let mut node = project.command("node");
    node.arg(project.root.join("xtask/src/dist/snip.mjs"))
        .arg(project.npm_file("binaryen/index.js"))
        .args([from, to])
        .arg(NEEDLESS);
    run_quietly(&mut node)
}

/// wasm-metadce: the Wasm without the exports that the glue doesn't call, and what hangs on them.
fn drop_unused(project: &Project, glue: &str, from: &Path, to: &Path) -> Result<()> {
    let mut exports: Vec<_> = glue
        .split("wasm.")
        .skip(1)
        .filter_map(|rest| {
            rest.split(|c: char| c != '_' && !c.is_alphanumeric())
                .next()
        })
        .filter(|name| !UNUSED.iter().any(|unused| name.starts_with(unused)))
        .collect();
    exports.sort_unstable();
    exports.dedup();
    let nodes: Vec<_> = exports
        .iter()
        .map(|name| format!(r#"{{"name": "{name}", "export": "{name}", "root": true}}"#))
        .collect();
    let graph = to.with_extension("json");
    fs::write(&graph, format!("[\n{}\n]\n", nodes.join(",\n")))?;
    let mut metadce = project.command("wasm-metadce");
    metadce.arg(from).arg("--graph-file").arg(&graph);
    run_quietly(metadce.arg("-o").arg(to))
}

/// wasm-opt, in the way whose output is smallest when compressed.
fn smallest(project: &Project, from: &Path, folder: &Path) -> Result<PathBuf> {
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
    Ok(candidate)
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

/// What the loader imports, src/start.js, with the glue in it, as far as it calls that.
fn glue(project: &Project, glue: &Path, start: &Path, to: &Path) -> Result<()> {
    if !read(glue)?.contains("export function mount(") {
        bail!("the Wasm exports no `mount`: {}", glue.display());
    }
    bundle(project, start, to)
}

/// A module with all that it imports, minified.
fn bundle(project: &Project, module: &Path, to: &Path) -> Result<()> {
    let mut esbuild = project.command("esbuild");
    esbuild.arg(module).args([
        "--bundle",
        "--format=esm",
        "--minify",
        "--charset=utf8",
        "--log-level=error",
    ]);
    run_quietly(esbuild.arg(format!("--outfile={}", to.display())))
}
