//! The sites that a server keeps comments for.

use super::settings::{File, entries};
use super::{ConfigError, Origin, Origins};

/// A site: pages of one owner, with keys of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name, as `data-site` has it.
    pub name: String,
    /// Whose pages may send comments.
    pub origins: Origins,
}

/// The name of the site of a server that has just one.
const DEFAULT: &str = "default";

/// The sites of the file, or the one that needs no name.
pub(super) fn all(origins: Option<&[String]>, file: &File) -> Result<Vec<Site>, ConfigError> {
    let origins = origins.or(file.settings.origins.as_deref());
    if file.sites.is_empty() {
        return Ok(vec![Site {
            name: DEFAULT.to_owned(),
            origins: read(origins)?,
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
