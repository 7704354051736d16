//! Mails to readers, from a server of the story's own.

use afterword_e2e::{Preferences, Reader, Server, Smtp, Story, until};
use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::By;

use crate::common::{introduces_themselves, page_settles};

const ASKED: &str = "To hear of answers, look into your mailbox: a mail asks whether the address is yours, \
    unless you have said so before.";

/// So many of the comments say that a mail has come.
async fn is_asked_to_look(reader: &Reader, times: usize) -> Result<()> {
    page_settles(reader).await?;
    until("the notes at the comments", || async {
        let notes: Vec<String> = reader
            .ask(
                "return all('.comment > .notice-mail').map(say);",
                json!(null),
            )
            .await?;
        let is_so = notes.len() == times && notes.iter().all(|it| it == ASKED);
        ensure!(is_so, "{notes:?}");
        Ok(Some(()))
    })
    .await
}

/// Opens a link of a mail, presses the button of that name there, and reads what is said then.
async fn presses_in_mail(reader: &Reader, link: &str, button: &str, said: &str) -> Result<()> {
    reader.goes_to(link).await?;
    let find = "return document.querySelector(`button[name=${argument}]`);";
    reader.clicks_on(button, find, json!(button)).await?;
    until(said, || async {
        let status = reader.driver().find(By::Css("[role=status]")).await?;
        Ok((status.text().await? == said).then_some(()))
    })
    .await
}

/// Somebody else's mail comes, and nothing before it.
async fn only_others_get_mail(server: &Server, smtp: &Smtp, number: usize) -> Result<()> {
    let comment = afterword_protocol::NewComment {
        page: "/article".to_owned(),
        email: Some(format!("other{number}@example.org")),
        text: format!("Me, too, says number {number}."),
        ..afterword_protocol::NewComment::default()
    };
    let url = format!("{}/api/v1/comments", server.url());
    let request = reqwest::Client::new().post(url).json(&comment);
    request.send().await?.error_for_status()?;
    let mail = smtp.gets(number + 1).await;
    ensure!(
        mail.to == [format!("other{number}@example.org")],
        "{mail:?}"
    );
    Ok(())
}

pub(crate) async fn tells_of_an_answer_until_the_reader_leaves(story: &Story) -> Result<()> {
    let smtp = Smtp::start().await?;
    let server = Server::mailing(&smtp)?;
    let article = story.article("/article", &server.url(), r#"data-title="On slow news""#);
    let reader = story.reader().await?;
    reader.opens(&article).await?;
    reader.writes("Is it late?").await?;
    reader
        .finds(
            "what an address is for",
            "return say(root.querySelector('.composer-mail')) === 'E-mail for answers (optional, never shown)';",
        )
        .await?;
    let who = [("author", "Ada"), ("email", "ada@nowhere")];
    introduces_themselves(&reader, &who).await?;
    reader.posts().await?;
    // It can be left out, and is none: both are said.
    reader
        .sees("No mail can reach this e-mail address. Correct or remove it, then post it again.")
        .await?;
    reader.fills_in("email", "ada@example.org").await?;
    reader.clicks_at("Is it late?", "Change the text").await?;
    reader
        .waits("the text in the composer", |shown| {
            shown.draft.as_deref() == Some("Is it late?")
        })
        .await?;
    reader.posts().await?;
    let asked = reader.sees_comment("Is it late?").await?;
    reader.hears(ASKED).await?;
    is_asked_to_look(&reader, 1).await?;
    let mail = smtp.gets(1).await;
    ensure!(mail.to == ["ada@example.org"], "{mail:?}");

    // Once is enough.
    reader.comments("It is not early.").await?;
    is_asked_to_look(&reader, 1).await?;

    // The address is remembered, as the name is, and nobody is shown it.
    reader.reloads().await?;
    reader.has_the_program().await?;
    reader
        .finds(
            "the address",
            "return composer(null)?.querySelector('[name=email]')?.value === 'ada@example.org';",
        )
        .await?;
    reader.comments("Still not.").await?;
    is_asked_to_look(&reader, 0).await?;
    let thread = server.thread("/article").await?;
    ensure!(!format!("{thread:?}").contains("ada@"), "{thread:?}");

    let link = mail.link("/mail/confirm");
    let said = "The address is confirmed. You will hear of answers.";
    presses_in_mail(&reader, &link, "yes", said).await?;
    let answer = server
        .has_comment("/article", Some("Ben"), "Never too late.", Some(&asked.id))
        .await?;
    let mail = smtp.gets(2).await;
    let text = mail.text();
    ensure!(
        text.contains("Ben answered:\n\n> Never too late."),
        "{text}"
    );

    // The link leads to the answer in the article.
    reader.goes_to(&mail.link("#comment-")).await?;
    reader.sees_comment("Never too late.").await?;
    ensure!(mail.link("#comment-").contains(&answer), "{text}");

    let link = mail.link("/mail/leave");
    let said = "Done. You will get no more of these mails.";
    presses_in_mail(&reader, &link, "page", said).await?;
    server
        .has_comment("/article", Some("Ben"), "And now?", Some(&asked.id))
        .await?;
    only_others_get_mail(&server, &smtp, 2).await
}

pub(crate) async fn asks_who_writes_without_a_script(story: &Story) -> Result<()> {
    let smtp = Smtp::start().await?;
    let server = Server::mailing(&smtp)?;
    let preferences = Preferences {
        no_scripts: true,
        ..Preferences::default()
    };
    let reader = story.reader_with(preferences).await?;
    let url = format!("{}/thread?page=/article&lang=de", server.url());
    reader.opens(&url).await?;
    reader.writes("Ist es spät?").await?;
    reader.fills("author", "Ada").await?;
    reader.fills("email", "nobody").await?;
    reader.clicks("Kommentar senden").await?;
    // What was typed stands there still, and why it was not taken.
    reader.waits("why", |shown| shown.errors.len() == 1).await?;
    reader
        .finds(
            "the address in the form that came back",
            "return root?.querySelector('[role=alert], .composer-error, [aria-invalid]') && \
             composer(null)?.querySelector('[name=email]')?.value === 'nobody';",
        )
        .await?;
    let field = "return composer(null).querySelector('[name=email]');";
    let field = reader.element("the field", field, json!(null)).await?;
    field.clear().await?;
    reader.fills("email", "ada@example.org").await?;
    reader.clicks("Kommentar senden").await?;
    reader.sees_comment("Ist es spät?").await?;
    let is_asked = "return all('.receipt p').length === 3;";
    reader.finds("the hint to the mailbox", is_asked).await?;
    let mail = smtp.gets(1).await;
    ensure!(mail.html().contains("lang=\"de\""), "{}", mail.html());
    ensure!(mail.link("/mail/confirm").contains("lang=de"), "{mail:?}");
    Ok(())
}
