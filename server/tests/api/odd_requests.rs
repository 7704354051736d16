//! Requests put together at random, of what every part of one can hold: whatever is sent, the server
//! doesn't fail, and goes on.

use reqwest::header::HeaderValue;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::{Answer, TestApp};

/// What is sent. By `AFTERWORD_SEED` another time something else.
const SEED: u64 = 20_261_128;
const REQUESTS: u32 = 2_000;

const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// What takes which fields, in its query or in its body; `{}` is a place for an id, or a name.
const CALLS: [(&str, &str, &str); 29] = [
    (
        "GET",
        "/api/v1/comments",
        "page page site sort limit replies cursor",
    ),
    ("POST", "/api/v1/comments", ""),
    ("GET", "/api/v1/comments/{}", ""),
    ("PATCH", "/api/v1/comments/{}", ""),
    ("DELETE", "/api/v1/comments/{}", "undo"),
    ("GET", "/api/v1/comments/{}/replies", "limit cursor"),
    ("PUT", "/api/v1/comments/{}/thoughts", ""),
    ("GET", "/api/v1/comments/{}/history", "cursor"),
    ("POST", "/api/v1/comments/{}/restore", ""),
    ("POST", "/api/v1/comments/{}/reports", ""),
    ("PUT", "/api/v1/thoughts", "page page site"),
    ("POST", "/api/v1/transfers", ""),
    ("POST", "/api/v1/transfers/fetch", ""),
    ("POST", "/api/v1/preview", ""),
    ("POST", "/api/v1/images", ""),
    ("GET", "/api/v1/counts", "page page site"),
    ("GET", "/api/v1/search", "page page q q cursor"),
    ("GET", "/api/v1/changes", "page page since since"),
    (
        "GET",
        "/api/v1/thread.html",
        "page page title url lang sort limit cursor max_depth",
    ),
    ("GET", "/thread", PAGE),
    ("GET", "/thread", PAGE),
    ("POST", "/thread/comments", FORM),
    ("POST", "/thread/comments", FORM),
    ("POST", "/thread/comments/{}", FORM),
    ("POST", "/thread/comments/{}/delete", FORM),
    ("POST", "/thread/comments/{}/thoughts", "add remove lang"),
    ("POST", "/thread/thoughts", "page page add remove site"),
    ("GET", "/images/{}", ""),
    ("GET", "/assets/{}", ""),
];
const PAGE: &str = "page page page site title url lang sort cursor comment branch reply edit delete token \
    receipt said reacted";
const FORM: &str =
    "page page page site title url lang text text text author website parent key token preview";

/// `{}` is a comment's id, `[]` its token.
const VALUES: [&str; 38] = [
    "",
    "/a",
    "/a",
    "/a",
    "{}",
    "{}",
    "[]",
    "newest",
    "oldest",
    "top",
    "discussed",
    "-1",
    "0",
    "1",
    "200",
    "500",
    "4294967295",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999",
    "1~{}",
    "1.{}",
    "9223372036854775807~{}",
    "'",
    "\"",
    "%",
    "a\0b",
    "../..",
    "#17",
    "#99999999999",
    "💪",
    "é",
    "\u{202e}",
    "up",
    "😂",
    "on",
    "saved",
    "pt-BR-x-private",
];

struct Chance(u64);

impl Chance {
    /// A number below that (Marsaglia's xorshift).
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 32).unwrap() % bound
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn value(&mut self, (id, token): (&str, &str)) -> String {
        match self.below(20) {
            0 => self.one(&VALUES).repeat(400),
            1 => self.one(&VALUES).to_owned() + self.one(&VALUES),
            _ => self.one(&VALUES).to_owned(),
        }
        .replace("{}", id)
        .replace("[]", token)
    }

    /// Those of the names, mostly once each, with values, as a form or a query has them; now and then
    /// with one that nobody knows, or a byte that is no text.
    fn fields(&mut self, names: &str, known: (&str, &str)) -> String {
        let mut fields = url::form_urlencoded::Serializer::new(String::new());
        let mut names: Vec<&str> = names.split_whitespace().collect();
        if self.below(20) == 0 {
            names.push("colour");
        }
        for _ in 0..self.below(6) {
            if names.is_empty() {
                break;
            }
            let name = self.one(&names);
            let usual = match name {
                "page" => "/a",
                "site" => "default",
                "sort" => self.one(&["newest", "oldest", "top", "discussed"]),
                "limit" | "replies" | "max_depth" | "since" => self.one(&["1", "2", "50"]),
                "cursor" | "comment" | "branch" | "reply" | "edit" | "delete" | "parent" => known.0,
                "token" => known.1,
                "add" | "remove" => self.one(&["up", "down", "😂"]),
                _ => "usual",
            };
            let value = match self.below(4) {
                0 => self.value(known),
                _ => usual.to_owned(),
            };
            fields.append_pair(name, &value);
            if self.below(20) > 0 {
                names.retain(|other| *other != name);
            }
        }
        let mut fields = fields.finish();
        if self.below(20) == 0 {
            fields.push_str(self.one(&["&q=%ff", "&&&", "=", "&page", "&page=%"]));
        }
        fields
    }

    fn json(&mut self, known: (&str, &str)) -> String {
        let value = self.value(known);
        let list = [self.value(known), self.value(known)];
        let whole = match self.below(9) {
            0 => json!({ "page": "/a", "text": value }),
            1 => json!({ "page": value, "text": "x", "parent": list[0], "author": list[1] }),
            2 => {
                json!({ "page": "/a", "text": "x", "title": list[0], "url": list[1], "website": value })
            }
            3 => json!({ "text": value }),
            4 => json!({ "vote": value, "reactions": list }),
            5 => json!({ "tokens": [{ "id": known.0, "edit_token": value }] }),
            6 => json!({ "code": value }),
            7 => json!({ "reason": list[0], "text": value }),
            _ => json!([value, { "deep": list }, null, 1e300]),
        };
        let mut whole = whole.to_string();
        match self.below(12) {
            0 => {
                let cut = whole.floor_char_boundary(self.below(whole.len()));
                whole.truncate(cut);
            }
            1 => whole = "[".repeat(5_000),
            _ => {}
        }
        whole
    }
}

#[tokio::test]
async fn whatever_is_sent_the_server_goes_on() {
    let seed = std::env::var("AFTERWORD_SEED").ok();
    let mut chance = Chance(seed.map_or(SEED, |seed| seed.parse().unwrap()));
    let app = TestApp::with()
        .set(|settings| {
            settings.image_bytes = Some(10_000);
            settings.edit_window = Some(0);
        })
        .start()
        .await;
    let root = app.comments("/a", "**root** ||so||").await;
    let reply = app.answers("/a", &root.comment.id, "reply").await;
    let known = [&root, &reply].map(|it| (it.comment.id.as_str(), it.edit_token.as_str()));
    for number in 0..REQUESTS {
        let known = chance.one(&known);
        let (method, path, names) = chance.one(&CALLS);
        let method = match chance.below(12) {
            0 => chance.one(&METHODS),
            _ => method,
        };
        let is_form = path.starts_with("/thread");
        let name = match chance.below(3) {
            0 => {
                let value = chance.value(known);
                url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
            }
            _ => known.0.to_owned(),
        };
        let path = path.replace("{}", &name);
        let in_query = method == "GET" || !is_form || chance.below(5) == 0;
        let query = match in_query {
            true => chance.fields(names, known),
            false => String::new(),
        };
        let address = format!("{path}?{query}");
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut call = app.request(method.clone(), &address);
        for header in [
            "authorization",
            "idempotency-key",
            "if-none-match",
            "accept-language",
            "accept-encoding",
            "origin",
            "sec-fetch-site",
            "x-forwarded-for",
            "last-event-id",
        ] {
            if chance.below(if header == "authorization" { 2 } else { 6 }) > 0 {
                continue;
            }
            let value = match chance.below(3) {
                0 => format!("Bearer {}", known.1),
                1 => "*".to_owned(),
                _ => chance.value(known),
            };
            if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                call = call.header(header, value);
            }
        }
        if !matches!(method, Method::GET | Method::HEAD) {
            let (kind, body) = match chance.below(8) {
                0 => ("text/plain", chance.value(known)),
                _ if is_form => (
                    "application/x-www-form-urlencoded",
                    chance.fields(names, known),
                ),
                _ => ("application/json", chance.json(known)),
            };
            call = call.header("content-type", kind).body(body);
        }
        let answer = Answer::to(call).await;
        assert!(
            answer.status < StatusCode::INTERNAL_SERVER_ERROR,
            "{number}: {method} {address}: {} {}",
            answer.status,
            answer.body
        );
        // A refusal is told in the words of the protocol, or on a page.
        if answer.status.is_client_error() && method != Method::HEAD {
            let kind = answer.header("content-type");
            let is_told = kind == "application/problem+json" || kind.starts_with("text/html");
            assert!(is_told, "{number}: {method} {address}: {kind}");
        }
    }
    app.get("/comments?page=/a")
        .await
        .json::<serde_json::Value>(StatusCode::OK);
}
