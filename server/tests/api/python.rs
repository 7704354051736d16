//! The backend in Python, `examples/backend-python`: it was written from the document, and keeps it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use afterword_conformance::{Options, Outcome, Report, run};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A running backend; it ends with the test.
struct Backend {
    child: Child,
    url: String,
    folder: TempDir,
}

impl Backend {
    fn start(arguments: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), arguments)
    }

    fn start_in(folder: TempDir, arguments: &[&str]) -> Self {
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../examples/backend-python/backend.py"
        );
        let mut child = Command::new("python3")
            .args([script, "--listen", "127.0.0.1:0", "--database"])
            .arg(folder.path().join("comments.sqlite"))
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is missing: `cargo xtask setup --tests` installs it");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap()
            .to_owned();
        Self { child, url, folder }
    }

    /// Ends it, as a machine does that loses its power, and starts it on the same file.
    fn restarted(mut self, arguments: &[&str]) -> Self {
        self.end();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        Self::start_in(folder, arguments)
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn checked(&self) -> Report {
        run(&Options::new(&self.url).unwrap(), &|_| {}).unwrap()
    }

    /// What comes back for these bytes.
    fn raw(&self, request: &str) -> String {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    }

    fn post(&self, path: &str, body: &Value, headers: &str) -> (u16, Value) {
        let body = body.to_string();
        let answer = self.raw(&format!(
            "POST /api/v1{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ));
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        (status, serde_json::from_str(body).unwrap())
    }

    fn html(&self, text: &str) -> String {
        let (status, answer) = self.post("/preview", &json!({ "text": text }), "");
        assert_eq!(status, 200, "{answer}");
        answer["html"].as_str().unwrap().to_owned()
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.end();
    }
}

const EAGER: &[&str] = &["--writes-per-minute", "0"];

#[test]
fn it_keeps_the_protocol() {
    let backend = Backend::start(EAGER);
    let report = backend.checked();
    for checked in &report.checks {
        let is_fine = matches!(checked.outcome, Outcome::Holds | Outcome::NotOffered(_));
        assert!(is_fine, "{checked}");
    }
    assert_eq!((report.exit_code(), report.left.len()), (0, 0));
    let holds = |name| report.named(name).unwrap().outcome == Outcome::Holds;
    for name in [
        "cursor",
        "tombstone",
        "idempotency-parallel",
        "counts",
        "etag",
        "html-hostile",
    ] {
        assert!(holds(name), "{name}");
    }
    for name in ["votes", "search", "events", "restore", "thread-html"] {
        assert!(!holds(name), "{name}");
    }
    // It stays so after a restart.
    let report = backend.restarted(EAGER).checked();
    assert_eq!(report.exit_code(), 0, "{}", report.summary());
}

#[test]
fn it_knows_a_little_markdown() {
    let backend = Backend::start(EAGER);
    let rel = "rel=\"nofollow ugc noopener noreferrer\"";
    let cases = [
        ("one\ntwo\r\n\r\nthree & <b>", "<p>one<br>\ntwo</p>\n<p>three &amp; &lt;b&gt;</p>\n".to_owned()),
        (
            "*a* _a b_ **b *c* d** `e*f*` 2*3*4 snake_case_name",
            "<p><em>a</em> <em>a b</em> <strong>b <em>c</em> d</strong> <code>e*f*</code> 2*3*4 snake_case_name</p>\n".to_owned(),
        ),
        (
            "> a\n> > b\n\nc",
            "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>\n<p>c</p>\n".to_owned(),
        ),
        (
            "```rust x\n<i>\n\n```\nd",
            "<pre><code class=\"language-rust\">&lt;i&gt;\n\n</code></pre>\n<p>d</p>\n".to_owned(),
        ),
        (
            "See https://a.example/?b=1&c=2. [d *e*](mailto:f@g.example)",
            format!(
                "<p>See <a href=\"https://a.example/?b=1&amp;c=2\" {rel}>https://a.example/?b=1&amp;c=2</a>. \
                 <a href=\"mailto:f@g.example\" {rel}>d <em>e</em></a></p>\n"
            ),
        ),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n".to_owned()),
    ];
    for (text, html) in cases {
        assert_eq!(backend.html(text), html);
    }
    let kind =
        |text: &str| backend.post("/preview", &json!({ "text": text }), "").1["type"].clone();
    assert_eq!(
        kind(&"> ".repeat(9)),
        "urn:afterword:problem:text-too-nested"
    );
    assert_eq!(
        kind(&"http://a.example ".repeat(11)),
        "urn:afterword:problem:too-many-links"
    );
}

/// Texts that are made to take long take no longer than others.
#[test]
fn it_is_not_kept_busy() {
    let backend = Backend::start(EAGER);
    for text in [
        "*",
        "**a",
        "[",
        "[a](http://",
        "`",
        "> ",
        "*a ",
        "**a*b",
        "_",
        "_a ",
        "http://",
        "```\n",
        "a* ",
    ] {
        let text = text.repeat(9_900 / text.len());
        let begin = Instant::now();
        backend.post("/preview", &json!({ "text": text }), "");
        assert!(begin.elapsed() < Duration::from_secs(5), "{}", &text[..10]);
    }
}

#[test]
fn only_pages_of_the_site_send_comments_and_not_too_many() {
    let backend = Backend::start(&["--origins", "https://a.example", "--writes-per-minute", "3"]);
    let body = json!({ "page": "/a", "text": "x" });
    let post = |origin: &str| {
        let (status, answer) = backend.post("/comments", &body, &format!("Origin: {origin}\r\n"));
        (
            status,
            answer["type"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let foreign = (403, "urn:afterword:problem:origin-not-allowed".to_owned());
    assert_eq!(post("https://b.example"), foreign);
    for _ in 0..3 {
        assert_eq!(post("https://a.example").0, 201);
    }
    let (status, kind) = post("https://a.example");
    assert_eq!(
        (status, kind.as_str()),
        (429, "urn:afterword:problem:rate-limited")
    );
}

/// Whatever is sent, it is answered in the same form, and the next one is answered, too.
#[test]
fn it_outlives_what_is_no_http() {
    let backend = Backend::start(EAGER);
    let post = "POST /api/v1/comments HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n";
    let requests = [
        format!("{post}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        format!("{post}Content-Length: many\r\n\r\n"),
        format!("{post}Content-Length: 22\r\n\r\n{{\"page\":\"\\ud800\",\"t\":1}}"),
        format!("{post}Content-Length: 99999999999\r\n\r\n"),
        format!("{post}Content-Length: 20000\r\n\r\n{}", "[".repeat(20_000)),
        "GET //[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
        "GET /api/v1/comments?page=%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
        "GET /api/v1/comments/%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
    ];
    for request in requests {
        let answer = backend.raw(&request);
        assert!(
            answer.starts_with("HTTP/1.1 4"),
            "{}: {answer}",
            &request[..60]
        );
        assert!(answer.contains("application/problem+json"), "{answer}");
        assert!(answer.contains("urn:afterword:problem:"), "{answer}");
    }
    assert_eq!(backend.html("still here"), "<p>still here</p>\n");
}
