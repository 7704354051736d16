//! Named steps, each with its reason, its outcome and how long it took.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// What a step did.
pub(crate) enum Outcome {
    /// It was there already: what was found.
    Found(String),
    /// It had to be made: what was made.
    Done(String),
}

/// One step in the summary.
struct Line {
    took: Duration,
    name: String,
    /// What came of it; nothing where it was there already.
    verdict: Option<String>,
}

/// A list of steps that goes on after a failure, so that one run names all that is missing.
pub(crate) struct Steps {
    started: Instant,
    lines: Vec<Line>,
    failures: Vec<String>,
}

impl Steps {
    pub(crate) fn begin() -> Self {
        Self {
            started: Instant::now(),
            lines: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Do one step and print its name, its reason, what came of it and how long it took.
    pub(crate) fn step(
        &mut self,
        name: &str,
        reason: &str,
        action: impl FnOnce() -> Result<Outcome>,
    ) -> bool {
        println!("• {name}: {reason}");
        let started = Instant::now();
        let result = action();
        let took = started.elapsed();
        let mut verdict = None;
        let mut succeeded = true;
        match result {
            Ok(Outcome::Found(what)) => println!("  there: {what} ({})", seconds(took)),
            Ok(Outcome::Done(what)) => {
                println!("  done: {what} ({})", seconds(took));
                verdict = Some(what);
            }
            Err(error) => {
                println!("  FAILED: {error:#} ({})", seconds(took));
                self.failures.push(format!("{name}: {error:#}"));
                verdict = Some("FAILED".to_owned());
                succeeded = false;
            }
        }
        self.lines.push(Line {
            took,
            name: name.to_owned(),
            verdict,
        });
        succeeded
    }

    /// Print what came of each step and how long it took; an error that names every failure when
    /// there is one.
    pub(crate) fn finish(self, what: &str) -> Result<()> {
        println!("\n{what}: {} in all", seconds(self.started.elapsed()));
        for line in self.lines {
            if let Some(verdict) = line.verdict {
                println!("{:>12}  {}: {verdict}", seconds(line.took), line.name);
            }
        }
        if self.failures.is_empty() {
            return Ok(());
        }
        bail!("{what} is not complete:\n\n{}", self.failures.join("\n\n"));
    }
}

/// `0.3 s`, `2 min 5 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    if whole < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_is_named_at_the_end() {
        let mut steps = Steps::begin();
        assert!(!steps.step("moon", "tides", || bail!("fetch it by hand")));
        assert!(steps.step("sun", "light", || Ok(Outcome::Found("it rose".to_owned()))));
        assert!(!steps.step("star", "wishes", || bail!("wait for the night")));
        let text = steps.finish("sky").unwrap_err().to_string();
        assert!(text.contains("moon: fetch it by hand"), "{text}");
        assert!(text.contains("star: wait for the night"), "{text}");
        assert!(!text.contains("sun"), "{text}");
    }

    #[test]
    fn durations_are_short() {
        assert_eq!(seconds(Duration::from_millis(1_340)), "1.3 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 5 s");
    }
}
