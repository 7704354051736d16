//! Version numbers, as programs print them and as Cargo.lock pins them.

use std::fmt;

/// Major, minor, patch; what follows them is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u32, pub(crate) u32, pub(crate) u32);

impl Version {
    /// The first number with at least two parts in what a program printed.
    pub(crate) fn find(text: &str) -> Option<Self> {
        text.split(|c: char| c.is_whitespace() || c == ',' || c == '(' || c == ')')
            .find_map(Self::parse)
    }

    fn parse(word: &str) -> Option<Self> {
        let word = word.strip_prefix('v').unwrap_or(word);
        let end = word
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(word.len());
        let mut parts = word[..end].split('.').map(str::parse);
        let major = parts.next()?.ok()?;
        let minor = parts.next()?.ok()?;
        let patch = parts.next().and_then(Result::ok).unwrap_or(0);
        Some(Self(major, minor, patch))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// The version of a package in the text of a Cargo.lock.
pub(crate) fn locked(lock: &str, package: &str) -> Option<String> {
    let header = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != header);
    let version = lines.nth(1)?.strip_prefix("version = \"")?;
    version.strip_suffix('"').map(str::to_owned)
}

/// The string that a line `key = "value"` of a TOML file sets.
#[cfg(test)]
fn setting<'a>(toml: &'a str, key: &str) -> Option<&'a str> {
    let line = toml.lines().find(|line| {
        line.split('=')
            .next()
            .is_some_and(|name| name.trim() == key)
    })?;
    line.split('"').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_print() {
        let cases = [
            (
                "rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)",
                Version(1, 96, 0),
            ),
            ("wasm-bindgen 0.2.130", Version(0, 2, 130)),
            ("v20.20.2\n", Version(20, 20, 2)),
            (
                "geckodriver 0.37.1 (a1b2c3 2026-01-01)\n\nThe source code ...",
                Version(0, 37, 1),
            ),
            ("trunk 0.21.14-rc.1", Version(0, 21, 14)),
            ("LLVM version: 22.1", Version(22, 1, 0)),
            (
                "ChromeDriver 156.0.8078.79 (refs/x@{#1})",
                Version(156, 0, 8078),
            ),
        ];
        for (text, version) in cases {
            assert_eq!(Version::find(text), Some(version), "{text}");
        }
        for text in ["", "no number", "7", "....", "99999999999.1.1"] {
            assert_eq!(Version::find(text), None, "{text}");
        }
    }

    #[test]
    fn versions_are_ordered_by_number_not_by_letter() {
        assert!(Version(0, 2, 130) > Version(0, 2, 99));
        assert!(Version(1, 96, 0) > Version(1, 94, 9));
    }

    #[test]
    fn the_lock_file_tells_a_package_from_its_namesakes() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked(lock, "wasm"), None);
    }

    /// Trunk refuses a wasm-bindgen of another version than the one it is told.
    #[test]
    fn trunk_is_told_the_wasm_bindgen_of_the_lock_file() {
        let lock = include_str!("../../Cargo.lock");
        let trunk = include_str!("../../Trunk.toml");
        assert_eq!(
            setting(trunk, "wasm_bindgen"),
            locked(lock, "wasm-bindgen").as_deref()
        );
    }
}
