//! Readers whose browsers run no scripts: on the server's own pages, and on pages of a site that
//! has a thread in a frame or in its HTML.

use afterword_e2e::{Page, Preferences, Reader, Reply, Server, Site, Story, until};
use anyhow::{Context, Result, ensure};
use axum::http::header::CONTENT_SECURITY_POLICY;
use serde_json::{Value, json};

use crate::layout::{fits, has_unruly_comments};

/// Without scripts.
fn plain() -> Preferences {
    Preferences {
        no_scripts: true,
        ..Preferences::default()
    }
}

/// The address of an article's thread on the server.
fn thread_of(story: &Story, server: &Server, more: &str) -> String {
    let (server, article) = (server.url(), story.site.url("/article"));
    format!("{server}/thread?page=/article&title=On+slow+news&url={article}{more}")
}

/// A reader without scripts in front of that thread.
async fn at_the_thread(story: &Story, server: &Server) -> Result<Reader> {
    let reader = story.reader_with(plain()).await?;
    reader.opens(&thread_of(story, server, "")).await?;
    Ok(reader)
}

/// A server that takes comments from that site alone.
fn server_of(site: &Site) -> Result<Server> {
    Server::start(vec![("AFTERWORD_ORIGINS", site.url(""))])
}

/// A question, its answer, and what is answered to that; and another remark.
async fn has_a_conversation(server: &Server) -> Result<()> {
    let says = |author, text, parent| server.has_comment("/article", author, text, parent);
    let question = says(Some("Ada"), "> It is calm.\n\nIs *it*?", None).await?;
    let answer = says(None, "It is late.", Some(&question)).await?;
    says(Some("Ben"), "Both.", Some(&answer)).await?;
    says(Some("نور"), "A week is `7 * 24` hours.", None).await?;
    Ok(())
}

/// Follows the link with those words.
async fn follows(reader: &Reader, words: &str) -> Result<()> {
    let link = "return all('a').find((it) => say(it) === argument);";
    leaves_by(reader, &format!("the link \"{words}\""), link, json!(words)).await
}

/// Follows a link, and waits for another page: what is looked for there may stand here too.
async fn leaves_by(reader: &Reader, link: &str, find: &str, argument: Value) -> Result<()> {
    let here = reader.driver().current_url().await?;
    reader.clicks_on(link, find, argument).await?;
    comes_to(reader, &format!("the page behind {link}"), |url| {
        url != here.as_str()
    })
    .await
}

/// Waits until the page is from that address.
async fn arrives_at(reader: &Reader, address: &str) -> Result<()> {
    comes_to(reader, &format!("a page of {address}"), |url| {
        url.starts_with(address)
    })
    .await
}

/// Waits until the page's address is such. The browser tells, and no script: WebKit loses one that
/// runs while a page of another origin takes the place of its own.
async fn comes_to(reader: &Reader, what: &str, is_there: impl Fn(&str) -> bool) -> Result<()> {
    until(what, || async {
        let url = reader.driver().current_url().await?;
        Ok(is_there(url.as_str()).then_some(()))
    })
    .await
}

async fn has_focus_on(reader: &Reader, selector: &str) -> Result<()> {
    reader
        .finds(
            &format!("the focus on {selector}"),
            &format!("return !!active()?.matches({selector:?});"),
        )
        .await
}

/// The link that comes with a new comment, and changes it.
async fn keeps_the_link(reader: &Reader) -> Result<String> {
    reader.sees("Your comment has been posted.").await?;
    reader.sees("Keep this link to edit or delete it:").await?;
    let link = "return root.querySelector('.receipt[role=status] a.kept').href;";
    reader.ask(link, json!(null)).await
}

/// Waits for the sentence below the composer, in which everything still stands.
async fn is_told(reader: &Reader, name: &str, text: &str, sentence: &str) -> Result<()> {
    let shown = reader
        .waits(&format!("the sentence \"{sentence}\""), |shown| {
            shown.errors == [sentence]
        })
        .await?;
    ensure!(shown.draft.as_deref() == Some(text), "{shown:#?}");
    has_focus_on(reader, "#text-new[aria-invalid=true]").await?;
    let signed: String = reader
        .ask(
            "return composer(null).querySelector('[name=author]').value;",
            json!(null),
        )
        .await?;
    ensure!(signed == name, "the name is gone");
    Ok(())
}

pub(crate) async fn reads_a_thread(story: &Story) -> Result<()> {
    let server = story.server()?;
    has_a_conversation(&server).await?;
    let article = story.page("/article", &Page::new());
    let reader = at_the_thread(story, &server).await?;
    let shown = reader.shown().await?;
    ensure!(shown.title == "4 comments", "{shown:#?}");
    ensure!(!shown.busy && shown.notices.is_empty(), "{shown:#?}");
    let comments = shown.comments.iter();
    let told: Vec<_> = comments
        .map(|it| {
            let (number, author) = (it.number.as_str(), it.author.as_str());
            (number, author, it.text.as_str(), it.depth)
        })
        .collect();
    ensure!(
        told == [
            ("#4", "نور", "A week is 7 * 24 hours.", 0),
            ("#1", "Ada", "It is calm. Is it?", 0),
            ("#2", "Anonymous", "It is late.", 1),
            ("#3", "Ben", "Both.", 2),
        ],
        "{told:#?}"
    );
    let html = &shown.comments[1].html;
    ensure!(html.contains("<blockquote>") && html.contains("<em>it</em>"));
    reader
        .finds(
            "days that stay true, and the minute for who wants to know",
            "return all('time').every((it) =>
                 say(it).includes(it.dateTime.slice(0, 4)) && it.title.includes('UTC'));",
        )
        .await?;
    let dead: Vec<String> = reader
        .ask(
            "const leads = (it) => it.localName === 'a'
                 ? it.hasAttribute('href') : it.type === 'submit' && it.form.hasAttribute('action');
             return all('button, .button, .text-button').filter((it) => visible(it) && !leads(it))
                 .map((it) => it.outerHTML);",
            json!(null),
        )
        .await?;
    ensure!(dead.is_empty(), "these do nothing: {dead:#?}");
    reader
        .finds(
            "the article's title",
            "return document.title === 'On slow news' && say(all('h1')[0]) === document.title;",
        )
        .await?;
    follows(&reader, "Back to the article").await?;
    arrives_at(&reader, &article).await
}

pub(crate) async fn posts_a_comment(story: &Story) -> Result<()> {
    let server = story.server()?;
    has_a_conversation(&server).await?;
    let reader = at_the_thread(story, &server).await?;
    reader.signs("Zoë").await?;
    reader.writes("Better *late*.\n\n👩‍👩‍👧").await?;
    reader.posts().await?;
    let link = keeps_the_link(&reader).await?;
    let comment = reader.sees_comment("Better late. 👩‍👩‍👧").await?;
    ensure!(
        (comment.author.as_str(), comment.number.as_str()) == ("Zoë", "#5"),
        "{comment:#?}"
    );
    reader
        .finds(
            "the comment, to which the address leads, below the receipt",
            "const at = article('Better late.');
             const receipt = root.querySelector('.receipt').getBoundingClientRect();
             const { top, bottom } = at.getBoundingClientRect();
             return at.matches(':target') && top >= receipt.bottom && bottom <= innerHeight;",
        )
        .await?;
    // What the form has sent is not sent again.
    let shown = reader.reloads().await?;
    ensure!(shown.title == "5 comments", "{shown:#?}");
    ensure!(shown.draft.as_deref() == Some(""), "{shown:#?}");
    follows_kept(&reader).await?;
    let comment = reader.sees_comment("Better late.").await?;
    ensure!(comment.marks == ["you"], "{comment:#?}");
    let there = format!("return location.href === {link:?};");
    reader.finds("the link's own page", &there).await
}

/// Follows the receipt's link.
async fn follows_kept(reader: &Reader) -> Result<()> {
    let link = "return root.querySelector('a.kept');";
    leaves_by(reader, "the link that was kept", link, json!(null)).await
}

pub(crate) async fn is_told_what_is_wrong(story: &Story) -> Result<()> {
    let server = Server::start(vec![("AFTERWORD_MAX_TEXT_BYTES", "100".to_owned())])?;
    let reader = at_the_thread(story, &server).await?;
    reader.signs("Ada").await?;
    reader.writes("\n \n").await?;
    reader.posts().await?;
    let sentence = "There is nothing to post yet. Write something first.";
    is_told(&reader, "Ada", "\n \n", sentence).await?;
    // Bytes, not letters: each of these has two.
    let fits = "é".repeat(50);
    let text = format!("\n{fits}");
    reader.writes(&text).await?;
    reader.posts().await?;
    let sentence =
        "This is longer than a comment may be (100 bytes). Shorten it, then post it again.";
    is_told(&reader, "Ada", &text, sentence).await?;
    reader.comments(&fits).await?;
    keeps_the_link(&reader).await?;
    ensure!(server.thread("/article").await?.total == 1);
    Ok(())
}

pub(crate) async fn sees_how_it_will_look(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = at_the_thread(story, &server).await?;
    let preview = "return say(root.querySelector('.composer-preview strong')) === 'bold'
        && visible(composer(null).querySelector('textarea'));";
    reader.signs("Ada").await?;
    reader.writes("A **bold** word.").await?;
    reader.clicks("Preview").await?;
    reader.finds("the preview", preview).await?;
    has_focus_on(&reader, ".composer-preview").await?;
    // Back to the text, and on with it.
    reader.clicks("Preview").await?;
    reader
        .finds(
            "the text",
            "return visible(composer(null).querySelector('textarea'))
                 && !root.querySelector('.composer-preview');",
        )
        .await?;
    let shown = reader.shown().await?;
    ensure!(shown.draft.as_deref() == Some("A **bold** word."));
    reader.writes("A **bold** word, too.").await?;
    reader.clicks("Preview").await?;
    reader.finds("the preview", preview).await?;
    reader.posts().await?;
    let comment = reader.sees_comment("A bold word, too.").await?;
    ensure!(comment.author == "Ada", "{comment:#?}");
    ensure!(server.thread("/article").await?.total == 1);
    Ok(())
}

pub(crate) async fn replies_to_a_reply(story: &Story) -> Result<()> {
    let server = story.server()?;
    has_a_conversation(&server).await?;
    let reader = at_the_thread(story, &server).await?;
    reader.clicks_at("Both.", "Reply").await?;
    // What it answers is there, down from the question, and nothing else.
    let line = ["It is calm. Is it?", "It is late.", "Both."];
    reader.sees_comments(&line).await?;
    has_focus_on(&reader, "textarea").await?;
    let reply = reader.answers_there("Both.", "Neither.").await?;
    keeps_the_link(&reader).await?;
    ensure!(reply.depth == 3 && reply.number == "#5", "{reply:#?}");
    // Thinks better of another one.
    reader.clicks_at("Neither.", "Reply").await?;
    has_focus_on(&reader, "textarea").await?;
    reader.clicks_at("Neither.", "Cancel").await?;
    reader
        .finds("no composer", "return !root.querySelector('textarea');")
        .await?;
    follows(&reader, "All comments").await?;
    let shown = reader.waits_for_the_thread().await?;
    ensure!(shown.title == "5 comments", "{shown:#?}");
    Ok(())
}

pub(crate) async fn changes_and_deletes_by_the_link(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = at_the_thread(story, &server).await?;
    reader.writes("Half a *thought*").await?;
    reader.posts().await?;
    let link = keeps_the_link(&reader).await?;
    let id = reader.sees_comment("Half a thought").await?.id;
    let by_id = format!("#{id}");
    // On another day it is like everybody's.
    reader.opens(&thread_of(story, &server, "")).await?;
    let comment = reader.sees_comment("Half a thought").await?;
    ensure!(comment.buttons == ["Reply"] && comment.marks.is_empty());

    // The link alone is the key, in whatever browser.
    let reader = story.reader_with(plain()).await?;
    reader.goes_to(&link).await?;
    let comment = reader.sees_comment("Half a thought").await?;
    ensure!(comment.buttons == ["Reply", "Edit", "Delete"]);
    reader.clicks_at(&by_id, "Edit").await?;
    has_focus_on(&reader, "textarea").await?;
    let text: String = reader.ask("return active().value;", json!(null)).await?;
    ensure!(text == "Half a *thought*", "{text}");
    reader.writes_into(Some(&by_id), "").await?;
    reader.submits(&by_id).await?;
    reader.sees("There is nothing to post yet.").await?;
    reader.writes_into(Some(&by_id), "A whole one.").await?;
    reader.submits(&by_id).await?;
    reader.sees("Your changes have been saved.").await?;
    let comment = reader.sees_comment("A whole one.").await?;
    ensure!(comment.marks == ["you", "edited"], "{comment:#?}");

    reader.clicks_at(&by_id, "Delete").await?;
    reader.sees("Delete this comment for good?").await?;
    has_focus_on(&reader, ".confirm").await?;
    reader.clicks_at(&by_id, "Keep it").await?;
    reader.sees_no_longer("for good").await?;
    reader.deletes(&by_id).await?;
    reader.sees("Your comment has been deleted.").await?;
    reader.sees("No comments yet.").await?;
    ensure!(server.thread("/article").await?.total == 0);
    reader.goes_to(&link).await?;
    reader.sees("This comment is gone.").await
}

pub(crate) async fn a_text_without_a_place_comes_back(story: &Story) -> Result<()> {
    let server = story.server()?;
    let reader = at_the_thread(story, &server).await?;
    reader.writes("Said in haste.").await?;
    reader.posts().await?;
    let link = keeps_the_link(&reader).await?;
    let id = reader.sees_comment("Said in haste.").await?.id;
    let by_id = format!("#{id}");
    reader.goes_to(&link).await?;
    reader.clicks_at(&by_id, "Edit").await?;
    reader
        .writes_into(Some(&by_id), "Said at *leisure*.")
        .await?;
    // In another window it is deleted meanwhile.
    let window = story.reader_with(plain()).await?;
    window.goes_to(&link).await?;
    window.deletes(&by_id).await?;
    window.sees("Your comment has been deleted.").await?;
    reader.submits(&by_id).await?;
    reader.sees("This comment is gone.").await?;
    let text: String = reader
        .ask(
            "return root.querySelector('.unsent textarea').value;",
            json!(null),
        )
        .await?;
    ensure!(text == "Said at *leisure*.", "{text}");
    Ok(())
}

pub(crate) async fn sees_all_of_a_long_thread(story: &Story) -> Result<()> {
    let server = story.server()?;
    let question = server
        .has_comment("/article", None, "A question.", None)
        .await?;
    for number in 1..=53 {
        let answer = format!("Answer {number}.");
        server
            .has_comment("/article", None, &answer, Some(&question))
            .await?;
    }
    for number in 1..=23 {
        let remark = format!("Remark {number}.");
        server.has_comment("/article", None, &remark, None).await?;
    }
    let reader = at_the_thread(story, &server).await?;
    let roots = || async {
        let shown = reader.waits_for_the_thread().await?;
        let roots = shown.comments.iter().filter(|it| it.depth == 0);
        anyhow::Ok(roots.map(|it| it.text.clone()).collect::<Vec<_>>())
    };
    let found = roots().await?;
    ensure!(found.len() == 20 && found[0] == "Remark 23.", "{found:#?}");
    reader.clicks("Oldest").await?;
    reader
        .waits("the other order", |shown| {
            shown
                .comments
                .first()
                .is_some_and(|it| it.text == "A question.")
        })
        .await?;
    let shown = reader.shown().await?;
    ensure!(shown.comment("Answer 50.").is_some() && shown.comment("Answer 51.").is_none());

    reader.clicks("Show 4 more").await?;
    reader.sees_comment("Remark 23.").await?;
    let found = roots().await?;
    ensure!(
        found == ["Remark 20.", "Remark 21.", "Remark 22.", "Remark 23."],
        "{found:#?}"
    );
    reader
        .finds(
            "the order that was chosen",
            "return say(root.querySelector('.sort [aria-pressed=true]')) === 'Oldest';",
        )
        .await?;

    reader.clicks("Oldest").await?;
    reader.clicks("Show 3 more replies").await?;
    let shown = reader
        .waits("all replies", |shown| shown.comments.len() == 54)
        .await?;
    ensure!(shown.comment("Answer 53.").is_some(), "{shown:#?}");
    follows(&reader, "All comments").await?;
    reader.waits_for_the_thread().await?;
    Ok(())
}

/// What browsers' reader modes and other programs that look for text find: articles, each with who and
/// when, and all that is to be read in them. (No driver may open Firefox's own reader mode.)
pub(crate) async fn a_reader_mode_finds_it(story: &Story) -> Result<()> {
    let server = story.server()?;
    has_a_conversation(&server).await?;
    let reader = at_the_thread(story, &server).await?;
    let told: Vec<(String, String, bool)> = reader
        .ask(
            "return all('main article.comment').map((it) => [
                 say(it.querySelector('header .comment-author')),
                 say(it.querySelector('.comment-body')),
                 !isNaN(new Date(it.querySelector('header time[datetime]').dateTime))
                     && !it.querySelector('.comment-body').matches('form *, [hidden], [aria-hidden=true] *')
                     && !it.querySelector('.comment-body :is(button, input, textarea)'),
             ]);",
            json!(null),
        )
        .await?;
    let expected = [
        ("نور", "A week is 7 * 24 hours."),
        ("Ada", "It is calm. Is it?"),
        ("Anonymous", "It is late."),
        ("Ben", "Both."),
    ];
    let found: Vec<_> = told
        .iter()
        .map(|it| (it.0.as_str(), it.1.as_str()))
        .collect();
    ensure!(found == expected && told.iter().all(|it| it.2), "{told:#?}");
    reader
        .finds(
            "answers within what they answer, and one heading",
            "return all('main ol > li > article').length === 4
                 && all('main ol ol article').length === 2
                 && document.querySelectorAll('h1').length === 1;",
        )
        .await
}

/// What stands below an article, as `docs/embedding.md` has it for readers without scripts.
fn frame(thread: &str) -> String {
    let thread = thread.replace('&', "&amp;");
    format!(
        "<noscript><iframe src=\"{thread}\" title=\"Comments\" \
         style=\"display: block; width: 100%; height: 85vh; border: 0\"></iframe></noscript>"
    )
}

pub(crate) async fn a_thread_in_a_frame(story: &Story) -> Result<()> {
    let server = server_of(&story.site)?;
    has_a_conversation(&server).await?;
    let frame = frame(&thread_of(story, &server, ""));
    let url = server.url();
    let page = Page::new()
        .policy(&format!(
            "default-src 'none'; img-src 'self'; script-src 'self' {url} 'wasm-unsafe-eval'; \
             connect-src {url}; style-src 'unsafe-inline'; frame-src {url}"
        ))
        .script(&url, "")
        .body(&frame);
    let article = story.page("/article", &page);
    let reader = story.reader_with(plain()).await?;
    reader.goes_to(&article).await?;
    reader.looks_into_frame().await?;
    let shown = reader.waits_for_the_thread().await?;
    ensure!(shown.title == "4 comments", "{shown:#?}");
    // The article is around it.
    reader
        .finds(
            "neither a title nor a way back",
            "return !root.querySelector('h1') && !inView().includes('Back to the article');",
        )
        .await?;
    // WebKit's keyboard is in the page until somebody presses into the frame.
    let field = "return composer(null).querySelector('textarea');";
    reader.clicks_on("the field", field, json!(null)).await?;
    reader.comments("Written in a frame.").await?;
    keeps_the_link(&reader).await?;
    reader.answers("Both.", "Answered in a frame.").await?;
    reader.driver().enter_default_frame().await?;
    let there = format!("return location.href === {article:?};");
    reader.finds("the article around it", &there).await?;
    ensure!(server.thread("/article").await?.total == 6);
    // With scripts there is no frame, but the widget.
    let reader = story.reader().await?;
    reader.opens(&article).await?;
    reader
        .finds("no frame", "return !document.querySelector('iframe');")
        .await
}

pub(crate) async fn no_other_site_has_it_in_a_frame(story: &Story) -> Result<()> {
    let server = server_of(&story.site)?;
    has_a_conversation(&server).await?;
    let other = Site::start().await?;
    let page = Page::new().body(&frame(&thread_of(story, &server, "")));
    other.serve("/", page.reply());
    let reader = story.reader_with(plain()).await?;
    reader.goes_to(&other.url("/")).await?;
    reader.looks_into_frame().await?;
    let is_there: bool = reader
        .ask(
            "return !!document.querySelector('.comment, form');",
            json!(null),
        )
        .await?;
    ensure!(!is_there, "a foreign page shows the thread");
    // The very same on a page of the site.
    story.site.serve("/", page.reply());
    reader.goes_to(&story.site.url("/")).await?;
    reader.looks_into_frame().await?;
    reader.sees_comment("Both.").await.map(drop)
}

pub(crate) async fn what_another_site_sends_is_asked_about(story: &Story) -> Result<()> {
    let server = server_of(&story.site)?;
    let other = Site::start().await?;
    let form = format!(
        "<form method=post action=\"{}/thread/comments\">
         <input type=hidden name=page value=/article>
         <input type=hidden name=text value=\"I never wrote *this*.\"><button>Win</button></form>",
        server.url()
    );
    other.serve("/", Page::new().body(&form).reply());
    let reader = story.reader_with(plain()).await?;
    reader.goes_to(&other.url("/")).await?;
    reader
        .clicks_on(
            "the other site's button",
            "return document.querySelector('button');",
            json!(null),
        )
        .await?;
    arrives_at(&reader, &server.url()).await?;
    reader
        .sees("This came from a page that may not send it for you.")
        .await?;
    ensure!(server.thread("/article").await?.total == 0);
    let shown = reader.shown().await?;
    ensure!(
        shown.draft.as_deref() == Some("I never wrote *this*."),
        "{shown:#?}"
    );
    // Who has meant it presses once more.
    reader.posts().await?;
    reader.sees_comment("I never wrote this.").await?;
    ensure!(server.thread("/article").await?.total == 1);
    Ok(())
}

/// An article whose HTML has its thread, by whatever put the page together.
async fn reads_and_writes_in(story: &Story, server: &Server, article: &str) -> Result<()> {
    let before = server.thread("/article").await?.total;
    let reader = story.reader_with(plain()).await?;
    let shown = reader.opens(article).await?;
    ensure!(shown.comments.len() == 4, "{shown:#?}");
    reader
        .finds(
            "the page's own style",
            "const { marginTop } = getComputedStyle(document.querySelector('article p'));
             return marginTop === '50px';",
        )
        .await?;
    // Whatever is done leads to the server, and is no other site's form.
    reader.writes("Written in the page.").await?;
    reader.posts().await?;
    arrives_at(&reader, &server.url()).await?;
    keeps_the_link(&reader).await?;
    reader.goes_to(article).await?;
    reader.clicks_at("Both.", "Reply").await?;
    arrives_at(&reader, &server.url()).await?;
    reader
        .answers_there("Both.", "Answered in the page.")
        .await?;
    ensure!(server.thread("/article").await?.total == before + 2);
    // With scripts it is the widget's, which knows what has been said since.
    let reader = story.reader().await?;
    reader.goes_to(article).await?;
    reader.sees_comment("Answered in the page.").await?;
    reader.comments("Written with a script.").await?;
    Ok(())
}

/// An article in its site's own style, with a policy that allows what it needs.
fn styled(server: &Server) -> Page {
    let url = server.url();
    Page::new()
        .style("p { margin-top: 50px }")
        .policy(&format!(
            "default-src 'none'; img-src 'self'; script-src 'self' {url} 'wasm-unsafe-eval'; \
             connect-src {url}; style-src {url} 'unsafe-inline'; form-action {url}"
        ))
        .script(&url, "")
}

pub(crate) async fn a_thread_in_the_pages_own_html(story: &Story) -> Result<()> {
    let server = server_of(&story.site)?;
    has_a_conversation(&server).await?;
    let fragment = server.thread_html("/article").await?;
    let element = format!("<afterword-comments>{fragment}</afterword-comments>");
    let article = story.page("/article", &styled(&server).body(&element));
    reads_and_writes_in(story, &server, &article).await
}

pub(crate) async fn a_thread_in_a_shadow_of_the_pages_html(story: &Story) -> Result<()> {
    let server = server_of(&story.site)?;
    has_a_conversation(&server).await?;
    let fragment = server.thread_html("/article").await?;
    let element = format!(
        "<afterword-comments><template shadowrootmode=\"open\">\
         <link rel=\"stylesheet\" href=\"{}/afterword.css\">\
         <div class=\"aw\" data-theme=\"auto\">{fragment}</div></template></afterword-comments>",
        server.url()
    );
    let article = story.page("/article", &styled(&server).body(&element));
    let reader = story.reader_with(plain()).await?;
    reader.opens(&article).await?;
    reader
        .finds(
            "the widget's style",
            "return getComputedStyle(root.querySelector('.comments')).listStyleType === 'none';",
        )
        .await?;
    reads_and_writes_in(story, &server, &article).await
}

pub(crate) async fn by_keyboard_alone(story: &Story) -> Result<()> {
    let server = story.server()?;
    has_a_conversation(&server).await?;
    let reader = at_the_thread(story, &server).await?;
    let enter = "\u{e007}";
    reader
        .tabs_to("the text", "return at.matches('textarea');")
        .await?;
    reader.presses("No mouse.").await?;
    reader
        .tabs_to(
            "the button that posts",
            "return say(at) === 'Post comment';",
        )
        .await?;
    reader.presses(enter).await?;
    let id = reader.sees_comment("No mouse.").await?.id;
    keeps_the_link(&reader).await?;
    // The address has led to the comment: Tab goes on from there, and round by the page's begin.
    reader
        .run("root.querySelector('.kept').focus();", json!(null))
        .await?;
    reader.presses(enter).await?;
    reader
        .finds(
            "the page of the comment",
            "return !root.querySelector('.receipt');",
        )
        .await?;
    reader.tabs_to("Edit", "return say(at) === 'Edit';").await?;
    reader.presses(enter).await?;
    has_focus_on(&reader, "textarea").await?;
    reader.presses(" None at all.").await?;
    reader
        .tabs_to(
            "the button that saves",
            "return say(at) === 'Save changes';",
        )
        .await?;
    reader.presses(enter).await?;
    reader.sees("Your changes have been saved.").await?;
    reader.sees_comment("None at all.").await?;
    reader
        .tabs_to("Delete", "return say(at) === 'Delete';")
        .await?;
    reader.presses(enter).await?;
    has_focus_on(&reader, ".confirm").await?;
    // The question has the focus, and the next stop is the answer.
    reader.presses_tab().await?;
    has_focus_on(&reader, ".confirm .button-danger").await?;
    reader.presses(enter).await?;
    reader.sees("Your comment has been deleted.").await?;
    reader
        .finds(
            "no comment",
            &format!("return !document.getElementById('comment-{id}');"),
        )
        .await
}

/// Checks a page by axe-core, which is a script: on a copy of what stands before the reader, in a
/// browser that runs scripts, but not the page's.
async fn finds_no_barrier(story: &Story, reader: &Reader, eyes: &Reader) -> Result<()> {
    let (address, html): (String, String) = reader
        .ask(
            "return [location.href, document.documentElement.outerHTML];",
            json!(null),
        )
        .await?;
    // axe-core takes a page without a colour of its own for white.
    let head = format!(
        "<head><base href=\"{}\"><style>:root {{ background: Canvas }}</style>",
        address.replace('&', "&amp;")
    );
    let html = html.replacen("<head>", &head, 1);
    ensure!(html.contains(&head), "{html}");
    let copy = Reply::html(format!("<!doctype html>{html}"));
    let copy = copy.header(CONTENT_SECURITY_POLICY, "script-src 'none'");
    story.site.serve("/copy", copy);
    eyes.goes_to(&story.site.url("/copy")).await?;
    eyes.finds_no_barrier_on_the_page()
        .await
        .with_context(|| address)
}

/// Goes through every kind of page.
async fn finds_no_barrier_anywhere(story: &Story, preferences: Preferences) -> Result<()> {
    let server = Server::start(vec![("AFTERWORD_MAX_TEXT_BYTES", "100".to_owned())])?;
    let reader = story
        .reader_with(Preferences {
            no_scripts: true,
            ..preferences
        })
        .await?;
    // Without motion, so that no colour is on its way to another.
    let eyes = story
        .reader_with(Preferences {
            reduced_motion: true,
            ..preferences
        })
        .await?;
    reader.opens(&thread_of(story, &server, "")).await?;
    finds_no_barrier(story, &reader, &eyes).await?;
    has_a_conversation(&server).await?;
    reader.reloads().await?;
    finds_no_barrier(story, &reader, &eyes).await?;
    reader.writes(&"x".repeat(101)).await?;
    reader.posts().await?;
    reader.sees("This is longer than a comment may be").await?;
    finds_no_barrier(story, &reader, &eyes).await?;
    reader.writes("**Short** enough.").await?;
    reader.clicks("Preview").await?;
    reader
        .finds(
            "the preview",
            "return !!root.querySelector('.composer-preview strong');",
        )
        .await?;
    finds_no_barrier(story, &reader, &eyes).await?;
    reader.posts().await?;
    let link = keeps_the_link(&reader).await?;
    finds_no_barrier(story, &reader, &eyes).await?;
    reader.clicks_at("Both.", "Reply").await?;
    has_focus_on(&reader, "textarea").await?;
    finds_no_barrier(story, &reader, &eyes).await?;
    for (deed, focus) in [("Edit", "textarea"), ("Delete", ".confirm")] {
        reader.goes_to(&link).await?;
        reader.clicks_at("Short enough.", deed).await?;
        has_focus_on(&reader, focus).await?;
        finds_no_barrier(story, &reader, &eyes).await?;
    }
    reader
        .goes_to(&thread_of(story, &server, "&sort=upside-down"))
        .await?;
    reader.sees("That did not work").await?;
    finds_no_barrier(story, &reader, &eyes).await
}

pub(crate) async fn no_barrier(story: &Story) -> Result<()> {
    finds_no_barrier_anywhere(story, Preferences::default()).await
}

pub(crate) async fn no_barrier_in_the_dark(story: &Story) -> Result<()> {
    let dark = Preferences {
        dark: true,
        ..Preferences::default()
    };
    finds_no_barrier_anywhere(story, dark).await
}

pub(crate) async fn fits_every_window(story: &Story) -> Result<()> {
    let server = story.server()?;
    has_unruly_comments(&server, "/article").await?;
    let word = "Betriebswerk".repeat(30);
    let reader = story.reader_with(plain()).await?;
    for (lang, width) in [("en", 360), ("ar", 360), ("ar", 1000)] {
        reader.has_window(width, 800).await?;
        let more = format!("&lang={lang}&title={word}");
        let thread = thread_of(story, &server, "").replace("&title=On+slow+news", &more);
        reader.opens(&thread).await?;
        fits(&reader).await?;
        // Each of these is a page of its own: a preview, a receipt, a comment, a composer, a question.
        reader.writes(&format!("{word} **{lang}** {width}")).await?;
        for (press, shows) in [
            (".composer-toggle", ".composer-preview"),
            (".composer .button-primary", ".receipt"),
            (".receipt .kept", ".aw:not(:has(.receipt)) [href*='edit=']"),
            ("[href*='edit=']", ".composer-cancel"),
            (
                ".composer-cancel",
                ".aw:not(:has(.composer-cancel)) [href*='delete=']",
            ),
            ("[href*='delete=']", ".confirm"),
        ] {
            reader
                .clicks_on(press, "return root.querySelector(argument);", json!(press))
                .await?;
            let is_there = format!("return !!document.querySelector({shows:?});");
            reader.finds(shows, &is_there).await?;
            fits(&reader).await?;
        }
        reader
            .finds(
                "text in the language's direction",
                "const [name, number] = ['.comment-author', '.comment-number'].map(
                     (it) => root.querySelector(it).getBoundingClientRect().left);
                 return (name > number) === (document.dir === 'rtl')
                     && (document.dir === 'rtl') === (document.documentElement.lang === 'ar');",
            )
            .await?;
    }
    Ok(())
}
