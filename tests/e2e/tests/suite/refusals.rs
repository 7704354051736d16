//! What is not taken: each refusal has its sentence, and nothing that was written is lost.

use afterword_e2e::{Page, Reader, Server, ServerOptions, Story, until};
use afterword_protocol::API_PREFIX;
use anyhow::{Context, Result, ensure};
use serde_json::json;

/// A server that is stricter than most.
fn strict(options: &[(&'static str, &str)]) -> Result<Server> {
    let options = options
        .iter()
        .map(|&(name, value)| (name, value.to_owned()));
    Server::start(options.collect::<ServerOptions>())
}

async fn at_the_article(story: &Story, server: &Server) -> Result<Reader> {
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    Ok(reader)
}

/// Waits for the sentence in the composer, where the text still stands.
async fn is_told_before_sending(reader: &Reader, text: &str, sentence: &str) -> Result<()> {
    let shown = reader
        .waits(&format!("the sentence \"{sentence}\""), |shown| {
            shown.errors == [sentence] && shown.focus == "text-new"
        })
        .await?;
    ensure!(
        shown.draft.as_deref() == Some(text) && shown.comments.is_empty(),
        "{shown:#?}"
    );
    reader
        .finds(
            "a field that is told as wrong",
            "return composer(null).querySelector('textarea').ariaInvalid === 'true';",
        )
        .await
}

/// Waits for the sentence at the comment that was sent and not taken.
async fn is_told_after_sending(reader: &Reader, words: &str, sentence: &str) -> Result<()> {
    let shown = reader
        .waits(&format!("the sentence \"{sentence}\""), |shown| {
            shown.comment(words).is_some_and(|it| it.is("failed")) && shown.errors == [sentence]
        })
        .await?;
    let comment = shown.comment(words).context("it is gone")?;
    ensure!(
        comment.buttons == ["Try again", "Change the text", "Discard"],
        "{comment:#?}"
    );
    Ok(())
}

/// Takes the text back into the composer.
async fn takes_back(reader: &Reader, words: &str, text: &str) -> Result<()> {
    reader.clicks_at(words, "Change the text").await?;
    reader
        .waits("the text in the composer", |shown| {
            shown.draft.as_deref() == Some(text) && shown.focus == "text-new"
        })
        .await
        .map(drop)
}

/// The same, writes a better one, and posts it.
async fn mends(reader: &Reader, words: &str, text: &str, better: &str) -> Result<()> {
    takes_back(reader, words, text).await?;
    reader.comments(better).await?;
    Ok(())
}

pub(crate) async fn nothing_to_post(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = at_the_article(story, &server).await?;
    let sentence = "There is nothing to post yet. Write something first.";
    reader.posts().await?;
    is_told_before_sending(&reader, "", sentence).await?;
    reader.writes(" \n\u{a0}\t\n ").await?;
    reader.posts().await?;
    is_told_before_sending(&reader, " \n\u{a0}\t\n ", sentence).await?;
    reader.comments("Something.").await?;
    let shown = reader.shown().await?;
    ensure!(shown.errors.is_empty(), "{shown:#?}");
    ensure!(server.thread("/article").await?.total == 1);
    Ok(())
}

pub(crate) async fn one_byte_too_long(story: &Story) -> Result<()> {
    let server = strict(&[("AFTERWORD_MAX_TEXT_BYTES", "100")])?;
    let reader = at_the_article(story, &server).await?;
    // Bytes, not letters: each of these has two.
    let fits = "é".repeat(50);
    let text = format!("{fits}x");
    reader.writes(&text).await?;
    reader.posts().await?;
    let sentence = "This is longer than a comment may be (100 bytes). Shorten it, then post it \
        again.";
    is_told_before_sending(&reader, &text, sentence).await?;
    reader.comments(&fits).await?;
    ensure!(server.thread("/article").await?.total == 1);
    Ok(())
}

pub(crate) async fn too_long_for_a_server_that_has_become_stricter(story: &Story) -> Result<()> {
    let files = story.server()?;
    let mut server = story.server()?;
    let attributes = format!("data-api={}", server.url());
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &files.url(), &attributes))
        .await?;
    server.stop()?;
    server.set("AFTERWORD_MAX_TEXT_BYTES", "10");
    server.start_again()?;
    let text = "More than ten bytes.";
    reader.writes(text).await?;
    reader.posts().await?;
    let sentence = "This is longer than a comment may be (10 bytes). Shorten it, then post it \
        again.";
    is_told_after_sending(&reader, text, sentence).await?;
    mends(&reader, text, text, "Ten bytes.").await
}

pub(crate) async fn too_many_links(story: &Story) -> Result<()> {
    let server = strict(&[("AFTERWORD_MAX_LINKS", "2")])?;
    let reader = at_the_article(story, &server).await?;
    let text = "https://a.example https://b.example https://c.example";
    reader.writes(text).await?;
    reader.posts().await?;
    let sentence = "There are too many links here (at most 2). Remove some, then post it again.";
    is_told_after_sending(&reader, text, sentence).await?;
    mends(&reader, text, text, "https://a.example https://b.example").await
}

pub(crate) async fn nested_too_deeply(story: &Story) -> Result<()> {
    let server = strict(&[("AFTERWORD_MAX_NESTING", "3")])?;
    let reader = at_the_article(story, &server).await?;
    let text = "> > > > deep";
    reader.writes(text).await?;
    reader.posts().await?;
    let sentence = "Quotations or lists are nested too deeply here (at most 3 levels).";
    is_told_after_sending(&reader, "deep", sentence).await?;
    takes_back(&reader, "deep", text).await?;
    reader.writes("> less deep").await?;
    reader.posts().await?;
    reader.sees_comment("less deep").await?;
    Ok(())
}

pub(crate) async fn characters_that_nobody_sees(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = at_the_article(story, &server).await?;
    let text = "before\u{1}after";
    reader.writes(text).await?;
    reader.posts().await?;
    let sentence = "The text holds characters that can't be shown. Remove them, then post it \
        again.";
    is_told_after_sending(&reader, "before", sentence).await?;
    mends(&reader, "before", text, "before and after").await?;

    let name = "Ana\u{202e}tireM";
    reader.signs(name).await?;
    reader.writes("Who am I?").await?;
    reader.posts().await?;
    let sentence = "This name holds invisible characters. Type it anew, then post it again.";
    is_told_after_sending(&reader, "Who am I?", sentence).await?;
    takes_back(&reader, "Who am I?", "Who am I?").await?;
    reader.signs("Ana").await?;
    reader.posts().await?;
    let comment = reader.sees_comment("Who am I?").await?;
    ensure!(comment.author == "Ana", "{comment:#?}");
    Ok(())
}

pub(crate) async fn a_name_without_end(story: &Story) -> Result<()> {
    let server = strict(&[("AFTERWORD_MAX_AUTHOR_BYTES", "20")])?;
    let reader = at_the_article(story, &server).await?;
    let name = "👩‍👩‍👧".repeat(2);
    reader.signs(&name).await?;
    reader.writes("Who are we?").await?;
    reader.posts().await?;
    let sentence = "This name is too long (at most 20 bytes). Shorten it, then post it again.";
    let shown = reader
        .waits("the sentence", |shown| shown.errors == [sentence])
        .await?;
    // Whoever says it, the reader or the server: the text is where it can be changed.
    if shown.comment("Who are we?").is_some() {
        takes_back(&reader, "Who are we?", "Who are we?").await?;
    }
    reader.signs("👩‍👩‍👧").await?;
    reader.posts().await?;
    let comment = reader.sees_comment("Who are we?").await?;
    ensure!(comment.author == "👩‍👩‍👧", "{comment:#?}");
    Ok(())
}

/// The name under which the browser keeps a comment's edit token.
async fn token_name(reader: &Reader, id: &str) -> Result<String> {
    reader
        .ask(
            "return Object.keys(localStorage).find((it) => it.includes(':token:') && it.endsWith(argument)) ?? '';",
            json!(id),
        )
        .await
}

pub(crate) async fn a_token_that_is_not_this_comments(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = at_the_article(story, &server).await?;
    let comment = reader.comments("The first words.").await?;
    let name = token_name(&reader, &comment.id).await?;
    ensure!(!name.is_empty(), "the token is not kept");
    reader
        .run(
            "const token = localStorage.getItem(argument);
             localStorage.setItem(argument, [...token].reverse().join(''));",
            json!(name),
        )
        .await?;
    let sentence = "Only the browser that posted this comment can change it.";
    let by_id = format!("#{}", comment.id);
    reader.clicks_at(&by_id, "Edit").await?;
    reader.writes_into(Some(&by_id), "Better words.").await?;
    reader.submits(&by_id).await?;
    reader.sees(sentence).await?;
    reader
        .finds(
            "the better words where they were",
            &format!(
                "return composer('{by_id}').querySelector('textarea').value === 'Better words.';"
            ),
        )
        .await?;
    reader.clicks_at(&by_id, "Cancel").await?;
    reader.deletes(&by_id).await?;
    reader.sees(sentence).await?;
    let thread = server.thread("/article").await?;
    ensure!(
        thread.branches[0].root.html.contains("The first words."),
        "{thread:#?}"
    );
    Ok(())
}

pub(crate) async fn the_time_for_changes_is_over(story: &Story) -> Result<()> {
    let server = strict(&[("AFTERWORD_EDIT_WINDOW", "1")])?;
    let reader = story.reader().await?;
    // The reader's clock stands still, so that the buttons stay.
    let page = Page::new()
        .head("<script>const now = Date.now(); Date.now = () => now;</script>")
        .script(&server.url(), "");
    reader.opens(&story.page("/article", &page)).await?;
    let comment = reader.comments("Said is said.").await?;
    let by_id = format!("#{}", comment.id);
    reader.clicks_at(&by_id, "Edit").await?;
    reader.writes_into(Some(&by_id), "Unsaid.").await?;
    let name = token_name(&reader, &comment.id).await?;
    let token: String = reader
        .ask("return localStorage.getItem(argument);", json!(name))
        .await?;
    let url = format!("{}{API_PREFIX}/comments/{}", server.url(), comment.id);
    until("the end of the time for changes", || async {
        let answer = reqwest::Client::new()
            .patch(&url)
            .bearer_auth(&token)
            .json(&json!({ "text": "Said is said." }))
            .send()
            .await?;
        Ok((answer.status().as_u16() == 403).then_some(()))
    })
    .await?;
    reader.submits(&by_id).await?;
    let sentence = "The time for changing this comment is over.";
    reader.sees(sentence).await?;
    reader.clicks_at(&by_id, "Cancel").await?;
    reader.deletes(&by_id).await?;
    reader.sees(sentence).await?;
    // A reader whose clock is right isn't even offered it.
    let url = story.article("/later", &server.url(), "data-page-id=/article");
    let shown = reader.opens(&url).await?;
    ensure!(
        shown.comments[0].is("own") && shown.comments[0].buttons == ["Reply"],
        "{shown:#?}"
    );
    Ok(())
}

pub(crate) async fn a_comment_that_is_gone_by_now(story: &Story) -> Result<()> {
    let server = story.server()?;
    let url = story.article("/article", &server.url(), "");
    let author = story.reader().await?;
    author.opens(&url).await?;
    author.comments("What do you think?").await?;
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    reader.clicks_at("What do you think?", "Reply").await?;
    reader
        .writes_into(Some("What do you think?"), "I agree.")
        .await?;
    author.deletes("What do you think?").await?;
    author.hears("Your comment has been deleted.").await?;
    // The reader is told of it, and the answer stays where it is being written.
    reader.sees_comment("This comment was deleted.").await?;
    reader.submits("This comment was deleted.").await?;
    let sentence = "The comment you are answering is gone. Change the text to post it as a comment \
        of its own.";
    is_told_after_sending(&reader, "I agree.", sentence).await?;
    mends(&reader, "I agree.", "I agree.", "I agreed.").await?;
    let shown = author.reloads().await?;
    ensure!(
        shown.comments.len() == 1 && shown.comments[0].text == "I agreed.",
        "{shown:#?}"
    );
    Ok(())
}

pub(crate) async fn a_conversation_that_may_not_go_deeper(story: &Story) -> Result<()> {
    let server = strict(&[("AFTERWORD_MAX_DEPTH", "1")])?;
    let reader = at_the_article(story, &server).await?;
    reader.comments("The root.").await?;
    reader.answers("The root.", "A reply.").await?;
    reader.clicks_at("A reply.", "Reply").await?;
    reader.writes_into(Some("A reply."), "Too deep.").await?;
    reader.submits("A reply.").await?;
    let sentence = "This conversation can't go any deeper. Answer an earlier comment instead.";
    is_told_after_sending(&reader, "Too deep.", sentence).await?;
    mends(&reader, "Too deep.", "Too deep.", "Not too deep.").await
}

pub(crate) async fn a_page_that_may_not_send_comments(story: &Story) -> Result<()> {
    let server = strict(&[("AFTERWORD_ORIGINS", "https://news.example")])?;
    server
        .has_comment("/article", None, "Everybody may read.", None)
        .await?;
    let reader = at_the_article(story, &server).await?;
    reader.sees_comment("Everybody may read.").await?;
    reader.writes("May I?").await?;
    reader.posts().await?;
    let sentence = "This page may not send comments to this server. If it is your site, add its \
        address to the server's option --origins.";
    is_told_after_sending(&reader, "May I?", sentence).await
}

pub(crate) async fn a_lot_in_a_short_time(story: &Story) -> Result<()> {
    let server = strict(&[("AFTERWORD_WRITES_PER_MINUTE", "2")])?;
    let reader = at_the_article(story, &server).await?;
    for text in ["one", "two"] {
        reader.comments(text).await?;
    }
    reader.writes("three").await?;
    reader.posts().await?;
    let shown = reader
        .waits("the comment as not sent", |shown| {
            shown.comment("three").is_some_and(|it| it.is("failed"))
        })
        .await?;
    let sentence = shown.errors.first().context("no sentence")?;
    let seconds = sentence
        .strip_prefix("That was a lot in a short time. Try again in ")
        .and_then(|rest| rest.strip_suffix(" seconds. Your text is kept."))
        .and_then(|seconds| seconds.parse::<u32>().ok());
    ensure!(
        seconds.is_some_and(|seconds| (1..=60).contains(&seconds)),
        "{shown:#?}"
    );
    Ok(())
}

pub(crate) async fn a_site_that_the_server_does_not_know(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = story.reader().await?;
    reader
        .goes_to(&story.article("/article", &server.url(), "data-site=elsewhere"))
        .await?;
    reader
        .sees(
            "The comments could not be loaded. The comment server doesn't know this site. If it is \
             yours, check data-site.",
        )
        .await
}

pub(crate) async fn a_page_key_of_5_kilobytes(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = story.reader().await?;
    let key = format!("data-page-id={}", "k".repeat(5_000));
    reader
        .goes_to(&story.article("/article", &server.url(), &key))
        .await?;
    reader
        .sees(
            "The comment server can't take comments for this page's address. If the site is \
             yours, set a shorter data-page-id.",
        )
        .await
}

pub(crate) async fn a_text_that_was_changed_after_it_was_sent(story: &Story) -> Result<()> {
    let files = story.server()?;
    let server = story.server()?;
    let proxy = afterword_e2e::Proxy::start(server.address()).await?;
    let attributes = format!("data-api={}", proxy.url());
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &files.url(), &attributes))
        .await?;
    proxy.lose_answers(true);
    reader.writes("Sent so.").await?;
    reader.posts().await?;
    reader
        .waits("the comment as not sent", |shown| {
            shown.comment("Sent so.").is_some_and(|it| it.is("failed"))
        })
        .await?;
    proxy.lose_answers(false);
    // Nothing of the widget's does that; another version of it in another tab might.
    reader
        .run(
            "for (const name of Object.keys(localStorage))
                 if (name.includes('outbox'))
                     localStorage[name] = localStorage[name].replace('Sent so.', 'Sent otherwise.');",
            json!(null),
        )
        .await?;
    reader.reloads().await?;
    let sentence = "This was sent before with another text. Reload the page to see what is there.";
    is_told_after_sending(&reader, "Sent otherwise.", sentence).await?;
    let shown = reader.shown().await?;
    ensure!(shown.comment("Sent so.").is_some(), "{shown:#?}");
    ensure!(server.thread("/article").await?.total == 1);
    Ok(())
}
