//! Signing in at another server (OpenID Connect): the code flow with PKCE. What the other server says
//! of somebody is believed when it has signed it for us, in answer to our question.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use afterword_protocol::ProblemKind;
use futures_util::future::BoxFuture;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreUserInfoClaims,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse,
};

use crate::config::Oidc;
use crate::domain::make_room;
use crate::error::{ApiError, Refusal};
use crate::outbound::{Outbound, OutboundError};

/// How long an answer of the other server may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most bytes of one.
const LONGEST: usize = 512 * 1024;
/// For how long somebody may be there, in milliseconds.
const AWAY: i64 = 10 * 60 * 1000;
/// For how long it is known what the other server says of itself, in milliseconds.
const KNOWN: i64 = 5 * 60 * 1000;
/// Most who are there at a time.
const MOST: usize = 10_000;

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OidcError {
    /// The other server isn't what it should be, or does not answer.
    #[error("{issuer} can't be asked: {why}")]
    Provider {
        /// Which.
        issuer: String,
        /// Why.
        why: String,
    },
    /// What it says is not to be believed.
    #[error("the answer is not to be believed: {0}")]
    Answer(String),
    /// Something about the request.
    #[error("refused: {}", .0.kind.slug())]
    Refused(Refusal),
}

impl From<Refusal> for OidcError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What is said of what failed. The cause is for the log.
impl From<OidcError> for ApiError {
    fn from(error: OidcError) -> Self {
        match error {
            OidcError::Refused(refusal) => refusal.into(),
            error @ OidcError::Provider { .. } => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "nobody can sign in"
                );
                ProblemKind::Unavailable.into()
            }
            error @ OidcError::Answer(_) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "nobody is signed in"
                );
                let detail = "the other server's answer is not to be believed";
                Refusal::because(ProblemKind::CredentialsWrong, detail).into()
            }
        }
    }
}

/// Who somebody is, as the other server has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// What they are there, for good.
    pub(crate) subject: String,
    /// Their address, which that server has seen to be theirs.
    pub(crate) email: Option<String>,
    /// What they are called.
    pub(crate) name: Option<String>,
    /// Address of a picture of them.
    pub(crate) picture: Option<String>,
}

/// Where a browser goes, and by what it is known when it comes back.
pub(crate) struct Way {
    pub(crate) url: String,
    pub(crate) state: String,
}

/// Somebody who was sent there.
pub(crate) struct Gone<T> {
    /// What whoever has sent them wants to know of them then.
    pub(crate) about: T,
    asked: Asked,
}

/// What was asked, and by what the answer is known.
struct Asked {
    /// Whom, as the settings had it then.
    issuer: String,
    metadata: CoreProviderMetadata,
    redirect: RedirectUrl,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    end: i64,
}

/// What a server says of itself, and until when that is believed without asking.
type Known = HashMap<String, (i64, CoreProviderMetadata)>;

/// Who is on their way.
pub(crate) struct Travellers<T = ()> {
    /// By the state that they come back with.
    away: Mutex<HashMap<String, Gone<T>>>,
    /// By issuer.
    known: Mutex<Known>,
}

impl<T> Default for Travellers<T> {
    fn default() -> Self {
        Self {
            away: Mutex::default(),
            known: Mutex::default(),
        }
    }
}

impl<T> Travellers<T> {
    /// Sends somebody to the other server; it sends them back to `redirect`, to whoever knows `about`.
    pub(crate) async fn send(
        &self,
        settings: &Oidc,
        redirect: String,
        about: T,
        outbound: &Outbound,
        now: i64,
    ) -> Result<Way, OidcError> {
        let provider = |why: &(dyn std::error::Error + 'static)| OidcError::Provider {
            issuer: settings.issuer.clone(),
            why: crate::app::chain(why),
        };
        let metadata = match self.known(&settings.issuer, now) {
            Some(metadata) => metadata,
            None => {
                let issuer = IssuerUrl::new(settings.issuer.clone());
                let issuer = issuer.map_err(|error| provider(&error))?;
                let http = asker(outbound);
                let metadata = CoreProviderMetadata::discover_async(issuer, &http).await;
                let metadata = metadata.map_err(|error| provider(&error))?;
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                known.insert(settings.issuer.clone(), (now + KNOWN, metadata.clone()));
                metadata
            }
        };
        let redirect = RedirectUrl::new(redirect).map_err(|error| provider(&error))?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(settings.client_id.clone()),
            settings.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(redirect.clone());
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let asked = Asked {
            issuer: settings.issuer.clone(),
            metadata,
            redirect,
            nonce,
            verifier,
            end: now + AWAY,
        };
        let gone = Gone { about, asked };
        let mut away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        away.retain(|_, gone| gone.asked.end > now);
        make_room(&mut away, MOST, |gone| gone.asked.end);
        away.insert(state.secret().clone(), gone);
        Ok(Way {
            url: url.into(),
            state: state.into_secret(),
        })
    }

    /// What that server says of itself, if that is not long ago.
    fn known(&self, issuer: &str, now: i64) -> Option<CoreProviderMetadata> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (end, metadata) = known.get(issuer)?;
        (*end > now).then(|| metadata.clone())
    }

    /// Forgets who has been away for too long, and what was said too long ago.
    pub(crate) fn forget_the_old(&self, now: i64) {
        let mut away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        away.retain(|_, gone| gone.asked.end > now);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (end, _)| *end > now);
    }

    /// Who comes back with that state; once.
    pub(crate) fn back(&self, state: &str, now: i64) -> Result<Gone<T>, OidcError> {
        let gone = {
            let mut away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
            away.remove(state).filter(|gone| gone.asked.end > now)
        };
        gone.ok_or_else(|| {
            let detail = "nobody is known to have gone there, or they were away for too long";
            Refusal::because(ProblemKind::CredentialsWrong, detail).into()
        })
    }
}

/// What has to be known of somebody, beside who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needed {
    Address,
    Name,
}

impl<T> Gone<T> {
    /// What whoever has sent them wanted to know then.
    pub(crate) fn into_about(self) -> T {
        self.about
    }

    /// Who they are, as the other server says for that code.
    pub(crate) async fn person(
        self,
        settings: &Oidc,
        code: String,
        needed: Needed,
        outbound: &Outbound,
    ) -> (T, Result<Person, OidcError>) {
        let Self { about, asked } = self;
        (about, asked.answer(settings, code, needed, outbound).await)
    }
}

impl Asked {
    async fn answer(
        self,
        settings: &Oidc,
        code: String,
        needed: Needed,
        outbound: &Outbound,
    ) -> Result<Person, OidcError> {
        let gone = self;
        if gone.issuer != settings.issuer {
            let why = format!("{} was asked, and is not the one any more", gone.issuer);
            return Err(OidcError::Answer(why));
        }
        let answer =
            |error: &(dyn std::error::Error + 'static)| OidcError::Answer(crate::app::chain(error));
        let http = asker(outbound);
        let offered = gone
            .metadata
            .id_token_signing_alg_values_supported()
            .clone();
        let client = CoreClient::from_provider_metadata(
            gone.metadata,
            ClientId::new(settings.client_id.clone()),
            settings.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(gone.redirect);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| answer(&error))?
            .set_pkce_verifier(gone.verifier)
            .request_async(&http)
            .await
            .map_err(|error| answer(&error))?;
        let id = tokens
            .id_token()
            .ok_or_else(|| OidcError::Answer("it has no ID token".to_owned()))?;
        // What both have in common, and what is signed by a key that is the other server's alone.
        let algorithms = offered.into_iter().filter(is_by_key);
        let verifier = client.id_token_verifier().set_allowed_algs(algorithms);
        let claims = id
            .claims(&verifier, &gone.nonce)
            .map_err(|error| answer(&error))?;
        let mut person = Person {
            subject: claims.subject().to_string(),
            email: None,
            name: text(claims.name())
                .or_else(|| Some(claims.preferred_username()?.to_string()))
                .or_else(|| text(claims.nickname())),
            picture: text(claims.picture()),
        };
        if let Some(email) = claims.email() {
            let is_seen = claims.email_verified() == Some(true);
            person.email = is_seen.then(|| email.to_string());
        }
        let is_enough = match needed {
            Needed::Address => claims.email().is_some(),
            Needed::Name => person.name.is_some(),
        };
        if is_enough {
            return Ok(person);
        }
        // Some say no more in the token than who it is.
        let asked = client.user_info(
            tokens.access_token().clone(),
            Some(claims.subject().clone()),
        );
        let asked = asked.map_err(|error| answer(&error))?;
        let told: CoreUserInfoClaims = asked
            .request_async(&http)
            .await
            .map_err(|error| answer(&error))?;
        let is_seen = told.email_verified() == Some(true);
        let email = told.email().filter(|_| is_seen);
        person.email = person.email.or(email.map(|email| email.to_string()));
        person.name = text(told.name())
            .or_else(|| Some(told.preferred_username()?.to_string()))
            .or_else(|| text(told.nickname()))
            .or(person.name);
        person.picture = person.picture.or(text(told.picture()));
        Ok(person)
    }
}

/// What a text says in no language in particular.
fn text<N: std::ops::Deref<Target = String>>(
    text: Option<&openidconnect::LocalizedClaim<N>>,
) -> Option<String> {
    Some(text?.get(None)?.to_string())
}

const fn is_by_key(algorithm: &CoreJwsSigningAlgorithm) -> bool {
    use CoreJwsSigningAlgorithm as Algorithm;
    !matches!(
        algorithm,
        Algorithm::None | Algorithm::HmacSha256 | Algorithm::HmacSha384 | Algorithm::HmacSha512
    )
}

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
enum AskError {
    #[error("the request can't be made")]
    Request(#[from] reqwest::Error),
    #[error("no answer")]
    Outbound(#[from] OutboundError),
    #[error("the answer can't be read")]
    Answer(#[from] http::Error),
}

/// What sends the library's requests. All of it is its own, or the compiler could not tell that it may
/// move between threads.
fn asker(
    outbound: &Outbound,
) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, AskError>> + Send + Sync + use<>
{
    let outbound = outbound.clone();
    move |request| {
        let outbound = outbound.clone();
        Box::pin(async move {
            let request = reqwest::Request::try_from(request)?;
            let answer = outbound.send(request, PATIENCE, LONGEST).await?;
            let mut response = http::Response::builder().status(answer.status);
            if let Some(headers) = response.headers_mut() {
                *headers = answer.headers;
            }
            Ok(response.body(answer.body)?)
        })
    }
}

#[cfg(test)]
mod tests {
    use openidconnect::core::CoreResponseType;
    use openidconnect::{
        AuthUrl, EmptyAdditionalProviderMetadata, JsonWebKeySetUrl, ResponseTypes,
    };

    use super::*;

    const ISSUER: &str = "https://id.example";

    fn gone(end: i64) -> Gone<&'static str> {
        let metadata = CoreProviderMetadata::new(
            IssuerUrl::new(ISSUER.to_owned()).unwrap(),
            AuthUrl::new("https://id.example/auth".to_owned()).unwrap(),
            JsonWebKeySetUrl::new("https://id.example/keys".to_owned()).unwrap(),
            vec![ResponseTypes::new(vec![CoreResponseType::Code])],
            Vec::new(),
            Vec::new(),
            EmptyAdditionalProviderMetadata {},
        );
        let asked = Asked {
            issuer: ISSUER.to_owned(),
            metadata,
            redirect: RedirectUrl::new("https://comments.example/login/oidc".to_owned()).unwrap(),
            nonce: Nonce::new_random(),
            verifier: PkceCodeChallenge::new_random_sha256().1,
            end,
        };
        Gone {
            about: "a page",
            asked,
        }
    }

    #[test]
    fn who_is_away_for_too_long_is_forgotten_and_so_is_what_was_said() {
        let travellers = Travellers::default();
        let away = |state: &str, end| {
            let mut away = travellers.away.lock().unwrap();
            away.insert(state.to_owned(), gone(end));
        };
        let metadata = gone(0).asked.metadata;
        let known = (KNOWN, metadata);
        travellers
            .known
            .lock()
            .unwrap()
            .insert(ISSUER.to_owned(), known);
        away("early", AWAY);
        away("late", AWAY + 1_000);
        assert!(travellers.known(ISSUER, KNOWN - 1).is_some());
        assert!(travellers.known(ISSUER, KNOWN).is_none());
        travellers.forget_the_old(AWAY);
        let states: Vec<String> = travellers.away.lock().unwrap().keys().cloned().collect();
        assert_eq!(states, ["late"]);
        assert!(travellers.known.lock().unwrap().is_empty());
        // Once, and in time.
        assert!(travellers.back("early", 0).is_err());
        assert!(travellers.back("late", AWAY).is_ok());
        assert!(travellers.back("late", AWAY).is_err());
        away("too late", AWAY);
        assert!(travellers.back("too late", AWAY).is_err());
    }
}
