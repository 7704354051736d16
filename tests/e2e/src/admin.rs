//! Somebody who looks after comments, on the server's own pages.

use std::process::Command;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::reader::Reader;
use crate::server::Server;
use crate::wait::until;

/// The password of everybody whom a story knows.
pub const PASSWORD: &str = "correct horse battery";

const PROBE: &str = include_str!("probe.js");

impl Server {
    /// Adds somebody who looks after comments: `owner`, `moderator@blog`, ...
    ///
    /// # Errors
    /// When the program fails.
    pub fn has_user(&self, name: &str, role: &str) -> Result<()> {
        let mut command = self.command();
        command.args(["user", "add", name, "--role", role]);
        run(command, &format!("{PASSWORD}\n"))
    }

    /// Sets something of a site: `policy=held`.
    ///
    /// # Errors
    /// When the program fails.
    pub fn site(&self, arguments: &[&str]) -> Result<()> {
        let mut command = self.command();
        command.arg("site").args(arguments);
        run(command, "")
    }
}

/// What is pressed, by its name; in a dialog if one is open.
const BY_NAME: &str = "const [selector, label] = argument;
    const dialog = all('dialog[open]', document).at(-1);
    const scope = dialog ?? (selector ? document.querySelector(selector) : document);
    return scope && all('button, a, summary, label', scope).find(
        (it) => visible(it) && (say(it) === label || it.getAttribute('aria-label') === label));";

fn run(mut command: Command, input: &str) -> Result<()> {
    use std::io::Write;
    use std::process::Stdio;
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "{output:?}");
    Ok(())
}

impl Reader {
    /// Opens a place of the server's pages for moderators, and signs in there.
    ///
    /// # Errors
    /// When one can't.
    pub async fn signs_in(&self, server: &Server, name: &str, place: &str) -> Result<()> {
        self.signs_in_at(&server.url(), name, place).await
    }

    /// The same where the server has that address.
    ///
    /// # Errors
    /// When one can't.
    pub async fn signs_in_at(&self, server: &str, name: &str, place: &str) -> Result<()> {
        self.goes_to(&format!("{server}/admin{place}")).await?;
        let field = "input[autocomplete~=username]";
        self.admin_finds(field).await?;
        // Their policy lets no script of ours into the pages; a driver's runs nevertheless.
        self.run(PROBE, json!(null)).await?;
        self.admin_types(field, name).await?;
        self.admin_types("input[type=password]", PASSWORD).await?;
        self.admin_clicks("Sign in").await?;
        self.admin_finds(".frame h1").await
    }

    /// Waits until a selector finds something that is seen.
    ///
    /// # Errors
    /// When it finds nothing.
    pub async fn admin_finds(&self, selector: &str) -> Result<()> {
        let script = format!("return all({selector:?}, document).some(visible);");
        self.finds(selector, &script).await
    }

    /// Waits until it is shown what was done: the server has done it.
    ///
    /// # Errors
    /// When it isn't.
    pub async fn admin_is_shown(&self, words: &str) -> Result<()> {
        let script = format!("return say(document.querySelector('.toast p')).includes({words:?});");
        self.finds(&format!("it to be shown: {words}"), &script)
            .await
    }

    /// Waits until those words are seen.
    ///
    /// # Errors
    /// When they don't come.
    pub async fn admin_sees(&self, words: &str) -> Result<()> {
        let last = std::cell::RefCell::new(String::new());
        until(&format!("the words \"{words}\""), || async {
            let view: String = self
                .ask(
                    "return document.body.innerText.replace(/\\s+/g, ' ');",
                    json!(null),
                )
                .await?;
            let is_there = view.contains(words);
            *last.borrow_mut() = view;
            Ok(is_there.then_some(()))
        })
        .await
        .map_err(|error| error.context(format!("in view is: {}", last.borrow())))
    }

    /// Waits until those words are said to assistive technology.
    ///
    /// # Errors
    /// When they aren't.
    pub async fn admin_hears(&self, words: &str) -> Result<()> {
        let script = format!("return say(document.getElementById('said')).includes({words:?});");
        self.finds(&format!("it to be said: {words}"), &script)
            .await
    }

    /// Replaces what stands in a field.
    ///
    /// # Errors
    /// When there is none.
    pub async fn admin_types(&self, selector: &str, text: &str) -> Result<()> {
        let script = "return all(argument, document).find(visible);";
        self.types(selector, script, json!(selector), text).await
    }

    /// Chooses in a field of choices.
    ///
    /// # Errors
    /// When there is none.
    pub async fn admin_chooses(&self, label: &str, value: &str) -> Result<()> {
        let script = "const [label, value] = argument;
            const of = all('label', document).find((it) => say(it) === label);
            const field = of && document.getElementById(of.htmlFor);
            if (!field) return false;
            field.value = value;
            field.dispatchEvent(new Event('input', { bubbles: true }));
            field.dispatchEvent(new Event('change', { bubbles: true }));
            return true;";
        let is_chosen = || async {
            let is_chosen: bool = self.ask(script, json!([label, value])).await?;
            Ok(is_chosen.then_some(()))
        };
        until(label, is_chosen).await
    }

    /// Clicks the button or link of that name, in a dialog if one is open.
    ///
    /// # Errors
    /// When there is none.
    pub async fn admin_clicks(&self, label: &str) -> Result<()> {
        self.admin_clicks_in("", label).await
    }

    /// The same within the first element that a selector finds.
    ///
    /// # Errors
    /// When there is none.
    pub async fn admin_clicks_in(&self, selector: &str, label: &str) -> Result<()> {
        let what = format!("\"{label}\" in {selector:?}");
        let argument: Value = json!([selector, label]);
        self.clicks_on(&what, BY_NAME, argument).await
    }

    /// The same with a finger. No driver but Chromium's has one: the others click.
    ///
    /// # Errors
    /// When there is none, or something lies upon it.
    pub async fn admin_taps_in(&self, selector: &str, label: &str) -> Result<()> {
        if !self.has_fingers() {
            return self.admin_clicks_in(selector, label).await;
        }
        let what = format!("\"{label}\" in {selector:?}");
        let argument: Value = json!([selector, label]);
        let centre = "const { x, y, width, height } = it.getBoundingClientRect();
             const [across, down] = [x + width / 2, y + height / 2];
             return it.contains(document.elementFromPoint(across, down)) ? [across, down] : null;";
        let (x, y) = until(&what, || async {
            // What has just been decided about goes, and the list moves up.
            let Some(found) = self.finds_at_rest(BY_NAME, argument.clone()).await? else {
                return Ok(None);
            };
            self.ask_of::<Option<(f64, f64)>>(&found, centre, json!(null))
                .await
        })
        .await?;
        let cdp = self.driver().cdp();
        for (kind, points) in [
            ("touchStart", json!([{ "x": x, "y": y }])),
            ("touchEnd", json!([])),
        ] {
            let touch = json!({ "type": kind, "touchPoints": points });
            cdp.send_raw("Input.dispatchTouchEvent", touch).await?;
        }
        Ok(())
    }

    /// Sits before a screen that is touched, or no longer.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn has_touch_screen(&self, has_one: bool) -> Result<()> {
        if self.has_fingers() {
            let touch =
                json!({ "enabled": has_one, "maxTouchPoints": if has_one { 5 } else { 1 } });
            let cdp = self.driver().cdp();
            cdp.send_raw("Emulation.setTouchEmulationEnabled", touch)
                .await?;
        }
        Ok(())
    }
}
