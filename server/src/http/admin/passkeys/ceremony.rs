//! What is remembered between a question to a passkey and its answer, and how both are read.

use afterword_protocol::admin::WrongCode;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use afterword_protocol::ProblemKind;
use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use serde_json::Value;
use url::Url;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::{
    AuthenticationVerificationOptions, DiscoverableCredentialRequestOptions,
};
use webauthn_rp::request::register::{
    CredProtect, Nickname, PublicKeyCredentialCreationOptions, PublicKeyCredentialUserEntity,
    RegistrationVerificationOptions, UserHandle64, Username,
};
use webauthn_rp::request::{AsciiDomain, PublicKeyCredentialDescriptor, RpId};
use webauthn_rp::response::auth::DiscoverableAuthentication64;
use webauthn_rp::response::register::{DynamicState, Registration, StaticState};
use webauthn_rp::response::{AuthTransports, CredentialId, Origin};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthenticationServerState, RegistrationServerState,
};

use crate::domain::make_room;
use crate::error::Refusal;
use crate::http::origin;
use crate::store::{Credential, Handle, User};

/// For how long a question may be answered, in milliseconds: as long as browsers wait.
const PATIENCE: i64 = 5 * 60 * 1000;

/// Most questions that wait for an answer at a time.
const MOST: usize = 100_000;

/// Questions by their challenge, with the time from which they are too old.
struct Waiting<T>(Mutex<HashMap<u128, (i64, T)>>);

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Waiting<T> {
    /// Keeps a question; the oldest ones go where there are too many.
    fn put(&self, challenge: u128, question: T, now: i64) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut waiting, MOST, |(end, _)| *end);
        waiting.insert(challenge, (now + PATIENCE, question));
    }

    /// The question; it is answered once.
    fn take(&self, challenge: u128, now: i64) -> Option<T> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (end, question) = waiting.remove(&challenge)?;
        (end > now).then_some(question)
    }

    fn forget_the_old(&self, now: i64) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (end, _)| *end > now);
    }
}

/// Who signs in, with the id of the user whose password was right, if one was sent.
type SignIn = (DiscoverableAuthenticationServerState, Option<String>);

/// What waits.
#[derive(Default)]
pub(in crate::http::admin) struct Ceremonies {
    /// With the id of the user who registers a passkey.
    registrations: Waiting<(RegistrationServerState<64>, String)>,
    /// Of anybody.
    sign_ins: Waiting<SignIn>,
    /// Of whose password was right: strangers can't fill that.
    second_steps: Waiting<SignIn>,
}

/// Where the question is asked: what passkeys are bound to, and the page's origin.
pub(super) struct Place {
    rp: RpId,
    origin: String,
}

impl Place {
    /// The host of the address that the owner has named, or the one that was asked for.
    pub(super) fn of(headers: &HeaderMap, public_url: Option<&Url>) -> Result<Self, Refusal> {
        let wrong = || {
            let detail = "passkeys need a server that is reached by a name";
            Refusal::because(ProblemKind::InvalidRequest, detail).coded(WrongCode::PasskeyHost)
        };
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let asked = text(HOST).ok_or_else(wrong)?;
        let asked = Url::parse(&["https://", asked].concat()).map_err(|_| wrong())?;
        let url = public_url.unwrap_or(&asked);
        let host = url.domain().ok_or_else(wrong)?;
        let origin = match text(ORIGIN) {
            // Another page can't ask in this one's name: browsers bind passkeys to the host.
            Some(origin) if origin::is_own(origin, headers) => origin.to_owned(),
            _ => url.origin().ascii_serialization(),
        };
        let domain = AsciiDomain::try_from(host.to_owned()).map_err(|_| wrong())?;
        Ok(Self {
            rp: RpId::Domain(domain),
            origin,
        })
    }

    fn origins(&self) -> [Origin<'_>; 1] {
        [Origin(Cow::Borrowed(self.origin.as_str()))]
    }
}

/// What it is that a browser has sent.
fn refused(what: &str, why: &dyn std::fmt::Display) -> Refusal {
    Refusal::because(ProblemKind::InvalidRequest, format!("{what}: {why}"))
}

/// Nothing that is ours to mend: options that nobody has changed are right.
fn unusable(_: impl std::fmt::Display) -> Refusal {
    ProblemKind::Unavailable.into()
}

impl Ceremonies {
    /// Asks for a new passkey of a user who has those.
    pub(super) fn begin_registration(
        &self,
        place: &Place,
        user: &User,
        handle: Handle,
        known: Vec<Credential>,
        now: i64,
    ) -> Result<Value, Refusal> {
        let handle = UserHandle64::decode(handle).map_err(unusable)?;
        // Names of people have blanks, which those of accounts have not.
        let dotted = user.name.replace(char::is_whitespace, ".");
        let names = [
            Some(&user.name),
            user.email.as_ref(),
            Some(&dotted),
            Some(&user.id),
        ];
        let mut names = names.into_iter().flatten();
        let name = names.find_map(|name| Username::try_from(name.as_str()).ok());
        let entity = PublicKeyCredentialUserEntity {
            name: name.ok_or(ProblemKind::Unavailable)?,
            id: &handle,
            display_name: Nickname::try_from(user.name.as_str()).ok(),
        };
        let known = known.into_iter().filter_map(|known| {
            Some(PublicKeyCredentialDescriptor {
                id: CredentialId::decode(known.id).ok()?,
                transports: AuthTransports::decode(known.transports).ok()?,
            })
        });
        let mut options =
            PublicKeyCredentialCreationOptions::passkey(&place.rp, entity, known.collect());
        // Many authenticators know nothing of it, and would have to refuse. What it is for is asked for
        // anyway at each use: that the user is verified.
        options.extensions.cred_protect = CredProtect::None;
        let challenge = options.challenge.as_data();
        let (server, client) = options.start_ceremony().map_err(unusable)?;
        let json = serde_json::to_value(&client).map_err(unusable)?;
        let waiting = (server, user.id.clone());
        self.registrations.put(challenge, waiting, now);
        Ok(json)
    }

    /// The new passkey, when it is the answer to what that user was asked.
    pub(super) fn finish_registration(
        &self,
        place: &Place,
        user: &User,
        answer: &Value,
        now: i64,
    ) -> Result<Credential, Refusal> {
        let json = serde_json::to_vec(answer).map_err(unusable)?;
        let answer = Registration::from_json_relaxed(&json)
            .map_err(|error| refused("this is no new passkey", &error))?;
        let challenge = answer
            .challenge_relaxed()
            .map_err(|error| refused("this answers no question", &error))?;
        let (server, _) = self
            .registrations
            .take(challenge.0, now)
            .filter(|(_, asked)| *asked == user.id)
            .ok_or_else(|| refused("begin again", &"the question is not known any more"))?;
        let origins = place.origins();
        let options = RegistrationVerificationOptions::<Origin<'_>, Origin<'_>> {
            allowed_origins: &origins,
            error_on_unsolicited_extensions: false,
            ..RegistrationVerificationOptions::default()
        };
        let new = server
            .verify(&place.rp, &answer, &options)
            .map_err(|error| refused("this passkey can't be taken", &error))?;
        let Ok(transports) = new.transports().encode();
        let Ok(changing) = new.dynamic_state().encode();
        let fixed = new.static_state().encode().map_err(unusable)?;
        Ok(Credential {
            id: new.id().as_ref().to_vec(),
            fixed,
            changing: changing.to_vec(),
            transports,
        })
    }

    /// Asks for a passkey of whoever it is; `known` is whose password was right.
    pub(super) fn begin_sign_in(
        &self,
        place: &Place,
        known: Option<String>,
        now: i64,
    ) -> Result<Value, Refusal> {
        let options = DiscoverableCredentialRequestOptions::passkey(&place.rp);
        let challenge = options.0.challenge.as_data();
        let (server, client) = options.start_ceremony().map_err(unusable)?;
        let json = serde_json::to_value(&client).map_err(unusable)?;
        let waiting = match &known {
            Some(_) => &self.second_steps,
            None => &self.sign_ins,
        };
        waiting.put(challenge, (server, known), now);
        Ok(json)
    }

    /// Forgets what nobody has answered.
    pub(in crate::http::admin) fn forget_the_old(&self, now: i64) {
        self.registrations.forget_the_old(now);
        self.sign_ins.forget_the_old(now);
        self.second_steps.forget_the_old(now);
    }
}

/// The answer of a passkey to who signs in.
pub(super) struct Answer {
    answer: DiscoverableAuthentication64,
    server: DiscoverableAuthenticationServerState,
    /// Whose password was right before.
    pub(super) known: Option<String>,
}

impl Answer {
    /// The answer to a question that waits for one.
    pub(super) fn to(ceremonies: &Ceremonies, answer: &Value, now: i64) -> Option<Self> {
        let json = serde_json::to_vec(answer).ok()?;
        let answer = DiscoverableAuthentication64::from_json_relaxed(&json).ok()?;
        let challenge = answer.challenge_relaxed().ok()?;
        let waiting = [&ceremonies.second_steps, &ceremonies.sign_ins];
        let mut waiting = waiting.into_iter();
        let (server, known) = waiting.find_map(|waiting| waiting.take(challenge.0, now))?;
        Some(Self {
            answer,
            server,
            known,
        })
    }

    /// What the authenticator calls the passkey, and what it knows the user by.
    pub(super) fn whose(&self) -> (Vec<u8>, Vec<u8>) {
        let user = self.answer.response().user_handle();
        let id = self.answer.raw_id().as_ref().to_vec();
        (id, user.as_ref().to_vec())
    }

    /// What changes about the passkey, when it is the one that has answered.
    pub(super) fn check(self, place: &Place, stored: &Credential) -> Option<Vec<u8>> {
        let user = *self.answer.response().user_handle();
        let changing: [u8; 7] = stored.changing.as_slice().try_into().ok()?;
        let mut known = AuthenticatedCredential::new(
            CredentialId::decode(stored.id.as_slice()).ok()?,
            &user,
            StaticState::decode(&stored.fixed).ok()?,
            DynamicState::decode(changing).ok()?,
        )
        .ok()?;
        let origins = place.origins();
        let options = AuthenticationVerificationOptions::<Origin<'_>, Origin<'_>> {
            allowed_origins: &origins,
            error_on_unsolicited_extensions: false,
            ..AuthenticationVerificationOptions::default()
        };
        let checked = self
            .server
            .verify(&place.rp, &self.answer, &mut known, &options);
        if let Err(error) = checked {
            tracing::info!(%error, "a passkey was refused");
            return None;
        }
        let Ok(changing) = known.dynamic_state().encode();
        Some(changing.to_vec())
    }
}
