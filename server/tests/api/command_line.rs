//! The program as its owner starts it.

use std::process::{Command, Output};

fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_afterword-server"))
        .args(arguments)
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

fn refused(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let output = run(arguments, variables);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_wrong_value_is_named_before_anything_starts() {
    let cases: [(&[&str], &str); 7] = [
        (&["serve", "--listen", "here"], "listen is \"here\""),
        (&["--listen", "here"], "127.0.0.1:8080"),
        (
            &["serve", "--max-links", "many"],
            "it can be a whole number",
        ),
        (
            &["serve", "--max-links", "5000"],
            "it can be a number from 0 to 1000",
        ),
        (
            &["serve", "--origins", "example.org"],
            "https://example.org",
        ),
        (&["serve", "--colour"], "--colour"),
        (&["serve", "--config", "/nowhere.toml"], "/nowhere.toml"),
    ];
    for (arguments, words) in cases {
        let error = refused(arguments, &[]);
        assert!(error.contains(words), "{arguments:?}: {error}");
    }
}

#[test]
fn variables_have_the_names_of_the_options() {
    let error = refused(&["serve"], &[("AFTERWORD_DATABASE_URL", "mysql://x")]);
    assert!(error.contains("database-url is \"mysql://x\""), "{error}");
    let error = refused(&["serve"], &[("AFTERWORD_EDIT_WINDOW", "long")]);
    assert!(error.contains("whole number"), "{error}");
}

#[test]
fn every_option_has_a_variable_and_is_documented() {
    let help = String::from_utf8(run(&["serve", "--help"], &[]).stdout).unwrap();
    let document = include_str!("../../../docs/operating.md");
    for line in help
        .lines()
        .filter(|line| line.trim_start().starts_with("--"))
    {
        let option = line
            .split_whitespace()
            .next()
            .unwrap()
            .trim_start_matches("--");
        if matches!(option, "demo" | "help") {
            continue;
        }
        assert!(
            document.contains(&format!("| `--{option}` |")),
            "docs/operating.md lacks --{option}"
        );
        let variable = format!("AFTERWORD_{}", option.replace('-', "_").to_uppercase());
        assert!(help.contains(&variable), "{variable} is not in the help");
    }
}
