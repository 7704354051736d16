//! A page's thread, in portions.

use afterword_protocol::{CommentList, ProblemKind};

use super::part;
use crate::client::{Call, Verdict, encode, ensure, expect};
use crate::suite::{Suite, expect_ids, ids, roots};

part! { "Lists":
    "empty-list", LIST, "", "a page that nobody has commented on has an empty list", empty;
    "limits", LIST, "", "a list says what the server accepts", limits;
    "branches", LIST, "oldest", "a branch is a root and its descendants, oldest first, with their parents", branches;
    "as-posted", LIST, "", "a comment in a list is what its author was answered", as_posted;
    "total", LIST, "", "total counts the page's comments, replies included", total;
    "sort-newest", LIST, "newest", "newest, the default: the latest root first", newest;
    "sort-oldest", LIST, "oldest", "oldest: the first root first", oldest;
    "sort-top", LIST, "top", "top: without votes the latest root first", top;
    "sort-discussed", LIST, "discussed", "discussed: the root with most descendants first, then the latest", discussed;
    "cursor", LIST, "", "next leads through all roots, each once, in every order", cursor;
    "root-count", LIST, "", "root_count, where it is told, is the number of roots", root_count;
    "replies-cursor", REPLIES, "oldest", "next of a branch leads through the rest of its descendants", replies_cursor;
    "replies-all", REPLIES, "", "without a cursor the descendants come from the first on", replies_all;
    "replies-of-root", REPLIES, "", "of a comment that is no root there are no descendants", replies_of_root;
    "limit-bounds", LIST, "", "limit is 1 to 200 and replies is 1 to 500, else invalid-request", bounds;
    "bad-cursor", LIST, "", "what is no cursor is refused", bad_cursor;
    "bad-sort", LIST, "", "an unknown order is refused", bad_sort;
    "pages-apart", RULES, "", "keys of pages are compared byte by byte", apart;
    "any-key", RULES, "", "a key may have any characters but control characters", any_key;
}

fn empty(suite: &Suite<'_>) -> Verdict {
    let list = &suite.empty;
    expect("the number of branches", list.branches.len(), 0)?;
    expect("`total`", list.total, 0)?;
    expect("`next`", list.next.as_deref(), None)
}

fn limits(suite: &Suite<'_>) -> Verdict {
    let limits = suite.empty.limits;
    ensure(limits.text_bytes > 0 && limits.author_bytes > 0, || {
        format!("limits are {limits:?}: nothing could be posted")
    })
}

fn branches(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let list = suite.list("&sort=oldest")?;
    expect("the number of roots", list.branches.len(), 3)?;
    let branch = &list.branches[0];
    expect("the first root", &branch.root.id, &scene.a.comment.id)?;
    let replies = ids(&branch.replies);
    expect_ids("its descendants", &replies, &[&scene.b, &scene.c, &scene.d])?;
    let parents: Vec<_> = branch
        .replies
        .iter()
        .map(|it| it.parent.as_deref())
        .collect();
    let should = [&scene.a, &scene.b, &scene.a].map(|it| Some(it.comment.id.as_str()));
    ensure(parents == should, || {
        format!("their parents are {parents:?}, not {should:?}")
    })?;
    expect("its `reply_count`", branch.reply_count, 3)?;
    expect("its `next`", branch.next.as_deref(), None)?;
    expect("`next` of all there is", list.next.as_deref(), None)
}

fn as_posted(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let list = suite.list("")?;
    let listed = list.branches.iter();
    let listed: Vec<_> = listed
        .flat_map(|it| std::iter::once(&it.root).chain(&it.replies))
        .collect();
    for created in scene.all() {
        let comment = &created.comment;
        let found = listed.iter().find(|it| it.id == comment.id);
        // What readers think of it is another matter.
        let is_same = found.is_some_and(|it| {
            (&it.html, &it.author, &it.created, it.number)
                == (
                    &comment.html,
                    &comment.author,
                    &comment.created,
                    comment.number,
                )
        });
        ensure(is_same, || format!("{comment:?} is listed as {found:?}"))?;
    }
    Ok(())
}

fn total(suite: &Suite<'_>) -> Verdict {
    suite.scene()?;
    expect(
        "`total` of six comments",
        suite.list("&limit=1&replies=1")?.total,
        6,
    )
}

fn newest(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    for query in ["", "&sort=newest"] {
        let list = suite.list(query)?;
        expect_ids("the roots", &roots(&list), &[&scene.f, &scene.e, &scene.a])?;
    }
    Ok(())
}

fn oldest(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let list = suite.list("&sort=oldest")?;
    expect_ids("the roots", &roots(&list), &[&scene.a, &scene.e, &scene.f])
}

fn top(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let list = suite.list("&sort=top")?;
    expect_ids("the roots", &roots(&list), &[&scene.f, &scene.e, &scene.a])
}

fn discussed(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let list = suite.list("&sort=discussed")?;
    expect_ids("the roots", &roots(&list), &[&scene.a, &scene.f, &scene.e])
}

/// How many portions are asked for, at most.
const PORTIONS: usize = 10;

fn cursor(suite: &Suite<'_>) -> Verdict {
    suite.scene()?;
    let orders = ["newest", "oldest", "top", "discussed"];
    for sort in orders.into_iter().filter(|sort| suite.does(sort)) {
        let whole = suite.list(&format!("&sort={sort}"))?;
        let mut met = Vec::new();
        let mut next = None;
        for _ in 0..PORTIONS {
            let from = next.map(|next: String| format!("&cursor={}", encode(&next)));
            let from = from.unwrap_or_default();
            let list = suite.list(&format!("&sort={sort}&limit=1{from}"))?;
            expect("the number of roots by limit=1", list.branches.len(), 1)?;
            met.extend(roots(&list).into_iter().map(str::to_owned));
            next = list.next;
            if next.is_none() {
                break;
            }
        }
        expect(
            &format!("the roots by {sort}, one by one,"),
            met.iter().map(String::as_str).collect::<Vec<_>>(),
            roots(&whole),
        )?;
        ensure(next.is_none(), || {
            format!("the last portion by {sort} has a next one")
        })?;
    }
    Ok(())
}

fn root_count(suite: &Suite<'_>) -> Verdict {
    suite.scene()?;
    let list: CommentList = suite.list("&limit=1")?;
    let not_told = || crate::client::Stop::NotOffered("the list leaves root_count out".to_owned());
    let count = list.root_count.ok_or_else(not_told)?;
    expect("`root_count`", count, 3)
}

fn replies_cursor(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let list = suite.list("&sort=oldest&replies=1")?;
    let Some(branch) = list.branches.first() else {
        return expect("the number of branches", 0, 3);
    };
    expect_ids("the first descendants", &ids(&branch.replies), &[&scene.b])?;
    expect("`reply_count` of a part", branch.reply_count, 3)?;
    let mut met = Vec::new();
    let mut next = branch.next.clone();
    ensure(next.is_some(), || {
        "a branch of which a part is shown has no `next`".to_owned()
    })?;
    for _ in 0..PORTIONS {
        let Some(cursor) = next else { break };
        let query = format!("limit=1&cursor={}", encode(&cursor));
        let more = suite.replies(&scene.a.comment.id, &query)?;
        expect(
            "the number of descendants by limit=1",
            more.replies.len(),
            1,
        )?;
        met.extend(more.replies);
        next = more.next;
    }
    ensure(next.is_none(), || {
        "the last portion has a next one".to_owned()
    })?;
    expect_ids("the rest, one by one,", &ids(&met), &[&scene.c, &scene.d])
}

fn replies_all(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let all = suite.replies(&scene.a.comment.id, "limit=500")?;
    expect_ids(
        "the descendants",
        &ids(&all.replies),
        &[&scene.b, &scene.c, &scene.d],
    )?;
    expect("`next` of all", all.next.as_deref(), None)?;
    let none = suite.replies(&scene.e.comment.id, "")?;
    expect("the number of descendants of a leaf", none.replies.len(), 0)
}

fn replies_of_root(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let answer = suite.get(format!("/comments/{}/replies", scene.b.comment.id))?;
    answer.problem(ProblemKind::NotFound).map(drop)
}

fn bounds(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let page = suite.query(&suite.page);
    let replies = format!("/comments/{}/replies", scene.a.comment.id);
    for wrong in [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=many",
        "replies=0",
        "replies=501",
    ] {
        let answer = suite.get(format!("/comments?{page}&{wrong}"))?;
        answer.problem(ProblemKind::InvalidRequest)?;
    }
    for wrong in ["limit=0", "limit=501"] {
        let answer = suite.get(format!("{replies}?{wrong}"))?;
        answer.problem(ProblemKind::InvalidRequest)?;
    }
    suite.list("&limit=200&replies=500").map(drop)
}

fn bad_cursor(suite: &Suite<'_>) -> Verdict {
    let scene = suite.scene()?;
    let cursor = encode("no cursor, as it has blanks");
    let page = suite.query(&suite.page);
    let paths = [
        format!("/comments?{page}&cursor={cursor}"),
        format!("/comments/{}/replies?cursor={cursor}", scene.a.comment.id),
    ];
    for path in paths {
        suite.get(path)?.problem(ProblemKind::InvalidRequest)?;
    }
    Ok(())
}

fn bad_sort(suite: &Suite<'_>) -> Verdict {
    let answer = suite.get(format!("/comments?{}&sort=best", suite.query(&suite.page)))?;
    answer.problem(ProblemKind::InvalidRequest).map(drop)
}

fn apart(suite: &Suite<'_>) -> Verdict {
    suite.scene()?;
    let page = &suite.page;
    for other in [
        page.to_uppercase(),
        format!("{page}/"),
        format!("{page} "),
        format!("{page}?"),
    ] {
        let list = suite.list_of(&other, "")?;
        expect(
            &format!("the number of comments of {other:?}"),
            list.total,
            0,
        )?;
    }
    Ok(())
}

fn any_key(suite: &Suite<'_>) -> Verdict {
    let page = suite.other("Ключ ❤️ a+b%20c&d=e#f'\"\\");
    let created = suite.post(&page, None, "Here.")?;
    let detail = suite.show(&created.comment.id)?;
    expect("the page of the comment", detail.page.as_str(), &page)?;
    let list = suite.send(&Call::get(format!("/comments?{}", suite.query(&page))))?;
    let list: CommentList = list.json(200)?;
    expect_ids("the roots", &roots(&list), &[&created])?;
    Ok(())
}
