//! A discussion on GitHub, from the file that a site's build makes.

use afterword_e2e::{Page, Reply, Site, Story};
use anyhow::{Context, Result, ensure};
use serde_json::json;

/// As GitHub's GraphQL answers the query of docs/backends.md; its fields are those of its published
/// schema.
const GRAPHQL: &str = r##"{ "data": { "repository": { "discussion": {
  "id": "D_kwDO1", "url": "https://github.com/ada/slow/discussions/5", "locked": false,
  "comments": { "totalCount": 4, "pageInfo": { "hasNextPage": false }, "nodes": [
    { "id": "DC_kwDO1", "author": { "login": "bob", "url": "https://github.com/bob" }, "createdAt": "2026-11-20T09:00:00Z", "lastEditedAt": "2026-11-20T09:10:00Z", "deletedAt": null, "isMinimized": false,
      "url": "https://github.com/ada/slow/discussions/5#discussioncomment-1", "upvoteCount": 3,
      "reactionGroups": [{ "content": "THUMBS_UP", "reactors": { "totalCount": 2 } }, { "content": "HEART", "reactors": { "totalCount": 0 } }],
      "bodyHTML": "<p dir=\"auto\">Well said <g-emoji class=\"g-emoji\" alias=\"+1\">👍</g-emoji></p><div class=\"highlight highlight-source-rust\"><pre><span class=\"pl-k\">fn</span> late() {}</pre></div><ul class=\"contains-task-list\"><li class=\"task-list-item\"><input type=\"checkbox\" checked disabled class=\"task-list-item-checkbox\"> read</li></ul><p><a target=\"_blank\" rel=\"noopener\" href=\"https://camo.example/1\"><img src=\"https://camo.example/1\" alt=\"a clock\" style=\"max-width: 100%;\"></a> <a href=\"/ada/slow/issues/1\">#1</a></p>",
      "replies": { "totalCount": 1, "nodes": [
        { "id": "DC_kwDO2", "author": null, "createdAt": "2026-11-20T09:30:00Z", "isMinimized": false, "url": "https://github.com/ada/slow/discussions/5#discussioncomment-2", "bodyHTML": "<p>I was here.</p>" }
      ] } },
    { "id": "DC_kwDO3", "author": { "login": "eve" }, "createdAt": "2026-11-20T10:00:00Z", "isMinimized": true, "minimizedReason": "off-topic", "url": "https://github.com/ada/slow/discussions/5#discussioncomment-3", "upvoteCount": 0, "bodyHTML": "<p>Buy clocks.</p>", "replies": { "totalCount": 0, "nodes": [] } },
    { "id": "DC_kwDO4", "author": { "login": "spam" }, "createdAt": "2026-11-20T10:10:00Z", "isMinimized": true, "minimizedReason": "SPAM", "bodyHTML": "<p>Buy!</p>", "replies": { "totalCount": 0, "nodes": [] } },
    { "id": "DC_kwDO5", "author": { "login": "gus" }, "createdAt": "2026-11-20T10:20:00Z", "deletedAt": "2026-11-20T10:30:00Z", "bodyHTML": "", "replies": { "totalCount": 120, "nodes": [
        { "id": "DC_kwDO6", "author": { "login": "fay", "url": "https://github.com/fay" }, "createdAt": "2026-11-20T10:40:00Z", "url": "https://github.com/ada/slow/discussions/5#discussioncomment-6", "bodyHTML": "<p>To what is gone.</p>" }
      ] } }
  ] } } } } }"##;

/// As giscus has it.
const GISCUS: &str = r##"{ "viewer": null, "discussion": {
  "id": "D_kwDO1", "url": "https://github.com/ada/slow/discussions/5", "locked": true, "totalCommentCount": 1, "totalReplyCount": 1, "reactionCount": 0,
  "repository": { "nameWithOwner": "ada/slow" }, "pageInfo": { "hasNextPage": false, "hasPreviousPage": false }, "reactions": {},
  "comments": [ { "id": "DC_kwDO1", "author": { "login": "bob", "avatarUrl": "https://avatars.example/1", "url": "https://github.com/bob" }, "createdAt": "2026-11-20T09:00:00Z", "lastEditedAt": null, "deletedAt": null, "isMinimized": false,
    "bodyHTML": "<p dir=\"auto\">Well said</p>", "url": "https://github.com/ada/slow/discussions/5#discussioncomment-1", "upvoteCount": 3, "replyCount": 1, "reactions": { "HEART": { "count": 2, "viewerHasReacted": false } },
    "replies": [ { "id": "DC_kwDO2", "author": { "login": "ada", "url": "https://github.com/ada" }, "replyToId": "DC_kwDO1", "createdAt": "2026-11-20T09:30:00Z", "bodyHTML": "<p>Thanks</p>" } ] } ] } }"##;

fn article(story: &Story, files: &Site) -> String {
    let attributes = "data-backend=github data-sort=oldest data-src=discussion.json";
    story.page(
        "/posts/slow",
        &Page::new().script(&files.url(""), attributes),
    )
}

pub(crate) async fn a_discussion_as_the_build_keeps_it(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    story
        .site
        .serve("/posts/discussion.json", Reply::json(GRAPHQL));
    let reader = story.reader().await?;
    let shown = reader.reads(&article(story, &files)).await?;
    let authors: Vec<_> = shown
        .comments
        .iter()
        .filter(|it| !it.is("deleted"))
        .map(|it| it.author.as_str())
        .collect();
    ensure!(authors == ["bob", "ghost", "eve", "fay"], "{shown:#?}");
    let depths: Vec<_> = shown.comments.iter().map(|it| it.depth).collect();
    ensure!(depths == [0, 1, 0, 0, 1], "{shown:#?}");
    let bob = shown.comment("Well said").context("bob's")?;
    ensure!(
        bob.text.contains("Well said 👍fn late() {}☑ read"),
        "{bob:#?}"
    );
    ensure!(
        bob.html
            .contains(r#"<code class="language-rust">fn late() {}"#),
        "{bob:#?}"
    );
    ensure!(
        bob.html.contains("🖼 a clock") && bob.html.contains("https://github.com/ada/slow/issues/1"),
        "{bob:#?}"
    );
    ensure!(!bob.html.contains("<img"), "{bob:#?}");
    ensure!(
        bob.buttons.iter().any(|it| it == "Answer on GitHub"),
        "{bob:#?}"
    );
    let counts = "const it = article('Well said');\
        return it.querySelector('.vote').ariaLabel == 'Vote up, 3 votes' \
            && [...it.querySelectorAll('.reaction')].map((it) => it.ariaLabel + it.disabled).join() \
                == '👍 2true';";
    reader.finds("votes and reactions", counts).await?;
    let eve = shown.comment("Buy clocks").context("eve's")?;
    ensure!(eve.html.contains("spoiler"), "{eve:#?}");
    ensure!(
        shown.notices == ["Answer on GitHub", "Some comments could not be shown."],
        "{shown:#?}"
    );
    Ok(())
}

pub(crate) async fn a_locked_one_in_the_shape_of_giscus(story: &Story) -> Result<()> {
    let files = Site::with_widget().await?;
    story
        .site
        .serve("/posts/discussion.json", Reply::json(GISCUS));
    let reader = story.reader().await?;
    let shown = reader.reads(&article(story, &files)).await?;
    let words: Vec<_> = shown.comments.iter().map(|it| it.text.as_str()).collect();
    ensure!(words == ["Well said", "Thanks"], "{shown:#?}");
    ensure!(
        shown.notices == ["No more comments are taken here."],
        "{shown:#?}"
    );
    let buttons = "return !button(root, 'Answer on GitHub') && !root.querySelector('.composer');";
    ensure!(reader.ask::<bool>(buttons, json!(null)).await?);
    Ok(())
}
