//! What the widget says, in the reader's language.
//!
//! English stands here, and the build makes a file of it, `english.json`; every other language is a
//! file `locales/LANG.json` with the keys of [`Msg`], and the build adds the English of what it lacks.
//! The one or the other is fetched with the Wasm. A native program has English compiled in. Where a number decides the form, the keys are `KEY.one`, `KEY.few`, ... by the
//! plural categories of the language (Unicode CLDR), and `KEY.other` always; `docs/languages.md` has
//! which.

#[cfg(test)]
mod locales;
mod messages;

pub use messages::Msg;

use afterword_protocol::ProblemKind;

use crate::thread::Failure;

/// The text with that key.
type Lookup = dyn Fn(&str) -> Option<String>;

/// How long ago an RFC 3339 time was when it is so many milliseconds since 1970 now.
type Ago = dyn Fn(&str, f64) -> Option<String>;

/// The texts of one language.
///
/// The source of texts is a function, so that the browser looks them up in the object that
/// `JSON.parse` made, and a native program where it likes: neither pays for the other.
pub struct I18n {
    lookup: Box<Lookup>,
    plural: Box<dyn Fn(u32) -> String>,
    ago: Box<Ago>,
    exact: Box<Lookup>,
    /// What is said where there is no text; whether of the form for one.
    missing: fn(Msg, bool) -> &'static str,
}

impl I18n {
    /// English, from what is compiled in, with times by their day in UTC.
    #[must_use]
    pub fn english() -> Self {
        Self::new(
            |_| None,
            |n| if n == 1 { "one" } else { "other" }.to_owned(),
            |_, _| None,
            |_| None,
        )
    }

    /// A language by its texts, by its plural category for a number, by how long ago an RFC 3339
    /// time was when it is so many milliseconds since 1970 now, and by what it calls that time
    /// exactly. What it lacks is said in English.
    pub fn new(
        lookup: impl Fn(&str) -> Option<String> + 'static,
        plural: impl Fn(u32) -> String + 'static,
        ago: impl Fn(&str, f64) -> Option<String> + 'static,
        exact: impl Fn(&str) -> Option<String> + 'static,
    ) -> Self {
        Self {
            missing: |msg, is_one| {
                if is_one {
                    msg.english_one()
                } else {
                    msg.english()
                }
            },
            ..Self::whole(lookup, plural, ago, exact)
        }
    }

    /// The same of texts that lack nothing: the Wasm need not have English for them.
    pub fn whole(
        lookup: impl Fn(&str) -> Option<String> + 'static,
        plural: impl Fn(u32) -> String + 'static,
        ago: impl Fn(&str, f64) -> Option<String> + 'static,
        exact: impl Fn(&str) -> Option<String> + 'static,
    ) -> Self {
        Self {
            lookup: Box::new(lookup),
            plural: Box::new(plural),
            ago: Box::new(ago),
            exact: Box::new(exact),
            missing: |msg, _| msg.key(),
        }
    }

    /// How long ago a time was: "2 hours ago". Where nothing better is known, that is its day.
    #[must_use]
    pub fn ago(&self, time: &str, now: f64) -> String {
        (self.ago)(time, now).unwrap_or_else(|| time.get(..10).unwrap_or(time).to_owned())
    }

    /// Day, year, hour and minute of a time, in the reader's own time zone; where that is not known,
    /// as it is written.
    #[must_use]
    pub fn exact(&self, time: &str) -> String {
        (self.exact)(time).unwrap_or_else(|| time.to_owned())
    }

    /// In which direction the language is written, `ltr` or `rtl`.
    #[must_use]
    pub fn direction(&self) -> String {
        (self.lookup)("dir").unwrap_or_else(|| "ltr".to_owned())
    }

    /// The text of a message.
    #[must_use]
    pub fn text(&self, msg: Msg) -> String {
        (self.lookup)(msg.key()).unwrap_or_else(|| (self.missing)(msg, false).to_owned())
    }

    /// The text of a message with what stands in braces replaced: `{NAME}` by its value.
    #[must_use]
    pub fn with(&self, msg: Msg, name: &str, value: &str) -> String {
        fill(&self.text(msg), name, value)
    }

    /// The text of a message in the form that the number `n` asks for, with `{n}` replaced.
    #[must_use]
    pub fn count(&self, msg: Msg, n: u32) -> String {
        let category = (self.plural)(n);
        let translated = (self.lookup)(&[msg.key(), ".", &category].concat())
            .or_else(|| (self.lookup)(&[msg.key(), ".other"].concat()));
        let text = translated.unwrap_or_else(|| (self.missing)(msg, n == 1).to_owned());
        fill(&text, "n", &n.to_string())
    }

    /// The text of a message about somebody and a number.
    #[must_use]
    pub fn count_with(&self, msg: Msg, n: u32, name: &str) -> String {
        fill(&self.count(msg, n), "name", name)
    }

    /// The text of a message about somebody, as what stands before the name and what stands after.
    #[must_use]
    pub fn around_name(&self, msg: Msg) -> (String, String) {
        let text = self.text(msg);
        let (before, rest) = text.split_once('{').unwrap_or((&text, ""));
        let after = rest.strip_prefix("name}").unwrap_or(rest);
        (before.to_owned(), after.to_owned())
    }

    /// The sentence about a failure, with what to do next.
    #[must_use]
    pub fn failure(&self, failure: Failure) -> String {
        let (msg, limit) = match failure {
            Failure::Network => (Msg::FailNetwork, 0),
            Failure::Timeout => (Msg::FailTimeout, 0),
            Failure::BadAnswer => (Msg::FailBadAnswer, 0),
            Failure::Status(status) => (Msg::FailStatus, u32::from(status)),
            Failure::Stale => (Msg::FailStale, 0),
            Failure::StorageFull => (Msg::FailStorage, 0),
            Failure::Problem(kind, limit) => (problem(kind), limit.unwrap_or(0)),
        };
        if msg == Msg::FailRateLimited {
            self.count(msg, limit)
        } else {
            fill(&self.text(msg), "limit", &limit.to_string())
        }
    }

    /// The sentence about a failure to take a text in, which also says that the text is not lost.
    #[must_use]
    pub fn refusal(&self, failure: Failure) -> String {
        let sentence = self.failure(failure);
        if failure.is_passing() {
            [&sentence, " ", &self.text(Msg::TextKept)].concat()
        } else {
            sentence
        }
    }
}

fn problem(kind: ProblemKind) -> Msg {
    use ProblemKind as Kind;
    match kind {
        Kind::LoginRequired => Msg::FailSignIn,
        Kind::Closed => Msg::FailClosed,
        Kind::AlreadyVoted => Msg::FailVoted,
        Kind::Duplicate => Msg::FailDuplicate,
        Kind::Answered => Msg::FailAnswered,
        Kind::TextRefused => Msg::FailRefused,
        Kind::Banned => Msg::FailBanned,
        Kind::NameRequired => Msg::FailNameNeeded,
        Kind::EmailRequired => Msg::FailEmailNeeded,
        Kind::EmailInvalid => Msg::FailEmail,
        Kind::TokenInvalid => Msg::FailToken,
        Kind::OwnComment => Msg::FailOwn,
        Kind::EditWindowClosed => Msg::FailEditWindow,
        Kind::OriginNotAllowed => Msg::FailOrigin,
        Kind::NotFound | Kind::CodeUnknown => Msg::FailNotFound,
        Kind::SiteUnknown => Msg::FailSite,
        Kind::BodyTooLarge | Kind::TextTooLong => Msg::FailTextTooLong,
        Kind::TextEmpty => Msg::FailTextEmpty,
        Kind::TextInvalid => Msg::FailTextInvalid,
        Kind::TextTooNested => Msg::FailTextTooNested,
        Kind::TooManyLinks => Msg::FailTooManyLinks,
        Kind::AuthorTooLong => Msg::FailAuthorTooLong,
        Kind::AuthorInvalid => Msg::FailAuthorInvalid,
        Kind::WebsiteInvalid => Msg::FailWebsite,
        Kind::PageInvalid => Msg::FailPage,
        Kind::ParentNotFound => Msg::FailParent,
        Kind::TooDeep => Msg::FailTooDeep,
        Kind::IdempotencyKeyReused => Msg::FailKeyReused,
        Kind::ProofRequired => Msg::FailProof,
        Kind::RateLimited | Kind::SlowMode => Msg::FailRateLimited,
        Kind::TooSlow => Msg::FailNetwork,
        Kind::Internal | Kind::Unavailable => Msg::FailServer,
        // What a reader can do nothing about, and what none meets: the kinds of the admin calls, which
        // there are only where something else in the build speaks them.
        _ => Msg::FailBadAnswer,
    }
}

/// `text` with `{name}` replaced where it stands first.
fn fill(text: &str, name: &str, value: &str) -> String {
    let mut filled = String::with_capacity(text.len() + value.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let found = after.strip_prefix(name);
        if let Some(after) = found.and_then(|after| after.strip_prefix('}')) {
            filled.push_str(value);
            rest = after;
            break;
        }
        filled.push('{');
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_takes_its_form() {
        let english = I18n::english();
        assert_eq!(english.count(Msg::CommentCount, 0), "0 comments");
        assert_eq!(english.count(Msg::CommentCount, 1), "1 comment");
        assert_eq!(english.count(Msg::CommentCount, 12), "12 comments");
    }

    #[test]
    fn a_number_and_a_name_stand_side_by_side() {
        let english = I18n::english();
        assert_eq!(
            english.count_with(Msg::Branch, 4, "{n}"),
            "{n} and 4 replies"
        );
        assert_eq!(
            english.count_with(Msg::Branch, 1, "Anna"),
            "Anna and 1 reply"
        );
    }

    #[test]
    fn a_missing_translation_is_said_in_english() {
        let i18n = I18n::new(|_| None, |_| "few".to_owned(), |_, _| None, |_| None);
        assert_eq!(i18n.text(Msg::Reply), "Reply");
        assert_eq!(i18n.count(Msg::CommentCount, 2), "2 comments");
    }

    #[test]
    fn a_limit_is_named() {
        let sentence =
            I18n::english().failure(Failure::Problem(ProblemKind::TooManyLinks, Some(7)));
        assert!(sentence.contains('7'), "{sentence}");
    }

    #[test]
    fn a_second_is_no_seconds() {
        let sentence = |seconds| {
            let limited = Failure::Problem(ProblemKind::RateLimited, Some(seconds));
            I18n::english().failure(limited)
        };
        assert!(sentence(1).ends_with("in 1 second."), "{}", sentence(1));
        assert!(sentence(12).ends_with("in 12 seconds."), "{}", sentence(12));
    }

    #[test]
    fn a_text_that_could_not_be_sent_is_not_lost() {
        let english = I18n::english();
        assert!(
            english
                .refusal(Failure::Network)
                .ends_with("Your text is kept.")
        );
        // Whoever has written nothing has nothing to lose.
        let empty = Failure::Problem(ProblemKind::TextEmpty, None);
        assert_eq!(english.refusal(empty), english.failure(empty));
    }

    #[test]
    fn a_name_stands_where_the_language_wants_it() {
        let i18n = I18n::new(
            |key| (key == "comment-by").then(|| "{name}: komento".to_owned()),
            |_| "other".to_owned(),
            |_, _| None,
            |_| None,
        );
        assert_eq!(
            i18n.around_name(Msg::CommentBy),
            (String::new(), ": komento".to_owned())
        );
        assert_eq!(
            i18n.around_name(Msg::EnterReply),
            ("Your reply to ".to_owned(), ":".to_owned())
        );
        assert_eq!(i18n.with(Msg::CommentBy, "name", "{n}"), "{n}: komento");
    }

    /// Every failure has a sentence of its own language, with every placeholder filled.
    #[test]
    fn no_failure_is_without_words() {
        let failures = [
            Failure::Network,
            Failure::Timeout,
            Failure::BadAnswer,
            Failure::Status(418),
            Failure::Stale,
            Failure::StorageFull,
        ]
        .into_iter()
        .chain(
            ProblemKind::ALL
                .iter()
                .map(|kind| Failure::Problem(*kind, Some(7))),
        );
        for failure in failures {
            let sentence = I18n::english().failure(failure);
            assert!(sentence.ends_with('.'), "{failure:?}: {sentence}");
            assert!(!sentence.contains('{'), "{failure:?}: {sentence}");
        }
    }
}
