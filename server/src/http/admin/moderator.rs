//! Who is signed in, and what they may do.

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::Right;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;

use crate::error::{ApiError, Refusal};
use crate::http::Shared;
use crate::http::request::bearer;
use crate::store::{Session, User};

/// Who makes a call: a user with a session that lasts, who is not kept out. Put it before the body
/// among a handler's arguments, so that nobody else is told what is wrong with theirs.
pub(in crate::http) struct Moderator {
    pub(in crate::http) user: User,
    /// The session that the call is made in.
    pub(in crate::http) session: i64,
    /// When it ends.
    pub(in crate::http) expires: i64,
}

impl FromRequestParts<Shared> for Moderator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, context: &Shared) -> Result<Self, ApiError> {
        let token = bearer(parts).ok_or(ProblemKind::LoginRequired)?;
        let session = context.store.session(token, context.clock.now()).await?;
        let session = session.ok_or(ProblemKind::LoginRequired)?;
        Ok(session.into())
    }
}

/// Nobody, where no session is named that lasts.
impl OptionalFromRequestParts<Shared> for Moderator {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        context: &Shared,
    ) -> Result<Option<Self>, ApiError> {
        let Some(token) = bearer(parts) else {
            return Ok(None);
        };
        let session = context.store.session(token, context.clock.now()).await?;
        Ok(session.map(Self::from))
    }
}

impl From<Session> for Moderator {
    fn from(Session { id, expires, user }: Session) -> Self {
        Self {
            user,
            session: id,
            expires,
        }
    }
}

impl Moderator {
    /// The user's id.
    pub(in crate::http) fn id(&self) -> &str {
        &self.user.id
    }

    /// Whether they may do that on that site.
    pub(in crate::http) fn may(&self, right: Right, site: &str) -> bool {
        self.has(right, Some(site))
    }

    fn has(&self, right: Right, site: Option<&str>) -> bool {
        self.user
            .grants
            .iter()
            .any(|grant| grant.allows(right, site))
    }

    /// Refuses who may not do that on that site. That there is such a site is for others to say.
    pub(in crate::http) fn require(&self, right: Right, site: &str) -> Result<(), Refusal> {
        if self.may(right, site) {
            return Ok(());
        }
        let detail = format!(
            "{right:?} on site {site:?} is not among {}'s rights",
            self.user.name
        );
        Err(Refusal::because(ProblemKind::Forbidden, detail))
    }

    /// Refuses who may not do that on all sites.
    pub(in crate::http) fn require_everywhere(&self, right: Right) -> Result<(), Refusal> {
        if self.has(right, None) {
            return Ok(());
        }
        let detail = format!(
            "{right:?} on all sites is not among {}'s rights",
            self.user.name
        );
        Err(Refusal::because(ProblemKind::Forbidden, detail))
    }

    /// The sites whose comments they look after.
    pub(in crate::http) fn sites(&self) -> Reach {
        self.sites_to(Right::Moderate)
    }

    /// The sites on which they may do that.
    pub(in crate::http) fn sites_to(&self, right: Right) -> Reach {
        if self.has(right, None) {
            return Reach::All;
        }
        let grants = self.user.grants.iter();
        let sites = grants.filter(|grant| grant.role.may(right));
        Reach::Sites(sites.filter_map(|grant| grant.site.clone()).collect())
    }

    /// The sites that a list is about which may be narrowed down to one: that one, if they may do that
    /// there; else all of theirs. Who may do it nowhere is refused.
    pub(in crate::http) fn reach(
        &self,
        right: Right,
        site: Option<&str>,
    ) -> Result<Reach, Refusal> {
        if let Some(site) = site.filter(|site| !site.is_empty()) {
            self.require(right, site)?;
            return Ok(Reach::Sites(vec![site.to_owned()]));
        }
        match self.sites_to(right) {
            Reach::Sites(sites) if sites.is_empty() => {
                let detail = format!("{right:?} is not among {}'s rights", self.user.name);
                Err(Refusal::because(ProblemKind::Forbidden, detail))
            }
            reach => Ok(reach),
        }
    }
}

/// Some sites, or all that there are and will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::http) enum Reach {
    All,
    Sites(Vec<String>),
}

impl Reach {
    /// Whether that site is among them.
    pub(in crate::http) fn has(&self, site: &str) -> bool {
        match self {
            Self::All => true,
            Self::Sites(sites) => sites.iter().any(|own| own == site),
        }
    }

    /// For SQL: `?1 IS NULL OR site IN (SELECT value FROM json_each(?1))`.
    pub(in crate::http) fn json(&self) -> Option<String> {
        match self {
            Self::All => None,
            Self::Sites(sites) => Some(serde_json::json!(sites).to_string()),
        }
    }
}
