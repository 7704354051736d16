//! Readers who sign in with our own server: by a token of the site, by a link in a mail, and in
//! another server's window. Nobody gets a cookie.

use std::time::{SystemTime, UNIX_EPOCH};

use afterword_e2e::{
    Issuer, Reader, Reply, Server, ServerOptions, ShownComment, Smtp, Story, until,
};
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use thirtyfour::By;

/// A server whose readers sign in that way.
async fn server(mut options: ServerOptions, sso: &Value) -> Result<Server> {
    // For the first start, which finds out the port.
    options.push(("AFTERWORD_PUBLIC_URL", "http://127.0.0.1".to_owned()));
    options.push(("AFTERWORD_OUTBOUND_PRIVATE", "on".to_owned()));
    let mut server = Server::start(options)?;
    server.runs(&["site", "set", "default", &format!("sso={sso}")], "")?;
    server.set("AFTERWORD_PUBLIC_URL", &server.url());
    server.kill();
    server.start_again()?;
    Ok(server)
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[5; 32])
}

/// A token that the site has signed for Ana.
fn token() -> Result<String> {
    token_with(None)
}

/// The same, which may name a picture of her.
fn token_with(picture: Option<&str>) -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let claims = json!({
        "iss": "https://news.example", "aud": "comments", "exp": now + 300,
        "sub": "42", "name": "Ana", "verified": true, "picture": picture,
    });
    let parts = [json!({ "alg": "EdDSA", "typ": "JWT" }), claims];
    let signed = parts
        .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()))
        .join(".");
    let signature = URL_SAFE_NO_PAD.encode(key().sign(signed.as_bytes()).to_bytes());
    Ok([signed, signature].join("."))
}

async fn presses(reader: &Reader, label: &str) -> Result<()> {
    let button = "return button(root.querySelector('dialog[open]') ?? root, argument);";
    reader.clicks_on(label, button, json!(label)).await
}

async fn types(reader: &Reader, name: &str, text: &str) -> Result<()> {
    let field = "return root.querySelector(`dialog[open] input[name=${argument}]`);";
    let field = reader.element(name, field, json!(name)).await?;
    field.clear().await?;
    field.send_keys(text).await?;
    Ok(())
}

/// Waits until the dialog says that.
async fn is_told(reader: &Reader, words: &str) -> Result<()> {
    let words = words.replace('\'', "\\'");
    let script = format!(
        "return root.querySelector('dialog[open]')?.textContent.includes('{words}') ?? false;"
    );
    reader.finds(&words, &script).await
}

/// Posts as who has signed in: no name is asked for.
async fn posts_as(reader: &Reader, name: &str, text: &str) -> Result<ShownComment> {
    reader.writes(text).await?;
    reader.sees(&format!("Signed in as {name}")).await?;
    let hidden = "return !composer(null).querySelector('[name=author]')?.checkVisibility();";
    reader.finds("no field for a name", hidden).await?;
    reader.posts().await?;
    reader.hears("Your comment has been posted.").await?;
    let own = reader.sees_comment(text).await?;
    ensure!(own.author == name, "{own:#?}");
    ensure!(reader.cookies().await?.is_empty(), "no cookie at all");
    Ok(own)
}

async fn has_badge(reader: &Reader, id: &str) -> Result<()> {
    let badge = format!(
        "return root.querySelector('#comment-{id} .comment-badge')?.textContent === 'verified';"
    );
    reader.finds("the badge", &badge).await
}

/// How a site's tokens are signed.
fn by_site() -> Value {
    json!({
        "algorithm": "EdDSA", "issuer": "https://news.example", "audience": "comments",
        "public_key": URL_SAFE_NO_PAD.encode(key().verifying_key().as_bytes()),
    })
}

pub(crate) async fn an_sso_reader_posts_with_a_badge(story: &Story) -> Result<()> {
    let server = server(Vec::new(), &by_site()).await?;
    let attributes = format!("data-sso-token={}", token()?);
    let url = story.article("/article", &server.url(), &attributes);
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    reader.has_the_program().await?;
    let own = posts_as(&reader, "Ana", "It is me.").await?;
    has_badge(&reader, &own.id).await?;
    // So it is for others, and after the token's page.
    let other = story.reader().await?;
    other
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    has_badge(&other, &own.id).await?;
    reader.reloads().await?;
    reader.has_the_program().await?;
    posts_as(&reader, "Ana", "It is me still.").await?;

    // The server forgets the session: what was written stays, and its author is told.
    story.expects_error("401");
    let ends =
        "const name = Object.keys(localStorage).find((it) => it.startsWith('afterword:reader:'));
         fetch(argument + '/api/v1/login', {
             method: 'DELETE', headers: { 'Afterword-Reader': localStorage.getItem(name) },
         }).then((answer) => done(answer.status));";
    let status: u32 = reader.ask_async(ends, json!(server.url())).await?;
    ensure!(status == 204, "{status}");
    reader.writes("Not lost.").await?;
    reader.posts().await?;
    let said = "You are signed in no longer. Sign in again: what you wrote is kept.";
    reader
        .waits("why it was not posted", |shown| {
            shown.errors.iter().any(|error| error == said)
        })
        .await?;
    // Nothing of it is posted under no name, also not by the next visit.
    story.article("/article", &server.url(), "");
    reader.reloads().await?;
    reader.has_the_program().await?;
    let thread = server.thread("/article").await?;
    ensure!(thread.branches.len() == 2, "{thread:?}");
    let comes_back =
        "document.querySelector('afterword-comments').login(argument).then(() => done(true));";
    let _: bool = reader.ask_async(comes_back, json!(token()?)).await?;
    reader.clicks_at("Not lost.", "Try again").await?;
    reader.hears("Your comment has been posted.").await?;
    let own = reader.sees_comment("Not lost.").await?;
    ensure!(own.author == "Ana", "{own:#?}");
    has_badge(&reader, &own.id).await?;
    reader.writes("So long").await?;
    presses(&reader, "Sign out").await?;
    reader.sees_no_longer("Signed in as Ana").await?;
    let stays = "return composer(null)?.querySelector('textarea').value === 'So long';";
    reader.finds("what was written", stays).await
}

/// How often the page has exchanged a token since it was opened.
async fn exchanges(reader: &Reader) -> Result<u32> {
    let script = "return performance.getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('/login/sso')).length;";
    reader.ask(script, json!(null)).await
}

/// Waits until the comment with those words has a button to edit it, or has none.
async fn is_own(reader: &Reader, words: &str, is_own: bool) -> Result<()> {
    let script = format!(
        "return !!article({words}) && !!button(article({words}), 'Edit') === {is_own};",
        words = json!(words)
    );
    reader.finds("whose the comment is", &script).await
}

pub(crate) async fn a_reader_is_the_same_on_every_device(story: &Story) -> Result<()> {
    let server = server(Vec::new(), &by_site()).await?;
    let with_token = format!("data-sso-token={}", token()?);
    let url = story.article("/article", &server.url(), &with_token);
    let desk = story.reader().await?;
    desk.opens(&url).await?;
    desk.has_the_program().await?;
    let own = posts_as(&desk, "Ana", "Written at the desk.").await?;
    posts_as(&desk, "Ana", "And another.").await?;

    // Another browser has no edit tokens; there it is hers as well.
    let phone = story.reader().await?;
    phone.opens(&url).await?;
    phone.has_the_program().await?;
    is_own(&phone, "Written at the desk.", true).await?;
    let by_id = format!("#{}", own.id);
    phone.clicks_at(&by_id, "Edit").await?;
    phone
        .finds("the editor", "return active()?.matches('textarea');")
        .await?;
    phone
        .writes_into(Some(&by_id), "Edited on the phone.")
        .await?;
    phone.clicks_at(&by_id, "Save changes").await?;
    phone.hears("Your changes have been saved.").await?;
    phone.sees_comment("Edited on the phone.").await?;
    let none = "return !localStorage.getItem(Object.keys(localStorage)
        .find((name) => name.startsWith('afterword:token:')));";
    phone.finds("no edit token", none).await?;
    phone.deletes("And another.").await?;
    let gone = "return !article('And another.');";
    phone.finds("one comment less", gone).await?;

    // The same token again is not exchanged again, and neither is another one that says the same.
    ensure!(exchanges(&phone).await? == 1, "it was exchanged once");
    story.article("/article", &server.url(), &with_token);
    phone.reloads().await?;
    phone.has_the_program().await?;
    is_own(&phone, "Edited on the phone.", true).await?;
    ensure!(exchanges(&phone).await? == 0, "it was exchanged again");

    // She signs out of the site: its pages say so, and she is nobody here.
    story.article("/article", &server.url(), "data-sso-token");
    phone.reloads().await?;
    phone.has_the_program().await?;
    is_own(&phone, "Edited on the phone.", false).await?;
    phone.writes("Who am I?").await?;
    let sign_in = "return !!button(root, 'Sign in') && !root.textContent.includes('Signed in as');";
    phone.finds("that nobody is signed in", sign_in).await?;
    let nothing = "return !Object.keys(localStorage).some((name) =>
        /^afterword:(reader|token)/.test(name));";
    phone.finds("nothing of hers", nothing).await?;

    // By the page's own script, without a new page.
    let script = "const thread = document.querySelector('afterword-comments');
        thread.login(argument).then(() => thread.logout()).then(() => done(true));";
    let _: bool = phone.ask_async(script, json!(token()?)).await?;
    phone.finds("that nobody is signed in", sign_in).await?;
    is_own(&phone, "Edited on the phone.", false).await?;
    let refused = "document.querySelector('afterword-comments').login('x.y.z')
        .then(() => done(0), (error) => done(error.status));";
    story.expects_error("401");
    let status: u32 = phone.ask_async(refused, json!(null)).await?;
    ensure!(status == 401, "{status}");
    // At the desk nothing has changed.
    desk.sees("Signed in as Ana").await
}

/// Two pixels of red by two.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGM4oaEBRAwQCgAhLgRhHuBtwgAAAABJRU5ErkJggg==";

pub(crate) async fn a_reader_s_picture_comes_from_our_own_server(story: &Story) -> Result<()> {
    let picture = STANDARD.decode(PICTURE)?;
    story
        .site
        .serve("/people/ana", Reply::new("image/png", picture));
    let mut sso = by_site();
    sso["pictures"] = json!(true);
    let server = server(Vec::new(), &sso).await?;
    let elsewhere = story.site.url("/people/ana");
    let token = token_with(Some(&elsewhere))?;
    let attributes = format!("data-avatars=site data-sso-token={token}");
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), &attributes))
        .await?;
    reader.has_the_program().await?;
    // The server fetches it when she has signed in, and nobody waits for that.
    until("her picture to be fetched", || async {
        Ok((story.site.requests("GET", "/people/ana") == 1).then_some(()))
    })
    .await?;
    let own = posts_as(&reader, "Ana", "It is me.").await?;
    until("her picture at the server", || async {
        let url = format!("{}/api/v1/faces?page=/article", server.url());
        let faces: Value = reqwest::get(url).await?.json().await?;
        Ok(faces["faces"][&own.id].is_string().then_some(()))
    })
    .await?;
    let typed = server.has_comment("/article", Some("Ana"), "So am I.", None);
    let typed = typed.await?;
    // Others see her, and letters of whoever calls themselves the same.
    let other = story.reader().await?;
    let attributes = "data-avatars=site";
    other
        .opens(&story.article("/article", &server.url(), attributes))
        .await?;
    other.has_the_program().await?;
    for reader in [&reader, &other] {
        let face = "const face = article('It is me.')?.querySelector('.avatar');
             return face?.style.background.includes(argument) && face.dataset.letters === '';";
        let place = format!("{}/faces/", server.url());
        let face = face.replace("argument", &json!(place).to_string());
        reader.finds("her face", &face).await?;
    }
    let letters =
        format!("return root.querySelector('#comment-{typed} .avatar')?.dataset.letters === 'A';");
    other.finds("the other's letters", &letters).await?;
    ensure!(
        story.site.requests("GET", "/people/ana") == 1,
        "nobody but the server has asked for it"
    );
    Ok(())
}

pub(crate) async fn a_link_in_a_mail_signs_in_elsewhere(story: &Story) -> Result<()> {
    let smtp = Smtp::start().await?;
    let options = vec![
        ("AFTERWORD_SMTP_URL", smtp.url()),
        (
            "AFTERWORD_MAIL_FROM",
            "The blog <blog@example.org>".to_owned(),
        ),
    ];
    let sso = json!({ "email": true, "required": true });
    let server = server(options, &sso).await?;
    let url = story.article("/article", &server.url(), "");
    let reader = story.reader().await?;
    reader.goes_to(&url).await?;
    presses(&reader, "Sign in").await?;
    presses(&reader, "Send me a link").await?;
    is_told(&reader, "Enter the name that your comments are to have.").await?;
    types(&reader, "author", "Ana").await?;
    types(&reader, "email", "ana").await?;
    presses(&reader, "Send me a link").await?;
    is_told(&reader, "Enter your e-mail address").await?;
    reader.finds_no_barrier().await?;
    types(&reader, "email", "ana@example.org").await?;
    presses(&reader, "Send me a link").await?;
    is_told(&reader, "A link is on its way to ana@example.org.").await?;
    reader.finds_no_barrier().await?;
    let number: String = reader
        .ask(
            "return root.querySelector('.login-number').textContent;",
            json!(null),
        )
        .await?;

    // The page may be left meanwhile; the mail is opened on another device, which runs no scripts.
    reader.goes_to(&url).await?;
    reader.has_the_program().await?;
    let mail = smtp.gets(1).await;
    ensure!(mail.to == ["ana@example.org"], "{mail:?}");
    let phone = story.reader().await?;
    phone.goes_to(&mail.link("/mail/sign-in")).await?;
    let numbers = phone.driver().find_all(By::Css(".numbers button")).await?;
    ensure!(numbers.len() == 3, "{} numbers", numbers.len());
    let right = format!("button[name=number][value='{number}']");
    let button = phone.driver().find(By::Css(right)).await?;
    button.click().await?;
    until("that it is done", || async {
        let status = phone.driver().find(By::Css("[role=status]")).await?;
        let text = status.text().await?;
        Ok(text.starts_with("Done. You are signed in").then_some(()))
    })
    .await?;

    reader
        .waits("the composer", |shown| shown.draft.is_some())
        .await?;
    posts_as(&reader, "Ana", "Here I am.").await?;
    reader.reloads().await?;
    reader.has_the_program().await?;
    posts_as(&reader, "Ana", "And still.").await?;
    presses(&reader, "Sign out").await?;
    reader
        .waits("no composer", |shown| shown.draft.is_none())
        .await
        .map(|_| ())
}

/// The window that was opened beside the page.
async fn goes_into_the_window(reader: &Reader) -> Result<thirtyfour::WindowHandle> {
    let script = "return !!document.querySelector('#yes');";
    reader
        .goes_into_the_window("the other server", script)
        .await
}

/// A server whose readers sign in at that one.
async fn server_of(story: &Story, issuer: &Issuer) -> Result<Server> {
    let sso = json!({ "oidc": {
        "issuer": issuer.url, "client_id": "afterword", "name": "Example ID", "verified": true,
    } });
    let mut server = server(Vec::new(), &sso).await?;
    // Not where any page of the web may ask for comments.
    server.set("AFTERWORD_ORIGINS", &story.site.url(""));
    server.kill();
    server.start_again()?;
    Ok(server)
}

pub(crate) async fn a_window_signs_in(story: &Story) -> Result<()> {
    let person = json!({ "sub": "7", "name": "Ana" });
    let issuer = Issuer::start(person).await?;
    let server = server_of(story, &issuer).await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader.has_the_program().await?;
    // Anybody may write here; who wants to can sign in.
    reader.writes("Who am I?").await?;
    presses(&reader, "Sign in").await?;
    is_told(&reader, "Continue with Example ID").await?;
    reader.finds_no_barrier().await?;

    let blocked = "window.reallyOpen = window.open; window.open = () => null;";
    reader.run(blocked, json!(null)).await?;
    presses(&reader, "Continue with Example ID").await?;
    is_told(&reader, "The window for signing in could not be opened.").await?;
    reader
        .run("window.open = window.reallyOpen;", json!(null))
        .await?;

    presses(&reader, "Continue with Example ID").await?;
    let page = goes_into_the_window(&reader).await?;
    reader.driver().find(By::Id("no")).await?.click().await?;
    reader.driver().switch_to_window(page).await?;
    is_told(
        &reader,
        "You were not signed in: that was refused in the window.",
    )
    .await?;

    presses(&reader, "Continue with Example ID").await?;
    let page = goes_into_the_window(&reader).await?;
    reader.driver().close_window().await?;
    reader.driver().switch_to_window(page).await?;
    is_told(&reader, "The window was closed before you were signed in.").await?;

    presses(&reader, "Continue with Example ID").await?;
    let page = goes_into_the_window(&reader).await?;
    reader.driver().find(By::Id("yes")).await?.click().await?;
    reader.driver().switch_to_window(page).await?;
    reader
        .finds("no dialog", "return !root.querySelector('dialog');")
        .await?;
    until("that the window has gone", || async {
        Ok((reader.driver().windows().await?.len() == 1).then_some(()))
    })
    .await?;
    let own = posts_as(&reader, "Ana", "I am Ana.").await?;
    has_badge(&reader, &own.id).await?;
    let thread = server.thread("/article").await?;
    let root = thread.branches.first().context("the comment")?;
    ensure!(root.root.badge.as_deref() == Some("verified"), "{root:?}");
    Ok(())
}

pub(crate) async fn a_window_that_is_cut_off_says_so(story: &Story) -> Result<()> {
    let person = json!({ "sub": "7", "name": "Ana" });
    let issuer = Issuer::start_alone(person).await?;
    let server = server_of(story, &issuer).await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader.has_the_program().await?;
    reader.writes("Who am I?").await?;
    presses(&reader, "Sign in").await?;
    presses(&reader, "Continue with Example ID").await?;
    let page = goes_into_the_window(&reader).await?;
    reader.driver().find(By::Id("yes")).await?.click().await?;
    until("why nobody is signed in", || async {
        let said = reader.driver().find(By::Css("[role=status]")).await?;
        let said = said.text().await?;
        Ok(said.contains("cut off from the page").then_some(()))
    })
    .await?;
    // Back at the page nothing waits for ever, and what was written is there.
    reader.driver().close_window().await?;
    reader.driver().switch_to_window(page).await?;
    is_told(&reader, "The window was closed before you were signed in.").await?;
    let stays = "return composer(null)?.querySelector('textarea').value === 'Who am I?';";
    reader.finds("what was written", stays).await?;
    presses(&reader, "Continue with Example ID").await?;
    let page = goes_into_the_window(&reader).await?;
    reader.driver().close_window().await?;
    reader.driver().switch_to_window(page).await?;
    Ok(())
}
