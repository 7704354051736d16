//! Backends that answer what no good one would, for every adapter: what ends in a sentence, and what in as
//! much of a thread as there is.
//!
//! An adapter needs a row: how its server would say the same comments.

use afterword_e2e::{Page, Reader, Reply, Site, Story};
use anyhow::{Context, Result, ensure};
use axum::http::{StatusCode, header};
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
}

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
        story.page("/article", &Page::new().script(&files.url(""), &attributes))
    }

    async fn plays(&self, story: &Story) -> Result<()> {
        let files = Site::with_widget().await?;
        let elsewhere = Site::start().await?;
        let server = if self.is_at_home() {
            &story.site
        } else {
            &elsewhere
        };
        for (path, body) in self.beside {
            server.serve(path, Reply::json(*body));
        }
        let reader = story.reader().await?;
        let nowhere = self.page(story, &files, "http://localhost:1");
        refused(&reader, &nowhere, "no server").await?;

        let url = self.page(
            story,
            &files,
            &format!("{}{}", self.address(server), self.path()),
        );
        let page = || Reply::html("<!doctype html><title>Oh</title><h1>Something is wrong");
        for status in [401, 403, 404, 429, 500] {
            let status = StatusCode::from_u16(status)?;
            let reply = page().status(status).header(header::RETRY_AFTER, "7");
            server.serve(self.list, reply);
            refused(&reader, &url, status.as_str()).await?;
        }
        for (what, reply) in [
            ("a page", page()),
            ("truncated JSON", Reply::json(r#"{"comments": [{"id": 1"#)),
            ("a cut", Reply::cut(r#"{"comments": ["#)),
            ("nothing", Reply::json("")),
            ("null", Reply::json("null")),
            ("a number", Reply::json("5")),
            (
                "another type",
                Reply::json(r#"{"comments": 5, "data": "x", "pageInfo": []}"#),
            ),
        ] {
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
                shown.title == "5000 comments" && !shown.comments.is_empty()
            })
            .await?;
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

/// Loads a page whose thread can't come: one sentence says so.
async fn refused(reader: &Reader, url: &str, what: &str) -> Result<()> {
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
    Ok(())
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
    beside: &[(
        "/api/v1/config",
        r#"{"auth_providers":["anonymous"],"send_jwt_header":true,"max_comment_size":"x"}"#,
    )],
    comment: |it| {
        json!({ "comment": {
            "id": it.id.to_string(), "pid": parent(it.parent), "text": it.html, "time": TIME,
            "user": { "name": 5, "id": [], "website": WEBSITE }, "score": "x", "extra": { "a": [1] },
        }})
    },
    thread: |all| json!({ "comments": all, "info": null, "extra": true }),
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
};

const ISSO: Row = Row {
    attributes: "data-backend=isso",
    list: "/",
    beside: &[],
    comment: |it| {
        json!({
            "id": it.id, "parent": it.parent, "created": 1_795_460_876.5, "modified": [], "mode": "x",
            "text": it.html, "author": 5, "website": WEBSITE, "likes": "x", "dislikes": {}, "replies": 5,
        })
    },
    thread: |all| json!({ "replies": all, "config": 5, "hidden_replies": "x", "extra": {} }),
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
};

const REST: Row = Row {
    attributes: "data-backend=rest data-mapping={api}/mapping.json",
    list: "/comments",
    beside: &[(
        "/mapping.json",
        r#"{"list":{"path":"/comments","comments":"/all"},
            "comment":{"id":"/id","parent":"/above","html":"/html","author":"/by","website":"/home"}}"#,
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
};

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
