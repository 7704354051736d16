//! What readers see of a moderator's decisions, and a moderator who decides under the article.

use afterword_e2e::{Page, Preferences, Reader, Server, Story, until};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

const PASSWORD: &str = "a sentence nobody guesses";

/// A server whose comments wait for a moderator, called Ada.
pub(crate) fn server(settings: &[&str]) -> Result<Server> {
    let server = Server::start(Vec::new())?;
    server.runs(&["user", "add", "Ada"], &format!("{PASSWORD}\n"))?;
    let words = [&["site", "set", "default"], settings].concat();
    server.runs(&words, "")?;
    Ok(server)
}

/// Ada's session, past all browsers.
async fn ada(server: &Server) -> Result<String> {
    let who = json!({ "user": "Ada", "password": PASSWORD });
    let session = server.admin("", "/session", who).await?;
    let token = session["token"].as_str().context("a token")?;
    Ok(token.to_owned())
}

async fn does(server: &Server, token: &str, action: &str, id: &str) -> Result<Value> {
    let what = json!({ "action": action, "ids": [id] });
    server.admin(token, "/actions", what).await
}

/// Waits until a comment that is posted past all browsers is held: until the settings have taken effect.
pub(crate) async fn is_held(server: &Server) -> Result<()> {
    until("the policy", || async {
        let created = server
            .takes("/elsewhere", None, "Is it held?", None)
            .await?;
        let is_held = created.comment.status == afterword_protocol::Status::Pending;
        Ok(is_held.then_some(()))
    })
    .await
}

pub(crate) async fn waits_for_approval(story: &Story) -> Result<()> {
    let server = server(&["policy=held"])?;
    is_held(&server).await?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    let author = story.reader().await?;
    author.opens(&url).await?;
    author.writes("Let me in.").await?;
    author.posts().await?;
    author.hears("Your comment waits for approval.").await?;
    let shown = author.sees_comment("Let me in.").await?;
    let is_marked = |marks: &[String]| marks.iter().any(|it| it.contains("waiting for approval"));
    ensure!(is_marked(&shown.marks), "{shown:#?}");
    ensure!(!shown.buttons.iter().any(|it| it == "Reply"), "{shown:#?}");
    ensure!(author.shown().await?.title == "0 comments");

    let other = story.reader().await?;
    other.opens(&url).await?;
    other.sees("No comments yet.").await?;

    author.reloads().await?;
    let shown = author.sees_comment("Let me in.").await?;
    ensure!(is_marked(&shown.marks), "{shown:#?}");
    ensure!(author.shown().await?.title == "0 comments");

    let id = shown.id.trim_start_matches("comment-").to_owned();
    does(&server, &ada(&server).await?, "approve", &id).await?;
    // As when the reader comes back to the window.
    until("everybody sees it", || async {
        author
            .run(
                "document.dispatchEvent(new Event('visibilitychange'));",
                json!(null),
            )
            .await?;
        let shown = author.shown().await?;
        let comment = shown.comment("Let me in.").context("the comment")?;
        Ok((!is_marked(&comment.marks) && shown.title == "1 comment").then_some(()))
    })
    .await?;
    author.reloads().await?;
    let shown = author.sees_comments(&["Let me in."]).await?;
    ensure!(!is_marked(&shown.comments[0].marks), "{shown:#?}");
    other.reloads().await?;
    other.sees_comment("Let me in.").await.map(drop)
}

pub(crate) async fn is_told_what_was_decided(story: &Story) -> Result<()> {
    let server = server(&["votes=both"])?;
    let page = "/article";
    let mut ids = Vec::new();
    for text in ["First of all.", "Second to none.", "Third time lucky."] {
        ids.push(server.has_comment(page, Some("Bo"), text, None).await?);
    }
    let below = server
        .has_comment(page, None, "An answer.", Some(&ids[1]))
        .await?;
    let token = ada(&server).await?;
    does(&server, &token, "pin", &ids[0]).await?;
    does(&server, &token, "feature", &ids[2]).await?;
    does(&server, &token, "lock", &ids[1]).await?;
    let edit = json!({ "action": "edit", "ids": [below], "text": "A better answer." });
    server.admin(&token, "/actions", edit).await?;
    for attributes in ["", "data-render=client"] {
        let path = format!("/article{}", attributes.len());
        let script = format!("{attributes} data-page-id={page}");
        let url = story.page(&path, &Page::new().script(&server.url(), &script));
        let reader = story.reader().await?;
        reader.opens(&url).await?;
        let shown = reader
            .sees_comments(&[
                "First of all.",
                "Third time lucky.",
                "Second to none.",
                "A better answer.",
            ])
            .await?;
        let marks: Vec<_> = shown.comments.iter().map(|it| it.marks.join(" ")).collect();
        ensure!(marks[0].contains("pinned"), "{marks:?}");
        ensure!(marks[1].contains("the owner's choice"), "{marks:?}");
        ensure!(marks[2].contains("takes no more replies"), "{marks:?}");
        ensure!(marks[3].contains("edited by a moderator"), "{marks:?}");
        let replies = |index: usize| shown.comments[index].buttons.iter().any(|it| it == "Reply");
        ensure!(
            replies(0) && replies(1) && !replies(2) && !replies(3),
            "{shown:#?}"
        );
    }
    Ok(())
}

pub(crate) async fn a_draft_survives_closing(story: &Story) -> Result<()> {
    let server = server(&["votes=both"])?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    server
        .has_comment("/article", None, "Once upon a time.", None)
        .await?;
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    reader.writes("Half a thought").await?;
    // What is typed before there is a program is kept when that comes.
    let is_kept = "return Object.values(localStorage).some((it) => it.includes('Half a thought'));";
    reader.finds("the draft", is_kept).await?;
    server.runs(&["site", "set", "default", "closed=true"], "")?;
    until("the page is closed", || async {
        Ok(server.thread("/article").await?.closed.then_some(()))
    })
    .await?;
    reader.goes_to(&format!("{url}?again")).await?;
    reader.sees("No more comments are taken here.").await?;
    reader
        .finds(
            "the draft, to be copied",
            "const field = root.querySelector('textarea');
             return field?.readOnly && field.value === 'Half a thought'
                 && !root.querySelector('form.composer');",
        )
        .await?;
    let shown = reader.sees_comment("Once upon a time.").await?;
    ensure!(!shown.buttons.iter().any(|it| it == "Reply"), "{shown:#?}");
    Ok(())
}

/// Signs in under the article.
pub(crate) async fn signs_in(reader: &Reader) -> Result<()> {
    reader
        .finds(
            "the dialog",
            "return visible(root.querySelector('dialog[open] [name=user]'));",
        )
        .await?;
    reader.presses("Ada").await?;
    reader.presses_tab().await?;
    reader.presses(PASSWORD).await?;
    reader
        .clicks_on(
            "the button of the dialog",
            "return root.querySelector('dialog[open] .button-primary');",
            json!(null),
        )
        .await
}

pub(crate) async fn chooses(reader: &Reader, words: &str, item: &str) -> Result<()> {
    reader.clicks_at(words, "More").await?;
    reader
        .clicks_on(
            &format!("the item \"{item}\""),
            "return all('.menu-item').find((it) => say(it) === argument);",
            json!(item),
        )
        .await
}

pub(crate) async fn a_moderator_decides_in_place(story: &Story) -> Result<()> {
    let server = server(&["policy=held"])?;
    is_held(&server).await?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    for text in ["Good words.", "Buy my pills.", "Also good."] {
        server
            .has_comment("/article", Some("Bo"), text, None)
            .await?;
    }
    let ada = story.reader().await?;
    // The address is enough.
    ada.opens(&format!("{url}#moderate")).await?;
    signs_in(&ada).await?;
    ada.sees("You moderate as Ada.").await?;
    ada.sees("3 comments wait here.").await?;
    ada.clicks_at("Good words.", "Approve").await?;
    ada.sees("Approved.").await?;
    ada.sees("2 comments wait here.").await?;
    ada.clicks_at("Buy my pills.", "Spam").await?;
    ada.sees("Taken for spam.").await?;
    ada.waits("it is gone", |shown| {
        shown.comment("Buy my pills.").is_none()
    })
    .await?;
    in_the_line(&ada, "Undo").await?;
    ada.sees("Undone.").await?;
    ada.sees_comment("Buy my pills.").await?;
    ada.clicks_at("Buy my pills.", "Delete for everybody")
        .await?;
    ada.sees("Deleted.").await?;
    chooses(&ada, "Good words.", "Pin to the top").await?;
    ada.waits("the mark", |shown| {
        let comment = shown.comment("Good words.");
        comment.is_some_and(|it| it.marks.iter().any(|mark| mark.contains("pinned")))
    })
    .await?;

    let reader = story.reader().await?;
    reader.opens(&url).await?;
    reader.sees_comments(&["Good words."]).await?;

    // The session goes on after a reload; what waits is there again.
    ada.reloads().await?;
    ada.has_the_program().await?;
    ada.sees("1 comment waits here.").await?;
    ada.sees_comment("Also good.").await?;
    in_the_line(&ada, "Sign out").await?;
    ada.sees_no_longer("You moderate as Ada.").await?;
    ada.waits("what waits is not shown", |shown| {
        shown.comment("Also good.").is_none()
    })
    .await
    .map(drop)
}

pub(crate) async fn waits_without_a_script(story: &Story) -> Result<()> {
    let server = server(&["policy=held"])?;
    is_held(&server).await?;
    let reader = story
        .reader_with(Preferences {
            no_scripts: true,
            ..Preferences::default()
        })
        .await?;
    reader
        .opens(&format!("{}/thread?page=/article", server.url()))
        .await?;
    reader.writes("By hand.").await?;
    reader.posts().await?;
    reader
        .finds(
            "the receipt",
            "return say(root.querySelector('.receipt')).includes('Your comment waits for approval.');",
        )
        .await?;
    // The link that is shown there leads to it.
    reader
        .clicks_on(
            "the link",
            "return root.querySelector('a.kept');",
            json!(null),
        )
        .await?;
    let comment = reader.sees_comment("By hand.").await?;
    ensure!(
        comment
            .marks
            .iter()
            .any(|it| it.contains("waiting for approval")),
        "{comment:#?}"
    );
    Ok(())
}

/// Somebody at the article, with the program.
pub(crate) async fn at(story: &Story, url: &str) -> Result<Reader> {
    let reader = story.reader().await?;
    reader.opens(url).await?;
    reader.has_the_program().await?;
    Ok(reader)
}

/// Posts a comment without a name, and waits for what is said then.
pub(crate) async fn says(reader: &Reader, text: &str, heard: &str) -> Result<String> {
    reader.writes(text).await?;
    reader.posts().await?;
    reader.hears(heard).await?;
    let shown = reader.sees_comment(text).await?;
    Ok(shown.id.trim_start_matches("comment-").to_owned())
}

/// Bans the author of a comment, whose browser alone is known.
async fn bans(server: &Server, id: &str, shadow: bool) -> Result<()> {
    let bans = json!([{ "kind": "person", "shadow": shadow }]);
    let what = json!({ "action": "ban", "ids": [id], "bans": bans });
    let token = ada(server).await?;
    server.admin(&token, "/actions", what).await.map(drop)
}

const POSTED: &str = "Your comment has been posted.";
const WAITS: &str = "Your comment waits for approval.";

pub(crate) async fn a_person_is_known_by_their_browser(story: &Story) -> Result<()> {
    let server = server(&["policy=first"])?;
    is_held(&server).await?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    let bo = at(story, &url).await?;
    let first = says(&bo, "The first of mine.", WAITS).await?;
    does(&server, &ada(&server).await?, "approve", &first).await?;
    let second = says(&bo, "The second of mine.", POSTED).await?;
    // Somebody else in the same network, without a name as well.
    let other = at(story, &url).await?;
    says(&other, "Somebody else.", WAITS).await?;

    bans(&server, &second, false).await?;
    let text = "The third of mine, which took an hour.";
    bo.writes(text).await?;
    bo.posts().await?;
    let sentence = "You can't comment here: you have been banned, for a time or for good.";
    bo.sees(sentence).await?;
    let is_failed = |shown: &afterword_e2e::Shown| {
        shown.comment(text).is_some_and(|it| it.is("failed")) && shown.errors == [sentence]
    };
    bo.waits("the text, and why it isn't taken", is_failed)
        .await?;
    // After a reload, it is tried again, and told again; the text can be taken back.
    bo.reloads().await?;
    bo.waits("the same again", is_failed).await?;
    bo.clicks_at(text, "Change the text").await?;
    bo.waits("the text in the composer", |shown| {
        shown.draft.as_deref() == Some(text)
    })
    .await?;
    says(&other, "Still somebody else.", WAITS).await?;
    Ok(())
}

pub(crate) async fn stands_for_its_author_alone(story: &Story) -> Result<()> {
    let server = server(&["votes=both"])?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    let mallory = at(story, &url).await?;
    let first = says(&mallory, "Before all that.", POSTED).await?;
    bans(&server, &first, true).await?;
    says(&mallory, "Buy my pills.", POSTED).await?;
    let stands = async |words: &str| {
        mallory.reloads().await?;
        let shown = mallory
            .waits("both comments", |shown| shown.comments.len() == 2)
            .await?;
        let comment = shown.comment(words).context("the comment")?;
        ensure!(
            comment.marks.iter().all(|it| !it.contains("wait")),
            "{comment:#?}"
        );
        ensure!(shown.title == "2 comments", "{shown:#?}");
        let is_own = comment.buttons.iter().any(|it| it == "Edit");
        ensure!(is_own, "{comment:#?}");
        Ok(())
    };
    stands("Buy my pills.").await?;
    stands("Buy my pills.").await?;
    // As long as they like, and in any order.
    mallory.sorts_by("oldest").await?;
    mallory.sees_comment("Buy my pills.").await?;

    let other = story.reader().await?;
    other.opens(&url).await?;
    let shown = other.sees_comments(&["Before all that."]).await?;
    ensure!(shown.title == "1 comment", "{shown:#?}");
    // What everybody sees is not asked about again.
    let kept = "return Object.keys(localStorage).filter((it) => it.includes(':waiting:')).length;";
    let kept: u32 = mallory.ask(kept, json!(null)).await?;
    ensure!(kept == 1, "{kept} are still asked about");
    Ok(())
}

/// Gives a comment of one's own another text.
async fn edits(reader: &Reader, id: &str, text: &str) -> Result<()> {
    let by_id = format!("#{id}");
    reader.clicks_at(&by_id, "Edit").await?;
    reader.writes_into(Some(&by_id), text).await?;
    reader.clicks_at(&by_id, "Save changes").await?;
    reader.sees_comment(text).await.map(drop)
}

pub(crate) async fn is_edited_while_it_waits(story: &Story) -> Result<()> {
    let server = server(&["policy=held"])?;
    is_held(&server).await?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    let bo = at(story, &url).await?;
    let id = says(&bo, "It waitz.", WAITS).await?;
    let waits = |shown: &afterword_e2e::Shown, text: &str| {
        let comment = shown.comment(text);
        comment.is_some_and(|it| it.marks.iter().any(|mark| mark.contains("waiting")))
    };
    // What is there to be edited is what was typed.
    let by_id = format!("#{id}");
    bo.clicks_at(&by_id, "Edit").await?;
    bo.finds(
        "the text as it was typed",
        "return all('textarea').some((it) => it.value === 'It waitz.');",
    )
    .await?;
    bo.clicks_at(&by_id, "Cancel").await?;
    edits(&bo, &id, "It waits.").await?;
    bo.waits("it waits as before", |shown| waits(shown, "It waits."))
        .await?;
    bo.reloads().await?;
    bo.waits("it waits after a reload", |shown| waits(shown, "It waits."))
        .await?;
    // Also before anything else was done there.
    edits(&bo, &id, "It still waits.").await?;
    does(&server, &ada(&server).await?, "approve", &id).await?;
    let other = story.reader().await?;
    other.opens(&url).await?;
    other.sees_comments(&["It still waits."]).await.map(drop)
}

pub(crate) async fn is_edited_in_the_shadow(story: &Story) -> Result<()> {
    let server = server(&["votes=both"])?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    let mallory = at(story, &url).await?;
    let first = says(&mallory, "Before all that.", POSTED).await?;
    bans(&server, &first, true).await?;
    let id = says(&mallory, "Buy my pills.", POSTED).await?;
    edits(&mallory, &id, "Buy my other pills.").await?;
    mallory.reloads().await?;
    let shown = mallory.sees_comment("Buy my other pills.").await?;
    ensure!(
        shown.marks.iter().all(|it| !it.contains("wait")),
        "{shown:#?}"
    );
    // Nor does an edit lead out of there what was posted before.
    edits(&mallory, &first, "Pills, after all that.").await?;
    let other = story.reader().await?;
    let shown = other.opens(&url).await?;
    ensure!(shown.comments.is_empty(), "{shown:#?}");
    for text in ["Pills, after all that.", "Buy my other pills."] {
        let shown = mallory.sees_comment(text).await?;
        let is_told = shown.marks.iter().any(|it| it.contains("wait"));
        ensure!(!is_told, "{shown:#?}");
    }
    // Nor does another look.
    mallory.reloads().await?;
    for text in ["Pills, after all that.", "Buy my other pills."] {
        mallory.sees_comment(text).await?;
    }
    Ok(())
}

pub(crate) async fn answers_in_the_shadow(story: &Story) -> Result<()> {
    let server = server(&["votes=both"])?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    let mallory = at(story, &url).await?;
    let first = says(&mallory, "Before all that.", POSTED).await?;
    bans(&server, &first, true).await?;
    let id = says(&mallory, "Buy my pills.", POSTED).await?;
    mallory.answers("Buy my pills.", "They are good.").await?;
    mallory.hears(POSTED).await?;
    edits(&mallory, &id, "Buy my other pills.").await?;
    let all = ["Buy my other pills.", "They are good."];
    let counts = |title: &'static str| {
        move |shown: &afterword_e2e::Shown| {
            let has = |text: &&str| shown.comment(text).is_some_and(|it| !it.is("pending"));
            shown.title == title && all.iter().all(has)
        }
    };
    mallory
        .waits("all of it, and its count", counts("3 comments"))
        .await?;
    // What others say is counted beside it.
    server
        .has_comment("/article", Some("Ben"), "The lamps were on.", None)
        .await?;
    mallory.waits("one more", counts("4 comments")).await?;
    mallory.reloads().await?;
    mallory.has_the_program().await?;
    mallory
        .waits("the same again", counts("4 comments"))
        .await?;
    // And what was said before can be looked up.
    mallory.clicks_at("Buy my other pills.", "edited").await?;
    mallory.sees("Buy my").await?;
    let script = "return root.querySelectorAll('dialog[open] .version').length === 2;";
    mallory.finds("both texts", script).await?;
    let other = story.reader().await?;
    let shown = other.opens(&url).await?;
    ensure!(shown.title == "2 comments", "{shown:#?}");
    ensure!(
        all.iter().all(|it| shown.comment(it).is_none()),
        "{shown:#?}"
    );
    Ok(())
}

/// Something in the line of a moderator.
pub(crate) async fn in_the_line(reader: &Reader, button: &str) -> Result<()> {
    reader
        .clicks_on(
            &format!("the button \"{button}\" of the line"),
            "return button(root.querySelector('.moderate'), argument);",
            json!(button),
        )
        .await
}

pub(crate) async fn a_moderator_bans_in_place(story: &Story) -> Result<()> {
    let server = server(&["votes=both"])?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    let bo = at(story, &url).await?;
    says(&bo, "Rude words.", POSTED).await?;
    let ada = story.reader().await?;
    ada.opens(&format!("{url}#moderate")).await?;
    signs_in(&ada).await?;
    ada.sees("You moderate as Ada.").await?;
    chooses(&ada, "Rude words.", "Ban the author…").await?;
    ada.clicks_on(
        "what becomes of the comment",
        "return root.querySelector('dialog[open] [name=spam]');",
        json!(null),
    )
    .await?;
    // By the mouse: in WebKit the dialog once moved under it.
    ada.clicks_on(
        "the button of the dialog",
        "return root.querySelector('dialog[open] .button-primary');",
        json!(null),
    )
    .await?;
    ada.sees("Banned.").await?;
    ada.waits("it is gone", |shown| shown.comment("Rude words.").is_none())
        .await?;
    let banned = "You can't comment here: you have been banned, for a time or for good.";
    bo.writes("More of them.").await?;
    bo.posts().await?;
    bo.sees(banned).await?;

    // It was the wrong one.
    in_the_line(&ada, "Undo").await?;
    ada.sees("Undone.").await?;
    ada.sees_comment("Rude words.").await?;
    bo.clicks_at("More of them.", "Try again").await?;
    bo.hears(POSTED).await?;
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    reader
        .sees_comments(&["More of them.", "Rude words."])
        .await
        .map(drop)
}

pub(crate) async fn a_moderator_edits_in_place(story: &Story) -> Result<()> {
    let server = server(&["votes=both"])?;
    let id = server
        .has_comment("/article", Some("Bo"), "Rude **words**.", None)
        .await?;
    let url = story.page("/article", &Page::new().script(&server.url(), ""));
    let bo = at(story, &url).await?;
    let ada = story.reader().await?;
    ada.opens(&format!("{url}#moderate")).await?;
    signs_in(&ada).await?;
    ada.sees("You moderate as Ada.").await?;
    chooses(&ada, "Rude words.", "Edit").await?;
    ada.finds(
        "the text as it was typed",
        "const field = root.querySelector('dialog[open] textarea');
         if (field?.value !== 'Rude **words**.' || active() !== field) return false;
         field.value = 'Kind words.';
         return true;",
    )
    .await?;
    ada.clicks_on(
        "the button of the dialog",
        "return root.querySelector('dialog[open] .button-primary');",
        json!(null),
    )
    .await?;
    ada.sees("Your changes have been saved.").await?;
    let is_marked = |shown: &afterword_e2e::Shown| {
        shown
            .comment("Kind words.")
            .is_some_and(|it| it.marks.iter().any(|it| it.contains("by a moderator")))
    };
    ada.waits("the new text, and who wrote it", is_marked)
        .await?;
    bo.waits("the same as it happens", is_marked).await?;
    in_the_line(&ada, "Undo").await?;
    ada.sees_comment("Rude words.").await?;

    // Somebody else was faster: the menu is of before that.
    ada.clicks_at("Rude words.", "More").await?;
    does(&server, &self::ada(&server).await?, "pin", &id).await?;
    ada.clicks_on(
        "the item of before",
        "return all('.menu-item').find((it) => say(it) === argument);",
        json!("Pin to the top"),
    )
    .await?;
    ada.sees("Pinned.").await?;
    ada.finds(
        "nothing of one's own to be undone",
        "return !root.querySelector('.moderate-done button');",
    )
    .await?;

    // And undoes nothing that somebody has done since.
    chooses(&ada, "Rude words.", "Hide").await?;
    ada.sees("Hidden.").await?;
    does(&server, &self::ada(&server).await?, "spam", &id).await?;
    in_the_line(&ada, "Undo").await?;
    ada.sees("Taken for spam.").await?;
    bo.waits("it is gone", |shown| shown.comment("Rude words.").is_none())
        .await
        .map(drop)
}
