//! What a reader is shown.

use serde::Deserialize;

/// What a widget shows at one moment.
#[derive(Clone, Debug, Deserialize)]
pub struct Shown {
    /// Whether there is a widget at all.
    pub mounted: bool,
    /// Whether the program is about to come by itself.
    pub awaited: bool,
    /// Whether it is loading.
    pub busy: bool,
    /// The heading.
    pub title: String,
    /// What the live region says.
    pub status: String,
    /// The notices in view.
    pub notices: Vec<String>,
    /// The alerts in view.
    pub errors: Vec<String>,
    /// The id of the element that has the focus; empty when it has none, or is elsewhere.
    pub focus: String,
    /// What stands in the thread's composer, if there is one.
    pub draft: Option<String>,
    /// The comments from top to bottom.
    pub comments: Vec<ShownComment>,
}

/// A comment as it is shown.
#[derive(Clone, Debug, Deserialize)]
pub struct ShownComment {
    /// Its id, as its anchor has it.
    pub id: String,
    /// `#3`.
    pub number: String,
    /// The name in view.
    pub author: String,
    /// Whether it is shown as nobody's.
    pub anonymous: bool,
    /// "edited", "you" and the like.
    pub marks: Vec<String>,
    /// Its words.
    pub text: String,
    /// Its HTML as it stands in the page.
    pub html: String,
    /// Whom it answers, where that is told.
    pub context: String,
    /// How deep it is indented.
    pub depth: usize,
    /// `is-own`, `is-sending`, ...
    pub states: Vec<String>,
    /// The buttons in view.
    pub buttons: Vec<String>,
    /// The exact time, as one sees it on hover.
    pub exact: String,
}

impl Shown {
    /// The comment with those words.
    #[must_use]
    pub fn comment(&self, words: &str) -> Option<&ShownComment> {
        self.comments
            .iter()
            .find(|comment| comment.text.contains(words))
    }
}

impl ShownComment {
    /// The id of its element.
    #[must_use]
    pub fn anchor(&self) -> String {
        format!("comment-{}", self.id)
    }

    /// Whether it is in that state: `own`, `sending`, `failed`, `pending`, `deleted`, `target`.
    #[must_use]
    pub fn is(&self, state: &str) -> bool {
        self.states
            .iter()
            .any(|it| it.strip_prefix("is-") == Some(state))
    }
}
