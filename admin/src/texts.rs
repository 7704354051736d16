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
    use std::collections::{BTreeMap, BTreeSet};
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

    /// What begins the keys of texts for what the server names: by `host::said`. Those of settings are
    /// looked at where the settings are, in the server.
    const NAMED: [&str; 6] = ["found-", "did-", "means-", "set-", "wrong-", "fail-"];

    fn has(english: &serde_json::Map<String, serde_json::Value>, key: &str) -> bool {
        english.contains_key(key) || english.contains_key(&[key, ".other"].concat())
    }

    /// What the server names by codes has a text: so nobody reads English in the midst of their language.
    #[test]
    fn every_code_of_the_server_s_has_a_text_and_the_other_way_round() {
        use afterword_protocol::admin::{DoneCode, FoundCode, WrongCode};
        let english = english();
        let found = FoundCode::ALL.iter().map(|it| ("found-", it.as_str()));
        let done = DoneCode::ALL.iter().map(|it| ("did-", it.as_str()));
        let wrong = WrongCode::ALL.iter().map(|it| ("wrong-", it.as_str()));
        let all: Vec<_> = found.chain(done).chain(wrong).collect();
        let is_said = |(prefix, code): &(&str, &str)| {
            has(&english, &[*prefix, *code].concat()) || has(&english, code)
        };
        let missing: Vec<_> = all.iter().filter(|it| !is_said(it)).collect();
        assert!(missing.is_empty(), "not in en.json: {missing:?}");
        let unused = english.keys().filter(|key| {
            let key = key.split('.').next().unwrap();
            let known = |prefix: &str| key.strip_prefix(prefix);
            let code = known("found-").map(|it| ("found-", it));
            let code = code.or(known("did-").map(|it| ("did-", it)));
            let code = code.or(known("wrong-").map(|it| ("wrong-", it)));
            code.is_some_and(|code| !all.contains(&code)) && key != "found-by"
        });
        let unused: Vec<_> = unused.collect();
        assert!(
            unused.is_empty(),
            "the server has no such codes: {unused:?}"
        );
    }

    /// Problems that these pages say otherwise, or never meet: of other calls than theirs.
    const OTHERWISE: &str = "invalid-request idempotency-key-invalid confirmation-needed token-invalid \
        edit-window-closed own-comment already-voted code-unknown no-such-call method-not-allowed \
        answered unsupported-media-type email-invalid website-invalid image-invalid \
        idempotency-key-reused rate-limited slow-mode internal unavailable gone time-invalid";

    #[test]
    fn every_problem_that_these_pages_can_meet_has_a_text() {
        use afterword_protocol::ProblemKind;
        let english = english();
        let missing = ProblemKind::ALL.iter().map(|it| it.slug());
        let missing = missing.filter(|slug| !OTHERWISE.split_whitespace().any(|it| it == *slug));
        let missing = missing.filter(|slug| !has(&english, &["fail-", slug].concat()));
        let missing: Vec<_> = missing.collect();
        assert!(missing.is_empty(), "not in en.json: {missing:?}");
    }

    /// Keys of texts are written out where they are used, as `t("key")`, or stand in a list whose
    /// lines end in `// text`; but for those of what the server names.
    #[test]
    fn every_text_that_is_used_is_there_and_the_other_way_round() {
        let mut source = String::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut source,
        );
        let english = english();
        let mut missing = BTreeSet::new();
        for call in ["t(\"", "fill(\"", "count(\"", "count_with(\""] {
            for (at, _) in source.match_indices(call) {
                let is_word = source[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                let key = source[at + call.len()..].split('"').next().unwrap();
                if !is_word
                    && !has(&english, key)
                    && !key.contains(char::is_whitespace)
                    && key != "key"
                {
                    missing.insert(key.to_owned());
                }
            }
        }
        assert!(missing.is_empty(), "not in en.json: {missing:?}");
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("web"),
            &mut source,
        );
        // What has one name wherever the server names it.
        source.push_str("\"oidc\"");
        let unused: Vec<_> = english
            .keys()
            .filter(|key| {
                let key = key.rsplit_once('.').map_or(key.as_str(), |(key, _)| key);
                !source.contains(&format!("\"{key}\""))
                    && !NAMED.iter().any(|it| key.starts_with(it))
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

    /// By the tags of docs/languages.md, the last cell of each row: `one=1` `few` (`many`) are forms
    /// for one number alone, for several, and for fractions and round millions, which may be left out.
    fn forms() -> BTreeMap<String, String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/languages.md");
        let document = fs::read_to_string(path).unwrap();
        let rows = document.lines().filter(|line| line.starts_with("| `"));
        rows.map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            (cells[1].trim_matches('`').to_owned(), cells[5].to_owned())
        })
        .collect()
    }

    fn placeholders(text: &str) -> BTreeSet<&str> {
        let parts = text.split('{').skip(1);
        parts
            .map(|part| part.split('}').next().unwrap_or(""))
            .collect()
    }

    /// What is wrong with the texts of a language that has those forms.
    fn faults(forms: &str, json: &str) -> Vec<String> {
        let english = english();
        let texts: BTreeMap<String, String> = match serde_json::from_str(json) {
            Ok(texts) => texts,
            Err(error) => return vec![error.to_string()],
        };
        let ticked: Vec<&str> = forms.split('`').skip(1).step_by(2).collect();
        let exact = ticked.iter().filter_map(|form| form.split_once('='));
        let exact: Vec<&str> = exact.map(|(name, _)| name).collect();
        let is_rare = |form: &str| forms.contains(&format!("(`{form}`)"));
        let names = ticked.iter().map(|form| form.split('=').next().unwrap());
        let names: Vec<&str> = names.chain(["other"]).collect();
        let mut wanted: BTreeMap<String, (&str, bool, bool)> = BTreeMap::new();
        for (key, text) in &english {
            let text = text.as_str().unwrap();
            match key.split_once('.') {
                None => {
                    wanted.insert(key.clone(), (text, false, false));
                }
                Some((base, "other")) => {
                    for form in &names {
                        let form_of = (text, exact.contains(form), is_rare(form));
                        wanted.insert(format!("{base}.{form}"), form_of);
                    }
                }
                Some(_) => {}
            }
        }
        let mut faults = Vec::new();
        for (key, (english, is_exact, is_rare)) in &wanted {
            let Some(text) = texts.get(key) else {
                if !is_rare {
                    faults.push(format!("missing: \"{key}\": {english:?},"));
                }
                continue;
            };
            let (mut needs, has) = (placeholders(english), placeholders(text));
            if *is_exact && !has.contains("n") {
                needs.remove("n");
            }
            if needs != has {
                faults.push(format!(
                    "\"{key}\": has {has:?} in braces, and needs {needs:?}"
                ));
            }
            if text.trim() != text || text.is_empty() {
                faults.push(format!("\"{key}\": nothing, or space at an end"));
            }
        }
        let more = texts.keys().filter(|key| !wanted.contains_key(*key));
        faults.extend(more.map(|key| format!("nothing says \"{key}\"")));
        // Of two texts with one key JSON takes the last, in silence.
        let lines = json.lines().filter(|line| line.trim().starts_with('"'));
        if lines.count() != texts.len() {
            faults.push("one text a line, and each key once".to_owned());
        }
        faults
    }

    /// Every translation says what there is to say, in the forms that its language has.
    #[test]
    fn every_translation_is_whole() {
        let forms = forms();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
        let mut report = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let tag = path.file_stem().unwrap().to_str().unwrap();
            if tag == "en" {
                continue;
            }
            let faults = match forms.get(tag) {
                Some(forms) => faults(forms, &fs::read_to_string(&path).unwrap()),
                None => vec!["docs/languages.md has no row for it".to_owned()],
            };
            if !faults.is_empty() {
                report.push(format!("locales/{tag}.json:\n  {}", faults.join("\n  ")));
            }
        }
        assert!(report.is_empty(), "\n{}\n", report.join("\n"));
    }

    #[test]
    fn a_bad_translation_is_found_out() {
        let forms = &forms()["uk"];
        let says = |json: &str, words: &str| {
            let found = faults(forms, json).join("\n");
            assert!(found.contains(words), "{json}: {found}");
        };
        says("{}", "missing: \"undo\": \"Undo\",");
        says("{}", "missing: \"comment-count.few\"");
        says(r#"{"replay": "x"}"#, "nothing says \"replay\"");
        says(r#"{"ban-title": "Забанити"}"#, "needs {\"name\"}");
        says(r#"{"undo": " "}"#, "\"undo\": nothing");
        // 21 is "one" in Ukrainian and must be told.
        says(r#"{"comment-count.one": "один"}"#, "needs {\"n\"}");
        says("{\n\"undo\": \"x\",\n\"undo\": \"y\"}", "each key once");
        let german = faults("`one=1`", r#"{"comment-count.one": "ein"}"#).join("\n");
        assert!(!german.contains("comment-count.one"), "{german}");
        assert!(!german.contains("comment-count.few"), "{german}");
    }
}
