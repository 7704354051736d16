//! Who signs in elsewhere: what is remembered of them meanwhile, and how often somebody may.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use afterword_protocol::ProblemKind;
use axum::http::HeaderMap;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

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

type Limiter<K> = DefaultKeyedRateLimiter<K>;

/// Lives as long as the server.
pub(crate) struct Logins {
    addresses: Limiter<[u8; 32]>,
    days: Limiter<[u8; 32]>,
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
            addresses: RateLimiter::keyed(quota(OF_ADDRESS)),
            days: RateLimiter::keyed(quota(OF_DAY)),
            networks: RateLimiter::keyed(quota(OF_NETWORK)),
            windows: RateLimiter::keyed(quota(WINDOWS)),
            travellers: Travellers::default(),
            arrived: Mutex::default(),
        }
    }
}

/// Counts one, or refuses it with the seconds to wait.
fn count<K: Clone + Hash + Eq>(limiter: &Limiter<K>, key: &K) -> Result<(), Refusal> {
    client::count(limiter, key).map_err(|wait| Refusal::over(ProblemKind::RateLimited, wait))
}

impl Logins {
    /// Counts a link, whoever has that address, or refuses it with the seconds to wait.
    fn count(&self, email: &str, client: &Client) -> Result<(), Refusal> {
        // What a network is refused does not use up what somebody else's address may get.
        count(&self.networks, client)?;
        let address = digest(email.to_lowercase().as_bytes());
        count(&self.addresses, &address)?;
        count(&self.days, &address)
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
        self.addresses.retain_recent();
        self.days.retain_recent();
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
