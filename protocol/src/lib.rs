//! The wire types that the Afterword widget and any backend speak, version 1.
//!
//! Everything here is plain data: this crate knows neither the widget nor the server, makes no
//! request and draws nothing. `docs/protocol.md` tells the same story with examples from a real
//! run, and `docs/openapi.json` is generated from these types.
//!
//! Three rules hold for every type:
//!
//! - Times are RFC 3339 strings in UTC with milliseconds and a `Z`
//!   (`2026-11-23T19:14:36.626Z`), so that they sort as text and go into `<time datetime>` as
//!   they are.
//! - Ids are opaque strings of at most 64 characters from `[0-9A-Za-z_-]`, which sort by time.
//! - A reader of answers ignores fields it does not know; a server refuses requests that have
//!   them.

#[cfg(feature = "admin")]
pub mod admin;
mod challenge;
mod changes;
mod comment;
pub mod html;
pub mod limits;
mod list;
mod login;
pub mod offers;
mod problem;
mod request;
mod search;
mod thought;

pub use challenge::{Challenge, ChallengeData, ChallengeParameters};
pub use changes::Changes;
pub use comment::{Comment, CommentDetail, History, Origin, Status, Version};
pub use list::{Branch, CommentList, Limits, PageCount, PageCounts, Replies, Sort};
pub use login::{
    EmailLogin, Faces, Login, LoginBegun, LoginClaim, LoginWay, OidcLogin, OwnComment, OwnComments,
    READER, Reader, ReaderSession, SsoLogin,
};
pub use problem::{Problem, ProblemKind};
pub use request::{
    Created, Deletion, EditComment, NewComment, OwnedComment, Preview, PreviewRequest, Reason,
    Report, Transfer, TransferCode, Uploaded,
};
pub use search::{Found, SearchResults};
pub use thought::{Reaction, Thought, Thoughts, Vote, Votes};

/// Path prefix of every call of this version.
pub const API_PREFIX: &str = "/api/v1";

/// Media type of an error (RFC 9457, section 3).
pub const PROBLEM_MEDIA_TYPE: &str = "application/problem+json";

/// Request header that makes a create safe to repeat: at least 16 and at most 128 visible ASCII
/// characters that nobody else can guess (`crypto.randomUUID()` does), new for each comment.
/// It is a secret of its author: whoever repeats the same request with it is given the edit
/// token again. The name follows draft-ietf-httpapi-idempotency-key-header.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
