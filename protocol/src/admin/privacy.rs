//! What is kept of a person.

use serde::{Deserialize, Serialize};

use crate::Version;

/// All that is kept of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonExport {
    /// By what they were looked for, as in `author:Ada`.
    pub key: String,
    /// When (RFC 3339).
    pub exported: String,
    /// What they have written, the first of it first.
    pub comments: Vec<ExportedComment>,
    /// Addresses at which they hear of answers.
    pub addresses: Vec<ExportedAddress>,
    /// What they are on sites where they have signed in.
    #[serde(default)]
    pub readers: Vec<ExportedReader>,
    /// Links to sign in by that they have asked for, and not opened yet.
    #[serde(default)]
    pub sign_ins: Vec<ExportedSignIn>,
    /// Mails to those addresses, sent or to be sent.
    #[serde(default)]
    pub mails: Vec<ExportedMail>,
    /// Requests to hooks that tell of what they have written.
    #[serde(default)]
    pub requests: Vec<ExportedRequest>,
    /// Bans that they are under.
    #[serde(default)]
    pub bans: Vec<ExportedBan>,
}

/// A comment with all that is kept about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedComment {
    /// Its id.
    pub id: String,
    /// The site.
    pub site: String,
    /// The page's key.
    pub page: String,
    /// The page's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Id of the comment that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Website.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// When it was written (RFC 3339).
    pub created: String,
    /// When it was changed (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<String>,
    /// As it was typed.
    pub text: String,
    /// Earlier texts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<Version>,
    /// What was decided about it: `published`, `pending`, `spam`, `hidden` or `deleted`.
    pub verdict: String,
    /// Why it was held, or flagged, in English.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// Keyed hash of the network that it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Keyed hash of the browser or account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Votes and reactions of others: how many.
    pub thoughts: u32,
    /// Whether answers to it are told by mail.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub notifies: bool,
    /// What stands beside its author's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<String>,
    /// Paths of the images that it shows, on this server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    /// What others have reported about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<ExportedReport>,
}

/// What somebody has reported about a comment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedReport {
    /// What is wrong with it: `spam`, `abuse`, `off-topic` or `other`.
    pub reason: String,
    /// In their words.
    pub text: String,
    /// When (RFC 3339).
    pub created: String,
}

/// An address at which somebody hears of answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedAddress {
    /// The address.
    pub email: String,
    /// In which language.
    pub language: String,
    /// Since when (RFC 3339).
    pub created: String,
    /// When they said that it is theirs (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<String>,
    /// On which sites it was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ExportedClaim>,
}

/// That a browser, or an account, has given an address on a site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedClaim {
    /// The site.
    pub site: String,
    /// When (RFC 3339).
    pub created: String,
    /// When the address's owner said that it is they (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<String>,
}

/// Somebody who has signed in on a site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedReader {
    /// The site.
    pub site: String,
    /// Who vouches for them: `sso` is the site itself.
    pub issuer: String,
    /// What they are there.
    pub subject: String,
    /// Their name.
    pub name: String,
    /// Their address, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What stands beside their name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<String>,
    /// Whether the site takes them for somebody whom it knows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub verified: bool,
    /// Path of their picture, on this server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// Since when (RFC 3339).
    pub created: String,
    /// Where they are signed in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<ExportedSession>,
}

/// A browser in which somebody is signed in to comment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedSession {
    /// The origin of the pages; empty for a program's.
    pub origin: String,
    /// Until when (RFC 3339).
    pub expires: String,
}

/// A link to sign in by that was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedSignIn {
    /// The site.
    pub site: String,
    /// The name that was given.
    pub name: String,
    /// The address that it was sent to.
    pub email: String,
    /// Until when it is good (RFC 3339).
    pub expires: String,
}

/// A mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedMail {
    /// `confirm`, `answers` or `sign-in`.
    pub kind: String,
    /// `waiting`, `sent`, `needless` or `dead`.
    pub state: String,
    /// When it was written (RFC 3339).
    pub created: String,
    /// When it was sent, or given up (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
}

/// A request to a hook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedRequest {
    /// Id of the comment that it tells of.
    pub comment: String,
    /// What has happened to that: `new`, `edited`, `held`, `reported` or `deleted`.
    pub event: String,
    /// `waiting`, `sent` or `dead`.
    pub state: String,
    /// When it was written (RFC 3339).
    pub created: String,
    /// When it was taken, or given up (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// What it says (JSON); absent once it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// A ban that somebody is under.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedBan {
    /// The site; `*` for all.
    pub site: String,
    /// By what they are known: `person`, `network`, `author` or `email`.
    pub kind: String,
    /// What they were called.
    pub label: String,
    /// Until when (RFC 3339); absent for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Since when (RFC 3339).
    pub created: String,
}

/// How a person is to be erased.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Erasure {
    /// The site; absent for all on which one may do so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Whether what they wrote stays, without who they are.
    pub keep_texts: bool,
    /// Why, for the audit log: at most 500 characters. It outlasts the person's data: it names nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Erased {
    /// How many comments.
    pub comments: u32,
    /// How many addresses.
    pub addresses: u32,
    /// How many readers who had signed in: they are signed out.
    #[serde(default)]
    pub readers: u32,
}
