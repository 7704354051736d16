//! A reader votes and reacts.

use afterword::thread::Failure;
use afterword_protocol::{CommentList, Thoughts};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::answers::{comment, list, reaction, thoughtful};
use crate::stage::{Page, Stage, elements, tick, window};

fn attribute(element: &HtmlElement, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}

impl Stage {
    /// The buttons for votes and reactions of a comment, or of the article: what each is called, and
    /// whether it is pressed.
    fn opinions(&self, words: Option<&str>) -> Vec<(String, bool)> {
        let buttons = self.toggles(words).into_iter();
        let told = buttons.map(|it| {
            let is_pressed = attribute(&it, "aria-pressed") == "true";
            (attribute(&it, "aria-label"), is_pressed)
        });
        told.collect()
    }

    fn toggles(&self, words: Option<&str>) -> Vec<HtmlElement> {
        match words {
            Some(words) => elements(&self.the_comment(words), ".vote, .reaction"),
            None => self.all(".thread > .reactions .reaction"),
        }
    }

    /// Presses one of them, with the focus on it.
    fn thinks(&self, words: Option<&str>, label: &str) {
        let buttons = self.toggles(words);
        let button = buttons
            .iter()
            .find(|it| attribute(it, "aria-label") == label)
            .unwrap_or_else(|| panic!("no {label} in {:?}", self.opinions(words)));
        button.focus().unwrap();
        button.click();
    }

    fn offers_reactions(&self, words: &str) {
        let button = elements(&self.the_comment(words), ".react").remove(0);
        button.focus().unwrap();
        button.click();
    }
}

fn labels(opinions: &[(&str, bool)]) -> Vec<(String, bool)> {
    let opinions = opinions.iter();
    opinions.map(|(it, is)| ((*it).to_owned(), *is)).collect()
}

fn told(up: u32, down: u32) -> Thoughts {
    Thoughts {
        up,
        down,
        reactions: Vec::new(),
    }
}

fn one() -> CommentList {
    thoughtful(list([comment("a").votes(2, 0)]))
}

#[wasm_bindgen_test]
async fn a_vote_is_on_screen_at_once_and_stays() {
    let page = Page::new();
    let reader = page.opened(one()).await;
    reader.backend.hold_calls("think");
    reader.backend.thoughts.borrow_mut().push_back(told(7, 1));
    reader.thinks(Some("a"), "Vote up, 2 votes");
    reader
        .waits("the vote", |it| {
            it.opinions(Some("a"))
                == labels(&[("Vote up, 3 votes", true), ("Vote down, 0 votes", false)])
        })
        .await;
    // The answer is awaited, and the focus is where it was.
    let focus = reader.shadow.active_element().unwrap();
    assert_eq!(
        focus.get_attribute("aria-label").unwrap(),
        "Vote up, 3 votes"
    );
    reader.backend.release();
    reader
        .waits("what all think", |it| {
            it.opinions(Some("a"))
                == labels(&[("Vote up, 7 votes", true), ("Vote down, 1 vote", false)])
        })
        .await;
    assert_eq!(reader.backend.count("think a up"), 1);
    assert_eq!(reader.hears(), "");
    reader.leaves();
    // The browser remembers it, and takes it back.
    let reader = page
        .opened(thoughtful(list([comment("a").votes(7, 1)])))
        .await;
    reader.thinks(Some("a"), "Vote up, 7 votes");
    reader
        .waits("no vote", |it| {
            it.opinions(Some("a"))[0] == ("Vote up, 0 votes".to_owned(), false)
        })
        .await;
    assert_eq!(*reader.backend.calls.borrow().last().unwrap(), "think a ");
    reader.leaves();
    let reader = page.opened(one()).await;
    assert!(!reader.opinions(Some("a"))[0].1);
}

#[wasm_bindgen_test]
async fn a_mind_that_changes_fast_is_sent_once_more() {
    let reader = Page::new().opened(one()).await;
    reader.backend.hold_calls("think");
    reader
        .backend
        .thoughts
        .borrow_mut()
        .extend([told(3, 0), told(2, 1)]);
    reader.thinks(Some("a"), "Vote up, 2 votes");
    tick().await;
    reader.thinks(Some("a"), "Vote up, 3 votes");
    tick().await;
    reader.thinks(Some("a"), "Vote down, 0 votes");
    reader
        .waits("the other vote", |it| {
            it.opinions(Some("a"))
                == labels(&[("Vote up, 2 votes", false), ("Vote down, 1 vote", true)])
        })
        .await;
    assert_eq!(reader.backend.count("think"), 1);
    reader.backend.release();
    reader
        .waits("the last", |it| it.backend.count("think") == 2)
        .await;
    assert_eq!(reader.backend.count("think a down"), 1);
    for _ in 0..5 {
        tick().await;
    }
    assert_eq!(
        reader.opinions(Some("a")),
        labels(&[("Vote up, 2 votes", false), ("Vote down, 1 vote", true)])
    );
}

#[wasm_bindgen_test]
async fn what_is_not_taken_is_put_back() {
    let page = Page::new();
    let reader = page.opened(one()).await;
    reader.backend.fail("think", Failure::Network);
    reader.thinks(Some("a"), "Vote down, 0 votes");
    reader
        .waits("a sentence", |it| !it.alerts().is_empty())
        .await;
    assert!(reader.alerts()[0].contains("can't be reached"));
    assert_eq!(
        reader.opinions(Some("a")),
        labels(&[("Vote up, 2 votes", false), ("Vote down, 0 votes", false)])
    );
    // It goes with the next try.
    reader.backend.thoughts.borrow_mut().push_back(told(2, 1));
    reader.thinks(Some("a"), "Vote down, 0 votes");
    reader
        .waits("no sentence", |it| it.alerts().is_empty())
        .await;
    reader
        .waits("the vote", |it| it.opinions(Some("a"))[1].1)
        .await;
}

#[wasm_bindgen_test]
async fn reactions_are_offered_and_counted() {
    let given = thoughtful(list([comment("a").given("😮", 1)]));
    let reader = Page::new().opened(given).await;
    let votes = [("Vote up, 0 votes", false), ("Vote down, 0 votes", false)];
    let with = |more: &[(&str, bool)]| labels(&[&votes, more].concat());
    assert_eq!(reader.opinions(Some("a")), with(&[("😮 1", false)]));
    reader.offers_reactions("a");
    reader
        .waits("the set", |it| {
            it.opinions(Some("a")) == with(&[("😂", false), ("😮 1", false)])
        })
        .await;
    let told = |count| Thoughts {
        reactions: vec![reaction("😮", 1), reaction("😂", count)],
        ..Thoughts::default()
    };
    reader.backend.thoughts.borrow_mut().push_back(told(1));
    reader.thinks(Some("a"), "😂");
    reader
        .waits("the reaction", |it| {
            it.opinions(Some("a")) == with(&[("😂 1", true), ("😮 1", false)])
        })
        .await;
    assert_eq!(reader.backend.count("think a 😂"), 1);
    reader
        .waits("the focus", |it| it.focus() == "react-a")
        .await;
    // Taken back, its button goes, and the focus finds a place.
    reader.backend.hold_calls("think");
    reader.thinks(Some("a"), "😂 1");
    reader
        .waits("no reaction", |it| {
            it.opinions(Some("a")) == with(&[("😮 1", false)])
        })
        .await;
    reader
        .waits("the focus", |it| it.focus() == "react-a")
        .await;
}

#[wasm_bindgen_test]
async fn the_article_has_reactions_too() {
    let page = Page::new();
    let reader = page.opened(one()).await;
    let all = |first, second| labels(&[first, second]);
    assert_eq!(reader.opinions(None), all(("😂 3", false), ("😮", false)));
    reader.backend.thoughts.borrow_mut().push_back(Thoughts {
        reactions: vec![reaction("😮", 2), reaction("gone", 9)],
        ..Thoughts::default()
    });
    reader.thinks(None, "😮");
    reader
        .waits("the reaction", |it| {
            it.opinions(None) == all(("😂", false), ("😮 2", true))
        })
        .await;
    assert_eq!(reader.backend.count("think  😮"), 1);
    reader.backend.fail("think", Failure::Network);
    reader.thinks(None, "😂");
    reader
        .waits("a sentence", |it| !it.alerts().is_empty())
        .await;
    assert_eq!(reader.opinions(None), all(("😂", false), ("😮 2", true)));
    reader.leaves();
    let reader = page.opened(one()).await;
    assert_eq!(reader.opinions(None), all(("😂 3", false), ("😮", true)));
}

#[wasm_bindgen_test]
async fn nobody_votes_on_what_they_wrote() {
    let page = Page::new();
    page.owns("a");
    let given = thoughtful(list([comment("a").votes(2, 0).given("😂", 1)]));
    let reader = page.opened(given).await;
    for button in reader.toggles(Some("a")) {
        assert!(button.has_attribute("disabled"));
        button.click();
    }
    assert_eq!(reader.backend.count("think"), 0);
    assert_eq!(elements(&reader.the_comment("a"), ".react").len(), 0);
    // Nor on what they have just written.
    reader.posts("new");
    reader.stands("new").await;
    assert_eq!(reader.opinions(Some("new")).len(), 2);
    for button in reader.toggles(Some("new")) {
        assert!(button.has_attribute("disabled"));
    }
}

#[wasm_bindgen_test]
async fn a_backend_without_opinions_has_no_buttons_for_them() {
    let reader = Page::new().opened(list([comment("a")])).await;
    assert_eq!(reader.opinions(Some("a")), []);
    assert_eq!(reader.opinions(None), []);
    assert_eq!(reader.all(".react, [value=top]").len(), 0);
}

#[wasm_bindgen_test]
async fn what_was_thought_is_shown_when_a_server_has_drawn_the_thread() {
    let page = Page::new();
    let reader = page.opened(one()).await;
    reader.backend.thoughts.borrow_mut().push_back(told(3, 0));
    reader.thinks(Some("a"), "Vote up, 2 votes");
    reader
        .waits("the vote", |it| it.opinions(Some("a"))[0].1)
        .await;
    reader.leaves();
    let list = thoughtful(list([comment("a").votes(3, 0)]));
    let mut reader = page.drawn(&list);
    let before = reader.toggles(Some("a")).remove(0);
    assert_eq!(
        reader.opinions(Some("a"))[0],
        ("Vote up, 3 votes".to_owned(), false)
    );
    reader.widget_comes(&page, &list);
    reader
        .waits("the vote", |it| it.opinions(Some("a"))[0].1)
        .await;
    assert_eq!(reader.toggles(Some("a")).remove(0), before);
}

#[wasm_bindgen_test]
async fn the_order_is_remembered() {
    let page = Page::new();
    let reader = page.opened(one()).await;
    reader.sorts("discussed");
    reader
        .waits("another order", |it| it.hears().contains("another order"))
        .await;
    reader.leaves();
    let chosen = |reader: &Stage| {
        let button = reader.find(".sort [aria-pressed=true]");
        button.map(|it| attribute(&it, "value")).unwrap_or_default()
    };
    let reader = page.opened(one()).await;
    assert_eq!(chosen(&reader), "discussed");
    reader.leaves();
    // What a server has drawn is in the owner's.
    let mut reader = page.drawn(&one());
    assert_eq!(chosen(&reader), "oldest");
    reader.widget_comes(&page, &one());
    reader
        .waits("the reader's", |it| {
            chosen(it) == "discussed" && it.backend.count("list") == 1
        })
        .await;
    // Not a word that a page or a reader has written there.
    let store = window().local_storage().unwrap().unwrap();
    store.set_item("afterword:sort", "best").unwrap();
    reader.leaves();
    assert_eq!(chosen(&page.opened(one()).await), "oldest");
}
