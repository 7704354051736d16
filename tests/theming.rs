//! docs/theming.md promises what the style and the components have, and the themes keep to it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|it| it == extension))
        .collect()
}

/// The first cells of the document's rows that begin so.
fn rows(begin: &str) -> BTreeSet<String> {
    let document = read("docs/theming.md");
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `"));
    let cells = rows.filter_map(|row| row.split('`').next());
    cells
        .filter_map(|cell| cell.strip_prefix(begin))
        // Those with a number are one row, from the first to the last.
        .map(|cell| {
            cell.trim_end_matches(|c: char| c == ')' || c.is_ascii_digit())
                .to_owned()
        })
        .collect()
}

/// What begins with `--aw-` in a text.
fn properties(text: &str) -> BTreeSet<String> {
    let names = text.split("--aw-").skip(1).map(|rest| {
        let name = rest
            .chars()
            .take_while(|c| c.is_ascii_lowercase() || *c == '-');
        name.collect::<String>()
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn every_property_is_documented_and_there() {
    let styles = files("style", "css");
    let read: BTreeSet<String> = styles
        .iter()
        .flat_map(|file| properties(&read(file)))
        .collect();
    assert_eq!(rows("--aw-"), read);
}

/// The parts that components and loader give to elements.
#[test]
fn every_part_is_documented_and_there() {
    let mut given = BTreeSet::from(["root".to_owned()]);
    assert!(read("src/embed.js").contains("part: \"root\""));
    let view = read("src/ui/view.rs");
    let (_, table) = view.split_once("const PARTS").unwrap();
    let (table, _) = table.split_once("];").unwrap();
    let by_class = table.lines().filter_map(|line| line.split('"').nth(3));
    given.extend(by_class.flat_map(str::split_whitespace).map(str::to_owned));
    for file in files("src/ui", "rs") {
        let source = read(file);
        let parts = source.split(".attr(\"part\", \"").skip(1);
        given.extend(parts.map(|part| part.split('"').next().unwrap().to_owned()));
    }
    assert_eq!(rows("::part("), given);
}

type Colour = [f64; 3];

fn hex(text: &str) -> Colour {
    let digits: Vec<u32> = text
        .trim()
        .trim_start_matches('#')
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .unwrap_or_else(|| panic!("{text} is no colour"))
        })
        .collect();
    let channel = |index: usize| match digits.len() {
        3 => f64::from(digits[index] * 17),
        6 => f64::from(digits[index * 2] * 16 + digits[index * 2 + 1]),
        _ => panic!("{text} is no colour"),
    };
    [channel(0), channel(1), channel(2)]
}

/// One colour on another, so much of it.
fn mix(colour: Colour, share: f64, ground: Colour) -> Colour {
    std::array::from_fn(|channel| colour[channel] * share + ground[channel] * (1.0 - share))
}

/// WCAG 2.2, contrast ratio.
fn contrast(one: Colour, other: Colour) -> f64 {
    let luminance = |colour: Colour| {
        let [red, green, blue] = colour.map(|channel| {
            let channel = channel / 255.0;
            if channel <= 0.04045 {
                channel / 12.92
            } else {
                ((channel + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The colours of a theme, light and dark.
fn colours(css: &str) -> [BTreeMap<String, Colour>; 2] {
    let mut both = [BTreeMap::new(), BTreeMap::new()];
    for declaration in css.split("--aw-color-").skip(1) {
        let (name, value) = declaration.split_once(':').unwrap();
        let (value, _) = value.split_once(';').unwrap();
        let pair = value.trim().strip_prefix("light-dark(").unwrap();
        let (light, dark) = pair.trim_end_matches(')').split_once(',').unwrap();
        both[0].insert(name.to_owned(), hex(light));
        both[1].insert(name.to_owned(), hex(dark));
    }
    both
}

/// What is too faint.
fn faint(colours: &BTreeMap<String, Colour>, text: f64) -> Vec<String> {
    let of = |name: &str| colours[name];
    let (ground, surface) = (of("background"), of("surface"));
    // Marks stand on a tenth of their colour (style/tokens.css, style/notice.css).
    let tint = mix(of("accent"), 0.1, ground);
    let alarm = mix(of("danger"), 0.1, ground);
    let pairs = [
        ("text", ground, text),
        ("text", surface, text),
        ("text", tint, text),
        ("muted", ground, text),
        ("muted", surface, text),
        ("muted", tint, text),
        ("accent", ground, text),
        ("accent", surface, text),
        ("accent", tint, text),
        ("danger", ground, text),
        ("danger", alarm, text),
        ("on-accent", of("accent"), text),
        ("on-danger", of("danger"), text),
        ("border", ground, 3.0),
        ("focus", ground, 3.0),
    ];
    let faint = pairs.into_iter().filter_map(|(name, ground, least)| {
        let found = contrast(of(name), ground);
        (found < least).then(|| format!("{name} on {ground:?}: {found:.2}, not {least}"))
    });
    faint.collect()
}

#[test]
fn every_theme_can_be_read() {
    let themes = files("style/themes", "css");
    assert!(themes.len() >= 5);
    for theme in themes {
        let least = if theme.ends_with("high-contrast.css") {
            7.0
        } else {
            4.5
        };
        for (scheme, colours) in ["light", "dark"].iter().zip(colours(&read(&theme))) {
            let faint = faint(&colours, least);
            assert!(faint.is_empty(), "{} {scheme}: {faint:#?}", theme.display());
        }
    }
}

/// The theme called "default" is what there is without one.
#[test]
fn the_default_theme_is_the_default() {
    let tokens = read("style/tokens.css");
    let default = colours(&read("style/themes/default.css"));
    for (name, light) in &default[0] {
        let value = tokens.split(&format!("var(--aw-color-{name}, ")).nth(1);
        // Two are seen through: where they stand is the page's.
        let Some(value) = value.and_then(|value| value.strip_prefix("light-dark(#")) else {
            continue;
        };
        let (pair, _) = value.split_once(')').unwrap();
        let (first, second) = pair.split_once(", #").unwrap();
        assert_eq!(hex(first), *light, "{name}");
        assert_eq!(hex(second), default[1][name], "{name}");
    }
}

/// Themes use what is promised and nothing else.
#[test]
fn themes_keep_to_the_promise() {
    let (known, parts) = (rows("--aw-"), rows("::part("));
    for theme in files("style/themes", "css") {
        let css = read(&theme);
        assert!(properties(&css).is_subset(&known), "{}", theme.display());
        for part in css.split("::part(").skip(1) {
            let part = part.split(')').next().unwrap();
            assert!(parts.contains(part), "{}: {part}", theme.display());
        }
    }
}

#[test]
fn contrast_is_that_of_wcag() {
    assert!((contrast(hex("#fff"), hex("#000000")) - 21.0).abs() < 0.001);
    assert!((contrast(hex("#777"), hex("#fff")) - 4.48).abs() < 0.01);
    let faint = faint(&colours(&read("style/themes/default.css"))[0], 21.1);
    assert_eq!(faint.len(), 13, "{faint:#?}");
}
