//! Browsers, started when they are first asked for and lent from one test to the next.

use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use serde_json::Value;
use tempfile::TempDir;
use thirtyfour::{Capabilities, WebDriver};

use crate::engine::{Engine, Preferences};
use crate::process::Process;
use crate::reader::Reader;
use crate::traces;
use crate::wait::until;

/// A browser of its own profile with its driver.
#[derive(Debug)]
pub(crate) struct Browser {
    // In this order: the session ends before its driver, the driver before its display, and both
    // before their files go.
    pub(crate) driver: WebDriver,
    _process: Process,
    _display: Option<Process>,
    _home: TempDir,
    pub(crate) engine: Engine,
    pub(crate) preferences: Preferences,
}

impl Browser {
    async fn start(engine: Engine, preferences: Preferences) -> Result<Self> {
        let home = traces::folder()?;
        let (display, number) = display(engine)?.unzip();
        let (process, address) = engine.start_driver(preferences, home.path(), number)?;
        let socket = address.trim_start_matches("http://");
        until("the browser's driver to listen", || async move {
            tokio::net::TcpStream::connect(socket).await?;
            Ok(Some(()))
        })
        .await
        .with_context(|| process.output())?;
        let capabilities = engine.capabilities(preferences, home.path())?;
        let Value::Object(capabilities) = capabilities else {
            unreachable!("capabilities are an object");
        };
        // WebKit's driver closes a connection now and then just when the next command comes by it.
        let client = reqwest::Client::builder()
            .pool_max_idle_per_host(0)
            .build()?;
        let driver = WebDriver::builder(address, Capabilities::from(capabilities))
            .client(client)
            .connect()
            .await
            .with_context(|| format!("{engine} did not start:\n{}", process.output()))?;
        let browser = Self {
            driver,
            _process: process,
            _display: display,
            _home: home,
            engine,
            preferences,
        };
        browser.reset().await?;
        Ok(browser)
    }

    /// One empty window of the usual size, where the pages that are left have nothing stored: each
    /// test has new ports, but the kernel may give out one that an ended test had.
    async fn reset(&self) -> Result<()> {
        let windows = self.driver.windows().await?;
        let (kept, others) = windows.split_first().context("the browser has no window")?;
        for other in others {
            self.driver.switch_to_window(other.clone()).await?;
            self.forget().await;
            self.driver.close_window().await?;
        }
        self.driver.switch_to_window(kept.clone()).await?;
        self.forget().await;
        self.driver.goto("about:blank").await?;
        self.driver.set_window_rect(0, 0, 1000, 900).await?;
        Ok(())
    }

    /// Empties the stores of the page. One that allows none, or shows an error, has nothing.
    async fn forget(&self) {
        let script = "try { sessionStorage.clear(); localStorage.clear(); } catch {}";
        let _ = self.driver.execute(script, Vec::new()).await;
        // Some servers of others set cookies, which all ports of a host share.
        let _ = self.driver.delete_all_cookies().await;
    }

    async fn close(self) {
        // A browser that doesn't want to go is killed with its driver.
        let _ = self.driver.quit().await;
    }
}

/// The browsers that no test uses just now.
#[derive(Debug, Default)]
pub struct Pool {
    idle: Mutex<Vec<Browser>>,
}

impl Pool {
    /// None yet.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// A reader outside of any story, with a browser that ends with them.
    ///
    /// # Errors
    /// When the browser doesn't start.
    pub async fn reader(&self, engine: Engine, preferences: Preferences) -> Result<Reader> {
        let browser = self.take(engine, preferences).await?;
        Ok(Reader::new(Arc::new(browser)))
    }

    /// A browser that nobody else uses.
    pub(crate) async fn take(&self, engine: Engine, preferences: Preferences) -> Result<Browser> {
        let idle = {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.iter()
                .position(|it| it.engine == engine && it.preferences == preferences)
                .map(|index| idle.swap_remove(index))
        };
        match idle {
            Some(browser) => Ok(browser),
            None => Browser::start(engine, preferences).await,
        }
    }

    /// Takes a browser back, unless it is no good any more.
    pub(crate) async fn give_back(&self, browser: Browser) {
        if browser.reset().await.is_ok() {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(browser);
        }
    }

    /// Closes all of them.
    pub async fn close(&self) {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for browser in idle {
            browser.close().await;
        }
    }
}

/// WebKit's small browser knows no headless mode: it gets a display that nobody sees. One for each,
/// because of several windows on a display only one has the focus.
fn display(engine: Engine) -> Result<Option<(Process, u32)>> {
    if engine != Engine::WebKit {
        return Ok(None);
    }
    let mut xvfb = Command::new("Xvfb");
    // The pointer begins in the middle of the screen, and whatever window it is in has the focus.
    xvfb.args([
        "-displayfd",
        "1",
        "-screen",
        "0",
        "1400x1600x24",
        "-nolisten",
        "tcp",
    ]);
    Process::start(xvfb, "install the package xvfb", |line| {
        line.trim().parse().ok()
    })
    .map(Some)
}
