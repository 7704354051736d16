//! How much was refused: nothing else is kept of it.

use std::collections::HashMap;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Verdict;
use crate::domain::day;
use crate::store::{self, Store};

/// How much was refused, by day, site and check.
type Counts = HashMap<(i64, String, String), u32>;

/// What was refused since that was last written down.
#[derive(Default)]
pub(crate) struct Rejections(Mutex<Counts>);

impl Rejections {
    pub(super) fn count(&self, site: &str, verdict: &Verdict, now: i64) {
        let check = verdict.reasons.iter().max_by_key(|it| it.decision);
        let check = check.map_or("", |it| it.check.as_ref());
        *self
            .lock()
            .entry((day(now), site.to_owned(), check.to_owned()))
            .or_default() += 1;
    }

    /// Writes it down; what can't be written stays for the next time.
    pub(crate) async fn keep(&self, store: &Store) -> Result<(), store::Error> {
        let counts = mem::take(&mut *self.lock());
        if counts.is_empty() {
            return Ok(());
        }
        let kept = store.keep_rejected(&counts).await;
        if kept.is_err() {
            let mut later = self.lock();
            for (of, count) in counts {
                *later.entry(of).or_default() += count;
            }
        }
        kept
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
