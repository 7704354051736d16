//! The untyped corner: what the browser offers beyond the DOM that Leptos draws. Nothing here is
//! called while a component is built, so that components render on a server too.

pub mod clean;
pub mod files;
pub mod intl;
pub mod storage;
pub mod wire;

use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    CustomEvent, CustomEventInit, Element, Event, HtmlElement, ScrollIntoViewOptions,
    ScrollLogicalPosition,
};

/// Writes a sentence for whoever develops the page.
pub fn warn(sentence: &str) {
    web_sys::console::warn_1(&sentence.into());
}

/// Milliseconds since 1970.
#[must_use]
pub fn now() -> f64 {
    js_sys::Date::now()
}

/// The present time (RFC 3339).
#[must_use]
pub fn timestamp() -> String {
    js_sys::Date::new_0().to_iso_string().into()
}

/// Milliseconds since 1970 of an RFC 3339 time; NaN when it is none.
#[must_use]
pub fn parse_time(time: &str) -> f64 {
    js_sys::Date::parse(time)
}

/// 128 random bits in hexadecimal. `crypto.randomUUID` is not offered to pages without TLS, and
/// blogs in a home network have none.
#[must_use]
pub fn random_key() -> String {
    let bytes = Uint8Array::new_with_length(16);
    if let Ok(crypto) = web_sys::window()
        .ok_or(JsValue::NULL)
        .and_then(|window| window.crypto())
    {
        // It fails for more than 65,536 bytes alone.
        let _ = crypto.get_random_values_with_array_buffer_view(&bytes);
    }
    let digits = b"0123456789abcdef";
    let mut key = String::with_capacity(32);
    for byte in bytes.to_vec() {
        key.push(char::from(digits[usize::from(byte >> 4)]));
        key.push(char::from(digits[usize::from(byte & 15)]));
    }
    key
}

/// Tells the page what happened: a DOM event `afterword:NAME` on the element, with `id` in its
/// detail where a comment is concerned.
pub fn notify(host: &HtmlElement, name: &str, id: Option<&str>) {
    let detail = Object::new();
    if let Some(id) = id {
        set(&detail, "id", &id.into());
    }
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(&["afterword:", name].concat(), &init)
    {
        let _ = host.dispatch_event(&event);
    }
}

/// The property of that name, when it is a text that says something.
#[must_use]
pub fn text_property(object: &JsValue, name: &str) -> Option<String> {
    let text = Reflect::get(object, &name.into()).ok()?.as_string()?;
    (!text.trim().is_empty()).then_some(text)
}

/// The property of that name, when it is of that type.
#[must_use]
pub fn property<T: JsCast>(object: &JsValue, name: &str) -> Option<T> {
    Reflect::get(object, &name.into()).ok()?.dyn_into().ok()
}

/// Sets a property of a plain object.
pub fn set(object: &Object, name: &str, value: &JsValue) {
    // That can't fail.
    let _ = Reflect::set(object, &name.into(), value);
}

/// Does something as soon as everything that is due has been drawn.
pub fn later(work: impl FnOnce() + 'static) {
    after(0, work);
}

/// Does something after so many milliseconds.
pub fn after(milliseconds: i32, work: impl FnOnce() + 'static) {
    let work: Box<dyn FnOnce()> = Box::new(work);
    if let Some(window) = web_sys::window() {
        let callback = wasm_bindgen::closure::Closure::once_into_js(work);
        let callback = callback.unchecked_ref();
        let _ =
            window.set_timeout_with_callback_and_timeout_and_arguments_0(callback, milliseconds);
    }
}

/// The element with that id. Ids are looked up below `root` and nowhere else: a page may hold
/// several threads.
#[must_use]
pub fn find(root: &HtmlElement, id: &str) -> Option<HtmlElement> {
    let selector = ["[id=\"", id, "\"]"].concat();
    let element = root.query_selector(&selector).ok()??;
    element.dyn_into().ok()
}

/// Gives the element with that id the focus, in the middle of the window if asked.
pub fn focus(root: &HtmlElement, id: &str, to_middle: bool) {
    let Some(element) = find(root, id) else {
        return;
    };
    if to_middle {
        scroll_to(&element, ScrollLogicalPosition::Center);
    }
    let _ = element.focus();
}

fn scroll_to(element: &Element, place: ScrollLogicalPosition) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(place);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Scrolls as little as need be for what was pressed to be in the window, as soon as what is due has
/// been drawn.
pub fn keep_in_view(event: Event) {
    later(move || {
        if let Some(element) = target_of(&event) {
            scroll_to(&element, ScrollLogicalPosition::Nearest);
        }
    });
}

/// Where something was done.
fn target_of(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// The key of the thread's own that was pressed: alone, and not in a field.
#[must_use]
pub fn shortcut(event: &Event) -> Option<String> {
    let mut key = text_property(event, "key")?;
    // A keyboard with other letters than these: their place counts.
    if !key.is_ascii() {
        key = text_property(event, "code")?
            .strip_prefix("Key")?
            .to_ascii_lowercase();
    }
    let is = |name: &str| key == name;
    if !["j", "k", "n", "r", "/", "?"].into_iter().any(is) {
        return None;
    }
    let is_held = |name: &&str| {
        let held = Reflect::get(event, &(*name).into());
        held.is_ok_and(|held| held.is_truthy())
    };
    if ["ctrlKey", "altKey", "metaKey"].iter().any(is_held) {
        return None;
    }
    let field = target_of(event)?.matches("input, textarea, select, [contenteditable]");
    (field == Ok(false)).then_some(key)
}

/// The link to what a comment answers that a pointer or the focus has come to.
#[must_use]
pub fn peeked(event: &Event) -> Option<Element> {
    let links = ".comment-up, .comment-context > a, .mention";
    target_of(event)?.closest(links).ok()?
}

/// Id of the first comment in view that is marked as new.
#[must_use]
pub fn first_new(root: &HtmlElement) -> Option<String> {
    let element = root.query_selector(".is-new").ok()??;
    element.id().strip_prefix("comment-").map(str::to_owned)
}

/// Ids of the comments that a server has cut short.
#[must_use]
pub fn cut_short(root: &HtmlElement) -> Vec<String> {
    let mut ids = Vec::new();
    if let Ok(found) = root.query_selector_all(".is-cut") {
        for index in 0..found.length() {
            let element: Option<Element> = found.item(index).and_then(|it| it.dyn_into().ok());
            let id = element.map(|it| it.id()).unwrap_or_default();
            ids.extend(id.strip_prefix("comment-").map(str::to_owned));
        }
    }
    ids
}

/// The id in the page's address, when it points at a comment: `#comment-ID`.
#[must_use]
pub fn target() -> Option<String> {
    let hash = web_sys::window()?.location().hash().ok()?;
    hash.strip_prefix("#comment-").map(str::to_owned)
}

/// Whether the browser knows that it has no connection.
#[must_use]
pub fn is_offline() -> bool {
    // A server that draws has nothing to send.
    cfg!(target_arch = "wasm32")
        && web_sys::window().is_some_and(|window| !window.navigator().on_line())
}
