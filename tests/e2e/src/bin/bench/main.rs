//! The benchmark of the page: how soon readers see comments, and how soon they can answer.
//!
//! `cargo xtask bench page`, `cargo xtask bench thread` and `cargo xtask bench posts` run it on release
//! builds. It prints tables in Markdown; nothing is asserted, because times are of a machine. Compare the
//! ways of one run.

mod deeds;
mod network;
mod pages;
mod posts;
mod report;
mod threads;
mod visit;

use afterword_e2e::{Engine, Pool, Preferences, Reader, Server, ServerOptions, Site};
use anyhow::{Context, Result, bail};
use serde_json::json;

use pages::Way;
use report::{Group, Series};
use threads::Thread;
use visit::{Profile, Visit};

/// The threads that are worth waiting for where all is slow.
const SLOW_THREADS: usize = 2;

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// Pages as they come.
    Page,
    /// What a reader does on those that are there.
    Thread,
    /// How many comments a server takes, without a browser.
    Posts,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let what = match arguments.next().as_deref() {
        Some("page") => What::Page,
        Some("thread") => What::Thread,
        Some("posts") => What::Posts,
        _ => bail!("what is to be measured: page, thread or posts?"),
    };
    let runs = arguments.next().context("how many runs?")?;
    let runs = runs.parse().context("how many runs?")?;
    tokio::select! {
        result = bench(what, runs) => result,
        // Nothing is dropped then, and programs of ours are running.
        _ = tokio::signal::ctrl_c() => afterword_e2e::exit(130),
    }
}

async fn bench(what: What, runs: usize) -> Result<()> {
    if what == What::Posts {
        let load = load()?;
        let table = posts::measure(runs).await?;
        let machine = machine(&load)?;
        print!("{machine} before the first round. Medians of {runs} rounds.\n\n{table}");
        return Ok(());
    }
    let server = Server::start(ServerOptions::new())?;
    let site = Site::start().await?;
    let threads = match what {
        What::Page => Thread::ALL.as_slice(),
        What::Thread | What::Posts => &[Thread::FULL, Thread::LONG],
    };
    let mut deepest = String::new();
    for thread in threads {
        eprintln!("posting {} comments", thread.comments());
        deepest = thread.post(&server).await?;
        pages::serve(&site, &server, *thread).await?;
    }
    let pool = Pool::new();
    let preferences = Preferences {
        network_log: what == What::Page,
        ..Preferences::default()
    };
    let reader = pool.reader(Engine::Chromium, preferences).await?;
    let load = load()?;
    let tables = match what {
        What::Page => {
            let full = measure(&reader, &site, Profile::FULL, threads, runs).await?;
            let slow = &threads[..SLOW_THREADS];
            let slow = measure(&reader, &site, Profile::SLOW, slow, runs).await?;
            [
                report::targets(&full, &slow),
                report::table(Profile::FULL, &full),
                report::table(Profile::SLOW, &slow),
            ]
            .join("\n")
        }
        What::Thread | What::Posts => {
            eprintln!("\n{}", report::DEEDS);
            let deeds = deeds::measure(&reader, &site, runs).await?;
            eprintln!("\n{}", report::READING);
            let reading = deeds::read(&reader, &server, &site, &deepest, runs).await?;
            [
                report::measured(report::DEEDS, &deeds),
                report::measured(report::READING, &reading),
            ]
            .join("\n")
        }
    };
    println!("{}", circumstances(&reader, runs, &load).await?);
    print!("{tables}");
    reader.driver().clone().quit().await?;
    Ok(())
}

/// Visits all pages in turn, again and again: what disturbs the machine for a while disturbs each
/// way.
async fn measure(
    reader: &Reader,
    site: &Site,
    profile: Profile,
    threads: &[Thread],
    runs: usize,
) -> Result<Vec<Group>> {
    eprintln!("\n{}", profile.name);
    // The browser's first pages are slower than all that follow: they aren't counted.
    for way in Way::ALL {
        Visit::make(reader, site, profile, threads[0], way).await?;
    }
    let mut groups = Vec::new();
    for &thread in threads {
        let mut series = Way::ALL.map(|way| Series {
            way,
            visits: Vec::new(),
        });
        for run in 1..=runs {
            let mut line = format!("{:>5} comments, run {run}:", thread.comments());
            for Series { way, visits } in &mut series {
                let visit = Visit::make(reader, site, profile, thread, *way).await?;
                line += &format!(" {} {:.0} ms,", way.name(), visit.last);
                visits.push(visit);
            }
            eprintln!("{}", line.trim_end_matches(','));
        }
        groups.push(Group {
            thread,
            series: series.into(),
        });
    }
    Ok(groups)
}

/// Where and when it ran, and how busy the machine was when it began.
async fn circumstances(reader: &Reader, runs: usize, load: &str) -> Result<String> {
    let version = reader
        .driver()
        .cdp()
        .send_raw("Browser.getVersion", json!({}))
        .await?;
    let date: String = reader
        .ask("return new Date().toISOString().slice(0, 10);", json!(null))
        .await?;
    let machine = machine(load)?;
    Ok(format!(
        "{date}, {}, headless, {machine} before the first visit. Medians of {runs} runs.\n",
        version["product"].as_str().unwrap_or("Chromium"),
    ))
}

/// What it runs on.
fn machine(load: &str) -> Result<String> {
    let processors = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("a processor that doesn't tell its name", |(_, it)| {
            it.trim()
        });
    let cores = std::thread::available_parallelism()?;
    Ok(format!("{cores} cores of {model}, load {load}"))
}

/// Processes that wanted to run, on average over the last minute.
fn load() -> Result<String> {
    let load = std::fs::read_to_string("/proc/loadavg")?;
    Ok(load.split(' ').next().unwrap_or_default().to_owned())
}
