//! Where the Wasm's kilobytes go: function by function, summed by crate.
//!
//! The files of dist/ carry no names, so the compiler's output goes the same way once more with
//! its names kept. What is weighed is code before compression. A function counts for the crate
//! that it is written in: a generic one of `core` is `core`, whoever made the compiler copy it.

use super::kilobytes;
use crate::dist::flags;
use crate::process::{output, run as run_command};
use crate::project::Project;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;

/// How many of the largest functions are printed.
const LARGEST: usize = 25;

pub(super) fn run(project: &Project) -> Result<()> {
    let metrics = Metrics::read(&measure(project)?)?;
    let code: usize = metrics.functions.iter().map(|(_, bytes)| bytes).sum();
    println!(
        "Wasm before compression: {} kB of code, {} kB of data",
        kilobytes(code),
        kilobytes(metrics.data)
    );
    println!("\n{:>9} {:>6}  crate", "kB", "%");
    for (name, bytes) in by_crate(&metrics.functions) {
        let permille = bytes * 1000 / code.max(1);
        println!(
            "{:>9} {:>4}.{}  {name}",
            kilobytes(bytes),
            permille / 10,
            permille % 10
        );
    }
    println!("\n{:>9}  the {LARGEST} largest functions", "kB");
    let mut functions = metrics.functions;
    functions.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    for (name, bytes) in functions.iter().take(LARGEST) {
        println!("{:>9}  {name}", kilobytes(*bytes));
    }
    println!();
    Ok(())
}

/// What wasm-opt says of each function of the optimized Wasm.
fn measure(project: &Project) -> Result<String> {
    let mut cargo = project.command("cargo");
    cargo.args(["build", "--locked", "--offline", "--lib"]);
    cargo.args(["--features", "csr", "--profile", "widget"]);
    cargo.args(["--target", "wasm32-unknown-unknown"]);
    flags::set(project, &mut cargo)?;
    run_command(&mut cargo)?;
    let folder = project.tools().join("size");
    fs::create_dir_all(&folder)?;
    let mut bindgen = project.command("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript", "--out-dir"]);
    let widget = "wasm32-unknown-unknown/widget/afterword.wasm";
    bindgen.arg(&folder).arg(project.target.join(widget));
    output(&mut bindgen)?;
    let mut wasm_opt = project.command("wasm-opt");
    wasm_opt.arg(folder.join("afterword_bg.wasm"));
    wasm_opt.args(["-Oz", "--debuginfo", "--func-metrics", "--output"]);
    wasm_opt.arg(folder.join("named.wasm"));
    output(&mut wasm_opt)
}

/// Names and bytes.
struct Metrics {
    functions: Vec<(String, usize)>,
    /// Bytes of the data segments.
    data: usize,
}

impl Metrics {
    /// A line `func: NAME` and lines ` [KEY] : NUMBER` after it; those of the module come first.
    fn read(text: &str) -> Result<Self> {
        let mut functions = Vec::new();
        let mut data = 0;
        let mut function = None;
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("func: ") {
                function = Some(without_hashes(name.trim()));
                continue;
            }
            let Some((key, number)) = line.split_once(':') else {
                continue;
            };
            let number = number.split_whitespace().next().map(str::parse);
            match (key.trim(), number) {
                ("[memory-data]", Some(Ok(bytes))) => data = bytes,
                ("[binary-bytes]", Some(Ok(bytes))) => {
                    functions.extend(function.take().map(|name| (name, bytes)));
                }
                _ => {}
            }
        }
        functions
            .first()
            .context("wasm-opt printed the bytes of no function")?;
        Ok(Self { functions, data })
    }
}

/// Bytes by crate, the largest first.
fn by_crate(functions: &[(String, usize)]) -> Vec<(&str, usize)> {
    let mut sums = BTreeMap::new();
    for (name, bytes) in functions {
        *sums.entry(crate_of(name)).or_default() += bytes;
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    sums
}

/// The crate of a function: that of the type that it belongs to, or of the trait where the type
/// is a parameter or of the language.
fn crate_of(name: &str) -> &str {
    let name = name.strip_prefix("byn$mgfn-shared$").unwrap_or(name);
    if !name.contains("::") {
        return "(exports)";
    }
    name.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
        .filter_map(|word| word.split_once("::"))
        .map(|(first, _)| first)
        .find(|first| !first.is_empty())
        .unwrap_or("core")
}

/// Without what tells apart the versions of a crate and the copies of a generic function:
/// `core[c593...]::fmt` and `...::h0123456789abcdef`.
fn without_hashes(name: &str) -> String {
    let hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let name = match name.rsplit_once("::h") {
        Some((rest, hash)) if hash.len() == 16 && hexadecimal(hash) => rest,
        _ => name,
    };
    let mut text = String::new();
    let mut pieces = name.split('[');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match piece.split_once(']') {
            Some((hash, rest)) if hash.len() > 8 && hexadecimal(hash) => text.push_str(rest),
            _ => {
                text.push('[');
                text.push_str(piece);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As wasm-opt 132 prints it.
    const PRINTED: &str = "Metrics\nglobal\n [exports]      : 33      \n [memory-data]  : 36859   \n \
        RefFunc        : 750     \nfunc: <f64 as core[c5930c85a12de822]::fmt::Display>::fmt\n \
        [binary-bytes] : 4735    \n [total]        : 2019    \n Binary         : 310     \n\
        func: afterword::session::Session::load::h0123456789abcdef\n [binary-bytes] : 100     \n\n";

    #[test]
    fn what_wasm_opt_prints_is_read() {
        let metrics = Metrics::read(PRINTED).unwrap();
        assert_eq!(metrics.data, 36_859);
        let expected = [
            ("<f64 as core::fmt::Display>::fmt", 4735),
            ("afterword::session::Session::load", 100),
        ];
        assert_eq!(
            metrics.functions,
            expected.map(|(name, bytes)| (name.to_owned(), bytes))
        );
    }

    #[test]
    fn no_function_at_all_is_an_error() {
        assert!(Metrics::read("Metrics\nglobal\n [memory-data]  : 5\n").is_err());
    }

    #[test]
    fn a_function_belongs_to_the_crate_of_its_type() {
        let cases = [
            ("afterword::ui::thread::Thread", "afterword"),
            (
                "<serde_wasm_bindgen::de::Deserializer as serde_core::de::Deserializer>::deserialize_struct",
                "serde_wasm_bindgen",
            ),
            ("<&mut [leptos::x::Y] as core::fmt::Debug>::fmt", "leptos"),
            (
                "<T as tachys::view::any_view::IntoAny>::into_any::build",
                "tachys",
            ),
            (
                "tachys::reactive_graph::<impl tachys::view::Render for F>::build",
                "tachys",
            ),
            ("<f64 as core::fmt::Display>::fmt", "core"),
            ("<char>::escape_debug_ext", "core"),
            (
                "byn$mgfn-shared$indexmap::set::IndexSet<T,S>::insert",
                "indexmap",
            ),
            ("mount externref shim", "(exports)"),
            ("__wbg_widget_free", "(exports)"),
        ];
        for (name, expected) in cases {
            assert_eq!(crate_of(name), expected, "{name}");
        }
    }

    #[test]
    fn crates_are_summed_and_the_largest_comes_first() {
        let functions =
            [("a::x", 5), ("b::x", 9), ("a::y", 6)].map(|(name, bytes)| (name.to_owned(), bytes));
        assert_eq!(by_crate(&functions), [("a", 11), ("b", 9)]);
    }

    #[test]
    fn brackets_that_hold_no_hash_stay() {
        assert_eq!(without_hashes("<[u8] as a::B>::c"), "<[u8] as a::B>::c");
        assert_eq!(without_hashes("a::b::hc0ffee"), "a::b::hc0ffee");
    }
}
