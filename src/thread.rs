//! The thread as a model: pure Rust that knows neither the DOM nor a backend, and is tested
//! natively.

mod clock;
mod draft;
mod failure;
mod plain;
mod progress;
mod sent;
pub mod thought;
mod tree;

pub use clock::may_change;
pub use draft::{Draft, Slot};
pub use failure::Failure;
pub use plain::to_html;
pub use progress::Progress;
pub use sent::Sent;
pub use tree::{Answered, Place, Tree};
