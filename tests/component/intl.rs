//! Times and plurals as the browser has them.

use afterword::browser::intl;
use afterword::i18n::{I18n, Msg};
use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

const NOW: &str = "2026-11-24T12:00:00.000Z";

/// The widget in that language; of its texts, those that are undefined haven't come.
fn i18n(lang: &str, messages: JsValue) -> I18n {
    let english = messages_of(r#"{"reply": "Answer", "comment-count.other": "{n} comments"}"#);
    let options = Object::new();
    for (name, texts) in [("messages", messages), ("english", english)] {
        Reflect::set(&options, &name.into(), &texts).unwrap();
    }
    intl::i18n(lang, &options)
}

fn told(lang: &str, messages: JsValue, time: &str) -> String {
    i18n(lang, messages).ago(time, js_sys::Date::parse(NOW))
}

fn messages_of(json: &str) -> JsValue {
    JSON::parse(json).unwrap()
}

#[wasm_bindgen_test]
fn how_long_ago() {
    for (time, words) in [
        ("2026-11-24T12:03:00.000Z", "now"),
        ("2026-11-24T12:00:00.000Z", "now"),
        ("2026-11-24T11:59:01.000Z", "now"),
        ("2026-11-24T11:59:00.000Z", "1 minute ago"),
        ("2026-11-24T10:00:01.000Z", "1 hour ago"),
        ("2026-11-23T12:00:01.000Z", "23 hours ago"),
        ("2026-11-22T12:00:01.000Z", "1 day ago"),
        ("2026-11-18T12:00:00.000Z", "6 days ago"),
        ("2026-11-03T12:00:00.000Z", "3 weeks ago"),
        ("2026-08-01T12:00:00.000Z", "3 months ago"),
        ("2006-08-01T12:00:00.000Z", "20 years ago"),
        ("1970-01-01T00:00:00.000Z", "56 years ago"),
    ] {
        assert_eq!(told("en", JsValue::UNDEFINED, time), words, "{time}");
    }
}

#[wasm_bindgen_test]
fn a_time_that_is_none_is_told_as_it_is() {
    for time in ["", "yesterday", "2026-13-77", "💪💪💪"] {
        let i18n = i18n("en", JsValue::UNDEFINED);
        assert_eq!(i18n.exact(time), time);
        let day = i18n.ago(time, js_sys::Date::parse(NOW));
        assert!(time.starts_with(&day), "{day}");
    }
}

#[wasm_bindgen_test]
fn the_languages_there_are() {
    let german = messages_of(include_str!("../../locales/de.json"));
    let arabic = messages_of(include_str!("../../locales/ar.json"));
    let day = "2026-11-22T11:00:00.000Z";
    assert_eq!(told("de-AT", german.clone(), day), "vor 2 Tagen");
    assert_eq!(told("ar", arabic.clone(), day), "قبل يومين");
    let german = i18n("de", german);
    assert_eq!(german.text(Msg::Reply), "Antworten");
    assert_eq!(german.count(Msg::CommentCount, 1), "1 Kommentar");
    assert_eq!(german.count(Msg::CommentCount, 2), "2 Kommentare");
    let arabic = i18n("ar", arabic);
    let counts = [0, 1, 2, 3, 11, 100].map(|n| arabic.count(Msg::CommentCount, n));
    assert_eq!(
        counts,
        [
            "لا تعليقات",
            "تعليق واحد",
            "تعليقان",
            "3 تعليقات",
            "11 تعليقًا",
            "100 تعليق"
        ]
    );
}

/// Without its texts a language is English throughout, times included.
#[wasm_bindgen_test]
fn a_language_there_is_not_is_english() {
    let day = "2026-11-22T11:00:00.000Z";
    for lang in ["fr", "", "not a language", "x", "e_n", "zz-ZZ-zz-zz"] {
        assert_eq!(told(lang, JsValue::UNDEFINED, day), "2 days ago", "{lang}");
    }
    let english = i18n("fr", JsValue::UNDEFINED);
    assert_eq!(english.text(Msg::Reply), "Answer");
    assert_eq!(english.count(Msg::CommentCount, 0), "0 comments");
    // A file of another shape has no texts: its keys stand for them, and nothing else breaks.
    let odd = messages_of(r#"{"reply": 7, "edit": "", "delete": ["x"]}"#);
    let odd = i18n("fr", odd);
    for msg in [Msg::Reply, Msg::Edit, Msg::Delete] {
        assert_eq!(odd.text(msg), msg.key());
    }
}
