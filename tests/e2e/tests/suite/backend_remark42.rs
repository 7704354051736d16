//! Remark42: by recorded exchanges, and through its three ways to say who somebody is.

use afterword_e2e::{Page, Replay, Site, Story};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::common::{introduces_themselves, is_pressed, now};

/// A page with a thread of that server.
fn article(story: &Story, files: &Site, attributes: &str) -> String {
    let attributes = format!("data-backend=remark42 {attributes}");
    story.page("/article", &Page::new().script(&files.url(""), &attributes))
}

/// The address as a host name of its own: its cookies are out of the page's reach.
fn elsewhere(server: &Replay) -> String {
    server.url().replace("127.0.0.1", "localhost")
}

pub(crate) async fn as_somebody_with_a_name(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let url = story.site.url("/article");
    let recording = include_str!("../../replays/remark42.http");
    let values = [("page", url.as_str()), ("now", &now()?)];
    let server = Replay::start(recording, &values).await?;
    let attributes = format!("data-api={} data-site=blog", server.url());
    article(story, &files, &attributes);
    let reader = story.reader().await?;
    let shown = reader.opens(&url).await?;
    let words: Vec<_> = shown.comments.iter().map(|it| it.text.as_str()).collect();
    ensure!(
        words.len() == 4 && words[0] == "The rules of this place" && words[3] == "A nested reply",
        "what is pinned stands first: {shown:#?}"
    );
    ensure!(
        shown.comments[1].author == "Ben <3 & \"Co\"" && !shown.comments[1].html.contains("<img"),
        "{shown:#?}"
    );
    ensure!(shown.comments[2].is("deleted"), "{shown:#?}");
    ensure!(shown.title == "3 comments", "{shown:#?}");

    introduces_themselves(&reader, &[("author", "Ada-Lovelace")]).await?;
    reader.writes("[x](javascript:alert(1))").await?;
    reader.posts().await?;
    reader
        .waits("the sentence", |shown| {
            let refused = "doesn't take this text";
            shown.errors.iter().any(|it| it.contains(refused))
        })
        .await?;
    reader.clicks("Discard").await?;
    reader.writes("**hi** \"q\"").await?;
    reader.clicks("Preview").await?;
    reader
        .finds(
            "how it will look",
            "return !!root.querySelector('.composer-preview strong');",
        )
        .await?;
    reader.clicks("Preview").await?;
    reader.writes("A **first** word.").await?;
    reader.posts().await?;
    let own = reader.sees_comment("A first word.").await?;
    ensure!(own.author == "Ada Lovelace", "{own:#?}");
    reader.answers("A nested reply", "An answer.").await?;
    let by_id = format!("#{}", own.id);
    reader.clicks_at(&by_id, "Edit").await?;
    reader
        .finds(
            "the text as it was typed",
            &format!("return composer('{by_id}')?.querySelector('textarea').value === 'A **first** word.';"),
        )
        .await?;
    reader.writes_into(Some(&by_id), "Another word.").await?;
    reader.submits(&by_id).await?;
    reader.sees_comment("Another word.").await?;
    reader.deletes("Another word.").await?;
    let sentence = "Somebody has answered this comment";
    reader
        .waits("the sentence", |shown| {
            shown.errors.iter().any(|it| it.contains(sentence))
        })
        .await?;
    reader.deletes("An answer.").await?;
    reader.sees_no_longer("An answer.").await?;

    let vote = async |label: &str| reader.clicks_at("Hello world", label).await;
    vote("Vote up, 2 votes").await?;
    is_pressed(&reader, "Hello world", "Vote up, 3 votes", true).await?;
    vote("Vote down, 0 votes").await?;
    is_pressed(&reader, "Hello world", "Vote up, 1 vote", false).await?;
    reader
        .clicks_at("A nested reply", "Vote up, 0 votes")
        .await?;
    reader
        .waits("that it counts already", |shown| shown.errors.len() > 1)
        .await?;

    // By then the page has become old.
    reader.driver().refresh().await?;
    let shown = reader
        .waits("the thread", |shown| shown.comments.len() == 1)
        .await
        .or_else(|error| server.is_told().and(Err(error)))?;
    ensure!(shown.draft.is_none(), "{shown:#?}");
    ensure!(
        shown.comments[0].buttons.iter().all(|it| it != "Reply"),
        "{shown:#?}"
    );
    server.is_told()
}

pub(crate) async fn by_a_token_in_a_header(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let url = story.site.url("/article");
    let recording = include_str!("../../replays/remark42_token.http");
    let values = [("page", url.as_str()), ("now", &now()?)];
    let server = Replay::start(recording, &values).await?;
    article(story, &files, &format!("data-api={}", elsewhere(&server)));
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    introduces_themselves(&reader, &[("author", "Ada")]).await?;
    reader.comments("By a header.").await?;
    reader.answers("By a header.", "Later.").await?;
    reader.reloads().await?;
    server.is_told()
}

pub(crate) async fn where_nothing_can_be_sent(story: &Story) -> Result<()> {
    story.expects_error("Afterword: comments can be read from this Remark42");
    let files = Site::with_widget().await?;
    let url = story.site.url("/article");
    let recording = include_str!("../../replays/remark42_cut.http");
    let values = [("page", url.as_str()), ("header", "false")];
    let server = Replay::start(recording, &values).await?;
    article(story, &files, &format!("data-api={}", elsewhere(&server)));
    let reader = story.reader().await?;
    reader.goes_to(&url).await?;
    let shown = reader
        .waits("the thread", |shown| shown.comments.len() == 1)
        .await?;
    ensure!(shown.draft.is_none(), "nobody writes in vain: {shown:#?}");
    reader
        .sees("be posted from this page yet. If the site is yours")
        .await?;
    let buttons = &shown.comments[0].buttons;
    ensure!(
        buttons
            .iter()
            .all(|it| it != "Reply" && !it.starts_with("Vote")),
        "{shown:#?}"
    );
    let told = reader.page_errors().await?;
    ensure!(
        told.iter()
            .any(|it| it.contains("Access-Control-Expose-Headers: X-JWT")),
        "{told:?}"
    );
    server.is_told()
}

pub(crate) async fn with_an_account(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    let url = story.site.url("/article");
    let recording = include_str!("../../replays/remark42_account.http");
    let values = [("page", url.as_str()), ("now", &now()?)];
    let server = Replay::start(recording, &values).await?;
    let attributes = format!("data-api={} data-site=blog", server.url());
    article(story, &files, &attributes);
    let reader = story.reader().await?;
    reader.goes_to(&url).await?;
    let shown = reader
        .waits("the thread", |shown| shown.comments.len() == 1)
        .await?;
    ensure!(shown.draft.is_none(), "{shown:#?}");
    let leaves = async |label: &str| {
        reader
            .clicks_on(label, "return button(root, argument);", json!(label))
            .await
    };
    leaves("Sign in").await?;
    // Who changes their mind is asked again.
    reader
        .finds(
            "the choice",
            "return root.querySelectorAll('dialog[open] .tool-buttons button').length === 2;",
        )
        .await?;
    reader.finds_no_barrier().await?;
    reader.presses("\u{e00c}").await?;
    reader
        .finds("the end of that", "return !root.querySelector('dialog');")
        .await?;
    leaves("Sign in").await?;
    leaves("Google").await?;
    reader.waits_for_the_thread().await?;
    reader.clicks_at("Read me.", "Vote up, 0 votes").await?;
    is_pressed(&reader, "Read me.", "Vote up, 1 vote", true).await?;
    reader.writes("It is me.").await?;
    reader.sees("Signed in as Grace").await?;
    reader.posts().await?;
    let own = reader.sees_comment("It is me.").await?;
    ensure!(own.author == "Grace", "{own:#?}");
    leaves("Sign out").await?;
    reader
        .waits("no composer", |shown| shown.draft.is_none())
        .await?;
    server.is_told()
}
