//! Comments are there before the program is; it comes when somebody reaches for them, and nobody
//! notices.

use afterword_e2e::{Engine, Page, Reader, Server, Story};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::common::page_settles;

/// A page whose program comes when the story calls `letGo()`.
fn waiting() -> Page {
    Page::new().head(
        "<script>
            const told = new Promise((resolve) => (window.letGo = resolve));
            const unchanged = window.fetch;
            window.fetch = async (url, ...rest) => {
                if (/\\.wasm/.test(url)) {
                    window.isAskedFor = true;
                    await told;
                }
                return unchanged(url, ...rest);
            };
        </script>",
    )
}

/// What the browser has loaded of the server, by the names of the files.
async fn loaded(reader: &Reader, server: &Server) -> Result<Vec<String>> {
    reader
        .ask(
            "return performance.getEntriesByType('resource').map((it) => it.name)
                 .filter((name) => name.startsWith(argument))
                 .map((name) => new URL(name).pathname.split('/').pop());",
            json!(server.url()),
        )
        .await
}

/// Waits until the program has been asked for.
async fn asks_for_the_program(reader: &Reader) -> Result<()> {
    reader
        .finds("the program to be asked for", "return !!window.isAskedFor;")
        .await
}

/// Remembers every element, and where it stands as soon as all of them stand still: what comes near the
/// window is laid out in the frames after that.
async fn remembers(reader: &Reader) -> Result<()> {
    let stands_still = "
        // The thread may go on further down: there stands what this browser has.
        window.placeOf = (it) => {
            const { x, y, width, height } = it.getBoundingClientRect();
            return JSON.stringify([x, y, width, it.matches('.thread') ? 0 : height]);
        };
        const places = () => all('*').map(placeOf).join();
        const look = (then) => {
            const now = places();
            if (now !== then) return requestAnimationFrame(() => requestAnimationFrame(() => look(now)));
            window.before = all('*').map((it) => [it, placeOf(it)]);
            window.layoutShift = 0;
            window.shifts?.disconnect();
            try {
                window.shifts = new PerformanceObserver((list) => {
                    for (const { value } of list.getEntries()) window.layoutShift += value;
                });
                window.shifts.observe({ type: 'layout-shift' });
            } catch { /* Chromium alone tells. */ }
            done(true);
        };
        look();";
    let _: bool = reader.ask_async(stands_still, json!(null)).await?;
    Ok(())
}

/// Lets the program come, and waits until it has taken over the last comment: times are told in the
/// reader's own time zone then.
async fn program_comes(reader: &Reader) -> Result<()> {
    reader.run("letGo();", json!(null)).await?;
    reader
        .finds(
            "the last comment to be taken over",
            "const { title } = all('time').pop();
             return !!title && !/UTC/.test(title);",
        )
        .await
}

/// Every element is the one that it was, and stands where it stood.
async fn nothing_has_moved(reader: &Reader) -> Result<()> {
    let changed: Vec<String> = reader
        .ask(
            "const now = new Set(all('*'));
             return window.before
                 .filter(([it, place]) =>
                     !now.has(it) || placeOf(it) != place)
                 .filter(([it]) => !it.matches('.visually-hidden'))
                 .map(([it]) => it.outerHTML.slice(0, 200));",
            json!(null),
        )
        .await?;
    ensure!(changed.is_empty(), "moved or replaced: {changed:#?}");
    let shift: f64 = reader
        .ask("return window.layoutShift;", json!(null))
        .await?;
    ensure!(shift == 0.0, "the layout has shifted by {shift}");
    Ok(())
}

/// A thread with answers of every depth, and quotations.
async fn conversation(server: &Server) -> Result<()> {
    let page = "/article";
    let first = server
        .has_comment(
            page,
            Some("Ada"),
            "The calmest paper I know.\n\n> A newspaper that arrives late\n\nis *late*.",
            None,
        )
        .await?;
    let mut parent = first.clone();
    for depth in 1..=8 {
        parent = server
            .has_comment(
                page,
                Some("Grace"),
                &format!("Answer {depth}, with `code`."),
                Some(&parent),
            )
            .await?;
    }
    for number in 1..=19 {
        server
            .has_comment(page, None, &format!("Remark {number}."), None)
            .await?;
    }
    Ok(())
}

/// A server with a conversation, and a reader who is shown it while the program waits; with the
/// page's address.
async fn before_the_program(story: &Story, attributes: &str) -> Result<(Server, Reader, String)> {
    let server = story.server()?;
    conversation(&server).await?;
    let reader = story.reader().await?;
    let page = waiting().script(&server.url(), attributes);
    let url = story.page("/article", &page);
    reader.opens(&url).await?;
    Ok((server, reader, url))
}

pub(crate) async fn comments_come_before_the_program(story: &Story) -> Result<()> {
    let server = story.server()?;
    conversation(&server).await?;
    let reader = story.reader().await?;
    let url = story.article("/article", &server.url(), "");
    let shown = reader.opens(&url).await?;
    ensure!(
        shown.comments.len() == 28,
        "{} comments",
        shown.comments.len()
    );
    ensure!(shown.title == "28 comments", "{}", shown.title);
    page_settles(&reader).await?;
    let mut loaded = loaded(&reader, &server).await?;
    loaded.sort();
    ensure!(
        loaded == ["afterword.css", "embed.js", "thread.html"],
        "loaded were {loaded:?}"
    );
    // How long ago, as the program would say it.
    reader.sees("now").await?;
    Ok(())
}

pub(crate) async fn nothing_is_loaded_before_a_reader_is_near(story: &Story) -> Result<()> {
    let server = story.server()?;
    conversation(&server).await?;
    let reader = story.reader().await?;
    let page = Page::new()
        .style("article { block-size: 6000px }")
        .script(&server.url(), "");
    reader.goes_to(&story.page("/article", &page)).await?;
    page_settles(&reader).await?;
    let at_first = loaded(&reader, &server).await?;
    ensure!(at_first == ["embed.js"], "loaded were {at_first:?}");
    reader.run("scrollTo(0, 5000);", json!(null)).await?;
    reader.sees_comment("The calmest paper I know.").await?;
    Ok(())
}

pub(crate) async fn a_mouse_brings_the_program(story: &Story) -> Result<()> {
    let (_server, reader, _) = before_the_program(story, "").await?;
    page_settles(&reader).await?;
    let is_asked: Option<bool> = reader.ask("return window.isAskedFor;", json!(null)).await?;
    ensure!(is_asked.is_none(), "the program came uncalled");
    reader.points_at("The calmest paper").await?;
    remembers(&reader).await?;
    asks_for_the_program(&reader).await?;
    program_comes(&reader).await?;
    nothing_has_moved(&reader).await?;
    reader.answers("Remark 7.", "An answer to it.").await?;
    Ok(())
}

pub(crate) async fn what_is_typed_before_stays(story: &Story) -> Result<()> {
    let (_server, reader, url) = before_the_program(story, "").await?;
    reader
        .clicks_on(
            "the field",
            "return composer(null)?.querySelector('textarea');",
            json!(null),
        )
        .await?;
    reader.presses("Begun before").await?;
    asks_for_the_program(&reader).await?;
    // Typing makes the field higher, in browsers that let it grow.
    remembers(&reader).await?;
    program_comes(&reader).await?;
    nothing_has_moved(&reader).await?;
    reader.presses(" and ended after.").await?;
    reader
        .waits("all of what was typed, and the focus", |shown| {
            shown.draft.as_deref() == Some("Begun before and ended after.")
                && shown.focus == "text-new"
        })
        .await?;
    // It is kept like any draft.
    reader.goes_to(&url).await?;
    reader.run("letGo();", json!(null)).await?;
    reader
        .waits("the draft", |shown| {
            shown.draft.as_deref() == Some("Begun before and ended after.")
        })
        .await?;
    Ok(())
}

pub(crate) async fn what_is_selected_and_where_one_reads_stays(story: &Story) -> Result<()> {
    let (_server, reader, _) = before_the_program(story, "data-sort=\"oldest\"").await?;
    let selected = "const selection = root.getRootNode().getSelection?.() ?? getSelection();
         const ranges = selection.getComposedRanges?.({ shadowRoots: [root.getRootNode()] });
         const { startContainer, startOffset, endContainer, endOffset } =
             ranges?.[0] ?? selection.getRangeAt(0);
         return [startContainer.data, startOffset, endContainer.data, endOffset];";
    reader
        .run(
            "const text = article('Remark 15.').querySelector('.comment-body p').firstChild;
             getSelection().setBaseAndExtent(text, 2, text, 6);
             article('Remark 15.').scrollIntoView({ block: 'center' });",
            json!(null),
        )
        .await?;
    reader.points_at("Remark 15.").await?;
    page_settles(&reader).await?;
    remembers(&reader).await?;
    let before: Value = reader.ask(selected, json!(null)).await?;
    let scrolled: f64 = reader.ask("return scrollY;", json!(null)).await?;
    ensure!(scrolled > 0.0, "it stands at the head of the page");
    asks_for_the_program(&reader).await?;
    program_comes(&reader).await?;
    nothing_has_moved(&reader).await?;
    let after: Value = reader.ask(selected, json!(null)).await?;
    ensure!(before == after, "selected was {before}, and is {after}");
    let now: f64 = reader.ask("return scrollY;", json!(null)).await?;
    ensure!((now - scrolled).abs() < 0.5, "from {scrolled} to {now}");
    Ok(())
}

pub(crate) async fn a_tap_that_comes_early_is_carried_out(story: &Story) -> Result<()> {
    let (_server, reader, url) = before_the_program(story, "").await?;
    reader.clicks_at("Remark 11.", "Reply").await?;
    asks_for_the_program(&reader).await?;
    reader.run("letGo();", json!(null)).await?;
    reader
        .answers_there("Remark 11.", "Answered early.")
        .await?;
    let here: String = reader.ask("return location.href;", json!(null)).await?;
    ensure!(here == url, "the tap has led to {here}");
    Ok(())
}

pub(crate) async fn a_comment_that_is_sent_early_is_posted_once(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = story.reader().await?;
    let page = waiting().script(&server.url(), "");
    reader.opens(&story.page("/article", &page)).await?;
    reader.signs("Ada").await?;
    reader.writes("Sent before the program came.").await?;
    reader.posts().await?;
    asks_for_the_program(&reader).await?;
    reader.posts().await?;
    reader.run("letGo();", json!(null)).await?;
    let comment = reader.sees_comment("Sent before the program came.").await?;
    ensure!(comment.author == "Ada", "{}", comment.author);
    ensure!(server.thread("/article").await?.total == 1);
    Ok(())
}

pub(crate) async fn a_long_thread_is_alive_wherever_one_taps_first(story: &Story) -> Result<()> {
    let server = story.server()?;
    for number in 1..=120 {
        server
            .has_comment("/article", None, &format!("Remark {number}."), None)
            .await?;
    }
    let reader = story.reader().await?;
    let attributes = "data-page-size=\"200\" data-sort=\"oldest\"";
    let page = waiting().script(&server.url(), attributes);
    reader.opens(&story.page("/article", &page)).await?;
    reader.clicks_at("Remark 119.", "Reply").await?;
    reader.run("letGo();", json!(null)).await?;
    reader
        .answers_there("Remark 119.", "Nobody had to wait.")
        .await?;
    Ok(())
}

pub(crate) async fn it_is_the_thread_that_the_program_draws(story: &Story) -> Result<()> {
    let (server, reader, _) = before_the_program(story, "").await?;
    // Without the empty texts that mark places, which are nothing in HTML.
    // And without what is in this browser alone.
    let html = "const thread = all('.thread')[0].cloneNode(true);
        thread.querySelector('.thread-foot')?.remove();
        return thread.outerHTML;";
    let drawn: String = reader.ask(html, json!(null)).await?;
    reader.points_at("The calmest paper").await?;
    program_comes(&reader).await?;
    let taken_over: String = reader.ask(html, json!(null)).await?;
    let client = story.article("/article", &server.url(), "data-render=\"client\"");
    reader.opens(&client).await?;
    reader.sees_comment("Remark 19.").await?;
    let client: String = reader.ask(html, json!(null)).await?;
    ensure!(
        taken_over == client,
        "taken over:\n{taken_over}\n\ndrawn by itself:\n{client}"
    );
    // The server tells times in UTC, and its own address without a scheme.
    let shape = |html: &str| {
        let tags = html
            .split('<')
            .filter_map(|tag| tag.split([' ', '>']).next());
        tags.map(str::to_owned).collect::<Vec<_>>()
    };
    ensure!(
        shape(&drawn) == shape(&client),
        "drawn:\n{drawn}\n\nby itself:\n{client}"
    );
    Ok(())
}

pub(crate) async fn ones_own_comments_bring_the_program(story: &Story) -> Result<()> {
    let server = story.server()?;
    conversation(&server).await?;
    let reader = story.reader().await?;
    let url = story.article("/article", &server.url(), "");
    reader.opens(&url).await?;
    reader.comments("Mine.").await?;
    reader.reloads().await?;
    let is_own =
        |shown: &afterword_e2e::Shown| shown.comment("Mine.").is_some_and(|it| it.is("own"));
    reader.waits("one's own comment", is_own).await?;
    Ok(())
}

pub(crate) async fn idle_time_brings_the_program_where_the_owner_wants_that(
    story: &Story,
) -> Result<()> {
    let (_server, reader, _) = before_the_program(story, "data-hydrate=\"idle\"").await?;
    asks_for_the_program(&reader).await?;
    program_comes(&reader).await
}

/// Who scrolls through the thread by touch is there to read it, and gets what readers with a mouse do.
pub(crate) async fn a_finger_that_scrolls_brings_the_program(story: &Story) -> Result<()> {
    let (_server, reader, _) = before_the_program(story, "").await?;
    let touches = "const point = { pointerType: 'touch', bubbles: true, composed: true };
        for (const type of argument)
            article('Remark 15.').dispatchEvent(new PointerEvent(type, point));";
    // It may touch a comment and do nothing there.
    let touched = json!(["pointerover", "pointerdown", "pointerup", "pointerout"]);
    reader.run(touches, touched).await?;
    page_settles(&reader).await?;
    let is_asked: Option<bool> = reader.ask("return window.isAskedFor;", json!(null)).await?;
    ensure!(is_asked.is_none(), "the program came uncalled");
    remembers(&reader).await?;
    if story.engine == Engine::Chromium {
        // As a finger does it.
        let (x, y): (f64, f64) = reader
            .ask(
                "article('Remark 15.').scrollIntoView({ block: 'center' });
                 const box = article('Remark 15.').getBoundingClientRect();
                 return [box.x + box.width / 2, box.y + box.height / 2];",
                json!(null),
            )
            .await?;
        let cdp = reader.driver().cdp();
        let touch = async |what: &str, y: Option<f64>| {
            let points: Vec<_> = y.map(|y| json!({ "x": x, "y": y })).into_iter().collect();
            let touch = json!({ "type": what, "touchPoints": points });
            cdp.send_raw("Input.dispatchTouchEvent", touch).await
        };
        touch("touchStart", Some(y)).await?;
        for step in 1..=10 {
            touch("touchMove", Some(y - 15.0 * f64::from(step))).await?;
        }
        touch("touchEnd", None).await?;
    } else {
        // No driver but Chromium's has a finger that scrolls: this is what browsers tell of one.
        let touched = json!(["pointerover", "pointerdown", "pointercancel", "pointerout"]);
        reader.run(touches, touched).await?;
    }
    asks_for_the_program(&reader).await?;
    program_comes(&reader).await
}

/// What is selected in the page may be quoted; what is typed there concerns nobody here.
pub(crate) async fn a_selection_brings_the_program_and_typing_does_not(
    story: &Story,
) -> Result<()> {
    let server = story.server()?;
    conversation(&server).await?;
    let reader = story.reader().await?;
    let page = waiting()
        .article("<p id=passage>To be quoted.</p><p><label>Find <input id=elsewhere></label></p>")
        .script(&server.url(), "");
    reader.opens(&story.page("/article", &page)).await?;
    reader
        .run(
            "const element = document.querySelector('afterword-comments');
             const { settle } = element;
             window.settled = 0;
             element.settle = () => (window.settled++, settle());
             document.getElementById('elsewhere').focus();",
            json!(null),
        )
        .await?;
    reader.presses("Something else").await?;
    page_settles(&reader).await?;
    let (settled, is_asked): (u32, Option<bool>) = reader
        .ask("return [window.settled, window.isAskedFor];", json!(null))
        .await?;
    ensure!(settled == 0, "it was looked after {settled} times");
    ensure!(is_asked.is_none(), "the program came uncalled");
    reader
        .run(
            "getSelection().selectAllChildren(document.getElementById('passage'));",
            json!(null),
        )
        .await?;
    asks_for_the_program(&reader).await?;
    program_comes(&reader).await?;
    reader.sees("Quote in a comment").await
}

pub(crate) async fn a_link_to_a_comment_brings_the_program(story: &Story) -> Result<()> {
    let server = story.server()?;
    conversation(&server).await?;
    let reader = story.reader().await?;
    let url = story.article("/article", &server.url(), "");
    let shown = reader.opens(&url).await?;
    let Some(remark) = shown.comment("Remark 3.") else {
        anyhow::bail!("it is not there");
    };
    let anchor = remark.anchor();
    reader.goes_to(&format!("{url}#{anchor}")).await?;
    reader
        .waits("the comment with the focus", |shown| shown.focus == anchor)
        .await?;
    Ok(())
}

pub(crate) async fn a_thread_that_the_page_has_already_is_shown_and_brought_up_to_date(
    story: &Story,
) -> Result<()> {
    let server = story.server()?;
    server
        .has_comment("/article", None, "Built into the page.", None)
        .await?;
    let fragment = server.thread_html("/article").await?;
    server
        .has_comment("/article", None, "Said since.", None)
        .await?;
    for (refresh, is_seen) in [("data-refresh=\"no\"", false), ("", true)] {
        // Somebody who has written here gets the program at once, and what is new from it.
        let reader = story.reader().await?;
        let script = format!("<script src=\"{}/embed.js\" defer></script>", server.url());
        let element = format!("<afterword-comments {refresh}>{fragment}</afterword-comments>");
        let page = Page::new().head(&script).body(&element);
        reader.opens(&story.page("/article", &page)).await?;
        if is_seen {
            reader.sees("Said since.").await?;
        } else {
            page_settles(&reader).await?;
            let shown = reader.shown().await?;
            ensure!(shown.comment("Said since.").is_none(), "it was asked for");
        }
        reader
            .answers("Built into the page.", &format!("Answer {is_seen}."))
            .await?;
    }
    Ok(())
}

pub(crate) async fn from_another_origin_it_is_cleaned(story: &Story) -> Result<()> {
    let server = story.server()?;
    server
        .has_comment("/article", Some("Ada"), "From *there*.", None)
        .await?;
    // The loader comes from one origin, the comments from another, which is not what it says.
    let files = story.server()?;
    let fragment = server.thread_html("/article").await?.replace(
        "From ",
        "<img src=x onerror=pwned()><script>pwned()</script><style>*{color:red}</style>\
         <a href='javascript:pwned()'>click</a>From ",
    );
    story
        .site
        .serve("/api/v1/thread.html", afterword_e2e::Reply::html(fragment));
    let reader = story.reader().await?;
    let attributes = format!("data-api=\"{}\"", story.site.url(""));
    let page = Page::new().script(&files.url(), &attributes);
    reader.opens(&story.page("/article", &page)).await?;
    reader.sees("From there.").await?;
    page_settles(&reader).await?;
    reader
        .finds(
            "nothing that does anything",
            "return !root.querySelector('img, script, style, [onerror], [href^=javascript]');",
        )
        .await?;
    let html: String = reader
        .ask("return all('.comment-body')[0].innerHTML;", json!(null))
        .await?;
    ensure!(html.contains("<em>there</em>"), "{html}");
    Ok(())
}

pub(crate) async fn cleaned_it_is_the_same_thread(story: &Story) -> Result<()> {
    let server = story.server()?;
    conversation(&server).await?;
    // The loader comes from one origin, the comments from another.
    let files = story.server()?;
    let reader = story.reader().await?;
    let attributes = format!("data-api=\"{}\"", server.url());
    let page = waiting().script(&files.url(), &attributes);
    reader.opens(&story.page("/article", &page)).await?;
    let (shown, drawn): (Vec<String>, Vec<String>) = reader
        .ask_async(
            "const told = (root) => [...root.querySelectorAll('*')].map((it) => it.localName
                 + [...it.attributes].map(({ name, value }) => `[${name}=${value}]`).sort().join(''));
             const asked = performance.getEntriesByType('resource').map((it) => it.name);
             fetch(asked.find((it) => it.includes('thread.html')))
                 .then((answer) => answer.text())
                 .then((html) => new DOMParser().parseFromString(html, 'text/html').body)
                 .then((drawn) => {
                     // The program's, taken out when it has been read.
                     drawn.querySelector('.thread-data').remove();
                     done([told(root), told(drawn)]);
                 });",
            json!(null),
        )
        .await?;
    for (shown, drawn) in shown.iter().zip(&drawn) {
        ensure!(shown == drawn, "{shown} is shown where there is {drawn}");
    }
    ensure!(
        shown.len() == drawn.len(),
        "{} elements of {}",
        shown.len(),
        drawn.len()
    );
    Ok(())
}

pub(crate) async fn readers_who_save_data_get_forms_instead(story: &Story) -> Result<()> {
    let server = story.server()?;
    conversation(&server).await?;
    let reader = story.reader().await?;
    let page = waiting()
        .head(
            "<script>
                Object.defineProperty(navigator, 'connection', { value: { saveData: true } });
            </script>",
        )
        .script(&server.url(), "");
    reader.opens(&story.page("/article", &page)).await?;
    reader
        .sees("What you write here is sent by a page of its own.")
        .await?;
    reader.points_at("The calmest paper").await?;
    page_settles(&reader).await?;
    let is_asked: Option<bool> = reader.ask("return window.isAskedFor;", json!(null)).await?;
    ensure!(is_asked.is_none(), "the program came");
    reader.writes("Saved some data.").await?;
    reader.posts().await?;
    lands_on_a_page_with(&reader, &server, "Saved some data.").await
}

/// Waits for the server's own page, and for those words on it.
async fn lands_on_a_page_with(reader: &Reader, server: &Server, words: &str) -> Result<()> {
    reader
        .finds(
            "the server's page with the comment",
            &format!(
                "return location.origin === {:?} && location.pathname === '/thread' &&
                     document.documentElement.textContent.includes({words:?});",
                server.url()
            ),
        )
        .await
}

pub(crate) async fn where_the_policy_refuses_wasm_the_forms_work(story: &Story) -> Result<()> {
    let server = story.server()?;
    conversation(&server).await?;
    let reader = story.reader().await?;
    let url = server.url();
    let page = Page::new()
        .policy(&format!(
            "script-src 'self' {url}; style-src {url}; connect-src {url}"
        ))
        .script(&url, "");
    story.expects_error("refused by policy: script-src wasm-eval");
    reader.opens(&story.page("/article", &page)).await?;
    reader.writes("Sent without a program.").await?;
    reader
        .sees("What you write here is sent by a page of its own.")
        .await?;
    let shown = reader.shown().await?;
    ensure!(shown.comments.len() == 28, "the thread is gone");
    ensure!(
        shown.draft.as_deref() == Some("Sent without a program."),
        "the text is gone"
    );
    reader.posts().await?;
    lands_on_a_page_with(&reader, &server, "Sent without a program.").await
}

/// A page on which the program never comes.
fn cut() -> Page {
    Page::new().head(
        "<script>
            const unchanged = window.fetch;
            window.fetch = async (url, ...rest) => {
                if (/\\.wasm/.test(url)) throw new TypeError('cut');
                return unchanged(url, ...rest);
            };
        </script>",
    )
}

pub(crate) async fn a_vote_counts_when_the_program_fails(story: &Story) -> Result<()> {
    let server = story.server()?;
    conversation(&server).await?;
    let reader = story.reader().await?;
    let page = cut().script(&server.url(), "");
    let article = story.page("/article", &page);
    reader.opens(&article).await?;
    reader
        .clicks_at("The calmest paper", "Vote up, 0 votes")
        .await?;
    lands_on_a_page_with(&reader, &server, "The calmest paper").await?;
    let is_counted = "return !!document.querySelector('.vote[data-n=\"1\"][aria-pressed=true]');";
    reader.finds("the vote", is_counted).await?;
    // So does what is thought of the article.
    reader.opens(&article).await?;
    reader
        .clicks_on(
            "the laugh",
            "return root.querySelector(`.thread > .reactions [value='${argument}']`);",
            json!("😂"),
        )
        .await?;
    lands_on_a_page_with(&reader, &server, "The calmest paper").await?;
    let is_given = "return !!document.querySelector(
        '.thread > .reactions [aria-label=\"😂 1\"][aria-pressed=true]');";
    reader.finds("the laugh", is_given).await
}

pub(crate) async fn a_tap_finds_its_page_when_the_program_fails(story: &Story) -> Result<()> {
    let server = story.server()?;
    conversation(&server).await?;
    let reader = story.reader().await?;
    let page = cut().script(&server.url(), "");
    reader.opens(&story.page("/article", &page)).await?;
    reader.clicks_at("Remark 5.", "Reply").await?;
    lands_on_a_page_with(&reader, &server, "Remark 5.").await
}

pub(crate) async fn without_a_connection_it_is_tried_again(story: &Story) -> Result<()> {
    let server = story.server()?;
    conversation(&server).await?;
    let reader = story.reader().await?;
    let page = Page::new()
        .head(
            "<script>
                window.isConnected = false;
                Object.defineProperty(navigator, 'onLine', { get: () => isConnected });
                const unchanged = window.fetch;
                window.fetch = async (url, ...rest) => {
                    if (/\\.wasm/.test(url) && !isConnected) {
                        window.isAskedFor = true;
                        throw new TypeError('no connection');
                    }
                    return unchanged(url, ...rest);
                };
            </script>",
        )
        .script(&server.url(), "");
    let url = story.page("/article", &page);
    reader.opens(&url).await?;
    reader.writes("Begun without a connection.").await?;
    asks_for_the_program(&reader).await?;
    reader.posts().await?;
    page_settles(&reader).await?;
    let shown = reader.shown().await?;
    ensure!(
        shown.draft.as_deref() == Some("Begun without a connection."),
        "the text is gone: {shown:#?}"
    );
    reader
        .run("window.isConnected = true;", json!(null))
        .await?;
    reader.posts().await?;
    reader.sees_comment("Begun without a connection.").await?;
    let here: String = reader.ask("return location.href;", json!(null)).await?;
    ensure!(here == url, "it has led to {here}");
    Ok(())
}

/// What is far away is laid out only when it comes near; it can be found all the same.
pub(crate) async fn what_is_far_away_is_there_for_everybody(story: &Story) -> Result<()> {
    let server = story.server()?;
    conversation(&server).await?;
    let reader = story.reader().await?;
    reader
        .opens(&story.article("/article", &server.url(), ""))
        .await?;
    let far = "return article('The calmest paper').getBoundingClientRect().top > 2 * innerHeight;";
    reader.finds("a comment far below the window", far).await?;
    // The browser's own search goes there.
    reader
        .run(
            "window.isFound = window.find('The calmest paper');",
            json!(null),
        )
        .await?;
    reader
        .finds(
            "the comment in the window",
            "const { top, bottom } = article('The calmest paper').getBoundingClientRect();
             return window.isFound && top < innerHeight && bottom > 0;",
        )
        .await
}
