//! Those who write so that people read what no rule finds.

use afterword_protocol::Status;
use afterword_protocol::admin::{Rule, RuleFindings};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::TestApp;

/// Each is read as the word, or leads where it says.
const HIDDEN: [&str; 18] = [
    "v&#105;agra",
    "vi*agr*a",
    "v<!-- -->iagra via&#103;ra",
    "vi\u{34f}agra",
    "vi\u{fe0f}agra",
    "vi\u{2066}agra",
    "vi&#xad;agra",
    "||v&#105;agra||",
    "[x](https://v&#105;agra.example/)",
    "[x](https://v%69agra.example/)",
    // Cyrillic and Greek letters, wide ones, those of formulas, and letters with more than they need.
    "v\u{456}\u{430}gr\u{430}",
    "νιagra",
    "ｖｉａｇｒａ",
    "𝐯𝐢𝐚𝐠𝐫𝐚 𝓿𝓲𝓪𝓰𝓻𝓪",
    "v\u{336}i\u{336}a\u{336}g\u{336}r\u{336}a\u{336}",
    // One by one.
    "v.i.a.g.r.a",
    "buy v i a g r \u{430} now",
    "**v**-*i*-a-g-r-a",
];
const HARMLESS: [&str; 3] = ["via", "vi agra", "Niagara via [Grafton](#grafton)"];

async fn says(app: &TestApp, text: &str) -> Status {
    let body = json!({ "page": "/a", "text": text });
    let posted = app.post("/comments", body).await.created();
    posted.comment.status
}

#[tokio::test]
async fn rules_look_at_what_people_read() {
    for test in [
        json!({ "kind": "words", "words": ["viagra"] }),
        json!({ "kind": "pattern", "pattern": "vi[a]gra" }),
    ] {
        let app = TestApp::start().await;
        let owner = app.moderator("owner").await;
        let rule =
            json!({ "site": "*", "name": "r", "test": test, "action": "hold", "enabled": true });
        let made = app.admin(Method::POST, "/rules", &owner, Some(rule)).await;
        made.json::<Rule>(StatusCode::CREATED);
        for text in HIDDEN {
            assert_eq!(says(&app, text).await, Status::Pending, "{text}");
        }
        for text in HARMLESS {
            assert_eq!(says(&app, text).await, Status::Published, "{text}");
        }
        // Neither do they hide it by an edit, nor from who tries a rule.
        let posted = app.comments("/a", "harmless").await;
        let edited = app.edit(&posted.comment.id, &posted.edit_token, HIDDEN[0]);
        assert_eq!(edited.await.comment().status, Status::Pending);
        let trial = json!({ "site": "*", "days": 1, "test": test });
        let tried = app
            .admin(Method::POST, "/rules/try", &owner, Some(trial))
            .await;
        let tried: RuleFindings = tried.json(StatusCode::OK);
        assert_eq!((tried.tried, tried.found, tried.published), (22, 19, 0));
    }
}

#[tokio::test]
async fn a_rule_s_own_words_may_have_letters_that_nobody_sees() {
    let app = TestApp::start().await;
    let owner = app.moderator("owner").await;
    let test = json!({
        "kind": "words",
        "words": ["❤\u{fe0f}", "می\u{200c}خواهم", "cafe\u{301}", "übel"],
    });
    let rule = json!({ "site": "*", "name": "r", "test": test, "action": "hold", "enabled": true });
    let made = app.admin(Method::POST, "/rules", &owner, Some(rule)).await;
    made.json::<Rule>(StatusCode::CREATED);
    for text in [
        "so ❤\u{fe0f}",
        "so ❤",
        "می\u{200c}خواهم",
        "میخواهم",
        // As a Mac writes file names, and others everything else.
        "un café",
        "un cafe\u{301}",
        "ein ÜBEL",
        "ein u\u{308}bel",
    ] {
        assert_eq!(says(&app, text).await, Status::Pending, "{text}");
    }
    for text in ["so", "cafe", "ubel"] {
        assert_eq!(says(&app, text).await, Status::Published, "{text}");
    }
}
