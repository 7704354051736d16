//! Backends that answer what no good one would, for every adapter: what ends in a sentence, and what in as
//! much of a thread as there is.
//!
//! An adapter needs a row: how its server would say the same comments, and what can be sent there.

use std::path::Path;

use afterword_e2e::{Page, Reader, Reply, Site, Story};
use anyhow::{Context, Result, ensure};
use axum::http::{HeaderName, Method, StatusCode, header};
use serde_json::{Value, json};

/// What somebody is said to have written.
struct Sample {
    id: u32,
    parent: u32,
    html: &'static str,
}

const fn sample(id: u32, parent: u32, html: &'static str) -> Sample {
    Sample { id, parent, html }
}

/// How a backend is named and how it says a thread.
struct Row {
    attributes: &'static str,
    /// Where it has the list, whatever the query.
    list: &'static str,
    /// What else is asked for.
    beside: &'static [(&'static str, &'static str)],
    /// One comment, with the address of its author, and a field that nobody knows.
    comment: fn(&Sample) -> Value,
    /// A list of them.
    thread: fn(Vec<Value>) -> Value,
    /// What can be sent, and where it goes.
    writes: &'static [Write],
}

/// Something that a reader may send.
struct Write {
    /// As the widget asks the adapter for it.
    call: (&'static str, &'static str),
    /// As the adapter asks the server.
    method: Method,
    path: &'static str,
    /// How much of the answer is read.
    reads: Reads,
}

#[derive(Clone, Copy, PartialEq)]
enum Reads {
    /// A server that says that it was done is believed.
    Status,
    /// It has to be JSON.
    Json,
    /// It has to make sense.
    All,
}

const fn write(
    call: (&'static str, &'static str),
    method: Method,
    path: &'static str,
    reads: Reads,
) -> Write {
    Write {
        call,
        method,
        path,
        reads,
    }
}

const CREATE: (&str, &str) = ("POST", "comments");
const EDIT: (&str, &str) = ("PATCH", "comments/ID");
const DELETE: (&str, &str) = ("DELETE", "comments/ID");
const PREVIEW: (&str, &str) = ("POST", "preview");
const VOTE: (&str, &str) = ("PUT", "comments/ID/thoughts");

/// Asks the page's adapter, which has had the list once, for something; and says what it throws.
const ASKS: &str = r#"
    const { method, path, module } = argument;
    const connected = async () => {
        const { connect } = await import(module);
        const { dataset } = document.querySelector("script[data-backend]");
        const page = { pageId: "/article", pageUrl: location.href, pageTitle: "", lang: "en" };
        const { adapter } = await connect({ ...page, ...dataset, host });
        const { branches } = await adapter("GET", "comments?sort=newest&limit=50");
        return { adapter, id: branches[0].root.id };
    };
    const asks = async () => {
        const { adapter, id } = await (window.connected ??= connected());
        const body = { text: "Calm.", author: "Ada Lovelace", email: "ada@example.org", vote: "up" };
        const secret = method == "POST" ? crypto.randomUUID() : "Bearer name:Ada";
        await adapter(method, path.replace("ID", id), JSON.stringify(body), secret);
    };
    // What an adapter did not expect is told there: it is a bad answer all the same.
    console.error = console.warn;
    asks().then(
        () => done({ name: "nothing" }),
        ({ name, type, status, limit }) => done({ name, type, status, limit }),
    );
"#;

const HARMFUL: &str = r#"<p>Harmful <a href="javascript:pwned()">x</a></p>
    <form action="/x"><input name="a"><button>Send</button></form>
    <svg onload="pwned()"></svg><img src="x" onerror="pwned()"><script>pwned()</script>"#;
const WEBSITE: &str = "javascript:pwned()";
const TIME: &str = "2026-11-23T19:14:36Z";

/// Ids that repeat, answers to what isn't there, and to each other in a circle.
const ODD: [Sample; 8] = [
    sample(1, 0, "<p>Root one.</p>"),
    sample(1, 0, "<p>Root one.</p>"),
    sample(3, 99, "<p>Orphan.</p>"),
    sample(4, 5, "<p>Circle one.</p>"),
    sample(5, 4, "<p>Circle two.</p>"),
    sample(6, 0, HARMFUL),
    sample(7, 1, "<p>Reply.</p>"),
    sample(8, 8, "<p>Itself.</p>"),
];
const ALL: [&str; 7] = [
    "Root one.",
    "Orphan.",
    "Circle one.",
    "Circle two.",
    "Harmful",
    "Reply.",
    "Itself.",
];

impl Row {
    fn address(&self, server: &Site) -> String {
        if self.is_at_home() {
            return server.url("");
        }
        // On a host name of its own: no cookies.
        server.url("").replace("127.0.0.1", "localhost")
    }

    /// A page with a thread from there.
    fn page(&self, story: &Story, files: &Site, api: &str) -> String {
        let attributes = self.attributes.replace("{api}", api);
        let attributes = format!("{attributes} data-api={api}");
        let page = Page::new();
        let page = if self.attributes.contains("mine") {
            let register = format!("<script src={}></script>", files.url("/register.js"));
            page.head(&register).head(OWN_SCRIPT)
        } else {
            page
        };
        story.page("/article", &page.script(&files.url(""), &attributes))
    }

    async fn plays(&self, story: &Story) -> Result<()> {
        let files = Site::with_widget().await?;
        let elsewhere = Site::start().await?;
        let server = if self.is_at_home() {
            &story.site
        } else {
            &elsewhere
        };
        // Remark42 hands out a token by a header, which a page of elsewhere must be let read.
        let exposed = |reply: Reply| {
            let name = header::ACCESS_CONTROL_EXPOSE_HEADERS;
            let reply = if self.is_at_home() {
                reply
            } else {
                reply.header(name, "*")
            };
            reply.header(HeaderName::from_static("x-jwt"), "token")
        };
        for (path, body) in self.beside {
            server.serve(path, exposed(Reply::json(*body)));
        }
        let reader = story.reader().await?;
        let nowhere = self.page(story, &files, "http://localhost:1");
        refused(&reader, &nowhere, "no server").await?;

        let url = self.page(
            story,
            &files,
            &format!("{}{}", self.address(server), self.path()),
        );
        for (status, reply) in statuses()? {
            server.serve(self.list, exposed(reply));
            let shown = refused(&reader, &url, status.as_str()).await?;
            ensure!(
                status != StatusCode::TOO_MANY_REQUESTS
                    || shown.contains("Try again in 7 seconds."),
                "{shown}"
            );
        }
        for (what, _, reply) in nonsense() {
            server.serve(self.list, reply);
            refused(&reader, &url, what).await?;
        }

        self.serve(server, Vec::new());
        reader.goes_to(&url).await?;
        reader
            .waits("an empty thread", |shown| {
                shown.title == "0 comments" && shown.errors.is_empty()
            })
            .await?;

        let mut odd: Vec<_> = ODD.iter().map(self.comment).collect();
        odd.extend([
            json!(null),
            json!(5),
            json!("x"),
            json!({}),
            json!({ "id": null }),
        ]);
        self.serve(server, odd);
        reader.goes_to(&url).await?;
        let shown = reader
            .waits("all that can be shown", |shown| {
                shown.comments.len() >= ALL.len()
            })
            .await?;
        ensure!(shown.comments.len() == ALL.len(), "{shown:#?}");
        // One sentence says that something is missing.
        let missing = "Some comments could not be shown.";
        let notices = shown.notices.iter();
        ensure!(
            notices.filter(|it| it.contains(missing)).count() == 1 && shown.errors.is_empty(),
            "{shown:#?}"
        );
        for words in ALL {
            let comment = shown.comment(words).context(words)?;
            for harm in [
                "<form",
                "<svg",
                "<script",
                "javascript:",
                "onerror",
                "<input",
            ] {
                ensure!(!comment.html.contains(harm), "{comment:#?}");
            }
        }
        reader
            .finds(
                "no address that runs",
                "return !root.querySelector('a[href^=javascript]');",
            )
            .await?;

        let many: Vec<_> = (1..=5000)
            .map(|id| (self.comment)(&sample(id, 0, "<p>One of many.</p>")))
            .collect();
        self.serve(server, many);
        reader.goes_to(&url).await?;
        reader
            .waits("a long thread", |shown| {
                let is_whole = !shown.notices.iter().any(|it| it.contains(missing));
                shown.title == "5000 comments" && !shown.comments.is_empty() && is_whole
            })
            .await?;
        self.refuses_what_is_sent(&reader, &url, server, &files, exposed)
            .await
    }

    /// Whatever the server answers to what a reader sends: it isn't taken for done, and why is told by
    /// what the widget has a sentence for.
    async fn refuses_what_is_sent(
        &self,
        reader: &Reader,
        url: &str,
        server: &Site,
        files: &Site,
        exposed: impl Fn(Reply) -> Reply,
    ) -> Result<()> {
        if self.writes.is_empty() {
            return Ok(());
        }
        let one = (self.comment)(&sample(1, 0, "<p>Root one.</p>"));
        self.serve(server, vec![one]);
        reader.goes_to(url).await?;
        reader.waits_for_the_thread().await?;
        let module = format!("{}/assets/{}/backend/connect.js", files.url(""), assets()?);
        for write in self.writes {
            let (method, path) = write.call;
            let argument = json!({ "method": method, "path": path, "module": module });
            // The first time brings the list, by what may be the same address.
            if write.call == CREATE {
                let list =
                    "window.connected ??= connected(); window.connected.then(() => done(true));";
                let begins = ASKS.split("const asks").next().unwrap_or_default();
                let there: bool = reader
                    .ask_async(&format!("{begins}{list}"), argument.clone())
                    .await?;
                ensure!(there);
            }
            let answer = async |what: &str, reply: Reply| {
                server.serve_to(write.method.clone(), write.path, reply);
                let told: Value = reader.ask_async(ASKS, argument.clone()).await?;
                let name = told["name"].as_str().unwrap_or_default().to_owned();
                let says = format!("{method} {path} with {what}: {told}");
                Ok::<_, anyhow::Error>((told, name, says))
            };
            for (status, reply) in statuses()? {
                let (told, name, says) = answer(status.as_str(), exposed(reply)).await?;
                ensure!(name == "Refusal", "{says}");
                ensure!(
                    status != StatusCode::TOO_MANY_REQUESTS || told["limit"] == json!(7),
                    "{says}"
                );
            }
            for (what, reads, reply) in nonsense() {
                let is_read = match reads {
                    Reads::Status => true,
                    Reads::Json => write.reads != Reads::Status,
                    Reads::All => write.reads == Reads::All,
                };
                if is_read {
                    let (_, name, says) = answer(what, reply).await?;
                    ensure!(name == "BadAnswer" || name == "NetworkError", "{says}");
                }
            }
        }
        Ok(())
    }

    /// Isso is asked with cookies, which an answer for every origin may not be read with.
    fn is_at_home(&self) -> bool {
        self.attributes.contains("isso")
    }

    /// What of the list's path belongs to the address: Twikoo has one address for all.
    fn path(&self) -> &str {
        if self.attributes.contains("twikoo") {
            self.list
        } else {
            ""
        }
    }

    fn serve(&self, server: &Site, comments: Vec<Value>) {
        let thread = (self.thread)(comments);
        server.serve(self.list, Reply::json(thread.to_string()));
    }
}

/// Refusals by a status alone, with a page as servers in front of others send it.
fn statuses() -> Result<Vec<(StatusCode, Reply)>> {
    let all = [401, 403, 404, 429, 500].into_iter().map(|status| {
        let status = StatusCode::from_u16(status)?;
        let reply = page().status(status).header(header::RETRY_AFTER, "7");
        Ok((status, reply))
    });
    all.collect()
}

fn page() -> Reply {
    Reply::html("<!doctype html><title>Oh</title><h1>Something is wrong")
}

/// Answers without any sense, and who notices.
fn nonsense() -> [(&'static str, Reads, Reply); 7] {
    [
        ("a page", Reads::Json, page()),
        (
            "truncated JSON",
            Reads::Json,
            Reply::json(r#"{"comments": [{"id": 1"#),
        ),
        ("a cut", Reads::Json, Reply::cut(r#"{"comments": ["#)),
        ("nothing", Reads::Json, Reply::json("")),
        ("null", Reads::All, Reply::json("null")),
        ("a number", Reads::All, Reply::json("5")),
        (
            "another type",
            Reads::All,
            Reply::json(r#"{"comments": 5, "data": "x", "pageInfo": []}"#),
        ),
    ]
}

/// The folder of the widget's files.
fn assets() -> Result<String> {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist/assets");
    let folder = std::fs::read_dir(assets)?
        .next()
        .context("dist/ isn't built")?;
    Ok(folder?.file_name().to_string_lossy().into_owned())
}

/// Loads a page whose thread can't come: one sentence says so.
async fn refused(reader: &Reader, url: &str, what: &str) -> Result<String> {
    reader.goes_to(url).await?;
    let sentence = "The comments could not be loaded.";
    let shown = reader
        .waits("a sentence", |shown| !shown.errors.is_empty())
        .await
        .with_context(|| what.to_owned())?;
    ensure!(
        shown.errors.len() == 1 && shown.errors[0].starts_with(sentence),
        "{what}: {shown:#?}"
    );
    Ok(shown.errors.concat())
}

fn parent(id: u32) -> Value {
    if id == 0 {
        json!("")
    } else {
        json!(id.to_string())
    }
}

const REMARK42: Row = Row {
    attributes: "data-backend=remark42",
    list: "/api/v1/find",
    beside: &[
        (
            "/api/v1/config",
            r#"{"auth_providers":["anonymous"],"send_jwt_header":true,"max_comment_size":"x"}"#,
        ),
        (
            "/auth/anonymous/login",
            r#"{"id":"anonymous_1","name":"Ada"}"#,
        ),
    ],
    comment: |it| {
        json!({ "comment": {
            "id": it.id.to_string(), "pid": parent(it.parent), "text": it.html, "time": TIME,
            "user": { "name": 5, "id": [], "website": WEBSITE }, "score": "x", "extra": { "a": [1] },
        }})
    },
    thread: |all| json!({ "comments": all, "info": null, "extra": true }),
    writes: &[
        write(CREATE, Method::POST, "/api/v1/comment", Reads::All),
        write(EDIT, Method::PUT, "/api/v1/comment/1", Reads::All),
        write(DELETE, Method::PUT, "/api/v1/comment/1", Reads::Status),
        write(PREVIEW, Method::POST, "/api/v1/preview", Reads::Status),
        write(VOTE, Method::PUT, "/api/v1/vote/1", Reads::Status),
    ],
};

const ARTALK: Row = Row {
    attributes: "data-backend=artalk data-site=Blog",
    list: "/api/v2/comments",
    beside: &[("/api/v2/conf", "[]")],
    comment: |it| {
        json!({
            "id": it.id, "rid": it.parent, "content_marked": it.html, "date": "2026-11-23 19:14:36",
            "nick": ["x"], "link": WEBSITE, "vote_up": "x", "extra": {},
        })
    },
    thread: |all| json!({ "comments": all, "count": "x", "page": 5 }),
    writes: &[
        write(CREATE, Method::POST, "/api/v2/comments", Reads::All),
        write(
            VOTE,
            Method::POST,
            "/api/v2/votes/comment/1/up",
            Reads::Json,
        ),
    ],
};

const TWIKOO: Row = Row {
    attributes: "data-backend=twikoo",
    list: "/twikoo",
    beside: &[],
    comment: |it| {
        json!({
            "id": it.id.to_string(), "pid": parent(it.parent), "comment": it.html, "nick": {},
            "link": WEBSITE, "created": 1_795_460_876_000_u64, "ups": "x", "extra": 1,
        })
    },
    thread: |all| {
        // Roots have the rest below them, all in one list.
        let is_reply = |it: &Value| it["pid"].as_str().is_some_and(|pid| !pid.is_empty());
        let (replies, mut roots): (Vec<_>, Vec<_>) = all.into_iter().partition(is_reply);
        if let Some(Value::Object(first)) = roots.first_mut() {
            first.insert("replies".to_owned(), json!(replies));
        }
        json!({ "data": roots, "more": false, "count": "x" })
    },
    writes: &[
        write(CREATE, Method::POST, "/twikoo", Reads::All),
        write(DELETE, Method::POST, "/twikoo", Reads::Json),
        write(VOTE, Method::POST, "/twikoo", Reads::Json),
    ],
};

const WORDPRESS: Row = Row {
    attributes: "data-backend=wordpress data-post-id=1",
    list: "/wp-json/wp/v2/comments",
    beside: &[("/wp-json/wp/v2/posts/1", r#"{"id":1,"comment_status":5}"#)],
    comment: |it| {
        json!({
            "id": it.id, "parent": it.parent, "content": { "rendered": it.html }, "author_name": [5],
            "author_url": WEBSITE, "date_gmt": "2026-11-23T19:14:36", "status": 7, "extra": null,
        })
    },
    thread: |all| json!(all),
    writes: &[write(
        CREATE,
        Method::POST,
        "/wp-json/wp/v2/comments",
        Reads::All,
    )],
};

const COMENTARIO: Row = Row {
    attributes: "data-backend=comentario",
    list: "/api/embed/comments",
    beside: &[],
    comment: |it| {
        json!({
            "id": it.id.to_string(), "parentId": parent(it.parent), "html": it.html,
            "userCreated": {}, "createdTime": TIME, "authorName": 5, "score": [], "extra": {},
        })
    },
    thread: |all| {
        json!({
            "pageInfo": { "authAnonymous": true, "idps": 5, "maxCommentLength": "x" },
            "comments": all, "commenters": [null, 5, { "id": {}, "websiteUrl": WEBSITE }],
        })
    },
    writes: &[
        write(CREATE, Method::PUT, "/api/embed/comments", Reads::All),
        write(EDIT, Method::PUT, "/api/embed/comments/1", Reads::All),
        write(
            DELETE,
            Method::DELETE,
            "/api/embed/comments/1",
            Reads::Status,
        ),
        write(
            PREVIEW,
            Method::POST,
            "/api/embed/comments/preview",
            Reads::All,
        ),
        write(
            VOTE,
            Method::POST,
            "/api/embed/comments/1/vote",
            Reads::Status,
        ),
    ],
};

/// The words of a text that is no HTML where it is from.
fn words(html: &str) -> &str {
    let inside = html.split('>').nth(1).unwrap_or_default();
    inside.split('<').next().unwrap_or_default().trim()
}

const MASTODON: Row = Row {
    attributes: "data-backend=mastodon data-status=900",
    list: "/api/v1/statuses/900/context",
    beside: &[(
        "/api/v1/statuses/900",
        r#"{"id":"900","url":"https://social.example/@a/900","replies_count":"x","account":5}"#,
    )],
    comment: |it| {
        let above = if it.parent == 0 { 900 } else { it.parent };
        json!({
            "id": it.id.to_string(), "in_reply_to_id": above.to_string(), "content": it.html,
            "created_at": TIME, "url": WEBSITE, "favourites_count": "x", "extra": {},
            "account": { "display_name": 5, "acct": [], "username": "x", "url": WEBSITE, "emojis": {} },
            "media_attachments": { "a": 1 }, "poll": { "options": "x" }, "spoiler_text": 7,
        })
    },
    thread: |all| json!({ "descendants": all, "ancestors": 5 }),
    writes: &[],
};

const BLUESKY: Row = Row {
    attributes: "data-backend=bluesky data-post=at://did:plc:a/app.bsky.feed.post/r",
    list: "/xrpc/app.bsky.feed.getPostThread",
    beside: &[],
    comment: |it| {
        let link = json!({ "$type": "app.bsky.richtext.facet#link", "uri": WEBSITE });
        json!({ "post": {
            "uri": format!("at://did:plc:x/app.bsky.feed.post/{}", it.id),
            "author": { "did": 5, "handle": "x.example", "displayName": [], "labels": 5 },
            "record": {
                "text": words(it.html), "createdAt": TIME,
                "facets": [{ "index": { "byteStart": 0, "byteEnd": 4 }, "features": [link, null] }, 5],
            },
            "embed": { "$type": 5 }, "labels": { "a": 1 }, "likeCount": "x", "replyCount": "x",
        }, "replies": "x" })
    },
    thread: |all| {
        let root = json!({ "uri": "at://did:plc:a/app.bsky.feed.post/r", "author": 5 });
        json!({ "thread": { "post": root, "replies": all }, "threadgate": 5 })
    },
    writes: &[],
};

const DISCOURSE: Row = Row {
    attributes: "data-backend=discourse data-topic=https://forum.example/t/1",
    list: "/t/1.json",
    beside: &[],
    comment: |it| {
        let above = if it.parent == 0 {
            Value::Null
        } else {
            json!(it.parent + 1)
        };
        json!({
            "id": it.id, "post_number": it.id + 1, "post_type": 1, "reply_to_post_number": above,
            "cooked": it.html, "created_at": TIME, "name": 5, "username": "x", "version": "x",
            "actions_summary": "x", "extra": {},
        })
    },
    thread: |all| json!({ "post_stream": { "posts": all, "stream": "x" }, "closed": 0 }),
    writes: &[],
};

const GITHUB: Row = Row {
    attributes: "data-backend=github data-src={api}/list.json",
    list: "/list.json",
    beside: &[],
    comment: |it| {
        json!({
            "id": it.id, "bodyHTML": it.html, "createdAt": TIME, "url": WEBSITE,
            "author": { "login": 5, "url": WEBSITE }, "upvoteCount": "x", "replies": "x",
            "reactions": 5, "reactionGroups": "x", "extra": {},
        })
    },
    thread: |all| {
        let url = "https://github.com/a/b/discussions/1";
        json!({ "discussion": { "url": url, "comments": all } })
    },
    writes: &[],
};

const STATIC: Row = Row {
    attributes: "data-backend=static data-src={api}/list.json",
    list: "/list.json",
    beside: &[],
    comment: |it| {
        json!({
            "id": it.id, "parent": it.parent, "html": it.html, "created": TIME, "author": [],
            "website": WEBSITE, "up": "x", "reactions": "x", "replies": 5, "extra": {},
        })
    },
    thread: |all| json!(all),
    writes: &[],
};

const ISSO: Row = Row {
    attributes: "data-backend=isso",
    list: "/",
    beside: &[(
        "/id/1",
        r#"{"id":1,"author":5,"website":[],"text":"It is calm."}"#,
    )],
    comment: |it| {
        json!({
            "id": it.id, "parent": it.parent, "created": 1_795_460_876.5, "modified": [], "mode": "x",
            "text": it.html, "author": 5, "website": WEBSITE, "likes": "x", "dislikes": {}, "replies": 5,
        })
    },
    thread: |all| json!({ "replies": all, "config": 5, "hidden_replies": "x", "extra": {} }),
    writes: &[
        write(CREATE, Method::POST, "/new", Reads::All),
        write(EDIT, Method::PUT, "/id/1", Reads::All),
        write(DELETE, Method::DELETE, "/id/1", Reads::Json),
        write(PREVIEW, Method::POST, "/preview", Reads::All),
        write(VOTE, Method::POST, "/id/1/like", Reads::Json),
    ],
};

const WALINE: Row = Row {
    attributes: "data-backend=waline",
    list: "/api/comment",
    beside: &[],
    comment: |it| {
        json!({
            "objectId": it.id, "pid": parent(it.parent), "comment": it.html, "time": 1_795_460_876_000_u64,
            "nick": [5], "link": WEBSITE, "like": "x", "status": 7, "children": "x", "extra": {},
        })
    },
    thread: |all| {
        let count = all.len();
        json!({ "errno": 0, "data": { "data": all, "count": count, "totalPages": "x", "page": [] } })
    },
    writes: &[
        write(CREATE, Method::POST, "/api/comment", Reads::All),
        write(EDIT, Method::PUT, "/api/comment/1", Reads::All),
        write(DELETE, Method::DELETE, "/api/comment/1", Reads::All),
        write(VOTE, Method::PUT, "/api/comment/1", Reads::All),
    ],
};

const REST: Row = Row {
    attributes: "data-backend=rest data-mapping={api}/mapping.json",
    list: "/comments",
    beside: &[(
        "/mapping.json",
        r#"{"list":{"path":"/comments","comments":"/all"},
            "comment":{"id":"/id","parent":"/above","html":"/html","author":"/by","website":"/home"},
            "create":{"path":"/comments","body":{"text":"{text}"}},
            "edit":{"path":"/comments/{id}","method":"PATCH","body":{"text":"{text}"}},
            "remove":{"path":"/comments/{id}","method":"DELETE"},
            "preview":{"path":"/preview","body":{"text":"{text}"},"html":"/html"},
            "up":{"path":"/comments/{id}/up","method":"POST","up":"/up"}}"#,
    )],
    comment: |it| {
        let above = if it.parent == 0 {
            Value::Null
        } else {
            json!(it.parent)
        };
        json!({ "id": it.id, "above": above, "html": it.html, "by": {}, "home": WEBSITE })
    },
    thread: |all| json!({ "all": all }),
    writes: &[
        write(CREATE, Method::POST, "/comments", Reads::All),
        write(EDIT, Method::PATCH, "/comments/1", Reads::All),
        write(DELETE, Method::DELETE, "/comments/1", Reads::Status),
        write(PREVIEW, Method::POST, "/preview", Reads::All),
        write(VOTE, Method::POST, "/comments/1/up", Reads::Status),
    ],
};

/// One that the page brings along, written as an owner might.
const OWN: Row = Row {
    attributes: "data-backend=mine",
    list: "/list.json",
    beside: &[],
    comment: |it| {
        json!({
            "id": it.id, "parent": it.parent, "html": it.html, "created": TIME, "author": { "a": 1 },
            "website": WEBSITE, "up": "x", "down": [], "reactions": "x", "origin": 5, "extra": {},
        })
    },
    thread: |all| json!({ "comments": all, "votes": 5, "limits": "x", "offers": null }),
    writes: &[
        write(CREATE, Method::POST, "/comment", Reads::All),
        write(EDIT, Method::PUT, "/comment", Reads::All),
        write(DELETE, Method::DELETE, "/comment", Reads::Json),
        write(PREVIEW, Method::POST, "/preview", Reads::All),
    ],
};

const OWN_SCRIPT: &str = "<script>
    // What it throws that is no refusal is told there, with a sentence for the reader.
    console.error = console.warn;
    Afterword.registerBackend('mine', ({ api }) => {
        const ask = async (path, method) => {
            const answer = await fetch(api + path, { method });
            if (answer.ok) return answer.json();
            const limit = +answer.headers.get('Retry-After');
            const kind = answer.status == 429 ? 'urn:afterword:problem:rate-limited' : undefined;
            throw Object.assign(Error(), { name: 'Refusal', type: kind, status: answer.status, limit });
        };
        return {
            offers: 'post reply name edit delete preview newest oldest',
            list: () => ask('/list.json'),
            create: async () => ({ comment: await ask('/comment', 'POST') }),
            edit: () => ask('/comment', 'PUT'),
            remove: () => ask('/comment', 'DELETE'),
            preview: async () => (await ask('/preview', 'POST')).html,
        };
    });
</script>";

pub(crate) async fn of_the_page(story: &Story) -> Result<()> {
    OWN.plays(story).await
}

pub(crate) async fn isso(story: &Story) -> Result<()> {
    ISSO.plays(story).await
}

pub(crate) async fn waline(story: &Story) -> Result<()> {
    WALINE.plays(story).await
}

pub(crate) async fn rest(story: &Story) -> Result<()> {
    REST.plays(story).await
}

pub(crate) async fn remark42(story: &Story) -> Result<()> {
    REMARK42.plays(story).await
}

pub(crate) async fn artalk(story: &Story) -> Result<()> {
    ARTALK.plays(story).await
}

pub(crate) async fn twikoo(story: &Story) -> Result<()> {
    TWIKOO.plays(story).await
}

pub(crate) async fn wordpress(story: &Story) -> Result<()> {
    WORDPRESS.plays(story).await
}

pub(crate) async fn comentario(story: &Story) -> Result<()> {
    COMENTARIO.plays(story).await
}

pub(crate) async fn mastodon(story: &Story) -> Result<()> {
    MASTODON.plays(story).await
}

pub(crate) async fn bluesky(story: &Story) -> Result<()> {
    BLUESKY.plays(story).await
}

pub(crate) async fn discourse(story: &Story) -> Result<()> {
    DISCOURSE.plays(story).await
}

pub(crate) async fn github(story: &Story) -> Result<()> {
    GITHUB.plays(story).await
}

pub(crate) async fn a_file(story: &Story) -> Result<()> {
    STATIC.plays(story).await
}
