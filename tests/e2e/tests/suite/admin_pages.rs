//! The other pages for moderators: search, rights, and no barrier on any of them.

use afterword_e2e::{Engine, PASSWORD, Preferences, Reader, Server, Story, until};
use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::admin_more::is_heard;

async fn with_some(story: &Story) -> Result<Server> {
    let server = story.server()?;
    server.has_user("ada", "owner")?;
    let texts = [
        ("Ben", "The lamps were on."),
        ("Chidi", "The ferry was late."),
        ("Ben", "The ferry again."),
    ];
    for (author, text) in texts {
        server
            .has_comment("/article", Some(author), text, None)
            .await?;
    }
    Ok(server)
}

async fn has_cards(reader: &Reader, n: usize) -> Result<()> {
    let script = format!("return all('.card', document).length === {n};");
    reader.finds(&format!("{n} comments"), &script).await
}

pub(crate) async fn a_wrong_password_is_told(story: &Story) -> Result<()> {
    let server = with_some(story).await?;
    let reader = story.reader().await?;
    reader.goes_to(&format!("{}/admin", server.url())).await?;
    reader
        .admin_types("input[autocomplete~=username]", "ada")
        .await?;
    reader
        .admin_types("input[type=password]", "not that one")
        .await?;
    reader.admin_clicks("Sign in").await?;
    reader.admin_sees("Name or password is wrong").await?;
    reader.finds_no_barrier_on_the_page().await
}

pub(crate) async fn signs_out_and_stays_out(story: &Story) -> Result<()> {
    let server = with_some(story).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/comments").await?;
    has_cards(&reader, 3).await?;
    // The session outlasts the page.
    reader.driver().refresh().await?;
    has_cards(&reader, 3).await?;
    reader.admin_clicks("Sign out").await?;
    reader.admin_sees("You have signed out.").await?;
    reader.driver().refresh().await?;
    reader.admin_finds("input[type=password]").await
}

pub(crate) async fn searches_and_goes_back(story: &Story) -> Result<()> {
    let server = with_some(story).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/comments").await?;
    has_cards(&reader, 3).await?;
    reader.admin_types("input[type=search]", "ferry").await?;
    reader.admin_clicks_in(".filters", "Search").await?;
    has_cards(&reader, 2).await?;
    reader
        .finds(
            "the words in the address",
            "return location.hash.includes('q=ferry');",
        )
        .await?;
    reader.driver().back().await?;
    has_cards(&reader, 3).await?;
    reader.driver().forward().await?;
    has_cards(&reader, 2).await?;
    // Somebody's history is a link away.
    reader.admin_clicks_in(".card", "Ben").await?;
    reader.admin_finds(".numbers").await?;
    Ok(())
}

pub(crate) async fn each_sees_what_is_theirs(story: &Story) -> Result<()> {
    let server = with_some(story).await?;
    server.has_user("bob", "moderator")?;
    let moderator = story.reader().await?;
    moderator.signs_in(&server, "bob", "").await?;
    moderator.admin_finds(".navigation-link").await?;
    let links = "return all('.navigation-link', document).map(say).join(' ');";
    let seen: String = moderator.ask(links, json!(null)).await?;
    ensure!(seen.contains("Queue"), "{seen}");
    for title in ["Users", "Log"] {
        ensure!(!seen.contains(title), "a moderator sees {title}: {seen}");
    }
    moderator
        .goes_to(&format!("{}/admin#/users", server.url()))
        .await?;
    moderator.admin_sees("Nothing here").await?;
    let owner = story.reader().await?;
    owner.signs_in(&server, "ada", "#/users").await?;
    owner.admin_sees("bob").await
}

pub(crate) async fn an_invitation_makes_a_moderator(story: &Story) -> Result<()> {
    let server = with_some(story).await?;
    let owner = story.reader().await?;
    owner.signs_in(&server, "ada", "#/users").await?;
    owner.admin_clicks("Invite").await?;
    owner.admin_chooses("All sites", "moderator").await?;
    owner.admin_clicks_in("dialog", "Invite").await?;
    owner.admin_finds("dialog input[readonly]").await?;
    let link: String = owner
        .ask(
            "return document.querySelector('dialog input[readonly]').value;",
            json!(null),
        )
        .await?;
    let guest = story.reader().await?;
    guest.goes_to(&link).await?;
    guest
        .admin_types("input[autocomplete=username]", "Cleo")
        .await?;
    guest
        .admin_types("input[type=password]", "another good one")
        .await?;
    guest.finds_no_barrier_on_the_page().await?;
    guest.admin_clicks("Accept").await?;
    guest.admin_sees("Queue").await?;
    guest.admin_sees("Cleo").await
}

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";

async fn has_focus_on(reader: &Reader, what: &str, script: &str) -> Result<()> {
    let script = format!("const at = active(); return !!at && (() => {{ {script} }})();");
    let found = reader.finds(&format!("the focus on {what}"), &script).await;
    if found.is_err() {
        let told: String = reader
            .ask("return active()?.outerHTML ?? 'nothing';", json!(null))
            .await?;
        return found.with_context(|| format!("it is on {told}"));
    }
    found
}

pub(crate) async fn by_keyboard_alone(story: &Story) -> Result<()> {
    let server = with_some(story).await?;
    let reader = story.reader().await?;
    reader.goes_to(&format!("{}/admin", server.url())).await?;
    has_focus_on(&reader, "the name", "return at.name === 'username';").await?;
    reader.presses("ada").await?;
    reader.presses_tab().await?;
    reader.presses(PASSWORD).await?;
    reader.presses(ENTER).await?;
    reader.admin_finds(".frame h1").await?;
    reader
        .tabs_to(
            "the way past the navigation",
            "return at.matches('.skip-link');",
        )
        .await?;
    reader.presses(ENTER).await?;
    has_focus_on(&reader, "the page", "return at.id === 'main';").await?;

    // A button leads to a dialog, and back.
    reader
        .goes_to(&format!("{}/admin#/users", server.url()))
        .await?;
    let is_inviting = "return say(at) === 'Invite' && !at.closest('dialog');";
    // All of it, or Tab leads past what is still to come.
    let is_whole = "return all('.thing', document).some(visible)
        && !document.querySelector('.skeleton, [aria-busy=true]');";
    reader.finds("the users", is_whole).await?;
    reader.tabs_to("Invite", is_inviting).await?;
    reader.presses(ENTER).await?;
    has_focus_on(&reader, "a field", "return at.matches('dialog input');").await?;
    reader.presses(ESCAPE).await?;
    has_focus_on(&reader, "Invite", is_inviting).await?;

    // What is drawn anew keeps the focus where it was.
    let is_roles = "return say(at).startsWith('Roles') && !at.closest('dialog');";
    reader.tabs_to("Roles", is_roles).await?;
    reader.presses(ENTER).await?;
    reader.admin_finds("dialog[open]").await?;
    reader
        .tabs_to(
            "Save",
            "return say(at) === 'Save' && !!at.closest('dialog');",
        )
        .await?;
    reader.presses(ENTER).await?;
    reader
        .finds("no dialog", "return !document.querySelector('dialog');")
        .await?;
    has_focus_on(&reader, "Roles", is_roles).await?;

    // On a phone the navigation is folded.
    reader.has_window(360, 740).await?;
    // Not round through the browser's own bars: Firefox's driver doesn't come back from there.
    let script = "document.querySelector('.skip-link').focus();";
    reader.run(script, json!(null)).await?;
    let is_menu = "return at.matches('.menu-button');";
    reader.admin_finds(".menu-button").await?;
    reader.tabs_to("the menu", is_menu).await?;
    reader.presses(ENTER).await?;
    reader.admin_finds(".navigation").await?;
    let is_link = "return at.matches('.navigation-link') && say(at) === 'Queue';";
    reader.tabs_to("Queue", is_link).await?;
    reader.presses(ESCAPE).await?;
    has_focus_on(&reader, "the menu", is_menu).await?;
    let is_folded = "return !visible(document.querySelector('.navigation'));";
    reader.finds("it folded", is_folded).await?;

    // A link leads to the page's title.
    reader.presses(ENTER).await?;
    reader.admin_finds(".navigation").await?;
    reader.tabs_to("Queue", is_link).await?;
    reader.presses(ENTER).await?;
    let is_title = "return at.matches('h1') && say(at) === 'Queue';";
    has_focus_on(&reader, "the title", is_title).await?;
    reader.finds("it folded", is_folded).await
}

/// A passkey instead of the password, and then both.
pub(crate) async fn passkeys(story: &Story) -> Result<()> {
    let server = with_some(story).await?;
    // Passkeys are bound to a name, and an address is none.
    let url = server.url().replace("127.0.0.1", "localhost");
    let reader = story.reader().await?;
    let cdp = reader.driver().cdp();
    cdp.send_raw("WebAuthn.enable", json!({})).await?;
    let device = json!({ "options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
        "hasUserVerification": true, "isUserVerified": true, "automaticPresenceSimulation": true,
    } });
    cdp.send_raw("WebAuthn.addVirtualAuthenticator", device)
        .await?;
    reader.signs_in_at(&url, "ada", "#/account").await?;
    reader.admin_clicks("Add a passkey").await?;
    reader.admin_is_shown("Passkey added.").await?;
    reader.admin_clicks("Sign out").await?;
    reader.admin_sees("You have signed out.").await?;
    reader.admin_clicks("Sign in with a passkey").await?;
    reader.admin_finds(".frame h1").await?;

    let second = "The password alone is not enough: ask for a passkey, too";
    reader.admin_clicks(second).await?;
    reader.admin_is_shown("Saved.").await?;
    reader.admin_clicks("Sign out").await?;
    reader.signs_in_at(&url, "ada", "#/account").await?;
    reader
        .finds(
            "it ticked",
            "return document.querySelector('.main input[type=checkbox]').checked;",
        )
        .await?;
    reader.admin_clicks("Sign out").await?;
    // Without the device the password is not enough.
    let script = "fetch('/api/v1/admin/session', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(argument),
        }).then((it) => it.json()).then((it) => done(it.type));";
    let password_alone = json!({ "user": "ada", "password": PASSWORD });
    let answer: String = reader.ask_async(script, password_alone).await?;
    ensure!(
        answer == "urn:afterword:problem:passkey-required",
        "{answer}"
    );
    cdp.send_raw("WebAuthn.disable", json!({})).await?;
    Ok(())
}

/// The languages are to be had before one signs in, and a window's address that is too old says so.
pub(crate) async fn before_signing_in(story: &Story) -> Result<()> {
    let server = with_some(story).await?;
    let reader = story.reader().await?;
    let place = |place: &str| format!("{}/admin{place}", server.url());
    reader.goes_to(&place("#/window/nobody-knows-it")).await?;
    reader
        .admin_sees("this window has been used already")
        .await?;
    reader.finds_no_barrier_on_the_page().await?;
    reader.goes_to(&place("?")).await?;
    reader.admin_finds("input[autocomplete~=username]").await?;
    reader.admin_chooses("Language", "de").await?;
    reader.admin_clicks("Save").await?;
    let german =
        "return document.documentElement.lang === 'de' && !!document.querySelector('#main h1');";
    reader.finds("German", german).await?;
    reader.finds_no_barrier_on_the_page().await
}

/// Who signed in a while ago shows that it is still they, before they change who comes in.
pub(crate) async fn it_is_still_they(story: &Story) -> Result<()> {
    let server = with_some(story).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/account").await?;
    server.ages_sessions()?;
    let email = "input[autocomplete=email]";
    let of_form = ".form:has(input[autocomplete=email])";
    reader.admin_types(email, "ada@example.org").await?;
    reader.admin_clicks_in(of_form, "Save").await?;
    reader.admin_sees("Is it still you?").await?;
    reader.finds_no_barrier_on_the_page().await?;
    let is_field = "return at.matches('dialog input[type=password]');";
    has_focus_on(&reader, "the password", is_field).await?;
    reader
        .admin_types("dialog input[type=password]", "wrong apples")
        .await?;
    reader.presses(ENTER).await?;
    reader.admin_sees("That is not your password.").await?;

    // Whoever goes back is told why nothing was saved, and has what was typed.
    reader.presses(ESCAPE).await?;
    reader
        .admin_finds(&[of_form, " .problem p"].concat())
        .await?;
    has_focus_on(&reader, "Save", "return say(at) === 'Save';").await?;
    let has_text =
        "return document.querySelector('input[autocomplete=email]').value === 'ada@example.org';";
    reader.finds("the address", has_text).await?;
    reader.presses(ENTER).await?;
    reader
        .admin_types("dialog input[type=password]", PASSWORD)
        .await?;
    reader.admin_clicks("Go on").await?;
    reader.admin_is_shown("Saved.").await?;
    // For a while it is believed.
    reader.admin_types(email, "ada@example.com").await?;
    reader.admin_clicks_in(of_form, "Save").await?;
    let is_gone = "return !document.querySelector('dialog');";
    reader.finds("no dialog", is_gone).await?;
    let saved = "fetch('/api/v1/admin/session', {
            headers: { authorization: 'Bearer ' + localStorage.getItem('afterword:admin:token') },
        }).then((it) => it.json()).then((it) => done(it.user.email));";
    let is_saved = || async {
        let now: String = reader.ask_async(saved, json!(null)).await?;
        Ok((now == "ada@example.com").then_some(()))
    };
    until("the address to be saved", is_saved).await
}

/// The places of all pages.
const PLACES: &[&str] = &[
    "#/queue",
    "#/comments",
    "#/comments?q=ferry",
    "#/comments?q=nothing-like-that",
    "#/person/author:Ben",
    "#/dashboard",
    "#/pages",
    "#/bans",
    "#/rules",
    "#/sites",
    "#/sites/default",
    "#/users",
    "#/audit",
    "#/deliveries",
    "#/mail",
    "#/account",
    "#/nowhere",
];

async fn no_barrier_with(story: &Story, dark: bool) -> Result<()> {
    let server = with_some(story).await?;
    let preferences = Preferences {
        dark,
        ..Preferences::default()
    };
    let reader = story.reader_with(preferences).await?;
    reader.signs_in(&server, "ada", "").await?;
    // What axe finds is the same in all engines, but for what these make of fields and dialogs.
    let places = match story.engine {
        Engine::Chromium => PLACES,
        Engine::Firefox | Engine::WebKit => &["#/comments?q=ferry", "#/sites/default"],
    };
    for place in places {
        reader
            .goes_to(&format!("{}/admin{place}", server.url()))
            .await?;
        is_heard(&reader).await?;
        let script = "return !!document.querySelector('#main h1')
            && !document.querySelector('.skeleton, [aria-busy=true]');";
        reader.finds(place, script).await?;
        let checked = reader.finds_no_barrier_on_the_page().await;
        checked.map_err(|error| error.context((*place).to_owned()))?;
    }
    reader
        .goes_to(&format!("{}/admin#/comments", server.url()))
        .await?;
    reader.admin_clicks_in(".card", "Details").await?;
    reader.admin_finds(".rendered").await?;
    reader.finds_no_barrier_on_the_page().await?;
    reader.admin_clicks_in(".card", "Ban").await?;
    reader.admin_finds("dialog[open]").await?;
    reader.finds_no_barrier_on_the_page().await
}

pub(crate) async fn no_barrier(story: &Story) -> Result<()> {
    no_barrier_with(story, false).await
}

pub(crate) async fn no_barrier_from_right_to_left(story: &Story) -> Result<()> {
    let server = with_some(story).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "#/queue").await?;
    let script = "localStorage.setItem('afterword:admin:lang', 'ar');";
    reader.run(script, json!(null)).await?;
    reader.driver().refresh().await?;
    for place in [
        "#/comments",
        "#/dashboard",
        "#/rules",
        "#/sites/default",
        "#/mail",
    ] {
        reader
            .goes_to(&format!("{}/admin{place}", server.url()))
            .await?;
        is_heard(&reader).await?;
        let script = "return document.documentElement.dir === 'rtl'
            && !!document.querySelector('#main h1')
            && !document.querySelector('.skeleton, [aria-busy=true]');";
        reader.finds(place, script).await?;
        let checked = reader.finds_no_barrier_on_the_page().await;
        checked.map_err(|error| error.context(place))?;
    }
    Ok(())
}

pub(crate) async fn no_barrier_in_the_dark(story: &Story) -> Result<()> {
    no_barrier_with(story, true).await
}

pub(crate) async fn fits_every_window(story: &Story) -> Result<()> {
    let server = with_some(story).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "").await?;
    // 320 px is also what a window of 640 px has at 200 %; Firefox makes none so narrow.
    for (width, direction) in [(320, "ltr"), (320, "rtl"), (800, "ltr")] {
        reader.has_window(width, 800).await?;
        let script = "document.documentElement.dir = argument;";
        reader.run(script, json!(direction)).await?;
        for place in PLACES {
            reader
                .goes_to(&format!("{}/admin{place}", server.url()))
                .await?;
            is_heard(&reader).await?;
            let script = "for (const it of all('.group', document)) it.open = true;
                return !document.querySelector('.skeleton')
                && !all('#main *', document).some((it) => {
                    if (!visible(it) || it.closest('.table-wrap, .tabs, pre, .visually-hidden')) return false;
                    const { left, right } = it.getBoundingClientRect();
                    return left < -0.5 || right > innerWidth + 0.5;
                }) && document.documentElement.scrollWidth <= innerWidth;";
            reader
                .finds(&format!("{place} to fit {width} px ({direction})"), script)
                .await?;
        }
    }
    Ok(())
}
