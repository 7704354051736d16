//! Every call below `/api/v1/admin` refuses whoever lacks the right. **Who adds a call adds its line to
//! [`lines`]**; a call without one fails the test.

use std::collections::BTreeSet;

use afterword_protocol::admin::{Invited, Items, Right, SessionSeen};
use afterword_protocol::{API_PREFIX, Problem, ProblemKind};
use reqwest::header::ORIGIN;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

/// Whom a call is for.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "some are for calls that are still to come")]
enum For {
    /// Everybody: it is how one comes in.
    All,
    /// Everybody who is signed in.
    SignedIn,
    /// Who has that right on the site that the call is about, `one`.
    Site(Right),
    /// Who has that right on all sites.
    Server(Right),
}

/// A call, as whoever has the right makes it with success.
struct Line {
    method: &'static str,
    /// Below `/admin`, as the description has it.
    path: &'static str,
    whom: For,
    /// With parameters and query, where it is not `path`.
    at: &'static str,
    body: Option<Value>,
    /// Whether it is for who has the right on any site: each sees what is theirs.
    is_anywhere: bool,
    /// Whether the first who may make the call does so with success.
    is_done: bool,
    /// Whether it can be made under an article, too.
    is_in_place: bool,
}

impl Line {
    /// With something in the query or in the path. `{comment}`, `{moderator}` and the like are filled in
    /// by [`World::fill`].
    #[allow(dead_code, reason = "for calls that are still to come")]
    fn at(self, at: &'static str) -> Self {
        Self { at, ..self }
    }

    /// For what no sample can be right of: that it isn't refused is all that is seen.
    fn fails(self) -> Self {
        let is_done = false;
        Self { is_done, ..self }
    }

    /// For who has signed in under an article as well.
    fn in_place(self) -> Self {
        let is_in_place = true;
        Self {
            is_in_place,
            ..self
        }
    }

    /// For who has the right on any site.
    fn anywhere(self) -> Self {
        let is_anywhere = true;
        Self {
            is_anywhere,
            ..self
        }
    }

    /// With a body; in its texts, the same is filled in.
    #[allow(dead_code, reason = "for calls that are still to come")]
    fn sends(self, body: Value) -> Self {
        let body = Some(body);
        Self { body, ..self }
    }
}

fn line(method: &'static str, path: &'static str, whom: For) -> Line {
    Line {
        method,
        path,
        whom,
        at: path,
        body: None,
        is_anywhere: false,
        is_done: true,
        is_in_place: false,
    }
}

/// The calls: one for each of the description.
fn lines() -> Vec<Line> {
    let password = json!({ "user": "x", "password": "y" });
    vec![
        // accounts
        line("POST", "/session", For::All).sends(password),
        line("GET", "/session", For::SignedIn).in_place(),
        line("DELETE", "/session", For::SignedIn).in_place(),
        line("POST", "/session/window", For::All),
        line("GET", "/session/window/{id}", For::All).at("/session/window/x"),
        line("POST", "/session/window/{id}", For::SignedIn)
            .at("/session/window/x")
            .fails(),
        line("POST", "/session/claim", For::All).sends(json!({ "secret": "x", "code": "y" })),
        line("POST", "/session/passkey/begin", For::All).sends(json!({})),
        line("POST", "/session/passkey/finish", For::All).sends(json!({ "credential": {} })),
        line("GET", "/oidc", For::All),
        line("POST", "/oidc/begin", For::All),
        line("POST", "/oidc/finish", For::All).sends(json!({ "code": "x", "state": "y" })),
        line("POST", "/session/confirm", For::SignedIn)
            .sends(json!({ "password": "x" }))
            .fails(),
        line("GET", "/me/passkeys", For::SignedIn),
        line("POST", "/me/passkeys/begin", For::SignedIn).fails(),
        line("POST", "/me/passkeys", For::SignedIn)
            .sends(json!({ "credential": {} }))
            .fails(),
        line("DELETE", "/me/passkeys/{id}", For::SignedIn)
            .at("/me/passkeys/1")
            .fails(),
        line("DELETE", "/me/password", For::SignedIn).fails(),
        line("GET", "/welcome", For::All),
        line("PATCH", "/me", For::SignedIn).sends(json!({})),
        line("PUT", "/me/password", For::SignedIn)
            .sends(json!({ "password": "seven green apples" })),
        line("GET", "/me/sessions", For::SignedIn),
        line("DELETE", "/me/sessions", For::SignedIn),
        line("DELETE", "/me/sessions/{id}", For::SignedIn).at("/me/sessions/{session}"),
        line("GET", "/users", For::Site(Right::Users)).at("/users?site=one"),
        line("GET", "/users/{id}", For::Site(Right::Users)).at("/users/{moderator}"),
        line("PATCH", "/users/{id}", For::Site(Right::Users))
            .at("/users/{moderator}")
            .sends(json!({ "disabled": true })),
        line("DELETE", "/users/{id}", For::Site(Right::Users)).at("/users/{bystander}"),
        line("PUT", "/users/{id}/grants", For::Site(Right::Users))
            .at("/users/{moderator}/grants")
            .sends(json!({ "grants": [{ "site": "one", "role": "moderator" }] })),
        line("DELETE", "/users/{id}/sessions", For::Site(Right::Users))
            .at("/users/{bystander}/sessions"),
        line("POST", "/users/{id}/reset", For::Site(Right::Users)).at("/users/{moderator}/reset"),
        line("GET", "/invitations", For::Site(Right::Users)).anywhere(),
        line("POST", "/invitations", For::Site(Right::Users))
            .sends(json!({ "grants": [{ "site": "one", "role": "moderator" }] })),
        line("GET", "/invitations/{code}", For::All),
        line("POST", "/invitations/{code}", For::All).sends(json!({})),
        line("DELETE", "/invitations/{code}", For::Site(Right::Users))
            .at("/invitations/{invitation}"),
        line("GET", "/audit", For::Site(Right::Audit)).at("/audit?site=one"),
        // sites
        line("GET", "/sites", For::SignedIn),
        line("POST", "/sites", For::Server(Right::Server))
            .sends(json!({ "name": "three", "origins": ["https://three.example"] })),
        line("GET", "/sites/{name}", For::Site(Right::Settings)).at("/sites/one"),
        line("PUT", "/sites/{name}", For::Site(Right::Settings))
            .at("/sites/one")
            .sends(json!({ "settings": { "closed": true } })),
        line("DELETE", "/sites/{name}", For::Server(Right::Server)).at("/sites/two"),
        // moderation
        line("GET", "/comments", For::Site(Right::Moderate))
            .at("/comments?site=one&q=Hello")
            .in_place(),
        line("GET", "/comments/{id}", For::Site(Right::Moderate))
            .at("/comments/{comment}")
            .in_place(),
        line("GET", "/people/{key}", For::Site(Right::Moderate)).at("/people/author:Ada?site=one"),
        line("POST", "/actions", For::Site(Right::Moderate))
            .sends(json!({ "action": "hide", "ids": ["{comment}"] }))
            .in_place(),
        line("POST", "/actions/{id}/undo", For::Site(Right::Moderate))
            .at("/actions/1/undo")
            .in_place()
            // Others have hidden the same comment by then, and what they did stands.
            .fails(),
        line("GET", "/pages", For::Site(Right::Moderate)).at("/pages?site=one"),
        line("POST", "/pages", For::Site(Right::Moderate))
            .sends(json!({ "site": "one", "key": "/entered" }))
            .in_place(),
        line("GET", "/pages/{id}", For::Site(Right::Moderate))
            .at("/pages/1")
            .in_place(),
        line("PATCH", "/pages/{id}", For::Site(Right::Moderate))
            .at("/pages/1")
            .sends(json!({ "policy": "held" }))
            .in_place(),
        line("GET", "/bans", For::Site(Right::Moderate)).at("/bans?site=one"),
        line("DELETE", "/bans/{id}", For::Site(Right::Moderate)).at("/bans/1"),
        line("GET", "/dashboard", For::Site(Right::Moderate)).at("/dashboard?site=one&days=7"),
        line("GET", "/events", For::Site(Right::Moderate)).at("/events?site=one"),
        line("GET", "/rules", For::Site(Right::Rules)).at("/rules?site=one"),
        line("POST", "/rules", For::Site(Right::Rules)).sends(json!({
            "site": "one", "name": "links", "test": { "kind": "links", "most": 3 },
            "action": "hold", "enabled": true,
        })),
        line("POST", "/rules/try", For::Site(Right::Rules)).sends(json!({
            "site": "one", "test": { "kind": "words", "words": ["hello"] }, "days": 7,
        })),
        line("PUT", "/rules/{id}", For::Site(Right::Rules))
            .at("/rules/1")
            .sends(json!({
                "site": "one", "name": "links", "test": { "kind": "links", "most": 3 },
                "action": "hold", "enabled": true,
            })),
        line("DELETE", "/rules/{id}", For::Site(Right::Rules)).at("/rules/1"),
        // spam
        line("GET", "/classifier", For::Site(Right::Moderate)).at("/classifier?site=one"),
        line(
            "GET",
            "/comments/{id}/classifier",
            For::Site(Right::Moderate),
        )
        .at("/comments/{comment}/classifier"),
        // privacy
        line("GET", "/people/{key}/export", For::Site(Right::Privacy))
            .at("/people/author:Ada/export?site=one"),
        line("POST", "/people/{key}/erase", For::Site(Right::Privacy))
            .at("/people/author:Ada/erase")
            .sends(json!({ "site": "one" })),
        // mail
        line("GET", "/me/mail", For::SignedIn),
        line("PUT", "/me/mail", For::SignedIn).sends(json!({ "mode": "each" })),
        line("GET", "/me/feed", For::SignedIn),
        line("POST", "/me/feed", For::SignedIn),
        line("GET", "/mail", For::Server(Right::Server)),
        line("POST", "/mail/try", For::Server(Right::Server)),
        line("POST", "/mail/retry", For::Server(Right::Server)),
        line("DELETE", "/mail/{id}", For::Server(Right::Server)).at("/mail/1"),
        line("POST", "/mail/{id}/retry", For::Server(Right::Server)).at("/mail/1/retry"),
        // hooks
        line("GET", "/hooks/deliveries", For::Site(Right::Settings))
            .at("/hooks/deliveries?site=one"),
        line(
            "POST",
            "/hooks/deliveries/{id}/retry",
            For::Site(Right::Settings),
        )
        .at("/hooks/deliveries/{delivery}/retry"),
        line(
            "DELETE",
            "/hooks/deliveries/{id}",
            For::Site(Right::Settings),
        )
        .at("/hooks/deliveries/{delivery}"),
        line(
            "POST",
            "/hooks/deliveries/retry",
            For::Site(Right::Settings),
        )
        .at("/hooks/deliveries/retry?site=one"),
        line("POST", "/hooks/try", For::Site(Right::Settings))
            .sends(json!({ "site": "one", "url": "http://127.0.0.1:9/hook" })),
    ]
}

/// A server of two sites, with something on each. Another for each line: a call may change it.
struct World {
    app: TestApp,
    /// Ids, by the names that lines have for them.
    ids: Vec<(&'static str, String)>,
}

const SITES: &str = r#"INSERT INTO site (name, origins, settings, created) VALUES
    ('one', '["*"]',
     '{"hooks":{"to":[{"url":"http://127.0.0.1:9/hook","secret":"0123456789abcdef"}]}}', 0),
    ('two', '["*"]', '{}', 0)"#;

/// Where somebody has signed in under an article.
const PLACE: &str = "https://blog.example";

/// Everybody whom a call may meet, and what they are.
const PEOPLE: [(&str, &str); 11] = [
    ("owner", "owner"),
    ("admin", "admin@one"),
    ("moderator", "moderator@one"),
    ("other admin", "admin@two"),
    ("other moderator", "moderator@two"),
    ("expired", "owner"),
    ("disabled", "owner"),
    // With a token that nobody was given.
    ("forger", "owner"),
    // With a session of the server's own pages, on another page.
    ("abroad", "owner"),
    // Under an article, there and elsewhere.
    ("in place", "owner"),
    ("out of place", "owner"),
];

/// Where the page is that somebody's calls come from, if it is one.
fn origin_of(name: &str) -> Option<&'static str> {
    match name {
        "abroad" | "in place" => Some(PLACE),
        "out of place" => Some("https://other.example"),
        _ => None,
    }
}

impl World {
    async fn new() -> Self {
        let app = TestApp::start().await;
        app.sql(SITES).await;
        let app = app.restarted().await;
        let mut ids = Vec::new();
        for (name, role) in PEOPLE.into_iter().chain([("bystander", "moderator@one")]) {
            let id = app.user(&name.replace(' ', "-"), &[role], None).await;
            ids.push((name, id));
        }
        app.sql("UPDATE user SET disabled = 1 WHERE name = 'disabled'")
            .await;
        let comment = json!({ "site": "one", "page": "/a", "author": "Ada", "text": "Hello." });
        let comment = app.post("/comments", comment).await.created();
        ids.push(("comment", comment.comment.id));
        let owner = app.session(&ids[0].1).await;
        let new = json!({ "grants": [{ "site": "one", "role": "moderator" }] });
        let invited = app.admin(Method::POST, "/invitations", &owner, Some(new));
        let invited: Invited = invited.await.json(StatusCode::CREATED);
        ids.push(("invitation", invited.invitation.id));
        app.sql(
            "INSERT INTO ban (site, kind, value, label, shadow, created) \
             VALUES ('one', 'author', 'mallory', 'Mallory', 0, 0)",
        )
        .await;
        app.sql(
            "INSERT INTO rule (site, name, test, action, enabled, created) \
             VALUES ('one', 'links', '{\"kind\":\"links\",\"most\":9}', 'hold', 1, 0)",
        )
        .await;
        app.sql(
            "INSERT INTO action (name, created, before) \
             VALUES ('unban', 0, '{\"sites\": [\"one\"]}')",
        )
        .await;
        app.sql(
            "INSERT INTO mail (key, letter, state, due, created, ended) \
             VALUES ('x', '{}', 'dead', 0, 0, 9999999999999)",
        )
        .await;
        app.sql(
            "INSERT INTO delivery (id, site, url, event, comment_id, body, state, due, created) \
             VALUES ('d1', 'one', 'http://127.0.0.1:9/hook', 'new', 'c1', '{}', 'dead', 0, 0)",
        )
        .await;
        ids.push(("delivery", "d1".to_owned()));
        Self { app, ids }
    }

    fn fill(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (name, id)| {
            text.replace(&format!("{{{name}}}"), id)
        })
    }

    /// What the call answers whoever has that name.
    async fn ask(&self, line: &Line, name: Option<&str>) -> Answer {
        let token = match name {
            Some(name) => Some(self.token(name).await),
            None => None,
        };
        let token = token.as_deref();
        let mut path = format!("/admin{}", self.fill(line.at));
        // Each has their own.
        if let (true, Some(token)) = (path.contains("{session}"), token) {
            let own = self.app.admin(Method::GET, "/me/sessions", token, None);
            let own = own.await;
            let own: Option<Items<SessionSeen>> = serde_json::from_str(&own.body).ok();
            let id = own.map_or_else(|| "1".to_owned(), |own| own.items[0].id.clone());
            path = path.replace("{session}", &id);
        }
        let method: Method = line.method.parse().unwrap();
        let body = line.body.as_ref().map(Value::to_string);
        let body = body.map(|body| serde_json::from_str(&self.fill(&body)).unwrap());
        let call = self.app.call(method, &path, body);
        let call = match name.and_then(origin_of) {
            Some(origin) => call.header(ORIGIN, origin),
            None => call,
        };
        Answer::to(match token {
            Some(token) => call.bearer_auth(token),
            None => call,
        })
        .await
    }

    async fn token(&self, name: &str) -> String {
        let (_, user) = self.ids.iter().find(|(known, _)| *known == name).unwrap();
        let token = self.app.session(user).await;
        let change = match name {
            "expired" => {
                "UPDATE session SET expires = created \
                 WHERE user_id = (SELECT id FROM user WHERE name = 'expired')"
            }
            "in place" | "out of place" => {
                "UPDATE session SET origin = 'https://blog.example' \
                 WHERE user_id IN (SELECT id FROM user WHERE name IN ('in-place', 'out-of-place'))"
            }
            "forger" => return token.chars().rev().collect(),
            _ => return token,
        };
        self.app.sql(change).await;
        token
    }
}

/// Whether somebody may make a call; else what they hear.
fn expected(name: &str, line: &Line) -> Result<(), ProblemKind> {
    let whom = line.whom;
    let is_allowed = match (name, whom) {
        (_, For::All) => true,
        ("expired" | "disabled" | "forger" | "abroad" | "out of place", _) => {
            return Err(ProblemKind::LoginRequired);
        }
        ("in place", _) => line.is_in_place,
        ("owner", _) | (_, For::SignedIn) => true,
        ("other admin", For::Site(right)) if line.is_anywhere => right != Right::Server,
        ("other moderator", For::Site(right)) if line.is_anywhere => right == Right::Moderate,
        ("admin", For::Site(right)) => right != Right::Server,
        ("moderator", For::Site(right)) => right == Right::Moderate,
        _ => false,
    };
    is_allowed.then_some(()).ok_or(ProblemKind::Forbidden)
}

/// What leaves no line in the log though it is no question: it changes nothing, or nothing that is
/// anybody else's.
const UNTOLD: [(&str, &str); 6] = [
    // A page that nobody has commented on gets a number.
    ("POST", "/pages"),
    ("POST", "/rules/try"),
    // Which mails one gets oneself, and one to oneself.
    ("PUT", "/me/mail"),
    ("POST", "/mail/try"),
    // These samples say what is so already.
    ("PATCH", "/me"),
    ("PUT", "/users/{id}/grants"),
];

#[tokio::test]
async fn whatever_somebody_does_stands_in_the_log() {
    let told = |line: &&Line| {
        let is_question = line.method == "GET" && !line.path.ends_with("/export");
        let is_anybodys = matches!(line.whom, For::All);
        let call = (line.method, line.path);
        line.is_done && !is_question && !is_anybodys && !UNTOLD.contains(&call)
    };
    let lines = lines();
    let lines: Vec<&Line> = lines.iter().filter(told).collect();
    assert!(lines.len() > 25, "{}", lines.len());
    for line in lines {
        let world = World::new().await;
        let log = async || {
            let names = "SELECT action FROM audit ORDER BY id";
            world.app.texts(names).await
        };
        let before = log().await.len();
        let answer = world.ask(line, Some("owner")).await;
        let call = format!("{} {}", line.method, line.at);
        assert!(answer.status.is_success(), "{call}: {}", answer.body);
        assert!(log().await.len() > before, "{call} is not in the log");
    }
}

fn problem(answer: &Answer) -> Option<ProblemKind> {
    let problem: Problem = serde_json::from_str(&answer.body).ok()?;
    ProblemKind::from_type_uri(&problem.type_uri)
}

#[tokio::test]
async fn every_admin_call_refuses_whoever_lacks_the_right() {
    let lines = lines();
    let description: Value = serde_json::from_str(&afterword_server::openapi()).unwrap();
    let mut described = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix(&format!("{API_PREFIX}/admin")) else {
            continue;
        };
        for method in ["get", "post", "put", "patch", "delete"] {
            if item.get(method).is_some() {
                described.insert((method.to_uppercase(), path.to_owned()));
            }
        }
    }
    let listed: BTreeSet<_> = lines
        .iter()
        .map(|line| (line.method.to_owned(), line.path.to_owned()))
        .collect();
    let missing: Vec<_> = described.difference(&listed).collect();
    assert!(
        missing.is_empty(),
        "say in server/tests/api/rights.rs, fn lines(), whom these calls are for: {missing:?}"
    );
    let gone: Vec<_> = listed.difference(&described).collect();
    assert!(gone.is_empty(), "there are no such calls: {gone:?}");

    for line in &lines {
        let world = World::new().await;
        let call = format!("{} {} ({:?})", line.method, line.at, line.whom);
        let answer = world.ask(line, None).await;
        let wanted = match line.whom {
            For::All => None,
            _ => Some(ProblemKind::LoginRequired),
        };
        if wanted.is_some() {
            assert_eq!(
                problem(&answer),
                wanted,
                "{call} by nobody: {}",
                answer.body
            );
        }
        // The refused first: what the others do may change what there is to be refused.
        for (name, _) in PEOPLE {
            if let Err(kind) = expected(name, line) {
                let answer = world.ask(line, Some(name)).await;
                let told = problem(&answer);
                assert_eq!(told, Some(kind), "{call} by {name}: {}", answer.body);
            }
        }
        let mut is_first = line.is_done && !matches!(line.whom, For::All);
        for (name, _) in PEOPLE {
            if expected(name, line).is_ok() {
                let answer = world.ask(line, Some(name)).await;
                let is_refused = matches!(
                    problem(&answer),
                    Some(ProblemKind::Forbidden | ProblemKind::LoginRequired)
                );
                assert!(!is_refused, "{call} by {name}: {}", answer.body);
                // The line is no sample of the call, or the refused were told something else.
                let is_done = answer.status.is_success() || !is_first;
                assert!(is_done, "{call} fails: {} {}", answer.status, answer.body);
                is_first = false;
            }
        }
    }
}
