//! What others do while a reader is there.

use afterword_e2e::{Page, Reader, Server, Story};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::common::{page_settles, rests};

/// A server with a comment, and a reader at it who has the program.
async fn at_a_comment(story: &Story, attributes: &str) -> Result<(Server, Reader)> {
    let server = story.server()?;
    let ada = Some("Ada");
    server
        .has_comment("/article", ada, "The first.", None)
        .await?;
    let reader = reads(story, &server, attributes).await?;
    Ok((server, reader))
}

async fn reads(story: &Story, server: &Server, attributes: &str) -> Result<Reader> {
    let reader = story.reader().await?;
    let article = story.article("/article", &server.url(), attributes);
    reader.opens(&article).await?;
    reader.has_the_program().await?;
    Ok(reader)
}

/// Waits for the button with that name.
async fn is_told_of(reader: &Reader, news: &str) -> Result<()> {
    let script = format!("return say(root.querySelector('.news')) === {news:?};");
    reader.finds(news, &script).await
}

/// Waits until the focus is in the comment with those words.
async fn is_at(reader: &Reader, words: &str) -> Result<()> {
    let script = format!("return active() === article({words:?});");
    reader.finds("the focus on the comment", &script).await
}

pub(crate) async fn others_comments_wait_behind_a_button(story: &Story) -> Result<()> {
    let (server, ada) = at_a_comment(story, "").await?;
    let grace = reads(story, &server, "").await?;
    grace.comments("The second.").await?;
    is_told_of(&ada, "1 new comment").await?;
    ada.hears("1 new comment").await?;
    let shown = ada.sees_comments(&["The first."]).await?;
    ensure!(shown.title == "2 comments", "{shown:#?}");
    grace.comments("The third.").await?;
    is_told_of(&ada, "2 new comments").await?;
    let shown = ada.shown().await?;
    ensure!(
        shown.status.contains("1 new comment"),
        "it is said once: {shown:#?}"
    );
    ada.clicks("2 new comments").await?;
    let shown = ada
        .sees_comments(&["The third.", "The second.", "The first."])
        .await?;
    ensure!(shown.title == "3 comments", "{shown:#?}");
    let marks: Vec<_> = shown.comments.iter().map(|it| it.is("new")).collect();
    ensure!(marks == [true, true, false], "{shown:#?}");
    is_at(&ada, "The third.").await?;
    ada.finds("no button", "return !root.querySelector('.news');")
        .await?;
    // And back.
    ada.comments("The fourth.").await?;
    is_told_of(&grace, "1 new comment").await
}

pub(crate) async fn replies_come_to_their_branch(story: &Story) -> Result<()> {
    let server = story.server()?;
    let one = server.has_comment("/article", None, "One.", None).await?;
    server.has_comment("/article", None, "Two.", None).await?;
    let reader = reads(story, &server, "data-sort=oldest").await?;
    let reply = server.has_comment("/article", None, "Below.", Some(&one));
    let reply = reply.await?;
    let deeper = server.has_comment("/article", None, "Deeper.", Some(&reply));
    deeper.await?;
    server.has_comment("/article", None, "Three.", None).await?;
    is_told_of(&reader, "3 new comments").await?;
    reader.clicks("3 new comments").await?;
    let all = ["One.", "Below.", "Deeper.", "Two.", "Three."];
    let shown = reader.sees_comments(&all).await?;
    let depths: Vec<_> = shown.comments.iter().map(|it| it.depth).collect();
    ensure!(depths == [0, 1, 2, 0, 0], "{shown:#?}");
    is_at(&reader, "Below.").await
}

pub(crate) async fn ones_own_comment_is_no_news(story: &Story) -> Result<()> {
    let (server, reader) = at_a_comment(story, "").await?;
    reader.comments("Mine.").await?;
    reader.answers("Mine.", "Mine too.").await?;
    server.has_comment("/article", None, "Yours.", None).await?;
    is_told_of(&reader, "1 new comment").await?;
    let shown = reader
        .sees_comments(&["Mine.", "Mine too.", "The first."])
        .await?;
    ensure!(shown.title == "4 comments", "{shown:#?}");
    // What is deleted by oneself is gone, and not told of again.
    reader.deletes("Mine too.").await?;
    reader.sees_comments(&["Mine.", "The first."]).await?;
    server.has_comment("/article", None, "Ours.", None).await?;
    is_told_of(&reader, "2 new comments").await?;
    let shown = reader.sees_comments(&["Mine.", "The first."]).await?;
    ensure!(shown.title == "4 comments", "{shown:#?}");
    Ok(())
}

pub(crate) async fn what_is_edited_and_deleted_changes_in_place(story: &Story) -> Result<()> {
    let server = story.server()?;
    let page = "/article";
    let one = server.takes(page, Some("Ada"), "One.", None).await?;
    let two = server.takes(page, Some("Grace"), "Two.", None).await?;
    let reader = reads(story, &server, "data-sort=oldest").await?;
    server.edits(&one, "One, and **more**.").await?;
    let comment = reader.sees_comment("One, and more.").await?;
    ensure!(
        comment.marks == ["edited"] && comment.html.contains("<strong>"),
        "{comment:#?}"
    );
    // A comment that waits is edited and deleted as well.
    let three = server.takes(page, None, "Three.", None).await?;
    let four = server.takes(page, None, "Four.", None).await?;
    is_told_of(&reader, "2 new comments").await?;
    server.edits(&three, "Three and a half.").await?;
    server.deletes(&four).await?;
    is_told_of(&reader, "1 new comment").await?;
    server.deletes(&two).await?;
    reader.sees_no_longer("Two.").await?;
    let gone = "This comment was deleted.";
    let shown = reader.sees_comments(&["One, and more.", gone]).await?;
    ensure!(
        shown.title == "2 comments" && shown.comments[1].is("deleted"),
        "{shown:#?}"
    );
    reader.clicks("1 new comment").await?;
    reader
        .sees_comments(&["One, and more.", gone, "Three and a half."])
        .await?;
    // And so is what others think of it.
    let other = reads(story, &server, "data-sort=oldest").await?;
    other
        .clicks_at("One, and more.", "Vote up, 0 votes")
        .await?;
    let script = "return !!button(article('One, and more.'), 'Vote up, 1 vote');";
    reader.finds("the other's vote", script).await
}

pub(crate) async fn nothing_is_taken_from_who_is_editing(story: &Story) -> Result<()> {
    let (server, reader) = at_a_comment(story, "").await?;
    let mine = reader.comments("Mine.").await?;
    let by_id = format!("#{}", mine.id);
    reader.clicks_at(&by_id, "Edit").await?;
    reader.writes_into(Some(&by_id), "Mine, half chan").await?;
    // In another browser of the same reader.
    let token: String = reader
        .ask(
            "return localStorage.getItem(Object.keys(localStorage).find(
                 (it) => it.startsWith('afterword:token:') && it.endsWith(argument)));",
            json!(mine.id),
        )
        .await?;
    let thread = server.thread("/article").await?;
    let comment = thread.branches[0].root.clone();
    let created = afterword_protocol::Created {
        comment,
        edit_token: token.trim_matches('"').to_owned(),
    };
    server.edits(&created, "Mine, from elsewhere.").await?;
    reader.sees("has changed elsewhere meanwhile").await?;
    reader
        .finds(
            "what was typed, and the focus",
            "return active()?.matches('textarea') && active().value === 'Mine, half chan';",
        )
        .await?;
    reader.clicks_at(&by_id, "Cancel").await?;
    reader.sees_comment("Mine, from elsewhere.").await?;
    Ok(())
}

pub(crate) async fn an_answer_to_what_is_gone_is_kept(story: &Story) -> Result<()> {
    let server = story.server()?;
    let one = server.takes("/article", Some("Ada"), "One.", None).await?;
    let reader = reads(story, &server, "").await?;
    reader.clicks_at("One.", "Reply").await?;
    reader
        .writes_into(Some("One."), "I was about to sa")
        .await?;
    server.deletes(&one).await?;
    reader.sees("This comment was deleted.").await?;
    reader
        .finds(
            "the answer that was begun",
            "return active()?.matches('textarea') && active().value === 'I was about to sa';",
        )
        .await
}

pub(crate) async fn nothing_moves(story: &Story) -> Result<()> {
    let server = story.server()?;
    let mut posted = Vec::new();
    for number in 0..20 {
        let text = format!("Comment {number} of some.");
        posted.push(server.takes("/article", None, &text, None).await?);
    }
    let reader = reads(story, &server, "data-sort=oldest").await?;
    reader.clicks_at("Comment 12 of some.", "Reply").await?;
    let here = Some("Comment 12 of some.");
    reader.writes_into(here, "In the middle of").await?;
    reader
        .run(
            "article('Comment 12 of some.').scrollIntoView({ block: 'center', behavior: 'instant' });",
            json!(null),
        )
        .await?;
    let top = "return Math.round(article('Comment 12 of some.').getBoundingClientRect().top);";
    let before = rests(&reader, top).await?;
    server
        .edits(&posted[3], &"Much longer.\n\n".repeat(20))
        .await?;
    server.deletes(&posted[4]).await?;
    server.has_comment("/article", None, "New.", None).await?;
    is_told_of(&reader, "1 new comment").await?;
    reader
        .finds("the edit", "return !!article('Much longer.');")
        .await?;
    reader
        .finds(
            "the deletion",
            "return !!article('This comment was deleted.');",
        )
        .await?;
    let after = rests(&reader, top).await?;
    ensure!(
        (before - after).abs() <= 2,
        "it was at {before}, and is at {after}"
    );
    reader
        .finds(
            "the focus where it was",
            "return active()?.matches('textarea') && active().value === 'In the middle of';",
        )
        .await
}

pub(crate) async fn it_goes_on_after_a_restart(story: &Story) -> Result<()> {
    let (mut server, reader) = at_a_comment(story, "").await?;
    server
        .has_comment("/article", None, "Before.", None)
        .await?;
    is_told_of(&reader, "1 new comment").await?;
    server.stop()?;
    server.start_again()?;
    server.has_comment("/article", None, "After.", None).await?;
    is_told_of(&reader, "2 new comments").await
}

pub(crate) async fn without_streams_it_asks(story: &Story) -> Result<()> {
    let server = Server::start(vec![("AFTERWORD_MAX_STREAMS", "0".to_owned())])?;
    let reader = reads(story, &server, "").await?;
    server.has_comment("/article", None, "One.", None).await?;
    is_told_of(&reader, "1 new comment").await
}

/// Where neither a stream nor an answer comes, it asks less and less often; not at all while nobody looks;
/// and as often as at first when it is answered again.
pub(crate) async fn it_asks_less_and_less_often(story: &Story) -> Result<()> {
    let server = story.server()?;
    server.has_comment("/article", None, "One.", None).await?;
    let page = Page::new().head(
        "<script>
            window.waits = [];
            window.tries = 0;
            window.isDown = true;
            window.EventSource = class {
                readyState = 2;
                constructor() {
                    window.tries++;
                    setTimeout(() => this.onerror?.());
                }
                addEventListener() {}
                close() {}
            };
            const ask = window.fetch;
            window.fetch = async (url, ...rest) => {
                if (!String(url).includes('/changes?')) return ask(url, ...rest);
                window.tries++;
                if (window.isDown) throw new TypeError('no connection');
                return ask(url, ...rest);
            };
            // Its waits alone are no round numbers, so that not all browsers come back at once. What
            // would take half an hour is over in a moment.
            const set = window.setTimeout;
            window.setTimeout = (work, time, ...rest) => {
                if (!(time > 1000 && time % 1)) return set(work, time, ...rest);
                window.waits.push(time / 1000);
                return set(work, 20, ...rest);
            };
        </script>",
    );
    let page = page.script(&server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader.has_the_program().await?;
    reader
        .finds("many tries", "return window.waits.length >= 12;")
        .await?;
    is_away(&reader, true).await?;
    let waits: Vec<f64> = reader.ask("return window.waits;", json!(null)).await?;
    let mut expected: f64 = 4.0;
    for wait in &waits {
        let is_near = (expected * 0.5..=expected * 1.5).contains(wait);
        ensure!(is_near, "{wait} s instead of about {expected}: {waits:?}");
        expected = (expected * 2.0).min(300.0);
    }
    // Nobody looks.
    page_settles(&reader).await?;
    let tries: u32 = reader.ask("return window.tries;", json!(null)).await?;
    server.has_comment("/article", None, "Two.", None).await?;
    for _ in 0..5 {
        page_settles(&reader).await?;
    }
    let now: u32 = reader.ask("return window.tries;", json!(null)).await?;
    ensure!(now == tries, "{} tries in a hidden tab", now - tries);
    // Somebody does, and the server is back.
    reader
        .run("window.isDown = false; window.waits = [];", json!(null))
        .await?;
    is_away(&reader, false).await?;
    is_told_of(&reader, "1 new comment").await?;
    server.has_comment("/article", None, "Three.", None).await?;
    is_told_of(&reader, "2 new comments").await?;
    let last: f64 = reader
        .ask("return window.waits.at(-1);", json!(null))
        .await?;
    ensure!(
        (7.5..=22.5).contains(&last),
        "{last} s between two questions"
    );
    Ok(())
}

pub(crate) async fn who_was_away_for_long_loads_anew(story: &Story) -> Result<()> {
    let (server, reader) = at_a_comment(story, "").await?;
    is_away(&reader, true).await?;
    for number in 0..=200 {
        server
            .has_comment("/article", None, &format!("Number {number}."), None)
            .await?;
    }
    is_away(&reader, false).await?;
    is_told_of(&reader, "Load the comments again").await?;
    reader.sees_comments(&["The first."]).await?;
    reader.clicks("Load the comments again").await?;
    reader.sees_comment("Number 200.").await?;
    reader
        .finds("no button", "return !root.querySelector('.news');")
        .await
}

/// Looks at another tab, or comes back. No driver can do that for a script to see.
async fn is_away(reader: &Reader, is_away: bool) -> Result<()> {
    let script =
        "Object.defineProperty(document, 'hidden', { value: argument, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));";
    reader.run(script, json!(is_away)).await
}

/// Presses a reaction to the article.
async fn reacts(reader: &Reader, name: &str) -> Result<()> {
    let find = "return root.querySelector(`.thread > .reactions [value='${argument}']`);";
    reader.clicks_on(name, find, json!(name)).await
}

/// Waits until a reaction to the article is called that, and is pressed or not.
async fn finds_reaction(reader: &Reader, label: &str, is_pressed: bool) -> Result<()> {
    let script = format!(
        "return !!root.querySelector('.thread > .reactions \
             [aria-label=\"{label}\"][aria-pressed={is_pressed}]');"
    );
    reader
        .finds(&format!("{label}, pressed: {is_pressed}"), &script)
        .await
}

/// Two readers of an article see what the other one thinks of it.
async fn react_to_an_article(ada: &Reader, grace: &Reader) -> Result<()> {
    reacts(grace, "😂").await?;
    finds_reaction(ada, "😂 1", false).await?;
    reacts(ada, "😂").await?;
    finds_reaction(ada, "😂 2", true).await?;
    finds_reaction(grace, "😂 2", true).await?;
    reacts(grace, "😂").await?;
    finds_reaction(ada, "😂 1", true).await?;
    finds_reaction(grace, "😂 1", false).await
}

pub(crate) async fn reactions_to_the_article_are_seen_by_others(story: &Story) -> Result<()> {
    let (server, ada) = at_a_comment(story, "").await?;
    let grace = reads(story, &server, "").await?;
    react_to_an_article(&ada, &grace).await?;
    ada.sees_comments(&["The first."]).await?;
    ada.finds("no news", "return !root.querySelector('.news');")
        .await
}

pub(crate) async fn reactions_are_seen_without_streams(story: &Story) -> Result<()> {
    let server = Server::start(vec![("AFTERWORD_MAX_STREAMS", "0".to_owned())])?;
    let ada = reads(story, &server, "").await?;
    let grace = reads(story, &server, "").await?;
    reacts(&grace, "❤️").await?;
    finds_reaction(&ada, "❤️ 1", false).await
}

pub(crate) async fn a_hidden_tab_pauses(story: &Story) -> Result<()> {
    let (server, ada) = at_a_comment(story, "").await?;
    let grace = reads(story, &server, "").await?;
    server.has_comment("/article", None, "Seen.", None).await?;
    is_told_of(&ada, "1 new comment").await?;
    is_away(&ada, true).await?;
    server
        .has_comment("/article", None, "Unseen.", None)
        .await?;
    // Who looks is told.
    is_told_of(&grace, "2 new comments").await?;
    page_settles(&ada).await?;
    is_told_of(&ada, "1 new comment").await?;
    is_away(&ada, false).await?;
    is_told_of(&ada, "2 new comments").await
}

pub(crate) async fn an_owner_can_turn_it_off(story: &Story) -> Result<()> {
    let (server, ada) = at_a_comment(story, "data-live=off").await?;
    let grace = reads(story, &server, "data-live=on").await?;
    server.has_comment("/article", None, "New.", None).await?;
    is_told_of(&grace, "1 new comment").await?;
    page_settles(&ada).await?;
    let asked: usize = ada
        .ask(
            "return performance.getEntriesByType('resource')
                 .filter(({ name }) => /live|events|changes/.test(name)).length;",
            json!(null),
        )
        .await?;
    ensure!(asked == 0, "it asked {asked} times");
    ada.sees_comments(&["The first."]).await?;
    Ok(())
}

pub(crate) async fn a_widget_that_is_gone_hears_nothing(story: &Story) -> Result<()> {
    // Another one finds a place only when the first has left.
    let server = Server::start(vec![("AFTERWORD_MAX_STREAMS", "1".to_owned())])?;
    let reader = story.reader().await?;
    let page = Page::new().element(&server.url(), "data-page-id=/article");
    reader.opens(&story.page("/", &page)).await?;
    reader.has_the_program().await?;
    server.has_comment("/article", None, "One.", None).await?;
    is_told_of(&reader, "1 new comment").await?;
    reader
        .run("host.dataset.pageId = '/other';", json!(null))
        .await?;
    reader
        .waits("the other thread", |shown| shown.title == "0 comments")
        .await?;
    reader.has_the_program().await?;
    server.has_comment("/other", None, "Two.", None).await?;
    server.has_comment("/article", None, "Three.", None).await?;
    is_told_of(&reader, "1 new comment").await
}

pub(crate) async fn no_barrier(story: &Story) -> Result<()> {
    let (server, reader) = at_a_comment(story, "").await?;
    server.has_comment("/article", None, "New.", None).await?;
    is_told_of(&reader, "1 new comment").await?;
    reader.finds_no_barrier().await?;
    // By keyboard alone.
    reader
        .tabs_to("the button", "return !!at.closest('.news');")
        .await?;
    reader.presses("\u{e007}").await?;
    is_at(&reader, "New.").await?;
    reader.finds_no_barrier().await
}
