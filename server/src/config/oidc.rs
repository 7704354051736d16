//! The server at which whoever looks after comments can sign in, too.

use serde::Deserialize;
use url::Url;

use super::ConfigError;

/// `[oidc]` of the file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Oidc {
    /// Its address, as it calls itself: what `/.well-known/openid-configuration` follows.
    pub issuer: String,
    /// What this server is called there.
    pub client_id: String,
    /// What this server is known by there; absent for a public client.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// What it is called on the button.
    #[serde(default = "oidc_name")]
    pub name: String,
}

/// What such a server is called where nothing else is said.
pub(super) fn oidc_name() -> String {
    "OpenID Connect".to_owned()
}

impl Oidc {
    /// Refuses what is no address of another server.
    pub(super) fn check(self) -> Result<Self, ConfigError> {
        let url = Url::parse(&self.issuer).ok();
        match url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            Some(_) => Ok(self),
            None => Err(ConfigError::Value {
                name: "oidc.issuer",
                value: format!("{:?}", self.issuer),
                right: "an address like https://id.example.org/realm".to_owned(),
            }),
        }
    }
}
