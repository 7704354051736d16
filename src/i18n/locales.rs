//! The files of `locales/`, held to what each language needs.
//!
//! `docs/languages.md` has a row for each language that there may be: how it is written and its
//! forms by number. A test of the server compares those with CLDR. What the server's own pages say
//! (`page-…`) is checked there too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Msg;

/// Languages that must say everything. While messages are still being added, the others may lack
/// some, but whatever they say must be right; afterwards this is empty, and all must.
const WHOLE: &[&str] = &[];

/// What a file says to the loader: the direction of writing, and what it says itself.
const LOADER: [(&str, &str); 2] = [("dir", "ltr"), ("open-thread", "Open them in a new tab")];

/// What the keys begin with that are for the server's own pages; a test there knows them.
const PAGE: &str = "page-";

/// A row of docs/languages.md.
struct Language {
    direction: String,
    /// Its plural categories, without `other`.
    forms: BTreeMap<String, Form>,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// For one number alone, which the text need not name.
    Exact,
    /// For several numbers.
    Several,
    /// For fractions and round millions, which a file may leave out.
    Rare,
}

fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).ok()
}

fn languages() -> BTreeMap<String, Language> {
    let document = read("docs/languages.md").expect("docs/languages.md");
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    let ticked = |cell: &str| -> Vec<String> {
        let parts = cell.split('`').skip(1).step_by(2);
        parts.map(str::to_owned).collect()
    };
    let rows = rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let forms = ticked(cells[5]).into_iter().map(|form| {
            let is_rare = cells[5].contains(&format!("(`{form}`)"));
            match form.split_once('=') {
                Some((name, _)) => (name.to_owned(), Form::Exact),
                None if is_rare => (form, Form::Rare),
                None => (form, Form::Several),
            }
        });
        let language = Language {
            direction: cells[4].to_owned(),
            forms: forms.collect(),
        };
        (ticked(cells[1]).remove(0), language)
    });
    rows.collect()
}

/// Every message by its key: its English text, and that for the number one where it has forms by
/// number.
fn messages() -> BTreeMap<String, (String, Option<String>)> {
    let own = Msg::ALL.iter().map(|msg| {
        let one = msg.is_counted().then(|| msg.english_one().to_owned());
        (msg.key().to_owned(), (msg.english().to_owned(), one))
    });
    let loader = LOADER.map(|(key, english)| (key.to_owned(), (english.to_owned(), None)));
    let mut all: BTreeMap<_, _> = own.chain(loader).collect();
    let tools = read("src/tools/english.json").unwrap_or_else(|| "{}".to_owned());
    let tools: BTreeMap<String, String> = serde_json::from_str(&tools).unwrap();
    for (key, text) in tools {
        let Some((base, form)) = key.split_once('.') else {
            all.entry(key).or_default().0 = text;
            continue;
        };
        let entry = all.entry(base.to_owned()).or_default();
        match form {
            "one" => entry.1 = Some(text),
            _ => entry.0 = text,
        }
    }
    all
}

/// What stands in braces.
fn placeholders(text: &str) -> BTreeSet<&str> {
    let parts = text.split('{').skip(1);
    parts
        .map(|part| part.split('}').next().unwrap_or(""))
        .collect()
}

/// What is wrong with a language's texts.
fn faults(language: &Language, texts: &BTreeMap<String, String>, is_whole: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let messages = messages();
    let mut seen = BTreeSet::new();
    for (key, text) in texts.iter().filter(|(key, _)| !key.starts_with(PAGE)) {
        let (base, form) = match key.split_once('.') {
            Some((base, form)) => (base, Some(form)),
            None => (key.as_str(), None),
        };
        let Some((english, one)) = messages.get(base) else {
            faults.push(format!("nothing says \"{key}\""));
            continue;
        };
        seen.insert(key.as_str());
        if form.is_some() != one.is_some() {
            faults.push(format!(
                "\"{key}\": has the message forms by number, or not?"
            ));
            continue;
        }
        let is_exact = match form {
            None | Some("other") => false,
            Some(form) => match language.forms.get(form) {
                Some(form) => *form == Form::Exact,
                None => {
                    faults.push(format!("\"{key}\": the language has no such form"));
                    continue;
                }
            },
        };
        let (mut wanted, found) = (placeholders(english), placeholders(text));
        if is_exact && !found.contains("n") {
            wanted.remove("n");
        }
        if wanted != found {
            faults.push(format!(
                "\"{key}\": has {found:?} in braces, and needs {wanted:?}"
            ));
        }
        if text.trim() != text || text.is_empty() {
            faults.push(format!("\"{key}\": nothing, or space at an end"));
        }
    }
    for (key, (english, one)) in &messages {
        let forms = language
            .forms
            .iter()
            .filter(|(_, form)| **form != Form::Rare);
        let forms = forms.map(|(name, _)| name.as_str()).chain(["other"]);
        let wanted: Vec<(String, &String)> = match one {
            None => vec![(key.clone(), english)],
            Some(one) => forms
                .map(|form| {
                    let english = if form == "one" { one } else { english };
                    (format!("{key}.{form}"), english)
                })
                .collect(),
        };
        let has_some = wanted.iter().any(|(key, _)| seen.contains(key.as_str()));
        for (key, english) in wanted {
            if !seen.contains(key.as_str()) && (is_whole || has_some) {
                faults.push(format!("missing: \"{key}\": {english:?},"));
            }
        }
    }
    if texts
        .get("dir")
        .is_some_and(|dir| *dir != language.direction)
    {
        faults.push(format!("\"dir\" is {}", language.direction));
    }
    faults
}

fn parse(json: &str) -> BTreeMap<String, String> {
    serde_json::from_str(json).unwrap()
}

/// Every file says what there is to say, with the placeholders and the forms that it needs, and
/// nothing else.
#[test]
fn every_locale_is_whole() {
    let languages = languages();
    let asked = std::env::var("AFTERWORD_LANGUAGE").ok();
    let mut report = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    let mut found = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let tag = path.file_stem().unwrap().to_str().unwrap();
        if asked.as_ref().is_some_and(|asked| asked != tag) {
            continue;
        }
        found += 1;
        let Some(language) = languages.get(tag) else {
            report.push(format!(
                "locales/{tag}.json: docs/languages.md has no row for it"
            ));
            continue;
        };
        let is_whole = asked.is_some() || WHOLE.is_empty() || WHOLE.contains(&tag);
        let json = std::fs::read_to_string(&path).unwrap();
        let texts = parse(&json);
        let mut faults = faults(language, &texts, is_whole);
        // Of two texts with one key JSON takes the last, in silence.
        let keys = json.lines().filter(|line| line.trim().starts_with('"'));
        if keys.count() != texts.len() {
            faults.push("one text a line, and each key once".to_owned());
        }
        if !faults.is_empty() {
            report.push(format!("locales/{tag}.json:\n  {}", faults.join("\n  ")));
        }
    }
    assert!(found > 0, "no file for {asked:?}");
    assert!(report.is_empty(), "\n{}\n", report.join("\n"));
}

/// The checks above find what they are for.
#[test]
fn a_bad_file_is_found_out() {
    let languages = languages();
    let of = |tag: &str, json: &str| faults(&languages[tag], &parse(json), false).join("; ");
    assert_eq!(of("uk", r#"{"reply": "Відповісти"}"#), "");
    let says = |tag: &str, json: &str, words: &str| {
        let found = of(tag, json);
        assert!(found.contains(words), "{tag} {json}: {found}");
    };
    says("uk", r#"{"replay": "x"}"#, "nothing says");
    says("uk", r#"{"reply-to": "x"}"#, "{\"name\"}");
    says("uk", r#"{"reply-to": "{nom}"}"#, "{\"name\"}");
    says("uk", r#"{"reply": " x"}"#, "space");
    says("uk", r#"{"dir": "rtl"}"#, "ltr");
    says("uk", r#"{"comment-count": "{n}"}"#, "forms by number");
    says(
        "uk",
        r#"{"comment-count.other": "{n}"}"#,
        "comment-count.few",
    );
    // 21 is "one" in Ukrainian and must be told; in German it is 1 alone.
    says("uk", r#"{"comment-count.one": "один"}"#, "{\"n\"}");
    says("de", r#"{"comment-count.few": "{n}"}"#, "no such form");
    let german = r#"{"comment-count.one": "ein",
        "comment-count.other": "{n}"}"#;
    assert_eq!(of("de", german), "");
    let whole = faults(&languages["de"], &BTreeMap::new(), true).join("\n");
    assert!(whole.contains("missing: \"reply\": \"Reply\","), "{whole}");
    assert!(
        whole.contains("\"comment-count.one\": \"{n} comment\""),
        "{whole}"
    );
}
