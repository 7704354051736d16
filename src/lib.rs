//! The widget: comments under any article.
//!
//! `thread` is the model, `backend` fetches and sends, `ui` draws, `session` lets them work
//! together, `browser` is the untyped corner; `docs/architecture.md` has the picture.

pub mod config;
pub mod i18n;
pub mod thread;
