//! Waline, the real one.

use afterword_e2e::{Page, Site, Story, Waline, until};
use anyhow::{Result, ensure};

/// A page whose comments are Waline's.
fn article(story: &Story, widget: &Site, waline: &Waline) -> String {
    let attributes = format!("data-backend=waline data-api=\"{}\"", waline.url());
    story.page(
        "/article",
        &Page::new().script(&widget.url(""), &attributes),
    )
}

pub(crate) async fn without_an_account(story: &Story) -> Result<()> {
    let widget = Site::with_widget().await?;
    let waline = Waline::start().await?;
    let url = article(story, &widget, &waline);
    let reader = story.reader().await?;
    let shown = reader.opens(&url).await?;
    ensure!(shown.title == "0 comments", "{shown:#?}");
    reader.signs("Ada & <b>Bo</b>").await?;
    reader.writes("It is **calm**, 2 < 3.").await?;
    reader.posts().await?;
    reader.hears("Your comment has been posted.").await?;
    let posted = reader.sees_comment("It is calm, 2 < 3.").await?;
    // Nobody can change what they wrote without an account: it isn't offered.
    ensure!(
        !posted.is("own") && posted.author == "Ada & <b>Bo</b>",
        "{posted:#?}"
    );
    // The same again is refused, and nothing of it is lost.
    reader.writes("It is **calm**, 2 < 3.").await?;
    reader.posts().await?;
    let sentence = "This has been said here before, in the same words.";
    let is_said = |shown: &afterword_e2e::Shown| shown.errors.iter().any(|it| it == sentence);
    reader.waits(sentence, is_said).await?;
    reader.clicks("Discard").await?;
    reader.answers("It is calm", "So it is.").await?;
    reader.answers("So it is", "Is it not?").await?;
    reader.clicks_at("It is calm", "Vote up, 0 votes").await?;
    let counted = "return !!button(article('It is calm'), 'Vote up, 1 vote');";
    reader.finds("the vote", counted).await?;
    reader.finds_no_barrier().await?;

    let shown = reader.reloads().await?;
    let texts: Vec<_> = shown.comments.iter().map(|it| it.text.as_str()).collect();
    ensure!(
        texts == ["It is calm, 2 < 3.", "So it is.", "Is it not?"],
        "{shown:#?}"
    );
    let is_told = "return !!article('So it is').querySelector('time[datetime]').textContent;";
    reader.finds("when it was written", is_told).await?;
    // A vote can be taken back, in another visit too.
    reader.clicks_at("It is calm", "Vote up, 1 vote").await?;
    let counted = "return !!button(article('It is calm'), 'Vote up, 0 votes');";
    reader.finds("no vote", counted).await?;
    Ok(())
}

pub(crate) async fn with_an_account(story: &Story) -> Result<()> {
    let widget = Site::with_widget().await?;
    let waline = Waline::start().await?;
    waline
        .registers("Grace", "grace@example.org", "slow news")
        .await?;
    let reader = story.reader().await?;
    reader.opens(&article(story, &widget, &waline)).await?;
    reader.signs("Somebody").await?;
    reader.clicks("Sign in").await?;

    // Waline's own page, in a window of its own.
    let driver = reader.driver();
    let page = driver.window().await?;
    let opened = until("the window", || async {
        let windows = driver.windows().await?;
        Ok(windows.into_iter().find(|window| *window != page))
    })
    .await?;
    driver.switch_to_window(opened).await?;
    let is_there =
        "return location.pathname === '/ui/login' && document.readyState === 'complete';";
    reader.finds("Waline's page", is_there).await?;
    reader
        .ask_async::<bool>(
            "fetch(argument + '/api/token', {
                 method: 'POST',
                 headers: { 'Content-Type': 'application/json' },
                 body: JSON.stringify({ email: 'grace@example.org', password: 'slow news', code: '' }),
             })
                 .then((answer) => answer.json())
                 .then(({ data }) => {
                     // The page closes this window when it has heard it.
                     done(!!data.token);
                     setTimeout(() => opener.postMessage({ type: 'userInfo', data }, '*'));
                 });",
            serde_json::json!(waline.url()),
        )
        .await?;
    driver.switch_to_window(page).await?;
    let has_none = "return composer(null)?.querySelector('[name=author]') === null;";
    reader.finds("no name field", has_none).await?;

    reader.writes("To be changed.").await?;
    reader.sees("Signed in as Grace").await?;
    reader.posts().await?;
    let posted = reader.sees_comment("To be changed.").await?;
    let by_id = format!("#{}", posted.id);
    reader.clicks_at(&by_id, "Edit").await?;
    reader.writes_into(Some(&by_id), "Changed.").await?;
    reader.submits(&by_id).await?;
    let shown = reader.sees_comment("Changed.").await?;
    ensure!(shown.author == "Grace", "{shown:#?}");
    reader.deletes("Changed.").await?;
    reader.hears("Your comment has been deleted.").await?;
    reader.clicks("Sign out").await?;
    let has_name = "return !!composer(null)?.querySelector('[name=author]');";
    reader.finds("the name field", has_name).await?;
    Ok(())
}
