//! A comment between being sent and being there.

use afterword_protocol::{Comment, NewComment, Status};
use serde::{Deserialize, Serialize};

use super::to_html;

/// For how long a comment may be sent again without asking its author, in milliseconds. A backend
/// knows an idempotency key for 24 hours; after that, what did reach it would be posted twice.
const FRESH: f64 = 23.0 * 3_600_000.0;

/// A comment that was sent, kept in the browser until the backend has answered.
///
/// It is kept whole, just as it was sent the first time: the same key with another body (a page's
/// title may have changed since) would be refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The idempotency key. It goes along with every try, so that the comment is posted once,
    /// however often it is sent.
    pub key: String,
    /// When it was sent first (RFC 3339).
    pub at: String,
    /// The comment.
    pub comment: NewComment,
}

impl Sent {
    /// Whether the backend may have forgotten the key: `at` and `now` in milliseconds since 1970.
    #[must_use]
    pub fn is_stale(at: f64, now: f64) -> bool {
        now - at > FRESH
    }

    /// The comment as it is shown meanwhile. Its id is the key: no backend's ids look like it, and
    /// it goes when the comment has one of its own.
    #[must_use]
    pub fn as_comment(&self) -> Comment {
        Comment {
            id: self.key.clone(),
            number: 0,
            parent: self.comment.parent.clone(),
            author: self.comment.author.clone(),
            website: self.comment.website.clone(),
            created: self.at.clone(),
            edited: None,
            html: to_html(&self.comment.text),
            status: Status::Published,
            ..Comment::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: f64 = 86_400_000.0;

    #[test]
    fn what_was_sent_today_is_sent_again_and_what_was_sent_yesterday_is_not() {
        assert!(!Sent::is_stale(DAY, DAY + 60_000.0));
        assert!(Sent::is_stale(DAY, 2.0 * DAY));
    }

    #[test]
    fn a_clock_that_was_set_back_makes_nothing_stale() {
        assert!(!Sent::is_stale(2.0 * DAY, DAY));
    }

    #[test]
    fn a_time_that_makes_no_sense_is_not_held_against_a_comment() {
        assert!(!Sent::is_stale(f64::NAN, DAY));
    }

    #[test]
    fn it_is_shown_as_it_was_written() {
        let sent = Sent {
            key: "key".to_owned(),
            at: "2026-11-23T19:14:36.626Z".to_owned(),
            comment: NewComment {
                page: "/".to_owned(),
                parent: Some("a".to_owned()),
                text: "1 < 2".to_owned(),
                ..NewComment::default()
            },
        };
        let comment = sent.as_comment();
        assert_eq!((comment.id.as_str(), comment.number), ("key", 0));
        assert_eq!(comment.parent.as_deref(), Some("a"));
        assert_eq!(comment.html, "<p>1 &lt; 2</p>");
    }
}
