//! The widget in a browser: mounted, used and taken off the page, over backends that the tests
//! make up. `cargo xtask test component` runs it in headless Chromium.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests panic"
)]

#[path = "../support/answers.rs"]
mod answers;
mod changing;
mod cleaning;
mod fake;
mod found;
mod http;
mod intl;
mod keeping;
mod lifecycle;
mod live;
mod opinions;
mod reading;
mod stage;
mod wayfinding;
mod wire;
mod writing;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
