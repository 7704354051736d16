//! Proof of work: what a client solves before it posts.

use serde::{Deserialize, Serialize};

/// A challenge by ALTCHA's scheme (proof of work, version 2).
///
/// The client derives keys by `PBKDF2` from `nonce` followed by a number of four bytes (0, 1, 2, ..., the
/// greatest byte first), with `salt`, until one begins with `keyPrefix`. The proof is the Base64 of the JSON
/// `{"challenge": ..., "solution": {"counter": NUMBER, "derivedKey": HEX}}`, with the challenge as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Challenge {
    /// What is to be solved.
    pub parameters: ChallengeParameters,
    /// The server's signature of that.
    pub signature: String,
}

/// What is to be solved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChallengeParameters {
    /// `PBKDF2/SHA-256`.
    pub algorithm: String,
    /// Rounds of PBKDF2.
    pub cost: u32,
    /// What the server says of the challenge.
    pub data: ChallengeData,
    /// Bytes of a key.
    pub key_length: u32,
    /// What the key begins with, in hexadecimal digits.
    pub key_prefix: String,
    /// The server's signature of the key.
    pub key_signature: String,
    /// What keys are derived from, in hexadecimal digits.
    pub nonce: String,
    /// In hexadecimal digits.
    pub salt: String,
}

/// What the server says of a challenge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChallengeData {
    /// How much work it is, compared to the usual.
    pub effort: u32,
    /// When it was given out, in milliseconds since 1970. It is good for half an hour.
    pub issued: i64,
    /// Seconds until a comment may come with its solution: who writes faster is taken for a program.
    pub seconds: u32,
    /// The site that it is for.
    pub site: String,
}
