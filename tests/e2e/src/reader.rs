//! A reader, who has a browser.

use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::error::{WebDriverError, WebDriverErrorInner};
use thirtyfour::{Key, WebDriver, WebElement, WindowHandle};

use crate::browser::Browser;
use crate::engine::Engine;
use crate::thread::{Shown, ShownComment};
use crate::wait::until;

const STAGE: &str = include_str!("stage.js");

/// Has the page say on what the next click is.
const AIM: &str = "
    window.afterwordHit = null;
    const look = (event) => {
        if (!event.isTrusted) return;
        removeEventListener('click', look, true);
        window.afterwordHit = event.composedPath().includes(it);
    };
    addEventListener('click', look, true);
    return true;";

/// Whether the mouse did nothing, but may do it in a moment.
fn is_passing(error: &WebDriverError) -> bool {
    matches!(
        error.as_inner(),
        WebDriverErrorInner::ElementClickIntercepted(_)
            | WebDriverErrorInner::ElementNotInteractable(_)
            | WebDriverErrorInner::MoveTargetOutOfBounds(_)
            | WebDriverErrorInner::StaleElementReference(_)
    )
}

/// A reader in front of a browser, looking at one widget.
#[derive(Clone, Debug)]
pub struct Reader {
    pub(crate) browser: Arc<Browser>,
    /// The number of the widget on the page.
    widget: usize,
}

impl Reader {
    pub(crate) fn new(browser: Arc<Browser>) -> Self {
        Self { browser, widget: 0 }
    }

    /// The same reader looking at another widget of the page; the first is 0.
    #[must_use]
    pub fn looking_at(&self, widget: usize) -> Self {
        Self {
            browser: Arc::clone(&self.browser),
            widget,
        }
    }

    /// The browser's driver, for what no reader does: measuring.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        &self.browser.driver
    }

    /// Sits before a window of that size, in pixels.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn has_window(&self, width: u32, height: u32) -> Result<()> {
        let driver = &self.browser.driver;
        Ok(driver.set_window_rect(0, 0, width, height).await?)
    }

    pub(crate) fn has_fingers(&self) -> bool {
        self.browser.engine == Engine::Chromium
    }

    /// A picture of what is in the window (PNG).
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn picture(&self) -> Result<Vec<u8>> {
        Ok(self.browser.driver.screenshot_as_png().await?)
    }

    // Going places.

    /// Opens an address.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn goes_to(&self, url: &str) -> Result<()> {
        Ok(self.browser.driver.goto(url).await?)
    }

    /// Opens an address, and waits for its comments.
    ///
    /// # Errors
    /// When they don't come.
    pub async fn opens(&self, url: &str) -> Result<Shown> {
        self.goes_to(url).await?;
        self.waits_for_the_thread().await
    }

    /// Loads the page again, and waits for its comments.
    ///
    /// # Errors
    /// When they don't come.
    pub async fn reloads(&self) -> Result<Shown> {
        self.browser.driver.refresh().await?;
        self.waits_for_the_thread().await
    }

    /// Opens an address, and waits for comments that are only read there.
    ///
    /// # Errors
    /// When they don't come.
    pub async fn reads(&self, url: &str) -> Result<Shown> {
        self.goes_to(url).await?;
        self.waits("comments", |shown| {
            shown.mounted && !shown.busy && !shown.comments.is_empty()
        })
        .await
    }

    /// Waits until a thread has been loaded.
    ///
    /// # Errors
    /// When it isn't.
    pub async fn waits_for_the_thread(&self) -> Result<Shown> {
        self.waits("the thread", |shown| {
            shown.mounted && !shown.busy && !shown.awaited && shown.draft.is_some()
        })
        .await
    }

    /// Moves the mouse over the thread, and waits until it has its program.
    ///
    /// # Errors
    /// When that doesn't come.
    pub async fn has_the_program(&self) -> Result<()> {
        let heading = "return root?.querySelector('.thread-title');";
        self.points_to("the heading", heading, json!(null)).await?;
        self.finds("the program", "return !!host.isActive;").await
    }

    /// Goes into the window that was opened beside the page, when the script finds something there;
    /// gives the page's.
    ///
    /// # Errors
    /// When none is opened, or nothing is found.
    pub async fn goes_into_the_window(&self, what: &str, script: &str) -> Result<WindowHandle> {
        let driver = self.driver();
        let page = driver.window().await?;
        until(what, || async {
            let windows = driver.windows().await?;
            // One that was opened before may be about to close.
            let Some(opened) = windows.into_iter().rfind(|window| *window != page) else {
                return Ok(None);
            };
            driver.switch_to_window(opened).await?;
            let is_there: bool = self.ask(script, json!(null)).await?;
            Ok(is_there.then_some(()))
        })
        .await?;
        Ok(page)
    }

    // Looking.

    /// What is shown.
    ///
    /// # Errors
    /// When the browser doesn't tell.
    pub async fn shown(&self) -> Result<Shown> {
        self.ask("return shown();", json!(null)).await
    }

    /// Waits until what is shown is so.
    ///
    /// # Errors
    /// When it doesn't become so; it says what is shown instead.
    pub async fn waits(&self, what: &str, so: impl Fn(&Shown) -> bool) -> Result<Shown> {
        let last = std::cell::RefCell::new(None);
        until(what, || async {
            let shown = self.shown().await?;
            if so(&shown) {
                return Ok(Some(shown));
            }
            *last.borrow_mut() = Some(shown);
            Ok(None)
        })
        .await
        .with_context(|| format!("what is shown: {:#?}", last.borrow()))
    }

    /// Waits until those words are in view in the widget.
    ///
    /// # Errors
    /// When they don't come.
    pub async fn sees(&self, words: &str) -> Result<()> {
        let last = std::cell::RefCell::new(String::new());
        until(&format!("the words \"{words}\""), || async {
            let view: String = self.ask("return inView();", json!(null)).await?;
            let there = view.contains(words);
            *last.borrow_mut() = view;
            Ok(there.then_some(()))
        })
        .await
        .with_context(|| format!("in view is: {}", last.borrow()))
    }

    /// Waits until those words are no longer in view in the widget.
    ///
    /// # Errors
    /// When they stay.
    pub async fn sees_no_longer(&self, words: &str) -> Result<()> {
        until(&format!("the words \"{words}\" to go"), || async {
            let view: String = self.ask("return inView();", json!(null)).await?;
            Ok((!view.contains(words)).then_some(()))
        })
        .await
    }

    /// Waits for the comment with those words, posted and settled.
    ///
    /// # Errors
    /// When it doesn't come.
    pub async fn sees_comment(&self, words: &str) -> Result<ShownComment> {
        let so = |shown: &Shown| {
            shown
                .comment(words)
                .is_some_and(|it| !it.is("sending") && !it.is("failed"))
        };
        let shown = self.waits(&format!("the comment \"{words}\""), so).await?;
        shown.comment(words).cloned().context("it is gone again")
    }

    /// Waits until just these comments stand there, from top to bottom, all of them settled.
    ///
    /// # Errors
    /// When it doesn't become so.
    pub async fn sees_comments(&self, words: &[&str]) -> Result<Shown> {
        self.waits(&format!("the comments {words:?}"), |shown| {
            let settled = |it: &ShownComment| !it.is("sending") && !it.is("failed");
            shown.comments.iter().map(|it| &it.text).eq(words) && shown.comments.iter().all(settled)
        })
        .await
    }

    /// Waits until the live region says that.
    ///
    /// # Errors
    /// When it doesn't.
    pub async fn hears(&self, words: &str) -> Result<()> {
        self.waits(&format!("the live region to say \"{words}\""), |shown| {
            shown.status.contains(words)
        })
        .await
        .map(drop)
    }

    /// Waits until the script, which begins with `return`, gives true.
    ///
    /// # Errors
    /// When it doesn't.
    pub async fn finds(&self, what: &str, script: &str) -> Result<()> {
        until(what, || async {
            let there: bool = self.ask(script, json!(null)).await?;
            Ok(there.then_some(()))
        })
        .await
    }

    /// The names of the cookies of the page that is open.
    ///
    /// # Errors
    /// When the browser doesn't tell.
    pub async fn cookies(&self) -> Result<Vec<String>> {
        let cookies = self.browser.driver.get_all_cookies().await?;
        Ok(cookies.into_iter().map(|it| it.name).collect())
    }

    /// What went wrong in the page and its predecessors of the same origin, as the browser told
    /// it: exceptions, rejections, errors on the console.
    ///
    /// # Errors
    /// When the browser doesn't tell.
    pub async fn page_errors(&self) -> Result<Vec<String>> {
        self.ask(
            "try { return JSON.parse(sessionStorage.getItem('afterword-e2e-errors') ?? '[]'); }
             catch { return []; }",
            json!(null),
        )
        .await
    }

    // Writing.

    /// Writes a text into the thread's composer.
    ///
    /// # Errors
    /// When there is none.
    pub async fn writes(&self, text: &str) -> Result<()> {
        self.writes_into(None, text).await
    }

    /// Writes a name into the thread's composer.
    ///
    /// # Errors
    /// When there is none.
    pub async fn signs(&self, name: &str) -> Result<()> {
        self.fills("author", name).await
    }

    /// Writes into a field of the thread's composer: `author`, `email`, `website`.
    ///
    /// # Errors
    /// When there is none.
    pub async fn fills(&self, field: &str, text: &str) -> Result<()> {
        self.types(
            &format!("the field {field}"),
            "return composer(null)?.querySelector(`[name=${argument}]`);",
            json!(field),
            text,
        )
        .await
    }

    /// Fills in a field of the thread's composer, by its name.
    ///
    /// # Errors
    /// When there is none.
    pub async fn fills_in(&self, name: &str, value: &str) -> Result<()> {
        let script = "return composer(null)?.querySelector(`input[name=${argument}]`);";
        self.types(name, script, json!(name), value).await
    }

    /// Posts what stands in the thread's composer.
    ///
    /// # Errors
    /// When there is no button to do so.
    pub async fn posts(&self) -> Result<()> {
        self.clicks("Post comment").await
    }

    /// Writes a comment, posts it, and waits until it stands.
    ///
    /// # Errors
    /// When it doesn't.
    pub async fn comments(&self, text: &str) -> Result<ShownComment> {
        self.writes(text).await?;
        self.posts().await?;
        self.sees_comment(text).await
    }

    /// Answers the comment with those words, and waits until the answer stands.
    ///
    /// # Errors
    /// When it doesn't.
    pub async fn answers(&self, words: &str, text: &str) -> Result<ShownComment> {
        self.clicks_at(words, "Reply").await?;
        self.answers_there(words, text).await
    }

    /// The same where the composer is open already.
    ///
    /// # Errors
    /// When the answer doesn't stand.
    pub async fn answers_there(&self, words: &str, text: &str) -> Result<ShownComment> {
        self.writes_into(Some(words), text).await?;
        self.submits(words).await?;
        self.sees_comment(text).await
    }

    /// Deletes the comment with those words, and means it.
    ///
    /// # Errors
    /// When it can't be deleted.
    pub async fn deletes(&self, words: &str) -> Result<()> {
        self.clicks_at(words, "Delete").await?;
        self.clicks_on(
            "the button that deletes",
            "return button(article(argument)?.querySelector('.confirm'), 'Delete');",
            json!(words),
        )
        .await
    }

    /// Writes into the composer at the comment with those words, or into the thread's.
    ///
    /// # Errors
    /// When there is none.
    pub async fn writes_into(&self, words: Option<&str>, text: &str) -> Result<()> {
        self.types(
            "the composer",
            "return composer(argument)?.querySelector('textarea');",
            json!(words),
            text,
        )
        .await
    }

    /// Sends the composer at the comment with those words.
    ///
    /// # Errors
    /// When there is none.
    pub async fn submits(&self, words: &str) -> Result<()> {
        self.clicks_on(
            "the button that sends",
            "return composer(argument)?.querySelector('.button-primary');",
            json!(words),
        )
        .await
    }

    // Hands.

    /// Clicks the button of that name.
    ///
    /// # Errors
    /// When there is none.
    pub async fn clicks(&self, label: &str) -> Result<()> {
        self.clicks_on(
            &format!("the button \"{label}\""),
            "return button(root, argument);",
            json!(label),
        )
        .await
    }

    /// Clicks the button of that name at the comment with those words.
    ///
    /// # Errors
    /// When there is none.
    pub async fn clicks_at(&self, words: &str, label: &str) -> Result<()> {
        self.clicks_on(
            &format!("the button \"{label}\" at \"{words}\""),
            "const [words, label] = argument;
             return button(article(words), label) ?? button(branch(words), label);",
            json!([words, label]),
        )
        .await
    }

    /// Clicks what the script, which begins with `return`, finds.
    ///
    /// # Errors
    /// When it finds nothing, or what it finds can't be clicked.
    pub async fn clicks_on(&self, what: &str, script: &str, argument: Value) -> Result<()> {
        let clicked = until(what, || async {
            let Some(found) = self.finds_at_rest(script, argument.clone()).await? else {
                return Ok(None);
            };
            self.ask_of::<bool>(&found, AIM, json!(null)).await?;
            match found.click().await {
                // It has just been drawn anew, or moved below something else: no click was made.
                Err(error) if is_passing(&error) => Err(error.into()),
                // It has moved after the driver had looked where it is. One who misses clicks again.
                Ok(()) if self.has_missed().await => Ok(None),
                clicked => Ok(Some(clicked)),
            }
        })
        .await?;
        Ok(clicked?)
    }

    /// What the script finds, in view and where it will stand; none as long as that isn't so.
    pub(crate) async fn finds_at_rest(
        &self,
        script: &str,
        argument: Value,
    ) -> Result<Option<WebElement>> {
        let found = self.execute(script, vec![argument]).await?;
        if found.json().is_null() {
            return Ok(None);
        }
        let found = found.element()?;
        self.comes_to(&found).await?;
        Ok(self.rests(&found).await?.then_some(found))
    }

    /// Whether the last click was on something else. A page that is left doesn't tell, and needn't.
    async fn has_missed(&self) -> bool {
        let missed = self.ask("return window.afterwordHit === false;", json!(null));
        missed.await.unwrap_or(false)
    }

    /// Moves the mouse over the comment with those words.
    ///
    /// # Errors
    /// When there is none.
    pub async fn points_at(&self, words: &str) -> Result<()> {
        self.points_to(words, "return article(argument);", json!(words))
            .await
    }

    /// Moves the mouse over what the script finds, and from elsewhere: one that is there already
    /// moves nowhere.
    ///
    /// # Errors
    /// When it finds nothing, or the browser can't.
    pub async fn points_to(&self, what: &str, script: &str, argument: Value) -> Result<()> {
        let pointed = until(what, || async {
            let found = self.execute(script, vec![argument.clone()]).await?;
            if found.json().is_null() {
                return Ok(None);
            }
            let found = found.element()?;
            self.comes_to(&found).await?;
            let mouse = self.browser.driver.action_chain().move_to(0, 0);
            match mouse.move_to_element_center(&found).perform().await {
                Err(error) if is_passing(&error) => Err(error.into()),
                pointed => Ok(Some(pointed)),
            }
        })
        .await?;
        Ok(pointed?)
    }

    /// Clicks the button of that name in the notice that stands where comments would.
    ///
    /// # Errors
    /// When there is none.
    pub async fn clicks_in_notice(&self, label: &str) -> Result<()> {
        self.clicks_on(
            &format!("the button \"{label}\" in a notice"),
            "return button(root?.querySelector('.notice'), argument);",
            json!(label),
        )
        .await
    }

    /// Chooses the other order of comments.
    ///
    /// # Errors
    /// When there is no choice.
    pub async fn sorts_by(&self, value: &str) -> Result<()> {
        self.run(
            "root.querySelector(`.sort [value=${argument}]`).click();",
            json!(value),
        )
        .await
    }

    /// Looks into a frame of the page instead of the page.
    ///
    /// # Errors
    /// When there is none.
    pub async fn looks_into_frame(&self) -> Result<()> {
        Ok(self.browser.driver.enter_frame(0).await?)
    }

    /// Presses keys, wherever the focus is.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn presses(&self, keys: &str) -> Result<()> {
        Ok(self
            .browser
            .driver
            .action_chain()
            .send_keys(keys)
            .perform()
            .await?)
    }

    /// Presses keys while holding Ctrl.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn presses_with_control(&self, keys: &str) -> Result<()> {
        let chord = self.browser.driver.action_chain().key_down(Key::Control);
        Ok(chord.send_keys(keys).key_up(Key::Control).perform().await?)
    }

    /// Presses Tab.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn presses_tab(&self) -> Result<()> {
        self.presses(&Key::Tab.value().to_string()).await
    }

    /// Presses Tab while holding Shift.
    ///
    /// # Errors
    /// When the browser can't.
    pub async fn presses_shift_tab(&self) -> Result<()> {
        let keys = self.browser.driver.action_chain().key_down(Key::Shift);
        let keys = keys.send_keys(Key::Tab.value().to_string());
        Ok(keys.key_up(Key::Shift).perform().await?)
    }

    /// Presses Tab until the focus is on what the script, which begins with `return` and has the
    /// focused element as `at`, says is the right one.
    ///
    /// # Errors
    /// When the focus doesn't get there.
    pub async fn tabs_to(&self, what: &str, script: &str) -> Result<()> {
        for _ in 0..60 {
            let there: bool = self
                .ask(
                    &format!("const at = active(); return !!at && (() => {{ {script} }})();"),
                    json!(null),
                )
                .await?;
            if there {
                return Ok(());
            }
            self.presses_tab().await?;
        }
        bail!("Tab doesn't reach {what}")
    }

    /// Scrolls until an element is in view. The drivers do that themselves, but WebKit's misses
    /// what is laid out only when it comes near.
    async fn comes_to(&self, element: &WebElement) -> Result<()> {
        let is_there = "const { top, bottom } = it.getBoundingClientRect();
             const isThere = top >= 0 && bottom <= innerHeight;
             if (!isThere) it.scrollIntoView({ block: 'center' });
             return isThere;";
        for _ in 0..5 {
            if self.ask_of(element, is_there, json!(null)).await? {
                return Ok(());
            }
        }
        // It is higher than the window.
        Ok(())
    }

    /// Whether an element stands where it will stand in the next frames. Drivers look where something
    /// is, and click there a moment later, but for Firefox's, which does both at once; and what a style
    /// says of an empty field (`:has(:placeholder-shown)`) comes only with the next frame in WebKit.
    async fn rests(&self, element: &WebElement) -> Result<bool> {
        let browser = &self.browser;
        if browser.engine == Engine::Firefox || browser.preferences.no_scripts {
            return Ok(true);
        }
        self.ask_async(
            "if (document.hidden) return done(true);
             const place = () => JSON.stringify(argument.getBoundingClientRect());
             const before = place();
             // Where nothing is drawn, nothing moves.
             const end = setTimeout(() => done(true), 3000);
             requestAnimationFrame(() => requestAnimationFrame(() => {
                 clearTimeout(end);
                 done(place() === before);
             }));",
            element.to_json()?,
        )
        .await
    }

    /// Replaces what stands in the field that the script finds by a text, as one does who types it. At
    /// once: what is found may be drawn anew in the next moment.
    pub(crate) async fn types(
        &self,
        what: &str,
        script: &str,
        argument: Value,
        text: &str,
    ) -> Result<()> {
        // The drivers' keyboards don't have all of Unicode, and are slow. This is what a paste,
        // or an on-screen keyboard, does.
        let script = format!(
            "const it = (() => {{ {script} }})();
             if (!it) return null;
             const text = arguments[2];
             it.focus(); it.select();
             const took = text === ''
                 ? document.execCommand('delete') || it.value === ''
                 : document.execCommand('insertText', false, text);
             return took && it.value === text;"
        );
        let took: bool = until(what, || async {
            let took = self.execute(&script, vec![argument.clone(), json!(text)]);
            Ok(took.await?.convert()?)
        })
        .await?;
        ensure!(took, "the field doesn't take the text");
        Ok(())
    }

    // Underneath.

    /// Waits for what the script, which begins with `return`, finds.
    ///
    /// # Errors
    /// When it finds nothing.
    pub async fn element(&self, what: &str, script: &str, argument: Value) -> Result<WebElement> {
        until(what, || async {
            let found = self.execute(script, vec![argument.clone()]).await?;
            Ok(if found.json().is_null() {
                None
            } else {
                Some(found.element()?)
            })
        })
        .await
    }

    /// Runs a script that gives something; `argument` is what it calls that.
    ///
    /// # Errors
    /// When it throws, or gives something else.
    pub async fn ask<T: DeserializeOwned>(&self, script: &str, argument: Value) -> Result<T> {
        Ok(self.execute(script, vec![argument]).await?.convert()?)
    }

    /// The same about an element, which the script calls `it`.
    pub(crate) async fn ask_of<T: DeserializeOwned>(
        &self,
        element: &WebElement,
        script: &str,
        argument: Value,
    ) -> Result<T> {
        let script = format!("const it = arguments[2]; {script}");
        Ok(self
            .execute(&script, vec![argument, element.to_json()?])
            .await?
            .convert()?)
    }

    /// Runs a script.
    ///
    /// # Errors
    /// When it throws.
    pub async fn run(&self, script: &str, argument: Value) -> Result<()> {
        self.execute(script, vec![argument]).await.map(drop)
    }

    /// Runs a script that calls `done` with what it gives.
    ///
    /// # Errors
    /// When it throws, or gives something else.
    pub async fn ask_async<T: DeserializeOwned>(&self, script: &str, argument: Value) -> Result<T> {
        let script = format!("const [index, argument, done] = arguments;\n{STAGE}\n{script}");
        let arguments = vec![json!(self.widget), argument];
        Ok(self
            .browser
            .driver
            .execute_async(script, arguments)
            .await?
            .convert()?)
    }

    async fn execute(
        &self,
        script: &str,
        mut arguments: Vec<Value>,
    ) -> Result<thirtyfour::session::scriptret::ScriptRet> {
        arguments.insert(0, json!(self.widget));
        let script = format!("const [index, argument] = arguments;\n{STAGE}\n{script}");
        Ok(self.browser.driver.execute(script, arguments).await?)
    }
}
