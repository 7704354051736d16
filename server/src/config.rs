//! What an owner can set: by option, by variable, or in a file.

mod error;
mod mail;
mod oidc;
mod origin;
mod settings;
mod site;

use std::net::SocketAddr;
use std::path::Path;

use ipnet::IpNet;
use url::Url;

pub use error::ConfigError;
pub use mail::Mail;
pub use oidc::Oidc;
use oidc::oidc_name;
pub use origin::{Origin, Origins};
pub use settings::{LogFormat, Settings, Switch};
pub use site::{
    AkismetSettings, Hook, HookSettings, MailSettings, Policy, ProofPolicy, RetentionSettings,
    ScreenSettings, SettingError, Site, SiteSettings, Source, SpamSettings, SsoAlgorithm, SsoOidc,
    SsoSettings, Theme, Usual,
};
pub(crate) use site::{DEFAULT, check_name, masked, read as read_origins, unmasked};

use crate::domain::Bounds;
use settings::File;

/// What the server goes by.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The SQLite file.
    pub database: sqlx::sqlite::SqliteConnectOptions,
    /// The sites that the file names; without any, the one of a server that has just one.
    pub sites: Vec<Site>,
    /// What a site has that says nothing about it.
    pub usual: Usual,
    /// Address that browsers reach it at; none for what a request's `Host` says.
    pub public_url: Option<Url>,
    /// What search engines are told on the page of a thread.
    pub robots: String,
    /// Proxies whose word on a client's address is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// What a comment may hold.
    pub bounds: Bounds,
    /// Deepest reply; a root has depth 0.
    pub max_depth: u32,
    /// For how many seconds an author may change a comment; 0 means always.
    pub edit_window: u32,
    /// For how many seconds an author may restore what they deleted; 0 means never.
    pub undo_window: u32,
    /// For how many days it is known what moderators have done; 0 means for ever.
    pub audit_days: u32,
    /// Comments, changes and deletions that a client may send in a minute; 0 means any number.
    pub writes_per_minute: u32,
    /// Other requests that a client may send in a minute; 0 means any number.
    pub reads_per_minute: u32,
    /// Readers that may be told of changes as they happen, at a time; 0 means none.
    pub max_streams: u32,
    /// The same for one client.
    pub streams_per_client: u32,
    /// Largest image that a reader may send, in bytes; 0 means none at all.
    pub image_bytes: u32,
    /// For how many seconds one may be on its way.
    pub image_seconds: u32,
    /// Most room for those that no comment shows yet, in bytes; 0 means any amount.
    pub unused_image_bytes: u32,
    /// Most memory for answers that are kept, in bytes; 0 keeps none.
    pub cache_bytes: u32,
    /// Where else whoever looks after comments can sign in.
    pub oidc: Option<Oidc>,
    /// How mails are sent; none where nobody said.
    pub mail: Option<Mail>,
    /// Whether there is any defence against spam; each site has its settings of that.
    pub spam: bool,
    /// Whether the server may send requests to its own network.
    pub outbound_private: bool,
    /// What is logged (`EnvFilter`'s syntax).
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
}

impl Config {
    /// Options and variables first, then the file, then what the help says.
    ///
    /// # Errors
    /// When a value is wrong: which, where it was set, and what would be right.
    pub fn load(settings: Settings, file: Option<&Path>) -> Result<Self, ConfigError> {
        let file = match file {
            Some(path) => File::read(path)?,
            None => File::default(),
        };
        let settings = settings.or(file.settings.clone());
        let usual = site::usual(&settings)?;
        let sites = site::all(&settings, &file, &usual)?;
        let oidc = file.oidc.map(Oidc::check).transpose()?;
        let config = Self::of(settings, sites, usual)?;
        Ok(Self { oidc, ..config })
    }

    fn of(settings: Settings, sites: Vec<Site>, usual: Usual) -> Result<Self, ConfigError> {
        let number = settings::number;
        let edit_window = number("edit-window", settings.edit_window, 86_400, 0, u32::MAX)?;
        let undo_window = number("undo-window", settings.undo_window, 600, 0, 86_400)?;
        let public_url = settings::public_url(settings.public_url.as_deref())?;
        Ok(Self {
            oidc: None,
            mail: mail::read(&settings, public_url.as_ref())?,
            listen: settings::listen(settings.listen.as_deref())?,
            database: settings::database(settings.database_url.as_deref())?,
            sites,
            usual,
            public_url,
            robots: settings::robots(settings.robots.as_deref())?,
            trusted_proxies: settings::networks(settings.trusted_proxies.as_deref())?,
            bounds: Bounds {
                text_bytes: number(
                    "max-text-bytes",
                    settings.max_text_bytes,
                    10_000,
                    1,
                    1_000_000,
                )?,
                author_bytes: number("max-author-bytes", settings.max_author_bytes, 100, 1, 1_000)?,
                nesting: number("max-nesting", settings.max_nesting, 8, 1, 50)?,
                links: number("max-links", settings.max_links, 10, 0, 1_000)?,
            },
            max_depth: {
                let most = afterword_protocol::limits::DEPTH;
                number("max-depth", settings.max_depth, most, 0, most)?
            },
            edit_window,
            audit_days: number("audit-days", settings.audit_days, 365, 0, 36_500)?,
            undo_window: match edit_window {
                0 => undo_window,
                // Who may change nothing any more may restore nothing.
                _ => undo_window.min(edit_window),
            },
            writes_per_minute: number(
                "writes-per-minute",
                settings.writes_per_minute,
                20,
                0,
                100_000,
            )?,
            reads_per_minute: number(
                "reads-per-minute",
                settings.reads_per_minute,
                600,
                0,
                1_000_000,
            )?,
            max_streams: number("max-streams", settings.max_streams, 1_000, 0, 1_000_000)?,
            streams_per_client: number(
                "streams-per-client",
                settings.streams_per_client,
                20,
                0,
                1_000_000,
            )?,
            image_bytes: number("image-bytes", settings.image_bytes, 0, 0, 50_000_000)?,
            image_seconds: number("image-seconds", settings.image_seconds, 30, 1, 3_600)?,
            unused_image_bytes: settings.unused_image_bytes.unwrap_or(500_000_000),
            cache_bytes: settings.cache_bytes.unwrap_or(64_000_000),
            spam: settings.spam.unwrap_or(Switch::On) == Switch::On,
            outbound_private: settings.outbound_private.unwrap_or_default() == Switch::On,
            log: settings::log_filter(settings.log)?,
            log_format: settings.log_format.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use afterword_protocol::Votes;

    use super::*;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    fn site<'a>(config: &'a Config, name: &str) -> &'a Site {
        let mut sites = config.sites.iter();
        sites.find(|site| site.name == name).unwrap()
    }

    fn load(settings: Settings, text: &str) -> Result<Config, String> {
        Config::load(settings, Some(file(text).path())).map_err(|error| error.to_string())
    }

    fn error(text: &str) -> String {
        load(Settings::default(), text).unwrap_err()
    }

    #[test]
    fn nothing_set_is_a_whole_configuration() {
        let config = Config::load(Settings::default(), None).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.sites.len(), 1);
        assert_eq!(config.sites[0].name, "default");
        assert_eq!(config.bounds.text_bytes, 10_000);
        assert_eq!(
            (config.robots.as_str(), config.public_url),
            ("noindex", None)
        );
    }

    #[test]
    fn options_win_over_the_file() {
        let settings = Settings {
            max_links: Some(3),
            ..Settings::default()
        };
        let config = load(settings, "max-links = 5\nmax-nesting = 5\n").unwrap();
        assert_eq!((config.bounds.links, config.bounds.nesting), (3, 5));
    }

    #[test]
    fn a_file_can_have_sites() {
        let config = load(
            Settings::default(),
            "[sites.news]\norigins = [\"https://news.example\"]\n[sites.blog]\norigins = [\"*\"]\n",
        )
        .unwrap();
        assert_eq!(config.sites.len(), 2);
        assert!(site(&config, "news").origins.allow("https://news.example"));
        assert!(!site(&config, "news").origins.allow("https://blog.example"));
        assert!(site(&config, "blog").origins.allow("https://blog.example"));
    }

    #[test]
    fn a_site_can_have_its_own_votes_and_reactions() {
        let config = load(
            Settings::default(),
            "votes = \"up\"\n[sites.a]\nreactions = []\n[sites.b]\nvotes = \"none\"\n",
        )
        .unwrap();
        let (a, b) = (site(&config, "a"), site(&config, "b"));
        assert_eq!((a.votes, b.votes), (Votes::Up, Votes::None));
        assert_eq!((a.reactions.len(), b.reactions.len()), (0, 5));
        let none = load(Settings::default(), "reactions = [\"\"]\n").unwrap();
        assert_eq!(none.sites[0].reactions, Vec::<String>::new());
        assert_eq!(none.sites[0].votes, Votes::Both);
    }

    #[test]
    fn a_wrong_value_is_named_with_what_would_be_right() {
        says(
            &error("max-links = 5000"),
            "max-links is 5000; it can be a number from 0 to 1000",
        );
        says(&error("max-links = \"many\""), "max-links");
        says(
            &error("listen = \"here\""),
            "listen is \"here\"; it can be an address with a port, as in 127.0.0.1:8080 or [::1]:8080",
        );
        says(
            &error("database-url = \"mysql://x\""),
            "it can be sqlite:FILE",
        );
        says(
            &error("origins = [\"example.org\"]"),
            "origins has \"example.org\"; it can have origins like https://example.org",
        );
        says(
            &error("origins = [\"https://example.org/blog\"]"),
            "origins has \"https://example.org/blog\"",
        );
        says(
            &error("trusted-proxies = [\"10.0.0.0/99\"]"),
            "trusted-proxies has \"10.0.0.0/99\"; it can have addresses",
        );
        for wrong in [
            "comments.example",
            "ftp://comments.example",
            "https://comments.example/?a",
            "https://a@comments.example",
        ] {
            says(
                &error(&format!("public-url = \"{wrong}\"")),
                &format!("public-url is \"{wrong}\"; it can be an address like https://"),
            );
        }
        for wrong in ["", "noindex\\\">", "é"] {
            says(
                &error(&format!("robots = \"{wrong}\"")),
                "it can be rules like noindex",
            );
        }
        says(
            &error("votes = \"down\""),
            "votes is \"down\"; it can be none, up or both",
        );
        says(
            &error("reactions = [\"👍\", \"like\"]"),
            "reactions has \"like\"; it can have emoji like ❤️",
        );
        says(&error("colour = 1"), "unknown field `colour`");
        says(&error("log = \"[[\""), "log is \"[[\"");
        says(&error("[sites.\"a b\"]"), "a site's name");
        says(
            &error("origins = [\"*\"]\n[sites.a]\n"),
            "origins is for a server with one site",
        );
    }

    fn says(text: &str, part: &str) {
        assert!(text.contains(part), "{text}");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error =
            Config::load(Settings::default(), Some(Path::new("/nowhere.toml"))).unwrap_err();
        says(&error.to_string(), "/nowhere.toml");
    }
}
