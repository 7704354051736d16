//! Errors: problem documents with a stable type (RFC 9457).

use serde::{Deserialize, Serialize};

macro_rules! problem_kinds {
    ($($(#[doc = $doc:literal])+ $(#[cfg($($when:tt)+)])? $variant:ident = $slug:literal, $status:literal, $title:literal;)+) => {
        /// The kinds of problem that a backend may answer with.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProblemKind {
            $($(#[doc = $doc])+ $(#[cfg($($when)+)])? $variant,)+
        }

        impl ProblemKind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &[Self] = &[$($(#[cfg($($when)+)])? Self::$variant),+];

            /// The last part of its type: `urn:afterword:problem:SLUG`.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $($(#[cfg($($when)+)])? Self::$variant => $slug),+ }
            }

            /// The HTTP status that it comes with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $($(#[cfg($($when)+)])? Self::$variant => $status),+ }
            }

            /// A short English sentence, the same for every occurrence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $($(#[cfg($($when)+)])? Self::$variant => $title),+ }
            }

            /// What it means, for the documentation.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $($(#[cfg($($when)+)])? Self::$variant => concat!($($doc),+)),+ }
            }
        }
    };
}

problem_kinds! {
    /// The request is not what the call takes: not UTF-8, not JSON, a wrong type, a missing or an
    /// unknown field, a bad query parameter. `detail` says which.
    InvalidRequest = "invalid-request", 400, "The request is not of the right form";
    /// The idempotency key is not 16 to 128 visible ASCII characters.
    IdempotencyKeyInvalid = "idempotency-key-invalid", 400, "The idempotency key is not of the right form";
    /// Only who has signed in may do that.
    LoginRequired = "login-required", 401, "Signing in is needed";
    /// Name or password is wrong; nobody is told which. Also what is signed by a passkey that nobody
    /// has registered.
    #[cfg(feature = "admin")]
    CredentialsWrong = "credentials-wrong", 403, "Name or password is wrong";
    /// The password is right, but this user signs in by a passkey.
    #[cfg(feature = "admin")]
    PasskeyRequired = "passkey-required", 403, "A passkey is needed";
    /// Whoever is signed in has last shown that it is they more than ten minutes ago, by password or
    /// passkey; `POST /admin/session/confirm` takes either, and the call can be made again.
    #[cfg(feature = "admin")]
    ConfirmationNeeded = "confirmation-needed", 403, "Show that it is you";
    /// Whoever is signed in has no role that lets them do this here.
    #[cfg(feature = "admin")]
    Forbidden = "forbidden", 403, "This is for others to do";
    /// No edit token was sent, or one that is not this comment's.
    TokenInvalid = "token-invalid", 403, "The edit token is not this comment's";
    /// The time in which an author may edit or delete is over. `limit` is its length in seconds.
    EditWindowClosed = "edit-window-closed", 403, "This comment can no longer be changed";
    /// Nobody votes on a comment of their own, or reacts to it.
    OwnComment = "own-comment", 403, "This comment is the sender's own";
    /// No comments are taken on this page, or none any more.
    Closed = "closed", 403, "No comments are taken here";
    /// Its sender may not comment here.
    Banned = "banned", 403, "This sender may not comment here";
    /// The vote has been counted before, and can't be changed.
    AlreadyVoted = "already-voted", 403, "This vote has been counted before";
    /// The comment came without a proof of work, or with one that doesn't hold: `GET /challenge` gives
    /// what is to be solved, and the comment may be sent again with that, under the same key.
    ProofRequired = "proof-required", 403, "A proof of work is needed";
    /// The page that sent the request is not on one of the site's origins.
    OriginNotAllowed = "origin-not-allowed", 403, "Comments can't be sent from this page";
    /// There is no comment of that id, or it was deleted.
    NotFound = "not-found", 404, "There is no such comment";
    /// The server has no site of that name.
    SiteUnknown = "site-unknown", 404, "There is no such site";
    /// No transfer waits under that code: it is mistyped, was used already, or is too old.
    CodeUnknown = "code-unknown", 404, "There is nothing under this code";
    /// There is no user, session, passkey, invitation or the like of that id, or none that whoever is
    /// signed in may see.
    #[cfg(feature = "admin")]
    NothingThere = "nothing-there", 404, "There is no such thing";
    /// There is no such call.
    NoSuchCall = "no-such-call", 404, "There is nothing at this address";
    /// The call exists, but not with this method. The header `Allow` has those it takes.
    MethodNotAllowed = "method-not-allowed", 405, "This address does not take that method";
    /// The body did not arrive in the time that it may take. The same request may be repeated. `limit`
    /// is in seconds.
    TooSlow = "too-slow", 408, "The request took too long to arrive";
    /// The same was said before, by the same author or in the same place.
    Duplicate = "duplicate", 409, "The same has been said before";
    /// Another user has that name or that e-mail address.
    #[cfg(feature = "admin")]
    Taken = "taken", 409, "This is taken by somebody else";
    /// It would leave the server without an owner who can sign in.
    #[cfg(feature = "admin")]
    LastOwner = "last-owner", 409, "There would be no owner any more";
    /// Somebody has answered the comment, and the backend lets none such be changed.
    Answered = "answered", 409, "This comment has been answered";
    /// What this secret address showed, it shows nobody any more.
    #[cfg(feature = "admin")]
    Gone = "gone", 410, "There is nothing at this address any more";
    /// The body is larger than any comment may be. `limit` is in bytes.
    BodyTooLarge = "body-too-large", 413, "The request is too large";
    /// The body's `Content-Type` is not `application/json`.
    UnsupportedMediaType = "unsupported-media-type", 415, "The request is not JSON";
    /// The text is empty, or blank.
    TextEmpty = "text-empty", 422, "The comment is empty";
    /// The text is longer than allowed. `limit` is in bytes of UTF-8.
    TextTooLong = "text-too-long", 422, "The comment is too long";
    /// The backend doesn't want a text like this one.
    TextRefused = "text-refused", 422, "The comment is not accepted";
    /// The text holds a control character other than line feed, carriage return and tab.
    TextInvalid = "text-invalid", 422, "The comment holds characters that can't be shown";
    /// Quotations, lists or emphasis are nested deeper than allowed. `limit` is in levels.
    TextTooNested = "text-too-nested", 422, "The comment is nested too deeply";
    /// The text has more links than allowed. `limit` is their number.
    TooManyLinks = "too-many-links", 422, "The comment has too many links";
    /// There is no name, and the backend takes no comment without one.
    NameRequired = "name-required", 422, "A name is needed";
    /// There is no e-mail address, and the backend takes no comment without.
    EmailRequired = "email-required", 422, "An e-mail address is needed";
    /// What was given as an e-mail address can be none.
    EmailInvalid = "email-invalid", 422, "The e-mail address can't be used";
    /// The name is longer than allowed. `limit` is in bytes of UTF-8.
    AuthorTooLong = "author-too-long", 422, "The name is too long";
    /// The name holds control characters, invisible ones, or ones that turn the direction of
    /// writing.
    AuthorInvalid = "author-invalid", 422, "The name holds characters that a name can't have";
    /// The website is no address of the web, or longer than 256 bytes.
    WebsiteInvalid = "website-invalid", 422, "The website's address can't be used";
    /// The image is no PNG, JPEG, WebP or GIF, is damaged, or has too many pixels.
    ImageInvalid = "image-invalid", 422, "This is not an image that can be shown";
    /// A time is over already, or too far away. `detail` names the field.
    #[cfg(feature = "admin")]
    TimeInvalid = "time-invalid", 422, "That time can't be used";
    /// The page key is empty, longer than 1024 bytes, or holds control characters.
    PageInvalid = "page-invalid", 422, "The page key is not of the right form";
    /// The comment to be answered does not exist, was deleted, or stands on another page.
    ParentNotFound = "parent-not-found", 422, "The comment that this one answers is not there";
    /// The conversation is already as deep as it may be. `limit` is in levels.
    TooDeep = "too-deep", 422, "This conversation can't go any deeper";
    /// The idempotency key came with another request before.
    IdempotencyKeyReused = "idempotency-key-reused", 422, "The idempotency key belongs to another request";
    /// Too many requests from this address. The header `Retry-After` and `limit` have the seconds
    /// to wait.
    RateLimited = "rate-limited", 429, "Too many requests";
    /// The page takes one comment of a person in so many seconds. The header `Retry-After` and
    /// `limit` have the seconds to wait.
    SlowMode = "slow-mode", 429, "Comments come too fast for this page";
    /// The server failed. What it did is undone; the same request may be repeated.
    Internal = "internal", 500, "The server failed";
    /// The server is too busy, or is about to stop. The same request may be repeated.
    Unavailable = "unavailable", 503, "The server can't answer just now";
}

/// What every problem type begins with.
const TYPE_PREFIX: &str = "urn:afterword:problem:";

impl ProblemKind {
    /// The stable type of the problem document.
    #[must_use]
    pub fn type_uri(self) -> String {
        [TYPE_PREFIX, self.slug()].concat()
    }

    /// The kind with that type; none for a type of a later version, or of another API.
    #[must_use]
    pub fn from_type_uri(uri: &str) -> Option<Self> {
        let slug = uri.strip_prefix(TYPE_PREFIX)?;
        Self::ALL.iter().copied().find(|kind| kind.slug() == slug)
    }
}

/// A problem document (RFC 9457, section 3.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:afterword:problem:SLUG`.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// A short English sentence, the same for every occurrence of the type.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// An English sentence about this occurrence, for whoever develops against the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The bound that was passed, where there is one; the kind says in what unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The occurrence as a code, for clients that say it in another language.
    #[cfg(feature = "admin")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What belongs to the code: numbers and texts by their names.
    #[cfg(feature = "admin")]
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub values: serde_json::Value,
}

impl Problem {
    /// A problem of that kind, with nothing said about this occurrence.
    #[must_use]
    pub fn new(kind: ProblemKind) -> Self {
        Self {
            type_uri: kind.type_uri(),
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: None,
            limit: None,
            #[cfg(feature = "admin")]
            code: None,
            #[cfg(feature = "admin")]
            values: serde_json::Value::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_again_by_its_type() {
        for &kind in ProblemKind::ALL {
            assert_eq!(ProblemKind::from_type_uri(&kind.type_uri()), Some(kind));
        }
    }

    #[test]
    fn no_two_kinds_share_a_type() {
        let mut slugs: Vec<_> = ProblemKind::ALL.iter().map(|kind| kind.slug()).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), ProblemKind::ALL.len());
    }

    #[test]
    fn a_type_of_a_later_version_is_no_kind() {
        assert_eq!(
            ProblemKind::from_type_uri("urn:afterword:problem:quantum"),
            None
        );
        assert_eq!(ProblemKind::from_type_uri("about:blank"), None);
    }

    #[test]
    fn a_problem_reads_as_the_rfc_has_it() {
        let json = serde_json::to_value(Problem::new(ProblemKind::TextEmpty)).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "type": "urn:afterword:problem:text-empty",
                "title": "The comment is empty",
                "status": 422
            })
        );
    }
}
