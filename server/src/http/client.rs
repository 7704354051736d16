//! Who asks: never an address, only a hash of it that nobody can undo tomorrow.

use std::hash::Hash;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use ipnet::IpNet;

use crate::config::Config;
use crate::domain::{Secret, day, network, random};

/// A client, by the hash of its address with the day's salt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Client([u8; 16]);

impl Client {
    /// The hash, to be stored.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Counts one; an error has the seconds until the next one is welcome.
pub(super) fn count<K: Clone + Hash + Eq, C: Clock>(
    limiter: &RateLimiter<K, DefaultKeyedStateStore<K>, C, NoOpMiddleware<C::Instant>>,
    key: &K,
) -> Result<(), u32> {
    limiter.check_key(key).map_err(|until| {
        let wait = until.wait_time_from(limiter.clock().now());
        u32::try_from(wait.as_millis().div_ceil(1000))
            .unwrap_or(u32::MAX)
            .max(1)
    })
}

/// What is remembered of clients: how much each has sent in the last minute.
pub(crate) struct Clients {
    trusted_proxies: Vec<IpNet>,
    salt: ArcSwap<(i64, Secret)>,
    writes: Option<DefaultKeyedRateLimiter<Client>>,
    thoughts: Option<DefaultKeyedRateLimiter<Client>>,
    reads: Option<DefaultKeyedRateLimiter<Client>>,
}

/// How many votes and reactions a client may send in the time of one comment.
const THOUGHTS: u32 = 3;

/// What a client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Read,
    Write,
    /// A vote or a reaction: a click, of which there are more than texts.
    Think,
}

impl Clients {
    pub(crate) fn new(config: &Config) -> Self {
        let limiter = |per_minute| {
            NonZeroU32::new(per_minute).map(|number| RateLimiter::keyed(Quota::per_minute(number)))
        };
        Self {
            trusted_proxies: config.trusted_proxies.clone(),
            salt: ArcSwap::from_pointee((i64::MIN, Secret(random()))),
            writes: limiter(config.writes_per_minute),
            thoughts: limiter(config.writes_per_minute.saturating_mul(THOUGHTS)),
            reads: limiter(config.reads_per_minute),
        }
    }

    /// A key for what a client sends that has none of its own: the same for the same parts, on the
    /// same day, and nobody can guess it.
    pub(super) fn key(&self, client: Client, parts: &[&[u8]]) -> String {
        let parts: Vec<&[u8]> = [&b"key"[..], &client.0]
            .iter()
            .chain(parts)
            .copied()
            .collect();
        URL_SAFE_NO_PAD.encode(self.salt.load().1.sign(&parts))
    }

    /// The client behind a connection. `now` in milliseconds since 1970.
    pub(super) fn client(&self, peer: SocketAddr, headers: &HeaderMap, now: i64) -> Client {
        self.hashed(self.network(peer, headers), now)
    }

    /// The same where one voice counts as much as another: a line of IPv6 has hundreds of /64.
    pub(super) fn voice(&self, peer: SocketAddr, headers: &HeaderMap, now: i64) -> Client {
        let mut network = self.network(peer, headers);
        // The rest of an IPv4 address is zero anyway.
        network[6..].fill(0);
        self.hashed(network, now)
    }

    fn hashed(&self, network: [u8; 8], now: i64) -> Client {
        let today = day(now);
        if self.salt.load().0 != today {
            self.salt.store(Arc::new((today, Secret(random()))));
        }
        let hash = self.salt.load().1.sign(&[&network]);
        let mut client = [0; 16];
        client.copy_from_slice(&hash[..16]);
        Client(client)
    }

    /// The network behind a connection.
    pub(super) fn network(&self, peer: SocketAddr, headers: &HeaderMap) -> [u8; 8] {
        network(self.address(peer, headers))
    }

    /// The address behind a connection.
    pub(super) fn address(&self, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
        client_address(peer.ip(), headers, &self.trusted_proxies)
    }

    /// Counts an act; an error has the seconds until the next one is welcome.
    pub(super) fn count(&self, client: &Client, act: Act) -> Result<(), u32> {
        let limiter = match act {
            Act::Read => &self.reads,
            Act::Write => &self.writes,
            Act::Think => &self.thoughts,
        };
        let Some(limiter) = limiter else {
            return Ok(());
        };
        count(limiter, client)
    }

    /// Forgets the clients that have been quiet for long enough.
    pub(crate) fn forget_the_quiet(&self) {
        for limiter in [&self.writes, &self.thoughts, &self.reads]
            .into_iter()
            .flatten()
        {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// The last address on the way here that is not one of our own proxies. Only they are believed:
/// anybody can write anything into the header.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| {
        let address = address.to_canonical();
        trusted.iter().any(|network| network.contains(&address))
    };
    let mut client = peer;
    let forwarded = headers.get_all("x-forwarded-for").iter();
    let hops = forwarded
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let mut hops: Vec<&str> = hops.collect();
    while is_trusted(client) {
        let Some(hop) = hops.pop().and_then(|hop| address_of(hop.trim())) else {
            break;
        };
        client = hop;
    }
    client
}

/// What a proxy calls the one before it: an address, with its port where a proxy adds that.
fn address_of(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']'));
    let address = bare.unwrap_or(hop).parse().ok();
    address.or_else(|| hop.parse().ok().map(|with_port: SocketAddr| with_port.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted
            .iter()
            .map(|network| network.parse().unwrap())
            .collect();
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_header_is_believed_from_our_own_proxies_alone() {
        assert_eq!(
            address("203.0.113.9", &["198.51.100.1"], &[]),
            "203.0.113.9"
        );
        assert_eq!(
            address("10.0.0.1", &["198.51.100.1"], &["10.0.0.0/8"]),
            "198.51.100.1"
        );
    }

    #[test]
    fn what_a_client_wrote_itself_is_not_believed() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(
            address("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.2"], &trusted),
            "198.51.100.1"
        );
        assert_eq!(
            address("10.0.0.1", &["1.2.3.4", "198.51.100.1"], &trusted),
            "198.51.100.1"
        );
        assert_eq!(address("10.0.0.1", &["evil"], &trusted), "10.0.0.1");
        // As some proxies write it.
        for (hop, client) in [
            ("198.51.100.1:4711", "198.51.100.1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
        ] {
            assert_eq!(address("10.0.0.1", &[hop], &trusted), client);
        }
        assert_eq!(address("10.0.0.1", &[], &trusted), "10.0.0.1");
    }

    #[test]
    fn a_line_of_ipv6_has_one_voice() {
        let clients =
            Clients::new(&Config::load(crate::config::Settings::default(), None).unwrap());
        let of = |peer: &str| clients.voice(peer.parse().unwrap(), &HeaderMap::new(), 0);
        assert_eq!(of("[2001:db8::1]:5"), of("[2001:db8:0:ff::1]:5"));
        assert_ne!(of("[2001:db8::1]:5"), of("[2001:db8:1::1]:5"));
        assert_ne!(of("192.0.2.1:5"), of("192.0.2.2:5"));
    }

    #[test]
    fn a_hash_lasts_for_a_day() {
        let clients =
            Clients::new(&Config::load(crate::config::Settings::default(), None).unwrap());
        let peer = "192.0.2.1:5".parse().unwrap();
        let at = |hour: i64| clients.client(peer, &HeaderMap::new(), hour * 3_600_000);
        assert_eq!(at(1), at(23));
        assert_ne!(at(23), at(24));
    }
}
