//! What a check found, for moderators.

use afterword_protocol::admin::FoundCode;
use serde_json::{Map, Value};

/// What a check found, or counted: in English, and as a code where these are words of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) detail: String,
    pub(crate) code: Option<FoundCode>,
    pub(crate) values: Map<String, Value>,
}

impl Found {
    pub(crate) fn new(code: FoundCode, detail: impl Into<String>) -> Self {
        Self {
            code: Some(code),
            ..Self::quoted(detail)
        }
    }

    /// Words of others: there is nothing to translate.
    pub(crate) fn quoted(detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            ..Self::default()
        }
    }

    /// The same with something that belongs to the code.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// The same, found by a rule of that name.
    pub(crate) fn by_rule(mut self, name: &str) -> Self {
        self.detail = format!("{name}: {}", self.detail);
        self.with("rule", name)
    }
}
