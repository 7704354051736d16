//! Secrets: edit tokens, and what stands in the database for them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// SHA-256 of something.
pub(crate) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Bytes from the system's source of randomness.
///
/// # Panics
/// When the system has none: nothing that needs a secret may go on then.
#[expect(
    clippy::expect_used,
    reason = "a server without randomness must not make secrets"
)]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives no random bytes");
    bytes
}

/// A key that never leaves the server.
#[derive(Clone)]
pub(crate) struct Secret(pub(crate) [u8; 32]);

impl Secret {
    /// HMAC-SHA-256 of the parts, each with its length, so that no two lists look alike.
    pub(crate) fn sign(&self, parts: &[&[u8]]) -> [u8; 32] {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            unreachable!("HMAC takes keys of any length")
        };
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// What makes a comment its author's.
#[derive(Clone)]
pub(crate) struct Token(String);

impl Token {
    /// The token of a comment. With an idempotency key it can be made again when the same request
    /// comes twice; without one it is random.
    pub(crate) fn of(secret: &Secret, key: Option<&str>, comment: &str) -> Self {
        let bytes = match key {
            Some(key) => secret.sign(&[b"edit token", key.as_bytes(), comment.as_bytes()]),
            None => random(),
        };
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What is stored.
    pub(crate) fn hash(&self) -> [u8; 32] {
        digest(self.0.as_bytes())
    }

    /// What its author is given.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_made_again_from_its_key_alone() {
        let secret = Secret(random());
        let token = |key, id| Token::of(&secret, key, id).into_string();
        assert_eq!(token(Some("k"), "1"), token(Some("k"), "1"));
        assert_ne!(token(Some("k"), "1"), token(Some("k"), "2"));
        assert_ne!(token(Some("k"), "1"), token(Some("l"), "1"));
        assert_ne!(token(None, "1"), token(None, "1"));
        assert_ne!(
            Token::of(&Secret(random()), Some("k"), "1").0,
            token(Some("k"), "1")
        );
    }

    #[test]
    fn parts_do_not_run_together() {
        let secret = Secret([7; 32]);
        assert_ne!(secret.sign(&[b"ab", b"c"]), secret.sign(&[b"a", b"bc"]));
    }
}
