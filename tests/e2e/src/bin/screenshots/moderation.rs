//! What moderators see: the pages at `/admin`, and the bar under the article.

use std::path::Path;

use afterword_e2e::{Preferences, Reader, Server, Story};
use anyhow::Result;
use serde_json::json;

use super::{keep, scroll};

/// What waits, each for another reason.
const WAITING: [(&str, &str); 4] = [
    (
        "Lamplighter",
        "Thank you for writing this down. My street was the first to be switched off, and for a week \
         I was the loudest against it.\n\nOn the eighth evening my daughter asked what the white band \
         up there was.",
    ),
    (
        "Night bus 7",
        "> nobody drops in any more\n\nWe do, we only can't find the bell. 🔦",
    ),
    (
        "M. Okafor",
        "Has anybody counted the moths since? The survey of last year is at \
         https://moths.example/survey, that of the year before at https://moths.example/earlier, and \
         the method at https://moths.example/method.",
    ),
    (
        "Best Lamps 24",
        "CHEAP LAMPS best price!!! https://lamps.example/a https://lamps.example/b \
         https://lamps.example/c https://lamps.example/d",
    ),
];

/// The demo, whose new comments wait.
async fn moderated() -> Result<Server> {
    let mut server = Server::demo()?;
    server.kill();
    server.site(&["set", "default", "policy=first", "links_held=2"])?;
    server.has_user("ada", "owner")?;
    server.start_again()?;
    for (author, text) in WAITING {
        server.has_comment("/", Some(author), text, None).await?;
    }
    Ok(server)
}

/// Without the focus on anything.
async fn rests(reader: &Reader) -> Result<()> {
    let script = "document.activeElement?.blur(); scrollTo(0, 0);";
    reader.run(script, json!(null)).await
}

/// The pictures of docs/features.md.
pub(super) async fn for_the_features(
    story: &Story,
    light: Preferences,
    folder: &Path,
) -> Result<()> {
    let server = moderated().await?;
    let dark = Preferences {
        dark: true,
        ..light
    };
    let reader = story.reader_with(dark).await?;
    reader.has_window(500, 860).await?;
    reader.signs_in(&server, "ada", "").await?;
    reader.admin_sees("Best Lamps 24").await?;
    rests(&reader).await?;
    keep(&reader, &folder.join("feature-admin.png")).await?;

    let reader = story.reader_with(light).await?;
    reader.has_window(560, 760).await?;
    reader
        .goes_to(&format!("{}/#moderate", server.url()))
        .await?;
    let field = "return !!root.querySelector('dialog[open] input[type=password]');";
    reader.finds("the sign-in", field).await?;
    for (name, value) in [("user", "ada"), ("password", afterword_e2e::PASSWORD)] {
        let field = "return root.querySelector(`dialog[open] input[name=${argument}]`);";
        let field = reader.element(name, field, json!(name)).await?;
        field.send_keys(value).await?;
    }
    let button = "return root.querySelector('dialog[open] .button-primary');";
    reader.clicks_on("Sign in", button, json!(null)).await?;
    reader.sees_comment("CHEAP LAMPS").await?;
    scroll(&reader, 0).await?;
    let first = "all('article').find((it) => say(it).includes('CHEAP LAMPS'))
        .scrollIntoView({ block: 'start', behavior: 'instant' });";
    reader.run(first, json!(null)).await?;
    keep(&reader, &folder.join("feature-moderate.png")).await
}
