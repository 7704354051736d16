//! Comments that are kept in a file, or in the page.

use afterword_e2e::{Page, Reply, Site, Story};
use anyhow::{Result, ensure};

fn page(files: &Site, src: &str) -> Page {
    let attributes = format!("data-backend=static data-sort=oldest data-src={src}");
    Page::new().script(&files.url(""), &attributes)
}

pub(crate) async fn a_thread_that_a_server_once_had(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    // What `GET /api/v1/comments` answers is a file that can be kept.
    let server = story.server()?;
    let there = story.article("/posts/slow", &server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&there).await?;
    reader.signs("Ana").await?;
    reader.writes("A **word** to keep.").await?;
    reader.posts().await?;
    reader.sees_comment("to keep.").await?;
    reader.answers("to keep", "And an answer.").await?;
    let list = format!(
        "{}/api/v1/comments?page=/posts/slow&limit=100",
        server.url()
    );
    let kept = reqwest::get(&list)
        .await?
        .error_for_status()?
        .text()
        .await?;
    story.site.serve("/kept.json", Reply::json(kept));
    let url = story.page("/posts/old", &page(&files, "/kept.json"));
    let shown = reader.reads(&url).await?;
    let words: Vec<_> = shown.comments.iter().map(|it| it.text.as_str()).collect();
    ensure!(words == ["A word to keep.", "And an answer."], "{shown:#?}");
    ensure!(shown.comments[0].author == "Ana", "{shown:#?}");
    ensure!(shown.comments[0].number == "#1", "{shown:#?}");
    ensure!(
        shown.notices == ["No more comments are taken here."],
        "{shown:#?}"
    );
    ensure!(shown.draft.is_none(), "{shown:#?}");
    Ok(())
}

pub(crate) async fn json_in_the_page(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let kept = r#"<script type="application/json" id="comments">[
        { "id": 1, "author": "Ana", "created": "2026-11-20T08:00:00Z", "text": "As it was <typed>,\non two lines." },
        { "id": 2, "author": "Ben", "created": 1795000000000, "html": "<p>Inside.</p>", "website": "javascript:alert(1)",
          "replies": [{ "id": 3, "author": "Cid", "created": "2026-11-20T10:00:00Z", "html": "<p>Below <img src=x onerror='window.bad = 1'></p>" }] },
        { "id": 4, "parent": 99, "html": "<p>An orphan.</p>" },
        { "id": 4, "html": "<p>Told twice.</p>" },
        { "id": 5, "parent": 6, "html": "<p>Round</p>" }, { "id": 6, "parent": 5, "html": "<p>and round</p>" },
        { "id": 7, "status": "deleted" }, null, 7, "x"
    ]</script>"#;
    let url = story.page("/posts/old", &page(&files, "#comments").body(kept));
    let reader = story.reader().await?;
    let shown = reader.reads(&url).await?;
    let mut words: Vec<_> = shown.comments.iter().map(|it| it.text.as_str()).collect();
    words.sort_unstable();
    ensure!(
        words
            == [
                "An orphan.",
                "As it was <typed>,on two lines.",
                "Below",
                "Inside.",
                "Round",
                "and round",
            ],
        "{shown:#?}"
    );
    Ok(())
}

pub(crate) async fn says_what_is_wrong_with_it(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let reader = story.reader().await?;
    story.site.serve("/page.json", Reply::html("<p>Not JSON"));
    story.site.serve("/other.json", Reply::json("{\"a\": 1}"));
    story.site.serve("/empty.json", Reply::json("[]"));
    let nonsense = "The comment server gave an answer that makes no sense.";
    for (src, sentence) in [
        ("/page.json", nonsense),
        ("/other.json", nonsense),
        (
            "/none.json",
            "The comment server refused with the code 404.",
        ),
        ("/empty.json", "No more comments are taken here."),
        ("#nowhere", "The comments could not be loaded."),
    ] {
        let url = story.page("/posts/old", &page(&files, src));
        reader.goes_to(&url).await?;
        reader.sees(sentence).await?;
    }
    Ok(())
}
