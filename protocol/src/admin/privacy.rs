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
