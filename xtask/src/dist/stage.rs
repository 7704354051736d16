//! What stands beside Trunk's output: styles, loader, sanitizer, locales.

use super::run_quietly;
use crate::project::Project;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// `cargo xtask stage`
#[derive(clap::Args)]
pub(crate) struct Options {
    /// What stands beside the pages of `/admin`
    #[arg(long)]
    admin: bool,
}

/// Trunk's post_build hook: it tells the folder that is about to become its dist.
pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    let folder =
        env::var_os("TRUNK_STAGING_DIR").context("Trunk calls this, with TRUNK_STAGING_DIR set")?;
    let release = env::var_os("TRUNK_PROFILE").is_some_and(|profile| profile == "release");
    match options.admin {
        true => admin(project, Path::new(&folder), release),
        false => into(project, Path::new(&folder), release),
    }
}

/// What stands beside the program of `/admin`: its style, what begins it, its texts.
fn admin(project: &Project, folder: &Path, release: bool) -> Result<()> {
    let source = project.root.join("admin");
    let mut css = bundler(project, folder, release);
    run_quietly(css.arg(source.join("style/admin.css")))?;
    let locales = files(&source.join("locales"))?;
    let languages = languages(&project.read("docs/languages.md")?, &locales)?;
    let mut start = bundler(project, folder, release);
    start.args(["--format=esm", "--external:./afterword-admin.js"]);
    start.arg(format!("--define:LOCALES={languages}"));
    run_quietly(start.arg(source.join("web/start.js")))?;
    purify(project, folder)?;
    fs::create_dir_all(folder.join("locales"))?;
    for file in &locales {
        let name = file.file_name().context("a locale without a name")?;
        super::copy(file, &folder.join("locales").join(name))?;
    }
    Ok(())
}

/// What those files' languages call themselves and how they are written, by their tags.
fn languages(document: &str, files: &[PathBuf]) -> Result<serde_json::Value> {
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    let rows: Vec<Vec<&str>> = rows
        .map(|row| {
            row.split('|')
                .map(|cell| cell.trim().trim_matches('`'))
                .collect()
        })
        .collect();
    let mut languages = Texts::new();
    for tag in files.iter().filter_map(|file| file.file_stem()?.to_str()) {
        let told = match rows.iter().find(|row| row.get(1) == Some(&tag)) {
            Some(row) => row.get(3).copied().zip(row.get(4).copied()),
            // The table is of translations.
            None if tag == "en" => Some(("English", "ltr")),
            None => None,
        };
        let (name, direction) =
            told.with_context(|| format!("docs/languages.md has no row for {tag}"))?;
        languages.insert(tag.to_owned(), serde_json::json!([name, direction]));
    }
    Ok(languages.into())
}

/// Its notice stays: esbuild keeps the comments that begin with `/*!`.
fn purify(project: &Project, folder: &Path) -> Result<()> {
    let purify = project.npm_file("dompurify/dist/purify.es.mjs");
    super::optimize::minify(project, &purify, &folder.join("purify.js"))
}

fn into(project: &Project, folder: &Path, release: bool) -> Result<()> {
    let mut css = bundler(project, folder, release);
    css.args(STYLES.map(|name| project.root.join("style").join(name)));
    run_quietly(&mut css)?;
    let mut tools = bundler(project, &folder.join("tools"), release);
    // What several tools share is a file of its own, loaded once.
    tools.args(["--format=esm", "--splitting", "--chunk-names=shared-[hash]"]);
    let languages = serde_json::to_string(&super::emoji::languages(project)?)?;
    tools.arg(format!("--define:LANGUAGES_OF_EMOJI={languages}"));
    tools.args(modules(project, "src/tools")?);
    run_quietly(&mut tools)?;
    let mut backends = bundler(project, &folder.join("backend"), release);
    backends.args(["--format=esm", "--splitting", "--chunk-names=shared-[hash]"]);
    backends.args(modules(project, "src/backend")?);
    run_quietly(&mut backends)?;
    super::emoji::write(project, &folder.join("tools"))?;
    super::copy(&project.root.join("src/embed.js"), &folder.join("embed.js"))?;
    super::copy(&project.root.join("src/count.js"), &folder.join("count.js"))?;
    super::copy(
        &project.root.join("src/register.js"),
        &folder.join("register.js"),
    )?;
    super::optimize::minify(
        project,
        &project.root.join("src/clean.js"),
        &folder.join("clean.js"),
    )?;
    purify(project, folder)?;
    start(project, folder, release)?;
    demo(project, folder)?;
    let english = english(&project.read("src/i18n/messages.rs")?)?;
    fs::write(
        folder.join("english.json"),
        serde_json::to_string_pretty(&english)?,
    )?;
    fs::create_dir_all(folder.join("locales"))?;
    for file in files(&project.root.join("locales"))? {
        let name = file.file_name().context("a locale without a name")?;
        let texts = for_widget(&super::read(&file)?, &english)
            .with_context(|| format!("{} is not what a locale is", file.display()))?;
        fs::write(folder.join("locales").join(name), texts)?;
    }
    Ok(())
}

/// The style sheets that are bundled: what a thread needs, and what the program adds to it.
pub(super) const STYLES: [&str; 2] = ["afterword.css", "program.css"];

fn bundler(project: &Project, folder: &Path, release: bool) -> Command {
    let mut esbuild = project.command("esbuild");
    esbuild.args(["--bundle", "--charset=utf8", "--log-level=warning"]);
    esbuild.arg(format!("--outdir={}", folder.display()));
    esbuild.env("NODE_PATH", project.npm_file(""));
    if release {
        esbuild.arg("--minify");
    }
    esbuild
}

/// The modules of a folder that the widget imports when somebody reaches for them, or names them.
fn modules(project: &Project, folder: &str) -> Result<Vec<PathBuf>> {
    let mut modules = files(&project.root.join(folder))?;
    modules.retain(|file| file.extension().is_some_and(|extension| extension == "js"));
    Ok(modules)
}

/// What the demo shows beside its article: a page where themes are made, and the themes.
fn demo(project: &Project, folder: &Path) -> Result<()> {
    let style = project.root.join("style");
    super::copy(
        &style.join("playground.html"),
        &folder.join("playground.html"),
    )?;
    fs::create_dir_all(folder.join("themes"))?;
    for file in files(&style.join("themes"))? {
        let name = file.file_name().context("a theme without a name")?;
        super::copy(&file, &folder.join("themes").join(name))?;
    }
    Ok(())
}

/// src/start.js with its parts, but for the glue, which a release gets later.
fn start(project: &Project, to: &Path, release: bool) -> Result<()> {
    let folder = project.tools().join("start");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("locales.js"), with_locales(project)?)?;
    super::copy(&project.root.join("src/start.js"), &folder.join("start.js"))?;
    let mut esbuild = bundler(project, to, release);
    esbuild.args(["--format=esm", "--external:./afterword.js"]);
    run_quietly(esbuild.arg(folder.join("start.js")))
}

/// The line of src/locales.js that names the files.
const FILES_LINE: &str = "const FILES = [];";

/// src/locales.js with the names of the files that there are.
fn with_locales(project: &Project) -> Result<String> {
    let source = project.read("src/locales.js")?;
    if source.matches(FILES_LINE).count() != 1 {
        bail!("src/locales.js must have the line `{FILES_LINE}` once");
    }
    let files = files(&project.root.join("locales"))?;
    let names = files.iter().filter_map(|file| file.file_stem()?.to_str());
    let names: Vec<_> = names.map(|name| format!("\"{name}\"")).collect();
    let line = format!("const FILES = [{}];", names.join(", "));
    Ok(source.replace(FILES_LINE, &line))
}

/// Texts by their keys.
type Texts = serde_json::Map<String, serde_json::Value>;

/// The widget's texts in English, from where they stand in its source.
fn english(source: &str) -> Result<Texts> {
    let (_, list) = source
        .split_once("\nmessages! {\n")
        .context("src/i18n/messages.rs has no list of messages")?;
    let mut texts = Texts::new();
    for line in list.lines().take_while(|line| *line != "}") {
        // Every other piece stands in quotation marks.
        let pieces: Vec<_> = line.split('"').collect();
        let form = |form: &str| format!("{}{form}", pieces[1]);
        match pieces.as_slice() {
            [_, key, ": ", text, ";"] => {
                texts.insert((*key).to_owned(), (*text).into());
            }
            [_, _, ": ", text, ", one = ", one, ";"] => {
                texts.insert(form(".one"), (*one).into());
                texts.insert(form(".other"), (*text).into());
            }
            _ => bail!("src/i18n/messages.rs has a line that is no message: {line}"),
        }
    }
    Ok(texts)
}

/// A locale without what the server's own pages say, and with the English of what it lacks.
fn for_widget(json: &str, english: &Texts) -> Result<String> {
    let mut texts: Texts = serde_json::from_str(json)?;
    texts.retain(|key, _| !key.starts_with("page-"));
    for (key, text) in english {
        // Each language has forms of its own.
        let other = key.rsplit_once('.').map(|(key, _)| format!("{key}.other"));
        if !texts.contains_key(key) && other.is_none_or(|other| !texts.contains_key(&other)) {
            texts.insert(key.clone(), text.clone());
        }
    }
    Ok(serde_json::to_string_pretty(&texts)?)
}

/// The files of a folder, by name; none where there is no such folder.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_servers_pages_say_stays_there() {
        let json = r#"{ "page-back": "Zurück", "reply": "Antworten" }"#;
        let texts = for_widget(json, &Texts::new()).unwrap();
        let texts: serde_json::Value = serde_json::from_str(&texts).unwrap();
        assert_eq!(texts, serde_json::json!({ "reply": "Antworten" }));
    }

    #[test]
    fn what_a_language_lacks_is_english() {
        let english = "x\nmessages! {\n    Reply = \"reply\": \"Reply\";\n    Edit = \"edit\": \"Edit\";\n    \
            News = \"news\": \"{n} new\", one = \"{n} new one\";\n}\n";
        let english = english_of(english);
        let json = r#"{ "reply": "Antworten", "news.one": "eine", "news.other": "{n} neue" }"#;
        let texts = for_widget(json, &english).unwrap();
        let texts: serde_json::Value = serde_json::from_str(&texts).unwrap();
        let expected = serde_json::json!({
            "reply": "Antworten", "news.one": "eine", "news.other": "{n} neue", "edit": "Edit",
        });
        assert_eq!(texts, expected);
        let texts: Texts = serde_json::from_str(&for_widget("{}", &english).unwrap()).unwrap();
        assert_eq!(texts["news.one"], "{n} new one");
    }

    fn english_of(source: &str) -> Texts {
        super::english(source).unwrap()
    }

    #[test]
    fn english_has_every_text_of_the_widget() {
        let project = Project::locate().unwrap();
        let english = english_of(&project.read("src/i18n/messages.rs").unwrap());
        let german: Texts =
            serde_json::from_str(&project.read("locales/de.json").unwrap()).unwrap();
        let elsewhere = |key: &&String| {
            !key.starts_with("tool-")
                && !key.starts_with("page-")
                && *key != "dir"
                && *key != "open-thread"
        };
        for key in german.keys().filter(elsewhere) {
            assert!(english.contains_key(key), "{key}");
        }
    }

    #[test]
    fn the_pages_of_admin_know_how_each_language_is_called_and_written() {
        let project = Project::locate().unwrap();
        let document = project.read("docs/languages.md").unwrap();
        let files = ["de", "en", "he"].map(|tag| PathBuf::from(format!("x/{tag}.json")));
        let expected = serde_json::json!({
            "de": ["Deutsch", "ltr"], "en": ["English", "ltr"], "he": ["עברית", "rtl"],
        });
        assert_eq!(languages(&document, &files).unwrap(), expected);
        assert!(languages(&document, &[PathBuf::from("x/tlh.json")]).is_err());
    }

    #[test]
    fn the_widget_knows_every_language() {
        let project = Project::locate().unwrap();
        let source = with_locales(&project).unwrap();
        assert!(source.contains("\"ar\", "), "{source}");
        assert!(source.contains("\"de\""), "{source}");
    }
}
