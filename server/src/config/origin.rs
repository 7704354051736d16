//! Whose pages may send comments.

use std::net::IpAddr;
use std::str::FromStr;

use url::{Host, Url};

/// Pages that may send comments, by their origin (RFC 6454).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Every page there is.
    Any,
    /// One origin, as browsers write it: `https://example.org`.
    One(String),
    /// All below a domain: scheme, and what a host must end with.
    Below(String, String),
}

impl FromStr for Origin {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let (scheme, rest) = text.split_once("://").ok_or(())?;
        if let Some(domain) = rest.strip_prefix("*.") {
            let one = of_url(&format!("{scheme}://{domain}")).ok_or(())?;
            let (scheme, domain) = one.split_once("://").ok_or(())?;
            return Ok(Self::Below(scheme.to_owned(), format!(".{domain}")));
        }
        of_url(text).map(Self::One).ok_or(())
    }
}

/// The origin that an address without a path names.
fn of_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && !text.contains('*');
    (is_bare && matches!(url.scheme(), "http" | "https"))
        .then(|| url.origin().ascii_serialization())
}

/// The origins of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origins {
    /// Those that the owner named.
    Named(Vec<Origin>),
    /// Nobody has named any: pages of the machine that the reader sits at, for development.
    Loopback,
}

impl Origins {
    /// Whether a page of that origin may send comments.
    #[must_use]
    pub fn allow(&self, origin: &str) -> bool {
        match self {
            Self::Named(origins) => origins.iter().any(|allowed| match allowed {
                Origin::Any => true,
                Origin::One(one) => one == origin,
                Origin::Below(scheme, domain) => origin
                    .split_once("://")
                    .is_some_and(|(s, host)| s == scheme && host.ends_with(domain)),
            }),
            Self::Loopback => Url::parse(origin).is_ok_and(|url| match url.host() {
                Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
                Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
                Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
                None => false,
            }),
        }
    }
}

impl Origin {
    /// What a content security policy calls the pages that it stands for.
    fn source(&self) -> String {
        match self {
            Self::Any => "*".to_owned(),
            Self::One(origin) => origin.clone(),
            Self::Below(scheme, domain) => format!("{scheme}://*{domain}"),
        }
    }
}

/// [`Origins::Loopback`] as sources: a policy knows no address of IPv6.
const LOOPBACK: &str = "http://localhost:* https://localhost:* http://127.0.0.1:* \
     https://127.0.0.1:* http://*.localhost:* https://*.localhost:*";

impl Origins {
    /// Whether every page there is may send comments.
    #[must_use]
    pub fn are_open(&self) -> bool {
        matches!(self, Self::Named(origins) if origins.contains(&Origin::Any))
    }

    /// The host of the first ones that have one, for people.
    pub(crate) fn host(&self) -> Option<String> {
        let Self::Named(origins) = self else {
            return None;
        };
        origins.iter().find_map(|origin| match origin {
            Origin::Any => None,
            Origin::One(one) => Url::parse(one).ok()?.host_str().map(str::to_owned),
            Origin::Below(_, domain) => Some(domain.trim_start_matches('.').to_owned()),
        })
    }

    /// As an owner writes them.
    pub(crate) fn to_strings(&self) -> Vec<String> {
        match self {
            Self::Named(origins) => origins.iter().map(Origin::source).collect(),
            Self::Loopback => Vec::new(),
        }
    }

    /// Their pages as sources of a content security policy, with blanks between them.
    pub(crate) fn sources(&self) -> String {
        match self {
            Self::Named(origins) => {
                let sources: Vec<String> = origins.iter().map(Origin::source).collect();
                sources.join(" ")
            }
            Self::Loopback => LOOPBACK.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allow(named: &str, origin: &str) -> bool {
        Origins::Named(vec![named.parse().unwrap()]).allow(origin)
    }

    #[test]
    fn an_origin_is_read_as_browsers_write_it() {
        assert!(allow("https://Example.org:443/", "https://example.org"));
        assert!(allow(
            "http://bücher.example:8080",
            "http://xn--bcher-kva.example:8080"
        ));
        assert!(!allow("https://example.org", "http://example.org"));
        assert!(!allow(
            "https://example.org",
            "https://example.org.evil.example"
        ));
        assert!(!allow("https://example.org", "null"));
    }

    #[test]
    fn a_star_stands_for_whole_labels() {
        assert!(allow("https://*.example.org", "https://a.b.example.org"));
        assert!(!allow("https://*.example.org", "https://example.org"));
        assert!(!allow("https://*.example.org", "https://evilexample.org"));
        assert!(!allow("https://*.example.org", "http://a.example.org"));
        assert!(allow("*", "null"));
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for wrong in [
            "",
            "example.org",
            "https://",
            "ftp://example.org",
            "https://a.org/b",
            "https://a.org?b",
            "https://u@a.org",
            "https://*",
        ] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn without_any_the_reader_s_own_machine_is_allowed() {
        for mine in [
            "http://localhost:8000",
            "http://127.0.0.1:3000",
            "http://[::1]:80",
            "https://dev.localhost",
        ] {
            assert!(Origins::Loopback.allow(mine), "{mine}");
        }
        for other in [
            "https://example.org",
            "http://localhost.example.org",
            "http://10.0.0.1",
            "null",
            "file://",
        ] {
            assert!(!Origins::Loopback.allow(other), "{other}");
        }
    }

    #[test]
    fn a_policy_names_them_in_its_own_way() {
        let sources = |origins: &[&str]| {
            let origins = origins.iter().map(|origin| origin.parse().unwrap());
            Origins::Named(origins.collect()).sources()
        };
        assert_eq!(
            sources(&["https://Example.org/", "https://*.example.org:8443"]),
            "https://example.org https://*.example.org:8443"
        );
        assert_eq!(sources(&["*"]), "*");
        assert!(Origins::Loopback.sources().contains("http://localhost:*"));
    }
}
