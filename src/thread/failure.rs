//! Why something did not work.

use afterword_protocol::ProblemKind;

/// Why a call to a backend did not work; [`crate::i18n::I18n::failure`] has a sentence for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer: the backend can't be reached, or the connection was cut.
    Network,
    /// No answer within the time that a reader is made to wait.
    Timeout,
    /// An answer that is not what the call promises: cut short, not JSON, of another shape.
    BadAnswer,
    /// A refusal without a problem document: the HTTP status.
    Status(u16),
    /// The browser's storage is full or forbidden (backend `local` alone).
    StorageFull,
    /// None was awaited: it was sent so long ago that sending it again could post it twice.
    Stale,
    /// A refusal that says why, with the bound that was passed where there is one.
    Problem(ProblemKind, Option<u32>),
}

impl Failure {
    /// Whether the same request may work when it is simply sent again.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        match self {
            Self::Network | Self::Timeout | Self::BadAnswer | Self::Stale => true,
            Self::Status(status) => status >= 500 || status == 429,
            Self::StorageFull => false,
            Self::Problem(kind, _) => {
                matches!(
                    kind,
                    ProblemKind::TooSlow
                        | ProblemKind::RateLimited
                        | ProblemKind::Internal
                        | ProblemKind::Unavailable
                )
            }
        }
    }
}
