//! What moderators see and do.

use afterword_protocol::admin::{
    Dashboard, ModeratedComment, ModeratedComments, ModeratedDetail, Outcome, Page, PageState,
    Pages, Person, Queue, Rule, RuleFindings, RuleRemoved, Rules, Verdict,
};
use afterword_protocol::{Changes, CommentDetail, Created, ProblemKind, Status};
use reqwest::header::AUTHORIZATION;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, numbers};
use crate::reader::Reader;

/// A server with a moderator of all of it.
pub(crate) struct Desk {
    pub(crate) app: TestApp,
    pub(crate) token: String,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::of(TestApp::start().await).await
    }

    pub(crate) async fn of(app: TestApp) -> Self {
        let token = app.moderator("owner").await;
        Self { app, token }
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.app.admin(method, path, &self.token, body).await
    }

    pub(crate) async fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> T {
        self.call(Method::GET, path, None)
            .await
            .json(StatusCode::OK)
    }

    pub(crate) async fn tries(&self, action: Value) -> Answer {
        self.call(Method::POST, "/actions", Some(action)).await
    }

    pub(crate) async fn does(&self, action: Value) -> Outcome {
        self.tries(action).await.json(StatusCode::OK)
    }

    pub(crate) async fn undoes(&self, done: &Outcome) -> Outcome {
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

    /// Somebody has done something else since.
    pub(crate) async fn cannot_undo(&self, done: &Outcome) {
        let path = format!("/actions/{}/undo", done.action_id);
        let answer = self.call(Method::POST, &path, None).await;
        answer.problem(ProblemKind::Duplicate);
    }

    pub(crate) async fn found(&self, query: &str) -> Vec<String> {
        let found: ModeratedComments = self.get(&format!("/comments?{query}")).await;
        found.items.into_iter().map(|it| it.text).collect()
    }

    pub(crate) async fn comment(&self, id: &str) -> ModeratedComment {
        let detail: ModeratedDetail = self.get(&format!("/comments/{id}")).await;
        detail.comment
    }

    /// A comment by somebody.
    pub(crate) async fn says(&self, author: &str, text: &str) -> Created {
        let body = json!({
            "page": "/a", "author": author, "text": text,
            "person": format!("the-secret-of-the-browser-of-{author}"),
        });
        self.app.post("/comments", body).await.created()
    }

    pub(crate) async fn holds(&self) {
        self.app.sql("UPDATE page SET policy = 'held'").await;
    }

    pub(crate) async fn changes(&self, since: &str) -> Changes {
        let path = format!("/changes?page=/a&since={since}");
        self.app.get(&path).await.json(StatusCode::OK)
    }

    pub(crate) async fn since(&self) -> String {
        self.app.list("page=/a").await.changes.unwrap()
    }
}

pub(crate) fn ids(all: &[&Created]) -> Vec<String> {
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
    assert_eq!(
        desk.changes(&since).await.gone,
        std::slice::from_ref(&held.comment.id)
    );
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
        "since=yesterday",
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
    desk.cannot_undo(&done).await;
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
async fn a_network_is_banned_by_an_address_or_by_what_its_addresses_begin_with() {
    let desk = Desk::of(
        TestApp::with()
            .set(|settings| settings.trusted_proxies = Some(vec!["127.0.0.0/8".to_owned()]))
            .start()
            .await,
    )
    .await;
    let from = async |address: &str| {
        let body = json!({ "page": "/a", "text": "x" });
        let call = desk.app.call(Method::POST, "/comments", Some(body));
        let answer = Answer::to(call.header("x-forwarded-for", address)).await;
        answer.status == StatusCode::CREATED
    };
    let ban = |value: &str| {
        json!({
            "action": "ban",
            "bans": [{ "kind": "network", "value": value, "site": "default" }],
        })
    };
    for (value, within, without) in [
        ("198.51.100.7", "198.51.100.7", "198.51.100.8"),
        ("198.51.100.0/24", "198.51.100.200", "198.51.101.1"),
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::9", "2001:db8:1:3::3"),
        // Who changes their network all the time has one line.
        ("2001:db8:1:2::/48", "2001:db8:1:ffff::1", "2001:db8:2::1"),
    ] {
        assert!(from(within).await, "{value}");
        let done = desk.does(ban(value)).await;
        let [kept] = &done.bans[..] else {
            panic!("{:?}", done.bans)
        };
        // Of one address there is nothing but a hash.
        assert_eq!(kept.label.is_empty(), !value.contains('/'), "{value}");
        for _ in 0..2 {
            assert!(!from(within).await, "{value}");
            assert!(from(without).await, "{value}");
        }
        desk.undoes(&done).await;
        assert!(from(within).await, "{value}");
    }
    for value in ["0.0.0.0/0", "::/1", "198.51.100", "198.51.100.0/x", ""] {
        let refused = desk.tries(ban(value)).await;
        refused.problem(ProblemKind::InvalidRequest);
    }
    // What was named stays so, whatever stands for an address by then.
    desk.does(ban("198.51.100.0/24")).await;
    desk.app.passes(100 * 24 * 3600);
    assert!(!from("198.51.100.9").await);
}

#[tokio::test]
async fn a_name_is_banned_however_it_is_written() {
    let desk = Desk::new().await;
    let ban = json!({
        "action": "ban",
        "bans": [{ "kind": "author", "value": "Mallory  de Grâce", "site": "default" }],
    });
    desk.does(ban).await;
    for name in [
        "mallory de grâce",
        "M\u{430}llory de Gra\u{302}ce",
        "Mal\u{200d}lory\u{a0}de Grâce",
        "Ｍallory de Grâce",
    ] {
        let body = json!({ "page": "/a", "author": name, "text": "x" });
        let answer = desk.app.post("/comments", body).await;
        answer.problem(ProblemKind::Banned);
    }
    let other = json!({ "page": "/a", "author": "Mallory de Grace", "text": "x" });
    desk.app.post("/comments", other).await.created();
}

#[tokio::test]
async fn what_was_held_does_not_say_what_a_page_is_called() {
    let file = "[sites.default]\norigins = [\"*\"]\npolicy = \"held\"";
    let desk = Desk::of(TestApp::with().file(file).start().await).await;
    let post = async |title: &str| {
        let body = json!({ "page": "/a", "title": title, "text": title });
        desk.app.post("/comments", body).await.created().comment
    };
    let title = async || {
        let found: Pages = desk.get("/pages?site=default").await;
        found.items[0].title.clone().unwrap()
    };
    post("Buy cheap pills").await;
    assert_eq!(title().await, "Buy cheap pills");
    desk.app.sql("UPDATE page SET policy = 'all'").await;
    post("The bridge").await;
    assert_eq!(title().await, "The bridge");
    post("Another name").await;
    assert_eq!(title().await, "The bridge");
}

#[tokio::test]
async fn a_ban_ends_at_a_time_to_come() {
    let desk = Desk::new().await;
    let posted = desk.says("Mallory", "x").await;
    let ban = |until: &str| {
        json!({
            "action": "ban", "ids": ids(&[&posted]), "then": "delete",
            "bans": [{ "kind": "author", "until": until }],
        })
    };
    for until in [
        "2026-11-24T08:00:00Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "2226-11-24T08:00:00Z",
        "9999999-01-01T00:00:00Z",
        "-1",
        "NaN",
        "",
    ] {
        let refused = desk
            .tries(ban(until))
            .await
            .problem(ProblemKind::TimeInvalid);
        assert!(refused.detail.unwrap().starts_with("until "), "{until}");
    }
    // Nothing of it has happened.
    assert_eq!(desk.app.list("page=/a").await.total, 1);
    assert_eq!(desk.app.texts("SELECT label FROM ban").await.len(), 0);
    let done = desk.does(ban("2026-11-24T08:00:01Z")).await;
    assert_eq!(
        done.bans[0].until.as_deref(),
        Some("2026-11-24T08:00:01.000Z")
    );
}

#[tokio::test]
async fn who_is_banned_in_the_shadow_is_not_told() {
    let desk = Desk::new().await;
    let stood = desk.says("Mallory", "buy").await;
    let ban = json!({
        "action": "ban",
        "bans": [{ "kind": "author", "value": "Mallory", "site": "default", "shadow": true }],
    });
    desk.does(ban).await;
    let posted = desk.says("Mallory", "buy more").await;
    assert_eq!(posted.comment.status, Status::Published);
    // It is numbered as all others are, and as it would stand there.
    assert_eq!(posted.comment.number, 2);
    assert_eq!(desk.says("Ada", "what?").await.comment.number, 3);
    assert_eq!(desk.says("Mallory", "buy all").await.comment.number, 4);
    assert_eq!(desk.app.list("page=/a").await.total, 2);
    let path = format!("/comments/{}", posted.comment.id);
    desk.app.get(&path).await.problem(ProblemKind::NotFound);
    let own = desk.app.call(Method::GET, &path, None);
    let own = own.header(AUTHORIZATION, format!("Bearer {}", posted.edit_token));
    let own: CommentDetail = Answer::to(own).await.json(StatusCode::OK);
    assert_eq!(own.comment, posted.comment);
    assert_eq!(desk.found("verdict=spam").await, ["buy all", "buy more"]);
    // What stood is gone for others when it is changed, and its author sees no difference either.
    let edited = desk.app.edit(&stood.comment.id, &stood.edit_token, "buy!");
    let edited = edited.await.comment();
    assert_eq!((edited.status, edited.number), (Status::Published, 1));
    assert_eq!(desk.app.list("page=/a").await.total, 1);
    desk.does(json!({ "action": "approve", "ids": ids(&[&posted]) }))
        .await;
    let list = desk.app.list("page=/a").await;
    assert_eq!(
        (list.total, numbers(&list)),
        (2, vec![(3, vec![]), (2, vec![])])
    );
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

fn rule(test: &Value, action: &str) -> Value {
    json!({ "site": "*", "name": "ours", "test": test, "action": action, "enabled": true })
}

#[tokio::test]
async fn rules_decide_and_their_hits_are_counted() {
    let desk = Desk::new().await;
    desk.says("Ada", "before").await;
    let casino = json!({ "kind": "words", "words": ["casino*", "Mallory"] });
    let made: Rule = desk
        .call(Method::POST, "/rules", Some(rule(&casino, "spam")))
        .await
        .json(StatusCode::CREATED);
    let status = |text: &'static str| {
        let desk = &desk;
        async move { desk.says("Ada", text).await.comment.status }
    };
    assert_eq!(status("play at the Casinos").await, Status::Pending);
    assert_eq!(status("innocent").await, Status::Published);
    assert_eq!(
        desk.says("mallory", "x").await.comment.status,
        Status::Pending
    );
    let spam: ModeratedComments = desk.get("/comments?verdict=spam").await;
    let reason = &spam.items[1].reasons[0];
    assert_eq!(reason.check, format!("rule:{}", made.id));
    assert_eq!(reason.detail, "ours: \"Casinos\"");
    // What was found is nothing to translate.
    assert_eq!(reason.code, None);
    let rules: Rules = desk.get("/rules").await;
    assert_eq!(rules.items[0].hits, 2);
    assert!(rules.items[0].last_hit.is_some());
    // An edit is no way around it.
    let posted = desk.says("Ada", "fine").await;
    let edited = desk
        .app
        .edit(&posted.comment.id, &posted.edit_token, "a casino")
        .await;
    assert_eq!(edited.comment().status, Status::Pending);

    let path = format!("/rules/{}", made.id);
    let pattern = json!({ "kind": "pattern", "pattern": r"\d{4}-\d{4}" });
    let changed = desk.call(Method::PUT, &path, Some(rule(&pattern, "reject")));
    let _: Rule = changed.await.json(StatusCode::OK);
    let call = json!({ "page": "/a", "text": "call 1234-5678" });
    desk.app
        .post("/comments", call.clone())
        .await
        .problem(ProblemKind::TextRefused);
    assert_eq!(status("casino").await, Status::Published);
    let flag = json!({ "kind": "links", "most": 1 });
    let _: Rule = desk
        .call(Method::POST, "/rules", Some(rule(&flag, "flag")))
        .await
        .json(StatusCode::CREATED);
    let links = "[a](https://a.example) [b](https://b.example)";
    assert_eq!(status(links).await, Status::Published);
    assert_eq!(desk.found("flagged=true").await, [links]);
    assert_eq!(desk.found("check=links&since=2026-11-01").await.len(), 0);
    let found: Vec<Rule> = desk.get::<Rules>("/rules").await.items;
    let check = format!("check=rule:{}", found.last().unwrap().id);
    let day = &found[0].created[..10];
    assert_eq!(desk.found(&check).await, [links]);
    let on_that_day = format!("{check}&since={day}&until={day}");
    assert_eq!(desk.found(&on_that_day).await, [links]);
    assert_eq!(
        desk.found(&format!("{check}&until=2020-01-01")).await.len(),
        0
    );
    let gone = desk.call(Method::DELETE, &path, None).await;
    let _: RuleRemoved = gone.json(StatusCode::OK);
    desk.app.post("/comments", call).await.created();
    let lines = desk
        .app
        .texts("SELECT action FROM audit WHERE action LIKE 'rule%' ORDER BY id")
        .await;
    assert_eq!(
        lines,
        ["rule-add", "rule-change", "rule-add", "rule-remove"]
    );
}

#[tokio::test]
async fn what_was_done_to_a_rule_is_undone() {
    let desk = Desk::new().await;
    let casino = json!({ "kind": "words", "words": ["casino"] });
    let made = desk.call(Method::POST, "/rules", Some(rule(&casino, "spam")));
    let made: Rule = made.await.json(StatusCode::CREATED);
    let path = format!("/rules/{}", made.id);
    let undo = |id: i64| {
        let desk = &desk;
        let path = format!("/actions/{id}/undo");
        async move { desk.call(Method::POST, &path, None).await }
    };
    let holds = || async { desk.says("Ada", "a casino").await.comment.status == Status::Pending };
    assert!(holds().await);

    let flag = rule(&casino, "flag");
    let changed = desk.call(Method::PUT, &path, Some(flag.clone())).await;
    let changed: Rule = changed.json(StatusCode::OK);
    assert!(!holds().await);
    // As long as it is as it was left: what somebody did since stays.
    undo(made.action_id.unwrap())
        .await
        .problem(ProblemKind::Duplicate);
    let _: Outcome = undo(changed.action_id.unwrap()).await.json(StatusCode::OK);
    assert!(holds().await);
    undo(changed.action_id.unwrap())
        .await
        .problem(ProblemKind::Duplicate);

    let removed = desk.call(Method::DELETE, &path, None).await;
    let removed: RuleRemoved = removed.json(StatusCode::OK);
    assert!(!holds().await);
    let _: Outcome = undo(removed.action_id).await.json(StatusCode::OK);
    assert!(holds().await);
    let rules: Rules = desk.get("/rules").await;
    // With what it has found.
    assert_eq!((rules.items[0].id, rules.items[0].hits), (made.id, 4));

    let again = desk
        .call(Method::PUT, &path, Some(rule(&casino, "spam")))
        .await;
    let _: Rule = again.json(StatusCode::OK);
    let _: Outcome = undo(made.action_id.unwrap()).await.json(StatusCode::OK);
    let rules: Rules = desk.get("/rules").await;
    assert!(rules.items.is_empty());
}

#[tokio::test]
async fn a_rule_is_put_back_by_who_looks_after_rules() {
    let desk = Desk::new().await;
    let casino = json!({ "kind": "words", "words": ["casino"] });
    let mut own = rule(&casino, "spam");
    own["site"] = json!("default");
    let made = desk.call(Method::POST, "/rules", Some(own)).await;
    let made: Rule = made.json(StatusCode::CREATED);
    let path = format!("/actions/{}/undo", made.action_id.unwrap());
    let moderator = desk.app.moderator("moderator@default").await;
    let answer = desk.app.admin(Method::POST, &path, &moderator, None).await;
    answer.problem(ProblemKind::Forbidden);
    let admin = desk.app.moderator("admin@default").await;
    let answer = desk.app.admin(Method::POST, &path, &admin, None).await;
    let _: Outcome = answer.json(StatusCode::OK);
    // One for all sites is for who looks after all.
    let made = desk.call(Method::POST, "/rules", Some(rule(&casino, "spam")));
    let made: Rule = made.await.json(StatusCode::CREATED);
    let path = format!("/actions/{}/undo", made.action_id.unwrap());
    let answer = desk.app.admin(Method::POST, &path, &admin, None).await;
    answer.problem(ProblemKind::Forbidden);
}

#[tokio::test]
async fn rules_know_what_was_said_before_and_how_fast() {
    let desk = Desk::new().await;
    desk.says("Ada", "first").await;
    for (test, action) in [
        (json!({ "kind": "repeated", "seconds": 600 }), "hold"),
        (json!({ "kind": "speed", "most": 3, "seconds": 60 }), "spam"),
    ] {
        let made = desk
            .call(Method::POST, "/rules", Some(rule(&test, action)))
            .await;
        let _: Rule = made.json(StatusCode::CREATED);
    }
    desk.app.passes(61);
    assert_eq!(
        desk.says("Ada", "one").await.comment.status,
        Status::Published
    );
    assert_eq!(
        desk.says("Ada", "one").await.comment.status,
        Status::Pending
    );
    assert_eq!(
        desk.says("Ada", "three").await.comment.status,
        Status::Published
    );
    assert_eq!(
        desk.says("Ada", "four").await.comment.status,
        Status::Pending
    );
    assert_eq!(desk.found("verdict=spam").await, ["four"]);
    desk.app.passes(700);
    assert_eq!(
        desk.says("Ada", "one").await.comment.status,
        Status::Published
    );
    let newcomer = rule(&json!({ "kind": "newcomer" }), "hold");
    let made = desk.call(Method::POST, "/rules", Some(newcomer)).await;
    let _: Rule = made.json(StatusCode::CREATED);
    assert_eq!(
        desk.says("Ada", "known").await.comment.status,
        Status::Published
    );
    assert_eq!(
        desk.says("Bob", "new").await.comment.status,
        Status::Pending
    );
}

#[tokio::test]
async fn an_edit_is_compared_with_what_others_say() {
    let desk = Desk::new().await;
    let test = json!({ "kind": "repeated", "seconds": 600 });
    let made = desk.call(Method::POST, "/rules", Some(rule(&test, "hold")));
    let made: Rule = made.await.json(StatusCode::CREATED);
    let first = desk.says("Ada", "Buy watches at example.org").await;
    let copy = desk.says("Mallory", "A quiet word").await;
    let other = desk.says("Bob", "Nothing at all").await;
    let edits = async |posted: &Created, text: &str| {
        let edited = desk.app.edit(&posted.comment.id, &posted.edit_token, text);
        edited.await.comment().status
    };
    // What it says and has said itself is not what others say.
    for text in [
        "Buy watches at example.org!",
        "No.",
        "Buy watches at example.org",
    ] {
        assert_eq!(edits(&first, text).await, Status::Published, "{text}");
    }
    desk.app.passes(300);
    assert_eq!(
        edits(&copy, "Buy watches at example.org").await,
        Status::Pending
    );
    let reasons = desk.comment(&copy.comment.id).await.reasons;
    assert_eq!(reasons[0].check, format!("rule:{}", made.id));
    // Who was copied may go on correcting.
    for text in ["Buy watches at example.com", "Buy watches at example.org"] {
        assert_eq!(edits(&first, text).await, Status::Published, "{text}");
    }
    // What was edited to it of late counts as what was posted of late, and old texts don't.
    assert_eq!(
        edits(&first, "I sell nothing any more").await,
        Status::Published
    );
    desk.app.passes(500);
    let late = desk.says("Eve", "Buy watches at example.org").await;
    assert_eq!(late.comment.status, Status::Pending);
    desk.app.passes(700);
    assert_eq!(
        edits(&other, "Buy watches at example.org").await,
        Status::Published
    );
}

#[tokio::test]
async fn who_was_new_is_so_when_they_edit() {
    let desk = Desk::new().await;
    let posted = desk.says("Ada", "Hello").await;
    let newcomer = rule(&json!({ "kind": "newcomer" }), "hold");
    let made = desk.call(Method::POST, "/rules", Some(newcomer)).await;
    let _: Rule = made.json(StatusCode::CREATED);
    let held = desk.says("Bob", "Hello, too").await;
    assert_eq!(held.comment.status, Status::Pending);
    desk.does(json!({ "action": "approve", "ids": ids(&[&held]) }))
        .await;
    // Nobody has looked at what the only comment of theirs says now.
    let edited = desk.app.edit(&held.comment.id, &held.edit_token, "Buy!");
    assert_eq!(edited.await.comment().status, Status::Pending);
    let second = desk.app.edit(&posted.comment.id, &posted.edit_token, "Oh");
    assert_eq!(second.await.comment().status, Status::Pending);
    for posted in [&held, &posted] {
        desk.does(json!({ "action": "approve", "ids": ids(&[posted]) }))
            .await;
    }
    let known = desk.says("Ada", "Me again").await;
    assert_eq!(known.comment.status, Status::Published);
    let edited = desk.app.edit(&known.comment.id, &known.edit_token, "Me");
    assert_eq!(edited.await.comment().status, Status::Published);
}

#[tokio::test]
async fn a_rule_is_tried_on_what_was_said() {
    let desk = Desk::new().await;
    desk.says("Ada", "a zebra of old").await;
    desk.app.passes(3 * 24 * 3600);
    desk.says("Ada", "a zebra").await;
    desk.says("Bob", "a horse").await;
    desk.says("Bob", "a horse").await;
    let desk = Desk::of(desk.app).await;
    let tries = |test: Value| {
        let desk = &desk;
        async move {
            let trial = json!({ "site": "*", "test": test, "days": 2 });
            let answer = desk.call(Method::POST, "/rules/try", Some(trial)).await;
            answer.json::<RuleFindings>(StatusCode::OK)
        }
    };
    let found = tries(json!({ "kind": "words", "words": ["zebra"] })).await;
    assert_eq!((found.tried, found.found, found.published), (3, 1, 1));
    assert_eq!(found.items[0].text, "a zebra");
    let found = tries(json!({ "kind": "repeated", "seconds": 60 })).await;
    assert_eq!(found.found, 1);
    let found = tries(json!({ "kind": "newcomer" })).await;
    // Ada's first one is older than what was asked for, and Bob's first two are one after another.
    assert_eq!(found.found, 1);
    assert_eq!(desk.found("verdict=published").await.len(), 4);
    for test in [
        json!({ "kind": "pattern", "pattern": "(" }),
        json!({ "kind": "words", "words": [] }),
        json!({ "kind": "speed", "most": 0, "seconds": 1 }),
        json!({ "kind": "speed", "most": 1, "seconds": 0 }),
        json!({ "kind": "other" }),
    ] {
        let trial = json!({ "site": "*", "test": test, "days": 2 });
        let answer = desk.call(Method::POST, "/rules/try", Some(trial)).await;
        answer.problem(ProblemKind::InvalidRequest);
    }
}

#[tokio::test]
async fn too_many_links_are_held_and_so_is_what_many_report() {
    let app = TestApp::with()
        .set(|settings| {
            settings.trusted_proxies = Some(vec!["127.0.0.1".to_owned()]);
        })
        .start()
        .await;
    let desk = Desk::of(app).await;
    let links = "<https://a.example> ".repeat(5);
    assert_eq!(
        desk.says("Ada", &links).await.comment.status,
        Status::Pending
    );
    let posted = desk.says("Ada", "controversial").await;
    let id = &posted.comment.id;
    let reports = |from: std::ops::Range<u8>| {
        let desk = &desk;
        async move {
            for reader in from {
                let path = format!("/comments/{id}/reports");
                let report = desk
                    .app
                    .call(Method::POST, &path, Some(json!({ "reason": "abuse" })));
                let report = report.header("x-forwarded-for", format!("192.0.2.{reader}"));
                assert_eq!(Answer::to(report).await.status, StatusCode::NO_CONTENT);
            }
        }
    };
    reports(0..4).await;
    assert_eq!(desk.app.list("page=/a").await.total, 1);
    reports(4..5).await;
    assert_eq!(desk.app.list("page=/a").await.total, 0);
    let held = desk.comment(id).await;
    assert_eq!((held.verdict, held.reports), (Verdict::Pending, 5));
    assert_eq!(held.reasons[0].check, "reports");
    assert_eq!(held.reasons[0].detail, "5 reports");
    assert_eq!(held.reasons[0].code.as_deref(), Some("reports"));
    assert_eq!(held.reasons[0].values["n"], 5);
    // Who has approved it is asked about others, and it stands meanwhile, on every day.
    desk.app.passes(60);
    desk.does(json!({ "action": "approve", "ids": [id] })).await;
    reports(5..15).await;
    desk.app.passes(61_200);
    reports(0..10).await;
    let reported = desk.comment(id).await;
    assert_eq!(
        (reported.verdict, reported.reports),
        (Verdict::Published, 20)
    );
    assert_eq!(desk.app.list("page=/a").await.total, 1);
    // What it says now was approved by nobody.
    desk.app
        .edit(id, &posted.edit_token, "other words")
        .await
        .comment();
    reports(15..16).await;
    assert_eq!(desk.comment(id).await.verdict, Verdict::Pending);
}

#[tokio::test]
async fn a_line_of_ipv6_reports_once() {
    let app = TestApp::with()
        .set(|settings| {
            settings.trusted_proxies = Some(vec!["127.0.0.1".to_owned()]);
        })
        .start()
        .await;
    let desk = Desk::of(app).await;
    let posted = desk.says("Ada", "controversial").await;
    let path = format!("/comments/{}/reports", posted.comment.id);
    for network in 0..20 {
        let report = json!({ "reason": "abuse" });
        let call = desk.app.call(Method::POST, &path, Some(report));
        let call = call.header("x-forwarded-for", format!("2001:db8:0:{network:x}::1"));
        assert_eq!(Answer::to(call).await.status, StatusCode::NO_CONTENT);
    }
    let reported = desk.comment(&posted.comment.id).await;
    assert_eq!(
        (reported.verdict, reported.reports),
        (Verdict::Published, 1)
    );
}

#[tokio::test]
async fn the_dashboard_has_the_numbers() {
    let desk = Desk::new().await;
    desk.says("Ada", "first").await;
    desk.holds().await;
    let held = desk.says("Bob", "held").await;
    desk.says("Bob", "more").await;
    desk.app.passes(90);
    desk.does(json!({ "action": "approve", "ids": ids(&[&held]) }))
        .await;
    desk.app.sql("UPDATE page SET closed = 1").await;
    let late = json!({ "page": "/a", "text": "late" });
    desk.app
        .post("/comments", late)
        .await
        .problem(ProblemKind::Closed);
    let told: Dashboard = desk.get("/dashboard?days=3").await;
    assert_eq!(told.waiting.pending, 1);
    let dates: Vec<_> = told.days.iter().map(|it| it.date.as_str()).collect();
    assert_eq!(dates, ["2026-11-22", "2026-11-23", "2026-11-24"]);
    let today = &told.days[2];
    assert_eq!((today.comments, today.held, today.spam), (3, 2, 0));
    assert_eq!((today.rejected, today.decided), (1, 1));
    assert_eq!(today.response_seconds, Some(90));
    assert_eq!(
        (told.checks[0].check.as_str(), told.checks[0].count),
        ("policy", 3)
    );
}

#[tokio::test]
async fn readers_take_no_places_of_moderators() {
    let app = TestApp::with().set(|settings| settings.max_streams = Some(1));
    let desk = Desk::of(app.start().await).await;
    let read = || desk.app.call(Method::GET, "/events?page=/a", None).send();
    let reads = read().await.unwrap();
    assert_eq!(reads.status(), StatusCode::OK);
    let full = read().await.unwrap();
    assert_eq!(full.status(), StatusCode::SERVICE_UNAVAILABLE);
    let hears = desk.call(Method::GET, "/events", None).await;
    assert_eq!(hears.status, StatusCode::OK, "{}", hears.body);
    drop(reads);
}

#[tokio::test]
async fn a_moderator_hears_of_the_queue_as_it_happens() {
    let desk = Desk::new().await;
    desk.says("Ada", "first").await;
    desk.holds().await;
    let call = desk.app.call(Method::GET, "/admin/events", None);
    let mut stream = call.bearer_auth(&desk.token).send().await.unwrap();
    let mut heard = String::new();
    let mut hear = async |stream: &mut reqwest::Response| -> Queue {
        loop {
            if let Some((event, rest)) = heard.split_once("\n\n") {
                let data = event.lines().find_map(|it| it.strip_prefix("data: "));
                let queue = data.map(|data| serde_json::from_str(data).unwrap());
                heard = rest.to_owned();
                if let Some(queue) = queue {
                    return queue;
                }
                continue;
            }
            let chunk = stream.chunk().await.unwrap().unwrap();
            heard.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    };
    assert_eq!(hear(&mut stream).await, Queue::default());
    let held = desk.says("Bob", "held").await;
    let queue = hear(&mut stream).await;
    assert_eq!(
        (queue.waiting.pending, queue.newest),
        (1, Some(held.comment.id.clone()))
    );
    desk.does(json!({ "action": "approve", "ids": ids(&[&held]) }))
        .await;
    assert_eq!(hear(&mut stream).await, Queue::default());
}

#[tokio::test]
async fn who_looks_after_comments_no_more_hears_of_none() {
    let desk = Desk::new().await;
    desk.says("Ada", "first").await;
    desk.holds().await;
    let call = desk.app.call(Method::GET, "/admin/events", None);
    let mut stream = call.bearer_auth(&desk.token).send().await.unwrap();
    // The first event has come.
    stream.chunk().await.unwrap().unwrap();
    desk.app.sql("DELETE FROM \"grant\"").await;
    desk.says("Bob", "held").await;
    let mut heard = String::new();
    while let Some(chunk) = stream.chunk().await.unwrap() {
        heard.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    assert!(!heard.contains("queue"), "{heard}");
}

#[tokio::test]
async fn nothing_is_found_by_what_no_comment_has() {
    let desk = Desk::new().await;
    let found = desk.call(Method::GET, "/comments?q=abc%00def", None).await;
    found.problem(ProblemKind::InvalidRequest);
}

#[tokio::test]
async fn what_a_moderator_deletes_is_erased_after_a_while() {
    let desk = Desk::new().await;
    let posted = desk.says("Ada", "words-to-be-erased").await;
    let kept = desk.says("Ada", "kept").await;
    desk.app.passes(60);
    desk.does(json!({
        "action": "edit", "ids": ids(&[&posted]), "text": "words-to-be-erased, again",
    }))
    .await;
    desk.does(json!({ "action": "delete", "ids": ids(&[&posted]) }))
        .await;
    desk.app.passes(89 * 24 * 3600);
    let desk = Desk {
        app: desk.app.restarted().await,
        token: desk.token,
    };
    assert!(desk.app.has_on_disk("words-to-be-erased"));
    desk.app.passes(2 * 24 * 3600);
    let app = desk.app.restarted().await;
    app.goes_off_disk("words-to-be-erased").await;
    assert_eq!(app.show(&kept.comment.id).await.text, "kept");
}

#[tokio::test]
async fn without_a_script_an_author_sees_what_waits() {
    let desk = Desk::new().await;
    desk.says("Ada", "first").await;
    desk.holds().await;
    let mut reader = Reader::opens(&desk.app, "/thread?page=/a").await;
    reader.types("text", "a-held-word");
    reader.presses("Post comment").await;
    let notice = reader.read(".receipt");
    assert!(
        notice.contains("Your comment waits for approval."),
        "{notice}"
    );
    assert!(!reader.answer.body.contains("a-held-word"));
    let link = reader.read(".receipt a.kept");
    reader.follows(&link).await;
    assert!(
        reader.answer.body.contains("a-held-word"),
        "{}",
        reader.answer.body
    );
}

#[tokio::test]
async fn who_hears_of_answers_is_known_by_that_address() {
    let desk = Desk::new().await;
    let posted = desk.says("Ada", "answer me").await;
    desk.app
        .sql("INSERT INTO address (email, language, created) VALUES ('ada@example.org', 'en', 0)")
        .await;
    desk.app
        .sql("INSERT INTO subscription (comment_id, address_id) SELECT id, 1 FROM comment")
        .await;
    desk.says("Ada", "another").await;
    assert_eq!(desk.found("email=Ada@example.org").await, ["answer me"]);
    let person: Person = desk.get("/people/email:ada@example.org").await;
    assert_eq!(person.numbers.published, 1);
    let ban = json!({
        "action": "ban", "ids": ids(&[&posted]), "bans": [{ "kind": "email" }],
    });
    let done = desk.does(ban).await;
    let value = &done.bans[0].value;
    assert!(value.len() == 32 && !value.contains('@'), "{value}");
    let named = json!({
        "action": "ban",
        "bans": [{ "kind": "email", "value": " ADA@example.org", "site": "default", "shadow": true }],
    });
    let again = desk.does(named).await;
    assert_eq!(
        (again.bans[0].id, &again.bans[0].value),
        (done.bans[0].id, value)
    );
    assert!(again.bans[0].shadow);
    let back = desk.undoes(&again).await;
    assert!(!back.bans[0].shadow);
}

#[tokio::test]
async fn the_log_of_a_site_tells_of_no_other() {
    let app = TestApp::with()
        .file("[sites.one]\norigins = [\"*\"]\n[sites.two]\norigins = [\"*\"]\n")
        .start()
        .await;
    let desk = Desk::of(app).await;
    let mut posted = Vec::new();
    for (site, page) in [("one", "/of-one"), ("two", "/of-two"), ("one", "/of-one")] {
        let body = json!({ "site": site, "page": page, "text": "x", "author": site });
        posted.push(desk.app.post("/comments", body).await.created());
    }
    let all = ids(&posted.iter().collect::<Vec<_>>());
    let hidden = desk.does(json!({ "action": "hide", "ids": all })).await;
    desk.undoes(&hidden).await;
    let pages: Pages = desk.get("/pages").await;
    let pages: Vec<i64> = pages.items.iter().map(|it| it.id).collect();
    desk.does(json!({ "action": "lock", "pages": pages })).await;
    let ban = json!({ "action": "ban", "ids": all, "bans": [{ "kind": "author" }] });
    let banned = desk.does(ban).await;
    assert_eq!(banned.bans.len(), 2);
    desk.undoes(&banned).await;

    for (site, own, foreign) in [("one", vec![0, 2], vec![1]), ("two", vec![1], vec![0, 2])] {
        let token = desk.app.moderator(&format!("admin@{site}")).await;
        let log = desk.app.admin(Method::GET, "/audit", &token, None).await;
        assert_eq!(log.status, StatusCode::OK, "{}", log.body);
        for index in own {
            assert!(log.body.contains(&all[index]), "{}", log.body);
        }
        for index in foreign {
            assert!(!log.body.contains(&all[index]), "{}", log.body);
        }
        let other = if site == "one" { "two" } else { "one" };
        assert!(log.body.contains(&format!("/of-{site}")), "{}", log.body);
        assert!(!log.body.contains(&format!("/of-{other}")), "{}", log.body);
        let log: Value = log.json(StatusCode::OK);
        for line in log["items"].as_array().unwrap() {
            let bans = line["detail"]["bans"].as_array().map_or(0, Vec::len);
            let is_of_ban = line["action"] == "ban" || line["detail"]["reason"] == "ban";
            assert_eq!(bans, usize::from(is_of_ban), "{line}");
        }
    }
    // A comment that goes from one to the other is told of on both.
    let there = json!({ "action": "move", "ids": [all[0]], "site": "two", "page": "/of-two" });
    desk.does(there).await;
    let lines = desk
        .app
        .texts("SELECT site || ' ' || subject FROM audit WHERE action = 'move' ORDER BY site")
        .await;
    assert_eq!(
        lines,
        [format!("one {}", all[0]), format!("two {}", all[0])]
    );
}
