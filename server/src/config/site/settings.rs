//! What an owner can set for a site.

use afterword_protocol::Votes;
use afterword_protocol::admin::WrongCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::hook::HookSettings;
use super::spam::{AkismetSettings, SpamSettings};
use super::{RetentionSettings, SsoSettings};
use crate::error::Wrong;

/// Which comments are shown at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// All that nothing else holds.
    #[default]
    All,
    /// Those of people of whom one has been approved.
    First,
    /// None: a moderator sees each of them first.
    Held,
}

/// How a site's thread looks where the page says nothing about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the reader's device has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// As `data-theme` has it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// What an owner can set for a site. Each has a default, and what the site doesn't say is as that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteSettings {
    /// Which comments are shown at once.
    pub policy: Policy,
    /// After how many days a page takes no more comments, counted from its first one; 0 means never.
    pub close_after_days: u32,
    /// Nothing can be posted, voted for or changed.
    pub read_only: bool,
    /// No comment can be posted.
    pub closed: bool,
    /// The languages of its pages, by their tags, the usual one first; empty for those of the readers.
    pub languages: Vec<String>,
    /// Light or dark, where the page says nothing about it.
    pub theme: Theme,
    /// Which votes its readers may give; absent: as `--votes` says.
    pub votes: Option<Votes>,
    /// Which reactions; absent: as `--reactions` says.
    pub reactions: Option<Vec<String>>,
    /// A comment with more links than that is held; absent: none is.
    pub links_held: Option<u32>,
    /// A comment that so many people have reported is held; 0 means none is.
    pub reports_hidden: u32,
    /// Defences against spam.
    pub spam: SpamSettings,
    /// Mail that the site sends.
    pub mail: MailSettings,
    /// How its readers may sign in.
    pub sso: SsoSettings,
    /// Who is told of what happens.
    pub hooks: HookSettings,
    /// The service that may be asked whether a comment is spam.
    pub akismet: AkismetSettings,
    /// How long something of people is kept.
    pub retention: RetentionSettings,
}

impl Default for SiteSettings {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            close_after_days: 0,
            read_only: false,
            closed: false,
            languages: Vec::new(),
            theme: Theme::default(),
            votes: None,
            reactions: None,
            links_held: Some(4),
            reports_hidden: 5,
            spam: SpamSettings::default(),
            mail: MailSettings::default(),
            sso: SsoSettings::default(),
            hooks: HookSettings::default(),
            akismet: AkismetSettings::default(),
            retention: RetentionSettings::default(),
        }
    }
}

/// Mail that a site sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailSettings {}

/// What is wrong with a site's settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct SettingError {
    /// Which of them, as in `spam.difficulty`.
    pub field: String,
    /// Why it can't be, and what can.
    pub reason: String,
    pub(crate) wrong: Option<Box<Wrong>>,
}

impl SettingError {
    pub(crate) fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            reason: reason.into(),
            wrong: None,
        }
    }

    /// The same, as a code.
    pub(crate) fn coded(mut self, wrong: impl Into<Wrong>) -> Self {
        self.wrong = Some(Box::new(wrong.into()));
        self
    }

    /// A number that is out of its bounds.
    pub(crate) fn bounds(field: impl Into<String>, least: u32, most: u32) -> Self {
        let reason = format!("it can be {least} to {most}");
        Self::new(field, reason).coded(Wrong::bounds(WrongCode::Range, least, most))
    }

    /// The same where `origins` can be set, too.
    pub(crate) fn beside_origins(mut self) -> Self {
        if !self.field.contains('.') && self.reason.starts_with("unknown field") {
            let fields = "expected one of ";
            self.reason = self
                .reason
                .replacen(fields, "expected one of `origins`, ", 1);
        }
        self
    }
}

/// What a reader of files says of a value of another type, in an owner's words.
pub(crate) fn plain(reason: &str) -> String {
    let types = [
        ("expected u32", "expected a whole number"),
        ("expected u64", "expected a whole number"),
        ("expected a boolean", "expected true or false"),
        ("expected a sequence", "expected a list"),
        ("expected a map", "expected a table"),
        ("expected struct ", "expected a table: "),
    ];
    let plainer = |text: String, (theirs, ours): &(&str, &str)| text.replace(theirs, ours);
    types.iter().fold(reason.to_owned(), plainer)
}

impl SiteSettings {
    /// The settings of a JSON object.
    ///
    /// # Errors
    /// When it has a field that there isn't, or a value that a field can't have.
    pub fn read(value: Value) -> Result<Self, SettingError> {
        let settings = Self::parse(value)?;
        settings.check()?;
        Ok(settings)
    }

    /// The same, whether or not the values go together.
    pub(crate) fn parse(value: Value) -> Result<Self, SettingError> {
        // A list of values would be taken for the fields in their order.
        if !value.is_object() {
            return Err(SettingError::new("settings", "they are an object"));
        }
        serde_path_to_error::deserialize(value).map_err(|error| {
            let field = error.path().to_string();
            let reason = plain(&error.into_inner().to_string());
            let field = if field == "." { "settings" } else { &field };
            SettingError::new(field, reason)
        })
    }

    /// What is wrong with them beyond their types.
    ///
    /// # Errors
    /// When a value is out of its bounds.
    fn check(&self) -> Result<(), SettingError> {
        let wrong = |field, reason: &str, code: WrongCode| {
            Err(SettingError::new(field, reason).coded(code))
        };
        if self.close_after_days > 36_500 {
            return Err(SettingError::bounds("close_after_days", 0, 36_500));
        }
        let is_tag = |tag: &String| {
            let is_part = |part: &str| {
                (1..=8).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_alphanumeric())
            };
            (2..=35).contains(&tag.len()) && tag.split('-').all(is_part)
        };
        if self.languages.len() > 100 || !self.languages.iter().all(is_tag) {
            let right = "they can be tags like en, de or pt-BR";
            return wrong("languages", right, WrongCode::Languages);
        }
        if let Some(names) = &self.reactions {
            super::super::settings::reactions(Some(names)).map_err(|error| {
                let error = SettingError::new("reactions", error.to_string());
                error.coded(WrongCode::Reactions)
            })?;
        }
        self.spam.check()?;
        self.akismet.check()?;
        self.sso.check()?;
        self.hooks.check()?;
        self.retention.check()
    }

    /// As a JSON object, with all fields.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn error(value: Value) -> String {
        SiteSettings::read(value).unwrap_err().to_string()
    }

    #[test]
    fn an_empty_object_is_all_defaults() {
        let settings = SiteSettings::read(json!({})).unwrap();
        assert_eq!(settings, SiteSettings::default());
        assert_eq!(SiteSettings::read(settings.json()).unwrap(), settings);
    }

    /// The paths of all settings, as the admin pages name their texts.
    fn paths(prefix: &str, value: &Value, into: &mut Vec<String>) {
        for (name, value) in value.as_object().into_iter().flatten() {
            let path = [prefix, "-", &name.replace('_', "-")].concat();
            paths(&path, value, into);
            into.push(path);
        }
    }

    #[test]
    fn the_admin_pages_have_a_name_for_each() {
        let english = include_str!("../../../../admin/locales/en.json");
        let english: std::collections::BTreeMap<String, String> =
            serde_json::from_str(english).unwrap();
        let mut all = vec!["set-origins".to_owned()];
        paths("set", &SiteSettings::default().json(), &mut all);
        // Its name is a proper noun, hooks have a form of their own, and of mail there is nothing to set.
        all.retain(|path| path != "set-akismet" && path != "set-hooks-to");
        let names = |path: &str| {
            let path = path.trim_start_matches("set-");
            let last = path.rsplit('-').next().unwrap_or(path);
            let keys = [
                ["set-", path].concat(),
                path.to_owned(),
                ["set-", last].concat(),
            ];
            let keys = keys.into_iter().chain([last.to_owned()]);
            keys.filter(|key| english.contains_key(key))
                .collect::<Vec<_>>()
        };
        let missing: Vec<_> = all.iter().filter(|path| names(path).is_empty()).collect();
        assert!(
            missing.is_empty(),
            "not in admin/locales/en.json: {missing:?}"
        );
        let used: Vec<_> = all.iter().flat_map(|path| names(path)).collect();
        let unused = english
            .keys()
            .filter(|key| key.starts_with("set-") && !used.contains(key));
        let unused: Vec<_> = unused.collect();
        assert!(unused.is_empty(), "there is no such setting: {unused:?}");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let cases = [
            (
                json!({ "policy": "some" }),
                "policy: unknown variant `some`",
            ),
            (json!({ "closed": "yes" }), "closed: invalid type"),
            (json!({ "colour": 1 }), "colour: unknown field `colour`"),
            (
                json!({ "spam": { "colour": 1 } }),
                "spam.colour: unknown field",
            ),
            (
                json!({ "reactions": ["like"] }),
                "reactions: reactions has \"like\"",
            ),
            (
                json!({ "languages": ["en glish"] }),
                "languages: they can be tags",
            ),
            (
                json!({ "languages": ["zz-nolanguagehassuch"] }),
                "languages: they can be tags",
            ),
            (
                json!({ "spam": { "proof": "some" } }),
                "spam.proof: unknown variant `some`",
            ),
            (
                json!({ "spam": { "hook": { "url": "example.org" } } }),
                "spam.hook.url: it can be an address",
            ),
            (
                json!({ "akismet": { "api_key": "k" } }),
                "akismet.blog: it can be an address",
            ),
            (
                json!({ "close_after_days": 99_999 }),
                "close_after_days: it can be 0",
            ),
        ];
        for (value, words) in cases {
            let error = error(value);
            assert!(error.contains(words), "{error}");
        }
    }
}
