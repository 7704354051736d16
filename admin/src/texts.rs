//! What these pages say: `locales/LANG.json`, by keys. Where a language lacks one, `web/start.js`
//! has put the English one in its place.

use crate::host;

/// The text of a message.
pub(crate) fn t(key: &str) -> String {
    host::text(key).unwrap_or_else(|| key.to_owned())
}

/// The text of a message with what stands in braces replaced.
pub(crate) fn fill(key: &str, values: &[(&str, &str)]) -> String {
    filled(&t(key), values)
}

/// The text of a message in the form that a number asks for, with `{n}` replaced.
pub(crate) fn count(key: &str, n: u64) -> String {
    count_with(key, n, &[])
}

/// The same with more to replace.
pub(crate) fn count_with(key: &str, n: u64, values: &[(&str, &str)]) -> String {
    let n = n as f64;
    let form = [key, ".", &host::plural(n)].concat();
    let text = host::text(&form).unwrap_or_else(|| t(&[key, ".other"].concat()));
    let number = host::number(n);
    let mut all = vec![("n", number.as_str())];
    all.extend_from_slice(values);
    filled(&text, &all)
}

fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let mut result = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        result.push_str(before);
        let value = after.split_once('}').and_then(|(name, after)| {
            let value = values.iter().find(|(other, _)| *other == name)?.1;
            Some((value, after))
        });
        match value {
            Some((value, after)) => {
                result.push_str(value);
                rest = after;
            }
            None => {
                result.push('{');
                rest = after;
            }
        }
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::filled;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    #[test]
    fn what_stands_in_braces_is_replaced_once() {
        let text = filled("{a} and {b}, {c", &[("a", "{b}"), ("b", "two")]);
        assert_eq!(text, "{b} and two, {c");
    }

    fn sources(folder: &Path, into: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else {
                into.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }

    fn english() -> serde_json::Map<String, serde_json::Value> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let json = fs::read_to_string(folder.join("locales/en.json")).unwrap();
        serde_json::from_str(&json).unwrap()
    }

    /// Keys of texts are written out where they are used, as `t("key")`, or stand in a list whose
    /// lines end in `// text`.
    #[test]
    fn every_text_that_is_used_is_there_and_the_other_way_round() {
        let mut source = String::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut source,
        );
        let english = english();
        let has =
            |key: &str| english.contains_key(key) || english.contains_key(&format!("{key}.other"));
        let mut missing = BTreeSet::new();
        for call in ["t(\"", "fill(\"", "count(\"", "count_with(\""] {
            for (at, _) in source.match_indices(call) {
                let is_word = source[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                let key = source[at + call.len()..].split('"').next().unwrap();
                if !is_word && !has(key) && !key.contains(char::is_whitespace) && key != "key" {
                    missing.insert(key.to_owned());
                }
            }
        }
        assert!(missing.is_empty(), "not in en.json: {missing:?}");
        let unused: Vec<_> = english
            .keys()
            .filter(|key| {
                let key = key.rsplit_once('.').map_or(key.as_str(), |(key, _)| key);
                !source.contains(&format!("\"{key}\""))
            })
            .collect();
        assert!(unused.is_empty(), "nobody says: {unused:?}");
    }

    #[test]
    fn no_text_is_empty() {
        for (key, text) in english() {
            assert!(!text.as_str().unwrap().trim().is_empty(), "{key}");
        }
    }
}
