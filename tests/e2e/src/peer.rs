//! Comment servers of others, the real ones: `cargo xtask setup --tests` installs them.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::process::Process;
use crate::server::target;
use crate::site::{Reply, Site};
use crate::wait::until;

const MISSING: &str = "`cargo xtask setup --tests` installs it";

/// Where they are installed.
fn installed(name: &str) -> PathBuf {
    target().join("tools/peers").join(name)
}

/// An address that a program tells.
fn served(line: &str) -> Option<String> {
    let (_, address) = line.split_once("serves ")?;
    Some(address.trim().to_owned())
}

/// Isso, with a database of its own.
#[derive(Debug)]
pub struct Isso {
    url: String,
    _process: Process,
    _home: TempDir,
}

impl Isso {
    /// One that takes comments from pages of that origin. `more` is what else its configuration has.
    ///
    /// # Errors
    /// When it isn't installed, or doesn't start.
    pub fn start(origin: &str, more: &str) -> Result<Self> {
        let home = tempfile::tempdir()?;
        let configuration = home.path().join("isso.cfg");
        let database = home.path().join("comments.db");
        fs::write(
            &configuration,
            format!(
                "[general]\ndbpath = {}\nhost = {origin}\nnotify = stdout\n\
                 [guard]\nenabled = true\nratelimit = 100\ndirect-reply = 100\nreply-to-self = true\n\
                 {more}\n",
                database.display()
            ),
        )?;
        let mut isso = Command::new(installed("isso").join("bin/python"));
        isso.arg("-c").arg(include_str!("peer/isso.py"));
        isso.arg(&configuration).current_dir(home.path());
        let (process, url) = Process::start(isso, MISSING, served).context("Isso did not start")?;
        Ok(Self {
            url,
            _process: process,
            _home: home,
        })
    }

    /// Its address, for `data-api`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Somebody of another network comments on a page: Isso counts votes by networks.
    ///
    /// # Errors
    /// When Isso refuses it.
    pub async fn somebody_says(&self, page: &str, author: &str, text: &str) -> Result<()> {
        let elsewhere = reqwest::Client::builder()
            .local_address(std::net::IpAddr::from([127, 5, 0, 1]))
            .build()?;
        let comment = serde_json::json!({ "author": author, "text": text, "title": "An article" });
        let answer = elsewhere
            .post(format!("{}/new", self.url))
            .query(&[("uri", page)])
            .json(&comment)
            .send()
            .await?;
        answer.error_for_status().context("Isso took no comment")?;
        Ok(())
    }
}

/// Waline, with a database of its own.
#[derive(Debug)]
pub struct Waline {
    url: String,
    _process: Process,
    _home: TempDir,
    /// Asked which accounts of others one can sign in with: none.
    _accounts: Site,
}

impl Waline {
    /// One that takes comments from pages of this machine.
    ///
    /// # Errors
    /// When it isn't installed, or doesn't start.
    pub async fn start() -> Result<Self> {
        let home = tempfile::tempdir()?;
        let script = home.path().join("waline.js");
        fs::write(&script, include_str!("peer/waline.js"))?;
        let accounts = Site::start().await?;
        accounts.serve("/", Reply::json(r#"{"services":[]}"#));
        // It takes no port of the system's choice, but one that the system has just given away.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut waline = Command::new("node");
        waline.arg(&script).arg(port.to_string());
        waline.arg(installed("waline")).arg(home.path());
        waline.envs([
            ("JWT_TOKEN", "secret of the tests"),
            ("AKISMET_KEY", "false"),
            ("IPQPS", "0"),
            ("SITE_NAME", "Slow news"),
            ("SITE_URL", "http://127.0.0.1"),
            ("SECURE_DOMAINS", "127.0.0.1,localhost"),
        ]);
        waline.env("OAUTH_URL", accounts.url("/"));
        waline.env("SQLITE_PATH", home.path());
        let ready = |line: &str| line.contains("Server running").then_some(());
        let (process, ()) =
            Process::start(waline, MISSING, ready).context("Waline did not start")?;
        // It says so a moment too early.
        until("Waline", || async {
            let connected = TcpStream::connect(("127.0.0.1", port)).await;
            Ok(connected.is_ok().then_some(()))
        })
        .await?;
        Ok(Self {
            url: format!("http://127.0.0.1:{port}"),
            _process: process,
            _home: home,
            _accounts: accounts,
        })
    }

    /// Its address, for `data-api`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Somebody without an account comments on a page.
    ///
    /// # Errors
    /// When Waline refuses it.
    pub async fn somebody_says(&self, page: &str, text: &str) -> Result<()> {
        let comment = serde_json::json!({
            "comment": text, "url": page, "nick": "Ada", "mail": "", "link": "", "ua": "",
        });
        let request = reqwest::Client::new().post(format!("{}/api/comment", self.url));
        let request = request.header("Origin", "http://127.0.0.1").json(&comment);
        let answer = request.send().await?.text().await?;
        anyhow::ensure!(answer.contains(r#""errno":0"#), "Waline says {answer}");
        Ok(())
    }

    /// Somebody registers an account.
    ///
    /// # Errors
    /// When Waline refuses it.
    pub async fn registers(&self, name: &str, email: &str, password: &str) -> Result<()> {
        let account = serde_json::json!({
            "display_name": name, "email": email, "password": password, "url": "",
        });
        let request = reqwest::Client::new().post(format!("{}/api/user", self.url));
        let request = request.header("Origin", "http://127.0.0.1").json(&account);
        let answer = request.send().await?.text().await?;
        anyhow::ensure!(answer.contains(r#""errno":0"#), "Waline says {answer}");
        Ok(())
    }
}
