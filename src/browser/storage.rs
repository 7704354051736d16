//! The page's own storage. Where the browser forbids it (private windows, policies), nothing is
//! kept, and nothing else changes.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use crate::thread::{Draft, Slot};

fn storage() -> Option<web_sys::Storage> {
    // Composers read their drafts while they are built; on a server there are none.
    if cfg!(not(target_arch = "wasm32")) {
        return None;
    }
    web_sys::window()?.local_storage().ok()?
}

/// Keeps a text; false when the browser refuses.
pub fn write(name: &str, text: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(name, text).is_ok())
}

/// The text kept under that name.
#[must_use]
pub fn read(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Forgets what is kept under that name.
pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(name);
    }
}

/// A value as JSON, made by the browser's own writer.
#[must_use]
pub fn to_json(value: &impl Serialize) -> Option<String> {
    let value = value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .ok()?;
    js_sys::JSON::stringify(&value).ok()?.as_string()
}

/// A value from JSON; none when it is not of that shape.
#[must_use]
pub fn from_json<T: DeserializeOwned>(json: &str) -> Option<T> {
    let value: JsValue = js_sys::JSON::parse(json).ok()?;
    serde_wasm_bindgen::from_value(value).ok()
}

fn draft_name(prefix: &str, slot: &Slot) -> String {
    [prefix, "draft:", &slot.key()].concat()
}

/// The draft of a composer.
#[must_use]
pub fn draft(prefix: &str, slot: &Slot) -> Option<Draft> {
    from_json(&read(&draft_name(prefix, slot))?)
}

/// Keeps the draft of a composer, or forgets a blank one.
pub fn keep_draft(prefix: &str, slot: &Slot, draft: &Draft) {
    let name = draft_name(prefix, slot);
    match to_json(draft) {
        Some(json) if !draft.is_blank() => {
            write(&name, &json);
        }
        _ => forget(&name),
    }
}

/// What stands between a thread's prefix and the key of a draft that was sent.
const OUTBOX: &str = "outbox:";

/// Keeps a draft that is being sent, until the backend has answered.
pub fn keep_sent(prefix: &str, key: &str, draft: &Draft) {
    if let Some(json) = to_json(draft) {
        write(&[prefix, OUTBOX, key].concat(), &json);
    }
}

/// Forgets a draft that was sent.
pub fn forget_sent(prefix: &str, key: &str) {
    forget(&[prefix, OUTBOX, key].concat());
}

/// The drafts that were sent and never answered.
#[must_use]
pub fn sent(prefix: &str) -> Vec<Draft> {
    let prefix = [prefix, OUTBOX].concat();
    let mut drafts = Vec::new();
    let Some(storage) = storage() else {
        return drafts;
    };
    for index in 0..storage.length().unwrap_or(0) {
        let Ok(Some(name)) = storage.key(index) else {
            continue;
        };
        if name.starts_with(&prefix)
            && let Some(draft) = read(&name).and_then(|json| from_json(&json))
        {
            drafts.push(draft);
        }
    }
    drafts
}

fn token_name(api: &str, id: &str) -> String {
    ["afterword:token:", api, ":", id].concat()
}

/// The edit token of a comment posted from this browser.
#[must_use]
pub fn token(api: &str, id: &str) -> Option<String> {
    read(&token_name(api, id))
}

/// Keeps a comment's edit token.
pub fn keep_token(api: &str, id: &str, token: &str) {
    write(&token_name(api, id), token);
}

/// Forgets a comment's edit token.
pub fn forget_token(api: &str, id: &str) {
    forget(&token_name(api, id));
}
