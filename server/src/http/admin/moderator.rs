//! Who is signed in, and what they may do.
//!
//! A session is one of the server's own pages, or one [`InPlace`]: opened under an article, for the pages
//! of that origin, to decide about comments there. What such a one is for as well takes [`InPlace`]; all
//! else takes a [`Moderator`], which it is none of.

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::{Grant, Right, Role};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::ORIGIN;
use axum::http::request::Parts;

use crate::error::{ApiError, Refusal};
use crate::http::request::bearer;
use crate::http::{Context, Shared, origin};
use crate::store::{Session, User};

/// Who makes a call: a user with a session that lasts, who is not kept out. Put it before the body
/// among a handler's arguments, so that nobody else is told what is wrong with theirs.
pub(in crate::http) struct Moderator {
    pub(in crate::http) user: User,
    /// The session that the call is made in.
    pub(in crate::http) session: i64,
    /// When it ends.
    pub(in crate::http) expires: i64,
    /// The origin of the pages that the session is for alone.
    pub(in crate::http) origin: Option<String>,
    /// When they have last shown that it is they.
    confirmed: i64,
}

/// Who makes a call that can be made under an article, too. Such a session is one for its own pages, and
/// lets its user look after the comments of the sites that these pages may be of, whatever else they may.
pub(in crate::http) struct InPlace(pub(in crate::http) Moderator);

impl FromRequestParts<Shared> for Moderator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, context: &Shared) -> Result<Self, ApiError> {
        let InPlace(moderator) = InPlace::from_request_parts(parts, context).await?;
        moderator.require_home()?;
        Ok(moderator)
    }
}

impl FromRequestParts<Shared> for InPlace {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, context: &Shared) -> Result<Self, ApiError> {
        let token = bearer(parts).ok_or(ProblemKind::LoginRequired)?;
        let session = context.store.session(token, context.clock.now()).await?;
        let mut session = session.ok_or(ProblemKind::LoginRequired)?;
        if !context.is_for(session.origin.as_deref(), &parts.headers) {
            let detail = "this session is for pages of another origin";
            return Err(Refusal::because(ProblemKind::LoginRequired, detail).into());
        }
        if let Some(origin) = &session.origin {
            session.user = context.in_place(session.user, origin, &parts.headers);
        }
        Ok(Self(session.into()))
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
        let is_own =
            |session: &Session| session.origin.is_none() && context.is_for(None, &parts.headers);
        Ok(session.filter(is_own).map(Self::from))
    }
}

impl From<Session> for Moderator {
    fn from(session: Session) -> Self {
        Self {
            user: session.user,
            session: session.id,
            expires: session.expires,
            origin: session.origin,
            confirmed: session.confirmed,
        }
    }
}

/// For how long it is believed that it is they who has shown it, in milliseconds.
const BELIEVED: i64 = 10 * 60 * 1000;

impl Context {
    /// Whether a request comes from where its session is for: that origin, or without one this server's
    /// own pages. Browsers leave `Origin` out of what a page reads from its own server; programs have none.
    fn is_for(&self, whose: Option<&str>, headers: &HeaderMap) -> bool {
        let from = headers
            .get(ORIGIN)
            .map(|from| from.to_str().unwrap_or_default());
        match (whose, from) {
            (None, None) => true,
            (None, Some(from)) => self.is_ours(from, headers),
            (Some(whose), None) => self.is_ours(whose, headers),
            (Some(whose), Some(from)) => whose == from,
        }
    }

    /// Whether that is the origin of this server's own pages.
    pub(super) fn is_ours(&self, from: &str, headers: &HeaderMap) -> bool {
        let public = self.config.public_url.as_ref();
        let public = public.map(|url| url.origin().ascii_serialization());
        origin::is_own(from, headers) || public.as_deref() == Some(from)
    }

    /// A user as they are under articles of that origin: a moderator of the sites whose pages these may be,
    /// where they look after comments; and nothing else.
    pub(super) fn in_place(&self, mut user: User, origin: &str, headers: &HeaderMap) -> User {
        let is_ours = self.is_ours(origin, headers);
        let sites = self.sites.all();
        let sites = sites
            .iter()
            .filter(|site| is_ours || site.origins.allow(origin));
        let grants = sites.filter_map(|site| {
            let mut grants = user.grants.iter();
            let may = grants.any(|grant| grant.allows(Right::Moderate, Some(&site.name)));
            may.then(|| Grant {
                site: Some(site.name.clone()),
                role: Role::Moderator,
            })
        });
        user.grants = grants.collect();
        // The page's scripts need not know it.
        user.email = None;
        user
    }

    /// The origin of the page under whose article somebody signs in, if they look after comments there;
    /// with who they are there.
    pub(super) fn place_of(
        &self,
        user: User,
        headers: &HeaderMap,
    ) -> Result<(User, String), Refusal> {
        let from = named_origin(headers)?.to_owned();
        let name = user.name.clone();
        let user = self.in_place(user, &from, headers);
        if user.grants.is_empty() {
            let detail = format!("{name} looks after no comments on pages of {from}");
            return Err(Refusal::because(ProblemKind::Forbidden, detail));
        }
        Ok((user, from))
    }
}

/// The origin of the page that sends a request.
pub(super) fn named_origin(headers: &HeaderMap) -> Result<&str, Refusal> {
    let from = headers.get(ORIGIN).and_then(|from| from.to_str().ok());
    from.filter(|from| !matches!(*from, "" | "null"))
        .ok_or_else(|| {
            let detail = "Origin has to be that of the page";
            Refusal::because(ProblemKind::InvalidRequest, detail)
        })
}

impl Moderator {
    /// The user's id.
    pub(in crate::http) fn id(&self) -> &str {
        &self.user.id
    }

    /// The user's address, where there is one.
    pub(in crate::http) fn email(&self) -> Option<&str> {
        self.user.email.as_deref()
    }

    /// Refuses whoever hasn't shown of late that it is they: a session that somebody has come by is
    /// not to become more than that.
    pub(in crate::http) fn require_confirmed(&self, now: i64) -> Result<(), Refusal> {
        match now - self.confirmed <= BELIEVED {
            true => Ok(()),
            false => Err(ProblemKind::ConfirmationNeeded.into()),
        }
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

    /// Refuses a session of a page that is not the server's own.
    pub(in crate::http) fn require_home(&self) -> Result<(), Refusal> {
        match self.origin {
            None => Ok(()),
            Some(_) => {
                let detail =
                    "under an article comments are decided about, and nothing else is done";
                Err(Refusal::because(ProblemKind::Forbidden, detail))
            }
        }
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
