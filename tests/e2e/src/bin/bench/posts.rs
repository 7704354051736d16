//! How many comments a server takes in a second, with the checks against spam and without.

use std::fmt::Write;
use std::time::Instant;

use afterword_e2e::{Server, ServerOptions};
use afterword_protocol::{API_PREFIX, Created, NewComment, Status};
use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde_json::json;

use crate::report::{median, ratio};
use crate::threads::Writer;

/// Comments of one round.
const POSTS: usize = 120;
/// How many are on their way at a time.
const AT_A_TIME: usize = 8;
/// Challenges get harder when a site gives out more than sixty a minute: hence several.
const SITES: usize = 8;
/// Where the classifier is taught.
const SCHOOL: &str = "school";
/// How many comments of either kind teach it: more than it wants to know.
const LESSONS: usize = 40;

/// What is posted, and to whom.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Unchecked,
    Checked,
    Unproven,
}

impl Way {
    const ALL: [Self; 3] = [Self::Unchecked, Self::Checked, Self::Unproven];

    const fn name(self) -> &'static str {
        match self {
            Self::Unchecked => "`--spam off`",
            Self::Checked => "all checks, with a proof of work each",
            Self::Unproven => "all checks, without a proof: refused",
        }
    }
}

/// What a round took.
struct Round {
    /// Comments a second.
    rate: f64,
    /// Milliseconds of the server's processors for each.
    work: f64,
}

/// Measures all ways in turn; gives the table.
pub(crate) async fn measure(runs: usize) -> Result<String> {
    let unchecked = server("off").await?;
    let checked = server("on").await?;
    teach(&checked).await?;
    let client = reqwest::Client::new();
    let mut writer = Writer::default();
    let mut rounds: [Vec<Round>; 3] = Default::default();
    // The first round, of all ways, is not counted: nothing is warm yet.
    for run in 0..=runs {
        eprintln!("solving {POSTS} challenges");
        let proofs = proofs(&client, &checked).await?;
        let mut line = format!("run {run}:");
        for (way, rounds) in Way::ALL.into_iter().zip(&mut rounds) {
            let server = match way {
                Way::Unchecked => &unchecked,
                Way::Checked | Way::Unproven => &checked,
            };
            let comments = comments(&mut writer, run, (way == Way::Checked).then_some(&proofs))?;
            let round = round(&client, server, way, comments).await?;
            write!(line, " {} {:.0}/s,", way.name(), round.rate)?;
            if run > 0 {
                rounds.push(round);
            }
        }
        eprintln!("{}", line.trim_end_matches(','));
    }
    table(&rounds)
}

fn table(rounds: &[Vec<Round>; 3]) -> Result<String> {
    let of =
        |at: usize, measure: fn(&Round) -> f64| median(rounds[at].iter().map(measure).collect());
    let mut table = "\
| comments | a second | × without checks | ms of the server's processors for each | × without checks |
| :-- | --: | --: | --: | --: |
"
    .to_owned();
    for (at, way) in Way::ALL.into_iter().enumerate() {
        let (rate, work) = (of(at, |it| it.rate), of(at, |it| it.work));
        writeln!(
            table,
            "| {} | {:.0} | {:.2} | {:.2} | {:.2} |",
            way.name(),
            rate.unwrap_or_default(),
            ratio(rate, of(0, |it| it.rate)).unwrap_or_default(),
            work.unwrap_or_default(),
            ratio(work, of(0, |it| it.work)).unwrap_or_default(),
        )?;
    }
    Ok(table)
}

/// A server with several sites, which takes as many comments as come, and as fast as they are written.
async fn server(spam: &str) -> Result<Server> {
    let server = Server::start(ServerOptions::from([
        ("AFTERWORD_SPAM", spam.to_owned()),
        ("AFTERWORD_TRUSTED_PROXIES", "127.0.0.0/8".to_owned()),
    ]))?;
    let many = ["seconds", "burst", "person", "page", "site"].map(|it| format!("spam.{it}=0"));
    let names = (0..SITES).map(site).chain([SCHOOL.to_owned()]);
    for name in names {
        let mut words = vec!["site", "add", &name, "origins=*"];
        words.extend(many.iter().map(String::as_str));
        if name == SCHOOL {
            words.extend(["spam.proof=off", "policy=held"]);
        }
        server.runs(&words, "")?;
    }
    let known = async || {
        let path = format!(
            "{}{API_PREFIX}/comments?page=/a&site={SCHOOL}",
            server.url()
        );
        let answer = reqwest::get(path).await?;
        Ok(answer.status().is_success().then_some(()))
    };
    afterword_e2e::until("the sites", known).await?;
    Ok(server)
}

fn site(number: usize) -> String {
    format!("site{}", number % SITES)
}

/// Has a moderator say of some comments what they are.
async fn teach(server: &Server) -> Result<()> {
    let password = "a sentence nobody guesses";
    server.runs(&["user", "add", "Ada"], &format!("{password}\n"))?;
    let session = server
        .admin(
            "",
            "/session",
            json!({ "user": "Ada", "password": password }),
        )
        .await?;
    let token = session["token"].as_str().context("a token")?;
    let client = reqwest::Client::new();
    let mut writer = Writer::default();
    for (action, is_spam) in [("approve", false), ("spam", true)] {
        let mut ids = Vec::new();
        for number in 0..LESSONS {
            let text = match is_spam {
                true => format!(
                    "Casino bonus {number}: cheap pills, best loans, win at https://win.example"
                ),
                false => writer.text()?,
            };
            let comment = NewComment {
                site: Some(SCHOOL.to_owned()),
                page: "/lesson".to_owned(),
                text: format!("{text} ({number})"),
                ..NewComment::default()
            };
            let answer = post(&client, server, &comment, number).await?;
            let created: Created = answer.error_for_status()?.json().await?;
            ids.push(created.comment.id);
        }
        let what = json!({ "action": action, "ids": ids });
        server.admin(token, "/actions", what).await?;
    }
    Ok(())
}

/// Solutions of challenges, each for one comment, by the number of its site.
async fn proofs(client: &reqwest::Client, server: &Server) -> Result<Vec<String>> {
    let solved = (0..POSTS).map(async |number| {
        let url = format!(
            "{}{API_PREFIX}/challenge?site={}",
            server.url(),
            site(number)
        );
        let challenge = client.get(url).header("x-forwarded-for", address(number));
        let challenge: Challenge = challenge.send().await?.error_for_status()?.json().await?;
        tokio::task::spawn_blocking(move || {
            let solution = solve_challenge(SolveChallengeOptions::new(&challenge))?;
            let solution = solution.context("the challenge takes too long")?;
            let payload = Payload {
                challenge,
                solution,
            };
            Ok::<_, anyhow::Error>(STANDARD.encode(serde_json::to_vec(&payload)?))
        })
        .await?
    });
    let cores = std::thread::available_parallelism()?.get();
    stream::iter(solved).buffered(cores).try_collect().await
}

fn comments(
    writer: &mut Writer,
    run: usize,
    proofs: Option<&Vec<String>>,
) -> Result<Vec<NewComment>> {
    let comments = (0..POSTS).map(|number| {
        Ok(NewComment {
            site: Some(site(number)),
            page: format!("/{}", number % 50),
            author: Some(format!("Reader {run} {number}")),
            text: writer.text()?,
            proof: proofs.map(|proofs| proofs[number].clone()),
            ..NewComment::default()
        })
    });
    comments.collect()
}

async fn round(
    client: &reqwest::Client,
    server: &Server,
    way: Way,
    comments: Vec<NewComment>,
) -> Result<Round> {
    let (before, began) = (server.work()?, Instant::now());
    let posts = comments.iter().enumerate().map(async |(number, comment)| {
        let answer = post(client, server, comment, number).await?;
        let status = answer.status();
        let body = answer.text().await?;
        if way == Way::Unproven {
            ensure!(body.contains("proof-required"), "{status}: {body}");
            return Ok(0);
        }
        ensure!(status.is_success(), "{status}: {body}");
        let created: Created = serde_json::from_str(&body)?;
        Ok(usize::from(created.comment.status == Status::Pending))
    });
    let held: Vec<usize> = stream::iter(posts)
        .buffer_unordered(AT_A_TIME)
        .try_collect()
        .await?;
    let (took, work) = (began.elapsed(), server.work()? - before);
    let held: usize = held.iter().sum();
    // The texts are of the same sentences: some are too much like others.
    eprintln!("{}: {held} of {POSTS} are held", way.name());
    Ok(Round {
        rate: POSTS as f64 / took.as_secs_f64(),
        work: work.as_secs_f64() * 1000.0 / POSTS as f64,
    })
}

async fn post(
    client: &reqwest::Client,
    server: &Server,
    comment: &NewComment,
    number: usize,
) -> Result<reqwest::Response> {
    let url = format!("{}{API_PREFIX}/comments", server.url());
    let request = client.post(url).json(comment);
    Ok(request
        .header("x-forwarded-for", address(number))
        .send()
        .await?)
}

/// Each comment comes from a network of its own.
fn address(number: usize) -> String {
    format!("203.0.113.{}", number % 250 + 1)
}
