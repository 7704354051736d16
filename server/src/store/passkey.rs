//! Passkeys of who looks after comments. Bytes here: what they mean, others know.

use afterword_protocol::ProblemKind;
use afterword_protocol::admin::WrongCode;
use afterword_protocol::admin::{DoneCode, Passkey};
use serde_json::json;

use super::audit::audit;
use super::user::user_of;
use super::{Error, Store};
use crate::domain::{random, rfc3339};
use crate::error::{Refusal, Wrong};

/// What passkeys know a user by.
pub(crate) type Handle = [u8; 64];

/// A passkey, as authenticators have it.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    pub(crate) id: Vec<u8>,
    /// Its public key, and what was said of it when it was registered.
    pub(crate) fixed: Vec<u8>,
    /// What changes with each use.
    pub(crate) changing: Vec<u8>,
    pub(crate) transports: u8,
}

/// Most passkeys of a user.
pub(crate) const MOST: usize = 20;

/// Refuses whoever has as many passkeys as a user can have.
pub(crate) fn check_most(passkeys: usize) -> Result<(), Refusal> {
    if passkeys < MOST {
        return Ok(());
    }
    let detail = format!("a user has at most {MOST} passkeys");
    let most = Wrong::from(WrongCode::PasskeysMost).with("n", MOST);
    Err(Refusal::because(ProblemKind::InvalidRequest, detail).coded(most))
}

impl Store {
    /// What passkeys know a user by; made when it is first asked for.
    pub(crate) async fn handle(&self, user: &str) -> Result<Handle, Error> {
        sqlx::query("UPDATE user SET handle = ? WHERE id = ? AND handle IS NULL")
            .bind(random::<64>().as_slice())
            .bind(user)
            .execute(&self.writer)
            .await?;
        let handle: Vec<u8> = sqlx::query_scalar("SELECT handle FROM user WHERE id = ?")
            .bind(user)
            .fetch_one(&self.writer)
            .await?;
        let wrong = |_| sqlx::Error::Decode("a handle is not 64 bytes long".into());
        Ok(handle.try_into().map_err(wrong)?)
    }

    /// A user's passkeys, as authenticators have them.
    pub(crate) async fn credentials(&self, user: &str) -> Result<Vec<Credential>, Error> {
        #[allow(clippy::type_complexity, reason = "a row, as the query has it")]
        let rows: Vec<(Vec<u8>, Vec<u8>, Vec<u8>, u8)> = sqlx::query_as(
            "SELECT credential, fixed, changing, transports FROM passkey WHERE user_id = ?",
        )
        .bind(user)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(credential).collect())
    }

    /// The passkey that an authenticator calls so, of the user that it knows by that, with the user's
    /// id.
    pub(crate) async fn credential(
        &self,
        id: &[u8],
        handle: &[u8],
    ) -> Result<Option<(Credential, String)>, Error> {
        #[allow(clippy::type_complexity, reason = "a row, as the query has it")]
        let row: Option<(Vec<u8>, Vec<u8>, Vec<u8>, u8, String)> = sqlx::query_as(
            "SELECT credential, fixed, changing, transports, user_id FROM passkey \
             JOIN user ON user.id = user_id WHERE credential = ? AND handle = ?",
        )
        .bind(id)
        .bind(handle)
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.map(|(id, fixed, changing, transports, user)| {
            (credential((id, fixed, changing, transports)), user)
        }))
    }

    /// A user's passkeys, as they know them.
    pub(crate) async fn passkeys(&self, user: &str) -> Result<Vec<Passkey>, Error> {
        let rows: Vec<(i64, String, i64, Option<i64>)> = sqlx::query_as(
            "SELECT id, name, created, used FROM passkey WHERE user_id = ? ORDER BY id",
        )
        .bind(user)
        .fetch_all(&self.readers)
        .await?;
        let seen = rows.into_iter();
        let seen = seen.map(|(id, name, created, used)| Passkey {
            id: id.to_string(),
            name,
            created: rfc3339(created),
            used: used.map(rfc3339),
        });
        Ok(seen.collect())
    }

    /// Adds a passkey to a user's.
    pub(crate) async fn add_passkey(
        &self,
        user: &str,
        name: &str,
        new: &Credential,
        now: i64,
    ) -> Result<Passkey, Error> {
        let mut change = self.begin().await?;
        // Another one may have been added since this one was begun.
        let before: u32 = sqlx::query_scalar("SELECT count(*) FROM passkey WHERE user_id = ?")
            .bind(user)
            .fetch_one(&mut *change)
            .await?;
        check_most(usize::try_from(before).unwrap_or(MOST))?;
        let added: Result<i64, _> = sqlx::query_scalar(
            "INSERT INTO passkey (user_id, credential, name, fixed, changing, transports, created) \
             VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        )
        .bind(user)
        .bind(&new.id)
        .bind(name)
        .bind(&new.fixed)
        .bind(&new.changing)
        .bind(new.transports)
        .bind(now)
        .fetch_one(&mut *change)
        .await;
        let id = match added {
            Ok(id) => id,
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                let detail = "this passkey is registered already";
                let refusal = Refusal::because(ProblemKind::Taken, detail);
                return Err(refusal.coded(WrongCode::TakenPasskey).into());
            }
            Err(error) => return Err(error.into()),
        };
        let detail = json!({ "name": name });
        audit(
            &mut change,
            user,
            DoneCode::PasskeyAdd,
            None,
            user,
            &detail,
            now,
        )
        .await?;
        change.commit().await?;
        Ok(Passkey {
            id: id.to_string(),
            name: name.to_owned(),
            created: rfc3339(now),
            used: None,
        })
    }

    /// Notes that a passkey was used.
    pub(crate) async fn passkey_used(
        &self,
        id: &[u8],
        changing: &[u8],
        now: i64,
    ) -> Result<(), Error> {
        sqlx::query("UPDATE passkey SET changing = ?, used = ? WHERE credential = ?")
            .bind(changing)
            .bind(now)
            .bind(id)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Removes one of a user's passkeys; with the last of them goes that one is needed. Refused when
    /// nothing would be left to sign in by.
    pub(crate) async fn remove_passkey(
        &self,
        user: &str,
        passkey: i64,
        now: i64,
    ) -> Result<(), Error> {
        let mut change = self.begin().await?;
        let name: Option<String> =
            sqlx::query_scalar("DELETE FROM passkey WHERE user_id = ? AND id = ? RETURNING name")
                .bind(user)
                .bind(passkey)
                .fetch_optional(&mut *change)
                .await?;
        let name = name.ok_or_else(|| Refusal::new(ProblemKind::NothingThere))?;
        let after = user_of(&mut change, user).await?;
        let after = after.ok_or(sqlx::Error::RowNotFound)?;
        if after.passkeys == 0 && !after.has_password {
            let detail = "choose a password first: this is all that there is to sign in by";
            let refusal = Refusal::because(ProblemKind::InvalidRequest, detail);
            return Err(refusal.coded(WrongCode::PasswordFirst).into());
        }
        if after.passkeys == 0 {
            sqlx::query("UPDATE user SET second_factor = 0 WHERE id = ?")
                .bind(user)
                .execute(&mut *change)
                .await?;
        }
        let detail = json!({ "name": name });
        audit(
            &mut change,
            user,
            DoneCode::PasskeyRemove,
            None,
            user,
            &detail,
            now,
        )
        .await?;
        Ok(change.commit().await?)
    }
}

fn credential((id, fixed, changing, transports): (Vec<u8>, Vec<u8>, Vec<u8>, u8)) -> Credential {
    Credential {
        id,
        fixed,
        changing,
        transports,
    }
}
