//! The reference backend of Afterword: one program with an embedded database and the widget's
//! files inside it.
//!
//! - [`config`]: what an owner can set, by option, variable or file.
//! - `http`: routes, one file a resource; nothing there knows SQL.
//! - `domain`: what a comment may be: text, names, tokens, ids, time.
//! - `store`: the database; nothing there knows HTTP.
//! - [`App`]: all of it together, on one listener.

mod app;
mod command;
pub mod config;
mod demo;
mod domain;
mod errands;
mod error;
mod hooks;
mod http;
mod mail;
mod oidc;
mod outbound;
mod reports;
mod rules;
mod screening;
mod sites;
mod spam;
mod store;
mod users;

pub use app::{App, StartError};
pub use command::{PersonCommand, PersonCommandError, SiteCommand, SiteCommandError};
pub use domain::{Bounds, Clock};
pub use http::openapi;
pub use mail::{MailError, test_mail};
pub use reports::{ReportsError, reports};
pub use users::{Account, AccountChange, Users, UsersError};
