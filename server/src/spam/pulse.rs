//! How much has come of late, and how much of it was no good: from a network, by a person, on a page
//! and on a site. Kept in memory alone.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Mutex, PoisonError};

/// What something is counted for.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) enum Of<'a> {
    /// Comments from a client's network on a site.
    Network(&'a [u8], &'a str),
    /// Comments under a name, on a site.
    Person(&'a str, &'a str),
    /// Published comments of a page.
    Page(i64),
    /// Published comments of a site.
    Site(&'a str),
    /// Challenges that were given out, by the site.
    Challenges(&'a str),
    /// What a client's network has sent that was no good.
    Distrust(&'a [u8]),
}

impl Of<'_> {
    /// How far back is counted, in milliseconds.
    const fn window(self) -> i64 {
        match self {
            Self::Network(..) | Self::Person(..) => 10 * MINUTE,
            Self::Page(_) | Self::Site(_) | Self::Challenges(_) => MINUTE,
            Self::Distrust(_) => 60 * MINUTE,
        }
    }
}

const MINUTE: i64 = 60_000;

/// How many counts are kept at most.
const MOST: usize = 100_000;

/// A count over a window that moves: that of the window before counts for the part of it that is still
/// within.
#[derive(Clone, Copy, Debug)]
struct Count {
    window: i64,
    /// Number of the present window.
    number: i64,
    present: u32,
    before: u32,
}

impl Count {
    fn turn(&mut self, now: i64) {
        let number = now.div_euclid(self.window);
        if number == self.number {
            return;
        }
        self.before = if number == self.number + 1 {
            self.present
        } else {
            0
        };
        self.present = 0;
        self.number = number;
    }

    fn value(&self, now: i64) -> u32 {
        let left = self.window - now.rem_euclid(self.window);
        let before = i64::from(self.before) * left / self.window;
        u32::try_from(before)
            .unwrap_or(u32::MAX)
            .saturating_add(self.present)
    }
}

/// What has come of late.
#[derive(Default)]
pub(crate) struct Pulse {
    hasher: RandomState,
    counts: Mutex<HashMap<u64, Count>>,
}

impl Pulse {
    /// Counts so many more.
    pub(crate) fn add(&self, of: Of<'_>, number: u32, now: i64) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST {
            retain(&mut counts, now);
            if counts.len() >= MOST {
                counts.clear();
            }
        }
        let window = of.window();
        let count = counts.entry(self.key(of)).or_insert(Count {
            window,
            number: now.div_euclid(window),
            present: 0,
            before: 0,
        });
        count.turn(now);
        count.present = count.present.saturating_add(number);
    }

    /// How many there were.
    pub(crate) fn count(&self, of: Of<'_>, now: i64) -> u32 {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut count) = counts.get(&self.key(of)).copied() else {
            return 0;
        };
        count.turn(now);
        count.value(now)
    }

    /// Forgets what was longer ago than it is counted.
    pub(crate) fn forget(&self, now: i64) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        retain(&mut counts, now);
        counts.shrink_to_fit();
    }

    fn key(&self, of: Of<'_>) -> u64 {
        self.hasher.hash_one(of)
    }
}

fn retain(counts: &mut HashMap<u64, Count>, now: i64) {
    counts.retain(|_, count| {
        count.turn(now);
        count.present > 0 || count.before > 0
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_long_ago_counts_no_more() {
        let pulse = Pulse::default();
        let of = Of::Page(1);
        let at = |seconds: i64| pulse.count(of, seconds * 1000);
        pulse.add(of, 1, 1_000);
        pulse.add(of, 5, 59_000);
        assert_eq!((at(59), at(60)), (6, 6));
        assert_eq!(at(90), 3);
        assert_eq!(at(120), 0);
        assert_eq!(pulse.count(Of::Page(2), 59_000), 0);
        pulse.forget(59_000);
        assert_eq!(at(59), 6);
        pulse.forget(200_000);
        assert!(pulse.counts.lock().unwrap().is_empty());
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let pulse = Pulse::default();
        for page in 0..i64::try_from(MOST).unwrap() + 10 {
            pulse.add(Of::Page(page), 1, 0);
        }
        assert!(pulse.counts.lock().unwrap().len() <= MOST);
    }
}
