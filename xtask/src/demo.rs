//! `cargo xtask demo`: from a fresh checkout to an article with its comments.

use crate::project::Project;
use crate::steps::seconds;
use crate::{server, setup};
use anyhow::{Context, Result, bail};
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// Where `trunk serve` looks for the server too.
const PORT: u16 = 8080;

/// `cargo xtask demo`
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The port to serve on; without it 8080, or a free one when that is taken
    #[arg(long)]
    port: Option<u16>,
    /// The SQLite file that keeps the comments [default: target/demo/afterword.sqlite]
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// Begin with the article's own comments alone: what the database had is deleted
    #[arg(long)]
    fresh: bool,
}

/// Build all of it, then become the server.
pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    let started = Instant::now();
    setup::run(project, &setup::Options::without_tests())?;
    let program = server::build(project)?;
    println!("\nready to serve after {}", seconds(started.elapsed()));

    let database = database(project, options)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, choose_port(options.port)?));
    announce_when_ready(project, address)?;
    let mut server = project.command(program);
    server.args([
        "serve",
        "--demo",
        "--listen",
        &address.to_string(),
        "--database-url",
    ]);
    server.arg(format!("sqlite://{}", database.display()));
    Err(replace_by(server))
}

/// Become the program: signals, Ctrl-C among them, are then its own affair.
#[cfg(unix)]
fn replace_by(mut command: Command) -> anyhow::Error {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    anyhow::Error::new(error).context(crate::process::describe(&command))
}

/// Where a process can't become another: stay, and end with it.
#[cfg(not(unix))]
fn replace_by(mut command: Command) -> anyhow::Error {
    match command.status() {
        Ok(status) => anyhow::anyhow!("the server ended: {status}"),
        Err(error) => anyhow::Error::new(error).context(crate::process::describe(&command)),
    }
}

fn database(project: &Project, options: &Options) -> Result<PathBuf> {
    let ours = || project.target.join("demo/afterword.sqlite");
    let database = options
        .database
        .as_ref()
        .map_or_else(ours, |file| project.root.join(file));
    if let Some(folder) = database.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    if options.fresh {
        // SQLite's write-ahead log belongs to the database: left behind it would be replayed.
        for suffix in ["", "-wal", "-shm"] {
            delete(&with_suffix(&database, suffix))?;
        }
    }
    Ok(database)
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn delete(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot delete {}", file.display()))
        }
        _ => Ok(()),
    }
}

fn choose_port(wanted: Option<u16>) -> Result<u16> {
    let free =
        |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|taken| taken.local_addr());
    match (free(wanted.unwrap_or(PORT)), wanted) {
        (Ok(address), _) => Ok(address.port()),
        (Err(error), Some(port)) => bail!("cannot serve on port {port}: {error}"),
        (Err(error), None) => {
            let other = free(0).context("no port is free")?.port();
            println!("port {PORT} can't be had ({error}); taking {other}");
            Ok(other)
        }
    }
}

/// `cargo xtask announce`
#[derive(clap::Args)]
pub(crate) struct Announcement {
    address: SocketAddr,
}

/// This process is about to become the server, so another one waits for it.
fn announce_when_ready(project: &Project, address: SocketAddr) -> Result<()> {
    let mut announcer = project.command(env::current_exe()?);
    announcer.arg("announce").arg(address.to_string());
    announcer
        .spawn()
        .map(drop)
        .context("cannot start the program that prints the address")
}

/// Wait until the server says that it is ready, then print the address to open.
pub(crate) fn announce(announcement: &Announcement) -> Result<()> {
    let started = Instant::now();
    let server = parent();
    while !is_ready(announcement.address) {
        if parent() != server {
            // It ended, and has said why.
            return Ok(());
        }
        if started.elapsed() > Duration::from_secs(60) {
            bail!("the server does not answer on {}", announcement.address);
        }
        thread::sleep(Duration::from_millis(50));
    }
    // Its first lines of log stand above this one.
    println!(
        "\nAfterword is at http://{}/ (Ctrl-C stops it)",
        announcement.address
    );
    Ok(())
}

/// The process that started this one, while it runs.
#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

/// Where a parent can't be told from another.
#[cfg(not(unix))]
fn parent() -> u32 {
    0
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(
            stream,
            "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.take(4096).read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| says_ok(&answer))
}

fn says_ok(answer: &str) -> bool {
    answer.split_whitespace().nth(1) == Some("200")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_is_not_taken_twice() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = choose_port(Some(port)).unwrap_err().to_string();
        assert!(error.contains(&port.to_string()), "{error}");
        drop(taken);
        assert_eq!(choose_port(Some(port)).unwrap(), port);
    }

    #[test]
    fn only_a_200_is_ready() {
        assert!(says_ok("HTTP/1.1 200 OK\r\n\r\n"));
        assert!(!says_ok("HTTP/1.1 503 Service Unavailable\r\n\r\n"));
        assert!(!says_ok(""));
    }

    #[test]
    fn the_log_of_a_database_is_named_after_it() {
        assert_eq!(
            with_suffix(Path::new("/x/a.sqlite"), "-wal"),
            Path::new("/x/a.sqlite-wal")
        );
    }
}
