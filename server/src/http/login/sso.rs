//! Single sign-on: the site hands over a token that it has signed for its reader.

use afterword_protocol::{Problem, ProblemKind, ReaderSession, SsoLogin};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use crate::config::{Site, SsoAlgorithm, SsoSettings};
use crate::domain::check_name;
use crate::error::{ApiError, Refusal};
use crate::http::request::Body;
use crate::http::{Shared, origin};
use crate::store::{BY_SITE, NewReader};

/// Longest token that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;

/// Sign in by a token of the site
///
/// The token is a JWT that the site has signed for its reader, as `docs/sso.md` describes.
#[utoipa::path(
    post,
    path = "/login/sso",
    operation_id = "signInBySite",
    tag = "readers",
    request_body = SsoLogin,
    responses(
        (status = 200, description = "What the reader holds from now on", body = ReaderSession),
        (status = "default", description = "`login-required` where the token is not good, with why; `no-such-call` where the site hands over none; `author-too-long`, `author-invalid`, `site-unknown`, `invalid-request`, `body-too-large`, `unsupported-media-type`, `origin-not-allowed`, `rate-limited`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn sso(
    State(context): State<Shared>,
    headers: HeaderMap,
    Body(login): Body<SsoLogin>,
) -> Result<Json<ReaderSession>, ApiError> {
    let site = &*context.named_site(login.site.as_deref())?;
    origin::check(&headers, [site])?;
    let claims = claims(site, &login.token, context.clock.now())?;
    let name = check_name(claims.name.as_deref(), context.config.bounds.author_bytes)?;
    let name = name.ok_or_else(|| refused("it has no name"))?;
    let subject = claims.sub.as_deref().filter(|it| !it.is_empty());
    let subject =
        subject.ok_or_else(|| refused("it has no sub, which tells one reader from others"))?;
    if subject.len() > 255 {
        return Err(refused("its sub is longer than 255 bytes").into());
    }
    let badge = badge(&claims);
    let new = NewReader {
        site: &site.name,
        issuer: BY_SITE,
        subject,
        name,
        email: claims.email.as_deref().filter(|email| is_address(email)),
        badge: badge.as_deref(),
        verified: claims.verified,
    };
    let picture = claims.picture.as_deref();
    let signed_in = context.let_in(site, super::origin(&headers), new, picture);
    let signed_in = signed_in.await?;
    Ok(Json(signed_in))
}

/// What a token says.
#[derive(Debug, Deserialize)]
struct Claims {
    sub: Option<String>,
    name: Option<String>,
    email: Option<String>,
    #[serde(default)]
    verified: bool,
    badge: Option<String>,
    picture: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    exp: Option<f64>,
    nbf: Option<f64>,
}

fn refused(why: &str) -> Refusal {
    let detail = format!("the site's token is not taken: {why}");
    Refusal::because(ProblemKind::LoginRequired, detail)
}

/// What a token says that is good now.
fn claims(site: &Site, token: &str, now: i64) -> Result<Claims, Refusal> {
    let settings = &site.settings.sso;
    let key = settings.key().ok().flatten();
    let (Some(algorithm), Some(key)) = (settings.algorithm, key) else {
        let detail = "this site has no single sign-on";
        return Err(Refusal::because(ProblemKind::NoSuchCall, detail));
    };
    if token.len() > LONGEST {
        return Err(refused("it is too long"));
    }
    let claims = signed(settings, algorithm, &key, token)?;
    // By our own clock, which tests can turn.
    let (now, leeway) = (now as f64 / 1000.0, f64::from(settings.leeway_seconds));
    match claims.exp {
        None => return Err(refused("it has no exp")),
        Some(exp) if exp + leeway <= now => return Err(refused("it has expired")),
        Some(_) => {}
    }
    if claims.nbf.is_some_and(|nbf| nbf - leeway > now) {
        return Err(refused("it is not good yet (nbf)"));
    }
    Ok(claims)
}

/// What a token says that the site has signed, for us.
fn signed(
    settings: &SsoSettings,
    algorithm: SsoAlgorithm,
    key: &DecodingKey,
    token: &str,
) -> Result<Claims, Refusal> {
    // That one alone: a token has no say in it.
    let mut validation = Validation::new(match algorithm {
        SsoAlgorithm::Hs256 => Algorithm::HS256,
        SsoAlgorithm::EdDsa => Algorithm::EdDSA,
    });
    validation.validate_exp = false;
    validation.set_required_spec_claims(&["iss", "aud"]);
    validation.set_issuer(&[settings.issuer.as_deref().unwrap_or_default()]);
    validation.set_audience(&[settings.audience.as_deref().unwrap_or_default()]);
    let data = jsonwebtoken::decode::<Claims>(token, key, &validation);
    data.map(|data| data.claims).map_err(|error| {
        refused(match error.kind() {
            ErrorKind::InvalidSignature => "its signature is not the site's",
            ErrorKind::InvalidIssuer => "its iss is another one",
            ErrorKind::InvalidAudience => "its aud is another one",
            ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName => {
                "it is signed by another algorithm than the site has set"
            }
            ErrorKind::MissingRequiredClaim(_) => "it lacks iss or aud",
            ErrorKind::Json(_) => "its claims are not of the right types",
            _ => "it is no token",
        })
    })
}

/// Longest badge, in characters.
const BADGE: usize = 32;

/// What stands beside the reader's name.
fn badge(claims: &Claims) -> Option<String> {
    let said = claims
        .badge
        .as_deref()
        .or(claims.roles.first().map(String::as_str));
    let said = said.map(str::trim).filter(|badge| !badge.is_empty());
    // A name's rules: nothing in it hides or turns what stands around it.
    let said =
        said.filter(|badge| matches!(check_name(Some(badge), 4 * BADGE as u32), Ok(Some(_))));
    match said {
        Some(badge) => Some(badge.chars().take(BADGE).collect()),
        None => claims.verified.then(|| "verified".to_owned()),
    }
}

/// Whether something can be sent there at all.
fn is_address(email: &str) -> bool {
    email.len() <= 254
        && !email.contains(|c: char| c.is_whitespace() || c.is_control())
        && email
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
}
