//! How a site's readers may sign in.

use crate::error::Wrong;
use afterword_protocol::admin::WrongCode;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use serde::{Deserialize, Serialize};

use super::SettingError;
use crate::config::Oidc;

/// What a site signs its readers' tokens by. One alone is taken, whatever a token says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SsoAlgorithm {
    /// A secret that the site shares with this server.
    #[serde(rename = "HS256")]
    Hs256,
    /// A key of the site's own, of which this server knows the public half (Ed25519).
    #[serde(rename = "EdDSA")]
    EdDsa,
}

/// The server at which a site's readers can sign in (OpenID Connect).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SsoOidc {
    /// Its address, as it calls itself; absent where there is none.
    pub issuer: Option<String>,
    /// What this server is called there.
    pub client_id: Option<String>,
    /// What this server is known by there; absent for a public client.
    pub client_secret: Option<String>,
    /// What it is called on the button.
    pub name: Option<String>,
    /// Whether its readers have the badge `verified`: for a server whose names are to be trusted.
    pub verified: bool,
}

impl SsoOidc {
    /// The server, where there is one.
    pub(crate) fn provider(&self) -> Option<Oidc> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Some(Oidc {
            issuer: given(&self.issuer)?,
            client_id: given(&self.client_id)?,
            client_secret: given(&self.client_secret),
            name: given(&self.name).unwrap_or_else(crate::config::oidc_name),
        })
    }
}

/// How a site's readers may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SsoSettings {
    /// What the site's tokens are signed by; absent where it hands over none.
    pub algorithm: Option<SsoAlgorithm>,
    /// For `HS256`: at least 32 bytes.
    pub secret: Option<String>,
    /// For `EdDSA`: the public key as PEM, or its 32 bytes in base64url.
    pub public_key: Option<String>,
    /// What a token's `iss` has to be.
    pub issuer: Option<String>,
    /// What its `aud` has to be, or to have.
    pub audience: Option<String>,
    /// Whether readers can sign in by a link that is sent to their address.
    pub email: bool,
    /// The server at which they can sign in.
    pub oidc: SsoOidc,
    /// By how many seconds the site's clock may be wrong.
    pub leeway_seconds: u32,
    /// For how many hours a reader stays signed in.
    pub session_hours: u32,
    /// Whether only readers who have signed in may post.
    pub required: bool,
    /// Whether this server fetches the pictures of readers that whoever vouches for them names, and shows
    /// them beside comments.
    pub pictures: bool,
}

impl Default for SsoSettings {
    fn default() -> Self {
        Self {
            algorithm: None,
            secret: None,
            public_key: None,
            issuer: None,
            audience: None,
            email: false,
            oidc: SsoOidc::default(),
            leeway_seconds: 60,
            session_hours: 168,
            required: false,
            pictures: false,
        }
    }
}

/// What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410, section 4).
const ED25519: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

impl SsoSettings {
    /// Whether its readers have any way to sign in.
    #[must_use]
    pub fn has_ways(&self) -> bool {
        self.algorithm.is_some() || self.email || self.oidc.issuer.is_some()
    }

    /// What a token is checked by; none where the site hands over none.
    ///
    /// # Errors
    /// When the setting is no such key.
    pub(crate) fn key(&self) -> Result<Option<DecodingKey>, SettingError> {
        let wrong = |field: &str, reason: &str| {
            SettingError::new(["sso.", field].concat(), reason.to_owned())
        };
        match self.algorithm {
            None => Ok(None),
            Some(SsoAlgorithm::Hs256) => {
                let secret = self.secret.as_deref().unwrap_or_default();
                if secret.len() < 32 {
                    let short = Wrong::from(WrongCode::Short).with("least", 32);
                    let right = "HS256 needs one of at least 32 characters";
                    return Err(wrong("secret", right).coded(short));
                }
                let key = DecodingKey::from_secret(secret.as_bytes());
                key.map(Some)
                    .map_err(|_| wrong("secret", "it is no secret for HS256"))
            }
            Some(SsoAlgorithm::EdDsa) => {
                let written = self.public_key.as_deref().unwrap_or_default();
                let right = "EdDSA needs the public key, as PEM or as 32 bytes in base64url";
                let wrong = || wrong("public_key", right).coded(WrongCode::PublicKey);
                let key = ed25519(written).ok_or_else(wrong)?;
                let key = DecodingKey::from_ed_components(&URL_SAFE_NO_PAD.encode(key));
                key.map(Some).map_err(|_| wrong())
            }
        }
    }

    pub(super) fn check(&self) -> Result<(), SettingError> {
        let wrong = |field: &str, reason: &str, code: WrongCode| {
            let field = ["sso.", field].concat();
            Err(SettingError::new(field, reason).coded(code))
        };
        if self.key()?.is_some() {
            let is_blank = |text: &Option<String>| text.as_deref().is_none_or(str::is_empty);
            if is_blank(&self.issuer) {
                return wrong(
                    "issuer",
                    "it has to be what the tokens have as iss",
                    WrongCode::Needed,
                );
            }
            if is_blank(&self.audience) {
                return wrong(
                    "audience",
                    "it has to be what the tokens have as aud",
                    WrongCode::Needed,
                );
            }
        }
        if self.oidc.issuer.is_some() {
            let Some(provider) = self.oidc.provider() else {
                return wrong(
                    "oidc.client_id",
                    "it has to be what the issuer calls this server",
                    WrongCode::Needed,
                );
            };
            if provider.check().is_err() {
                let right = "it can be an address like https://id.example.org/realm";
                return wrong("oidc.issuer", right, WrongCode::Address);
            }
        }
        if self.leeway_seconds > 600 {
            return Err(SettingError::bounds("sso.leeway_seconds", 0, 600));
        }
        if !(1..=8760).contains(&self.session_hours) {
            return Err(SettingError::bounds("sso.session_hours", 1, 8760));
        }
        if self.required && !self.has_ways() {
            let reason = "nobody could post: there is no way to sign in";
            return wrong("required", reason, WrongCode::NoWay);
        }
        Ok(())
    }
}

/// The bytes of a public key.
fn ed25519(written: &str) -> Option<[u8; 32]> {
    // As `site show` and variables have it: on one line.
    let written = written.replace("\\n", "\n");
    let written = written.trim();
    if !written.starts_with("-----BEGIN PUBLIC KEY-----") {
        return URL_SAFE_NO_PAD.decode(written).ok()?.try_into().ok();
    }
    let lines = written.lines().filter(|line| !line.starts_with("-----"));
    let der = STANDARD.decode(lines.map(str::trim).collect::<String>());
    der.ok()?.strip_prefix(&ED25519)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::SiteSettings;

    fn error(sso: &serde_json::Value) -> String {
        let settings = SiteSettings::read(json!({ "sso": sso }));
        settings.unwrap_err().to_string()
    }

    #[test]
    fn what_is_missing_is_named() {
        let secret = "0123456789abcdef0123456789abcdef";
        let cases = [
            (
                json!({ "algorithm": "none" }),
                "sso.algorithm: unknown variant `none`",
            ),
            (json!({ "algorithm": "HS256" }), "sso.secret: HS256 needs"),
            (
                json!({ "algorithm": "HS256", "secret": "short" }),
                "sso.secret",
            ),
            (
                json!({ "algorithm": "HS256", "secret": secret }),
                "sso.issuer",
            ),
            (
                json!({ "algorithm": "HS256", "secret": secret, "issuer": "x" }),
                "sso.audience",
            ),
            // A key of the other kind is not taken for a secret.
            (
                json!({ "algorithm": "EdDSA", "secret": secret }),
                "sso.public_key: EdDSA needs",
            ),
            (
                json!({ "algorithm": "EdDSA", "public_key": "AAAA" }),
                "sso.public_key",
            ),
            (
                json!({ "required": true }),
                "sso.required: nobody could post",
            ),
            (
                json!({ "oidc": { "issuer": "https://id.example.org" } }),
                "sso.oidc.client_id",
            ),
            (
                json!({ "oidc": { "issuer": "id.example.org", "client_id": "x" } }),
                "sso.oidc.issuer: it can be an address",
            ),
        ];
        for (sso, words) in cases {
            let error = error(&sso);
            assert!(error.contains(words), "{error}");
        }
    }
}
