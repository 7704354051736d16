//! What owners, admins and moderators speak with the server: `/api/v1/admin`.

mod account;
mod audit;
mod invitation;
mod list;
mod role;

pub use account::{
    ChangeMe, ChangeUser, CurrentSession, Ended, NewPassword, SessionSeen, SetGrants, SignIn,
    SignedIn, User,
};
pub use audit::Done;
pub use invitation::{Acceptance, Invitation, Invited, NewInvitation};
pub use list::Items;
pub use role::{Grant, Right, Role};
