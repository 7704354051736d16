//! The pages.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod bans;
pub(crate) mod comments;
pub(crate) mod dashboard;
pub(crate) mod invitation;
pub(crate) mod pages;
pub(crate) mod person;
pub(crate) mod queue;
pub(crate) mod rules;
pub(crate) mod sign_in;
mod triage;
pub(crate) mod users;

pub(crate) use triage::undo;
