//! Proof of work by ALTCHA's scheme: a browser does in a second what costs a bot one for every comment.
//!
//! Nothing is kept of a challenge but its signature, whose secret lives as long as the server does: a
//! restart forgets which were used, and so takes none from before.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use altcha::{
    Challenge, CreateChallengeOptions, Payload, VerifySolutionOptions, create_challenge,
    verify_solution,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::domain::{digest, random};

/// For how long a challenge is good, in milliseconds.
pub(crate) const LIFETIME: i64 = 30 * 60 * 1000;
/// Rounds of PBKDF2 a try.
const COST: u32 = 2_000;
/// Tries that it takes on average, at an effort of 1.
const TRIES: u32 = 250;
/// The greatest effort that is asked for.
pub(crate) const MOST: u32 = 32;
/// Longest proof that is read, in bytes.
const LONGEST: usize = 4_096;

/// What gives out challenges, and takes each solution once.
pub(crate) struct Proofs {
    secret: String,
    key_secret: String,
    used: Mutex<HashMap<[u8; 32], Used>>,
}

/// A solution that was taken.
struct Used {
    /// The idempotency key that it came with: the same request may come again.
    key: Option<[u8; 32]>,
    until: i64,
}

/// What a proof that holds tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Proven {
    /// When its challenge was given out, in milliseconds since 1970.
    pub(crate) issued: i64,
    /// How much work it was.
    pub(crate) effort: u32,
}

/// Why a proof doesn't hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unproven {
    #[error("the proof can't be read")]
    Malformed,
    #[error("the challenge is not one of this server's, or from before its last start")]
    Foreign,
    #[error("the challenge is not solved")]
    Unsolved,
    #[error("the challenge is too old")]
    Old,
    #[error("the challenge is another site's")]
    OtherSite,
    #[error("the proof was used already")]
    Used,
}

impl Proofs {
    pub(crate) fn new() -> Self {
        let secret = || URL_SAFE_NO_PAD.encode(random::<32>());
        Self {
            secret: secret(),
            key_secret: secret(),
            used: Mutex::default(),
        }
    }

    /// A challenge for a site. `now` in milliseconds since 1970.
    pub(crate) fn challenge(
        &self,
        site: &str,
        (effort, seconds): (u32, u32),
        now: i64,
    ) -> Result<Challenge, altcha::Error> {
        let effort = effort.clamp(1, MOST);
        let tries = TRIES * effort;
        // Around that: a fixed number could be begun at its end.
        let counter = tries / 2 + u32::from_le_bytes(random()) % tries;
        let data = [
            ("site", Value::from(site)),
            ("issued", Value::from(now)),
            ("effort", Value::from(effort)),
            ("seconds", Value::from(seconds)),
        ];
        let data: BTreeMap<String, Value> = data
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        create_challenge(CreateChallengeOptions {
            cost: COST,
            counter: Some(counter),
            data: Some(data),
            hmac_signature_secret: Some(self.secret.clone()),
            hmac_key_signature_secret: Some(self.key_secret.clone()),
            ..CreateChallengeOptions::default()
        })
    }

    /// Takes a proof, once; with the same idempotency key as often as it comes.
    pub(crate) fn take(
        &self,
        proof: &str,
        site: &str,
        key: Option<&str>,
        now: i64,
    ) -> Result<Proven, Unproven> {
        if proof.len() > LONGEST {
            return Err(Unproven::Malformed);
        }
        let json = STANDARD.decode(proof).map_err(|_| Unproven::Malformed)?;
        let payload: Payload = serde_json::from_slice(&json).map_err(|_| Unproven::Malformed)?;
        let Payload {
            challenge,
            solution,
        } = &payload;
        // By its own secret, not by its own word on what it takes: the signature is over that.
        let verified = verify_solution(VerifySolutionOptions {
            hmac_key_signature_secret: Some(self.key_secret.clone()),
            ..VerifySolutionOptions::new(challenge, solution, self.secret.as_str())
        });
        let verified = verified.map_err(|_| Unproven::Malformed)?;
        if verified.invalid_signature != Some(false) {
            return Err(Unproven::Foreign);
        }
        if !verified.verified {
            return Err(Unproven::Unsolved);
        }
        let data = challenge.parameters.data.as_ref();
        let of = |name: &str| data.and_then(|data| data.get(name));
        let number = |name| of(name).and_then(Value::as_i64).unwrap_or_default();
        let (issued, effort) = (number("issued"), number("effort"));
        if of("site").and_then(Value::as_str) != Some(site) {
            return Err(Unproven::OtherSite);
        }
        if now - issued >= LIFETIME {
            return Err(Unproven::Old);
        }
        let signature = challenge.signature.as_deref().unwrap_or_default();
        let key = key.map(|key| digest(key.as_bytes()));
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let before = used.entry(digest(signature.as_bytes()));
        match before {
            std::collections::hash_map::Entry::Occupied(before)
                if key.is_none() || before.get().key != key =>
            {
                return Err(Unproven::Used);
            }
            entry => {
                entry.or_insert(Used {
                    key,
                    until: issued + LIFETIME,
                });
            }
        }
        Ok(Proven {
            issued,
            effort: u32::try_from(effort).unwrap_or(1),
        })
    }

    /// Forgets the solutions whose challenges are too old to be used again.
    pub(crate) fn forget(&self, now: i64) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|_, used| used.until > now);
        used.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use altcha::{SolveChallengeOptions, solve_challenge};

    use super::*;

    const NOW: i64 = 1_795_507_200_000;

    fn solved(challenge: &Challenge) -> Payload {
        let solution = solve_challenge(SolveChallengeOptions::new(challenge));
        Payload {
            challenge: challenge.clone(),
            solution: solution.unwrap().unwrap(),
        }
    }

    fn written(payload: &Payload) -> String {
        STANDARD.encode(serde_json::to_vec(payload).unwrap())
    }

    #[test]
    fn a_solution_is_taken_once_and_again_with_its_key() {
        let proofs = Proofs::new();
        let proof = written(&solved(&proofs.challenge("blog", (1, 0), NOW).unwrap()));
        let take = |key| proofs.take(&proof, "blog", key, NOW + 5_000);
        let proven = Proven {
            issued: NOW,
            effort: 1,
        };
        assert_eq!(take(Some("key-of-a-comment")), Ok(proven));
        assert_eq!(take(Some("key-of-a-comment")), Ok(proven));
        assert_eq!(take(Some("key-of-another")), Err(Unproven::Used));
        assert_eq!(take(None), Err(Unproven::Used));
        // What is too old need not be remembered.
        proofs.forget(NOW + LIFETIME);
        assert!(proofs.used.lock().unwrap().is_empty());
        let late = proofs.take(&proof, "blog", None, NOW + LIFETIME);
        assert_eq!(late, Err(Unproven::Old));
    }

    #[test]
    fn what_was_not_given_out_or_is_not_solved_does_not_hold() {
        let proofs = Proofs::new();
        let payload = solved(&proofs.challenge("blog", (1, 0), NOW).unwrap());
        let take = |payload: &Payload| proofs.take(&written(payload), "blog", None, NOW);
        let wrong = |change: &dyn Fn(&mut Payload)| {
            let mut payload = payload.clone();
            change(&mut payload);
            take(&payload).unwrap_err()
        };
        assert_eq!(
            wrong(&|it| it.challenge.parameters.cost = 1),
            Unproven::Foreign
        );
        assert_eq!(
            wrong(&|it| it.challenge.signature = None),
            Unproven::Foreign
        );
        assert_eq!(
            wrong(&|it| it.challenge.parameters.key_signature = None),
            Unproven::Foreign
        );
        assert_eq!(
            wrong(&|it| it.solution.derived_key = "00".repeat(32)),
            Unproven::Unsolved
        );
        assert_eq!(
            wrong(&|it| it.solution.derived_key = "ü".to_owned()),
            Unproven::Unsolved
        );
        let other = proofs.take(&written(&payload), "news", None, NOW);
        assert_eq!(other, Err(Unproven::OtherSite));
        for malformed in ["", "?", "e30=", &"A".repeat(5_000)] {
            let taken = proofs.take(malformed, "blog", None, NOW);
            assert_eq!(taken, Err(Unproven::Malformed), "{malformed}");
        }
        let foreign = solved(&Proofs::new().challenge("blog", (1, 0), NOW).unwrap());
        assert_eq!(take(&foreign).unwrap_err(), Unproven::Foreign);
        assert!(take(&payload).is_ok());
    }

    #[test]
    fn more_effort_takes_more_tries() {
        let proofs = Proofs::new();
        let counter = |effort| {
            let challenge = proofs.challenge("blog", (effort, 0), NOW).unwrap();
            solved(&challenge).solution.counter
        };
        let (easy, hard) = (counter(1), counter(4));
        assert!((125..375).contains(&easy), "{easy}");
        assert!((500..1_500).contains(&hard), "{hard}");
    }
}
