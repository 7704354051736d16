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
    /// Published comments of a page: its site, and its key.
    Page(&'a str, &'a str),
    /// Published comments of a site.
    Site(&'a str),
    /// Challenges that were given out, by the site.
    Challenges(&'a str),
    /// Challenges that a client's network has asked for, on a site.
    Asked(&'a [u8], &'a str),
    /// What a client's network has sent that was no good.
    Distrust(&'a [u8]),
    /// The same for all networks of a line together.
    Line(&'a Of<'a>),
}

impl Of<'_> {
    /// How far back is counted, in milliseconds.
    const fn window(self) -> i64 {
        match self {
            Self::Network(..) | Self::Person(..) => 10 * MINUTE,
            Self::Page(..) | Self::Site(_) | Self::Challenges(_) | Self::Asked(..) => MINUTE,
            Self::Distrust(_) => 60 * MINUTE,
            Self::Line(of) => of.window(),
        }
    }
}

const MINUTE: i64 = 60_000;

/// Where something comes from: the client's network, and the line that it is one of. Who has a line of
/// IPv6, a /48, has 65,536 networks to come from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whence<'a> {
    pub(crate) network: &'a [u8],
    pub(crate) line: &'a [u8],
}

/// A network is taken for one of so many from which somebody comes in turn: it counts what has come from
/// all of its line, divided by that. An address of IPv4 is a line of its own, and counts as a whole.
const IN_TURN: u32 = 4;

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
    /// Counts so many more; gives how many there were before.
    pub(crate) fn add(&self, of: Of<'_>, number: u32, now: i64) -> u32 {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST {
            retain(&mut counts, now);
            // Whoever comes from many addresses is to be rid of nothing by that: what was seen once goes
            // first.
            if counts.len() >= MOST {
                counts.retain(|_, count| count.value(now) > 1);
            }
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
        let before = count.value(now);
        count.present = count.present.saturating_add(number);
        before
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

    /// The same for a network.
    pub(crate) fn add_from<'a>(
        &self,
        whence: Whence<'a>,
        of: impl Fn(&'a [u8]) -> Of<'a>,
        number: u32,
        now: i64,
    ) -> u32 {
        let own = self.add(of(whence.network), number, now);
        own.max(self.add(Of::Line(&of(whence.line)), number, now) / IN_TURN)
    }

    /// How many there were from a network.
    pub(crate) fn count_from<'a>(
        &self,
        whence: Whence<'a>,
        of: impl Fn(&'a [u8]) -> Of<'a>,
        now: i64,
    ) -> u32 {
        let own = self.count(of(whence.network), now);
        own.max(self.count(Of::Line(&of(whence.line)), now) / IN_TURN)
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
        let of = Of::Page("blog", "/a");
        let at = |seconds: i64| pulse.count(of, seconds * 1000);
        pulse.add(of, 1, 1_000);
        pulse.add(of, 5, 59_000);
        assert_eq!((at(59), at(60)), (6, 6));
        assert_eq!(at(90), 3);
        assert_eq!(at(120), 0);
        assert_eq!(pulse.count(Of::Page("blog", "/b"), 59_000), 0);
        pulse.forget(59_000);
        assert_eq!(at(59), 6);
        pulse.forget(200_000);
        assert!(pulse.counts.lock().unwrap().is_empty());
    }

    #[test]
    fn a_line_counts_for_each_of_its_networks() {
        let pulse = Pulse::default();
        let whence = |network| Whence {
            network,
            line: b"line",
        };
        let add = |network| pulse.add_from(whence(network), Of::Distrust, 1, 0);
        let networks: Vec<[u8; 1]> = (0..40).map(|number| [number]).collect();
        let before: Vec<u32> = networks.iter().map(|network| add(network)).collect();
        assert_eq!((before[3], before[4], before[39]), (0, 1, 9));
        let count =
            |network: &[u8], line| pulse.count_from(Whence { network, line }, Of::Distrust, 0);
        assert_eq!((count(b"new", b"line"), count(b"new", b"other")), (10, 0));
        // An address of IPv4 is alone, and so is who sends much.
        for _ in 0..3 {
            pulse.add_from(
                Whence {
                    network: b"alone",
                    line: b"alone",
                },
                Of::Distrust,
                1,
                0,
            );
            add(b"busy");
        }
        assert_eq!(count(b"alone", b"alone"), 3);
        pulse.add_from(whence(b"busy"), Of::Distrust, 20, 0);
        assert_eq!(count(b"busy", b"line"), 23);
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let pulse = Pulse::default();
        let distrusted = Of::Distrust(b"a");
        assert_eq!(pulse.add(distrusted, 3, 0), 0);
        assert_eq!(pulse.add(distrusted, 3, 0), 3);
        for number in 0..MOST + 10 {
            pulse.add(Of::Distrust(&number.to_le_bytes()), 1, 0);
        }
        assert!(pulse.counts.lock().unwrap().len() <= MOST);
        // Nobody is forgotten because others come from many addresses.
        assert_eq!(pulse.count(distrusted, 0), 6);
    }
}
