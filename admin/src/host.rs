//! What the browser does for these pages: `web/start.js` hands it over.

use std::cell::RefCell;

use afterword_protocol::html;
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// What `web/start.js` hands over.
    #[derive(Clone, Debug)]
    pub type Host;

    #[wasm_bindgen(method)]
    fn text(this: &Host, key: &str) -> Option<String>;
    #[wasm_bindgen(method)]
    fn said(this: &Host, prefix: &str, code: &str, values: &str) -> Option<String>;
    #[wasm_bindgen(method)]
    fn plural(this: &Host, n: f64) -> String;
    #[wasm_bindgen(method)]
    fn ago(this: &Host, time: &str) -> String;
    #[wasm_bindgen(method)]
    fn exact(this: &Host, time: &str) -> String;
    #[wasm_bindgen(method)]
    fn day(this: &Host, time: &str) -> String;
    #[wasm_bindgen(method)]
    fn number(this: &Host, n: f64) -> String;
    #[wasm_bindgen(method)]
    fn duration(this: &Host, seconds: f64) -> String;
    #[wasm_bindgen(method)]
    fn later(this: &Host, seconds: f64) -> String;
    #[wasm_bindgen(method)]
    fn request(
        this: &Host,
        method: &str,
        path: &str,
        body: Option<String>,
        token: Option<String>,
    ) -> Promise;
    #[wasm_bindgen(method)]
    fn listen(this: &Host, path: &str, token: &str, told: &Function) -> Function;
    #[wasm_bindgen(method)]
    fn clean(this: &Host, element: &Element, html: &str, allowed: &str);
    #[wasm_bindgen(method, js_name = newPasskey)]
    fn new_passkey(this: &Host, options: &str) -> Promise;
    #[wasm_bindgen(method)]
    fn passkey(this: &Host, options: &str) -> Promise;
    #[wasm_bindgen(method, js_name = hasPasskeys)]
    fn has_passkeys(this: &Host) -> bool;
    #[wasm_bindgen(method)]
    fn read(this: &Host, name: &str) -> Option<String>;
    #[wasm_bindgen(method)]
    fn keep(this: &Host, name: &str, text: Option<String>);
    #[wasm_bindgen(method)]
    fn languages(this: &Host) -> Array;
    #[wasm_bindgen(method)]
    fn chosen(this: &Host) -> String;
    #[wasm_bindgen(method)]
    fn speak(this: &Host, lang: &str);
    #[wasm_bindgen(method)]
    fn address(this: &Host, path: &str) -> String;
    #[wasm_bindgen(method)]
    fn save(this: &Host, name: &str, json: &str);
    #[wasm_bindgen(method)]
    fn copy(this: &Host, text: &str) -> bool;
    #[wasm_bindgen(method)]
    fn secret(this: &Host) -> String;
    #[wasm_bindgen(method)]
    fn hand(this: &Host, origin: &str, code: &str) -> bool;
    #[wasm_bindgen(method)]
    fn device(this: &Host, agent: &str) -> String;
}

thread_local! {
    static HOST: RefCell<Option<Host>> = const { RefCell::new(None) };
}

pub(crate) fn set(host: Host) {
    HOST.set(Some(host));
}

pub(crate) fn host() -> Host {
    // It is set before anything is drawn.
    HOST.with_borrow(Clone::clone).unwrap_throw()
}

/// What a promise brings.
pub(crate) async fn wait_for(promise: Promise) -> Result<JsValue, JsValue> {
    wasm_bindgen_futures::JsFuture::from(promise).await
}

/// What an answer of HTTP is.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// The sentence of a code of the server's, with what belongs to it; nothing where these pages have none.
pub(crate) fn said(prefix: &str, code: &str, values: &serde_json::Value) -> Option<String> {
    host().said(prefix, code, &values.to_string())
}

/// Sends a request; nothing where no answer came.
pub(crate) async fn send(
    method: &str,
    path: &str,
    body: Option<String>,
    token: Option<String>,
) -> Option<Answer> {
    let promise = host().request(method, path, body, token);
    let answer: Array = wait_for(promise).await.ok()?.dyn_into().ok()?;
    Some(Answer {
        status: u16::try_from(answer.get(0).as_f64()? as i64).ok()?,
        body: answer.get(1).as_string()?,
    })
}

/// Shows a comment's HTML, cleaned as the widget cleans it.
pub(crate) fn show_html(element: &Element, text: &str) {
    let mut allowed = html::ELEMENTS.join(" ");
    for (index, (element, attribute)) in html::ATTRIBUTES.iter().enumerate() {
        allowed.push(if index == 0 { '\n' } else { ' ' });
        allowed.push_str(element);
        allowed.push(':');
        allowed.push_str(attribute);
    }
    host().clean(element, text, &allowed);
}

/// Hears of changes; gives what ends that.
pub(crate) fn listen(path: &str, token: &str, told: impl FnMut(String) + 'static) -> Function {
    let told: Box<dyn FnMut(String)> = Box::new(told);
    let told = Closure::wrap(told).into_js_value();
    host().listen(path, token, told.unchecked_ref())
}

/// Each language there is, and what it calls itself.
pub(crate) fn languages() -> Vec<(String, String)> {
    let all = host().languages().into_iter();
    let pairs = all.filter_map(|pair| {
        let pair: Array = pair.dyn_into().ok()?;
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    });
    pairs.collect()
}

/// A passkey's answer to what the server asks (JSON); an error that has no words where the person
/// has changed their mind.
pub(crate) async fn passkey(options: &str, is_new: bool) -> Option<String> {
    let promise = match is_new {
        true => host().new_passkey(options),
        false => host().passkey(options),
    };
    wait_for(promise).await.ok()?.as_string()
}

macro_rules! hosted {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)+) => {$(
        $(#[$doc])*
        pub(crate) fn $name($($argument: $type),*) $(-> $result)? {
            host().$name($($argument),*)
        }
    )+};
}

hosted! {
    /// How long ago a time was.
    ago(time: &str) -> String;
    /// A time with day and minute.
    exact(time: &str) -> String;
    /// A day.
    day(time: &str) -> String;
    /// A number in the reader's digits.
    number(n: f64) -> String;
    /// A span of time.
    duration(seconds: f64) -> String;
    /// The time in so many seconds (RFC 3339).
    later(seconds: f64) -> String;
    /// Whether this browser has passkeys.
    has_passkeys() -> bool;
    /// What is kept under a name.
    read(name: &str) -> Option<String>;
    /// Keeps a text, or forgets it.
    keep(name: &str, text: Option<String>);
    /// The language that was chosen here; empty for the browser's.
    chosen() -> String;
    /// Loads these pages anew, in that language.
    speak(lang: &str);
    /// The whole address of a path of this server's.
    address(path: &str) -> String;
    /// Hands JSON to the browser as a file.
    save(name: &str, json: &str);
    /// Hands a code to the page of that origin that has opened this window, and closes it; gives whether
    /// there is one.
    hand(origin: &str, code: &str) -> bool;
    /// Puts a text into the clipboard; gives whether there is one.
    copy(text: &str) -> bool;
    /// A secret that nobody can guess, as Standard Webhooks write it.
    secret() -> String;
    /// What people call a browser and its device, by how it names itself.
    device(agent: &str) -> String;
    /// The form of a message that a number takes.
    plural(n: f64) -> String;
    /// A message.
    text(key: &str) -> Option<String>;
}
