//! A story: who is there, and what is checked at its end whatever it tells.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::json;

use crate::browser::{Browser, Pool};
use crate::engine::{Engine, Preferences};
use crate::page::Page;
use crate::reader::Reader;
use crate::server::{Server, ServerOptions, target};
use crate::site::Site;
use crate::wait::until;

/// How long a story may take. It is there for a browser that hangs.
const PATIENCE: Duration = Duration::from_secs(180);

/// What a story tells.
pub type Scene = for<'a> fn(&'a Story) -> Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// A story in one engine: a site whose pages embed comments, and its readers.
#[derive(Debug)]
pub struct Story {
    /// The site, on an origin of its own.
    pub site: Site,
    /// The engine it plays in.
    pub engine: Engine,
    pool: Arc<Pool>,
    browsers: Mutex<Vec<Arc<Browser>>>,
    expected: Mutex<Vec<&'static str>>,
}

impl Story {
    /// A server with nothing in it.
    ///
    /// # Errors
    /// When it doesn't start.
    pub fn server(&self) -> Result<Server> {
        Server::start(ServerOptions::new())
    }

    /// The address of an article with comments from that server; the thread's key is its path.
    pub fn article(&self, path: &str, server: &str, attributes: &str) -> String {
        self.page(path, &Page::new().script(server, attributes))
    }

    /// A page of the site, and its address.
    pub fn page(&self, path: &str, page: &Page) -> String {
        self.site.serve(path, page.reply());
        self.site.url(path)
    }

    /// A reader with a browser of their own.
    ///
    /// # Errors
    /// When the browser doesn't start.
    pub async fn reader(&self) -> Result<Reader> {
        self.reader_with(Preferences::default()).await
    }

    /// A reader who has set something.
    ///
    /// # Errors
    /// When the browser doesn't start.
    pub async fn reader_with(&self, preferences: Preferences) -> Result<Reader> {
        let browser = Arc::new(self.pool.take(self.engine, preferences).await?);
        let mut browsers = self.browsers.lock().unwrap_or_else(PoisonError::into_inner);
        browsers.push(Arc::clone(&browser));
        Ok(Reader::new(browser))
    }

    /// An error of the page that has these words is part of the story; any other fails it.
    pub fn expects_error(&self, words: &'static str) {
        self.expected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(words);
    }

    async fn check_pages(&self, browsers: &[Arc<Browser>]) -> Result<()> {
        let expected = self
            .expected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        for browser in browsers {
            let reader = Reader::new(Arc::clone(browser));
            // A page that is still on its way can't be asked.
            let told = async || Ok(Some(reader.page_errors().await?));
            let errors = until("the errors of the page", told).await?;
            let unexpected: Vec<_> = errors
                .into_iter()
                .filter(|error| !expected.iter().any(|words| error.contains(words)))
                .collect();
            if !unexpected.is_empty() {
                bail!("something went wrong in the page: {unexpected:#?}");
            }
        }
        Ok(())
    }
}

/// Plays a story in an engine.
///
/// # Errors
/// When it doesn't come out as it should. There is a picture then, in `target/e2e/`.
pub async fn run(name: &str, engine: Engine, pool: Arc<Pool>, scene: Scene) -> Result<()> {
    let story = Story {
        site: Site::start().await?,
        engine,
        pool: Arc::clone(&pool),
        browsers: Mutex::default(),
        expected: Mutex::default(),
    };
    let mut result = tokio::time::timeout(PATIENCE, scene(&story))
        .await
        .unwrap_or_else(|_| bail!("the story did not end in {PATIENCE:?}"));
    let browsers: Vec<_> = {
        let mut browsers = story
            .browsers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        browsers.drain(..).collect()
    };
    if result.is_ok() {
        result = story.check_pages(&browsers).await;
    }
    if let Err(error) = result {
        let mut told = Vec::new();
        for (index, browser) in browsers.iter().enumerate() {
            told.push(last_view(&format!("{name}-{engine}-{index}"), browser).await);
        }
        return Err(error.context(told.join("\n")));
    }
    for browser in browsers {
        // A story that has ended holds no reader any more.
        if let Some(browser) = Arc::into_inner(browser) {
            pool.give_back(browser).await;
        }
    }
    Ok(())
}

/// What a browser had in view when its story failed.
async fn last_view(name: &str, browser: &Arc<Browser>) -> String {
    let reader = Reader::new(Arc::clone(browser));
    let errors = soon(reader.page_errors()).await;
    // In words, for whoever has no pictures; and whether frames come, which pictures are made of.
    let words = soon(reader.ask::<String>(WORDS, json!(null))).await;
    let frames = soon(reader.ask_async::<String>(FRAMES, json!(null))).await;
    let picture = soon(async {
        let folder = target().join("e2e");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{name}.png"));
        browser.driver.screenshot(&path).await?;
        anyhow::Ok(path)
    });
    let picture = picture.await;
    format!("page errors: {errors}\nin view: {words}\nframes: {frames}\npicture: {picture}")
}

const WORDS: &str =
    "return `${location.href}: ${document.body.innerText} ${inView()}`.slice(0, 4000);";

const FRAMES: &str = "const began = performance.now();
    const end = setTimeout(() => done(`none in 5 s (${document.visibilityState})`), 5000);
    requestAnimationFrame(() => {
        clearTimeout(end);
        done(`one in ${Math.round(performance.now() - began)} ms`);
    });";

/// What a browser tells. One that has failed may not even answer any more.
async fn soon<T: std::fmt::Debug>(answer: impl Future<Output = Result<T>>) -> String {
    match tokio::time::timeout(Duration::from_secs(10), answer).await {
        Ok(Ok(told)) => format!("{told:#?}"),
        Ok(Err(error)) => format!("none: {error:#}"),
        Err(_) => "none: the browser takes too long".to_owned(),
    }
}
