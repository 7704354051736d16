//! What can be wrong with a configuration.

use std::path::PathBuf;

/// What can be wrong with a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("cannot read the configuration file {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no TOML, has a setting that there isn't, or a value of another type.
    #[error("{}: {}", path.display(), super::site::plain(source.to_string().trim_end()))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where, and what.
        source: Box<toml::de::Error>,
    },
    /// A setting has a value that it can't have.
    #[error("{name} is {value}; it can be {right}")]
    Value {
        /// The setting, as the file and the options have it.
        name: &'static str,
        /// Its value, as it was written.
        value: String,
        /// What it can be.
        right: String,
    },
    /// A list has an entry that it can't have.
    #[error("{name} has {value:?}; it can have {right}")]
    Entry {
        /// The setting, as the file and the options have it.
        name: &'static str,
        /// The entry, as it was written.
        value: String,
        /// What it can have.
        right: &'static str,
    },
    /// A site has a setting that it can't have.
    #[error("[sites.{site}] {error}")]
    Site {
        /// Its name.
        site: String,
        /// Which, and why not.
        error: super::SettingError,
    },
    /// A site has a name that it can't have.
    #[error(
        "a site's name is {0:?}; it can have 1 to 64 letters, digits, dots, hyphens and underscores of ASCII"
    )]
    SiteName(String),
    /// Two ways to say the same.
    #[error(
        "origins is for a server with one site; with [sites.NAME] in the file, each of them has its own origins"
    )]
    OriginsTwice,
    /// Mail, without all that it takes.
    #[error(
        "smtp-url needs mail-from (whom mails are from) and public-url (where the links in them lead)"
    )]
    MailHalf,
}
