//! Networks, as far as one client may call them its own, and as far as somebody bans them.

use std::net::IpAddr;

use ipnet::IpNet;

/// The widest networks that can be banned, of IPv4 and of IPv6.
const WIDEST: (u8, u8) = (8, 16);

/// What one client may call its own: an IPv4 address, or a /64 of IPv6.
pub(crate) fn network(address: IpAddr) -> [u8; 8] {
    let mut network = [0; 8];
    match address.to_canonical() {
        IpAddr::V4(address) => network[..4].copy_from_slice(&address.octets()),
        IpAddr::V6(address) => network.copy_from_slice(&address.octets()[..8]),
    }
    network
}

/// How somebody names a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// By an address in it: one client's network.
    One(IpAddr),
    /// By what all addresses of a wider one begin with: `203.0.113.0/24`.
    Wide(String),
}

impl Named {
    /// The network of that name; none where it is no such name, or of half the world.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(address) = text.parse::<IpAddr>() {
            return Some(Self::One(address.to_canonical()));
        }
        let net: IpNet = text.parse().ok()?;
        let (own, widest) = match net {
            IpNet::V4(_) => (32, WIDEST.0),
            IpNet::V6(_) => (64, WIDEST.1),
        };
        let length = net.prefix_len();
        if length >= own {
            return Some(Self::One(net.addr()));
        }
        (length >= widest).then(|| Self::Wide(net.trunc().to_string()))
    }
}

/// The wider networks that an address is in.
pub(crate) fn wider(address: IpAddr) -> Vec<String> {
    let address = address.to_canonical();
    let lengths = match address {
        IpAddr::V4(_) => WIDEST.0..32,
        IpAddr::V6(_) => WIDEST.1..64,
    };
    let nets = lengths.filter_map(|length| IpNet::new(address, length).ok());
    nets.map(|net| net.trunc().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_of_ipv6_has_a_whole_network() {
        let of = |address: &str| network(address.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }

    #[test]
    fn a_network_has_one_name() {
        let one = |address: &str| Some(Named::One(address.parse().unwrap()));
        let wide = |net: &str| Some(Named::Wide(net.to_owned()));
        for (text, named) in [
            (" 192.0.2.1 ", one("192.0.2.1")),
            ("192.0.2.1/32", one("192.0.2.1")),
            ("::ffff:192.0.2.1", one("192.0.2.1")),
            ("192.0.2.77/24", wide("192.0.2.0/24")),
            ("10.0.0.0/8", wide("10.0.0.0/8")),
            ("2001:DB8::1", one("2001:db8::1")),
            ("2001:db8::/64", one("2001:db8::")),
            ("2001:db8:0:0:1::/63", wide("2001:db8::/63")),
            ("2001:db8:1:2::/48", wide("2001:db8:1::/48")),
            ("0.0.0.0/0", None),
            ("::/0", None),
            ("192.0.2", None),
            ("192.0.2.0/33", None),
            ("", None),
        ] {
            assert_eq!(Named::from_text(text), named, "{text}");
        }
    }

    #[test]
    fn an_address_is_in_what_begins_as_it_does() {
        let of = |address: &str| wider(address.parse().unwrap());
        assert!(of("192.0.2.77").contains(&"192.0.2.0/24".to_owned()));
        assert!(of("::ffff:192.0.2.77").contains(&"192.0.0.0/16".to_owned()));
        assert!(!of("192.0.3.77").contains(&"192.0.2.0/24".to_owned()));
        assert!(of("2001:db8:1:2::3").contains(&"2001:db8:1::/48".to_owned()));
        assert_eq!((of("192.0.2.77").len(), of("::1").len()), (24, 48));
    }
}
