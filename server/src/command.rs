//! What an owner asks for on the command line besides serving. A server may run meanwhile.

mod person;
mod site;

pub use person::{PersonCommand, PersonCommandError};
pub use site::{SiteCommand, SiteCommandError};
