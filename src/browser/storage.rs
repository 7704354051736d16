//! The page's own storage. Where the browser forbids it (private windows, policies) or has no room
//! left, what is to be kept is kept for as long as the page stands.

use std::cell::RefCell;

use afterword_protocol::Sort;
use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::JsCast;

use super::wire::{from_json, to_json};
use super::{random_key, set};
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
    // What stood there goes when there is something in its place, and not before.
    let is_kept = write(name, text);
    REFUSED.with_borrow_mut(|refused| refused.retain(|(other, _)| other != name));
    if !is_kept {
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

/// Under which name it is kept who the reader is, for all threads of the page's origin.
const ME: &str = "afterword:me";

/// Name and website of the reader, where they want to be remembered.
#[must_use]
pub fn me() -> Option<Draft> {
    from_json(&read(ME)?)
}

/// Remembers the reader by the name and the website of a draft, or forgets them.
pub fn keep_me(me: Option<Draft>) {
    let me = me.map(|me| Draft {
        text: String::new(),
        ..me
    });
    match me.and_then(|me| to_json(&me)) {
        Some(json) => keep(ME, &json),
        None => forget(ME),
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

/// The names that begin so.
fn names(prefix: &str) -> Vec<String> {
    let mut names = REFUSED.with_borrow(|refused| {
        let names = refused.iter().map(|(name, _)| name.clone());
        names.collect::<Vec<_>>()
    });
    if let Some(storage) = storage() {
        for index in 0..storage.length().unwrap_or(0) {
            names.extend(storage.key(index).ok().flatten());
        }
    }
    names.retain(|name| name.starts_with(prefix));
    names
}

/// How many drafts of a thread are kept.
#[must_use]
pub fn count_drafts(prefix: &str) -> u32 {
    let drafts = names(&[prefix, "draft:"].concat());
    u32::try_from(drafts.len()).unwrap_or(u32::MAX)
}

/// Under which name the muted people are kept, for all threads of the page's origin.
const MUTED: &str = "afterword:muted";

/// The most people that can be muted; the first gives way to one more.
const MOST_MUTED: usize = 100;

/// The names that the reader has muted, the latest last. No name has a line break in it.
#[must_use]
pub fn muted() -> Vec<String> {
    let kept = read(MUTED).unwrap_or_default();
    let names = kept.split('\n').filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// Mutes a name, or doesn't any more. Gives how many are muted now.
pub fn mute(name: &str, is_muted: bool) -> u32 {
    let mut names = muted();
    names.retain(|other| other != name);
    if is_muted {
        if names.len() >= MOST_MUTED {
            names.remove(0);
        }
        names.push(name.to_owned());
    }
    keep(MUTED, &names.join("\n"));
    u32::try_from(names.len()).unwrap_or(u32::MAX)
}

/// The comments that were sent and never answered, the first of them first.
#[must_use]
pub fn outbox(prefix: &str) -> Vec<Sent> {
    let names = names(&[prefix, OUTBOX].concat());
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

/// Whether any of one's own comments of a thread may be in no list: what posts to a server keeps that
/// (`src/tools/proof.js`).
#[must_use]
pub fn is_waiting(prefix: &str) -> bool {
    !names(&[prefix, "waiting:"].concat()).is_empty()
}

/// The token of the reader's session, where they have signed in on the site.
#[must_use]
pub fn reader(api: &str, site: &str) -> Option<String> {
    read(&["afterword:reader:", api, ":", site].concat())
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

/// What stands after a thread's prefix for what this browser thinks of its comments. The prefix,
/// because by it the loader knows that this browser has something to add to a page.
const THOUGHTS: &str = "thoughts";

/// The most thoughts that are remembered of a page.
const MOST_THOUGHTS: u32 = 1000;

/// What this browser thinks of a page's comments: texts by their ids, and by an empty one what it
/// thinks of the article.
#[must_use]
pub fn thoughts(prefix: &str) -> Object {
    let json = read(&[prefix, THOUGHTS].concat());
    let parsed = json.and_then(|json| JSON::parse(&json).ok()?.dyn_into().ok());
    parsed.unwrap_or_default()
}

/// Keeps what this browser thinks of a comment; an empty thought is forgotten.
pub fn keep_thought(prefix: &str, id: &str, thought: &str) {
    // Another tab may have thought something since.
    let thoughts = thoughts(prefix);
    let _ = Reflect::delete_property(&thoughts, &id.into());
    if !thought.is_empty() {
        set(&thoughts, id, &thought.into());
    }
    let ids = Object::keys(&thoughts);
    if ids.length() > MOST_THOUGHTS {
        let _ = Reflect::delete_property(&thoughts, &ids.get(0));
    }
    let name = [prefix, THOUGHTS].concat();
    match JSON::stringify(&thoughts) {
        Ok(json) if ids.length() > 0 => keep(&name, &String::from(json)),
        _ => forget(&name),
    }
}

/// The secret by which all that this browser thinks is one reader's.
#[must_use]
pub fn voice(api: &str) -> String {
    let name = ["afterword:voice:", api].concat();
    read(&name).unwrap_or_else(|| {
        let voice = random_key();
        keep(&name, &voice);
        voice
    })
}

/// Under which name the order is kept, for all threads of the page's origin. The loader knows it, and
/// asks for a thread in that order.
const SORT: &str = "afterword:sort";

/// The order that the reader has chosen last.
#[must_use]
pub fn sort() -> Option<Sort> {
    Sort::from_name(&read(SORT)?)
}

/// Keeps the order that the reader has chosen.
pub fn keep_sort(sort: Sort) {
    keep(SORT, sort.as_str());
}

/// The time of the newest comment that this browser has been shown. Its name is none of a thread's
/// own ones: what begins with those brings the program at once.
fn seen_name(prefix: &str) -> String {
    ["afterword:seen:", prefix.trim_end_matches(':')].concat()
}

/// When the newest comment was posted that this browser has been shown (RFC 3339).
#[must_use]
pub fn seen(prefix: &str) -> Option<String> {
    read(&seen_name(prefix))
}

/// Keeps when the newest comment was posted that this browser has been shown.
pub fn keep_seen(prefix: &str, time: &str) {
    keep(&seen_name(prefix), time);
}
