//! Hashes as text.

use std::fmt::Write;

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The hash that 32 hexadecimal digits stand for.
pub(crate) fn unhex(text: &str) -> Option<[u8; 16]> {
    if text.len() != 32 || !text.bytes().all(|it| it.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_back() {
        let hash: [u8; 16] = *b"\x00\x01\xfe\xff 0123456789a";
        assert_eq!(unhex(&hex(&hash)), Some(hash));
        assert_eq!(unhex("+0000000000000000000000000000000"), None);
        assert_eq!(unhex("00"), None);
    }
}
