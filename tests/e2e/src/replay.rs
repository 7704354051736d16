//! Somebody else's server, as it was recorded: it answers what it was heard to answer, and checks
//! what it is asked just as strictly.
//!
//! A recording is a text of exchanges:
//!
//! ```text
//! @cors allow-origin=echo allow-headers=content-type expose=x-total credentials
//!
//! ### what this is for
//! POST /comments?page=%2Fa%2F
//! content-type: application/json
//!
//! { "text": "Hello", "key": "{{any}}" }
//!
//! HTTP/1.1 201
//! content-type: application/json
//!
//! { "id": 1 }
//! ```
//!
//! A request has to have method, path, query (in whatever order), the headers that stand there, and
//! the body; of JSON, `"{{any}}"` is any text. Each exchange is good once, in the order of the
//! recording, unless its name ends in ` *`. `{{NAME}}` is replaced by what the test says, and
//! `{{NAME|uri}}` by the same as a query has it. Preflights are answered by `@cors`; without it, no
//! other origin may read anything.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail, ensure};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use reqwest::Url;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const ANY: &str = "{{any}}";

#[derive(Debug)]
struct Exchange {
    name: String,
    /// Whether it may happen any number of times, and none.
    is_free: bool,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
    status: StatusCode,
    answer_headers: Vec<(String, String)>,
    answer: String,
    told: usize,
}

/// Which other origins may ask, and what.
#[derive(Clone, Debug, Default)]
struct Cors {
    allow_origin: String,
    allow_headers: Vec<String>,
    allow_methods: Vec<String>,
    expose: String,
    credentials: bool,
}

#[derive(Debug, Default)]
struct Tape {
    exchanges: Vec<Exchange>,
    cors: Cors,
    faults: Vec<String>,
}

/// A server that plays a recording, on a port of its own.
#[derive(Debug)]
pub struct Replay {
    address: SocketAddr,
    tape: Arc<Mutex<Tape>>,
    task: JoinHandle<()>,
}

impl Replay {
    /// Plays that recording. `{{server}}` in it is this server's own address.
    ///
    /// # Errors
    /// When the recording is not one, or the system has no port left.
    pub async fn start(recording: &str, values: &[(&str, &str)]) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let mut recording = filled(recording, "server", &format!("http://{address}"));
        for (name, value) in values {
            recording = filled(&recording, name, value);
        }
        let tape = Arc::new(Mutex::new(read(&recording)?));
        let app = Router::new().fallback(answer).with_state(Arc::clone(&tape));
        let task = tokio::spawn(async move {
            // It ends with the task.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self {
            address,
            tape,
            task,
        })
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All of the recording was asked for, and nothing else.
    ///
    /// # Errors
    /// What was asked for besides, and what never was.
    pub fn is_told(&self) -> Result<()> {
        let tape = self.tape.lock().unwrap_or_else(PoisonError::into_inner);
        ensure!(tape.faults.is_empty(), "{}", tape.faults.join("\n"));
        let untold = tape
            .exchanges
            .iter()
            .filter(|it| !it.is_free && it.told == 0);
        let untold: Vec<_> = untold.map(|it| it.name.as_str()).collect();
        ensure!(untold.is_empty(), "never asked for: {untold:?}");
        Ok(())
    }

    /// How often an exchange happened.
    #[must_use]
    pub fn told(&self, name: &str) -> usize {
        let tape = self.tape.lock().unwrap_or_else(PoisonError::into_inner);
        let of_the_name = tape.exchanges.iter().filter(|it| it.name == name);
        of_the_name.map(|it| it.told).sum()
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.task.abort();
        // A story that has failed may have failed for these, and says what it has waited for alone.
        let tape = self.tape.lock().unwrap_or_else(PoisonError::into_inner);
        for fault in &tape.faults {
            eprintln!("{}: {fault}", self.url());
        }
    }
}

/// The text with what stands for a value replaced.
fn filled(text: &str, name: &str, value: &str) -> String {
    let mut url = Url::parse("http://host/").unwrap_or_else(|_| unreachable!("it is one"));
    url.query_pairs_mut().append_pair("", value);
    let encoded = url.query().unwrap_or_default().trim_start_matches('=');
    text.replace(&format!("{{{{{name}|uri}}}}"), encoded)
        .replace(&format!("{{{{{name}}}}}"), value)
}

fn read(recording: &str) -> Result<Tape> {
    let mut tape = Tape::default();
    let mut parts = recording.split("\n### ");
    let head = parts.next().unwrap_or_default();
    for line in head.lines() {
        if let Some(words) = line.strip_prefix("@cors ") {
            tape.cors = cors(words)?;
        }
    }
    for part in parts {
        let (name, rest) = part.split_once('\n').context("an exchange of one line")?;
        let exchange = exchange(name.trim(), rest);
        tape.exchanges
            .push(exchange.with_context(|| format!("in the exchange \"{name}\""))?);
    }
    ensure!(!tape.exchanges.is_empty(), "a recording of nothing");
    Ok(tape)
}

fn cors(words: &str) -> Result<Cors> {
    let mut cors = Cors {
        allow_methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
            .map(str::to_owned)
            .to_vec(),
        ..Cors::default()
    };
    let list = |value: &str| value.split(',').map(str::to_owned).collect();
    for word in words.split_whitespace() {
        match word.split_once('=') {
            None if word == "credentials" => cors.credentials = true,
            Some(("allow-origin", value)) => value.clone_into(&mut cors.allow_origin),
            Some(("allow-headers", value)) => cors.allow_headers = list(&value.to_lowercase()),
            Some(("allow-methods", value)) => cors.allow_methods = list(value),
            Some(("expose", value)) => value.clone_into(&mut cors.expose),
            _ => bail!("@cors doesn't know {word}"),
        }
    }
    Ok(cors)
}

fn exchange(name: &str, text: &str) -> Result<Exchange> {
    let (asked, answered) = text
        .split_once("\nHTTP/1.1 ")
        .context("no answer: a line `HTTP/1.1 STATUS`")?;
    let (line, headers, body) = message(asked);
    let (method, target) = line.split_once(' ').context("no method")?;
    let (status, answer_headers, answer) = message(answered);
    let status = status.split(' ').next().unwrap_or_default();
    let free = name.strip_suffix(" *");
    Ok(Exchange {
        name: free.unwrap_or(name).to_owned(),
        is_free: free.is_some(),
        method: method.to_owned(),
        target: target.trim().trim_end_matches(" HTTP/1.1").to_owned(),
        headers,
        body,
        status: status.parse().context("no status")?,
        answer_headers,
        answer,
        told: 0,
    })
}

/// The first line, the headers, and the body.
fn message(text: &str) -> (String, Vec<(String, String)>, String) {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default().trim().to_owned();
    let headers = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_lowercase(), value.trim().to_owned()))
    });
    (first, headers.collect(), body.trim().to_owned())
}

/// Path and query of a request, the query in one order.
fn place(target: &str) -> Option<(String, Vec<(String, String)>)> {
    let url = Url::parse("http://host").ok()?.join(target).ok()?;
    let mut query: Vec<_> = url.query_pairs().into_owned().collect();
    query.sort();
    Some((url.path().to_owned(), query))
}

fn is_like(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::String(any), Value::String(_)) if any == ANY => true,
        (Value::Object(wanted), Value::Object(found)) => {
            let is_there = |(name, value): (&String, &Value)| {
                found.get(name).is_some_and(|found| is_like(value, found))
            };
            wanted.len() == found.len() && wanted.iter().all(is_there)
        }
        (Value::Array(wanted), Value::Array(found)) => {
            let mut pairs = wanted.iter().zip(found);
            wanted.len() == found.len() && pairs.all(|(wanted, found)| is_like(wanted, found))
        }
        _ => wanted == found,
    }
}

impl Exchange {
    /// What is not as recorded; none if all is.
    fn difference(&self, asked: &Asked) -> Option<String> {
        if self.method != asked.method || place(&self.target) != place(&asked.target) {
            return Some(format!("{} {}", self.method, self.target));
        }
        for (name, value) in &self.headers {
            let found = asked.headers.get(name.as_str());
            let found = found.and_then(|found| found.to_str().ok());
            if found != Some(value.as_str()) {
                return Some(format!("{name}: {value}, not {found:?}"));
            }
        }
        let json = |text: &str| serde_json::from_str::<Value>(text).ok();
        let is_same = match (json(&self.body), json(&asked.body)) {
            (Some(wanted), Some(found)) => is_like(&wanted, &found),
            _ => self.body == ANY || self.body == asked.body,
        };
        (!is_same).then(|| format!("the body {}, not {}", self.body, asked.body))
    }
}

/// A request.
struct Asked {
    method: String,
    target: String,
    headers: HeaderMap,
    body: String,
}

impl Tape {
    /// The answer to a request: of the first exchange that it is and that hasn't happened yet.
    fn answer(&mut self, asked: &Asked) -> Response {
        let mut differences = Vec::new();
        let mut found = None;
        for (index, exchange) in self.exchanges.iter().enumerate() {
            match exchange.difference(asked) {
                _ if !exchange.is_free && exchange.told > 0 => {}
                None => {
                    found = Some(index);
                    break;
                }
                Some(difference) => differences.push(format!("  {}: {difference}", exchange.name)),
            }
        }
        let Some(exchange) = found.and_then(|index| self.exchanges.get_mut(index)) else {
            self.faults.push(format!(
                "not in the recording: {} {} {}\n{}",
                asked.method,
                asked.target,
                asked.body,
                differences.join("\n")
            ));
            return with_status(StatusCode::IM_A_TEAPOT);
        };
        exchange.told += 1;
        let mut response = Response::new(Body::from(exchange.answer.clone()));
        *response.status_mut() = exchange.status;
        for (name, value) in &exchange.answer_headers {
            let name = HeaderName::try_from(name.as_str());
            let value = HeaderValue::from_str(value);
            if let (Ok(name), Ok(value)) = (name, value) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

impl Cors {
    /// Whether a preflight is let through.
    fn allows(&self, headers: &HeaderMap) -> bool {
        let asked = |name: HeaderName| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let method = asked(header::ACCESS_CONTROL_REQUEST_METHOD);
        let names = asked(header::ACCESS_CONTROL_REQUEST_HEADERS);
        let mut names = names.split(',').map(str::trim).filter(|it| !it.is_empty());
        self.allow_methods.contains(&method)
            && names.all(|name| self.allow_headers.iter().any(|allowed| allowed == name))
    }

    fn mark(&self, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        let allowed = match (self.allow_origin.as_str(), origin) {
            ("" | "echo", None) | ("", _) => return,
            ("echo", Some(origin)) => origin.clone(),
            (origin, _) => match HeaderValue::from_str(origin) {
                Ok(origin) => origin,
                Err(_) => return,
            },
        };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        let lists = [
            (
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                self.allow_headers.join(","),
            ),
            (
                header::ACCESS_CONTROL_ALLOW_METHODS,
                self.allow_methods.join(","),
            ),
            (header::ACCESS_CONTROL_EXPOSE_HEADERS, self.expose.clone()),
        ];
        for (name, list) in lists {
            if let Ok(list) = HeaderValue::from_str(&list) {
                headers.insert(name, list);
            }
        }
        if self.credentials {
            let yes = HeaderValue::from_static("true");
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
        }
    }
}

fn with_status(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

async fn answer(State(tape): State<Arc<Mutex<Tape>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await;
    let body = body.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let mut tape = tape.lock().unwrap_or_else(PoisonError::into_inner);
    let cors = tape.cors.clone();
    let mut response = if parts.method == Method::OPTIONS {
        if !cors.allows(&parts.headers) {
            return with_status(StatusCode::FORBIDDEN);
        }
        with_status(StatusCode::NO_CONTENT)
    } else {
        tape.answer(&Asked {
            method: parts.method.to_string(),
            target: parts.uri.to_string(),
            headers: parts.headers.clone(),
            body: body.unwrap_or_default(),
        })
    };
    drop(tape);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    cors.mark(parts.headers.get(header::ORIGIN), headers);
    response
}
