//! What a reader does on a page that has long been there: where there are thousands of comments, it
//! is to be seen as soon as where there is none.

use afterword_e2e::{Reader, Server, Site};
use afterword_protocol::API_PREFIX;
use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::pages::Way;
use crate::threads::Thread;
use crate::visit::{Profile, ask, click, devtools, in_window, prepare};

/// How it is done.
#[derive(Clone, Copy, Debug)]
enum How {
    /// By the mouse.
    Click,
    /// By the key that writes this.
    Key(&'static str),
}

/// Something that a reader does: `hands.js` knows it by that name.
#[derive(Clone, Copy, Debug)]
struct Deed {
    name: &'static str,
    how: How,
}

const fn clicked(name: &'static str) -> Deed {
    let how = How::Click;
    Deed { name, how }
}

const fn typed(name: &'static str, key: &'static str) -> Deed {
    let how = How::Key(key);
    Deed { name, how }
}

/// How long something took.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Took {
    pub(crate) ms: f64,
    /// Frames that had begun by then.
    pub(crate) frames: f64,
}

/// Something that was measured again and again, beside the least that it could take.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) what: &'static str,
    pub(crate) took: Vec<Took>,
    /// What the floor is, and how long that took.
    pub(crate) floor: &'static str,
    pub(crate) least: Vec<Took>,
}

impl Measured {
    const fn of(what: &'static str, floor: &'static str) -> Self {
        Self {
            what,
            took: Vec::new(),
            floor,
            least: Vec::new(),
        }
    }
}

/// How often each thing is done on one visit.
const TIMES: usize = 3;

const BUTTON: &str = "button of the page";
const KEY: &str = "key in a field of the page";
const LINE: &str = "Enter in a field of the page";

/// What is done where all comments are loaded: what it is called, itself, its floor.
const DEEDS: [(&str, Deed, &str, Deed); 6] = [
    ("vote", clicked("vote"), BUTTON, clicked("press")),
    (
        "fold of 25 comments",
        clicked("fold"),
        BUTTON,
        clicked("press"),
    ),
    (
        "unfolding them",
        clicked("unfold"),
        BUTTON,
        clicked("press"),
    ),
    (
        "opening a reply",
        clicked("reply"),
        BUTTON,
        clicked("press"),
    ),
    (
        "keystroke in the thread's composer",
        typed("typeInThread", "a"),
        KEY,
        typed("type", "a"),
    ),
    (
        "Enter in it, by which it grows",
        typed("lineInThread", "\r"),
        LINE,
        typed("line", "\r"),
    ),
];

/// Does all of it where 5,000 comments are loaded.
pub(crate) async fn measure(reader: &Reader, site: &Site, runs: usize) -> Result<Vec<Measured>> {
    let mut all: Vec<_> = DEEDS
        .map(|(what, _, floor, _)| Measured::of(what, floor))
        .into();
    for run in 1..=runs {
        let visit = async {
            arrive(reader, site, Thread::FULL, Way::HtmlFirst, "").await?;
            come(reader).await?;
            for _ in 0..TIMES {
                for ((_, deed, _, floor), measured) in DEEDS.iter().zip(&mut all) {
                    measured.took.push(done(reader, *deed).await?);
                    // Their order is that of where they are done: what lies above is not moved.
                    measured.least.push(done(reader, *floor).await?);
                }
            }
            Ok(())
        };
        in_window(reader, visit).await?;
        tell(run, &all);
    }
    Ok(all)
}

/// What search looks for in turn.
const WORDS: [&str; TIMES] = ["ferry", "sensor", "headline"];

/// Reads in a thread that comes in many portions. `deepest` is a comment far from the first.
pub(crate) async fn read(
    reader: &Reader,
    server: &Server,
    site: &Site,
    deepest: &str,
    runs: usize,
) -> Result<Vec<Measured>> {
    let mut all = [
        Measured::of(
            "scroll through the first portion, longest frame",
            "plain HTML",
        ),
        Measured::of(
            "search, from Enter to the first results",
            "the request alone",
        ),
        Measured::of("next portion, from the click on", "the request alone"),
        Measured::of(
            "link to the last comment, until it is in view",
            "the page without it",
        ),
    ];
    let key = Thread::LONG.page();
    let api = format!("{}{API_PREFIX}", server.url());
    for run in 1..=runs {
        let [scroll, search, more, link] = &mut all;
        in_window(reader, async {
            arrive(reader, site, Thread::LONG, Way::Plain, "").await?;
            scroll.least.push(ask(reader, "hands.scrolls()").await?);
            Ok(())
        })
        .await?;
        in_window(reader, async {
            arrive(reader, site, Thread::LONG, Way::HtmlFirst, "").await?;
            link.least.push(ask(reader, "hands.opened()").await?);
            come(reader).await?;
            scroll.took.push(ask(reader, "hands.scrolls()").await?);
            let _: Value = ask(reader, "hands.opensSearch()").await?;
            for words in WORDS {
                let _: Value = ask(reader, &format!("hands.asks({words:?})")).await?;
                search.took.push(done(reader, typed("search", "\r")).await?);
                let address = format!("{api}/search?page={key}&q={words}");
                search.least.push(fetched(reader, &address).await?);
            }
            for _ in 0..TIMES {
                more.took.push(done(reader, clicked("more")).await?);
                let address = format!("{api}/comments?page={key}");
                more.least.push(fetched(reader, &address).await?);
            }
            Ok(())
        })
        .await?;
        in_window(reader, async {
            let hash = format!("#comment-{deepest}");
            arrive(reader, site, Thread::LONG, Way::HtmlFirst, &hash).await?;
            link.took.push(ask(reader, "probe.arrived()").await?);
            Ok(())
        })
        .await?;
        tell(run, &all);
    }
    Ok(all.into())
}

/// Opens the page of a thread in a browser that has kept nothing of it.
async fn arrive(reader: &Reader, site: &Site, thread: Thread, way: Way, hash: &str) -> Result<()> {
    prepare(reader, site, Profile::FULL, thread).await?;
    reader.goes_to(&(site.url(&way.path(thread)) + hash)).await
}

/// Comes near the thread, and waits for the program that this brings.
async fn come(reader: &Reader) -> Result<()> {
    let at: Value = ask(reader, "hands.come()").await?;
    point(reader, &at).await?;
    let _: Value = ask(reader, "hands.active()").await?;
    Ok(())
}

/// Does something, and tells how long it took.
async fn done(reader: &Reader, Deed { name, how }: Deed) -> Result<Took> {
    let at: Value = ask(reader, &format!("hands.aim({name:?})")).await?;
    match how {
        How::Click => {
            point(reader, &at).await?;
            let _: Value = ask(reader, "hands.rests()").await?;
            click(reader, &at).await?;
        }
        How::Key(text) => {
            let key = if text == "\r" { "Enter" } else { text };
            for kind in ["keyDown", "keyUp"] {
                let text = if kind == "keyDown" { text } else { "" };
                let event = json!({ "type": kind, "key": key, "text": text });
                devtools(reader, "Input.dispatchKeyEvent", event).await?;
            }
        }
    }
    let took = ask(reader, &format!("hands.took({name:?})")).await;
    took.with_context(|| format!("{name} was not seen"))
}

/// Moves the mouse there.
async fn point(reader: &Reader, at: &Value) -> Result<()> {
    let event = json!({ "type": "mouseMoved", "x": at["x"], "y": at["y"] });
    devtools(reader, "Input.dispatchMouseEvent", event).await?;
    Ok(())
}

async fn fetched(reader: &Reader, address: &str) -> Result<Took> {
    ask(reader, &format!("hands.fetches({address:?})")).await
}

fn tell(run: usize, all: &[Measured]) {
    let mut line = format!("  run {run}:");
    for Measured { what, took, .. } in all {
        if let Some(last) = took.last() {
            line += &format!(" {what} {:.0} ms,", last.ms);
        }
    }
    eprintln!("{}", line.trim_end_matches(','));
}
