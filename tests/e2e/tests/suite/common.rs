//! What several stories have in common.

use std::process::Command;

use afterword_e2e::{Reader, until};
use anyhow::{Result, ensure};
use serde_json::json;

/// Says something, sees how it would look, answers it, changes it, and deletes it: what any page
/// must let happen.
pub(crate) async fn says_all_there_is_to_say(reader: &Reader) -> Result<()> {
    reader.writes("A **first** word.").await?;
    reader.clicks("Preview").await?;
    reader
        .finds(
            "the rendered text",
            "return !!root.querySelector('.composer-preview strong');",
        )
        .await?;
    reader.posts().await?;
    let comment = reader.sees_comment("A first word.").await?;
    reader.answers("A first word.", "An answer.").await?;
    let by_id = format!("#{}", comment.id);
    reader.clicks_at(&by_id, "Edit").await?;
    reader.writes_into(Some(&by_id), "Another word.").await?;
    reader.submits(&by_id).await?;
    reader.sees_comment("Another word.").await?;
    reader.deletes("An answer.").await?;
    reader.sees_no_longer("An answer.").await?;
    Ok(())
}

/// Lets the page do whatever it has to do just now: for what must not happen, which no condition
/// can be waited for.
pub(crate) async fn page_settles(reader: &Reader) -> Result<()> {
    reader
        .ask_async(
            "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(true), 50)));",
            json!(null),
        )
        .await
        .map(|_: bool| ())
}

/// What a script gives when it gives the same twice, with what the page does meanwhile in between: where
/// something stands that has come to rest.
pub(crate) async fn rests(reader: &Reader, script: &str) -> Result<i64> {
    until("it to come to rest", || async {
        let before: i64 = reader.ask(script, json!(null)).await?;
        page_settles(reader).await?;
        let after: i64 = reader.ask(script, json!(null)).await?;
        Ok((before == after).then_some(after))
    })
    .await
}

/// The present second, as servers write it (RFC 3339).
pub(crate) fn now() -> Result<String> {
    let output = Command::new("date").args(["-u", "+%FT%TZ"]).output()?;
    ensure!(output.status.success(), "{output:?}");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Fills in who writes, and has it remembered, so that answers have it too.
pub(crate) async fn introduces_themselves(reader: &Reader, fields: &[(&str, &str)]) -> Result<()> {
    for (name, value) in fields {
        reader.fills_in(name, value).await?;
    }
    // WebKit doesn't always see that the box comes with the name.
    let remember = "composer(null).querySelector('.composer-remember input').click();";
    reader.run(remember, json!(null)).await
}

/// Waits until a button of the comment with those words is called that, and is pressed or not.
pub(crate) async fn is_pressed(reader: &Reader, words: &str, label: &str, so: bool) -> Result<()> {
    let script = format!("return button(article('{words}'), '{label}')?.ariaPressed === '{so}';");
    reader
        .finds(&format!("\"{label}\" at \"{words}\": {so}"), &script)
        .await
}
