//! The sites that a server keeps comments for.

use afterword_protocol::{Reaction, Votes};

use super::settings::{self, File, Settings, entries};
use super::{ConfigError, Origin, Origins};

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
}

impl Site {
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
}

/// The name of the site of a server that has just one.
const DEFAULT: &str = "default";

/// The sites of the file, or the one that needs no name. `settings` are those of all sites, the
/// file's among them.
pub(super) fn all(settings: &Settings, file: &File) -> Result<Vec<Site>, ConfigError> {
    let origins = settings.origins.as_deref();
    let votes = settings.votes.as_deref();
    let reactions = settings.reactions.as_deref();
    if file.sites.is_empty() {
        return Ok(vec![Site {
            name: DEFAULT.to_owned(),
            origins: read(origins)?,
            votes: settings::votes(votes)?,
            reactions: settings::reactions(reactions)?,
        }]);
    }
    if origins.is_some() {
        return Err(ConfigError::OriginsTwice);
    }
    file.sites
        .iter()
        .map(|(name, site)| {
            if !is_name(name) {
                return Err(ConfigError::SiteName(name.clone()));
            }
            Ok(Site {
                name: name.clone(),
                origins: read(site.origins.as_deref())?,
                votes: settings::votes(site.votes.as_deref().or(votes))?,
                reactions: settings::reactions(site.reactions.as_deref().or(reactions))?,
            })
        })
        .collect()
}

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

fn read(origins: Option<&[String]>) -> Result<Origins, ConfigError> {
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
