//! Who signs in elsewhere: what is remembered of them meanwhile, and how often somebody may.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use afterword_protocol::ProblemKind;
use axum::http::HeaderMap;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::domain::digest;
use crate::error::Refusal;
use crate::http::language::Language;
use crate::http::{Client, Context, client};
use crate::oidc::{Person, Travellers};

/// What a page waits for whose reader is at another server.
pub(super) struct Traveller {
    pub(super) site: String,
    /// The page's origin.
    pub(super) origin: String,
    /// SHA-256 of what it holds.
    pub(super) secret: [u8; 32],
    pub(super) language: Option<&'static Language>,
}

/// Somebody who has come back, and whom that page has still to ask for.
pub(super) struct Arrived {
    pub(super) traveller: Traveller,
    pub(super) issuer: String,
    pub(super) person: Person,
    end: i64,
}

/// For how long that page may take, in milliseconds.
const HANDED: i64 = 60_000;

/// Most who are waited for at a time.
const MOST: usize = 10_000;

/// Links to one address at once, and after how long there is one more.
const OF_ADDRESS: (u32, Duration) = (3, Duration::from_secs(5 * 60));

/// And over a day, in which there are twice as many at most.
const OF_DAY: (u32, Duration) = (5, Duration::from_secs(24 * 60 * 60 / 5));

/// The same for those whom one network asks for.
const OF_NETWORK: (u32, Duration) = (10, Duration::from_secs(2 * 60));

/// Windows of another server that one network opens.
const WINDOWS: (u32, Duration) = (30, Duration::from_secs(10));

type Limiter<K, C = DefaultClock> =
    RateLimiter<K, DefaultKeyedStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// How many links each address gets, by SHA-256 of it.
struct Addresses<C: Clock = DefaultClock> {
    few: Limiter<[u8; 32], C>,
    day: Limiter<[u8; 32], C>,
}

impl<C: Clock + Clone> Addresses<C> {
    fn new(clock: &C) -> Self {
        let limiter = |most| {
            let state = DefaultKeyedStateStore::default();
            RateLimiter::new(quota(most), state, clock.clone())
        };
        Self {
            few: limiter(OF_ADDRESS),
            day: limiter(OF_DAY),
        }
    }

    /// Counts a link, whoever has asked for it.
    fn count(&self, email: &str) -> Result<(), Refusal> {
        let address = digest(email.to_lowercase().as_bytes());
        count(&self.few, &address)?;
        count(&self.day, &address)
    }
}

/// Lives as long as the server.
pub(crate) struct Logins {
    addresses: Addresses,
    networks: Limiter<Client>,
    windows: Limiter<Client>,
    pub(super) travellers: Travellers<Traveller>,
    /// By SHA-256 of the code that their window hands back.
    arrived: Mutex<HashMap<[u8; 32], Arrived>>,
}

fn quota((most, period): (u32, Duration)) -> Quota {
    let most = NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(period).unwrap_or(Quota::per_hour(most));
    quota.allow_burst(most)
}

impl Default for Logins {
    fn default() -> Self {
        Self {
            addresses: Addresses::new(&DefaultClock::default()),
            networks: RateLimiter::keyed(quota(OF_NETWORK)),
            windows: RateLimiter::keyed(quota(WINDOWS)),
            travellers: Travellers::default(),
            arrived: Mutex::default(),
        }
    }
}

/// Counts one, or refuses it with the seconds to wait.
fn count<K: Clone + Hash + Eq, C: Clock>(limiter: &Limiter<K, C>, key: &K) -> Result<(), Refusal> {
    client::count(limiter, key).map_err(|wait| Refusal::over(ProblemKind::RateLimited, wait))
}

impl Logins {
    /// Counts a link, whoever has that address, or refuses it with the seconds to wait.
    fn count(&self, email: &str, client: &Client) -> Result<(), Refusal> {
        // What a network is refused does not use up what somebody else's address may get.
        count(&self.networks, client)?;
        self.addresses.count(email)
    }

    /// Keeps who has come back, under what their window hands back; gives the page back that waits for
    /// them where too many have.
    pub(super) fn arrive(
        &self,
        code: &str,
        traveller: Traveller,
        (issuer, person): (String, Person),
        now: i64,
    ) -> Result<(), Traveller> {
        let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        if arrived.len() >= MOST {
            return Err(traveller);
        }
        let end = now + HANDED;
        let one = Arrived {
            traveller,
            issuer,
            person,
            end,
        };
        arrived.insert(digest(code.as_bytes()), one);
        Ok(())
    }

    /// Whom that code is of; once, whoever asks.
    pub(super) fn fetch(&self, code: &str, now: i64) -> Option<Arrived> {
        let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        let one = arrived.remove(&digest(code.as_bytes()));
        one.filter(|one| one.end > now)
    }

    /// Forgets what is too old.
    pub(crate) fn forget_the_old(&self, now: i64) {
        let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        arrived.retain(|_, one| one.end > now);
        self.addresses.few.retain_recent();
        self.addresses.day.retain_recent();
        self.networks.retain_recent();
        self.windows.retain_recent();
        self.travellers.forget_the_old(now);
    }
}

impl Context {
    /// Counts a link to an address that a client asks for.
    pub(super) fn count_link(
        &self,
        email: &str,
        peer: SocketAddr,
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        let client = self.clients.client(peer, headers, self.clock.now());
        self.logins.count(email, &client)
    }

    /// Counts a window in which somebody signs in, which a client opens.
    pub(in crate::http) fn count_window(
        &self,
        peer: SocketAddr,
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        let client = self.clients.voice(peer, headers, self.clock.now());
        count(&self.logins.windows, &client)
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    #[test]
    fn an_address_gets_ten_links_a_day_however_often_somebody_asks() {
        let clock = FakeRelativeClock::default();
        let addresses = Addresses::new(&clock);
        let asks = |email: &str| addresses.count(email).is_ok();
        let day = |email: &str| {
            let mut links = 0;
            for _ in 0..24 * 60 {
                links += u32::from(asks(email));
                clock.advance(Duration::from_secs(60));
            }
            links
        };
        let row: Vec<bool> = (0..4).map(|_| asks("ana@example.org")).collect();
        assert_eq!(row, [true, true, true, false]);
        // However it is written.
        assert!(!asks("Ana@EXAMPLE.org"));
        assert!(asks("ben@example.org"));
        assert!((9..=10).contains(&(3 + day("ana@example.org"))));
        // On the next day it is half of that.
        assert!((4..=6).contains(&day("ana@example.org")));
        let refused = (0..3).find_map(|_| addresses.count("ana@example.org").err());
        assert!(refused.is_some_and(|it| it.limit > Some(60)));
    }

    #[test]
    fn who_has_come_back_is_waited_for_a_minute_and_forgotten() {
        let logins = Logins::default();
        let arrives = |code: &str, now| {
            let traveller = Traveller {
                site: "news".to_owned(),
                origin: "https://news.example".to_owned(),
                secret: [7; 32],
                language: None,
            };
            let person = Person {
                subject: "42".to_owned(),
                email: None,
                name: Some("Ana".to_owned()),
                picture: None,
            };
            let issuer = "https://id.example".to_owned();
            logins.arrive(code, traveller, (issuer, person), now)
        };
        let waits = || logins.arrived.lock().unwrap().len();
        assert!(arrives("a", 0).is_ok() && arrives("b", 1_000).is_ok());
        assert!(logins.fetch("a", 5_000).is_some());
        // Once.
        assert!(logins.fetch("a", 5_000).is_none());
        logins.forget_the_old(HANDED);
        assert_eq!(waits(), 1);
        logins.forget_the_old(HANDED + 1_000);
        assert_eq!(waits(), 0);
        assert!(arrives("c", 0).is_ok());
        assert!(logins.fetch("c", HANDED).is_none());
        // No more than so many, whoever sends them.
        for number in 0..MOST {
            assert!(arrives(&number.to_string(), 0).is_ok());
        }
        assert!(arrives("one more", 0).is_err());
    }
}
