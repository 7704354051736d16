//! Which way is taken, told with programs that only pretend.
#![cfg(unix)]

use super::*;
use std::process::Command;

/// A checkout whose PATH begins with scripts: each writes down how it was called.
struct Machine {
    project: Project,
}

impl Machine {
    fn new(name: &str) -> Self {
        let folder = format!("xtask-wasm-{name}-{}", std::process::id());
        let root = std::env::temp_dir().join(folder);
        let target = root.join("target");
        fs::create_dir_all(target.join("tools/bin")).unwrap();
        let machine = Self {
            project: Project { root, target },
        };
        machine
            // Whoever runs the tests, no package of theirs is touched.
            .has("id", "echo 0")
            .has("sudo", "exit 1")
            .has("apt-get", "exit 100")
            .has("rustup", "exit 1")
            .has("rustc", "exit 1")
    }

    /// A program by its script, in place of an earlier one.
    fn has(self, program: &str, script: &str) -> Self {
        let file = self.project.tools().join("bin").join(program);
        let log = self.log().display().to_string();
        // Asking about a compiler or a user changes nothing.
        let quiet = ["rustc", "id"].contains(&program);
        let note = format!("echo \"{program} $*\" >> '{log}'");
        let note = if quiet { "" } else { &note };
        // Written by another process: a file that this one has open, and with it any child that
        // another test is just starting, can't be run.
        let mut write = Command::new("sh");
        write.args(["-c", "printf '%s' \"$1\" > \"$2\" && chmod +x \"$2\"", "sh"]);
        write
            .arg(format!("#!/bin/sh\n{note}\n{script}\n"))
            .arg(file);
        run(&mut write).unwrap();
        self
    }

    /// A rustc that compiles for the target once that file is there.
    fn has_rustc_with(self, file: &str) -> Self {
        let file = self.file(file).display().to_string();
        let script = format!("case $* in --version) echo rustc 1.2.3;; *) test -e '{file}';; esac");
        self.has("rustc", &script)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.project.root.join(name)
    }

    fn log(&self) -> PathBuf {
        self.file("log")
    }

    /// What came of it, and the commands that may have changed something.
    fn ensure(&self) -> (Result<Outcome>, Vec<String>) {
        let debian = self.project.tools().join("bin/rustc-of-debian");
        let result = ensure_with(&self.project, &debian);
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        (result, log.lines().map(str::to_owned).collect())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.project.root);
    }
}

#[test]
fn a_compiler_that_has_the_target_is_used_as_it_is() {
    let machine = Machine::new("there").has("rustc", "exit 0");
    let (result, commands) = machine.ensure();
    assert!(matches!(result, Ok(Outcome::Found(_))));
    assert!(commands.is_empty(), "{commands:?}");
}

#[test]
fn rustup_adds_it_where_it_can() {
    let machine = Machine::new("component").has_rustc_with("component");
    let component = machine.file("component").display().to_string();
    let machine = machine.has("rustup", &format!("touch '{component}'"));
    let (result, commands) = machine.ensure();
    assert!(matches!(result, Ok(Outcome::Done(_))));
    assert_eq!(commands, ["rustup target add wasm32-unknown-unknown"]);
}

#[test]
fn a_toolchain_that_was_linked_before_is_chosen_again() {
    let machine = Machine::new("linked").has_rustc_with("override");
    let chosen = machine.file("override").display().to_string();
    let root = machine.project.root.display().to_string();
    let machine = machine.has(
        "rustup",
        &format!(
            "case $* in
                'target add'*) exit 1;;
                'toolchain list') echo stable; echo 'afterword /usr';;
                'override set'*) touch '{chosen}';;
            esac"
        ),
    );
    let (result, commands) = machine.ensure();
    assert!(matches!(result, Ok(Outcome::Done(_))));
    let expected = [
        "rustup target add wasm32-unknown-unknown".to_owned(),
        "rustup toolchain list".to_owned(),
        format!("rustup override set afterword --path {root}"),
    ];
    assert_eq!(commands, expected);
}

#[test]
fn debians_compiler_is_linked_when_it_has_the_target() {
    let machine = Machine::new("debian").has_rustc_with("override");
    let chosen = machine.file("override").display().to_string();
    let machine = machine.has("rustc-of-debian", "exit 0").has(
        "rustup",
        &format!("case $* in 'target add'*) exit 1;; 'override set'*) touch '{chosen}';; esac"),
    );
    let (result, commands) = machine.ensure();
    assert!(matches!(result, Ok(Outcome::Done(_))));
    assert!(
        commands.contains(&"rustup toolchain link afterword /usr".to_owned()),
        "{commands:?}"
    );
    assert!(
        !commands.iter().any(|line| line.starts_with("apt-get")),
        "{commands:?}"
    );
}

#[test]
fn without_any_way_it_says_what_to_do_by_hand() {
    let machine = Machine::new("none");
    let (result, commands) = machine.ensure();
    let error = format!("{:#}", result.err().unwrap());
    assert!(
        error.contains("rustup target add wasm32-unknown-unknown"),
        "{error}"
    );
    assert!(
        commands
            .iter()
            .any(|line| line.starts_with("apt-get update")),
        "{commands:?}"
    );
    // It failed, so nothing was linked.
    assert!(
        !commands.iter().any(|line| line.contains("link")),
        "{commands:?}"
    );
}
