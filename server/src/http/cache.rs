//! Answers that many are given, kept in memory until what they show has changed.

use axum::body::Bytes;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, HOST, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use quick_cache::sync::{Cache as QuickCache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::coding::Coding;
use super::{Context, conditional};
use crate::config::Site;
use crate::error::ApiError;
use crate::screening::Policy;

/// All that an answer depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    /// Of the page whose comments it shows.
    version: i64,
    /// Of the site, whose settings can change while the server runs.
    site: u64,
    /// Whether it is so old that it takes no more comments.
    is_old: bool,
    /// Path and query, as they were sent: whatever is asked for is in them, the page too.
    target: String,
    /// The name that the server was asked by.
    host: Vec<u8>,
    coding: Coding,
}

/// An answer. It is copied freely.
#[derive(Clone, Debug)]
struct Entry {
    /// By its content: it stays true when the server begins anew.
    etag: HeaderValue,
    /// In the key's coding.
    body: Bytes,
}

/// How much memory an entry takes, in bytes.
#[derive(Clone)]
struct Bytesize;

impl Weighter<Key, Entry> for Bytesize {
    fn weight(&self, key: &Key, entry: &Entry) -> u64 {
        let fixed = size_of::<(Key, Entry)>() + entry.etag.len();
        (fixed + key.target.len() + key.host.len() + entry.body.len()) as u64
    }
}

/// About what an answer weighs, in bytes: the cache remembers half as many as would fit after it has
/// dropped them.
const USUAL: u32 = 16_000;

/// Answers in memory. What is asked for again stays, what was asked for once goes first (S3-FIFO), and
/// with it what is outdated.
pub(crate) struct Cache(QuickCache<Key, Entry, Bytesize>);

impl Cache {
    /// An empty one that never holds more than so many bytes; with 0, nothing is kept.
    pub(crate) fn new(bytes: u32) -> Self {
        let options = OptionsBuilder::new()
            // Else each of them had a part of the memory, and what is larger found no place.
            .shards(1)
            .weight_capacity(bytes.into())
            .estimated_items_capacity((bytes / USUAL) as usize)
            .build();
        let Ok(options) = options else {
            unreachable!("both capacities are given");
        };
        Self(QuickCache::with_options(
            options,
            Bytesize,
            DefaultHashBuilder::default(),
            DefaultLifecycle::default(),
        ))
    }

    /// The answer with that key; made when it is not there, and only once for all who ask meanwhile.
    async fn get(
        &self,
        key: &Key,
        make: impl Future<Output = Result<String, ApiError>>,
    ) -> Result<Entry, ApiError> {
        let coding = key.coding;
        let entry = async {
            let body = make.await?.into_bytes();
            let code = move || Entry {
                etag: conditional::etag(&body),
                body: coding.encode(body),
            };
            Ok(tokio::task::spawn_blocking(code).await?)
        };
        self.0.get_or_insert_async(key, entry).await
    }
}

impl Context {
    /// Answers a read of a page's comments with what `make` makes of them, or with what it made of
    /// them for somebody else. Nothing but path, query, `Host` and what is configured may decide it.
    pub(super) async fn cached(
        &self,
        request: &Parts,
        (site, page): (&Site, &str),
        media_type: &'static str,
        make: impl Future<Output = Result<String, ApiError>>,
    ) -> Result<Response, ApiError> {
        let coding = Coding::of(&request.headers);
        // Read before the comments are: what is kept under it is as new, or newer, and so nobody is
        // shown an older state than they have seen.
        let (version, opened, days) = self.store.version(&site.name, page).await?;
        let key = Key {
            version,
            site: site.version(),
            is_old: Policy::is_old(site, days, opened, self.clock.now()),
            target: request.uri.to_string(),
            host: host(&request.headers),
            coding,
        };
        let Entry { etag, body } = self.cache.get(&key, make).await?;
        let mut response = body.into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        headers.insert(ETAG, etag);
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(name) = coding.name() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        Ok(response)
    }
}

fn host(headers: &HeaderMap) -> Vec<u8> {
    let host = headers.get(HOST).map(HeaderValue::as_bytes);
    host.unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::sync::Notify;

    use super::*;

    fn key(version: i64) -> Key {
        Key {
            version,
            site: 0,
            is_old: false,
            target: "/thread.html?page=/a".to_owned(),
            host: b"comments.example".to_vec(),
            coding: Coding::Identity,
        }
    }

    /// What was asked of a cache.
    struct Asked {
        cache: Cache,
        made: Cell<u32>,
    }

    impl Asked {
        fn of(bytes: u32) -> Self {
            Self {
                cache: Cache::new(bytes),
                made: Cell::new(0),
            }
        }

        async fn get(&self, version: i64, length: usize) -> Bytes {
            let make = async {
                self.made.set(self.made.get() + 1);
                Ok("x".repeat(length))
            };
            self.cache.get(&key(version), make).await.unwrap().body
        }
    }

    #[tokio::test]
    async fn an_answer_is_made_once() {
        let asked = Asked::of(1_000_000);
        for _ in 0..3 {
            assert_eq!(asked.get(1, 5).await, "xxxxx");
        }
        assert_eq!(asked.made.get(), 1);
        asked.get(2, 5).await;
        assert_eq!(asked.made.get(), 2);
    }

    #[tokio::test]
    async fn who_asks_meanwhile_waits_for_the_same_answer() {
        let asked = Asked::of(1_000_000);
        let all_ask = Notify::new();
        let key = key(1);
        let first = asked.cache.get(&key, async {
            asked.made.set(asked.made.get() + 1);
            all_ask.notified().await;
            Ok("x".to_owned())
        });
        let (first, second, ()) = tokio::join!(first, asked.get(1, 9), async {
            all_ask.notify_one();
        });
        assert_eq!((first.unwrap().body, second), ("x".into(), "x".into()));
        assert_eq!(asked.made.get(), 1);
    }

    #[tokio::test]
    async fn what_did_not_work_is_tried_again() {
        let asked = Asked::of(1_000_000);
        let failed = async { Err(afterword_protocol::ProblemKind::Unavailable.into()) };
        asked.cache.get(&key(1), failed).await.unwrap_err();
        assert_eq!(asked.get(1, 1).await, "x");
    }

    #[tokio::test]
    async fn it_holds_no_more_than_it_may() {
        let asked = Asked::of(100_000);
        for version in 0..100 {
            asked.get(version, 10_000).await;
            assert!(asked.cache.0.weight() <= 100_000);
        }
        // Most of the room is used, and by what was asked for.
        assert!(asked.cache.0.weight() > 80_000);
        // What is larger than all of it is answered, and not kept.
        asked.get(-1, 200_000).await;
        assert!(asked.cache.0.weight() <= 100_000);
    }

    #[tokio::test]
    async fn an_answer_that_is_asked_for_survives_many_that_are_not() {
        let asked = Asked::of(100_000);
        for version in 0..100 {
            asked.get(-1, 10_000).await;
            asked.get(version, 10_000).await;
        }
        assert_eq!(asked.made.get(), 101);
    }

    #[tokio::test]
    async fn without_memory_nothing_is_kept() {
        let asked = Asked::of(0);
        asked.get(1, 1).await;
        asked.get(1, 1).await;
        assert_eq!((asked.made.get(), asked.cache.0.len()), (2, 0));
    }

    #[tokio::test]
    async fn an_entry_takes_the_memory_that_it_says() {
        let asked = Asked::of(1_000_000);
        let mut long = key(1);
        long.target = "/".repeat(60_000);
        let make = async { Ok("x".repeat(10_000)) };
        asked.cache.get(&long, make).await.unwrap();
        assert!(asked.cache.0.weight() > 70_000);
    }
}
