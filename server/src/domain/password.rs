//! Passwords, and what stands in the database for them.

use std::sync::LazyLock;

use afterword_protocol::admin::WrongCode;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use crate::error::Wrong;

/// How many guesses a password has to stand, as a power of ten. Ten signs that nobody expects stand more; a
/// word, a sign and a year less.
const GUESSED: f64 = 9.0;

/// Fewest characters.
pub(crate) const SHORTEST: usize = 10;
/// Most bytes: nobody's memory is used up by what they send.
const LONGEST: usize = 1024;

/// Why a password can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WrongPassword {
    /// Others would guess it.
    #[error("a password has at least {SHORTEST} characters")]
    TooShort,
    /// Nobody types that.
    #[error("a password has at most {LONGEST} bytes")]
    TooLong,
    /// It is what anybody would try first.
    #[error("a password that is the name or the address is none")]
    Known,
    /// It is a common one, or made of what is common.
    #[error(
        "that password would soon be guessed: it is a common one, or is made of common parts; \
         take several words that don't belong together"
    )]
    Common,
}

impl WrongPassword {
    /// The same as a code.
    pub(crate) fn coded(self) -> Wrong {
        match self {
            Self::TooShort => WrongCode::PasswordShort.into(),
            Self::TooLong => Wrong::from(WrongCode::PasswordLong).with("most", LONGEST),
            Self::Known => WrongCode::PasswordKnown.into(),
            Self::Common => WrongCode::PasswordCommon.into(),
        }
    }
}

/// Refuses what would be no password for a user of that name and address.
pub(crate) fn check_password(password: &str, known: &[Option<&str>]) -> Result<(), WrongPassword> {
    if password.chars().count() < SHORTEST {
        return Err(WrongPassword::TooShort);
    }
    if password.len() > LONGEST {
        return Err(WrongPassword::TooLong);
    }
    let is_known = |known: &&&str| known.eq_ignore_ascii_case(password);
    if known.iter().flatten().any(|it| is_known(&it)) {
        return Err(WrongPassword::Known);
    }
    // Parts of them, too: what begins with a name is no other password.
    let parts = known
        .iter()
        .flatten()
        .flat_map(|it| it.split(|sign: char| !sign.is_alphanumeric()));
    let own = known.iter().flatten().copied().chain(parts);
    let own: Vec<&str> = own.chain(["afterword"]).filter(|it| it.len() > 2).collect();
    match zxcvbn::zxcvbn(password, &own).guesses_log10() < GUESSED {
        true => Err(WrongPassword::Common),
        false => Ok(()),
    }
}

/// argon2id with a new salt, as a PHC string. Takes tens of milliseconds and 19 MiB.
///
/// # Panics
/// When the system has no randomness, as [`super::random`].
pub(crate) fn hash_password(password: &str) -> String {
    let salt: [u8; 16] = super::random();
    match Argon2::default().hash_password_with_salt(password.as_bytes(), &salt) {
        Ok(hash) => hash.to_string(),
        Err(error) => unreachable!("the default parameters fit: {error}"),
    }
}

/// What is looked at for who has no password, so that it takes as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    let words: [u8; 32] = super::random();
    let words: String = words
        .map(|byte| char::from(b'a' + byte % 26))
        .iter()
        .collect();
    hash_password(&words)
});

/// Whether it is the password of that hash; without a hash it takes as long, and is not.
pub(crate) fn is_password(password: &str, hash: Option<&str>) -> bool {
    let known = hash.unwrap_or(&NOBODY);
    // What is longer was never taken.
    let is_right = password.len() <= LONGEST
        && PasswordHash::new(known).is_ok_and(|known| {
            Argon2::default()
                .verify_password(password.as_bytes(), &known)
                .is_ok()
        });
    is_right && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_no_other() {
        let hash = hash_password("correct horse");
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(is_password("correct horse", Some(&hash)));
        assert!(!is_password("correct house", Some(&hash)));
        assert!(!is_password("correct horse", Some("no hash")));
        assert!(!is_password("correct horse", None));
        assert_ne!(hash, hash_password("correct horse"));
    }

    #[test]
    fn what_anybody_would_try_is_none() {
        let check = |password: &str| check_password(password, &[Some("ada.lovelace"), None]);
        assert_eq!(check("ada"), Err(WrongPassword::TooShort));
        assert_eq!(check("Ada.Lovelace"), Err(WrongPassword::Known));
        assert_eq!(check(&"x".repeat(1025)), Err(WrongPassword::TooLong));
        for common in [
            "password12",
            "Password123!",
            "qwertyuiop",
            "1234567890",
            "aaaaaaaaaaaa",
            "afterword123",
            "adalovelace1",
            "iloveyou123",
            "Password!2024",
        ] {
            assert_eq!(check(common), Err(WrongPassword::Common), "{common}");
        }
        for good in [
            "zehn Zeichen",
            "seven green apples",
            "seven red apples",
            "пять яблок и груша",
            "x7$kQ9!vLm",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }
}
