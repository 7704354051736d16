//! The loader alone, with a widget that only notes what happens to it: what it is mounted into and
//! with, and when it is freed.

use afterword_e2e::{Page, Reader, Reply, Site, Story, until};
use anyhow::{Result, ensure};
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::common::page_settles;

/// In place of the Wasm. Whatever happens is noted in the page's `log`.
const WIDGET: &str = r#"
    window.log ??= [];
    let count = 0;
    export default async () => { log.push("init"); };
    export const mount = (root, options) => {
        const number = ++count;
        const { host, load, ...rest } = options;
        log.push(`mount ${number}`);
        (window.mounts ??= []).push(rest);
        const field = document.createElement("textarea");
        root.append(`widget ${number} of ${options.pageId}`, field);
        return { reach() {}, free() { log.push(`free ${number}`); } };
    };
"#;

/// src/start.js with such a widget in the place of the glue, and with two languages.
fn start(widget: &str) -> Reply {
    let locales = include_str!("../../../../src/locales.js");
    let locales = locales.replace("const FILES = [];", "const FILES = [\"ar\", \"de\"];");
    let start = include_str!("../../../../src/start.js");
    let imports = |line: &&str| !line.starts_with("import ");
    let start: Vec<&str> = start.lines().filter(imports).collect();
    let widget = widget
        .replace("export default", "const init =")
        .replace("export const mount", "const begin");
    let parts = [
        widget,
        locales.replace("export const", "const"),
        start.join("\n"),
    ];
    Reply::javascript(parts.join("\n"))
}

/// Another origin than the page's, with the loader and such a widget.
struct Server(Site);

impl Server {
    async fn start() -> Result<Self> {
        let site = Site::start().await?;
        site.serve(
            "/w/embed.js",
            Reply::javascript(include_str!("../../../../src/embed.js")),
        );
        site.serve("/w/start.js", start(WIDGET));
        site.serve(
            "/w/afterword.css",
            Reply::new("text/css", ":host { display: block }"),
        );
        site.serve("/w/english.json", Reply::json(r#"{"retry": "Try again"}"#));
        Ok(Self(site))
    }

    fn url(&self) -> String {
        self.0.url("/w")
    }
}

async fn log(reader: &Reader) -> Result<Vec<String>> {
    reader.ask("return window.log ?? [];", json!(null)).await
}

async fn logs(reader: &Reader, wanted: &[&str]) -> Result<()> {
    until(&format!("the log {wanted:?}"), || async {
        let log = log(reader).await?;
        ensure!(log == wanted, "it is {log:?}");
        Ok(Some(()))
    })
    .await
}

async fn mounts(reader: &Reader) -> Result<Vec<Value>> {
    reader.ask("return window.mounts ?? [];", json!(null)).await
}

pub(crate) async fn stands_where_the_script_stands(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let reader = story.reader().await?;
    for attributes in ["", "async", "defer"] {
        let page = Page::new().body(&format!(
            "<p id=before>before</p><script {attributes} src=\"{}/embed.js\"></script><p>after</p>",
            server.url()
        ));
        let url = story.page(&format!("/article{attributes}"), &page);
        reader.goes_to(&url).await?;
        reader.sees("widget 1 of /article").await?;
        reader
            .finds(
                "the element behind the script",
                "return host.previousElementSibling.matches('script') &&
                    host.previousElementSibling.previousElementSibling.id === 'before';",
            )
            .await?;
    }
    Ok(())
}

pub(crate) async fn stands_at_the_end_when_the_script_is_in_the_head(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let reader = story.reader().await?;
    for attributes in ["", "async", "defer"] {
        let tag = format!(
            "<script {attributes} src=\"{}/embed.js\"></script>",
            server.url()
        );
        let url = story.page("/article", &Page::new().head(&tag));
        reader.goes_to(&url).await?;
        reader.sees("widget 1 of /article").await?;
        reader
            .finds(
                "the element at the end",
                "return document.body.lastElementChild === host;",
            )
            .await?;
    }
    Ok(())
}

pub(crate) async fn uses_the_owners_elements(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let page = Page::new()
        .head(&format!("<script src=\"{}/embed.js\" data-sort=oldest data-site=s></script>", server.url()))
        .body("<section><afterword-comments data-page-id=one data-sort=newest></afterword-comments></section>")
        .body("<afterword-comments data-page-id=two></afterword-comments>");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &page)).await?;
    logs(&reader, &["init", "mount 1", "mount 2"]).await?;
    let mut mounts = mounts(&reader).await?;
    // Which of them is in view first is the browser's affair.
    mounts.sort_by_key(|it| it["pageId"].to_string());
    ensure!(
        mounts[0]["pageId"] == "one" && mounts[1]["pageId"] == "two",
        "{mounts:?}"
    );
    ensure!(
        mounts[0]["sort"] == "newest",
        "the element's attribute comes first: {mounts:?}"
    );
    ensure!(
        mounts[1]["sort"] == "oldest" && mounts[1]["site"] == "s",
        "then the script's: {mounts:?}"
    );
    reader
        .finds(
            "no more than the two",
            "return document.querySelectorAll('afterword-comments').length === 2;",
        )
        .await
}

pub(crate) async fn takes_its_settings_from_script_and_page(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let reader = story.reader().await?;
    let bare = Page::new()
        .html("lang=\"pt-BR\" dir=\"rtl\"")
        .script(&server.url(), "");
    let url = story.page("/2026/slow/", &bare);
    reader.goes_to(&format!("{url}?utm_source=x#top")).await?;
    reader.sees("widget 1").await?;
    let given = mounts(&reader).await?.remove(0);
    let expected = json!({
        "api": server.url(),
        "pageId": "/2026/slow/",
        "pageTitle": "On slow news",
        "pageUrl": format!("{url}?utm_source=x"),
        "lang": "pt-BR",
        "english": { "retry": "Try again" },
        "post": {},
        "thread": null,
    });
    ensure!(given == expected, "{given:#}");
    reader
        .finds(
            "language and direction",
            "return root.lang === 'pt-BR' && root.dir === 'rtl' && root.dataset.theme === 'auto'
                && root.part.contains('root');",
        )
        .await?;

    let full = Page::new()
        .head("<link rel=canonical href=\"https://example.org/slow?draft=1\">")
        .script(
            &server.url(),
            "data-api=\"/backend/\" data-backend=afterword data-site=s data-page-id=\"p 1\" data-page-title=T \
             data-theme=dark data-lang=eo data-sort=oldest data-page-size=7 data-max-depth=2",
        );
    reader.goes_to(&story.page("/full", &full)).await?;
    reader.sees("widget 1").await?;
    let given = mounts(&reader).await?.remove(0);
    let expected = json!({
        "api": story.site.url("/backend"),
        "backend": "afterword",
        "site": "s",
        "pageId": "p 1",
        "pageTitle": "T",
        "pageUrl": "https://example.org/slow?draft=1",
        "lang": "eo",
        "sort": "oldest",
        "pageSize": "7",
        "maxDepth": "2",
        "english": { "retry": "Try again" },
        "post": {},
        "thread": null,
    });
    ensure!(given == expected, "{given:#}");
    reader
        .finds("the theme", "return root.dataset.theme === 'dark';")
        .await?;

    let canonical = Page::new()
        .head("<link rel=canonical href=\"https://example.org/slow?draft=1#x\">")
        .script(&server.url(), "");
    reader
        .goes_to(&story.page("/canonical", &canonical))
        .await?;
    reader.sees("widget 1 of /slow").await
}

pub(crate) async fn speaks_the_pages_language(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let german = Reply::json(r#"{"retry": "Noch einmal", "dir": "ltr"}"#);
    server.0.serve("/w/locales/de.json", german);
    let reader = story.reader().await?;
    let no_texts = json!(null);
    let german = json!({ "retry": "Noch einmal", "dir": "ltr" });
    // Arabic is one of the languages, but its file doesn't come.
    let cases = [
        ("de", &german),
        ("de-AT", &german),
        ("den", &no_texts),
        ("en", &no_texts),
        ("ar", &no_texts),
    ];
    for (lang, texts) in cases {
        let page = Page::new()
            .html(&format!("lang={lang}"))
            .script(&server.url(), "");
        reader
            .goes_to(&story.page(&format!("/{lang}"), &page))
            .await?;
        reader.sees("widget 1").await?;
        let given = mounts(&reader).await?.remove(0);
        ensure!(given["messages"] == *texts, "{lang}: {given:#}");
        let english = if texts.is_null() {
            json!("Try again")
        } else {
            json!(null)
        };
        ensure!(given["english"]["retry"] == english, "{lang}: {given:#}");
    }
    Ok(())
}

pub(crate) async fn languages_go_by_many_names(story: &Story) -> Result<()> {
    let locales = include_str!("../../../../src/locales.js");
    story.site.serve("/locales.js", Reply::javascript(locales));
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &Page::new())).await?;
    let examples: Value = serde_json::from_str(include_str!("../../../../src/locales.test.json"))?;
    let wrong: Vec<String> = reader
        .ask_async(
            "import('/locales.js').then(({ find }) => {
                 const { files, found } = argument;
                 done(Object.entries(found)
                     .filter(([tag, file]) => (find(tag, files) ?? null) !== file)
                     .map(([tag]) => `${tag}: ${find(tag, files)}`));
             });",
            examples,
        )
        .await?;
    ensure!(wrong.is_empty(), "{wrong:?}");
    Ok(())
}

pub(crate) async fn the_same_script_twice_is_one_thread(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let page = Page::new()
        .script(&server.url(), "")
        .script(&server.url(), "");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &page)).await?;
    reader.sees("widget 1").await?;
    page_settles(&reader).await?;
    logs(&reader, &["init", "mount 1"]).await?;
    reader
        .finds(
            "one element",
            "return document.querySelectorAll('afterword-comments').length === 1;",
        )
        .await
}

pub(crate) async fn two_scripts_are_two_threads(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let page = Page::new()
        .script(&server.url(), "data-page-id=one data-sort=oldest")
        .script(&server.url(), "data-page-id=two");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &page)).await?;
    reader.looking_at(0).sees("of one").await?;
    reader.looking_at(1).sees("of two").await?;
    let mounts = mounts(&reader).await?;
    let second = mounts.iter().find(|it| it["pageId"] == "two");
    ensure!(
        second.is_some_and(|it| it.get("sort").is_none()),
        "one script's attributes are not another's: {mounts:?}"
    );
    Ok(())
}

pub(crate) async fn waits_until_a_reader_is_near(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let page = Page::new()
        .body("<div style='height: 5000px'></div>")
        .script(&server.url(), "");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &page)).await?;
    reader.finds("the element", "return !!root;").await?;
    page_settles(&reader).await?;
    logs(&reader, &[]).await?;
    ensure!(
        server.0.requests("GET", "/w/afterword.css") == 0,
        "nothing is fetched for nobody"
    );
    reader.run("scrollTo(0, 4000);", json!(null)).await?;
    reader.sees("widget 1").await?;
    let eager = Page::new()
        .body("<div style='height: 5000px'></div>")
        .script(&server.url(), "data-loading=eager");
    reader.goes_to(&story.page("/eager", &eager)).await?;
    reader.sees("widget 1").await
}

pub(crate) async fn a_link_to_a_comment_loads_at_once(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let page = Page::new()
        .body("<div style='height: 5000px'></div>")
        .script(&server.url(), "");
    let url = story.page("/", &page);
    let reader = story.reader().await?;
    reader.goes_to(&format!("{url}#comment-01JD")).await?;
    reader.sees("widget 1").await?;
    reader.goes_to("about:blank").await?;
    reader.goes_to(&url).await?;
    reader.finds("the element", "return !!root;").await?;
    page_settles(&reader).await?;
    logs(&reader, &[]).await?;
    reader
        .run("location.hash = '#comment-01JD';", json!(null))
        .await?;
    reader.sees("widget 1").await
}

pub(crate) async fn waits_for_load_when_told_to(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let page = Page::new().script(&server.url(), "data-loading=manual");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &page)).await?;
    reader.finds("the element", "return !!root;").await?;
    page_settles(&reader).await?;
    logs(&reader, &[]).await?;
    reader.run("host.load();", json!(null)).await?;
    reader.sees("widget 1").await
}

pub(crate) async fn keeps_the_widget_when_moved(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let page = Page::new()
        .script(&server.url(), "")
        .body("<aside></aside>");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &page)).await?;
    reader.sees("widget 1").await?;
    reader
        .run(
            "root.querySelector('textarea').value = 'half a sentence';
             const aside = document.querySelector('aside');
             aside.append(host);
             aside.moveBefore?.(host, null);",
            json!(null),
        )
        .await?;
    page_settles(&reader).await?;
    logs(&reader, &["init", "mount 1"]).await?;
    reader
        .finds(
            "what was typed",
            "return root.querySelector('textarea').value === 'half a sentence' && !!host.closest('aside');",
        )
        .await
}

pub(crate) async fn frees_the_widget_when_removed_and_mounts_again(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let page = Page::new().script(&server.url(), "");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &page)).await?;
    reader.sees("widget 1").await?;
    reader
        .run("window.kept = host; host.remove();", json!(null))
        .await?;
    logs(&reader, &["init", "mount 1", "free 1"]).await?;
    reader
        .run("document.body.append(kept);", json!(null))
        .await?;
    logs(&reader, &["init", "mount 1", "free 1", "mount 2"]).await?;
    reader.sees("widget 2").await?;
    reader
        .finds(
            "only the one",
            "return root.querySelectorAll('textarea').length === 1;",
        )
        .await
}

pub(crate) async fn mounts_anew_once_for_several_attributes(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let page = Page::new().element(&server.url(), "data-page-id=one");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &page)).await?;
    reader.sees("of one").await?;
    reader
        .run(
            "host.dataset.pageId = 'two'; host.dataset.sort = 'oldest'; host.dataset.lang = 'de';
             host.className = 'owner'; host.dataset.theme = 'light';",
            json!(null),
        )
        .await?;
    reader.sees("of two").await?;
    page_settles(&reader).await?;
    logs(&reader, &["init", "mount 1", "free 1", "mount 2"]).await
}

pub(crate) async fn changes_the_theme_in_place(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let page = Page::new().element(&server.url(), "");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &page)).await?;
    reader.sees("widget 1").await?;
    reader
        .run("host.dataset.theme = 'dark';", json!(null))
        .await?;
    reader
        .finds("the dark theme", "return root.dataset.theme === 'dark';")
        .await?;
    reader
        .run("host.removeAttribute('data-theme');", json!(null))
        .await?;
    reader
        .finds("the reader's own", "return root.dataset.theme === 'auto';")
        .await?;
    logs(&reader, &["init", "mount 1"]).await
}

pub(crate) async fn many_elements_share_one_of_everything(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let page = (0..5).fold(Page::new(), |page, number| {
        page.element(&server.url(), &format!("data-page-id=p{number}"))
    });
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &page)).await?;
    for number in 0..5 {
        reader
            .looking_at(number)
            .sees(&format!("of p{number}"))
            .await?;
    }
    for file in ["/w/embed.js", "/w/start.js", "/w/afterword.css"] {
        let requests = server.0.requests("GET", file);
        ensure!(requests == 1, "{file} was fetched {requests} times");
    }
    reader
        .finds(
            "one style sheet for all",
            "return new Set([...document.querySelectorAll('afterword-comments')]
                .map((it) => it.shadowRoot.adoptedStyleSheets[0])).size === 1;",
        )
        .await
}

pub(crate) async fn elements_made_by_scripts_work(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let page = Page::new().element(&server.url(), "data-page-id=first");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &page)).await?;
    reader.sees("of first").await?;
    reader
        .run(
            "const made = document.createElement('afterword-comments');
             made.dataset.pageId = 'second';
             const shell = document.createElement('div');
             shell.innerHTML = '<afterword-comments data-page-id=third></afterword-comments>';
             document.body.append(made, shell, host.cloneNode());",
            json!(null),
        )
        .await?;
    reader.looking_at(1).sees("of second").await?;
    reader.looking_at(2).sees("of third").await?;
    reader.looking_at(3).sees("of first").await
}

pub(crate) async fn tells_when_the_files_do_not_come_and_tries_again(story: &Story) -> Result<()> {
    let reader = story.reader().await?;
    for file in ["/w/start.js", "/w/afterword.css"] {
        let server = Server::start().await?;
        server
            .0
            .serve(file, Reply::html("gone").status(StatusCode::NOT_FOUND));
        let page = Page::new().script(&server.url(), "data-page-id=\"p 1\"").head(
            "<script>window.told = [];
             document.addEventListener('afterword:error', (event) => told.push(event.detail.message));
             </script>",
        );
        reader.goes_to(&story.page("/article", &page)).await?;
        reader.sees("The comments could not be loaded.").await?;
        reader
            .finds(
                "an alert and an event",
                "return told.length === 1 && !!told[0] && !!root.querySelector('[role=alert]');",
            )
            .await?;
        reader.clicks("Try again").await?;
        reader
            .finds("another try", "return told.length === 2;")
            .await?;

        let body = if file.ends_with("js") {
            start(WIDGET)
        } else {
            Reply::new("text/css", ":host { display: block }")
        };
        server.0.serve(file, body);
        reader.clicks("Try again").await?;
        reader.sees("widget 1 of p 1").await?;
        reader.sees_no_longer("could not be loaded").await?;
    }
    Ok(())
}

pub(crate) async fn tells_when_the_policy_refuses_wasm(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    // The smallest Wasm there is: a magic number and a version.
    let wasm = Reply::new("application/wasm", &b"\0asm\x01\0\0\0"[..]);
    server.0.serve("/w/afterword_bg.wasm", wasm);
    let widget = "const binary = new URL('afterword_bg.wasm', import.meta.url);
        export default () => WebAssembly.instantiateStreaming(fetch(binary), {});
        export const mount = (root) => { root.append('mounted'); return { free() {} }; };";
    server.0.serve("/w/start.js", start(widget));
    let page = |wasm: &str| {
        let files = server.0.url("");
        Page::new().script(&server.url(), "").policy(&format!(
            "default-src 'none'; img-src 'self'; script-src 'self' {files} {wasm}; connect-src {files}"
        ))
    };
    let reader = story.reader().await?;
    reader
        .goes_to(&story.page("/allowed", &page("'wasm-unsafe-eval'")))
        .await?;
    reader.sees("mounted").await?;
    ensure!(reader.page_errors().await?.is_empty());
    story.expects_error("refused by policy: script-src");
    reader.goes_to(&story.page("/refused", &page(""))).await?;
    reader.sees("The comments could not be loaded.").await?;
    reader
        .finds(
            "a link, and no button that can't help",
            "return root.querySelector('a').target === '_blank' && !root.querySelector('button');",
        )
        .await
}

pub(crate) async fn tells_when_the_browser_has_no_wasm(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let widget = "export default () => WebAssembly.compile(new Uint8Array());
        export const mount = () => {};";
    server.0.serve("/w/start.js", start(widget));
    let page = Page::new()
        .head("<script>delete window.WebAssembly;</script>")
        .script(&server.url(), "");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &page)).await?;
    reader.sees("The comments could not be loaded.").await?;
    reader
        .finds(
            "a link",
            "return !!root.querySelector('a') && !root.querySelector('button');",
        )
        .await
}

pub(crate) async fn keys_do_not_leave_the_widget(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    let page = Page::new().script(&server.url(), "").head(
        "<script>window.heard = [];
         for (const type of ['keydown', 'keypress', 'keyup'])
             document.addEventListener(type, (event) => heard.push(event.key));
         </script>",
    );
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &page)).await?;
    reader.sees("widget 1").await?;
    let field = "return root.querySelector('textarea');";
    reader.clicks_on("the field", field, json!(null)).await?;
    reader.presses("jk /?\u{e00c}\u{e004}").await?;
    reader
        .finds(
            "what was typed",
            "return root.querySelector('textarea').value === 'jk /?';",
        )
        .await?;
    // A dialog closes by the one, and the focus goes on by the other.
    let both = "return heard.includes('Escape') && heard.includes('Tab');";
    reader.finds("Escape and Tab in the page", both).await?;
    let heard: Vec<String> = reader.ask("return heard;", json!(null)).await?;
    ensure!(
        heard.iter().all(|key| key == "Escape" || key == "Tab"),
        "the page heard {heard:?}"
    );
    Ok(())
}

pub(crate) async fn is_removed_before_it_has_loaded(story: &Story) -> Result<()> {
    let server = Server::start().await?;
    server.0.serve("/w/start.js", Reply::never());
    let page = Page::new().script(&server.url(), "");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/", &page)).await?;
    reader
        .finds("the skeleton", "return !!root.querySelector('.skeleton');")
        .await?;
    reader
        .run("window.kept = host; host.remove();", json!(null))
        .await?;
    reader
        .finds(
            "nothing left",
            "return kept.shadowRoot.querySelector('.aw').childNodes.length === 0;",
        )
        .await
}
