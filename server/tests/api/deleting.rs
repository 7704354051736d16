use afterword_protocol::{ProblemKind, Status};

use crate::app::{TestApp, numbers};

#[tokio::test]
async fn without_replies_nothing_is_left() {
    let app = TestApp::start().await;
    let posted = app.comments("/a", "x").await;
    assert_eq!(app.deletes(&posted).await.tombstone, None);
    let list = app.list("page=/a").await;
    assert_eq!((list.total, list.branches.len()), (0, 0));
    app.get(&format!("/comments/{}", posted.comment.id))
        .await
        .problem(ProblemKind::NotFound);
    app.delete(&posted.comment.id, &posted.edit_token)
        .await
        .problem(ProblemKind::NotFound);
}

#[tokio::test]
async fn with_replies_a_tombstone_holds_their_place() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "a secret").await;
    app.answers("/a", &root.comment.id, "reply").await;
    let tombstone = app.deletes(&root).await.tombstone.unwrap();
    assert_eq!(tombstone.status, Status::Deleted);
    assert_eq!((tombstone.html.as_str(), &tombstone.author), ("", &None));
    let list = app.list("page=/a").await;
    assert_eq!((list.total, numbers(&list)), (1, vec![(1, vec![2])]));
    assert_eq!(list.branches[0].root, tombstone);
    let detail = app.show(&root.comment.id).await;
    assert_eq!(detail.text, "");
    app.edit(&root.comment.id, &root.edit_token, "back")
        .await
        .problem(ProblemKind::NotFound);
}

#[tokio::test]
async fn the_last_reply_takes_its_tombstones_along() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "1").await;
    let middle = app.answers("/a", &root.comment.id, "2").await;
    let last = app.answers("/a", &middle.comment.id, "3").await;
    app.deletes(&root).await;
    app.deletes(&middle).await;
    assert_eq!(numbers(&app.list("page=/a").await), [(1, vec![2, 3])]);
    app.deletes(&last).await;
    assert_eq!(numbers(&app.list("page=/a").await), []);
    assert_eq!(app.list("page=/a").await.total, 0);
}

#[tokio::test]
async fn a_tombstone_stays_for_its_other_reply() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "1").await;
    let one = app.answers("/a", &root.comment.id, "2").await;
    app.answers("/a", &root.comment.id, "3").await;
    app.deletes(&root).await;
    app.deletes(&one).await;
    assert_eq!(numbers(&app.list("page=/a").await), [(1, vec![3])]);
}

/// What was deleted is in no file of the database any more, once it can't be restored and has been
/// written through.
#[tokio::test]
async fn nothing_of_the_text_is_kept() {
    let app = TestApp::start().await;
    let root = app.comments("/a", "my-secret-words").await;
    let (id, token) = (&root.comment.id, &root.edit_token);
    app.answers("/a", id, "reply").await;
    app.edit(id, token, "my-other-words").await.comment();
    app.deletes(&root).await;
    app.passes(600);
    let app = app.restarted().await;
    assert!(!app.has_on_disk("my-secret-words"));
    assert!(!app.has_on_disk("my-other-words"));
    app.restore(id, token).await.problem(ProblemKind::NotFound);
}

#[tokio::test]
async fn an_owner_may_have_it_erased_at_once() {
    let app = TestApp::with()
        .set(|settings| settings.undo_window = Some(0))
        .start()
        .await;
    let root = app.comments("/a", "my-secret-words").await;
    let (id, token) = (&root.comment.id, &root.edit_token);
    app.edit(id, token, "my-other-words").await.comment();
    app.deletes(&root).await;
    app.restore(id, token).await.problem(ProblemKind::NotFound);
    assert_eq!(app.list("page=/a").await.limits.undo_seconds, 0);
    let app = app.restarted().await;
    assert!(!app.has_on_disk("my-secret-words"));
    assert!(!app.has_on_disk("my-other-words"));
}
