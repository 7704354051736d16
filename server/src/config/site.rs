//! The sites that a server keeps comments for.

mod hook;
mod retention;
mod secret;
mod settings;
mod spam;
mod sso;

use std::hash::{DefaultHasher, Hash, Hasher};

use afterword_protocol::{Reaction, Votes};
use serde_json::Value;

pub use hook::{Hook, HookSettings};
pub use retention::RetentionSettings;
pub(crate) use secret::{masked, unmasked};
pub(crate) use settings::plain;
pub use settings::{MailSettings, Policy, SettingError, SiteSettings, Theme};
pub use spam::{AkismetSettings, ProofPolicy, ScreenSettings, SpamSettings};
pub use sso::{SsoAlgorithm, SsoOidc, SsoSettings};

use super::settings::{self as written, File, Settings, entries};
use super::{ConfigError, Origin, Origins};

/// Where a site was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// In the configuration file, which alone can change it.
    File,
    /// Nowhere: it is the one that a server has whose owner has named none.
    Usual,
    /// In the database.
    Database,
}

/// A site: pages of one owner, with keys of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name, as `data-site` has it.
    pub name: String,
    /// Whose pages may send comments.
    pub origins: Origins,
    /// Which votes its readers may give.
    pub votes: Votes,
    /// Which reactions, in the order in which they are shown.
    pub reactions: Vec<String>,
    /// What else its owner has set.
    pub settings: SiteSettings,
    /// Where it was named.
    pub source: Source,
    /// Another number when something about it is another.
    version: u64,
}

/// What a site has that says nothing about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usual {
    /// `--votes`.
    pub votes: Votes,
    /// `--reactions`.
    pub reactions: Vec<String>,
    /// `--origins`, if it was said: those of the site `default`.
    pub origins: Option<Origins>,
}

impl Site {
    pub(crate) fn new(
        name: String,
        origins: Origins,
        settings: SiteSettings,
        usual: &Usual,
        source: Source,
    ) -> Self {
        let reactions = settings.reactions.as_deref();
        // They were checked when they were set.
        let reactions = reactions.and_then(|names| written::reactions(Some(names)).ok());
        let mut site = Self {
            name,
            origins,
            votes: settings.votes.unwrap_or(usual.votes),
            reactions: reactions.unwrap_or_else(|| usual.reactions.clone()),
            settings,
            source,
            version: 0,
        };
        site.version = site.hashed();
        site
    }

    /// The reactions that readers may give, each with how often it was given.
    pub(crate) fn of_the_set(&self, given: &[Reaction]) -> Vec<Reaction> {
        let names = self.reactions.iter();
        let counted = names.map(|name| {
            let found = given.iter().find(|reaction| reaction.name == *name);
            Reaction {
                name: name.clone(),
                count: found.map_or(0, |reaction| reaction.count),
            }
        });
        counted.collect()
    }

    /// Another number when something about it is another: what was made of it before is outdated.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    fn hashed(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.origins.to_strings().hash(&mut hasher);
        (self.votes as u8).hash(&mut hasher);
        self.reactions.hash(&mut hasher);
        self.settings.json().to_string().hash(&mut hasher);
        hasher.finish()
    }
}

/// The name of the site of a server that has just one.
pub(crate) const DEFAULT: &str = "default";

/// What `settings` say of all sites.
pub(super) fn usual(settings: &Settings) -> Result<Usual, ConfigError> {
    let origins = settings.origins.as_deref();
    Ok(Usual {
        votes: written::votes(settings.votes.as_deref())?,
        reactions: written::reactions(settings.reactions.as_deref())?,
        origins: match read(origins)? {
            Origins::Loopback => None,
            named => Some(named),
        },
    })
}

/// The sites of the file, or the one that needs no name.
pub(super) fn all(
    settings: &Settings,
    file: &File,
    usual: &Usual,
) -> Result<Vec<Site>, ConfigError> {
    if file.sites.is_empty() {
        let origins = usual.origins.clone().unwrap_or(Origins::Loopback);
        let settings = SiteSettings::default();
        return Ok(vec![Site::new(
            DEFAULT.to_owned(),
            origins,
            settings,
            usual,
            Source::Usual,
        )]);
    }
    if settings.origins.is_some() {
        return Err(ConfigError::OriginsTwice);
    }
    let sites = file.sites.iter();
    sites
        .map(|(name, table)| {
            check_name(name)?;
            let mut table = table.clone();
            let origins = table.remove("origins");
            let wrong = |error: SettingError| ConfigError::Site {
                site: name.clone(),
                error: error.beside_origins(),
            };
            let origins: Option<Vec<String>> = origins
                .map(toml::Value::try_into)
                .transpose()
                .map_err(|error| wrong(SettingError::new("origins", plain(error.message()))))?;
            let value = serde_json::to_value(table).unwrap_or_default();
            let settings = SiteSettings::read(underscored(value)).map_err(wrong)?;
            let origins = read(origins.as_deref())?;
            Ok(Site::new(
                name.clone(),
                origins,
                settings,
                usual,
                Source::File,
            ))
        })
        .collect()
}

/// Names as a file writes them (`close-after-days`) as they are in JSON (`close_after_days`).
fn underscored(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| (name.replace('-', "_"), underscored(value)))
                .collect(),
        ),
        Value::Array(values) => Value::Array(values.into_iter().map(underscored).collect()),
        value => value,
    }
}

/// Refuses a name that a site can't have.
pub(crate) fn check_name(name: &str) -> Result<(), ConfigError> {
    let is_name = (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    match is_name {
        true => Ok(()),
        false => Err(ConfigError::SiteName(name.to_owned())),
    }
}

/// Origins as an owner writes them.
pub(crate) fn read(origins: Option<&[String]>) -> Result<Origins, ConfigError> {
    let right = "origins like https://example.org (scheme, host and port, no path), \
                 https://*.example.org, or * for every page";
    let origins = entries("origins", origins, right, |text| {
        text.parse::<Origin>().ok()
    })?;
    Ok(if origins.is_empty() {
        Origins::Loopback
    } else {
        Origins::Named(origins)
    })
}
