//! Sites, as those change them who look after them.

use afterword_protocol::admin::{Items, Site, SiteSource};
use afterword_protocol::{ProblemKind, Votes};
use reqwest::header::ORIGIN;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

/// A server whose owner has added a site on the admin pages.
struct Story {
    app: TestApp,
    owner: String,
}

impl Story {
    async fn begins() -> Self {
        Self::with(TestApp::start().await).await
    }

    async fn with(app: TestApp) -> Self {
        let owner = app.moderator("owner").await;
        Self { app, owner }
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Answer {
        let body = Some(body).filter(|body| !body.is_null());
        self.app.admin(method, path, &self.owner, body).await
    }

    async fn adds(&self, name: &str, settings: Value) -> Answer {
        let body = json!({
            "name": name,
            "origins": ["https://news.example"],
            "settings": settings,
        });
        self.call(Method::POST, "/sites", body).await
    }

    async fn changes(&self, name: &str, settings: Value) -> Answer {
        let body = json!({ "settings": settings });
        self.call(Method::PUT, &format!("/sites/{name}"), body)
            .await
    }
}

/// What changes settings so that a secret would go elsewhere.
type Theft<'a> = &'a dyn Fn(&mut Value);

#[tokio::test]
async fn what_is_set_holds_at_once() {
    let story = Story::begins().await;
    let site: Site = story
        .adds("news", json!({ "votes": "up" }))
        .await
        .json(StatusCode::CREATED);
    assert_eq!(site.source, SiteSource::Database);
    assert_eq!(site.origins, ["https://news.example"]);
    let settings = site.settings.unwrap();
    assert_eq!(
        (&settings["votes"], &settings["policy"]),
        (&json!("up"), &json!("all"))
    );
    let thread = "/thread.html?site=news&page=/a";
    assert!(story.app.get(thread).await.body.contains("❤️"));
    assert_eq!(story.app.list("site=news&page=/a").await.votes, Votes::Up);

    let changed = story
        .changes("news", json!({ "votes": "none", "reactions": ["🎉"] }))
        .await;
    changed.json::<Site>(StatusCode::OK);
    assert_eq!(story.app.list("site=news&page=/a").await.votes, Votes::None);
    let drawn = story.app.get(thread).await.body;
    assert!(drawn.contains("🎉") && !drawn.contains("❤️"));
    // The origins are as they were.
    let body = json!({ "site": "news", "page": "/a", "text": "Hello" });
    let post = story.app.call(Method::POST, "/comments", Some(body));
    Answer::to(post.header(ORIGIN, "https://news.example"))
        .await
        .created();

    story
        .changes("news", json!({ "closed": true }))
        .await
        .json::<Site>(StatusCode::OK);
    assert!(story.app.list("site=news&page=/a").await.closed);

    let remove = story.call(Method::DELETE, "/sites/news", Value::Null).await;
    let problem = remove.problem(ProblemKind::InvalidRequest);
    assert_eq!(problem.limit, Some(1));
    let remove = story
        .call(
            Method::DELETE,
            "/sites/news?with_comments=true",
            Value::Null,
        )
        .await;
    assert_eq!(remove.status, StatusCode::NO_CONTENT);
    let gone = story.app.get("/comments?site=news&page=/a").await;
    gone.problem(ProblemKind::SiteUnknown);
    let log = story
        .call(Method::GET, "/audit?site=news", Value::Null)
        .await
        .body;
    for word in ["site-add", "site-change", "site-remove", "\"closed\""] {
        assert!(log.contains(word), "{word}: {log}");
    }
}

#[tokio::test]
async fn what_cannot_be_set_is_named_and_changes_nothing() {
    let story = Story::begins().await;
    story
        .adds("news", json!({ "policy": "held" }))
        .await
        .json::<Site>(StatusCode::CREATED);
    let cases = [
        (
            json!({ "policy": "some" }),
            "policy: unknown variant `some`",
        ),
        (json!({ "colour": 1 }), "colour: unknown field"),
        (
            json!({ "sso": { "algorithm": "HS256" } }),
            "sso.secret: HS256 needs",
        ),
        (json!([]), "settings: "),
    ];
    for (settings, words) in cases {
        let answer = story.changes("news", settings).await;
        let detail = answer.problem(ProblemKind::InvalidRequest).detail.unwrap();
        assert!(detail.contains(words), "{detail}");
    }
    let origins = json!({ "origins": ["news.example"] });
    let answer = story.call(Method::PUT, "/sites/news", origins).await;
    let detail = answer.problem(ProblemKind::InvalidRequest).detail.unwrap();
    assert!(
        detail.contains("origins like https://example.org"),
        "{detail}"
    );
    story
        .adds("news", json!({}))
        .await
        .problem(ProblemKind::Duplicate);
    story
        .adds("the news", json!({}))
        .await
        .problem(ProblemKind::InvalidRequest);
    story
        .changes("blog", json!({}))
        .await
        .problem(ProblemKind::SiteUnknown);
    let site = story.call(Method::GET, "/sites/news", Value::Null).await;
    let site: Site = site.json(StatusCode::OK);
    assert_eq!(site.settings.unwrap()["policy"], "held");
}

#[tokio::test]
async fn a_secret_is_covered_and_stays_when_it_comes_back_so() {
    let story = Story::begins().await;
    let sso = json!({ "algorithm": "HS256", "secret": "0123456789abcdef0123456789abcdef", "issuer": "x", "audience": "y" });
    let site: Site = story
        .adds("news", json!({ "sso": sso }))
        .await
        .json(StatusCode::CREATED);
    let mut settings = site.settings.unwrap();
    assert_eq!(settings["sso"]["secret"], "********");
    settings["policy"] = json!("first");
    let answer = story.changes("news", settings).await;
    assert!(!answer.body.contains("0123456789abcdef"));
    answer.json::<Site>(StatusCode::OK);
    assert!(story.app.has_on_disk("0123456789abcdef0123456789abcdef"));
    let log = story
        .call(Method::GET, "/audit?site=news", Value::Null)
        .await
        .body;
    assert!(!log.contains("0123456789abcdef"), "{log}");
}

#[tokio::test]
async fn a_site_of_the_file_is_shown_and_not_changed() {
    let file = "[sites.news]\norigins = [\"https://news.example\"]\npolicy = \"first\"\n";
    let story = Story::with(TestApp::with().file(file).start().await).await;
    let sites = story.call(Method::GET, "/sites", Value::Null).await;
    let sites: Items<Site> = sites.json(StatusCode::OK);
    let [site] = sites.items.as_slice() else {
        panic!("{sites:?}")
    };
    assert_eq!((site.source, site.changeable), (SiteSource::File, false));
    for answer in [
        story.changes("news", json!({})).await,
        story.adds("news", json!({})).await,
        story.call(Method::DELETE, "/sites/news", Value::Null).await,
    ] {
        let detail = answer.problem(ProblemKind::Forbidden).detail.unwrap();
        assert!(
            detail.contains("configuration file: change it there"),
            "{detail}"
        );
    }
}

#[tokio::test]
async fn the_site_that_nobody_has_named_becomes_the_owners() {
    let story = Story::begins().await;
    story.app.comments("/a", "Hello").await;
    let body = json!({ "origins": ["https://www.example.org"] });
    let site: Site = story
        .call(Method::PUT, "/sites/default", body)
        .await
        .json(StatusCode::OK);
    assert_eq!((site.source, site.comments), (SiteSource::Database, 1));
    // It stays when another one is added, and is what pages are for that name none.
    story
        .adds("news", json!({}))
        .await
        .json::<Site>(StatusCode::CREATED);
    assert_eq!(story.app.list("page=/a").await.total, 1);
}

#[tokio::test]
async fn everybody_sees_the_sites_that_they_look_after() {
    let story = Story::begins().await;
    for name in ["news", "blog"] {
        story
            .adds(name, json!({}))
            .await
            .json::<Site>(StatusCode::CREATED);
    }
    for (role, has_settings) in [("admin@news", true), ("moderator@news", false)] {
        let token = story.app.moderator(role).await;
        let sites = story.app.admin(Method::GET, "/sites", &token, None).await;
        let sites: Items<Site> = sites.json(StatusCode::OK);
        let names: Vec<&str> = sites.items.iter().map(|site| site.name.as_str()).collect();
        assert_eq!(names, ["news"]);
        assert_eq!(sites.items[0].settings.is_some(), has_settings);
        assert_eq!(sites.items[0].changeable, has_settings);
    }
}

#[tokio::test]
async fn a_secret_that_is_covered_goes_to_no_other_address() {
    let story = Story::begins().await;
    let hooks = |urls: [&str; 2], secrets: [&str; 2]| {
        let hook = |at: usize| json!({ "url": urls[at], "secret": secrets[at] });
        json!({ "to": [hook(0), hook(1)] })
    };
    let (one, two, evil) = (
        "https://one.example/",
        "https://two.example/",
        "https://evil.example/",
    );
    let kept = ["the secret of the first", "the secret of the second"];
    let settings = json!({
        "akismet": { "api_key": "of-the-owner", "blog": "https://news.example/" },
        "spam": { "hook": { "url": one, "secret": "a secret of the owner's" } },
        "hooks": hooks([one, two], kept),
    });
    let site: Site = story.adds("news", settings).await.json(StatusCode::CREATED);
    let shown = site.settings.unwrap();
    let admin = story.app.moderator("admin@news").await;
    let sends = async |change: &dyn Fn(&mut Value)| {
        let mut settings = shown.clone();
        change(&mut settings);
        let body = Some(json!({ "settings": settings }));
        story
            .app
            .admin(Method::PUT, "/sites/news", &admin, body)
            .await
    };
    let masks = ["********"; 2];
    let thefts: [(&str, Theft<'_>); 3] = [
        ("api_key", &|it| it["akismet"]["url"] = json!(evil)),
        ("secret", &|it| it["spam"]["hook"]["url"] = json!(evil)),
        ("secret", &|it| it["hooks"] = hooks([one, evil], masks)),
    ];
    for (name, theft) in thefts {
        let detail = sends(theft).await.problem(ProblemKind::InvalidRequest);
        let detail = detail.detail.unwrap();
        assert!(detail.starts_with(name), "{detail}");
    }
    // In another order each keeps its own.
    sends(&|it| it["hooks"] = hooks([two, one], masks))
        .await
        .json::<Site>(StatusCode::OK);
    let stored = story
        .app
        .texts(
            "SELECT value ->> 'secret' FROM site, json_each(settings, '$.hooks.to') \
             WHERE name = 'news' ORDER BY value ->> 'url'",
        )
        .await;
    assert_eq!(stored, kept);
    let key = "SELECT settings ->> '$.akismet.api_key' FROM site WHERE name = 'news'";
    assert_eq!(story.app.texts(key).await, ["of-the-owner"]);
}
