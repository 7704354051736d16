//! A moderator who decides under the article what the page takes, and readers who hear of it.

use afterword_e2e::{Page, Reader, Shown, Story};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::held::{at, in_the_line, says, server, signs_in};

const CLOSED: &str = "No more comments are taken here.";

/// Ada at the article, signed in there.
async fn moderates(story: &Story, url: &str) -> Result<Reader> {
    let ada = story.reader().await?;
    ada.opens(&format!("{url}#moderate")).await?;
    signs_in(&ada).await?;
    ada.sees("You moderate as Ada.").await?;
    Ok(ada)
}

/// Opens the dialog about the page, and sets fields there.
async fn sets(ada: &Reader, fields: &[(&str, &str)]) -> Result<()> {
    in_the_line(ada, "This page…").await?;
    ada.finds(
        "the dialog, and the focus in it",
        "return active() === root.querySelector('dialog[open] [name=state]');",
    )
    .await?;
    ada.finds_no_barrier().await?;
    let set = "const [name, value] = argument;
        const field = root.querySelector(`dialog[open] [name=${name}]`);
        if (field.type === 'checkbox') field.checked = value === 'on';
        else field.value = value;";
    for field in fields {
        ada.run(set, json!(field)).await?;
    }
    saves(ada).await
}

async fn saves(ada: &Reader) -> Result<()> {
    let button = "return root.querySelector('dialog[open] .button-primary');";
    ada.clicks_on("the button of the dialog", button, json!(null))
        .await
}

fn can_reply(shown: &Shown, text: &str) -> bool {
    let comment = shown.comment(text);
    comment.is_some_and(|it| it.buttons.iter().any(|it| it == "Reply"))
}

pub(crate) async fn a_moderator_closes_the_page(story: &Story) -> Result<()> {
    let server = server(&["votes=both"])?;
    let id = server
        .has_comment("/article", Some("Bo"), "First words.", None)
        .await?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    let bo = at(story, &url).await?;
    bo.writes("Half a thought").await?;
    let li = at(story, &url).await?;
    let by_id = format!("#{id}");
    li.clicks_at(&by_id, "Reply").await?;
    li.writes_into(Some(&by_id), "Half an answer").await?;

    let ada = moderates(story, &url).await?;
    sets(&ada, &[("state", "closed")]).await?;
    ada.sees("This page takes no more comments.").await?;
    ada.waits("it is closed for her, too", |shown| {
        !can_reply(shown, "First words.")
    })
    .await?;
    // Whoever writes is told, and keeps what they wrote.
    bo.hears(CLOSED).await?;
    bo.finds(
        "the draft, and the focus in it",
        "const field = root.querySelector('.notice textarea');
         return field?.readOnly && field.value === 'Half a thought'
             && active() === field && !root.querySelector('form.composer');",
    )
    .await?;
    bo.finds_no_barrier().await?;
    li.finds(
        "the answer that was begun",
        "const field = root.querySelector('.branch > .notice textarea');
         return field?.readOnly && field.value === 'Half an answer' && active() === field;",
    )
    .await?;
    li.waits("nothing to be answered", |shown| {
        !can_reply(shown, "First words.")
    })
    .await?;

    in_the_line(&ada, "Undo").await?;
    ada.sees("Undone.").await?;
    for (reader, text) in [(&bo, "Half a thought"), (&li, "Half an answer")] {
        reader.hears("This page takes comments again.").await?;
        let is_back =
            format!("return all('form.composer textarea').some((it) => it.value === '{text}');");
        reader.finds("the draft in the composer", &is_back).await?;
    }
    bo.waits("what can be answered", |shown| {
        can_reply(shown, "First words.")
    })
    .await?;
    bo.posts().await?;
    bo.hears("Your comment has been posted.").await?;
    bo.sees_comment("Half a thought").await.map(drop)
}

pub(crate) async fn a_moderator_slows_the_page_down(story: &Story) -> Result<()> {
    let server = server(&["votes=both"])?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    let bo = at(story, &url).await?;
    let ada = moderates(story, &url).await?;
    sets(&ada, &[("slow", "ten")]).await?;
    ada.finds(
        "why not",
        "return root.querySelector('dialog[open] .tool-trouble').textContent
             === 'Enter a whole number from 0 to 86400.'
             && active() === root.querySelector('dialog[open] [name=slow]');",
    )
    .await?;
    let ten = "root.querySelector('dialog[open] [name=slow]').value = '600';";
    ada.run(ten, json!(null)).await?;
    saves(&ada).await?;
    ada.sees("Saved for this page.").await?;
    let is_slow = "return root.querySelector('.composer-slow')?.dataset.seconds === '600';";
    bo.finds("how slow it is", is_slow).await?;
    says(&bo, "In my own time.", "Your comment has been posted.").await?;
    bo.finds(
        "when the next can be posted",
        "return /You can post again in 5\\d\\d seconds/.test(root.querySelector('.composer-slow').textContent);",
    )
    .await?;

    // All of it at once, and all of it back at once.
    sets(&ada, &[("slow", "0"), ("policy", "held"), ("only", "on")]).await?;
    ada.sees("This page takes no more comments.").await?;
    let is_gone = "return !root.querySelector('.vote') && !root.querySelector('form.composer');";
    bo.finds("nothing to be voted on", is_gone).await?;
    in_the_line(&ada, "Undo").await?;
    ada.sees("Undone.").await?;
    bo.finds("what it was", is_slow).await?;
    let has_votes = "return all('.vote').length > 0;";
    bo.finds("votes again", has_votes).await?;

    // What a page holds is seen by nobody.
    sets(&ada, &[("slow", "0"), ("policy", "held")]).await?;
    ada.sees("Saved for this page.").await?;
    let li = at(story, &url).await?;
    says(&li, "Let me in.", "Your comment waits for approval.").await?;
    let page = ada.shown().await?;
    ensure!(page.comment("Let me in.").is_none());
    Ok(())
}

pub(crate) async fn a_moderator_closes_what_nobody_has_commented_on(story: &Story) -> Result<()> {
    let server = server(&["votes=both"])?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    let bo = at(story, &url).await?;
    let ada = moderates(story, &url).await?;
    sets(&ada, &[("state", "closed")]).await?;
    ada.sees("This page takes no more comments.").await?;
    bo.hears(CLOSED).await?;
    let later = story.reader().await?;
    later.goes_to(&url).await?;
    later.sees(CLOSED).await.map(drop)
}
