//! The widget's own reader and writer of JSON make of the wire types what serde_json makes of them.

use std::fmt::Debug;

use afterword::browser::wire::{from_json, to_json};
use afterword_protocol::{
    Branch, Comment, CommentDetail, CommentList, Created, Deletion, EditComment, Limits,
    NewComment, Origin, Preview, PreviewRequest, Reaction, Replies, Status, Thought, Thoughts,
    Vote, Votes,
};
use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

fn agrees<T>(value: &T)
where
    T: Debug + PartialEq + serde::Serialize + serde::de::DeserializeOwned,
{
    let theirs = serde_json::to_string(value).unwrap();
    assert_eq!(from_json::<T>(&theirs).as_ref(), Some(value), "{theirs}");
    let ours = to_json(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&ours).unwrap(), *value, "{ours}");
    let parse = |json: &str| serde_json::from_str::<Value>(json).unwrap();
    assert_eq!(parse(&ours), parse(&theirs));
}

fn full(status: Status) -> Comment {
    Comment {
        id: "id".to_owned(),
        number: u32::MAX,
        parent: Some("parent".to_owned()),
        author: Some("author 💪".to_owned()),
        website: Some("https://example.org/".to_owned()),
        badge: Some("staff".to_owned()),
        created: "created".to_owned(),
        edited: Some("edited".to_owned()),
        html: "<p>\"\u{2028}\\</p>".to_owned(),
        status,
        up: 3,
        down: 1,
        reactions: vec![reaction("😂", 2)],
        pinned: true,
        featured: true,
        locked: true,
        moderated: true,
        origin: Some(origin()),
    }
}

fn origin() -> Origin {
    Origin {
        name: "Mastodon".to_owned(),
        url: "https://example.org/@ada/1".to_owned(),
    }
}

fn reaction(name: &str, count: u32) -> Reaction {
    Reaction {
        name: name.to_owned(),
        count,
    }
}

fn bare() -> Comment {
    Comment {
        number: 0,
        parent: None,
        author: None,
        website: None,
        edited: None,
        up: 0,
        down: 0,
        reactions: Vec::new(),
        origin: None,
        ..full(Status::Published)
    }
}

#[wasm_bindgen_test]
fn every_type_is_the_one_on_the_wire() {
    for status in [Status::Published, Status::Pending, Status::Deleted] {
        agrees(&full(status));
    }
    agrees(&bare());
    let limits = Limits {
        text_bytes: 1,
        author_bytes: 2,
        edit_seconds: 3,
        undo_seconds: 4,
        image_bytes: None,
    };
    agrees(&limits);
    let branch = |next| Branch {
        root: bare(),
        replies: vec![full(Status::Published), bare()],
        reply_count: 12,
        next,
    };
    for next in [None, Some("next".to_owned())] {
        agrees(&CommentList {
            branches: vec![branch(next.clone()), branch(None)],
            next: next.clone(),
            total: 5,
            root_count: next.as_ref().map(|_| 7),
            limits,
            votes: Votes::Up,
            reactions: vec![reaction("😂", 0)],
            changes: next.clone(),
            offers: next.as_ref().map(|word| vec![word.clone()]),
            incomplete: next.is_some(),
            closed: next.is_some(),
            slow_seconds: next.as_ref().map_or(0, |_| 60),
            origin: next.as_ref().map(|_| origin()),
        });
        agrees(&Replies {
            replies: vec![bare()],
            next,
            incomplete: false,
        });
    }
    agrees(&CommentDetail {
        comment: bare(),
        text: "text".to_owned(),
        page: "page".to_owned(),
        ancestors: vec![bare()],
    });
    for optional in [None, Some("x".to_owned())] {
        agrees(&NewComment {
            site: optional.clone(),
            page: "page".to_owned(),
            title: optional.clone(),
            url: optional.clone(),
            parent: optional.clone(),
            author: optional.clone(),
            website: optional.clone(),
            email: optional.clone(),
            person: optional.clone(),
            text: "text".to_owned(),
            proof: optional.clone(),
            trap: optional,
        });
    }
    agrees(&Created {
        comment: bare(),
        edit_token: "token".to_owned(),
    });
    agrees(&EditComment {
        text: "text".to_owned(),
    });
    agrees(&Deletion { tombstone: None });
    agrees(&Deletion {
        tombstone: Some(bare()),
    });
    for vote in [None, Some(Vote::Up), Some(Vote::Down)] {
        agrees(&Thought {
            vote,
            reactions: vec!["😂".to_owned()],
        });
    }
    agrees(&Thoughts {
        up: 1,
        down: 0,
        reactions: vec![reaction("😂", 2)],
    });
    agrees(&Thoughts::default());
    agrees(&PreviewRequest {
        text: "text".to_owned(),
    });
    agrees(&Preview {
        html: "html".to_owned(),
    });
}

#[wasm_bindgen_test]
fn what_has_another_shape_is_refused() {
    let json = serde_json::to_value(full(Status::Pending)).unwrap();
    let with = |name: &str, value: Value| {
        let mut json = json.clone();
        json[name] = value;
        from_json::<Comment>(&json.to_string())
    };
    assert!(with("id", Value::Null).is_none());
    assert!(with("id", 1.into()).is_none());
    assert!(with("number", "1".into()).is_none());
    assert!(with("number", 1.5.into()).is_none());
    assert!(with("number", 4_294_967_296_u64.into()).is_none());
    assert!(with("number", (-1).into()).is_none());
    assert!(with("parent", 1.into()).is_none());
    assert!(with("status", "unheard of".into()).is_none());
    // What may be absent may also be null, and what is unknown is ignored.
    assert_eq!(with("parent", Value::Null).unwrap().parent, None);
    assert!(with("status", Value::Null).is_none());
    assert!(with("score", 12.into()).is_some());
}
