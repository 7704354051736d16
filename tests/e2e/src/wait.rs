//! Waiting for a condition.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long a condition may take to come true. Long, because it costs time only where something
/// is wrong, and a busy machine isn't.
const PATIENCE: Duration = Duration::from_secs(40);

/// How often it is looked at.
const INTERVAL: Duration = Duration::from_millis(25);

/// What `look` finds, as soon as it finds something.
///
/// `look` gives nothing as long as the condition isn't true. An error of its own counts as
/// nothing, too (a page that is being loaded can't be asked); the last one is told when time is up.
///
/// # Errors
/// When the condition hasn't come true in forty seconds.
pub async fn until<T, F>(what: &str, mut look: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    let deadline = Instant::now() + PATIENCE;
    loop {
        let last = match look().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if Instant::now() > deadline {
            match last {
                Some(error) => bail!("waited in vain for {what}: {error:#}"),
                None => bail!("waited in vain for {what}"),
            }
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
