//! Whether dist/ is what the sources make: by contents, never by times.

use crate::process::output;
use crate::project::Project;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What every part of dist/ is made from, but the tools themselves.
const COMMON: [&str; 8] = [
    "Cargo.lock",
    "Cargo.toml",
    "protocol/Cargo.toml",
    "protocol/src",
    "xtask/npm/compress.mjs",
    "xtask/npm/package-lock.json",
    "xtask/src/dist",
    "xtask/src/dist.rs",
];

/// A digest of the inputs and of the compiler.
pub(super) struct Stamp {
    inputs: String,
}

impl Stamp {
    /// Of those inputs, and of what all parts are made from.
    pub(super) fn of_inputs(project: &Project, inputs: &[&str]) -> Result<Self> {
        let mut digest = Sha256::new();
        digest.update(output(project.command("rustc").arg("-vV"))?);
        let admin_protocol = project.root.join("protocol/src/admin");
        for input in COMMON.iter().chain(inputs) {
            let path = project.root.join(input);
            // Until there is a translation there are no locales.
            let files = match fs::metadata(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
                Ok(metadata) if metadata.is_dir() => files_below(&path)?,
                _ => vec![path],
            };
            let is_common = COMMON.contains(input);
            for file in files {
                // The widget has nothing of what only the pages of /admin speak.
                if is_common && file.starts_with(&admin_protocol) {
                    continue;
                }
                add(&mut digest, &project.root, &file)?;
            }
        }
        Ok(Self {
            inputs: hex(&digest.finalize()),
        })
    }

    /// Of the inputs of both.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            inputs: [self.inputs, other.inputs].concat(),
        }
    }

    /// The folder was made from these inputs, and is still as it was made.
    pub(super) fn is_current(&self, project: &Project, name: &str, folder: &Path) -> bool {
        let Ok(made) = hash_of(folder) else {
            return false;
        };
        fs::read_to_string(file(project, name)).is_ok_and(|saved| saved == self.text(&made))
    }

    /// Remember that the folder was made from these inputs.
    pub(super) fn save(&self, project: &Project, name: &str, folder: &Path) -> Result<()> {
        fs::write(file(project, name), self.text(&hash_of(folder)?))
            .with_context(|| format!("saving the stamp of {name}"))
    }

    fn text(&self, made: &str) -> String {
        format!("inputs {}\ndist {made}\n", self.inputs)
    }
}

fn file(project: &Project, name: &str) -> PathBuf {
    project.tools().join(format!("{name}.stamp"))
}

/// A name for the contents of a folder: 16 hexadecimal digits.
pub(super) fn hash_of(folder: &Path) -> Result<String> {
    let mut digest = Sha256::new();
    for file in files_below(folder)? {
        add(&mut digest, folder, &file)?;
    }
    let mut hash = hex(&digest.finalize());
    hash.truncate(16);
    Ok(hash)
}

/// Name and contents, each with its length before it, so that no two folders read the same.
fn add(digest: &mut Sha256, root: &Path, file: &Path) -> Result<()> {
    let name = file
        .strip_prefix(root)
        .unwrap_or(file)
        .as_os_str()
        .as_encoded_bytes();
    let contents = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    for part in [name, &contents] {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    }
    Ok(())
}

/// Every file in the folder and in its folders, in the order of their paths.
pub(super) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in
            fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?
        {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that goes away with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path =
                std::env::temp_dir().join(format!("xtask-stamp-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn with(self, name: &str, contents: &str) -> Self {
            let path = self.0.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, contents).unwrap();
            self
        }

        fn hash(&self) -> String {
            hash_of(&self.0).unwrap()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_hash_is_of_names_and_contents_and_of_nothing_else() {
        let one = Folder::new("one")
            .with("a.js", "1")
            .with("locales/de.json", "{}");
        let same = Folder::new("same")
            .with("locales/de.json", "{}")
            .with("a.js", "1");
        assert_eq!(one.hash(), same.hash());
        assert_eq!(one.hash().len(), 16);
    }

    #[test]
    fn any_change_changes_the_hash() {
        let hashes = [
            Folder::new("base").with("a", "1").hash(),
            Folder::new("contents").with("a", "2").hash(),
            Folder::new("name").with("b", "1").hash(),
            Folder::new("more").with("a", "1").with("b", "").hash(),
            Folder::new("moved").with("b/a", "1").hash(),
            Folder::new("shifted").with("a1", "").hash(),
        ];
        for (index, hash) in hashes.iter().enumerate() {
            assert!(!hashes[..index].contains(hash), "{index}");
        }
    }

    #[test]
    fn a_missing_folder_is_an_error_not_an_empty_one() {
        assert!(hash_of(Path::new("/nowhere/at/all")).is_err());
    }
}
