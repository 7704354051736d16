//! The settings as they are written, and how each is read.

use std::collections::{BTreeMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::str::FromStr;

use afterword_protocol::{Votes, limits};
use ipnet::IpNet;
use serde::Deserialize;
use sqlx::sqlite::SqliteConnectOptions;
use tracing_subscriber::EnvFilter;
use url::Url;

use super::{ConfigError, Oidc};

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// A JSON object a line, for programs.
    Json,
}

/// Whether something is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// It is.
    On,
    /// It isn't.
    #[default]
    Off,
}

/// The settings as they are written: what is absent is not set.
#[derive(Clone, Debug, Default, clap::Args, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "AFTERWORD_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// The SQLite file, made when it is not there [default: sqlite:afterword.sqlite]
    #[arg(long, env = "AFTERWORD_DATABASE_URL", value_name = "sqlite:FILE")]
    pub database_url: Option<String>,
    /// Whose pages may send comments, with commas between them: `https://example.org`,
    /// `https://*.example.org`, or `*` for every page [default: pages of the reader's own machine]
    #[arg(
        long,
        env = "AFTERWORD_ORIGINS",
        value_name = "ORIGINS",
        value_delimiter = ','
    )]
    pub origins: Option<Vec<String>>,
    /// Address that browsers reach this server at, as in `https://comments.example.org`, for
    /// addresses that stand outside its own pages [default: as the request's Host has it]
    #[arg(long, env = "AFTERWORD_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// What search engines are told on the page of a thread, in the words of the robots meta tag,
    /// as in `index, follow` [default: noindex]
    #[arg(long, env = "AFTERWORD_ROBOTS", value_name = "RULES")]
    pub robots: Option<String>,
    /// Addresses or networks of proxies in front of this server, whose X-Forwarded-For is taken
    /// for a client's address [default: none]
    #[arg(
        long,
        env = "AFTERWORD_TRUSTED_PROXIES",
        value_name = "NETWORKS",
        value_delimiter = ','
    )]
    pub trusted_proxies: Option<Vec<String>>,
    /// Longest text of a comment, in bytes of UTF-8 [default: 10000]
    #[arg(long, env = "AFTERWORD_MAX_TEXT_BYTES", value_name = "BYTES", value_parser = whole)]
    pub max_text_bytes: Option<u32>,
    /// Longest name, in bytes of UTF-8 [default: 100]
    #[arg(long, env = "AFTERWORD_MAX_AUTHOR_BYTES", value_name = "BYTES", value_parser = whole)]
    pub max_author_bytes: Option<u32>,
    /// Deepest nesting of quotations, lists and emphasis within a comment [default: 8]
    #[arg(long, env = "AFTERWORD_MAX_NESTING", value_name = "LEVELS", value_parser = whole)]
    pub max_nesting: Option<u32>,
    /// Most links in a comment [default: 10]
    #[arg(long, env = "AFTERWORD_MAX_LINKS", value_name = "NUMBER", value_parser = whole)]
    pub max_links: Option<u32>,
    /// How deep replies may go; 0 means no replies [default: 100]
    #[arg(long, env = "AFTERWORD_MAX_DEPTH", value_name = "LEVELS", value_parser = whole)]
    pub max_depth: Option<u32>,
    /// For how many seconds after posting an author may edit or delete; 0 means always
    /// [default: 86400]
    #[arg(long, env = "AFTERWORD_EDIT_WINDOW", value_name = "SECONDS", value_parser = whole)]
    pub edit_window: Option<u32>,
    /// For how many seconds an author may restore a comment that they deleted, before it is erased;
    /// at most the edit window; 0 means never [default: 600]
    #[arg(long, env = "AFTERWORD_UNDO_WINDOW", value_name = "SECONDS", value_parser = whole)]
    pub undo_window: Option<u32>,
    /// For how many days it is known what moderators have done; 0 means for ever [default: 365]
    #[arg(long, env = "AFTERWORD_AUDIT_DAYS", value_name = "DAYS", value_parser = whole)]
    pub audit_days: Option<u32>,
    /// Which votes readers may give comments: none, up, or both (up and down) [default: both]
    #[arg(long, env = "AFTERWORD_VOTES", value_name = "VOTES")]
    pub votes: Option<String>,
    /// Reactions that readers may give comments and the article, with commas between them; empty
    /// for none [default: ❤️,😂,😮,😢,😡]
    #[arg(
        long,
        env = "AFTERWORD_REACTIONS",
        value_name = "EMOJI",
        value_delimiter = ','
    )]
    pub reactions: Option<Vec<String>>,
    /// Comments, edits and deletions that one client may send in a minute, and a third of the votes and
    /// reactions; 0 means any number [default: 20]
    #[arg(long, env = "AFTERWORD_WRITES_PER_MINUTE", value_name = "NUMBER", value_parser = whole)]
    pub writes_per_minute: Option<u32>,
    /// Other requests that one client may send in a minute; 0 means any number [default: 600]
    #[arg(long, env = "AFTERWORD_READS_PER_MINUTE", value_name = "NUMBER", value_parser = whole)]
    pub reads_per_minute: Option<u32>,
    /// Readers that are told of new comments as they come, at a time; others ask every now and then.
    /// 0 means that all do [default: 1000]
    #[arg(long, env = "AFTERWORD_MAX_STREAMS", value_name = "NUMBER", value_parser = whole)]
    pub max_streams: Option<u32>,
    /// How many of them one client may be [default: 20]
    #[arg(long, env = "AFTERWORD_STREAMS_PER_CLIENT", value_name = "NUMBER", value_parser = whole)]
    pub streams_per_client: Option<u32>,
    /// Largest image that a reader may send for a comment, in bytes, as in 8000000; 0 means no images
    /// [default: 0]
    #[arg(long, env = "AFTERWORD_IMAGE_BYTES", value_name = "BYTES", value_parser = whole)]
    pub image_bytes: Option<u32>,
    /// How long an image may be on its way, in seconds: those that come in at a time have a bound, and
    /// others wait [default: 30]
    #[arg(long, env = "AFTERWORD_IMAGE_SECONDS", value_name = "SECONDS", value_parser = whole)]
    pub image_seconds: Option<u32>,
    /// How much room images may take that no comment shows yet, in bytes; 0 means any amount
    /// [default: 500000000]
    #[arg(long, env = "AFTERWORD_UNUSED_IMAGE_BYTES", value_name = "BYTES", value_parser = whole)]
    pub unused_image_bytes: Option<u32>,
    /// Most memory for answers that readers of the same comments share, in bytes; 0 keeps none
    /// [default: 64000000]
    #[arg(long, env = "AFTERWORD_CACHE_BYTES", value_name = "BYTES", value_parser = whole)]
    pub cache_bytes: Option<u32>,
    /// The SMTP server that mails are sent by, as in smtp://NAME:PASSWORD@mail.example.org:587 (with
    /// STARTTLS) or smtps://NAME:PASSWORD@mail.example.org [default: none, and no mails]
    #[arg(
        long,
        env = "AFTERWORD_SMTP_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub smtp_url: Option<String>,
    /// Whom mails are from, as in `Example <comments@example.org>`
    #[arg(long, env = "AFTERWORD_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// How long an answer waits for others, to be told of together in one mail, in seconds
    /// [default: 120]
    #[arg(long, env = "AFTERWORD_MAIL_DELAY", value_name = "SECONDS", value_parser = whole)]
    pub mail_delay: Option<u32>,
    /// Whether the server defends itself against spam, as each site's settings say [default: on]
    #[arg(long, env = "AFTERWORD_SPAM", value_enum, hide_possible_values = false)]
    pub spam: Option<Switch>,
    /// Whether the server may send requests to its own network, as for a hook on the same machine
    /// [default: off]
    #[arg(
        long,
        env = "AFTERWORD_OUTBOUND_PRIVATE",
        value_enum,
        hide_possible_values = false
    )]
    pub outbound_private: Option<Switch>,
    /// What is logged: error, warn, info, debug, trace, or more of tracing's EnvFilter syntax
    /// [default: info]
    #[arg(long, env = "AFTERWORD_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// How it is logged [default: text]
    #[arg(
        long,
        env = "AFTERWORD_LOG_FORMAT",
        value_enum,
        hide_possible_values = false
    )]
    pub log_format: Option<LogFormat>,
}

impl Settings {
    /// These; where one is absent, the other's.
    #[must_use]
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            listen: self.listen.or(other.listen),
            database_url: self.database_url.or(other.database_url),
            origins: self.origins.or(other.origins),
            public_url: self.public_url.or(other.public_url),
            robots: self.robots.or(other.robots),
            trusted_proxies: self.trusted_proxies.or(other.trusted_proxies),
            max_text_bytes: self.max_text_bytes.or(other.max_text_bytes),
            max_author_bytes: self.max_author_bytes.or(other.max_author_bytes),
            max_nesting: self.max_nesting.or(other.max_nesting),
            max_links: self.max_links.or(other.max_links),
            max_depth: self.max_depth.or(other.max_depth),
            edit_window: self.edit_window.or(other.edit_window),
            votes: self.votes.or(other.votes),
            reactions: self.reactions.or(other.reactions),
            undo_window: self.undo_window.or(other.undo_window),
            audit_days: self.audit_days.or(other.audit_days),
            writes_per_minute: self.writes_per_minute.or(other.writes_per_minute),
            reads_per_minute: self.reads_per_minute.or(other.reads_per_minute),
            max_streams: self.max_streams.or(other.max_streams),
            streams_per_client: self.streams_per_client.or(other.streams_per_client),
            image_bytes: self.image_bytes.or(other.image_bytes),
            image_seconds: self.image_seconds.or(other.image_seconds),
            unused_image_bytes: self.unused_image_bytes.or(other.unused_image_bytes),
            cache_bytes: self.cache_bytes.or(other.cache_bytes),
            smtp_url: self.smtp_url.or(other.smtp_url),
            mail_from: self.mail_from.or(other.mail_from),
            mail_delay: self.mail_delay.or(other.mail_delay),
            spam: self.spam.or(other.spam),
            outbound_private: self.outbound_private.or(other.outbound_private),
            log: self.log.or(other.log),
            log_format: self.log_format.or(other.log_format),
        }
    }
}

/// A configuration file.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) settings: Settings,
    /// What it says of each site: its origins, and what else can be set for one.
    pub(super) sites: BTreeMap<String, toml::Table>,
    /// Where else whoever looks after comments can sign in.
    pub(super) oidc: Option<Oidc>,
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let malformed = |source| ConfigError::Malformed {
            path: path.to_owned(),
            source: Box::new(source),
        };
        // Apart, because serde refuses no unknown field of what is flattened.
        let mut table: toml::Table = toml::from_str(&text).map_err(malformed)?;
        let sites = match table.remove("sites") {
            Some(sites) => sites.try_into().map_err(malformed)?,
            None => BTreeMap::new(),
        };
        let oidc = table.remove("oidc").map(toml::Value::try_into);
        let oidc: Option<Oidc> = oidc.transpose().map_err(malformed)?;
        // From the text again: it knows the lines, which a table has forgotten.
        let settings = if sites.is_empty() && oidc.is_none() {
            toml::from_str(&text).map_err(malformed)?
        } else {
            table.try_into().map_err(malformed)?
        };
        Ok(Self {
            settings,
            sites,
            oidc,
        })
    }
}

/// A whole number, as an option or a variable has it.
fn whole(text: &str) -> Result<u32, String> {
    text.trim()
        .parse()
        .map_err(|_| format!("it can be a whole number from 0 to {}", u32::MAX))
}

pub(super) fn number(
    name: &'static str,
    value: Option<u32>,
    default: u32,
    least: u32,
    most: u32,
) -> Result<u32, ConfigError> {
    let value = value.unwrap_or(default);
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    let right = format!("a number from {least} to {most}");
    Err(ConfigError::Value {
        name,
        value: value.to_string(),
        right,
    })
}

pub(super) fn wrong(name: &'static str, value: &str, right: impl Into<String>) -> ConfigError {
    ConfigError::Value {
        name,
        value: format!("{value:?}"),
        right: right.into(),
    }
}

pub(super) fn listen(value: Option<&str>) -> Result<SocketAddr, ConfigError> {
    let value = value.unwrap_or("127.0.0.1:8080");
    value.parse().map_err(|_| {
        wrong(
            "listen",
            value,
            "an address with a port, as in 127.0.0.1:8080 or [::1]:8080",
        )
    })
}

pub(super) fn database(value: Option<&str>) -> Result<SqliteConnectOptions, ConfigError> {
    let value = value.unwrap_or("sqlite:afterword.sqlite");
    let right = "sqlite:FILE, as in sqlite:/var/lib/afterword/comments.sqlite";
    // Nothing in memory: each connection would have a database of its own.
    let is_file = value.starts_with("sqlite:")
        && !value.contains(":memory:")
        && !value.contains("mode=memory");
    let options = SqliteConnectOptions::from_str(value).ok();
    options
        .filter(|options| is_file && !options.get_filename().as_os_str().is_empty())
        .ok_or_else(|| wrong("database-url", value, right))
}

/// The server's own address.
pub(super) fn public_url(value: Option<&str>) -> Result<Option<Url>, ConfigError> {
    let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let url = Url::parse(value).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    let right = "an address like https://comments.example.org or https://example.org/comments";
    url.map(Some)
        .ok_or_else(|| wrong("public-url", value, right))
}

/// Rules for search engines (the robots meta tag).
pub(super) fn robots(value: Option<&str>) -> Result<String, ConfigError> {
    let value = value.map_or("noindex", str::trim);
    let is_rule = |byte: u8| byte.is_ascii_alphanumeric() || b" ,:_-".contains(&byte);
    if !value.is_empty() && value.len() <= 200 && value.bytes().all(is_rule) {
        return Ok(value.to_owned());
    }
    let right = "rules like noindex, or index, follow, max-snippet:50";
    Err(wrong("robots", value, right))
}

pub(super) fn networks(value: Option<&[String]>) -> Result<Vec<IpNet>, ConfigError> {
    let right = "addresses like 10.0.0.7, and networks like 10.0.0.0/8 or fd00::/8";
    entries("trusted-proxies", value, right, |text| {
        text.parse()
            .ok()
            .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
    })
}

/// Which votes are taken.
pub(super) fn votes(value: Option<&str>) -> Result<Votes, ConfigError> {
    match value.map_or("both", str::trim) {
        "none" => Ok(Votes::None),
        "up" => Ok(Votes::Up),
        "both" => Ok(Votes::Both),
        other => Err(wrong("votes", other, "none, up or both")),
    }
}

/// What readers may react with when the owner names nothing.
const REACTIONS: [&str; 5] = ["❤️", "😂", "😮", "😢", "😡"];

/// The reactions that are taken, each once.
pub(super) fn reactions(values: Option<&[String]>) -> Result<Vec<String>, ConfigError> {
    let Some(values) = values else {
        return Ok(REACTIONS.map(str::to_owned).into());
    };
    let (bytes, most) = limits::REACTIONS;
    // Letters would be words, which need translations; "up" and "down" are votes.
    let is_word = |c: char| c.is_ascii_alphabetic() || c.is_whitespace() || c.is_control();
    let right = "emoji like ❤️";
    let mut names = entries("reactions", Some(values), right, |text| {
        (text.len() <= bytes && !text.contains(is_word)).then(|| text.to_owned())
    })?;
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    if names.len() > most {
        let right = format!("a list of at most {most}");
        return Err(wrong("reactions", &names.join(","), right));
    }
    Ok(names)
}

pub(super) fn log_filter(value: Option<String>) -> Result<String, ConfigError> {
    let value = value.unwrap_or_else(|| "info".to_owned());
    match EnvFilter::try_new(&value) {
        Ok(_) => Ok(value),
        Err(_) => Err(wrong(
            "log",
            &value,
            "error, warn, info, debug, trace, or a filter like info,sqlx=debug",
        )),
    }
}

/// The entries of a list; blank ones are what an empty variable leaves.
pub(super) fn entries<T>(
    name: &'static str,
    values: Option<&[String]>,
    right: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, ConfigError> {
    values
        .unwrap_or_default()
        .iter()
        .map(|value| value.trim())
        .filter(|value| !value.is_empty())
        .map(|value| {
            read(value).ok_or_else(|| ConfigError::Entry {
                name,
                value: value.to_owned(),
                right,
            })
        })
        .collect()
}
