//! Programs that a test starts, none of which outlives it.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::traces;

/// How long a program may take to say that it is ready, or to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// Lines of its output that are kept for an error's sake.
const LINES_KEPT: usize = 30;

/// A program that is running; dropping it ends it and all that it started.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
    lines: Arc<Mutex<VecDeque<String>>>,
}

impl Process {
    /// Starts a program, and waits until `ready` finds in a line of its output what it looks for.
    pub(crate) fn start<T: Send + 'static>(
        command: Command,
        missing: &str,
        ready: impl Fn(&str) -> Option<T> + Clone + Send + 'static,
    ) -> Result<(Self, T)> {
        let (sender, found) = mpsc::channel();
        let process = Self::spawn(command, missing, move |line| {
            if let Some(found) = ready(line) {
                // Nobody listens any more after the first.
                let _ = sender.send(found);
            }
        })?;
        match found.recv_timeout(PATIENCE) {
            Ok(found) => Ok((process, found)),
            Err(_) => bail!("{} did not get ready:\n{}", process.name, process.output()),
        }
    }

    /// Starts a program that doesn't say when it is ready.
    pub(crate) fn start_silent(command: Command, missing: &str) -> Result<Self> {
        Self::spawn(command, missing, |_| ())
    }

    /// What it has taken of the processors' time so far, in steps of a hundredth of a second.
    pub(crate) fn work(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name of the program may have anything in it.
        let (_, rest) = stat.rsplit_once(')').context("no name in stat")?;
        let ticks = rest.split_whitespace().skip(11).take(2);
        let mut sum = 0;
        for ticks in ticks {
            sum += ticks.parse::<u64>()?;
        }
        Ok(Duration::from_millis(sum * 10))
    }

    fn spawn(
        mut command: Command,
        missing: &str,
        hear: impl Fn(&str) + Clone + Send + 'static,
    ) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A Ctrl+C at the tests' terminal is for the tests: they end what they started.
            .process_group(0);
        let mut child = traces::start(&mut command)
            .with_context(|| format!("{name} can't be started: {missing}"))?;
        let lines = Arc::new(Mutex::new(VecDeque::new()));
        let outputs: [Option<Box<dyn std::io::Read + Send>>; 2] = [
            child.stdout.take().map(|output| Box::new(output) as _),
            child.stderr.take().map(|output| Box::new(output) as _),
        ];
        for output in outputs.into_iter().flatten() {
            let (lines, hear) = (Arc::clone(&lines), hear.clone());
            // To its end, so that the program never has to wait for a reader.
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    hear(&line);
                    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                    if lines.len() == LINES_KEPT {
                        lines.pop_front();
                    }
                    lines.push_back(line);
                }
            });
        }
        Ok(Self { name, child, lines })
    }

    /// The last lines that it wrote.
    pub(crate) fn output(&self) -> String {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines
            .iter()
            .flat_map(|line| [line.as_str(), "\n"])
            .collect()
    }

    /// Keeps it from doing anything, as a machine does that is too busy: it is there, and silent.
    pub(crate) fn pause(&self) {
        signal(self.child.id(), Signal::STOP);
    }

    /// Lets it go on after that.
    pub(crate) fn resume(&self) {
        signal(self.child.id(), Signal::CONT);
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn terminate(&mut self) -> Result<ExitStatus> {
        signal(self.child.id(), Signal::TERM);
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if Instant::now() > deadline {
                bail!(
                    "{} did not end when asked to:\n{}",
                    self.name,
                    self.output()
                );
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        kill_family(self.child.id());
        let _ = self.child.wait();
        traces::ended(self.child.id());
    }
}

/// Kills a program with those that it started, and those that they started. A browser makes groups
/// of its own, so that killing a driver's group would leave it.
pub(crate) fn kill_family(pid: u32) {
    // All of them are found before the first goes: a child whose parent is gone is nobody's.
    for pid in family(pid) {
        signal(pid, Signal::KILL);
    }
}

/// A program and its descendants. Itself alone where there is no /proc.
fn family(pid: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            // After the name, which is in parentheses: the state, then the parent.
            let (_, rest) = stat.rsplit_once(')')?;
            let parent = rest.split_whitespace().nth(1)?.parse().ok()?;
            Some((pid, parent))
        })
        .collect();
    let mut family = vec![pid];
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        let children = parents.iter().filter(|(_, it)| *it == parent);
        family.extend(children.map(|(pid, _)| *pid));
        next += 1;
    }
    family
}

/// Sends a signal; a program that has ended meanwhile is none to care for.
fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}
