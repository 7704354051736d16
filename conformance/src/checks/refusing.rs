//! What is refused, and how.

use afterword_protocol::{ProblemKind, limits};
use http::Method;
use serde_json::{Value, json};

use super::part;
use crate::client::{Answer, Call, Verdict, encode, ensure, expect};
use crate::suite::Suite;

part! { "Refusals":
    "text-empty", PROBLEMS, "", "a blank text is refused", text_empty;
    "text-too-long", PROBLEMS, "", "a text over limits.text_bytes is refused with that limit, one of it is not", text_too_long;
    "text-invalid", PROBLEMS, "", "a text with a control character is refused", text_invalid;
    "author-too-long", PROBLEMS, "name", "a name over limits.author_bytes is refused with that limit", author_too_long;
    "author-invalid", PROBLEMS, "name", "a name that turns the direction of writing or has control characters is refused", author_invalid;
    "website-invalid", PROBLEMS, "website name", "a website that is no address of the web is refused", website_invalid;
    "page-invalid", PROBLEMS, "", "an empty page key, a too long one, and one with control characters are refused", page_invalid;
    "parent-not-found", PROBLEMS, "", "an answer to a comment that is not on the page is refused", parent_not_found;
    "unknown-comment", PROBLEMS, "", "of a comment that is not there everything is not-found", unknown_comment;
    "unknown-site", PROBLEMS, "", "a site that is not there is site-unknown", unknown_site;
    "unknown-call", PROBLEMS, "", "a call that is not there is no-such-call", unknown_call;
    "method", PROBLEMS, "", "another method than the call's is refused with Allow", method;
    "bad-json", PROBLEMS, "", "what is not JSON of the right types is invalid-request", bad_json;
    "missing-field", PROBLEMS, "", "a missing field or parameter is invalid-request", missing_field;
    "unknown-field", RULES, "", "an unknown field or parameter is invalid-request", unknown_field;
    "content-type", RULES, "", "a body that is not said to be JSON is refused", content_type;
    "large-body", PROBLEMS, "", "a very large body is refused in an answer", large_body;
    "problem-documents", PROBLEMS, "", "every refusal so far was a problem document with a stable title", documents;
}

/// Tries to post a comment with one field as given.
fn with(suite: &Suite<'_>, field: &str, value: impl Into<Value>) -> Verdict<Answer> {
    let mut body = json!({ "page": suite.other("refused"), "text": "Not taken." });
    body[field] = value.into();
    suite.create(body, None)
}

fn text_empty(suite: &Suite<'_>) -> Verdict {
    for text in ["", " \n\t "] {
        with(suite, "text", text)?.problem(ProblemKind::TextEmpty)?;
    }
    Ok(())
}

fn text_too_long(suite: &Suite<'_>) -> Verdict {
    let most = suite.empty.limits.text_bytes;
    // Bytes of UTF-8, not characters: an é has two.
    let mut text = "é".repeat(most as usize / 2);
    text.push_str(&"x".repeat(most as usize % 2));
    if suite.does("preview") {
        let answer = suite.preview(&text)?;
        ensure(answer.is_ok(), || {
            format!("{} for {most} bytes", answer.told())
        })?;
    }
    text.push('x');
    let problem = with(suite, "text", text)?.problem(ProblemKind::TextTooLong)?;
    expect("`limit`", problem.limit, Some(most))
}

fn text_invalid(suite: &Suite<'_>) -> Verdict {
    for text in ["a\u{0}b", "a\u{7}b"] {
        with(suite, "text", text)?.problem(ProblemKind::TextInvalid)?;
    }
    Ok(())
}

fn author_too_long(suite: &Suite<'_>) -> Verdict {
    let most = suite.empty.limits.author_bytes;
    let answer = with(suite, "author", "x".repeat(most as usize + 1))?;
    let problem = answer.problem(ProblemKind::AuthorTooLong)?;
    expect("`limit`", problem.limit, Some(most))
}

fn author_invalid(suite: &Suite<'_>) -> Verdict {
    for name in ["Ada\u{202e}", "A\nda"] {
        with(suite, "author", name)?.problem(ProblemKind::AuthorInvalid)?;
    }
    Ok(())
}

fn website_invalid(suite: &Suite<'_>) -> Verdict {
    for website in ["javascript:alert(1)", "ftp://ada.example/"] {
        let body = json!({
            "page": suite.other("refused"), "author": "Ada", "website": website, "text": "Not taken.",
        });
        let answer = suite.create(body, None)?;
        answer.problem(ProblemKind::WebsiteInvalid)?;
    }
    Ok(())
}

fn page_invalid(suite: &Suite<'_>) -> Verdict {
    let long = "x".repeat(limits::PAGE_KEY_BYTES + 1);
    for page in ["", "a\u{0}b", "a\nb", &long] {
        let answer = suite.get(format!("/comments?{}", suite.query(page)))?;
        answer.problem(ProblemKind::PageInvalid)?;
    }
    with(suite, "page", "")?.problem(ProblemKind::PageInvalid)?;
    Ok(())
}

/// An id that no server gives.
const NOBODY: &str = "zzzzzzzz-nobody_0";

fn parent_not_found(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    for parent in [NOBODY, "not an id!", &scene.a.comment.id] {
        let answer = with(suite, "parent", parent)?;
        answer.problem(ProblemKind::ParentNotFound)?;
    }
    Ok(())
}

fn unknown_comment(suite: &Suite<'_>) -> Verdict {
    for id in [NOBODY, "not%20an%20id", "%00"] {
        let answer = suite.get(format!("/comments/{id}"))?;
        answer.problem(ProblemKind::NotFound)?;
    }
    let answer = suite.get(format!("/comments/{NOBODY}/replies"))?;
    answer.problem(ProblemKind::NotFound)?;
    let token = crate::suite::unguessable()?;
    if suite.does("edit") {
        let answer = suite.edit(NOBODY, Some(&token), "x")?;
        answer.problem(ProblemKind::NotFound)?;
    }
    if suite.does("delete") {
        let answer = suite.delete(NOBODY, Some(&token))?;
        answer.problem(ProblemKind::NotFound)?;
    }
    Ok(())
}

fn unknown_site(suite: &Suite<'_>) -> Verdict {
    let page = encode(&suite.page);
    let answer = suite.get(format!("/comments?page={page}&site=no-site-of-that-name"))?;
    answer.problem(ProblemKind::SiteUnknown)?;
    let answer = with(suite, "site", "no-site-of-that-name")?;
    answer.problem(ProblemKind::SiteUnknown).map(drop)
}

fn unknown_call(suite: &Suite<'_>) -> Verdict {
    for path in ["/nothing", "/comments/a/b/c"] {
        suite.get(path)?.problem(ProblemKind::NoSuchCall)?;
    }
    Ok(())
}

fn method(suite: &Suite<'_>) -> Verdict {
    let answer = suite.send(&Call::new(Method::DELETE, "/comments"))?;
    answer.problem(ProblemKind::MethodNotAllowed)?;
    let allow = answer.header("allow").unwrap_or_default().to_uppercase();
    let has = |method| allow.split(',').any(|it| it.trim() == method);
    ensure(has("GET") && has("POST"), || {
        format!("Allow is {allow:?}, not GET and POST")
    })
}

/// A body of `POST /comments` as it is.
fn raw(suite: &Suite<'_>, body: impl Into<Vec<u8>>) -> Verdict<Answer> {
    let call = Call::new(Method::POST, "/comments").bytes(body);
    suite.create_by(&call.header("content-type", "application/json"))
}

fn bad_json(suite: &Suite<'_>) -> Verdict {
    let page = json!(suite.other("refused"));
    let bodies: [Vec<u8>; 6] = [
        Vec::new(),
        b"{\"page\":".to_vec(),
        b"[]".to_vec(),
        b"{\"page\":\"/a\",\"text\":\"\xff\"}".to_vec(),
        format!("{{\"page\":{page},\"text\":5}}").into(),
        format!("{{\"page\":{page},\"text\":[\"x\"],\"author\":{{}}}}").into(),
    ];
    for body in bodies {
        raw(suite, body)?.problem(ProblemKind::InvalidRequest)?;
    }
    Ok(())
}

fn missing_field(suite: &Suite<'_>) -> Verdict {
    let answer = suite.get("/comments")?;
    answer.problem(ProblemKind::InvalidRequest)?;
    let body = suite.body(json!({ "page": suite.other("refused") }));
    let answer = raw(suite, body.to_string())?;
    answer.problem(ProblemKind::InvalidRequest).map(drop)
}

fn unknown_field(suite: &Suite<'_>) -> Verdict {
    let answer = suite.get(format!("/comments?{}&sorted=top", suite.query(&suite.page)))?;
    answer.problem(ProblemKind::InvalidRequest)?;
    let answer = with(suite, "txet", "x")?;
    answer.problem(ProblemKind::InvalidRequest).map(drop)
}

fn content_type(suite: &Suite<'_>) -> Verdict {
    let body = suite.body(json!({ "page": suite.other("refused"), "text": "Not taken." }));
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        let call = Call::new(Method::POST, "/comments").header("content-type", kind);
        let answer = suite.create_by(&call.bytes(body.to_string()))?;
        answer.problem(ProblemKind::UnsupportedMediaType)?;
    }
    Ok(())
}

fn large_body(suite: &Suite<'_>) -> Verdict {
    let bytes = suite.empty.limits.text_bytes as usize * 8 + 2_000_000;
    let answer = with(suite, "text", "x".repeat(bytes))?;
    let is_refused = answer.is(ProblemKind::BodyTooLarge) || answer.is(ProblemKind::TextTooLong);
    ensure(is_refused, || {
        format!("{}, not 413 body-too-large", answer.told())
    })
}

fn documents(suite: &Suite<'_>) -> Verdict {
    // One at least, whatever checks have been made.
    suite.get(format!("/comments/{NOBODY}"))?;
    let seen = suite.client.seen.lock();
    let seen = seen.unwrap_or_else(std::sync::PoisonError::into_inner);
    ensure(seen.problems > 0, || {
        "a comment that is not there is answered as if it were".to_owned()
    })?;
    let first = seen.malformed.first();
    ensure(first.is_none(), || {
        format!(
            "{} ({} answers in all)",
            first.map_or("", String::as_str),
            seen.malformed.len()
        )
    })
}
