//! What an owner asks for on the command line besides serving. A server may run meanwhile.

mod site;

pub use site::{SiteCommand, SiteCommandError};
