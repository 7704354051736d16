//! Requests that the server sends: to addresses that owners name, and to nothing within its own
//! network unless they say so.

use std::error::Error as StdError;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use afterword_protocol::admin::ObstacleKind;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::HeaderMap;
use reqwest::{Client, ClientBuilder, Request, Response, StatusCode, Url, redirect};
use sha2::Sha256;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutboundError {
    /// The address is none of the web.
    #[error("it is no address of the web")]
    Address,
    /// It leads into a network that the public can't reach.
    #[error("it leads into a private network, and outbound-private is not set")]
    Private,
    /// It took too long.
    #[error("no answer came in {0:?}")]
    Late(Duration),
    /// The answer is longer than it may be.
    #[error("the answer is too long")]
    Long,
    /// The request failed. Without its address, which may have a secret in it, or be somebody's picture.
    #[error("the request failed")]
    Failed(#[source] reqwest::Error),
}

impl From<reqwest::Error> for OutboundError {
    fn from(error: reqwest::Error) -> Self {
        Self::Failed(error.without_url())
    }
}

impl OutboundError {
    /// What stood in the way.
    pub(crate) fn obstacle(&self) -> ObstacleKind {
        match self {
            Self::Address => ObstacleKind::Address,
            Self::Private => ObstacleKind::Private,
            Self::Late(_) => ObstacleKind::Late,
            Self::Failed(error) if error.is_timeout() => ObstacleKind::Late,
            Self::Failed(error) if error.is_connect() => ObstacleKind::Unreachable,
            Self::Failed(_) | Self::Long => ObstacleKind::Other,
        }
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Sends requests.
#[derive(Clone)]
pub(crate) struct Outbound {
    client: Client,
    allows_private: bool,
}

impl Outbound {
    /// `allows_private`: whether private networks may be reached, too.
    pub(crate) fn new(allows_private: bool) -> Result<Self, reqwest::Error> {
        // Somebody else may have installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let build = |builder: ClientBuilder| {
            builder
                .user_agent(concat!("Afterword/", env!("CARGO_PKG_VERSION")))
                // A proxy would resolve names by itself, and a redirect could lead anywhere.
                .no_proxy()
                .redirect(redirect::Policy::none())
                .dns_resolver(Arc::new(Public { allows_private }))
                .build()
        };
        // Systems without any certificates, such as small containers, trust those of Mozilla's list.
        let client = build(Client::builder()).or_else(|error| {
            tracing::info!(
                error = &error as &dyn StdError,
                "other servers are known by the certificates that the program brings"
            );
            build(Client::builder().tls_backend_preconfigured(brought()))
        })?;
        Ok(Self {
            client,
            allows_private,
        })
    }

    /// What makes requests for [`Outbound::send`].
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Sends a request; the whole answer, of at most so many bytes, has to come within that time.
    pub(crate) async fn send(
        &self,
        request: Request,
        patience: Duration,
        most: usize,
    ) -> Result<Answer, OutboundError> {
        let exchange = async {
            let mut response = self.begin(request).await?;
            let status = response.status();
            let headers = std::mem::take(response.headers_mut());
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await? {
                if body.len() + chunk.len() > most {
                    return Err(OutboundError::Long);
                }
                body.extend_from_slice(&chunk);
            }
            Ok(Answer {
                status,
                headers,
                body,
            })
        };
        within(patience, exchange).await
    }

    /// Sends a request to somebody of whose answer the head alone says anything.
    pub(crate) async fn tell(
        &self,
        request: Request,
        patience: Duration,
    ) -> Result<(StatusCode, HeaderMap), OutboundError> {
        let mut response = within(patience, self.begin(request)).await?;
        Ok((response.status(), std::mem::take(response.headers_mut())))
    }

    async fn begin(&self, request: Request) -> Result<Response, OutboundError> {
        self.check(request.url())?;
        Ok(self.client.execute(request).await?)
    }

    /// An address that is a number is resolved by nobody.
    fn check(&self, url: &Url) -> Result<(), OutboundError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OutboundError::Address);
        }
        let address: Option<IpAddr> = match url.host() {
            Some(url::Host::Ipv4(address)) => Some(address.into()),
            Some(url::Host::Ipv6(address)) => Some(address.into()),
            Some(url::Host::Domain(_)) => None,
            None => return Err(OutboundError::Address),
        };
        match address {
            Some(address) if !self.allows_private && !is_public(address) => {
                Err(OutboundError::Private)
            }
            _ => Ok(()),
        }
    }
}

/// What is done within that time, or nothing.
async fn within<T>(
    patience: Duration,
    exchange: impl Future<Output = Result<T, OutboundError>>,
) -> Result<T, OutboundError> {
    let late = |_| OutboundError::Late(patience);
    let answer = tokio::time::timeout(patience, exchange).await;
    answer.map_err(late)?.map_err(|error| match error {
        OutboundError::Failed(error) if is_private(&error) => OutboundError::Private,
        error => error,
    })
}

/// Who is trusted to vouch for other servers where the system names nobody.
fn brought() -> rustls::ClientConfig {
    let roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// A signature by the scheme of Standard Webhooks, for the header `webhook-signature`: of the headers
/// `webhook-id` and `webhook-timestamp` (seconds since 1970), and of the body.
pub(crate) fn signature(secret: &[u8], id: &str, timestamp: i64, body: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        unreachable!("HMAC takes keys of any length")
    };
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// The same by a secret, or by several in its place (`whsec_… whsec_…`): while a receiver is told another
/// one, both are good.
pub(crate) fn signatures(secret: &str, id: &str, timestamp: i64, body: &[u8]) -> String {
    let several: Vec<&str> = secret.split_whitespace().collect();
    let all = match several.iter().all(|it| it.starts_with(CODED)) {
        true => several,
        false => vec![secret],
    };
    let each = all.into_iter();
    let each = each.map(|it| signature(&secret_bytes(it), id, timestamp, body));
    each.collect::<Vec<_>>().join(" ")
}

/// How a secret begins that is written in base64.
const CODED: &str = "whsec_";

/// The bytes of a secret as an owner writes it: Standard Webhooks has `whsec_` and base64; any other
/// text is taken as it is.
pub(crate) fn secret_bytes(secret: &str) -> Vec<u8> {
    let coded = secret.strip_prefix(CODED);
    let bytes = coded.and_then(|coded| STANDARD.decode(coded).ok());
    bytes.unwrap_or_else(|| secret.as_bytes().to_vec())
}

/// A name that leads into a private network alone.
#[derive(Debug, thiserror::Error)]
#[error("the name leads into a private network")]
struct PrivateName;

fn is_private(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<PrivateName>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Resolves names to the addresses that the public can reach: those are connected to, whatever the name
/// says a moment later.
struct Public {
    allows_private: bool,
}

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        let allows_private = self.allows_private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found
                .filter(|address| allows_private || is_public(address.ip()))
                .collect();
            if found.is_empty() {
                return Err(PrivateName.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether anybody can reach it (IANA's registries of special-purpose addresses).
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_unspecified()
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // What carries an address of IPv4 is as that is.
    let carried = match segments {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some((high, low)),
        [0x2002, high, low, ..] => Some((high, low)),
        [0, 0, 0, 0, 0, 0, high, low] => Some((high, low)),
        _ => None,
    };
    if let Some((high, low)) = carried {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    // Global unicast, but for what is documentation's, Teredo's and ORCHID's.
    segments[0] & 0xe000 == 0x2000
        && !(segments[0] == 0x2001 && segments[1] < 0x0200)
        && !(segments[0] == 0x2001 && segments[1] == 0xdb8)
        && !(segments[0] == 0x3fff && segments[1] < 0x1000)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    #[tokio::test]
    async fn an_error_keeps_the_address_to_itself() {
        let outbound = Outbound::new(true).expect("a client");
        let url = "http://127.0.0.1:1/hook?token=a-secret";
        let request = outbound.client().get(url).build().expect("a request");
        let error = outbound
            .send(request, SOON, 10)
            .await
            .expect_err("nobody is there");
        assert!(matches!(error, OutboundError::Failed(_)), "{error:?}");
        assert!(!format!("{error:?} {}", crate::app::chain(&error)).contains("a-secret"));
    }

    #[test]
    fn addresses_of_the_public_are_told_from_others() {
        let public = ["1.1.1.1", "93.184.215.14", "2606:4700::1", "::ffff:8.8.8.8"];
        let private = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "::127.0.0.1",
            "ff02::1",
        ];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        for address in private {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    /// What a server is told that is asked by that address; it answers by `answer`.
    async fn asked(
        address: &str,
        answer: &'static str,
        allows_private: bool,
        most: usize,
    ) -> Result<Answer, OutboundError> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serve = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = [0; 4096];
            let _ = stream.read(&mut bytes).await;
            let length = answer.len();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{answer}");
            let _ = stream.write_all(head.as_bytes()).await;
            std::future::pending::<()>().await;
        };
        let outbound = Outbound::new(allows_private).unwrap();
        let url = format!("http://{address}:{port}/");
        let request = outbound.client().get(url).build().unwrap();
        tokio::select! {
            answer = outbound.send(request, SOON, most) => answer,
            () = serve => unreachable!("it serves for ever"),
        }
    }

    #[tokio::test]
    async fn private_networks_are_not_reached_by_name_or_number() {
        for address in ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"] {
            let refused = asked(address, "secret", false, 100).await;
            assert!(
                matches!(refused, Err(OutboundError::Private)),
                "{address}: {refused:?}"
            );
        }
        let answer = asked("127.0.0.1", "hello", true, 100).await.unwrap();
        assert_eq!(
            (answer.status.as_u16(), &answer.body[..]),
            (200, &b"hello"[..])
        );
    }

    #[tokio::test]
    async fn an_answer_has_a_bound_and_a_time() {
        let long = asked("127.0.0.1", "0123456789", true, 5).await;
        assert!(matches!(long, Err(OutboundError::Long)), "{long:?}");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let outbound = Outbound::new(true).unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let request = outbound.client().get(url).build().unwrap();
        let late = outbound.send(request, Duration::from_millis(50), 5).await;
        assert!(matches!(late, Err(OutboundError::Late(_))), "{late:?}");
    }

    /// The example of the Standard Webhooks specification's libraries.
    #[test]
    fn a_signature_is_as_standard_webhooks_has_it() {
        let secret = secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let body = br#"{"test": 2432232314}"#;
        assert_eq!(
            signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
        let both = signatures("whsec_MTIzNDU2Nzg5MDEyMzQ1Ng== whsec_YWJj", "1", 2, b"x");
        let one = |secret| signatures(secret, "1", 2, b"x");
        let each = [one("whsec_MTIzNDU2Nzg5MDEyMzQ1Ng=="), one("whsec_YWJj")];
        assert_eq!(both, each.join(" "));
        assert_eq!(one("plain and long").split(' ').count(), 1);
        assert_eq!(secret_bytes("plain"), b"plain");
    }
}
