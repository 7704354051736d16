//! The comment server, as its owner runs it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::process::Process;
use crate::smtp::Smtp;
use crate::traces;

/// What a story sets otherwise than usual: environment variables, with their values.
pub type ServerOptions = Vec<(&'static str, String)>;

/// A server with a database of its own.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    process: Option<Process>,
    folder: TempDir,
    options: ServerOptions,
    arguments: &'static [&'static str],
}

/// The folder of the whole project.
pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where Cargo builds.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(target) => project().join(target),
        None => project().join("target"),
    }
}

fn program() -> PathBuf {
    std::env::var_os("AFTERWORD_SERVER_BIN")
        .map_or_else(|| target().join("debug/afterword-server"), PathBuf::from)
}

impl Server {
    /// Starts it, on a port that the kernel chooses.
    ///
    /// # Errors
    /// When it or the widget isn't built, or when it doesn't start.
    pub fn start(options: ServerOptions) -> Result<Self> {
        Self::start_with(options, &["serve"])
    }

    /// Starts one that sends mails by that server, at once.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn mailing(smtp: &Smtp) -> Result<Self> {
        let mut server = Self::start(vec![
            ("AFTERWORD_SMTP_URL", smtp.url()),
            (
                "AFTERWORD_MAIL_FROM",
                "The blog <blog@example.org>".to_owned(),
            ),
            ("AFTERWORD_MAIL_DELAY", "0".to_owned()),
            // For the first start, which finds out the port.
            ("AFTERWORD_PUBLIC_URL", "http://127.0.0.1".to_owned()),
        ])?;
        server.set("AFTERWORD_PUBLIC_URL", &server.url());
        server.kill();
        server.start_again()?;
        Ok(server)
    }

    /// Starts it with the demo article and its comments.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn demo() -> Result<Self> {
        Self::start_with(Vec::new(), &["serve", "--demo"])
    }

    fn start_with(options: ServerOptions, arguments: &'static [&'static str]) -> Result<Self> {
        ensure!(
            project().join("dist/embed.js").exists(),
            "dist/ isn't built: run `cargo xtask dist` first, or `cargo xtask test`, which does"
        );
        let folder = traces::folder()?;
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Self {
            address: anywhere,
            process: None,
            folder,
            options,
            arguments,
        };
        server.start_again()?;
        Ok(server)
    }

    /// Its address, as a reader's browser sees it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its address, as the network sees it.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has taken of the processors' time so far.
    ///
    /// # Errors
    /// When it isn't running.
    pub fn work(&self) -> Result<Duration> {
        let process = self.process.as_ref().context("it isn't running")?;
        process.work()
    }

    /// Stops it in good order.
    ///
    /// # Errors
    /// When it doesn't end, or ends with an error.
    pub fn stop(&mut self) -> Result<()> {
        if let Some(mut process) = self.process.take() {
            let status = process.terminate()?;
            ensure!(
                status.success(),
                "the server ended with {status}:\n{}",
                process.output()
            );
        }
        Ok(())
    }

    /// Makes it slow without end: it takes requests, and doesn't answer until it is resumed.
    pub fn pause(&self) {
        if let Some(process) = &self.process {
            process.pause();
        }
    }

    /// Lets it answer what it was asked meanwhile.
    pub fn resume(&self) {
        if let Some(process) = &self.process {
            process.resume();
        }
    }

    /// Pulls the plug.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Sets something otherwise, from the next start on.
    pub fn set(&mut self, name: &'static str, value: &str) {
        self.options.push((name, value.to_owned()));
    }

    /// Starts it again after that: same port, same database.
    ///
    /// # Errors
    /// When it doesn't start.
    pub fn start_again(&mut self) -> Result<()> {
        let mut command = Command::new(program());
        command
            .args(self.arguments)
            .current_dir(project())
            .env("AFTERWORD_LISTEN", self.address.to_string())
            .env("AFTERWORD_DATABASE_URL", self.database_url())
            .env("AFTERWORD_ORIGINS", "*")
            // All readers of a story have one address.
            .env("AFTERWORD_WRITES_PER_MINUTE", "0")
            // Readers are asked before they delete, unless a story is about taking that back.
            .env("AFTERWORD_UNDO_WINDOW", "0")
            .env("AFTERWORD_READS_PER_MINUTE", "0")
            // What a story does in a moment takes people minutes.
            .env("AFTERWORD_SPAM", "off")
            .envs(self.options.iter().map(|(name, value)| (name, value)));
        let missing =
            "build it by `cargo build -p afterword-server`, or name it by AFTERWORD_SERVER_BIN";
        let (process, address) = Process::start(command, missing, |line| {
            let (_, rest) = line.split_once("listening on http://")?;
            rest.split_whitespace()
                .next()?
                .trim_end_matches('/')
                .parse()
                .ok()
        })?;
        self.address = address;
        self.process = Some(process);
        Ok(())
    }

    /// Posts a comment past all browsers, and gives its id.
    ///
    /// # Errors
    /// When the server doesn't take it.
    pub async fn has_comment(
        &self,
        page: &str,
        author: Option<&str>,
        text: &str,
        parent: Option<&str>,
    ) -> Result<String> {
        let created = self.takes(page, author, text, parent).await?;
        Ok(created.comment.id)
    }

    /// The same, and gives what its author is given.
    ///
    /// # Errors
    /// When the server doesn't take it.
    pub async fn takes(
        &self,
        page: &str,
        author: Option<&str>,
        text: &str,
        parent: Option<&str>,
    ) -> Result<afterword_protocol::Created> {
        let comment = afterword_protocol::NewComment {
            page: page.to_owned(),
            parent: parent.map(str::to_owned),
            author: author.map(str::to_owned),
            text: text.to_owned(),
            ..afterword_protocol::NewComment::default()
        };
        let answer = reqwest::Client::new()
            .post(format!(
                "{}{}/comments",
                self.url(),
                afterword_protocol::API_PREFIX
            ))
            .json(&comment)
            .send()
            .await?;
        let status = answer.status();
        let body = answer.text().await?;
        ensure!(
            status.as_u16() == 201,
            "the server answered {status}: {body}"
        );
        serde_json::from_str(&body).with_context(|| body.clone())
    }

    /// Has the author of a comment change it past all browsers.
    ///
    /// # Errors
    /// When the server doesn't take it.
    pub async fn edits(&self, created: &afterword_protocol::Created, text: &str) -> Result<()> {
        let request = reqwest::Client::new().patch(self.comment(&created.comment.id));
        let request = request.json(&serde_json::json!({ "text": text }));
        let request = request.bearer_auth(&created.edit_token);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Has the author of a comment delete it past all browsers.
    ///
    /// # Errors
    /// When the server doesn't take it.
    pub async fn deletes(&self, created: &afterword_protocol::Created) -> Result<()> {
        let request = reqwest::Client::new().delete(self.comment(&created.comment.id));
        let request = request.bearer_auth(&created.edit_token);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    fn comment(&self, id: &str) -> String {
        let prefix = afterword_protocol::API_PREFIX;
        format!("{}{prefix}/comments/{id}", self.url())
    }

    /// A page's thread as HTML, for pages that include it.
    ///
    /// # Errors
    /// When the server doesn't give it.
    pub async fn thread_html(&self, page: &str) -> Result<String> {
        let url = format!("{}/api/v1/thread.html", self.url());
        let request = reqwest::Client::new().get(url).query(&[("page", page)]);
        Ok(request.send().await?.error_for_status()?.text().await?)
    }

    /// What its owner reads of reports.
    ///
    /// # Errors
    /// When the program fails.
    pub fn reports(&self) -> Result<String> {
        let output = Command::new(program())
            .arg("reports")
            .env("AFTERWORD_DATABASE_URL", self.database_url())
            .output()?;
        ensure!(output.status.success(), "{output:?}");
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Its owner runs the program with these words, and types that.
    ///
    /// # Errors
    /// When it fails.
    pub fn runs(&self, words: &[&str], typed: &str) -> Result<String> {
        let mut command = Command::new(program());
        command
            .args(words)
            .env("AFTERWORD_DATABASE_URL", self.database_url())
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        let mut running = command.spawn()?;
        if let Some(mut input) = running.stdin.take() {
            std::io::Write::write_all(&mut input, typed.as_bytes())?;
        }
        let output = running.wait_with_output()?;
        ensure!(output.status.success(), "{output:?}");
        Ok(String::from_utf8(output.stdout)?)
    }

    /// A moderator's call, in the session of that token; empty for none.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn admin(
        &self,
        token: &str,
        path: &str,
        body: serde_json::Value,
    ) -> Result<serde_json::Value> {
        let prefix = afterword_protocol::API_PREFIX;
        let url = format!("{}{prefix}/admin{path}", self.url());
        let request = reqwest::Client::new().post(url).json(&body);
        let answer = request.bearer_auth(token).send().await?;
        let status = answer.status();
        let body = answer.text().await?;
        ensure!(status.is_success(), "the server answered {status}: {body}");
        Ok(serde_json::from_str(&body)?)
    }

    /// What a moderator asks, in the session of that token.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn asks(&self, token: &str, path: &str) -> Result<serde_json::Value> {
        let prefix = afterword_protocol::API_PREFIX;
        let url = format!("{}{prefix}/admin{path}", self.url());
        let request = reqwest::Client::new().get(url).bearer_auth(token);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// What it has for a page.
    ///
    /// # Errors
    /// When it doesn't answer.
    pub async fn thread(&self, page: &str) -> Result<afterword_protocol::CommentList> {
        let answer = reqwest::Client::new()
            .get(format!(
                "{}{}/comments",
                self.url(),
                afterword_protocol::API_PREFIX
            ))
            .query(&[("page", page)])
            .send()
            .await?
            .error_for_status()?;
        Ok(answer.json().await?)
    }

    /// The program, on this server's database.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(program());
        command
            .env("AFTERWORD_DATABASE_URL", self.database_url())
            .current_dir(project());
        command
    }

    /// Has all sessions of moderators opened a quarter of an hour earlier than they were.
    ///
    /// # Errors
    /// When there is no Python, or the database is not there.
    pub fn ages_sessions(&self) -> Result<()> {
        let script = "import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=20) as database:
    database.execute('UPDATE session SET created = created - 900000')";
        let database = self.folder.path().join("comments.sqlite");
        let mut command = Command::new("python3");
        let status = command.args(["-c", script]).arg(database).status()?;
        anyhow::ensure!(status.success(), "{status}");
        Ok(())
    }

    fn database_url(&self) -> String {
        format!(
            "sqlite:{}",
            self.folder.path().join("comments.sqlite").display()
        )
    }
}
