//! Users, and their sessions.

use serde::{Deserialize, Serialize};

use super::Grant;

/// Somebody who looks after comments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Its id.
    pub id: String,
    /// What they are called, and sign in with.
    pub name: String,
    /// They can sign in with that, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What they are, and where.
    pub grants: Vec<Grant>,
    /// Whether they are kept out.
    #[serde(default)]
    pub disabled: bool,
    /// Since when there is such a user.
    pub created: String,
    /// When they last signed in; absent if never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_in: Option<String>,
    /// Whether they have a password.
    #[serde(default)]
    pub has_password: bool,
    /// How many passkeys they have.
    #[serde(default)]
    pub passkeys: u32,
    /// Whether their password alone lets nobody in: a passkey is needed, too.
    #[serde(default)]
    pub second_factor: bool,
}

/// What changes about a user; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeUser {
    /// Another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another e-mail address; an empty one takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether they are kept out; all their sessions end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
}

/// What changes about oneself; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeMe {
    /// Another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another e-mail address; an empty one takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the password alone is not enough any more: takes a passkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<bool>,
}

/// What a user is from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetGrants {
    /// All that they are on the sites whose people the sender may change; what they are elsewhere
    /// stays.
    pub grants: Vec<Grant>,
}

/// Another password for oneself. All other sessions end.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The present one, of who has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// The new one: ten characters at least.
    #[cfg_attr(feature = "openapi", schema(min_length = 10))]
    pub password: String,
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewPassword").finish_non_exhaustive()
    }
}

/// What is told to whoever hasn't signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Welcome {
    /// Whether there is anybody who could sign in.
    pub has_users: bool,
}

/// Somebody who wants to sign in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Name or e-mail address.
    pub user: String,
    /// The password.
    pub password: String,
    /// Whether it is under an article that somebody signs in: for deciding about comments there, on
    /// pages of that origin alone.
    #[serde(default, skip_serializing_if = "is_false")]
    pub in_place: bool,
}

/// Whether it need not be said.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
const fn is_false(it: &bool) -> bool {
    !*it
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// A new session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// Sent as `Authorization: Bearer TOKEN` with every call.
    pub token: String,
    /// When it ends, unless it is used meanwhile.
    pub expires: String,
    /// Who has signed in.
    pub user: User,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// The session that a call is made in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurrentSession {
    /// Whose it is.
    pub user: User,
    /// When it ends, unless it is used meanwhile.
    pub expires: String,
    /// The origin of the pages that it is for alone, where it was opened under an article: comments are
    /// decided about in it, and nothing else is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// A session of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionSeen {
    /// Its id.
    pub id: String,
    /// By what it was opened: `password`, `passkey`, `invitation`, `oidc`, or `window` (of the server's own,
    /// which a page under whose article somebody moderates has opened).
    pub means: String,
    /// The origin of the pages that it is for alone, where it was opened under an article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// What the browser says that it is.
    pub agent: String,
    /// When it was opened.
    pub created: String,
    /// When it was last used, to some minutes.
    pub used: String,
    /// When it ends, unless it is used meanwhile.
    pub expires: String,
    /// Whether this call is made in it.
    pub current: bool,
}

/// Sessions that have ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ended {
    /// How many.
    pub sessions: u64,
}
