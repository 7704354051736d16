//! Pages that change without being loaded: what their scripts can tell the element, and what stays
//! behind when they are done with it.

use afterword_e2e::{Engine, Page, Reader, Reply, Server, Shown, Story, until};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::common::page_settles;

/// A server with a comment on each of two pages.
async fn two_articles(story: &Story) -> Result<Server> {
    let server = story.server()?;
    for page in ["/one", "/two"] {
        let text = format!("About {page}.");
        server.has_comment(page, Some("Ana"), &text, None).await?;
    }
    Ok(server)
}

/// What such a page has of a framework: views, each with its address, that are put into the page and
/// taken out of it, and an element that is kept where two views have it in the same place.
const ROUTER: &str = "<script>
    const view = () => document.querySelector('#view');
    const show = (path) => {
        const held = view().querySelector('afterword-comments');
        if (path === '/none') return view().replaceChildren('Nothing to discuss.');
        const element = held ?? document.createElement('afterword-comments');
        element.setAttribute('data-page-id', path);
        element.setAttribute('data-page-title', `Article ${path}`);
        if (!held) view().replaceChildren(element);
    };
    window.go = (path) => { history.pushState({}, '', path); show(path); };
    addEventListener('popstate', () => show(location.pathname));
    addEventListener('DOMContentLoaded', () => show('/one'));
    </script>";

pub(crate) async fn the_element_is_kept_from_one_article_to_the_next(story: &Story) -> Result<()> {
    let server = two_articles(story).await?;
    let page = Page::new()
        .head(&format!(
            "<script src=\"{}/embed.js\" defer></script>",
            server.url()
        ))
        .head(ROUTER)
        .body("<div id=view></div>");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/one", &page)).await?;
    reader.sees_comments(&["About /one."]).await?;
    reader.has_the_program().await?;
    reader.writes("Half a sentence").await?;
    reader
        .run("window.first = host; go('/two');", json!(null))
        .await?;
    reader.sees_comments(&["About /two."]).await?;
    reader.comments("Also about two.").await?;
    reader.run("history.back();", json!(null)).await?;
    reader.sees_comments(&["About /one."]).await?;
    // The server draws the comments, and the program puts the draft back a moment later.
    reader
        .waits("its draft", |shown| {
            shown.draft.as_deref() == Some("Half a sentence")
        })
        .await?;
    reader
        .finds("the same element", "return host === window.first;")
        .await?;
    reader.run("go('/none');", json!(null)).await?;
    reader
        .finds(
            "nothing left in it",
            "return !first.isConnected && !first.shadowRoot.querySelector('.thread');",
        )
        .await?;
    reader.run("go('/two');", json!(null)).await?;
    let is_own = |shown: &Shown| {
        let comment = shown.comment("Also about two.");
        comment.is_some_and(|it| it.is("own"))
    };
    reader.waits("one's own comment", is_own).await?;
    reader
        .finds("another element", "return host !== window.first;")
        .await?;
    ensure!(server.thread("/two").await?.total == 2);
    Ok(())
}

pub(crate) async fn scripts_have_a_handle(story: &Story) -> Result<()> {
    let server = two_articles(story).await?;
    let listener = "<script>
        window.told = [];
        // Not when it has its program: that is the mouse's affair.
        for (const name of ['ready', 'destroyed', 'error'])
            document.addEventListener('afterword:' + name, ({ detail }) => told.push([name, detail]));
        </script>";
    let page = Page::new().head(listener).element(&server.url(), "");
    let reader = story.reader().await?;
    reader.opens(&story.page("/one", &page)).await?;
    reader.sees_comments(&["About /one."]).await?;

    // Of the address.
    reader
        .run(
            "history.pushState({}, '', '/two'); host.update();",
            json!(null),
        )
        .await?;
    reader.sees_comments(&["About /two."]).await?;

    // Of attributes.
    reader
        .run(
            "host.update({ pageId: '/one', sort: 'oldest', pageSize: 3 });",
            json!(null),
        )
        .await?;
    reader.sees_comments(&["About /one."]).await?;
    reader
        .finds(
            "the other order",
            "return !!root.querySelector('[value=oldest][aria-pressed=true]') &&
                host.getAttribute('data-page-id') === '/one' && host.dataset.pageSize === '3';",
        )
        .await?;
    reader
        .run(
            "host.update({ pageId: null, pageSize: undefined });",
            json!(null),
        )
        .await?;
    reader.sees_comments(&["About /two."]).await?;
    reader
        .finds("no such attributes", "return !('pageId' in host.dataset);")
        .await?;

    // Of colours, without drawing anything anew.
    reader
        .run(
            "window.drawn = root.firstElementChild; host.setTheme('dark');",
            json!(null),
        )
        .await?;
    reader
        .finds("the dark theme", "return root.dataset.theme === 'dark';")
        .await?;
    reader.run("host.setTheme(null);", json!(null)).await?;
    reader
        .finds(
            "the reader's own, on the same thread",
            "return root.dataset.theme === 'auto' && root.firstElementChild === drawn;",
        )
        .await?;

    // What others have said meanwhile.
    server.has_comment("/two", None, "Meanwhile.", None).await?;
    reader.run("host.reload();", json!(null)).await?;
    reader.sees_comment("Meanwhile.").await?;

    reader
        .run("told.length = 0; host.destroy();", json!(null))
        .await?;
    reader
        .finds(
            "nothing",
            "return host.isConnected && !root.firstChild && told.length === 1;",
        )
        .await?;
    reader.run("host.setTheme('light');", json!(null)).await?;
    page_settles(&reader).await?;
    reader
        .finds("still nothing", "return !root.firstChild;")
        .await?;
    reader.run("host.load();", json!(null)).await?;
    reader.sees_comment("Meanwhile.").await?;
    let told: Value = reader.ask("return told;", json!(null)).await?;
    ensure!(
        told == json!([["destroyed", {}], ["ready", {}]]),
        "{told:#}"
    );
    // Put in anew, it is an element like any other.
    reader.run("host.destroy();", json!(null)).await?;
    reader.finds("nothing", "return !root.firstChild;").await?;
    reader
        .ask_async::<bool>(
            "const place = host.parentNode;
             host.remove();
             setTimeout(() => { place.append(host); done(true); });",
            json!(null),
        )
        .await?;
    reader.sees_comment("Meanwhile.").await.map(drop)
}

pub(crate) async fn a_title_that_changes_disturbs_nobody(story: &Story) -> Result<()> {
    let server = two_articles(story).await?;
    let page = Page::new().element(&server.url(), "data-page-id=/one");
    let reader = story.reader().await?;
    reader.opens(&story.page("/one", &page)).await?;
    reader.has_the_program().await?;
    reader
        .run(
            "window.drawn = root.firstElementChild;
             document.title = '(1) On slow news';
             history.replaceState({}, '', '?tab=2#top');
             host.className = 'changed'; host.update();",
            json!(null),
        )
        .await?;
    page_settles(&reader).await?;
    reader
        .finds(
            "the same thread",
            "return root.firstElementChild === drawn;",
        )
        .await
}

pub(crate) async fn it_is_as_dark_as_the_page(story: &Story) -> Result<()> {
    let server = two_articles(story).await?;
    let page = Page::new().element(&server.url(), "data-page-id=/one data-theme=follow");
    let reader = story.reader().await?;
    reader.opens(&story.page("/one", &page)).await?;
    let is = async |theme: &str, script: &str| -> Result<()> {
        reader.run(script, json!(null)).await?;
        let found = format!("return root.dataset.theme === '{theme}';");
        reader.finds(theme, &found).await
    };
    let html = "const html = document.documentElement;";
    is("light", html).await?;
    is("dark", &format!("{html} html.classList.add('dark');")).await?;
    is("light", &format!("{html} html.className = '';")).await?;
    is("dark", &format!("{html} html.dataset.theme = 'dark';")).await?;
    is("light", &format!("{html} html.dataset.theme = 'light';")).await?;
    is("dark", &format!("{html} html.dataset.bsTheme = 'dark';")).await?;
    is("light", &format!("{html} delete html.dataset.bsTheme;")).await?;
    // A part of the page can be dark on its own.
    is(
        "dark",
        "host.parentElement.className = 'dark'; host.setTheme('follow');",
    )
    .await?;
    is("auto", "host.setTheme(null);").await?;
    reader.finds_no_barrier().await
}

pub(crate) async fn a_module_brings_the_element(story: &Story) -> Result<()> {
    let server = two_articles(story).await?;
    let module = include_str!("../../../../xtask/src/package/index.js");
    story.site.serve("/afterword.js", Reply::javascript(module));
    let script = format!(
        "<div id=comments></div><script type=module>
         import {{ define, mount }} from '/afterword.js';
         window.told = [];
         const api = '{}';
         const made = mount('#comments', {{ api, pageId: '/one', loading: 'eager', lang: null }});
         made.addEventListener('afterword:ready', () => told.push('ready'));
         define(api).then(() => told.push(typeof made.update));
         try {{ mount('#nowhere', {{ api }}); }} catch (error) {{ told.push(error.name); }}
         </script>",
        server.url()
    );
    let reader = story.reader().await?;
    reader
        .goes_to(&story.page("/article", &Page::new().body(&script)))
        .await?;
    reader.sees_comments(&["About /one."]).await?;
    reader
        .finds(
            "one element, one script, and what was told",
            "return document.querySelectorAll('afterword-comments').length === 1
                 && document.querySelectorAll('script[src]').length === 2
                 && told.join() === 'TypeError,function,ready';",
        )
        .await
}

pub(crate) async fn a_vote_is_told(story: &Story) -> Result<()> {
    let server = two_articles(story).await?;
    let listener = "<script>
        window.told = [];
        document.addEventListener('afterword:voted', ({ detail }) => told.push(detail.id));
        </script>";
    let page = Page::new()
        .head(listener)
        .element(&server.url(), "data-page-id=/one");
    let reader = story.reader().await?;
    reader.opens(&story.page("/one", &page)).await?;
    reader.clicks_at("About /one.", "Vote up, 0 votes").await?;
    reader
        .finds(
            "the comment's id",
            "return told.length === 1 && article('About /one.').id === `comment-${told[0]}`;",
        )
        .await
}

/// Counts what a page waits for on behalf of its scripts: listeners of window and document, and
/// observers that watch something.
const COUNTER: &str = "<script>
    window.held = { listeners: new Set(), observers: new Set(), timers: new Set() };
    {
        const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
        const ids = new WeakMap();
        let count = 0;
        const key = (type, listener) => {
            if (!ids.has(listener)) ids.set(listener, ++count);
            return `${type} ${ids.get(listener)}`;
        };
        const isPages = (it) => !it || it === window || it === document;
        EventTarget.prototype.addEventListener = function (type, listener, options) {
            if (isPages(this) && listener && !options?.signal?.aborted) {
                const name = key(type, listener);
                held.listeners.add(name);
                options?.signal?.addEventListener('abort', () => held.listeners.delete(name));
            }
            return add.call(this ?? window, type, listener, options);
        };
        EventTarget.prototype.removeEventListener = function (type, listener, options) {
            if (isPages(this) && listener) held.listeners.delete(key(type, listener));
            return remove.call(this ?? window, type, listener, options);
        };
        for (const name of ['MutationObserver', 'IntersectionObserver', 'ResizeObserver'])
            window[name] = class extends window[name] {
                observe(...rest) { held.observers.add(this); super.observe(...rest); }
                disconnect() { held.observers.delete(this); super.disconnect(); }
            };
        const { setInterval: set, clearInterval: clear } = window;
        window.setInterval = (...rest) => {
            const id = set(...rest);
            held.timers.add(id);
            return id;
        };
        window.clearInterval = (id) => { held.timers.delete(id); clear(id); };
    }
    </script>";

async fn held(reader: &Reader) -> Result<Value> {
    let script = "return Object.fromEntries(
        Object.entries(held).map(([name, all]) => [name, all.size]));";
    reader.ask(script, json!(null)).await
}

/// One navigation: another article's comments in a new element, with the program, and gone again.
const NAVIGATE: &str = "
    const made = document.createElement('afterword-comments');
    made.dataset.pageId = argument % 2 ? '/one' : '/two';
    made.dataset.loading = 'eager';
    made.dataset.hydrate = 'idle';
    made.addEventListener('afterword:active', () => {
        window.gone ??= [];
        gone.push(new WeakRef(made));
        made.remove();
        setTimeout(() => done(!made.shadowRoot.querySelector('.thread')), 20);
    }, { once: true });
    document.querySelector('#view').append(made);";

pub(crate) async fn fifty_navigations_leave_nothing_behind(story: &Story) -> Result<()> {
    let server = two_articles(story).await?;
    let page = Page::new()
        .head(COUNTER)
        .element(&server.url(), "data-page-id=/one data-loading=manual")
        .body("<div id=view></div>");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/one", &page)).await?;
    reader.finds("the element", "return !!root;").await?;
    let navigate = async |number: usize| -> Result<()> {
        let is_empty: bool = reader.ask_async(NAVIGATE, json!(number)).await?;
        ensure!(is_empty, "the element is empty after navigation {number}");
        Ok(())
    };
    // What the first ones leave is there for good: the program and the style.
    for number in 0..3 {
        navigate(number).await?;
    }
    let before = held(&reader).await?;
    let nodes = living_nodes(story, &reader).await?;
    for number in 0..50 {
        navigate(number).await?;
    }
    let after = held(&reader).await?;
    ensure!(before == after, "before {before}, after {after}");
    if let Some(nodes) = nodes {
        until("the elements to be collected", || async {
            let now = living_nodes(story, &reader).await?.unwrap_or_default();
            let alive: u32 = reader
                .ask(
                    "return gone.filter((it) => it.deref()).length;",
                    json!(null),
                )
                .await?;
            ensure!(
                now < nodes + 400 && alive <= 2,
                "{nodes} nodes became {now}, {alive} of 53 elements are still alive"
            );
            Ok(Some(()))
        })
        .await?;
    }
    Ok(())
}

/// How many nodes the page has in memory, after all that nobody holds is gone. Chromium alone tells.
async fn living_nodes(story: &Story, reader: &Reader) -> Result<Option<u64>> {
    if story.engine != Engine::Chromium {
        return Ok(None);
    }
    let cdp = reader.driver().cdp();
    cdp.send_raw("HeapProfiler.enable", json!({})).await?;
    cdp.send_raw("HeapProfiler.collectGarbage", json!({}))
        .await?;
    let counters = cdp.send_raw("Memory.getDOMCounters", json!({})).await?;
    Ok(counters["nodes"].as_u64())
}
