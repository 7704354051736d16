//! What comes after it has become another matter: answers, events, presses. Nothing breaks by it, and
//! nothing that somebody has typed or looked at is lost.

use afterword_e2e::{Page, Reader, Server, Smtp, Story, until};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::admin_queue::{has_cards, has_focus_on, with_held};
use crate::common::page_settles;
use crate::held;

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";

const NO_DIALOG: &str = "return !document.querySelector('dialog');";

/// Whether the focus is on what a script finds `at`.
async fn is_at(reader: &Reader, what: &str, script: &str) -> Result<()> {
    let script = format!("const at = active(); return !!at && (() => {{ {script} }})();");
    reader.finds(what, &script).await
}

/// Goes to the queue, and opens the dialog for a reply to the comment that came last.
async fn opens_a_reply(reader: &Reader) -> Result<()> {
    reader
        .run("location.hash = '#/queue';", json!(null))
        .await?;
    // The page before it has as many; and who comes to one is led to its title when it has been drawn.
    let title = "return at.matches('#main h1') && !!document.querySelector('.tabs');";
    is_at(reader, "the title of the queue", title).await?;
    has_cards(reader, 2).await?;
    reader.presses("j").await?;
    has_focus_on(reader, "Person 2").await?;
    reader.presses("r").await
}

pub(crate) async fn a_dialog_goes_with_its_page(story: &Story) -> Result<()> {
    let server = with_held(story, 2).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/comments").await?;
    opens_a_reply(&reader).await?;
    reader.admin_types("dialog textarea", "Welcome.").await?;
    reader.run("history.back();", json!(null)).await?;
    reader.admin_finds("#search-words, .filters").await?;
    reader.finds("no dialog", NO_DIALOG).await?;
    // The pages are as alive as before, and what was typed is there.
    opens_a_reply(&reader).await?;
    let is_there = "return document.querySelector('dialog textarea')?.value === 'Welcome.';";
    reader.finds("the text", is_there).await?;

    // The session ends, as another tab's way out has it: nothing stands before who signs in.
    let end = "fetch('/api/v1/admin/session', { method: 'DELETE', headers: {
            authorization: 'Bearer ' + localStorage.getItem('afterword:admin:token'),
        } }).then(() => done(true));";
    reader.ask_async::<bool>(end, json!(null)).await?;
    reader.admin_clicks_in("dialog", "Reply").await?;
    reader.admin_sees("Your session is over.").await?;
    reader.finds("no dialog", NO_DIALOG).await?;
    reader.signs_in(&server, "ada", "#/queue").await?;
    has_cards(&reader, 2).await
}

pub(crate) async fn the_focus_stays_near(story: &Story) -> Result<()> {
    let server = with_held(story, 60).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/comments").await?;
    has_cards(&reader, 50).await?;
    // The button goes with what it has done, and the comment stays.
    let focus = "document.querySelector('.card [data-action=approve]').focus();";
    reader.run(focus, json!(null)).await?;
    reader.presses(ENTER).await?;
    is_at(
        &reader,
        "the comment that was approved",
        "return at.matches('.card[data-verdict=published]');",
    )
    .await?;
    let focus = "all('.more', document)[0].focus();";
    reader.run(focus, json!(null)).await?;
    reader.presses(ENTER).await?;
    has_cards(&reader, 60).await?;
    is_at(
        &reader,
        "the first of those that came",
        "return all('.card', document).indexOf(at.closest('.card')) === 50;",
    )
    .await?;
    let all = "return say(at) === argument;";
    let focus =
        "all('.triage-bar button', document).find((it) => say(it) === 'Select all').focus();";
    reader.run(focus, json!(null)).await?;
    reader.presses(ENTER).await?;
    let none = all.replace("argument", "'Select none'");
    is_at(&reader, "what selects none", &none).await?;
    reader.presses(ENTER).await?;
    let all = all.replace("argument", "'Select all'");
    is_at(&reader, "what selects all", &all).await
}

pub(crate) async fn nothing_is_sent_twice(story: &Story) -> Result<()> {
    let server = story.server()?;
    server.has_user("ada", "owner")?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/rules").await?;
    reader.admin_clicks("New rule").await?;
    reader.admin_types("dialog input", "No pills").await?;
    reader.admin_types("dialog textarea", "pills").await?;
    // It takes a while, and somebody presses again.
    server.pause();
    let again = "const form = document.querySelector('dialog form');
        form.requestSubmit();
        setTimeout(() => { form.requestSubmit(); setTimeout(() => done(true)); }, 50);";
    reader.ask_async::<bool>(again, json!(null)).await?;
    server.resume();
    reader.finds("no dialog", NO_DIALOG).await?;
    reader.admin_sees("No pills").await?;
    page_settles(&reader).await?;
    let token = "return localStorage.getItem('afterword:admin:token');";
    let token: String = reader.ask(token, json!(null)).await?;
    let rules = server.asks(&token, "/rules").await?;
    let n = rules["items"].as_array().map_or(0, Vec::len);
    ensure!(n == 1, "{rules}");
    Ok(())
}

pub(crate) async fn what_was_not_undone_can_be(story: &Story) -> Result<()> {
    let mut server = with_held(story, 2).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "").await?;
    has_cards(&reader, 2).await?;
    reader.presses("j").await?;
    has_focus_on(&reader, "Person 2").await?;
    reader.presses("s").await?;
    reader.admin_is_shown("spam").await?;
    has_cards(&reader, 1).await?;
    server.kill();
    reader.presses("u").await?;
    reader.admin_is_shown("can't be reached").await?;
    server.start_again()?;
    reader.presses("u").await?;
    reader.admin_hears("Undone.").await?;
    has_cards(&reader, 2).await
}

/// A page whose requests wait, those for what `which` matches, until it is said that they may go on:
/// `before` they are sent, or else with the answer.
fn waiting(server: &Server, which: &str, before: bool) -> Page {
    let script = format!(
        "<script>
           const real = fetch;
           window.isHeld = {before};
           window.held = 0;
           window.fetch = async (address, options) => {{
             const is = window.isHeld && {which}.test(address) && (options?.method ?? 'GET') === 'GET';
             const wait = () => new Promise((go) => {{ window.held++; window.release = go; }});
             if (is && {before}) await wait();
             const answer = await real(address, options);
             if (is && !{before}) await wait();
             return answer;
           }};
         </script>"
    );
    Page::new()
        .head(&script)
        .script(&server.url(), "data-render=\"client\"")
}

pub(crate) async fn a_moderator_signs_in_anew(story: &Story) -> Result<()> {
    let server = held::server(&["policy=held"])?;
    held::is_held(&server).await?;
    server
        .has_comment("/article", Some("Bo"), "Let me in.", None)
        .await?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    let ada = story.reader().await?;
    ada.opens(&format!("{url}#moderate")).await?;
    held::signs_in(&ada).await?;
    ada.sees("1 comment waits here.").await?;
    held::in_the_line(&ada, "Sign out").await?;
    ada.sees_no_longer("You moderate as Ada.").await?;
    // They go to another tab, and come back.
    let comes_back = "document.dispatchEvent(new Event('visibilitychange'));";
    ada.run(comes_back, json!(null)).await?;
    page_settles(&ada).await?;
    let shown = ada.shown().await?;
    ensure!(shown.errors.is_empty(), "{shown:#?}");
    ada.reloads().await?;
    held::signs_in(&ada).await?;
    ada.sees("1 comment waits here.").await?;
    held::in_the_line(&ada, "Sign out").await?;
    ada.sees_no_longer("You moderate as Ada.").await?;
    let open = "root.querySelector('.thread').dispatchEvent(
        new KeyboardEvent('keydown', { key: '?', bubbles: true, composed: true }));";
    ada.run(open, json!(null)).await?;
    ada.clicks_on(
        "the way to moderate",
        "return button(root.querySelector('dialog[open]'), argument);",
        json!("Moderate"),
    )
    .await?;
    held::signs_in(&ada).await?;
    ada.sees("1 comment waits here.").await?;
    ada.run(comes_back, json!(null)).await?;
    page_settles(&ada).await?;
    held::chooses(&ada, "Let me in.", "Approve").await?;
    ada.sees("Approved.").await?;
    page_settles(&ada).await?;
    ada.sees("You moderate as Ada.").await
}

pub(crate) async fn what_was_held_before_is_so_no_longer(story: &Story) -> Result<()> {
    let server = held::server(&["policy=held"])?;
    held::is_held(&server).await?;
    server
        .has_comment("/article", Some("Bo"), "Let me in.", None)
        .await?;
    let page = waiting(&server, r"/admin\/comments\?/", false);
    let url = story.page("/article", &page);
    let ada = story.reader().await?;
    ada.opens(&format!("{url}#moderate")).await?;
    held::signs_in(&ada).await?;
    ada.sees("1 comment waits here.").await?;
    // What is held is asked for, and while the answer is on its way the comment is approved.
    let look = "window.isHeld = true; document.dispatchEvent(new Event('visibilitychange'));";
    ada.run(look, json!(null)).await?;
    ada.finds("the answer", "return window.held === 1;").await?;
    ada.run("window.isHeld = false;", json!(null)).await?;
    held::chooses(&ada, "Let me in.", "Approve").await?;
    ada.sees("Approved.").await?;
    ada.sees("No comment waits here.").await?;
    ada.run("window.release();", json!(null)).await?;
    page_settles(&ada).await?;
    let shown = ada.sees_comment("Let me in.").await?;
    let waits = shown.marks.iter().any(|it| it.contains("waiting"));
    ensure!(!waits, "{shown:#?}");
    ada.sees("No comment waits here.").await
}

pub(crate) async fn a_dialog_keeps_what_is_typed(story: &Story) -> Result<()> {
    let server = Server::start(Vec::new())?;
    server
        .has_comment("/article", Some("Mallory"), "Buy this!", None)
        .await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    held::chooses(&reader, "Buy this!", "Report…").await?;
    let focus = "root.querySelector('dialog textarea').focus();";
    reader
        .finds("the dialog", "return !!root.querySelector('dialog[open]');")
        .await?;
    reader.run(focus, json!(null)).await?;
    reader.presses("It sells things.").await?;
    // A selection that ends outside is a click on the dialog for the browser; so is one beside it.
    let beside = "const dialog = root.querySelector('dialog');
        const fire = (on, kind) => on.dispatchEvent(new PointerEvent(kind, { bubbles: true }));
        fire(dialog.querySelector('textarea'), 'pointerdown');
        fire(dialog, 'click');
        fire(dialog, 'pointerdown');
        fire(dialog, 'click');";
    reader.run(beside, json!(null)).await?;
    page_settles(&reader).await?;
    let is_there =
        "return root.querySelector('dialog[open] textarea')?.value === 'It sells things.';";
    reader.finds("the text", is_there).await?;
    reader.presses(ESCAPE).await?;
    reader
        .finds("no dialog", "return !root.querySelector('dialog');")
        .await?;
    held::chooses(&reader, "Buy this!", "Report…").await?;
    reader.finds("the text", is_there).await
}

pub(crate) async fn who_types_before_the_comments_come_goes_on(story: &Story) -> Result<()> {
    let smtp = Smtp::start().await?;
    let server = Server::mailing(&smtp)?;
    let page = waiting(&server, r"/api\/v1\/comments\?/", true);
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/article", &page)).await?;
    reader
        .finds(
            "the composer and its style, and that comments are waited for",
            "return !!root?.querySelector('.composer textarea') && window.held === 1
                && root.getRootNode().adoptedStyleSheets.length > 1;",
        )
        .await?;
    reader
        .run(
            "root.querySelector('.composer [name=author]').focus();",
            json!(null),
        )
        .await?;
    reader.presses("Ana").await?;
    reader
        .run(
            "const field = root.querySelector('.composer textarea');
             field.focus();",
            json!(null),
        )
        .await?;
    reader.presses("Good evning").await?;
    reader
        .run("active().setSelectionRange(7, 7);", json!(null))
        .await?;
    reader.run("window.release();", json!(null)).await?;
    reader
        .finds(
            "the field for an address",
            "return !!root.querySelector('.composer [name=email]');",
        )
        .await?;
    is_at(
        &reader,
        "the text",
        "return at.matches('.composer textarea');",
    )
    .await?;
    reader.presses("e").await?;
    reader
        .finds(
            "what was typed",
            "const form = root.querySelector('.composer').elements;
             return form.text.value === 'Good evening' && form.author.value === 'Ana';",
        )
        .await
}

pub(crate) async fn a_server_leads_no_window_to_a_script(story: &Story) -> Result<()> {
    let server = Server::start(Vec::new())?;
    // As a server might that is not the page's own.
    let answers = "<script>
        const real = fetch;
        const json = (body) => new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
        window.fetch = async (address, options) => {
          const path = new URL(address.url ?? address, location).pathname;
          const url = 'javascript:void (opener.isTaken = true)';
          if (path.endsWith('/admin/session/window')) return json({ secret: 's', url });
          if (path.endsWith('/login/oidc')) return json({ secret: 's', url });
          if (path.endsWith('/login')) return json({ required: false, ways: [{ kind: 'oidc', title: 'Elsewhere' }] });
          return real(address, options);
        };
      </script>";
    let page = Page::new().head(answers).script(&server.url(), "");
    let reader = story.reader().await?;
    let url = story.page("/article", &page);
    reader.opens(&format!("{url}#moderate")).await?;
    let press = "return button(root.querySelector('dialog[open]'), argument);";
    reader
        .clicks_on("the window", press, json!("Sign in with a passkey"))
        .await?;
    reader
        .finds(
            "why it failed",
            "return !!say(root.querySelector('dialog[open] .tool-trouble'));",
        )
        .await?;
    page_settles(&reader).await?;
    reader
        .finds("nothing of it", "return window.isTaken === undefined;")
        .await?;
    until("the window to go", || async {
        Ok((reader.driver().windows().await?.len() == 1).then_some(()))
    })
    .await
}
