//! How often somebody may try to sign in. What counts is what fails.
//!
//! A try is counted before it is known how it ends, so that a thousand at the same moment are no way
//! around it, and taken back when it ends well. It counts for the user together with the client, for
//! the client, and for the user: who guesses one user's password from many networks is slowed down,
//! too, while the user can still come in by a passkey, or from where they have signed in before. A name
//! that nobody has is counted as any other, so that this doesn't tell the names.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use afterword_protocol::ProblemKind;

use crate::domain::{digest, make_room};
use crate::error::Refusal;

const MINUTE: i64 = 60_000;

/// What is counted: a name for it, how many tries there are, and in what time.
const BOUNDS: [(&str, u32, i64); 3] = [
    ("user and client", 5, 15 * MINUTE),
    ("client", 20, 15 * MINUTE),
    ("user", 50, 60 * MINUTE),
];

/// Most that is remembered: more than anybody has use for in an hour.
const MOST: usize = 200_000;

/// Who tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trier {
    /// Anybody.
    Stranger,
    /// Somebody who is where that user has signed in before: what strangers do elsewhere is not theirs.
    Known,
    /// Somebody in a session of that user: what strangers do is counted apart from that.
    SignedIn,
}

type Key = [u8; 32];

/// The tries of the last while: how many, and when that while ends.
#[derive(Default)]
pub(super) struct Tries(Mutex<HashMap<Key, (u32, i64)>>);

/// A try that may be taken back.
pub(super) struct Try([Key; 3]);

impl Tries {
    /// Counts a try, or refuses it with the seconds to wait.
    pub(super) fn begin(
        &self,
        trier: Trier,
        user: &str,
        client: &[u8],
        now: i64,
    ) -> Result<Try, Refusal> {
        let user = user.trim().to_lowercase();
        let is_in = u8::from(trier == Trier::SignedIn);
        let parts: [(&[u8], &[u8]); 3] = [
            (user.as_bytes(), client),
            (b"", client),
            (user.as_bytes(), b""),
        ];
        let keys = std::array::from_fn(|at| {
            let (user, client) = parts[at];
            let name = BOUNDS[at].0.as_bytes();
            // A client is the same whether it has signed in or not.
            let is_in = if user.is_empty() { 0 } else { is_in };
            digest(&[name, &[is_in], &digest(user), &digest(client)].concat())
        });
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What is over goes first, and then names that were tried once.
        make_room(&mut known, MOST, |(count, end)| (*end > now, *count, *end));
        let bounds = match trier {
            Trier::Known => &BOUNDS[..2],
            _ => &BOUNDS,
        };
        let wait = keys.iter().zip(bounds).filter_map(|(key, (_, most, _))| {
            let (count, end) = known.get(key).copied().unwrap_or_default();
            (end > now && count >= *most).then_some(end - now)
        });
        if let Some(wait) = wait.max() {
            let seconds = u32::try_from((wait + 999) / 1000).unwrap_or(u32::MAX);
            return Err(Refusal::over(ProblemKind::RateLimited, seconds));
        }
        for (key, (_, _, span)) in keys.iter().zip(BOUNDS) {
            let entry = known.entry(*key).or_insert((0, now + span));
            if entry.1 <= now {
                *entry = (0, now + span);
            }
            entry.0 += 1;
        }
        Ok(Try(keys))
    }

    /// Takes a try back that went well, and with it the ones before that this user and client had.
    pub(super) fn succeeded(&self, Try(keys): &Try) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&keys[0]);
        for key in &keys[1..] {
            if let Some((count, _)) = known.get_mut(key) {
                *count = count.saturating_sub(1);
            }
        }
    }

    /// Forgets what is over.
    pub(super) fn forget_the_old(&self, now: i64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (_, end)| *end > now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_wrong_try_waits_and_a_right_one_forgets_the_others() {
        let tries = Tries::default();
        let begin =
            |user: &str, client: &[u8], now| tries.begin(Trier::Stranger, user, client, now);
        for _ in 0..4 {
            assert!(begin("ada", b"1", 0).is_ok());
        }
        tries.succeeded(&begin(" ADA", b"1", 0).ok().unwrap());
        for _ in 0..5 {
            assert!(begin("ada", b"1", 0).is_ok());
        }
        let refusal = begin("Ada", b"1", 60_000).err().unwrap();
        assert_eq!(
            (refusal.kind, refusal.limit),
            (ProblemKind::RateLimited, Some(14 * 60))
        );
        assert!(begin("ada", b"2", 0).is_ok(), "another client may");
        assert!(begin("bob", b"1", 0).is_ok(), "so may another user");
        assert!(begin("ada", b"1", 15 * MINUTE).is_ok());
    }

    #[test]
    fn a_client_that_tries_many_names_waits_as_does_a_name_that_many_try() {
        let tries = Tries::default();
        for number in 0..20 {
            assert!(
                tries
                    .begin(Trier::Stranger, &format!("user {number}"), b"1", 0)
                    .is_ok()
            );
        }
        assert!(tries.begin(Trier::Stranger, "somebody", b"1", 0).is_err());
        for number in 0..50_u8 {
            assert!(tries.begin(Trier::Stranger, "ada", &[number, 7], 0).is_ok());
        }
        let begin = |trier, client: &[u8]| tries.begin(trier, "ada", client, 0).is_ok();
        assert!(!begin(Trier::Stranger, b"another"));
        // Not so where Ada has signed in before, or is in a session: each of these has its own bounds.
        for trier in [Trier::Known, Trier::SignedIn] {
            let client = format!("{trier:?}");
            assert!((0..5).all(|_| begin(trier, client.as_bytes())));
            assert!(!begin(trier, client.as_bytes()));
        }
        tries.forget_the_old(60 * MINUTE);
        assert!(tries.0.lock().unwrap().is_empty());
    }

    #[test]
    fn a_table_that_is_full_refuses_nobody_and_forgets_no_guesser() {
        let tries = Tries::default();
        let begin = |user: &str, client: &str| {
            let begun = tries.begin(Trier::Stranger, user, client.as_bytes(), 0);
            begun.is_ok()
        };
        assert!((0..5).all(|_| begin("ada", "guesser")));
        for number in 0..MOST / 2 {
            assert!(begin(&format!("nobody {number}"), &format!("{number}")));
        }
        assert!(tries.0.lock().unwrap().len() <= MOST + 3);
        assert!(!begin("ada", "guesser"));
    }
}
