//! The thread as a model: pure Rust that knows neither the DOM nor a backend, and is tested
//! natively.

mod avatar;
mod clock;
mod draft;
mod failure;
mod language;
mod length;
mod plain;
mod progress;
mod sent;
pub mod thought;
mod tree;

pub use avatar::{hue, initials};
pub use clock::may_change;
pub use draft::{Draft, Slot};
pub use failure::Failure;
pub use language::language;
pub use length::is_long;
pub use plain::to_html;
pub use progress::Progress;
pub use sent::Sent;
pub use tree::{Place, Tree};
