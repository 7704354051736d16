//! What an owner can set about spam, for a site.

use crate::error::Wrong;
use afterword_protocol::admin::WrongCode;
use serde::{Deserialize, Serialize};
use url::Url;

use super::SettingError;

/// From whom a proof of work is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProofPolicy {
    /// From nobody.
    Off,
    /// From scripts: the widget, and programs. Forms that are sent without a script go without.
    #[default]
    Scripts,
    /// From everybody: what comes without a script is held.
    Always,
}

/// Defences against spam.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpamSettings {
    /// Whether there are any.
    pub on: bool,
    /// From whom a proof of work is wanted.
    pub proof: ProofPolicy,
    /// A comment that was written in fewer seconds is held; 0 means none is.
    pub seconds: u32,
    /// A text that was posted on the site within so many hours before is held; 0 means none is.
    pub duplicates: u32,
    /// From a network that has sent so many comments within ten minutes, others are held; 0 means any
    /// number.
    pub burst: u32,
    /// The same for a name.
    pub person: u32,
    /// On a page where so many comments were published within a minute, others are held; 0 means any
    /// number.
    pub page: u32,
    /// The same for the whole site.
    pub site: u32,
    /// Whether it learns from what moderators decide, and holds what it takes for spam by that.
    pub classifier: bool,
    /// Whether it knows what moderators of the server's other sites have taught it, as long as those of
    /// this one have not taught it enough.
    pub shared: bool,
    /// A program that is asked about every comment.
    pub hook: ScreenSettings,
}

impl Default for SpamSettings {
    fn default() -> Self {
        Self {
            on: true,
            proof: ProofPolicy::default(),
            seconds: 2,
            duplicates: 24,
            burst: 10,
            person: 20,
            page: 30,
            site: 120,
            classifier: true,
            shared: true,
            hook: ScreenSettings::default(),
        }
    }
}

/// A program that is asked about every comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScreenSettings {
    /// Where; empty for none.
    pub url: String,
    /// What its requests are signed with, by the scheme of Standard Webhooks.
    pub secret: String,
    /// How long it may take.
    pub milliseconds: u32,
}

impl Default for ScreenSettings {
    fn default() -> Self {
        Self {
            url: String::new(),
            secret: String::new(),
            milliseconds: 2_000,
        }
    }
}

/// Akismet, which may be asked whether a comment is spam.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AkismetSettings {
    /// The key that it gives its customers; empty for none, and then it is told nothing.
    pub api_key: String,
    /// The front page of the site, as it knows it.
    pub blog: String,
    /// Another service that is asked as Akismet is; empty for Akismet's own.
    pub url: String,
}

fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn check_address(field: &str, text: &str) -> Result<(), SettingError> {
    if is_address(text) {
        return Ok(());
    }
    let right = "it can be an address like https://www.example.org/";
    Err(SettingError::new(field, right).coded(WrongCode::Address))
}

impl SpamSettings {
    pub(super) fn check(&self) -> Result<(), SettingError> {
        let bounds = [
            ("spam.seconds", self.seconds, 60),
            ("spam.duplicates", self.duplicates, 720),
            ("spam.burst", self.burst, 100_000),
            ("spam.person", self.person, 100_000),
            ("spam.page", self.page, 100_000),
            ("spam.site", self.site, 100_000),
        ];
        for (field, value, most) in bounds {
            if value > most {
                return Err(SettingError::bounds(field, 0, most));
            }
        }
        let hook = &self.hook;
        if hook.url.is_empty() {
            return Ok(());
        }
        check_address("spam.hook.url", &hook.url)?;
        if hook.secret.is_empty() {
            let right = "it can be any text that nobody else knows";
            let short = Wrong::from(WrongCode::Short).with("least", 16);
            return Err(SettingError::new("spam.hook.secret", right).coded(short));
        }
        if !(100..=10_000).contains(&hook.milliseconds) {
            return Err(SettingError::bounds("spam.hook.milliseconds", 100, 10_000));
        }
        Ok(())
    }
}

impl AkismetSettings {
    pub(super) fn check(&self) -> Result<(), SettingError> {
        if !self.url.is_empty() {
            check_address("akismet.url", &self.url)?;
        }
        if self.api_key.is_empty() {
            return Ok(());
        }
        check_address("akismet.blog", &self.blog)
    }
}
