//! Moderators clear the queue, by keyboard and by touch.

use afterword_e2e::{Reader, Server, Story, until};
use anyhow::{Result, ensure};
use serde_json::json;

/// A server whose comments all wait, and so many of them.
pub(crate) async fn with_held(story: &Story, n: usize) -> Result<Server> {
    let mut server = story.server()?;
    server.kill();
    server.site(&["set", "default", "policy=held"])?;
    server.has_user("ada", "owner")?;
    // A server that runs looks once a second whether others have set something.
    server.start_again()?;
    for number in 1..=n {
        let author = format!("Person {number}");
        let text = format!("Comment number {number}.");
        server
            .has_comment("/article", Some(&author), &text, None)
            .await?;
    }
    Ok(server)
}

pub(crate) async fn has_cards(reader: &Reader, n: usize) -> Result<()> {
    let script = format!("return all('.card', document).length === {n};");
    reader.finds(&format!("{n} comments"), &script).await
}

/// The link has the number of those that wait in it.
async fn goes_to_the_queue(reader: &Reader) -> Result<()> {
    let link = "return document.querySelector('.navigation [href*=queue]');";
    reader.clicks_on("the queue", link, json!(null)).await
}

/// Who wrote the comment that has the focus.
async fn focused(reader: &Reader) -> Result<String> {
    let script = "return say(active()?.closest('.card')?.querySelector('.card-author'));";
    reader.ask(script, json!(null)).await
}

pub(crate) async fn has_focus_on(reader: &Reader, author: &str) -> Result<()> {
    until(&format!("the focus on {author}"), || async {
        Ok((focused(reader).await? == author).then_some(()))
    })
    .await
}

async fn published(server: &Server, n: usize) -> Result<()> {
    until(&format!("{n} published comments"), || async {
        let thread = server.thread("/article").await?;
        Ok((thread.total as usize == n).then_some(()))
    })
    .await
}

/// What issue 6 asks for: twenty held comments on a phone's screen, by keyboard and by touch, a ban,
/// and the ban taken back.
pub(crate) async fn twenty_on_a_phone(story: &Story) -> Result<()> {
    let server = with_held(story, 20).await?;
    let reader = story.reader().await?;
    reader.has_window(360, 740).await?;
    reader.has_touch_screen(true).await?;
    reader.signs_in(&server, "ada", "").await?;
    has_cards(&reader, 20).await?;
    ten_by_keyboard(&reader).await?;
    for left in (1..10).rev() {
        reader.admin_taps_in(".card", "Approve").await?;
        has_cards(&reader, left).await?;
    }
    published(&server, 18).await?;

    // One person is banned, and what they wrote is spam.
    reader.admin_taps_in(".card", "Ban").await?;
    reader.admin_sees("Ban Person 1").await?;
    reader
        .admin_taps_in("dialog", "Everybody of that name")
        .await?;
    reader.admin_taps_in("dialog", "Ban").await?;
    reader.admin_is_shown("Author banned.").await?;
    reader.admin_sees("Nothing waits.").await?;
    let guest = story.reader().await?;
    let article = story.article("/article", &server.url(), "");
    guest.opens(&article).await?;
    guest.signs("Person 1").await?;
    guest.writes("Let me in again.").await?;
    guest.posts().await?;
    guest.sees("you have been banned").await?;

    // That was the wrong one: they may write again, and what they wrote waits as before.
    reader.admin_taps_in(".toast", "Undo").await?;
    reader.admin_is_shown("Undone.").await?;
    has_cards(&reader, 1).await?;
    reader.admin_taps_in(".card", "Approve").await?;
    has_cards(&reader, 0).await?;
    published(&server, 19).await?;
    guest.clicks_at("Let me in again.", "Try again").await?;
    guest.hears("Your comment waits for approval.").await?;
    // It comes by itself.
    has_cards(&reader, 1).await?;
    reader.admin_sees("Let me in again.").await?;
    reader.admin_taps_in(".card", "Approve").await?;
    published(&server, 20).await?;
    reader.has_touch_screen(false).await?;

    let shown = guest.reloads().await?;
    ensure!(shown.title == "20 comments", "{}", shown.title);
    for number in [1, 5, 18, 20] {
        guest
            .sees_comment(&format!("Comment number {number}."))
            .await?;
    }
    Ok(())
}

async fn ten_by_keyboard(reader: &Reader) -> Result<()> {
    reader.presses("j").await?;
    has_focus_on(reader, "Person 20").await?;
    reader.presses("j").await?;
    has_focus_on(reader, "Person 19").await?;
    reader.presses("k").await?;
    has_focus_on(reader, "Person 20").await?;
    reader.presses("a").await?;
    reader.admin_hears("Comment approved. 19 left.").await?;
    // The focus goes on by itself.
    has_focus_on(reader, "Person 19").await?;
    reader.presses("s").await?;
    reader.admin_hears("marked as spam").await?;
    has_focus_on(reader, "Person 18").await?;
    // What is done last is what the server did last.
    reader.admin_is_shown("Comment marked as spam.").await?;
    reader.presses("d").await?;
    has_focus_on(reader, "Person 17").await?;
    // What was done last is taken back, and the focus with it.
    reader.admin_is_shown("Comment deleted.").await?;
    reader.presses("u").await?;
    has_cards(reader, 18).await?;
    has_focus_on(reader, "Person 18").await?;
    // Several at once.
    reader.presses("xjx").await?;
    reader.admin_hears("2 selected").await?;
    reader.presses("a").await?;
    has_cards(reader, 16).await?;
    // As fast as somebody can type.
    reader.presses(&"a".repeat(6)).await?;
    has_cards(reader, 10).await
}

pub(crate) async fn what_it_holds_is_text(story: &Story) -> Result<()> {
    let server = with_held(story, 0).await?;
    let text = "<img src=x onerror=pwned()> **bold** <script>pwned()</script>";
    let author = "<b onmouseover=pwned()>Eve</b>";
    server
        .has_comment("/article", Some(author), text, None)
        .await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "").await?;
    reader.admin_sees(text).await?;
    reader.admin_sees(author).await?;
    reader.admin_clicks_in(".card", "Details").await?;
    reader.admin_finds(".rendered strong").await?;
    let script = "return !all('.card img, .card script, .card b[onmouseover]', document).length;";
    reader.finds("nothing of it as elements", script).await
}

/// All are all, and not what has come so far.
pub(crate) async fn all_of_many_at_once(story: &Story) -> Result<()> {
    let server = with_held(story, 60).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "").await?;
    has_cards(&reader, 50).await?;
    reader.presses("*").await?;
    reader.admin_hears("60 selected").await?;
    has_cards(&reader, 60).await?;
    reader.presses("a").await?;
    reader.admin_is_shown("60 comments approved.").await?;
    reader.admin_sees("Nothing waits.").await?;
    published(&server, 60).await?;
    // What was one deed is taken back by one.
    reader.presses("u").await?;
    reader.admin_is_shown("Undone.").await?;
    published(&server, 0).await
}

/// Where keys lead that search.
const SEARCHES: &str = "return active()?.type === 'search';";

/// One comment can be handed on, and is found again: by its address, by words, in the log.
pub(crate) async fn a_comment_has_an_address(story: &Story) -> Result<()> {
    let server = with_held(story, 3).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "").await?;
    has_cards(&reader, 3).await?;
    let time = "return all('.card-time', document)[1];";
    reader.clicks_on("its time", time, json!(null)).await?;
    has_cards(&reader, 1).await?;
    reader.admin_sees("Comment number 2.").await?;
    // All that is known of it is there at once.
    reader.admin_finds(".card .rendered").await?;
    reader.presses("/").await?;
    reader.finds("the search", SEARCHES).await?;
    reader.presses("number\u{e007}").await?;
    has_cards(&reader, 3).await?;

    goes_to_the_queue(&reader).await?;
    reader.admin_finds(".tabs").await?;
    has_cards(&reader, 3).await?;
    reader.presses("j/").await?;
    reader.finds("the search", SEARCHES).await?;
    reader.presses("3\u{e007}").await?;
    has_cards(&reader, 1).await?;

    goes_to_the_queue(&reader).await?;
    has_cards(&reader, 3).await?;
    reader.presses("ja").await?;
    reader.admin_is_shown("Comment approved.").await?;
    reader.admin_clicks_in(".navigation", "Log").await?;
    reader.admin_finds("td[data-label='To what'] a").await?;
    let link = "return document.querySelector(\"td[data-label='To what'] a\");";
    reader.clicks_on("the comment", link, json!(null)).await?;
    has_cards(&reader, 1).await?;
    reader.admin_sees("Comment number 3.").await
}

pub(crate) async fn tells_what_comes_meanwhile(story: &Story) -> Result<()> {
    let server = with_held(story, 1).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "").await?;
    has_cards(&reader, 1).await?;
    server
        .has_comment("/article", Some("Late"), "Me, too.", None)
        .await?;
    reader.admin_clicks("Show 1 new comment").await?;
    has_cards(&reader, 2).await
}

/// Two look at the same comment: the second learns what the first has decided.
pub(crate) async fn two_decide_at_once(story: &Story) -> Result<()> {
    let server = with_held(story, 3).await?;
    server.has_user("bob", "moderator")?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "").await?;
    has_cards(&reader, 3).await?;
    reader.presses("j").await?;
    has_focus_on(&reader, "Person 3").await?;
    let other = story.reader().await?;
    other.signs_in(&server, "bob", "").await?;
    has_cards(&other, 3).await?;
    other.presses("j").await?;
    has_focus_on(&other, "Person 3").await?;
    other.presses("as").await?;
    has_cards(&other, 1).await?;
    reader
        .admin_is_shown("bob has decided about this comment: Published.")
        .await?;
    // The one that had the focus stands there still, with what it is now; the other one has gone.
    has_cards(&reader, 2).await?;
    has_focus_on(&reader, "Person 3").await?;
    let script = "return say(document.querySelector('.card .verdict')) === 'Published';";
    reader.finds("what it is now", script).await?;
    reader.presses("j").await?;
    has_focus_on(&reader, "Person 1").await
}

/// The server can't be reached: nothing of it is lost.
pub(crate) async fn what_fails_is_told_and_kept(story: &Story) -> Result<()> {
    let mut server = with_held(story, 2).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "").await?;
    has_cards(&reader, 2).await?;
    reader.presses("j").await?;
    has_focus_on(&reader, "Person 2").await?;
    server.kill();
    reader.presses("a").await?;
    reader.admin_is_shown("can't be reached").await?;
    has_cards(&reader, 2).await?;
    has_focus_on(&reader, "Person 2").await?;
    reader.presses("r").await?;
    reader.admin_types("dialog textarea", "It is so.").await?;
    reader.admin_clicks_in("dialog", "Reply").await?;
    reader
        .finds(
            "why it failed",
            "return !!document.querySelector('dialog .problem p')?.textContent;",
        )
        .await?;
    // What was typed outlasts the dialog.
    reader.presses("\u{e00c}").await?;
    reader
        .finds("no dialog", "return !document.querySelector('dialog');")
        .await?;
    has_focus_on(&reader, "Person 2").await?;
    server.start_again()?;
    reader.presses("r").await?;
    reader
        .finds(
            "the text",
            "return document.querySelector('dialog textarea')?.value === 'It is so.';",
        )
        .await?;
    reader.admin_clicks_in("dialog", "Reply").await?;
    reader.admin_hears("Reply published.").await?;
    published(&server, 2).await
}

pub(crate) async fn two_moderators_at_once(story: &Story) -> Result<()> {
    let server = with_held(story, 2).await?;
    let one = story.reader().await?;
    let two = story.reader().await?;
    for reader in [&one, &two] {
        reader.signs_in(&server, "ada", "").await?;
        has_cards(reader, 2).await?;
    }
    one.admin_clicks_in(".card", "Approve").await?;
    has_cards(&one, 1).await?;
    published(&server, 1).await?;
    // What somebody else has approved is nothing to be approved any more.
    has_cards(&two, 1).await?;

    // Whatever was done to a comment can be undone where that is told, also by others, and later.
    two.admin_clicks("Comments").await?;
    has_cards(&two, 2).await?;
    two.admin_clicks_in(".card", "Details").await?;
    two.admin_clicks_in(".card", "Undo Approve").await?;
    two.admin_is_shown("Undone.").await?;
    published(&server, 0).await
}
