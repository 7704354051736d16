//! What languages are called: by pages and browsers in several ways, by their files in one.
//! `src/locales.js` has the same for the widget; a test of it has the same examples.

/// The tag that a language's file would be found by, in lower case.
pub(super) fn canonical(tag: &str) -> String {
    let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
    let (language, rest) = tag.split_once('-').unwrap_or((&tag, ""));
    let language = match language {
        "no" => "nb",
        "iw" => "he",
        "in" => "id",
        "tl" => "fil",
        "sh" => "sr-latn",
        "zh" | "yue" => {
            let mut parts = rest.split('-');
            // A script decides before a region: zh-Hans-HK is simplified.
            let is_traditional = match parts.clone().find(|part| part.len() == 4) {
                Some(script) => script == "hant",
                None => language == "yue" || parts.any(|part| matches!(part, "tw" | "hk" | "mo")),
            };
            return if is_traditional { "zh-tw" } else { "zh" }.to_owned();
        }
        other => other,
    };
    if rest.is_empty() {
        language.to_owned()
    } else {
        [language, "-", rest].concat()
    }
}

/// Whether a tag is of the language with that tag, or of one of its regions. Both in lower case.
pub(super) fn is_of(tag: &str, language: &str) -> bool {
    tag.strip_prefix(language)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By `src/locales.test.json`, which the widget's own test reads too.
    #[test]
    fn a_language_has_many_names() {
        let examples = include_str!("../../../../src/locales.test.json");
        let examples: serde_json::Value = serde_json::from_str(examples).unwrap();
        let mut files: Vec<&str> = examples["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| file.as_str().unwrap())
            .collect();
        files.sort_by_key(|file| std::cmp::Reverse(file.len()));
        for (tag, wanted) in examples["found"].as_object().unwrap() {
            let canonical = canonical(tag);
            let found = files
                .iter()
                .find(|file| is_of(&canonical, &file.to_ascii_lowercase()));
            assert_eq!(found.copied(), wanted.as_str(), "{tag}");
        }
    }
}
