//! What a page's policy allows, and what nobody may do to a reader.

use afterword_e2e::backend::{self, COMMENTS};
use afterword_e2e::{Backend, Engine, Page, Server, Story};
use anyhow::{Result, ensure};
use axum::http::Method;
use serde_json::json;

use crate::common::says_all_there_is_to_say;

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
    if story.engine == Engine::WebKit {
        // Without `setHTML()` it is refused the server's HTML, and the program draws the thread.
        story.expects_error("refused by policy: require-trusted-types-for");
    }
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
        .script(&server.url(), "data-render=client")
        .policy(&strict_policy(&server, ""));
    story.expects_error("refused by policy: script-src");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/article", &page)).await?;
    reader.sees("The comments could not be loaded.").await?;
    let link = "return !!root.querySelector('.notice a');";
    reader.finds("a link to what the page allows", link).await?;
    let link: String = reader
        .ask("return root.querySelector('.notice a').href;", json!(null))
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
