//! Links that open one thing and no other, without anybody signing in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Secret, digest};

/// What a link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Says that an address is its owner's.
    Confirm,
    /// Ends the mails about a page.
    Leave,
    /// Shows what an address gets mail for, and ends that.
    Manage,
    /// Signs a reader in.
    SignIn,
    /// Has a moderator publish a comment.
    Approve,
    /// Has a moderator take a comment for spam.
    Spam,
    /// Has a moderator delete a comment.
    Delete,
    /// Ends the mails to a moderator.
    Mute,
    /// Shows what waits for a moderator.
    Feed,
}

impl Purpose {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Leave => "leave",
            Self::Manage => "manage",
            Self::SignIn => "sign-in",
            Self::Approve => "approve",
            Self::Spam => "spam",
            Self::Delete => "delete",
            Self::Mute => "mute",
            Self::Feed => "feed",
        }
    }
}

/// How much of the signature stands in a link: 128 bits.
const SIGNATURE: usize = 16;

fn signature(secret: &Secret, purpose: Purpose, subject: &str, until: &str) -> String {
    let parts = ["link in a mail", purpose.name(), subject, until];
    let signed = secret.sign(&parts.map(str::as_bytes));
    URL_SAFE_NO_PAD.encode(&signed[..SIGNATURE])
}

/// A link's token. `subject` has letters, digits and hyphens; `until` in milliseconds since 1970, 0
/// for always.
pub(crate) fn sign(secret: &Secret, purpose: Purpose, subject: &str, until: i64) -> String {
    let until = until.to_string();
    let signature = signature(secret, purpose, subject, &until);
    [subject, ".", &until, ".", &signature].concat()
}

/// What a token is about; none for one that is outdated, for something else, or of nobody's making.
pub(crate) fn read<'a>(
    secret: &Secret,
    purpose: Purpose,
    token: &'a str,
    now: i64,
) -> Option<&'a str> {
    let mut parts = token.split('.');
    let (subject, until, given) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let right = signature(secret, purpose, subject, until);
    // By their hashes: how long that takes tells nothing of how much was right.
    if digest(given.as_bytes()) != digest(right.as_bytes()) {
        return None;
    }
    let until: i64 = until.parse().ok()?;
    (until == 0 || now < until).then_some(subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_one_thing_for_its_time() {
        let secret = Secret([3; 32]);
        let token = sign(&secret, Purpose::Leave, "7-12", 1_000);
        let read_at = |now| read(&secret, Purpose::Leave, &token, now);
        assert_eq!((read_at(999), read_at(1_000)), (Some("7-12"), None));
        assert_eq!(read(&secret, Purpose::Manage, &token, 1), None);
        assert_eq!(read(&Secret([4; 32]), Purpose::Leave, &token, 1), None);
        let always = sign(&secret, Purpose::Leave, "7-12", 0);
        assert!(read(&secret, Purpose::Leave, &always, i64::MAX).is_some());
    }

    #[test]
    fn a_link_that_was_changed_opens_nothing() {
        let secret = Secret([3; 32]);
        let token = sign(&secret, Purpose::Confirm, "7", 1_000);
        for wrong in [
            token.replacen('7', "8", 1),
            token.replacen("1000", "9000", 1),
            token.replacen("1000", "0", 1),
            format!("{token}.x"),
            token[..token.len() - 1].to_owned(),
            String::new(),
            "..".to_owned(),
        ] {
            assert_eq!(read(&secret, Purpose::Confirm, &wrong, 1), None, "{wrong}");
        }
    }
}
