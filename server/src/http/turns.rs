//! Work that takes a lot of memory or time, of which only so much is done at once.

use std::sync::Arc;
use std::thread::available_parallelism;

use afterword_protocol::ProblemKind;
use tokio::sync::Semaphore;

use crate::error::ApiError;

/// Whose turn it is.
pub(crate) struct Turns(Arc<Semaphore>);

impl Turns {
    /// One after the other.
    pub(crate) fn one() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }

    /// As many at a time as the machine can do: more of them would take no less time together, and
    /// their memory all at once.
    pub(crate) fn of_the_machine() -> Self {
        let cores = available_parallelism().map_or(1, Into::into);
        Self(Arc::new(Semaphore::new(cores)))
    }

    /// Does something when its turn has come, where others need not wait for it. Whoever has asked for
    /// it may be gone before it ends; the next waits for its end all the same.
    pub(super) async fn take<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let Ok(turn) = Arc::clone(&self.0).acquire_owned().await else {
            return Err(ProblemKind::Unavailable.into());
        };
        let work = move || {
            let _turn = turn;
            work()
        };
        Ok(tokio::task::spawn_blocking(work).await?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_keeps_its_turn() {
        let turns = Arc::new(Turns::one());
        let (begun, is_begun) = mpsc::channel();
        let (end, may_end) = mpsc::channel::<()>();
        let asked = {
            let turns = Arc::clone(&turns);
            let work = move || {
                begun.send(()).unwrap();
                may_end.recv().unwrap();
            };
            tokio::spawn(async move { turns.take(work).await.is_ok() })
        };
        let has_begun = tokio::task::spawn_blocking(move || is_begun.recv());
        has_begun.await.unwrap().unwrap();
        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        assert_eq!(turns.0.available_permits(), 0);
        end.send(()).unwrap();
        assert_eq!(turns.take(|| 7).await.ok(), Some(7));
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_turn_back() {
        let turns = Turns::one();
        assert!(turns.take(|| panic!("it is a test")).await.is_err());
        assert_eq!(turns.take(|| 7).await.ok(), Some(7));
    }
}
