//! What a server may answer, and what it is asked.

use afterword::backend::{Afterword, Backend};
use afterword::config::{Attributes, Config};
use afterword::thread::Failure;
use afterword_protocol::{NewComment, ProblemKind, Sort};
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::window;

/// Stands in for a property of an object until it is dropped.
struct Patched {
    object: JsValue,
    name: &'static str,
    original: JsValue,
}

impl Patched {
    /// `code` is the body of a function of `(...args)`.
    fn new(object: JsValue, name: &'static str, code: &str) -> Self {
        let original = Reflect::get(&object, &name.into()).unwrap();
        let patch = Function::new_with_args("...args", code);
        Reflect::set(&object, &name.into(), &patch).unwrap();
        Self {
            object,
            name,
            original,
        }
    }

    /// A network where every request is answered by what that code returns.
    fn network(answer: &str) -> Self {
        Reflect::set(&window(), &"requests_".into(), &Array::new()).unwrap();
        let code = format!(
            "const request = new Request(...args);
             return (async () => {{
                 const {{ method, url, signal }} = request;
                 window.requests_.push([method, url, JSON.stringify([...request.headers]), await request.text()]);
                 {answer}
             }})();"
        );
        Self::new(window().into(), "fetch", &code)
    }
}

impl Drop for Patched {
    fn drop(&mut self) {
        Reflect::set(&self.object, &self.name.into(), &self.original).unwrap();
    }
}

/// The requests so far: method, address, headers, body.
fn requests() -> Vec<Vec<String>> {
    let requests: Array = Reflect::get(&window(), &"requests_".into())
        .unwrap()
        .unchecked_into();
    let strings = |request: JsValue| {
        let request: Array = request.unchecked_into();
        request.iter().map(|it| it.as_string().unwrap()).collect()
    };
    requests.iter().map(strings).collect()
}

fn server() -> Afterword {
    let (config, _) = Config::new(Attributes {
        api: "https://comments.example.org/base".to_owned(),
        page_id: "/a & b/?ü".to_owned(),
        site: Some("my site".to_owned()),
        ..Attributes::default()
    });
    Afterword::new(&config, None, None, String::new())
}

/// Why a list could not be had from a server that answers so.
async fn failure(answer: &str) -> Failure {
    let _network = Patched::network(answer);
    match server().list(Sort::Newest, 50, None).await {
        Err(failure) => failure,
        Ok(list) => panic!("{answer} gave {list:?}"),
    }
}

const LIST: &str = r#"{"branches": [], "total": 7, "limits":
    {"text_bytes": 1, "author_bytes": 2, "edit_seconds": 3}, "something": ["of", "a later version"]}"#;

#[wasm_bindgen_test]
async fn a_list_is_asked_for_and_read() {
    let _network = Patched::network(&format!("return new Response(`{LIST}`)"));
    let list = server()
        .list(Sort::Oldest, 20, Some("c+d".to_owned()))
        .await;
    let list = list.unwrap();
    assert_eq!((list.total, list.limits.edit_seconds), (7, 3));
    assert_eq!(
        requests(),
        [[
            "GET",
            "https://comments.example.org/base/api/v1/comments?page=%2Fa%20%26%20b%2F%3F%C3%BC&sort=oldest&limit=20&site=my%20site&cursor=c%2Bd",
            "[]",
            ""
        ]]
    );
}

#[wasm_bindgen_test]
async fn a_comment_is_sent_with_its_key() {
    let _network = Patched::network(
        r#"return new Response(`{"comment": {"id": "x", "number": 1, "created": "2026-11-23T19:14:36.626Z", "html": ""}, "edit_token": "t"}`, {status: 201})"#,
    );
    let comment = NewComment {
        page: "/".to_owned(),
        author: Some("Ada".to_owned()),
        text: "\"hi\"\n💪".to_owned(),
        ..NewComment::default()
    };
    let created = server().create(comment, "k".repeat(32)).await.unwrap();
    assert_eq!(created.edit_token, "t");
    let key = "k".repeat(32);
    assert_eq!(
        requests(),
        [[
            "POST",
            "https://comments.example.org/base/api/v1/comments",
            &format!(r#"[["content-type","application/json"],["idempotency-key","{key}"]]"#),
            r#"{"page":"/","author":"Ada","text":"\"hi\"\n💪"}"#
        ]]
    );
}

#[wasm_bindgen_test]
async fn a_token_goes_along_with_a_change() {
    let _network = Patched::network("return new Response('{}')");
    let deletion = server().delete("a/b".to_owned(), "secret".to_owned()).await;
    assert_eq!(deletion.unwrap().tombstone, None);
    let edit = server()
        .edit("a".to_owned(), "secret".to_owned(), "new".to_owned())
        .await;
    assert_eq!(edit.unwrap_err(), Failure::BadAnswer);
    let requests = requests();
    assert_eq!(
        requests[0][..3],
        [
            "DELETE",
            "https://comments.example.org/base/api/v1/comments/a%2Fb",
            r#"[["authorization","Bearer secret"]]"#
        ]
    );
    assert_eq!(
        (&*requests[1][0], &*requests[1][3]),
        ("PATCH", r#"{"text":"new"}"#)
    );
}

#[wasm_bindgen_test]
async fn an_answer_that_makes_no_sense_is_a_bad_answer() {
    for body in [
        "''",
        "'<!doctype html>'",
        "'nul'",
        "'null'",
        "'[]'",
        "'{}'",
        "'\"branches\"'",
        r#"'{"branches": ['"#,
        r#"'{"branches": {}, "total": 0, "limits": {"text_bytes": 1, "author_bytes": 2, "edit_seconds": 3}}'"#,
        r#"'{"branches": [null], "total": 0, "limits": {"text_bytes": 1, "author_bytes": 2, "edit_seconds": 3}}'"#,
        r#"'{"branches": [], "total": -1, "limits": {"text_bytes": 1, "author_bytes": 2, "edit_seconds": 3}}'"#,
        r#"'{"branches": [], "total": 1.5, "limits": {"text_bytes": 1, "author_bytes": 2, "edit_seconds": 3}}'"#,
        r#"'{"branches": [], "total": 1e300, "limits": {"text_bytes": 1, "author_bytes": 2, "edit_seconds": 3}}'"#,
        r#"'{"branches": [], "total": "1", "limits": {"text_bytes": 1, "author_bytes": 2, "edit_seconds": 3}}'"#,
        "new Uint8Array([0xff, 0xfe, 0x7b])",
        "null",
    ] {
        let failure = failure(&format!("return new Response({body})")).await;
        assert_eq!(failure, Failure::BadAnswer, "{body}");
    }
}

#[wasm_bindgen_test]
async fn an_answer_that_is_cut_short_is_no_answer() {
    let cut = r#"return new Response(new ReadableStream({
        start(stream) {
            stream.enqueue(new TextEncoder().encode('{"branches": ['));
        },
        pull(stream) { stream.error(new TypeError("network error")); },
    }))"#;
    assert_eq!(failure(cut).await, Failure::Network);
    assert_eq!(
        failure("throw new TypeError('Failed to fetch')").await,
        Failure::Network
    );
}

/// It is given up as soon as it is too long; nobody waits for its end, and none has to be near.
#[wasm_bindgen_test]
async fn an_answer_without_end_is_given_up() {
    let endless = r#"
        window.cancelled_ = false;
        return new Response(new ReadableStream({
            pull(stream) { stream.enqueue(new Uint8Array(1 << 20).fill(32)); },
            cancel() { window.cancelled_ = true; },
        }))"#;
    assert_eq!(failure(endless).await, Failure::BadAnswer);
    let cancelled = Reflect::get(&window(), &"cancelled_".into()).unwrap();
    assert!(cancelled.is_truthy());
}

#[wasm_bindgen_test]
async fn patience_has_an_end() {
    // The signal that the browser's own fetch is given is one whose time is over.
    let signal = Reflect::get(&window(), &"AbortSignal".into()).unwrap();
    let _clock = Patched::new(
        signal,
        "timeout",
        "return AbortSignal.abort(new DOMException('late', 'TimeoutError'))",
    );
    let answer = server().list(Sort::Newest, 50, None).await;
    assert_eq!(answer.unwrap_err(), Failure::Timeout);
    // It ends in the middle of an answer, too.
    let slow = r"return new Response(new ReadableStream({
        pull(stream) { stream.error(signal.reason); },
    }))";
    assert_eq!(failure(slow).await, Failure::Timeout);
}

#[wasm_bindgen_test]
async fn a_refusal_says_why() {
    let problem = |body: &str, status: u16| {
        format!(
            "return new Response(`{body}`, {{status: {status}, headers: {{'Content-Type': 'application/problem+json'}}}})"
        )
    };
    let known = problem(
        r#"{"type": "urn:afterword:problem:rate-limited", "title": "", "status": 429, "limit": 17}"#,
        429,
    );
    assert_eq!(
        failure(&known).await,
        Failure::Problem(ProblemKind::RateLimited, Some(17))
    );
    let odd = problem(
        r#"{"type": "urn:afterword:problem:too-deep", "limit": "many"}"#,
        422,
    );
    assert_eq!(
        failure(&odd).await,
        Failure::Problem(ProblemKind::TooDeep, None)
    );
    for body in [
        r#"{"type": "urn:afterword:problem:of-a-later-version"}"#,
        r#"{"type": 7}"#,
        "{}",
        "null",
        "<h1>Bad gateway</h1>",
        "",
    ] {
        assert_eq!(
            failure(&problem(body, 502)).await,
            Failure::Status(502),
            "{body}"
        );
    }
}
