//! People write, and programs do, on a server that defends itself against spam.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use afterword_e2e::{Page, Reader, Server, Story, until};
use afterword_protocol::API_PREFIX;
use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt;
use futures_util::stream;
use serde_json::{Value, json};

/// A server that defends itself, and takes everybody's word on where they are.
fn defended() -> Result<Server> {
    Server::start(vec![
        ("AFTERWORD_SPAM", "on".to_owned()),
        ("AFTERWORD_TRUSTED_PROXIES", "127.0.0.0/8".to_owned()),
    ])
}

/// How the work was done that was done so far: the milliseconds of each, and whether in a worker.
async fn work(reader: &Reader) -> Result<Vec<(f64, bool)>> {
    let script = "return performance.getEntriesByName('afterword:proof')
        .map(({ duration, detail }) => [duration, detail]);";
    reader.ask(script, json!(null)).await
}

/// Waits until somebody's comment stands for everybody.
async fn stands(server: &Server, page: &str, text: &str) -> Result<()> {
    until(&format!("{text:?} for everybody"), async || {
        let thread = server.thread(page).await?;
        let mut roots = thread.branches.iter().map(|branch| &branch.root.html);
        Ok(roots.any(|html| html.contains(text)).then_some(()))
    })
    .await
}

pub(crate) async fn work_is_done_while_somebody_writes(story: &Story) -> Result<()> {
    let server = defended()?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader.has_the_program().await?;
    reader.writes("I write, and it works.").await?;
    let done = until("the work", async || {
        let work = work(&reader).await?;
        Ok((!work.is_empty()).then_some(work))
    })
    .await?;
    // Whoever has it posted at once is not taken for a program.
    reader.posts().await?;
    reader.hears("Your comment has been posted.").await?;
    stands(&server, "/article", "I write, and it works.").await?;
    ensure!(done.len() == 1 && done[0].1, "{done:?}");
    for text in ["Again, and at once.", "And once more."] {
        reader.comments(text).await?;
        stands(&server, "/article", text).await?;
    }
    let all = work(&reader).await?;
    ensure!(all.len() == 3, "{all:?}");
    let mut times: Vec<f64> = all.iter().map(|(time, _)| *time).collect();
    times.sort_by(f64::total_cmp);
    println!("a proof of work took {:.0} ms", times[1]);
    Ok(())
}

pub(crate) async fn it_is_done_in_the_page_where_there_are_no_workers(story: &Story) -> Result<()> {
    let server = defended()?;
    story.expects_error("worker-src blob");
    let page = Page::new()
        .policy("worker-src 'none'")
        .script(&server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader.comments("Without a worker.").await?;
    stands(&server, "/article", "Without a worker.").await?;
    let done = work(&reader).await?;
    ensure!(done.len() == 1 && !done[0].1, "{done:?}");
    // And without WebCrypto, which pages lack that came without encryption.
    let without = "Object.defineProperty(crypto, 'subtle', { value: undefined });";
    reader.run(without, json!(null)).await?;
    reader.comments("Without any help.").await?;
    stands(&server, "/article", "Without any help.").await?;
    Ok(())
}

/// A server as it is set by default, defence and limits, which takes everybody's word on where they are.
fn usual() -> Result<Server> {
    let set = |name, value: &str| (name, value.to_owned());
    Server::start(vec![
        set("AFTERWORD_SPAM", "on"),
        set("AFTERWORD_WRITES_PER_MINUTE", "20"),
        set("AFTERWORD_READS_PER_MINUTE", "300"),
        set("AFTERWORD_TRUSTED_PROXIES", "127.0.0.0/8"),
    ])
}

/// So many posts of programs, at least; they go on until the person among them has been heard.
const POSTS: usize = 1_000;
/// How many of them are on their way at a time.
const AT_A_TIME: usize = 6;

pub(crate) async fn a_person_is_heard_among_a_thousand_posts_of_bots(story: &Story) -> Result<()> {
    let server = usual()?;
    let password = "a sentence nobody guesses";
    server.runs(&["user", "add", "Ada"], &format!("{password}\n"))?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    let bots = Bots::of(&server);
    let (began, is_heard) = (Instant::now(), Cell::new(false));
    let program = async {
        let numbers = (0..).take_while(|number| *number < POSTS || !is_heard.get());
        let posts = stream::iter(numbers).map(|number| bots.send(number));
        let mut posts = posts.buffer_unordered(AT_A_TIME);
        while let Some(sent) = posts.next().await {
            sent?;
        }
        anyhow::Ok(began.elapsed())
    };
    let person = async {
        until("many posts", async || {
            Ok((bots.sent.get() > POSTS / 4).then_some(()))
        })
        .await?;
        reader.writes("I have lived here for thirty years.").await?;
        until("half of the posts", async || {
            Ok((bots.sent.get() > POSTS / 2).then_some(()))
        })
        .await?;
        // By the browser's own clock: how long its driver takes is no matter of the server's.
        let listen = "addEventListener('click', ({ timeStamp }) => (window.pressed ??= timeStamp), true);
            host.addEventListener('afterword:posted', ({ timeStamp }) => (window.posted = timeStamp));";
        reader.run(listen, json!(null)).await?;
        reader.posts().await?;
        stands(&server, "/article", "thirty years").await?;
        is_heard.set(true);
        reader.hears("Your comment has been posted.").await?;
        let took = "return window.posted - window.pressed;";
        let took: f64 = reader.ask(took, json!(null)).await?;
        anyhow::Ok(Duration::from_secs_f64(took / 1000.0))
    };
    let (program, person) = tokio::join!(program, person);
    let (program, person) = (program?, person?);
    println!(
        "a person's comment stood for everybody after {} ms, among {} of bots in {:.1} s: {:?}",
        person.as_millis(),
        bots.sent.get(),
        program.as_secs_f64(),
        bots.ends.borrow()
    );
    ensure!(person < Duration::from_secs(2), "it took {person:?}");

    let mut published = 0;
    for page in PAGES {
        published += server.thread(page).await?.total;
    }
    ensure!(published == 1, "{published} comments are published");
    // What was taken stands in the queue, and nothing else does.
    let who = json!({ "user": "Ada", "password": password });
    let session = server.admin("", "/session", who).await?;
    let token = session["token"].as_str().context("a token")?;
    let mut queue = BTreeSet::new();
    for verdict in ["pending", "spam"] {
        let mut before = String::new();
        loop {
            let path = format!("/comments?verdict={verdict}&limit=200{before}");
            let portion = server.asks(token, &path).await?;
            let items = portion["items"].as_array().context("items")?;
            queue.extend(
                items
                    .iter()
                    .filter_map(|it| Some(it["id"].as_str()?.to_owned())),
            );
            match portion["next"].as_str() {
                Some(next) => before = format!("&before={next}"),
                None => break,
            }
        }
    }
    let taken = bots.taken.borrow();
    ensure!(queue == *taken, "{} of {}", queue.len(), taken.len());
    ensure!(
        !taken.is_empty() && taken.len() < POSTS,
        "{} were taken",
        taken.len()
    );
    Ok(())
}

const PAGES: [&str; 3] = ["/article", "/other", "/third"];

/// A net of machines.
struct Bots<'a> {
    server: &'a Server,
    client: reqwest::Client,
    sent: Cell<usize>,
    /// The ids of those that were taken.
    taken: RefCell<BTreeSet<String>>,
    /// How often what was answered.
    ends: RefCell<BTreeMap<String, usize>>,
}

impl<'a> Bots<'a> {
    fn of(server: &'a Server) -> Self {
        Self {
            server,
            client: reqwest::Client::new(),
            sent: Cell::default(),
            taken: RefCell::default(),
            ends: RefCell::default(),
        }
    }

    /// Posts one comment of theirs; an error if anybody gets to see it.
    async fn send(&self, number: usize) -> Result<()> {
        let words = [
            "deal", "great", "win", "article", "bonus", "today", "city", "loan",
        ];
        let varied = (0..16).map(|place| words[(number / 3 + place * (number % 7 + 1)) % 8]);
        let varied: Vec<&str> = varied.collect();
        let same = "The best pills are at https://pills.example and https://more.example!";
        let mut text = match number % 4 {
            0 => same.to_owned(),
            1 => "I made five thousand in a week from home, ask me how I did that.".to_owned(),
            _ => format!("{} {number}", varied.join(" ")),
        };
        let page = PAGES[number % PAGES.len()];
        // Some send more than a person does, some less.
        let address = match number % 3 {
            0 => format!("198.51.100.{}", number % 10 + 1),
            _ => format!("203.0.113.{}", number % 200 + 1),
        };
        let url = |path: &str| format!("{}{path}", self.server.url());
        let request = if number % 5 == 4 {
            // By the form, as it stands in the HTML.
            let form = [
                ("page", page),
                ("text", &text),
                ("author", "Bot"),
                ("trap", ""),
            ];
            self.client.post(url("/thread/comments")).form(&form)
        } else {
            let mut proof = None;
            // Some do the work; only so many, as it takes this machine's time.
            if number.is_multiple_of(10) && number < 300 {
                let began = Instant::now();
                let challenge = self.client.get(url(&format!("{API_PREFIX}/challenge")));
                let challenge = challenge.header("x-forwarded-for", &address);
                let challenge: Challenge = challenge.send().await?.json().await?;
                proof = Some(tokio::task::spawn_blocking(move || solved(challenge)).await??);
                // Whoever takes as long over it as people do is told by what they write.
                if began.elapsed() > Duration::from_millis(500) {
                    same.clone_into(&mut text);
                    // As long as it is the first of that.
                    proof =
                        proof.filter(|_| began.elapsed() < Duration::from_secs(1) || number > 100);
                }
            }
            let url = url(&format!("{API_PREFIX}/comments"));
            let body = json!({ "page": page, "text": text, "proof": proof });
            self.client.post(url).json(&body)
        };
        let answer = request.header("x-forwarded-for", &address).send().await?;
        let status = answer.status();
        let body = answer.text().await?;
        self.sent.set(self.sent.get() + 1);
        let mut end = status.as_str().to_owned();
        if status.as_u16() == 201 {
            let created: Value = serde_json::from_str(&body)?;
            ensure!(
                created["comment"]["status"] == "pending",
                "{number}: {body}"
            );
            let id = created["comment"]["id"].as_str().context("an id")?;
            self.taken.borrow_mut().insert(id.to_owned());
            "in the queue".clone_into(&mut end);
        } else {
            ensure!(status.is_client_error(), "{status}: {body}");
            let problem: Value = serde_json::from_str(&body).unwrap_or_default();
            if let Some(kind) = problem["type"].as_str() {
                kind.rsplit(':')
                    .next()
                    .unwrap_or_default()
                    .clone_into(&mut end);
            }
        }
        *self.ends.borrow_mut().entry(end).or_default() += 1;
        Ok(())
    }
}

fn solved(challenge: Challenge) -> Result<String> {
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge))?;
    let solution = solution.context("the challenge takes too long")?;
    let payload = Payload {
        challenge,
        solution,
    };
    Ok(STANDARD.encode(serde_json::to_vec(&payload)?))
}
