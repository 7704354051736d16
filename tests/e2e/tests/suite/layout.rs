//! Any page, any window, any reader's eyes.

use afterword_e2e::{Engine, Page, Preferences, Reader, Server, Story, until};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::common::says_all_there_is_to_say;

/// A thread of every shape that is hard to lay out.
pub(crate) async fn has_unruly_comments(server: &Server, page: &str) -> Result<()> {
    let word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
    let wide = format!("x = {}0", "long_name + ".repeat(30));
    let name = "N".repeat(100);
    let mut parent = None;
    for number in 0..8 {
        let text = format!("Level {number}. {word} https://example.org/{word}");
        let id = server
            .has_comment(page, Some(&name), &text, parent.as_deref())
            .await?;
        parent = Some(id);
    }
    let texts = [
        format!("```\n{wide}\n```\n\n`{wide}`"),
        format!("> > > {word}\n\n1. 1. 1. {word}"),
        format!("| a | {word} | {word} |\n|---|---|---|\n| 1 | 2 | 3 |"),
        "مرحبا بالعالم ".repeat(20),
    ];
    for text in texts {
        server.has_comment(page, None, &text, None).await?;
    }
    Ok(())
}

/// The widget stays within its column, and what can be tapped is large enough, as soon as what has just
/// come has its style and its place.
pub(crate) async fn fits(reader: &Reader) -> Result<()> {
    until("all of it to fit", || async {
        let wrong = does_not_fit(reader).await?;
        ensure!(wrong.is_empty(), "{wrong:#?}");
        Ok(Some(()))
    })
    .await
}

async fn does_not_fit(reader: &Reader) -> Result<Vec<String>> {
    reader
        .ask(
            "const width = document.documentElement.clientWidth;
             const tell = (it, what) => `${what}: <${it.localName} class=\"${it.className}\"> ` +
                 JSON.stringify(it.getBoundingClientRect()) + ` in ${width}`;
             // What scrolls by itself holds whatever it likes.
             const outside = all('*').filter((it) => it.checkVisibility() &&
                 !it.closest('pre, table, .visually-hidden')?.matches('pre, table, .visually-hidden'))
                 .filter((it) => {
                     const { left, right } = it.getBoundingClientRect();
                     return left < -0.5 || right > width + 0.5;
                 });
             // WCAG 2.5.8, but for links within a sentence. A choice is pressed by its label, too.
             const small = all('button, .button, .text-button, input:not([type=hidden], [name=trap]), textarea, .comment-time')
                 .filter((it) => it.checkVisibility()).filter((it) => {
                     const { width, height } = (it.closest('.choice') ?? it).getBoundingClientRect();
                     return width < 24 || height < 24;
                 });
             const { scrollWidth } = document.documentElement;
             return [
                 ...(scrollWidth > width ? [`the page scrolls: ${scrollWidth} in ${width}`] : []),
                 ...outside.map((it) => tell(it, 'outside')),
                 ...small.map((it) => tell(it, 'small')),
             ];",
            json!(null),
        )
        .await
}

pub(crate) async fn a_hostile_style_sheet(story: &Story) -> Result<()> {
    let server = story.server()?;
    let css = "
        * { all: unset !important; }
        * { letter-spacing: 1em !important; text-transform: uppercase !important;
            line-height: 7 !important; word-spacing: 2em !important; text-indent: 9em !important;
            font-variant: small-caps !important; text-align: right !important;
            white-space: pre !important; word-break: break-all !important;
            direction: rtl !important; cursor: none !important; color: yellow !important;
            user-select: none !important; -webkit-text-fill-color: yellow !important;
            text-shadow: 0 0 9px red !important; font-size: 90px !important; }
        div, p, form, section, ol, li, button, textarea { display: none !important; }
        :root { font-size: 90px !important; --text: red; --accent: red; --space: 9rem; }
        .comment, .thread, .composer { visibility: hidden !important; position: fixed !important; }";
    let page = Page::new().style(css).script(&server.url(), "");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/article", &page)).await?;
    // Such a page shows its own scripts, large, above everything.
    reader.run("host.scrollIntoView();", json!(null)).await?;
    reader.waits_for_the_thread().await?;
    says_all_there_is_to_say(&reader).await?;
    let wrong: Vec<String> = reader
        .ask(
            "const expected = {
                 letterSpacing: ['normal', '0px'], textTransform: ['none'], wordSpacing: ['0px'],
                 textIndent: ['0px'], fontVariant: ['normal'], whiteSpace: ['normal'],
                 wordBreak: ['normal'], textShadow: ['none'], visibility: ['visible'],
                 cursor: ['auto', 'default'],
             };
             const text = root.querySelector('.comment-body p');
             const style = getComputedStyle(text);
             const wrong = Object.entries(expected)
                 .filter(([name, values]) => !values.includes(style[name]))
                 .map(([name]) => `${name}: ${style[name]}`);
             const size = parseFloat(style.fontSize);
             if (!(size >= 14 && size <= 32)) wrong.push(`font-size: ${size}`);
             const height = parseFloat(style.lineHeight);
             if (!(height < 2 * size)) wrong.push(`line-height: ${height} at ${size}`);
             for (const it of [text, ...all('textarea, .button-primary, .thread-title')]) {
                 const { width, height } = it.getBoundingClientRect();
                 const { color, webkitTextFillColor } = getComputedStyle(it);
                 if (width < 50 || height < 10) wrong.push(`${it.className}: ${width} x ${height}`);
                 if (color === 'rgb(255, 255, 0)' || webkitTextFillColor !== color)
                     wrong.push(`${it.className}: ${color} ${webkitTextFillColor}`);
             }
             return wrong;",
            json!(null),
        )
        .await?;
    ensure!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

/// What every element of the widget looks like, but for the room that it takes.
async fn looks(reader: &Reader) -> Result<Vec<String>> {
    reader
        .ask(
            "const names = ['fontSize', 'fontWeight', 'fontStyle', 'lineHeight', 'letterSpacing',
                 'wordSpacing', 'textTransform', 'textIndent', 'textAlign', 'textShadow', 'whiteSpace',
                 'wordBreak', 'direction', 'position', 'display', 'float', 'color', 'backgroundColor',
                 'cursor', 'visibility', 'boxSizing', 'opacity', 'paddingTop', 'paddingLeft',
                 'borderTopWidth', 'borderTopStyle', 'listStyleType', 'userSelect', 'zIndex'];
             return all('*').filter((it) => it.checkVisibility()).map((it) => {
                 // Where the pointer happens to be is of no account.
                 if (it.matches(':hover')) return '';
                 const style = getComputedStyle(it);
                 return [it.localName, it.className, ...names.map((name) => style[name])].join(' ');
             });",
            json!(null),
        )
        .await
}

/// A thread, and what opens over it: what each looks like.
async fn looks_of_everything(reader: &Reader, url: &str) -> Result<Vec<String>> {
    reader.goes_to(url).await?;
    reader.run("host.scrollIntoView();", json!(null)).await?;
    reader.waits_for_the_thread().await?;
    reader.has_the_program().await?;
    let opens = async |opener: &str, shows: &str| {
        let script = "return all(argument).find(visible);";
        reader.clicks_on(opener, script, json!(opener)).await?;
        let is_there = format!("return all({shows:?}).some(visible);");
        reader.finds(shows, &is_there).await
    };
    opens("#text-new", ".toolbar-button").await?;
    let mut all = looks(reader).await?;
    opens(".search-open", ".search .field").await?;
    opens(".comment-more", ".menu-item").await?;
    all.extend(looks(reader).await?);
    // Reports are the last of what it offers.
    opens(".menu-item:last-child", "dialog .tool-field").await?;
    all.extend(looks(reader).await?);
    reader.presses("\u{e00c}").await?;
    Ok(all)
}

pub(crate) async fn it_looks_the_same_on_every_page(story: &Story) -> Result<()> {
    let server = story.server()?;
    server
        .has_comment("/article", Some("Ana"), "> It is *calm*.\n\nIs it?", None)
        .await?;
    let preferences = Preferences {
        reduced_motion: true,
        ..Preferences::default()
    };
    let reader = story.reader_with(preferences).await?;
    // Each beside one of the same width with the same letters.
    for (plain, hostile) in [
        (
            "body { font-size: 24px; }",
            "* { all: unset !important; font-size: 24px !important; direction: rtl; line-height: 3;
                 letter-spacing: 1em; text-align: center; }
             html { font-size: 62.5% !important; }",
        ),
        (
            "main { inline-size: 300px; }",
            "html { font-size: 62.5%; }
             body { font-size: 16px; line-height: 3; direction: rtl; text-align: right;
                 text-transform: uppercase; cursor: wait; user-select: none; }
             body * { position: absolute; float: right; letter-spacing: 2px; opacity: 1; color: red;
                 box-sizing: content-box; white-space: pre; z-index: 7; }
             main { inline-size: 300px; }",
        ),
    ] {
        let page = |css: &str| {
            let page = Page::new().style(css).script(&server.url(), "");
            story.page("/article", &page)
        };
        let expected = looks_of_everything(&reader, &page(plain)).await?;
        let found = looks_of_everything(&reader, &page(hostile)).await?;
        let pairs = expected
            .iter()
            .zip(&found)
            .filter(|(one, other)| one != other && !one.is_empty() && !other.is_empty());
        let wrong: Vec<_> = pairs.take(5).collect();
        ensure!(wrong.is_empty(), "{wrong:#?}");
        ensure!(
            expected.len() == found.len() && found.len() > 150,
            "{} elements, and {}",
            expected.len(),
            found.len()
        );
    }
    Ok(())
}

pub(crate) async fn a_page_from_right_to_left(story: &Story) -> Result<()> {
    let server = story.server()?;
    server
        .has_comment("/article", Some("سلمى"), "مرحبا بالعالم", None)
        .await?;
    has_unruly_comments(&server, "/article").await?;
    let page = Page::new()
        .html("lang=ar dir=rtl")
        .script(&server.url(), "data-sort=oldest");
    let reader = story.reader().await?;
    let shown = reader.opens(&story.page("/article", &page)).await?;
    ensure!(shown.title.contains("تعليق"), "{}", shown.title);
    reader
        .finds(
            "a name at the right, a number at the left, and replies that go in from the right",
            "const comment = root.querySelector('.comment');
             const box = comment.getBoundingClientRect();
             const at = (selector) =>
                 comment.querySelector(selector).getBoundingClientRect();
             const reply = root.querySelector('.replies .comment').getBoundingClientRect();
             return root.dir === 'rtl'
                 && Math.abs(box.right - at('.avatar').right) < 2
                 && Math.abs(at('.comment-number').left - box.left) < 2
                 && reply.right < box.right - 5;",
        )
        .await?;
    fits(&reader).await
}

/// A page that shows another one in a frame of that width, which is a window of that width to it.
fn frame(story: &Story, width: u32, url: &str) -> String {
    let frame = format!(
        "<iframe src=\"{url}\" title=frame style=\"width: {width}px; height: 800px; border: 0\">\
         </iframe>"
    );
    story.page("/frame", &Page::new().article("").body(&frame))
}

pub(crate) async fn a_window_of_280_pixels(story: &Story) -> Result<()> {
    let server = story.server()?;
    has_unruly_comments(&server, "/article").await?;
    let page = Page::new()
        .style("body { margin: 0 8px; }")
        .script(&server.url(), "data-sort=oldest");
    let article = story.page("/article", &page);
    let reader = story.reader().await?;
    reader.goes_to(&frame(story, 280, &article)).await?;
    reader.looks_into_frame().await?;
    reader.waits_for_the_thread().await?;
    fits(&reader).await?;
    reader.writes("A word that is said on a telephone.").await?;
    reader.clicks("Preview").await?;
    reader.sees("A word that is said").await?;
    reader.clicks_at("Level 0.", "Reply").await?;
    reader
        .finds("the composer", "return !!composer('Level 0.');")
        .await?;
    fits(&reader).await?;
    reader.posts().await?;
    reader.sees_comment("A word that is said").await?;
    reader.clicks_at("A word that is said", "Delete").await?;
    reader.sees("Delete this comment for good?").await?;
    fits(&reader).await?;
    // The name of who began a branch is as long as names may be.
    let fold = "return branch('Level 0.').querySelector('.fold');";
    reader.clicks_on("the line", fold, json!(null)).await?;
    reader.sees("and 7 replies").await?;
    fits(&reader).await
}

pub(crate) async fn letters_twice_as_large(story: &Story) -> Result<()> {
    let server = story.server()?;
    has_unruly_comments(&server, "/article").await?;
    let page = Page::new()
        .style(":root { font-size: 200%; } body { margin: 0 8px; }")
        .script(&server.url(), "data-sort=oldest");
    let article = story.page("/article", &page);
    let reader = story.reader().await?;
    reader.goes_to(&frame(story, 640, &article)).await?;
    reader.looks_into_frame().await?;
    reader.waits_for_the_thread().await?;
    reader
        .finds(
            "letters twice as large",
            "return getComputedStyle(root.querySelector('.comment-body')).fontSize === '32px';",
        )
        .await?;
    fits(&reader).await?;
    reader.comments("Read from afar.").await?;
    Ok(())
}

pub(crate) async fn colours_that_are_the_readers(story: &Story) -> Result<()> {
    let server = story.server()?;
    let preferences = Preferences {
        forced_colors: true,
        ..Preferences::default()
    };
    let reader = story.reader_with(preferences).await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader
        .finds(
            "forced colours",
            "return matchMedia('(forced-colors: active)').matches;",
        )
        .await?;
    let comment = reader.comments("Seen in black and white.").await?;
    reader
        .run("location.hash = argument;", json!(comment.anchor()))
        .await?;
    reader
        .waits("the linked comment", |shown| shown.comments[0].is("target"))
        .await?;
    reader.writes("Something").await?;
    reader.clicks("Preview").await?;
    reader.clicks("❤️").await?;
    reader
        .finds(
            "the preview and the reaction",
            "return ['.composer', '.reactions'].every((it) =>
                 root.querySelector(`${it} [aria-pressed=true]`));",
        )
        .await?;
    reader
        .finds(
            "lines where colours would be",
            "const line = (selector) => {
                 const { borderTopStyle, outlineStyle } =
                     getComputedStyle(root.querySelector(selector));
                 if (selector.startsWith('.reactions')) return outlineStyle !== 'none';
                 return borderTopStyle !== 'none' || outlineStyle !== 'none';
             };
             return ['.button-primary', '.composer', '.comment.is-target',
                 '.composer [aria-pressed=true]', '.reactions [aria-pressed=true]'].every(line);",
        )
        .await
}

pub(crate) async fn as_little_motion_as_possible(story: &Story) -> Result<()> {
    let files = story.server()?;
    let server = story.server()?;
    server.pause();
    let preferences = Preferences {
        reduced_motion: true,
        ..Preferences::default()
    };
    let reader = story.reader_with(preferences).await?;
    let attributes = format!("data-api={}", server.url());
    reader
        .goes_to(&story.article("/article", &files.url(), &attributes))
        .await?;
    reader
        .finds(
            "that preference",
            "return matchMedia('(prefers-reduced-motion: reduce)').matches;",
        )
        .await?;
    let nothing_moves = "return all('*').every((it) =>
        getComputedStyle(it).transitionDuration.split(', ').every((it) => it === '0s') &&
        getComputedStyle(it).animationName === 'none');";
    reader
        .finds("the skeleton", "return !!root?.querySelector('.skeleton');")
        .await?;
    reader
        .finds("no motion while waiting", nothing_moves)
        .await?;
    server.resume();
    reader.waits_for_the_thread().await?;
    reader.comments("Calm.").await?;
    reader
        .finds("no motion in the thread", nothing_moves)
        .await?;
    server.has_comment("/article", None, "News.", None).await?;
    reader.sees("1 new comment").await?;
    reader
        .finds("no motion of what is new", nothing_moves)
        .await
}

pub(crate) async fn nothing_moves_when_comments_come(story: &Story) -> Result<()> {
    let files = story.server()?;
    let server = story.server()?;
    for number in 1..=10 {
        let text = format!(
            "Comment {number}, which is as long as a line or even two are, so that it \
            has a height like most of those that people write."
        );
        server
            .has_comment("/article", Some("Ana"), &text, None)
            .await?;
    }
    let watch = "<script>
        window.shifts = [];
        if (PerformanceObserver.supportedEntryTypes.includes('layout-shift'))
            new PerformanceObserver((list) => {
                for (const { value, sources } of list.getEntries())
                    shifts.push([value, sources.map((it) => it.node?.nodeName)]);
            }).observe({ type: 'layout-shift', buffered: true });
        </script>";
    let attributes = format!("data-api={} data-render=client", server.url());
    let page = Page::new()
        .head(watch)
        .style("body { max-width: 40rem; margin: 2rem auto; font: 18px/1.6 serif; }")
        .script(&files.url(), &attributes)
        .body("<footer>Impressum</footer>");
    server.pause();
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/article", &page)).await?;
    reader
        .waits("the thread without its comments", |shown| {
            shown.mounted && shown.busy
        })
        .await?;
    let places = "return Object.fromEntries(
        ['article', 'afterword-comments'].map((it) => [it, document.querySelector(it)])
            .concat(['.thread-title', 'textarea', '.button-primary', '.sort button']
                .map((it) => [it, root.querySelector(it)]))
            .map(([name, it]) => [name, ['top', 'left'].map((side) =>
                Math.round(it.getBoundingClientRect()[side]))]));";
    let before: serde_json::Value = reader.ask(places, json!(null)).await?;
    server.resume();
    reader.waits_for_the_thread().await?;
    let after: serde_json::Value = reader.ask(places, json!(null)).await?;
    ensure!(before == after, "{before:#} {after:#}");
    if story.engine == Engine::Chromium {
        reader
            .finds("the observer at work", "return Array.isArray(shifts);")
            .await?;
        let shifts: Vec<(f64, serde_json::Value)> =
            reader.ask("return shifts;", json!(null)).await?;
        let sum: f64 = shifts.iter().map(|(value, _)| value).sum();
        // What stands below has to make room. "Good" ends at 0.1 (web.dev/cls).
        let below = json!(["FOOTER"]);
        ensure!(
            sum < 0.1 && shifts.iter().all(|(_, moved)| *moved == below),
            "{sum}: {shifts:#?}"
        );
    }
    Ok(())
}

pub(crate) async fn on_paper(story: &Story) -> Result<()> {
    let server = story.server()?;
    let long = "A line of many.\n\n".repeat(100);
    for text in ["With a [link](https://example.org/there).", long.as_str()] {
        server
            .has_comment("/article", Some("Ana"), text, None)
            .await?;
    }
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    reader.has_the_program().await?;
    reader
        .finds(
            "all of the style",
            "return root.getRootNode().adoptedStyleSheets.length === 2;",
        )
        .await?;
    // Not every driver prints: what holds for paper holds for the screen from here on.
    reader
        .run(
            "for (const sheet of root.getRootNode().adoptedStyleSheets)
                 for (const { media } of sheet.cssRules)
                     if (media)
                         media.mediaText =
                             { print: 'all', screen: 'not all' }[media.mediaText] ?? media.mediaText;",
            json!(null),
        )
        .await?;
    let (words, buttons, address, cut): (String, Vec<String>, String, bool) = reader
        .ask(
            "const link = all('.comment-body a').find((it) => say(it) === 'link');
             const body = article('A line of many.').querySelector('.comment-body');
             return [inView(), all('button, input, textarea, .text-button').filter(visible).map(say),
                 getComputedStyle(link, '::after').content, body.scrollHeight > body.clientHeight + 1];",
            json!(null),
        )
        .await?;
    ensure!(
        words.contains("Ana") && words.contains("2 comments"),
        "{words}"
    );
    ensure!(buttons.is_empty(), "{buttons:?} on paper");
    // Firefox says how it is made.
    let is_told = address.contains("https://example.org/there") || address.contains("attr(href)");
    ensure!(is_told, "{address}");
    ensure!(!cut, "the long comment is cut on paper");
    Ok(())
}
