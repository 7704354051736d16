//! A reader thinks something of what others wrote: votes, reactions, and the orders that they make.

use afterword_e2e::{Preferences, Reader, Server, Story, until};
use afterword_protocol::Reaction;
use anyhow::{Result, ensure};
use serde_json::json;

const ENTER: &str = "\u{e007}";

/// Waits until a button of the comment with those words is called that, and is pressed or not.
async fn finds(reader: &Reader, words: &str, label: &str, is_pressed: bool) -> Result<()> {
    let pressed = if is_pressed { "true" } else { "false" };
    reader
        .finds(
            &format!("\"{label}\" at \"{words}\", pressed: {pressed}"),
            &format!("return button(article('{words}'), '{label}')?.ariaPressed === '{pressed}';"),
        )
        .await
}

/// Presses a reaction to the article.
async fn reacts_to_the_article(reader: &Reader, label: &str) -> Result<()> {
    reader
        .clicks_on(
            label,
            "return button(root?.querySelector('.thread > .reactions'), argument);",
            json!(label),
        )
        .await
}

async fn finds_on_the_article(reader: &Reader, label: &str, is_pressed: bool) -> Result<()> {
    let pressed = if is_pressed { "true" } else { "false" };
    reader
        .finds(
            &format!("\"{label}\" at the article, pressed: {pressed}"),
            &format!(
                "return button(root.querySelector('.thread > .reactions'), '{label}')
                     ?.ariaPressed === '{pressed}';"
            ),
        )
        .await
}

async fn says(server: &Server, texts: &[&str]) -> Result<()> {
    for text in texts {
        server
            .has_comment("/article", Some("Ana"), text, None)
            .await?;
    }
    Ok(())
}

pub(crate) async fn a_vote_that_is_changed_and_taken_back(story: &Story) -> Result<()> {
    let server = story.server()?;
    says(&server, &["Slow news is good news."]).await?;
    let article = story.article("/article", &server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&article).await?;
    let up = async |from: &str| reader.clicks_at("Slow news", from).await;
    up("Vote up, 0 votes").await?;
    finds(&reader, "Slow news", "Vote up, 1 vote", true).await?;
    knows(&server, (1, 0)).await?;
    // Another reader sees it, and it is nobody's own there.
    let other = story.reader().await?;
    other.opens(&article).await?;
    finds(&other, "Slow news", "Vote up, 1 vote", false).await?;
    other.clicks_at("Slow news", "Vote up, 1 vote").await?;
    finds(&other, "Slow news", "Vote up, 2 votes", true).await?;

    reader.reloads().await?;
    finds(&reader, "Slow news", "Vote up, 2 votes", true).await?;
    reader.clicks_at("Slow news", "Vote down, 0 votes").await?;
    finds(&reader, "Slow news", "Vote down, 1 vote", true).await?;
    finds(&reader, "Slow news", "Vote up, 1 vote", false).await?;
    reader.clicks_at("Slow news", "Vote down, 1 vote").await?;
    finds(&reader, "Slow news", "Vote down, 0 votes", false).await?;
    knows(&server, (1, 0)).await
}

/// Waits until the server knows of so many votes up and down: readers are shown their own at once.
async fn knows(server: &Server, votes: (u32, u32)) -> Result<()> {
    until("the server to know", || async {
        let list = server.thread("/article").await?;
        let root = &list.branches[0].root;
        Ok(((root.up, root.down) == votes).then_some(()))
    })
    .await
}

pub(crate) async fn reactions_to_a_comment_and_to_the_article(story: &Story) -> Result<()> {
    let server = story.server()?;
    says(&server, &["Slow news is good news."]).await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader.clicks_at("Slow news", "Add a reaction").await?;
    reader.clicks_at("Slow news", "😂").await?;
    finds(&reader, "Slow news", "😂 1", true).await?;
    reader
        .finds(
            "the focus, and no other reactions",
            "return active()?.matches('.react[aria-expanded=false]')
                 && all('.comment .reaction').length === 1;",
        )
        .await?;
    reacts_to_the_article(&reader, "❤️").await?;
    finds_on_the_article(&reader, "❤️ 1", true).await?;
    reader.finds_no_barrier().await?;
    until("the server to know", || async {
        let list = server.thread("/article").await?;
        let is_given = |all: &[Reaction]| all.iter().any(|it| it.count == 1);
        let is_known = is_given(&list.reactions) && is_given(&list.branches[0].root.reactions);
        Ok(is_known.then_some(()))
    })
    .await?;
    let other = story.reader().await?;
    other
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    finds(&other, "Slow news", "😂 1", false).await?;
    finds_on_the_article(&other, "❤️ 1", false).await?;
    reader.reloads().await?;
    finds(&reader, "Slow news", "😂 1", true).await?;
    finds_on_the_article(&reader, "❤️ 1", true).await?;
    reader.clicks_at("Slow news", "😂 1").await?;
    reader
        .finds("none", "return all('.comment .reaction').length === 0;")
        .await?;
    reacts_to_the_article(&reader, "❤️ 1").await?;
    finds_on_the_article(&reader, "❤️", false).await
}

pub(crate) async fn a_vote_that_does_not_arrive(story: &Story) -> Result<()> {
    let mut server = story.server()?;
    says(&server, &["Slow news is good news."]).await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader.has_the_program().await?;
    story.expects_error("thoughts");
    server.kill();
    reader.clicks_at("Slow news", "Vote up, 0 votes").await?;
    reader.sees("The comment server can't be reached.").await?;
    finds(&reader, "Slow news", "Vote up, 0 votes", false).await?;
    server.start_again()?;
    reader.clicks_at("Slow news", "Vote up, 0 votes").await?;
    finds(&reader, "Slow news", "Vote up, 1 vote", true).await?;
    reader
        .sees_no_longer("The comment server can't be reached.")
        .await?;
    let list = server.thread("/article").await?;
    ensure!(list.branches[0].root.up <= 1, "{list:#?}");
    Ok(())
}

pub(crate) async fn ones_own_comment_has_no_vote_of_ones_own(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader.comments("Slow news is good news.").await?;
    reader
        .finds(
            "buttons that can't be pressed",
            "const it = article('Slow news');
             return all('.vote', it).length === 2 && all('.vote', it).every((it) => it.disabled)
                 && !it.querySelector('.react');",
        )
        .await?;
    reader.finds_no_barrier().await
}

pub(crate) async fn the_owner_says_what_there_is(story: &Story) -> Result<()> {
    let server = Server::start(vec![
        ("AFTERWORD_VOTES", "up".to_owned()),
        ("AFTERWORD_REACTIONS", String::new()),
    ])?;
    says(&server, &["Slow news is good news."]).await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader.clicks_at("Slow news", "Vote up, 0 votes").await?;
    finds(&reader, "Slow news", "Vote up, 1 vote", true).await?;
    reader
        .finds(
            "no more than that",
            "return all('.vote').length === 1 && all('.react, .reaction').length === 0;",
        )
        .await?;
    let server = Server::start(vec![("AFTERWORD_VOTES", "none".to_owned())])?;
    server
        .has_comment("/other", None, "No vote on that.", None)
        .await?;
    reader
        .opens(&story.article("/other", &server.url(), ""))
        .await?;
    reader
        .finds(
            "no votes",
            "return all('.vote, .sort [value=top]').length === 0 && all('.react').length === 1;",
        )
        .await
}

pub(crate) async fn the_best_and_the_most_discussed(story: &Story) -> Result<()> {
    let server = story.server()?;
    let says = |text, parent| server.has_comment("/article", None, text, parent);
    let first = says("first", None).await?;
    let second = says("second", None).await?;
    says("third", None).await?;
    says("an answer", Some(second.as_str())).await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader
        .clicks_at(&format!("#{first}"), "Vote up, 0 votes")
        .await?;
    finds(&reader, &format!("#{first}"), "Vote up, 1 vote", true).await?;
    until("the server to know", || async {
        let list = server.thread("/article").await?;
        Ok((list.branches[2].root.up == 1).then_some(()))
    })
    .await?;
    reader.clicks("Top").await?;
    reader
        .sees_comments(&["first", "third", "second", "an answer"])
        .await?;
    reader.clicks("Most discussed").await?;
    let order = ["second", "an answer", "third", "first"];
    reader.sees_comments(&order).await?;
    // The browser remembers it, whatever the owner's order is.
    reader.reloads().await?;
    reader.has_the_program().await?;
    reader.sees_comments(&order).await?;
    let is_chosen = "return root.querySelector('.sort [aria-pressed=true]').value === 'discussed'";
    reader.finds("the chosen order", is_chosen).await?;
    // On another page the server draws it so, before the program comes.
    let talked = server.has_comment("/other", None, "talk", None).await?;
    server
        .has_comment("/other", None, "an answer", Some(&talked))
        .await?;
    server.has_comment("/other", None, "silence", None).await?;
    let other = story.article("/other", &server.url(), "");
    // The mouse would bring it.
    let mouse = reader.driver().action_chain().move_to(0, 0);
    mouse.perform().await?;
    reader.opens(&other).await?;
    reader
        .sees_comments(&["talk", "an answer", "silence"])
        .await?;
    let is_drawn = format!("{is_chosen} && !host.isActive;");
    reader
        .finds("the order without the program", &is_drawn)
        .await
}

pub(crate) async fn by_keyboard_alone(story: &Story) -> Result<()> {
    let server = story.server()?;
    says(&server, &["Slow news is good news."]).await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader
        .tabs_to("the article's", "return at.ariaLabel === '❤️';")
        .await?;
    reader.presses(" ").await?;
    finds_on_the_article(&reader, "❤️ 1", true).await?;
    reader
        .tabs_to("the vote", "return at.matches('.vote.is-down');")
        .await?;
    reader.presses(" ").await?;
    finds(&reader, "Slow news", "Vote down, 1 vote", true).await?;
    reader
        .finds(
            "the focus where it was",
            "return active()?.matches('.vote.is-down');",
        )
        .await?;
    reader
        .tabs_to("more reactions", "return at.matches('.react');")
        .await?;
    reader.presses(ENTER).await?;
    reader
        .tabs_to("one of them", "return at.ariaLabel === '😮';")
        .await?;
    reader.presses(ENTER).await?;
    finds(&reader, "Slow news", "😮 1", true).await?;
    reader
        .finds("the focus beside it", "return active()?.matches('.react');")
        .await
}

pub(crate) async fn without_scripts_they_are_given(story: &Story) -> Result<()> {
    let server = story.server()?;
    says(&server, &["Slow news is good news."]).await?;
    let reader = story
        .reader_with(Preferences {
            no_scripts: true,
            ..Preferences::default()
        })
        .await?;
    reader
        .opens(&format!("{}/thread?page=/article&sort=top", server.url()))
        .await?;
    let presses = async |what: &str, selector: &str| {
        let find = format!("return root.querySelector({selector:?});");
        reader.clicks_on(what, &find, json!(null)).await
    };
    presses("the vote up", ".vote:not(.is-down)").await?;
    let about = "the comment, with the vote and all reactions";
    reader
        .finds(
            about,
            "return !root.querySelector('textarea') && all('.reaction').length === 5
                 && !root.querySelector('.react')
                 && root.querySelector('.vote[aria-pressed=true][data-n=\"1\"]')
                     ?.matches(':not(.is-down)');",
        )
        .await?;
    presses("the laugh", ".reaction[value='😂']").await?;
    reader
        .finds(
            "both, and the vote still there",
            "return !!root.querySelector('.vote[aria-pressed=true]')
                 && !!root.querySelector('[aria-pressed=true][aria-label=\"😂 1\"]');",
        )
        .await?;
    presses("the vote, to take it back", ".vote[aria-pressed=true]").await?;
    reader
        .finds(
            "no vote",
            "return !root.querySelector('.vote[aria-pressed=true]')
                 && root.querySelectorAll('.vote[data-n=\"0\"]').length === 2;",
        )
        .await?;
    // And to the article, where its thread is whole.
    presses("all comments", "a[href*='page=']:not([href*='comment='])").await?;
    presses("the heart", ".thread > .reactions [value='❤️']").await?;
    reader
        .finds(
            "the heart on the article",
            "return !!root.querySelector(
                 '.thread > .reactions [aria-pressed=true][aria-label=\"❤️ 1\"]');",
        )
        .await?;
    // A reader with scripts sees what was given without.
    let other = story.reader().await?;
    other
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    finds_on_the_article(&other, "❤️ 1", false).await?;
    finds(&other, "Slow news", "😂 1", false).await
}
