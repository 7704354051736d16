//! The time, and how it is written.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::StaticFormatDescription;
use time::macros::format_description;

/// Where the server has the time from.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still until it is [`Clock::set`], for tests.
    #[must_use]
    pub fn manual(milliseconds: i64) -> Self {
        Self(Some(Arc::new(AtomicI64::new(milliseconds))))
    }

    /// Turn a manual clock, forwards or backwards; the machine's is left alone.
    pub fn set(&self, milliseconds: i64) {
        if let Some(time) = &self.0 {
            time.store(milliseconds, Ordering::SeqCst);
        }
    }

    /// Milliseconds since 1970 in UTC.
    #[must_use]
    pub fn now(&self) -> i64 {
        if let Some(time) = &self.0 {
            return time.load(Ordering::SeqCst);
        }
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

/// Number of the day that holds this moment.
pub(crate) const fn day(milliseconds: i64) -> i64 {
    milliseconds.div_euclid(86_400_000)
}

const FORMAT: StaticFormatDescription =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// Milliseconds since 1970 as RFC 3339 in UTC, with milliseconds.
pub(crate) fn rfc3339(milliseconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000)
        .ok()
        .and_then(|time| time.format(&FORMAT).ok())
        .unwrap_or_else(|| "1970-01-01T00:00:00.000Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_with_milliseconds_and_a_z() {
        assert_eq!(rfc3339(1_795_461_276_626), "2026-11-23T19:14:36.626Z");
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(i64::MAX), "1970-01-01T00:00:00.000Z");
    }
}
