//! How much was refused: nothing else is kept of it.

use std::collections::HashMap;
use std::mem;
use std::sync::{Mutex, PoisonError};

use super::Verdict;
use crate::domain::day;
use crate::store::{self, Store};

/// What was refused since that was last written down: by day, site and check.
#[derive(Default)]
pub(crate) struct Rejections(Mutex<HashMap<(i64, String, String), u32>>);

impl Rejections {
    pub(super) fn count(&self, site: &str, verdict: &Verdict, now: i64) {
        let check = verdict.reasons.iter().max_by_key(|it| it.decision);
        let check = check.map_or("", |it| it.check.as_ref());
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts
            .entry((day(now), site.to_owned(), check.to_owned()))
            .or_default() += 1;
    }

    /// Writes it down.
    pub(crate) async fn keep(&self, store: &Store) -> Result<(), store::Error> {
        let counts = mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if counts.is_empty() {
            return Ok(());
        }
        store.keep_rejected(&counts).await
    }
}
