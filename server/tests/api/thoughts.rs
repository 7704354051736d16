//! What readers think: votes, reactions, and the orders that they make.

use afterword_protocol::{CommentList, ProblemKind, Reaction, Thoughts, Votes};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

/// A reader's secret.
fn voice(reader: u32) -> String {
    format!("voice-of-reader-{reader:04}")
}

async fn put(app: &TestApp, path: &str, voice: &str, thought: Value) -> Answer {
    let call = app.call(Method::PUT, path, Some(thought));
    Answer::to(call.header("authorization", format!("Bearer {voice}"))).await
}

async fn think(app: &TestApp, id: &str, reader: u32, thought: Value) -> Answer {
    let path = format!("/comments/{id}/thoughts");
    put(app, &path, &voice(reader), thought).await
}

#[track_caller]
fn counts(answer: &Answer) -> (u32, u32, Vec<(String, u32)>) {
    let thoughts: Thoughts = answer.json(StatusCode::OK);
    (thoughts.up, thoughts.down, pairs(&thoughts.reactions))
}

fn pairs(reactions: &[Reaction]) -> Vec<(String, u32)> {
    let pairs = reactions.iter();
    pairs.map(|it| (it.name.clone(), it.count)).collect()
}

fn pair(name: &str, count: u32) -> (String, u32) {
    (name.to_owned(), count)
}

#[tokio::test]
async fn a_reader_has_one_vote_that_can_be_changed_and_taken_back() {
    let app = TestApp::start().await;
    let id = app.comments("/a", "x").await.comment.id;
    let up = json!({ "vote": "up" });
    for _ in 0..3 {
        assert_eq!(
            counts(&think(&app, &id, 1, up.clone()).await),
            (1, 0, vec![])
        );
    }
    assert_eq!(counts(&think(&app, &id, 2, up).await), (2, 0, vec![]));
    let down = think(&app, &id, 1, json!({ "vote": "down" })).await;
    assert_eq!(counts(&down), (1, 1, vec![]));
    let comment = app.show(&id).await.comment;
    assert_eq!((comment.up, comment.down), (1, 1));
    let list = app.list("page=/a").await;
    let root = &list.branches[0].root;
    assert_eq!((root.up, root.down, list.votes), (1, 1, Votes::Both));
    assert_eq!(
        counts(&think(&app, &id, 1, json!({})).await),
        (1, 0, vec![])
    );
    assert_eq!(
        counts(&think(&app, &id, 1, json!({})).await),
        (1, 0, vec![])
    );
    let app = app.restarted().await;
    assert_eq!(
        counts(&think(&app, &id, 2, json!({})).await),
        (0, 0, vec![])
    );
}

#[tokio::test]
async fn reactions_are_of_the_owners_set() {
    let set = ["🎉", "👀"].map(str::to_owned);
    let app = TestApp::with()
        .set(|settings| settings.reactions = Some(set.into()))
        .start()
        .await;
    let id = app.comments("/a", "x").await.comment.id;
    let both = json!({ "vote": "up", "reactions": ["👀", "🎉", "👀"] });
    let both = think(&app, &id, 1, both).await;
    assert_eq!(counts(&both), (1, 0, vec![pair("🎉", 1), pair("👀", 1)]));
    let one = think(&app, &id, 2, json!({ "reactions": ["👀"] })).await;
    assert_eq!(counts(&one), (1, 0, vec![pair("🎉", 1), pair("👀", 2)]));
    let fewer = think(&app, &id, 1, json!({ "reactions": ["👀"] })).await;
    assert_eq!(counts(&fewer), (0, 0, vec![pair("👀", 2)]));
    let comment = app.show(&id).await.comment;
    assert_eq!(pairs(&comment.reactions), [pair("👀", 2)]);
    for wrong in ["❤️", "", "👀 "] {
        let wrong = json!({ "reactions": [wrong] });
        think(&app, &id, 3, wrong)
            .await
            .problem(ProblemKind::InvalidRequest);
    }
}

#[tokio::test]
async fn readers_react_to_the_article_too() {
    let app = TestApp::start().await;
    let given = |list: &CommentList, name: &str| {
        let mut found = list.reactions.iter();
        found.find(|it| it.name == name).unwrap().count
    };
    let list = app.list("page=/a").await;
    assert_eq!((list.reactions.len(), given(&list, "😂")), (5, 0));
    // Taking back what nobody has thought makes no page of it.
    let path = "/thoughts?page=/a";
    put(&app, path, &voice(1), json!({})).await;
    let before = app.get("/thread.html?page=/a").await;
    for reader in 1..=2 {
        let answer = put(&app, path, &voice(reader), json!({ "reactions": ["😂"] })).await;
        assert_eq!(counts(&answer), (0, 0, vec![pair("😂", reader)]));
    }
    let list = app.list("page=/a").await;
    assert_eq!(
        (list.total, given(&list, "😂"), given(&list, "😮")),
        (0, 2, 0)
    );
    let after = app.get("/thread.html?page=/a").await;
    assert_ne!(before.header("etag"), after.header("etag"));
    // The thread begins with number 1 all the same, and counts its comments.
    assert_eq!(app.comments("/a", "x").await.comment.number, 1);
    assert_eq!(app.list("page=/a").await.total, 1);
    assert_eq!(given(&app.list("page=/b").await, "😂"), 0);
    put(&app, path, &voice(1), json!({ "vote": "up" }))
        .await
        .problem(ProblemKind::InvalidRequest);
    put(&app, "/thoughts?page=", &voice(1), json!({}))
        .await
        .problem(ProblemKind::PageInvalid);
    put(&app, "/thoughts?page=/a&site=x", &voice(1), json!({}))
        .await
        .problem(ProblemKind::SiteUnknown);
}

#[tokio::test]
async fn the_owner_says_which_votes_there_are() {
    for (votes, up, down) in [("none", false, false), ("up", true, false)] {
        let app = TestApp::with()
            .set(|settings| {
                settings.votes = Some(votes.to_owned());
                settings.reactions = Some(Vec::new());
            })
            .start()
            .await;
        let id = app.comments("/a", "x").await.comment.id;
        for (vote, is_taken) in [("up", up), ("down", down)] {
            let answer = think(&app, &id, 1, json!({ "vote": vote })).await;
            if is_taken {
                counts(&answer);
            } else {
                answer.problem(ProblemKind::InvalidRequest);
            }
        }
        let list = app.list("page=/a").await;
        assert_eq!(list.votes, if up { Votes::Up } else { Votes::None });
        assert_eq!(list.reactions, []);
    }
}

#[tokio::test]
async fn nobody_votes_on_a_comment_of_their_own() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    let path = format!("/comments/{}/thoughts", posted.comment.id);
    put(&app, &path, &posted.edit_token, json!({ "vote": "up" }))
        .await
        .problem(ProblemKind::OwnComment);
    assert_eq!(app.show(&posted.comment.id).await.comment.up, 0);
}

#[tokio::test]
async fn only_what_stands_can_be_thought_of() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "x").await;
    let id = &root.comment.id;
    let all = json!({ "vote": "up", "reactions": ["😂"] });
    counts(&think(&app, id, 1, all).await);
    app.answers("/a", id, "y").await;
    let tombstone = app.deletes(&root).await.tombstone.unwrap();
    assert_eq!((tombstone.up, tombstone.reactions.len()), (0, 0));
    let shown = app.show(id).await.comment;
    assert_eq!((shown.up, shown.reactions.len()), (0, 0));
    for id in [id.as_str(), "nowhere", "no%20id"] {
        think(&app, id, 1, json!({ "vote": "up" }))
            .await
            .problem(ProblemKind::NotFound);
    }
}

#[tokio::test]
async fn what_is_no_thought_is_refused() {
    let app = TestApp::start().await;
    let id = app.comments("/a", "x").await.comment.id;
    let path = format!("/comments/{id}/thoughts");
    for wrong in [
        json!({ "vote": "sideways" }),
        json!({ "vote": 1 }),
        json!({ "reactions": "😂" }),
        json!({ "reactions": [1] }),
        json!({ "votes": "up" }),
    ] {
        think(&app, &id, 1, wrong)
            .await
            .problem(ProblemKind::InvalidRequest);
    }
    for wrong in ["", "short", "with a blank in the middle", &"x".repeat(129)] {
        put(&app, &path, wrong, json!({}))
            .await
            .problem(ProblemKind::InvalidRequest);
    }
    Answer::to(app.call(Method::PUT, &path, Some(json!({}))))
        .await
        .problem(ProblemKind::InvalidRequest);
    let foreign = app
        .call(Method::PUT, &path, Some(json!({})))
        .header("authorization", format!("Bearer {}", voice(1)))
        .header("origin", "https://evil.example");
    Answer::to(foreign)
        .await
        .problem(ProblemKind::OriginNotAllowed);
}

#[tokio::test]
async fn voices_that_one_address_makes_up_are_not_counted() {
    let app = TestApp::start().await;
    let id = app.comments("/a", "x").await.comment.id;
    let other = app.comments("/a", "y").await.comment.id;
    let up = || json!({ "vote": "up" });
    for reader in 1..=10 {
        assert_eq!(counts(&think(&app, &id, reader, up()).await).0, reader);
    }
    for reader in 11..=13 {
        assert_eq!(counts(&think(&app, &id, reader, up()).await).0, 10);
    }
    // Nor when they change their mind, or take it back.
    assert_eq!(
        counts(&think(&app, &id, 11, json!({ "vote": "down" })).await),
        (10, 0, vec![])
    );
    assert_eq!(counts(&think(&app, &id, 12, json!({})).await).0, 10);
    assert_eq!(counts(&think(&app, &id, 1, json!({})).await).0, 9);
    assert_eq!(counts(&think(&app, &other, 11, up()).await).0, 1);
    // Tomorrow nobody knows any more where they came from.
    app.passes(86_400);
    assert_eq!(counts(&think(&app, &id, 14, up()).await).0, 10);
}

#[tokio::test]
async fn they_are_limited_apart_from_comments() {
    let app = TestApp::with()
        .set(|settings| settings.writes_per_minute = Some(2))
        .start()
        .await;
    let id = app.comments("/a", "x").await.comment.id;
    for _ in 0..3 {
        counts(&think(&app, &id, 1, json!({ "vote": "up" })).await);
        counts(&think(&app, &id, 1, json!({})).await);
    }
    think(&app, &id, 1, json!({}))
        .await
        .problem(ProblemKind::RateLimited);
    app.comments("/a", "y").await;
}

/// The numbers of the roots of a portion.
fn roots(list: &CommentList) -> Vec<u32> {
    list.branches.iter().map(|it| it.root.number).collect()
}

/// A page with five roots, the first of which has the most votes and the third the most answers.
async fn debate(app: &TestApp) -> Vec<String> {
    let mut ids = Vec::new();
    for text in ["one", "two", "three", "four", "five"] {
        ids.push(app.comments("/a", text).await.comment.id);
        app.passes(1);
    }
    for (root, votes) in [
        (0, ["up", "up"].as_slice()),
        (3, &["down"]),
        (4, &["up", "down"]),
    ] {
        for (reader, vote) in (1..).zip(votes) {
            think(app, &ids[root], reader, json!({ "vote": vote })).await;
        }
    }
    for root in [2, 2, 1] {
        app.answers("/a", &ids[root], "well").await;
    }
    ids
}

#[tokio::test]
async fn the_best_first_or_the_most_discussed() {
    let app = TestApp::start().await;
    debate(&app).await;
    assert_eq!(roots(&app.list("page=/a&sort=top").await), [1, 5, 3, 2, 4]);
    assert_eq!(
        roots(&app.list("page=/a&sort=discussed").await),
        [3, 2, 5, 4, 1]
    );
    for (sort, all) in [("top", [1, 5, 3, 2, 4]), ("discussed", [3, 2, 5, 4, 1])] {
        let mut seen = Vec::new();
        let mut query = format!("page=/a&limit=2&sort={sort}");
        loop {
            let list = app.list(&query).await;
            seen.extend(roots(&list));
            let Some(next) = list.next else { break };
            query = format!("page=/a&limit=2&sort={sort}&cursor={next}");
        }
        assert_eq!(seen, all);
        let html = app.get(&format!("/thread.html?page=/a&sort={sort}")).await;
        assert_eq!(html.status, StatusCode::OK);
        let page = app.request(Method::GET, &format!("/thread?page=/a&sort={sort}"));
        assert_eq!(Answer::to(page).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_cursor_survives_what_happens_meanwhile() {
    let app = TestApp::start().await;
    let ids = debate(&app).await;
    let first = app.list("page=/a&limit=2&sort=top").await;
    assert_eq!(roots(&first), [1, 5]);
    let next = first.next.unwrap();
    // The root that the portion ended with rises, and so does another.
    for reader in 3..=6 {
        think(&app, &ids[4], reader, json!({ "vote": "up" })).await;
    }
    let rest = app.list(&format!("page=/a&sort=top&cursor={next}")).await;
    assert_eq!(roots(&rest), [3, 2, 4]);
    // Of another order it is none.
    let first = app.list("page=/a&limit=2").await;
    for cursor in [
        first.next.as_deref().unwrap(),
        "_",
        "x_y",
        "99999999999999999999_A",
        "-",
    ] {
        app.get(&format!("/comments?page=/a&sort=top&cursor={cursor}"))
            .await
            .problem(ProblemKind::InvalidRequest);
    }
}

#[tokio::test]
async fn every_thought_is_seen_by_the_next_reader() {
    let app = TestApp::start().await;
    let id = app.comments("/a", "x").await.comment.id;
    let etag = async || {
        let answer = app.get("/thread.html?page=/a").await;
        answer.header("etag").to_owned()
    };
    let none = etag().await;
    think(&app, &id, 1, json!({ "vote": "up" })).await;
    let one = etag().await;
    assert_ne!(none, one);
    // Nothing has changed.
    think(&app, &id, 1, json!({ "vote": "up" })).await;
    assert_eq!(etag().await, one);
    // It says where changes begin, too: taken back, it is not what it was.
    think(&app, &id, 1, json!({})).await;
    assert_ne!(etag().await, one);
}
