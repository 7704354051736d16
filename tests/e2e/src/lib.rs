//! End-to-end tests: the whole path, from the script tag on somebody's page to the row in the
//! database and back, in the engines that readers use.
//!
//! This library is the stage; the scenes are in `tests/suite/`. A [`Story`] has a [`Server`], a
//! [`Site`] on another origin that embeds its comments, and as many [`Reader`]s as it asks for,
//! each with a browser of their own. Nothing waits for a time: everything waits for a condition,
//! see [`until`].

mod admin;
mod axe;
pub mod backend;
mod browser;
mod engine;
mod issuer;
mod page;
mod peer;
mod process;
mod proxy;
mod python;
mod reader;
mod replay;
mod server;
mod site;
mod smtp;
mod story;
mod thread;
mod traces;
mod wait;

pub use admin::PASSWORD;
pub use backend::Backend;
pub use browser::Pool;
pub use engine::{Engine, Preferences};
pub use issuer::Issuer;
pub use page::Page;
pub use peer::{Isso, Waline};
pub use proxy::Proxy;
pub use python::Python;
pub use reader::Reader;
pub use replay::Replay;
pub use server::{Server, ServerOptions};
pub use site::{Reply, Site};
pub use smtp::{Received, Smtp};
pub use story::{Scene, Story, run};
pub use thread::{Shown, ShownComment};
pub use traces::exit;
pub use wait::until;
