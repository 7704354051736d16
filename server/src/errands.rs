//! What is done for nobody who waits for it, or for longer than they wait.

use std::mem;
use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// What is being done.
#[derive(Default)]
pub(crate) struct Errands(Mutex<JoinSet<()>>);

impl Errands {
    /// Begins something, which goes on whether or not its result is waited for; there is none when it
    /// panicked.
    pub(crate) fn begin<T, W>(&self, work: W) -> impl Future<Output = Option<T>> + Send + use<T, W>
    where
        T: Send + 'static,
        W: Future<Output = T> + Send + 'static,
    {
        let (done, result) = oneshot::channel();
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while running.try_join_next().is_some() {}
        running.spawn(async move {
            // Nobody may be waiting.
            let _ = done.send(work.await);
        });
        async { result.await.ok() }
    }

    /// Waits until all is done that was begun.
    pub(crate) async fn done(&self) {
        loop {
            let mut running =
                mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
            if running.is_empty() {
                return;
            }
            while running.join_next().await.is_some() {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[tokio::test]
    async fn what_was_begun_is_waited_for() {
        let errands = Errands::default();
        let (go, may) = oneshot::channel();
        let is_done = Arc::new(AtomicBool::new(false));
        let noted = Arc::clone(&is_done);
        drop(errands.begin(async move {
            let _ = may.await;
            noted.store(true, Ordering::Relaxed);
        }));
        let panics = async {
            if true {
                panic!("on purpose")
            }
        };
        assert_eq!(errands.begin(panics).await, None);
        assert_eq!(errands.begin(async { 7 }).await, Some(7));
        assert!(!is_done.load(Ordering::Relaxed));
        let _ = go.send(());
        errands.done().await;
        assert!(is_done.load(Ordering::Relaxed));
    }
}
