//! The other pages for moderators: search, rights, and no barrier on any of them.

use afterword_e2e::{Preferences, Reader, Server, Story};
use anyhow::Result;
use serde_json::json;

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
    anyhow::ensure!(seen.contains("Queue"), "{seen}");
    for title in ["Users", "Log"] {
        anyhow::ensure!(!seen.contains(title), "a moderator sees {title}: {seen}");
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
    for place in PLACES {
        reader
            .goes_to(&format!("{}/admin{place}", server.url()))
            .await?;
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

pub(crate) async fn no_barrier_in_the_dark(story: &Story) -> Result<()> {
    no_barrier_with(story, true).await
}

pub(crate) async fn fits_every_window(story: &Story) -> Result<()> {
    let server = with_some(story).await?;
    let reader = story.reader().await?;
    reader.signs_in(&server, "ada", "").await?;
    for width in [360, 700, 1400] {
        reader.has_window(width, 800).await?;
        for place in PLACES {
            reader
                .goes_to(&format!("{}/admin{place}", server.url()))
                .await?;
            let script = "return !document.querySelector('.skeleton')
                && document.documentElement.scrollWidth <= innerWidth;";
            reader
                .finds(&format!("{place} to fit {width} px"), script)
                .await?;
        }
    }
    Ok(())
}
