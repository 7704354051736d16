//! Calls that a server may leave out.

use afterword_protocol::{
    Found, PageCounts, ProblemKind, SearchResults, TransferCode, Uploaded, limits,
};
use http::Method;
use serde_json::{Value, json};

use super::part;
use crate::client::{Call, Stop, Verdict, encode, ensure, expect};
use crate::suite::Suite;

part! { "Further calls":
    "counts", COUNTS, "", "comments are counted in the order asked for; a page never seen has 0", counts;
    "counts-bounds", COUNTS, "", "more than 100 pages are refused", counts_bounds;
    "search", SEARCH, "search", "words are found in texts and names, in whatever case", search;
    "search-number", SEARCH, "search", "#5 finds the comment of that number", search_number;
    "report-refuses", REPORT, "report", "a report without a known reason, or with nothing said for `other`, is refused", report;
    "transfer", TRANSFER, "transfer", "tokens are fetched once, however the code is typed", transfer;
    "images", IMAGES, "", "an image is taken, what is none is refused", images;
    "thread-html", THREAD, "", "the comments are rendered as HTML, with the list behind them", thread;
}

fn counts(suite: &Suite<'_>) -> Verdict {
    suite.scene()?;
    let pages = [suite.other("empty"), suite.page.clone()];
    let query = format!("{}&page={}", suite.query(&pages[0]), encode(&pages[1]));
    let answer = suite.get(format!("/counts?{query}"))?.offered()?;
    let counts: PageCounts = answer.json(200)?;
    let counts: Vec<_> = counts
        .counts
        .iter()
        .map(|it| (it.page.as_str(), it.count))
        .collect();
    expect(
        "the counts",
        counts,
        vec![(pages[0].as_str(), 0), (&pages[1], 6)],
    )
}

fn counts_bounds(suite: &Suite<'_>) -> Verdict {
    let mut query = suite.query("/0");
    let count = |query: &str| suite.get(format!("/counts?{query}"))?.offered();
    for number in 1..limits::COUNTED_PAGES {
        query.push_str(&format!("&page=%2F{number}"));
    }
    let counts: PageCounts = count(&query)?.json(200)?;
    expect(
        "the number of counts",
        counts.counts.len(),
        limits::COUNTED_PAGES,
    )?;
    query.push_str("&page=%2Fmore");
    count(&query)?
        .problem(ProblemKind::InvalidRequest)
        .map(drop)
}

fn found(suite: &Suite<'_>, words: &str) -> Verdict<Vec<Found>> {
    let path = format!("/search?{}&q={}", suite.query(&suite.page), encode(words));
    let results: SearchResults = suite.get(path)?.json(200)?;
    Ok(results.results)
}

fn search(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let cases = [
        ("ANCHO", vec![&scene.a]),
        ("lovelace", vec![&scene.a]),
        ("salty lovelace", vec![&scene.a]),
        ("dill", vec![&scene.d]),
        ("barley dill", vec![]),
        ("nowhere to be found", vec![]),
    ];
    for (words, should) in cases {
        let results = found(suite, words)?;
        let ids: Vec<_> = results.iter().map(|it| it.id.as_str()).collect();
        let should: Vec<_> = should.iter().map(|it| it.comment.id.as_str()).collect();
        expect(&format!("what is found by {words:?}"), ids, should)?;
    }
    let results = found(suite, "dill")?;
    let marked = results.iter().filter_map(|it| it.snippet.get(1)).next();
    let is_marked = marked.is_some_and(|it| it.eq_ignore_ascii_case("dill"));
    ensure(is_marked, || {
        format!("the second piece of the snippet is {marked:?}, not \"Dill\"")
    })
}

fn search_number(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let results = found(suite, "#5")?;
    let ids: Vec<_> = results.iter().map(|it| it.id.as_str()).collect();
    expect(
        "what is found by #5",
        ids,
        vec![scene.e.comment.id.as_str()],
    )
}

fn report(suite: &Suite<'_>) -> Verdict {
    // A real report would be the owner's to read: none is sent.
    let path = format!("/comments/{}/reports", suite.scene()?.a.comment.id);
    let send = |body: Value| {
        suite
            .send(&Call::new(Method::POST, &path).json(&body))?
            .offered()
    };
    send(json!({ "reason": "boredom" }))?.problem(ProblemKind::InvalidRequest)?;
    send(json!({ "reason": "other" }))?.problem(ProblemKind::TextEmpty)?;
    let long = "x".repeat(limits::REPORT_BYTES as usize + 1);
    let problem = send(json!({ "reason": "other", "text": long }))?;
    problem.problem(ProblemKind::TextTooLong).map(drop)
}

fn transfer(suite: &Suite<'_>) -> Verdict {
    let a = &suite.scene()?.a;
    let tokens = json!({ "tokens": [{ "id": a.comment.id, "edit_token": a.edit_token }] });
    let post = |path: &str, body: &Value| suite.send(&Call::new(Method::POST, path).json(body));
    let answer = post("/transfers", &tokens)?;
    let code = answer.json::<TransferCode>(201)?.code;
    ensure(code.is_ascii() && code.len() == 8, || {
        format!("the code is {code:?}, not eight letters and digits")
    })?;
    let typed = format!("{} - {}", code[..4].to_lowercase(), &code[4..]);
    let fetched: Value = post("/transfers/fetch", &json!({ "code": typed }))?.json(200)?;
    expect("what is fetched", fetched, tokens)?;
    let again = post("/transfers/fetch", &json!({ "code": code }))?;
    again.problem(ProblemKind::CodeUnknown).map(drop)
}

/// A picture of one pixel.
const PICTURE: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\x9c\x63\x68\x00\x00\x00\x82\x00\x81\x77\xcd\x72\xb6\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

fn images(suite: &Suite<'_>) -> Verdict {
    if suite.empty.limits.image_bytes.is_none() {
        return Err(Stop::NotOffered("limits.image_bytes is absent".to_owned()));
    }
    let send = |bytes: &[u8]| {
        let call = Call::new(Method::POST, "/images").bytes(bytes);
        suite.send(&call.header("content-type", "application/octet-stream"))
    };
    let uploaded: Uploaded = send(PICTURE)?.json(201)?;
    ensure(afterword_protocol::html::is_image(&uploaded.src), || {
        format!("src is {:?}, not /images/NAME", uploaded.src)
    })?;
    expect("its size", (uploaded.width, uploaded.height), (1, 1))?;
    let answer = send(b"<svg onload=alert(1)>")?;
    answer.problem(ProblemKind::ImageInvalid).map(drop)
}

fn thread(suite: &Suite<'_>) -> Verdict {
    suite.scene()?;
    let path = format!("/thread.html?{}", suite.query(&suite.page));
    let answer = suite.get(path)?.offered()?;
    ensure(
        answer.status == 200 && answer.media_type() == "text/html",
        || format!("{} as {:?}", answer.told(), answer.media_type()),
    )?;
    for words in [
        "<section class=\"thread\"",
        "<template class=\"thread-data\"",
        "Cinnamon.",
    ] {
        ensure(answer.body.contains(words), || {
            format!("{words} is not in it")
        })?;
    }
    Ok(())
}
