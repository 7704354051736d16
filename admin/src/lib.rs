//! The pages where comments are moderated, `/admin`.
//!
//! `app` has the state that all of them share, `shell` what stands around each, `views` one file for
//! each; `view` draws, `api` asks the server, `host` is what the browser does for them.

mod api;
mod app;
mod drafts;
mod fetched;
mod host;
mod live;
mod parts;
mod portion;
mod route;
mod shell;
mod texts;
mod view;
mod views;

use wasm_bindgen::prelude::*;

pub use host::Host;

/// Shows the pages. `host` has what `web/start.js` does for them.
#[wasm_bindgen]
pub fn start(host: Host) {
    host::set(host);
    leptos::mount::mount_to_body(shell::show);
}
