//! Calls of the server.

use afterword_protocol::ProblemKind;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::host;
use crate::route::push_query;
use crate::texts::{count, fill, t};
use crate::views::sites::setting_label;

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    /// No answer came.
    Offline,
    /// The session is over.
    SignedOut,
    /// The server says what is wrong.
    Problem {
        /// What it is, if it is known.
        kind: Option<ProblemKind>,
        /// The last part of its type.
        slug: String,
        /// A sentence of the server's.
        detail: String,
        /// A number that belongs to it.
        limit: Option<u64>,
        /// The occurrence as a code, and what belongs to that.
        code: String,
        values: Value,
    },
    /// The answer was none.
    BadAnswer(u16),
}

impl Failure {
    /// A sentence for who looks at it.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Offline => t("fail-offline"),
            Self::SignedOut => t("fail-signed-out"),
            Self::BadAnswer(status) => fill("fail-answer", &[("status", &status.to_string())]),
            Self::Problem {
                kind: Some(ProblemKind::RateLimited | ProblemKind::SlowMode),
                limit,
                ..
            } => count("fail-too-often", limit.unwrap_or(60)),
            Self::Problem {
                slug,
                detail,
                limit,
                code,
                values,
                ..
            } => {
                let said = match slug.as_str() {
                    "confirmation-needed" => Some(t("again-text")),
                    "internal" | "unavailable" => Some(t("fail-server")),
                    slug => host::said("wrong-", code, values)
                        .or_else(|| host::said("fail-", slug, &json!({ "limit": limit }))),
                };
                // What these pages have no sentence for, the server says in English.
                let said = said.unwrap_or_else(|| fill("fail-other", &[("detail", detail)]));
                match values["field"].as_str() {
                    Some(field) => [&setting_label(field), ": ", &said].concat(),
                    None => said,
                }
            }
        }
    }

    /// Whether the problem is of that kind.
    pub(crate) fn is(&self, name: &str) -> bool {
        matches!(self, Self::Problem { slug, .. } if slug == name)
    }
}

/// An answer, or why there is none.
pub(crate) type Answer<T> = Result<T, Failure>;

/// A call that is about to be made.
#[derive(Clone)]
pub(crate) struct Call {
    method: &'static str,
    path: String,
    body: Option<String>,
    token: Option<String>,
}

fn call(method: &'static str, path: &str) -> Call {
    Call {
        method,
        path: ["admin/", path].concat(),
        body: None,
        token: None,
    }
}

/// A call that readers make, too.
pub(crate) fn public(method: &'static str, path: &str) -> Call {
    Call {
        path: path.to_owned(),
        ..call(method, "")
    }
}

pub(crate) fn get(path: &str) -> Call {
    call("GET", path)
}

pub(crate) fn post(path: &str) -> Call {
    call("POST", path)
}

pub(crate) fn put(path: &str) -> Call {
    call("PUT", path)
}

pub(crate) fn patch(path: &str) -> Call {
    call("PATCH", path)
}

pub(crate) fn delete(path: &str) -> Call {
    call("DELETE", path)
}

impl Call {
    pub(crate) fn query(mut self, query: &[(String, String)]) -> Self {
        push_query(&mut self.path, query);
        self
    }

    pub(crate) fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.body = serde_json::to_string(body).ok();
        self
    }

    pub(crate) fn token(mut self, token: Option<String>) -> Self {
        self.token = token;
        self
    }

    /// Makes the call.
    pub(crate) async fn text(self) -> Answer<String> {
        let is_signed = self.token.is_some();
        let answer = host::send(self.method, &self.path, self.body, self.token).await;
        let host::Answer { status, body } = answer.ok_or(Failure::Offline)?;
        if (200..300).contains(&status) {
            return Ok(body);
        }
        let problem: Value = serde_json::from_str(&body).map_err(|_| Failure::BadAnswer(status))?;
        let text = |name: &str| {
            problem
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let slug = text("type").rsplit(':').next().unwrap_or_default();
        if status == 401 && is_signed {
            return Err(Failure::SignedOut);
        }
        let detail = match text("detail") {
            "" => text("title"),
            detail => detail,
        };
        Err(Failure::Problem {
            kind: ProblemKind::from_type_uri(text("type")),
            slug: slug.to_owned(),
            detail: detail.to_owned(),
            limit: problem.get("limit").and_then(Value::as_u64),
            code: text("code").to_owned(),
            values: problem.get("values").cloned().unwrap_or_default(),
        })
    }

    /// Makes the call, for what it says in JSON.
    pub(crate) async fn answer<T: DeserializeOwned>(self) -> Answer<T> {
        let text = self.text().await?;
        // An answer without a body is nothing, which is a value as well.
        let text = if text.is_empty() { "null" } else { &text };
        serde_json::from_str(text).map_err(|_| Failure::BadAnswer(200))
    }
}
