//! What owners, admins and moderators speak with the server: `/api/v1/admin`.

mod account;
mod role;

pub use account::{CurrentSession, SignIn, SignedIn, User};
pub use role::{Grant, Right, Role};
