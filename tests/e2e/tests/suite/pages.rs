//! Pages that weren't made for comments, or are against them.

use afterword_e2e::backend::{self, COMMENTS};
use afterword_e2e::{Backend, Engine, Page, Preferences, Reader, Server, Story};
use anyhow::{Result, ensure};
use axum::http::Method;
use serde_json::json;

/// Says something, sees how it would look, answers it, changes it, and deletes it: what any page
/// must let happen.
async fn says_all_there_is_to_say(reader: &Reader) -> Result<()> {
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

/// A thread of every shape that is hard to lay out.
async fn has_unruly_comments(server: &Server, page: &str) -> Result<()> {
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

/// The widget stays within its column, and what can be tapped is large enough.
async fn fits(reader: &Reader) -> Result<()> {
    let wrong: Vec<String> = reader
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
             // WCAG 2.5.8, but for links within a sentence.
             const small = all('button, input, select, textarea, .comment-time')
                 .filter((it) => it.checkVisibility()).filter((it) => {
                     const { width, height } = it.getBoundingClientRect();
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
        .await?;
    ensure!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
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

/// A site whose policy has nothing for the widget but what `docs/embedding.md` asks for.
fn strict_policy(server: &Server, wasm: &str) -> String {
    let server = server.url();
    format!(
        "default-src 'none'; img-src 'self'; script-src 'self' {server} {wasm}; \
         connect-src {server}"
    )
}

pub(crate) async fn a_strict_policy(story: &Story) -> Result<()> {
    let server = story.server()?;
    let page = Page::new()
        .script(&server.url(), "")
        .policy(&strict_policy(&server, "'wasm-unsafe-eval'"));
    let reader = story.reader().await?;
    // Whatever the policy refuses ends the story.
    reader.opens(&story.page("/article", &page)).await?;
    says_all_there_is_to_say(&reader).await
}

pub(crate) async fn a_policy_of_trusted_types(story: &Story) -> Result<()> {
    let server = story.server()?;
    let page = Page::new()
        .script(&server.url(), "")
        .policy("require-trusted-types-for 'script'");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    says_all_there_is_to_say(&reader).await
}

pub(crate) async fn a_policy_that_refuses_wasm(story: &Story) -> Result<()> {
    let server = story.server()?;
    server
        .has_comment("/article", Some("Ana"), "Readable all the same.", None)
        .await?;
    let page = Page::new()
        .script(&server.url(), "")
        .policy(&strict_policy(&server, ""));
    story.expects_error("refused by policy: script-src");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/article", &page)).await?;
    reader.sees("The comments could not be loaded.").await?;
    let link: String = reader
        .ask("return root.querySelector('a').href;", json!(null))
        .await?;
    reader.goes_to(&link).await?;
    reader.sees_comment("Readable all the same.").await?;
    reader.comments("Writable, too.").await?;
    ensure!(server.thread("/article").await?.total == 2);
    Ok(())
}

pub(crate) async fn an_isolated_page(story: &Story) -> Result<()> {
    let server = story.server()?;
    let page = Page::new()
        .script(&server.url(), "")
        .header("cross-origin-embedder-policy", "require-corp")
        .header("cross-origin-opener-policy", "same-origin");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader
        .finds("an isolated page", "return crossOriginIsolated;")
        .await?;
    says_all_there_is_to_say(&reader).await
}

pub(crate) async fn scripts_that_change_what_is_built_in(story: &Story) -> Result<()> {
    let server = story.server()?;
    let meddling = "<script>
        Object.prototype.extra = 'extra';
        Array.prototype.extra = () => {};
        String.prototype.toJSON = function () { return 'no ' + this; };
        Object.defineProperty(Array.prototype, 'last', { get() { return this.at(-1); } });
        window.$ = window.jQuery = () => { throw new Error('not for you'); };
        </script>";
    let page = Page::new().head(meddling).script(&server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader.comments("As it was typed.").await?;
    let thread = server.thread("/article").await?;
    ensure!(
        thread.branches[0]
            .root
            .html
            .contains("<p>As it was typed.</p>"),
        "{thread:#?}"
    );
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
                 && Math.abs(box.right - at('.comment-author').right) < 2
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
    reader
        .finds(
            "the preview",
            "return !!root.querySelector('[aria-pressed=true]');",
        )
        .await?;
    reader
        .finds(
            "lines where colours would be",
            "const line = (selector) => {
                 const { borderTopStyle, outlineStyle } =
                     getComputedStyle(root.querySelector(selector));
                 return borderTopStyle !== 'none' || outlineStyle !== 'none';
             };
             return ['.button-primary', '.composer', '.comment.is-target',
                 '[aria-pressed=true]', '.sort select'].every(line);",
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
    reader.finds("no motion in the thread", nothing_moves).await
}

pub(crate) async fn shortcuts_of_the_page(story: &Story) -> Result<()> {
    let server = story.server()?;
    let shortcuts = "<script>
        window.fired = [];
        for (const type of ['keydown', 'keypress', 'keyup'])
            addEventListener(type, ({ key }) => { if (/^[jk/?]$/.test(key)) fired.push(key); });
        </script>";
    let page = Page::new().head(shortcuts).script(&server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader.writes("").await?;
    reader.presses("jk/?").await?;
    reader
        .waits("what was typed", |shown| {
            shown.draft.as_deref() == Some("jk/?")
        })
        .await?;
    reader.posts().await?;
    reader.sees_comment("jk/?").await?;
    let fired: Vec<String> = reader.ask("return fired;", json!(null)).await?;
    ensure!(fired.is_empty(), "{fired:?}");
    // Where the page is typed to, they work as before.
    reader.run("active().blur();", json!(null)).await?;
    reader.presses("j").await?;
    reader
        .finds("the page's shortcut", "return fired.includes('j');")
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
    let attributes = format!("data-api={}", server.url());
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
            .concat(['.thread-title', 'textarea', '.button-primary', '.sort select']
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

pub(crate) async fn no_cookie_and_no_third_party(story: &Story) -> Result<()> {
    let server = story.server()?;
    let url = story.article("/article", &server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    says_all_there_is_to_say(&reader).await?;
    let asked: Vec<String> = reader
        .ask(
            "return performance.getEntriesByType('resource')
                 .map((it) => new URL(it.name).origin);",
            json!(null),
        )
        .await?;
    let site = story.site.url("");
    ensure!(
        asked.contains(&server.url()) && asked.iter().all(|it| *it == site || *it == server.url()),
        "{asked:?}"
    );
    ensure!(reader.cookies().await?.is_empty());
    let kept: Vec<String> = reader
        .ask("return Object.keys(localStorage);", json!(null))
        .await?;
    ensure!(
        kept.iter().all(|it| it.starts_with("afterword:")),
        "{kept:?}"
    );
    // The server's own origin has none either.
    reader.goes_to(&format!("{}/healthz", server.url())).await?;
    ensure!(reader.cookies().await?.is_empty());
    Ok(())
}

/// What a backend must not be able to do to a reader. Each would call one of the functions that
/// tell.
const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "<script src='data:text/javascript,alert(1)'></script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror='parent.alert(1)' srcset='x 1x'>",
    "<svg onload=alert(1)><circle r=9></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text y=20>click</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'></use></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "<math><maction actiontype=statusline xlink:href='javascript:alert(1)'>click</maction></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<img src=x onerror=parent.alert(1)>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='javascript:alert(1)'>",
    "<a href='javascript:alert(1)'>click</a>",
    "<a href='JaVaScRiPt:alert(1)'>click</a>",
    "<a href='java\tscript:alert(1)'>click</a>",
    "<a href='\u{1}javascript:alert(1)'>click</a>",
    "<a href='&#106;avascript&colon;alert(1)'>click</a>",
    "<a href='vbscript:alert(1)'>click</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>click</a>",
    "<a href='#' onclick=alert(1) target=_top>click</a>",
    "<p onmouseover=alert(1) onfocus=alert(1) tabindex=0 autofocus>focus</p>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video autoplay onloadstart=alert(1)><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<body onload=alert(1)><html onload=alert(1)>",
    "<form action='javascript:alert(1)'><input type=submit value=click></form>",
    "<button formaction='javascript:alert(1)' form=x>click</button>",
    "<input autofocus onfocus=alert(1)><select autofocus onfocus=alert(1)>",
    "<style>@keyframes x{}</style><p style='animation-name:x' onanimationstart=alert(1)>x</p>",
    "<style>:host { display: none } .thread { display: none }</style>",
    "<link rel=stylesheet href='data:text/css,*{display:none}'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='javascript:alert(1)//'>",
    "<p id=thread-title class='composer visually-hidden' style='position:fixed' part=root>clobber</p>",
    "<a id=location name=location href='x:y'>clobber</a><img name=body>",
    "<slot name=x onslotchange=alert(1)></slot><afterword-comments data-loading=eager></afterword-comments>",
    "<div><template shadowrootmode=open><img src=x onerror=alert(1)></template></div>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<p>unclosed <a href='https://example.org' title=\"<img src=x onerror=alert(1)>\">x",
    "<code class='language-x composer' onclick=alert(1)>code</code><pre onclick=alert(1)>pre</pre>",
    "</div></article></li></ol></section><script>alert(1)</script><p onclick=alert(1)>out",
];

pub(crate) async fn html_that_wants_to_do_harm(story: &Story) -> Result<()> {
    let server = story.server()?;
    let backend = Backend::start().await?;
    let harmless = "<p>The <em>last</em> one.</p>";
    let comments = (1..).zip(PAYLOADS.iter().chain([&harmless]));
    let comments = comments.map(|(number, html)| {
        let mut comment = backend::comment(number, html);
        comment.author = Some("<img src=x onerror=alert(1)>".to_owned());
        comment
    });
    backend.lists(comments.collect())?;
    let preview = json!({ "html": format!("{harmless}{}", PAYLOADS.concat()) });
    backend.answers(Method::POST, "/preview", backend::reply(&preview)?);
    let reader = story.reader().await?;
    let attributes = format!("data-api={}", backend.url());
    let shown = reader
        .opens(&story.article("/article", &server.url(), &attributes))
        .await?;
    ensure!(shown.comments.len() == PAYLOADS.len() + 1, "{shown:#?}");
    ensure!(
        shown
            .comments
            .last()
            .is_some_and(|it| it.text == "The last one."),
        "{shown:#?}"
    );
    reader.writes("x").await?;
    reader.clicks("Preview").await?;
    reader
        .finds(
            "the preview",
            "return !!root.querySelector('.composer-preview .body *');",
        )
        .await?;
    let elements = afterword_protocol::html::ELEMENTS;
    let attributes = afterword_protocol::html::ATTRIBUTES;
    let wrong: Vec<String> = reader
        .ask(
            "const [elements, attributes] = argument;
             const allowed = (it, { name, value }) =>
                 attributes.some(([element, attribute]) =>
                     element === it.localName && attribute === name)
                     && (name !== 'href' || /^(https?|mailto):/.test(it.href))
                     && (name !== 'class' || /^language-\\S+$/.test(value))
                 || name === 'tabindex' && it.localName === 'pre';
             return all('.comment-body *, .composer-preview .body *')
                 .filter((it) => !elements.includes(it.localName)
                     || it.namespaceURI !== 'http://www.w3.org/1999/xhtml'
                     || ![...it.attributes].every((attribute) => allowed(it, attribute)))
                 .map((it) => it.outerHTML);",
            json!([elements, attributes]),
        )
        .await?;
    ensure!(wrong.is_empty(), "{wrong:#?}");
    // Whatever can still be touched is touched; what would be executed ends the story.
    reader
        .run(
            "for (const it of all('.comment-body *, .composer-preview *')) {
                 it.addEventListener('click', (event) => {
                     // A good link would leave the page.
                     if (/^(https?|mailto):/.test(event.currentTarget.href)) event.preventDefault();
                 });
                 it.focus?.();
                 it.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
                 it.click?.();
             }",
            json!(null),
        )
        .await?;
    reader
        .finds(
            "the thread still there",
            "return root.querySelector('.thread').checkVisibility()
                 && document.querySelectorAll('afterword-comments').length === 1;",
        )
        .await?;
    ensure!(backend.calls("GET", COMMENTS) == 1);
    Ok(())
}

pub(crate) async fn moved_in_the_middle_of_a_sentence(story: &Story) -> Result<()> {
    let server = story.server()?;
    let page = Page::new()
        .script(&server.url(), "")
        .body("<aside></aside>");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader.writes("Half a sen").await?;
    reader
        .run("document.querySelector('aside').append(host);", json!(null))
        .await?;
    let shown = reader.shown().await?;
    ensure!(shown.draft.as_deref() == Some("Half a sen"), "{shown:#?}");
    // Taken away and put back, it begins anew, and finds what was typed.
    reader
        .run("window.kept = host; host.remove();", json!(null))
        .await?;
    reader
        .finds(
            "nothing left in it",
            "return !kept.shadowRoot.querySelector('.thread');",
        )
        .await?;
    reader
        .run("document.body.append(kept);", json!(null))
        .await?;
    let shown = reader.waits_for_the_thread().await?;
    ensure!(shown.draft.as_deref() == Some("Half a sen"), "{shown:#?}");
    reader.comments("A whole sentence.").await?;
    Ok(())
}

pub(crate) async fn taken_away_in_the_middle_of_a_post(story: &Story) -> Result<()> {
    let files = story.server()?;
    let server = story.server()?;
    let attributes = format!("data-api={}", server.url());
    let url = story.article("/article", &files.url(), &attributes);
    let reader = story.reader().await?;
    reader.opens(&url).await?;
    server.pause();
    reader.writes("On its way.").await?;
    reader.posts().await?;
    reader
        .waits("the comment as being sent", |shown| {
            shown
                .comment("On its way.")
                .is_some_and(|it| it.is("sending"))
        })
        .await?;
    reader.run("host.remove();", json!(null)).await?;
    server.resume();
    // The answer finds no widget, and the token its place all the same.
    reader
        .finds(
            "the token",
            "return Object.keys(localStorage).some((it) => it.includes(':token:'));",
        )
        .await?;
    let shown = reader.opens(&url).await?;
    ensure!(
        shown.comments.len() == 1 && shown.comments[0].is("own"),
        "{shown:#?}"
    );
    ensure!(server.thread("/article").await?.total == 1);
    Ok(())
}

pub(crate) async fn another_article_without_loading_the_page(story: &Story) -> Result<()> {
    let server = story.server()?;
    for page in ["one", "two"] {
        let text = format!("About {page}.");
        server.has_comment(page, None, &text, None).await?;
    }
    let page = Page::new().element(&server.url(), "data-page-id=one");
    let reader = story.reader().await?;
    reader.opens(&story.page("/", &page)).await?;
    reader.sees_comment("About one.").await?;
    reader.writes("Half a sentence on one").await?;
    reader
        .run("host.dataset.pageId = 'two';", json!(null))
        .await?;
    reader.sees_comments(&["About two."]).await?;
    let shown = reader.shown().await?;
    ensure!(shown.draft.as_deref() == Some(""), "{shown:#?}");
    reader.comments("Also about two.").await?;
    reader
        .run("host.dataset.pageId = 'one';", json!(null))
        .await?;
    let shown = reader.sees_comments(&["About one."]).await?;
    ensure!(
        shown.draft.as_deref() == Some("Half a sentence on one"),
        "{shown:#?}"
    );
    ensure!(server.thread("two").await?.total == 2);
    Ok(())
}
