//! What is remembered of who signs in.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use afterword_protocol::ProblemKind;
use axum::http::HeaderMap;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::passkeys::Ceremonies;
use super::tries::{Trier, Tries, Try};
use super::window::Windows;
use crate::domain::{check_password, hash_password, is_password};
use crate::error::{ApiError, Refusal};
use crate::http::{Client, Context, Turns, client};
use crate::oidc::Travellers;
use crate::outbound::Outbound;

/// Lives as long as the server.
pub(crate) struct Accounts {
    /// Whose turn it is to have a password hashed: each takes memory.
    hashing: Turns,
    pub(super) tries: Tries,
    pub(super) ceremonies: Ceremonies,
    /// Who signs in for a page, in a window of our own.
    pub(super) windows: Windows,
    /// How many of those one network begins.
    questions: DefaultKeyedRateLimiter<Client>,
    /// Who signs in at another server.
    pub(super) travellers: Travellers,
    /// Asks that server, which the owner has named, wherever it is.
    pub(super) outbound: Outbound,
}

/// Thirty questions to passkeys at once, and one more each ten seconds.
fn questions() -> Quota {
    const AT_ONCE: NonZeroU32 = NonZeroU32::new(30).unwrap();
    let quota = Quota::with_period(Duration::from_secs(10)).unwrap_or(Quota::per_minute(AT_ONCE));
    quota.allow_burst(AT_ONCE)
}

impl Accounts {
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        Ok(Self {
            hashing: Turns::of_the_machine(),
            tries: Tries::default(),
            ceremonies: Ceremonies::default(),
            windows: Windows::default(),
            questions: RateLimiter::keyed(questions()),
            travellers: Travellers::default(),
            outbound: Outbound::new(true)?,
        })
    }

    /// Whether it is the password of that hash; it takes as long without a hash.
    pub(super) async fn is_password(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, ApiError> {
        let work = move || is_password(&password, hash.as_deref());
        self.hashing.take(work).await
    }

    /// The hash of a new password, unless it is none for who is called so.
    pub(super) async fn hash(
        &self,
        password: String,
        known: &[Option<&str>],
    ) -> Result<String, ApiError> {
        let names: Vec<Option<String>> = known.iter().map(|it| it.map(str::to_owned)).collect();
        // What there is to guess takes a moment to look through, too.
        let hash = self.hashing.take(move || {
            let known: Vec<Option<&str>> = names.iter().map(Option::as_deref).collect();
            check_password(&password, &known).map(|()| hash_password(&password))
        });
        Ok(hash.await?.map_err(|wrong| {
            let refusal = Refusal::because(ProblemKind::InvalidRequest, wrong.to_string());
            refusal.coded(wrong.coded())
        })?)
    }

    /// Forgets what is too old.
    pub(crate) fn forget_the_old(&self, now: i64) {
        self.tries.forget_the_old(now);
        self.travellers.forget_the_old(now);
        self.ceremonies.forget_the_old(now);
        self.windows.forget_the_old(now);
        self.questions.retain_recent();
    }
}

impl Context {
    /// Counts a try to sign in, or refuses it.
    pub(super) fn try_to_sign_in(
        &self,
        trier: Trier,
        user: &str,
        peer: SocketAddr,
        headers: &HeaderMap,
    ) -> Result<Try, Refusal> {
        let now = self.clock.now();
        let client = self.clients.client(peer, headers, now);
        let client = client.as_bytes();
        self.accounts.tries.begin(trier, user, client, now)
    }

    /// Counts a question to a passkey, which whoever asks need not answer.
    pub(super) fn count_question(
        &self,
        peer: SocketAddr,
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        let client = self.clients.voice(peer, headers, self.clock.now());
        let counted = client::count(&self.accounts.questions, &client);
        counted.map_err(|wait| Refusal::over(ProblemKind::RateLimited, wait))
    }
}
