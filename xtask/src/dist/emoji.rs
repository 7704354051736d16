//! The names of emoji, for the picker: `tools/emoji-LANG.json`.

use crate::project::Project;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// An emoji, as emojibase-data has it.
#[derive(Deserialize)]
struct Emoji {
    unicode: String,
    hexcode: String,
    label: String,
    /// None for what is a part of others.
    group: Option<u32>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    skins: Vec<Skin>,
}

#[derive(Deserialize)]
struct Skin {
    unicode: String,
}

/// Names between colons.
#[derive(Deserialize)]
#[serde(untagged)]
enum Codes {
    One(String),
    Many(Vec<String>),
}

/// The languages that have names for emoji, of those that the widget speaks.
pub(super) fn languages(project: &Project) -> Result<Vec<String>> {
    let mut languages = vec!["en".to_owned()];
    for file in super::stage::files(&project.root.join("locales"))? {
        let name = file.file_stem().context("a locale without a name")?;
        let name = name.to_string_lossy().to_lowercase();
        if data(project, &name, "compact.json").exists() {
            languages.push(name);
        }
    }
    Ok(languages)
}

fn data(project: &Project, lang: &str, file: &str) -> std::path::PathBuf {
    project.npm_file(&format!("emojibase-data/{lang}/{file}"))
}

/// Writes a file for each language into that folder.
pub(super) fn write(project: &Project, folder: &Path) -> Result<()> {
    let read = |lang: &str, file: &str| super::read(&data(project, lang, file));
    // Those that the server knows.
    let codes: HashMap<String, Codes> =
        serde_json::from_str(&read("en", "shortcodes/github.json")?)?;
    for lang in languages(project)? {
        let emoji: Vec<Emoji> = serde_json::from_str(&read(&lang, "compact.json")?)?;
        let json = serde_json::to_string(&rows(&emoji, &codes))?;
        fs::write(folder.join(format!("emoji-{lang}.json")), json)?;
    }
    Ok(())
}

/// `[emoji, group, label, tags, codes, tones of skin]`, texts with blanks between their parts.
fn rows(emoji: &[Emoji], codes: &HashMap<String, Codes>) -> Vec<serde_json::Value> {
    let with_group = emoji.iter().filter_map(|it| Some((it.group?, it)));
    let row = with_group.map(|(group, it)| {
        let codes = match codes.get(&it.hexcode) {
            None => String::new(),
            Some(Codes::One(code)) => code.clone(),
            Some(Codes::Many(codes)) => codes.join(" "),
        };
        // Of several people each can have one of their own: that would be 25.
        let skins: Vec<&str> = it.skins.iter().map(|skin| skin.unicode.as_str()).collect();
        let skins = if skins.len() == 5 {
            skins.join(" ")
        } else {
            String::new()
        };
        serde_json::json!([it.unicode, group, it.label, it.tags.join(" "), codes, skins])
    });
    row.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_all_that_the_picker_shows() {
        let emoji: Vec<Emoji> = serde_json::from_str(
            r#"[{"unicode":"👋","hexcode":"1F44B","label":"waving hand","group":1,"tags":["bye","hi"],
                "skins":[{"unicode":"a"},{"unicode":"b"},{"unicode":"c"},{"unicode":"d"},{"unicode":"e"}]},
                {"unicode":"🇦","hexcode":"1F1E6","label":"regional indicator A"}]"#,
        )
        .unwrap();
        let codes = serde_json::from_str(r#"{"1F44B":["wave","hello"]}"#).unwrap();
        assert_eq!(
            serde_json::to_string(&rows(&emoji, &codes)).unwrap(),
            r#"[["👋",1,"waving hand","bye hi","wave hello","a b c d e"]]"#
        );
    }
}
