//! A reader reads.

use afterword_e2e::{Backend, Page, Reader, Story, backend};
use anyhow::{Context, Result, ensure};
use serde_json::json;

/// Two flags' letters, a skin tone, and people joined into one: 13 code points, 5 pictures.
const EMOJI: &str = "💪🇺🇦👊🏽👩‍👩‍👧";

pub(crate) async fn every_kind_of_comment(story: &Story) -> Result<()> {
    let server = story.server()?;
    let posted = [
        (Some("Marit"), "> It is calm.\n\nNot in my house."),
        (Some("Oksana"), EMOJI),
        (None, "First paragraph.\n\nSecond paragraph."),
        (
            Some("pelle_k"),
            "Count it:\n\n```python\nif a < b:\n    print(\"a & b\")\n```\n\nand `x <y>` too.",
        ),
        (
            Some("L."),
            "See [the *statistics*](https://example.org/a?b=1&c=2), and https://example.com/x.",
        ),
        (Some("<i>I</i>"), "<b>bold</b> & **strong** _em_"),
    ];
    for (author, text) in posted {
        server.has_comment("/article", author, text, None).await?;
    }
    let reader = story.reader().await?;
    let shown = reader
        .opens(&story.article("/article", &server.url(), "data-sort=oldest"))
        .await?;

    ensure!(shown.title == "6 comments", "{shown:#?}");
    let numbers: Vec<_> = shown.comments.iter().map(|it| it.number.as_str()).collect();
    ensure!(
        numbers == ["#1", "#2", "#3", "#4", "#5", "#6"],
        "{shown:#?}"
    );
    let authors: Vec<_> = shown.comments.iter().map(|it| it.author.as_str()).collect();
    ensure!(
        authors == ["Marit", "Oksana", "Anonymous", "pelle_k", "L.", "<i>I</i>"],
        "{authors:?}"
    );
    let anonymous = shown.comments.iter().filter(|it| it.anonymous).count();
    ensure!(anonymous == 1 && shown.comments[2].anonymous, "{shown:#?}");

    has(&reader, 0, ".comment-body blockquote > p", "It is calm.").await?;
    has(&reader, 0, ".comment-body > p", "Not in my house.").await?;
    has(&reader, 1, ".comment-body > p", EMOJI).await?;
    has(
        &reader,
        2,
        ".comment-body > p:first-child",
        "First paragraph.",
    )
    .await?;
    has(
        &reader,
        2,
        ".comment-body > p:last-child",
        "Second paragraph.",
    )
    .await?;
    has(
        &reader,
        3,
        ".comment-body > pre > code.language-python",
        "if a < b:\n    print(\"a & b\")\n",
    )
    .await?;
    has(&reader, 3, ".comment-body > p > code", "x <y>").await?;
    has(
        &reader,
        4,
        ".comment-body a[href='https://example.org/a?b=1&c=2'] > em",
        "statistics",
    )
    .await?;
    has(
        &reader,
        4,
        ".comment-body a[href='https://example.com/x']",
        "https://example.com/x",
    )
    .await?;
    has(&reader, 5, ".comment-body > p > strong", "strong").await?;
    has(&reader, 5, ".comment-body > p > em", "em").await?;
    ensure!(
        shown.comments[5].text == "<b>bold</b> & strong em",
        "HTML is text: {shown:#?}"
    );
    reader
        .finds(
            "links that pass on neither rank nor page",
            "const links = all('.comment-body a');
             return links.length === 2 &&
                 links.every((it) => it.rel === 'nofollow ugc noopener noreferrer');",
        )
        .await
}

/// Waits until the comment at that place from the top has an element with just that text.
async fn has(reader: &Reader, index: usize, selector: &str, text: &str) -> Result<()> {
    let find = "all('article.comment')[argument[0]].querySelector(argument[1])?.textContent";
    let found: Option<String> = reader
        .ask(&format!("return {find} ?? null;"), json!([index, selector]))
        .await?;
    ensure!(
        found.as_deref() == Some(text),
        "{selector} is {found:?}, not {text:?}, in {:#?}",
        reader.shown().await?.comments[index]
    );
    Ok(())
}

pub(crate) async fn who_and_when_for_every_reader(story: &Story) -> Result<()> {
    let server = story.server()?;
    server
        .has_comment("/article", Some("Marit"), "Just now.", None)
        .await?;
    let reader = story.reader().await?;
    let shown = reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    ensure!(shown.title == "1 comment", "{shown:#?}");
    let comment = shown.comment("Just now.").context("no comment")?;
    // "November 24, 2026 at 8:15 AM"
    ensure!(
        comment.exact.contains("20") && comment.exact.contains(':'),
        "{comment:#?}"
    );
    reader
        .finds(
            "an ordered list of articles with names, and times that machines read",
            "const it = root.querySelector('ol.comments > li > article');
             const time = it.querySelector('a > time');
             return it.getAttribute('aria-label') === 'Comment by Marit'
                 && Math.abs(Date.parse(time.dateTime) - Date.now()) < 3600e3
                 && time.closest('a').getAttribute('href') === '#' + it.id
                 && say(time) !== '';",
        )
        .await
}

pub(crate) async fn times_are_told_relative_to_now(story: &Story) -> Result<()> {
    let server = story.server()?;
    let backend = Backend::start().await?;
    // The reader's clock stands still: no test may depend on when it runs.
    const NOW: &str = "2026-11-24T12:00:00Z";
    let times = [
        ("2026-11-24T11:59:30.000Z", "now"),
        ("2026-11-24T11:58:00.000Z", "2 minutes ago"),
        ("2026-11-24T09:00:00.000Z", "3 hours ago"),
        ("2026-11-23T11:00:00.000Z", "1 day ago"),
        ("2026-11-04T11:00:00.000Z", "2 weeks ago"),
        ("2024-11-04T11:00:00.000Z", "2 years ago"),
        // The server's clock is ahead of the reader's.
        ("2026-11-24T12:03:00.000Z", "now"),
    ];
    let comments = (1..).zip(times).map(|(number, (time, _))| {
        let mut comment = backend::comment(number, "<p>Hello</p>");
        time.clone_into(&mut comment.created);
        comment
    });
    backend.lists(comments.collect())?;
    let page = Page::new()
        .head(&format!(
            "<script>Date.now = () => Date.parse('{NOW}');</script>"
        ))
        .script(&server.url(), &format!("data-api={}", backend.url()));
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    let told: Vec<String> = reader
        .ask("return all('time').map(say);", json!(null))
        .await?;
    let expected: Vec<_> = times.iter().map(|(_, told)| *told).collect();
    ensure!(told == expected, "{told:?}");
    Ok(())
}

pub(crate) async fn right_to_left_text_stands_at_the_right(story: &Story) -> Result<()> {
    let server = story.server()?;
    let texts = [
        "This one begins at the left.",
        "هذا التعليق يبدأ من اليمين.",
        "כאן מתחילים מימין.",
    ];
    for text in texts {
        server
            .has_comment("/article", Some("سلمى"), text, None)
            .await?;
    }
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), "data-sort=oldest"))
        .await?;
    let at_start: Vec<bool> = reader
        .ask(
            "return all('.comment-body p').map((it) => {
                 const range = document.createRange();
                 range.selectNodeContents(it);
                 const text = range.getBoundingClientRect();
                 const box = it.getBoundingClientRect();
                 const [left, right] = [text.left - box.left, box.right - text.right];
                 return left < right;
             });",
            json!(null),
        )
        .await?;
    ensure!(at_start == [true, false, false], "{at_start:?}");
    Ok(())
}

pub(crate) async fn nobody_has_said_anything_yet(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = story.reader().await?;
    let shown = reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    ensure!(
        shown.title == "0 comments" && shown.comments.is_empty() && shown.errors.is_empty(),
        "{shown:#?}"
    );
    ensure!(
        shown.notices == ["No comments yet. Be the first to say something."],
        "{shown:#?}"
    );
    Ok(())
}

/// The texts of the roots from top to bottom.
async fn roots(reader: &Reader) -> Result<Vec<String>> {
    let shown = reader.shown().await?;
    let roots = shown.comments.into_iter().filter(|it| it.depth == 0);
    Ok(roots.map(|it| it.text).collect())
}

pub(crate) async fn in_another_order(story: &Story) -> Result<()> {
    let server = story.server()?;
    let first = server.has_comment("/article", None, "first", None).await?;
    for text in ["second", "third"] {
        server.has_comment("/article", None, text, None).await?;
    }
    for text in ["reply 1", "reply 2"] {
        server
            .has_comment("/article", None, text, Some(&first))
            .await?;
    }
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    ensure!(roots(&reader).await? == ["third", "second", "first"]);
    reader.sorts_by("oldest").await?;
    reader
        .hears("The comments are in another order now.")
        .await?;
    let texts = roots(&reader).await?;
    ensure!(texts == ["first", "second", "third"], "{texts:?}");
    reader
        .finds(
            "a line below the order that was chosen, and no other",
            "return all('.sort button').every((it) => {
                 const { textDecorationLine, textDecorationThickness } = getComputedStyle(it);
                 const isLined = textDecorationLine === 'underline' && textDecorationThickness === '2px';
                 return isLined === (it.value === 'oldest');
             });",
        )
        .await?;
    let shown = reader.shown().await?;
    let texts: Vec<_> = shown.comments.iter().map(|it| it.text.as_str()).collect();
    ensure!(
        texts == ["first", "reply 1", "reply 2", "second", "third"],
        "a conversation is read from its beginning: {texts:?}"
    );
    reader.sorts_by("newest").await?;
    reader
        .waits("the newest at the top", |shown| {
            !shown.busy && shown.comments[0].text == "third"
        })
        .await?;
    Ok(())
}

pub(crate) async fn a_long_thread_in_portions(story: &Story) -> Result<()> {
    let server = story.server()?;
    for number in 1..=12 {
        let text = format!("comment {number:02}");
        server.has_comment("/article", None, &text, None).await?;
    }
    let reader = story.reader().await?;
    let shown = reader
        .opens(&story.article("/article", &server.url(), "data-page-size=5"))
        .await?;
    ensure!(shown.title == "12 comments", "{shown:#?}");
    ensure!(shown.comments.len() == 5, "{shown:#?}");

    reader.clicks("Show 5 more").await?;
    reader.hears("5 more comments").await?;
    let shown = reader
        .waits("the focus at the first new one", |shown| {
            shown.comments.len() == 10 && shown.focus == shown.comments[5].anchor()
        })
        .await?;
    ensure!(shown.comments[5].text == "comment 07", "{shown:#?}");

    reader.clicks("Show 2 more").await?;
    reader.hears("2 more comments").await?;
    let texts = roots(&reader).await?;
    let expected: Vec<_> = (1..=12)
        .rev()
        .map(|number| format!("comment {number:02}"))
        .collect();
    ensure!(texts == expected, "each once, and none left out: {texts:?}");
    reader.sees_no_longer("Show 2 more").await
}

pub(crate) async fn a_long_conversation_in_portions(story: &Story) -> Result<()> {
    let server = story.server()?;
    let (_, portion) = afterword_protocol::limits::REPLIES;
    let root = server
        .has_comment("/article", None, "The root.", None)
        .await?;
    for number in 1..=portion + 3 {
        let text = format!("reply {number:03}");
        server
            .has_comment("/article", None, &text, Some(&root))
            .await?;
    }
    let reader = story.reader().await?;
    let shown = reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    let portion = portion as usize;
    ensure!(shown.comments.len() == 1 + portion, "{shown:#?}");
    reader.clicks("Show 3 more replies").await?;
    reader.hears("3 more comments").await?;
    let shown = reader.shown().await?;
    let texts: Vec<_> = shown.comments.iter().map(|it| it.text.clone()).collect();
    let mut expected = vec!["The root.".to_owned()];
    expected.extend((1..=portion + 3).map(|number| format!("reply {number:03}")));
    ensure!(texts == expected, "{texts:?}");
    reader.sees_no_longer("more replies").await
}

pub(crate) async fn a_link_deep_into_the_thread(story: &Story) -> Result<()> {
    let server = story.server()?;
    let root = server
        .has_comment("/article", None, "An old root.", None)
        .await?;
    let reply = server
        .has_comment("/article", Some("Ana"), "A reply.", Some(&root))
        .await?;
    let target = server
        .has_comment("/article", None, "What the link means.", Some(&reply))
        .await?;
    for number in 1..=6 {
        let text = format!("newer {number}");
        server.has_comment("/article", None, &text, None).await?;
    }
    let url = story.article("/article", &server.url(), "data-page-size=2");
    let reader = story.reader().await?;
    reader.goes_to(&format!("{url}#comment-{target}")).await?;
    let is_there = |shown: &afterword_e2e::Shown, text: &str| {
        shown
            .comment(text)
            .is_some_and(|it| it.is("target") && shown.focus == it.anchor())
    };
    let shown = reader
        .waits("the linked comment", |shown| {
            is_there(shown, "What the link means.")
        })
        .await?;
    ensure!(
        shown.comments.iter().filter(|it| it.is("target")).count() == 1,
        "{shown:#?}"
    );
    let depth = shown.comment("What the link means.").map(|it| it.depth);
    ensure!(
        depth == Some(2),
        "it stands below what it answers: {shown:#?}"
    );
    reader
        .finds(
            "it in the window",
            "const { top, bottom } = article('What the link means.').getBoundingClientRect();
             return top >= 0 && bottom <= innerHeight;",
        )
        .await?;
    // Another link on the same page: its address changes, and nothing is loaded.
    reader
        .run(
            "location.hash = article('newer 6').id;",
            serde_json::Value::Null,
        )
        .await?;
    let shown = reader
        .waits("the other comment", |shown| is_there(shown, "newer 6"))
        .await?;
    ensure!(
        shown.comments.iter().filter(|it| it.is("target")).count() == 1,
        "{shown:#?}"
    );
    Ok(())
}

/// Whatever the order, a link shows its comment among all that was said before in the same conversation;
/// and what is not loaded of the thread is seen to be missing.
pub(crate) async fn a_link_is_at_its_place_in_every_order(story: &Story) -> Result<()> {
    let server = story.server()?;
    let says = async |text: &str, parent: Option<&str>| {
        server.has_comment("/article", None, text, parent).await
    };
    let (_, portion) = afterword_protocol::limits::REPLIES;
    let mut roots = Vec::new();
    for number in 1..=7 {
        roots.push(says(&format!("root {number}"), None).await?);
    }
    let mut target = String::new();
    let mut replies = Vec::new();
    for number in 1..=portion + 2 {
        target = says(&format!("reply {number:03}"), Some(&roots[3])).await?;
        replies.push(format!("reply {number:03}"));
    }
    // The last but one is meant; the last is not, and comes along.
    says("an answer to the last", Some(&target)).await?;
    replies.push("an answer to the last".to_owned());
    says("to another", Some(&roots[1])).await?;
    let newest = [7, 6, 5, 4, 3, 2, 1];
    let orders = [
        ("newest", newest),
        ("oldest", [1, 2, 3, 4, 5, 6, 7]),
        ("top", newest),
        ("discussed", [4, 2, 7, 6, 5, 3, 1]),
    ];
    let reader = story.reader().await?;
    for (sort, order) in orders {
        let attributes = format!("data-page-id=/article data-page-size=2 data-sort={sort}");
        let url = story.article(&format!("/{sort}"), &server.url(), &attributes);
        reader.goes_to(&format!("{url}#comment-{target}")).await?;
        let shown = reader
            .waits("the linked comment", |shown| {
                shown.focus == format!("comment-{target}")
            })
            .await?;
        let below = shown.comments.iter().filter(|it| it.depth > 0);
        let below: Vec<_> = below.map(|it| it.text.clone()).collect();
        let expected: Vec<_> = if sort == "discussed" {
            replies
                .iter()
                .cloned()
                .chain(["to another".to_owned()])
                .collect()
        } else if sort == "oldest" {
            ["to another".to_owned()]
                .into_iter()
                .chain(replies.clone())
                .collect()
        } else {
            replies.clone()
        };
        ensure!(below == expected, "{sort}: {below:?}");
        // What stands apart stands behind the button that brings what is between.
        let is_apart = !order[..2].contains(&4);
        let is_behind: bool = reader
            .ask(
                "return !!(button(root, 'Show 2 more')
                     .compareDocumentPosition(article('root 4')) & 4);",
                json!(null),
            )
            .await?;
        ensure!(is_behind == is_apart, "{sort}");
        let mut now = names_of(&order[..2]);
        if is_apart {
            now.push("root 4".to_owned());
        }
        let found = self::roots(&reader).await?;
        ensure!(found == now, "{sort}: {found:?}");
        // And comes to its place with the others.
        for (label, count) in [("Show 2 more", 4), ("Show 2 more", 6), ("Show 1 more", 7)] {
            reader.clicks(label).await?;
            reader
                .waits("the next portion", |shown| {
                    let roots = shown.comments.iter().filter(|it| it.depth == 0);
                    let names: Vec<_> = roots.map(|it| it.text.clone()).collect();
                    names.starts_with(&names_of(&order[..count]))
                })
                .await?;
        }
        let found = self::roots(&reader).await?;
        ensure!(found == names_of(&order), "{sort}: {found:?}");
        let shown = reader.shown().await?;
        let all = 7 + replies.len() + 1;
        ensure!(shown.comments.len() == all, "{sort}: {shown:#?}");
    }
    // A root of its own has what was answered, too.
    let url = story.article(
        "/root",
        &server.url(),
        "data-page-id=/article data-page-size=1",
    );
    reader
        .goes_to(&format!("{url}#comment-{}", roots[1]))
        .await?;
    reader
        .sees_comments(&["root 7", "root 2", "to another"])
        .await?;
    Ok(())
}

fn names_of(order: &[i32]) -> Vec<String> {
    order
        .iter()
        .map(|number| format!("root {number}"))
        .collect()
}

pub(crate) async fn a_link_to_a_comment_that_is_gone(story: &Story) -> Result<()> {
    let server = story.server()?;
    server
        .has_comment("/article", None, "Still here.", None)
        .await?;
    let url = story.article("/article", &server.url(), "");
    let reader = story.reader().await?;
    for id in ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "\"]<b>", "%00", ""] {
        reader.goes_to("about:blank").await?;
        let shown = reader.opens(&format!("{url}#comment-{id}")).await?;
        ensure!(shown.comment("Still here.").is_some(), "{id}: {shown:#?}");
    }
    Ok(())
}

pub(crate) async fn a_conversation_deeper_than_the_view(story: &Story) -> Result<()> {
    let server = story.server()?;
    let mut parent = None;
    for number in 0..6 {
        let author = format!("Author {number}");
        let text = format!("depth {number}");
        let id = server
            .has_comment("/article", Some(&author), &text, parent.as_deref())
            .await?;
        parent = Some(id);
    }
    let reader = story.reader().await?;
    let shown = reader
        .opens(&story.article("/article", &server.url(), "data-max-depth=2"))
        .await?;
    let depths: Vec<_> = shown.comments.iter().map(|it| it.depth).collect();
    ensure!(depths == [0, 1, 2, 2, 2, 2], "{depths:?}");
    let told: Vec<_> = shown
        .comments
        .iter()
        .map(|it| it.context.as_str())
        .collect();
    let expected = [
        "",
        "",
        "",
        "In reply to Author 2, #3",
        "In reply to Author 3, #4",
        "In reply to Author 4, #5",
    ];
    ensure!(told == expected, "{told:?}");
    let link: String = reader
        .ask(
            "return article('depth 3').querySelector('.comment-context a').getAttribute('href');",
            json!(null),
        )
        .await?;
    ensure!(
        link == format!("#{}", shown.comments[2].anchor()),
        "{link} {shown:#?}"
    );
    Ok(())
}
