//! The pages.

pub(crate) mod account;
pub(crate) mod sign_in;

use crate::app::App;

/// Takes back what was done last.
pub(crate) fn undo(_app: App, _id: &str) {}
