//! A moderator who signs in under an article, in a window of the server's own.

use afterword_e2e::{PASSWORD, Page, Reader, Server, Story, until};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::WindowHandle;

use crate::held::in_the_line;

/// A server for pages of the story's site alone, where a comment waits.
async fn server(story: &Story) -> Result<Server> {
    let mut server = Server::start(Vec::new())?;
    server.has_user("ada", "owner")?;
    server.site(&["set", "default", "policy=held"])?;
    until("the policy", || async {
        let created = server
            .takes("/elsewhere", None, "Is it held?", None)
            .await?;
        let is_held = created.comment.status == afterword_protocol::Status::Pending;
        Ok(is_held.then_some(()))
    })
    .await?;
    server
        .has_comment("/article", Some("Bo"), "Let me in.", None)
        .await?;
    server.set("AFTERWORD_ORIGINS", &story.site.url(""));
    server.kill();
    server.start_again()?;
    Ok(server)
}

async fn presses(reader: &Reader, label: &str) -> Result<()> {
    let button = "return button(root.querySelector('dialog[open]'), argument);";
    reader.clicks_on(label, button, json!(label)).await
}

/// Opens the article, and the window beside it; gives the article's.
async fn opens_the_window(reader: &Reader, url: &str) -> Result<WindowHandle> {
    reader.opens(&format!("{url}#moderate")).await?;
    goes_into_the_window(reader).await
}

async fn goes_into_the_window(reader: &Reader) -> Result<WindowHandle> {
    presses(reader, "Sign in with a passkey").await?;
    let script = "return !!document.querySelector('#main .notice');";
    reader
        .goes_into_the_window("the server's page", script)
        .await
}

/// The page moderates, and has no more than it needs for that.
async fn moderates(reader: &Reader, page: WindowHandle) -> Result<()> {
    let driver = reader.driver();
    driver.switch_to_window(page).await?;
    until("that the window has gone", || async {
        Ok((driver.windows().await?.len() == 1).then_some(()))
    })
    .await?;
    reader.sees("You moderate as ada.").await?;
    reader.sees("1 comment waits here.").await?;
    ensure!(reader.cookies().await?.is_empty(), "no cookie at all");
    let script = "const [[name, token]] = Object.entries(localStorage)
            .filter(([name]) => name.startsWith('afterword:moderator:'));
        const api = name.slice('afterword:moderator:'.length);
        const ask = (path) => fetch(`${api}/api/v1/admin${path}`, {
            headers: { authorization: `Bearer ${token}` },
        }).then((answer) => answer.json());
        Promise.all([ask('/session'), ask('/users')]).then(done);";
    let told: Value = reader.ask_async(script, json!(null)).await?;
    let grants = json!([{ "site": "default", "role": "moderator" }]);
    ensure!(told[0]["user"]["grants"] == grants, "{told}");
    ensure!(
        told[1]["type"] == "urn:afterword:problem:forbidden",
        "{told}"
    );
    Ok(())
}

pub(crate) async fn in_a_window(story: &Story) -> Result<()> {
    story.expects_error("403");
    let server = server(story).await?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    let ada = story.reader().await?;
    let page = opens_the_window(&ada, &url).await?;
    let origin = story.site.url("");
    ada.admin_sees(origin.trim_end_matches('/')).await?;
    ada.finds_no_barrier_on_the_page().await?;
    // Whoever changes their mind closes it.
    ada.driver().close_window().await?;
    ada.driver().switch_to_window(page).await?;
    ada.finds(
        "what became of it",
        "return root.querySelector('dialog[open]').textContent.includes('The window was closed');",
    )
    .await?;
    ada.finds_no_barrier().await?;
    let page = goes_into_the_window(&ada).await?;
    ada.admin_types("input[autocomplete~=username]", "ada")
        .await?;
    ada.admin_types("input[type=password]", PASSWORD).await?;
    ada.admin_clicks("Sign in").await?;
    moderates(&ada, page).await?;
    ada.clicks_at("Let me in.", "Approve").await?;
    ada.sees("Approved.").await?;

    // Nobody is signed in at the server's own pages by that.
    ada.goes_to(&format!("{}/admin", server.url())).await?;
    ada.admin_finds("input[type=password]").await?;
    // Who is, goes on by one press, and is told for which pages.
    ada.signs_in(&server, "ada", "#/account").await?;
    ada.admin_sees(&format!(
        "Under articles of {}",
        origin.trim_end_matches('/')
    ))
    .await?;
    ada.goes_to(&url).await?;
    ada.has_the_program().await?;
    ada.sees("You moderate as ada.").await?;
    in_the_line(&ada, "Sign out").await?;
    ada.sees_no_longer("You moderate as ada.").await?;
    server
        .has_comment("/article", Some("Bo"), "Me too.", None)
        .await?;
    let page = opens_the_window(&ada, &url.replace("article", "article?again")).await?;
    ada.admin_sees(origin.trim_end_matches('/')).await?;
    ada.finds_no_barrier_on_the_page().await?;
    ada.admin_clicks("Go on as ada").await?;
    moderates(&ada, page).await
}

const DEVICE: &str = r#"{ "options": {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
    "hasUserVerification": true, "isUserVerified": true, "automaticPresenceSimulation": true
} }"#;

/// Gives the window that is looked at a device for passkeys.
async fn has_a_device(reader: &Reader) -> Result<String> {
    let cdp = reader.driver().cdp();
    cdp.send_raw("WebAuthn.enable", json!({})).await?;
    let device: Value = serde_json::from_str(DEVICE)?;
    let device = cdp
        .send_raw("WebAuthn.addVirtualAuthenticator", device)
        .await?;
    let id = device["authenticatorId"].as_str().context("a device")?;
    Ok(id.to_owned())
}

pub(crate) async fn by_a_passkey(story: &Story) -> Result<()> {
    story.expects_error("403");
    let server = server(story).await?;
    // Passkeys are bound to a name, and an address is none.
    let api = server.url().replace("127.0.0.1", "localhost");
    let ada = story.reader().await?;
    ada.signs_in_at(&api, "ada", "#/account").await?;
    let device = has_a_device(&ada).await?;
    ada.admin_clicks("Add a passkey").await?;
    ada.admin_is_shown("Passkey added.").await?;
    let second = "The password alone is not enough: ask for a passkey, too";
    ada.admin_clicks(second).await?;
    ada.admin_is_shown("Saved.").await?;
    let cdp = ada.driver().cdp();
    let which = json!({ "authenticatorId": device });
    let known = cdp.send_raw("WebAuthn.getCredentials", which).await?;
    let credential = known["credentials"][0].clone();
    ada.admin_clicks("Sign out").await?;
    ada.admin_sees("You have signed out.").await?;

    // The password alone is not enough under the article, either.
    let url = story.page("/article", &Page::new().script(&api, ""));
    ada.opens(&format!("{url}#moderate")).await?;
    ada.finds(
        "the dialog",
        "return visible(root.querySelector('dialog[open] [name=user]'));",
    )
    .await?;
    ada.presses("ada").await?;
    ada.presses_tab().await?;
    ada.presses(PASSWORD).await?;
    presses(&ada, "Sign in").await?;
    ada.finds(
        "why not",
        "return root.querySelector('dialog[open] .tool-trouble').textContent === 'Sign in with a passkey';",
    )
    .await?;
    let page = goes_into_the_window(&ada).await?;
    // The same device, in this window.
    let device = has_a_device(&ada).await?;
    let again = json!({ "authenticatorId": device, "credential": credential });
    cdp.send_raw("WebAuthn.addCredential", again).await?;
    ada.admin_types("input[autocomplete~=username]", "ada")
        .await?;
    ada.admin_types("input[type=password]", PASSWORD).await?;
    ada.admin_clicks("Sign in").await?;
    moderates(&ada, page).await
}
