//! An API of the owner's own, by a mapping, or by a backend that the page brings.

use afterword_e2e::{Page, Replay, Reply, Shown, Site, Story};
use anyhow::{Result, ensure};

/// The first worked example of docs/backends.md.
const MAPPING: &str = r##"{
  "headers": { "X-Api-Version": "2" },
  "list": { "path": "/v2/articles/{page}/comments", "comments": "/data", "total": "/count" },
  "comment": {
    "id": "/key", "author": "/user/name", "website": "/user/home", "created": "/at", "edited": "/edited",
    "html": "/body", "up": "/points", "status": "/state", "replies": "/answers"
  },
  "statuses": { "visible": "published", "waiting": "pending", "removed": "deleted" },
  "create": {
    "path": "/v2/articles/{page}/comments",
    "body": { "content": "{text}", "answers": "{parent}", "user": { "name": "{author}" } },
    "comment": "/comment", "token": "/secret"
  },
  "edit": {
    "method": "PATCH", "path": "/v2/comments/{id}", "headers": { "Authorization": "Bearer {token}" },
    "body": { "content": "{text}" }, "comment": "/comment"
  },
  "remove": {
    "method": "DELETE", "path": "/v2/comments/{id}", "headers": { "Authorization": "Bearer {token}" }
  },
  "up": { "method": "POST", "path": "/v2/comments/{id}/points", "up": "/points" },
  "errors": { "kind": "/error/code", "kinds": { "looks_like_spam": "text-refused" } }
}"##;

fn says<'a>(sentence: &'a str) -> impl Fn(&Shown) -> bool + 'a {
    move |shown| {
        let mut said = shown.errors.iter().chain(&shown.notices);
        said.any(|it| it.contains(sentence))
    }
}

pub(crate) async fn by_a_mapping(story: &Story) -> Result<()> {
    let document = include_str!("../../../../docs/backends.md");
    ensure!(
        document.contains(MAPPING),
        "docs/backends.md has another example"
    );
    let widget = Site::with_widget().await?;
    let server = Replay::start(include_str!("../../replays/rest.http"), &[]).await?;
    story.site.serve("/mapping.json", Reply::json(MAPPING));
    let attributes = format!(
        "data-backend=rest data-mapping=/mapping.json data-api=\"{}\"",
        server.url()
    );
    let page = Page::new().script(&widget.url(""), &attributes);
    let reader = story.reader().await?;
    let shown = reader.opens(&story.page("/article", &page)).await?;
    ensure!(shown.title == "3 comments", "{shown:#?}");
    let texts: Vec<_> = shown.comments.iter().map(|it| it.text.as_str()).collect();
    ensure!(
        texts
            == [
                "This comment was deleted.",
                "Why?",
                "It is calm.",
                "So it is."
            ],
        "{shown:#?}"
    );
    let html = &shown.comments[2].html;
    ensure!(html == "<p>It is calm.</p>", "{html}");
    let has_link = "return !!article('It is calm').querySelector('a.comment-author');";
    ensure!(
        !reader
            .ask::<bool>(has_link, serde_json::json!(null))
            .await?
    );
    reader.clicks_at("It is calm", "Vote up, 3 votes").await?;
    let counted = "return !!button(article('It is calm'), 'Vote up, 4 votes');";
    reader.finds("the vote", counted).await?;

    reader.signs("Eve").await?;
    reader.writes("Buy this.").await?;
    reader.posts().await?;
    reader
        .waits("the refusal", says("doesn't take this text"))
        .await?;
    reader.clicks("Discard").await?;
    reader.writes("Calm indeed.").await?;
    reader.posts().await?;
    reader.hears("Your comment waits for approval.").await?;
    let posted = reader.sees_comment("Calm indeed.").await?;
    let by_id = format!("#{}", posted.id);
    reader.clicks_at(&by_id, "Edit").await?;
    reader.writes_into(Some(&by_id), "Calm, indeed.").await?;
    reader.submits(&by_id).await?;
    reader.sees_comment("Calm, indeed.").await?;
    reader.deletes("Calm, indeed.").await?;
    reader.hears("Your comment has been deleted.").await?;
    server.is_told()
}

pub(crate) async fn a_mapping_that_is_none(story: &Story) -> Result<()> {
    let widget = Site::with_widget().await?;
    let mapping = MAPPING.replace("\"/data\"", "\"data\"");
    let page = Page::new()
        .body(&format!(
            "<script type=\"application/json\" id=\"mapping\">{mapping}</script>"
        ))
        .script(
            &widget.url(""),
            "data-backend=rest data-mapping=#mapping data-api=/api",
        )
        .head(
            "<script>
            const warn = console.warn;
            console.warn = (...all) => { (window.warned ??= []).push(all.join(' ')); warn(...all); };
            </script>",
        );
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/article", &page)).await?;
    let told = "return window.warned?.some((it) => it.includes(
        '/list/comments must be a JSON Pointer, as \"/data/id\"'));";
    reader.finds("the field that is wrong", told).await?;
    reader.sees("The comments could not be loaded.").await?;
    // To try again would change nothing.
    reader.sees_no_longer("Try again").await?;
    Ok(())
}

pub(crate) async fn a_backend_of_the_page(story: &Story) -> Result<()> {
    let widget = Site::with_widget().await?;
    let register = format!("<script src=\"{}\"></script>", widget.url("/register.js"));
    let page = Page::new()
        .head(&register)
        .body(
            "<script>
            addEventListener('load', () => {
                const said = [{ id: 1, author: 'Ada', html: '<p>It is <em>calm</em>.</p>', created: 0 }];
                Afterword.registerBackend('mine', ({ greeting }) => ({
                    offers: 'post reply name oldest',
                    list: () => ({ comments: said }),
                    create: async ({ text, author, parent }) => {
                        const comment = { id: said.length + 1, parent, author, html: text + greeting, created: new Date() };
                        said.push(comment);
                        return { comment };
                    },
                }));
            });
            </script>",
        )
        .script(
            &widget.url(""),
            "data-backend=mine data-greeting=\" (heard)\" data-loading=eager",
        );
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader.sees_comment("It is calm.").await?;
    reader.signs("Bo").await?;
    reader.clicks_at("It is calm", "Reply").await?;
    reader.writes_into(Some("It is calm"), "So it is.").await?;
    reader.submits("It is calm").await?;
    let answer = reader.sees_comment("So it is. (heard)").await?;
    ensure!(answer.depth == 1 && !answer.is("own"), "{answer:#?}");
    Ok(())
}

pub(crate) async fn a_backend_that_nobody_knows(story: &Story) -> Result<()> {
    let widget = Site::with_widget().await?;
    let page = Page::new().script(&widget.url(""), "data-backend=disquss");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/article", &page)).await?;
    reader.sees("The comments could not be loaded.").await?;
    Ok(())
}

pub(crate) async fn what_is_found_again_is_its_authors(story: &Story) -> Result<()> {
    let widget = Site::with_widget().await?;
    let register = format!("<script src=\"{}\"></script>", widget.url("/register.js"));
    let page = Page::new()
        .head(&register)
        .body(
            "<script>
            const said = [];
            let isLost = true;
            Afterword.registerBackend('mine', {
                offers: 'post name edit oldest top',
                list: () => ({ comments: said, votes: 'up' }),
                create: ({ text, author }) => {
                    said.push({ id: said.length + 1, author, html: text, created: new Date() });
                    // It is there, and nobody hears of it.
                    if (isLost) {
                        isLost = false;
                        throw new DOMException('', 'NetworkError');
                    }
                    return { comment: said.at(-1) };
                },
                token: ({ id }) => 'mine ' + id,
                edit: ({ id, token, text }) => {
                    if (token != 'mine ' + id) throw Error(token);
                    return Object.assign(said[id - 1], { html: text, edited: new Date() });
                },
            });
            </script>",
        )
        .script(&widget.url(""), "data-backend=mine data-loading=eager");
    let reader = story.reader().await?;
    reader.opens(&story.page("/article", &page)).await?;
    reader.signs("Bo").await?;
    reader.writes("It is calm.").await?;
    reader.posts().await?;
    reader.clicks_at("It is calm.", "Try again").await?;
    reader.hears("Your comment has been posted.").await?;
    let shown = reader.shown().await?;
    ensure!(shown.comments.len() == 1, "{shown:#?}");
    let by_id = format!("#{}", shown.comments[0].id);
    reader.clicks_at(&by_id, "Edit").await?;
    reader.writes_into(Some(&by_id), "It was calm.").await?;
    reader.submits(&by_id).await?;
    reader.sees_comment("It was calm.").await?;
    Ok(())
}

pub(crate) async fn nobody_is_asked_for_a_word_where_none_is_taken(story: &Story) -> Result<()> {
    let widget = Site::with_widget().await?;
    story.site.serve("/none.json", Reply::json("[]"));
    let page = Page::new().script(&widget.url(""), "data-backend=static data-src=/none.json");
    let reader = story.reader().await?;
    reader.goes_to(&story.page("/article", &page)).await?;
    reader.sees("No more comments are taken here.").await?;
    let is_hidden =
        "return getComputedStyle(root.querySelector('.notice-empty')).display === 'none';";
    reader.finds("no invitation", is_hidden).await
}
