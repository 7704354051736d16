//! Ids that sort by time, whatever the clock does.

use std::sync::{Mutex, PoisonError};

use ulid::Ulid;

use super::random;

/// Makes ids, each greater than the one before (ULID, monotonic).
#[derive(Debug)]
pub(crate) struct Ids(Mutex<Ulid>);

impl Ids {
    /// Go on after the newest id of the database: a clock that was set back, or a restart, must
    /// not put a comment before one that it may answer.
    pub(crate) fn after(newest: Option<&str>) -> Self {
        let newest = newest.and_then(|id| Ulid::from_string(id).ok());
        Self(Mutex::new(newest.unwrap_or(Ulid::nil())))
    }

    /// An id, and the time in it: milliseconds since 1970.
    pub(crate) fn next(&self, now: i64) -> (String, i64) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = u64::try_from(now).unwrap_or(0);
        let noise = || u128::from_le_bytes(random());
        let next = if now > last.timestamp_ms() {
            Ulid::from_parts(now, noise())
        } else {
            // Out of room within a millisecond: borrow the next one.
            last.increment()
                .unwrap_or_else(|_| Ulid::from_parts(last.timestamp_ms() + 1, noise()))
        };
        *last = next;
        (
            next.to_string(),
            i64::try_from(next.timestamp_ms()).unwrap_or(i64::MAX),
        )
    }
}

/// The time in an id of ours, in milliseconds since 1970.
pub(crate) fn id_time(id: &str) -> i64 {
    let time = Ulid::from_string(id).ok().map(|id| id.timestamp_ms());
    time.and_then(|time| i64::try_from(time).ok())
        .unwrap_or_default()
}

/// Whether it has the form that every id of the protocol has.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_when_the_clock_stands_or_goes_back() {
        let ids = Ids::after(None);
        let all: Vec<_> = [5_000, 5_000, 4_000, 9_000].map(|now| ids.next(now)).into();
        assert!(all.is_sorted_by(|a, b| a.0 < b.0), "{all:?}");
        assert_eq!(
            all.iter().map(|id| id.1).collect::<Vec<_>>(),
            [5_000, 5_000, 5_000, 9_000]
        );
    }

    #[test]
    fn a_restart_goes_on_after_what_is_stored() {
        let (newest, _) = Ids::after(None).next(70_000);
        let (next, time) = Ids::after(Some(&newest)).next(1_000);
        assert!(next > newest);
        assert_eq!(time, 70_000);
    }

    #[test]
    fn every_id_made_is_an_id() {
        assert!(is_id(&Ids::after(None).next(1).0));
        for wrong in ["", "a b", "ä", "../x", &"x".repeat(65)] {
            assert!(!is_id(wrong), "{wrong}");
        }
    }
}
