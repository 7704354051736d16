//! One request, one answer.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use afterword_protocol::{API_PREFIX, PROBLEM_MEDIA_TYPE, Problem, ProblemKind};
use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Method, Request};
use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::Agent;

use crate::{Options, Told};

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// What was given as the server's address is none.
    #[error("{given:?} is no address of a server: {why}. It could be https://comments.example.org")]
    Address {
        /// What was given.
        given: String,
        /// What is wrong about it.
        why: String,
    },
    /// Nothing answers there.
    #[error("nothing answers at {url}: {why}")]
    Silent {
        /// What was asked for.
        url: String,
        /// What happened instead.
        why: String,
    },
    /// The address leads to another one.
    #[error("{url} leads on to {to}: name that server instead")]
    Moved {
        /// What was asked for.
        url: String,
        /// Where it leads.
        to: String,
    },
    /// What answers there does not speak the protocol.
    #[error(
        "{url} was answered {status} with {what}, not with a list of comments. Is this the server's address, without {API_PREFIX}?"
    )]
    Other {
        /// What was asked for.
        url: String,
        /// The status of the answer.
        status: u16,
        /// What it was, in a few words.
        what: String,
    },
    /// The server has several sites, or none of that name.
    #[error("the server does not know which site is meant ({detail}): name one by --site")]
    Site {
        /// What the server says.
        detail: String,
    },
    /// There is no check of that name.
    #[error("there is no check {name:?}. These are: {known}")]
    Check {
        /// What was asked for.
        name: String,
        /// All names.
        known: String,
    },
    /// The system gives no random numbers.
    #[error("this system gives no random numbers")]
    Random,
}

/// Why a check ended early.
#[derive(Clone, Debug)]
pub(crate) enum Stop {
    /// The promise is not kept.
    Fault(String),
    /// The server says that it doesn't make this promise.
    NotOffered(String),
    /// It could not be found out.
    NotChecked(String),
}

/// What comes of a check.
pub(crate) type Verdict<T = ()> = Result<T, Stop>;

/// A fault, if a promise is not kept.
pub(crate) fn ensure(is_kept: bool, otherwise: impl FnOnce() -> String) -> Verdict {
    match is_kept {
        true => Ok(()),
        false => Err(Stop::Fault(otherwise())),
    }
}

/// A fault, if something is not as it should be.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it reads better where it is called"
)]
pub(crate) fn expect<T: PartialEq + std::fmt::Debug>(what: &str, is: T, should: T) -> Verdict {
    ensure(is == should, || format!("{what} is {is:?}, not {should:?}"))
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
}

impl Call {
    /// A request without a body; the path stands below the API's.
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: None,
        }
    }

    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With a JSON body.
    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json")
            .bytes(body.to_string())
    }

    /// With a body of whatever kind.
    pub(crate) fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }
}

/// What was noticed of all answers together.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Refusals that are no problem documents, and what is wrong about them.
    pub(crate) malformed: Vec<String>,
    /// The title of each type of problem.
    titles: BTreeMap<String, String>,
    /// Answers that set a cookie.
    pub(crate) cookies: Vec<String>,
    /// How many problem documents there were.
    pub(crate) problems: usize,
}

/// A server.
pub(crate) struct Client<'a> {
    agent: Agent,
    streams: Agent,
    api: String,
    origin: Option<String>,
    patience: Mutex<Duration>,
    tell: &'a (dyn Fn(Told<'_>) + Sync),
    pub(crate) seen: Mutex<Seen>,
}

/// How long an answer may take.
const ANSWERED: Duration = Duration::from_secs(30);

/// How long a stream is listened to. A server says something every 20 seconds.
const LISTENED: Duration = Duration::from_secs(45);

/// How long an answer is waited for when the server does not say.
const PAUSE: u64 = 1;

/// The longest answer that is read, in bytes.
const LONGEST: u64 = 32_000_000;

impl<'a> Client<'a> {
    pub(crate) fn new(options: &Options, tell: &'a (dyn Fn(Told<'_>) + Sync)) -> Self {
        let agent = |timeout| {
            let mut config = Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .timeout_global(Some(timeout))
                .user_agent(concat!("afterword-conformance/", env!("CARGO_PKG_VERSION")));
            if options.is_local() {
                // Whatever the environment says: a proxy is another machine.
                config = config.proxy(None);
            }
            config.build().new_agent()
        };
        let base = options.url.as_str().trim_end_matches('/');
        Self {
            agent: agent(ANSWERED),
            streams: agent(LISTENED),
            api: [base, API_PREFIX].concat(),
            origin: options.origin.clone(),
            patience: Mutex::new(options.patience),
            tell,
            seen: Mutex::default(),
        }
    }

    /// What is sent as `Origin`, if anything.
    pub(crate) fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The address of a call.
    pub(crate) fn url(&self, path: &str) -> String {
        [&self.api, path].concat()
    }

    /// Sends a request, again where the server asks to wait or wants a proof of work, and reads the
    /// answer.
    pub(crate) fn send(&self, call: &Call) -> Verdict<Answer> {
        let mut proven = None;
        loop {
            let call = proven.as_ref().unwrap_or(call);
            let answer = self.send_once(call)?;
            if answer.is(ProblemKind::ProofRequired) && proven.is_none() {
                proven = Some(self.proven(call)?);
                continue;
            }
            if answer.status != 429 {
                return Ok(answer);
            }
            let after = answer.header("retry-after").and_then(|it| it.parse().ok());
            self.wait(Duration::from_secs(after.unwrap_or(PAUSE).max(1)))?;
        }
    }

    /// The same request with a proof of work.
    fn proven(&self, call: &Call) -> Verdict<Call> {
        let body: Option<Value> = call
            .body
            .as_ref()
            .and_then(|body| serde_json::from_slice(body).ok());
        let Some(mut body) = body.filter(Value::is_object) else {
            let why = format!("{} wants a proof for what is no comment", call.path);
            return Err(Stop::Fault(why));
        };
        let site = body.get("site").and_then(Value::as_str).map(str::to_owned);
        body["proof"] = self.proof(site.as_deref())?.into();
        Ok(call.clone().bytes(body.to_string()))
    }

    /// A proof of work for a site: what its challenge wants, solved.
    pub(crate) fn proof(&self, site: Option<&str>) -> Verdict<String> {
        let path = match site {
            Some(site) => format!("/challenge?site={}", encode(site)),
            None => "/challenge".to_owned(),
        };
        let challenge: Challenge = self.send_once(&Call::get(path))?.json(200)?;
        let given = Instant::now();
        let unsolved = |why: &str| Stop::Fault(format!("the challenge can't be solved: {why}"));
        let solution = solve_challenge(SolveChallengeOptions::new(&challenge));
        let solution = solution.map_err(|error| unsolved(&error.to_string()))?;
        let solution = solution.ok_or_else(|| unsolved("it takes too long"))?;
        let seconds = challenge.parameters.data.as_ref();
        let seconds = seconds.and_then(|data| data.get("seconds")?.as_u64());
        let ripe = Duration::from_secs(seconds.unwrap_or_default());
        std::thread::sleep(ripe.saturating_sub(given.elapsed()));
        let payload = serde_json::to_vec(&Payload {
            challenge,
            solution,
        });
        Ok(STANDARD.encode(payload.unwrap_or_default()))
    }

    fn wait(&self, pause: Duration) -> Verdict {
        let mut patience = self.patience.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(left) = patience.checked_sub(pause) else {
            return Err(Stop::NotChecked(format!(
                "the server asks for {} seconds of rest (429), which is longer than --patience allows",
                pause.as_secs()
            )));
        };
        *patience = left;
        drop(patience);
        (self.tell)(Told::Waits(pause));
        std::thread::sleep(pause);
        Ok(())
    }

    fn request(&self, call: &Call) -> Verdict<Request<Vec<u8>>> {
        let mut request = Request::builder()
            .method(call.method.clone())
            .uri(self.url(&call.path));
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let has_origin = call.headers.iter().any(|(name, _)| *name == "origin");
        if let Some(origin) = self.origin.as_ref().filter(|_| !has_origin) {
            request = request.header("origin", origin);
        }
        let body = call.body.clone().unwrap_or_default();
        let request = request.body(body);
        request.map_err(|error| Stop::NotChecked(format!("no request can be made: {error}")))
    }

    /// Sends a request and reads the answer, whatever it is.
    pub(crate) fn send_once(&self, call: &Call) -> Verdict<Answer> {
        let name = format!("{} {}", call.method, call.path);
        let request = self.request(call)?;
        let broken = |error: ureq::Error| Stop::Fault(format!("{name}: no answer: {error}"));
        // Without a body there is to be none, and not one of no length.
        let response = match &call.body {
            Some(_) => self.agent.run(request),
            None => self.agent.run(request.map(drop)),
        };
        let (parts, mut body) = response.map_err(broken)?.into_parts();
        let body = body.with_config().limit(LONGEST).read_to_vec();
        let answer = Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&body.map_err(broken)?).into_owned(),
            name: name.clone(),
        };
        self.notice(&answer);
        Ok(answer)
    }

    /// Sends a request whose answer has no end of its own; the lines of it come as they are sent.
    pub(crate) fn listen(&self, call: &Call) -> Verdict<(Answer, mpsc::Receiver<String>)> {
        let name = format!("{} {}", call.method, call.path);
        let request = self.request(call)?.map(drop);
        let response = self.streams.run(request);
        let response =
            response.map_err(|error| Stop::Fault(format!("{name}: no answer: {error}")))?;
        let (parts, body) = response.into_parts();
        let mut answer = Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::new(),
            name,
        };
        let (sender, lines) = mpsc::channel();
        let mut body = BufReader::new(body.into_reader());
        if answer.status == 200 {
            // It ends with the stream, or when nobody listens any more.
            std::thread::spawn(move || {
                let mut lines = body.lines().map_while(Result::ok);
                while lines.next().is_some_and(|line| sender.send(line).is_ok()) {}
            });
        } else {
            let _ = std::io::Read::read_to_string(&mut body, &mut answer.body);
            self.notice(&answer);
        }
        Ok((answer, lines))
    }

    fn notice(&self, answer: &Answer) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if answer.headers.contains_key("set-cookie") {
            seen.cookies.push(answer.name.clone());
        }
        if answer.status >= 400 {
            seen.problems += 1;
            if let Err(why) = well_formed(answer, &mut seen.titles) {
                seen.malformed.push(format!("{}: {why}", answer.name));
            }
        }
    }
}

/// Whether a refusal is a problem document.
fn well_formed(answer: &Answer, titles: &mut BTreeMap<String, String>) -> Result<(), String> {
    let media_type = answer.media_type();
    if media_type != PROBLEM_MEDIA_TYPE {
        return Err(format!(
            "{} as {media_type:?}, not as {PROBLEM_MEDIA_TYPE}",
            answer.status
        ));
    }
    let problem: Problem = serde_json::from_str(&answer.body)
        .map_err(|error| format!("no problem document: {error}: {}", answer.excerpt()))?;
    if problem.status != answer.status {
        return Err(format!(
            "status {} says that it is {}",
            answer.status, problem.status
        ));
    }
    if problem.title.trim().is_empty() {
        return Err("the title is empty".to_owned());
    }
    if let Some(kind) = ProblemKind::from_type_uri(&problem.type_uri)
        && kind.status() != answer.status
    {
        return Err(format!(
            "{} comes with {}, not with {}",
            kind.slug(),
            answer.status,
            kind.status()
        ));
    }
    if answer.status == 429 && answer.header("retry-after").is_none() {
        return Err("429 without Retry-After".to_owned());
    }
    let known = titles
        .entry(problem.type_uri)
        .or_insert_with(|| problem.title.clone());
    if *known != problem.title {
        return Err(format!(
            "two titles of one type: {known:?} and {:?}",
            problem.title
        ));
    }
    Ok(())
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) name: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// How much of an answer is told, in characters.
const EXCERPT: usize = 300;

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The media type, without its parameters.
    pub(crate) fn media_type(&self) -> String {
        let value = self.header("content-type").unwrap_or_default();
        let value = value.split(';').next().unwrap_or_default();
        value.trim().to_ascii_lowercase()
    }

    /// Its beginning.
    pub(crate) fn excerpt(&self) -> String {
        let mut text: String = self.body.chars().take(EXCERPT).collect();
        if text.len() < self.body.len() {
            text.push('…');
        }
        text
    }

    /// Status and beginning.
    pub(crate) fn told(&self) -> String {
        let mut text = format!("{} was answered {}", self.name, self.status);
        if !self.body.is_empty() {
            let _ = write!(text, " {}", self.excerpt());
        }
        text
    }

    pub(crate) fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it is that problem.
    pub(crate) fn is(&self, kind: ProblemKind) -> bool {
        self.status == kind.status() && self.kind() == Some(kind)
    }

    fn kind(&self) -> Option<ProblemKind> {
        let problem: Value = serde_json::from_str(&self.body).ok()?;
        ProblemKind::from_type_uri(problem.get("type")?.as_str()?)
    }

    /// What a call promises to answer.
    pub(crate) fn json<T: DeserializeOwned>(&self, status: u16) -> Verdict<T> {
        ensure(self.status == status, || {
            format!("{}, not {status}", self.told())
        })?;
        serde_json::from_str(&self.body)
            .map_err(|error| Stop::Fault(format!("{}: {error}", self.told())))
    }

    /// A refusal of that kind.
    pub(crate) fn problem(&self, kind: ProblemKind) -> Verdict<Problem> {
        let is = || format!("{}, not {} {}", self.told(), kind.status(), kind.slug());
        ensure(self.is(kind), is)?;
        serde_json::from_str(&self.body).map_err(|_| Stop::Fault(is()))
    }

    /// Ends the check where the server has no such call.
    pub(crate) fn offered(self) -> Verdict<Self> {
        match self.is(ProblemKind::NoSuchCall) {
            true => Err(Stop::NotOffered("no-such-call".to_owned())),
            false => Ok(self),
        }
    }
}

/// A text as a part of a query.
pub(crate) fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
