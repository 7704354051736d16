//! `cargo xtask dist`: the files of the widget and of the pages of `/admin`, ready to be served.
//!
//! Trunk compiles; then the Wasm goes through wasm-opt and the glue through esbuild, everything
//! gets a folder named by its contents, and each file is compressed once, as hard as it can be.

mod emoji;
pub(crate) mod flags;
mod optimize;
mod rename;
pub(crate) mod serve;
pub(crate) mod stage;
mod stamp;

use crate::process::run as run_command;
use crate::project::Project;
use crate::steps::seconds;
use anyhow::{Context, Result, bail};
use stamp::Stamp;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// `cargo xtask dist`
#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Build even if nothing has changed since the last time
    #[arg(long)]
    pub(crate) force: bool,
}

/// The loader's line that names the folder of the other files, as it stands in the source.
const ASSETS_LINE: &str = r#"const ASSETS = "./";"#;

/// Build dist/, unless it is up to date.
pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    let started = Instant::now();
    let _lock = project.lock("dist")?;
    let stamps = Part::ALL.map(|part| Stamp::of_inputs(project, part.inputs()));
    let [widget, admin] = stamps;
    let whole = widget?.and(admin?);
    if !options.force && whole.is_current(project, "dist", &project.dist()) {
        println!("dist/ is up to date");
        return Ok(());
    }
    crate::setup::packages(project)?;
    // Cargo builds one after the other; what makes them small runs beside it.
    std::thread::scope(|scope| {
        let parts = Part::ALL.map(|part| scope.spawn(move || part.build(project, options)));
        for part in parts {
            match part.join() {
                Ok(result) => result?,
                Err(_) => bail!("a part of dist/ could not be built"),
            }
        }
        anyhow::Ok(())
    })?;
    let staging = project.root.join(".dist-new");
    empty(&staging)?;
    for part in Part::ALL {
        copy_tree(&part.folder(project), &staging)?;
    }
    put_in_place(project, &staging)?;
    whole.save(project, "dist", &project.dist())?;
    println!("dist/ is built ({})", seconds(started.elapsed()));
    Ok(())
}

/// What dist/ is put together from; each is built when its own sources have changed.
#[derive(Clone, Copy)]
enum Part {
    /// What pages embed.
    Widget,
    /// The pages of `/admin`.
    Admin,
}

impl Part {
    const ALL: [Self; 2] = [Self::Widget, Self::Admin];

    fn name(self) -> &'static str {
        match self {
            Self::Widget => "widget",
            Self::Admin => "admin",
        }
    }

    /// What it is made from, but for the tools.
    fn inputs(self) -> &'static [&'static str] {
        match self {
            Self::Widget => &["index.html", "locales", "src", "style", "Trunk.toml"],
            Self::Admin => &[
                "admin",
                "protocol/src/admin",
                "style/controls.css",
                "style/tokens.css",
                "docs/languages.md",
                "src/locales.js",
            ],
        }
    }

    /// Where it lies, ready to be served.
    fn folder(self, project: &Project) -> PathBuf {
        project.tools().join("dist").join(self.name())
    }

    fn build(self, project: &Project, options: &Options) -> Result<()> {
        let folder = self.folder(project);
        let stamp = Stamp::of_inputs(project, self.inputs())?;
        if !options.force && stamp.is_current(project, self.name(), &folder) {
            return Ok(());
        }
        let staging = folder.with_extension("new");
        empty(&staging)?;
        match self {
            Self::Widget => widget(project, &staging)?,
            Self::Admin => admin(project, &staging)?,
        }
        refuse_absolute_paths(project, &staging)?;
        compress(project, &staging)?;
        remove(&folder)?;
        fs::rename(&staging, &folder)?;
        stamp.save(project, self.name(), &folder)
    }
}

fn widget(project: &Project, staging: &Path) -> Result<()> {
    // Not where `trunk serve` keeps its own: it may be running.
    let trunk = project.target.join("trunk-release");
    trunk_build(project, ".", &trunk)?;
    let unhashed = staging.join("assets/unhashed");
    fs::create_dir_all(&unhashed)?;
    optimize::widget(project, &trunk, &unhashed)?;
    // The hook has minified these already.
    for name in stage::STYLES
        .iter()
        .chain(&["clean.js", "purify.js", "english.json"])
    {
        copy(&trunk.join(name), &unhashed.join(name))?;
    }
    for folder in ["backend", "locales", "tools"] {
        copy_folder(&trunk.join(folder), &unhashed.join(folder))?;
    }
    let hash = stamp::hash_of(&unhashed)?;
    fs::rename(&unhashed, staging.join("assets").join(&hash))?;

    for name in ["embed.js", "count.js"] {
        let script = point_to_assets(name, &read(&trunk.join(name))?, &hash)?;
        let pointed = project.tools().join(name);
        fs::write(&pointed, script)?;
        optimize::minify(project, &pointed, &staging.join(name))?;
    }
    optimize::minify(
        project,
        &trunk.join("register.js"),
        &staging.join("register.js"),
    )?;
    fs::write(
        staging.join("index.html"),
        without_trunk_lines(&read(&trunk.join("index.html"))?),
    )?;
    copy(
        &trunk.join("playground.html"),
        &staging.join("playground.html"),
    )?;
    copy_folder(&trunk.join("themes"), &staging.join("themes"))?;
    println!("the widget is in assets/{hash}");
    Ok(())
}

/// The pages of `/admin`: a page, and a folder named by its contents with all that it loads.
fn admin(project: &Project, staging: &Path) -> Result<()> {
    let trunk = project.target.join("trunk-admin-release");
    trunk_build(project, "admin", &trunk)?;
    let unhashed = staging.join("admin/unhashed");
    fs::create_dir_all(&unhashed)?;
    optimize::admin(project, &trunk, &unhashed)?;
    for name in ["admin.css", "purify.js"] {
        copy(&trunk.join(name), &unhashed.join(name))?;
    }
    copy_folder(&trunk.join("locales"), &unhashed.join("locales"))?;
    let hash = stamp::hash_of(&unhashed)?;
    fs::rename(&unhashed, staging.join("admin").join(&hash))?;
    let page = without_trunk_lines(&read(&trunk.join("index.html"))?);
    let page = page.replace("\"./", &format!("\"admin/{hash}/"));
    fs::write(staging.join("admin/index.html"), page)?;
    println!("the pages of /admin are in admin/{hash}");
    Ok(())
}

/// Have Trunk build what the folder's Trunk.toml says.
fn trunk_build(project: &Project, folder: &str, into: &Path) -> Result<()> {
    let mut trunk = project.command("trunk");
    trunk.args(["build", "--release", "--dist"]).arg(into);
    trunk.current_dir(project.root.join(folder));
    trunk.env("XTASK", std::env::current_exe()?);
    flags::set(project, &mut trunk)?;
    // Colours are switched off by any value; Trunk takes "true" and "false" alone.
    trunk.env_remove("NO_COLOR");
    run_command(&mut trunk).context("`cargo xtask setup` installs what Trunk needs")
}

/// A script with the name of the folder that holds the other files.
fn point_to_assets(name: &str, script: &str, hash: &str) -> Result<String> {
    match script.matches(ASSETS_LINE).count() {
        1 => Ok(script.replace(ASSETS_LINE, &format!(r#"const ASSETS = "assets/{hash}/";"#))),
        count => {
            bail!("src/{name} must have the line `{ASSETS_LINE}` once; it has it {count} times")
        }
    }
}

/// The page without Trunk's directives: they mean nothing to a browser.
fn without_trunk_lines(page: &str) -> String {
    page.lines()
        .filter(|line| !line.contains("data-trunk"))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// What is served must not tell where it was built.
fn refuse_absolute_paths(project: &Project, folder: &Path) -> Result<()> {
    let mut private = vec![project.root.clone()];
    private.extend(crate::project::cargo_home());
    private.extend(std::env::var_os("HOME").map(PathBuf::from));
    for file in stamp::files_below(folder)? {
        let bytes = fs::read(&file)?;
        for path in &private {
            let needle = path.as_os_str().as_encoded_bytes();
            if needle.len() > 1 && bytes.windows(needle.len()).any(|window| window == needle) {
                bail!("{} contains the path {}", file.display(), path.display());
            }
        }
    }
    Ok(())
}

/// Put FILE.br and FILE.gz beside each file.
fn compress(project: &Project, folder: &Path) -> Result<()> {
    let mut node = project.command("node");
    node.arg(project.root.join("xtask/npm/compress.mjs"))
        .args(stamp::files_below(folder)?);
    run_quietly(&mut node)
}

/// Swap the folders: whoever serves from dist/ sees the old files or the new ones, never half.
fn put_in_place(project: &Project, staging: &Path) -> Result<()> {
    let dist = project.dist();
    let old = project.root.join(".dist-old");
    remove(&old)?;
    if dist.exists() {
        fs::rename(&dist, &old)?;
    }
    fs::rename(staging, &dist).context("putting dist/ in place")?;
    remove(&old)
}

fn run_quietly(command: &mut std::process::Command) -> Result<()> {
    crate::process::output(command).map(drop)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .map(drop)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}

/// The files of a folder, without its folders.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for file in stage::files(from)? {
        let name = file.file_name().context("a file without a name")?;
        copy(&file, &to.join(name))?;
    }
    Ok(())
}

/// The files of a folder and of its folders.
fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for file in stamp::files_below(from)? {
        let file_there = to.join(file.strip_prefix(from)?);
        if let Some(folder) = file_there.parent() {
            fs::create_dir_all(folder)?;
        }
        copy(&file, &file_there)?;
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn empty(folder: &Path) -> Result<()> {
    remove(folder)?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_points_to_the_hashed_folder() {
        let loader =
            point_to_assets("embed.js", "a;\nconst ASSETS = \"./\";\nb;\n", "c0ffee").unwrap();
        assert_eq!(loader, "a;\nconst ASSETS = \"assets/c0ffee/\";\nb;\n");
    }

    #[test]
    fn a_loader_without_its_line_or_with_two_is_refused() {
        assert!(point_to_assets("embed.js", "const ASSETS = './';", "c0ffee").is_err());
        assert!(point_to_assets("embed.js", &ASSETS_LINE.repeat(2), "c0ffee").is_err());
    }

    #[test]
    fn the_page_loses_trunks_lines_alone() {
        let page = "<head>\n<link data-trunk rel=\"rust\">\n<title>x</title>\n</head>\n";
        assert_eq!(
            without_trunk_lines(page),
            "<head>\n<title>x</title>\n</head>\n"
        );
    }
}
