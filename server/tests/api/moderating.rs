//! What moderators see and do.

use afterword_protocol::admin::{
    ModeratedComment, ModeratedComments, ModeratedDetail, Outcome, Page, PageState, Pages, Person,
    Verdict,
};
use afterword_protocol::{Changes, CommentDetail, Created, ProblemKind, Status};
use reqwest::header::AUTHORIZATION;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, numbers};

/// A server with a moderator of all of it.
struct Desk {
    app: TestApp,
    token: String,
}

impl Desk {
    async fn new() -> Self {
        Self::of(TestApp::start().await).await
    }

    async fn of(app: TestApp) -> Self {
        let token = app.moderator("owner").await;
        Self { app, token }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.app.admin(method, path, &self.token, body).await
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> T {
        self.call(Method::GET, path, None)
            .await
            .json(StatusCode::OK)
    }

    async fn tries(&self, action: Value) -> Answer {
        self.call(Method::POST, "/actions", Some(action)).await
    }

    async fn does(&self, action: Value) -> Outcome {
        self.tries(action).await.json(StatusCode::OK)
    }

    async fn undoes(&self, done: &Outcome) -> Outcome {
        let path = format!("/actions/{}/undo", done.action_id);
        let undone: Outcome = self
            .call(Method::POST, &path, None)
            .await
            .json(StatusCode::OK);
        // Once is enough.
        self.call(Method::POST, &path, None)
            .await
            .problem(ProblemKind::Duplicate);
        undone
    }

    async fn found(&self, query: &str) -> Vec<String> {
        let found: ModeratedComments = self.get(&format!("/comments?{query}")).await;
        found.items.into_iter().map(|it| it.text).collect()
    }

    async fn comment(&self, id: &str) -> ModeratedComment {
        let detail: ModeratedDetail = self.get(&format!("/comments/{id}")).await;
        detail.comment
    }

    /// A comment by somebody.
    async fn says(&self, author: &str, text: &str) -> Created {
        let body = json!({
            "page": "/a", "author": author, "text": text,
            "person": format!("the-secret-of-the-browser-of-{author}"),
        });
        self.app.post("/comments", body).await.created()
    }

    async fn holds(&self) {
        self.app.sql("UPDATE page SET policy = 'held'").await;
    }

    async fn changes(&self, since: &str) -> Changes {
        let path = format!("/changes?page=/a&since={since}");
        self.app.get(&path).await.json(StatusCode::OK)
    }

    async fn since(&self) -> String {
        self.app.list("page=/a").await.changes.unwrap()
    }
}

fn ids(all: &[&Created]) -> Vec<String> {
    all.iter().map(|it| it.comment.id.clone()).collect()
}

#[tokio::test]
async fn a_held_comment_is_approved_and_appears() {
    let desk = Desk::new().await;
    desk.says("Ada", "first").await;
    desk.holds().await;
    let since = desk.since().await;
    let held = desk.says("Bob", "held").await;
    let queue: ModeratedComments = desk.get("/comments?verdict=pending").await;
    let [queued] = queue.items.as_slice() else {
        panic!("{queue:?}")
    };
    assert_eq!((queued.text.as_str(), queued.page.as_str()), ("held", "/a"));
    assert_eq!(queued.reasons[0].check, "policy");
    assert_eq!(queued.reasons[0].action, "hold");
    assert_eq!(queued.author.as_deref(), Some("Bob"));
    assert!(queued.network.is_some() && queued.person.is_some() && queued.held.is_some());

    let done = desk
        .does(json!({ "action": "approve", "ids": [held.comment.id], "reason": "fine" }))
        .await;
    assert_eq!(done.changed[0].verdict, Verdict::Published);
    assert_eq!(done.changed[0].number, 2);
    let list = desk.app.list("page=/a").await;
    assert_eq!(
        (list.total, numbers(&list)),
        (2, vec![(2, vec![]), (1, vec![])])
    );
    // It comes for readers as something new.
    let told = desk.changes(&since).await;
    assert_eq!(told.posted[0].id, held.comment.id);
    assert!(told.changed.is_empty() && told.total == 2);
    assert!(
        desk.app
            .get("/search?page=/a&q=held")
            .await
            .body
            .contains(&held.comment.id)
    );

    let since = desk.since().await;
    let undone = desk.undoes(&done).await;
    assert_eq!(undone.changed[0].verdict, Verdict::Pending);
    assert_eq!(desk.app.list("page=/a").await.total, 1);
    assert_eq!(desk.changes(&since).await.gone, [held.comment.id.clone()]);
    // And again under the number that it had.
    desk.does(json!({ "action": "approve", "ids": [held.comment.id] }))
        .await;
    assert_eq!(desk.app.show(&held.comment.id).await.comment.number, 2);
    let detail: ModeratedDetail = desk.get(&format!("/comments/{}", held.comment.id)).await;
    let actions: Vec<_> = detail
        .actions
        .iter()
        .map(|it| it.undone.is_some())
        .collect();
    assert_eq!(actions, [false, true]);
    assert_eq!(detail.actions[1].reason.as_deref(), Some("fine"));
}

#[tokio::test]
async fn many_are_decided_about_in_one_request_and_taken_back_in_one() {
    let desk = Desk::new().await;
    desk.says("Ada", "first").await;
    desk.holds().await;
    let mut held = Vec::new();
    for number in 0..20 {
        held.push(desk.says("Bob", &format!("held {number}")).await.comment.id);
    }
    held.push("nowhere".to_owned());
    let done = desk.does(json!({ "action": "spam", "ids": held })).await;
    assert_eq!(
        (done.changed.len(), done.skipped),
        (20, vec!["nowhere".to_owned()])
    );
    assert_eq!(desk.found("verdict=spam").await.len(), 20);
    assert_eq!(
        desk.undoes(&Outcome {
            skipped: vec![],
            ..done
        })
        .await
        .changed
        .len(),
        20
    );
    assert_eq!(desk.found("verdict=pending").await.len(), 20);
    let done = desk.does(json!({ "action": "approve", "ids": held })).await;
    assert_eq!(done.changed.len(), 20);
    assert_eq!(desk.app.list("page=/a").await.total, 21);
    // Nothing is another by that.
    desk.tries(json!({ "action": "approve", "ids": held }))
        .await
        .problem(ProblemKind::NotFound);
}

#[tokio::test]
async fn what_is_hidden_leaves_a_place_where_it_was_answered() {
    let desk = Desk::new().await;
    let root = desk.says("Ada", "a root").await;
    let reply = desk.app.answers("/a", &root.comment.id, "a reply").await;
    let done = desk
        .does(json!({ "action": "hide", "ids": ids(&[&root]) }))
        .await;
    let list = desk.app.list("page=/a").await;
    assert_eq!(list.branches[0].root.status, Status::Deleted);
    assert_eq!(list.branches[0].root.html, "");
    assert_eq!(list.branches[0].root.author, None);
    assert_eq!(list.total, 1);
    assert_eq!(desk.comment(&root.comment.id).await.text, "a root");
    // Its author can't change it any more.
    desk.app
        .edit(&root.comment.id, &root.edit_token, "other")
        .await
        .problem(ProblemKind::NotFound);
    desk.app
        .delete(&root.comment.id, &root.edit_token)
        .await
        .problem(ProblemKind::NotFound);
    let path = format!("/comments/{}", root.comment.id);
    let own = desk.app.call(Method::GET, &path, None);
    let own = own.header(AUTHORIZATION, format!("Bearer {}", root.edit_token));
    let own: CommentDetail = Answer::to(own).await.json(StatusCode::OK);
    assert_eq!(
        (own.comment.status, own.text.as_str()),
        (Status::Deleted, "")
    );

    // The reply goes: the place goes. It comes back: the place, too.
    let gone = desk
        .does(json!({ "action": "delete", "ids": ids(&[&reply]) }))
        .await;
    assert!(desk.app.list("page=/a").await.branches.is_empty());
    desk.undoes(&gone).await;
    assert_eq!(numbers(&desk.app.list("page=/a").await), [(1, vec![2])]);
    desk.undoes(&done).await;
    let list = desk.app.list("page=/a").await;
    assert_eq!(list.branches[0].root, root.comment);
    assert_eq!(list.total, 2);
}

#[tokio::test]
async fn comments_are_found_by_all_that_is_known_of_them() {
    let desk = Desk::new().await;
    let ada = desk.says("Ada", "zebra stripes").await;
    desk.says("Bob", "a horse").await;
    desk.holds().await;
    desk.says("Bob", "a held zebra").await;
    assert_eq!(
        desk.found("").await,
        ["a held zebra", "a horse", "zebra stripes"]
    );
    assert_eq!(
        desk.found("q=zebra").await,
        ["a held zebra", "zebra stripes"]
    );
    assert_eq!(desk.found("q=zebra+held").await, ["a held zebra"]);
    assert_eq!(desk.found("q=Bob").await, ["a held zebra", "a horse"]);
    assert_eq!(desk.found("q=ze").await.len(), 2);
    assert_eq!(desk.found("q=%25").await.len(), 0);
    assert_eq!(
        desk.found("author=Bob&verdict=published").await,
        ["a horse"]
    );
    assert_eq!(desk.found("page=/b").await.len(), 0);
    let of = desk.comment(&ada.comment.id).await;
    let person = of.person.unwrap();
    assert_eq!(
        desk.found(&format!("person={person}")).await,
        ["zebra stripes"]
    );
    let network = of.network.unwrap();
    assert_eq!(desk.found(&format!("network={network}")).await.len(), 3);
    assert_eq!(desk.found("reported=true").await.len(), 0);
    let report = json!({ "reason": "abuse", "text": "rude" });
    let path = format!("/comments/{}/reports", ada.comment.id);
    let answer = desk.app.post(&path, report).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(desk.found("reported=true").await, ["zebra stripes"]);
    let detail: ModeratedDetail = desk.get(&format!("/comments/{}", ada.comment.id)).await;
    assert_eq!(detail.reports[0].text, "rude");
    assert_eq!(detail.person.unwrap().numbers.published, 1);

    let first: ModeratedComments = desk.get("/comments?limit=2").await;
    let before = first.next.unwrap();
    assert_eq!(
        desk.found(&format!("limit=2&before={before}")).await,
        ["zebra stripes"]
    );
    // Approving it is being done with the report.
    let done = desk
        .does(json!({ "action": "approve", "ids": ids(&[&ada]) }))
        .await;
    assert_eq!(desk.found("reported=true").await.len(), 0);
    desk.undoes(&done).await;
    assert_eq!(desk.found("reported=true").await.len(), 1);

    let person: Person = desk.get("/people/author:Bob").await;
    assert_eq!((person.numbers.published, person.numbers.pending), (1, 1));
    assert_eq!(person.authors, ["Bob"]);
    assert_eq!(person.networks, [network]);
    for query in [
        "person=x",
        "verdict=odd",
        "limit=0",
        "before=%00",
        "site=elsewhere&x=1",
    ] {
        let answer = desk
            .call(Method::GET, &format!("/comments?{query}"), None)
            .await;
        answer.problem(ProblemKind::InvalidRequest);
    }
}

#[tokio::test]
async fn a_comment_is_pinned_featured_and_its_branch_locked() {
    let desk = Desk::new().await;
    let old = desk.says("Ada", "old").await;
    let reply = desk.app.answers("/a", &old.comment.id, "reply").await;
    desk.says("Bob", "new").await;
    let pinned = desk
        .does(json!({ "action": "pin", "ids": ids(&[&old]) }))
        .await;
    for order in ["newest", "oldest", "top", "discussed"] {
        let list = desk
            .app
            .list(&format!("page=/a&limit=1&sort={order}"))
            .await;
        assert!(list.branches[0].root.pinned, "{order}");
        let all: Vec<_> = list.branches.iter().map(|it| it.root.number).collect();
        assert_eq!(all, [1, 3], "{order}");
        assert_eq!(list.next, None, "{order}");
    }
    desk.tries(json!({ "action": "pin", "ids": ids(&[&reply]) }))
        .await
        .problem(ProblemKind::InvalidRequest);
    // A pinned comment that is hidden is a place like others.
    let hidden = desk
        .does(json!({ "action": "hide", "ids": ids(&[&old]) }))
        .await;
    assert_eq!(
        numbers(&desk.app.list("page=/a").await),
        [(3, vec![]), (1, vec![2])]
    );
    desk.undoes(&hidden).await;
    desk.undoes(&pinned).await;
    assert_eq!(
        numbers(&desk.app.list("page=/a").await),
        [(3, vec![]), (1, vec![2])]
    );

    let featured = desk
        .does(json!({ "action": "feature", "ids": ids(&[&reply]) }))
        .await;
    assert!(desk.app.show(&reply.comment.id).await.comment.featured);
    desk.undoes(&featured).await;
    assert!(!desk.app.show(&reply.comment.id).await.comment.featured);

    let locked = desk
        .does(json!({ "action": "lock", "ids": ids(&[&old]) }))
        .await;
    assert!(desk.app.show(&old.comment.id).await.comment.locked);
    let answer = json!({ "page": "/a", "parent": reply.comment.id, "text": "late" });
    desk.app
        .post("/comments", answer.clone())
        .await
        .problem(ProblemKind::Closed);
    desk.undoes(&locked).await;
    desk.app.post("/comments", answer).await.created();
}

#[tokio::test]
async fn a_moderator_changes_a_text_and_readers_are_told() {
    let desk = Desk::new().await;
    let posted = desk.says("Ada", "rude").await;
    let id = &posted.comment.id;
    desk.app.passes(60);
    let done = desk
        .does(json!({ "action": "edit", "ids": [id], "text": "polite" }))
        .await;
    let shown = desk.app.show(id).await;
    assert!(shown.comment.moderated && shown.comment.edited.is_some());
    assert_eq!(shown.text, "polite");
    let detail: ModeratedDetail = desk.get(&format!("/comments/{id}")).await;
    assert_eq!(detail.versions[0].text, "rude");
    desk.undoes(&done).await;
    assert_eq!(desk.app.show(id).await.comment, posted.comment);
    let detail: ModeratedDetail = desk.get(&format!("/comments/{id}")).await;
    assert!(detail.versions.is_empty());

    // What its author has said since stays.
    desk.app.passes(60);
    let done = desk
        .does(json!({ "action": "edit", "ids": [id], "text": "polite" }))
        .await;
    desk.app.passes(60);
    desk.app
        .edit(id, &posted.edit_token, "sorry")
        .await
        .comment();
    let undone = desk.undoes(&done).await;
    assert_eq!(undone.skipped, [id.clone()]);
    assert_eq!(desk.app.show(id).await.text, "sorry");

    desk.tries(json!({ "action": "edit", "ids": [id], "text": " " }))
        .await
        .problem(ProblemKind::TextEmpty);
    desk.tries(json!({ "action": "edit", "ids": [id] }))
        .await
        .problem(ProblemKind::InvalidRequest);
}

#[tokio::test]
async fn a_branch_moves_to_another_page_and_back() {
    let desk = Desk::new().await;
    let root = desk.says("Ada", "root").await;
    let reply = desk.app.answers("/a", &root.comment.id, "reply").await;
    let below = desk.app.answers("/a", &reply.comment.id, "below").await;
    desk.app.comments("/b", "there already").await;
    let before = desk.app.list("page=/a").await;
    let done = desk
        .does(json!({ "action": "move", "ids": ids(&[&reply]), "page": "/b" }))
        .await;
    assert_eq!(done.changed[0].page, "/b");
    let (from, to) = (
        desk.app.list("page=/a").await,
        desk.app.list("page=/b").await,
    );
    assert_eq!((from.total, numbers(&from)), (1, vec![(1, vec![])]));
    assert_eq!(
        (to.total, numbers(&to)),
        (3, vec![(1, vec![]), (2, vec![3])])
    );
    assert!(
        desk.app
            .get("/search?page=/b&q=below")
            .await
            .body
            .contains(&below.comment.id)
    );
    assert!(
        !desk
            .app
            .get("/search?page=/a&q=below")
            .await
            .body
            .contains(&below.comment.id)
    );
    // What was answered there goes along.
    desk.app.answers("/b", &below.comment.id, "late").await;
    desk.undoes(&done).await;
    let back = desk.app.list("page=/a").await;
    assert_eq!((back.total, numbers(&back)), (4, vec![(1, vec![2, 3, 4])]));
    assert_eq!(
        back.branches[0].replies[..2],
        before.branches[0].replies[..]
    );
    assert_eq!(desk.app.list("page=/b").await.total, 1);
    desk.tries(json!({ "action": "move", "ids": ids(&[&root]), "page": "" }))
        .await
        .problem(ProblemKind::PageInvalid);
    desk.tries(json!({ "action": "move", "ids": ids(&[&root]), "page": "/c", "site": "other" }))
        .await
        .problem(ProblemKind::SiteUnknown);
}

#[tokio::test]
async fn a_page_is_closed_slowed_and_opened_again() {
    let desk = Desk::new().await;
    desk.says("Ada", "first").await;
    desk.holds().await;
    desk.says("Ada", "held").await;
    let pages: Pages = desk.get("/pages?q=a").await;
    let [page] = pages.items.as_slice() else {
        panic!("{pages:?}")
    };
    assert_eq!(
        (page.key.as_str(), page.comments, page.pending),
        ("/a", 1, 1)
    );
    let path = format!("/pages/{}", page.id);
    let change = json!({ "policy": "site", "state": "closed", "slow_seconds": 30 });
    let done: Outcome = desk
        .call(Method::PATCH, &path, Some(change))
        .await
        .json(StatusCode::OK);
    assert!(done.pages[0].closed);
    let list = desk.app.list("page=/a").await;
    assert!(list.closed && list.slow_seconds == 30);
    assert!(!list.offers.unwrap().contains(&"post".to_owned()));
    desk.undoes(&done).await;
    let now: Page = desk.get(&path).await;
    assert_eq!((now.state, now.slow_seconds), (PageState::Site, 0));
    let locked = desk
        .does(json!({ "action": "lock", "pages": [page.id] }))
        .await;
    assert_eq!(locked.pages[0].state, PageState::Closed);
    desk.app
        .post("/comments", json!({ "page": "/a", "text": "late" }))
        .await
        .problem(ProblemKind::Closed);
    desk.undoes(&locked).await;
    desk.app.comments("/a", "in time").await;
}

#[tokio::test]
async fn who_is_banned_is_refused_and_let_in_again() {
    let desk = Desk::new().await;
    let spam = desk.says("Mallory", "buy").await;
    let ban = json!({
        "action": "ban", "ids": ids(&[&spam]), "then": "spam", "reason": "spam",
        "bans": [{ "kind": "person" }, { "kind": "author" }],
    });
    let done = desk.does(ban).await;
    assert_eq!(done.bans.len(), 2);
    assert_eq!(done.changed[0].verdict, Verdict::Spam);
    let by = |author: &str, secret: &str| {
        let body = json!({ "page": "/a", "author": author, "text": "again", "person": secret });
        let app = &desk.app;
        async move { app.post("/comments", body).await }
    };
    let secret = "the-secret-of-the-browser-of-Mallory";
    by("Other", secret).await.problem(ProblemKind::Banned);
    by("  mallory ", "another-secret-altogether")
        .await
        .problem(ProblemKind::Banned);
    by("Ada", "another-secret-altogether").await.created();
    // Editing is no way around it.
    let person: Person = desk.get("/people/author:Mallory").await;
    assert_eq!(person.bans.len(), 1);
    let path = format!("/comments/{}", spam.comment.id);
    let detail: ModeratedDetail = desk.get(&path).await;
    assert_eq!(detail.person.unwrap().bans.len(), 2);
    desk.undoes(&done).await;
    assert_eq!(
        desk.comment(&spam.comment.id).await.verdict,
        Verdict::Published
    );
    by("Mallory", secret).await.created();
    assert_eq!(desk.found("author=Mallory").await.len(), 2);
}

#[tokio::test]
async fn a_network_is_banned_for_a_time() {
    let desk = Desk::new().await;
    let spam = desk.says("Mallory", "buy").await;
    let ban = json!({
        "action": "ban", "ids": ids(&[&spam]),
        "bans": [{ "kind": "network", "until": "2026-11-24T09:00:00Z" }],
    });
    let done = desk.does(ban.clone()).await;
    let body = json!({ "page": "/a", "text": "again" });
    desk.app
        .post("/comments", body.clone())
        .await
        .problem(ProblemKind::Banned);
    desk.app.passes(3600);
    desk.app.post("/comments", body.clone()).await.created();
    // Under another salt it is the same network; and who keeps coming stays banned.
    let path = format!("/bans/{}", done.bans[0].id);
    let lifted: Outcome = desk
        .call(Method::DELETE, &path, None)
        .await
        .json(StatusCode::OK);
    desk.does(json!({
        "action": "ban", "ids": ids(&[&spam]), "bans": [{ "kind": "network" }],
    }))
    .await;
    for _ in 0..3 {
        desk.app.passes(28 * 24 * 3600);
        desk.app
            .post("/comments", body.clone())
            .await
            .problem(ProblemKind::Banned);
    }
    assert_eq!(lifted.bans.len(), 0);
    let hits = desk.app.texts("SELECT kind || ' ' || hits FROM ban").await;
    assert_eq!(hits, ["network 3"]);
}

#[tokio::test]
async fn who_is_banned_in_the_shadow_is_not_told() {
    let desk = Desk::new().await;
    desk.says("Mallory", "buy").await;
    let ban = json!({
        "action": "ban",
        "bans": [{ "kind": "author", "value": "Mallory", "site": "default", "shadow": true }],
    });
    desk.does(ban).await;
    let posted = desk.says("Mallory", "buy more").await;
    assert_eq!(posted.comment.status, Status::Published);
    assert_eq!(desk.app.list("page=/a").await.total, 1);
    let path = format!("/comments/{}", posted.comment.id);
    desk.app.get(&path).await.problem(ProblemKind::NotFound);
    let own = desk.app.call(Method::GET, &path, None);
    let own = own.header(AUTHORIZATION, format!("Bearer {}", posted.edit_token));
    let own: CommentDetail = Answer::to(own).await.json(StatusCode::OK);
    assert_eq!(own.comment.status, Status::Published);
    assert_eq!(desk.found("verdict=spam").await, ["buy more"]);
    desk.does(json!({ "action": "approve", "ids": ids(&[&posted]) }))
        .await;
    assert_eq!(desk.app.list("page=/a").await.total, 2);
}

#[tokio::test]
async fn everything_stands_in_the_audit_log() {
    let desk = Desk::new().await;
    let posted = desk.says("Ada", "x").await;
    let done = desk
        .does(json!({ "action": "hide", "ids": ids(&[&posted]) }))
        .await;
    desk.undoes(&done).await;
    let lines = desk
        .app
        .texts("SELECT action || ' ' || subject || ' ' || site FROM audit ORDER BY id")
        .await;
    let id = &posted.comment.id;
    assert_eq!(
        lines[lines.len() - 2..],
        [format!("hide {id} default"), format!("undo {id} default")]
    );
}

#[tokio::test]
async fn what_its_author_has_deleted_is_beyond_everybody() {
    let desk = Desk::new().await;
    let posted = desk.says("Ada", "secret").await;
    desk.app.deletes(&posted).await;
    desk.tries(json!({ "action": "approve", "ids": ids(&[&posted]) }))
        .await
        .problem(ProblemKind::NotFound);
    assert_eq!(desk.found("q=secret").await.len(), 0);
    let shown = desk.comment(&posted.comment.id).await;
    assert!(shown.erased && shown.text.is_empty());
}

#[tokio::test]
async fn who_looks_after_one_site_does_nothing_on_another() {
    let app = TestApp::with()
        .file("[sites.one]\norigins = [\"*\"]\n[sites.two]\norigins = [\"*\"]\n")
        .start()
        .await;
    let on = |site: &str| json!({ "site": site, "page": "/a", "text": "x" });
    let one = app.post("/comments", on("one")).await.created();
    let two = app.post("/comments", on("two")).await.created();
    let token = app.moderator("moderator@one").await;
    let desk = Desk { app, token };
    assert_eq!(desk.found("").await.len(), 1);
    desk.tries(json!({ "action": "hide", "ids": ids(&[&one, &two]) }))
        .await
        .problem(ProblemKind::Forbidden);
    assert_eq!(
        desk.comment(&one.comment.id).await.verdict,
        Verdict::Published
    );
    desk.tries(json!({ "action": "move", "ids": ids(&[&one]), "page": "/b", "site": "two" }))
        .await
        .problem(ProblemKind::Forbidden);
    desk.tries(json!({
        "action": "ban", "bans": [{ "kind": "author", "value": "x", "site": "*" }],
    }))
    .await
    .problem(ProblemKind::Forbidden);
    let owner = desk.app.moderator("owner").await;
    let all = Desk {
        app: desk.app,
        token: owner,
    };
    let done = all
        .does(json!({ "action": "hide", "ids": ids(&[&one, &two]) }))
        .await;
    let path = format!("/actions/{}/undo", done.action_id);
    let answer = all.app.admin(Method::POST, &path, &desk.token, None).await;
    answer.problem(ProblemKind::Forbidden);
    assert_eq!(all.undoes(&done).await.changed.len(), 2);
}
