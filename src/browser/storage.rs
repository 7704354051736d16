//! The page's own storage. Where the browser forbids it (private windows, policies) or has no room
//! left, what is to be kept is kept for as long as the page stands.

use std::cell::RefCell;

use super::wire::{from_json, to_json};
use crate::thread::{Draft, Sent, Slot};

thread_local! {
    /// What the browser refused to keep, by name.
    static REFUSED: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

fn storage() -> Option<web_sys::Storage> {
    // Composers read their drafts while they are built; on a server there are none.
    if cfg!(not(target_arch = "wasm32")) {
        return None;
    }
    web_sys::window()?.local_storage().ok()?
}

/// Keeps a text beyond the page; false when the browser refuses.
pub fn write(name: &str, text: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(name, text).is_ok())
}

/// Keeps a text, if need be no longer than the page stands.
fn keep(name: &str, text: &str) {
    forget(name);
    if !write(name, text) {
        REFUSED.with_borrow_mut(|refused| refused.push((name.to_owned(), text.to_owned())));
    }
}

/// The text kept under that name.
#[must_use]
pub fn read(name: &str) -> Option<String> {
    let refused = REFUSED.with_borrow(|refused| {
        let found = refused.iter().find(|(other, _)| other == name);
        found.map(|(_, text)| text.clone())
    });
    refused.or_else(|| storage()?.get_item(name).ok()?)
}

/// Forgets what is kept under that name.
fn forget(name: &str) {
    REFUSED.with_borrow_mut(|refused| refused.retain(|(other, _)| other != name));
    if let Some(storage) = storage() {
        let _ = storage.remove_item(name);
    }
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
        Some(json) if !draft.is_blank() => keep(&name, &json),
        _ => forget(&name),
    }
}

/// What stands between a thread's prefix and the key of a comment that was sent.
const OUTBOX: &str = "outbox:";

/// Keeps a comment that is being sent, until the backend has answered.
pub fn keep_sent(prefix: &str, sent: &Sent) {
    if let Some(json) = to_json(sent) {
        keep(&[prefix, OUTBOX, &sent.key].concat(), &json);
    }
}

/// Forgets a comment that was sent.
pub fn forget_sent(prefix: &str, key: &str) {
    forget(&[prefix, OUTBOX, key].concat());
}

/// The comment that was sent with that key, as long as it is unanswered.
#[must_use]
pub fn sent(prefix: &str, key: &str) -> Option<Sent> {
    from_json(&read(&[prefix, OUTBOX, key].concat())?)
}

/// The comments that were sent and never answered, the first of them first.
#[must_use]
pub fn outbox(prefix: &str) -> Vec<Sent> {
    let prefix = [prefix, OUTBOX].concat();
    let mut names = REFUSED.with_borrow(|refused| {
        let names = refused.iter().map(|(name, _)| name.clone());
        names.collect::<Vec<_>>()
    });
    if let Some(storage) = storage() {
        for index in 0..storage.length().unwrap_or(0) {
            names.extend(storage.key(index).ok().flatten());
        }
    }
    names.retain(|name| name.starts_with(&prefix));
    let mut outbox: Vec<Sent> = Vec::new();
    for name in names {
        if let Some(sent) = read(&name).and_then(|json| from_json::<Sent>(&json)) {
            // They are few, and a sort would be 5 kB of Wasm before compression.
            let rank = outbox.partition_point(|other| other.at <= sent.at);
            outbox.insert(rank, sent);
        }
    }
    outbox
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
    keep(&token_name(api, id), token);
}

/// Forgets a comment's edit token.
pub fn forget_token(api: &str, id: &str) {
    forget(&token_name(api, id));
}
