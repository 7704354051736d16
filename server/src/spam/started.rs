//! When somebody was shown a form: the form's key tells it, signed, for the one comment that is posted by
//! it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::{Secret, random};

/// For how long a form is good, in milliseconds: as long as its key.
const LIFETIME: i64 = 24 * 60 * 60 * 1000;

fn signature(secret: &Secret, site: &str, unique: &str, at: i64) -> String {
    let at = at.to_le_bytes();
    let parts: [&[u8]; 4] = [b"started", site.as_bytes(), unique.as_bytes(), &at];
    URL_SAFE_NO_PAD.encode(&secret.sign(&parts)[..16])
}

/// The idempotency key of a form that is shown at that time, or on which somebody has written since.
pub(crate) fn key(secret: &Secret, site: &str, at: i64) -> String {
    let unique = format!("{:032x}", u128::from_le_bytes(random()));
    let signed = signature(secret, site, &unique, at);
    format!("{unique}.{at}.{signed}")
}

/// When the form of that key was shown; none when the server has not said so, or too long ago.
pub(crate) fn read(secret: &Secret, site: &str, key: &str, now: i64) -> Option<i64> {
    let (unique, rest) = key.split_once('.')?;
    let (at, signed) = rest.split_once('.')?;
    let at: i64 = at.parse().ok()?;
    let is_signed = same(&signature(secret, site, unique, at), signed);
    let is_fresh = (0..LIFETIME).contains(&now.checked_sub(at)?);
    (is_signed && is_fresh).then_some(at)
}

/// In the same time wherever they differ.
fn same(a: &str, b: &str) -> bool {
    let pairs = a.bytes().zip(b.bytes());
    let differences = pairs.fold(0, |all, (a, b)| all | (a ^ b));
    a.len() == b.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_believed_that_the_server_has_signed() {
        let secret = Secret([7; 32]);
        let key = key(&secret, "blog", 5_000);
        let read = |site, key: &str, now| read(&secret, site, key, now);
        assert_eq!(read("blog", &key, 9_000), Some(5_000));
        assert_eq!(read("news", &key, 9_000), None);
        assert_eq!(read("blog", &key, 4_000), None);
        assert_eq!(read("blog", &key, 5_000 + LIFETIME), None);
        let earlier = key.replacen(".5000.", ".1000.", 1);
        assert_eq!(read("blog", &earlier, 9_000), None);
        let other = format!("0{}", &key[1..]);
        assert_eq!(read("blog", &other, 9_000).is_some(), other == key);
        for wrong in [
            "",
            ".",
            "..",
            "a.5000",
            "a.5000.",
            "a.x.y",
            "a.-9223372036854775808.x",
        ] {
            assert_eq!(read("blog", wrong, 9_000), None, "{wrong}");
        }
        assert!(key.len() <= 128 && key.bytes().all(|byte| byte.is_ascii_graphic()));
    }
}
