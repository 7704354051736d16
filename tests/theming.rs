//! docs/theming.md names every custom property that the style reads, and no other.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "tests panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What begins with `--aw-` in a text.
fn properties(text: &str) -> BTreeSet<String> {
    text.split("--aw-")
        .skip(1)
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '-')
                .collect()
        })
        .filter(|name: &String| !name.is_empty())
        .collect()
}

#[test]
fn every_property_is_documented_and_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let styles = fs::read_dir(root.join("style")).unwrap();
    let read: BTreeSet<String> = styles
        .flat_map(|file| properties(&fs::read_to_string(file.unwrap().path()).unwrap()))
        .collect();
    let document = fs::read_to_string(root.join("docs/theming.md")).unwrap();
    let rows: String = document
        .lines()
        .filter(|line| line.starts_with("| `--aw-"))
        .collect();
    assert_eq!(properties(&rows), read);
}
