//! What a reader can do with comments, their own and others', beyond reading and answering.

use afterword_e2e::{Page, Reader, Server, Shown, Story};
use anyhow::{Result, ensure};
use serde_json::json;

const ESCAPE: &str = "\u{E00C}";
const DOWN: &str = "\u{E015}";
const UP: &str = "\u{E013}";
const HOME: &str = "\u{E011}";
const END: &str = "\u{E010}";
const ENTER: &str = "\u{E007}";

/// A server that restores what was deleted, as they do unless their owners forbid it.
fn server() -> Result<Server> {
    Server::start(vec![("AFTERWORD_UNDO_WINDOW", "600".to_owned())])
}

/// Opens the menu at the comment with those words.
async fn opens_menu(reader: &Reader, words: &str) -> Result<()> {
    reader.clicks_at(words, "More").await?;
    reader
        .finds(
            "the menu with the focus in it",
            "return active()?.matches('.menu-item') && visible(active());",
        )
        .await
}

/// Chooses an item of the menu at the comment with those words.
async fn chooses(reader: &Reader, words: &str, item: &str) -> Result<()> {
    opens_menu(reader, words).await?;
    reader
        .clicks_on(
            &format!("the item \"{item}\""),
            "return all('.menu-item').find((it) => say(it) === argument);",
            json!(item),
        )
        .await
}

async fn items(reader: &Reader) -> Result<Vec<String>> {
    reader
        .ask("return all('.menu-item').map(say);", json!(null))
        .await
}

/// Clicks a button of the dialog that is open.
async fn clicks_in_dialog(reader: &Reader, label: &str) -> Result<()> {
    reader
        .clicks_on(
            &format!("the button \"{label}\" of the dialog"),
            "return button(root?.querySelector('dialog[open]'), argument);",
            json!(label),
        )
        .await
}

/// Waits until the dialog that is open has those words.
async fn dialog_says(reader: &Reader, words: &str) -> Result<()> {
    reader
        .finds(
            &format!("a dialog that says \"{words}\""),
            &format!(
                "return say(root?.querySelector('dialog[open]')).includes({});",
                json!(words)
            ),
        )
        .await
}

async fn has_focus_on_more(reader: &Reader) -> Result<()> {
    reader
        .finds(
            "the focus back on the button",
            "return active()?.matches('.comment-more') && active().ariaExpanded === 'false'
                 && !root.querySelector('.menu');",
        )
        .await
}

pub(crate) async fn a_menu_by_keyboard(story: &Story) -> Result<()> {
    let server = server()?;
    server
        .has_comment("/article", Some("Ana"), "Good morning.", None)
        .await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    opens_menu(&reader, "Good morning.").await?;
    let shown = items(&reader).await?;
    ensure!(
        shown == ["Quote", "Copy link", "Mute Ana", "Report…"],
        "{shown:?}"
    );
    reader.finds_no_barrier().await?;
    for (key, item) in [
        (DOWN, "Copy link"),
        (END, "Report…"),
        (DOWN, "Quote"),
        (UP, "Report…"),
        (HOME, "Quote"),
        ("m", "Mute Ana"),
    ] {
        reader.presses(key).await?;
        let leads = format!("return say(active()) === {item:?};");
        reader.finds(item, &leads).await?;
    }
    reader.presses(ESCAPE).await?;
    has_focus_on_more(&reader).await?;
    // By keyboard again, and into a dialog and back.
    reader.presses(ENTER).await?;
    reader
        .finds("the menu", "return active()?.matches('.menu-item');")
        .await?;
    reader.presses(END).await?;
    reader.presses(ENTER).await?;
    dialog_says(&reader, "Report this comment").await?;
    reader.presses(ESCAPE).await?;
    reader
        .finds(
            "the focus back on the button",
            "return active()?.matches('.comment-more') && !root.querySelector('dialog');",
        )
        .await
}

pub(crate) async fn a_menu_by_mouse(story: &Story) -> Result<()> {
    let server = server()?;
    for number in 0..3 {
        let text = format!("Remark {number}.");
        server
            .has_comment("/article", Some("Ana"), &text, None)
            .await?;
    }
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    opens_menu(&reader, "Remark 1.").await?;
    // Another one takes its place, and a click elsewhere closes it.
    let other = "article('Remark 2.').querySelector('.comment-more').click();";
    reader.run(other, json!(null)).await?;
    reader
        .finds(
            "the other menu",
            "return article('Remark 1.').querySelector('.comment-more').ariaExpanded === 'false'
                 && !!root.querySelector('.menu');",
        )
        .await?;
    let menus: usize = reader
        .ask("return all('.menu').length;", json!(null))
        .await?;
    ensure!(menus == 1, "{menus}");
    reader
        .clicks_on(
            "the heading",
            "return root.querySelector('.thread-title');",
            json!(null),
        )
        .await?;
    reader
        .finds("no menu", "return !root.querySelector('.menu');")
        .await?;
    for (width, attributes) in [(360, ""), (360, "data-lang=ar")] {
        reader.has_window(width, 640).await?;
        let url = story.article("/article", &server.url(), attributes);
        reader.opens(&url).await?;
        reader
            .clicks_on(
                "the button",
                "return article('Remark 0.')?.querySelector('.comment-more');",
                json!(null),
            )
            .await?;
        reader
            .finds(
                "the menu within the window",
                "const menu = root.querySelector('.menu');
                 if (!menu) return false;
                 const { left, right, top, bottom } = menu.getBoundingClientRect();
                 return left >= 0 && right <= document.documentElement.clientWidth
                     && top >= 0 && bottom <= innerHeight;",
            )
            .await?;
        reader.finds_no_barrier().await?;
    }
    Ok(())
}

pub(crate) async fn a_link_is_copied(story: &Story) -> Result<()> {
    let server = server()?;
    let id = server
        .has_comment("/article", None, "Look at this.", None)
        .await?;
    let reader = story.reader().await?;
    let url = story.article("/article", &server.url(), "");
    reader.opens(&url).await?;
    reader
        .run(
            "Object.defineProperty(navigator, 'clipboard', { configurable: true, value:
                 { writeText: async (text) => { window.copied = text; } } });",
            json!(null),
        )
        .await?;
    chooses(&reader, "Look at this.", "Copy link").await?;
    reader.hears("Link copied").await?;
    let copied: String = reader.ask("return window.copied;", json!(null)).await?;
    ensure!(copied == format!("{url}#comment-{id}"), "{copied}");
    has_focus_on_more(&reader).await?;
    // Where the browser doesn't let the page write there, the reader does it.
    reader
        .run(
            "navigator.clipboard.writeText = async () => { throw Error('no'); };",
            json!(null),
        )
        .await?;
    chooses(&reader, "Look at this.", "Copy link").await?;
    let selected = format!(
        "const at = active(); return at?.matches('.comment-copied input')
             && at.value.slice(at.selectionStart, at.selectionEnd) === {};",
        json!(copied)
    );
    reader.finds("the link, selected", &selected).await
}

pub(crate) async fn what_a_comment_said_before(story: &Story) -> Result<()> {
    let mut server = server()?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    let comment = reader.comments("The old plan is good.").await?;
    let by_id = format!("#{}", comment.id);
    reader.clicks_at(&by_id, "Edit").await?;
    reader
        .writes_into(Some(&by_id), "The new plan was good, <b>too</b>.")
        .await?;
    reader.submits(&by_id).await?;
    reader.sees_comment("The new plan").await?;
    // Another reader looks.
    let other = story.reader().await?;
    other
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    other.clicks_at("The new plan", "edited").await?;
    dialog_says(&other, "As it was posted").await?;
    let told: Vec<Vec<String>> = other
        .ask(
            "return all('.version-text').map((it) => [it.textContent,
                 all('del', it).map(say).join('|'), all('ins', it).map(say).join('|')]);",
            json!(null),
        )
        .await?;
    ensure!(
        told.len() == 2 && told[1][0] == "The old plan is good.",
        "{told:?}"
    );
    ensure!(
        told[0][1] == "old|is" && told[0][2].starts_with("new|was|"),
        "{told:?}"
    );
    other.finds_no_barrier().await?;
    other.presses(ESCAPE).await?;
    other
        .finds("the focus back", "return say(active()) === 'edited';")
        .await?;
    // From the menu, and with no server.
    server.kill();
    other.clicks_at("The new plan", "edited").await?;
    dialog_says(&other, "The comment server can’t be reached.").await
}

pub(crate) async fn a_deletion_is_taken_back(story: &Story) -> Result<()> {
    let server = server()?;
    let url = story.article("/article", &server.url(), "");
    let (reader, other) = (story.reader().await?, story.reader().await?);
    reader.opens(&url).await?;
    let comment = reader.comments("Hasty words.").await?;
    reader.comments("Other words.").await?;
    reader.clicks_at("Hasty words.", "Delete").await?;
    reader.sees("This comment was deleted.").await?;
    reader
        .finds(
            "the focus on the way back",
            "return say(active()) === 'Undo';",
        )
        .await?;
    reader.hears("Your comment has been deleted.").await?;
    reader.finds_no_barrier().await?;
    let shown = other.opens(&url).await?;
    ensure!(
        shown.title == "1 comment" && shown.comments.len() == 1,
        "{shown:#?}"
    );
    reader.presses(ENTER).await?;
    let back = reader.sees_comment("Hasty words.").await?;
    ensure!(back.id == comment.id && back.is("own"), "{back:#?}");
    reader.hears("Your comment is back.").await?;
    reader
        .waits("the focus on it", |shown: &Shown| {
            shown.focus == comment.anchor() && shown.title == "2 comments"
        })
        .await?;
    // It is the reader's own as before, after a reload, too.
    reader.reloads().await?;
    let by_id = format!("#{}", comment.id);
    reader.clicks_at(&by_id, "Edit").await?;
    reader.writes_into(Some(&by_id), "Calm words.").await?;
    reader.submits(&by_id).await?;
    reader.sees_comment("Calm words.").await?;
    // With an answer below it, and too late.
    reader.answers("Calm words.", "Yes.").await?;
    reader.clicks_at("Calm words.", "Delete").await?;
    reader.sees("This comment was deleted.").await?;
    reader
        .clicks_on("the way back", "return button(root, 'Undo');", json!(null))
        .await?;
    reader.sees_comment("Calm words.").await.map(drop)
}

/// The way back from a deletion is there after a reload, too, wherever the comment stood.
pub(crate) async fn a_deletion_is_taken_back_after_a_reload(story: &Story) -> Result<()> {
    const GONE: &str = "This comment was deleted.";
    let server = server()?;
    let url = story.article("/article", &server.url(), "");
    let reader = story.reader().await?;
    let undoes = async || {
        reader
            .clicks_on("the way back", "return button(root, 'Undo');", json!(null))
            .await
    };
    reader.opens(&url).await?;
    let first = reader.comments("The first.").await?;
    let hasty = reader.comments("Hasty words.").await?;
    let last = reader.comments("The last.").await?;
    reader.clicks_at("Hasty words.", "Delete").await?;
    reader.hears("Your comment has been deleted.").await?;
    is_kept(&reader, &hasty.id).await?;
    // Nobody has answered it: the server's list has it no more.
    reader.reloads().await?;
    let shown = reader
        .sees_comments(&["The last.", GONE, "The first."])
        .await?;
    ensure!(shown.title == "2 comments", "{shown:#?}");
    reader.finds_no_barrier().await?;
    // In another order it has another place.
    reader.sorts_by("oldest").await?;
    reader
        .sees_comments(&["The first.", GONE, "The last."])
        .await?;
    undoes().await?;
    let back = reader.sees_comment("Hasty words.").await?;
    ensure!(back.id == hasty.id && back.is("own"), "{back:#?}");
    reader.hears("Your comment is back.").await?;
    reader.reloads().await?;
    let all = ["The first.", "Hasty words.", "The last."];
    let shown = reader.sees_comments(&all).await?;
    ensure!(shown.title == "3 comments", "{shown:#?}");

    // An answer, too.
    let answer = reader.answers("Hasty words.", "An answer.").await?;
    reader.clicks_at("An answer.", "Delete").await?;
    is_kept(&reader, &answer.id).await?;
    reader.clicks_at("The first.", "Delete").await?;
    is_kept(&reader, &first.id).await?;
    reader.reloads().await?;
    let all = [GONE, "Hasty words.", GONE, "The last."];
    let shown = reader.sees_comments(&all).await?;
    ensure!(shown.comments[2].depth == 1, "{shown:#?}");
    reader.clicks_at(&format!("#{}", answer.id), "Undo").await?;
    let back = reader.sees_comment("An answer.").await?;
    ensure!(back.depth == 1, "{back:#?}");
    undoes().await?;
    reader.sees_comment("The first.").await?;

    // Too late, there is nothing left of it.
    reader.clicks_at("The last.", "Delete").await?;
    is_kept(&reader, &last.id).await?;
    reader
        .run(
            "const keys = Object.keys(localStorage).filter((key) => /:undo:/.test(key));
             for (const key of keys)
                 localStorage[key] = JSON.stringify({ ...JSON.parse(localStorage[key]), until: 1 });
            ",
            json!(null),
        )
        .await?;
    reader.reloads().await?;
    reader
        .finds(
            "nothing kept",
            "return Object.keys(localStorage).every((key) => !/:undo:/.test(key));",
        )
        .await?;
    reader
        .sees_comments(&["The first.", "Hasty words.", "An answer."])
        .await?;
    Ok(())
}

/// Waits until the way back to a comment is kept: nobody reloads a page in an instant.
async fn is_kept(reader: &Reader, id: &str) -> Result<()> {
    let script =
        format!("return Object.keys(localStorage).some((key) => key.endsWith(':undo:' + {id:?}));");
    reader.finds("the way back to be kept", &script).await
}

pub(crate) async fn a_comment_is_reported(story: &Story) -> Result<()> {
    let server = server()?;
    server
        .has_comment("/article", Some("Mallory"), "Buy this!", None)
        .await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    chooses(&reader, "Buy this!", "Report…").await?;
    dialog_says(&reader, "What is wrong with it?").await?;
    reader.finds_no_barrier().await?;
    reader
        .run(
            "root.querySelector('dialog [value=other]').click();",
            json!(null),
        )
        .await?;
    clicks_in_dialog(&reader, "Report").await?;
    dialog_says(&reader, "Say in a few words what is wrong.").await?;
    reader
        .finds(
            "the focus on the field",
            "return active()?.matches('dialog textarea');",
        )
        .await?;
    reader.presses("It sells things.").await?;
    clicks_in_dialog(&reader, "Report").await?;
    dialog_says(&reader, "Thank you. The site’s owner will see your report.").await?;
    clicks_in_dialog(&reader, "Close").await?;
    has_focus_on_more(&reader).await?;
    let reports = server.reports()?;
    ensure!(
        reports.contains("other") && reports.contains("says: It sells things."),
        "{reports}"
    );
    Ok(())
}

pub(crate) async fn somebody_is_muted(story: &Story) -> Result<()> {
    let server = server()?;
    let root = server
        .has_comment("/article", Some("Mallory"), "Loud words.", None)
        .await?;
    server
        .has_comment("/article", Some("Ana"), "An answer.", Some(&root))
        .await?;
    server
        .has_comment("/article", Some("Mallory"), "More of them.", None)
        .await?;
    let reader = story.reader().await?;
    let url = story.article("/article", &server.url(), "");
    reader.opens(&url).await?;
    chooses(&reader, "Loud words.", "Mute Mallory").await?;
    reader.sees("Muted: Mallory.").await?;
    reader.sees_no_longer("Loud words.").await?;
    reader.sees_no_longer("More of them.").await?;
    reader.sees("An answer.").await?;
    reader.hears("Mallory is muted in this browser.").await?;
    reader
        .finds(
            "the focus on what stands there",
            "return say(active()) === 'Show';",
        )
        .await?;
    reader.finds_no_barrier().await?;
    reader.presses(ENTER).await?;
    reader.sees("Loud words.").await?;
    // It stays so, and can be ended.
    reader.goes_to(&url).await?;
    reader.waits_for_the_thread().await?;
    reader.has_the_program().await?;
    reader.sees_no_longer("Loud words.").await?;
    reader.clicks("1 muted person").await?;
    dialog_says(&reader, "Mallory").await?;
    reader.finds_no_barrier().await?;
    clicks_in_dialog(&reader, "Show again Mallory").await?;
    dialog_says(&reader, "Nobody is muted.").await?;
    reader
        .clicks_on(
            "the cross of the dialog",
            "return root.querySelector('dialog[open] [aria-label=Close]');",
            json!(null),
        )
        .await?;
    reader.sees("Loud words.").await?;
    reader.sees("More of them.").await
}

/// Whoever is muted is not heard of in what is new, not found, and not stopped at by keys.
pub(crate) async fn who_is_muted_is_met_nowhere_else(story: &Story) -> Result<()> {
    let server = server()?;
    let says = async |author: &str, text: &str, parent: Option<&str>| {
        server
            .has_comment("/article", Some(author), text, parent)
            .await
    };
    says("Ana", "Calm words.", None).await?;
    let loud = says("Mallory", "Loud words.", None).await?;
    says("Ana", "Words to them.", Some(&loud)).await?;
    let reader = story.reader().await?;
    let url = story.article("/article", &server.url(), "");
    reader.opens(&url).await?;
    chooses(&reader, "Loud words.", "Mute Mallory").await?;
    reader.sees("Muted: Mallory.").await?;
    // Live.
    says("Mallory", "Louder words.", None).await?;
    says("Ana", "More words.", None).await?;
    let news = |words: &str| format!("return say(root.querySelector('.news')) === {words:?};");
    reader
        .finds("one that counts", &news("1 new comment"))
        .await?;
    reader.hears("1 new comment").await?;
    reader.clicks("1 new comment").await?;
    reader
        .finds(
            "the focus on what can be read",
            "return active() === article('More words.');",
        )
        .await?;
    let marked: Vec<bool> = reader
        .ask(
            "return all('article.comment').map((it) => it.matches('.is-new'));",
            json!(null),
        )
        .await?;
    ensure!(marked == [true, false, false, false, false], "{marked:?}");
    // By keys, past what is folded away.
    reader.presses("j").await?;
    reader
        .finds(
            "the answer below the muted one",
            "return active() === article('Words to them.');",
        )
        .await?;
    // In a preview of what an answer is to.
    let up = "return article('Words to them.').querySelector('.comment-up');";
    reader
        .points_to("the link to what is answered", up, json!(null))
        .await?;
    reader
        .finds(
            "the name alone",
            "return /^Mallory/.test(say(root.querySelector('.peek')))
                 && !/Loud/.test(say(root.querySelector('.peek')));",
        )
        .await?;
    // Searching.
    reader.presses("/").await?;
    reader
        .finds("the field", "return active()?.id === 'search-field';")
        .await?;
    reader.presses("words").await?;
    reader
        .finds(
            "all of them, two by their name alone",
            "const found = all('.found > li').map(say);
             return found.length === 5
                 && found.filter((it) => it.includes('Muted: Mallory.')).length === 2
                 && !found.some((it) => /loud/i.test(it));",
        )
        .await?;
    reader.finds_no_barrier().await?;
    // At the next visit.
    says("Mallory", "Loudest words.", None).await?;
    says("Ana", "Last words.", None).await?;
    reader.goes_to(&url).await?;
    reader.waits_for_the_thread().await?;
    reader.has_the_program().await?;
    reader
        .finds(
            "one that is new",
            "return /^1 new/.test(say(root.querySelector('.next-new')));",
        )
        .await
}

pub(crate) async fn comments_on_another_device(story: &Story) -> Result<()> {
    let server = server()?;
    let url = story.article("/article", &server.url(), "");
    let (reader, other) = (story.reader().await?, story.reader().await?);
    reader.opens(&url).await?;
    let comment = reader.comments("From my desk.").await?;
    reader.clicks("Use on another device").await?;
    dialog_says(&reader, "You can edit 1 comment here.").await?;
    reader.finds_no_barrier().await?;
    clicks_in_dialog(&reader, "Get a code").await?;
    dialog_says(&reader, "Enter this code on the other device").await?;
    reader.finds_no_barrier().await?;
    let code: String = reader
        .ask("return say(root.querySelector('.code'));", json!(null))
        .await?;
    ensure!(code.len() == 9, "{code}");

    let shown = other.opens(&url).await?;
    ensure!(!shown.comments[0].is("own"), "{shown:#?}");
    other.has_the_program().await?;
    other.clicks("Use on another device").await?;
    dialog_says(&other, "there is nothing to take along").await?;
    let takes = |code: String| {
        let other = other.clone();
        async move {
            let fill = "const field = root.querySelector('.code-field');
                field.value = argument; field.focus();";
            other.run(fill, json!(code)).await?;
            other.presses(ENTER).await
        }
    };
    takes("AAAA-AAAA".to_owned()).await?;
    dialog_says(&other, "Nothing waits under this code.").await?;
    takes(code.to_lowercase()).await?;
    dialog_says(&other, "1 comment is yours on this device, too.").await?;
    clicks_in_dialog(&other, "Close").await?;
    let by_id = format!("#{}", comment.id);
    other.clicks_at(&by_id, "Edit").await?;
    other.writes_into(Some(&by_id), "From the train.").await?;
    other.submits(&by_id).await?;
    other.sees_comment("From the train.").await.map(drop)
}

pub(crate) async fn drafts_are_listed(story: &Story) -> Result<()> {
    let server = server()?;
    server
        .has_comment("/article", Some("Ana"), "What do you think?", None)
        .await?;
    let reader = story.reader().await?;
    let url = story.article("/article", &server.url(), "");
    reader.opens(&url).await?;
    reader.writes("A thought").await?;
    reader.clicks_at("What do you think?", "Reply").await?;
    reader
        .writes_into(Some("What do you think?"), "Half a reply")
        .await?;
    reader.reloads().await?;
    reader.clicks("2 drafts").await?;
    dialog_says(&reader, "A reply to Ana").await?;
    dialog_says(&reader, "Half a reply").await?;
    reader.finds_no_barrier().await?;
    reader
        .clicks_on(
            "the other draft's way out",
            "const item = all('dialog .tool-item').find((it) => say(it).includes('A thought'));
             return button(item, 'Throw away');",
            json!(null),
        )
        .await?;
    dialog_says(&reader, "Throw this draft away?").await?;
    reader
        .clicks_on(
            "the button that means it",
            "return root.querySelector('dialog .button-danger');",
            json!(null),
        )
        .await?;
    reader
        .waits("no draft in the composer", |shown| {
            shown.draft.as_deref() == Some("")
        })
        .await?;
    clicks_in_dialog(&reader, "Go on writing").await?;
    reader
        .finds(
            "the composer with the reply",
            "return active()?.matches('textarea') && active().value === 'Half a reply';",
        )
        .await?;
    reader.sees_no_longer("2 drafts").await?;
    // On no portion that is loaded, and one that is gone.
    let gone = server.takes("/article", None, "Passing.", None).await?;
    reader.reloads().await?;
    reader.clicks_at("Passing.", "Reply").await?;
    reader.writes_into(Some("Passing."), "Too late").await?;
    server
        .has_comment("/article", None, "The newest.", None)
        .await?;
    server.deletes(&gone).await?;
    let url = story.article("/article", &server.url(), "data-page-size=1");
    reader.opens(&url).await?;
    let go = |draft: &'static str| {
        let reader = reader.clone();
        async move {
            reader.clicks("2 drafts").await?;
            let script =
                "const item = all('dialog .tool-item').find((it) => say(it).includes(argument));
                 return button(item, 'Go on writing');";
            reader
                .clicks_on("the way to the draft", script, json!(draft))
                .await
        }
    };
    go("Too late").await?;
    dialog_says(&reader, "This comment is gone.").await?;
    reader.finds_no_barrier().await?;
    reader.presses(ESCAPE).await?;
    let is_there = "return active()?.matches('textarea') && active().value === 'Half a reply'
         && visible(article('What do you think?'));";
    go("Half a reply").await?;
    reader
        .finds("the composer with the reply", is_there)
        .await?;
    // Once more, when the page's address is that of the comment already.
    reader.sorts_by("oldest").await?;
    reader.sorts_by("newest").await?;
    reader
        .waits("the newest alone", |shown| {
            !shown.busy && shown.comments.len() == 1 && shown.comments[0].text == "The newest."
        })
        .await?;
    go("Half a reply").await?;
    reader.finds("the composer with the reply", is_there).await
}

pub(crate) async fn in_a_language_as_some_pages_name_it(story: &Story) -> Result<()> {
    let server = server()?;
    let created = server.takes("/article", None, "Bom dia.", None).await?;
    server.edits(&created, "Boa tarde.").await?;
    let page = Page::new()
        .html(r#"lang="pt_BR""#)
        .script(&server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader.clicks_at("Boa tarde.", "editado").await?;
    dialog_says(&reader, "Como foi publicado").await?;
    // The date as in Portuguese.
    dialog_says(&reader, " de ").await?;
    reader.presses(ESCAPE).await?;
    reader.clicks("Buscar").await?;
    reader
        .finds("the field", "return active()?.matches('[type=search]');")
        .await?;
    reader.presses("tarde").await?;
    reader.hears("1 comentário encontrado").await
}

pub(crate) async fn a_website_that_was_put_right_stays_so(story: &Story) -> Result<()> {
    let server = server()?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader.signs("Marit").await?;
    let types = "const field = root.querySelector('.composer [name=website]'); field.focus();
        field.value = argument; field.dispatchEvent(new Event('input', { bubbles: true }));";
    reader.run(types, json!("no website")).await?;
    reader.writes("Hello.").await?;
    reader.posts().await?;
    reader
        .sees("This website has no address of the web.")
        .await?;
    // First the website, then the text.
    reader.run(types, json!("marit.example")).await?;
    reader.clicks_at("Hello.", "Change the text").await?;
    reader
        .waits("the text in the composer", |shown| {
            shown.draft.as_deref() == Some("Hello.")
        })
        .await?;
    reader.posts().await?;
    reader
        .finds(
            "the comment with the website",
            "const it = root.querySelector('a.comment-author');
             return it?.href === 'https://marit.example/' && say(it) === 'Marit';",
        )
        .await?;
    let list = server.thread("/article").await?;
    ensure!(list.total == 1, "{list:#?}");
    Ok(())
}

pub(crate) async fn a_name_is_remembered(story: &Story) -> Result<()> {
    let server = server()?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    let is_seen = "return visible(root.querySelector('.composer [name=website]'));";
    let is_unseen = is_seen.replace("return ", "return !");
    reader.finds("no field for it", &is_unseen).await?;
    reader.signs("Marit").await?;
    reader.finds("the website's field", is_seen).await?;
    reader.finds_no_barrier().await?;
    reader
        .clicks_on(
            "the choice",
            "return root.querySelector('[name=remember]');",
            json!(null),
        )
        .await?;
    let types = "const field = root.querySelector('.composer [name=website]'); field.focus();
        field.value = argument; field.dispatchEvent(new Event('input', { bubbles: true }));";
    reader.run(types, json!("no website")).await?;
    reader.writes("Hello.").await?;
    reader.posts().await?;
    reader
        .sees("This website has no address of the web.")
        .await?;
    reader.clicks_at("Hello.", "Change the text").await?;
    reader
        .waits("the text in the composer", |shown| {
            shown.draft.as_deref() == Some("Hello.")
        })
        .await?;
    reader.run(types, json!("marit.example")).await?;
    reader.comments("Hello.").await?;
    let link: Vec<String> = reader
        .ask(
            "const it = root.querySelector('a.comment-author'); return [it.href, it.rel, say(it)];",
            json!(null),
        )
        .await?;
    ensure!(
        link == ["https://marit.example/", "nofollow ugc noopener", "Marit"],
        "{link:?}"
    );
    // On another page, too.
    reader
        .opens(&story.article("/other", &server.url(), ""))
        .await?;
    reader.has_the_program().await?;
    reader
        .finds(
            "the name and the website",
            "const value = (name) => root.querySelector(`.composer [name=${name}]`).value;
             return value('author') === 'Marit' && value('website') === 'marit.example';",
        )
        .await?;
    reader
        .clicks_on(
            "the choice",
            "return root.querySelector('[name=remember]:checked');",
            json!(null),
        )
        .await?;
    reader.reloads().await?;
    reader.has_the_program().await?;
    let name: String = reader
        .ask(
            "return root.querySelector('.composer [name=author]').value;",
            json!(null),
        )
        .await?;
    ensure!(name.is_empty(), "{name}");
    Ok(())
}

pub(crate) async fn a_comment_waits_for_the_connection(story: &Story) -> Result<()> {
    let (files, mut comments) = (story.server()?, story.server()?);
    let reader = story.reader().await?;
    let attributes = format!("data-api={}", comments.url());
    reader
        .opens(&story.article("/article", &files.url(), &attributes))
        .await?;
    let set = "Object.defineProperty(navigator, 'onLine', { configurable: true, value: argument });
        window.dispatchEvent(new Event(argument ? 'online' : 'offline'));";
    comments.kill();
    reader.run(set, json!(false)).await?;
    reader.writes("From the tunnel.").await?;
    reader.posts().await?;
    reader
        .waits("the comment as one that waits", |shown| {
            shown
                .comment("From the tunnel.")
                .is_some_and(|it| it.marks == ["waits for the connection"])
        })
        .await?;
    reader
        .sees("This is sent by itself as soon as the connection is back.")
        .await?;
    reader.finds_no_barrier().await?;
    comments.start_again()?;
    reader.run(set, json!(true)).await?;
    reader.sees_comment("From the tunnel.").await?;
    // More than once, and it is there once.
    reader.run(set, json!(true)).await?;
    let thread = comments.thread("/article").await?;
    ensure!(thread.total == 1, "{thread:#?}");
    Ok(())
}
