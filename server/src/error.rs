//! What a request can end with besides its answer.

use afterword_protocol::admin::WrongCode;
use afterword_protocol::{PROBLEM_MEDIA_TYPE, Problem, ProblemKind};
use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};

use serde_json::{Map, Value};

use crate::store;

/// What is wrong, as a code with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    code: WrongCode,
    values: Map<String, Value>,
}

impl From<WrongCode> for Wrong {
    fn from(code: WrongCode) -> Self {
        let values = Map::new();
        Self { code, values }
    }
}

impl Wrong {
    /// The same with something that belongs to the code.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// That something has to be from one number to another: `Range` or `Length`.
    pub(crate) fn bounds(code: WrongCode, least: u32, most: u32) -> Self {
        Self::from(code).with("least", least).with("most", most)
    }
}

/// A request that is refused for a reason its sender can act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: ProblemKind,
    /// A sentence about this occurrence, for developers.
    pub(crate) detail: Option<String>,
    /// The bound that was passed, in the kind's unit.
    pub(crate) limit: Option<u32>,
    /// The occurrence as a code, for pages in other languages.
    pub(crate) wrong: Option<Box<Wrong>>,
}

impl Refusal {
    pub(crate) const fn new(kind: ProblemKind) -> Self {
        Self {
            kind,
            detail: None,
            limit: None,
            wrong: None,
        }
    }

    /// The same, as a code.
    pub(crate) fn coded(self, wrong: impl Into<Wrong>) -> Self {
        Self {
            wrong: Some(Box::new(wrong.into())),
            ..self
        }
    }

    pub(crate) fn because(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..Self::new(kind)
        }
    }

    pub(crate) const fn over(kind: ProblemKind, limit: u32) -> Self {
        Self {
            kind,
            detail: None,
            limit: Some(limit),
            wrong: None,
        }
    }
}

/// The one error of every route.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The sender can do something about it.
    #[error("refused: {}", .0.kind.slug())]
    Refused(Refusal),
    /// The sender can't.
    #[error("the store failed")]
    Store(#[source] store::Error),
    /// There is no challenge.
    #[error("a challenge could not be made")]
    Challenge(#[from] altcha::Error),
    /// A task of ours ended by a panic.
    #[error("a task did not finish")]
    Task(#[from] tokio::task::JoinError),
}

impl From<ProblemKind> for Refusal {
    fn from(kind: ProblemKind) -> Self {
        Self::new(kind)
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<store::Error> for ApiError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Refused(refusal) => Self::Refused(refusal),
            error => Self::Store(error),
        }
    }
}

impl From<ProblemKind> for ApiError {
    fn from(kind: ProblemKind) -> Self {
        Self::Refused(Refusal::new(kind))
    }
}

impl ApiError {
    /// A refusal; an error that is none comes back.
    pub(crate) fn refused(self) -> Result<Refusal, Self> {
        match self {
            Self::Refused(refusal) => Ok(refusal),
            error => Err(error),
        }
    }

    /// What its sender is told. The cause is for the log alone.
    pub(crate) fn refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Store(error) if error.is_passing() => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the database is busy"
                );
                Refusal::new(ProblemKind::Unavailable)
            }
            other => {
                tracing::error!(error = &other as &dyn std::error::Error, "a request failed");
                Refusal::new(ProblemKind::Internal)
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        respond(self.refusal())
    }
}

fn respond(refusal: Refusal) -> Response {
    let told = refusal.clone();
    let Refusal {
        kind,
        detail,
        limit,
        wrong,
    } = refusal;
    let problem = Problem {
        detail,
        limit,
        code: wrong.as_ref().map(|it| it.code.as_str().to_owned()),
        values: wrong
            .filter(|it| !it.values.is_empty())
            .map_or(Value::Null, |it| it.values.into()),
        ..Problem::new(kind)
    };
    let mut response = Json(problem).into_response();
    *response.status_mut() = crate::http::status(kind);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_MEDIA_TYPE));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let (ProblemKind::RateLimited | ProblemKind::SlowMode, Some(seconds)) = (kind, limit) {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    if kind == ProblemKind::LoginRequired {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    // axum fills in the methods that the address does take; without a route there are none.
    if kind == ProblemKind::NoSuchCall {
        headers.remove(ALLOW);
    }
    // For the pages: they say it in HTML.
    response.extensions_mut().insert(told);
    response
}
