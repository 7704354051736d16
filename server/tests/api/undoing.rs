//! Taking back what moderators have done, whatever was done since.

use std::collections::BTreeMap;

use afterword_protocol::admin::{Bans, Outcome, Page, Pages, Rule, RuleRemoved, Verdict};
use afterword_protocol::{Created, ProblemKind};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{TestApp, numbers};
use crate::moderating::{Desk, ids};

impl Desk {
    /// Something that is done later than all before.
    async fn then(&self, action: Value) -> Outcome {
        self.app.passes(1);
        self.does(action).await
    }

    async fn page(&self) -> Page {
        self.get("/pages/1").await
    }

    async fn changes_page(&self, change: Value) -> Outcome {
        self.app.passes(1);
        let answer = self.call(Method::PATCH, "/pages/1", Some(change)).await;
        answer.json(StatusCode::OK)
    }
}

#[tokio::test]
async fn a_decision_stays_that_another_came_after() {
    let desk = Desk::new().await;
    desk.says("Ada", "first").await;
    desk.holds().await;
    let held = desk.says("Bob", "held").await;
    let all = ids(&[&held]);
    let first = desk.then(json!({ "action": "approve", "ids": all })).await;
    let second = desk.then(json!({ "action": "spam", "ids": all })).await;
    desk.cannot_undo(&first).await;
    let third = desk.then(json!({ "action": "approve", "ids": all })).await;
    // It is as the first has left it; but somebody has decided so again.
    desk.cannot_undo(&first).await;
    assert_eq!(desk.app.list("page=/a").await.total, 2);
    // One after the other, all of it can be taken back.
    for (done, verdict) in [
        (third, Verdict::Spam),
        (second, Verdict::Published),
        (first, Verdict::Pending),
    ] {
        assert_eq!(desk.undoes(&done).await.changed[0].verdict, verdict);
    }
}

#[tokio::test]
async fn marks_and_places_stay_that_somebody_gave_since() {
    let desk = Desk::new().await;
    let root = desk.says("Ada", "root").await;
    let reply = desk.app.answers("/a", &root.comment.id, "reply").await;
    desk.app.comments("/b", "there").await;
    let (root, reply) = (ids(&[&root]), ids(&[&reply]));
    for (on, off) in [
        ("pin", "unpin"),
        ("feature", "unfeature"),
        ("lock", "unlock"),
    ] {
        let first = desk.then(json!({ "action": on, "ids": root })).await;
        let second = desk.then(json!({ "action": off, "ids": root })).await;
        let third = desk.then(json!({ "action": on, "ids": root })).await;
        desk.cannot_undo(&first).await;
        desk.cannot_undo(&second).await;
        for done in [third, second, first] {
            desk.undoes(&done).await;
        }
    }
    // What it stood below is elsewhere: there is no way back, until that is.
    let away = desk
        .then(json!({ "action": "move", "ids": reply, "page": "/b" }))
        .await;
    let pinned = desk.then(json!({ "action": "pin", "ids": reply })).await;
    let gone = desk
        .then(json!({ "action": "move", "ids": root, "page": "/b" }))
        .await;
    desk.cannot_undo(&away).await;
    assert_eq!(desk.app.list("page=/b").await.total, 3);
    desk.undoes(&gone).await;
    desk.undoes(&away).await;
    let list = desk.app.list("page=/a").await;
    assert_eq!(numbers(&list), [(1, vec![2])]);
    // A reply is no place at the top.
    assert!(!list.branches[0].replies[0].pinned);
    desk.undoes(&pinned).await;
}

#[tokio::test]
async fn two_moderators_change_a_page() {
    let desk = Desk::new().await;
    desk.says("Ada", "first").await;
    let slow = desk.changes_page(json!({ "slow_seconds": 60 })).await;
    let held = desk
        .changes_page(json!({ "policy": "held", "state": "closed" }))
        .await;
    desk.undoes(&slow).await;
    let page = desk.page().await;
    assert!((page.slow_seconds, page.closed) == (0, true), "{page:?}");
    let open = desk.changes_page(json!({ "state": "open" })).await;
    // The policy is as it was; what it takes is the other's choice.
    desk.undoes(&held).await;
    let page = desk.page().await;
    assert_eq!(
        (page.policy.as_str(), page.closed, page.state),
        ("site", false, afterword_protocol::admin::PageState::Open)
    );
    desk.undoes(&open).await;
    // Both at once: neither is lost.
    let (one, two) = tokio::join!(
        desk.call(
            Method::PATCH,
            "/pages/1",
            Some(json!({ "slow_seconds": 7 }))
        ),
        desk.call(
            Method::PATCH,
            "/pages/1",
            Some(json!({ "read_only": true }))
        ),
    );
    let _: (Outcome, Outcome) = (one.json(StatusCode::OK), two.json(StatusCode::OK));
    let page = desk.page().await;
    assert!(page.slow_seconds == 7 && page.read_only, "{page:?}");
}

#[tokio::test]
async fn a_page_closes_by_its_own_age() {
    let desk = Desk::new().await;
    desk.says("Ada", "first").await;
    let text = || json!({ "page": "/a", "text": "again" });
    desk.app.passes(24 * 3600);
    desk.app.post("/comments", text()).await.created();
    let since = desk.since().await;
    let done = desk.changes_page(json!({ "close_after_days": 1 })).await;
    assert!(done.pages[0].closed && done.pages[0].close_after_days == Some(1));
    assert!(desk.app.list("page=/a").await.closed);
    // Who looks at it is told.
    let changes = desk.changes(&since).await;
    assert!(changes.list.is_some_and(|list| list.closed) && !changes.reload);
    desk.app
        .post("/comments", text())
        .await
        .problem(ProblemKind::Closed);
    // Never, and what the site says; and what else is said stays as it is.
    for days in [json!(0), Value::Null] {
        desk.changes_page(json!({ "close_after_days": days })).await;
        desk.changes_page(json!({ "slow_seconds": 1 })).await;
        let page = desk.page().await;
        assert_eq!(json!(page.close_after_days), days);
        desk.app.passes(2);
        desk.app.post("/comments", text()).await.created();
        desk.changes_page(json!({ "slow_seconds": 0 })).await;
    }
    let late = desk.changes_page(json!({ "close_after_days": 2 })).await;
    assert!(!desk.app.list("page=/a").await.closed);
    desk.app.passes(24 * 3600);
    assert!(desk.app.list("page=/a").await.closed);
    desk.undoes(&late).await;
    assert!(!desk.app.list("page=/a").await.closed);
    desk.call(
        Method::PATCH,
        "/pages/1",
        Some(json!({ "close_after_days": 36_501 })),
    )
    .await
    .problem(ProblemKind::InvalidRequest);
}

#[tokio::test]
async fn a_ban_stays_that_somebody_laid_since() {
    let desk = Desk::new().await;
    let spam = desk.says("Mallory", "buy").await;
    let ban = |shadow: bool| {
        json!({
            "action": "ban", "ids": ids(&[&spam]), "bans": [{ "kind": "author", "shadow": shadow }],
        })
    };
    let laid = || async {
        let bans: Bans = desk.get("/bans").await;
        let shadows: Vec<_> = bans.items.iter().map(|it| it.shadow).collect();
        shadows
    };
    let first = desk.then(ban(true)).await;
    let second = desk.then(ban(false)).await;
    desk.cannot_undo(&first).await;
    assert_eq!(laid().await, [false]);
    let lifted = desk
        .then(json!({ "action": "unban", "ban_ids": [second.bans[0].id] }))
        .await;
    desk.cannot_undo(&second).await;
    let third = desk.then(ban(true)).await;
    desk.cannot_undo(&lifted).await;
    assert_eq!(laid().await, [true]);
    // It stands in what was done about the comment.
    let detail: afterword_protocol::admin::ModeratedDetail =
        desk.get(&format!("/comments/{}", spam.comment.id)).await;
    assert_eq!(detail.actions.len(), 3);
    for (done, left) in [
        (third, vec![]),
        (lifted, vec![false]),
        (second, vec![true]),
        (first, vec![]),
    ] {
        desk.undoes(&done).await;
        assert_eq!(laid().await, left);
    }
}

#[tokio::test]
async fn what_was_moved_to_another_site_is_for_others_to_take_back() {
    let app = TestApp::with()
        .file("[sites.one]\norigins = [\"*\"]\n[sites.two]\norigins = [\"*\"]\n")
        .start()
        .await;
    let body = json!({ "site": "one", "page": "/a", "text": "x" });
    let posted = app.post("/comments", body).await.created();
    let moderator = app.moderator("moderator@one").await;
    let owner = Desk::of(app).await;
    let hide = json!({ "action": "hide", "ids": ids(&[&posted]) });
    let hidden = owner.app.decides(&moderator, hide).await;
    owner
        .then(json!({
            "action": "move", "ids": ids(&[&posted]), "page": "/b", "site": "two",
        }))
        .await;
    let path = format!("/actions/{}/undo", hidden.action_id);
    let answer = owner.app.admin(Method::POST, &path, &moderator, None);
    answer.await.problem(ProblemKind::Forbidden);
    owner.undoes(&hidden).await;
}

/// Whatever readers can ask about the comments of `/a`.
async fn all_that_readers_see(desk: &Desk, id: &str, parent: &str) -> String {
    let mut seen = String::new();
    for path in [
        "/comments?page=/a".to_owned(),
        "/comments?page=/a&sort=top".to_owned(),
        format!("/comments/{id}"),
        format!("/comments/{id}/replies"),
        format!("/comments/{id}/history"),
        format!("/comments/{parent}"),
        format!("/comments/{parent}/replies"),
        "/search?page=/a&q=zebra".to_owned(),
        "/changes?page=/a&since=0".to_owned(),
        "/feeds/comments.json".to_owned(),
        "/feeds/comments.json?page=/a".to_owned(),
        "/feeds/comments.atom".to_owned(),
        format!("/feeds/comments.json?to={parent}"),
        format!("/feeds/comments.json?to={id}"),
        "/counts?page=/a".to_owned(),
    ] {
        seen.push_str(&desk.app.get(&path).await.body);
    }
    for path in [
        "/api/v1/thread.html?page=/a".to_owned(),
        "/thread?page=/a".to_owned(),
        format!("/thread?page=/a&comment={id}"),
        format!("/thread?page=/a&branch={parent}"),
    ] {
        let answer = desk.app.request(Method::GET, &path).send().await.unwrap();
        seen.push_str(&answer.text().await.unwrap());
    }
    seen
}

#[tokio::test]
async fn what_is_taken_away_is_nowhere_and_comes_back_everywhere() {
    let desk = Desk::new().await;
    let root = desk.says("Ada", "a root").await;
    let body = json!({
        "page": "/a", "parent": root.comment.id, "author": "Zoe", "text": "a zebra",
        "person": "the-secret-of-the-browser-of-Zoe",
    });
    let posted = desk.app.post("/comments", body).await.created();
    desk.app.passes(60);
    desk.app
        .edit(&posted.comment.id, &posted.edit_token, "two zebras")
        .await
        .comment();
    let below = desk.app.answers("/a", &posted.comment.id, "below").await;
    let see = || all_that_readers_see(&desk, &posted.comment.id, &root.comment.id);
    let before = see().await;
    assert!(before.matches("two zebras").count() > 8, "{before}");
    assert!(before.contains("a zebra") && before.contains("Zoe"));
    // The versions of the page count on; all else is as it was.
    let plain = |seen: &str| {
        let mut all = String::new();
        for part in seen.split("\"changes\":\"") {
            all.push_str(part.trim_start_matches(|it: char| it.is_ascii_digit()));
        }
        all
    };
    let lists = || async {
        let list = desk.app.list("page=/a").await;
        (list.total, plain(&json!(list).to_string()))
    };
    let was = lists().await;
    for action in ["hide", "spam", "delete"] {
        let done = desk
            .then(json!({ "action": action, "ids": ids(&[&posted]) }))
            .await;
        let after = see().await;
        assert!(!after.contains("zebras"), "{action}: {after}");
        assert!(!after.contains("a zebra") && !after.contains("Zoe"));
        assert!(after.contains("below"), "{action}");
        let (total, _) = lists().await;
        assert_eq!(total, 2);
        // Nothing is said to it, or thought of it.
        let reply = json!({ "page": "/a", "parent": posted.comment.id, "text": "x" });
        desk.app
            .post("/comments", reply)
            .await
            .problem(ProblemKind::ParentNotFound);
        desk.undoes(&done).await;
        assert_eq!(lists().await, was, "{action}");
        assert!(see().await.contains("two zebras"));
    }
    // A ban takes it away, too; and one that is moved is on no other page.
    let done = desk
        .then(json!({
            "action": "ban", "ids": ids(&[&posted]), "then": "hide", "bans": [{ "kind": "person" }],
        }))
        .await;
    assert!(!see().await.contains("zebras"));
    desk.undoes(&done).await;
    assert_eq!(lists().await, was);
    let done = desk
        .then(json!({ "action": "move", "ids": ids(&[&root]), "page": "/b" }))
        .await;
    assert_eq!(desk.app.list("page=/a").await.total, 0);
    assert!(
        !desk
            .app
            .get("/search?page=/a&q=zebra")
            .await
            .body
            .contains("zebras")
    );
    desk.undoes(&done).await;
    assert_eq!(lists().await, was);
    let _ = below;
}

/// What chance does, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % most as u64).unwrap()
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// All that moderators' actions can change, besides numbers, which only go up.
const STATE: [&str; 7] = [
    "SELECT json_array(comment.id, page.key, root_id, parent_id, depth, verdict, state, text, html, \
     author, pinned, featured, locked, moderated, flagged, shadowed, edited, held, decided) \
     FROM comment JOIN page ON page.id = page_id ORDER BY comment.id",
    "SELECT json_array(key, policy, closed, read_only, slow_seconds, close_after_days, \
     comment_count, reactions) FROM page ORDER BY id",
    "SELECT json_array(id, site, kind, value, label, shadow, until, reason, user_id, created) \
     FROM ban ORDER BY id",
    "SELECT json_array(comment_id, handled) FROM report ORDER BY comment_id, client",
    "SELECT json_array(comment_id, is_spam) FROM lesson ORDER BY comment_id",
    "SELECT json_array(comment_id, number, text) FROM version ORDER BY comment_id, number",
    "SELECT json_array(id, site, name, test, action, enabled) FROM rule ORDER BY id",
];

/// What moderators have taught the filter.
const TAUGHT: &str = "SELECT json_array(site, word, spam, good) FROM word ORDER BY site, word";

/// What must be true whatever was done: each finds what is wrong.
const WRONG: [&str; 6] = [
    "SELECT key || ' counts ' || comment_count FROM page WHERE comment_count <> \
     (SELECT count(*) FROM comment WHERE page_id = page.id AND verdict = 'published')",
    "SELECT id || ' is ' || verdict || ' and ' || state FROM comment AS it \
     WHERE state <> CASE WHEN verdict = 'published' THEN 'published' \
         WHEN EXISTS (SELECT 1 FROM comment WHERE parent_id = it.id AND state <> 'gone') \
         THEN 'deleted' ELSE 'gone' END",
    "SELECT it.id || ' is not below its parent' FROM comment AS it \
     JOIN comment AS parent ON parent.id = it.parent_id \
     WHERE it.page_id <> parent.page_id OR it.root_id <> parent.root_id \
     OR it.depth <> parent.depth + 1",
    "SELECT id || ' is published, without a number' FROM comment \
     WHERE verdict = 'published' AND number < 1",
    "SELECT id || ' is pinned below another' FROM comment \
     WHERE pinned IS NOT NULL AND parent_id IS NOT NULL",
    "SELECT 'the search has ' || count(*) FROM search WHERE search MATCH 'words' \
     HAVING count(*) <> (SELECT count(*) FROM comment WHERE verdict = 'published')",
];

/// A small thread with all that can become of a comment, and what is done to it by chance.
struct Chaos {
    desk: Desk,
    chance: Chance,
    comments: Vec<String>,
    /// The numbers of those that were published from the start.
    numbers: BTreeMap<String, u32>,
    rules: Vec<i64>,
}

impl Chaos {
    async fn of(seed: u64) -> Self {
        let desk = Desk::new().await;
        let mut posted: Vec<Created> = Vec::new();
        let post = async |page: &str, author: &str, parent: Option<&str>| {
            desk.app.passes(1);
            let body = json!({
                "page": page, "author": author, "text": format!("words of {author}"),
                "parent": parent, "person": format!("the-secret-of-the-browser-of-{author}"),
            });
            desk.app.post("/comments", body).await.created()
        };
        for (page, author, parent) in [
            ("/a", "Ada", None),
            ("/a", "Bob", Some(0)),
            ("/a", "Ada", Some(1)),
            ("/a", "Cleo", Some(2)),
            ("/a", "Cleo", None),
            ("/a", "Dora", Some(4)),
            ("/b", "Bob", None),
            ("/b", "Dora", Some(6)),
            ("/c", "Eve", None),
        ] {
            let parent: Option<&str> = parent.map(|at: usize| posted[at].comment.id.as_str());
            let new = post(page, author, parent).await;
            posted.push(new);
        }
        let numbers = posted
            .iter()
            .map(|it| (it.comment.id.clone(), it.comment.number));
        let numbers = numbers.collect();
        let reported = posted[1].comment.id.clone();
        let path = format!("/comments/{reported}/reports");
        let answer = desk.app.post(&path, json!({ "reason": "abuse" })).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        desk.app
            .sql("UPDATE comment SET flagged = 1 WHERE author = 'Eve'")
            .await;
        // One of whom is banned without knowing it, and some that wait.
        desk.does(json!({ "action": "ban", "bans": [
            { "kind": "author", "value": "Mallory", "site": "default", "shadow": true },
        ] }))
        .await;
        posted.push(post("/a", "Mallory", None).await);
        desk.holds().await;
        for parent in [None, Some(0), Some(3)] {
            let parent: Option<&str> = parent.map(|at: usize| posted[at].comment.id.as_str());
            let new = post("/a", "Fay", parent).await;
            posted.push(new);
        }
        let comments = posted.into_iter().map(|it| it.comment.id);
        Self {
            comments: comments.collect(),
            desk,
            chance: Chance(seed),
            numbers,
            rules: Vec::new(),
        }
    }

    async fn state(&self) -> Vec<String> {
        let mut state = Vec::new();
        for query in STATE {
            state.extend(self.desk.app.texts(query).await);
        }
        state
    }

    async fn is_sound(&self, after: &str) {
        for query in WRONG {
            let wrong = self.desk.app.texts(query).await;
            assert!(wrong.is_empty(), "after {after}: {wrong:?}");
        }
    }

    fn some(&mut self) -> Vec<String> {
        let count = 1 + self.chance.below(3);
        let all = (0..count).map(|_| self.chance.of(&self.comments).clone());
        let mut all: Vec<String> = all.collect();
        all.sort();
        all.dedup();
        all
    }

    /// Does something, if it does anything; gives the number by which it is undone.
    async fn step(&mut self) -> Option<(i64, String)> {
        self.desk.app.passes(1);
        let ids = self.some();
        let actions = [
            "approve",
            "spam",
            "hide",
            "delete",
            "pin",
            "unpin",
            "feature",
            "unfeature",
            "lock",
            "unlock",
            "edit",
            "move",
            "ban",
            "unban",
            "page",
            "pages",
            "rule",
        ];
        let action = *self.chance.of(&actions);
        let body = match action {
            "edit" => {
                let text = format!("other words {}", self.chance.below(1000));
                json!({ "action": action, "ids": [ids[0]], "text": text })
            }
            "move" => {
                json!({ "action": action, "ids": ids, "page": self.chance.of(&["/a", "/b", "/c"]) })
            }
            "ban" => {
                let kind = self.chance.of(&["person", "network", "author"]);
                let shadow = self.chance.below(2) == 0;
                let mut ban = json!({ "action": action, "ids": ids, "bans": [{ "kind": kind, "shadow": shadow }] });
                if let Some(then) =
                    self.chance
                        .of(&[None, Some("spam"), Some("hide"), Some("delete")])
                {
                    ban["then"] = json!(then);
                }
                ban
            }
            "unban" => {
                let bans: Bans = self.desk.get("/bans").await;
                if bans.items.is_empty() {
                    return None;
                }
                let ban = self.chance.of(&bans.items).id;
                json!({ "action": action, "ban_ids": [ban] })
            }
            "pages" => {
                json!({ "action": self.chance.of(&["lock", "unlock"]), "pages": [1, 2], "ids": ids })
            }
            "page" => {
                let change = self
                    .chance
                    .of(&[
                        json!({ "slow_seconds": 5 }),
                        json!({ "slow_seconds": 0, "policy": "first" }),
                        json!({ "state": "closed", "read_only": true }),
                        json!({ "state": "open", "policy": "site" }),
                        json!({ "close_after_days": 3 }),
                        json!({ "close_after_days": null, "read_only": false }),
                    ])
                    .clone();
                let path = format!("/pages/{}", 1 + self.chance.below(3));
                let answer = self
                    .desk
                    .call(Method::PATCH, &path, Some(change.clone()))
                    .await;
                if answer.status != StatusCode::OK {
                    answer.problem(ProblemKind::NotFound);
                    return None;
                }
                let done: Outcome = answer.json(StatusCode::OK);
                return Some((done.action_id, change.to_string()));
            }
            "rule" => return Some(self.rules().await),
            _ => json!({ "action": action, "ids": ids }),
        };
        let answer = self.desk.tries(body.clone()).await;
        if answer.status != StatusCode::OK {
            let status = answer.status;
            assert!(status.is_client_error(), "{status} after {body}");
            return None;
        }
        let done: Outcome = answer.json(StatusCode::OK);
        Some((done.action_id, body.to_string()))
    }

    async fn rules(&mut self) -> (i64, String) {
        let words = format!("casino{}", self.chance.below(100));
        let rule = json!({
            "site": "*", "name": words, "test": { "kind": "words", "words": [words] },
            "action": "hold", "enabled": false,
        });
        let known = self.rules.last().copied();
        let (method, path) = match (known, self.chance.below(3)) {
            (Some(id), 0) => {
                let path = format!("/rules/{id}");
                let gone = self.desk.call(Method::DELETE, &path, None).await;
                if gone.status == StatusCode::OK {
                    self.rules.pop();
                    let gone: RuleRemoved = gone.json(StatusCode::OK);
                    return (gone.action_id, format!("the removal of rule {id}"));
                }
                (Method::POST, "/rules".to_owned())
            }
            (Some(id), 1) => (Method::PUT, format!("/rules/{id}")),
            _ => (Method::POST, "/rules".to_owned()),
        };
        let answer = self.desk.call(method.clone(), &path, Some(rule)).await;
        let status = match method {
            Method::PUT => StatusCode::OK,
            _ => StatusCode::CREATED,
        };
        let kept: Rule = answer.json(status);
        if method == Method::POST {
            self.rules.push(kept.id);
        }
        (kept.action_id.unwrap(), format!("rule {}", kept.id))
    }

    /// Takes an action back; gives whether that could be.
    async fn takes_back(&self, id: i64) -> bool {
        self.desk.app.passes(1);
        let path = format!("/actions/{id}/undo");
        let answer = self.desk.call(Method::POST, &path, None).await;
        if answer.status == StatusCode::OK {
            return true;
        }
        answer.problem(ProblemKind::Duplicate);
        false
    }
}

#[tokio::test]
async fn all_that_chance_does_can_be_taken_back() {
    for seed in 1..=3 {
        let mut chaos = Chaos::of(seed).await;
        chaos.is_sound("the beginning").await;
        let taught = chaos.desk.app.texts(TAUGHT).await;
        let mut states = vec![chaos.state().await];
        let mut done = Vec::new();
        while done.len() < 40 {
            if let Some((id, what)) = chaos.step().await {
                chaos.is_sound(&what).await;
                states.push(chaos.state().await);
                done.push((id, what));
            }
        }
        states.pop();
        for (id, what) in done.into_iter().rev() {
            assert!(chaos.takes_back(id).await, "seed {seed}: {what}");
            chaos.is_sound(&format!("undoing {what}")).await;
            let (now, then) = (chaos.state().await, states.pop().unwrap());
            let others = now.iter().zip(&then).filter(|(now, then)| now != then);
            let others: Vec<_> = others.collect();
            assert!(
                others.is_empty() && now.len() == then.len(),
                "seed {seed}, undoing {what}: {others:#?}"
            );
        }
        assert_eq!(chaos.desk.app.texts(TAUGHT).await, taught);
        // Readers see what they saw at first.
        let page = chaos.desk.page().await;
        assert_eq!(page.comments, 6, "seed {seed}");
        for (id, number) in &chaos.numbers {
            assert_eq!(chaos.desk.app.show(id).await.comment.number, *number);
        }
    }
}

#[tokio::test]
async fn whatever_is_taken_back_in_any_order_leaves_all_sound() {
    for seed in 11..=12 {
        let mut chaos = Chaos::of(seed).await;
        let mut done = Vec::new();
        for _ in 0..40 {
            done.extend(chaos.step().await);
        }
        let mut tries = 0;
        while !done.is_empty() && tries < 200 {
            tries += 1;
            let at = chaos.chance.below(done.len());
            let (id, what) = done[at].clone();
            if chaos.takes_back(id).await {
                done.remove(at);
            }
            chaos
                .is_sound(&format!("seed {seed}, undoing {what}"))
                .await;
        }
        let total = chaos.desk.app.list("page=/a&limit=100").await.total;
        assert_eq!(total, chaos.desk.page().await.comments);
    }
}

#[tokio::test]
async fn readers_are_told_what_a_page_takes_now() {
    let desk = Desk::new().await;
    desk.says("Ada", "first").await;
    let since = desk.since().await;
    desk.changes_page(json!({ "slow_seconds": 60 })).await;
    let changes = desk.changes(&since).await;
    let list = changes.list.unwrap();
    assert!(list.slow_seconds == 60 && !list.closed && list.branches.is_empty());
    assert_eq!(list.total, 1);
    // Once: from then on it is as they know it.
    assert!(desk.changes(&changes.cursor).await.list.is_none());
    // What readers are not shown is not told.
    desk.changes_page(json!({ "policy": "held" })).await;
    assert!(desk.changes(&changes.cursor).await.list.is_none());

    let done = desk
        .changes_page(json!({ "read_only": true, "slow_seconds": 0 }))
        .await;
    let list = desk.changes(&changes.cursor).await.list.unwrap();
    let read = desk.app.list("page=/a").await;
    assert!(list.closed && list.limits.undo_seconds == 0 && list.votes == read.votes);
    assert_eq!(list.offers, read.offers);
    desk.undoes(&done).await;
    let list = desk.changes(&changes.cursor).await.list.unwrap();
    assert!(!list.closed && list.slow_seconds == 60 && list.limits.undo_seconds > 0);
}

#[tokio::test]
async fn a_page_is_closed_before_anybody_has_commented() {
    let desk = Desk::new().await;
    let none: Pages = desk.get("/pages?key=/new").await;
    assert!(none.items.is_empty());
    let enter = async || {
        let new = json!({ "key": "/new" });
        let answer = desk.call(Method::POST, "/pages", Some(new)).await;
        answer.json::<Page>(StatusCode::OK)
    };
    let page = enter().await;
    assert_eq!(enter().await, page, "it is one page");
    let known: Pages = desk.get("/pages?key=/new").await;
    assert!(known.items.len() == 1 && known.items[0] == page);
    let path = format!("/pages/{}", page.id);
    let closed = json!({ "state": "closed" });
    let answer = desk.call(Method::PATCH, &path, Some(closed)).await;
    answer.json::<Outcome>(StatusCode::OK);
    assert!(desk.app.list("page=/new").await.closed);
    let text = json!({ "page": "/new", "text": "Too late." });
    let answer = desk.app.post("/comments", text).await;
    answer.problem(ProblemKind::Closed);
    for (new, problem) in [
        (json!({ "key": "" }), ProblemKind::PageInvalid),
        (
            json!({ "site": "none", "key": "/a" }),
            ProblemKind::SiteUnknown,
        ),
    ] {
        let answer = desk.call(Method::POST, "/pages", Some(new)).await;
        answer.problem(problem);
    }
}
