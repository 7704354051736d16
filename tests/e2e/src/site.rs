//! A web server for whatever a test wants to serve: pages that embed comments, and backends that
//! answer as no good backend would.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Contents,
}

#[derive(Clone, Debug)]
enum Contents {
    Whole(Bytes),
    /// These bytes, of which more were announced than come.
    Cut(Bytes),
    /// This chunk so many times.
    Repeated(Bytes, usize),
    /// None, for as long as the client waits.
    Never,
}

impl Reply {
    /// That text, of that media type.
    pub fn new(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            status: StatusCode::OK,
            headers: vec![(header::CONTENT_TYPE, HeaderValue::from_static(content_type))],
            body: Contents::Whole(body.into()),
        }
    }

    /// A page.
    pub fn html(body: impl Into<Bytes>) -> Self {
        Self::new("text/html; charset=utf-8", body)
    }

    /// A script.
    pub fn javascript(body: impl Into<Bytes>) -> Self {
        Self::new("text/javascript; charset=utf-8", body)
    }

    /// A JSON document.
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self::new("application/json", body)
    }

    /// An answer that doesn't come.
    #[must_use]
    pub fn never() -> Self {
        Self {
            status: StatusCode::OK,
            headers: Vec::new(),
            body: Contents::Never,
        }
    }

    /// JSON of which the connection breaks in the middle.
    pub fn cut(body: impl Into<Bytes>) -> Self {
        Self {
            body: Contents::Cut(body.into()),
            ..Self::json("")
        }
    }

    /// JSON that repeats a chunk so often.
    pub fn repeated(chunk: impl Into<Bytes>, times: usize) -> Self {
        Self {
            body: Contents::Repeated(chunk.into(), times),
            ..Self::json("")
        }
    }

    /// The same with another status.
    #[must_use]
    pub fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    fn into_response(self) -> Response {
        let body = match self.body {
            Contents::Whole(bytes) => Body::from(bytes),
            Contents::Cut(bytes) => {
                // What is not at hand at once makes the server send what it has.
                let cut = stream::once(async {
                    tokio::task::yield_now().await;
                    Err(std::io::Error::other("cut"))
                });
                Body::from_stream(stream::iter([Ok(bytes)]).chain(cut))
            }
            Contents::Repeated(chunk, times) => Body::from_stream(stream::iter(
                std::iter::repeat_n(Ok::<_, Infallible>(chunk), times),
            )),
            Contents::Never => Body::empty(),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers);
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for name in [
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            header::ACCESS_CONTROL_ALLOW_METHODS,
        ] {
            headers.insert(name, HeaderValue::from_static("*"));
        }
        response
    }
}

#[derive(Debug, Default)]
struct Shelf {
    /// By path, and by method where it matters.
    replies: HashMap<(Option<Method>, String), Reply>,
    requests: Vec<(Method, String)>,
}

/// A web server on a port of its own, which is to say an origin of its own.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    shelf: Arc<Mutex<Shelf>>,
    task: JoinHandle<()>,
}

impl Site {
    /// Starts one that has nothing yet but the script by which pages tell their errors.
    ///
    /// # Errors
    /// When the system has no port left.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shelf = Arc::<Mutex<Shelf>>::default();
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&shelf));
        let task = tokio::spawn(async move {
            // It ends with the task.
            let _ = axum::serve(listener, app).await;
        });
        let site = Self {
            address,
            shelf,
            task,
        };
        site.serve("/probe.js", Reply::javascript(include_str!("probe.js")));
        site.serve("/favicon.ico", Reply::new("image/x-icon", ""));
        Ok(site)
    }

    /// Starts one that has the widget's files, and knows nothing of comments.
    ///
    /// # Errors
    /// When dist/ isn't built, or the system has no port left.
    pub async fn with_widget() -> Result<Self> {
        let site = Self::start().await?;
        let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist");
        let mut folders = vec![dist.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).context("dist/ isn't built")? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let media_type = match path.extension().and_then(|it| it.to_str()) {
                    Some("js") => "text/javascript",
                    Some("css") => "text/css",
                    Some("wasm") => "application/wasm",
                    Some("json") => "application/json",
                    _ => continue,
                };
                let name = path.strip_prefix(&dist)?.display();
                let reply = Reply::new(media_type, std::fs::read(&path)?);
                site.serve(&format!("/{name}"), reply);
            }
        }
        Ok(site)
    }

    /// From now on the answer at that path, whatever the query.
    pub fn serve(&self, path: &str, reply: Reply) {
        self.put(None, path, reply);
    }

    /// From now on the answer to that method at that path, whatever the query.
    pub fn serve_to(&self, method: Method, path: &str, reply: Reply) {
        self.put(Some(method), path, reply);
    }

    fn put(&self, method: Option<Method>, path: &str, reply: Reply) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.replies.insert((method, path.to_owned()), reply);
    }

    /// The address of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How often that path has been asked for by that method.
    #[must_use]
    pub fn requests(&self, method: &str, path: &str) -> usize {
        let shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf
            .requests
            .iter()
            .filter(|(m, p)| m.as_str() == method && p == path)
            .count()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(shelf): State<Arc<Mutex<Shelf>>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let method = request.method().clone();
    // Who answers before all of the question has come breaks the connection, and with it the rest
    // of the answer.
    let _ = axum::body::to_bytes(request.into_body(), usize::MAX).await;
    let reply = {
        let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let of_method = shelf.replies.get(&(Some(method.clone()), path.clone()));
        let reply = of_method.or_else(|| shelf.replies.get(&(None, path.clone())));
        let reply = reply.cloned();
        shelf.requests.push((method.clone(), path));
        reply
    };
    if method == Method::OPTIONS {
        return Reply::json("").into_response();
    }
    match reply {
        Some(Reply {
            body: Contents::Never,
            ..
        }) => {
            // Until the client hangs up, which drops this.
            tokio::time::sleep(Duration::MAX).await;
            Response::default()
        }
        Some(reply) => reply.into_response(),
        None => Reply::html("There is nothing here")
            .status(StatusCode::NOT_FOUND)
            .into_response(),
    }
}
