//! What is remembered of who signs in.

use crate::domain::is_password;
use crate::error::ApiError;
use crate::http::Turns;

/// Lives as long as the server.
pub(crate) struct Accounts {
    /// Whose turn it is to have a password hashed: each takes memory.
    hashing: Turns,
}

impl Accounts {
    pub(crate) fn new() -> Self {
        Self {
            hashing: Turns::of_the_machine(),
        }
    }

    /// Whether it is the password of that hash; it takes as long without a hash.
    pub(super) async fn is_password(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, ApiError> {
        let work = move || is_password(&password, hash.as_deref());
        self.hashing.take(work).await
    }
}
