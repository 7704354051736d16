//! What a reader has typed, and where it is kept.

use afterword_protocol::{Limits, ProblemKind};
use serde::{Deserialize, Serialize};

use super::Failure;

/// What a reader has typed: kept in the browser at every keystroke, so that neither a reload nor a
/// crash takes it away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The text, in Markdown.
    pub text: String,
    /// The name.
    pub author: String,
    /// The author's own page.
    #[serde(default)]
    pub website: String,
    /// The e-mail address.
    #[serde(default)]
    pub email: String,
}

impl Draft {
    /// Whether there is anything worth keeping.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Puts an earlier draft before what has been typed; where there is no name, its name stands.
    pub fn prepend(&mut self, earlier: Self) {
        self.text = if self.is_blank() {
            earlier.text
        } else {
            [&earlier.text, "\n\n", &self.text].concat()
        };
        if self.author.trim().is_empty() {
            self.author = earlier.author;
            if self.website.trim().is_empty() {
                self.website = earlier.website;
            }
            if self.email.trim().is_empty() {
                self.email = earlier.email;
            }
        }
    }

    /// What a backend with these limits would refuse, so that a reader is told before it is sent.
    #[must_use]
    pub fn refusal(&self, limits: Limits) -> Option<Failure> {
        let (kind, limit) = if self.is_blank() {
            (ProblemKind::TextEmpty, None)
        } else if self.text.len() > limits.text_bytes as usize {
            (ProblemKind::TextTooLong, Some(limits.text_bytes))
        } else if self.author.len() > limits.author_bytes as usize {
            (ProblemKind::AuthorTooLong, Some(limits.author_bytes))
        } else {
            return None;
        };
        Some(Failure::Problem(kind, limit))
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
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_composer_keeps_its_own() {
        let slots = [
            Slot::New,
            Slot::Reply("a".to_owned()),
            Slot::Edit("a".to_owned()),
        ];
        assert_eq!(slots.map(|slot| slot.key()), ["new", "reply:a", "edit:a"]);
    }

    fn draft(text: &str, author: &str) -> Draft {
        Draft {
            text: text.to_owned(),
            author: author.to_owned(),
            website: String::new(),
            email: String::new(),
        }
    }

    #[test]
    fn white_space_is_not_worth_keeping() {
        assert!(draft(" \n ", "Ada").is_blank());
    }

    #[test]
    fn a_text_that_comes_back_takes_nothing_away() {
        let mut begun = draft("begun", "");
        begun.prepend(draft("sent", "Ada"));
        assert_eq!(begun, draft("sent\n\nbegun", "Ada"));
        let mut blank = draft(" ", "Grace");
        blank.prepend(draft("sent", "Ada"));
        assert_eq!(blank, draft("sent", "Grace"));
        let sent = |author: &str, website: &str| Draft {
            website: website.to_owned(),
            ..draft("", author)
        };
        for (begun, both) in [
            (sent("", ""), sent("Ada", "ada")),
            (sent("", "ada.example"), sent("Ada", "ada.example")),
            (sent("Grace", ""), sent("Grace", "")),
            (sent("Ada", "ada.example"), sent("Ada", "ada.example")),
        ] {
            let mut it = begun;
            it.prepend(sent("Ada", "ada"));
            assert_eq!(it, both);
        }
    }

    #[test]
    fn what_would_be_refused_is_known_before_it_is_sent() {
        let limits = Limits {
            text_bytes: 4,
            author_bytes: 2,
            ..Limits::default()
        };
        let refusal = |text, author| draft(text, author).refusal(limits);
        assert_eq!(refusal("äö", "é"), None);
        assert_eq!(
            refusal("\n\u{3000}", ""),
            Some(Failure::Problem(ProblemKind::TextEmpty, None))
        );
        assert_eq!(
            refusal("äöx", ""),
            Some(Failure::Problem(ProblemKind::TextTooLong, Some(4)))
        );
        assert_eq!(
            refusal("x", "éx"),
            Some(Failure::Problem(ProblemKind::AuthorTooLong, Some(2)))
        );
    }

    proptest! {
        /// Whatever has been begun and whatever comes back, all of both is there.
        #[test]
        fn both_texts_are_kept(begun in "\\PC*", sent in "\\PC*") {
            let mut both = draft(&begun, "");
            both.prepend(draft(&sent, ""));
            prop_assert!(both.text.starts_with(&sent));
            prop_assert!(begun.trim().is_empty() || both.text.ends_with(&begun));
        }
    }
}
