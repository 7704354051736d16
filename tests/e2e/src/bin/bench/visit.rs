//! One visit to a page, by a reader who has never been there.

use std::time::Duration;

use afterword_e2e::{Reader, Site};
use anyhow::{Context, Result, anyhow};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::network::{Loaded, Network};
use crate::pages::{START, Way};
use crate::threads::Thread;

/// A machine and its connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    /// By how much the processor is slowed.
    cpu: u32,
    /// Bits in a second and milliseconds before each answer; none for the connection as it is.
    line: Option<(u32, u32)>,
}

impl Profile {
    pub(crate) const FULL: Self = Self {
        name: "The machine and its loopback connection as they are",
        cpu: 1,
        line: None,
    };
    pub(crate) const SLOW: Self = Self {
        name: "CPU slowed 4 times, 1.6 Mbit/s, 150 ms",
        cpu: 4,
        line: Some((1_600_000, 150)),
    };
}

/// What was measured. Times are milliseconds since the navigation began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    /// When the first comment had been painted.
    pub(crate) first: f64,
    /// When the last comment was in the document, and the frame with it had been painted.
    pub(crate) last: f64,
    /// When a text field was there, and a task could run that it would have given its input to.
    pub(crate) composer: f64,
    /// What had been loaded when the first comment was there.
    pub(crate) before_first: Loaded,
    /// Bytes of the script's heap after a collection, and of the Wasm's memory.
    pub(crate) heap: f64,
    /// Tasks of more than 50 ms.
    pub(crate) tasks: usize,
    /// The longest of them; 0 when there is none.
    pub(crate) longest: f64,
    /// Sum of the layout shifts.
    pub(crate) shift: f64,
    /// What came of a click on Reply, where one brings a composer.
    pub(crate) answer: Option<Answer>,
}

/// What came of the first click.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    /// From the press to the painted composer.
    pub(crate) took: f64,
    /// Bytes on the wire by then.
    pub(crate) bytes: f64,
    /// Sum of the layout shifts that moved something above the composer.
    pub(crate) shift: f64,
    /// By how many pixels what stands above was moved at most.
    pub(crate) moved: f64,
}

/// What `probe.js` tells of the page as it came.
#[derive(Deserialize)]
struct Settled {
    origin: f64,
    first: f64,
    last: f64,
    composer: f64,
    tasks: Vec<f64>,
    shift: f64,
    wasm: f64,
}

/// What it tells of the click.
#[derive(Deserialize)]
struct Answered {
    took: f64,
    at: f64,
    shift: f64,
    moved: f64,
}

const PROBE: &str = include_str!("probe.js");
const HANDS: &str = include_str!("hands.js");

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(120);

impl Visit {
    /// Makes a visit in a new window of a browser that has kept nothing.
    pub(crate) async fn make(
        reader: &Reader,
        site: &Site,
        profile: Profile,
        thread: Thread,
        way: Way,
    ) -> Result<Self> {
        let visit = Self::measure(reader, site, profile, thread, way);
        let visit = in_window(reader, visit).await;
        visit.with_context(|| format!("{}, {} comments", way.name(), thread.comments()))
    }

    async fn measure(
        reader: &Reader,
        site: &Site,
        profile: Profile,
        thread: Thread,
        way: Way,
    ) -> Result<Self> {
        let driver = reader.driver();
        prepare(reader, site, profile, thread).await?;
        Network::forget(driver).await?;
        let page = site.url(&way.path(thread));
        reader.goes_to(&page).await?;
        let settled: Settled = ask(reader, "probe.settled()").await?;
        let heap = heap(reader).await? + settled.wasm;
        let answered = match way.answers() {
            true => {
                let at: Value = reader.ask("return probe.reply();", json!(null)).await?;
                click(reader, &at).await?;
                Some(ask::<Answered>(reader, "probe.answered()").await?)
            }
            false => None,
        };
        let network = Network::read(driver, settled.origin).await?;
        let by = |at| network.by(at, &page, way == Way::Plain);
        Ok(Self {
            first: settled.first,
            last: settled.last,
            composer: settled.composer,
            before_first: by(settled.first),
            heap,
            tasks: settled.tasks.len(),
            longest: settled.tasks.iter().copied().fold(0.0, f64::max),
            shift: settled.shift,
            answer: answered.map(|it| Answer {
                took: it.took,
                bytes: by(it.at).bytes,
                shift: it.shift,
                moved: it.moved,
            }),
        })
    }
}

/// Does something in a window of its own.
pub(crate) async fn in_window<T>(
    reader: &Reader,
    visit: impl Future<Output = Result<T>>,
) -> Result<T> {
    let driver = reader.driver();
    let window = driver.window().await?;
    let own = driver.new_tab().await?;
    driver.switch_to_window(own).await?;
    let visit = visit.await;
    driver.close_window().await?;
    driver.switch_to_window(window).await?;
    visit
}

pub(crate) async fn devtools(reader: &Reader, method: &str, parameters: Value) -> Result<Value> {
    Ok(reader.driver().cdp().send_raw(method, parameters).await?)
}

/// Empties the browser's caches (those of compiled code are among them), opens another page of the
/// site, so that its process is there, and slows down from there on.
pub(crate) async fn prepare(
    reader: &Reader,
    site: &Site,
    profile: Profile,
    thread: Thread,
) -> Result<()> {
    reader.driver().set_script_timeout(PATIENCE).await?;
    let start = site.url(START);
    let probe = PROBE.replace("COMMENTS", &thread.shown().to_string());
    for (method, parameters) in [
        (
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": 1000, "height": 900, "deviceScaleFactor": 1, "mobile": false }),
        ),
        ("Network.clearBrowserCache", json!({})),
        (
            "Storage.clearDataForOrigin",
            json!({ "origin": start, "storageTypes": "all" }),
        ),
    ] {
        devtools(reader, method, parameters).await?;
    }
    reader.goes_to(&start).await?;
    let (bits, latency) = profile.line.unwrap_or((0, 0));
    let bytes = if bits == 0 {
        -1.0
    } else {
        f64::from(bits) / 8.0
    };
    for (method, parameters) in [
        (
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": probe + HANDS }),
        ),
        (
            "Network.emulateNetworkConditions",
            json!({ "offline": false, "latency": latency, "downloadThroughput": bytes, "uploadThroughput": bytes }),
        ),
        (
            "Emulation.setCPUThrottlingRate",
            json!({ "rate": profile.cpu }),
        ),
    ] {
        devtools(reader, method, parameters).await?;
    }
    Ok(())
}

/// Waits for a promise of the page.
pub(crate) async fn ask<T: serde::de::DeserializeOwned>(
    reader: &Reader,
    promise: &str,
) -> Result<T> {
    let script = format!("{promise}.then(done, (error) => done({{ error: String(error) }}));");
    let value: Value = reader.ask_async(&script, json!(null)).await?;
    match value["error"].as_str() {
        Some(error) => Err(anyhow!("{promise}: {error}")),
        None => Ok(serde_json::from_value(value)?),
    }
}

/// Presses the mouse's button and lets it go, as a reader does that has not been near before.
pub(crate) async fn click(reader: &Reader, at: &Value) -> Result<()> {
    for kind in ["mousePressed", "mouseReleased"] {
        let event =
            json!({ "type": kind, "x": at["x"], "y": at["y"], "button": "left", "clickCount": 1 });
        devtools(reader, "Input.dispatchMouseEvent", event).await?;
    }
    Ok(())
}

async fn heap(reader: &Reader) -> Result<f64> {
    devtools(reader, "HeapProfiler.collectGarbage", json!({})).await?;
    let usage = devtools(reader, "Runtime.getHeapUsage", json!({})).await?;
    usage["usedSize"].as_f64().context("no usedSize")
}
