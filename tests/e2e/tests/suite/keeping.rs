//! Whatever fails, no word is lost, and nothing is posted twice.

use afterword_e2e::{Page, Proxy, Reader, Server, Shown, Story, until};
use anyhow::{Result, ensure};
use serde_json::json;

/// What a reader is told when the server can't be reached.
const UNREACHABLE: &str = "The comment server can't be reached. Check your connection, then try \
    again. Your text is kept.";

/// A server for the widget's files, and another one for the comments, which may then fail.
async fn two_servers(story: &Story) -> Result<(Server, Server)> {
    Ok((story.server()?, story.server()?))
}

/// An article whose comments are on the second server.
fn article(story: &Story, files: &Server, comments: &str) -> String {
    let attributes = format!("data-api={comments}");
    story.article("/article", &files.url(), &attributes)
}

/// Waits for a comment that was not taken, and for the sentence that says why.
async fn sees_it_fail(reader: &Reader, words: &str, sentence: &str) -> Result<Shown> {
    let shown = reader
        .waits("the comment as not sent", |shown| {
            shown.comment(words).is_some_and(|it| it.is("failed"))
        })
        .await?;
    let comment = shown.comment(words);
    ensure!(
        comment.is_some_and(|it| it.marks == ["not sent yet"]
            && it.buttons == ["Try again", "Change the text", "Discard"]),
        "{shown:#?}"
    );
    ensure!(
        shown.errors.iter().any(|it| it == sentence),
        "it says why: {shown:#?}"
    );
    Ok(shown)
}

/// The server has that comment, once, and no other.
async fn has_only(server: &Server, words: &str) -> Result<()> {
    let thread = server.thread("/article").await?;
    ensure!(
        thread.total == 1 && thread.branches[0].root.html.contains(words),
        "{thread:#?}"
    );
    Ok(())
}

pub(crate) async fn drafts_survive_a_reload(story: &Story) -> Result<()> {
    let server = story.server()?;
    server
        .has_comment("/article", Some("Ana"), "What do you think?", None)
        .await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    let text = "Two paragraphs,\n\nhalf of the sec";
    reader.signs("Marit").await?;
    reader.writes(text).await?;
    reader.clicks_at("What do you think?", "Reply").await?;
    reader
        .writes_into(Some("What do you think?"), "Half a reply")
        .await?;

    let shown = reader.reloads().await?;
    ensure!(shown.draft.as_deref() == Some(text), "{shown:#?}");
    let name: String = reader
        .ask(
            "return composer(null).querySelector('[name=author]').value;",
            json!(null),
        )
        .await?;
    ensure!(name == "Marit", "{name}");
    reader.clicks_at("What do you think?", "Reply").await?;
    reader
        .finds(
            "the half reply",
            "return composer('What do you think?')?.querySelector('textarea').value
                 === 'Half a reply';",
        )
        .await?;

    reader.posts().await?;
    reader.sees_comment("Two paragraphs,").await?;
    let shown = reader.reloads().await?;
    ensure!(
        shown.draft.as_deref() == Some(""),
        "what was posted is no draft any more: {shown:#?}"
    );
    Ok(())
}

pub(crate) async fn a_draft_of_a_change_survives_a_reload(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader.comments("The first words.").await?;
    reader.clicks_at("The first words.", "Edit").await?;
    reader
        .finds("the editor", "return active()?.matches('textarea');")
        .await?;
    let shown = reader.shown().await?;
    let by_id = format!("#{}", shown.comments[0].id);
    reader.writes_into(Some(&by_id), "Better wor").await?;
    reader.reloads().await?;
    reader.clicks_at(&by_id, "Edit").await?;
    reader
        .finds(
            "the better words",
            "return active()?.matches('textarea') && active().value === 'Better wor';",
        )
        .await
}

pub(crate) async fn two_threads_on_a_page_have_two_drafts(story: &Story) -> Result<()> {
    let server = story.server()?;
    let page = Page::new()
        .element(&server.url(), "data-page-id=one")
        .element(&server.url(), "data-page-id=two");
    let reader = story.reader().await?;
    reader.opens(&story.page("/", &page)).await?;
    let (one, two) = (reader.looking_at(0), reader.looking_at(1));
    // What is typed before there is a program is kept once it is there.
    one.has_the_program().await?;
    two.has_the_program().await?;
    one.writes("about one").await?;
    two.writes("about two").await?;
    one.reloads().await?;
    two.waits_for_the_thread().await?;
    let drafts = [one.shown().await?.draft, two.shown().await?.draft];
    ensure!(
        drafts == [Some("about one".to_owned()), Some("about two".to_owned())],
        "{drafts:?}"
    );
    two.posts().await?;
    two.sees_comment("about two").await?;
    let shown = one.shown().await?;
    ensure!(
        shown.comments.is_empty() && shown.draft.as_deref() == Some("about one"),
        "{shown:#?}"
    );
    ensure!(server.thread("one").await?.total == 0);
    ensure!(server.thread("two").await?.total == 1);
    Ok(())
}

pub(crate) async fn the_server_dies_in_the_middle_of_a_post(story: &Story) -> Result<()> {
    let (files, mut server) = two_servers(story).await?;
    let reader = story.reader().await?;
    reader.opens(&article(story, &files, &server.url())).await?;
    server.pause();
    reader.writes("Say it once.").await?;
    reader.posts().await?;
    reader
        .waits("the comment as being sent", |shown| {
            shown
                .comment("Say it once.")
                .is_some_and(|it| it.is("sending"))
        })
        .await?;
    server.kill();
    sees_it_fail(&reader, "Say it once.", UNREACHABLE).await?;
    // Still dead.
    reader.clicks_at("Say it once.", "Try again").await?;
    sees_it_fail(&reader, "Say it once.", UNREACHABLE).await?;
    server.start_again()?;
    reader.clicks_at("Say it once.", "Try again").await?;
    let comment = reader.sees_comment("Say it once.").await?;
    ensure!(
        comment.is("own") && comment.buttons == ["Reply", "Edit", "Delete"],
        "{comment:#?}"
    );
    has_only(&server, "Say it once.").await?;
    let shown = reader.reloads().await?;
    ensure!(shown.comments.len() == 1, "{shown:#?}");
    Ok(())
}

pub(crate) async fn the_answer_is_lost_on_its_way(story: &Story) -> Result<()> {
    let (files, server) = two_servers(story).await?;
    let proxy = Proxy::start(server.address()).await?;
    let reader = story.reader().await?;
    reader.opens(&article(story, &files, &proxy.url())).await?;
    proxy.lose_answers(true);
    reader.writes("Say it once.").await?;
    reader.posts().await?;
    sees_it_fail(&reader, "Say it once.", UNREACHABLE).await?;
    has_only(&server, "Say it once.").await?;
    let lost = proxy.lost();
    reader.clicks_at("Say it once.", "Try again").await?;
    until("the second try", || async {
        Ok((proxy.lost() > lost).then_some(()))
    })
    .await?;
    sees_it_fail(&reader, "Say it once.", UNREACHABLE).await?;
    proxy.lose_answers(false);
    reader.clicks_at("Say it once.", "Try again").await?;
    let comment = reader.sees_comment("Say it once.").await?;
    ensure!(comment.is("own") && comment.number == "#1", "{comment:#?}");
    has_only(&server, "Say it once.").await?;
    // The token came with the repeated answer: the comment is its author's.
    reader.deletes("Say it once.").await?;
    reader.hears("Your comment has been deleted.").await?;
    ensure!(server.thread("/article").await?.total == 0);
    Ok(())
}

pub(crate) async fn an_answer_that_was_lost_is_found_after_a_reload(story: &Story) -> Result<()> {
    let (files, server) = two_servers(story).await?;
    let proxy = Proxy::start(server.address()).await?;
    let reader = story.reader().await?;
    reader.opens(&article(story, &files, &proxy.url())).await?;
    proxy.lose_answers(true);
    reader.writes("Say it once.").await?;
    reader.posts().await?;
    sees_it_fail(&reader, "Say it once.", UNREACHABLE).await?;
    proxy.lose_answers(false);
    // The list has the comment by now, and the outbox has it, too.
    reader.reloads().await?;
    let shown = reader
        .waits("the comment as one's own, and once", |shown| {
            shown.comments.len() == 1
                && shown.comments[0].is("own")
                && !shown.comments[0].is("sending")
        })
        .await?;
    ensure!(shown.comments[0].number == "#1", "{shown:#?}");
    ensure!(shown.title == "1 comment", "{shown:#?}");
    has_only(&server, "Say it once.").await
}

pub(crate) async fn a_reload_with_an_unsent_comment(story: &Story) -> Result<()> {
    let (files, mut server) = two_servers(story).await?;
    server
        .has_comment("/article", None, "Earlier.", None)
        .await?;
    let url = article(story, &files, &server.url());
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    server.stop()?;
    reader.signs("Ana").await?;
    reader.writes("Not sent yet.").await?;
    reader.posts().await?;
    sees_it_fail(&reader, "Not sent yet.", UNREACHABLE).await?;

    reader.goes_to(&url).await?;
    let shown = sees_it_fail(&reader, "Not sent yet.", UNREACHABLE).await?;
    ensure!(
        shown
            .errors
            .iter()
            .any(|it| it.contains("The comments could not be loaded.")),
        "{shown:#?}"
    );
    server.start_again()?;
    reader.clicks_in_notice("Try again").await?;
    let comment = reader.sees_comment("Not sent yet.").await?;
    ensure!(
        comment.is("own") && comment.author == "Ana" && comment.number == "#2",
        "it was sent by itself: {comment:#?}"
    );
    let shown = reader.sees_comments(&["Not sent yet.", "Earlier."]).await?;
    ensure!(shown.errors.is_empty(), "{shown:#?}");
    ensure!(server.thread("/article").await?.total == 2);
    Ok(())
}

pub(crate) async fn an_unsent_comment_can_be_changed_or_discarded(story: &Story) -> Result<()> {
    let (files, mut server) = two_servers(story).await?;
    let reader = story.reader().await?;
    reader.opens(&article(story, &files, &server.url())).await?;
    server.stop()?;
    for text in ["Not like this.", "Not at all."] {
        reader.writes(text).await?;
        reader.posts().await?;
        sees_it_fail(&reader, text, UNREACHABLE).await?;
    }
    reader.clicks_at("Not at all.", "Discard").await?;
    reader.sees_no_longer("Not at all.").await?;
    reader.writes("Meanwhile").await?;
    reader
        .clicks_at("Not like this.", "Change the text")
        .await?;
    let shown = reader
        .waits("the text in the composer, with the focus", |shown| {
            shown.comments.is_empty() && shown.focus == "text-new"
        })
        .await?;
    ensure!(
        shown.draft.as_deref() == Some("Not like this.\n\nMeanwhile"),
        "what had been begun there is kept as well: {shown:#?}"
    );
    server.start_again()?;
    reader.comments("Like this.").await?;
    has_only(&server, "Like this.").await?;
    reader.reloads().await?;
    reader.sees_comments(&["Like this."]).await?;
    Ok(())
}

pub(crate) async fn a_reply_that_was_not_sent(story: &Story) -> Result<()> {
    let (files, mut server) = two_servers(story).await?;
    server
        .has_comment("/article", None, "Is anybody there?", None)
        .await?;
    let reader = story.reader().await?;
    reader.opens(&article(story, &files, &server.url())).await?;
    server.stop()?;
    reader.clicks_at("Is anybody there?", "Reply").await?;
    reader.writes_into(Some("Is anybody there?"), "Me.").await?;
    reader.submits("Is anybody there?").await?;
    sees_it_fail(&reader, "Me.", UNREACHABLE).await?;
    reader.clicks_at("Me.", "Change the text").await?;
    reader
        .finds(
            "the text in the composer that it came from",
            "return composer('Is anybody there?')?.querySelector('textarea').value === 'Me.';",
        )
        .await?;
    server.start_again()?;
    reader.submits("Is anybody there?").await?;
    let reply = reader.sees_comment("Me.").await?;
    ensure!(reply.depth == 1 && reply.is("own"), "{reply:#?}");
    Ok(())
}

pub(crate) async fn the_server_is_stopped_and_started_again(story: &Story) -> Result<()> {
    let mut server = story.server()?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader.comments("Before.").await?;
    server.stop()?;
    server.start_again()?;
    reader.comments("After.").await?;
    reader.deletes("Before.").await?;
    reader.hears("Your comment has been deleted.").await?;
    has_only(&server, "After.").await
}

pub(crate) async fn a_slow_server_is_waited_for(story: &Story) -> Result<()> {
    let (files, server) = two_servers(story).await?;
    server
        .has_comment("/article", None, "Worth the wait.", None)
        .await?;
    server.pause();
    let reader = story.reader().await?;
    let attributes = format!("data-api={} data-render=client", server.url());
    reader
        .goes_to(&story.article("/article", &files.url(), &attributes))
        .await?;
    let shown = reader
        .waits("a thread that is being loaded", |shown| {
            shown.mounted && shown.busy
        })
        .await?;
    ensure!(
        shown.errors.is_empty() && shown.title == "Comments",
        "{shown:#?}"
    );
    // One can write meanwhile.
    reader.writes("While you wait.").await?;
    reader.posts().await?;
    server.resume();
    reader.sees_comment("Worth the wait.").await?;
    let comment = reader.sees_comment("While you wait.").await?;
    ensure!(comment.is("own"), "{comment:#?}");
    reader
        .sees_comments(&["While you wait.", "Worth the wait."])
        .await?;
    ensure!(server.thread("/article").await?.total == 2);
    Ok(())
}

pub(crate) async fn a_change_that_fails(story: &Story) -> Result<()> {
    let (files, mut server) = two_servers(story).await?;
    let reader = story.reader().await?;
    reader.opens(&article(story, &files, &server.url())).await?;
    let comment = reader.comments("The first words.").await?;
    let by_id = format!("#{}", comment.id);
    reader.clicks_at(&by_id, "Edit").await?;
    reader
        .finds("the editor", "return active()?.matches('textarea');")
        .await?;
    server.stop()?;
    reader.writes_into(Some(&by_id), "Better words.").await?;
    reader.clicks_at(&by_id, "Save changes").await?;
    let shown = reader
        .waits("the sentence that says why", |shown| {
            !shown.errors.is_empty()
        })
        .await?;
    ensure!(shown.errors == [UNREACHABLE], "{shown:#?}");
    reader
        .finds(
            "the better words where they were",
            &format!(
                "return composer('{by_id}').querySelector('textarea').value === 'Better words.';"
            ),
        )
        .await?;
    server.start_again()?;
    reader.clicks_at(&by_id, "Save changes").await?;
    reader.sees_comment("Better words.").await?;
    has_only(&server, "Better words.").await
}

pub(crate) async fn a_deletion_that_fails(story: &Story) -> Result<()> {
    let (files, mut server) = two_servers(story).await?;
    let reader = story.reader().await?;
    reader.opens(&article(story, &files, &server.url())).await?;
    reader.comments("Here to stay.").await?;
    server.stop()?;
    reader.deletes("Here to stay.").await?;
    reader.sees("The comment server can't be reached.").await?;
    let comment = reader.sees_comment("Here to stay.").await?;
    ensure!(comment.is("own") && !comment.is("deleted"), "{comment:#?}");
    server.start_again()?;
    // The question is still open.
    reader.clicks_at("Here to stay.", "Delete").await?;
    reader.hears("Your comment has been deleted.").await?;
    ensure!(server.thread("/article").await?.total == 0);
    Ok(())
}

pub(crate) async fn more_comments_that_do_not_come(story: &Story) -> Result<()> {
    let (files, mut server) = two_servers(story).await?;
    for number in 1..=3 {
        let text = format!("comment {number}");
        server.has_comment("/article", None, &text, None).await?;
    }
    let attributes = format!("data-page-size=2 data-api={}", server.url());
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &files.url(), &attributes))
        .await?;
    server.stop()?;
    reader.clicks("Show 1 more").await?;
    reader.sees("The comment server can't be reached.").await?;
    server.start_again()?;
    reader.clicks("Show 1 more").await?;
    reader
        .sees_comments(&["comment 3", "comment 2", "comment 1"])
        .await?;
    reader
        .sees_no_longer("The comment server can't be reached.")
        .await
}

pub(crate) async fn a_browser_that_keeps_nothing(story: &Story) -> Result<()> {
    let server = story.server()?;
    let forbidden = "Object.defineProperty(window, 'localStorage', {
        get() { throw new DOMException('no', 'SecurityError'); },
    });";
    let full = "Storage.prototype.setItem = () => {
        throw new DOMException('full', 'QuotaExceededError');
    };";
    let reader = story.reader().await?;
    for (number, storage) in [forbidden, full].into_iter().enumerate() {
        let page = Page::new()
            .head(&format!("<script>{{ {storage} }}</script>"))
            .script(&server.url(), "");
        let path = format!("/{number}");
        // What goes wrong in the page is kept in the other storage, of which this is the same class.
        let page = if storage == full {
            page.head("<script>sessionStorage.setItem = () => {};</script>")
        } else {
            page
        };
        reader.opens(&story.page(&path, &page)).await?;
        reader.comments("All the same.").await?;
        reader.answers("All the same.", "And again.").await?;
        let thread = server.thread(&path).await?;
        ensure!(thread.total == 2, "{thread:#?}");
    }
    Ok(())
}
