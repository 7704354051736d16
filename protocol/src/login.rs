//! Readers who sign in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Request header with the token of a reader who has signed in ([`ReaderSession::token`]). `Authorization`
/// has edit tokens.
pub const READER: &str = "Afterword-Reader";

/// A way to sign in on a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum LoginWay {
    /// The page hands over a token that its site has signed.
    Sso,
    /// A link comes by e-mail.
    Email,
    /// An OpenID provider's window.
    Oidc {
        /// The provider's name in addresses.
        provider: String,
        /// What people call it.
        title: String,
    },
}

/// Somebody who has signed in, as other readers see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reader {
    /// The name that their comments have.
    pub name: String,
    /// What stands beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<String>,
}

/// How readers can sign in on a site, and who has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Login {
    /// The ways; none where nobody can sign in.
    pub ways: Vec<LoginWay>,
    /// Whether only who has signed in may post.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Whose token was sent with the request; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reader: Option<Reader>,
}

/// A comment of a reader who has signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnComment {
    /// Its id.
    pub id: String,
    /// Whether it waits for a moderator.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub waiting: bool,
}

/// What a reader who has signed in has written on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnComments {
    /// The latest first; of very many the latest.
    pub comments: Vec<OwnComment>,
}

/// What the authors of a page look like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Faces {
    /// Addresses of pictures on the server, below its own, by the ids of the comments.
    pub faces: BTreeMap<String, String>,
}

/// A token that a site has signed for its reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SsoLogin {
    /// The site; absent where the server has only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The token (JWT, RFC 7519).
    pub token: String,
}

/// Somebody who wants to sign in by a link that comes by e-mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EmailLogin {
    /// The site; absent where the server has only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The name that their comments are to have.
    pub name: String,
    /// Where the link is sent.
    pub email: String,
    /// The language of the mail; absent for what the browser asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

/// Somebody who wants to sign in in an OpenID provider's window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OidcLogin {
    /// The site; absent where the server has only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The language of the window's last page; absent for what the browser asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

/// What a page holds while its reader signs in elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginBegun {
    /// Makes the session that page's, once there is one.
    pub secret: String,
    /// For how many seconds it is good.
    pub seconds: u32,
    /// By e-mail: what stands on the page that the link opens, and is to stand on this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// By an OpenID provider: where its window leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Asks for the session of a reader who has signed in elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LoginClaim {
    /// The site; absent where the server has only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// [`LoginBegun::secret`].
    pub secret: String,
    /// By an OpenID provider: what its window has handed back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// What a reader who has signed in holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReaderSession {
    /// Sent as [`READER`] with whatever the reader posts, edits or deletes on pages of the same
    /// origin. It belongs into the page's own storage.
    pub token: String,
    /// Until when it is good (RFC 3339).
    pub expires: String,
    /// Whose it is.
    pub reader: Reader,
}
