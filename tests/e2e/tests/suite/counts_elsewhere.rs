//! Counts of comments that other servers have.

use afterword_e2e::{Isso, Page, Reader, Replay, Reply, Site, Story, Waline, until};
use anyhow::Result;
use serde_json::json;

/// A mapping for all pages at once.
const MAPPING: &str = r#"{
  "headers": { "X-Api-Version": "2" },
  "list": { "path": "/comments", "comments": "" },
  "comment": { "id": "/id", "text": "/text" },
  "counts": {
    "path": "/counts", "query": { "articles": "{pages}" },
    "counts": "/items", "page": "/article", "count": "/sum"
  }
}"#;

/// One that asks for each page by itself.
const MAPPING_OF_ONE: &str = r#"{
  "list": { "path": "/comments", "comments": "" },
  "comment": { "id": "/id", "text": "/text" },
  "counts": { "path": "/count/{page}", "counts": "/sum" }
}"#;

const FILE: &str = r#"{ "comments": [
  { "id": 1, "text": "One." }, { "id": 2, "parent": 1, "text": "Two." }, { "id": 1, "text": "One again." },
  { "id": 3, "status": "deleted", "replies": [{ "id": 4, "text": "Three." }] }
] }"#;

const DISCUSSION: &str = r#"{ "discussion": { "comments": [
  { "id": "a", "bodyHTML": "<p>One.</p>", "replies": [{ "id": "b", "bodyHTML": "<p>Two.</p>" }] },
  { "id": "c", "bodyHTML": "<p>Buy!</p>", "isMinimized": true, "minimizedReason": "SPAM" }
] } }"#;

/// A page with that HTML, and the script that counts.
fn index(story: &Story, files: &Site, html: &str) -> String {
    let script = format!(
        r#"<script src="{}/count.js" defer></script>"#,
        files.url("")
    );
    story.page("/", &Page::new().head(&script).body(html))
}

/// Waits until that is what the elements say.
async fn say(reader: &Reader, selector: &str, words: &[&str]) -> Result<()> {
    let script = format!("return JSON.stringify(all({selector:?}, document).map(say));");
    let wanted = json!(words).to_string();
    let last = std::cell::RefCell::new(String::new());
    let result = until("the counts", || async {
        let said: String = reader.ask(&script, json!(null)).await?;
        let is_so = said == wanted;
        *last.borrow_mut() = said;
        Ok(is_so.then_some(()))
    });
    let result = result.await;
    result.map_err(|error| error.context(format!("{selector} say: {}", last.borrow())))
}

/// Elements for two pages, with those attributes.
fn two(class: &str, attributes: &str) -> String {
    ["/7/", "/8/"]
        .map(|page| {
            format!(
                r#"<a class="{class}" href="{page}#comments" data-afterword-count {attributes}>…</a> "#
            )
        })
        .concat()
}

pub(crate) async fn by_one_question_each(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let site = story.site.url("");
    let recording = include_str!("../../replays/counts.http");
    let server = Replay::start(recording, &[("site", &site)]).await?;
    let url = server.url();
    story.site.serve("/mapping.json", Reply::json(MAPPING));
    story.site.serve("/one.json", Reply::json(MAPPING_OF_ONE));
    story.site.serve("/file.json", Reply::json(FILE));
    story
        .site
        .serve("/discussion.json", Reply::json(DISCUSSION));
    let counts = r#"{ "counts": [{ "page": "/7/", "count": 41 }] }"#;
    story.site.serve("/counts.json", Reply::json(counts));
    let of = |backend: &str, more: &str| {
        two(
            backend,
            &format!(r#"data-backend="{backend}" data-api="{url}" {more}"#),
        )
    };
    let mut html = [
        of("artalk", r#"data-site="Blog""#),
        of("remark42", r#"data-site="blog""#),
        of("comentario", r#"data-site="blog.example.org""#),
        of("rest", r#"data-mapping="/mapping.json""#),
        two(
            "alone",
            &format!(r#"data-backend="rest" data-api="{url}" data-mapping="/one.json""#),
        ),
        two(
            "twikoo",
            &format!(r#"data-backend="twikoo" data-api="{url}/twikoo""#),
        ),
        two("listed", r#"data-backend="static" data-src="/counts.json""#),
    ]
    .concat();
    for (class, attributes) in [
        ("wordpress", r#"href="/2026/slow-news/""#),
        ("wordpress", r#"href="/about/?from=here""#),
        ("wordpress", r#"data-post-id="40""#),
        (
            "mastodon",
            r#"data-status="101" data-backend="mastodon" data-api="URL""#,
        ),
        (
            "mastodon",
            r#"data-status="102" data-backend="mastodon" data-api="URL""#,
        ),
        (
            "bluesky",
            r#"data-post="https://bsky.app/profile/ada.example/post/3k1""#,
        ),
        (
            "bluesky",
            r#"data-post="at://ada.example/app.bsky.feed.post/3k2""#,
        ),
        ("bluesky", r#"data-post="nothing of theirs""#),
        ("discourse", r#"data-topic="URL/t/slow-news/5""#),
        ("static", r#"data-src="/file.json""#),
        ("github", r#"data-src="/discussion.json""#),
    ] {
        let attributes = attributes.replace("URL", &url);
        html += &format!(
            r#"<a class="{class}" data-backend="{class}" data-api="{url}" data-afterword-count {attributes}>…</a> "#
        );
    }
    let reader = story.reader().await?;
    reader.goes_to(&index(story, &files, &html)).await?;
    for (class, words) in [
        (".artalk", &["3", "0"][..]),
        (".remark42", &["5", "0"]),
        (".comentario", &["17", "0"]),
        (".rest", &["2", "4"]),
        (".alone", &["6", "…"]),
        (".twikoo", &["12", "1"]),
        (".listed", &["41", "0"]),
        (".wordpress", &["3", "1", "0"]),
        // Nothing is known of a post that is gone.
        (".mastodon", &["8", "…"]),
        (".bluesky", &["9", "…", "…"]),
        (".discourse", &["20"]),
        (".static", &["3"]),
        (".github", &["2"]),
    ] {
        say(&reader, class, words).await?;
    }
    server.is_told()
}

pub(crate) async fn of_the_real_servers(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let isso = Isso::start(&story.site.url(""), "")?;
    for page in ["/7/", "/7/", "/8/, too/"] {
        isso.somebody_says(page, "Ada", "It is calm.").await?;
    }
    let waline = Waline::start().await?;
    for (page, text) in [("/7/", "One."), ("/7/", "Two."), ("/7/", "Three.")] {
        waline.somebody_says(page, text).await?;
    }
    let html = format!(
        r#"{} <b class="isso" data-afterword-count="/8/, too/" data-backend="isso" data-api="{}"></b>
        {} <b class="waline" data-afterword-count="/a,b/" data-backend="waline" data-api="{}">Comments</b>"#,
        two(
            "isso",
            &format!(r#"data-backend="isso" data-api="{}""#, isso.url())
        ),
        isso.url(),
        two(
            "waline",
            &format!(r#"data-backend="waline" data-api="{}""#, waline.url())
        ),
        waline.url(),
    );
    let reader = story.reader().await?;
    reader.goes_to(&index(story, &files, &html)).await?;
    say(&reader, ".isso", &["2", "0", "1"]).await?;
    // Waline can't be asked for a key with a comma.
    say(&reader, ".waline", &["3", "0", "Comments"]).await?;
    let asked = "return performance.getEntriesByType('resource')
        .filter(({ name }) => name.startsWith(argument)).length;";
    for url in [isso.url(), waline.url()] {
        // A browser may tell of a request after the page has had the answer.
        let times = until("the requests", || async {
            let times: usize = reader.ask(asked, json!(url)).await?;
            Ok((times > 0).then_some(times))
        })
        .await?;
        anyhow::ensure!(times == 1, "{url} was asked {times} times");
    }
    Ok(())
}

pub(crate) async fn of_what_the_page_brings_and_keeps(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let register = format!(r#"<script src="{}/register.js"></script>"#, files.url(""));
    let brought = r#"<script>
        Afterword.registerBackend("mine", () => ({
          offers: "newest",
          list: () => ({ comments: [] }),
          counts: ({ pages }) => pages.map((page) => ({ "/7/": 7, "/8/": -1 })[page]),
        }));
        Afterword.registerBackend("none", { offers: "newest", list: () => ({ comments: [] }) });
      </script>"#;
    let html = [
        register,
        brought.to_owned(),
        two("mine", r#"data-backend="mine""#),
        two("none", r#"data-backend="none""#),
        two("local", r#"data-backend="local""#),
    ]
    .concat();
    let reader = story.reader().await?;
    let url = index(story, &files, &html);
    reader.goes_to(&url).await?;
    // A number that is none is not shown.
    say(&reader, ".mine", &["7", "…"]).await?;
    say(&reader, ".none", &["…", "…"]).await?;
    say(&reader, ".local", &["0", "0"]).await
}
