//! What a page of another origin needs, and what it must not be given.

use http::Method;
use serde_json::json;

use afterword_protocol::{ProblemKind, Votes};

use super::part;
use crate::client::{Answer, Call, Verdict, ensure};
use crate::suite::Suite;

part! { "Other origins":
    "cors-read", RULES, "", "every page may read, without credentials", read;
    "cors-problem", RULES, "", "a page may read refusals, too", problem;
    "cors-preflight", RULES, "", "a page of the site may send every method and header of the protocol", preflight;
    "cors-expose", RULES, "", "a page may see ETag, Location and Retry-After", expose;
    "origin", RULES, "", "what a foreign page sends is taken, or refused in an answer that it can read", foreign;
    "no-cookies", RULES, "", "no answer so far has set a cookie", cookies;
}

/// Where nobody's page is.
const ELSEWHERE: &str = "https://elsewhere.invalid";

/// Whether a page of that origin may read an answer.
fn is_readable(answer: &Answer, origin: &str) -> Verdict {
    let allowed = answer.header("access-control-allow-origin");
    ensure(
        matches!(allowed, Some("*")) || allowed == Some(origin),
        || {
            format!(
                "{}: Access-Control-Allow-Origin is {allowed:?}",
                answer.name
            )
        },
    )?;
    let credentials = answer.header("access-control-allow-credentials");
    ensure(credentials.is_none(), || {
        format!(
            "{}: Access-Control-Allow-Credentials is {credentials:?}",
            answer.name
        )
    })
}

fn read(suite: &Suite<'_>) -> Verdict {
    let path = format!("/comments?{}", suite.query(&suite.page));
    let answer = suite.send(&Call::get(path).header("origin", ELSEWHERE))?;
    ensure(answer.is_ok(), || answer.told())?;
    is_readable(&answer, ELSEWHERE)
}

fn problem(suite: &Suite<'_>) -> Verdict {
    for path in ["/comments", "/comments/nobody", "/nothing"] {
        let answer = suite.send(&Call::get(path).header("origin", ELSEWHERE))?;
        is_readable(&answer, ELSEWHERE)?;
    }
    Ok(())
}

fn preflight(suite: &Suite<'_>) -> Verdict {
    let origin = suite.client.origin().unwrap_or(ELSEWHERE);
    let empty = &suite.empty;
    let thinks = empty.votes != Votes::None || !empty.reactions.is_empty();
    let wanted = [
        (true, "POST", "/comments", "content-type,idempotency-key"),
        (
            suite.does("edit"),
            "PATCH",
            "/comments/a",
            "authorization,content-type",
        ),
        (
            suite.does("delete"),
            "DELETE",
            "/comments/a",
            "authorization",
        ),
        (
            thinks,
            "PUT",
            "/comments/a/thoughts",
            "authorization,content-type",
        ),
        (true, "GET", "/comments", "if-none-match"),
    ];
    let wanted = wanted.into_iter().filter(|(is_offered, ..)| *is_offered);
    for (_, method, path, headers) in wanted {
        let call = Call::new(Method::OPTIONS, path)
            .header("origin", origin)
            .header("access-control-request-method", method)
            .header("access-control-request-headers", headers);
        let answer = suite.send(&call)?;
        ensure(answer.is_ok(), || answer.told())?;
        is_readable(&answer, origin)?;
        let list = |name| answer.header(name).unwrap_or_default().to_ascii_lowercase();
        let methods = list("access-control-allow-methods");
        let has = |list: &str, what: &str| list.split(',').any(|it| it.trim() == what);
        let is_simple = matches!(method, "GET" | "POST");
        let is_allowed = is_simple || has(&methods, "*") || has(&methods, &method.to_lowercase());
        ensure(is_allowed, || {
            format!("{method} is not among the methods {methods:?}")
        })?;
        let allowed = list("access-control-allow-headers");
        for header in headers.split(',') {
            // The one that an asterisk does not cover.
            let by_any = has(&allowed, "*") && header != "authorization";
            ensure(by_any || has(&allowed, header), || {
                format!("{header} is not among the headers {allowed:?}")
            })?;
        }
    }
    Ok(())
}

fn expose(suite: &Suite<'_>) -> Verdict {
    let path = format!("/comments?{}", suite.query(&suite.page));
    let answer = suite.send(&Call::get(path).header("origin", ELSEWHERE))?;
    let exposed = answer
        .header("access-control-expose-headers")
        .unwrap_or_default();
    let exposed = exposed.to_ascii_lowercase();
    let has = |name: &str| {
        exposed
            .split(',')
            .any(|it| matches!(it.trim(), "*") || it.trim() == name)
    };
    for name in ["etag", "location", "retry-after"] {
        ensure(has(name), || {
            format!("{name} is not among the exposed headers {exposed:?}")
        })?;
    }
    Ok(())
}

fn foreign(suite: &Suite<'_>) -> Verdict {
    // Nothing is changed, whoever is let in.
    let call = Call::new(Method::PATCH, "/comments/nobody").header("origin", ELSEWHERE);
    let token = crate::suite::unguessable()?;
    let answer = suite.send(&call.bearer(&token).json(&json!({ "text": "x" })))?;
    let kinds = [
        ProblemKind::OriginNotAllowed,
        ProblemKind::NotFound,
        ProblemKind::NoSuchCall,
    ];
    ensure(kinds.into_iter().any(|kind| answer.is(kind)), || {
        answer.told()
    })?;
    is_readable(&answer, ELSEWHERE)
}

fn cookies(suite: &Suite<'_>) -> Verdict {
    suite.get(format!("/comments?{}", suite.query(&suite.page)))?;
    let seen = suite.client.seen.lock();
    let seen = seen.unwrap_or_else(std::sync::PoisonError::into_inner);
    let first = seen.cookies.first();
    ensure(first.is_none(), || {
        format!("{} set one", first.map_or("", String::as_str))
    })
}
