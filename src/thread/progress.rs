//! How far something has come that a backend is asked for.

use super::Failure;

/// How far something has come that a backend is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is awaited: it is there, or nobody has asked for it.
    #[default]
    Idle,
    /// The answer is awaited.
    Waiting,
    /// It did not work.
    Failed(Failure),
}

impl Progress {
    /// Why it did not work, if it did not.
    #[must_use]
    pub const fn failure(self) -> Option<Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Idle | Self::Waiting => None,
        }
    }
}
