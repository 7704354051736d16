//! People write, and programs do, on a server that defends itself against spam.

use std::cell::Cell;
use std::time::{Duration, Instant};

use afterword_e2e::{Page, Reader, Server, Story, until};
use afterword_protocol::API_PREFIX;
use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
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

pub(crate) async fn a_person_is_heard_among_a_thousand_posts_of_bots(story: &Story) -> Result<()> {
    let server = defended()?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader.writes("I have lived here for thirty years.").await?;
    let bots = Bots::of(&server);
    let all = async {
        for number in 0..1_000 {
            bots.send(number).await?;
            // A person is somewhere among them.
            if number == 500 {
                let began = Instant::now();
                reader.posts().await?;
                stands(&server, "/article", "thirty years").await?;
                let took = began.elapsed();
                println!("a comment among those of bots took {took:?}");
                ensure!(took < Duration::from_secs(2), "it took {took:?}");
            }
        }
        Ok(())
    };
    all.await?;
    reader.hears("Your comment has been posted.").await?;
    let mut published = 0;
    for page in PAGES {
        published += server.thread(page).await?.total;
    }
    let patient = bots.patient.get();
    ensure!(
        published == 1 + patient,
        "{published} comments are published, {patient} of them by bots that took their time"
    );
    Ok(())
}

const PAGES: [&str; 3] = ["/article", "/other", "/third"];

/// A net of machines.
struct Bots<'a> {
    server: &'a Server,
    client: reqwest::Client,
    /// How many of them took as long as people do, on a machine that is slow at the work: those are told
    /// by what they write, once a moderator has said so.
    patient: Cell<u32>,
}

impl<'a> Bots<'a> {
    fn of(server: &'a Server) -> Self {
        Self {
            server,
            client: reqwest::Client::new(),
            patient: Cell::new(0),
        }
    }

    /// Posts one comment of theirs; an error if anybody gets to see it.
    async fn send(&self, number: usize) -> Result<()> {
        let words = [
            "deal", "great", "win", "article", "bonus", "today", "city", "loan",
        ];
        let varied = (0..16).map(|place| words[(number / 3 + place * (number % 7 + 1)) % 8]);
        let varied: Vec<&str> = varied.collect();
        let text = match number % 4 {
            0 => "The best pills are at https://pills.example and https://more.example!".to_owned(),
            1 => "I made five thousand in a week from home, ask me how I did that.".to_owned(),
            _ => format!("{} {number}", varied.join(" ")),
        };
        let page = PAGES[number % PAGES.len()];
        let address = format!("198.51.100.{}", number % 50 + 1);
        let url = |path: &str| format!("{}{path}", self.server.url());
        let began = Instant::now();
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
            let mut body = json!({ "page": page, "text": text });
            // Some do the work; only so many, as it takes this machine's time.
            if number.is_multiple_of(10) && number < 300 {
                let challenge = self.client.get(url(&format!("{API_PREFIX}/challenge")));
                let challenge = challenge.header("x-forwarded-for", &address);
                let challenge: Challenge = challenge.send().await?.json().await?;
                body["proof"] = solved(challenge)?.into();
            }
            let url = url(&format!("{API_PREFIX}/comments"));
            self.client.post(url).json(&body)
        };
        let answer = request.header("x-forwarded-for", &address).send().await?;
        let status = answer.status();
        let body = answer.text().await?;
        if status.as_u16() == 201 {
            let created: Value = serde_json::from_str(&body)?;
            if created["comment"]["status"] != "pending" {
                // As long as the server takes for a person's.
                ensure!(began.elapsed() >= Duration::from_secs(2), "{body}");
                self.patient.set(self.patient.get() + 1);
            }
            return Ok(());
        }
        ensure!(status.is_client_error(), "{status}: {body}");
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
