//! Streams that are open, and how many may be.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use afterword_protocol::ProblemKind;
use tokio::sync::watch;

use super::client::Client;
use crate::config::Config;
use crate::error::Refusal;

/// In how many seconds somebody may try again.
const RETRY: u32 = 60;

#[derive(Default)]
struct Open {
    all: u32,
    by_client: HashMap<Client, u32>,
}

/// The open streams.
pub(crate) struct Streams {
    most: u32,
    most_per_client: u32,
    open: Arc<Mutex<Open>>,
    is_over: watch::Sender<bool>,
}

/// A stream that is open, for as long as this is not dropped.
pub(super) struct Place {
    open: Arc<Mutex<Open>>,
    client: Client,
    is_over: watch::Receiver<bool>,
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Streams {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            most: config.max_streams,
            most_per_client: config.streams_per_client,
            open: Arc::default(),
            is_over: watch::Sender::new(false),
        }
    }

    /// Ends all of them, and those that are opened from now on.
    pub(crate) fn end(&self) {
        self.is_over.send_replace(true);
    }

    /// A place for one more, if there is one.
    pub(super) fn take(&self, client: Client) -> Result<Place, Refusal> {
        let mut open = lock(&self.open);
        if open.all >= self.most {
            let detail = "as many streams are open as this server has: ask for changes instead";
            return Err(Refusal::because(ProblemKind::Unavailable, detail));
        }
        let own = open.by_client.entry(client).or_default();
        if *own >= self.most_per_client {
            return Err(Refusal {
                detail: Some("as many streams are open as a client may have".to_owned()),
                ..Refusal::over(ProblemKind::RateLimited, RETRY)
            });
        }
        *own += 1;
        open.all += 1;
        Ok(Place {
            open: Arc::clone(&self.open),
            client,
            is_over: self.is_over.subscribe(),
        })
    }
}

impl Place {
    /// When the server ends.
    pub(super) async fn is_over(&mut self) {
        // An error says that nobody is left who could end it.
        let _ = self.is_over.wait_for(|is_over| *is_over).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        open.all -= 1;
        if let Some(own) = open.by_client.get_mut(&self.client) {
            *own -= 1;
            if *own == 0 {
                open.by_client.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::http::HeaderMap;

    use super::*;
    use crate::config::Settings;
    use crate::http::Clients;

    fn streams(most: u32, per_client: u32) -> (Streams, impl Fn(u8) -> Client) {
        let settings = Settings {
            max_streams: Some(most),
            streams_per_client: Some(per_client),
            ..Settings::default()
        };
        let config = Config::load(settings, None).unwrap();
        let clients = Clients::new(&config);
        let client = move |number: u8| {
            let peer = SocketAddr::from(([192, 0, 2, number], 1));
            clients.client(peer, &HeaderMap::new(), 0)
        };
        (Streams::new(&config), client)
    }

    #[test]
    fn one_client_does_not_take_the_place_of_others() {
        let (streams, client) = streams(3, 2);
        let first = streams.take(client(1)).unwrap();
        let _second = streams.take(client(1)).unwrap();
        let refusal = streams.take(client(1)).err().unwrap();
        assert_eq!(refusal.kind, ProblemKind::RateLimited);
        let _third = streams.take(client(2)).unwrap();
        let refusal = streams.take(client(2)).err().unwrap();
        assert_eq!(refusal.kind, ProblemKind::Unavailable);
        drop(first);
        let _fourth = streams.take(client(1)).unwrap();
    }

    #[test]
    fn nobody_is_remembered_who_has_gone() {
        let (streams, client) = streams(9, 9);
        drop((
            streams.take(client(1)).unwrap(),
            streams.take(client(2)).unwrap(),
        ));
        assert!(lock(&streams.open).by_client.is_empty());
        assert_eq!(lock(&streams.open).all, 0);
    }

    #[tokio::test]
    async fn who_comes_after_the_end_is_told_so_at_once() {
        let (streams, client) = streams(9, 9);
        streams.end();
        streams.take(client(1)).unwrap().is_over().await;
    }
}
