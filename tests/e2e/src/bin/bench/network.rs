//! What went over the wire, from the log of the browser's network panel.

use std::collections::HashMap;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;
use thirtyfour::WebDriver;

/// An answer on its way, in the time of the page (milliseconds since its navigation began).
#[derive(Debug, Default)]
struct Exchange {
    url: String,
    asked: f64,
    is_preflight: bool,
    /// When its head was there, and how long that was in bytes.
    head: Option<(f64, f64)>,
    /// The chunks of its body: when each was there, and its bytes after decoding.
    chunks: Vec<(f64, f64)>,
    /// Bytes on the wire in all.
    encoded: Option<f64>,
}

impl Exchange {
    /// The bytes of its body that had come by then. A chunk's share of what was on the wire is
    /// its share of what that was decoded to: the browser tells no more.
    fn body_by(&self, at: f64) -> f64 {
        let total: f64 = self.chunks.iter().map(|(_, bytes)| bytes).sum();
        if total == 0.0 {
            return 0.0;
        }
        let there = self.chunks.iter().filter(|(when, _)| *when <= at);
        let share = there.map(|(_, bytes)| bytes).sum::<f64>() / total;
        let head = self.head.map_or(0.0, |(_, bytes)| bytes);
        self.encoded.map_or(0.0, |encoded| (encoded - head) * share)
    }

    fn head_by(&self, at: f64) -> f64 {
        self.head
            .filter(|(when, _)| *when <= at)
            .map_or(0.0, |(_, bytes)| bytes)
    }

    fn is_thread(&self) -> bool {
        self.url.contains("/api/")
    }
}

/// All that a page has loaded.
#[derive(Debug)]
pub(crate) struct Network {
    exchanges: Vec<Exchange>,
}

/// What had been loaded by some time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loaded {
    /// Bytes on the wire, heads of answers included.
    pub(crate) bytes: f64,
    /// Of these, bodies of answers that aren't the thread.
    pub(crate) beside: f64,
    /// Requests, preflights included.
    pub(crate) requests: usize,
    /// Preflights.
    pub(crate) preflights: usize,
}

#[derive(Deserialize)]
struct Entry {
    message: Event,
}

#[derive(Deserialize)]
struct Event {
    method: String,
    params: Value,
}

impl Network {
    /// Forgets what has been loaded before.
    pub(crate) async fn forget(driver: &WebDriver) -> Result<()> {
        driver.get_log("performance").await?;
        Ok(())
    }

    /// What has been loaded since then. `origin` is the page's `performance.timeOrigin`.
    pub(crate) async fn read(driver: &WebDriver, origin: f64) -> Result<Self> {
        let mut events = Vec::new();
        for entry in driver.get_log("performance").await? {
            events.push(serde_json::from_str::<Entry>(&entry.message)?.message);
        }
        Self::of(&events, origin)
    }

    fn of(events: &[Event], origin: f64) -> Result<Self> {
        // Its times are of a clock of its own, in seconds; of requests it tells both.
        let offset = events
            .iter()
            .filter(|event| event.method == "Network.requestWillBeSent")
            .find_map(|event| {
                Some(event.params["wallTime"].as_f64()? - event.params["timestamp"].as_f64()?)
            })
            .context("the browser tells of no request")?;
        let mut exchanges: HashMap<&str, Exchange> = HashMap::new();
        for Event { method, params } in events {
            let (Some(id), Some(timestamp)) =
                (params["requestId"].as_str(), params["timestamp"].as_f64())
            else {
                continue;
            };
            let at = (timestamp + offset) * 1000.0 - origin;
            let exchange = exchanges.entry(id).or_default();
            match method.as_str() {
                "Network.requestWillBeSent" => {
                    exchange.asked = at;
                    exchange.url = params["request"]["url"]
                        .as_str()
                        .unwrap_or_default()
                        .to_owned();
                    exchange.is_preflight = params["type"] == "Preflight";
                }
                "Network.responseReceived" => {
                    let head = params["response"]["encodedDataLength"].as_f64();
                    exchange.head = head.map(|bytes| (at, bytes));
                }
                "Network.dataReceived" => {
                    let bytes = params["dataLength"].as_f64().unwrap_or_default();
                    exchange.chunks.push((at, bytes));
                }
                "Network.loadingFinished" => {
                    exchange.encoded = params["encodedDataLength"].as_f64();
                }
                _ => {}
            }
        }
        let is_loaded = |it: &Exchange| it.url.starts_with("http");
        let exchanges = exchanges.into_values().filter(is_loaded).collect();
        Ok(Self { exchanges })
    }

    /// What had been loaded by then, the document at `page` left out unless it has the thread.
    pub(crate) fn by(&self, at: f64, page: &str, has_thread: bool) -> Loaded {
        let counted = |it: &&Exchange| it.asked <= at && (has_thread || it.url != page);
        let mut loaded = Loaded {
            bytes: 0.0,
            beside: 0.0,
            requests: 0,
            preflights: 0,
        };
        for it in self.exchanges.iter().filter(counted) {
            loaded.requests += 1;
            loaded.preflights += usize::from(it.is_preflight);
            loaded.bytes += it.head_by(at) + it.body_by(at);
            if !it.is_thread() && it.url != page {
                loaded.beside += it.body_by(at);
            }
        }
        loaded
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(method: &str, params: Value) -> Event {
        Event {
            method: format!("Network.{method}"),
            params,
        }
    }

    #[test]
    fn what_has_come_by_a_time_is_counted_as_it_was_on_the_wire() -> Result<()> {
        // The page's navigation began at 1,000 s of the wall's clock, which was 10 s of its own.
        let events = [
            event(
                "requestWillBeSent",
                json!({ "requestId": "page", "timestamp": 10.0, "wallTime": 1000.0, "request": { "url": "http://a/" } }),
            ),
            event(
                "requestWillBeSent",
                json!({ "requestId": "thread", "timestamp": 10.1, "request": { "url": "http://b/api/v1/thread.html" } }),
            ),
            event(
                "responseReceived",
                json!({ "requestId": "thread", "timestamp": 10.2, "response": { "encodedDataLength": 100 } }),
            ),
            event(
                "dataReceived",
                json!({ "requestId": "thread", "timestamp": 10.3, "dataLength": 4000 }),
            ),
            event(
                "dataReceived",
                json!({ "requestId": "thread", "timestamp": 10.5, "dataLength": 4000 }),
            ),
            event(
                "loadingFinished",
                json!({ "requestId": "thread", "timestamp": 10.5, "encodedDataLength": 2100 }),
            ),
        ];
        let network = Network::of(&events, 1_000_000.0)?;
        let by = |at| network.by(at, "http://a/", false);
        assert_eq!((by(50.0).requests, by(50.0).bytes), (0, 0.0));
        assert_eq!((by(250.0).requests, by(250.0).bytes), (1, 100.0));
        assert_eq!(by(400.0).bytes, 1100.0);
        assert_eq!(by(600.0).bytes, 2100.0);
        assert_eq!(by(600.0).beside, 0.0);
        Ok(())
    }
}
