//! Pages with scripts of their own.

use afterword_e2e::{Page, Story};
use anyhow::{Result, ensure};
use serde_json::json;

pub(crate) async fn scripts_that_change_what_is_built_in(story: &Story) -> Result<()> {
    let server = story.server()?;
    let meddling = "<script>
        Object.prototype.extra = 'extra';
        Array.prototype.extra = () => {};
        String.prototype.toJSON = function () { return 'no ' + this; };
        Object.defineProperty(Array.prototype, 'last', { get() { return this.at(-1); } });
        window.$ = window.jQuery = () => { throw new Error('not for you'); };
        </script>";
    let page = Page::new().head(meddling).script(&server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader.comments("As it was typed.").await?;
    let thread = server.thread("/article").await?;
    ensure!(
        thread.branches[0]
            .root
            .html
            .contains("<p>As it was typed.</p>"),
        "{thread:#?}"
    );
    Ok(())
}

pub(crate) async fn shortcuts_of_the_page(story: &Story) -> Result<()> {
    let server = story.server()?;
    let shortcuts = "<script>
        window.fired = [];
        for (const type of ['keydown', 'keypress', 'keyup'])
            addEventListener(type, ({ key }) => { if (/^[jk/?]$/.test(key)) fired.push(key); });
        </script>";
    let page = Page::new().head(shortcuts).script(&server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader.writes("").await?;
    reader.presses("jk/?").await?;
    reader
        .waits("what was typed", |shown| {
            shown.draft.as_deref() == Some("jk/?")
        })
        .await?;
    reader.posts().await?;
    reader.sees_comment("jk/?").await?;
    let fired: Vec<String> = reader.ask("return fired;", json!(null)).await?;
    ensure!(fired.is_empty(), "{fired:?}");
    // Where the page is typed to, they work as before.
    reader.run("active().blur();", json!(null)).await?;
    reader.presses("j").await?;
    reader
        .finds("the page's shortcut", "return fired.includes('j');")
        .await
}

pub(crate) async fn moved_in_the_middle_of_a_sentence(story: &Story) -> Result<()> {
    let server = story.server()?;
    let page = Page::new()
        .script(&server.url(), "")
        .body("<aside></aside>");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader.has_the_program().await?;
    reader.writes("Half a sen").await?;
    reader
        .run("document.querySelector('aside').append(host);", json!(null))
        .await?;
    let shown = reader.shown().await?;
    ensure!(shown.draft.as_deref() == Some("Half a sen"), "{shown:#?}");
    // Taken away and put back, it begins anew, and finds what was typed.
    reader
        .run("window.kept = host; host.remove();", json!(null))
        .await?;
    reader
        .finds(
            "nothing left in it",
            "return !kept.shadowRoot.querySelector('.thread');",
        )
        .await?;
    reader
        .run("document.body.append(kept);", json!(null))
        .await?;
    // The thread may be there a moment before the program, which puts it back.
    reader
        .waits("what was typed", |shown| {
            shown.draft.as_deref() == Some("Half a sen")
        })
        .await?;
    reader.comments("A whole sentence.").await?;
    Ok(())
}

pub(crate) async fn taken_away_in_the_middle_of_a_post(story: &Story) -> Result<()> {
    let files = story.server()?;
    let server = story.server()?;
    let attributes = format!("data-api={}", server.url());
    let url = story.article("/article", &files.url(), &attributes);
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    reader.has_the_program().await?;
    server.pause();
    reader.writes("On its way.").await?;
    reader.posts().await?;
    reader
        .waits("the comment as being sent", |shown| {
            shown
                .comment("On its way.")
                .is_some_and(|it| it.is("sending"))
        })
        .await?;
    reader.run("host.remove();", json!(null)).await?;
    server.resume();
    // The answer finds no widget, and the token its place all the same.
    reader
        .finds(
            "the token",
            "return Object.keys(localStorage).some((it) => it.includes(':token:'));",
        )
        .await?;
    let shown = reader.opens(&url).await?;
    ensure!(
        shown.comments.len() == 1 && shown.comments[0].is("own"),
        "{shown:#?}"
    );
    ensure!(server.thread("/article").await?.total == 1);
    Ok(())
}

pub(crate) async fn another_article_without_loading_the_page(story: &Story) -> Result<()> {
    let server = story.server()?;
    for page in ["one", "two"] {
        let text = format!("About {page}.");
        server.has_comment(page, None, &text, None).await?;
    }
    let page = Page::new().element(&server.url(), "data-page-id=one");
    let reader = story.reader().await?;
    reader.opens(&story.page("/", &page)).await?;
    reader.has_the_program().await?;
    reader.sees_comment("About one.").await?;
    reader.writes("Half a sentence on one").await?;
    reader
        .run("host.dataset.pageId = 'two';", json!(null))
        .await?;
    reader.sees_comments(&["About two."]).await?;
    let shown = reader.shown().await?;
    ensure!(shown.draft.as_deref() == Some(""), "{shown:#?}");
    reader.comments("Also about two.").await?;
    reader
        .run("host.dataset.pageId = 'one';", json!(null))
        .await?;
    reader.sees_comments(&["About one."]).await?;
    // The server draws the comments, and the program puts the draft back a moment later.
    reader
        .waits("its draft", |shown| {
            shown.draft.as_deref() == Some("Half a sentence on one")
        })
        .await?;
    ensure!(server.thread("two").await?.total == 2);
    Ok(())
}
