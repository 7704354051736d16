//! Afterword's own server, and any other that speaks its protocol (`docs/protocol.md`).

use afterword_protocol::{
    API_PREFIX, Comment, CommentDetail, CommentList, Created, Deletion, EditComment,
    IDEMPOTENCY_KEY, NewComment, Preview, PreviewRequest, Problem, ProblemKind, Replies, Sort,
};
use gloo_net::http::{Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::{Answer, Backend, Capabilities};
use crate::browser::storage::to_json;
use crate::config::Config;
use crate::thread::Failure;

/// How long a reader is made to wait for an answer, in milliseconds: the whole of it, not its
/// first byte.
const PATIENCE: u32 = 20_000;

/// The longest answer that is read, in bytes. The largest portion of the longest comments is below.
const LONGEST_ANSWER: u32 = 32_000_000;

/// A server that speaks the Afterword protocol.
pub struct Afterword {
    api: String,
    config: Config,
}

impl Afterword {
    /// The server at the configuration's `api`.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            api: [&config.api, API_PREFIX].concat(),
            config: config.clone(),
        }
    }

    fn comment_url(&self, id: &str) -> String {
        [&self.api, "/comments/", &encode(id)].concat()
    }
}

fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// A request without its body.
struct Call {
    method: Method,
    url: String,
    header: Option<(&'static str, String)>,
}

impl Call {
    const fn new(method: Method, url: String) -> Self {
        Self {
            method,
            url,
            header: None,
        }
    }

    fn authorized(mut self, token: &str) -> Self {
        self.header = Some(("Authorization", ["Bearer ", token].concat()));
        self
    }

    /// Sends it, and reads the answer. The body's type is no parameter of the part that waits:
    /// every copy of it would cost the page half a kilobyte.
    fn send<T: DeserializeOwned>(self, body: Option<String>) -> Answer<T> {
        Box::pin(async move {
            let answer = exchange(self, body).await?;
            serde_wasm_bindgen::from_value(answer).map_err(|_| Failure::BadAnswer)
        })
    }

    fn send_with<T: DeserializeOwned>(self, body: &impl Serialize) -> Answer<T> {
        let body = to_json(body);
        self.send(body)
    }
}

async fn exchange(call: Call, body: Option<String>) -> Result<JsValue, Failure> {
    let mut builder = RequestBuilder::new(&call.url)
        .method(call.method)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    if let Some((name, value)) = call.header {
        builder = builder.header(name, &value);
    }
    let request = match body {
        Some(body) => builder
            .header("Content-Type", "application/json")
            .body(body),
        None => builder.build(),
    }
    .map_err(|_| Failure::Network)?;
    let window = web_sys::window().ok_or(Failure::Network)?;
    let request: web_sys::Request = request.into();
    let response = JsFuture::from(window.fetch_with_request(&request))
        .await
        .map_err(refused)?;
    let response = web_sys::Response::from(response);
    let length = response.headers().get("Content-Length").ok().flatten();
    if length
        .and_then(|bytes| bytes.parse().ok())
        .is_some_and(|bytes: u32| bytes > LONGEST_ANSWER)
    {
        return Err(Failure::BadAnswer);
    }
    let status = response.status();
    let is_ok = response.ok();
    let body = match response.json() {
        Ok(body) => JsFuture::from(body).await,
        Err(error) => Err(error),
    };
    match body {
        Ok(body) if is_ok => Ok(body),
        Ok(body) => Err(problem(body, status)),
        Err(_) if !is_ok => Err(Failure::Status(status)),
        Err(error) if is_timeout(&error) => Err(Failure::Timeout),
        Err(_) => Err(Failure::BadAnswer),
    }
}

fn problem(body: JsValue, status: u16) -> Failure {
    serde_wasm_bindgen::from_value::<Problem>(body)
        .ok()
        .and_then(|problem| {
            let kind = ProblemKind::from_type_uri(&problem.type_uri)?;
            Some(Failure::Problem(kind, problem.limit))
        })
        .unwrap_or(Failure::Status(status))
}

fn is_timeout(error: &JsValue) -> bool {
    crate::browser::text_property(error, "name").is_some_and(|name| name == "TimeoutError")
}

fn refused(error: JsValue) -> Failure {
    if is_timeout(&error) {
        Failure::Timeout
    } else {
        Failure::Network
    }
}

impl Backend for Afterword {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            preview: true,
            local: false,
        }
    }

    fn list(&self, sort: Sort, limit: u32, cursor: Option<String>) -> Answer<CommentList> {
        let mut url = [
            &self.api,
            "/comments?page=",
            &encode(&self.config.page),
            "&sort=",
            sort.as_str(),
            "&limit=",
            &limit.to_string(),
        ]
        .concat();
        for (name, value) in [("&site=", &self.config.site), ("&cursor=", &cursor)] {
            if let Some(value) = value {
                url.push_str(name);
                url.push_str(&encode(value));
            }
        }
        Call::new(Method::GET, url).send(None)
    }

    fn replies(&self, root: String, cursor: String) -> Answer<Replies> {
        let url = [
            &self.comment_url(&root),
            "/replies?cursor=",
            &encode(&cursor),
        ]
        .concat();
        Call::new(Method::GET, url).send(None)
    }

    fn detail(&self, id: String) -> Answer<CommentDetail> {
        Call::new(Method::GET, self.comment_url(&id)).send(None)
    }

    fn create(&self, comment: NewComment, key: String) -> Answer<Created> {
        let mut call = Call::new(Method::POST, [&self.api, "/comments"].concat());
        call.header = Some((IDEMPOTENCY_KEY, key));
        call.send_with(&comment)
    }

    fn edit(&self, id: String, token: String, text: String) -> Answer<Comment> {
        let call = Call::new(Method::PATCH, self.comment_url(&id)).authorized(&token);
        call.send_with(&EditComment { text })
    }

    fn delete(&self, id: String, token: String) -> Answer<Deletion> {
        Call::new(Method::DELETE, self.comment_url(&id))
            .authorized(&token)
            .send(None)
    }

    fn preview(&self, text: String) -> Answer<String> {
        let call = Call::new(Method::POST, [&self.api, "/preview"].concat());
        let answer: Answer<Preview> = call.send_with(&PreviewRequest { text });
        Box::pin(async move { answer.await.map(|preview| preview.html) })
    }
}
