//! The rest of the pages for moderators: languages, hooks, a person's data, what one is told, and
//! rules that are put back.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use afterword_e2e::{PASSWORD, Reader, Server, ServerOptions, Smtp, Story, until};
use anyhow::{Result, ensure};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::json;

use crate::admin_queue::with_held;

async fn with_two_by(story: &Story, author: &str) -> Result<Server> {
    let server = story.server()?;
    server.has_user("ada", "owner")?;
    for text in ["The lamps were on.", "The ferry was late."] {
        server
            .has_comment("/article", Some(author), text, None)
            .await?;
    }
    Ok(server)
}

async fn opens(reader: &Reader, server: &Server, place: &str) -> Result<()> {
    reader
        .goes_to(&format!("{}/admin{place}", server.url()))
        .await
}

pub(crate) async fn speaks_as_is_chosen(story: &Story) -> Result<()> {
    let server = with_two_by(story, "Ben").await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/account").await?;
    for (lang, name, dir) in [("ar", "العربية", "rtl"), ("de", "Deutsch", "ltr")] {
        let script = "const [lang, name] = argument;
            const option = document.querySelector(`option[lang=${lang}]`);
            if (option?.textContent !== name) return false;
            const field = option.parentElement;
            field.value = lang;
            field.dispatchEvent(new Event('input', { bubbles: true }));
            field.form.requestSubmit();
            return true;";
        until(name, || async {
            let is_chosen: bool = reader.ask(script, json!([lang, name])).await?;
            Ok(is_chosen.then_some(()))
        })
        .await?;
        let is_so = format!(
            "const {{ lang, dir }} = document.documentElement;
             return lang === '{lang}' && dir === '{dir}' && !!document.querySelector('#main h1');"
        );
        reader.finds(name, &is_so).await?;
    }
    // What comes later, and dates.
    reader.admin_sees("Ihr Konto").await?;
    opens(&reader, &server, "#/comments").await?;
    let script = "const time = document.querySelector('.card time');
        return /\\d\\. |\\d\\.\\d/.test(time?.title);";
    reader.finds("a German date", script).await?;
    reader.finds_no_barrier_on_the_page().await
}

/// Lets the page hear that its address is another one behind the `#`: it is told so a moment later.
pub(crate) async fn is_heard(reader: &Reader) -> Result<()> {
    let script = "setTimeout(() => done(true));";
    reader
        .ask_async(script, json!(null))
        .await
        .map(|_: bool| ())
}

/// The English texts of `/admin` that German has in other words.
fn english_alone() -> Result<Vec<String>> {
    let texts = |lang: &str| -> Result<BTreeMap<String, String>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../admin/locales");
        let json = std::fs::read_to_string(folder.join(lang).with_extension("json"))?;
        Ok(serde_json::from_str(&json)?)
    };
    let (english, german) = (texts("en")?, texts("de")?);
    // What nobody has translated yet can be the same as what somebody has.
    let is_missing = |(key, _): &(&String, &String)| !german.contains_key(*key);
    let missing: Vec<&String> = english.iter().filter(is_missing).map(|it| it.1).collect();
    let is_other = |key: &String, text: &String| german.get(key).is_some_and(|it| it != text);
    let alone = english.iter().filter(|(key, text)| {
        is_other(key, text) && !text.contains('{') && !missing.contains(text)
    });
    Ok(alone.map(|(_, text)| text.clone()).collect())
}

pub(crate) async fn speaks_one_language(story: &Story) -> Result<()> {
    let mut server = story.server()?;
    server.kill();
    server.has_user("ada", "owner")?;
    server.site(&["set", "default", "policy=held", "links_held=0"])?;
    server.start_again()?;
    server
        .has_comment("/article", Some("Ben"), "See https://example.org/", None)
        .await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/account").await?;
    let english = english_alone()?;
    let places = [
        "queue",
        "comments",
        "audit",
        "rules",
        "bans",
        "users",
        "pages",
        "mail",
        "deliveries",
        "dashboard",
        "sites",
        "sites/default",
        "account",
    ];
    for place in places {
        opens(&reader, &server, &format!("?lang=de#/{place}")).await?;
        is_heard(&reader).await?;
        let script = "return document.documentElement.lang === 'de'
            && !!document.querySelector('#main h1') && !document.querySelector('.skeleton');";
        reader.finds(place, script).await?;
        // The server's English, and texts that nobody has looked up.
        let script =
            "const found = [...document.querySelectorAll('#main [lang=en]:not(option)')].map(say);
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {
                const text = texts.currentNode.data.trim();
                if (argument.includes(text)) found.push(text);
            }
            return found;";
        let found: Vec<String> = reader.ask(script, json!(english)).await?;
        ensure!(found.is_empty(), "{place} says in English: {found:?}");
    }
    opens(&reader, &server, "?lang=de#/queue").await?;
    let script = "const found = say(document.querySelector('.card-reasons'));
        return !!found && !/comments are held|links/.test(found);";
    reader
        .finds("reasons that are not the server's words", script)
        .await
}

/// Somebody who is told, and answers what is set.
async fn receiver(answer: &Arc<AtomicU16>) -> Result<String> {
    let answer = Arc::clone(answer);
    let hear = move || async move {
        let status = answer.load(Ordering::SeqCst);
        StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/hook", listener.local_addr()?);
    let app = Router::new().route("/hook", post(hear));
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(url)
}

/// Goes to a part of the list, and waits until it is there.
async fn shows(reader: &Reader, part: &str) -> Result<()> {
    reader.admin_clicks_in(".tabs", part).await?;
    let script = format!(
        "return say(document.querySelector('.tab[aria-current]')) === '{part}'
            && document.querySelector('.fetched').getAttribute('aria-busy') === 'false';"
    );
    reader.finds(part, &script).await
}

/// Loads the list again until it has so many.
async fn has_rows(reader: &Reader, n: usize) -> Result<()> {
    until(&format!("{n} deliveries"), || async {
        reader.admin_clicks("Load again").await?;
        // What is about to be drawn anew is nothing to be counted, nor to be pressed.
        let is_here =
            "return document.querySelector('.fetched').getAttribute('aria-busy') === 'false';";
        reader.finds("the list", is_here).await?;
        let script = "return all('tbody tr', document).length;";
        let seen: usize = reader.ask(script, json!(null)).await?;
        Ok((seen == n).then_some(()))
    })
    .await
}

pub(crate) async fn hooks_are_tried_again_or_given_up(story: &Story) -> Result<()> {
    // Gone: no try more.
    let answer = Arc::new(AtomicU16::new(410));
    let url = receiver(&answer).await?;
    let options = ServerOptions::from([("AFTERWORD_OUTBOUND_PRIVATE", "on".to_owned())]);
    let server = Server::start(options)?;
    server.has_user("ada", "owner")?;
    let hooks = json!([{ "url": url, "secret": "a secret of the tests", "events": ["new"] }]);
    server.site(&["set", "default", &format!("hooks.to={hooks}")])?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/deliveries").await?;
    reader.admin_sees("Nothing was sent to a hook.").await?;
    // A running server sees what is set within moments.
    let token = "return localStorage.getItem('afterword:admin:token');";
    let token: String = reader.ask(token, json!(null)).await?;
    until("the server to know its hook", || async {
        let body = json!({ "site": "default", "url": url });
        Ok(server.admin(&token, "/hooks/try", body).await.ok())
    })
    .await?;
    server
        .has_comment("/article", Some("Ben"), "The lamps were on.", None)
        .await?;
    shows(&reader, "Not sent").await?;
    has_rows(&reader, 1).await?;
    reader.admin_sees("The answer was 410.").await?;
    reader.admin_sees(&url).await?;
    reader.finds_no_barrier_on_the_page().await?;

    answer.store(204, Ordering::SeqCst);
    reader.admin_clicks("Try again").await?;
    reader.admin_hears("It is sent again.").await?;
    reader.admin_sees("Nothing here").await?;
    shows(&reader, "Sent").await?;
    has_rows(&reader, 1).await?;

    answer.store(410, Ordering::SeqCst);
    server
        .has_comment("/article", Some("Ben"), "The ferry was late.", None)
        .await?;
    shows(&reader, "Not sent").await?;
    has_rows(&reader, 1).await?;
    reader.admin_clicks("Try again · All").await?;
    reader.admin_hears("It is sent again.").await?;
    has_rows(&reader, 1).await?;
    reader.admin_clicks("Throw away").await?;
    reader.admin_sees("It will not be sent any more.").await?;
    reader.admin_clicks("Throw away").await?;
    reader.admin_hears("Thrown away.").await?;
    reader.admin_sees("Nothing here").await?;
    shows(&reader, "All").await?;
    has_rows(&reader, 1).await
}

/// An owner sees whether mail arrives, and why it doesn't.
pub(crate) async fn a_mail_is_tried(story: &Story) -> Result<()> {
    let smtp = Smtp::start().await?;
    let server = Server::mailing(&smtp)?;
    let whom = ["user", "add", "ada", "--role", "owner", "--email"];
    let words = [&whom[..], &["ada@example.org"]].concat();
    server.runs(&words, &format!("{PASSWORD}\n"))?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/mail").await?;
    reader.admin_clicks("Send a test").await?;
    reader.admin_sees("Sent: ada@example.org").await?;
    ensure!(smtp.gets(1).await.to == ["ada@example.org"]);
    smtp.refuses(Some("550 5.1.1 nobody is here"));
    reader.admin_clicks("Send a test").await?;
    reader.admin_sees("The answer was 550.").await?;
    reader.finds_no_barrier_on_the_page().await
}

/// Whoever reads figures goes on reading them while comments come in.
pub(crate) async fn figures_are_read_while_they_change(story: &Story) -> Result<()> {
    let server = with_held(story, 1).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/dashboard").await?;
    reader.admin_clicks("The same as a table").await?;
    let held = |n: u32| {
        format!(
            "return all('.table-numbers tbody tr:first-child td', document).map(say)[1] === '{n}';"
        )
    };
    reader.finds("what waits", &held(1)).await?;
    server
        .has_comment("/article", Some("Ben"), "The lamps were on.", None)
        .await?;
    reader.finds("what has come", &held(2)).await?;
    reader
        .finds(
            "the table, still open",
            "return !!document.querySelector('.figures[open]');",
        )
        .await
}

pub(crate) async fn a_persons_data_are_saved_and_erased(story: &Story) -> Result<()> {
    let server = with_two_by(story, "Ben").await?;
    server
        .has_comment("/article", Some("Chidi"), "Mine stays.", None)
        .await?;
    let reader = story.reader().await?;
    reader
        .signs_in(&server, "ada", "#/person/author:Ben")
        .await?;
    // What the browser is handed; where it saves that is its own affair.
    let script = "const real = URL.createObjectURL;
        URL.createObjectURL = (blob) => {
          blob.text().then((text) => (window.saved = JSON.parse(text)));
          return real.call(URL, blob);
        };";
    reader.ask::<Option<()>>(script, json!(null)).await?;
    reader.admin_clicks("Export").await?;
    reader
        .admin_sees("Saved as person.json: 2 comments.")
        .await?;
    let script = "return window.saved?.key === 'author:Ben'
        && saved.comments.map((it) => it.text).join() === 'The lamps were on.,The ferry was late.';";
    reader.finds("all of it", script).await?;

    reader.admin_clicks("Erase …").await?;
    reader.admin_sees("Erase the data of Ben").await?;
    reader.finds_no_barrier_on_the_page().await?;
    reader.admin_clicks("Erase").await?;
    reader.admin_sees("Say why.").await?;
    ensure!(server.thread("/article").await?.total == 3);
    reader
        .admin_types("dialog input[type=text]", "asked for by letter")
        .await?;
    reader.admin_clicks("Erase").await?;
    reader.admin_sees("2 comments erased.").await?;
    reader
        .finds(
            "nothing of theirs",
            "return !all('.card', document).length;",
        )
        .await?;
    ensure!(server.thread("/article").await?.total == 1);
    opens(&reader, &server, "#/audit").await?;
    reader.admin_sees("asked for by letter").await?;
    reader.admin_sees("Export somebody's data").await?;
    reader
        .finds(
            "not of whom",
            "return !document.querySelector('tbody').textContent.includes('Ben');",
        )
        .await
}

pub(crate) async fn chooses_what_to_be_told(story: &Story) -> Result<()> {
    let server = with_two_by(story, "Ben").await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/account").await?;
    let label = "Mails about comments that wait";
    reader.admin_chooses(label, "none").await?;
    reader.admin_sees("This server sends no mails yet").await?;
    let script = "const form = document.querySelector('option[value=none]').form
            ?? document.querySelector('option[value=none]').closest('form');
        form.requestSubmit();";
    reader.ask::<Option<()>>(script, json!(null)).await?;
    reader.admin_sees("Saved.").await?;
    reader.driver().refresh().await?;
    let script =
        "return document.querySelector('option[value=none]')?.parentElement.value === 'none';";
    reader.finds("what was chosen", script).await?;

    reader.admin_clicks("Show the address").await?;
    let script = "return [...all('input[readonly]', document)].map((it) => it.value);";
    reader
        .finds(
            "two addresses",
            "return all('input[readonly]', document).length === 2;",
        )
        .await?;
    let before: Vec<String> = reader.ask(script, json!(null)).await?;
    ensure!(before.iter().all(|url| url.starts_with(&server.url())));
    let answers = |url: String| async move {
        let answer = reqwest::get(url).await?;
        anyhow::Ok(answer.status().as_u16())
    };
    ensure!(answers(before[0].clone()).await? == 200);
    ensure!(answers(before[1].clone()).await? == 200);
    reader.admin_clicks("Renew the address").await?;
    reader.admin_sees("will show nothing any more").await?;
    reader.admin_clicks("Renew the address").await?;
    reader.admin_hears("The address is a new one.").await?;
    let after: Vec<String> = reader.ask(script, json!(null)).await?;
    ensure!(after[0] != before[0]);
    ensure!(answers(after[0].clone()).await? == 200);
    ensure!(answers(before[0].clone()).await? >= 400);
    reader.finds_no_barrier_on_the_page().await
}

pub(crate) async fn a_rule_is_put_back(story: &Story) -> Result<()> {
    let server = with_two_by(story, "Ben").await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/rules").await?;
    reader.admin_clicks("New rule").await?;
    reader
        .admin_types("dialog input[maxlength]", "No casinos")
        .await?;
    reader.admin_types("dialog textarea", "casino*").await?;
    reader.admin_clicks("Save").await?;
    let is_there = "return all('.thing', document).length === 1;";
    let is_gone = "return !all('.thing', document).length;";
    reader.finds("the rule", is_there).await?;
    reader
        .admin_clicks_in(".thing", "Remove No casinos")
        .await?;
    reader.admin_clicks("Remove").await?;
    reader.admin_sees("Removed.").await?;
    reader.finds_no_barrier_on_the_page().await?;
    reader.finds("no rule", is_gone).await?;
    reader.admin_clicks("Undo").await?;
    reader.admin_hears("Undone.").await?;
    reader.finds("the rule again", is_there).await?;
    reader.admin_sees("No casinos").await
}

/// A hook is added on the site's page, and tried.
pub(crate) async fn a_hook_is_set_and_tried(story: &Story) -> Result<()> {
    let answer = Arc::new(AtomicU16::new(204));
    let url = receiver(&answer).await?;
    let options = ServerOptions::from([("AFTERWORD_OUTBOUND_PRIVATE", "on".to_owned())]);
    let server = Server::start(options)?;
    server.has_user("ada", "owner")?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/sites/default").await?;
    reader.admin_clicks_in("#main", "Hooks").await?;
    reader.admin_clicks("Add a hook").await?;
    reader.admin_types("#main input[type=url]", &url).await?;
    // Somebody has to be told a secret that nobody can guess.
    let script = "return all('.thing input[type=text]', document)
        .some((it) => /^whsec_[A-Za-z0-9+/=]{32}$/.test(it.value));";
    reader.finds("a secret", script).await?;
    reader.finds_no_barrier_on_the_page().await?;
    reader.admin_clicks("Save").await?;
    reader.admin_is_shown("Saved.").await?;
    // It stays open, and the secret is covered.
    let script = "return all('.thing input[type=text]', document)
        .some((it) => it.value === '********');";
    reader.finds("it covered", script).await?;
    reader.admin_clicks("Send a test").await?;
    reader.admin_sees("The test has arrived.").await?;
    answer.store(503, Ordering::SeqCst);
    reader.admin_clicks("Send a test").await?;
    reader
        .admin_sees("The test was not taken. The answer was 503.")
        .await?;
    // An address that the server doesn't know yet is asked for nothing.
    reader.admin_types("#main input[type=url]", "x").await?;
    reader.admin_clicks("Send a test").await?;
    reader.admin_sees("Save the settings first").await
}

/// What a rule has found is a link away, and stands in the address.
pub(crate) async fn leads_from_a_rule_to_what_it_found(story: &Story) -> Result<()> {
    let server = with_two_by(story, "Ben").await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/rules").await?;
    reader.admin_clicks("New rule").await?;
    reader
        .admin_types("dialog input[maxlength]", "No casinos")
        .await?;
    reader.admin_types("dialog textarea", "casino*").await?;
    reader.admin_clicks("Save").await?;
    reader.admin_sees("Found 0 comments").await?;
    server
        .has_comment("/article", Some("Eve"), "A casino, and lamps.", None)
        .await?;
    opens(&reader, &server, "#/comments").await?;
    opens(&reader, &server, "#/rules").await?;
    reader.admin_clicks("Found 1 comment").await?;
    let script = "return all('.card', document).length === 1
        && location.hash.includes('check=rule')
        && all('.filters select', document).some(
            (it) => it.selectedOptions[0]?.textContent === 'No casinos',
        );";
    reader.finds("what it has found", script).await?;
    reader.admin_sees("A casino, and lamps.").await?;
    // By days as well: nothing is older than this server.
    opens(&reader, &server, "#/comments?until=2020-01-31").await?;
    reader.admin_sees("No comment is like that.").await?;
    let script = "return all('input[type=date]', document).at(-1).value === '2020-01-31';";
    reader.finds("the day in its field", script).await
}

pub(crate) async fn ends_somebodys_sessions(story: &Story) -> Result<()> {
    let server = story.server()?;
    server.has_user("ada", "owner")?;
    server.has_user("bo", "moderator")?;
    let bo = story.reader().await?;
    bo.signs_in(&server, "bo", "#/account").await?;
    bo.admin_sees("Your account").await?;
    let ada = story.reader().await?;
    ada.signs_in(&server, "ada", "#/users").await?;
    let name = "End sessions bo";
    ada.admin_clicks(name).await?;
    ada.admin_sees("End the sessions of bo?").await?;
    ada.finds_no_barrier_on_the_page().await?;
    ada.admin_clicks("End sessions").await?;
    ada.admin_is_shown("1 session has ended.").await?;
    // Who is signed out is asked to sign in again.
    bo.driver().refresh().await?;
    bo.admin_finds("input[autocomplete~=username]").await?;
    ada.goes_to(&format!("{}/admin#/audit", server.url()))
        .await?;
    ada.admin_sees("bo").await?;
    // A password that anybody would guess is refused, in words.
    ada.goes_to(&format!("{}/admin#/account", server.url()))
        .await?;
    ada.admin_types(
        "input[autocomplete=current-password]",
        afterword_e2e::PASSWORD,
    )
    .await?;
    ada.admin_types("input[autocomplete=new-password]", "password12")
        .await?;
    ada.admin_clicks("Change password").await?;
    ada.admin_sees("That password would soon be guessed")
        .await?;
    Ok(())
}
