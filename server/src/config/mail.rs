//! How mails are sent.

use std::fmt;
use std::net::IpAddr;

use lettre::message::Mailbox;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use url::Url;

use super::ConfigError;
use super::settings::{Settings, number, wrong};

/// How mails are sent.
#[derive(Clone)]
pub struct Mail {
    url: Url,
    /// Whom they are from.
    pub from: Mailbox,
    /// The server's own address, for the links in them; without a slash at its end.
    pub base: String,
    /// How long an answer waits for others, in seconds.
    pub delay: u32,
}

impl fmt::Debug for Mail {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("host", &self.url.host_str())
            .field("from", &self.from.email)
            .finish_non_exhaustive()
    }
}

/// What `smtp-url` can be.
const RIGHT: &str = "an address like smtp://NAME:PASSWORD@mail.example.org:587 (with STARTTLS, unless ?tls=none or \
     ?tls=opportunistic says otherwise) or smtps://NAME:PASSWORD@mail.example.org; percent-encode what is \
     special in a password";

impl Mail {
    /// Whether that host is this machine, where there is no network to listen on.
    fn is_here(&self) -> bool {
        // Of a scheme that is not the web's, a host is no more than its words.
        let host = self.url.host_str().unwrap_or_default();
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }

    /// What connects to the SMTP server; none for an address that is none of one.
    pub(crate) fn transport(&self) -> Option<AsyncSmtpTransportBuilder> {
        let given = self.url.query_pairs().find(|(name, _)| name == "tls");
        let tls = given.map(|(_, value)| value.into_owned());
        let mut url = self.url.clone();
        url.set_query(None);
        if url.path() == "/" {
            url.set_path("");
        }
        match (url.scheme(), tls.as_deref()) {
            ("smtps", None) | ("smtp", Some("none")) => {}
            ("smtp", None) if self.is_here() => {}
            ("smtp", None | Some("required")) => url.set_query(Some("tls=required")),
            ("smtp", Some("opportunistic")) => url.set_query(Some("tls=opportunistic")),
            _ => return None,
        }
        AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str()).ok()
    }
}

/// The settings of mail; none where no server is named.
pub(super) fn read(settings: &Settings, base: Option<&Url>) -> Result<Option<Mail>, ConfigError> {
    let given = |value: &Option<String>| {
        let value = value.as_deref().map(str::trim);
        value.filter(|value| !value.is_empty()).map(str::to_owned)
    };
    let delay = number("mail-delay", settings.mail_delay, 120, 0, 86_400)?;
    let from = given(&settings.mail_from);
    let from = from.map(|from| {
        let right = "an address like comments@example.org or Example <comments@example.org>";
        from.parse::<Mailbox>()
            .map_err(|_| wrong("mail-from", &from, right))
    });
    let from = from.transpose()?;
    let Some(url) = given(&settings.smtp_url) else {
        return Ok(None);
    };
    // What it is may be a password.
    let refused = || ConfigError::Value {
        name: "smtp-url",
        value: "not one that can be used".to_owned(),
        right: RIGHT.to_owned(),
    };
    let url = Url::parse(&url).map_err(|_| refused())?;
    let (Some(from), Some(base)) = (from, base) else {
        return Err(ConfigError::MailHalf);
    };
    let mail = Mail {
        url,
        from,
        base: base.as_str().trim_end_matches('/').to_owned(),
        delay,
    };
    match mail.transport() {
        Some(_) => Ok(Some(mail)),
        None => Err(refused()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_with(smtp_url: &str, from: &str, base: &str) -> Result<Option<Mail>, String> {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let settings = Settings {
            smtp_url: some(smtp_url),
            mail_from: some(from),
            ..Settings::default()
        };
        let base = some(base).map(|base| Url::parse(&base).unwrap());
        read(&settings, base.as_ref()).map_err(|error| error.to_string())
    }

    const FROM: &str = "Example <comments@example.org>";
    const BASE: &str = "https://comments.example.org/";

    #[test]
    fn without_a_server_there_is_no_mail() {
        assert!(read_with("", FROM, BASE).unwrap().is_none());
        assert!(read_with(" ", "", "").unwrap().is_none());
    }

    #[test]
    fn an_address_of_a_server_is_read() {
        for url in [
            "smtp://a:b%40c@mail.example.org:587",
            "smtp://mail.example.org?tls=required",
            "smtp://mail.example.org/?tls=opportunistic",
            "smtp://10.0.0.1:25?tls=none",
            "smtp://localhost:2525",
            "smtps://a:b@mail.example.org",
        ] {
            let mail = read_with(url, FROM, BASE).unwrap().unwrap();
            assert_eq!(mail.base, "https://comments.example.org");
        }
    }

    #[test]
    fn only_this_machine_goes_without_tls_unasked() {
        let is_here = |url: &str| read_with(url, FROM, BASE).unwrap().unwrap().is_here();
        for here in ["localhost", "127.0.0.1", "[::1]"] {
            assert!(is_here(&format!("smtp://{here}:25")), "{here}");
        }
        for elsewhere in ["10.0.0.1", "localhost.example.org", "[::2]"] {
            assert!(!is_here(&format!("smtp://{elsewhere}:25")), "{elsewhere}");
        }
    }

    #[test]
    fn what_is_no_server_is_refused_without_its_password() {
        for url in [
            "https://a:hidden@mail.example.org",
            "smtp:hidden",
            "hidden",
            "smtp://a:hidden@mail.example.org?tls=maybe",
            "smtps://a:hidden@mail.example.org?tls=none",
        ] {
            let error = read_with(url, FROM, BASE).unwrap_err();
            assert!(error.contains("smtp://NAME:PASSWORD@"), "{error}");
            assert!(!error.contains("hidden"), "{error}");
        }
        let mail = read_with("smtp://a:hidden@mail.example.org", FROM, BASE).unwrap();
        assert!(!format!("{mail:?}").contains("hidden"));
    }

    #[test]
    fn a_server_needs_a_sender_and_an_address_for_links() {
        for (from, base) in [("", BASE), (FROM, "")] {
            let error = read_with("smtp://localhost", from, base).unwrap_err();
            assert!(
                error.contains("mail-from") && error.contains("public-url"),
                "{error}"
            );
        }
        assert!(read_with("", "nobody", "").is_err());
    }
}
