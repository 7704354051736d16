//! Who is told of what happens on a site.

use crate::error::Wrong;
use afterword_protocol::admin::HookEvent;
use afterword_protocol::admin::WrongCode;
use serde::{Deserialize, Serialize};
use url::Url;

use super::SettingError;

/// Most hooks of a site.
const MOST: usize = 20;
/// Longest address and secret, in bytes.
const LONGEST: usize = 2000;
/// Shortest secret, in bytes.
const SHORTEST: usize = 16;

/// Who is told of what happens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HookSettings {
    /// Each of them.
    pub to: Vec<Hook>,
}

/// An address that is told of what happens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hook {
    /// Where requests are sent.
    pub url: String,
    /// By what they are signed.
    pub secret: String,
    /// Of what it is told; of everything when empty.
    #[serde(default)]
    pub events: Vec<HookEvent>,
}

impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hook")
            .field("url", &self.url)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

impl Hook {
    /// Whether it wishes to hear of that.
    pub(crate) fn wants(&self, event: HookEvent) -> bool {
        self.events.is_empty() || self.events.contains(&event)
    }
}

impl HookSettings {
    pub(super) fn check(&self) -> Result<(), SettingError> {
        let wrong = |field: String, reason: &str, code: Wrong| {
            Err(SettingError::new(field, reason).coded(code))
        };
        if self.to.len() > MOST {
            let most = Wrong::bounds(WrongCode::Range, 0, 20);
            return wrong("hooks.to".to_owned(), "there can be 20 of them", most);
        }
        for (index, hook) in self.to.iter().enumerate() {
            let field = |name: &str| format!("hooks.to[{index}].{name}");
            let is_web = Url::parse(&hook.url)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            if !is_web || hook.url.len() > LONGEST {
                return wrong(
                    field("url"),
                    "it can be an address like https://example.org/hook",
                    WrongCode::Address.into(),
                );
            }
            if !(SHORTEST..=LONGEST).contains(&hook.secret.len()) {
                let short = Wrong::from(WrongCode::Short).with("least", 16);
                return wrong(field("secret"), "it has to have 16 bytes at least", short);
            }
            if self.to[..index].iter().any(|other| other.url == hook.url) {
                let reason = "there is another hook with that address";
                return wrong(field("url"), reason, WrongCode::Twice.into());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(hooks: serde_json::Value) -> Result<(), String> {
        let settings: HookSettings = serde_json::from_value(hooks).unwrap();
        settings.check().map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_wrong_is_named() {
        let secret = "0123456789abcdef";
        let url = "https://example.org/hook";
        assert_eq!(
            checked(json!({ "to": [{ "url": url, "secret": secret }] })),
            Ok(())
        );
        for (to, words) in [
            (
                json!([{ "url": "ftp://x", "secret": secret }]),
                "hooks.to[0].url",
            ),
            (
                json!([{ "url": url, "secret": "short" }]),
                "hooks.to[0].secret",
            ),
            (
                json!([{ "url": url, "secret": secret }, { "url": url, "secret": secret }]),
                "hooks.to[1].url: there is another",
            ),
        ] {
            let error = checked(json!({ "to": to })).unwrap_err();
            assert!(error.starts_with(words), "{error}");
        }
    }
}
