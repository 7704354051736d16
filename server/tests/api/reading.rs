use reqwest::StatusCode;
use serde_json::Value;

use crate::app::{TestApp, numbers};

/// Three roots; the second is answered by 4, which is answered by 5; the first by 6.
async fn small_thread(app: &TestApp) -> Vec<String> {
    let mut ids = Vec::new();
    for text in ["1", "2", "3"] {
        ids.push(app.comments("/a", text).await.comment.id);
    }
    ids.push(app.answers("/a", &ids[1], "4").await.comment.id);
    ids.push(app.answers("/a", &ids[3], "5").await.comment.id);
    ids.push(app.answers("/a", &ids[0], "6").await.comment.id);
    ids
}

#[tokio::test]
async fn a_page_without_comments_has_an_empty_list() {
    let app = TestApp::start().await;
    let list = app.list("page=/nobody-was-here").await;
    assert_eq!((list.total, list.branches.len(), list.next), (0, 0, None));
    assert_eq!(list.limits.text_bytes, 10_000);
    assert_eq!(list.limits.edit_seconds, 86_400);
}

#[tokio::test]
async fn roots_are_sorted_and_replies_are_a_conversation() {
    let app = TestApp::start().await;
    small_thread(&app).await;
    let newest = app.list("page=/a").await;
    assert_eq!(
        numbers(&newest),
        [(3, vec![]), (2, vec![4, 5]), (1, vec![6])]
    );
    assert_eq!(newest.total, 6);
    let oldest = app.list("page=/a&sort=oldest").await;
    assert_eq!(
        numbers(&oldest),
        [(1, vec![6]), (2, vec![4, 5]), (3, vec![])]
    );
}

#[tokio::test]
async fn portions_make_up_the_whole() {
    let app = TestApp::start().await;
    for n in 1..=7 {
        app.comments("/a", &n.to_string()).await;
    }
    for (sort, order) in [
        ("newest", [7, 6, 5, 4, 3, 2, 1]),
        ("oldest", [1, 2, 3, 4, 5, 6, 7]),
    ] {
        let mut read = Vec::new();
        let mut cursor = String::new();
        loop {
            let list = app
                .list(&format!("page=/a&sort={sort}&limit=3{cursor}"))
                .await;
            assert!(list.branches.len() <= 3);
            read.extend(list.branches.iter().map(|branch| branch.root.number));
            let Some(next) = list.next else { break };
            cursor = format!("&cursor={next}");
            // Whoever comes meanwhile is neither read twice nor in the way.
            if sort == "newest" && read.len() == 3 {
                app.comments("/a", "8").await;
            }
        }
        let read: Vec<_> = read.into_iter().filter(|number| *number < 8).collect();
        assert_eq!(read, order);
    }
}

#[tokio::test]
async fn the_rest_of_a_branch_is_read_on_demand() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "root").await.comment.id;
    let mut parent = root.clone();
    for n in 0..5 {
        parent = app.answers("/a", &parent, &n.to_string()).await.comment.id;
    }
    let list = app.list("page=/a&replies=2").await;
    let branch = &list.branches[0];
    assert_eq!(
        (branch.reply_count, numbers(&list)),
        (5, vec![(1, vec![2, 3])])
    );
    let mut cursor = branch.next.clone();
    let mut read = Vec::new();
    while let Some(next) = cursor {
        let path = format!("/comments/{root}/replies?limit=2&cursor={next}");
        let replies: afterword_protocol::Replies = app.get(&path).await.json(StatusCode::OK);
        read.extend(replies.replies.iter().map(|reply| reply.number));
        cursor = replies.next;
    }
    assert_eq!(read, [4, 5, 6]);
}

#[tokio::test]
async fn a_comment_is_shown_with_what_it_answers() {
    let app = TestApp::start().await;
    let ids = small_thread(&app).await;
    let detail = app.show(&ids[4]).await;
    let ancestors: Vec<_> = detail
        .ancestors
        .iter()
        .map(|comment| comment.number)
        .collect();
    assert_eq!((detail.comment.number, ancestors), (5, vec![2, 4]));
}

#[tokio::test]
async fn pages_and_sites_are_apart() {
    let app = TestApp::with()
        .file("[sites.news]\norigins = [\"*\"]\n[sites.blog]\norigins = [\"*\"]\n")
        .start()
        .await;
    let post = |site: &str| serde_json::json!({ "site": site, "page": "/a", "text": "x" });
    app.post("/comments", post("news")).await.created();
    assert_eq!(app.list("site=news&page=/a").await.total, 1);
    assert_eq!(app.list("site=blog&page=/a").await.total, 0);
    assert_eq!(app.list("site=news&page=/b").await.total, 0);
}

#[tokio::test]
async fn what_is_absent_is_not_on_the_wire() {
    let app = TestApp::start().await;
    app.comments("/a", "x").await;
    let list: Value = app.get("/comments?page=/a").await.json(StatusCode::OK);
    let root = list["branches"][0]["root"].as_object().unwrap();
    let fields: Vec<_> = root.keys().map(String::as_str).collect();
    assert_eq!(fields, ["created", "html", "id", "number", "status"]);
}
