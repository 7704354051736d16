//! Readers who sign in: what they are given is kept by the page, never by a cookie.

mod claim;
mod email;
mod faces;
mod oidc;
mod pending;
mod sso;

pub(super) use claim::*;
pub(super) use email::*;
pub(super) use faces::*;
pub(super) use oidc::*;
pub(crate) use pending::Logins;
pub(super) use sso::*;

use std::sync::Arc;

use afterword_protocol::{
    Login, LoginWay, OwnComments, Problem, ProblemKind, READER, Reader, ReaderSession,
};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::header::ORIGIN;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use utoipa::IntoParams;

use super::request::{BearerHash, MaybeBearerHash, Query};
use super::{Context, Shared};
use crate::config::Site;
use crate::domain::{check_page_key, digest, random, rfc3339};
use crate::error::{ApiError, Refusal};
use crate::store::{NewReader, NewSession, ReaderRow};

/// [`READER`], as HTTP/2 writes it.
pub(super) const READER_HEADER: HeaderName = HeaderName::from_static("afterword-reader");

/// The reader who sends a request, if they have signed in.
pub(super) struct Visitor(pub(super) Option<ReaderRow>);

impl FromRequestParts<Shared> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, context: &Shared) -> Result<Self, ApiError> {
        let Some(hash) = token_hash(&parts.headers)? else {
            return Ok(Self(None));
        };
        let reader = context.store.visitor(hash, context.clock.now()).await?;
        let reader = reader.ok_or_else(|| outdated(READER))?;
        // What was given to one page is worth nothing on another one's.
        let origin = origin(&parts.headers);
        if !origin.is_empty() && !reader.origin.is_empty() && origin != reader.origin {
            return Err(outdated(READER).into());
        }
        Ok(Self(Some(reader)))
    }
}

impl Visitor {
    /// The reader, when they have signed in on that site.
    pub(super) fn on(&self, site: &str) -> Result<Option<&ReaderRow>, Refusal> {
        match &self.0 {
            Some(reader) if reader.site != site => Err(outdated(READER)),
            reader => Ok(reader.as_ref()),
        }
    }
}

/// Who wants to change a comment: whoever has its edit token, or the reader who wrote it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Author {
    /// SHA-256 of the edit token.
    pub(super) token: Option<[u8; 32]>,
    /// The reader's id.
    pub(super) reader: Option<i64>,
}

impl FromRequestParts<Shared> for Author {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, context: &Shared) -> Result<Self, ApiError> {
        let Ok(MaybeBearerHash(token)) = MaybeBearerHash::from_request_parts(parts, context).await;
        let reader = match Visitor::from_request_parts(parts, context).await {
            Ok(Visitor(reader)) => reader.map(|reader| reader.id),
            // Whoever has the edit token needs no session, and loses nothing when one has ended.
            Err(error) if token.is_some() => error.refused().map(|_| None)?,
            Err(error) => return Err(error),
        };
        Ok(Self { token, reader })
    }
}

impl Author {
    /// Refuses whoever has sent neither.
    pub(super) fn named(self) -> Result<Self, Refusal> {
        match self.token.is_some() || self.reader.is_some() {
            true => Ok(self),
            false => Err(ProblemKind::TokenInvalid.into()),
        }
    }
}

impl From<BearerHash> for Author {
    fn from(BearerHash(token): BearerHash) -> Self {
        Self {
            token: Some(token),
            reader: None,
        }
    }
}

fn outdated(name: &str) -> Refusal {
    let detail = format!("{name} has no token that is good here, or no longer");
    Refusal::because(ProblemKind::LoginRequired, detail)
}

/// SHA-256 of a reader's token.
fn token_hash(headers: &HeaderMap) -> Result<Option<[u8; 32]>, Refusal> {
    let Some(token) = headers.get(READER_HEADER) else {
        return Ok(None);
    };
    let token = token.as_bytes();
    if token.is_empty() || token.len() > 128 {
        return Err(outdated(READER));
    }
    Ok(Some(digest(token)))
}

/// The origin of the page that sends a request; empty for a program.
fn origin(headers: &HeaderMap) -> &str {
    let origin = headers.get(ORIGIN).and_then(|it| it.to_str().ok());
    origin.unwrap_or_default()
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct LoginQuery {
    /// The site; absent where the server has only one.
    site: Option<String>,
}

/// Tell how readers can sign in on a site, and who has
#[utoipa::path(
    get,
    path = "/login",
    operation_id = "showLogin",
    tag = "readers",
    params(
        LoginQuery,
        ("Afterword-Reader" = Option<String>, Header, description = "Token of a reader who has signed in"),
    ),
    responses(
        (status = 200, description = "The ways", body = Login),
        (status = "default", description = "`site-unknown`, `login-required` where the token is no longer good, `invalid-request`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn login(
    State(context): State<Shared>,
    Query(query): Query<LoginQuery>,
    visitor: Visitor,
) -> Result<Json<Login>, ApiError> {
    let site = &*context.named_site(query.site.as_deref())?;
    Ok(Json(Login {
        ways: context.ways(site),
        required: site.settings.sso.required,
        reader: visitor.on(&site.name)?.map(shown),
    }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OwnQuery {
    /// The site; absent where the server has only one.
    site: Option<String>,
    /// Key of the page.
    #[param(min_length = 1, max_length = 1024)]
    page: String,
}

/// Tell which comments of a page are the reader's
///
/// They can be edited, deleted and restored by the reader's token, wherever they were written.
#[utoipa::path(
    get,
    path = "/login/comments",
    operation_id = "listOwnComments",
    tag = "readers",
    params(
        OwnQuery,
        ("Afterword-Reader" = String, Header, description = "Token of a reader who has signed in"),
    ),
    responses(
        (status = 200, description = "Their comments", body = OwnComments),
        (status = "default", description = "`login-required`, `page-invalid`, `site-unknown`, `invalid-request`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn own_comments(
    State(context): State<Shared>,
    Query(query): Query<OwnQuery>,
    visitor: Visitor,
) -> Result<Json<OwnComments>, ApiError> {
    let site = &*context.named_site(query.site.as_deref())?;
    check_page_key(&query.page)?;
    let reader = visitor.on(&site.name)?.ok_or_else(|| outdated(READER))?;
    let comments = context.store.written_by(reader.id, &query.page).await?;
    Ok(Json(OwnComments { comments }))
}

/// Sign out
///
/// The token is worth nothing any more.
#[utoipa::path(
    delete,
    path = "/login",
    operation_id = "signReaderOut",
    tag = "readers",
    params(("Afterword-Reader" = String, Header, description = "Token of a reader who has signed in")),
    responses(
        (status = 204, description = "Nobody is signed in by it"),
        (status = "default", description = "`login-required`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn sign_out(
    State(context): State<Shared>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let hash = token_hash(&headers)?.ok_or_else(|| outdated(READER))?;
    context.store.let_out(hash).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// As other readers see them.
fn shown(reader: &ReaderRow) -> Reader {
    Reader {
        name: reader.name.clone(),
        badge: reader.badge.clone(),
    }
}

/// [`LoginWay::Oidc`]'s provider: a site has one at most.
const PROVIDER: &str = "oidc";

impl Context {
    /// How readers can sign in on a site.
    pub(super) fn ways(&self, site: &Site) -> Vec<LoginWay> {
        let settings = &site.settings.sso;
        let mut ways = Vec::new();
        if settings.algorithm.is_some() {
            ways.push(LoginWay::Sso);
        }
        if let Some((provider, _)) = self.provider(site) {
            ways.push(LoginWay::Oidc {
                provider: PROVIDER.to_owned(),
                title: provider.name,
            });
        }
        if settings.email && self.mailer.is_some() {
            ways.push(LoginWay::Email);
        }
        ways
    }

    /// Lets a reader in of whom somebody has vouched, and who looks so; gives what they hold from now on.
    async fn let_in(
        self: &Arc<Self>,
        site: &Site,
        origin: &str,
        new: NewReader<'_>,
        picture: Option<&str>,
    ) -> Result<ReaderSession, ApiError> {
        let token = URL_SAFE_NO_PAD.encode(random::<32>());
        let now = self.clock.now();
        let hours = i64::from(site.settings.sso.session_hours);
        let expires = now + hours * 60 * 60 * 1000;
        let reader = Reader {
            name: new.name.to_owned(),
            badge: new.badge.map(str::to_owned),
        };
        let session = NewSession {
            hash: digest(token.as_bytes()),
            origin,
            now,
            expires,
        };
        let id = self.store.let_in(new, session).await?;
        // Nobody waits for it.
        let picture = picture.filter(|_| site.settings.sso.pictures);
        let seeing = Arc::clone(self).see(id, picture.map(str::to_owned));
        drop(self.errands.begin(seeing));
        Ok(ReaderSession {
            token,
            expires: rfc3339(expires),
            reader,
        })
    }
}
