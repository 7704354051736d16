//! Answers that many are given: never outdated, never somebody else's.

use std::io::Read;

use afterword_protocol::CommentList;
use reqwest::{Method, StatusCode};
use sqlx::Connection;

use crate::app::{Answer, TestApp};

const FRAGMENT: &str = "/thread.html?page=/a";
const LIST: &str = "/comments?page=/a";

/// A server that is called the same wherever it listens.
async fn start() -> TestApp {
    let url = "https://comments.example".to_owned();
    let with = TestApp::with().set(|settings| settings.public_url = Some(url));
    with.start().await
}

/// What is answered now, by each coding; all of them say the same.
async fn told(app: &TestApp, path: &str) -> String {
    let plain = get(app, path, "").await;
    for coding in ["gzip", "br"] {
        assert_eq!(get(app, path, coding).await, plain, "{coding}");
    }
    plain
}

/// Body and tag, decoded.
async fn get(app: &TestApp, path: &str, coding: &str) -> String {
    let call = app.call(Method::GET, path, None);
    let answer = call.header("accept-encoding", coding).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let header = |name| {
        let value = answer.headers().get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    assert_eq!(header("content-encoding").unwrap_or_default(), coding);
    assert_eq!(header("vary").as_deref(), Some("accept-encoding"));
    assert_eq!(header("cache-control").as_deref(), Some("no-cache"));
    let etag = header("etag").unwrap();
    let length = header("content-length").unwrap();
    let body = answer.bytes().await.unwrap();
    assert_eq!(length, body.len().to_string());
    let mut text = etag + "\n";
    match coding {
        "gzip" => flate2::read::GzDecoder::new(&body[..]).read_to_string(&mut text),
        "br" => brotli::Decompressor::new(&body[..], 4096).read_to_string(&mut text),
        _ => (&body[..]).read_to_string(&mut text),
    }
    .unwrap();
    text
}

/// After each change the next reader sees it, and what a server says that has just begun.
struct Reader {
    app: TestApp,
    seen: Vec<[String; 2]>,
}

impl Reader {
    async fn opens(app: TestApp) -> Self {
        let mut reader = Self {
            app,
            seen: Vec::new(),
        };
        reader.sees_a_change().await;
        reader
    }

    async fn told(&self) -> [String; 2] {
        [told(&self.app, FRAGMENT).await, told(&self.app, LIST).await]
    }

    async fn sees_a_change(&mut self) {
        let now = self.told().await;
        assert_eq!(self.told().await, now);
        for earlier in &self.seen {
            assert_ne!(now[0], earlier[0]);
            assert_ne!(now[1], earlier[1]);
        }
        self.seen.push(now);
    }

    async fn sees_the_same_from_a_server_that_has_just_begun(self) {
        let last = self.seen.last().unwrap().clone();
        let reader = Self {
            app: self.app.restarted().await,
            seen: Vec::new(),
        };
        assert_eq!(reader.told().await, last);
    }
}

#[tokio::test]
async fn every_change_is_seen_by_the_next_reader() {
    let mut reader = Reader::opens(start().await).await;
    let root = reader.app.comments("/a", "root").await;
    reader.sees_a_change().await;
    let reply = reader.app.answers("/a", &root.comment.id, "reply").await;
    reader.sees_a_change().await;
    let (id, token) = (&root.comment.id, &root.edit_token);
    reader.app.edit(id, token, "edited").await.comment();
    reader.sees_a_change().await;
    reader.app.deletes(&root).await;
    reader.sees_a_change().await;
    let other = reader.app.comments("/a", "other").await;
    reader.sees_a_change().await;
    // The tombstone goes with it.
    reader.app.deletes(&reply).await;
    reader.sees_a_change().await;
    reader
        .app
        .edit(&other.comment.id, &other.edit_token, "the last")
        .await
        .comment();
    reader.sees_a_change().await;
    reader
        .sees_the_same_from_a_server_that_has_just_begun()
        .await;
}

#[tokio::test]
async fn what_an_owner_changes_by_hand_is_seen() {
    let app = start().await;
    app.comments("/a", "one").await;
    app.comments("/a", "two").await;
    let file = app.folder().join("comments.sqlite");
    let mut reader = Reader::opens(app).await;
    let mut database = sqlx::SqliteConnection::connect(file.to_str().unwrap())
        .await
        .unwrap();
    for change in [
        "UPDATE comment SET html = '<p>changed</p>' WHERE number = 2",
        "UPDATE page SET comment_count = 7",
        "DELETE FROM comment WHERE number = 1",
    ] {
        sqlx::query(change).execute(&mut database).await.unwrap();
        reader.sees_a_change().await;
    }
    database.close().await.unwrap();
}

#[tokio::test]
async fn another_page_is_not_another_state_of_this_one() {
    let app = start().await;
    app.comments("/a", "of a").await;
    app.comments("/b", "of b").await;
    for page in ["a", "b"] {
        for call in ["/thread.html", "/comments"] {
            let body = told(&app, &format!("{call}?page=/{page}")).await;
            assert!(body.contains(&format!("of {page}")), "{body}");
        }
    }
}

/// Whatever is asked for is answered as if nothing else had been asked for before.
#[tokio::test]
async fn answers_are_not_mixed_up() {
    let file = "[sites.one]\norigins = [\"*\"]\n[sites.two]\norigins = [\"*\"]\n";
    let mut app = TestApp::with().file(file).start().await;
    for (site, text) in [("one", "first"), ("one", "second"), ("two", "third")] {
        let body = serde_json::json!({ "site": site, "page": "/a", "text": text });
        let root = app.post("/comments", body).await.created().comment.id;
        let body = serde_json::json!({ "site": site, "page": "/a", "text": "r", "parent": root });
        app.post("/comments", body).await.created();
    }
    let list: CommentList = app.list("site=one&page=/a&limit=1").await;
    let next = format!("&cursor={}", list.next.unwrap());
    let mut paths = Vec::new();
    for query in ["", "&sort=oldest", "&limit=1", &next] {
        paths.push(format!("/comments?site=one&page=/a{query}"));
        paths.push(format!("/thread.html?site=one&page=/a{query}"));
    }
    for query in [
        "&lang=de",
        "&title=T",
        "&url=http://localhost/a",
        "&max_depth=0",
    ] {
        paths.push(format!("/thread.html?site=one&page=/a{query}"));
    }
    for call in ["thread.html", "comments"] {
        for query in ["site=two&page=/a", "site=one&page=/b", "site=two&page=/b"] {
            paths.push(format!("/{call}?{query}"));
        }
    }
    // Lists of nothing are the same.
    let empty = "/comments?site=two&page=/b";
    let hosts = ["one.example", "two.example"];
    let ask = async |app: &TestApp, path: &str, host: &str| {
        let call = app.call(Method::GET, path, None).header("host", host);
        Answer::to(call).await.body
    };

    let mut first = Vec::new();
    for path in &paths {
        for host in hosts {
            first.push((path, host, ask(&app, path, host).await));
        }
    }
    for (index, (path, host, body)) in first.iter().enumerate() {
        assert_eq!(&ask(&app, path, host).await, body, "{path} {host}");
        for (other, other_host, other_body) in &first[..index] {
            let is_list = path.starts_with("/comments") && path == other;
            if is_list || *path == empty || *other == empty {
                continue;
            }
            assert_ne!(body, other_body, "{path} {host} {other} {other_host}");
        }
    }
    // In the other order, by a server that has just begun.
    app = app.restarted().await;
    for (path, host, body) in first.iter().rev() {
        assert_eq!(&ask(&app, path, host).await, body, "{path} {host}");
    }
}

#[tokio::test]
async fn many_who_ask_at_once_are_told_the_same() {
    let app = start().await;
    app.comments("/a", "x").await;
    let asked = futures_util::future::join_all((0..20).map(|_| get(&app, FRAGMENT, "br"))).await;
    assert!(asked.iter().all(|told| *told == asked[0]));
}

#[tokio::test]
async fn whoever_reads_while_others_write_never_sees_an_older_state() {
    let app = start().await;
    let write = async {
        for index in 0..40 {
            app.comments("/a", &format!("comment {index}")).await;
        }
    };
    let is_written = std::cell::Cell::new(false);
    let read = async |path: &str| {
        let mut last = 0;
        loop {
            let is_last = is_written.get();
            let body = get(&app, &format!("{path}&limit=40"), "br").await;
            let seen = body.matches("<p>comment ").count();
            assert!(seen >= last, "{seen} after {last}");
            last = seen;
            if is_last {
                break;
            }
        }
        assert_eq!(last, 40);
    };
    tokio::join!(
        async {
            write.await;
            is_written.set(true);
        },
        read(FRAGMENT),
        read(FRAGMENT),
        read(LIST),
        read(LIST),
    );
}

#[tokio::test]
async fn who_has_it_already_is_told_so_whatever_the_coding() {
    let app = start().await;
    app.comments("/a", "x").await;
    for path in [FRAGMENT, LIST] {
        let etag = app.get(path).await.header("etag").to_owned();
        for coding in ["", "gzip", "br"] {
            for method in [Method::GET, Method::HEAD] {
                let call = app.call(method, path, None);
                let call = call.header("accept-encoding", coding);
                let answer = Answer::to(call.header("if-none-match", &etag)).await;
                assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
                assert_eq!(answer.header("etag"), etag);
                assert_eq!(answer.header("vary"), "accept-encoding");
                assert_eq!(answer.header("cache-control"), "no-cache");
                assert_eq!(answer.header("content-encoding"), "");
                assert_eq!(answer.body, "");
            }
        }
    }
}

#[tokio::test]
async fn only_the_head_is_sent_when_that_is_asked_for() {
    let app = start().await;
    app.comments("/a", "x").await;
    for path in [FRAGMENT, LIST] {
        for coding in ["", "gzip", "br"] {
            let ask = async |method| {
                let call = app.call(method, path, None);
                let answer = call.header("accept-encoding", coding).send().await.unwrap();
                let mut headers = answer.headers().clone();
                headers.remove("date");
                (headers, answer.bytes().await.unwrap())
            };
            let (head, nothing) = ask(Method::HEAD).await;
            let (headers, body) = ask(Method::GET).await;
            assert_eq!(head, headers);
            assert_eq!(nothing, "");
            assert_ne!(body, "");
        }
    }
}

#[tokio::test]
async fn a_part_is_not_given() {
    let app = start().await;
    let call = app.call(Method::GET, FRAGMENT, None);
    let answer = Answer::to(call.header("range", "bytes=0-9")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.ends_with("</template>"));
}

#[tokio::test]
async fn without_a_cache_everything_is_the_same() {
    let app = TestApp::with()
        .set(|settings| settings.cache_bytes = Some(0))
        .start()
        .await;
    let mut reader = Reader::opens(app).await;
    reader.app.comments("/a", "x").await;
    reader.sees_a_change().await;
}
