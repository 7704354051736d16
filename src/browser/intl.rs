//! Times and plurals as the reader's language has them, by the browser's own `Intl`.

use js_sys::{Array, Date, Intl, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::{property, text_property};
use crate::i18n::I18n;

#[wasm_bindgen]
extern "C" {
    // Unlike js-sys' binding this one survives a wrong tag, which throws a RangeError.
    #[wasm_bindgen(catch, js_namespace = Intl, js_name = getCanonicalLocales)]
    fn canonical_locales(tag: &str) -> Result<Array, JsValue>;
}

/// Units of time in seconds, largest first; months and years are the mean ones.
const UNITS: [(f64, &str); 6] = [
    (31_556_952.0, "year"),
    (2_629_746.0, "month"),
    (604_800.0, "week"),
    (86_400.0, "day"),
    (3_600.0, "hour"),
    (60.0, "minute"),
];

fn object(pairs: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in pairs {
        // Setting a property of a plain object can't fail.
        let _ = Reflect::set(&object, &(*name).into(), &(*value).into());
    }
    object
}

/// The texts of a language, from what was fetched with the Wasm: `messages` of the options, or
/// `english` where there are none of that language.
#[must_use]
pub fn i18n(tag: &str, options: &JsValue) -> I18n {
    let texts = |name| property::<Object>(options, name);
    let english = || Array::of1(&"en".into());
    // With texts in English its forms go, whatever the page's language.
    let (messages, plural_locales) = match texts("messages") {
        Some(messages) => (
            messages,
            canonical_locales(tag).unwrap_or_else(|_| english()),
        ),
        None => (texts("english").unwrap_or_default(), english()),
    };
    let plural = Intl::PluralRules::new(&plural_locales, &Object::new());
    // "Yesterday" would be a day of the calendar, not 24 hours; only "now" is wanted of those words.
    let format =
        |numeric| Intl::RelativeTimeFormat::new(&plural_locales, &object(&[("numeric", numeric)]));
    let (relative, now_or_then) = (format("always"), format("auto"));
    let exact = object(&[("dateStyle", "long"), ("timeStyle", "short")]);
    // One for all: making it takes far longer than using it.
    let exact = Intl::DateTimeFormat::new(&plural_locales, &exact).format();
    I18n::whole(
        move |key| text_property(&messages, key),
        move |n| String::from(plural.select(f64::from(n))),
        move |time, now| {
            let age = (Date::parse(time) - now) / 1000.0;
            if age.is_nan() {
                return None;
            }
            let (size, unit) = UNITS
                .into_iter()
                .find(|(size, _)| -age >= *size)
                .unwrap_or((60.0, "minute"));
            // A clock that runs behind the server's must not speak of the future.
            let amount = if age > 0.0 { 0.0 } else { (age / size).ceil() };
            let ago = if amount == 0.0 {
                now_or_then.format(amount, "second")
            } else {
                relative.format(amount, unit)
            };
            Some(ago.into())
        },
        // It throws at a time that is none.
        move |time| {
            let date = Date::new(&time.into());
            exact.call1(&JsValue::UNDEFINED, &date).ok()?.as_string()
        },
    )
}
