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
fn a_database_in_memory_is_none() {
    for url in [
        "sqlite::memory:",
        "sqlite:x?mode=memory",
        "sqlite:",
        "sqlite:?x",
    ] {
        let error = refused(&["serve", "--database-url", url], &[]);
        assert!(error.contains("sqlite:FILE"), "{url}: {error}");
    }
}

#[test]
fn a_file_is_found_whatever_its_name() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["50%25.sqlite", "what?mode=ro"] {
        let file = folder.path().join(name);
        let database = ["--database", file.to_str().unwrap()];
        let added = run(&[&["site", "add", "blog"][..], &database].concat(), &[]);
        assert!(added.status.success(), "{added:?}");
        assert!(file.exists(), "{name}");
    }
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

/// Standard error of what ends with another status than 0.
fn failed(arguments: &[&str]) -> String {
    let output = run(arguments, &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_database_that_is_not_there_is_named_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("none.sqlite");
    let file = file.to_str().unwrap();
    let commands: [&[&str]; 6] = [
        &["reports"],
        &["site", "list"],
        &["user", "list"],
        &["user", "set", "Ada", "--disable"],
        &["person", "export", "author:Ada"],
        &["person", "erase", "author:Ada", "--yes"],
    ];
    for command in commands {
        let error = failed(&[command, &["--database", file]].concat());
        assert!(
            error.contains(&format!("there is no database {file}: --database names")),
            "{command:?}: {error}"
        );
    }
    assert!(!std::path::Path::new(file).exists());
}

#[test]
fn a_site_is_named_that_there_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.sqlite");
    let database = ["--database", file.to_str().unwrap()];
    let with = |command: &[&str]| run(&[command, &database].concat(), &[]);
    assert!(with(&["site", "add", "blog"]).status.success());

    let invited = with(&["user", "add", "Bob", "--invite", "--role", "moderator@blgo"]);
    let said = String::from_utf8(invited.stdout).unwrap();
    assert!(said.contains("There is no site blgo so far"), "{said}");
    let invited = with(&["user", "add", "Eve", "--invite", "--role", "moderator@blog"]);
    let said = String::from_utf8(invited.stdout).unwrap();
    assert!(!said.contains("There is no site"), "{said}");

    let command = ["person", "export", "author:Ada", "--site", "blgo"];
    let error = failed(&[&command[..], &database].concat());
    assert!(error.contains("there is no site \"blgo\""), "{error}");
}

#[test]
fn a_setting_is_named_in_an_owners_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.sqlite");
    let database = ["--database", file.to_str().unwrap()];
    let key = "sso={\"algorithm\":\"EdDSA\",\"issuer\":\"x\",\"audience\":\"y\",\"public_key\":\
               \"yX1jHgVSU_ehDln8MEfYBm-8MI8qikelxSt4vtqKBHg\"}";
    let set = run(
        &[&["site", "add", "blog", key][..], &database].concat(),
        &[],
    );
    assert!(set.status.success(), "{set:?}");
    // As `site show` prints what is written on several lines.
    let pem = "sso.public_key=-----BEGIN PUBLIC KEY-----\\n\
               MCowBQYDK2VwAyEAfA7JoocCUZGwgos73hjPIXKSCWlQCdinu6kzFsZ7ijw=\\n-----END PUBLIC KEY-----\\n";
    let set = run(
        &[&["site", "set", "blog", pem][..], &database].concat(),
        &[],
    );
    assert!(set.status.success(), "{set:?}");
    for (setting, words) in [
        ("close_after_days=soon", "expected a whole number"),
        ("closed=perhaps", "expected true or false"),
        (
            "origin=https://x.example",
            "expected one of `origins`, `policy`",
        ),
    ] {
        let error = failed(&[&["site", "set", "blog", setting][..], &database].concat());
        assert!(error.contains(words), "{setting}: {error}");
    }
}

#[test]
fn whoever_reads_no_further_ends_nothing_badly() {
    use std::process::Stdio;
    let mut program = Command::new(env!("CARGO_BIN_EXE_afterword-server"))
        .arg("openapi")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(program.stdout.take());
    let output = program.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

/// Starts a server with those variables; gives its first line of standard output, and what it had said
/// on standard error when it was stopped.
fn started(variables: &[(&str, &str)]) -> (String, String) {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("c.sqlite").display());
    let mut program = Command::new(env!("CARGO_BIN_EXE_afterword-server"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--database-url",
            &database,
        ])
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(program.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    program.kill().unwrap();
    let output = program.wait_with_output().unwrap();
    (line, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_system_without_certificates_is_served_from() {
    let (line, _) = started(&[("SSL_CERT_FILE", "/nowhere"), ("SSL_CERT_DIR", "/nowhere")]);
    assert!(line.starts_with("listening on http://"), "{line:?}");
}

#[test]
fn a_variable_that_is_no_setting_is_named() {
    let (_, log) = started(&[("AFTERWORD_ORIGIN", "*"), ("AFTERWORD_MAX_LINKS", "5")]);
    assert!(log.contains("AFTERWORD_ORIGIN is no setting"), "{log}");
    assert!(!log.contains("AFTERWORD_MAX_LINKS is"), "{log}");
}
