//! The pages.

pub(crate) mod account;
pub(crate) mod again;
pub(crate) mod audit;
pub(crate) mod bans;
pub(crate) mod comments;
pub(crate) mod dashboard;
pub(crate) mod deliveries;
pub(crate) mod invitation;
pub(crate) mod mail;
pub(crate) mod pages;
mod passkeys;
pub(crate) mod person;
pub(crate) mod queue;
pub(crate) mod rules;
mod sendings;
pub(crate) mod sign_in;
pub(crate) mod sites;
mod their_data;
mod told;
mod triage;
mod unsent;
pub(crate) mod users;
pub(crate) mod window;

pub(crate) use triage::{SEARCH, undo};
