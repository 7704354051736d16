//! Counts of comments in lists of articles.

use afterword_e2e::{Page, Reader, Reply, Server, Story};
use anyhow::{Result, ensure};
use serde_json::json;

/// A server on which some articles have comments.
async fn server(story: &Story) -> Result<Server> {
    let server = story.server()?;
    let one = server.has_comment("/7/", None, "One.", None).await?;
    server.has_comment("/7/", None, "Two.", Some(&one)).await?;
    server.has_comment("/8/", None, "One.", None).await?;
    Ok(server)
}

/// A page with that HTML, and the script that counts.
fn index(story: &Story, server: &str, html: &str) -> String {
    let page = Page::new()
        .head(&format!(
            r#"<script src="{server}/count.js" defer></script>"#
        ))
        .body(html);
    story.page("/", &page)
}

/// Waits until that is what the elements say.
async fn says(reader: &Reader, selector: &str, words: &[&str]) -> Result<()> {
    let script = format!("return JSON.stringify(all({selector:?}, document).map(say));");
    let wanted = json!(words).to_string();
    let last = std::cell::RefCell::new(String::new());
    let result = afterword_e2e::until("the counts", || async {
        let said: String = reader.ask(&script, json!(null)).await?;
        let is_so = said == wanted;
        *last.borrow_mut() = said;
        Ok(is_so.then_some(()))
    });
    let result = result.await;
    result.map_err(|error| error.context(format!("they say: {}", last.borrow())))
}

/// It has asked so many times. A browser may tell of a request after the page has had the answer.
async fn asked(reader: &Reader, times: usize) -> Result<()> {
    let script = "return performance.getEntriesByType('resource')
        .filter(({ name }) => name.includes('/api/v1/counts')).length;";
    let asked = afterword_e2e::until("its requests", || async {
        let asked: usize = reader.ask(script, json!(null)).await?;
        Ok((asked >= times).then_some(asked))
    });
    let asked = asked.await?;
    ensure!(asked == times, "it asked {asked} times");
    Ok(())
}

pub(crate) async fn an_index_of_thirty_articles_makes_one_request(story: &Story) -> Result<()> {
    let server = server(story).await?;
    let links: String = (0..30)
        .map(|number| {
            format!(
                r#"<p><a href="/{number}/">Article {number}</a>
                <a class="count" href="/{number}/#comments" data-afterword-count>Comments</a></p>"#
            )
        })
        .collect();
    let more = r#"<afterword-count data-page-id="/7/">…</afterword-count>
        <i data-afterword-count="/8/"></i><i data-afterword-count="/7/"></i>"#;
    let reader = story.reader().await?;
    reader
        .goes_to(&index(story, &server.url(), &(links + more)))
        .await?;
    let mut wanted = vec!["0"; 30];
    wanted[7] = "2";
    wanted[8] = "1";
    says(&reader, ".count", &wanted).await?;
    says(&reader, "afterword-count", &["2"]).await?;
    says(&reader, "i", &["1", "2"]).await?;
    asked(&reader, 1).await?;
    let program: usize = reader
        .ask(
            "return performance.getEntriesByType('resource')
                 .filter(({ name }) => name.includes('/assets/')).length;",
            json!(null),
        )
        .await?;
    ensure!(program == 0, "no program is loaded");
    Ok(())
}

pub(crate) async fn what_is_added_later_is_counted(story: &Story) -> Result<()> {
    let server = server(story).await?;
    let reader = story.reader().await?;
    let html = r#"<b data-afterword-count="/7/"></b>"#;
    reader.goes_to(&index(story, &server.url(), html)).await?;
    says(&reader, "b", &["2"]).await?;
    reader
        .run(
            "for (const page of ['/8/', '/9/', '/7/']) {
                 const item = document.createElement('li');
                 item.innerHTML = `<b data-afterword-count=${page}>…</b>`;
                 document.body.append(item);
             }",
            json!(null),
        )
        .await?;
    says(&reader, "b", &["2", "1", "0", "2"]).await?;
    // Another article in the place of the first.
    reader
        .run(
            "document.querySelector('b').dataset.afterwordCount = '/8/';",
            json!(null),
        )
        .await?;
    says(&reader, "b", &["1", "1", "0", "2"]).await?;
    asked(&reader, 3).await
}

pub(crate) async fn in_the_words_of_the_page(story: &Story) -> Result<()> {
    let server = server(story).await?;
    let reader = story.reader().await?;
    let words = r#"data-zero="Be the first" data-one="{n} comment" data-other="{n} comments""#;
    let html = format!(
        r#"<b data-afterword-count="/7/" {words}></b> <b data-afterword-count="/8/" {words}></b>
        <b data-afterword-count="/9/" {words}></b>
        <p lang="ar"><b data-afterword-count="/7/" data-two="تعليقان" data-other="{{n}} تعليق"></b></p>
        <p lang="no_such"><b data-afterword-count="/7/"></b></p>"#
    );
    reader.goes_to(&index(story, &server.url(), &html)).await?;
    let wanted = ["2 comments", "1 comment", "Be the first", "تعليقان", "2"];
    says(&reader, "b", &wanted).await
}

pub(crate) async fn many_more_than_one_request_may_ask_for(story: &Story) -> Result<()> {
    let server = server(story).await?;
    let reader = story.reader().await?;
    let html: String = (0..250)
        .map(|number| format!(r#"<b data-afterword-count="/{number}/"></b>"#))
        .collect();
    reader.goes_to(&index(story, &server.url(), &html)).await?;
    let mut wanted = vec!["0"; 250];
    wanted[7] = "2";
    wanted[8] = "1";
    says(&reader, "b", &wanted).await?;
    asked(&reader, 3).await
}

pub(crate) async fn what_stands_there_stays_without_an_answer(story: &Story) -> Result<()> {
    let server = server(story).await?;
    let broken = story.site.url("");
    let reply = Reply::json(r#"{"type":"about:blank","status":500}"#);
    story.site.serve("/api/v1/counts", reply);
    let reader = story.reader().await?;
    let html = format!(
        r#"<b data-afterword-count="/7/">Some</b>
        <b data-afterword-count="/7/" data-api="{broken}">Comments</b>
        <b data-afterword-count="/7/" data-site="none">All</b>"#
    );
    reader.goes_to(&index(story, &server.url(), &html)).await?;
    says(&reader, "b", &["2", "Comments", "All"]).await
}
