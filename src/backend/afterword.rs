//! Whatever speaks Afterword's protocol (`docs/protocol.md`): a server over HTTP, or an adapter in the
//! page (`src/backend/README.md`), which is called as a server would be and translates for another.

use afterword_protocol::{
    API_PREFIX, Comment, CommentDetail, CommentList, Created, Deletion, EditComment,
    IDEMPOTENCY_KEY, NewComment, Preview, PreviewRequest, ProblemKind, READER, Replies, Sort,
    Thoughts,
};
use gloo_net::http::Response;
use js_sys::{Array, Function, Object, Promise, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Blob, ReadableStreamDefaultReader, RequestInit};

use super::{Answer, Backend};
use crate::browser::wire::{from_value, to_json};
use crate::browser::{property, set, storage, text_property};
use crate::config::Config;
use crate::thread::Failure;
use crate::thread::thought::told;

/// How long a reader is made to wait for an answer, in milliseconds: the whole of it, not its
/// first byte.
const PATIENCE: u32 = 20_000;

/// The longest answer that is read, in bytes. The largest portion of the longest comments is below.
const LONGEST_ANSWER: u32 = 32_000_000;

/// A backend that speaks the Afterword protocol.
pub struct Afterword {
    api: String,
    config: Config,
    adapter: Option<Function>,
    post: Option<Function>,
    offers: String,
}

impl Afterword {
    /// The server at the configuration's `api`; or an adapter, which is called with method, path,
    /// JSON and token or key, and `offers` that. A server's comments are posted by `post`, which is
    /// called as an adapter is.
    #[must_use]
    pub fn new(
        config: &Config,
        adapter: Option<Function>,
        post: Option<Function>,
        offers: String,
    ) -> Self {
        let api = match adapter {
            Some(_) => String::new(),
            None => [&config.api, API_PREFIX].concat(),
        };
        Self {
            api,
            config: config.clone(),
            post: adapter.clone().or(post),
            adapter,
            offers,
        }
    }

    fn call(&self, method: &'static str, url: String) -> Call {
        // What everybody may read is asked for without: then it need not be asked whether that may be.
        let is_own = method != "GET" && self.adapter.is_none();
        let site = self.config.site.as_deref().unwrap_or_default();
        let reader = is_own.then(|| storage::reader(&self.config.api, site));
        Call {
            adapter: self.adapter.clone(),
            method,
            url,
            header: None,
            reader: reader.flatten(),
            body: None,
        }
    }

    fn comment_url(&self, id: &str) -> String {
        [&self.api, "/comments/", &encode(id)].concat()
    }
}

fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// A request.
struct Call {
    adapter: Option<Function>,
    method: &'static str,
    url: String,
    header: Option<(&'static str, String)>,
    reader: Option<String>,
    body: Option<String>,
}

impl Call {
    fn header(mut self, name: &'static str, value: String) -> Self {
        self.header = Some((name, value));
        self
    }

    fn authorized(self, token: &str) -> Self {
        self.header("Authorization", ["Bearer ", token].concat())
    }

    fn body(mut self, body: &impl Serialize) -> Self {
        self.body = to_json(body);
        self
    }

    /// Sends it, and reads the answer. The answer's type is no parameter of the part that waits:
    /// every copy of it would cost the page half a kilobyte.
    fn send<T: DeserializeOwned + 'static>(self) -> Answer<T> {
        let answer: Answer<JsValue> = Box::pin(exchange(self));
        Box::pin(async move { from_value(answer.await?).ok_or(Failure::BadAnswer) })
    }
}

async fn exchange(call: Call) -> Result<JsValue, Failure> {
    if let Some(adapter) = &call.adapter {
        let secret = call.header.as_ref().map(|(_, value)| value.into());
        let arguments = Array::of4(
            &call.method.into(),
            &call.url.as_str().into(),
            &call.body.map_or(JsValue::UNDEFINED, JsValue::from),
            &secret.unwrap_or_default(),
        );
        let answer = adapter.apply(&JsValue::NULL, &arguments).map_err(broken)?;
        return JsFuture::from(Promise::resolve(&answer))
            .await
            .map_err(broken);
    }
    // Leptos' own way to ask (gloo-net's) would put words to what can be wrong with a request; of ours
    // nothing can.
    let headers = Object::new();
    if let Some((name, value)) = &call.header {
        set(&headers, name, &value.into());
    }
    if let Some(reader) = &call.reader {
        set(&headers, READER, &reader.into());
    }
    let init = RequestInit::new();
    init.set_method(call.method);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    if let Some(body) = call.body {
        set(&headers, "Content-Type", &"application/json".into());
        init.set_body(&body.into());
    }
    init.set_headers(&headers);
    let window = web_sys::window().ok_or(Failure::Network)?;
    let response: web_sys::Response =
        JsFuture::from(window.fetch_with_str_and_init(&call.url, &init))
            .await
            .map_err(broken)?
            .unchecked_into();
    let response = Response::from(response);
    let (is_ok, status) = (response.ok(), response.status());
    match json(&response).await {
        Ok(body) if is_ok => Ok(body),
        Ok(body) => Err(problem(&body, status)),
        Err(Failure::BadAnswer) if !is_ok => Err(Failure::Status(status)),
        Err(failure) => Err(failure),
    }
}

/// The body, as it comes and no longer than it may be: what it claims to be long proves nothing.
async fn json(response: &Response) -> Result<JsValue, Failure> {
    let stream = response.body().ok_or(Failure::BadAnswer)?;
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let chunks = Array::new();
    let mut length = 0;
    loop {
        let step = JsFuture::from(reader.read()).await.map_err(broken)?;
        let Some(chunk) = property::<Uint8Array>(&step, "value") else {
            break;
        };
        length += chunk.length();
        if length > LONGEST_ANSWER {
            // It is not waited for: whatever it says, the answer is too long.
            let _ = reader.cancel();
            return Err(Failure::BadAnswer);
        }
        chunks.push(&chunk);
    }
    let bad = |_| Failure::BadAnswer;
    let blob = Blob::new_with_u8_array_sequence(&chunks).map_err(bad)?;
    let whole = web_sys::Response::new_with_opt_blob(Some(&blob)).map_err(bad)?;
    JsFuture::from(whole.json().map_err(bad)?)
        .await
        .map_err(bad)
}

/// Why there is no answer.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` passes it so")]
fn broken(error: JsValue) -> Failure {
    // WebKit says that the request was aborted, whatever the signal's reason; and nothing else
    // aborts a request.
    let name = text_property(&error, "name").unwrap_or_default();
    match name.as_str() {
        "TimeoutError" | "AbortError" => Failure::Timeout,
        // An adapter's.
        "BadAnswer" => Failure::BadAnswer,
        "StorageFull" => Failure::StorageFull,
        "Refusal" => {
            let status = property(&error, "status").and_then(from_value::<u32>);
            problem(&error, status.unwrap_or_default() as u16)
        }
        _ => Failure::Network,
    }
}

/// Why it was refused. Of a problem document no more is read than what decides the sentence.
fn problem(body: &JsValue, status: u16) -> Failure {
    let kind = text_property(body, "type").and_then(|uri| ProblemKind::from_type_uri(&uri));
    let limit = || from_value(property(body, "limit")?);
    kind.map_or(Failure::Status(status), |kind| {
        Failure::Problem(kind, limit())
    })
}

impl Backend for Afterword {
    fn offers(&self) -> String {
        self.offers.clone()
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
        self.call("GET", url).send()
    }

    fn replies(&self, root: String, cursor: String) -> Answer<Replies> {
        let mut url = [&self.comment_url(&root), "/replies"].concat();
        if !cursor.is_empty() {
            url.push_str("?cursor=");
            url.push_str(&encode(&cursor));
        }
        self.call("GET", url).send()
    }

    fn detail(&self, id: String, token: &str) -> Answer<CommentDetail> {
        let call = self.call("GET", self.comment_url(&id));
        if token.is_empty() || self.adapter.is_some() {
            call.send()
        } else {
            call.authorized(token).send()
        }
    }

    fn create(&self, comment: NewComment, key: String) -> Answer<Created> {
        let mut call = self.call("POST", [&self.api, "/comments"].concat());
        call.adapter.clone_from(&self.post);
        call.header(IDEMPOTENCY_KEY, key).body(&comment).send()
    }

    fn edit(&self, id: String, token: String, text: String) -> Answer<Comment> {
        self.call("PATCH", self.comment_url(&id))
            .authorized(&token)
            .body(&EditComment { text })
            .send()
    }

    fn delete(&self, id: String, token: String) -> Answer<Deletion> {
        self.call("DELETE", self.comment_url(&id))
            .authorized(&token)
            .send()
    }

    fn think(&self, id: Option<String>, voice: String, thought: &str) -> Answer<Thoughts> {
        let url = match id {
            Some(id) => [&self.comment_url(&id), "/thoughts"].concat(),
            None => {
                let page = encode(&self.config.page);
                let site = self.config.site.as_deref().unwrap_or_default();
                let about = ["/thoughts?page=", &page, "&site=", &encode(site)].concat();
                [&self.api, about.as_str()].concat()
            }
        };
        self.call("PUT", url)
            .authorized(&voice)
            .body(&told(thought))
            .send()
    }

    fn restore(&self, id: String, token: String) -> Answer<Comment> {
        let url = [&self.comment_url(&id), "/restore"].concat();
        self.call("POST", url).authorized(&token).send()
    }

    fn preview(&self, text: String) -> Answer<String> {
        let call = self.call("POST", [&self.api, "/preview"].concat());
        let answer: Answer<Preview> = call.body(&PreviewRequest { text }).send();
        Box::pin(async move { answer.await.map(|preview| preview.html) })
    }
}
