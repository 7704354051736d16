//! Content codings: how an answer's body is compressed (RFC 9110, section 8.4.1).

use std::io::{self, Write};

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Coding {
    Brotli,
    Gzip,
    Identity,
}

/// The smaller ones first.
const COMPRESSED: [Coding; 2] = [Coding::Brotli, Coding::Gzip];

/// Of 0 to 11. It takes twice the time of 4, and a seventh off.
const BROTLI_QUALITY: i32 = 5;

impl Coding {
    /// The smallest that the client takes.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut taken = COMPRESSED.into_iter();
        taken
            .find(|coding| coding.name().is_some_and(|name| accepts(headers, name)))
            .unwrap_or(Self::Identity)
    }

    /// What `Content-Encoding` says; none where it says nothing.
    pub(super) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// The body in this coding, in no more memory than it needs. Takes milliseconds for a megabyte.
    pub(super) fn encode(self, body: Vec<u8>) -> Bytes {
        let coded = match self {
            Self::Brotli => brotli(&body),
            Self::Gzip => gzip(&body),
            Self::Identity => Ok(body),
        };
        match coded {
            Ok(coded) => coded.into_boxed_slice().into(),
            Err(_) => unreachable!("a vector takes whatever is written to it"),
        }
    }
}

fn brotli(body: &[u8]) -> io::Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        size_hint: body.len(),
        ..BrotliEncoderParams::default()
    };
    let mut coded = Vec::new();
    brotli::BrotliCompress(&mut &*body, &mut coded, &parameters)?;
    Ok(coded)
}

fn gzip(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body)?;
    encoder.finish()
}

/// Whether the client takes that content coding (RFC 9110, section 12.5.3). Weights other than
/// "not at all" don't matter: the smallest is the best for everybody.
pub(super) fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|entry| {
            let mut parts = entry.split(';').map(str::trim);
            let is_named = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(coding));
            let is_refused = parts.any(|weight| {
                weight
                    .strip_prefix("q=")
                    .and_then(|q| q.parse::<f32>().ok())
                    == Some(0.0)
            });
            is_named && !is_refused
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, value.parse().unwrap());
        headers
    }

    #[test]
    fn a_coding_is_taken_when_it_is_named_and_not_refused() {
        let accepts_br = |value| accepts(&headers(value), "br");
        assert!(accepts_br("gzip, deflate, br, zstd"));
        assert!(accepts_br("gzip;q=1.0, BR;q=0.5"));
        assert!(!accepts_br("gzip, br;q=0"));
        assert!(!accepts_br("gzip"));
        assert!(!accepts_br("brotli"));
    }

    #[test]
    fn the_smallest_that_is_taken_is_chosen() {
        for (value, coding) in [
            ("gzip, deflate, br, zstd", Coding::Brotli),
            ("gzip, deflate", Coding::Gzip),
            ("gzip, br;q=0", Coding::Gzip),
            ("zstd", Coding::Identity),
            ("", Coding::Identity),
        ] {
            assert_eq!(Coding::of(&headers(value)), coding, "{value}");
        }
        assert_eq!(Coding::of(&HeaderMap::new()), Coding::Identity);
    }
}
