//! The benchmark of the page: how soon readers see comments, and how soon they can answer.
//!
//! `cargo xtask bench page` runs it on release builds. It prints tables in Markdown; nothing is
//! asserted, because times are of a machine. Compare the ways of one run.

mod deeds;
mod network;
mod pages;
mod report;
mod threads;
mod visit;

use afterword_e2e::{Engine, Pool, Preferences, Reader, Server, ServerOptions, Site};
use anyhow::{Context, Result};
use serde_json::json;

use pages::Way;
use report::{Group, Series};
use threads::Thread;
use visit::{Profile, Visit};

/// The threads that are worth waiting for where all is slow.
const SLOW_THREADS: usize = 2;

#[tokio::main]
async fn main() -> Result<()> {
    let runs = std::env::args().nth(1).context("how many runs?")?;
    let runs = runs.parse().context("how many runs?")?;
    // Nobody waits for a new window to each way of each thread then.
    let is_short = std::env::args().nth(2).is_some();
    tokio::select! {
        result = bench(runs, is_short) => result,
        // Nothing is dropped then, and programs of ours are running.
        _ = tokio::signal::ctrl_c() => afterword_e2e::exit(130),
    }
}

async fn bench(runs: usize, is_short: bool) -> Result<()> {
    let server = Server::start(ServerOptions::new())?;
    let site = Site::start().await?;
    let mut deepest = String::new();
    for thread in Thread::ALL {
        eprintln!("posting {} comments", thread.comments());
        deepest = thread.post(&server).await?;
        pages::serve(&site, &server, thread).await?;
    }
    let pool = Pool::new();
    let preferences = Preferences {
        network_log: true,
        ..Preferences::default()
    };
    let reader = pool.reader(Engine::Chromium, preferences).await?;
    let load = load()?;
    let (mut full, mut slow) = (Vec::new(), Vec::new());
    if !is_short {
        full = measure(&reader, &site, Profile::FULL, &Thread::ALL, runs).await?;
        let threads = &Thread::ALL[..SLOW_THREADS];
        slow = measure(&reader, &site, Profile::SLOW, threads, runs).await?;
    }
    eprintln!("\n{}", report::DEEDS);
    let deeds = deeds::measure(&reader, &site, runs).await?;
    eprintln!("\n{}", report::READING);
    let reading = deeds::read(&reader, &server, &site, &deepest, runs).await?;
    println!("{}", circumstances(&reader, runs, &load).await?);
    if !is_short {
        println!("{}", report::targets(&full, &slow, &deeds));
    }
    println!("{}", report::measured(report::DEEDS, &deeds));
    println!("{}", report::measured(report::READING, &reading));
    if !is_short {
        println!("{}", report::table(Profile::FULL, &full));
        print!("{}", report::table(Profile::SLOW, &slow));
    }
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
    let processors = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("a processor that doesn't tell its name", |(_, it)| {
            it.trim()
        });
    let cores = std::thread::available_parallelism()?;
    Ok(format!(
        "{date}, {}, headless, {cores} cores of {model}, load {load} before the first visit. Medians of {runs} runs.\n",
        version["product"].as_str().unwrap_or("Chromium"),
    ))
}

/// Processes that wanted to run, on average over the last minute.
fn load() -> Result<String> {
    let load = std::fs::read_to_string("/proc/loadavg")?;
    Ok(load.split(' ').next().unwrap_or_default().to_owned())
}
