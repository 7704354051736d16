//! How many tests ran and why some failed, by what the test harnesses print.
//!
//! All of ours print as Rust's own does: below `failures:` one part for each, which begins with
//! `---- its::name stdout ----`, and at the end `test result: ok. 3 passed; 0 failed; ...`.

use crate::process::describe;
use anyhow::{Context, Result, bail};
use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// How much of a failure is repeated at the end, in lines and in characters of each.
const LINES: usize = 8;
const WIDTH: usize = 500;

/// The sums of all result lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tests {
    passed: usize,
    failed: usize,
    ignored: usize,
    /// What the failing ones say, for whoever sees the end of a long log alone.
    told: Vec<String>,
    is_telling: bool,
}

impl Tests {
    /// Run the command, pass on what it prints as it prints it, and count.
    pub(super) fn run(command: &mut Command, mut echo: impl Write) -> Result<Self> {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", describe(command)))?;
        let printed = child.stdout.take().context("no standard output")?;
        let mut tests = Self::default();
        let mut printed = BufReader::new(printed);
        let mut line = Vec::new();
        // By bytes: a test may print what is not UTF-8.
        while printed.read_until(b'\n', &mut line)? > 0 {
            echo.write_all(&line)?;
            tests.add(&String::from_utf8_lossy(&line));
            line.clear();
        }
        echo.flush()?;
        let status = child.wait()?;
        if !status.success() {
            let told = tests.told.concat();
            bail!("`{}`: {tests} ({status}){told}", describe(command));
        }
        Ok(tests)
    }

    /// Tests that ran, whatever came of them.
    pub(super) fn run_count(&self) -> usize {
        self.passed + self.failed
    }

    fn add(&mut self, line: &str) {
        let Some(result) = line.trim_start().strip_prefix("test result: ") else {
            return self.add_told(line);
        };
        for count in result.split(['.', ';']) {
            let mut words = count.split_whitespace();
            let number = words.next().and_then(|word| word.parse::<usize>().ok());
            match (number, words.next()) {
                (Some(number), Some("passed")) => self.passed += number,
                (Some(number), Some("failed")) => self.failed += number,
                (Some(number), Some("ignored")) => self.ignored += number,
                _ => {}
            }
        }
    }

    fn add_told(&mut self, line: &str) {
        let line = line.trim_end();
        if let Some(name) = line.strip_prefix("---- ") {
            let name = name.trim_end_matches(" ----").trim_end_matches(" stdout");
            self.told.push(format!("\n\n  {name}"));
            self.is_telling = true;
        } else if line == "failures:" {
            self.is_telling = false;
        } else if self.is_telling
            && !line.is_empty()
            && let Some(told) = self.told.last_mut()
            && told.lines().count() < LINES + 3
        {
            told.push_str("\n    ");
            told.extend(line.chars().take(WIDTH));
        }
    }
}

impl fmt::Display for Tests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed", self.passed)?;
        if self.failed > 0 {
            write!(f, ", {} failed", self.failed)?;
        }
        if self.ignored > 0 {
            write!(f, ", {} ignored", self.ignored)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_summed() {
        let printed = [
            "running 2 tests",
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 5 filtered out; finished in 0.01s",
            "test passes ... ok",
            "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out",
        ];
        let mut tests = Tests::default();
        for line in printed {
            tests.add(line);
        }
        let sums = Tests {
            passed: 5,
            failed: 1,
            ignored: 1,
            ..Tests::default()
        };
        assert_eq!(tests, sums);
        assert_eq!(tests.run_count(), 6);
        assert_eq!(tests.to_string(), "5 passed, 1 failed, 1 ignored");
    }

    #[test]
    fn a_failing_command_tells_how_many_failed() {
        let script = "echo 'test result: FAILED. 1 passed; 2 failed;'; exit 101";
        let mut echo = Vec::new();
        let error = Tests::run(Command::new("sh").args(["-c", script]), &mut echo).unwrap_err();
        assert!(echo.starts_with(b"test result"), "{echo:?}");
        assert!(error.to_string().contains("1 passed, 2 failed"), "{error}");
    }

    #[test]
    fn a_failing_command_tells_why() {
        let printed = "test red ... FAILED\n\nfailures:\n\n---- red stdout ----\n\nit is blue\n\
            ---- chromium::green ----\nit is grey\n\n\nfailures:\n    red\n    chromium::green\n\n\
            test result: FAILED. 1 passed; 2 failed;\n";
        let script = format!("printf '%s' '{printed}'; exit 101");
        let error = Tests::run(Command::new("sh").args(["-c", &script]), Vec::new()).unwrap_err();
        let told = "\n\n  red\n    it is blue\n\n  chromium::green\n    it is grey";
        assert!(error.to_string().ends_with(told), "{error}");
    }

    #[test]
    fn a_command_without_tests_ran_none() {
        let tests = Tests::run(Command::new("sh").args(["-c", "echo hello"]), Vec::new()).unwrap();
        assert_eq!(tests.run_count(), 0);
    }
}
