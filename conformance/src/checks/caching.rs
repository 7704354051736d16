//! What may be kept of answers.

use http::Method;
use serde_json::json;

use super::part;
use crate::client::{Call, Stop, Verdict, ensure};
use crate::suite::Suite;

part! { "Caching":
    "media-type", RULES, "", "answers are application/json", media_type;
    "cache-control", RULES, "", "reads are no-cache, all else is no-store", control;
    "etag", RULES, "", "If-None-Match of the present state is answered 304, of an earlier one with the new", etag;
}

fn media_type(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let id = &scene.a.comment.id;
    let list = format!("/comments?{}", suite.query(&suite.page));
    let show = format!("/comments/{id}");
    for path in [list, show, format!("/comments/{id}/replies")] {
        let answer = suite.get(path)?;
        let is = answer.media_type();
        ensure(is == "application/json", || {
            format!("{} is {is:?}", answer.name)
        })?;
    }
    Ok(())
}

fn control(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let read = suite.get(format!("/comments?{}", suite.query(&suite.page)))?;
    let (body, key) = &suite.first;
    let posted = suite.create(body.clone(), Some(key))?;
    ensure(posted.is_ok(), || posted.told())?;
    let token = "0".repeat(32);
    let refused = suite.delete(&scene.a.comment.id, Some(&token))?;
    for (answer, should) in [
        (read, "no-cache"),
        (posted, "no-store"),
        (refused, "no-store"),
    ] {
        let is = answer.header("cache-control").unwrap_or_default();
        ensure(is.split(',').any(|it| it.trim() == should), || {
            format!("{}: Cache-Control is {is:?}, not {should}", answer.name)
        })?;
    }
    Ok(())
}

fn etag(suite: &Suite<'_>) -> Verdict {
    let page = suite.other("etag");
    let path = format!("/comments?{}", suite.query(&page));
    let created = suite.post(&page, None, "Before.")?;
    let before = suite.get(&path)?;
    let Some(etag) = before.header("etag") else {
        return Err(Stop::NotOffered("reads have no ETag".to_owned()));
    };
    let ask = || suite.send(&Call::new(Method::GET, &path).header("if-none-match", etag));
    let same = ask()?;
    ensure(same.status == 304 && same.body.is_empty(), || {
        format!("{}, not 304, though nothing has changed", same.told())
    })?;
    suite.post(&page, Some(&created), "After.")?;
    let other = ask()?;
    ensure(other.status == 200 && other.body.contains("After."), || {
        format!("{}, though a comment has come since", other.told())
    })?;
    let again = other.header("etag").unwrap_or_default();
    ensure(again != etag, || {
        format!("two states have the ETag {etag}: {}", json!(again))
    })
}
