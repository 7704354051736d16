//! Moderators who sign in under an article: by their password, and in a window of the server's own. What
//! they have there decides about comments on pages of that origin, and does nothing else.

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::{
    CurrentSession, Done, Grant, Items, ModeratedComments, Outcome, Page, Pages, Role, SessionSeen,
    SignedIn, WindowAsks, WindowBegun, WindowHands,
};
use reqwest::header::ORIGIN;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

const PASSWORD: &str = "seven green apples";
const BLOG: &str = "https://blog.example";
const NEWS: &str = "https://news.example";
const SITES: &str = "[sites.blog]\norigins = [\"https://blog.example\"]\npolicy = \"held\"\n\
                     [sites.news]\norigins = [\"https://news.example\"]\n";
const DAY: i64 = 24 * 60 * 60;

async fn server() -> TestApp {
    TestApp::with().file(SITES).start().await
}

/// A call of the moderators' API, from a page.
async fn from(
    app: &TestApp,
    origin: &str,
    token: &str,
    (method, path): (Method, &str),
    body: Option<Value>,
) -> Answer {
    let call = app.call(method, &format!("/admin{path}"), body);
    let call = call.header(ORIGIN, origin);
    Answer::to(match token {
        "" => call,
        token => call.bearer_auth(token),
    })
    .await
}

async fn signs_in(app: &TestApp, origin: &str, user: &str) -> Answer {
    let who = json!({ "user": user, "password": PASSWORD, "in_place": true });
    from(app, origin, "", (Method::POST, "/session"), Some(who)).await
}

const WHO: (Method, &str) = (Method::GET, "/session");
#[tokio::test]
async fn a_page_is_closed_under_its_article_alone() {
    let app = server().await;
    app.user("ada", &["owner"], Some(PASSWORD)).await;
    let session: SignedIn = signs_in(&app, BLOG, "ada").await.json(StatusCode::CREATED);
    let token = session.token.as_str();
    let enters = |site: &'static str| {
        let new = json!({ "site": site, "key": "/a" });
        from(&app, BLOG, token, (Method::POST, "/pages"), Some(new))
    };
    let page: Page = enters("blog").await.json(StatusCode::OK);
    enters("news").await.problem(ProblemKind::Forbidden);
    let known = (Method::GET, "/pages?key=/a");
    let known = from(&app, BLOG, token, known, None).await;
    let known: Pages = known.json(StatusCode::OK);
    assert!(known.items.len() == 1 && known.items[0] == page);
    // What others there are is none of the page's business.
    let all = from(&app, BLOG, token, (Method::GET, "/pages"), None).await;
    all.problem(ProblemKind::Forbidden);
    let path = format!("/pages/{}", page.id);
    let closed = json!({ "state": "closed" });
    let done = from(&app, BLOG, token, (Method::PATCH, &path), Some(closed)).await;
    let done: Outcome = done.json(StatusCode::OK);
    assert!(done.pages[0].closed);
    let undo = format!("/actions/{}/undo", done.action_id);
    let undone = from(&app, BLOG, token, (Method::POST, &undo), None).await;
    assert!(!undone.json::<Outcome>(StatusCode::OK).pages[0].closed);
}

const COMMENTS: (Method, &str) = (Method::GET, "/comments?verdict=pending");

fn moderator_of(site: &str) -> [Grant; 1] {
    let site = Some(site.to_owned());
    let role = Role::Moderator;
    [Grant { site, role }]
}

#[tokio::test]
async fn an_owner_under_an_article_decides_about_its_sites_comments_alone() {
    let app = server().await;
    app.user("ada", &["owner"], Some(PASSWORD)).await;
    let mut ids = Vec::new();
    for (site, origin) in [("blog", BLOG), ("news", NEWS)] {
        let body = json!({ "site": site, "page": "/a", "author": "Bo", "text": "Let me in." });
        let call = app.call(Method::POST, "/comments", Some(body));
        let posted = Answer::to(call.header(ORIGIN, origin)).await.created();
        ids.push(posted.comment.id);
    }
    let session: SignedIn = signs_in(&app, BLOG, "ada").await.json(StatusCode::CREATED);
    assert_eq!(session.user.grants, moderator_of("blog"));
    assert_eq!(session.user.email, None);
    let token = &session.token;
    let who: CurrentSession = from(&app, BLOG, token, WHO, None)
        .await
        .json(StatusCode::OK);
    assert_eq!(who.origin.as_deref(), Some(BLOG));
    assert_eq!(who.user.grants, moderator_of("blog"));

    let held = from(&app, BLOG, token, COMMENTS, None).await;
    let held: ModeratedComments = held.json(StatusCode::OK);
    assert_eq!(held.items.len(), 1);
    let approve = |id: &str| json!({ "action": "approve", "ids": [id] });
    let act = (Method::POST, "/actions");
    let done = from(&app, BLOG, token, act.clone(), Some(approve(&ids[0]))).await;
    let done: Outcome = done.json(StatusCode::OK);
    let undo = format!("/actions/{}/undo", done.action_id);
    let undone = from(&app, BLOG, token, (Method::POST, &undo), None).await;
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.body);
    let other = json!({ "action": "hide", "ids": [ids[1]] });
    let other = from(&app, BLOG, token, act.clone(), Some(other)).await;
    assert!(!other.status.is_success(), "{}", other.body);
    let everywhere = json!({
        "action": "ban", "ids": [ids[0]],
        "bans": [{ "kind": "author", "site": "*" }],
    });
    let everywhere = from(&app, BLOG, token, act, Some(everywhere)).await;
    assert!(!everywhere.status.is_success(), "{}", everywhere.body);
    let me = json!({ "email": "mallory@example.org" });
    let me = from(&app, BLOG, token, (Method::PATCH, "/me"), Some(me)).await;
    me.problem(ProblemKind::Forbidden);

    let out = from(&app, BLOG, token, (Method::DELETE, "/session"), None).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    from(&app, BLOG, token, WHO, None)
        .await
        .problem(ProblemKind::LoginRequired);
}

#[tokio::test]
async fn what_a_page_has_is_good_on_its_origin_alone_and_not_for_long() {
    let app = server().await;
    app.user("ada", &["owner"], Some(PASSWORD)).await;
    let session: SignedIn = signs_in(&app, BLOG, "ada").await.json(StatusCode::CREATED);
    let token = &session.token;
    for origin in [NEWS, "https://evil.example", "null"] {
        let answer = from(&app, origin, token, COMMENTS, None).await;
        answer.problem(ProblemKind::LoginRequired);
    }
    // A page's browser says where it is.
    let program = app.admin(Method::GET, "/session", token, None).await;
    program.problem(ProblemKind::LoginRequired);
    for _ in 0..7 {
        from(&app, BLOG, token, WHO, None)
            .await
            .json::<CurrentSession>(StatusCode::OK);
        app.passes(DAY - 1);
    }
    // A week is all, however often it is used.
    from(&app, BLOG, token, WHO, None)
        .await
        .json::<CurrentSession>(StatusCode::OK);
    app.passes(7);
    from(&app, BLOG, token, WHO, None)
        .await
        .problem(ProblemKind::LoginRequired);
    let session: SignedIn = signs_in(&app, BLOG, "ada").await.json(StatusCode::CREATED);
    app.passes(DAY);
    from(&app, BLOG, &session.token, WHO, None)
        .await
        .problem(ProblemKind::LoginRequired);
}

#[tokio::test]
async fn a_session_of_the_servers_own_pages_is_of_no_use_to_others() {
    let app = server().await;
    let ada = app.user("ada", &["owner"], Some(PASSWORD)).await;
    let own = app.session(&ada).await;
    let page = from(&app, BLOG, &own, COMMENTS, None).await;
    page.problem(ProblemKind::LoginRequired);
    // Nor is it to be had there.
    let who = json!({ "user": "ada", "password": PASSWORD });
    let whole = from(&app, BLOG, "", (Method::POST, "/session"), Some(who)).await;
    let told = whole.problem(ProblemKind::OriginNotAllowed).detail.unwrap();
    assert!(
        told.contains("in_place") && told.contains("public-url"),
        "{told}"
    );
    // A program is no page, and says so.
    let who = json!({ "user": "ada", "password": PASSWORD, "in_place": true });
    let program = app.post("/admin/session", who).await;
    program.problem(ProblemKind::InvalidRequest);
    // Who looks after nothing there gets nothing.
    app.user("bob", &["moderator@news"], Some(PASSWORD)).await;
    let bob = signs_in(&app, BLOG, "bob").await;
    bob.problem(ProblemKind::Forbidden);

    signs_in(&app, BLOG, "ada")
        .await
        .json::<SignedIn>(StatusCode::CREATED);
    let listed = app.admin(Method::GET, "/me/sessions", &own, None).await;
    let listed: Items<SessionSeen> = listed.json(StatusCode::OK);
    let origins: Vec<_> = listed.items.iter().map(|it| it.origin.as_deref()).collect();
    assert_eq!(origins.len(), 2);
    assert!(origins.contains(&Some(BLOG)) && origins.contains(&None));
    let log = app
        .admin(Method::GET, "/audit?action=sign-in", &own, None)
        .await;
    let log: Items<Done> = log.json(StatusCode::OK);
    assert_eq!(log.items[0].detail["under_articles_of"], BLOG);
}

const BEGIN: (Method, &str) = (Method::POST, "/session/window");

/// A page opens a window: what it holds, and what the window knows.
async fn opens(app: &TestApp, origin: &str) -> (String, String) {
    let begun = from(app, origin, "", BEGIN, None).await;
    let begun: WindowBegun = begun.json(StatusCode::OK);
    let (_, id) = begun.url.split_once("/admin#/window/").unwrap();
    (begun.secret, id.to_owned())
}

async fn hands_over(app: &TestApp, token: &str, id: &str) -> Answer {
    let path = format!("/session/window/{id}");
    app.admin(Method::POST, &path, token, None).await
}

async fn claims(app: &TestApp, origin: &str, secret: &str, code: &str) -> Answer {
    let claim = (Method::POST, "/session/claim");
    let with = json!({ "secret": secret, "code": code });
    from(app, origin, "", claim, Some(with)).await
}

#[tokio::test]
async fn who_signs_in_in_a_window_moderates_on_the_page_that_has_opened_it() {
    let app = server().await;
    let ada = app.user("ada", &["owner"], None).await;
    let own = app.session(&ada).await;
    let (secret, id) = opens(&app, BLOG).await;
    let shown = app.get(&format!("/admin/session/window/{id}")).await;
    assert_eq!(shown.json::<WindowAsks>(StatusCode::OK).origin, BLOG);
    let handed: WindowHands = hands_over(&app, &own, &id).await.json(StatusCode::OK);
    assert_eq!(handed.origin, BLOG);
    let session = claims(&app, BLOG, &secret, &handed.code).await;
    let session: SignedIn = session.json(StatusCode::CREATED);
    assert_eq!(session.user.grants, moderator_of("blog"));
    from(&app, BLOG, &session.token, COMMENTS, None)
        .await
        .json::<ModeratedComments>(StatusCode::OK);
    from(&app, NEWS, &session.token, COMMENTS, None)
        .await
        .problem(ProblemKind::LoginRequired);
    // Once.
    claims(&app, BLOG, &secret, &handed.code)
        .await
        .problem(ProblemKind::CredentialsWrong);
    hands_over(&app, &own, &id)
        .await
        .problem(ProblemKind::NothingThere);
    app.get(&format!("/admin/session/window/{id}"))
        .await
        .problem(ProblemKind::NothingThere);
    // A page's own session opens no way to another page's.
    let (_, id) = opens(&app, NEWS).await;
    let path = format!("/session/window/{id}");
    let handed = from(&app, BLOG, &session.token, (Method::POST, &path), None).await;
    handed.problem(ProblemKind::Forbidden);
}

#[tokio::test]
async fn whoever_leads_somebody_into_a_window_gets_nothing_by_it() {
    let app = server().await;
    let ada = app.user("ada", &["owner"], None).await;
    let own = app.session(&ada).await;
    // A page of no site, and one that hides where it is.
    let evil = from(&app, "https://evil.example", "", BEGIN, None).await;
    evil.problem(ProblemKind::OriginNotAllowed);
    app.post("/admin/session/window", json!(null))
        .await
        .problem(ProblemKind::InvalidRequest);
    // Another page's code, another page's secret, one's own from elsewhere: each is gone by the try.
    let (blogs, window) = opens(&app, BLOG).await;
    let (news, _) = opens(&app, NEWS).await;
    let handed: WindowHands = hands_over(&app, &own, &window).await.json(StatusCode::OK);
    let wrong = claims(&app, NEWS, &news, &handed.code).await;
    wrong.problem(ProblemKind::CredentialsWrong);
    claims(&app, BLOG, &blogs, &handed.code)
        .await
        .problem(ProblemKind::CredentialsWrong);
    let (secret, window) = opens(&app, BLOG).await;
    let handed: WindowHands = hands_over(&app, &own, &window).await.json(StatusCode::OK);
    claims(&app, BLOG, "guessed", &handed.code)
        .await
        .problem(ProblemKind::CredentialsWrong);
    claims(&app, BLOG, &secret, "guessed")
        .await
        .problem(ProblemKind::CredentialsWrong);
    // Too late, there and here.
    let (_, window) = opens(&app, BLOG).await;
    app.passes(10 * 60);
    hands_over(&app, &own, &window)
        .await
        .problem(ProblemKind::NothingThere);
    let (secret, window) = opens(&app, BLOG).await;
    let handed: WindowHands = hands_over(&app, &own, &window).await.json(StatusCode::OK);
    app.passes(60);
    claims(&app, BLOG, &secret, &handed.code)
        .await
        .problem(ProblemKind::CredentialsWrong);
    // Who looks after nothing there, and who was kept out meanwhile.
    let bob = app.user("bob", &["moderator@news"], None).await;
    let bobs = app.session(&bob).await;
    let (secret, window) = opens(&app, BLOG).await;
    hands_over(&app, &bobs, &window)
        .await
        .problem(ProblemKind::Forbidden);
    let handed: WindowHands = hands_over(&app, &own, &window).await.json(StatusCode::OK);
    app.sql("UPDATE user SET disabled = 1 WHERE name = 'ada'")
        .await;
    let kept_out = claims(&app, BLOG, &secret, &handed.code).await;
    kept_out.problem(ProblemKind::CredentialsWrong);
}

#[tokio::test]
async fn no_window_opens_for_pages_that_no_site_has_named() {
    let open = "[sites.open]\norigins = [\"*\"]\n";
    let app = TestApp::with().file(open).start().await;
    app.user("ada", &["owner"], Some(PASSWORD)).await;
    let any = from(&app, BLOG, "", BEGIN, None).await;
    any.problem(ProblemKind::NoSuchCall);
    // By password it is the moderator who chooses to trust the page.
    let session: SignedIn = signs_in(&app, BLOG, "ada").await.json(StatusCode::CREATED);
    assert_eq!(session.user.grants, moderator_of("open"));
}
