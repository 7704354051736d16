//! What a reader has typed, and where it is kept.

use serde::{Deserialize, Serialize};

/// What a reader has typed: kept in the browser at every keystroke, so that neither a reload nor a
/// crash takes it away.
///
/// With a `key` it has been sent, and waits for the answer: the key goes along with every try, so
/// that the comment is posted once, however often it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The text, in Markdown.
    pub text: String,
    /// The name.
    #[serde(default)]
    pub author: String,
    /// Id of the comment that this one answers.
    #[serde(default)]
    pub parent: Option<String>,
    /// The idempotency key of the tries so far.
    #[serde(default)]
    pub key: Option<String>,
}

impl Draft {
    /// Whether there is anything worth keeping.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Which composer a draft belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The one at the head of the thread.
    New,
    /// The one that answers the comment with this id.
    Reply(String),
    /// The one that edits the comment with this id.
    Edit(String),
}

impl Slot {
    /// The end of the draft's name in the browser's storage.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::New => "new".to_owned(),
            Self::Reply(id) => ["reply:", id].concat(),
            Self::Edit(id) => ["edit:", id].concat(),
        }
    }

    /// Id of the comment that a draft in this slot answers.
    #[must_use]
    pub fn parent(&self) -> Option<String> {
        match self {
            Self::Reply(id) => Some(id.clone()),
            Self::New | Self::Edit(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_of_an_older_version_is_read() {
        let draft: Draft = serde_json::from_str(r#"{"text":"half a"}"#).unwrap();
        assert_eq!(
            draft,
            Draft {
                text: "half a".to_owned(),
                ..Draft::default()
            }
        );
    }

    #[test]
    fn each_composer_keeps_its_own() {
        let slots = [
            Slot::New,
            Slot::Reply("a".to_owned()),
            Slot::Edit("a".to_owned()),
        ];
        assert_eq!(slots.map(|slot| slot.key()), ["new", "reply:a", "edit:a"]);
    }

    #[test]
    fn white_space_is_not_worth_keeping() {
        assert!(
            Draft {
                text: " \n ".to_owned(),
                ..Draft::default()
            }
            .is_blank()
        );
    }
}
