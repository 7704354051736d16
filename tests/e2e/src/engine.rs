//! The browser engines, and how each is started.

use std::fmt;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::process::Process;

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Blink and V8, as in Chrome and Edge.
    Chromium,
    /// Gecko.
    Firefox,
    /// WebKit, as in Safari and in all browsers of an iPhone. Here in its GTK port.
    WebKit,
}

/// What a reader has set in the browser or the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// A dark colour scheme.
    pub dark: bool,
    /// As little motion as possible.
    pub reduced_motion: bool,
    /// The system's few colours instead of a page's. WebKit has no such thing.
    pub forced_colors: bool,
    /// A screen with two dots to each pixel. Chromium alone.
    pub fine_screen: bool,
    /// The developer tools' network panel: the driver's log `performance` tells what was loaded.
    /// Chromium alone.
    pub network_log: bool,
    /// No scripts of pages. The driver's own still run, but for what they would wait for: timers,
    /// events, and in Firefox promises.
    pub no_scripts: bool,
}

/// Where Debian's package puts WebKit's small browser.
const MINI_BROWSER: &str = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

impl Engine {
    /// Every engine.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// The engines to test in: all, or those that `AFTERWORD_BROWSERS` names.
    ///
    /// # Errors
    /// When it names none that there is.
    pub fn chosen() -> Result<Vec<Self>> {
        let Ok(names) = std::env::var("AFTERWORD_BROWSERS") else {
            return Ok(Self::ALL.to_vec());
        };
        names
            .split(',')
            .map(str::trim)
            .map(|name| {
                Self::ALL.into_iter().find(|engine| engine.name() == name).with_context(|| {
                    format!("AFTERWORD_BROWSERS has \"{name}\"; it can have chromium, firefox and webkit, with commas between them")
                })
            })
            .collect()
    }

    /// Its name in those of the tests.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// Starts its driver, and gives the driver's address. What driver and browser leave on disk
    /// is in `home`.
    pub(crate) fn start_driver(
        self,
        preferences: Preferences,
        home: &Path,
        display: Option<u32>,
    ) -> Result<(Process, String)> {
        let (mut command, missing) = match self {
            Self::Chromium => {
                let mut command = Command::new("chromedriver");
                // The one that it chooses itself is free on ::1, and may be taken on 127.0.0.1.
                let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
                command.arg(format!("--port={port}"));
                (command, "install the packages chromium and chromium-driver")
            }
            Self::Firefox => {
                let mut command = Command::new("geckodriver");
                command.args([
                    "--port=0",
                    "--websocket-port=0",
                    "--log=info",
                    "--profile-root",
                ]);
                command.arg(home);
                (
                    command,
                    "run `cargo xtask setup`, or install geckodriver and Firefox",
                )
            }
            Self::WebKit => {
                let mut command = Command::new("WebKitWebDriver");
                // It can neither choose a port nor say which one it has: the kernel lends one.
                let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
                command.arg(format!("--port={port}"));
                command.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
                let display = display.context("WebKit needs a display")?;
                command.env("DISPLAY", format!(":{display}"));
                self.write_gtk_settings(preferences, home)?;
                return start_silent(command, port, home);
            }
        };
        command.env("TMPDIR", home).env("HOME", home);
        let (process, port) = Process::start(command, missing, |line| {
            // "ChromeDriver was started successfully on port 43127." and
            // "1732412345678 geckodriver INFO Listening on 127.0.0.1:43127".
            let port = line
                .split_once("successfully on port ")
                .or_else(|| line.split_once("Listening on 127.0.0.1:"))?
                .1;
            port.trim_end_matches('.').parse::<u16>().ok()
        })?;
        Ok((process, format!("http://127.0.0.1:{port}")))
    }

    /// The capabilities of a new session.
    pub(crate) fn capabilities(self, preferences: Preferences, home: &Path) -> Result<Value> {
        Ok(match self {
            Self::Chromium => {
                let mut args = vec![
                    "--headless".to_owned(),
                    // As root, in a container, without a graphics card, and silent.
                    "--no-sandbox".to_owned(),
                    "--disable-dev-shm-usage".to_owned(),
                    "--disable-gpu".to_owned(),
                    "--disable-quic".to_owned(),
                    "--no-first-run".to_owned(),
                    "--disable-background-networking".to_owned(),
                    "--disable-component-update".to_owned(),
                    "--disable-sync".to_owned(),
                    "--hide-scrollbars".to_owned(),
                    "--lang=en-US".to_owned(),
                    format!("--user-data-dir={}", home.join("profile").display()),
                ];
                let settings = [
                    (preferences.dark, "preferredColorScheme=0"),
                    (preferences.no_scripts, "scriptEnabled=false"),
                ];
                let settings: Vec<_> = settings.iter().filter(|it| it.0).map(|it| it.1).collect();
                if !settings.is_empty() {
                    args.push(format!("--blink-settings={}", settings.join(",")));
                }
                if preferences.fine_screen {
                    args.push("--force-device-scale-factor=2".to_owned());
                }
                if preferences.forced_colors {
                    args.push("--force-high-contrast".to_owned());
                }
                if preferences.reduced_motion {
                    args.push("--force-prefers-reduced-motion".to_owned());
                }
                let log = if preferences.network_log {
                    "ALL"
                } else {
                    "OFF"
                };
                json!({
                    "browserName": "chrome",
                    "goog:chromeOptions": { "args": args },
                    "goog:loggingPrefs": { "performance": log },
                })
            }
            Self::Firefox => json!({
                "browserName": "firefox",
                "moz:firefoxOptions": {
                    "args": ["-headless"],
                    "prefs": {
                        "intl.accept_languages": "en-US",
                        "ui.systemUsesDarkTheme": i32::from(preferences.dark),
                        "layout.css.prefers-color-scheme.content-override": if preferences.dark { 0 } else { 1 },
                        "ui.prefersReducedMotion": i32::from(preferences.reduced_motion),
                        "browser.display.document_color_use": if preferences.forced_colors { 2 } else { 0 },
                        // Tab reaches links and buttons, as everywhere but on a Mac.
                        "accessibility.tabfocus": 7,
                        "javascript.enabled": !preferences.no_scripts,
                    },
                },
            }),
            Self::WebKit => {
                if !Path::new(MINI_BROWSER).exists() {
                    bail!("{MINI_BROWSER} is missing: install the package webkit2gtk-driver");
                }
                let mut args = vec!["--automation"];
                if preferences.dark {
                    args.push("--dark-mode");
                }
                if preferences.no_scripts {
                    args.push("--enable-javascript=false");
                }
                json!({
                    "browserName": "MiniBrowser",
                    "webkitgtk:browserOptions": { "binary": MINI_BROWSER, "args": args },
                })
            }
        })
    }

    /// WebKit's GTK port takes a reader's preference of motion from GTK's.
    fn write_gtk_settings(self, preferences: Preferences, home: &Path) -> Result<()> {
        let folder = home.join("config/gtk-3.0");
        std::fs::create_dir_all(&folder)?;
        let settings = format!(
            "[Settings]\ngtk-enable-animations={}\n",
            !preferences.reduced_motion
        );
        Ok(std::fs::write(folder.join("settings.ini"), settings)?)
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Starts WebKit's driver, which says nothing when it is ready: the session's first try tells.
fn start_silent(mut command: Command, port: u16, home: &Path) -> Result<(Process, String)> {
    command
        .env("TMPDIR", home)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("XDG_DATA_HOME", home.join("data"))
        .env("LANG", "C.UTF-8")
        .env("LANGUAGE", "en");
    let process = Process::start_silent(command, "install the package webkit2gtk-driver")?;
    Ok((process, format!("http://127.0.0.1:{port}")))
}
