//! What stands in the database for the network that a comment came from: the same for some weeks, so
//! that a ban lasts; then nobody can tell any more, having forgotten the salt.

use std::sync::Arc;

use sqlx::{Executor, Sqlite};

use super::{Error, Store};
use crate::domain::{Secret, day, random};

/// For how many days a salt is used. It is kept as long again, to know who was banned before.
const PERIOD: i64 = 28;

/// The salts of a period.
pub(super) struct Salts {
    period: i64,
    now: Secret,
    before: Option<Secret>,
}

/// What stands for a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    pub(crate) hash: [u8; 16],
    /// What stood for it in the period before.
    pub(crate) earlier: Option<[u8; 16]>,
}

impl Salts {
    fn network(&self, address: &[u8]) -> Network {
        let hash = |salt: &Secret| {
            let mut hash = [0; 16];
            hash.copy_from_slice(&salt.sign(&[b"network", address])[..16]);
            hash
        };
        Network {
            hash: hash(&self.now),
            earlier: self.before.as_ref().map(hash),
        }
    }
}

impl Store {
    /// What stands for a network at that time.
    pub(crate) async fn network(&self, address: &[u8], now: i64) -> Result<Network, Error> {
        let period = day(now).div_euclid(PERIOD);
        if let Some(salts) = self.salts.load().as_deref()
            && salts.period == period
        {
            return Ok(salts.network(address));
        }
        let salts = self.salts_of(period).await?;
        let network = salts.network(address);
        self.salts.store(Some(Arc::new(salts)));
        Ok(network)
    }

    /// Forgets the salts whose time is over, also where nobody comments any more.
    pub(crate) async fn forget_salts(&self, now: i64) -> Result<(), Error> {
        let period = day(now).div_euclid(PERIOD);
        if self
            .salts
            .load()
            .as_deref()
            .is_some_and(|it| it.period != period)
        {
            self.salts.store(None);
        }
        delete_before(&self.writer, period).await
    }

    /// What stands for a person, who is known by a secret.
    pub(crate) fn person(&self, secret: &[&[u8]]) -> [u8; 16] {
        let parts: Vec<&[u8]> = [&b"person"[..]].iter().chain(secret).copied().collect();
        let mut person = [0; 16];
        person.copy_from_slice(&self.secret.sign(&parts)[..16]);
        person
    }

    async fn salts_of(&self, period: i64) -> Result<Salts, Error> {
        let mut change = self.begin().await?;
        sqlx::query("INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(name(period))
            .bind(random::<32>().as_slice())
            .execute(&mut *change)
            .await?;
        delete_before(&mut *change, period).await?;
        let kept: Vec<(String, Vec<u8>)> = sqlx::query_as(
            "SELECT name, value FROM secret WHERE name >= 'network-salt:' AND name < 'network-salt;'",
        )
        .fetch_all(&mut *change)
        .await?;
        change.commit().await?;
        let of = |period| {
            let found = kept.iter().find(|(kept, _)| *kept == name(period));
            let value = found.and_then(|(_, value)| value.as_slice().try_into().ok());
            value.map(Secret)
        };
        let now = of(period).ok_or_else(|| sqlx::Error::Decode("a salt is damaged".into()))?;
        Ok(Salts {
            period,
            now,
            before: of(period - 1),
        })
    }
}

fn name(period: i64) -> String {
    format!("network-salt:{period:08}")
}

/// Deletes the salts of before the period that came before this one.
async fn delete_before(
    writer: impl Executor<'_, Database = Sqlite>,
    period: i64,
) -> Result<(), Error> {
    sqlx::query("DELETE FROM secret WHERE name >= 'network-salt:' AND name < ?")
        .bind(name(period - 1))
        .execute(writer)
        .await?;
    Ok(())
}
