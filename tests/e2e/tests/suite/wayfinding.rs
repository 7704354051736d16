//! A reader finds the way through a thread.

use std::time::Duration;

use afterword_e2e::{Reader, Story};
use anyhow::{Result, ensure};
use serde_json::json;

/// Whether the comment with those words has the focus.
async fn is_at(reader: &Reader, words: &str) -> Result<()> {
    let script = format!("return active() === article({words:?});");
    reader
        .finds(&format!("the focus at {words:?}"), &script)
        .await
}

/// Whether the comment with those words is in view.
async fn sees_whole(reader: &Reader, words: &str, is_seen: bool) -> Result<()> {
    let script = format!("return visible(article({words:?})) === {is_seen};");
    reader
        .finds(&format!("{words:?} in view: {is_seen}"), &script)
        .await
}

pub(crate) async fn a_branch_is_folded(story: &Story) -> Result<()> {
    let server = story.server()?;
    let root = server
        .has_comment("/article", Some("Anna"), "The root.", None)
        .await?;
    let reply = server
        .has_comment("/article", Some("Bob"), "A reply.", Some(&root))
        .await?;
    for text in ["One below.", "Two below."] {
        server
            .has_comment("/article", None, text, Some(&reply))
            .await?;
    }
    server
        .has_comment("/article", None, "Another.", None)
        .await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), "data-sort=oldest"))
        .await?;
    let line = "return branch(argument).querySelector('.fold');";
    // Pressed before there is a program, and carried out when there is one.
    reader
        .clicks_on("the line of the root", line, json!("The root."))
        .await?;
    reader.sees("Anna and 3 replies").await?;
    for words in ["The root.", "A reply.", "One below."] {
        sees_whole(&reader, words, false).await?;
    }
    sees_whole(&reader, "Another.", true).await?;
    reader.finds_no_barrier().await?;
    // The focus has stayed, and the keyboard opens it again.
    reader
        .finds("the focus", "return active()?.matches('.fold');")
        .await?;
    reader.presses(" ").await?;
    sees_whole(&reader, "Two below.", true).await?;
    reader
        .clicks_on("the line of the reply", line, json!("A reply."))
        .await?;
    sees_whole(&reader, "A reply.", false).await?;
    sees_whole(&reader, "The root.", true).await?;
    reader.finds_no_barrier().await?;
    // A link leads into it all the same.
    let target = "return article('Two below.').querySelector('.comment-time');";
    let id: String = reader
        .ask("return article('Two below.').id;", json!(null))
        .await?;
    reader.run("location.hash = argument;", json!(id)).await?;
    is_at(&reader, "Two below.").await?;
    sees_whole(&reader, "Two below.", true).await?;
    reader.element("its time", target, json!(null)).await?;
    Ok(())
}

pub(crate) async fn a_long_comment_is_read_on(story: &Story) -> Result<()> {
    let server = story.server()?;
    let text = format!(
        "{}The [end](https://example.org).",
        "Word by word. ".repeat(400)
    );
    server.has_comment("/article", None, &text, None).await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    let height = "return root.querySelector('.comment-body').offsetHeight;";
    let cut: f64 = reader.ask(height, json!(null)).await?;
    reader.clicks_at("Word", "Read more").await?;
    let higher = format!("return root.querySelector('.comment-body').offsetHeight > {cut} * 1.5;");
    reader.finds("all of it", &higher).await?;
    reader.finds_no_barrier().await?;
    reader.clicks_at("Word", "Show less").await?;
    let as_high = format!("return root.querySelector('.comment-body').offsetHeight === {cut};");
    reader.finds("a part of it", &as_high).await?;
    reader.finds_no_barrier().await?;
    // Who reaches into it by keyboard sees where.
    reader
        .run(
            "root.querySelector('.comment-body a').focus();",
            json!(null),
        )
        .await?;
    reader.finds("all of it", &higher).await
}

pub(crate) async fn everybody_has_a_face(story: &Story) -> Result<()> {
    let server = story.server()?;
    for name in ["Ada Lovelace", "村上 春樹", "أبو بكر"] {
        server
            .has_comment("/article", Some(name), name, None)
            .await?;
    }
    server.has_comment("/article", None, "nobody", None).await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), "data-sort=oldest"))
        .await?;
    let faces: Vec<String> = reader
        .ask(
            "return all('.avatar').map((it) => it.dataset.letters);",
            json!(null),
        )
        .await?;
    ensure!(faces.len() == 4, "{faces:?}");
    ensure!(
        faces[0].contains("AL") && faces[1].contains('村'),
        "{faces:?}"
    );
    reader
        .finds(
            "contrast in each of the colours",
            "const luminance = ([r, g, b]) => [r, g, b]
                 .map((it) => it <= 0.03928 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4)
                 .reduce((sum, it, at) => sum + it * [0.2126, 0.7152, 0.0722][at], 0);
             const canvas = document.createElement('canvas').getContext('2d');
             const paint = (...colours) => {
                 for (const colour of colours) {
                     canvas.fillStyle = colour;
                     canvas.fillRect(0, 0, 1, 1);
                 }
                 return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((it) => it / 255);
             };
             const avatar = root.querySelector('.avatar');
             return ['light', 'dark'].every((theme) => [0, 1, 2, 3, 4, 5, 6].every((hue) => {
                 root.dataset.theme = theme;
                 avatar.dataset.hue = hue;
                 const { color, backgroundColor } = getComputedStyle(avatar);
                 const page = theme === 'dark' ? '#16181b' : '#fff';
                 const [a, b] = [luminance(paint(color)), luminance(paint(page, backgroundColor))];
                 return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) >= 4.5;
             }));",
        )
        .await?;
    // Where the owner has pictures, those who have one are shown with it.
    let picture = r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>"#;
    story.site.serve(
        "/faces/Ada%20Lovelace.svg",
        afterword_e2e::Reply::new("image/svg+xml", picture),
    );
    let attributes = "data-sort=oldest data-avatars=/faces/{name}.svg";
    let pictured = story.article("/article", &server.url(), attributes);
    reader.opens(&pictured).await?;
    reader.has_the_program().await?;
    reader
        .finds(
            "one picture, and the others' letters",
            "const faces = all('.avatar');
             const isPicture = (it) => it.style.backgroundImage.includes('/faces/Ada%20Lovelace.svg');
             return isPicture(faces[0]) && !faces[0].dataset.letters
                 && faces.slice(1).every((it) => !isPicture(it) && it.dataset.letters);",
        )
        .await
}

pub(crate) async fn what_is_answered_is_shown_at_the_link(story: &Story) -> Result<()> {
    let server = story.server()?;
    let root = server
        .has_comment(
            "/article",
            Some("Anna"),
            "What was said. ||By whom?||",
            None,
        )
        .await?;
    let text = format!("A reply. {}", "🎉".repeat(400));
    let reply = server
        .has_comment("/article", Some("Bob"), &text, Some(&root))
        .await?;
    server
        .has_comment("/article", None, "Deeper.", Some(&reply))
        .await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), "data-max-depth=1"))
        .await?;
    reader.has_the_program().await?;
    let up = "return article('A reply.').querySelector('.comment-up');";
    reader
        .points_to("the link to the root", up, json!(null))
        .await?;
    let says =
        |words: &str| format!("return say(root.querySelector('.peek')).includes({words:?});");
    reader
        .finds(
            "what was said, without what is covered",
            &says("What was said. …"),
        )
        .await?;
    let is_covered = "return !say(root.querySelector('.peek')).includes('By whom?');";
    reader.finds("nothing of that", is_covered).await?;
    reader.finds_no_barrier().await?;
    // The pointer can go into it, and Escape takes it away.
    let peek = reader
        .element("it", "return root.querySelector('.peek');", json!(null))
        .await?;
    // Straight, and sooner than it would go.
    let mouse = reader
        .driver()
        .action_chain_with_delay(None, Some(Duration::ZERO));
    mouse.move_to_element_center(&peek).perform().await?;
    reader.finds("it still", &says("Anna")).await?;
    reader.presses("\u{e00c}").await?;
    reader
        .finds("nothing", "return !root.querySelector('.peek');")
        .await?;
    // By keyboard it comes with the focus and goes with it.
    reader
        .tabs_to(
            "the link in words",
            "return active()?.matches('.comment-context > a');",
        )
        .await?;
    reader.finds("the reply", &says("A reply.")).await?;
    // Cut short, but no sign of it.
    reader
        .finds(
            "whole signs",
            "return say(root.querySelector('.peek')).endsWith('🎉🎉…');",
        )
        .await?;
    reader.presses_tab().await?;
    reader
        .finds("nothing", "return !root.querySelector('.peek');")
        .await?;
    // It leads there, each time.
    for _ in 0..2 {
        reader
            .clicks_on("the link to the root", up, json!(null))
            .await?;
        is_at(&reader, "What was said.").await?;
    }
    // Who follows the link at once sees what it leads to, and no preview of that over it. One that
    // was on its way would have come before the next.
    let watch = "window.seen = [];
        const watch = () => new MutationObserver(() => {
            const peek = root.querySelector('.peek');
            if (peek) seen.push(say(peek));
        }).observe(root.querySelector('.thread'), { childList: true });
        article('A reply.').querySelector('.comment-up').addEventListener('click', watch);";
    let mouse = reader.driver().action_chain();
    mouse.move_to(0, 0).perform().await?;
    let is_gone = "return !root.querySelector('.peek');";
    reader.finds("nothing", is_gone).await?;
    reader.run(watch, json!(null)).await?;
    reader
        .clicks_on("the link to the root", up, json!(null))
        .await?;
    is_at(&reader, "What was said.").await?;
    let next = "return article('Deeper.').querySelector('.comment-context > a');";
    reader
        .points_to("the link to the reply", next, json!(null))
        .await?;
    reader.finds("the reply", &says("A reply.")).await?;
    reader
        .finds(
            "the reply alone",
            "return seen.length > 0 && seen.every((it) => it.includes('A reply.'));",
        )
        .await
}

/// A name that a comment mentions leads to what that person has said last before it.
pub(crate) async fn who_is_mentioned_can_be_followed(story: &Story) -> Result<()> {
    let server = story.server()?;
    let says = async |author: Option<&str>, text: &str| {
        server.has_comment("/article", author, text, None).await
    };
    says(Some("Ana"), "The first of Ana.").await?;
    let second = says(Some("Ana"), "The second of Ana.").await?;
    let maria = says(Some("Ana Maria"), "Of another Ana.").await?;
    says(
        Some("Bob"),
        "Asking @Ana, @ana maria! Not @Anas, nor me@Ana, `@Ana`, @Nobody, @Bob or @Anonymous.",
    )
    .await?;
    says(Some("Ana"), "The third of Ana.").await?;
    says(None, "Anonymous words.").await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), "data-sort=oldest"))
        .await?;
    reader.has_the_program().await?;
    reader
        .finds(
            "two mentions",
            &format!(
                "const links = all('.mention').map((it) => [say(it), it.getAttribute('href')]);
                 return JSON.stringify(links) === JSON.stringify([
                     ['@Ana', '#comment-{second}'],
                     ['@ana maria', '#comment-{maria}'],
                 ]);"
            ),
        )
        .await?;
    // What it says is what it said; and nobody is told.
    let shown = reader.shown().await?;
    let text = "Asking @Ana, @ana maria! Not @Anas, nor me@Ana, @Ana, @Nobody, @Bob or @Anonymous.";
    ensure!(shown.comment(text).is_some(), "{shown:#?}");
    ensure!(shown.status.is_empty(), "{shown:#?}");
    reader.finds_no_barrier().await?;
    reader
        .clicks_on(
            "the mention",
            "return root.querySelector('.mention');",
            json!(null),
        )
        .await?;
    let leads = "return active() === article('The second of Ana.');";
    reader.finds("the focus on what was meant", leads).await?;
    // What is written now is looked through, too; and what is selected stays so.
    let selects = "const text = article(argument).querySelector('.comment-body p').firstChild;
         getSelection().setBaseAndExtent(text, 0, text, 5);";
    reader.run(selects, json!("Anonymous words.")).await?;
    reader.signs("Cleo").await?;
    reader.writes("And @Bob?").await?;
    reader.posts().await?;
    reader.sees_comment("And @Bob?").await?;
    reader
        .run("getSelection().removeAllRanges();", json!(null))
        .await?;
    reader
        .finds(
            "the new mention",
            "return say(article('And @Bob?').querySelector('.mention')) === '@Bob';",
        )
        .await
}

pub(crate) async fn what_is_new_since_the_last_visit(story: &Story) -> Result<()> {
    let server = story.server()?;
    let root = server
        .has_comment("/article", None, "Seen before.", None)
        .await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), "data-sort=oldest"))
        .await?;
    reader.has_the_program().await?;
    server
        .has_comment("/article", None, "An answer.", Some(&root))
        .await?;
    server
        .has_comment("/article", None, "Something else.", None)
        .await?;
    reader.reloads().await?;
    reader.has_the_program().await?;
    reader.sees("2 new since your last visit: next").await?;
    reader.finds_no_barrier().await?;
    let shown = reader.shown().await?;
    ensure!(shown.comments[1].marks == ["new"], "{shown:#?}");
    reader.clicks("2 new since your last visit: next").await?;
    is_at(&reader, "An answer.").await?;
    reader.presses("n").await?;
    is_at(&reader, "Something else.").await?;
    reader.sees_no_longer("since your last visit").await?;
    reader.reloads().await?;
    reader.has_the_program().await?;
    let shown = reader.shown().await?;
    ensure!(
        shown.comments.iter().all(|it| it.marks.is_empty()),
        "{shown:#?}"
    );
    Ok(())
}

pub(crate) async fn by_keys(story: &Story) -> Result<()> {
    let server = story.server()?;
    let root = server.has_comment("/article", None, "One.", None).await?;
    server
        .has_comment("/article", None, "Two.", Some(&root))
        .await?;
    server.has_comment("/article", None, "Three.", None).await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), "data-sort=oldest"))
        .await?;
    reader.has_the_program().await?;
    reader
        .run("root.querySelector('.thread-title').focus();", json!(null))
        .await?;
    for words in ["One.", "Two.", "Three.", "Three."] {
        reader.presses("j").await?;
        is_at(&reader, words).await?;
    }
    for words in ["Two.", "One.", "One."] {
        reader.presses("k").await?;
        is_at(&reader, words).await?;
    }
    // By its place on a keyboard with other letters.
    reader
        .run(
            "const event = { key: 'о', code: 'KeyJ', bubbles: true, cancelable: true };
             active().dispatchEvent(new KeyboardEvent('keydown', event));",
            json!(null),
        )
        .await?;
    is_at(&reader, "Two.").await?;
    reader.presses("k").await?;
    is_at(&reader, "One.").await?;
    // A folded branch is one stop, and those in it are none.
    reader.presses("?").await?;
    reader.sees("next new comment").await?;
    reader.finds_no_barrier().await?;
    reader.presses("\u{e00c}").await?;
    is_at(&reader, "One.").await?;
    reader.presses("r").await?;
    reader
        .finds("the composer", "return active()?.matches('textarea');")
        .await?;
    // In a field they are letters.
    reader.presses("jkn?/r").await?;
    reader
        .finds("the letters", "return active().value === 'jkn?/r';")
        .await?;
    reader
        .run("article('Three.').focus();", json!(null))
        .await?;
    reader.presses("/").await?;
    reader
        .finds("the search", "return active()?.matches('[type=search]');")
        .await
}

pub(crate) async fn looking_for_something(story: &Story) -> Result<()> {
    let mut server = story.server()?;
    for number in 1..=12 {
        let text = format!("comment {number:02}, <em>as</em> it is");
        server.has_comment("/article", None, &text, None).await?;
    }
    server
        .has_comment("/article", Some("Ada"), "A *needle* in the hay.", None)
        .await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article(
            "/article",
            &server.url(),
            "data-sort=oldest data-page-size=3",
        ))
        .await?;
    reader.clicks("Search").await?;
    reader
        .finds("the field", "return active()?.matches('[type=search]');")
        .await?;
    reader.finds_no_barrier().await?;
    reader.presses("NEEDLE").await?;
    reader.hears("1 comment found").await?;
    reader
        .finds(
            "the word marked in what was found",
            "const [found] = all('.found > li');
             return say(found.querySelector('p')) === 'A needle in the hay.'
                 && say(found.querySelector('mark')) === 'needle'
                 && say(found).startsWith('Ada');",
        )
        .await?;
    reader.finds_no_barrier().await?;
    // It is on no portion that was loaded.
    reader
        .clicks_on(
            "what was found",
            "return root.querySelector('.found a');",
            json!(null),
        )
        .await?;
    is_at(&reader, "A needle in the hay.").await?;

    let search = |words: &'static str| {
        let reader = &reader;
        async move {
            let field = "const field = root.querySelector('#search-field');
                 field.focus();
                 field.select();";
            reader.run(field, json!(null)).await?;
            reader.presses(words).await
        }
    };
    search("nowhere").await?;
    reader
        .sees("Nothing found for \u{201c}nowhere\u{201d}.")
        .await?;
    reader.finds_no_barrier().await?;
    search("#12\u{e007}").await?;
    is_at(&reader, "comment 12, <em>as</em> it is").await?;
    server.stop()?;
    search("needle").await?;
    reader.sees("The comment server can’t be reached.").await?;
    reader.finds_no_barrier().await?;
    server.start_again()?;
    reader.clicks("Try again").await?;
    reader.hears("1 comment found").await?;
    reader
        .run("root.querySelector('#search-field').focus();", json!(null))
        .await?;
    reader.presses("\u{e00c}").await?;
    reader
        .finds(
            "the focus at the button again",
            "return active()?.matches('.search-open');",
        )
        .await
}
